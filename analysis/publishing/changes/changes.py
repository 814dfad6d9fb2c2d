"""What changed in a place of reports since it was last told: a page to read in five minutes, and the same for machines.

``changes.html`` says what is new and which figures were corrected, the largest moves first, and counts what stayed.
``changes.json`` names every number that moved. Both are functions of the reports as they were kept (``before``) and as
they stand, so that a run that is killed between the two writes the same once it is run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.presentation import numbers
from analysis.publishing.about.editions import day
from analysis.publishing.changes import before
from analysis.publishing.changes.moved import Moved, added, moved
from analysis.publishing.placing import places
from analysis.publishing.report import rendering
from analysis.system.writing import as_json

SCHEMA = "attrition changes 1"
PAGE, RECORD = "changes.html", "changes.json"
NEW, CORRECTED, FURTHER, OTHERWISE, WORDED = STATES = (
    "new",
    "corrected",
    "carried further",
    "counted otherwise",
    "worded otherwise",
)
_MOST = 40  # rows of a list on the page; changes.json has all


@dataclass(frozen=True)
class Report:
    """A report that is new, or of which numbers moved."""

    folder: str  # where it stands, below its place
    #: NEW; CORRECTED where a count moved, since what it is made from changed; FURTHER where that has grown and no
    #: earlier count moved; OTHERWISE where only this package or its notebook changed, and WORDED where no number did.
    state: str
    #: What it is about, and what it asks.
    subject: str
    title: str
    #: What it answers, and what it answered; "" where it is new.
    answer: str
    answer_before: str
    #: The sets of counts that it is made from and was not, or that are not what they were; of a new one that which
    #: it is of. Of each its title, where the report tells it.
    counts: dict[str, str]
    #: When it was made, and when the one was that stood before.
    made_at: str
    made_at_before: str
    moved: tuple[Moved, ...] = ()  # the rows of which numbers moved

    @property
    def link(self) -> str:
        """The address of its page, from the place."""
        return f"{quote(self.folder)}/report.html"


@dataclass(frozen=True)
class Changes:
    """What changed in one place of reports."""

    reports: tuple[Report, ...] = ()  # those that are new or of which numbers moved
    same: int = 0  # how many others stand
    #: Whether the place is that of restricted reports: what changed there is told nowhere else.
    is_restricted: bool = False

    @property
    def has_page(self) -> bool:
        """Whether a page tells of them: the first reports of a place have nothing to be set beside."""
        return bool(self.reports) and bool(self.same or len(self.of(NEW)) < len(self.reports))

    def of(self, state: str) -> list[Report]:
        """The reports of a state, in order of their folders.

        Parameters
        ----------
        state
            One of STATES.

        Returns
        -------
        list of Report
            Empty where there is none.
        """
        return [report for report in self.reports if report.state == state]

    @property
    def line(self) -> str:
        """What changed, in a few words."""
        moves = sum(len(report.moved) for report in self.of(CORRECTED))
        parts = [f"{len(self.of(state))} {state}" for state in STATES if self.of(state)]
        rows = f", {moves:,} {'row' if moves == 1 else 'rows'} of numbers corrected" if moves else ""
        return f"{', '.join(parts) or 'no number moved'}{rows}"

    @property
    def record(self) -> dict[str, Any]:
        """The changes for machines."""
        return {
            "schema": SCHEMA,
            "is_restricted": self.is_restricted,
            "new": len(self.of(NEW)),
            "corrected": len(self.of(CORRECTED)),
            "carried_further": len(self.of(FURTHER)),
            "counted_otherwise": len(self.of(OTHERWISE)),
            "worded_otherwise": len(self.of(WORDED)),
            "same": self.same,
            "reports": [{**_told(report), "moved": [_row(row) for row in report.moved]} for report in self.reports],
        }


def write(root: Path) -> Changes:
    """Tell what changed in a place of reports since it was last told, and let go what was kept for that.

    Where nothing did, what was told last stands. Nothing is told of the first reports of a place: there is nothing to
    set them beside.

    Parameters
    ----------
    root
        The place.

    Returns
    -------
    Changes
        What changed.

    Raises
    ------
    OSError
        Where the disk cannot be written.
    Linked
        For a link on the way.
    """
    if not before.is_kept(root):
        return Changes(is_restricted=places.is_restricted(root))
    changed = _changes(root, before.kept(root))  # one after another: hundreds would fill the memory
    if changed.has_page:
        with places.held(root) as folder:
            folder.write(PAGE, _page(changed))
            folder.write(RECORD, as_json(changed.record))
    before.forget(root)
    return changed


def _changes(root: Path, stood_before: Iterable[before.Stood]) -> Changes:
    """What changed in a place."""
    reports = tuple(report for stood in stood_before if (report := _report(root, stood)) is not None)
    standing = len(places.folders(root, with_file=before.MANIFEST))
    return Changes(reports, standing - len(reports), places.is_restricted(root))


def _page(changed: Changes) -> str:
    """The page of the changes of a place."""
    rows = {state: _rows(changed.of(state)) for state in (CORRECTED, OTHERWISE)}
    further = [report for report in changed.of(FURTHER) if report.answer == report.answer_before]
    return rendering.rendered(
        "changes.html.j2",
        changes=changed,
        told_on=day(max(report.made_at for report in changed.reports)),
        before=[report.made_at_before for report in changed.reports if report.made_at_before],
        counts=[f"{name} ({title})" if title else name for name, title in _of_all(changed).items()],
        lists=[(state, _seen(rows[state])[:_MOST], len(rows[state])) for state in rows if rows[state]],
        further=further,
        answers=[report for report in changed.reports if report.answer_before not in ("", report.answer)],
        most=_MOST,
        figure=_figure,
        printed=_printed,
        apart=_apart,
        day=day,
        has_feed=False,
        root="",
        **rendering.handling({"is_restricted": changed.is_restricted}),
    )


def _of_all(changed: Changes) -> dict[str, str]:
    """The sets of counts that changed below any report, in order, each with its title where one is told."""
    titles: dict[str, str] = {}
    for report in changed.reports:
        titles |= {name: title or titles.get(name, "") for name, title in report.counts.items()}
    return dict(sorted(titles.items()))


def _titles(results: dict[str, Any]) -> dict[str, str]:
    """What the sets of counts are called that a report says it was made from."""
    sources = [source for block in results.get("blocks", []) for source in block.get("sources", [])]
    return {str(source["counts"]): str(source["title"]) for source in sources}


def _report(root: Path, stood: before.Stood) -> Report | None:
    """What changed in a report; None where there is no report, or one with the same numbers."""
    results, manifest = before.read(root / stood.folder)
    if not results or not manifest:
        return None
    rows = tuple(moved(stood.results, results)) if stood.results else ()
    is_answer_same = stood.manifest.get("answer") == manifest.get("answer")
    if stood.results and is_answer_same and not rows and not added(stood.results, results):
        return None
    data = _data_changed(stood.manifest, manifest)
    return Report(
        folder=stood.folder,
        state=_state(stood, data, rows),
        subject=str(manifest.get("subject", "")),
        title=str(manifest.get("title", "")),
        answer=str(manifest.get("answer", "")),
        answer_before=str(stood.manifest.get("answer", "")),
        counts={name: _titles(results).get(name, "") for name in _counts(stood, manifest, data)},
        made_at=str(manifest.get("made_at", "")),
        made_at_before=str(stood.manifest.get("made_at", "")),
        moved=rows,
    )


def _state(stood: before.Stood, data: list[str], rows: tuple[Moved, ...]) -> str:
    """What became of a report."""
    if not stood.results:
        return NEW
    if not data:
        return OTHERWISE if rows else WORDED
    return CORRECTED if any(row.is_counted for row in rows) else FURTHER


def _counts(stood: before.Stood, manifest: dict[str, Any], data: list[str]) -> Iterator[str]:
    """The sets of counts that changed below a report; of a new one the set that it is of."""
    if not stood.results:
        yield from (str(name) for name in [manifest["parameters"].get("counts")] if name)
        return
    for name in data:
        if name.endswith(".parquet") and name in manifest["inputs"]:
            yield Path(name).stem


def _data_changed(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The files of data/ that a report is made from and was not, was and is not, or that are not what they were."""
    inputs_before, inputs_after = dict(was.get("inputs", {})), dict(now.get("inputs", {}))
    changed = {
        name for name in inputs_before.keys() | inputs_after.keys() if inputs_before.get(name) != inputs_after.get(name)
    }
    return sorted(name for name in changed if name.startswith("data/"))


def _rows(reports: Iterable[Report]) -> list[tuple[Moved, Report, int]]:
    """Every row of which numbers moved, once, with the first report that shows it and how many show it."""
    first: dict[tuple[Any, ...], tuple[Moved, Report]] = {}
    number: dict[tuple[Any, ...], int] = {}
    for report in sorted(reports, key=lambda report: ("force-all" not in report.folder, report.folder)):
        for row in report.moved:
            first.setdefault(row.same_elsewhere, (row, report))
            number[row.same_elsewhere] = number.get(row.same_elsewhere, 0) + 1
    rows = [(row, report, number[key]) for key, (row, report) in first.items()]
    return sorted(rows, key=lambda row: row[0].size, reverse=True)


def _seen(rows: list[tuple[Moved, Report, int]]) -> list[tuple[Moved, Report, int]]:
    """The rows whose numbers are printed otherwise than they were."""
    return [row for row in rows if _printed(row[0].before, row[0]) != _printed(row[0].after, row[0])]


def _figure(row: Moved) -> str:
    """What a number is of: its measure, and its column where that says more."""
    named = row.measure or row.title
    return named if row.heading in ("", "Share") else f"{named}: {row.heading}"


def _told(report: Report) -> dict[str, Any]:
    """A report for machines, without what moved and what is empty."""
    fields = asdict(report)
    del fields["moved"]
    return {name: value for name, value in fields.items() if value not in ("", {})}


def _row(row: Moved) -> dict[str, Any]:
    columns = {name: {"before": value_before, "after": value} for name, value_before, value in row.columns}
    return {"block": row.block, "title": row.title, "of": row.of, "measure": row.measure, "columns": columns}


def _printed(value: float | None, row: Moved) -> str:
    """A number as its report prints it."""
    return "no figure" if value is None else numbers.printed(value, row.kind)


def _apart(row: Moved) -> str:
    """How far a number moved."""
    if row.before is None or row.after is None:
        return ""
    if row.kind in ("share", "difference", "distance"):
        return f"{numbers.points(row.after - row.before)} points"
    off = row.after - row.before
    return f"{'+' if off > 0 else numbers.MINUS}{abs(off):,.0f}" if row.kind == "count" else ""
