"""The committed figures are the publishers': totals that others print, and cell by cell where they are at hand."""

import sys

import pandas as pd
import pytest

from analysis.builders import published
from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.reference import reference
from tests.conftest import PROJECT


@pytest.mark.parametrize("name", sorted(name for name, what in published.declared().items() if what.is_counted))
def test_committed_counts_are_what_the_published_tables_give(name):
    held, made = counts.read(name), published.published(name, published.declared()[name])
    pd.testing.assert_frame_equal(held.table, made.table)
    assert (held.coverage, held.source, held.basis, held.scheme) == (
        made.coverage,
        made.source,
        made.basis,
        made.scheme,
    )
    assert held.sensitivity == "published"


@pytest.mark.parametrize("name", ["stalking_endings_by_force", "stalking_endings_national"])
def test_figures_that_leave_cases_out_become_no_counts(name):
    what = published.declared()[name]
    assert not what.is_counted
    assert name not in counts.available()
    with pytest.raises(DataRefused, match="no counts"):
        published.published(name, what)


def test_totals():
    assert counts.read("stalking_2024_25").total == 135628
    everything = counts.read("offences_2024_25")
    assert everything.select(offence="8Q").total == 135628
    assert int((everything.table["cases"] < 0).sum()) == 19
    recorded = counts.read("stalking_recorded")
    years = {"2014/15": 2885, "2019/20": 33350, "2020/21": 99106, "2024/25": 135628}
    assert {year: recorded.select(offence="8Q", period=year).total for year in years} == years
    charged = counts.read("stalking_charged_2015_2020").select(period="2015/16").regroup("outcome").table
    assert dict(charged.itertuples(index=False)) == {"charged": 925, "not charged": 4032 - 925}


def test_both_sets_of_stalking_agree_cell_by_cell():
    alone = counts.read("stalking_2024_25").table.query("cases != 0").reset_index(drop=True)
    among = counts.read("offences_2024_25").select(offence="8Q").table.drop(columns="offence")
    pd.testing.assert_frame_equal(alone, among)


def test_every_force_in_the_counts_is_a_force():
    for name in counts.available():
        held = counts.read(name)
        known = reference.made_up_forces() if held.sensitivity == "synthetic" else reference.forces()
        assert set(held.forces) <= set(known), name


def test_carrying_over_again_changes_nothing(shared, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(PROJECT / "data" / "published"), *sys.path])
    import carry_over

    monkeypatch.setattr(carry_over, "HERE", tmp_path)
    carry_over.main(shared / "data")
    made = sorted(tmp_path.iterdir())
    assert len(made) == 11
    for path in made:
        assert path.read_bytes() == (PROJECT / "data" / "published" / path.name).read_bytes(), path.name


def test_more_charges_than_outcomes_are_refused_by_line(tmp_path, monkeypatch):
    from analysis.errors import DataRefused

    name = "stalking_charged_2015_2020"
    lines = (published.FOLDER / f"{name}.csv").read_text().replace("2015-04-01,144,21,", "2015-04-01,14,21,")
    (tmp_path / f"{name}.csv").write_text(lines)
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    with pytest.raises(DataRefused, match="Line 2: more charges than outcomes"):
        published.published(name, published.declared(PROJECT / "data/published/sources.toml")[name])


def test_an_unknown_or_absent_key_in_the_sources_is_refused(tmp_path):
    from analysis.errors import DataRefused

    path = tmp_path / "sources.toml"
    path.write_text('[one]\nfile = "x.csv"\ncolour = "red"\n')
    with pytest.raises(DataRefused, match="sources.toml: got an unexpected keyword argument 'colour'"):
        published.declared(path)
    path.write_text('[one]\nfile = "x.csv"\nfile = "y.csv"\n')
    with pytest.raises(DataRefused, match="sources.toml"):
        published.declared(path)
