"""What docs/publishing.md says is so: settings that are read, a copy of what is for everybody, an upload in order."""

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
import yaml

from analysis.publishing.about import publisher
from analysis.publishing.checks import pages, published_rules
from analysis.publishing.index import index
from tests.conftest import PROJECT
from tests.reports.made_folder import put
from tests.scheduling import programs
from tests.unit.publishing.about.test_publisher import SVG

FOLDER = PROJECT / "docs" / "publishing"
TEXT = (PROJECT / "docs" / "publishing.md").read_text()


def site(folder):
    """A folder of reports with all that a run leaves, public and restricted."""
    out = folder / "reports"
    for force in ("Kent", "Essex"):
        report = put(out, force=force)
        (report / "report.html").write_text(
            '<!doctype html><a href="../../index.html">All</a><a href="results.json">Data</a>'
        )
    put(out, folder="restricted/victim_withdrawal/force-gwent_2024-04_2025-03", is_restricted=True)
    index.write_index(out)
    (out / ".staging").mkdir()
    return out


def copied(folder):
    """What is left of it by the commands of the document, which a shell runs."""
    (lines,) = re.findall(r"^    (mkdir site\n.+?)\n    attrition check", TEXT, flags=re.MULTILINE | re.DOTALL)
    subprocess.run(["sh", "-euc", lines.replace("\n    ", "\n")], cwd=folder, check=True)
    return folder / "site"


def test_its_settings_are_settings(tmp_path):
    (tmp_path / "reports.toml").write_text(re.search(r"```toml\n(.+?)```", TEXT, flags=re.DOTALL)[1])
    (tmp_path / "logo.svg").write_text(SVG)
    told = publisher.read(tmp_path / "reports.toml")
    assert set(told.entry) == set(publisher.KEYS)


@pytest.mark.skipif(shutil.which("tar") is None, reason="there is no tar here")
def test_its_copy_holds_what_is_for_everybody_and_no_more(tmp_path):
    out = site(tmp_path)
    made = copied(tmp_path)
    assert published_rules.private(out)
    assert published_rules.private(made) == []
    left = {path.name for path in out.iterdir()} - {path.name for path in made.iterdir()}
    assert left == {"restricted", ".state", ".staging"}


def test_the_workflow_copies_and_checks_as_the_document_does():
    steps = yaml.safe_load((FOLDER / "github_pages.yml").read_text())["jobs"]["reports"]["steps"]
    (copies,) = [step["run"] for step in steps if "tar" in step.get("run", "")]
    assert all(line in TEXT for line in copies.splitlines())
    order = [
        next(
            (name for name in ("batch monthly", "tar", "--published") if name in step.get("run", "")),
            step.get("uses", ""),
        )
        for step in steps
    ]
    wanted = ["batch monthly", "tar", "--published", "actions/upload-pages-artifact@v4"]
    assert [one for one in order if one in wanted] == wanted


def test_the_workflow_may_publish_pages_and_nothing_else_and_only_what_was_checked():
    held = yaml.safe_load((FOLDER / "github_pages.yml").read_text())
    assert held["permissions"] == {"contents": "read"}
    assert held["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert "permissions" not in held["jobs"]["reports"]
    assert held["jobs"]["publish"]["if"].endswith("needs.reports.outputs.checked == 'success'")
    hands_on = held["jobs"]["reports"]["steps"][-1]
    assert hands_on["if"].endswith("steps.checked.outcome == 'success'")
    checked = next(step for step in held["jobs"]["reports"]["steps"] if step.get("id") == "checked")
    assert checked["run"].endswith(f"--out {hands_on['with']['path']}")
    used = [step["uses"] for job in held["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w/-]+@v\d+", one) for one in used)


def test_the_workflow_keeps_the_schema_of_workflows():
    words = ("--builtin-schema", "vendor.github-workflows", FOLDER / "github_pages.yml")
    found = programs.run(programs.beside_python("check-jsonschema"), *words)
    assert found.returncode == 0, found.stdout


class Storage:
    """A folder that stands for a bucket, and what 'aws s3 sync' would do to it: the last filter that fits decides."""

    def __init__(self, folder):
        self.folder, self.kinds = folder, {}

    def sync(self, source, words):
        filters = [(word, words[place + 1]) for place, word in enumerate(words) if word in ("--exclude", "--include")]
        kind = words[words.index("--content-type") + 1] if "--content-type" in words else ""
        for path in sorted(one for one in source.rglob("*") if one.is_file()):
            name = path.relative_to(source).as_posix()
            taken = [one for one, pattern in filters if fnmatchcase(name, pattern)]
            if not taken or taken[-1] == "--include":
                target = self.folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists() or target.read_bytes() != path.read_bytes():
                    target.write_bytes(path.read_bytes())
                    self.kinds[name] = kind
        for path in [one for one in self.folder.rglob("*") if one.is_file()] if "--delete" in words else []:
            if not (source / path.relative_to(self.folder)).exists():
                path.unlink()


def uploads(folder, source):
    """What the script asks of aws for a folder, in order: programs of those names only write down their words."""
    programs_of = folder / "programs"
    programs_of.mkdir(exist_ok=True)
    for name in ("aws", "attrition"):
        writes = f"open({str(folder / 'log')!r}, 'a').write(repr([{name!r}, *sys.argv[1:]]) + '\\n')"
        (programs_of / name).write_text(f"#!{sys.executable}\nimport sys\n{writes}\n")
        (programs_of / name).chmod(0o755)
    (folder / "log").unlink(missing_ok=True)
    environment = {**os.environ, "PATH": f"{programs_of}:{os.environ['PATH']}"}
    subprocess.run(["sh", FOLDER / "upload_s3.sh", source, "s3://bucket/some"], env=environment, check=True)
    return [eval(line) for line in (folder / "log").read_text().splitlines()]


def loaded(storage, asked):
    """Do what the script asks of aws, and say which links of the pages there lead nowhere after each step."""
    found = []
    with mock.patch.object(pages, "read", cache(pages.read)):  # each page is read once, however often it is looked at
        for _, _, _, source, _, *words in asked:
            storage.sync(Path(source), words)
            found.append([str(fault) for fault in published_rules.dead_links(storage.folder)])
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")
def test_the_upload_never_leads_to_what_is_not_there_yet(tmp_path):
    out = site(tmp_path)
    made = copied(tmp_path)
    storage = Storage(tmp_path / "bucket")
    checked, *asked = uploads(tmp_path, made)
    assert checked == ["attrition", "check", "reports", "--published", "--out", str(made)]
    assert {(words[2], words[4], "no-cache" in words) for words in asked} == {("sync", "s3://bucket/some", True)}
    first = loaded(storage, asked)
    back = [
        one for dead in first for one in dead if re.search(r"links to (\.\./)+index\.html, which is not there$", one)
    ]
    assert sum(map(len, first)) == len(back) > 0, "the first time, pages lead back to an index that is still to come"
    assert first[-1] == []
    assert storage.kinds["index.html"] == "text/html; charset=utf-8"
    assert storage.kinds["feed.xml"] == "application/atom+xml"
    assert {kind for name, kind in storage.kinds.items() if name.endswith(".json")} == {"application/json"}
    held = {path.relative_to(storage.folder) for path in storage.folder.rglob("*") if path.is_file()}
    assert held == {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    shutil.rmtree(next(out.glob("victim_withdrawal/force-kent*")))
    put(out, force="Surrey")
    index.write_index(out)
    shutil.rmtree(made)
    assert all(dead == [] for dead in loaded(storage, uploads(tmp_path, copied(tmp_path))[1:]))
    assert not list(storage.folder.glob("victim_withdrawal/force-kent*/*"))
    assert list(storage.folder.glob("victim_withdrawal/force-surrey*/report.html"))


def test_an_upload_in_another_order_would_be_seen(tmp_path):
    site(tmp_path)
    made = copied(tmp_path)
    *_, first, last = uploads(tmp_path, made)
    dead = loaded(Storage(tmp_path / "bucket"), [[*first[:5], "--include", "index.html", "--exclude", "*/*"], last])
    assert dead[0] != []
    assert dead[1] == []
