"""Shares that do not follow from their counts, and why: a copy, a swap, rows slipped, other units, nothing to divide.

A share follows from two counts where, within the rounding that is printed, it is their quotient. Which two is found
out: the pair that most rows agree with, and the pair that the names agree with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.audit.finding import SELDOM, Finding, figure, for_all, listed, spoken, tail
from analysis.audit.printed_table.roles import Column
from analysis.audit.printed_table.table import Table

#: Words of a column's name that do not say what it counts.
_FILLING = {
    *("percent", "per", "cent", "pct", "share", "rate", "proportion", "ratio", "printed", "of", "the", "in", "and"),
    *("n", "no", "number", "count", "total", "all", "cases", "offences", "crimes", "outcomes", "latest", "recorded"),
    *("as", "a"),
}
_SCALES = (100.0, 1.0)
MOST_STEPS = 4  # rows by which a look-up is thought to slip
_FEW = 3  # rows that a relation must hold in
_MODEL = "were the two unrelated, a share would agree with counts as often as it agrees with those of other rows"


@dataclass(frozen=True)
class Quotient:
    """One column of counts over another, times ``scale``. ``bottom`` None is the sum of all counts.

    ``is_change`` for (top - bottom) / bottom.
    """

    top: Column
    bottom: Column | None
    scale: float
    is_change: bool

    @property
    def name(self) -> str:
        """As a reader says it: "charged / outcomes"."""
        below = self.bottom.name if self.bottom else "all counts"
        return f"({self.top.name} − {below}) / {below}" if self.is_change else f"{self.top.name} / {below}"


@dataclass(frozen=True)
class Relation(Quotient):
    """How a share agrees with a quotient of two columns of counts.

    ``agrees``, one a row: 1 where it holds, 0 where not, NaN where it cannot be seen. ``often`` is how often a share
    agrees with the counts of another row.
    """

    share: Column
    agrees: np.ndarray
    often: float

    @property
    def seen(self) -> int:
        """How many rows can be seen."""
        return int((~np.isnan(self.agrees)).sum())

    @property
    def held(self) -> int:
        """In how many of them it holds."""
        return int(np.nansum(self.agrees))

    @property
    def part(self) -> float:
        """In which part of the rows that can be seen it holds."""
        return self.held / self.seen if self.seen else 0.0


def relations(table: Table) -> dict[str, list[Relation]]:
    """For each share of a table the pairs of counts that it agrees with, the best first.

    Parameters
    ----------
    table
        The printed table.

    Returns
    -------
    dict[str, list[Relation]]
        By name of the share.
    """
    return {share.name: _relations(table, share) for share in table.shares}


def findings(table: Table, relations: Mapping[str, list[Relation]], beside: Sequence[Column] = ()) -> list[Finding]:
    """What is wrong with the shares of a table.

    Parameters
    ----------
    table
        The printed table.
    relations
        What ``relations`` gives of it.
    beside
        Counts of the suite that are not printed in it.

    Returns
    -------
    list of Finding
        One for each kind of fault and column.
    """
    chosen = {name: _chosen(candidates) for name, candidates in relations.items()}
    findings: list[Finding] = []
    done: set[str] = set()
    for share in table.shares:
        if share.name in done:
            continue
        finding, also = _named_wrongly(table, share, relations, chosen)
        if finding is not None:
            findings.append(finding)
            done |= {share.name, *also}
    for share in table.shares:
        if share.name not in done:
            exceptions = _exceptions(table, share, relations[share.name], chosen[share.name])
            findings += exceptions or (_slipped_beside(table, share, beside) if chosen[share.name] is None else [])
    return findings


def following(relations: Mapping[str, list[Relation]]) -> int:
    """How many shares of a table follow from two of its counts, or one and the sum of all, in most of their rows.

    Parameters
    ----------
    relations
        What ``relations`` gives of it.

    Returns
    -------
    int
        Columns of shares.
    """
    return sum(_chosen(candidates) is not None for candidates in relations.values())


def _slipped_beside(table: Table, share: Column, beside: Sequence[Column]) -> list[Finding]:
    """A share of counts that only the suite has, where its rows slipped."""
    for top in sorted(beside, key=lambda count: -_likeness(share, count)):
        for bottom in table.counts:
            for scale in _scales(share):
                finding = _slipped_from(table, share, Quotient(top, bottom, scale, is_change=False))
                if finding is not None and _likeness(share, top) > 0:
                    return [finding]
    return []


# ------------------------------------------------------------------------------------------------ which two counts


def _relations(table: Table, share: Column) -> list[Relation]:
    """Every pair of counts that a share agrees with in three rows or more, the best first."""
    relations = []
    for top in table.counts:
        for bottom in (*table.counts, None):
            if bottom is top or (bottom is None and len(table.counts) < 3) or not _could_meet(share, top, bottom):
                continue
            for is_change in (False, True) if bottom is not None else (False,):
                for scale in _scales(share):
                    relation = _relation(table, share, Quotient(top, bottom, scale, is_change))
                    if relation.held >= _FEW and (is_change or _is_part(table, top, bottom)):
                        relations.append(relation)
    return sorted(
        relations, key=lambda relation: (-round(relation.part, 2), relation.often, -_likeness(share, relation.top))
    )


def _is_part(table: Table, top: Column, bottom: Column | None) -> bool:
    """Whether one column may be a part of another: no more than it, but for a row in ten."""
    above, below = table.values(top), _below(table, bottom)
    seen = ~np.isnan(above) & ~np.isnan(below) & (below > 0)
    return bool(np.mean(above[seen] <= below[seen]) >= 0.9) if seen.any() else False


def _could_meet(share: Column, top: Column, bottom: Column | None) -> bool:
    """Whether three columns may belong together: in a wide table, those of one time, or of times that change."""
    stamped = [column.time for column in (share, top, bottom) if column is not None and column.time is not None]
    return share.time is None or len(set(stamped)) == 1


def _scales(share: Column) -> Sequence[float]:
    """What a quotient is multiplied by before it is printed."""
    numbers = [cell for cell in share.cells if cell.kind == "number"]
    percents = sum(number.is_percent for number in numbers)
    return _SCALES[:1] if percents > 0.5 * len(numbers) else _SCALES


def _relation(table: Table, share: Column, quotient: Quotient) -> Relation:
    """How a share agrees with two counts, row by row."""
    low, high = _ends(table, quotient)
    half = table.half(share)
    agrees = _compared(table.values(share), half, low, high)
    agrees[(table.values(quotient.top) == 0) & (table.values(share) == 0)] = np.nan  # none is none of anything
    if np.nansum(agrees) < 0.9 * np.isfinite(agrees).sum():  # cut off instead of rounded
        cut = _compared(table.values(share) + half, half, low, high)
        agrees = (
            cut if np.nansum(cut) > np.nansum(agrees) and np.nansum(cut) >= 0.95 * np.isfinite(cut).sum() else agrees
        )
    return Relation(**vars(quotient), share=share, agrees=agrees, often=_often(table, share, low, high))


def _ends(table: Table, quotient: Quotient) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest quotient that two columns of rounded counts allow, NaN where there is none."""
    top, bottom = quotient.top, quotient.bottom
    above, below = table.values(top), _below(table, bottom)
    loose = 0.0 if table.unit(top) == 1 else table.unit(top) / 2
    under = 0.0 if bottom is None or table.unit(bottom) == 1 else table.unit(bottom) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [(above + a) / (below + b) for a in (-loose, loose) for b in (-under, under)]
        low, high = np.min(ends, axis=0), np.max(ends, axis=0)
    bad = (below <= under) | np.isnan(above) | np.isnan(below)
    low[bad], high[bad] = np.nan, np.nan
    shift = 1.0 if quotient.is_change else 0.0
    return (low - shift) * quotient.scale, (high - shift) * quotient.scale


def _below(table: Table, bottom: Column | None) -> np.ndarray:
    if bottom is not None:
        return table.values(bottom)
    return np.asarray(np.sum([table.values(count) for count in table.counts], axis=0))


def _compared(values: np.ndarray, half: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """1 where a share may be the quotient, 0 where not, NaN where one of them is not there."""
    slack = half * (1 + 1e-9) + 1e-12
    agrees = ((values >= low - slack) & (values <= high + slack)).astype(float)
    agrees[np.isnan(values) | np.isnan(low)] = np.nan
    return agrees


def _often(table: Table, share: Column, low: np.ndarray, high: np.ndarray) -> float:
    """How often a share agrees with the counts of a row that is not its own."""
    values, half = table.values(share), table.half(share)
    rows = np.flatnonzero(~np.isnan(values) & ~np.isnan(low))[:400]
    if len(rows) < 3:
        return 1.0
    hits = (values[rows, None] >= (low[rows] - half[rows] - 1e-12)[None, :]) & (
        values[rows, None] <= (high[rows] + half[rows] + 1e-12)[None, :]
    )
    np.fill_diagonal(hits, val=False)
    return float((hits.sum() + 1) / (len(rows) * (len(rows) - 1)))


def _chosen(relations: Sequence[Relation]) -> Relation | None:
    """The pair that a share is taken to be the quotient of; None where none can be told."""
    for relation in relations:
        if (
            relation.part >= (0.5 if relation.bottom else 0.97)
            and for_all(tail(relation.held, relation.seen, relation.often), 2 * len(relations)) < SELDOM
        ):
            return relation
    return None


def _words(name: str) -> set[str]:
    """The stems of the words of a column's name that say what it counts."""
    return {word[:5] for word in re.findall(r"[a-z]+|\d+", name.casefold()) if word not in _FILLING}


def _likeness(share: Column, top: Column) -> float:
    """How far two names say the same, from 0 to 1 (Jaccard's index of their words)."""
    left, right = _words(share.stem or share.name), _words(top.stem or top.name)
    return len(left & right) / len(left | right) if left | right else 0.0


# ------------------------------------------------------------------------------------------------ copies and swaps


def _named_wrongly(
    table: Table, share: Column, relations: Mapping[str, list[Relation]], chosen: dict[str, Relation | None]
) -> tuple[Finding | None, set[str]]:
    """A share that follows from other counts than its name says, and the other shares that this tells of."""
    best = chosen[share.name]
    if best is None or best.part < 0.9 or best.is_change:
        return None, set()
    alike = {count.name: _likeness(share, count) for count in table.counts if count is not best.bottom}
    named = max(alike, key=lambda name: alike[name])
    if alike[named] <= alike.get(best.top.name, 0.0) or alike[named] < 0.3:
        return None, set()
    own = next((count for count in table.counts if count.name == named), best.top)
    proper = _relation(table, share, Quotient(own, best.bottom, best.scale, is_change=False))
    if proper.part >= 0.5 or proper.seen < _FEW:
        return None, set()
    chance = for_all(tail(best.held, best.seen, best.often), len(relations[share.name]))
    twin = _twin(table, share, best)
    other = next(
        (
            relation
            for relation in chosen.values()
            if relation is not None and relation.share is not share and relation.top is own
        ),
        None,
    )
    if other is not None and other.part >= 0.9 and _likeness(other.share, best.top) > _likeness(other.share, own):
        return _swapped(table, best, proper, other, chance), {other.share.name}
    return _copied(table, best, proper, twin, chance), set()


def _twin(table: Table, share: Column, best: Relation) -> Column | None:
    """Another share that is printed alike in every row."""
    values = table.values(share)
    for other in table.shares:
        theirs = table.values(other)
        both = ~np.isnan(values) & ~np.isnan(theirs)
        near = np.abs(values - theirs)[both] <= (table.half(share) + table.half(other))[both] * 1.0001
        if other is not share and both.sum() >= 0.9 * best.seen and near.mean() >= 0.95:
            return other
    return None


def _copied(table: Table, best: Relation, proper: Relation, twin: Column | None, chance: float) -> Finding:
    """A column of shares that is another's."""
    share, rows = best.share, np.flatnonzero(best.agrees == 1)
    off = int((proper.agrees == 0).sum())
    of = f"{best.seen:,} of {best.seen:,}" if best.held == best.seen else f"{best.held:,} of {best.seen:,}"
    if twin is not None:
        values, theirs = table.values(share), table.values(twin)
        both = ~np.isnan(values) & ~np.isnan(theirs)
        rows = np.flatnonzero(both & (np.abs(values - theirs) <= (table.half(share) + table.half(twin)) * 1.0001))
        lead = f"'{share.name}' is the same as '{twin.name}' in {len(rows):,} of {int(both.sum()):,} rows"
        lead += f" and follows from {best.name}"
    else:
        lead = f"'{share.name}' is {best.name} in {of} rows"
    example = _example(table, proper)
    evidence = f"{lead}; {proper.name} it is not in {off:,} of {proper.seen:,} ({example})."
    columns = (share.name, *((twin.name,) if twin is not None else (best.top.name,)))
    return Finding(
        "copied_column", "A column that copies another", columns, table.where(rows), evidence, chance, _MODEL
    )


def _swapped(table: Table, best: Relation, proper: Relation, other: Relation, chance: float) -> Finding:
    """Two columns of shares (or of counts) under each other's names."""
    evidence = (
        f"'{best.share.name}' is {best.name} in {best.held:,} of {best.seen:,} rows and '{other.share.name}' is "
        f"{other.name} in {other.held:,} of {other.seen:,}: the two shares, or the two counts, stand under each "
        f"other's names ({_example(table, proper)})."
    )
    columns = (best.share.name, other.share.name, best.top.name, other.top.name)
    rows = np.flatnonzero((best.agrees == 1) | (other.agrees == 1))
    return Finding("swapped_labels", "Labels of columns swapped", columns, table.where(rows), evidence, chance, _MODEL)


def _example(table: Table, relation: Relation) -> str:
    """One row that does not agree, in words: the one with most cases."""
    rows = np.flatnonzero(relation.agrees == 0)
    below = _below(table, relation.bottom)
    row = int(rows[np.argmax(below[rows])])
    low, _ = _ends(table, relation)
    top = table.values(relation.top)[row]
    preposition = "against" if relation.is_change else "of"
    ratio = f"{figure(top)} {preposition} {figure(below[row])} is {low[row]:.{max(relation.share.decimals, 1)}f}"
    return f"line {table.printed.lines[row]}: {ratio}, printed {relation.share.texts[row]}"


# ------------------------------------------------------------------------------------------------ single rows


def _exceptions(table: Table, share: Column, relations: list[Relation], best: Relation | None) -> list[Finding]:
    """Rows of a share that do not follow as the others do, by what they follow from instead."""
    slipped = _slipped(table, share, best)
    if slipped is not None:
        return [slipped]
    if best is not None and not _likeness(share, best.top) and any(_likeness(share, count) for count in table.counts):
        best = None  # it is of another count, by its name, of a base that is not printed
    if best is None or best.part < 0.6:
        return _mixed_units(table, share)
    findings: list[Finding | None] = []
    rows = np.flatnonzero(best.agrees == 0)
    units = _other_units(table, best, rows)
    if units is not None:
        findings.append(units[0])
        rows = np.setdiff1d(rows, units[1])
    elsewhere = _of_other_counts(table, best, relations, rows)
    if elsewhere is not None:
        findings.append(elsewhere[0])
        rows = np.setdiff1d(rows, elsewhere[1])
    if len(rows):
        findings += [] if _is_other_base(table, best, rows) else [_unfollowed(table, best, rows)]
    else:
        findings += [_without_base(table, best), _absent_part(table, best), _above_whole(table, best)]
    return [finding for finding in findings if finding is not None]


def _is_other_base(table: Table, best: Relation, rows: np.ndarray) -> bool:
    """Whether rows that do not follow may be shares of a base that is not printed and nearly the same.

    They are then off by little and to one side; where whole percentages are printed, many agree by their rounding.
    """
    low, _ = _ends(table, best)
    off = table.values(best.share)[rows] - low[rows]
    unit = 2 * table.half(best.share)[rows]
    if bool(np.all(np.abs(off) <= 1.01 * unit)) and best.share.decimals <= (0 if best.scale > 1 else 2):
        return True
    if best.part < 0.9 and float(np.median(np.abs(off) / np.maximum(np.abs(low[rows]), unit))) < 0.25:
        return True
    is_one_sided = bool(np.all(off > 0) or np.all(off < 0))
    named = re.search(r"\b(?:of|per) (?:all |the )?([a-z]{4,})", best.share.name.casefold().replace("_", " "))
    if is_one_sided and named and best.bottom and named[1][:5] not in best.bottom.name.casefold():
        return True  # the name says another base
    return len(rows) >= 3 and is_one_sided and float(np.median(np.abs(off) / np.abs(low[rows]))) < 0.4


def _unfollowed(table: Table, best: Relation, rows: np.ndarray) -> Finding:
    """Shares that do not follow from their counts, for no reason that can be told."""
    part = replace(best, agrees=np.where(np.isin(np.arange(len(best.agrees)), rows), 0.0, np.nan))
    evidence = (
        f"'{best.share.name}' is {best.name} in {best.held:,} of {best.seen:,} rows, and not in {len(rows):,}: "
        f"{_example(table, part)}."
    )
    chance = for_all(tail(best.held, best.seen, best.often), 10)
    return Finding(
        "share", "Shares that do not follow from their counts",
        (best.share.name, best.top.name, *((best.bottom.name,) if best.bottom else ())), table.where(rows),
        evidence, chance, "that the other rows follow so by chance; rounding cannot make the difference",
    )  # fmt: skip


def _without_base(table: Table, best: Relation) -> Finding | None:
    """A share that is printed where there was nothing to divide by, and something to divide."""
    below, above, values = _below(table, best.bottom), table.values(best.top), table.values(best.share)
    rows = np.flatnonzero((below == 0) & (above > 0) & ~np.isnan(values))
    if not len(rows) or best.is_change:
        return None
    also = int(((below == 0) & (above == 0) & ~np.isnan(values)).sum())
    first = int(rows[0])
    more = f"; in {also:,} more rows 0 of 0" if also else ""
    name = best.bottom.name if best.bottom else "all counts"
    evidence = (
        f"'{best.share.name}' is printed in {len(rows):,} rows where {name} is 0 and {best.top.name} is not (line "
        f"{table.printed.lines[first]}: {figure(above[first])} of 0, printed {best.share.texts[first]}){more}: "
        "there is no such share."
    )
    return Finding("share_of_nothing", "Shares of nothing", (best.share.name,), table.where(rows), evidence)


def _absent_part(table: Table, best: Relation) -> Finding | None:
    """A share that is printed where one of its counts is absent."""
    top, below, values = table.values(best.top), _below(table, best.bottom), table.values(best.share)
    rows = np.flatnonzero((np.isnan(top) | np.isnan(below)) & ~np.isnan(values))
    if not len(rows) or best.part < 0.9 or len(rows) > 0.2 * best.seen or best.bottom is None:
        return None
    evidence = f"'{best.share.name}' ({best.name}) is printed in {len(rows):,} rows where one of the two is not there."
    return Finding("share", "Shares without their counts", (best.share.name,), table.where(rows), evidence)


def _above_whole(table: Table, best: Relation) -> Finding | None:
    """Parts that are more than their whole, where nearly all others are not."""
    if best.is_change or best.bottom is None:
        return None
    above, below = table.values(best.top), table.values(best.bottom)
    rows = np.flatnonzero((above > below) & (below > 0))
    seen = int(((below > 0) & ~np.isnan(above)).sum())
    if not 0 < len(rows) <= 0.1 * seen:
        return None
    first = int(rows[np.argmax(above[rows] / below[rows])])
    evidence = (
        f"{best.top.name} is more than {best.bottom.name} in {len(rows):,} of {seen:,} rows (line "
        f"{table.printed.lines[first]}: {figure(above[first])} of {figure(below[first])}, printed "
        f"{best.share.texts[first]}): they do not count the same cases, and their quotient is no share."
    )
    return Finding(
        "above_whole", "Parts above their whole", (best.top.name, best.bottom.name), table.where(rows), evidence
    )


def _other_units(table: Table, best: Relation, rows: np.ndarray) -> tuple[Finding, np.ndarray] | None:
    """Rows whose share is printed as a fraction among percentages, or the other way about."""
    low, high = _ends(table, best)
    values = table.values(best.share)
    printed = 0.5 * 10.0 ** -np.array([float(cell.decimals) for cell in best.share.cells])
    for factor, units in ((0.01, "as fractions among percentages"), (100.0, "as percentages among fractions")):
        agrees = _compared(values, printed, low * factor, high * factor)
        wrong = rows[(agrees[rows] == 1) & (values[rows] != 0)]
        if len(wrong):
            row = int(wrong[0])
            evidence = (
                f"'{best.share.name}' is printed {units} in {len(wrong):,} of {best.seen:,} rows (line "
                f"{table.printed.lines[row]}: {best.share.texts[row]}, where {best.name} is {low[row]:.4g})."
            )
            chance = for_all(tail(len(wrong), len(rows), min(best.often, 0.5)), 4) if len(wrong) > 1 else None
            model = "that shares a hundred times off agree with their counts by chance" if chance is not None else ""
            return Finding(
                "units", "Units mixed in a column", (best.share.name,), table.where(wrong), evidence, chance,
                model or Finding.model,
            ), wrong  # fmt: skip
    return None


def _mixed_units(table: Table, share: Column) -> list[Finding]:
    """Fractions among percentages in a column of shares whose counts are not printed: two heaps far apart."""
    values = table.values(share)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(values > 0, values, np.nan))
    small, large = (values > 0) & (values <= 1), values > 1
    if small.sum() < 2 or large.sum() < 5 or np.isnan(logs).all():
        return []
    centre, spread = float(np.median(logs[large])), max(0.25, float(np.std(logs[large])))
    moved = logs[small] + np.log(100)
    is_apart = values[small].max() < values[large].min() / 3
    is_alike = (
        bool(np.all(np.abs(moved - centre) < 3.5 * spread)) and float(np.min(centre - logs[small])) > 2.5 * spread
    )
    if not (is_apart and is_alike):
        return []
    away = (centre - logs[small]) / spread
    chance = for_all(float(-np.log10(1 + away**2).sum()), len(values))
    if chance >= SELDOM:
        return []
    row = int(np.flatnonzero(small)[0])
    evidence = (
        f"'{share.name}' holds {int(large.sum()):,} figures above 1, {np.exp(centre):.3g} in the middle, and "
        f"{int(small.sum()):,} of 1 or less that are like them once a hundred times as large (line "
        f"{table.printed.lines[row]}: {share.texts[row]})."
    )
    return [
        Finding(
            "units", "Units mixed in a column", (share.name,), table.where(np.flatnonzero(small)), evidence, chance,
            "that a share lies so far from the others, whatever their distribution (Cantelli's inequality)",
        )
    ]  # fmt: skip


def _of_other_counts(
    table: Table, best: Relation, relations: list[Relation], rows: np.ndarray
) -> tuple[Finding, np.ndarray] | None:
    """Rows whose share is that of another count: a part of a column that was copied."""
    if len(rows) < 4:
        return None
    for relation in relations:
        if (
            relation.top is best.top
            or relation.bottom is not best.bottom
            or relation.scale != best.scale
            or relation.is_change
        ):
            continue
        hits = rows[relation.agrees[rows] == 1]
        chance = for_all(tail(len(hits), len(rows), relation.often), 4 * len(relations))
        if len(hits) >= 0.9 * len(rows) and chance < SELDOM:
            evidence = (
                f"'{best.share.name}' is {best.name} in {best.held:,} of {best.seen:,} rows, but {relation.name} in "
                f"{len(hits):,} of the {len(rows):,} others ({spoken(table.where(hits))})."
            )
            return Finding(
                "copied_column", "A column that copies another in part", (best.share.name, relation.top.name),
                table.where(hits), evidence, chance, _MODEL,
            ), hits  # fmt: skip
    return None


# ------------------------------------------------------------------------------------------------ rows slipped


def _slipped(table: Table, share: Column, best: Relation | None) -> Finding | None:
    """Rows whose share follows from the counts of a row above or below: a look-up that slipped."""
    for quotient in [best] if best is not None else _named_quotients(table, share):
        finding = _slipped_from(table, share, quotient)
        if finding is not None:
            return finding
    return None


def _named_quotients(table: Table, share: Column) -> Iterator[Quotient]:
    """The quotients of counts that a share may be meant to be."""
    for top in table.counts:
        for bottom in table.counts:
            if top is not bottom and _could_meet(share, top, bottom):
                for scale in _scales(share):
                    yield Quotient(top, bottom, scale, is_change=False)


def _slipped_from(table: Table, share: Column, meant: Quotient) -> Finding | None:
    """The same for one quotient, of which a change is taken for a part."""
    rows = _in_order(table)
    own = _relation(table, share, Quotient(meant.top, meant.bottom, meant.scale, is_change=False))
    wrong = own.agrees[rows] == 0
    if wrong.sum() < 5 or own.bottom is None:
        return None
    best, often = np.zeros(len(rows), dtype=bool), 0.0
    ways: dict[str, int] = {}
    for step in sorted(range(-MOST_STEPS, MOST_STEPS + 1), key=abs):
        for both in (False, True):
            hits, chance = _from_step(table, own, rows, step=step, both=both)
            hits = hits & wrong & ~best & _in_runs(hits | ~wrong, hits)
            if step and hits.sum() >= 3:
                best, often = best | hits, max(often, chance)
                ways[_way(own, step, both=both)] = int(hits.sum())
    total, explained = int(wrong.sum()), int(best.sum())
    chance_all = for_all(tail(explained, total, min(1.0, 2 * often * max(len(ways), 1))), 100)
    if explained < max(5, 0.6 * total) or chance_all >= SELDOM:
        return None
    return _slip(table, own, rows[best], ways=ways, chance=chance_all)


def _in_order(table: Table) -> np.ndarray:
    """The rows that are no totals, in the order of the table."""
    return np.flatnonzero(~table.keys["is_total"].to_numpy())


def _from_step(table: Table, own: Relation, rows: np.ndarray, *, step: int, both: bool) -> tuple[np.ndarray, float]:
    """Where a share follows from the top (or from both counts) of the row ``step`` below."""
    top, bottom = table.values(own.top)[rows], _below(table, own.bottom)[rows]
    moved = np.full(len(rows), np.nan)
    below = bottom.copy()
    source = np.arange(len(rows)) + step
    inside = (source >= 0) & (source < len(rows))
    moved[inside] = top[source[inside]]
    if both:
        below = np.full(len(rows), np.nan)
        below[inside] = bottom[source[inside]]
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.where(below > 0, own.scale * moved / below, np.nan)
    values, half = table.values(own.share)[rows], table.half(own.share)[rows]
    hits = _compared(values, half, quotient, quotient) == 1
    near = np.abs(values[:, None] - quotient[None, :]) <= half[:, None]
    return hits, float(near.sum() + 1) / max(1, (~np.isnan(quotient)).sum() * (~np.isnan(values)).sum())


def _in_runs(fits: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Hits in a run of three or more rows, all but rows that are right anyway being hits."""
    keep = np.zeros(len(fits), dtype=bool)
    start = None
    for at, fit in enumerate([*fits, False]):
        if fit and start is None:
            start = at
        elif not fit and start is not None:
            if hits[start:at].sum() >= 3:
                keep[start:at] = True
            start = None
    return keep


def _way(own: Relation, step: int, *, both: bool) -> str:
    """What rows that slipped by a step follow from, in words."""
    where = f"{abs(step)} row{'s' if abs(step) > 1 else ''} {'below' if step > 0 else 'above'}"
    base = own.bottom.name if own.bottom else "all counts"
    return f"{own.top.name} and {base} of {where}" if both else f"{own.top.name} of {where} over its own {base}"


def _slip(table: Table, own: Relation, rows: np.ndarray, *, ways: dict[str, int], chance: float) -> Finding:
    """Rows that slipped, as a finding."""
    total = int((own.agrees[_in_order(table)] == 0).sum())
    phrases = listed((f"in {often} rows it follows from {way}" for way, often in ways.items()), most=4)
    evidence = (
        f"'{own.share.name}' is {own.name} of its own row in {own.held:,} of {own.seen:,} rows; of the {total:,} "
        f"others {len(rows):,} slipped: {phrases} ({_example(table, own)})."
    )
    return Finding(
        "slipped_rows", "Rows slipped against their labels", (own.share.name,), table.where(rows), evidence, chance,
        "a share agrees with the counts of another row as often as any two rows agree",
    )  # fmt: skip
