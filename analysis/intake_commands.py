"""The commands that open files: ``attrition reduce`` and ``attrition mapping``. Words in, counts out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from analysis import reference
from analysis.ledger import Ledger
from analysis.telling import is_terminal, say


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
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
    type=click.Path(path_type=Path),
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
    """Reduce files to counts in data/counts/, with a ledger of what was read, dropped and refused."""
    from analysis.intake import reduction
    from analysis.intake.reading import Request
    from analysis.publishing.executors import processors, spreading

    request = Request(
        name=name,
        form=form,
        mapping=mapping,
        allow=frozenset(allow),
        workers=workers or processors(),
        is_spread=bool(scheduler),
    )
    with (
        _progress() as bar,
        spreading(workers=request.workers, scheduler=scheduler, step=lambda: bar.update(1)) as spread,
    ):

        def counting(function: Any, work: list[Any]) -> Any:
            bar.length = len(work)
            return spread(function, work)

        reduced = reduction.reduce(list(files), request, spread=counting, append=append)
    for path in reduction.write(reduced):
        say(_shown(path))
    for line in (*account(reduced.ledger), *reduced.told_owner):
        say(line)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it; the screen if not.")
def mapping(*, file: Path, out: Path | None) -> None:
    """Draft the mapping of a case file from its header and values, each guess explained in a comment."""
    from analysis.errors import CouldNotWrite
    from analysis.intake import drafting

    text = drafting.drafted(file)
    if out is None:
        say(text, nl=False)
        return
    if out.exists():
        raise CouldNotWrite(f"{out} is there already and is not written over. Name another with --out.")
    out.write_text(text, encoding="utf-8")
    say(f"{out}: look at every line marked CHECK, then 'attrition reduce {file} --mapping {out} ...'.")


def account(ledger: Ledger) -> list[str]:
    """What was read, kept, dropped and warned of, a line each."""
    entry = ledger.entries[-1]
    files = f"{len(entry.files)} file{'s' if len(entry.files) > 1 else ''}"
    lines = [f"{files}, {entry.rows:,} rows read, {entry.kept:,} counted."]
    lines += [f"dropped: {reason}: {rows:,}" for reason, rows in entry.dropped.items()]
    lines += [f"beware: {warned.force or 'all'}: {warned.kind}: {warned.text}" for warned in entry.warnings]
    return lines


def _progress() -> Any:
    """A bar on a terminal, nothing elsewhere."""
    hidden = not is_terminal(sys.stderr)
    return click.progressbar(length=1, label="Reading", file=sys.stderr, hidden=hidden, show_pos=True)


def _shown(path: Path) -> str:
    """A path as it stands in the project, or in full."""
    return str(path.relative_to(reference.PROJECT)) if path.is_relative_to(reference.PROJECT) else str(path)
