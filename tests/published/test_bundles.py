"""The bundled sets that 'attrition reduce' made are what it makes today, to the byte."""

import pytest
from click.testing import CliRunner

from analysis import counts
from analysis.cli import main
from tests.conftest import PROJECT

EXAMPLE = [
    PROJECT / "data/examples/stalking_cases.csv",
    "--mapping",
    PROJECT / "data/examples/stalking_cases.toml",
    "--format",
    "cases",
]


def made(monkeypatch, folder, name, *words):
    """Every file of a set, as committed and as made anew."""
    committed = {path.name: path.read_bytes() for path in (PROJECT / "data/counts").glob(f"{name}*")}
    monkeypatch.setattr(counts, "FOLDER", folder)
    result = CliRunner().invoke(main, ["reduce", *map(str, words), "--as", name])
    assert result.exit_code == 0, result.output
    return committed, {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_example_is_what_its_cases_give(monkeypatch, tmp_path):
    committed, now = made(monkeypatch, tmp_path, "stalking_example", *EXAMPLE)
    assert len(committed) == 4
    assert now == committed


def test_gwent_is_what_the_archive_gives(monkeypatch, tmp_path, shared):
    words = [shared / "data/police_uk/gwent", "--format", "police-uk"]
    committed, now = made(monkeypatch, tmp_path, "gwent_2022_2025", *words)
    assert len(committed) == 3
    assert now == committed


@pytest.mark.parametrize("measure", ["1,590 of 4,000", "1,750 of 4,000"])
def test_the_example_says_what_it_holds(measure):
    from analysis.disclosure import protect
    from analysis.presentation import wording
    from analysis.statistics.rates import rates

    name = {"1,590 of 4,000": "victim_withdrawal", "1,750 of 4,000": "no_further_action"}[measure]
    assert wording.share_sentence(protect(rates(counts.read("stalking_example"), name))).startswith(measure)
