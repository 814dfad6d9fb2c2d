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

from analysis.counts.counts import Counts, codes_key, span_days
from analysis.disclosure import release
from analysis.disclosure.cells import running_totals
from analysis.disclosure.cells.lattice import Lattice
from analysis.disclosure.policy import CLOSED
from analysis.questions.timing import incidence
from analysis.questions.timing.histories import OTHER, withdrawal_ending
from analysis.reference import reference
from analysis.reference.periods import end_of, month_number
from tests.conftest import nightly
from tests.disclosure.case_sets import FORCES, SECRET, cases, counted, month

TAKEN = date(2022, 12, 31)
BY = ["force", "offence", "month", "outcome", "first_outcome", "lag"]
DISPOSITIONS = {code: one.disposition for code, one in reference.outcomes("home_office").items() if not one.part_of}
OFFENCES = ("8Q", "8L")
WITHDREW = withdrawal_ending("home_office")
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


def exact_sets(some: pd.DataFrame, *, forces: int, months: int) -> tuple[Counts, Counts]:
    """The exact sets of cases by outcome, and by time to outcome."""
    main = replace(counted(some, months=months, forces=forces), taken=TAKEN.isoformat())
    dimensions = ["force", "period", "offence", *BY[3:]]
    table = some.assign(period=[month(number) for number in some["month"]])
    table = table.groupby(dimensions).size().rename("cases").reset_index()
    return main, replace(main, name="tried_lags", table=table, dimensions=tuple(dimensions), lag_unit="days")


def lattice_of(some: pd.DataFrame, *, forces: int, months: int) -> Lattice:
    """The lattice of a release of cases by outcome and by time to outcome."""
    lattice = Lattice()
    release._cells(lattice, exact_sets(some, forces=forces, months=months))
    return lattice


def left_of_steps(here: Any, at: int, step: int, parts: dict[str, Any]) -> Any:
    """What a span has at one lag and its months at a step, the less taken from the more: 1, 0 or -1 for each case.

    Of one force the first and the last month, where they are the ends, have the lags of the span.
    """
    months = range(parts["month"].max() + 1)
    ends = {0, months[-1]} if len({*parts["force"]}) == 1 and len(months) < 4 else set()
    until = [
        at if one in ends else step if (TAKEN - end_of(month(one), months=1)).days >= step else -1 for one in months
    ]
    left = (here & (parts["lag"] <= at)).astype(int) - (here & (parts["lag"] <= np.array(until)[parts["month"]]))
    return left if at >= step else -left


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
    coarse = (WITHDREW, *incidence.OPEN)
    here &= ~np.isin(parts["ending"], coarse) if ending == OTHER else parts["ending"] == ending
    if not more:
        return here
    if len(more) == 3:  # of a month that was partly recorded so long ago
        here &= parts["month"] == month_number(span_days(more[1])[0]) - month_number(month(0))
        return here & (lag <= int(more[0]) if more[2] == "since" else lag > int(more[0]))
    if " and by month " in more[0]:
        return left_of_steps(here, *map(int, more[0].split(" and by month ")), parts)
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


def ends(number: object) -> tuple[int, int]:
    """The least and the most that a count may be, by its number alone."""
    if pd.isna(number):
        return 0, CLOSED.smallest - 1
    return max(int(number) - CLOSED.rounding, CLOSED.few + 1), int(number) + CLOSED.rounding


def released_of(seed: int, number: int, months: int) -> list[Any]:
    """The released numbers of some months, by outcome and over time: nearly all cases are of the second month."""
    chance, some = np.random.default_rng(seed + 7), cases(seed, number, months=months)
    some["month"] = np.where(chance.random(number) < 0.96, 1, some["month"])
    lag = chance.exponential(45, number).astype(int)
    followed = [(TAKEN - month(one)).days - chance.integers(0, 28) for one in some["month"]]
    is_open = (some["outcome"] == "0") | (lag > followed)
    some["outcome"] = some["outcome"].mask(is_open, "0")
    some = some.assign(offence="8Q", first_outcome=some["outcome"], lag=np.where(is_open, followed, lag))
    by = (["period", "outcome"], ["period", "ending", "lag"])
    released = release.edition(exact_sets(some, forces=1, months=months), SECRET).sets
    return [one.cells.set_index(names)["cases"].sort_index() for one, names in zip(released, by, strict=True)]


def test_months_at_their_steps_beside_a_whole_a_day_later_tell_no_hidden_number():
    """All withdrew within 30 days that did within 29: without these sums a month had 5 at most in three of eight."""
    for seed in range(4, 12):
        _, number = released_of(seed, 50 + 4 * seed, 3)
        whole, second = number["2022-04+3", WITHDREW, 30], number["2022-05+1", WITHDREW, 29]
        most = ends(whole)[1] - ends(second)[0]
        assert most >= CLOSED.hidden_values


def test_half_a_time_beside_a_quarter_tells_no_hidden_number_of_the_month_that_only_one_of_them_has():
    """The first two months of four are no period of the main table, the first three are: the third had 5 at most."""
    for seed in (10, 17, 19):
        main, number = released_of(seed, 50 + 4 * seed, 4)
        most = ends(main["2022-04+3", codes_key(reference.codes("home_office", WITHDREW))])[1]
        assert most - ends(number["2022-04+2", WITHDREW, 10**6])[0] >= CLOSED.hidden_values
