"""The command that takes somebody's own case file through every step: ``attrition start``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from analysis.cli import batch, intake, options
from analysis.cli.telling import say
from analysis.errors import AttritionError, DataRefused, ParameterError

if TYPE_CHECKING:
    from analysis.intake.reading import Request


class _NoCasesError(DataRefused):
    """A refusal of what is no list of cases: the same command would give it again."""


@dataclass(frozen=True)
class _Asked:
    """What the command was asked for: a file, its mapping, what counts of it are called, which faults are dropped."""

    file: Path
    mapping: Path
    name: str
    allow: tuple[str, ...]
    again: str
    whole: str

    def request(self) -> Request:
        """The same as a reduction has it."""
        from analysis.intake.reading import Request
        from analysis.publishing.batch.executors import processors

        allowed, workers = frozenset(self.allow), processors()
        return Request(name=self.name, form="cases", mapping=self.mapping, allow=allowed, workers=workers)


@click.command()
@click.argument("file", type=options.PATH)
@click.option("--as", "name", required=True, metavar="NAME", help="One name for all its counts, as 'kent_2024'.")
@click.option(
    "--mapping",
    type=options.PATH,
    metavar="FILE",
    help="What each column is.",
    show_default="beside the case file, its name ending in .toml",
)
@click.option(
    "--allow", multiple=True, metavar="FAULT", help="Drop and count rows with this fault. May be repeated; see docs."
)
@click.option("--only", multiple=True, metavar="PATTERN", help="Only these notebooks or reports, as of batch.")
@click.option("--out", **options.OUT)
@click.option("--settings", **options.SETTINGS)
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
def start(
    *,
    file: Path,
    name: str,
    mapping: Path | None,
    allow: tuple[str, ...],
    only: tuple[str, ...],
    out: Path,
    settings: Path | None,
    dry_run: bool,
) -> None:
    """Take your own case file to reports, a step at a time.

    FILE: a table of cases, or a folder of several. The steps: its mapping, counts, reports.

    The first time it drafts the mapping beside the file, says what is left to decide, and ends with status 3. Each time
    it does what is still to do, and says what comes next: run the same command again. Reports of real
    cases are restricted.
    """
    asked = _Asked(file, mapping or file.with_suffix(".toml"), name, allow, _again(), _again("only"))
    with _next_step(asked):
        _check(asked)
        is_mapped = _map(asked, dry_run=dry_run)
        is_counted = is_mapped and _count(asked, dry_run=dry_run)
        if not is_counted:
            say("reports: would be made of the counts, every one that they have what for")
            return
        wanted, left_out = _fitting(asked, settings)
    _report(asked, wanted, out, only=only, dry_run=dry_run, left_out=left_out)


def _again(*leave: str, **instead: tuple[str, ...]) -> str:
    """The same command as it is typed, without some of its options, or with others ``instead``."""
    context = click.get_current_context()
    given = [
        (option.opts[0], instead.get(str(option.name), context.params[str(option.name)]))
        for option in context.command.params
        if option.name not in ("file", "dry_run", *leave)
        and context.get_parameter_source(str(option.name)) is not ParameterSource.DEFAULT
    ]
    words = [context.command_path, str(context.params["file"])]
    for name, value in given:
        words += [word for choice in (value if isinstance(value, tuple) else (value,)) for word in (name, str(choice))]
    return " ".join(map(quote, words)).replace(quote(context.command_path), context.command_path, 1)


@contextmanager
def _next_step(asked: _Asked) -> Iterator[None]:
    """Have a refusal in here end with the command that comes after what it asks for.

    What the command itself is refused for, the same command would meet again.
    """
    from analysis.intake.case_files import faults

    try:
        yield
    except ParameterError as fault:
        each = tuple(part for name in asked.allow for part in faults.separated(name))
        if each != asked.allow and set(each) <= faults.FAULTS.keys():
            fault.args = (f"{fault}\nThe command is then: {_again(allow=each)}",)
        raise
    except AttritionError as fault:
        if not isinstance(fault, _NoCasesError):
            fault.args = (f"{fault}\nThen the same command again: {asked.again}",)
        raise


def _check(asked: _Asked) -> None:
    """Refuse a name that is taken and a file that is not there, before anything is written."""
    from analysis.counts import counts
    from analysis.intake import sets
    from analysis.intake.case_files import faults, sources
    from analysis.intake.files import listed
    from analysis.starting import publishers

    faults.allowed_bits(asked.allow)
    sets.refuse_bundled(asked.name)
    sets.check_name(counts.FOLDER, asked.request(), append=False)
    files = listed([asked.file], sources.ENDINGS, what="case files")
    if asked.mapping.is_file():
        return
    _refuse_no_cases(asked, publishers.by_kind(files))


def _refuse_no_cases(asked: _Asked, found: dict[str, list[Path]]) -> None:
    """Refuse files that are a publisher's or this suite's own, and those of several kinds, by what they are."""
    from analysis.starting import publishers

    if len(found) > 1:
        raise _NoCasesError(
            f"{asked.file} holds files of several kinds: {publishers.mixed(found)}. Move those of one kind into a "
            "folder of their own, and start with that."
        )
    kind = publishers.KINDS.get(next(iter(found)))
    if kind is None:
        return
    if kind.step:
        raise _NoCasesError(f"{asked.file} is {kind.what}. {kind.why} {kind.step}")
    file, form = quote(str(asked.file)), next(iter(found))
    raise _NoCasesError(
        f"{asked.file} is {kind.what}, and needs no mapping. 'attrition reduce {file} --format {form} --as "
        f"{asked.name}' counts it. {_of_own(asked)}"
    )


def _of_own(asked: _Asked) -> str:
    """What to do where files are somebody's own cases after all."""
    file, out = quote(str(asked.file)), quote(str(asked.mapping))
    return f"If it holds cases of your own, 'attrition mapping {file} --out {out}' drafts a mapping."


def _map(asked: _Asked, *, dry_run: bool) -> bool:
    """The first step: whether a mapping is there. Where none is, it is drafted, and what it leaves to decide is told.

    Raises DataRefused once it is drafted: whoever knows the file has to look at it.
    """
    from analysis.intake.case_files import drafting, mapping
    from analysis.starting import decisions
    from analysis.system import unwritten, writing

    if asked.mapping.is_file():
        say(f"mapping: {asked.mapping} is there")
        with _open_told(asked):
            mapping.read(asked.mapping)
        return True
    text = drafting.drafted(asked.file)
    if decisions.is_of_no_cases(text):
        raise _NoCasesError(
            f"{asked.file} does not look like a list of cases: no column says when they were recorded. A table of "
            f"shares or of totals cannot be counted. {_of_own(asked)}"
        )
    if not dry_run:
        try:
            with writing.whole(asked.mapping, is_first=True) as written:
                written.write(text.encode())
        except OSError as fault:
            raise unwritten.refusal(asked.mapping, fault, then=", or name another place with --mapping") from None
    say(f"mapping: {asked.mapping} {'would be drafted' if dry_run else 'is drafted from the file'}")
    for line in decisions.told(text, name=asked.mapping.name):
        say(line)
    if not dry_run:
        raise DataRefused(f"Nothing is counted before you have looked at {asked.mapping}: you know the file.")
    return False


def _count(asked: _Asked, *, dry_run: bool) -> bool:
    """The second step: whether counts of this file under this mapping stand. They are made where they do not."""
    from analysis.starting.fingerprints import fingerprint

    made_from = fingerprint(asked.file, asked.mapping, asked.allow)
    if intake.is_made_from(asked.name, made_from):
        say(f"counts: {asked.name} stands, made from this file under this mapping")
        return True
    if dry_run:
        say(f"counts: {asked.name} would be made")
        return False
    with _open_told(asked):
        intake.count([asked.file], asked.request(), made_from=made_from)
    return True


@contextmanager
def _open_told(asked: _Asked) -> Iterator[None]:
    """Have a refusal of the data in here say what the mapping still leaves open."""
    from analysis.starting import decisions

    try:
        yield
    except DataRefused as fault:
        left = decisions.open_in(asked.mapping.read_text(encoding="utf-8", errors="replace"))
        if left:
            open_lines = "".join(f"\n  {decision}" for decision in left)
            fault.args = (f"{fault}\n{asked.mapping.name} still leaves to decide:{open_lines}",)
        raise


def _fitting(asked: _Asked, settings: Path | None) -> tuple[Any, dict[str, str]]:
    """Every report that the counts have what for, and why others are not made."""
    from analysis.starting import fitting

    return fitting.batch(asked.name, options.publisher(settings))


def _report(
    asked: _Asked, wanted: Any, out: Path, *, only: tuple[str, ...], dry_run: bool, left_out: dict[str, str]
) -> None:
    """The third step: the reports that are not up to date, and where all of them stand."""
    for name, reason in left_out.items():
        say(f"reports: {name} is not made: {reason}")
    if dry_run:
        chosen: dict[str, Any] = {"is_forced": False, "only": only, "failed": False, "keep": None, "is_draft": False}
        batch.end(batch.foresee(wanted, out, tell=batch.lines("text"), **chosen))
        return
    _, status = batch.run_batch(wanted, out, batch.Teller("text"), only=only)
    if status:
        say(f"Next: mend what the lines above name, then the same command again: {asked.again}", err=True)
        sys.exit(status)
    first = next((job for job in wanted.jobs if (out / job.folder / "report.html").is_file()), wanted.jobs[0])
    say(f"Next: read {out / first.folder / 'report.html'} first.")
    say(f"For {'every report' if only else 'a new extract, or once the mapping is changed'}: {asked.whole}")
