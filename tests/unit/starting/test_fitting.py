"""Which reports are made of a set: all that it and the sets beside it have what for, under one name."""

import pytest

from analysis.errors import ParameterError
from analysis.publishing.about.publisher import NOBODY
from analysis.publishing.notebooks import jobs, notebooks
from analysis.starting import fitting


def test_one_name_is_enough_for_every_notebook_that_its_sets_can_answer():
    wanted, left_out = fitting.batch("stalking_example", NOBODY)
    used = {job.name: job.values["counts"] for job in wanted.jobs}
    assert next(iter(used)) == "data_received"
    assert used.pop("time_to_outcome") == "stalking_example_lags"
    assert used.pop("who_withdraws") == "stalking_example_features"
    assert set(used.values()) == {"stalking_example"}
    assert {*used, *left_out, "time_to_outcome", "who_withdraws"} == set(notebooks.names()) - {"published_findings"}
    assert list(left_out) == ["force_comparison"]
    assert "stalking_example" not in wanted.name + wanted.title


def test_counts_of_several_forces_are_asked_about_each(monkeypatch):
    book = notebooks.notebook("force_comparison")
    held = jobs.about_counts("stalking_2024_25")
    given = list(fitting._given(book, held))
    assert len(given) == len(held.forces) == 44
    assert given[0] == {"force": held.forces[0], "offence": "8Q"}


def test_a_set_with_nothing_beside_it_keeps_its_own_refusal():
    with pytest.raises(ParameterError, match="do not say how long cases took"):
        jobs.asked(notebooks.notebook("time_to_outcome"), {"counts": "stalking_2024_25"})


def test_features_that_nobody_names_are_those_of_the_regression():
    book = notebooks.notebook("who_withdraws")
    usual = jobs.asked(book, {})
    assert jobs.asked(book, {"counts": "stalking_example"}) == usual
    assert usual["cluster"] == "team"
    assert jobs.asked(book, {"features": "risk"})["features"] == "risk"
