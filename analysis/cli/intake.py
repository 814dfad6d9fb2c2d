"""The commands that open files: ``attrition reduce`` and ``attrition mapping``. Words in, counts out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli import options
from analysis.cli.telling import is_terminal, say
from analysis.counts.ledger import Ledger
from analysis.reference import reference
from analysis.reference.names import counted
from analysis.system import writing

if TYPE_CHECKING:
    from analysis.intake.reading import Reading, Request
    from analysis.intake.sets import Reduced


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=options.PATH)
@click.option("--as", "name", required=True, metavar="NAME", help="Name of the set of counts, as 'stalking_kent'.")
@click.option(
    "--format",
    "form",
    required=True,
    metavar="FORMAT",
    help="cases (your own extract), police-uk (data.police.uk) or home-office (its workbooks).",
)
@click.option(
    "--mapping",
    type=options.PATH,
    metavar="FILE",
    help="For cases: what each column is. 'attrition mapping FILE' drafts one.",
)
@click.option(
    "--allow", multiple=True, metavar="FAULT", help="Drop and count rows with this fault. May be repeated; see docs."
)
@click.option("--append", is_flag=True, help="Add to the set of this name instead of making it anew.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="A dask scheduler, as tcp://host:8786.")
@click.option("--workers", default=0, metavar="NUMBER", help="Processes on this machine; 0 is one a processor.")
def reduce(
    *,
    files: tuple[Path, ...],
    name: str,
    form: str,
    mapping: Path | None,
    allow: tuple[str, ...],
    append: bool,
    scheduler: str,
    workers: int,
) -> None:
    """Reduce files to counts in data/counts/.

    A ledger beside them says what was read, dropped and refused. Counts of people are released there: the exact ones go
    to data/private/, which no report reads.
    """
    from analysis.intake import sets
    from analysis.intake.reading import Request
    from analysis.publishing.batch.executors import processors

    sets.refuse_bundled(name)
    request = Request(
        name=name,
        form=form,
        mapping=mapping,
        allow=frozenset(allow),
        workers=workers or processors(),
        is_spread=bool(scheduler),
    )
    count(list(files), request, append=append, scheduler=scheduler)


def count(
    files: list[Path], request: Request, *, append: bool = False, scheduler: str = "", made_from: str = ""
) -> None:
    """Read files, put their counts in place and tell of them: exactly, for whoever has the files."""
    from analysis.intake import placing, reduction
    from analysis.publishing.batch.executors import spreading

    placing.finish_stopped(waiting=_waiting)
    is_waiting = reduction.is_waiting(request)
    with (
        _progress() as bar,
        spreading(
            workers=request.workers, scheduler=scheduler, is_waiting=is_waiting, step=lambda: bar.update(1)
        ) as spread,
    ):

        def counting(function: Any, work: list[Any]) -> Any:
            bar.length = len(work)
            return spread(function, work)

        reading = reduction.read_files(files, request, spread=counting, append=append)
    reduced, places = put_in_place(reading, request, append=append, made_from=made_from)
    for line in (*map(_shown, places), *account(reduced.ledger), *reduced.told_owner):
        say(line)


def put_in_place(
    reading: Reading, request: Request, *, append: bool = False, made_from: str = ""
) -> tuple[Reduced, list[Path]]:
    """What was read as sets of counts, and where they stand now; ``made_from`` is noted beside those of people."""
    from analysis.counts import private_store
    from analysis.intake import placing, reduction

    if not reduction.is_of_people(request):
        reduced = reduction.added(reading, request, append=append)
        return reduced, reduction.write(reduced)
    releasing: Any = import_module("analysis.disclosure.release")
    drawing: Any = import_module("analysis.disclosure.drawing.draws")
    with private_store.locked(waiting=_waiting):
        placing.finish()
        reduced = reduction.added(reading, request, append=append)
        with _releasing() as progress:
            release = partial(releasing.release, progress=progress)
            places = placing.release(reduced, release=release, draw=drawing.draw)
        if made_from:
            private_store.note_making(request.name, made_from)
        standing = _standing(reduced)
    return replace(reduced, told_owner=(*reduced.told_owner, *standing)), places


def _standing(reduced: Reduced) -> list[str]:
    """What of a set was released as it stood before, a line a force: for whoever has the files."""
    from analysis.counts.private_store import Store
    from analysis.disclosure.policy import POLICIES

    history: Any = import_module("analysis.disclosure.history")
    sensitivity = reduced.ledger.sensitivity
    past = history.read(Store(reduced.ledger.name, sensitivity).history())
    few = POLICIES[sensitivity].batch
    return [
        f"beware: {force}: released as before: "
        f"{counted(months, 'month of it stands as it was', 'months of it stand as they were')} released before, since "
        f"fewer than {few} of the cases of a month have changed. {counted(cases, 'case is', 'cases are')} otherwise "
        "in these files, and no report has it so. A month that is brought once most of its cases have ended is right "
        "from the first."
        for force, (months, cases) in history.standing(reduced.sets, past).items()
    ]


def is_made_from(name: str, made_from: str) -> bool:
    """Whether the sets of a name stand whole and were made from what has this fingerprint."""
    from analysis.counts import counts, ledger, private_store
    from analysis.errors import DataRefused, ParameterError

    if name not in counts.available() or not private_store.is_made_from(name, made_from):
        return False
    try:
        for set_name in ledger.read_public(counts.file_of(f"{name}.ledger.json")).sets:
            counts.read(set_name)
    except (DataRefused, ParameterError):  # stopped between the ledger and a set, or one is gone
        return False
    return True


@click.command()
@click.argument("file", type=options.PATH)
@click.option("--out", type=options.Place(), metavar="FILE", help="Where to write it; the screen if not.")
def mapping(*, file: Path, out: Path | None) -> None:
    """Draft the mapping of a case file from its header and values.

    Each guess is explained in a comment.
    """
    from analysis.errors import CouldNotWrite
    from analysis.intake.case_files import drafting

    text = drafting.drafted(file)
    if out is None:
        say(text, nl=False)
        return
    try:
        with writing.whole(out, is_first=True) as written:
            written.write(text.encode())
    except FileExistsError:
        raise CouldNotWrite(f"{out} is there already and is not written over. Name another with --out.") from None
    say(f"{out}: look at every line marked CHECK, then 'attrition reduce {file} --mapping {out} ...'.")


def account(ledger: Ledger) -> list[str]:
    """What was read, kept, dropped and warned of, a line each: exactly, for whoever has the files.

    Case files are told one by one, since nothing that is released names them.
    """
    entry = ledger.entries[-1]
    files = f"{len(entry.files)} file{'s' if len(entry.files) > 1 else ''}"
    lines = [f"{files}, {counted(entry.rows, 'row')} read, {entry.kept:,} counted."]
    if ledger.sensitivity != "published":
        lines += [f"read: {file.name}: {counted(file.rows, 'row')}" for file in entry.files]
    lines += [f"dropped: {reason}: {rows:,}" for reason, rows in entry.dropped.items()]
    lines += [f"beware: {warned.force or 'all'}: {warned.kind}: {warned.text}" for warned in entry.warnings]
    return lines


def _waiting() -> None:
    say("Another release is at work here; waiting for it.", err=True)


def _progress() -> Any:
    """A bar on a terminal, nothing elsewhere."""
    hidden = not is_terminal(sys.stderr)
    return click.progressbar(length=1, label="Reading", file=sys.stderr, hidden=hidden, show_pos=True)


@contextmanager
def _releasing() -> Iterator[Callable[[int, int, int], None]]:
    """A bar on a terminal that says how far a release is, nothing elsewhere."""
    from tqdm import tqdm

    is_hidden = not is_terminal(sys.stderr)
    bar = tqdm(desc="Releasing", unit="part", disable=is_hidden, dynamic_ncols=True, leave=False)

    def progress(number: int, looked_at: int, every: int) -> None:
        with suppress(OSError):  # nobody looks any more
            if looked_at == 1:
                bar.set_description(f"Releasing, round {number}", refresh=False)
                bar.reset(every)
            bar.update()

    try:
        yield progress
    finally:
        with suppress(OSError):
            bar.close()


def _shown(path: Path) -> str:
    """A path as it stands in the project, or in full."""
    return str(path.relative_to(reference.PROJECT)) if path.is_relative_to(reference.PROJECT) else str(path)
