"""The private store: who may enter it, what is never lost of it, and what a release leaves that is stopped anywhere."""

import hashlib
import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from analysis.counts import counts, private_store
from analysis.counts.private_store import Store
from analysis.errors import CouldNotWrite, DataRefused, DisclosureRefused
from analysis.intake import placing
from tests import stopped
from tests.conftest import PROJECT, nightly


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder of data with a store of its own."""
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "counts")
    return tmp_path


def modes(folder):
    """The permissions of a folder and of everything below it, by kind."""
    found = [folder, *folder.rglob("*")]
    return {(path.is_dir(), path.stat().st_mode & 0o777) for path in found}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_its_owner_can_enter_whatever_the_umask(project, mask):
    before = os.umask(mask)
    try:
        with private_store.locked():
            placing.release(stopped.reduced(1), release=stopped.releasing.release, draw=stopped.releasing.draw)
    finally:
        os.umask(before)
    assert modes(project / "private") == {(True, 0o700), (False, 0o600)}


def test_a_store_that_others_could_enter_is_closed_to_them(project):
    (project / "private").mkdir(mode=0o755)
    Store("kent", "restricted").secret()
    assert (project / "private").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("link", ["", "kent", "secret.bin", "history.json", "kent/current", "pending.json"])
def test_nothing_goes_or_comes_through_a_link(project, link):
    elsewhere = project / "elsewhere"
    is_file = "." in link or link.endswith("current")
    elsewhere.write_bytes(b"x" * 32) if is_file else elsewhere.mkdir()
    place = project / "private" / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(elsewhere)
    with pytest.raises(CouldNotWrite, match="is a link, and counts of people do not go where a link leads"):
        stopped.released(1, project)
    assert elsewhere.read_bytes() == b"x" * 32 if is_file else list(elsewhere.iterdir()) == []
    assert list((project / "counts").glob("*")) == []


def test_a_lock_that_is_a_link_is_not_followed(project):
    (project / "private").mkdir(mode=0o700)
    (project / "private" / ".lock").symlink_to(project / "elsewhere")
    with pytest.raises(CouldNotWrite), private_store.locked():
        pass
    assert not (project / "elsewhere").exists()


def test_a_project_has_one_secret_of_its_own_for_all_real_cases(project, monkeypatch):
    first = Store("kent", "restricted").secret()
    assert len(first) == 32
    assert Store("gwent", "restricted").secret() == first
    monkeypatch.setattr(counts, "FOLDER", project / "another" / "counts")
    assert Store("kent", "restricted").secret() != first


def test_made_up_cases_have_a_public_secret_and_a_history_for_each_set(project):
    store = Store("learnt", "synthetic")
    assert store.secret() == private_store.MADE_UP_SECRET
    store.keep_history({"cell": 15})
    assert store.history() == {"cell": 15}
    assert Store("other", "synthetic").history() == Store("kent", "restricted").history() == {}


def test_real_cases_share_a_history_whatever_the_set_is_called(project):
    Store("kent", "restricted").keep_history({"cell": {"5": 15}})
    assert Store("kent_again", "restricted").history() == {"cell": {"5": 15}}


@pytest.mark.parametrize("after", [{}, {"cells": {}}, {"cells": 1, "more": 2}, {"cells": {"a": 1, "c": 2}}])
def test_a_history_only_grows(project, after):
    store = Store("kent", "restricted")
    store.keep_history({"cells": {"a": 1, "b": 2}})
    with pytest.raises(DisclosureRefused, match="would lose 1 of its entries|would lose"):
        store.keep_history(after)
    assert store.history() == {"cells": {"a": 1, "b": 2}}
    store.keep_history({"cells": {"a": 1, "b": 3, "c": 4}})
    assert store.history() == {"cells": {"a": 1, "b": 3, "c": 4}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("secret.bin", None),
        ("secret.bin", b"short"),
        ("history.json", None),
        ("history.json", b"{"),
        ("history.json", b"[]"),
    ],
)
def test_a_secret_or_a_history_that_is_lost_is_not_begun_again(project, name, content):
    store = Store("kent", "restricted")
    store.keep_history({"cell": 15})
    path = project / "private" / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DataRefused, match="(gone|damaged).*Put it back from a copy"):
        store.history()


def test_a_secret_that_was_being_made_when_the_command_was_killed_is_made(project):
    (project / "private").mkdir(mode=0o700)
    (project / "private" / "history.json").write_bytes(b"{}")
    assert len(Store("kent", "restricted").secret()) == 32


def files(folder):
    """Every file of a project by name with its bytes; exact versions by the place that they stand for."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        parts = ["VERSION" if len(part) == 16 and "." not in part else part for part in name.parts]
        if path.name not in ("current", "secret.bin", ".lock"):
            found["/".join(parts)] = path.read_bytes()
    return found


def readable(folder):
    """The released sets that belong to the ledger which stands: what ``counts.read`` gives."""
    ledger = hashlib.sha256((folder / "counts" / "kent.ledger.json").read_bytes()).hexdigest()
    found = {}
    for path in (folder / "counts").glob("*.parquet"):
        about = json.loads(pq.read_schema(path).metadata[b"attrition"])
        if list(about["source"]["files"].values()) == [ledger]:
            found[path.name] = path.read_bytes()
    return found


def edition(found, before, after, part):
    """Of which edition some files are, all of them."""
    of = {
        number: {name: held for name, held in whole.items() if part in name}
        for number, whole in ((1, before), (2, after))
    }
    return next((number for number, whole in of.items() if found and found.items() <= whole.items()), 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked for each step")
@pytest.mark.parametrize("how", nightly(["killed", "full"], "killed"))
def test_a_release_that_is_stopped_at_any_step_loses_nothing_and_mixes_nothing(tmp_path, monkeypatch, how):
    subprocess.run([sys.executable, "-m", "tests.stopped", str(tmp_path), how], check=True, cwd=PROJECT)
    before, after = files(tmp_path / "before"), files(tmp_path / "after")
    met, begun_anew = set(), []
    for place in sorted((path for path in tmp_path.iterdir() if path.name.isdigit()), key=lambda path: int(path.name)):
        monkeypatch.setattr(counts, "FOLDER", place / "counts")
        shown = {f"counts/{name}": held for name, held in readable(place).items()}
        public = edition(shown, before, after, "counts/") if shown else -1
        sets, account = private_store.exact("kent")
        private = {61: 2, 40: 1}[int(sets[0].table["cases"].iloc[0])]
        assert public != 0
        assert account == stopped.reduced(private).ledger
        history = json.loads((place / "private" / "history.json").read_bytes())
        if public != 1:  # what is released is in the history
            assert history == json.loads(after["private/history.json"])
        placing.finish_stopped()
        left = files(place)
        settled = edition({name: held for name, held in left.items() if "history" not in name}, before, after, "")
        assert settled in (1, 2)
        assert settled == 2 or public == private == 1
        assert {*left} == {*(before, after)[settled - 1]}
        met.add((public, private, settled))
        if left not in begun_anew:  # the same files go the same way
            begun_anew.append(left)
            stopped.released(2, place)
            assert files(place) == after
    assert {(1, 1, 1), (1, 1, 2), (2, 1, 2), (2, 2, 2)} <= met


def test_two_releases_at_once_wait_for_each_other(project, tmp_path):
    code = (
        "import sys; from pathlib import Path; from tests import stopped; "
        "from analysis.counts import counts, private_store\n"
        "counts.FOLDER = Path(sys.argv[1]) / 'counts'\n"
        "with private_store.locked(waiting=lambda: print('waits', flush=True)):\n"
        "    history = private_store.Store(sys.argv[2], 'restricted').history()\n"
        "    private_store.Store(sys.argv[2], 'restricted').keep_history({**history, sys.argv[2]: 1})\n"
    )
    with private_store.locked():
        running = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(project), name], cwd=PROJECT, stdout=subprocess.PIPE, text=True
            )
            for name in ("kent", "gwent")
        ]
        assert [one.stdout.readline() for one in running] == ["waits\n", "waits\n"]
        assert not (project / "private" / "history.json").exists()
    assert [one.wait() for one in running] == [0, 0]
    for one in running:
        one.stdout.close()
    assert Store("kent", "restricted").history() == {"kent": 1, "gwent": 1}


def test_a_killed_command_holds_no_lock(project):
    code = (
        "import os, sys; from pathlib import Path; from analysis.counts import counts, private_store\n"
        "counts.FOLDER = Path(sys.argv[1]) / 'counts'\n"
        "with private_store.locked():\n    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(project)], cwd=PROJECT, check=False).returncode == -9
    waited = []
    with private_store.locked(waiting=lambda: waited.append(1)):
        assert not waited


def test_the_store_is_not_in_git():
    told = subprocess.run(
        ["git", "check-ignore", "data/private/secret.bin", "data/private/kent/current"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode == 128:
        pytest.skip("not a git checkout")
    assert told.stdout.split() == ["data/private/secret.bin", "data/private/kent/current"]


def test_only_the_door_opens_the_store():
    """What the contract in pyproject.toml lists is every module but those that may."""
    allowed = {"analysis.counts.private_store", "analysis.cli.intake"}
    apart = ("analysis.intake", "analysis.disclosure")
    import tomllib

    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [ours] = [one for one in contracts if one.get("forbidden_modules") == ["analysis.counts.private_store"]]
    closed = tuple(ours["source_modules"])
    paths = [path.relative_to(PROJECT).with_suffix("") for path in (PROJECT / "analysis").rglob("[a-z]*.py")]
    modules = {".".join(path.parts) for path in paths} - {"analysis.errors", "analysis.safe_words"}
    inside = tuple(f"{name}." for name in (*closed, *apart))
    within = {one for one in modules if one.startswith(inside) or one in closed}
    assert modules - within == allowed
    assert not [one for one in allowed if one in closed]
