"""Running totals in the lattice: each relation is true, and of all that hold of what may be a case none is left out.

As for the other cells (``test_lattice``), linear algebra says how many there are.
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.counts.counts import span_days
from analysis.disclosure import release
from analysis.disclosure.cells import running_totals
from analysis.disclosure.cells.lattice import Lattice
from analysis.questions.timing import incidence
from analysis.questions.timing.histories import OTHER, withdrawal_ending
from analysis.reference import reference
from analysis.reference.periods import end_of, month_number
from tests.conftest import nightly
from tests.disclosure.case_sets import FORCES, counted, month

TAKEN = date(2022, 12, 31)
BY = ["force", "offence", "month", "outcome", "first_outcome", "lag"]
DISPOSITIONS = {code: one.disposition for code, one in reference.outcomes("home_office").items() if not one.part_of}
OFFENCES = ("8Q", "8L")
STEPS = (0, 45, 90, 240)  # fewer than there are, which are all alike
#: The ends of all steps of running totals, and the days after them: between two of these no cell tells days apart.
DAYS = {day for end in (*STEPS, *range(29, 300, 30)) for day in (end, end + 1)}


def finest(forces: int, offences: int, months: int) -> pd.DataFrame:
    """Every way in which a case may have gone that some cell tells from another."""
    rows: list[tuple[str, str, int, str, str, int]] = []
    for force, offence, number in product(FORCES[:forces], OFFENCES[:offences], range(months)):
        first = month(number)
        followed = [(TAKEN - first).days - day for day in range((end_of(first, months=1) - first).days + 1)]
        told = [lag for lag in followed if lag in {*DAYS, followed[0], followed[-1]}]
        rows += [(force, offence, number, code, "0", lag) for code, lag in product(DISPOSITIONS, told)]
        ended = [lag for lag in sorted(DAYS) if lag <= followed[0]]
        rows += [(force, offence, number, code, code, lag) for code, lag in product(DISPOSITIONS, ended) if code != "0"]
    return pd.DataFrame(rows, columns=BY)


def lattice_of(some: pd.DataFrame, *, forces: int, months: int) -> Lattice:
    """The lattice of a release of cases by outcome and by time to outcome."""
    main = replace(counted(some, months=months, forces=forces), taken=TAKEN.isoformat())
    dimensions = ["force", "period", "offence", *BY[3:]]
    table = some.assign(period=[month(number) for number in some["month"]])
    table = table.groupby(dimensions).size().rename("cases").reset_index()
    lags = replace(main, name="tried_lags", table=table, dimensions=tuple(dimensions), lag_unit="days")
    lattice = Lattice()
    release._cells(lattice, (main, lags))
    return lattice


def made_of(key: str, parts: dict[str, Any]) -> Any:
    """Whether a cell is of each of the cases, by its key."""
    force, offence, span, what, *more = key.split("|")
    first, last = (month_number(day) - month_number(month(0)) for day in span_days(span))
    here = (parts["month"] >= first) & (parts["month"] <= last) & ((parts["force"] == force) | (force == ""))
    here &= (parts["offence"] == offence) | (offence == "")
    ending, lag = what.partition("@")[0], parts["lag"]
    if not more and "@" not in what:
        return here if what == "all" else here & np.isin(parts["outcome"], what.split("+"))
    if ending == "open":
        return here & np.isin(parts["ending"], incidence.OPEN)
    if more and more[0].startswith("undated@"):
        return here & (parts["ending"] == incidence.UNDATED) & (parts["disposition"] == ending)
    coarse = (withdrawal_ending("home_office"), *incidence.OPEN)
    here &= ~np.isin(parts["ending"], coarse) if ending == OTHER else parts["ending"] == ending
    if not more:
        return here
    if len(more) == 3:  # of a month that was partly recorded so long ago
        here &= parts["month"] == month_number(span_days(more[1])[0]) - month_number(month(0))
        return here & (lag <= int(more[0]) if more[2] == "since" else lag > int(more[0]))
    *after, until = more[0].split(" to ")
    return here & (lag <= int(until)) & (lag > int(after[0]) if after else True)


@pytest.mark.parametrize(
    ("forces", "offences", "months"),
    nightly(
        [(1, 1, 2), (1, 1, 3), (1, 1, 4), (2, 1, 1), (1, 2, 1), (2, 1, 2), (1, 1, 6), (1, 1, 7)],
        *((1, 1, 2), (1, 1, 3), (1, 1, 4), (2, 1, 1), (1, 2, 1)),
    ),
)
def test_every_relation_of_running_totals_is_true_and_none_is_left_out(forces, offences, months, monkeypatch):
    monkeypatch.setattr(running_totals, "DAYS", STEPS)
    parts = finest(forces, offences, months)
    lattice = lattice_of(parts.sample(600, random_state=1, replace=True), forces=forces, months=months)
    parts = parts.assign(ending=incidence.endings(parts, "home_office"), disposition=parts["outcome"].map(DISPOSITIONS))
    columns = {name: parts[name].to_numpy() for name in parts}
    columns |= {name: columns[name].astype(str) for name in ("force", "offence", "outcome", "ending", "disposition")}
    cells = np.array([made_of(key, columns) for key in lattice.keys], dtype=float)
    relations = np.zeros((len(lattice.relations), len(cells)))
    for row, (places, signs) in zip(relations, lattice.relations, strict=True):
        np.add.at(row, list(places), signs)
    assert not (relations @ lattice.counts).any()
    assert not (relations @ cells).any()
    may_be = cells.any(axis=1)  # nobody is open who was followed for less than the last month was
    relations = relations[:, may_be]
    free = np.linalg.matrix_rank(cells @ cells.T, hermitian=True)
    assert np.linalg.matrix_rank(relations.T @ relations, hermitian=True) == may_be.sum() - free


def test_what_lies_between_two_running_totals_is_a_cell_of_its_own_that_nobody_is_shown(monkeypatch):
    monkeypatch.setattr(running_totals, "DAYS", STEPS)
    parts = finest(1, 1, 2)
    lattice = lattice_of(parts.sample(600, random_state=1, replace=True), forces=1, months=2)
    counts = dict(zip(lattice.keys, lattice.counts, strict=True))
    shown = {key for key, is_released in zip(lattice.keys, lattice.is_released, strict=True) if is_released}
    start = "Kent|8Q|2022-04+2|"
    for ending in ("victim_withdrew", f"undecided@{TAKEN}"):
        for before, after in pairwise(STEPS):
            between = f"{start}{ending}|{before} to {after}"
            assert counts[between] == counts[f"{start}{ending}|{after}"] - counts[f"{start}{ending}|{before}"]
            assert between not in shown
    within = f"{start}undecided@{TAKEN}|240|2022-05+1"  # the 5th of May is 240 days before
    assert f"{start}undecided@{TAKEN}|240" in shown
    assert counts[f"{within}|since"] == counts[f"{start}undecided@{TAKEN}|240"]
    assert counts[f"{within}|since"] + counts[f"{within}|before"] == counts["Kent|8Q|2022-05+1|0"]
    assert not {f"{within}|since", f"{within}|before"} & shown
