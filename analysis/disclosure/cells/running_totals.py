"""The running totals of each ending by time since recording, and how they add up with what is released by outcome.

Of the whole time, of its first and last twelve months, and of each month recorded. Each number is one cell, whatever
leads to it: drawn twice, it would be narrower than either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts, codes_key, day_of, span_days, span_key
from analysis.disclosure.cells import sets
from analysis.disclosure.cells.lattice import Lattice, key_of, months_between
from analysis.disclosure.cells.tables import ALL, YEAR, Frame, Rows, frame_of
from analysis.questions.timing import incidence
from analysis.questions.timing.histories import OTHER, lag_of, withdrawal_ending
from analysis.reference import reference
from analysis.reference.periods import month_number

#: Days after recording at which running totals are released, and months where cases are followed in months.
DAYS = (0, 3, 7, 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365, 547, 730)
MONTHS = (*range(25), 30, 36, 48)
STEP = 30  # days: the step of a run-off triangle
_LAST = 10**6  # a lag that no case has

#: A running total by its force, offence, span, ending and lag; where the cell of each stands.
Row = tuple[str, str, str, str, int]
Places = dict[Row, int]


def by_lag(lattice: Lattice, counts: Counts, main: Counts) -> Rows:
    """Running totals of each ending by time since recording, put into a lattice.

    Of the whole time, of its first and last twelve months, and of each month recorded.

    Parameters
    ----------
    lattice
        Where the cells are put, with their sums.
    counts
        Exact counts by force, month, offence, outcomes and lag.
    main
        The same cases by month.

    Returns
    -------
    Rows
        The table without its numbers, a row a cell, and the place of each row in the lattice.
    """
    frame = frame_of(main)
    table = counts.table.assign(ending=incidence.endings(counts.table, counts.scheme))
    taken = day_of(counts.taken)
    spans = [(name, DAYS if counts.lag_unit == "days" else MONTHS) for name in _spans(frame)]
    months = [(name, _steps(name, taken, counts.lag_unit)) for name in frame.periods.names if name.endswith("+1")]
    rows: list[Row] = []
    places: list[int] = []
    _beside_periods(lattice, frame, table, counts.scheme)
    for force, offence in product(frame.forces.names, frame.offences.names):
        of_place = table if force == ALL else table[table["force"] == force]
        of_place = of_place if offence == ALL else of_place[of_place["offence"] == offence]
        for span, grid in [*spans, *(month for month in months if month[0] not in dict(spans))]:
            first, last = span_days(span)
            of_span = of_place[[first <= day <= last for day in of_place["period"]]]
            names = _endings(counts.scheme, is_coarse=(span, grid) in months)
            asked = _Asked(names, grid, taken, counts.lag_unit, counts.scheme)
            for ending, lag, place in _Chains(lattice, frame, (force, offence, span), of_span, asked).found():
                rows.append((force, offence, span, ending, lag))
                places.append(place)
    at = dict(zip(rows, places, strict=True))
    _over_places(lattice, at, frame)
    between = _over_ends(lattice, at, frame, counts)
    _over_months(lattice, at, frame, counts.scheme)
    _over_steps(lattice, (at, between), frame, counts)
    table = pd.DataFrame(rows, columns=["force", "offence", "period", "ending", "lag"])
    table.insert(3, "outcome", codes_key(()))
    return table, places


def _beside_periods(lattice: Lattice, frame: Frame, table: pd.DataFrame, scheme: str) -> None:
    """The cases of a span that is no period of the main table, beside each period that it shares months with.

    Both are sums of months; what the two tell of the months that only one of them has, no month tells by itself.
    """
    finest = frame.periods.names[: frame.periods.members.shape[1]]
    longer = frame.periods.names[len(finest) :]
    months = {
        name: [month for month in finest if span_days(name)[0] <= span_days(month)[0] <= span_days(name)[1]]
        for name in (*longer, *_spans(frame))
    }
    sides = [
        ([span, *(month for month in months[period] if month not in months[span])],
         [period, *(month for month in months[span] if month not in months[period])])
        for span, period in product(_spans(frame), longer)
        if span not in frame.periods.names and {*months[span]} & {*months[period]}
    ]  # fmt: skip
    month_of = pd.Series([span_key(day.replace(day=1), 1) for day in table["period"]], index=table.index, dtype=object)
    code_sets = [sets.types(), *(frozenset(reference.codes(scheme, name)) for name in reference.DISPOSITIONS)]
    for force, offence, codes in product(frame.forces.names, frame.offences.names, filter(None, code_sets)):
        is_here = table["outcome"].isin(codes) & (table["force"].eq(force) | (force == ALL))
        is_here &= table["offence"].eq(offence) | (offence == ALL)
        cases = table["cases"][is_here].groupby(month_of[is_here]).sum().to_dict()
        cells = {
            name: lattice.cell(
                key_of(force, offence, name, codes_key(codes)),
                sum(cases.get(month, 0) for month in months.get(name, [name])),
                is_released=False,
            )
            for name in dict.fromkeys(name for pair in sides for side in pair for name in side)
        }
        for side, other in sides:
            signs = [1] * len(side) + [-1] * len(other)
            lattice.related([cells[name] for name in (*side, *other)], signs)


def _over_places(lattice: Lattice, at: Places, frame: Frame) -> None:
    """Each running total of all forces together is those of each, and so of offences."""
    for side, axis in enumerate((frame.forces, frame.offences)):
        for whole, parts in axis.sums:
            for row, place in at.items():
                if row[side] == axis.names[whole]:
                    lattice.adds_up(place, [at[_with(row, side, axis.names[part])] for part in parts])


def _with(row: Row, side: int, name: str) -> Row:
    """The row of another force (side 0) or offence (1)."""
    force, offence, span, ending, lag = row
    return (name, offence, span, ending, lag) if side == 0 else (force, name, span, ending, lag)


def _over_ends(lattice: Lattice, at: Places, frame: Frame, counts: Counts) -> Places:
    """Each running total of the whole time is those of its first and its last months, and of what lies between.

    Where the cells of what lies between stand.
    """
    found: Places = {}
    whole, *ends = _spans(frame)
    if len(ends) < 2:
        return found
    between = _between(*ends)
    for (force, offence, span, ending, lag), place in at.items():
        if span == whole:
            parts = [at[force, offence, end, ending, lag] for end in ends]
            if between:
                left = lattice.counts[place] - sum(lattice.counts[part] for part in parts)
                key = key_of(force, offence, between, _what(ending, lag, between, counts))
                found[force, offence, between, ending, lag] = lattice.cell(key, left, is_released=False)
                parts.append(found[force, offence, between, ending, lag])
            lattice.adds_up(place, parts)
    return found


def _what(ending: str, lag: int, span: str, counts: Counts) -> str:
    """What a running total of a span counts, as ``_Chains`` has it: a case has one key, whatever leads to it."""
    taken = day_of(counts.taken)
    until = lag if lag < lag_of(span_days(span)[0], taken, counts.lag_unit) else _LAST
    if ending == ALL:
        return codes_key(())
    if ending == incidence.UNDECIDED and until == _LAST:
        return codes_key(reference.codes(counts.scheme, ending))
    return key_of(f"{ending}@{taken}" if ending in incidence.OPEN else ending, str(until))


def _over_months(lattice: Lattice, at: Places, frame: Frame, scheme: str) -> None:
    """All cases of a span, those withdrawn and those that ended otherwise are those of its months, at whatever lag."""
    withdrawn, finest = withdrawal_ending(scheme), frame.periods.names[: frame.periods.members.shape[1]]
    otherwise = {*_endings(scheme, is_coarse=False), OTHER} - {withdrawn, *incidence.OPEN}
    for span, force, offence in product(_spans(frame), frame.forces.names, frame.offences.names):
        first, last = span_days(span)
        months = [month for month in finest if first <= span_days(month)[0] <= last]
        for endings, lag in (({ALL}, -1), ({withdrawn}, _LAST), (otherwise, _LAST)):
            rows = [(force, offence, period, ending, lag) for period in (span, *months) for ending in sorted(endings)]
            signs = {at[row]: 1 if row[2] == span else -1 for row in rows if row in at}
            if len(months) > 1:
                lattice.related([*signs], [*signs.values()])


def _over_steps(lattice: Lattice, found: tuple[Places, Places], frame: Frame, counts: Counts) -> None:
    """Totals of months at a step are no more than that of their span some days later, and no less than one before it.

    What ended in those days is a cell that nobody is shown.
    """
    (at, between), withdrawn = found, withdrawal_ending(counts.scheme)
    every, grid = at | between, DAYS if counts.lag_unit == "days" else MONTHS
    otherwise = sorted({*_endings(counts.scheme, is_coarse=False), OTHER} - {withdrawn, *incidence.OPEN})
    finest = frame.periods.names[: frame.periods.members.shape[1]]
    by_step = set(finest) - set(_spans(frame))
    steps = sorted({lag for _, _, span, _, lag in at if span in by_step} - {-1, _LAST})
    for where in dict.fromkeys(row[:3] for row in [*at, *between] if row[2] not in by_step or row in between):
        first, last = span_days(where[2])
        months = {month: month in by_step for month in finest if first <= span_days(month)[0] <= last}
        for step, (name, endings) in product(steps, ((withdrawn, [withdrawn]), (OTHER, otherwise))):
            later = min((lag for lag in grid if lag >= step), default=_LAST)
            for lag in dict.fromkeys((later, max(lag for lag in grid if lag <= step))):
                _step(lattice, every, _Step(where, months, name, endings, step, lag))


@dataclass(frozen=True)
class _Step:
    """The running totals of months at a step beside those of their span at a lag: of which endings, called what.

    ``months`` are those that have running totals at steps, and the others, which have them at the lags of their span.
    """

    where: tuple[str, str, str]
    months: dict[str, bool]
    name: str
    endings: list[str]
    step: int
    lag: int

    def of_month(self, at: Places, month: str) -> list[int]:
        """The cells of one month: at the step, or at the lag where it has those; none where it was not followed."""
        at_step = [(*self.where[:2], month, self.name, self.step)]
        at_lag = [(*self.where[:2], month, ending, self.lag) for ending in self.endings]
        return [at[row] for row in (at_step if self.months[month] else at_lag) if row in at]


def _step(lattice: Lattice, at: Places, asked: _Step) -> None:
    """The sum of a span's running totals at a lag and its months' at a step, and of what lies between the two."""
    of_months = [asked.of_month(at, month) for month in asked.months]
    wholes = [at[row] for ending in asked.endings if (row := (*asked.where, ending, asked.lag)) in at]
    is_after = asked.lag >= asked.step
    if not wholes or not any(of_months) or not (is_after or all(of_months)):
        return
    parts = [cell for cells in of_months for cell in cells]
    more, fewer = (wholes, parts) if is_after else (parts, wholes)
    count = sum(lattice.counts[cell] for cell in more) - sum(lattice.counts[cell] for cell in fewer)
    rest = []
    if asked.lag != asked.step or not all(of_months):
        key = key_of(*asked.where, asked.name, f"{asked.lag} and by month {asked.step}")
        rest.append(lattice.cell(key, count, is_released=False))
    lattice.related([*more, *fewer, *rest], [1] * len(more) + [-1] * (len(fewer) + len(rest)))


def _between(before: str, after: str) -> str:
    """The months between two spans; none where one begins when the other ends."""
    (_, last), (first, _) = span_days(before), span_days(after)
    months = list(months_between(last, first))[1:-1]
    return span_key(months[0], len(months)) if months else ""


def _spans(frame: Frame) -> list[str]:
    """The whole time, and what its cases are grouped by where there is one force: its first and its last months."""
    months = list(months_between(frame.first, frame.last))
    size = min(YEAR, len(months) // 2)
    ends = [span_key(months[0], size), span_key(months[-size], size)] if size and len(frame.forces.names) == 1 else []
    return list(dict.fromkeys([frame.span, *ends]))


def _steps(span: str, taken: date, unit: str) -> tuple[int, ...]:
    """The lags of a month's running totals: whole steps, as far as all its cases were followed."""
    first, last = span_days(span)
    if unit == "months":
        return tuple(range(month_number(taken) - month_number(first) + 1))
    return tuple(STEP * step - 1 for step in range(1, ((taken - last) + timedelta(days=1)).days // STEP + 1))


@dataclass(frozen=True)
class _Asked:
    """What running totals are released: of which endings, at which lags, of cases followed to when."""

    names: tuple[str, ...]
    grid: tuple[int, ...]
    taken: date
    unit: str
    scheme: str


@dataclass(frozen=True, eq=False)
class _Chains:
    """The running totals of one place, offence and span, and how they add up with what is released by outcome.

    Each number is one cell, whatever leads to it: drawn twice, it would be narrower than either. Nobody was followed
    for longer than since the first day of the span, so that all later totals are the last one; undecided cases were
    followed since they were recorded, so that a total of them is that of the months since.
    """

    lattice: Lattice
    frame: Frame
    where: tuple[str, str, str]
    table: pd.DataFrame
    asked: _Asked

    def found(self) -> Iterator[tuple[str, int, int]]:
        """Each ending's running totals: its name, the lag, and the place of the cell; all cases under lag -1."""
        whole = self.cell(codes_key(sets.types()), int(self.table["cases"].sum()), is_released=True)
        yield ALL, -1, whole
        ends = {}
        for ending in self.asked.names:
            for lag, place in self.chain(ending):
                yield ending, lag, place
            ends[ending] = place
        self.relate(whole, ends)

    def cell(self, codes: str, count: int, *, is_released: bool = False) -> int:
        """A cell of this place, offence and span."""
        return self.lattice.cell(key_of(*self.where, codes), count, is_released=is_released)

    def chain(self, ending: str) -> Iterator[tuple[int, int]]:
        """The running totals of one ending, each with its lag but the last, which is that of all lags."""
        first, _ = span_days(self.where[2])
        longest = lag_of(first, self.asked.taken, self.asked.unit)
        is_so = (self.named == ending).to_numpy()
        followed, cases = self.table["lag"].to_numpy()[is_so], self.table["cases"].to_numpy()[is_so]
        name = self.open(ending) if ending in incidence.OPEN else ending
        before: tuple[int, int, int] | None = None
        for lag in (*self.asked.grid, _LAST):
            until = lag if lag < longest else _LAST
            running = int(cases[followed <= until].sum())
            if ending == incidence.UNDECIDED:
                place = self.undecided(until, running)
            else:
                place = self.cell(key_of(name, str(until)), running, is_released=True)
            if before is not None and place != before[2]:
                between = self.cell(key_of(name, f"{before[0]} to {until}"), running - before[1])
                self.lattice.adds_up(place, [before[2], between])
            before = until, running, place
            yield lag, place

    @cached_property
    def named(self) -> pd.Series:
        """How each row's cases ended, by the names that are released."""
        return self.table["ending"].where(self.table["ending"].isin((*self.asked.names, *incidence.OPEN)), OTHER)

    def open(self, ending: str) -> str:
        """What cases that have not ended are called: until when they were followed belongs to it."""
        return f"{ending}@{self.asked.taken}"

    def undecided(self, until: int, running: int) -> int:
        """The cell of the undecided cases that were followed for at most so long: those recorded since then."""
        name = codes_key(reference.codes(self.asked.scheme, incidence.UNDECIDED))
        months, part = self.since(until)
        periods = [*months, part] if part else months
        keys = [key_of(*self.where[:2], period, name) for period in periods]
        counts = [self.undecided_in(period) for period in periods]
        within = running - sum(counts[: len(months)])
        if len(keys) == 1 and not part and not within:
            return self.lattice.cell(keys[0], running, is_released=True)
        what = name if until == _LAST else key_of(self.open(incidence.UNDECIDED), str(until))
        place = self.cell(what, running, is_released=True)
        parts = [self.lattice.cell(key, count, is_released=False) for key, count in zip(keys, counts, strict=True)]
        if part and 0 <= within <= counts[-1]:
            chain = key_of(self.open(incidence.UNDECIDED), str(until), part)
            month, parts[-1] = parts[-1], self.cell(key_of(chain, "since"), within)
            self.lattice.adds_up(month, [parts[-1], self.cell(key_of(chain, "before"), counts[-1] - within)])
            within = 0
        if parts and not within:
            self.lattice.adds_up(place, parts)
        return place

    def since(self, lag: int) -> tuple[list[str], str]:
        """The released periods that cases followed for at most a lag were recorded in, and the month partly so."""
        first, last = span_days(self.where[2])
        taken, unit = self.asked.taken, self.asked.unit
        months = [month for month in months_between(first, last.replace(day=1)) if lag_of(month, taken, unit) <= lag]
        before = [month for month in months_between(first, last.replace(day=1)) if month not in months]
        is_part = before and unit == "days" and lag_of(span_days(span_key(before[-1], 1))[1], taken, unit) <= lag
        uncovered, periods = {span_key(month, 1) for month in months}, []
        finest = self.frame.periods.names[: self.frame.periods.members.shape[1]]
        sizes = self.frame.periods.members.sum(axis=1)
        for period in sorted(range(len(sizes)), key=lambda place: -sizes[place]):
            within = {finest[place] for place in np.flatnonzero(self.frame.periods.members[period])}
            if within <= uncovered:
                uncovered -= within
                periods.append(self.frame.periods.names[period])
        return periods, span_key(before[-1], 1) if is_part else ""

    def undecided_in(self, period: str) -> int:
        """The undecided cases that were recorded in a period."""
        first, last = span_days(period)
        still = self.table[self.table["ending"] == incidence.UNDECIDED]
        return int(still.loc[[first <= day <= last for day in still["period"]], "cases"].sum())

    def relate(self, whole: int, ends: dict[str, int]) -> None:
        """All cases are those that ended and those that did not; all of an ending, those with a date and without."""
        undated = self.table[self.table["ending"] == incidence.UNDATED]
        outcomes = reference.outcomes(self.asked.scheme)
        endings = undated["outcome"].astype(object).map(lambda code: outcomes[code].disposition)
        without, rest = [], int(undated["cases"].sum())
        for ending, place in ends.items():
            codes = reference.codes(self.asked.scheme, ending) if ending in reference.DISPOSITIONS else ()
            if not codes or ending in incidence.OPEN:
                continue
            count = int(undated.loc[endings == ending, "cases"].sum())
            key, total = codes_key(codes), count + self.lattice.counts[place]
            if (key_of(*self.where, key), total) in self.lattice.at:
                without.append(self.cell(key_of(ending, f"undated@{self.asked.taken}"), count))
                self.lattice.adds_up(self.cell(key, total), [place, without[-1]])
                rest -= count
        if incidence.UNDATED in ends:
            if without and not rest:
                self.lattice.adds_up(ends[incidence.UNDATED], without)
            self.lattice.adds_up(whole, list(ends.values()))
            return
        unended = self.lattice.counts[whole] - sum(self.lattice.counts[place] for place in ends.values())
        still = self.cell(self.open("open"), unended)
        self.lattice.adds_up(whole, [*ends.values(), still])
        decided = int(undated["cases"].sum())
        waiting = self.cell(codes_key(reference.codes(self.asked.scheme, incidence.UNDECIDED)), unended - decided)
        self.lattice.adds_up(still, [waiting, self.cell(self.open(incidence.UNDATED), decided)])


def _endings(scheme: str, *, is_coarse: bool) -> tuple[str, ...]:
    """The endings whose running totals are released: of a month the one that carries withdrawal, and any other."""
    if is_coarse:
        return (withdrawal_ending(scheme), OTHER)
    return (*(name for name in reference.DISPOSITIONS if reference.codes(scheme, name)), incidence.UNDATED)
