"""The command for the whole chain: ``attrition update``. What is new is fetched, checked, reduced and reported."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

import analysis
from analysis.cli import batch
from analysis.cli.fetch import Onlooker
from analysis.errors import DataRefused, ParameterError
from analysis.reference import reference

FILES = reference.PROJECT / "data" / "cases" / "home-office"


@click.command()
@click.argument("file")
@batch.run_options
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, reduced and made; write nothing.")
def update(file: str, *, dry_run: bool, out: Path, settings: Path | None, log_format: str, **given: Any) -> None:
    """Fetch what is new, and make the reports of a batch that it changes.

    What was fetched is checked and reduced first. FILE: as of batch.
    """
    from analysis.publishing.batch import file as batch_file

    with batch.errors_logged(log_format):
        path = batch_file.path_of(file)
        if dry_run:
            batch.end(_foresee(batch.asked(path, settings, check=_check_fetches), out, batch.lines(log_format), given))
            return
        started, teller = time.monotonic(), batch.Teller(log_format)
        wanted = batch.asked(path, settings, teller, check=_check_fetches)
        with batch.faults_told(wanted, teller):
            steps = _before(wanted.update, teller, workers=given["workers"], waits=given["waits"])
        wanted = batch.asked(path, settings, teller, check=_check_fetches)  # again: its words mean what is held now
        updated, status = _made(wanted, out, teller, steps=steps, started=started, given=given)
        teller.tell_update(updated, status=status)
    batch.end(status)


def _check_fetches(wanted: Any) -> None:
    """Refuse a batch file that does not say what is fetched."""
    if wanted.update is None:
        raise ParameterError(
            f'{wanted.name}.toml does not say what to fetch: write a table [update] with sources = ["home-office"] '
            "above its first [[reports]]. 'attrition batch' makes its reports without fetching anything."
        )


def _before(wanted: Any, teller: batch.Teller, *, workers: int | None, waits: bool) -> list[Any]:
    """Every step before the batch, each told as it is done."""
    from functools import partial

    from analysis.intake.download.transfer import Line
    from analysis.publishing.batch.executors import processors, spreading
    from analysis.updating import chain

    onlooker = Onlooker()
    spread = partial(spreading, workers=workers or processors(), is_waiting=True)
    with chain.alone(FILES, waits=waits):
        with Line(onlooker, agent=f"attrition/{analysis.__version__}") as line:
            steps = _told(chain.fetched(line, wanted, FILES), teller, onlooker)
        return [*steps, *_told(chain.reduced(FILES, wanted, spreading=spread), teller, onlooker)]


def _told(steps: Iterable[Any], teller: batch.Teller, onlooker: Onlooker) -> list[Any]:
    """Tell each step as it is done."""
    done = []
    for step in steps:
        onlooker.close()
        teller.tell_step(step)
        done.append(step)
    return done


def _made(
    wanted: Any, out: Path, teller: batch.Teller, *, steps: list[Any], started: float, given: dict[str, Any]
) -> tuple[Any, int]:
    """The batch: what all of it did, and the status that the command ends with."""
    from analysis.updating.summary import Updated

    run, status = batch.run_batch(wanted, out, teller, before=steps, **given)
    updated = Updated(wanted.name, tuple(steps), run, time.monotonic() - started)
    return updated, updated.exit_status or status


def _foresee(wanted: Any, out: Path, tell: Callable[..., None], given: dict[str, Any]) -> int:
    """What an update would do, a line each, and the status that its batch would end with.

    What a new workbook holds is not known before it has been read.
    """
    from analysis.intake.download.transfer import Line
    from analysis.updating import chain

    with Line(Onlooker(), agent=f"attrition/{analysis.__version__}") as line:
        try:
            for step in chain.foreseen(line, wanted.update, FILES):
                tell(f"{step.name}: {step.text}", "step", **asdict(step))
        except DataRefused as fault:
            unseen = {
                "step": "fetch",
                "name": "",
                "state": "refused",
                "text": str(fault),
                "exit_status": fault.exit_status,
            }
            tell(f"Nothing can be foreseen of what would be fetched: {fault}", "step", **unseen)
    chosen = {name: given[name] for name in ("is_forced", "only", "failed", "keep")}
    status = batch.foresee(wanted, out, tell=tell, is_draft=False, **chosen)
    words = "Reports are as what is held now would have them: what is fetched may make more of them due."
    tell(words, "note", text=words)
    return status
