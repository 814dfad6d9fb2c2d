"""The bundled sets that come of files are what the project makes of these today, to the byte."""

import pytest

from analysis import bundled, counts
from tests.conftest import PROJECT


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


@pytest.mark.parametrize("measure", ["1,595 of 4,000", "1,745 of 4,000"])
def test_the_example_says_what_it_holds(measure):
    from analysis.disclosure import protect
    from analysis.presentation import wording
    from analysis.statistics.rates import rates

    name = {"1,595 of 4,000": "victim_withdrawal", "1,745 of 4,000": "no_further_action"}[measure]
    assert wording.share_sentence(protect(rates(counts.read("stalking_example"), name))).startswith(measure)
