"""The bundled sets that come of files are what the project makes of these today, to the byte."""

import pytest

from analysis.builders import bundled
from analysis.counts import counts
from analysis.disclosure import protect
from analysis.presentation import wording
from analysis.reference import measures, reference
from analysis.shares.rates import rates
from tests.conftest import PROJECT
from tests.released import made_up_cases


def made(folder, monkeypatch, name, *files):
    """Every file of a set, as committed and as made anew."""
    committed = {path.name: path.read_bytes() for path in (PROJECT / "data/counts").glob(f"{name}*")}
    monkeypatch.setattr(counts, "FOLDER", folder / "counts")
    counts.FOLDER.mkdir()
    bundled.make(name, files)
    return committed, {path.name: path.read_bytes() for path in counts.FOLDER.iterdir()}


def test_the_example_is_what_its_cases_give(tmp_path, monkeypatch):
    committed, now = made(tmp_path, monkeypatch, "stalking_example")
    assert len(committed) == 4
    assert now == committed


def test_gwent_is_what_the_archive_gives(tmp_path, monkeypatch, shared):
    committed, now = made(tmp_path, monkeypatch, "gwent_2022_2025", shared / "data/police_uk/gwent")
    assert len(committed) == 3
    assert now == committed


@pytest.mark.parametrize("name", ["victim_withdrawal", "no_further_action"])
def test_the_example_says_what_it_holds(name):
    """What it says is in the released set, and each number within four of the cases, which are in the project."""
    example = counts.read("stalking_example")
    codes = measures.measure(name).codes("home_office")
    every = frozenset(code for code, one in reference.outcomes("home_office").items() if not one.part_of)
    events, cases = example.cell(codes), example.cell(every)
    said = wording.share_sentence(protect(rates(example, name)))
    assert said.startswith(f"{events:,} of {cases:,} made-up")
    exact = made_up_cases()["stalking_example"].table
    assert abs(events - exact.loc[exact["outcome"].isin(codes), "cases"].sum()) <= 5
    assert abs(cases - exact["cases"].sum()) <= 5
