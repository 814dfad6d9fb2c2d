"""A disk that is full or may not be written, a clock that is set back: what stood still stands, and nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analysis.publishing.placing import staging
from tests.batches import desk
from tests.conftest import PROJECT


def mounted(*words):
    """Whether a mount was made; only root on Linux may."""
    mount = shutil.which("mount")
    return bool(mount) and not subprocess.run([mount, *map(str, words)], check=False, capture_output=True).returncode


@pytest.fixture
def disk(tmp_path):
    """A disk of 4 MiB, enough for an index beside the one that stands, with no more on it than a test puts there."""
    place = tmp_path / "disk"
    place.mkdir()
    if not mounted("-t", "tmpfs", "-o", "size=4m", "tmpfs", place):
        pytest.skip("only root on Linux may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_what_stood_and_is_gone_on_with_once_there_is_room(tmp_path, disk):
    out, fills = disk / "reports", disk / "fills"
    table = desk.quick(tmp_path, forces=("Kent", "Essex"))
    file = desk.batch(tmp_path, table)
    assert desk.run(file, out).exit_code == 0
    stood = desk.reports(out)
    desk.quick(tmp_path, 'answer.table("Once more")')
    size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    fills.write_bytes(bytes(size - 60_000))  # which is less than a report takes
    result = desk.run(file, out)
    assert result.exit_code == 7
    assert "No space left on device" in result.output
    assert "Free some room, or choose another folder with --out" in result.output
    assert "The index is as it was before this run: no room was left to write it." in result.output
    assert desk.reports(out) == stood
    assert (disk / ".reports-staging" / "batch").exists() is False
    fills.unlink()
    assert desk.run(file, out).exit_code == 0
    made = desk.reports(out)
    assert made.keys() == stood.keys()
    assert all(b"Once more" in files["report.html"] for files in made.values())
    assert "nothing foreign" in desk.run(file, out, "--verify").output
    assert not list((disk / ".reports-staging").iterdir())


def test_a_disk_with_no_room_at_all_is_said_so(tmp_path, disk):
    out = disk / "reports"
    file = desk.batch(tmp_path, desk.quick(tmp_path))
    (disk / "fills").write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
    result = desk.run(file, out)
    assert result.exit_code == 7
    assert "index.html" not in result.output
    assert "Free some room, or choose another folder with --out" in result.output
    assert not list(out.glob("*/force-*"))


def test_a_folder_that_may_not_be_written_is_refused_and_left_alone(tmp_path):
    out = tmp_path / "reports"
    file = desk.batch(tmp_path, desk.quick(tmp_path), formats=["page"])
    assert desk.run(file, out).exit_code == 0
    stood = desk.reports(out)
    is_mount = mounted("--bind", out, out)
    try:
        if is_mount:
            assert mounted("-o", "remount,bind,ro", out)
        elif os.getuid() == 0:
            pytest.skip("nobody here may mount, and root may write everywhere")
        else:
            for path in (out, *out.iterdir()):
                path.chmod(0o500)
        result = desk.run(file, out, "--force")
    finally:
        if is_mount:
            subprocess.run(["umount", str(out)], check=True)
        else:
            for path in (out, *out.iterdir()):
                path.chmod(0o700)
    assert result.exit_code == 7
    assert f"{out} could not be written" in result.output
    assert "choose another folder with --out; what stood there still stands." in result.output
    assert desk.reports(out) == stood


def test_a_folder_that_is_another_view_of_the_same_disk_is_written(tmp_path):
    """Nothing is renamed from one mount to another, be they of one disk."""
    out, kept = tmp_path / "reports", tmp_path / "kept"
    for folder in (out, kept):
        folder.mkdir()
    if not mounted("--bind", kept, out):
        pytest.skip("only root on Linux may mount one folder on another")
    try:
        assert out.stat().st_dev == tmp_path.stat().st_dev
        assert staging.Staging(out).home == out / staging.INSIDE
        file = desk.batch(tmp_path, desk.quick(tmp_path), formats=["page"])
        assert desk.run(file, out).exit_code == 0
        assert len(desk.reports(out)) == 1
        assert "nothing foreign" in desk.run(file, out, "--verify").output
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_a_clock_that_was_ahead_and_is_set_back_loses_nothing(tmp_path):
    out = tmp_path / "reports"
    file = desk.batch(tmp_path, desk.quick(tmp_path, forces=("Kent", "Essex")), formats=["page"])
    assert desk.run(file, out).exit_code == 0
    ahead = datetime.now(UTC) + timedelta(days=400)
    for path in sorted(out.rglob("*"), reverse=True):
        if path.name == "manifest.json":
            told = json.loads(path.read_text())
            told |= dict.fromkeys(("made_at", "first_made_at", "changed_at"), ahead.isoformat(timespec="seconds"))
            path.write_text(json.dumps(told))
        os.utime(path, (ahead.timestamp(), ahead.timestamp()))
    for path in (out / "batches").iterdir():
        path.rename(path.with_stem(f"some_{ahead:%Y-%m-%dT%H-%M-%SZ}"))
    stood = desk.reports(out)
    assert "some: 2 up to date" in desk.run(file, out).output
    assert len(list((out / "batches").iterdir())) == 2
    result = desk.run(file, out, "--only", "*kent*", "--force", "--keep", "1")
    assert "some: 1 done" in result.output
    assert desk.reports(out) == stood
    again, waits = (moments(out / folder) for folder in sorted(stood, key=lambda folder: "kent" not in folder))
    assert again["first_made_at"] <= again["changed_at"] <= again["made_at"] < waits["made_at"]
    assert "some: 2 up to date" in desk.run(file, out).output


def moments(folder: Path):
    told = json.loads((folder / "manifest.json").read_text())
    return {name: datetime.fromisoformat(value) for name, value in told.items() if name.endswith("_at")}


def test_what_stands_in_the_way_of_one_report_stops_no_other_and_room_is_not_asked_for(tmp_path):
    out = tmp_path / "reports"
    out.mkdir()
    (out / "blocked").write_text("a file where a folder is needed")
    blocked, free = (desk.quick(tmp_path, name=name) for name in ("blocked", "free"))
    result = desk.run(desk.batch(tmp_path, blocked, free, formats=["page"]), out)
    assert result.exit_code == 7
    assert "some: 1 done, 1 failed" in result.output
    assert "Move the file away that stands where a folder is needed, or choose another folder with" in result.output
    assert "room" not in result.output
    assert [folder.partition("/")[0] for folder in desk.reports(out)] == ["free"]
    assert "blocked" in (out / "index.html").read_text()


def test_a_folder_that_may_not_be_looked_into_is_named_and_leave_is_asked_for(tmp_path):
    out, closed = tmp_path / "reports", tmp_path / "reports" / "quick"
    file = desk.batch(tmp_path, desk.quick(tmp_path))
    closed.mkdir(parents=True, mode=0)
    powers = "-dac_override,-dac_read_search"  # which let root look into everything
    as_others = ["setpriv", "--bounding-set", powers, "--inh-caps", powers] if os.getuid() == 0 else []
    if as_others and not shutil.which("setpriv"):
        pytest.skip("root may look into everything here")
    told = [
        subprocess.run(
            [*as_others, sys.executable, "-m", "analysis.cli", "batch", file, "--out", out, *words],
            check=False,
            capture_output=True,
            text=True,
            cwd=PROJECT,
        )
        for words in (["--dry-run"], ["--verify"], [])
    ]
    closed.chmod(0o700)
    assert [one.returncode for one in told] == [7, 6, 7]
    assert "some: 0 to do, 1 to fail, 0 up to date" in told[0].stdout
    assert (
        "\nquick: may not be read by this user; ask whoever owns it, or mend its permissions" in f"\n{told[1].stdout}"
    )
    assert "quick could not be written (Permission denied)" in told[2].stdout
    assert "Ask whoever owns it, or mend its permissions, or choose another folder" in told[2].stdout
    assert f"{closed} may not be read by this user: its reports are left out of the index" in told[2].stderr
    assert "room" not in "".join(one.stdout + one.stderr for one in told)
