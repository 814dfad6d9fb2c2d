"""What failed last time and since when: a small file for each run that failed, taken away when it succeeds.

A report that stands keeps standing when a run fails. The index says of when it is, and that its last run failed; this
is where it knows that from. A record holds what may stand on a page that others read: no path of this machine, and of
an error that is not this package's own no more than its kind.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import analysis
from analysis.counts import counts
from analysis.errors import AttritionError, CouldNotWrite, ParameterError
from analysis.publishing.notebooks import jobs
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.placing import locks, places
from analysis.publishing.placing.locks import STATE
from analysis.reference import measures, reference
from analysis.safe_words import safe_throughout
from analysis.system import writing
from analysis.system.writing import as_json

LOCK = "index.lock"  # in the folder STATE: who holds this may write to it and write the index
_SCHEMA = "attrition failure 1"
_FOLDERS = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[\\/][\w.~-]+)*[\\/](?=[\w.-]+)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A run that failed the last time it was tried. The two times are in UTC, as ISO 8601 writes them.

    ``exit_status`` is the one that the command ends with, ``times`` how often it has failed since it last succeeded.
    """

    notebook: str
    question: str
    subject: str
    parameters: dict[str, Value]
    error: str
    exit_status: int
    message: str
    version: str
    first_failed_at: str
    last_failed_at: str
    times: int
    place: str = ""

    def is_of(self, notebook: str, parameters: dict[str, Any]) -> bool:
        """Whether it is a run of this notebook with these parameters. One that only one of them has is passed over.

        Parameters
        ----------
        notebook
            The name of the notebook.
        parameters
            Its values.

        Returns
        -------
        bool
            True where every parameter that both have is the same.
        """
        own, other = _plain(self.parameters), _plain(parameters)
        return self.notebook == notebook and all(own[name] == other[name] for name in own.keys() & other.keys())


@contextmanager
def remembered(out: Path, notebook: Notebook, values: dict[str, Value], *, is_started: bool) -> Iterator[None]:
    """Keep a record of a run that fails in here, and take the record away when a run that has started ends well.

    Parameters
    ----------
    out
        The place that its report is for.
    notebook
        What is run.
    values
        Its parameters.
    is_started
        Whether it has begun. A parameter that is refused before that is no failure: somebody asked for what is not
        there.

    Yields
    ------
    None
        The block.
    """
    try:
        yield
    except Exception as fault:
        if is_started or not isinstance(fault, ParameterError):
            _keep(out, notebook, values, fault)
        raise
    if is_started:
        forget(out, notebook.name, values)


def forget(out: Path, notebook: str, values: dict[str, Value]) -> None:
    """Take away the record of a run that failed: its report is there now.

    Parameters
    ----------
    out
        The place of its report.
    notebook
        The name of what was run.
    values
        Its parameters.
    """
    stale = [path.name for path, failure in _records(out) if failure.is_of(notebook, values)]
    for name in stale:
        with places.held(out, STATE) as folder:
            folder.remove(name)


def standing(out: Path) -> list[Failure]:
    """Every run below a folder of reports that failed the last time it was tried, by notebook and subject.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list of Failure
        Empty where none failed.
    """
    return sorted((failure for _, failure in _records(out)), key=lambda failure: (failure.notebook, failure.subject))


def in_short(fault: AttritionError) -> str:
    """As much of an error as others may read: no path of this machine.

    Parameters
    ----------
    fault
        The error.

    Returns
    -------
    str
        One line or more.
    """
    return _FOLDERS.sub("", fault.in_short)


def _keep(out: Path, notebook: Notebook, values: dict[str, Value], fault: Exception) -> None:
    """Write the record of a failure, counting on from the one that is there; where it cannot be written, that is said.

    Not where the failure itself is that nothing could be written there: it says so.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    words, status = f"{notebook.name}: {type(fault).__name__}.", AttritionError.exit_status
    if isinstance(fault, AttritionError):
        words, status = in_short(fault), fault.exit_status
    failure = Failure(
        notebook=notebook.name,
        question=notebook.question,
        subject=_subject(values),
        parameters=values,
        error=type(fault).__name__,
        exit_status=status,
        message=words,
        version=analysis.__version__,
        first_failed_at=now,
        last_failed_at=now,
        times=1,
        place=_place(values),
    )
    earlier = [record for _, record in _records(out) if record.is_of(notebook.name, values)]
    if earlier:
        first = min(record.first_failed_at for record in earlier)
        failure = replace(failure, first_failed_at=first, times=max(record.times for record in earlier) + 1)
    record = {"schema": _SCHEMA, **asdict(failure)}
    try:
        with locks.held(out, LOCK, waits=True), places.held(out, STATE) as folder:
            folder.write(f"{notebook.name}-{_digest(values)}.json", as_json(record))
    except (OSError, writing.Linked) as refusal:
        if isinstance(fault, CouldNotWrite):
            return
        why = getattr(refusal, "strerror", None) or refusal
        _log.warning("That %s failed could not be written down (%s)", notebook.name, why)


def _records(out: Path) -> Iterator[tuple[Path, Failure]]:
    """Every record that is there, with its file; one that cannot be read is named and passed over."""
    for path in sorted((out / STATE).glob("*.json")):
        try:
            record = safe_throughout(json.loads(path.read_text(encoding="utf-8")))
            if record.pop("schema") != _SCHEMA:
                raise ValueError(path.name)
            yield path, _checked(Failure(**record))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            _log.warning("%s is no record of a failed run: passed over", path)


def _checked(failure: Failure) -> Failure:
    """The same record, once its parameters are parameters and its times are times."""
    if not isinstance(failure.parameters, dict):
        raise TypeError("parameters")
    for moment in (failure.first_failed_at, failure.last_failed_at):
        datetime.fromisoformat(moment)
    return failure


def _subject(values: dict[str, Value]) -> str:
    """What the run was about; from the parameters alone where the counts cannot be read."""
    try:
        return jobs.subject(values)
    except AttritionError:
        chosen = [str(values[name]) for name in ("force", "offence", "period", "counts") if name in values]
        return ", ".join(value for value in chosen if value != "all")


def _place(values: dict[str, Value]) -> str:
    """The force or forces that the run was about; "" where the counts cannot be read."""
    try:
        return jobs.place(values)
    except AttritionError:
        return ""


def _plain(parameters: dict[str, Any]) -> dict[str, str]:
    """Parameters as they compare, without regard to case: a force by its one name, counts by what a name stands for.

    All the time of counts is left out: where they could not be read, it could not be said which year that is.
    """
    plain = {name: str(value).strip().casefold() for name, value in parameters.items()}
    if plain.get("period") == "all":
        del plain["period"]
    if "counts" in plain:
        plain["counts"] = counts.stands_for(plain["counts"])
    with suppress(ParameterError):
        plain |= {"force": reference.place_named(plain["force"]).casefold()} if "force" in plain else {}
        plain |= {"base": measures.base(plain["base"]).name} if "base" in plain else {}
    return plain


def _digest(values: dict[str, Value]) -> str:
    return hashlib.sha256(json.dumps(_plain(values), sort_keys=True).encode()).hexdigest()[:12]
