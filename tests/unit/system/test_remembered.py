"""What a batch works out once is what it would have been, by all it follows from, whatever became of the folder."""

import numpy as np
import pytest

from analysis.questions.comparison import differing
from analysis.questions.trends import innovations
from analysis.system import remembered

CASES = np.array([30.0, 300.0, 3000.0])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(remembered.Shared, "folder", None)
    remembered.share(tmp_path / "remembered")
    return tmp_path / "remembered"


@pytest.fixture
def doubled():
    """A function that notes what it was asked, and is asked only for what nobody remembers."""
    asked = []

    @remembered.remembered
    def function(numbers, times):
        asked.append((numbers.tolist(), times))
        return numbers * times

    return function, asked


def test_what_stands_there_is_not_worked_out_again(folder, doubled):
    function, asked = doubled
    assert function(CASES, 2).tolist() == function(CASES.copy(), 2).tolist() == [60, 600, 6000]
    assert len(asked) == len(list(folder.iterdir())) == 1


def test_other_numbers_and_another_rule_are_others(folder, doubled):
    function, asked = doubled
    assert function(CASES, 2)[0] == 60
    assert function(CASES, 3)[0] == 90
    assert function(CASES + 1, 2)[0] == 62
    assert len(asked) == 3


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"nothing of the kind"])
def test_what_is_damaged_is_worked_out(folder, doubled, damage):
    function, asked = doubled
    function(CASES, 2)
    for path in folder.iterdir():
        path.write_bytes(damage)
    assert function(CASES, 2)[0] == 60
    assert len(asked) == 2


def test_a_pickle_that_somebody_left_is_not_opened(folder, doubled):
    function, asked = doubled
    function(CASES, 2)
    for path in folder.iterdir():
        with path.open("wb") as file:
            np.save(file, np.array([print], dtype=object), allow_pickle=True)
    assert function(CASES, 2)[0] == 60
    assert len(asked) == 2


def test_without_a_folder_and_with_one_that_is_gone_it_is_worked_out(folder, doubled, tmp_path):
    function, asked = doubled
    folder.rmdir()
    assert function(CASES, 2)[0] == function(CASES, 2)[0] == 60
    remembered.Shared.folder = None
    assert function(CASES, 2)[0] == 60
    assert len(asked) == 3
    assert not list(tmp_path.iterdir())


def test_nobody_else_can_look_into_the_folder(folder, doubled):
    doubled[0](CASES, 2)
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_what_is_too_large_is_not_kept(folder, doubled, monkeypatch):
    monkeypatch.setattr(remembered, "_MOST", 8)
    assert doubled[0](CASES, 2)[0] == 60
    assert not list(folder.iterdir())


def test_what_is_no_array_is_kept_by_what_it_is_given_and_by_who_gives_it(folder):
    asked = []

    def word(number):
        asked.append(number)
        return "a" * number

    def letter(number):
        return chr(96 + number)

    words, letters = (remembered.kept(one, load=bytes.decode, save=str.encode) for one in (word, letter))
    assert [words(3), words(3), words(4), letters(3)] == ["aaa", "aaa", "aaaa", "c"]
    assert asked == [3, 4]
    for path in folder.iterdir():
        path.write_bytes(b"\xff")  # which is no text
    assert words(3) == "aaa"
    assert asked == [3, 4, 3]


def figures():
    """What reports ask for, as if nobody had asked in this process."""
    differing._solved.cache_clear()
    innovations.smallest_step.cache_clear()
    limits = differing.Differing(0.47, 0.4, 44).limits(CASES, 0.95)
    return [*limits, innovations.smallest_step(9, 1.0)]


def test_reports_say_the_same_with_what_others_left_and_without(folder):
    first, second = figures(), figures()
    assert len(list(folder.iterdir())) == 3  # either limit, a step
    remembered.Shared.folder = None
    alone = figures()
    for these in (first, second):
        assert all(np.array_equal(one, other) for one, other in zip(these, alone, strict=True))
