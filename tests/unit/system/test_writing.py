"""What is written stands whole, is its owner's alone where that is asked, and is led nowhere else by a link."""

import errno
import os
import pickle
import stat
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from analysis.errors import CouldNotWrite
from analysis.system import writing
from analysis.system.writing import Linked


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=["from open folders", "by paths"])
def how(request, monkeypatch):
    """Both ways of naming files: Windows knows one."""
    monkeypatch.setattr(writing, "_CAN_NAME_FROM_FOLDERS", request.param == "from open folders")


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_what_is_private_is_its_owners_alone_whatever_the_umask(tmp_path, mask):
    with umask(mask):
        with writing.held(tmp_path / "out", "own", "below", is_private=True) as folder:
            folder.write("a.txt", "words")
            folder.opened("lock").close()
        with writing.held(tmp_path / "out", "open") as folder:
            folder.write("a.txt", "words")
    assert {mode(tmp_path / "out" / name) for name in ("own", "own/below")} == {0o700}
    assert {mode(tmp_path / "out" / "own" / "below" / name) for name in ("a.txt", "lock")} == {0o600}
    assert mode(tmp_path / "out" / "open" / "a.txt") == 0o666 & ~mask


def test_a_private_folder_that_was_open_to_others_is_closed(tmp_path):
    (tmp_path / "own").mkdir(mode=0o777)
    (tmp_path / "own").chmod(0o777)
    (tmp_path / "own" / "old.txt").write_text("")
    (tmp_path / "own" / "below").mkdir(mode=0o777)
    (tmp_path / "own" / "below" / "old.txt").write_text("")
    with writing.held(tmp_path, "own", is_private=True) as folder:
        folder.close_to_others()
    assert {mode(tmp_path / "own" / name) for name in (".", "below")} == {0o700}
    assert {mode(tmp_path / "own" / name) for name in ("old.txt", "below/old.txt")} == {0o600}


def test_every_new_file_has_a_name_that_nobody_could_have_taken_and_follows_no_link(tmp_path, monkeypatch):
    opened, made = os.open, []

    def watched(path, flags, *given, **named):
        if flags & os.O_CREAT:
            assert flags & os.O_EXCL
            assert flags & os.O_NOFOLLOW
            made.append(path)
        return opened(path, flags, *given, **named)

    monkeypatch.setattr(os, "open", watched)
    for _ in range(3):
        with writing.whole(tmp_path / "a.txt") as out:
            out.write(b"words")
    assert len(set(made)) == 3
    assert all(writing.is_staged(name) and name.startswith("a.txt.") for name in made)
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.usefixtures("how")
def test_what_is_not_finished_leaves_what_stood_there_and_nothing_else(tmp_path):
    (tmp_path / "a.txt").write_text("before")
    with suppress(ZeroDivisionError), writing.whole(tmp_path / "a.txt") as out:
        out.write(b"half")
        _ = 1 / 0
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "before"


def no_second_name(*_, **__):
    """What a disk says that gives no file two names."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize("link", [os.link, no_second_name])
def test_what_is_to_be_the_first_of_its_name_is_whole_and_replaces_nothing(tmp_path, monkeypatch, link):
    monkeypatch.setattr(os, "link", link)
    with suppress(ZeroDivisionError), writing.whole(tmp_path / "a.txt", is_first=True) as out:
        out.write(b"half")
        _ = 1 / 0
    assert names(tmp_path) == []
    with writing.whole(tmp_path / "a.txt", is_first=True) as out:
        out.write(b"words")
        out.flush()
        assert not (tmp_path / "a.txt").exists()
    for _ in range(2):
        assert names(tmp_path) == ["a.txt"]
        assert (tmp_path / "a.txt").read_text() == "words"
        with pytest.raises(FileExistsError, match="a.txt"), writing.whole(tmp_path / "a.txt", is_first=True) as out:
            out.write(b"others")


def test_a_name_as_long_as_a_disk_takes_is_written_too(tmp_path):
    name = "ä" * 125 + ".txt"
    with writing.held(tmp_path) as folder:
        folder.write(name, "words")
    assert names(tmp_path) == [name]


def attempts(folder):
    """Everything that may be done under a name."""
    built = folder.path.parent / "built"
    built.mkdir(exist_ok=True)
    yield lambda: folder.write("name", "words")
    yield lambda: folder.opened("name").close()
    yield lambda: folder.move_in(built, "name")
    yield lambda: folder.move_out("name", folder.path.parent / "gone")


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize("number", range(4))
def test_nothing_is_done_through_a_link(tmp_path, number):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with writing.held(tmp_path / "out") as folder:
        (folder.path / "name").symlink_to(elsewhere)
        with pytest.raises(Linked, match=r"out/name is a link.*Remove the link") as refused:
            list(attempts(folder))[number]()
    assert refused.value.exit_status == CouldNotWrite.exit_status
    assert str(tmp_path) not in refused.value.in_short
    assert names(elsewhere) == []
    assert (tmp_path / "out" / "name").is_symlink()


@pytest.mark.usefixtures("how")
def test_no_folder_on_the_way_may_be_a_link_but_the_one_that_is_trusted(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    with writing.held(tmp_path / "out", "a") as folder:
        folder.write("b.txt", "words")
    assert (tmp_path / "disk" / "a" / "b.txt").read_text() == "words"
    (tmp_path / "disk" / "link").symlink_to(tmp_path)
    with pytest.raises(Linked, match="link is a link"), writing.held(tmp_path / "out", "link", "new"):
        pass
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not writing._CAN_NAME_FROM_FOLDERS, reason="this system names no file from an open folder")
def test_a_link_that_is_put_in_the_way_meanwhile_leads_nothing_elsewhere(tmp_path):
    """Between the opening of a folder and the writing, whoever may write there swaps the folder for a link."""
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "out" / "reports"
    elsewhere.mkdir()
    with writing.held(tmp_path / "out", "reports") as folder:
        place.rename(tmp_path / "out" / "aside")
        place.symlink_to(elsewhere)
        folder.write("a.txt", "words")
    assert names(elsewhere) == []
    assert names(tmp_path / "out" / "aside") == ["a.txt"]


@pytest.mark.skipif(not writing._CAN_NAME_FROM_FOLDERS, reason="this system names no file from an open folder")
def test_a_link_put_under_a_name_at_the_last_moment_is_replaced_and_not_followed(tmp_path, monkeypatch):
    elsewhere, built = tmp_path / "elsewhere", tmp_path / "built"
    elsewhere.mkdir()
    built.mkdir()
    (built / "report.html").write_text("new")
    look, looks = writing.Folder._refuse_link, []

    def late(folder, name):
        look(folder, name)
        looks.append(name)
        if looks.count(name) == {"a.txt": 2, "report": 1}[name]:  # the last before it is moved in
            (folder.path / name).symlink_to(elsewhere)

    monkeypatch.setattr(writing.Folder, "_refuse_link", late)
    with writing.held(tmp_path / "out") as folder:
        folder.write("a.txt", "words")
        folder.move_in(built, "report")
    assert names(elsewhere) == []
    assert (tmp_path / "out" / "a.txt").read_text() == "words"
    assert not (tmp_path / "out" / "a.txt").is_symlink()
    assert (tmp_path / "out" / "report" / "report.html").read_text() == "new"


def test_what_was_left_is_cleared_and_nothing_else(tmp_path):
    for name in ("a.json.0123456789abcdef.staged", "mine.staged", "a.json"):
        (tmp_path / name).write_text("")
    with writing.held(tmp_path) as folder:
        folder.clear()
    assert names(tmp_path) == ["a.json", "mine.staged"]


def test_a_refused_link_says_the_same_to_the_process_that_asked():
    refusal = Linked(Path("/srv/out/a.txt"))
    came = pickle.loads(pickle.dumps(refusal))
    assert (type(came), str(came), came.in_short) == (Linked, str(refusal), refusal.in_short)
    assert came.in_short == "a.txt is a link, through which nothing is written."
