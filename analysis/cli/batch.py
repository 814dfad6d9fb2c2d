"""The commands that make many reports: ``attrition batch`` and ``attrition report``, and how they tell what happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from analysis.cli import options
from analysis.cli.telling import is_terminal, log, say
from analysis.errors import AttritionError, CouldNotTell, ParameterError, SomeFailed
from analysis.safe_words import safe

_WHEN = {"failure": "when something fails", "change": "when something changed", "always": "after each run"}


class Teller:
    """Tells of a run as it goes: a bar on a terminal, a plain line a job elsewhere, or JSON, one object a line.

    A run goes on whatever becomes of those who listen.
    """

    def __init__(self, log_format: str) -> None:
        self.is_json = log_format == "json"
        self.has_lines = not (self.is_json or (is_terminal(sys.stdout) and is_terminal(sys.stderr)))
        self.bar: Any = None
        self.due = self.told = 0

    def begin(self, run: Any) -> None:
        """The run is about to begin."""
        self.due = run.due
        if self.is_json:
            log("begin", batch=run.batch, jobs=run.total, due=run.due)
        if self.has_lines and run.due:
            say(f"{run.batch}: {run.due} to do, {run.total - run.due} up to date")
        if is_terminal(sys.stderr) and run.due and not self.is_json:
            from tqdm import tqdm

            self.bar = tqdm(total=run.due, desc=safe(run.batch), unit="report", dynamic_ncols=True, leave=False)

    def tell(self, record: Any) -> None:
        """One job has come to its end."""
        if self.is_json:
            log("job", **record.entry)
        if record.state == "up to date":
            return
        self.told += 1
        of = f"{self.told:{len(str(self.due))}} of {self.due}"
        if record.state == "failed" and not self.is_json:
            kept = f" Kept: {record.kept}" if record.kept else ""
            self._line(f"FAILED {of}  {record.seconds:6.1f} s  {record.job.folder}: {record.message}{kept}", err=True)
        elif self.has_lines:
            self._line(f"done   {of}  {record.seconds:6.1f} s  {record.job.folder} ({record.reason})")
        if self.bar is not None:
            with suppress(OSError):
                self.bar.update()

    def close(self) -> None:
        """No more jobs come to their end: the bar goes."""
        if self.bar is not None:
            with suppress(OSError):
                self.bar.close()

    def notified(self, attempt: Any) -> None:
        """Somebody was told of the run, or was not."""
        if self.is_json:
            log("notify", who=attempt.who, is_told=not attempt.problem, problem=attempt.problem)
        elif not attempt.problem:
            say(attempt.sentence)
        if attempt.problem:
            say(f"attrition: {attempt.sentence}", err=True)

    def end(self, run: Any, out: Path, *, status: int) -> None:
        """The run is over, and its command is about to end with this status."""
        self.close()
        if self.is_json:
            record = run.record
            del record["results"], record["schema"]
            log("end", **record | {"exit_status": status})
            return
        for line in run.summary():
            say(line)
        for index in [root / "index.html" for root, _ in run.parts(out)]:
            if index.is_file():
                say(index)

    def tell_step(self, step: Any) -> None:
        """One step of an update before its batch has come to its end."""
        if self.is_json:
            log("step", **asdict(step))
        elif step.exit_status:
            is_named = step.text.startswith(step.name)
            self._line(f"REFUSED {step.text if is_named else f'{step.name}: {step.text}'}", err=True)
        else:
            self._line(f"{step.state}: {step.name}: {step.text}")

    def tell_update(self, updated: Any, *, status: int) -> None:
        """An update is over, and its command is about to end with this status."""
        if self.is_json:
            record = updated.record
            del record["schema"], record["run"]
            log("update", **record | {"exit_status": status})
        else:
            say(updated.line)

    def _line(self, words: str, *, err: bool = False) -> None:
        """A line, above the bar where there is one."""
        if self.bar is not None:
            with suppress(OSError):
                self.bar.clear()
        say(words, err=err)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command has that makes many reports."""
    for option in reversed(
        [
            click.option("--out", **options.OUT),
            click.option("--settings", **options.SETTINGS_OF_BATCH),
            click.option("--force", "is_forced", is_flag=True, help="Make every report again, up to date or not."),
            click.option(
                "--only", multiple=True, metavar="PATTERN", help="Only these notebooks or reports: 'trends', '*kent*'."
            ),
            click.option("--failed", is_flag=True, help="Only reports whose last run failed."),
            click.option(
                "--workers", type=click.IntRange(min=1), metavar="N", help="Reports made at once; one a processor."
            ),
            click.option(
                "--engine",
                "by",
                type=click.Choice(["warm", "plain"]),
                default="warm",
                show_default=True,
                help="Fork prepared processes, or start a kernel for each notebook.",
            ),
            click.option(
                "--scheduler",
                default="",
                metavar="ADDRESS",
                help="Make them on a dask cluster: tcp://HOST:PORT, or 'local' for one on this machine.",
            ),
            click.option(
                "--keep",
                type=click.IntRange(min=1),
                default=None,
                metavar="N",
                help="Remove all but the newest N periods of each series of reports.",
            ),
            click.option("--wait", "waits", is_flag=True, help="Wait for another batch on this folder to be done."),
            click.option(
                "--log-format",
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
                help="JSON: an object a line, as docs/log_lines.schema.json has it.",
            ),
        ]
    ):
        command = option(command)
    return command


@click.command()
@click.argument("file")
@run_options
@click.option("--dry-run", is_flag=True, help="List every job, its folder and whether it is up to date; make nothing.")
@click.option("--draft", "is_draft", **options.DRAFT)
@click.option("--verify", is_flag=True, help="Find damaged, missing and foreign files in the folder; make nothing.")
def batch(
    file: str, *, dry_run: bool, verify: bool, out: Path, settings: Path | None, log_format: str, **given: Any
) -> None:
    """Make every report of a batch file that is not up to date. FILE: a name in notebooks/batches, or a path."""
    from analysis.publishing.batch import file as batch_file

    if verify and (dry_run or given["is_draft"]):
        raise ParameterError(
            f"{'--dry-run' if dry_run else '--draft'} and --verify do different things. Give one of them."
        )
    out = options.draft_place(out) if given["is_draft"] else out
    with errors_logged(log_format):
        path = batch_file.path_of(file)
        if verify:
            _verify(asked(path, settings), out, tell=lines(log_format))
        elif dry_run:
            wanted = asked(path, settings)
            names = ("is_forced", "only", "failed", "keep", "is_draft")
            end(foresee(wanted, out, tell=lines(log_format), **{name: given[name] for name in names}))
        else:
            _run(asked(path, settings, Teller(log_format)), out, log_format=log_format, **given)


def asked(
    path: Path, settings: Path | None, teller: Teller | None = None, *, check: Callable[[Any], None] = lambda _: None
) -> Any:
    """What a batch file asks for, once it is held to a ``check`` as well, and who publishes it.

    With a teller, those whom the file names hear of what is wrong with it.
    """
    from analysis.publishing.batch import file as batch_file

    with faults_told(batch_file.addressed(path), teller) if teller else nullcontext():
        wanted = replace(batch_file.read(path), publisher=options.publisher(settings, beside=path.parent))
        check(wanted)
        return wanted


@click.command()
@run_options
def report(*, out: Path, settings: Path | None, log_format: str, **given: Any) -> None:
    """Run every notebook with its defaults, and write the index.

    That of one police force is run for each.
    """
    from analysis.publishing.batch import file as batch_file
    from analysis.publishing.notebooks import notebooks

    if others := notebooks.left_alone():
        say(others, err=True)
    with errors_logged(log_format):
        wanted = replace(batch_file.of_every_notebook(), publisher=options.publisher(settings))
        _run(wanted, out, log_format=log_format, **given)


def _run(wanted: Any, out: Path, *, log_format: str, **given: Any) -> None:
    """Run a batch, tell of it, and end with its status."""
    _, status = run_batch(wanted, out, Teller(log_format), **given)
    end(status)


def end(status: int) -> None:
    """End the command with a status, where it is another than 0."""
    if status:
        sys.exit(status)


def run_batch(
    wanted: Any,
    out: Path,
    teller: Teller,
    *,
    workers: int | None = None,
    keep: int | None = None,
    before: Sequence[Any] = (),
    **given: Any,
) -> tuple[Any, int]:
    """Run a batch and tell of it, here and to whoever is to be told; of the steps ``before`` it too.

    Gives the run, and the status that its command ends with if nothing before it was refused.
    """
    from analysis.publishing.batch import executors
    from analysis.publishing.batch import run as batches
    from analysis.publishing.index import catalogue
    from analysis.publishing.notify import runs

    settings = batches.Settings(workers=workers or executors.processors(), keep=keep or 0, **given)
    with faults_told(wanted, teller, but=(ParameterError,)):  # of an option: whoever gave it is there to read why
        run = batches.run(wanted, out, settings=settings, begin=teller.begin, tell=teller.tell)
    teller.close()
    summary = runs.of_run(
        run, address=catalogue.kept_address(out), refused=[step for step in before if step.exit_status]
    )
    is_everybody_told = _notify(wanted, summary, teller)
    status = run.exit_status or (0 if is_everybody_told else CouldNotTell.exit_status)
    teller.end(run, out, status=status)
    return run, status


@contextmanager
def faults_told(wanted: Any, teller: Teller, *, but: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Have whoever is to be told hear of what ends a run in here before its end, ``but`` for some errors."""
    from analysis.publishing.notify import runs

    started = datetime.now(UTC)
    try:
        yield
    except but:
        raise
    except Exception as fault:
        teller.close()
        _notify(wanted, runs.of_refusal(wanted, fault, started=started), teller)
        raise


def _notify(wanted: Any, summary: Any, teller: Teller) -> bool:
    """Tell whoever a batch file names of a run; whether everybody was told."""
    from analysis.publishing.notify import notify

    attempts = notify.send(wanted.notify, summary, options.environment())
    for attempt in attempts:
        teller.notified(attempt)
    return not any(attempt.problem for attempt in attempts)


def lines(log_format: str) -> Callable[..., None]:
    """What tells one thing: as a line of words, or as an event with its fields."""

    def tell(words: str, event: str, **fields: Any) -> None:
        if log_format == "json":
            log(event, **fields)
        else:
            say(words)

    return tell


@contextmanager
def errors_logged(log_format: str) -> Iterator[None]:
    """Have a refusal in here stand in a JSON log too, which would otherwise just end."""
    from analysis.publishing.placing import failures

    try:
        yield
    except Exception as fault:
        if log_format == "json":
            other = AttritionError("A fault of this package: standard error names its place.")
            refusal = fault if isinstance(fault, AttritionError) else other
            log(
                "error", cause=type(fault).__name__, message=failures.in_short(refusal), exit_status=refusal.exit_status
            )
        raise


def foresee(
    wanted: Any,
    out: Path,
    *,
    tell: Callable[..., None],
    is_forced: bool,
    only: tuple[str, ...],
    failed: bool,
    keep: int | None,
    is_draft: bool,
) -> int:
    """What a run would do, a line a job, and a line for each report that would go.

    Gives the status that it would end with as far as that can be foreseen: where notebooks break their rules, or a
    folder may not be looked into.
    """
    from analysis.publishing.batch import plan, records, retention
    from analysis.publishing.notebooks.jobs import Form

    jobs = plan.chosen(wanted, out, only=only, failed=failed)
    planned = plan.plan(jobs, out, form=Form(wanted.formats, is_draft, wanted.publisher), is_forced=is_forced)
    for record in planned:
        state = "to fail" if record.error else record.state or "to do"
        why = record.message or record.reason
        tell(f"{state:10}  {record.job.folder}{f'  ({why})' * bool(why)}", "plan", **record.entry | {"state": state})
    for folder, ways in wanted.merged.items():
        if folder in {job.folder for job in jobs}:
            tell(f"{'one':10}  {folder}  (asked for as {ways}: the same cases)", "merged", folder=folder, ways=ways)
    coming = {job.folder: job.values for job in wanted.jobs}
    gone = [
        folder for folder in (retention.surplus(out, keep=keep, coming=coming) if keep else []) if folder not in coming
    ]
    for folder in gone:
        tell(f"{'to go':10}  {folder}  (newer periods are enough)", "removal", folder=folder)
    for entry in wanted.notify:
        tell(f"{'to tell':10}  {entry.who}  ({_WHEN[entry.when]})", "addressee", who=entry.who, when=entry.when)
    _tell_totals(wanted.name, out, planned, tell=tell, gone=len(gone))
    foreseen = records.Run(wanted.name, wanted.title, len(planned), {})
    foreseen.results += [replace(record, state="failed" if record.error else "done") for record in planned]
    return foreseen.exit_status


def _tell_totals(name: str, out: Path, planned: Sequence[Any], *, tell: Callable[..., None], gone: int) -> None:
    """The last line of a dry run: how many of each."""
    due = sum(bool(record.reason) for record in planned)
    failing = sum(bool(record.error) for record in planned)
    numbers = {"jobs": len(planned), "due": due, "up_to_date": len(planned) - due, "to_go": gone}
    numbers |= {"to_fail": failing} if failing else {}
    totals = f"{due - failing} to do, {f'{failing} to fail, ' * bool(failing)}{numbers['up_to_date']} up to date"
    tell(f"{name}: {totals}{f', {gone} to go' * bool(gone)}, below {out}", "planned", batch=name, **numbers)


def _verify(wanted: Any, out: Path, *, tell: Callable[..., None]) -> None:
    """Every fault below a folder of reports, a line each."""
    from analysis.publishing.checks import verification

    faults = verification.faults(out, wanted)
    for fault in faults:
        tell(str(fault), "fault", name=fault.name, what=fault.what)
    number = len(wanted.jobs)
    if faults:
        raise SomeFailed(f"{len(faults)} {'faults' if len(faults) > 1 else 'fault'} below {out}.")
    reports = f"{number} reports of {wanted.name} are" if number > 1 else f"The report of {wanted.name} is"
    words = f"{reports} whole, and nothing foreign stands below {out}."
    tell(words, "verified", batch=wanted.name, jobs=number)
