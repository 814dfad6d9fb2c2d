"""Release at the door: exact counts of people in, the fixed list of tables that may be read of them out.

Every number is drawn once (``drawing``), hidden where it is small, and stands from then on: the same cell of the same
cases has the same number in every table and every edition. What all of them together tell of any cell is audited, and
no edition leaves that tells more than the policy allows (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import pandas as pd

from analysis.counts.counts import Counts, months_of, span_key
from analysis.counts.coverage import Coverage
from analysis.counts.private_store import Store
from analysis.disclosure import history
from analysis.disclosure.cells import grown
from analysis.disclosure.cells.grown import Placed
from analysis.disclosure.cells.lattice import Lattice, months_between
from analysis.disclosure.cells.running_totals import by_lag
from analysis.disclosure.cells.tables import Rows, by_feature, by_outcome
from analysis.disclosure.drawing.mending import Drawn, Progress, drawn
from analysis.disclosure.fits import released_fits
from analysis.disclosure.history import (
    Draws,
    History,
    Sets,
    effective,
    is_the_same,
    refuse_another_policy,
    refuse_other_cases,
)
from analysis.disclosure.policy import POLICIES, Policy
from analysis.disclosure.regrouped import refuse_regrouped
from analysis.errors import DisclosureRefused, ParameterError

#: A note on every edition after the first, whatever of it stands: that a month does is not told.
_STANDS = (
    "A force's month stands as it was first released, cases that were undecided then with it, until {} of its cases "
    "have changed"
)


@dataclass(frozen=True)
class Edition:
    """What one release gives: the sets as they may be read, and the history with it, to be kept in private."""

    sets: tuple[Counts, ...]
    history: History


def release(exact: Sets, store: Store, *, progress: Progress = lambda *_: None) -> Sets:
    """The released sets of the same names; the history is in the store, with this edition, before they are given.

    Parameters
    ----------
    exact
        The exact sets of one name, the main one first.
    store
        The private store of these cases.
    progress
        Told how far it is.

    Returns
    -------
    Sets
        The released sets, in the same order.

    Raises
    ------
    ParameterError
        As ``edition``.
    DisclosureRefused
        As ``edition``.
    DataRefused
        When the history is behind what was released of this name.
    """
    past = history.read(store.history())
    history.refuse_behind(exact[0].name, past)
    new = edition(exact, store.secret(), past, progress=progress)
    store.keep_history(new.history.written())
    return new.sets


def edition(
    exact: Sets, secret: bytes, past: History | None = None, *, progress: Progress = lambda *_: None
) -> Edition:
    """The released sets of the same names. ``exact`` are the main set and those by features and by lag, if any.

    Parameters
    ----------
    exact
        The exact sets of one name, the main one first.
    secret
        The secret of these cases, 32 bytes.
    past
        What was released before under the same secret, of this name and of others.
    progress
        Told how far it is.

    Returns
    -------
    Edition
        The released sets and the history with them.

    Raises
    ------
    ParameterError
        For a set that another was released of with other cases, and a feature that was in other categories.
    DisclosureRefused
        When no edition can be drawn that keeps to the policy beside those before it.
    """
    main, before = exact[0], past or History()
    policy, editions = POLICIES[main.sensitivity], before.editions.get(main.name, ())
    refuse_other_cases(exact, before)
    refuse_another_policy(policy, before)
    current = effective(exact, editions)
    refuse_regrouped(current, before)
    editions = editions[:-1] if editions and is_the_same(current, editions[-1]) else editions
    lattice = Lattice()
    others, own = list(_others(main, before)), [*editions, current]
    tables = [_cells(lattice, exact_sets) for exact_sets in (*others, *own)]
    lattice.changed()
    placed = [Placed.of(exact_sets, rows) for exact_sets, rows in zip((*others, *own), tables, strict=True)]
    grown.relate(lattice, placed[len(others) :])
    for other in placed[: len(others)]:
        grown.relate(lattice, [other, placed[-1]])
    try:
        drawing = drawn(lattice, secret, before=before.numbers, policy=policy, progress=progress)
    except DisclosureRefused as fault:
        raise DisclosureRefused(_refusal(main.name, str(fault), before)) from None
    releases = [
        _sets(exact_sets, rows, drawing, number)
        for number, (exact_sets, rows) in enumerate(zip(own, tables[len(others) :], strict=True), 1)
    ]
    sets = tuple(
        _with_fits(_after(released, releases[:-1]), counts)
        for released, counts in zip(releases[-1], current, strict=True)
    )
    numbers = before.numbers | _numbers(lattice, drawing)
    return Edition(sets, History(numbers, {**before.editions, main.name: (*editions, current)}, asdict(policy)))


def _others(main: Counts, before: History) -> Iterator[Sets]:
    """Every edition of sets of other names that has months of forces of this one: a reader has them all."""
    for name, editions in before.editions.items():
        for sets in editions if name != main.name else ():
            if {*sets[0].forces} & {*main.forces} and sets[0].coverage.periods.keys() & main.coverage.periods.keys():
                yield sets


def _refusal(name: str, fault: str, before: History) -> str:
    """Why a set is not released, and what to do."""
    again = "Reduce it again with the files of a longer time, or once another quarter has come."
    if not before.numbers:
        return f"Set '{name}' cannot be released as it is: {fault} {again}"
    beside = f"beside what was released before, {fault} {again} What was released stands."
    return f"Set '{name}' cannot be released as it is: {beside}"


def _cells(lattice: Lattice, sets: Sets) -> list[Rows]:
    """The cells of one edition, put into a lattice."""
    lattice.edition += 1
    main = sets[0]
    tables = [by_outcome(lattice, main)]
    for counts in sets[1:]:
        tables.append((by_lag if counts.lag_unit else by_feature)(lattice, counts, main))
    return tables


def _shown(drawing: Drawn, places: list[int], policy: Policy) -> pd.Series:
    """The numbers of some cells, missing where they are hidden."""
    numbers = pd.Series(drawing.numbers[places], dtype="Int64")
    return numbers.where(numbers >= policy.smallest)


def _sets(exact: Sets, tables: list[Rows], drawing: Drawn, edition: int) -> Sets:
    """The sets of one edition with their cells for their rows."""
    policy = POLICIES[exact[0].sensitivity]
    numbered = [rows.assign(cases=_shown(drawing, places, policy)) for rows, places in tables]
    return tuple(
        _released(counts, exact[0], _with_all(rows, numbered[0], counts), edition)
        for counts, rows in zip(exact, numbered, strict=True)
    )


def _after(released: Counts, before: list[Sets]) -> Counts:
    """A set that says what was released of it before, where anything was."""
    earlier = [
        {**{name: counts.release[name] for name in ("edition", "cells", "hidden")}, "span": counts.coverage.span.label}
        for sets in before
        for counts in sets
        if counts.name == released.name
    ]
    return replace(released, release=released.release | {"earlier": earlier}) if earlier else released


def _released(counts: Counts, main: Counts, rows: pd.DataFrame, edition: int) -> Counts:
    """One set with its cells for its rows, and a coverage that tells no month by its absence."""
    span = main.coverage.span
    months = dict.fromkeys(months_between(span.first, span.last.replace(day=1)), 1)
    coverage = Coverage(main.coverage.forces, months if "period" in counts.dimensions else counts.coverage.periods)
    policy, hidden = asdict(POLICIES[counts.sensitivity]), int(rows["cases"].isna().sum())
    about = {"edition": edition, "policy": policy, "cells": len(rows), "hidden": hidden}
    if edition > 1:
        notes = (*counts.source.notes, _STANDS.format(policy["batch"]))
        counts = replace(counts, source=replace(counts.source, notes=notes))
    return counts.as_released(rows, coverage, about)


def _with_all(rows: pd.DataFrame, main: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    """The cells of a set by feature or lag, and those of all its cases, which are of no feature and no lag."""
    if counts.features:
        span = span_key(counts.coverage.span.first, months_of(counts.coverage.span))
        all_cases = main[main["period"] == span].assign(feature="", category="")
    elif counts.lag_unit:
        all_cases = main.assign(ending="", lag=-1)
    else:
        return rows
    columns = list(rows.columns)
    return pd.concat([all_cases[columns], rows]).drop_duplicates(columns[:-1]).reset_index(drop=True)


def _with_fits(released: Counts, exact: Counts) -> Counts:
    """A set by features with what leaves of its regressions; any other as it is."""
    if not exact.features:
        return released

    def is_shown(force: str, offence: str, feature: str, category: str, codes: frozenset[str]) -> int | None:
        try:
            return released.cell(codes, force=force, offence=offence, feature=feature, category=category)
        except ParameterError:
            return None

    return replace(released, fits=released_fits(exact, is_shown))


def _numbers(lattice: Lattice, drawing: Drawn) -> Draws:
    keys = zip(lattice.keys, lattice.counts, strict=True)
    drawn_numbers = zip(drawing.numbers.tolist(), drawing.counters.tolist(), lattice.is_released, strict=True)
    return {
        key: (number, counter) for key, (number, counter, is_out) in zip(keys, drawn_numbers, strict=True) if is_out
    }
