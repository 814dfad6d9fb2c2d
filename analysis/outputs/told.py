"""The numbers that words and drawings give: each is in a table of its report, or follows from what was released.

Percentages with a decimal, counts in thousands and "n of m cases" are looked for. Other small numbers in sentences
(years, outcome types, months) cannot be told from counts; making the report again compares all words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.disclosure import protect
from analysis.errors import AttritionError
from analysis.outputs import drawings, published
from analysis.outputs.released import Released
from analysis.outputs.request import EXPLAINED, Output, Report, is_number, is_sane, labels
from analysis.outputs.words import Sets
from analysis.presentation import wording
from analysis.questions.comparison.funnel import FAR, NEAR
from analysis.questions.comparison.league import against
from analysis.questions.comparison.results import compared, funnel, spread
from analysis.questions.outcomes.labelled import beside_together
from analysis.reference import measures, reference
from analysis.shares.rates import rates

_PERCENT = re.compile(r"under 0\.1%|over 99\.9%|(?<![\d.,])\d+\.\d+%")
_COUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,]*\d)")
_OUT_OF = re.compile(
    r"(?<![\d.,])(\d[\d,]*) of (?:the )?(\d[\d,]*) (?!(?:\w+ ){0,2}forces\b)(?:[^\s.;:]+ ){0,6}?cases\b"
)
_IN_BRACKETS = re.compile(r"\((\d[\d,]*)\)")
_TICK = re.compile(r"(?:\d{1,2}|\d?(?:25|75))0*")  # what an axis may be marked with, its commas left out
_HAIR = 5e-7  # shares are kept to six decimals


def unheld(report: Report, sets: Sets) -> Iterator[tuple[str, str]]:
    """What the words and drawings of a report give in numbers that nothing of it holds.

    Parameters
    ----------
    report
        A report.
    sets
        The released sets behind it.

    Yields
    ------
    tuple[str, str]
        The name of the output or of the words, and what is wrong.
    """
    of_people = [output for output in report.outputs if output.is_of_people]
    if not of_people:
        return
    printed, (middles, compared) = _printed(report.outputs) | {NEAR, FAR}, _compared_of(report, sets)
    for output in of_people:
        written = drawings.words(output.drawing) if output.drawing else []
        drawn = {number for text in written for number in _drawn(text) if not _is_tick(number)}
        if drawn - printed - middles:
            yield output.name, "a number is written in its drawing that no table here gives"
    numbers = printed | middles | compared | _of_breaks() | _released_of(report, sets)
    texts = [(report.name, report.words)] + [(output.name, " ".join(_written(output))) for output in of_people]
    for name, text in texts:
        line = " ".join(text.split())
        pairs = [number for pair in _OUT_OF.findall(line) for number in pair]
        if any(number not in numbers for number in [*_PERCENT.findall(line), *_COUNT.findall(line), *pairs]):
            yield name, "a number is told in its words that no table here gives"


def _drawn(text: str) -> list[str]:
    """The numbers in a stretch of a drawing that may be of people."""
    return [*_PERCENT.findall(text), *_COUNT.findall(text), *_IN_BRACKETS.findall(text)]


def _is_tick(number: str) -> bool:
    """Whether an axis of thousands of cases may be marked with a number: 1,000, 2,500 or 1,250."""
    return "," in number and bool(_TICK.fullmatch(number.replace(",", "")))


def _of_breaks() -> set[str]:
    """The published numbers by which the suite's own table of breaks says what each means."""
    texts = " ".join(f"{one.what_changed} {one.what_it_means}" for one in reference.breaks())
    return {*_PERCENT.findall(texts), *_COUNT.findall(texts)}


def _written(output: Output) -> Iterator[str]:
    """Every word of a table and above it."""
    yield from (output.title, *output.lines, *output.notes)
    for row in output.rows:
        yield from (str(row.get(name, "")) for name in labels(output))


def _released_of(report: Report, sets: Sets) -> set[str]:
    """The released numbers of what a report is about, their shares, and the published ones of its years, as printed."""
    numbers = set()
    force = str(report.parameters.get("force", ""))
    for about in _each(_of_people(report), "counts", "place", "offence", "period"):
        if (release := sets.get(str(about.get("counts", "")))) is None:
            continue
        followed = release.followed({}, about)
        shown = release.at(about) | followed
        bases = followed | {cases for name in measures.BASES for cases in release.base({}, about, named=name)}
        numbers |= {f"{cases:,}" for cases in {*shown, *bases}} | {str(cases) for cases in {*shown, *bases}}
        numbers |= {wording.percent(cases / base) for base in bases for cases in shown if base and cases <= base}
        numbers |= {wording.percent(share) for share in release.open_of_latest(about)}
        for place in dict.fromkeys([str(about.get("place")), force]):
            here = about | {"place": place}
            numbers |= published.shares_by_year(release.counts, here) | published.numbers_beside(release.counts, here)
    return numbers


def _of_people(report: Report) -> list[dict[str, Any]]:
    """What each part of a report that is of people is about."""
    return [about for output in report.outputs for about in output.abouts if about.get("sensitivity") != "published"]


def _compared_of(report: Report, sets: Sets) -> tuple[set[str], set[str]]:
    """What comes of comparing the forces of the sets behind a report, as printed: the middles of funnels, and the rest.

    A funnel names its middle, which of two forces no table gives.
    """
    middles: set[str] = set()
    numbers: set[str] = set()
    for about in _each(_of_people(report), "counts", "offence", "measure", "base"):
        release = sets.get(str(about.get("counts", "")))
        middle, compared = (set(), set()) if release is None else _compared(release, about, report.parameters)
        middles, numbers = middles | middle, numbers | compared
    return middles, numbers


def _each(abouts: Iterable[dict[str, Any]], *names: str) -> Iterable[dict[str, Any]]:
    """One of those that say the same by these names."""
    return {tuple(str(about.get(name)) for name in names): about for about in abouts}.values()


def _compared(release: Released, about: dict[str, Any], parameters: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The middle of forces, and the shares by which words say how one of them lies among the others, as printed."""
    force, measure = str(parameters.get("force")), str(about.get("measure"))
    if force not in release.counts.forces or len(release.counts.forces) == 1 or not measures.is_measure(measure):
        return set(), set()
    offence = reference.offence_codes().get(str(about.get("offence")), "")
    chosen = {"offence": offence} if offence in release.counts.offences else {}
    try:
        cases = release.counts.select(period=str(parameters.get("period") or "all"), **chosen)
        by_force = rates(cases, measure, base=str(about.get("base")), by="force")
    except AttritionError:  # the report is somebody's file, and its time or base one that the set does not have
        return set(), set()
    beside = (spread(by_force), against(by_force, force), beside_together(cases, measure))
    middles = protect(funnel(by_force)).table["mean_share"]
    return {wording.percent(share) for share in middles.unique()}, {
        wording.percent(abs(share))
        for result in [protect(compared(by_force)), *(protect(one) for one in beside)]
        for name, column in result.columns.items()
        if column.kind in ("share", "difference") and name in result.table
        for share in result.table[name].dropna()
    }


def _printed(outputs: Iterable[Output]) -> set[str]:
    """Every number of some tables, as words and drawings print it."""
    numbers = set()
    for output in outputs:
        for row in output.rows:
            for name in output.columns:
                value = row.get(name)
                if value is None or not is_number(name) or not is_sane(value):
                    continue
                if EXPLAINED[name].kind == "count":
                    numbers |= {f"{int(value):,}", str(int(value))}
                near = (min(1.0, max(0.0, abs(value) + way)) for way in (-_HAIR, 0, _HAIR))
                numbers |= {wording.percent(share) for share in near}
    return numbers
