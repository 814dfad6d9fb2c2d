"""Results of several rows: worked out after disclosure control, from what may be shown and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.disclosure import protect
from analysis.errors import DataRefused, DisclosureRefused
from analysis.shares.rates import rates
from analysis.shares.worked import Histories, Worked, shown
from tests.released import rounded

Q1 = "2024-04-01"
ROWS = [("Kent", Q1, "16", 52), ("Kent", Q1, "1", 51), ("Essex", Q1, "16", 3), ("Essex", Q1, "1", 97)]


def totals(table):
    return pd.DataFrame({"place": ["both"], "rows": [len(shown(table))], "events": [shown(table)["events"].sum()]})


def test_published_rows_are_worked_on_as_they_are(made):
    found = protect(Worked(rates(made(ROWS), "victim_withdrawal", by="force"), totals, ("place",)))
    assert found.table.to_dict("records") == [{"place": "both", "rows": 2, "events": 55, "state": "shown"}]


def test_guarded_rows_are_controlled_first(made):
    guarded = rates(rounded(made(ROWS, sensitivity="restricted")), "victim_withdrawal", by="force")
    found = protect(Worked(guarded, totals, ("place",)))
    assert found.table.loc[0, ["rows", "events"]].to_list() == [1, 50]  # Essex is gone, Kent's 52 are rounded
    assert found.hidden == 1


def test_a_result_keeps_to_the_schema_and_its_labels(made):
    source = rates(made(ROWS), "victim_withdrawal", by="force")
    with pytest.raises(DataRefused, match="others of the schema"):
        protect(Worked(source, lambda table: table.assign(secret=1), ("force",)))
    with pytest.raises(DataRefused, match="others of the schema"):
        protect(Worked(source, totals, ("force",)))


def histories(made, rows, *, sensitivity="restricted", is_released=False):
    about = replace(rates(made(ROWS), "victim_withdrawal").about, sensitivity=sensitivity, is_released=is_released)
    return Histories(pd.DataFrame(rows, columns=["ending", "lag", "cases"]), (), about)


def coarse(made, rows, **changes):
    renamed = Worked(
        histories(made, rows, **changes),
        lambda table: table.rename(columns={"lag": "by_lag"})[["ending", "by_lag", "cases"]],
        ("ending", "by_lag"),
    )
    return protect(renamed)


def test_exact_histories_of_people_are_refused_and_released_ones_pass_as_they_are(made):
    rows = [("charged", 2, 15), ("charged", 9, 20)]
    with pytest.raises(DisclosureRefused, match="are exact counts of people"):
        coarse(made, rows)
    found = coarse(made, rows, is_released=True)
    assert found.table[["ending", "by_lag", "cases"]].to_numpy().tolist() == [list(row) for row in rows]


def test_published_histories_pass_as_they_are(made):
    rows = [("charged", 1, 4), ("undecided", 30, 3)]
    found = coarse(made, rows, sensitivity="published")
    assert found.table[["ending", "by_lag", "cases"]].to_numpy().tolist() == [list(row) for row in rows]


def test_a_history_has_its_own_columns(made):
    about = rates(made(ROWS), "victim_withdrawal").about
    with pytest.raises(DataRefused, match="Histories have columns"):
        Histories(pd.DataFrame({"ending": ["charged"], "cases": [1]}), (), about)
