"""The workflow: by the schema of workflows, and what it holds itself to."""

import json
import re
import textwrap
from fnmatch import fnmatch

from ruamel.yaml import YAML

from analysis.counts import latest
from analysis.counts.counts import BUNDLED
from tests.cli import log_lines
from tests.conftest import PROJECT
from tests.scheduling import programs

WORKFLOW = programs.FOLDER / "github_actions.yml"


def checked(path):
    return programs.run(programs.beside_python("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path)


def workflow():
    return YAML(typ="safe").load(WORKFLOW)


def test_it_keeps_the_schema_of_workflows(tmp_path):
    found = checked(WORKFLOW)
    assert found.returncode == 0, found.stdout
    (tmp_path / "wrong.yml").write_text(programs.text("github_actions.yml", **{"runs-on:": "runs-in:"}))
    assert checked(tmp_path / "wrong.yml").returncode == 1


def test_it_may_read_and_no_more_and_names_the_version_of_each_action():
    held = workflow()
    assert held["permissions"] == {"contents": "read"}
    assert "permissions" not in held["jobs"]["reports"]
    used = [step["uses"] for step in held["jobs"]["reports"]["steps"] if "uses" in step]
    assert len(used) == 6
    assert all(re.fullmatch(r"actions/[\w/-]+@v\d+", one) for one in used)


def test_what_stands_is_kept_and_uploaded_whatever_the_batch_ended_with():
    steps = workflow()["jobs"]["reports"]["steps"]
    place = next(number for number, step in enumerate(steps) if "attrition update" in step.get("run", ""))
    out = re.search(r"--out (\S+)", steps[place]["run"])[1]
    said, save, upload, failed = steps[place + 1 :]
    assert [one["if"] for one in (said, save, upload, failed)] == ["always()", "always()", "always()", "failure()"]
    assert upload["with"]["path"] == out
    assert save["with"]["path"].split()[0] == out
    own = {latest.set_name("2025/26"), latest.GROWING}
    names = {f"data/counts/{name}.parquet": name for name in own | BUNDLED}
    kept = save["with"]["path"].split()
    assert {name for path, name in names.items() if any(fnmatch(path, one) for one in kept)} == own
    assert failed["with"]["path"] == f".{out}-staging/failed"
    before = next(step for step in steps if "restore" in step.get("uses", ""))
    assert before["with"]["path"] == save["with"]["path"]
    assert save["with"]["key"] == before["with"]["key"]
    assert save["with"]["key"].startswith(before["with"]["restore-keys"])
    assert "continue-on-error" not in steps[place]


def test_it_sets_up_what_make_report_sets_up():
    commands = [step["run"] for step in workflow()["jobs"]["reports"]["steps"] if "run" in step]
    target = re.fullmatch(r"make (\S+)", commands[0])[1]
    planned = programs.run("make", "--dry-run", "--always-make", "PYTHON=python3", target, cwd=PROJECT)
    assert planned.returncode == 0, planned.stderr
    assert "requirements.lock" in planned.stdout
    assert commands[1].startswith(f"{target.split('/')[0]}/bin/attrition ")


def test_the_summary_of_the_run_names_what_failed(tmp_path):
    jq = programs.program("jq", comes_by="apt-get install jq")
    text = programs.text("github_actions.yml")
    script = textwrap.dedent(re.search(r"summary of the run\n +if: .+\n +run: \|\n((?: {10}.*\n)+)", text)[1])
    own = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PATH": f"{jq.rpartition('/')[0]}:/usr/bin:/bin"}
    assert programs.run("bash", "-e", "-c", script, cwd=tmp_path, env=own).returncode == 0  # where nothing was run
    head = {"schema": "attrition log 1", "at": "2026-11-28T18:00:00.000Z"}
    job = {"event": "job", "folder": "trends/a", "notebook": "trends", "parameters": {}}
    totals = {"failed": 1, "done": 3, "up_to_date": 2, "left": 0, "jobs": 6}
    end = {"batch": "monthly", "title": "", "version": "1", "started_at": "2026-11-28T18:00:00Z", "seconds": 1.0}
    lines = [
        job | {"state": "done"},
        job | {"state": "failed", "message": "trends: no `x` here."},
        {"event": "end", "exit_status": 6, "settings": {}, "removed": [], **end, **totals},
        {"event": "error", "cause": "DataRefused", "message": "no counts.", "exit_status": 3},
    ]
    for line in lines:
        log_lines.CHECK.validate(head | line)
    (tmp_path / "update.log").write_text("".join(json.dumps(head | line) + "\n" for line in lines))
    found = programs.run("bash", "-e", "-c", script, cwd=tmp_path, env=own)
    assert (found.returncode, found.stderr) == (0, "")
    assert (tmp_path / "summary").read_text().splitlines() == [
        "- `trends/a`: trends: no `x` here.",
        "### monthly: 1 failed, 3 made, 2 up to date, 0 left",
        "### no counts.",
    ]


def test_a_batch_that_fails_is_a_step_that_fails_though_its_words_go_on_to_a_file(tmp_path):
    step = re.search(r"run: (.venv/bin/attrition update .+)\n +shell: bash", programs.text("github_actions.yml"))[1]
    script = step.replace(".venv/bin/attrition", "sh -c 'echo said; exit 6' attrition")
    found = programs.run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, cwd=tmp_path)  # GitHub's own
    assert (found.returncode, found.stdout, (tmp_path / "update.log").read_text()) == (6, "said\n", "said\n")
