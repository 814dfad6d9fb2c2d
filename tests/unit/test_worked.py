"""Results of several rows: worked out after disclosure control, from what may be shown and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.errors import DataRefused
from analysis.statistics.rates import rates
from analysis.statistics.worked import Histories, Worked, shown
from tests.conftest import make_counts

Q1 = "2024-04-01"
ROWS = [("Kent", Q1, "16", 52), ("Kent", Q1, "1", 51), ("Essex", Q1, "16", 3), ("Essex", Q1, "1", 97)]


def totals(table):
    return pd.DataFrame({"place": ["both"], "rows": [len(shown(table))], "events": [shown(table)["events"].sum()]})


def test_published_rows_are_worked_on_as_they_are(made):
    found = protect(Worked(rates(made(ROWS), "victim_withdrawal", by="force"), totals, ("place",)))
    assert found.table.to_dict("records") == [{"place": "both", "rows": 2, "events": 55, "state": "shown"}]


def test_guarded_rows_are_controlled_first(made):
    guarded = rates(made(ROWS, sensitivity="restricted"), "victim_withdrawal", by="force")
    found = protect(Worked(guarded, totals, ("place",)))
    assert found.table.loc[0, ["rows", "events"]].to_list() == [1, 50]  # Essex is gone, Kent's 52 are rounded
    assert found.hidden == 1


def test_a_result_keeps_to_the_schema_and_its_labels(made):
    source = rates(made(ROWS), "victim_withdrawal", by="force")
    with pytest.raises(DataRefused, match="others of the schema"):
        protect(Worked(source, lambda table: table.assign(secret=1), ("force",)))
    with pytest.raises(DataRefused, match="others of the schema"):
        protect(Worked(source, totals, ("force",)))


def histories(made, rows, *, sensitivity="restricted"):
    about = replace(rates(made(ROWS), "victim_withdrawal").about, sensitivity=sensitivity)
    return Histories(pd.DataFrame(rows, columns=["ending", "lag", "cases"]), (), about)


def coarse(made, rows, **changes):
    renamed = Worked(
        histories(made, rows, **changes),
        lambda table: table.rename(columns={"lag": "by_lag"})[["ending", "by_lag", "cases"]],
        ("ending", "by_lag"),
    )
    return protect(renamed)


def test_steps_of_a_history_hold_no_fewer_cases_than_the_threshold(made):
    found = coarse(made, [("charged", 1, 4), ("charged", 2, 4), ("charged", 9, 17), ("undecided", 30, 3)])
    assert found.table[["ending", "by_lag", "cases"]].to_numpy().tolist() == [["charged", 2, 10], ["charged", 9, 10]]
    assert found.hidden == 1


def test_published_histories_pass_as_they_are(made):
    rows = [("charged", 1, 4), ("undecided", 30, 3)]
    found = coarse(made, rows, sensitivity="published")
    assert found.table[["ending", "by_lag", "cases"]].to_numpy().tolist() == [list(row) for row in rows]


def test_a_history_has_its_own_columns(made):
    about = rates(made(ROWS), "victim_withdrawal").about
    with pytest.raises(DataRefused, match="Histories have columns"):
        Histories(pd.DataFrame({"ending": ["charged"], "cases": [1]}), (), about)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_every_coarse_step_is_a_multiple_and_no_total_is_far_off(cases):
    table = pd.DataFrame({"ending": "charged", "lag": range(len(cases)), "cases": cases})
    held = Histories(table, (), replace(rates(make_counts(ROWS), "charged").about, sensitivity="restricted"))
    work = Worked(held, lambda rows: rows.rename(columns={"lag": "by_lag"})[["ending", "by_lag", "cases"]], ("ending",))
    found = protect(work).table["cases"]
    assert ((found % 10 == 0) & (found > 0)).all()
    assert abs(found.sum() - sum(cases)) <= 5 or sum(cases) < 10
