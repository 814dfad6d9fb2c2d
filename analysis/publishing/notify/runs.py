"""What a run of a batch has to tell: what failed first, with what to do about it, then what changed, and where to look.

Of restricted reports it says how many there are, and nothing else.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from analysis.errors import AttritionError
from analysis.publishing.batch.file import Batch
from analysis.publishing.batch.records import CAUSES, FOLDER, KINDS, JobRecord, Run, alike
from analysis.publishing.notify.summary import Part, Summary
from analysis.publishing.placing import failures, places
from analysis.reference.names import counted
from analysis.system.unwritten import Unwritten

FAILED = "What failed, and what to do"
_THEN = {  # what to do about a failure, by the status that its report alone would end with
    1: "tell whoever looks after the suite: it is a fault of the package.",
    2: "mend that parameter in the batch file.",
    3: "mend the file at the place that the message names.",
    4: "mend the notebook: it was about to show what is not protected, and nothing was shown.",
    5: "open the notebook at the place that the message names.",
    7: "look at the place that the message names, its permissions and the room on its disk; what stood there stands.",
}
_DONE, _UP_TO_DATE = "done", "up_to_date"
CHANGES = "changes.html says which, from what to what."


class Refused(Protocol):
    """A step of an update that was refused."""

    @property
    def name(self) -> str:
        """Of what: a file, or a set of counts."""

    @property
    def text(self) -> str:
        """Why."""

    @property
    def exit_status(self) -> int:
        """What its command alone would end with."""


def of_run(run: Run, *, address: str = "", refused: Sequence[Refused] = ()) -> Summary:
    """What a run has to tell.

    Parameters
    ----------
    run
        The run, once it is over.
    address
        Where the folder of reports is published; "" where that is not known.
    refused
        What was refused of an update before its batch.

    Returns
    -------
    Summary
        What is told of it.
    """
    totals = {name: len(run.of(name.replace("_", " "))) for name in (_DONE, _UP_TO_DATE, "failed")}
    totals |= {"left": run.total - len(run.results), "removed": len(run.removed)}
    parts = (_what_failed(run, totals, refused), _what_changed(run), _where(run, address))
    return Summary(
        name=run.batch,
        title=run.title,
        sentence=_sentence(run, totals, refused),
        is_failure=bool(run.exit_status or refused),
        is_change=bool(totals[_DONE] or totals["removed"]),
        exit_status=run.exit_status_after([step.exit_status for step in refused]),
        started=run.started,
        seconds=run.seconds,
        totals=totals,
        parts=tuple(part for part in parts if part.items),
    )


def of_refusal(batch: Batch, fault: BaseException, *, started: datetime) -> Summary:
    """What there is to tell of a run that did not come to its end, or could not begin for a mistake in its file.

    Parameters
    ----------
    batch
        What was asked for.
    fault
        What ended it. Of one that is not this package's own its kind alone is told.
    started
        When it began, in UTC.

    Returns
    -------
    Summary
        What is told of it: a failure.
    """
    status, cause = AttritionError.exit_status, f"{type(fault).__name__}, which nothing foresaw."
    if isinstance(fault, AttritionError):
        status, cause = fault.exit_status, failures.in_short(fault)
        if batch.is_guarded:  # whose counts it may name
            cause = f"{CAUSES.get(type(fault).__name__, type(fault).__name__)}."
    first, *more = cause.splitlines() or [""]
    items = ((first, *more, f"What to do: {_then(fault, status)}", "The log of the run says more."),)
    sentence = "the run did not come to its end" if batch.jobs else "the run could not begin"
    seconds = (datetime.now(UTC) - started).total_seconds()
    return _without_run(batch, sentence, items, is_failure=True, exit_status=status, started=started, seconds=seconds)


def of_end(batch: Batch, words: str) -> Summary:
    """What there is to tell of a run that could not tell so itself: it was killed, or never began.

    Parameters
    ----------
    batch
        What was asked for.
    words
        What whoever saw it end says of it.

    Returns
    -------
    Summary
        What is told of it: a failure.
    """
    items = (
        (words, "What to do: look at the log of whatever runs it. What was made stands; run it again for the rest."),
    )
    sentence = "the run was ended from outside, or never began"
    return _without_run(batch, sentence, items, is_failure=True, exit_status=None, started=datetime.now(UTC))


def sample(batch: Batch) -> Summary:
    """What tries whether anything arrives: it tells of no run.

    Parameters
    ----------
    batch
        The batch whose file names who is told.

    Returns
    -------
    Summary
        What is told, whatever anybody wants to be told of.
    """
    items = (
        ("Nothing failed. Here stands what did, alike together, the most common first.", "What to do: nothing."),
        ("Then what changed, and where to look.",),
    )
    sentence = "this is what is sent of a run"
    told = _without_run(batch, sentence, items, is_failure=False, exit_status=0, started=datetime.now(UTC))
    return replace(told, is_sample=True)


def _without_run(
    batch: Batch,
    sentence: str,
    items: tuple[tuple[str, ...], ...],
    *,
    is_failure: bool,
    exit_status: int | None,
    started: datetime,
    seconds: float = 0.0,
) -> Summary:
    """What is told where no run can say what it made."""
    return Summary(
        name=batch.name,
        title=batch.title,
        sentence=sentence,
        is_failure=is_failure,
        is_change=False,
        exit_status=exit_status,
        started=started,
        seconds=seconds,
        parts=(Part(FAILED, items),),
    )


def _sentence(run: Run, totals: Mapping[str, int], refused: Sequence[Refused]) -> str:
    """What happened, in a few words: what is wrong first."""
    words = [f"{len(refused)} refused of what is new"] if refused else []
    words += [f"{totals['failed']} of {counted(run.total, 'report')} failed"] if totals["failed"] else []
    words += ["the index not written"] if run.index_fault else []
    stopped = "stopped, " if run.stopped_by else ""
    words += [f"{stopped}{totals['left']} left for the next run"] if stopped or totals["left"] else []
    if not words and totals[_DONE] == totals["removed"] == 0:
        many = counted(totals[_UP_TO_DATE], "report")
        return f"nothing changed, {many} up to date" if totals[_UP_TO_DATE] else "nothing to do"
    for name, words_for in ((_DONE, "made"), (_UP_TO_DATE, "up to date"), ("removed", "removed")):
        words += [f"{totals[name]} {words_for}"] if totals[name] else []
    return ", ".join(words)


def _what_failed(run: Run, totals: Mapping[str, int], refused: Sequence[Refused]) -> Part:
    """What failed, alike together, the most common first, each with what to do about it."""
    items: list[tuple[str, ...]] = [
        (
            f"Refused: {step.name}",
            failures.in_short(AttritionError(step.text)),
            f"What to do: {_THEN.get(step.exit_status, _THEN[1])}",
        )
        for step in refused
    ]
    if run.stopped_by:
        stop = f"It was told to stop ({signal.Signals(run.stopped_by).name}), {counted(totals['left'], 'report')} left."
        items.append((stop, "What to do: run it again. What was made stands."))
    public, hidden = _apart(run.of("failed"))
    kinds = alike(public)
    for number, first in kinds[:KINDS]:
        reason = f"{counted(number, 'report')}, {CAUSES.get(first.cause, first.cause)}: {first.message}"
        named = f"{'The first is ' if number > 1 else ''}{first.job.folder}"
        items.append((reason, named, f"What to do: {_then(first.error, first.exit_status)}"))
    if rest := sum(number for number, _ in kinds[KINDS:]):
        items.append((f"{counted(rest, 'report')} for other reasons.", "The record of the run names each."))
    if hidden:
        then = "What to do: see their own index, which only their owner can read."
        items.append((f"{counted(hidden, 'report')} made from case files failed.", then))
    if run.index_fault:
        items.append((failures.in_short(AttritionError(run.index_sentence)),))
    if totals["left"] and not run.stopped_by:
        items.append((f"{counted(totals['left'], 'report')} left for the next run, and not begun.",))
    if totals["failed"]:
        items.append(("What stood before still stands. The next run tries again what failed.",))
    return Part(FAILED, tuple(items))


def _what_changed(run: Run) -> Part:
    """What is there now that was not, by why it was made; of restricted reports how many."""
    public, hidden = _apart(run.of("done"))
    reasons: dict[str, Counter[str]] = {}
    for record in public:
        reasons.setdefault(record.reason, Counter())[record.job.name] += 1
    ranked = sorted(reasons.items(), key=lambda reason: -reason[1].total())
    items: list[tuple[str, ...]] = []
    for reason, names in ranked[:KINDS]:
        by_notebook = ", ".join(f"{name} {number}" for name, number in names.most_common())
        items.append((f"{counted(names.total(), 'report')} made ({reason})", by_notebook))
    if rest := sum(names.total() for _, names in ranked[KINDS:]):
        items.append((f"{counted(rest, 'report')} made for other reasons.",))
    if hidden:
        items.append((f"{counted(hidden, 'report')} made from case files.",))
    items += [
        (f"Beside what stood before: {changed.line}.", CHANGES)
        for changed in run.changes
        if changed.has_page and not changed.is_restricted
    ]
    if run.removed:
        items.append((f"{counted(len(run.removed), 'report')} removed: newer periods are enough.",))
    return Part("What changed", tuple(items))


def _where(run: Run, address: str) -> Part:
    """Where to look: at an address where there is one, else in the folder of reports."""
    base = f"{address.rstrip('/')}/" if address else ""
    items = [(f"All reports: {base}index.html",)] if run.has_index else []
    items += [(f"The record of this run: {base}{FOLDER}/{run.written}",)] if run.written else []
    items += [] if base else [("In the folder of reports that the batch writes to.",)]
    return Part("Where to look", tuple(items))


def _then(fault: BaseException | None, status: int) -> str:
    """What to do about a failure: what the system's refusal asks for, else by the status."""
    if isinstance(fault, Unwritten):
        return f"{fault.step}; what stood there still stands."
    return _THEN.get(status, _THEN[1])


def _apart(records: Sequence[JobRecord]) -> tuple[list[JobRecord], int]:
    """The public ones of some jobs, and how many others there are."""
    public = [record for record in records if not places.is_of_restricted(record.job.folder)]
    return public, len(records) - len(public)
