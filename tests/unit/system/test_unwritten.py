"""What is said of something that the system would not read or write follows from what it said."""

import errno
import os
import pickle
from pathlib import Path

import pytest

from analysis.system import unwritten, writing

NAMES = sorted(unwritten._STEPS)


@pytest.mark.parametrize("name", NAMES)
def test_room_is_asked_for_where_there_is_none_and_leave_where_leave_is_lacking(name):
    number = getattr(errno, name)
    told = str(unwritten.refusal(Path("reports"), OSError(number, os.strerror(number)), then="; it stands"))
    assert told.startswith(f"reports could not be written ({os.strerror(number)}). ")
    assert told.endswith("; it stands.")
    assert ("room" in told) == (name in ("ENOSPC", "EDQUOT"))
    assert ("permissions" in told) == (name in ("EACCES", "EPERM"))


def test_what_nobody_foresaw_is_to_be_looked_at():
    assert (
        str(unwritten.refusal(Path("x"), OSError("odd")))
        == "x could not be written (OSError). Look at that file or folder."
    )


def test_the_folder_that_is_in_the_way_is_named_and_of_a_disk_the_folder_of_reports(tmp_path):
    (tmp_path / "mine").write_text("a file")
    with pytest.raises(NotADirectoryError) as refused, writing.held(tmp_path, "mine", "more"):
        pass
    assert unwritten._where(refused.value, tmp_path) == tmp_path / "mine"
    assert unwritten._where(refused.value, tmp_path / "elsewhere") == tmp_path / "elsewhere"
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / ".state" / "x.json"))
    assert unwritten._where(full, tmp_path) == tmp_path


def test_a_name_within_an_open_folder_is_told_with_its_folder(tmp_path):
    with writing.held(tmp_path, "inner") as folder:
        with pytest.raises(OSError, match="too long") as refused:
            folder.write("x" * 300, "")
        (tmp_path / "inner" / "taken").mkdir()
        with pytest.raises(IsADirectoryError) as taken:
            folder.write("taken", "")
    assert refused.value.filename == str(tmp_path / "inner" / ("x" * 300))
    assert (taken.value.filename, taken.value.filename2) == (str(tmp_path / "inner" / "taken"), None)


def test_a_refusal_comes_whole_through_a_pipe():
    before = unwritten.refusal(Path("x"), PermissionError(errno.EACCES, "Permission denied"), in_short="Short.")
    after = pickle.loads(pickle.dumps(before))
    assert (str(after), after.in_short, after.step) == (str(before), "Short.", before.step)
    assert after.is_of_one_place
