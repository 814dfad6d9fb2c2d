"""The command that tries who would be told of a batch: ``attrition notify``."""

from __future__ import annotations

import click

from analysis.cli import options
from analysis.cli.telling import say
from analysis.errors import CouldNotTell, ParameterError


@click.command()
@click.argument("file")
@click.option("--test", "is_sent", is_flag=True, help="Send it, and say what came of each.")
@click.option(
    "--ended",
    metavar="WORDS",
    help="Tell those who are told of failures that a run was killed or never began: for a scheduler, which saw it.",
)
def notify(*, file: str, is_sent: bool, ended: str | None) -> None:
    """Say who is told of the runs of a batch, and in which words. FILE: as for 'attrition batch'."""
    from analysis.publishing.batch import file as batch_file
    from analysis.publishing.notify import digest, runs
    from analysis.publishing.notify import notify as telling

    path = batch_file.path_of(file)
    wanted = batch_file.addressed(path) if ended is not None else batch_file.read(path)
    if not wanted.notify:
        batch_file.read(path)  # which refuses a file that may name somebody in a table that cannot be
        raise ParameterError(f"{wanted.name} names nobody who is told. Write a table [[notify]]: see docs/batches.md.")
    summary = runs.sample(wanted) if ended is None else runs.of_end(wanted, ended)
    if not is_sent and ended is None:
        for entry in wanted.notify:
            say(f"{entry.when:8}  {entry.who}")
        say(f"\nSubject: {digest.subject(summary)}\n\n{digest.text(summary)}", nl=False)
        return
    attempts = telling.send(wanted.notify, summary, options.environment())
    for attempt in attempts:
        say(attempt.sentence)
    if missed := sum(bool(attempt.problem) for attempt in attempts):
        raise CouldNotTell(
            f"{missed} of {len(attempts)} could not be told. Mend what the lines above name, and try again."
        )
