"""The rules of outputs: the five reasons for which an airlock returns one, and that no number goes past the release.

``faults`` is what ``attrition release`` refuses by and what ``attrition check outputs`` prints. A fault names the file,
the row and the column, and never the number: a number that may not be shown is not shown by saying so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from analysis.counts import counts
from analysis.disclosure import POLICIES
from analysis.errors import AttritionError
from analysis.outputs import files, published, released, told, words
from analysis.outputs.released import Released
from analysis.outputs.request import EXPLAINED, Output, Report, Request, Row, is_number, labels
from analysis.outputs.words import CONTEXT, Sets
from analysis.questions.journey.more_charges import LARGE
from analysis.questions.timing.histories import NAMES
from analysis.questions.timing.incidence import ANY
from analysis.questions.timing.outlook import TOGETHER
from analysis.shares.intervals import ROUNDING_VARIANCE, wilson
from analysis.shares.relabelling import FEWEST

UNROUNDED, NO_CONTEXT, UNREDACTED, NO_DATA, FILE_TYPE = words.REASONS
NOT_RELEASED, UNSAFE, TOO_LARGE = "not of the release", "unsafe", "too large"

_STEP = 1.5e-6  # shares are kept to six decimals
#: Worked out, and no number of people.
_ESTIMATES = (
    *("changed_events", "low_events", "high_events", "low_differing_events", "high_differing_events"),
    *("low_open_events", "high_open_events", "kept_cases", "more_charges", "low_more", "high_more"),
    "own_less_published_events",
)
_FOLLOWED = frozenset({"so_far_share", "decided_share"})  # shares of cases that are followed, ending by ending
_HIDDEN_WITH_EVENTS = ("events", "share", "low", "high")


@dataclass(frozen=True)
class Fault:
    """One thing for which an output is not to leave. ``row`` counts from 1, below the heading; 0 is the whole file."""

    output: str
    row: int
    reason: str
    rule: str

    def __str__(self) -> str:
        row = f"row {self.row}: " if self.row else ""
        return files.printable(f"{self.output}: {row}{self.reason}: {self.rule}")


def sets(asked: Request) -> Sets:
    """The released sets behind a request, by name; None for one that is not at hand or was not released.

    Parameters
    ----------
    asked
        What is asked for.

    Returns
    -------
    Sets
        A set or None for each name.
    """
    sets: Sets = {}
    for name in asked.sets(of_people=True):
        try:
            sets[name] = released.read(name)
        except AttritionError:
            sets[name] = None
    return sets


def faults(asked: Request, sets: Sets) -> list[Fault]:
    """Every reason for which what is asked for may not leave; empty when all of it may.

    Parameters
    ----------
    asked
        What is asked for.
    sets
        The released sets behind it (``sets``).

    Returns
    -------
    list of Fault
        A fault for each.
    """
    faults: list[Fault] = []
    for report in asked.reports:
        for output in report.outputs:
            faults += _output(output, sets)
        faults += _unsafe(report)
        faults += [Fault(name, 0, NO_DATA, rule) for name, rule in told.unheld(report, sets)]
    for name, release in sets.items():
        faults += [] if release is None else _as_told(name, release)
    return faults


def _output(output: Output, sets: Sets) -> Iterator[Fault]:
    """What is wrong with one table and its drawing."""
    gaps = list(_context(output, sets))
    yield from gaps
    yield from _safe(output)
    if len(output.rows) > files.MOST_ROWS:
        yield Fault(output.name, 0, TOO_LARGE, f"has {len(output.rows):,} rows; at most {files.MOST_ROWS:,}")
    if gaps:  # what has no context cannot be held to it
        return
    yield from _policy(output)
    yield from _underlying(output, sets)
    for number, row in enumerate(output.rows):
        if output.about(number)["sensitivity"] != "published":
            for reason, rule in _row(row, output, number, sets):
                yield Fault(output.name, number + 1, reason, rule)


def _context(output: Output, sets: Sets) -> Iterator[Fault]:
    for name in output.columns:
        if name not in EXPLAINED:
            yield Fault(output.name, 0, NO_CONTEXT, f"column {json.dumps(name)} is not one that this package explains")
    if len(output.abouts) not in (1, len(output.rows)) or len(output.policies) not in (1, len(output.rows)):
        yield Fault(output.name, 0, NO_CONTEXT, "does not say of each row what it is about")
        return
    for about in output.abouts:
        if not isinstance(about.get("sensitivity"), str) or about["sensitivity"] not in POLICIES:
            yield Fault(output.name, 0, NO_CONTEXT, "does not say whether its figures are public")
            return
    for name, sentence in words.context(output, sets).items():
        if not sentence.strip():
            yield Fault(output.name, 0, NO_CONTEXT, f"does not say its {CONTEXT[name].lower()}")
    for number, row in enumerate(output.rows):
        if set(row) - {*output.columns, "symbols"}:
            yield Fault(output.name, number + 1, NO_CONTEXT, "holds a value without a column")
        for name in output.columns:
            if row.get(name) is not None and is_number(name) == isinstance(row[name], str | bool):
                yield Fault(
                    output.name, number + 1, NO_CONTEXT, f"column {name} holds another kind of thing than it says"
                )


def _safe(output: Output) -> Iterator[Fault]:
    """Words that would do something else than be read."""
    texts = [output.title, *output.lines, *output.notes, *files.strings(list(output.abouts))]
    for text in texts:
        if why := files.unsafe(text):
            yield Fault(output.name, 0, UNSAFE, f"its words hold {why}")
    for number, row in enumerate(output.rows, start=1):
        for name in labels(output):
            if why := files.unsafe(str(row.get(name, "")), is_cell=True):
                yield Fault(output.name, number, UNSAFE, f"column {name} holds {why}")


def _policy(output: Output) -> Iterator[Fault]:
    """The rule by which it was protected is the one that this package has for figures as sensitive as these."""
    for number, _ in enumerate(output.rows):
        ours = asdict(POLICIES[output.about(number)["sensitivity"]])
        if json.dumps(ours, sort_keys=True) != json.dumps(output.policy(number), sort_keys=True):
            rule = "was protected by another rule than this package has for such figures; make its report again"
            yield Fault(output.name, 0, UNREDACTED, rule)
            return


def _underlying(output: Output, sets: Sets) -> Iterator[Fault]:
    """The counts behind it are at hand, as public or as guarded as it says."""
    if output.is_figure and output.rows and not output.drawing:
        yield Fault(output.name, 0, FILE_TYPE, "is a figure, and the page of its report has no drawing of it")
    if output.drawing and not output.rows:
        yield Fault(output.name, 0, NO_DATA, "is a drawing without the rows that it is drawn from")
    for name in output.counts:
        sensitivities = {about["sensitivity"] for about in output.abouts if name in str(about.get("counts", ""))}
        try:
            truly = counts.read(name).sensitivity
        except AttritionError:
            yield Fault(output.name, 0, NO_DATA, f"counts {json.dumps(name)} are not in data/counts/")
            continue
        if sensitivities != {truly}:
            yield Fault(
                output.name,
                0,
                UNREDACTED,
                f"says that counts '{name}' are {'/'.join(sorted(sensitivities))}: they are {truly}",
            )
        elif truly != "published" and sets.get(name) is None:
            rule = f"counts '{name}' are no released set, and nothing else of people leaves; reduce the case file again"
            yield Fault(output.name, 0, NO_DATA, rule)
    if output.is_of_people and not output.counts:
        yield Fault(output.name, 0, NO_DATA, "names no set of counts")


def _row(row: Row, output: Output, number: int, sets: Sets) -> Iterator[tuple[str, str]]:
    """What is wrong with one row of numbers of people."""
    about, policy = output.about(number), output.policy(number)
    base, least = int(policy["rounding"]), words.smallest(policy)
    for name in output.columns:
        value = row.get(name)
        if value is None or not counts_people(name):
            continue
        if value % base:
            yield UNROUNDED, f"{name} is no multiple of {base}"
        elif value < least:
            yield UNREDACTED, f"{name} is under {least}, the smallest number that is shown"
    if row.get("state") == "suppressed":
        for name in _HIDDEN_WITH_EVENTS:
            is_of_files = name == "events" and bool(row.get("reason"))  # rows of files are told, and no share of them
            if row.get(name) is not None and not is_of_files:
                yield UNREDACTED, f"{name} stands in a row that is said to be hidden"
    yield from _shares(row)
    for name in published.COLUMNS:
        if row.get(name) is not None and row[name] not in published.numbers(row, about):
            yield NOT_RELEASED, f"{name} is no number that is published of this force, time and offence"
    release = sets.get(str(about["counts"]))
    if release is not None:
        yield from _released(row, output, about, release)


def counts_people(column: str) -> bool:
    """Whether the numbers of a column are numbers of cases, each of them somebody's.

    Parameters
    ----------
    column
        The name of a column that the suite knows.

    Returns
    -------
    bool
        False for estimates, published figures and all that is no number of cases.
    """
    return (
        EXPLAINED[column].kind == "count"
        and EXPLAINED[column].unit in ("cases", "charges")
        and column not in (*_ESTIMATES, *published.COLUMNS)
    )


def _shares(row: Row) -> Iterator[tuple[str, str]]:
    """A share and its interval are those of the counts beside them, not of others."""
    events, cases, share = (row.get(name) for name in ("events", "cases", "share"))
    if events is None or cases is None:
        return
    if not 0 <= events <= cases or not cases:
        if share is not None:
            yield UNROUNDED, "share is of counts that give none"
        return
    limits = map(float, wilson(events, cases, rounding=ROUNDING_VARIANCE))
    expected = {"share": events / cases, **dict(zip(("low", "high"), limits, strict=True))}
    for name, value in expected.items():
        if row.get(name) is not None and abs(row[name] - value) > _STEP:
            yield UNROUNDED, f"{name} is not what the counts in its row give"


def _released(row: Row, output: Output, about: dict[str, Any], release: Released) -> Iterator[tuple[str, str]]:
    """Every number of people is one that the release shows at its place, or follows from some that it shows."""
    for name in output.columns:
        value = row.get(name)
        if value is None or not counts_people(name):
            continue
        if value not in _may_be(name, row, output, about, release):
            yield NOT_RELEASED, f"{name} is no number that the release shows of these cases, nor follows from any"
    decided, events = row.get("of_decided_share"), row.get("events")
    if decided is not None and events is not None:
        given = release.decided(row, about)
        if not any(cases > 0 and abs(decided - events / cases) <= _STEP for cases in given):
            yield NOT_RELEASED, "of_decided_share does not follow from numbers that the release shows"


def _may_be(name: str, row: Row, output: Output, about: dict[str, Any], release: Released) -> set[int]:
    """The numbers that a row may give in a column: those of the release, or what those come to that are followed."""
    if name == "events":
        return release.events(row, about)
    if name == "ended" and row.get("ending") == NAMES[ANY]:
        return release.followed(row, about)
    if name == "cases" and not _FOLLOWED.isdisjoint(output.columns):
        rows = output.rows if row.get("month") == TOGETHER else [row]
        months = {str(of["month"]) for of in rows if of.get("month")} - {TOGETHER}
        return release.followed(row, about, months=months)
    if name == "charged_cases" and row.get("scope"):
        return release.charged_of_forces(about, least=FEWEST if row["scope"] == LARGE else 0)
    if name in ("cases", "recorded"):
        return release.base(row, about, named="recorded" if name == "recorded" else "")
    return release.anything(row, about)


def _unsafe(report: Report) -> Iterator[Fault]:
    """Signs in what a report says that no reader sees."""
    if why := files.unsafe(report.words):
        yield Fault(report.name, 0, UNSAFE, f"holds {why}")
    if any(files.unsafe(text) for text in files.strings([report.title, report.subject, report.parameters])):
        yield Fault(report.name, 0, UNSAFE, "its title or parameters hold a control character")


def _as_told(name: str, release: Released) -> Iterator[Fault]:
    """The released set holds what its file says that was released."""
    record = release.told
    ours = words.smallest(asdict(POLICIES[release.counts.sensitivity]))
    if (record.get("cells"), record.get("hidden")) != (len(release.cells), release.hidden):
        yield Fault(name, 0, NOT_RELEASED, "does not hold as many shown and hidden numbers as its release says")
    shown = release.cells["cases"].dropna()
    if bool((shown < ours).any()):
        yield Fault(name, 0, UNREDACTED, f"shows a number under {ours}, the smallest that is shown")
    if bool((shown % POLICIES[release.counts.sensitivity].rounding != 0).any()):
        yield Fault(name, 0, UNROUNDED, "holds a number that is not rounded")
