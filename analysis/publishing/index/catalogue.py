"""What is in a folder of reports: an entry for each manifest, with what a reader looks for and in what state it is.

Read from the manifests and from the records of failed runs, and from nothing else. Where the digests of what a report
was made from differ from those at hand, the entry says what is older.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import analysis
from analysis.publishing.about.editions import day
from analysis.publishing.placing import failures, locks, places
from analysis.publishing.placing.failures import Failure
from analysis.publishing.report import freshness
from analysis.publishing.report.edition import edition
from analysis.reference import periods, reference
from analysis.safe_words import slug

PROFILE = "force_profile"  # the notebook whose report is the page of a force
KEY = "index.key"  # the file in which an index keeps a digest of what it was made from
_SPAN = re.compile(r"(?:^|_)\d{4}-\d{2}_\d{4}-\d{2}(?=_|$)")
_FORMS = {"report.html": "Page", "report.pdf": "PDF", "tables.xlsx": "Workbook", "results.json": "Data (JSON)"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A report that is there, or a run that has only ever failed: then ``made_at`` and ``folder`` are empty.

    ``question`` is the notebook's, the same for all its reports; ``title`` is the report's own, which follows its
    parameters. ``place`` is a force, or what all forces of the counts are called together; ``period`` and ``offence``
    are empty where a question has none. ``older`` names what it was made from that has changed since. Times are
    ISO 8601.
    """

    notebook: str
    question: str
    title: str
    subject: str
    place: str
    period: str
    offence: str
    parameters: dict[str, Any]
    folder: str = ""
    answer: str = ""
    is_synthetic: bool = False
    first_made_at: str = ""
    changed_at: str = ""
    made_at: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    older: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def identity(self) -> str:
        """Its id on a page, the same at every run."""
        return slug(self.folder or f"failed {self.notebook} {self.subject}")

    @property
    def link(self) -> str:
        """The address of its page, from the folder of reports."""
        return f"{quote(self.folder)}/report.html"

    @property
    def months(self) -> str:
        """The months that it covers, "April 2024 to March 2025"; nothing where its folder names none."""
        span = span_in(self.folder)
        if not span:
            return ""
        first, last = (date.fromisoformat(f"{month}-01") for month in span.split("_"))
        return f"{first:%B %Y}" if first == last else f"{first:%B %Y} to {last:%B %Y}"

    @property
    def states(self) -> str:
        """Words to filter by: "current", or "older" and "failed"."""
        return " ".join([*(["older"] if self.older else []), *(["failed"] if self.failure else [])]) or "current"

    @property
    def older_sentence(self) -> str:
        """What it was made from that has changed since, as a reader is told."""
        named = f"{', '.join(self.older[:-1])} and {self.older[-1]}" if len(self.older) > 1 else "".join(self.older)
        return f"Made from {named}: what is at hand has changed since." if self.older else ""

    @property
    def failed_sentence(self) -> str:
        """When its last run failed, how often and since when, and of when the report is that still stands."""
        if self.failure is None:
            return ""
        last, first = day(self.failure.last_failed_at), day(self.failure.first_failed_at)
        often = f", {self.failure.times} times in a row" if self.failure.times > 1 else ""
        often += f" since {first}" if first != last else ""
        still_stands = f"The report of {day(self.made_at)} still stands." if self.made_at else "It has never been made."
        return f"The last run failed on {last}{often}. {still_stands}"


def entries(out: Path) -> list[Entry]:
    """Every report in a place and every run that has only failed: by question, all forces first, newest first.

    A manifest that this package did not write, or whose page is gone, is named in the log and left out, and so is one
    that belongs in another place: no restricted report is among public ones, whoever moved it there, nor one of which
    nobody can say.

    Parameters
    ----------
    out
        The place.

    Returns
    -------
    list of Entry
        An entry for each report and run.
    """
    failed = failures.standing(out)
    reports = [entry for path in places.folders(out, with_file="manifest.json") if (entry := _entry(path, out, failed))]
    shown = {id(entry.failure) for entry in reports}
    reports += [_failed(entry) for entry in failed if id(entry) not in shown]
    forces = {*reference.forces(), *reference.made_up_forces()}
    reports.sort(key=lambda entry: entry.folder)
    reports.sort(key=lambda entry: span_in(entry.folder), reverse=True)
    reports.sort(key=lambda entry: (entry.place in forces, entry.place != reference.EVERYWHERE, entry.place))
    return sorted(reports, key=lambda entry: entry.question)


def profiles(reports: Iterable[Entry]) -> dict[str, Entry]:
    """The profile that leads to each force that has one, by the force.

    Of several it is that of stalking, then that of the latest and longest period, then the newest.

    Parameters
    ----------
    reports
        The reports of the place.

    Returns
    -------
    dict[str, Entry]
        The entry of each.
    """
    forces = set(reference.forces())
    able = [entry for entry in reports if entry.notebook == PROFILE and entry.place in forces]
    able = [entry for entry in able if entry.made_at and not entry.is_synthetic]
    return {entry.place: entry for entry in sorted(able, key=_worth)}


def _worth(entry: Entry) -> tuple[bool, str, int, str]:
    first, _, last = span_in(entry.folder).partition("_")
    return entry.offence in ("", reference.offences()["8Q"]), last, -int(first.replace("-", "") or 0), entry.made_at


def is_current(out: Path) -> bool:
    """Whether the index of a place was made from what is in it now, by this edition of the package.

    Parameters
    ----------
    out
        The place.

    Returns
    -------
    bool
        False where it cannot be read.
    """
    try:
        kept_key = (out / locks.STATE / KEY).read_text(encoding="utf-8")
        return (out / "index.html").is_file() and kept_key == key(entries(out), kept_address(out))
    except OSError:
        return False


def key(reports: list[Entry], address: str) -> str:
    """A digest of all that an index is made from.

    Parameters
    ----------
    reports
        The reports of the place.
    address
        Where it is published.

    Returns
    -------
    str
        Hexadecimal digits.
    """
    return hashlib.sha256(f"{edition()} {address} {reports!r}".encode()).hexdigest()


def kept_address(out: Path) -> str:
    """The address that was given for this folder before, or none.

    Parameters
    ----------
    out
        The place.

    Returns
    -------
    str
        An address of the web, or "".
    """
    try:
        return (out / locks.STATE / "address.txt").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return ""


def _entry(folder: Path, out: Path, failed: list[Failure]) -> Entry | None:
    """The entry of one manifest; nothing, and a warning, where it is not one of a report."""
    try:
        manifest = freshness.manifest_of(folder)
        if manifest.get("is_draft"):
            _log.warning("%s is of a draft: left out of the index", folder)
            return None
        if not (folder / "report.html").is_file():
            raise ValueError(folder)
        if manifest.get("is_restricted") is not places.is_restricted(out):
            _log.warning("%s %s: left out of the index", folder, _misplaced(manifest))
            return None
        made_at, parameters = datetime.fromisoformat(manifest["made_at"]).isoformat(), dict(manifest["parameters"])
        files = [name for name in manifest["files"] if (folder / name).is_file()]
        period, offence = _facets(parameters, folder.name)
        return Entry(
            notebook=str(manifest["notebook"]),
            question=str(manifest.get("question") or manifest["title"]),
            title=str(manifest["title"]),
            subject=str(manifest["subject"] or manifest["title"]),
            place=str(manifest["place"]),
            period=period,
            offence=offence,
            parameters=parameters,
            folder=folder.relative_to(out).as_posix(),
            answer=str(manifest["answer"]),
            is_synthetic=bool(manifest["is_synthetic"]),
            first_made_at=datetime.fromisoformat(manifest.get("first_made_at", made_at)).isoformat(),
            changed_at=datetime.fromisoformat(manifest.get("changed_at", made_at)).isoformat(),
            made_at=made_at,
            forms={form: name for name, form in _FORMS.items() if name in files},
            older=tuple(_older(manifest)),
            failure=next((failure for failure in failed if failure.is_of(manifest["notebook"], parameters)), None),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        _log.warning("%s is no manifest of a report: left out of the index", folder / "manifest.json")
        return None


def _misplaced(manifest: dict[str, Any]) -> str:
    """Why a report is not one of the place that it is in."""
    if "is_restricted" not in manifest:
        return "does not say whether it is restricted, as earlier versions did not; make it again, or remove it"
    kind = ("public", "restricted") if manifest["is_restricted"] is False else ("restricted", "public")
    return f"is a {kind[0]} report among {kind[1]} ones; move it back to {manifest.get('folder')}, or remove it"


def _failed(failure: Failure) -> Entry:
    """The entry of a run that has never succeeded."""
    period, offence = _facets(failure.parameters, "")
    return Entry(
        notebook=failure.notebook,
        question=failure.question,
        title=failure.question,
        subject=failure.subject or failure.question,
        place=failure.place,
        period=period,
        offence=offence,
        parameters=failure.parameters,
        failure=failure,
    )


def _facets(parameters: dict[str, Any], folder: str) -> tuple[str, str]:
    """Period and offence of a report, as a reader filters by them."""
    code = str(parameters.get("offence", ""))
    span, period = span_in(folder), str(parameters.get("period", "")).replace("all", "")
    if span:
        first, last = (date.fromisoformat(f"{month}-01") for month in span.split("_"))
        period = periods.Period(first, periods.end_of(last, months=1)).label
    return period, reference.offences().get(code, code)


def span_in(folder: str) -> str:
    """The months that a report covers, as its folder's name has them; nothing where it has none.

    Parameters
    ----------
    folder
        The path of the report in its place.

    Returns
    -------
    str
        Two months, or "".
    """
    span = _SPAN.search(folder)
    return span[0].strip("_") if span else ""


def _older(manifest: dict[str, Any]) -> Iterator[str]:
    """What a report was made from that is not what is at hand now: counts, reference tables, notebook, version."""
    changed = {freshness.kind_of(name) for name in freshness.changed(manifest)}
    for kind in ("counts", "reference tables", "notebook"):
        if kind in changed:
            yield f"an older {kind}" if kind == "notebook" else f"older {kind}"
    if manifest["version"] != analysis.__version__:
        yield f"an older version ({manifest['version']})"
