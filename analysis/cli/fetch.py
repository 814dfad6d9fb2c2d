"""The command that fetches published files into a folder, as ``update`` does too: ``attrition fetch``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

import analysis
from analysis.cli import options
from analysis.cli.telling import is_terminal, say
from analysis.errors import DataRefused
from analysis.reference import reference

_CASES = reference.PROJECT / "data" / "cases"


def _options(folder: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that every source has."""

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--dry-run", is_flag=True, help="Say what would be fetched; write nothing."),
            click.option("--page", default="", metavar="URL", help="The page that lists the files, if it has moved."),
            click.option(
                "--to",
                "folder",
                type=options.Place(file_okay=False),
                default=_CASES / folder,
                metavar="FOLDER",
                help="Where to put them.",
                show_default=f"data/cases/{folder}",
            ),
        ):
            command = option(command)
        return command

    return decorated


@click.group(cls=options.Group)
def fetch() -> None:
    """Fetch published files, only what is new or changed.

    What broke off is taken up, and nothing is written over.
    """


@fetch.command("home-office")
@click.option("--years", default="all", metavar="YEARS", help="Financial years, as 2023/24,2024/25.", show_default=True)
@click.option("--recorded-crime", is_flag=True, help="Recorded crime by police force area too.")
@_options("home-office")
def home_office(*, years: str, recorded_crime: bool, folder: Path, page: str, dry_run: bool) -> None:
    """The Home Office's outcomes open data, a workbook for each financial year."""
    from analysis.intake.download import publications

    wanted = publications.years(years)
    _fetch(
        page or publications.HOME_OFFICE_PAGE,
        lambda offered: publications.home_office(offered, wanted=wanted, recorded_crime=recorded_crime),
        folder,
        dry_run=dry_run,
    )


@fetch.command("police-uk")
@click.option("--months", default="latest", metavar="MONTHS", help="As 2025-06,2022-06.", show_default=True)
@_options("police-uk")
def police_uk(*, months: str, folder: Path, page: str, dry_run: bool) -> None:
    """The archives of data.police.uk: each holds 36 months up to its own, in a file of 1.5 GB or more."""
    from analysis.intake.download import publications

    wanted = publications.months(months)
    _fetch(
        page or publications.POLICE_UK_PAGE,
        lambda offered: publications.police_uk(offered, wanted=wanted),
        folder,
        dry_run=dry_run,
    )


def _fetch(page: str, choose: Callable[[Any], Any], folder: Path, *, dry_run: bool) -> None:
    """Ask the page, then fetch or foresee, and tell all of it."""
    from analysis.intake.download import download
    from analysis.intake.download.transfer import Line

    onlooker = Onlooker()
    with Line(onlooker, agent=f"attrition/{analysis.__version__}") as line:
        choice = download.offered(line, page, choose)
        coming = download.foreseen(choice, folder) if dry_run else download.fetch(line, choice, folder, page=page)
        fates = _tell(coming, onlooker)
    for publication in choice.passed:
        say(f"passed over: {publication.title}: {publication.reason}")
    if dry_run:
        say("Nothing was written.")
        return
    kinds = [fate.kind for fate in fates]
    say(
        f"{folder}: {kinds.count('fetched')} fetched, {kinds.count('already here')} already here, "
        f"{kinds.count('refused')} refused, {len(choice.passed)} passed over."
    )
    refused = [fate for fate in fates if fate.kind == "refused"]
    if refused:
        raise DataRefused(" ".join(dict.fromkeys(fate.text for fate in refused)))


def _tell(fates: Iterable[Any], onlooker: Onlooker) -> list[Any]:
    """A plain line for each file as it is done; those that are refused are told at the end, as the refusal."""
    done = []
    for fate in fates:
        onlooker.close()
        if fate.kind != "refused":
            say(f"{fate.name}: {fate.text}" if fate.kind == "foreseen" else f"{fate.kind}: {fate.name}: {fate.text}")
        done.append(fate)
    onlooker.close()
    return done


@dataclass
class Onlooker:
    """A bar on a terminal; elsewhere only what is worth a line: a wait and why."""

    _bar: Any = field(default=None)

    def began(self, name: str, size: int | None, *, done: int) -> None:
        """A file is coming."""
        self.close()
        if size is not None and is_terminal(sys.stderr):
            self._bar = click.progressbar(length=size, label=name, file=sys.stderr, width=20)
            self._bar.__enter__()
            self._bar.update(done)

    def advanced(self, size: int) -> None:
        """So many bytes more of it are here."""
        if self._bar is not None:
            self._bar.update(size)

    def told(self, text: str) -> None:
        """Something is to be known meanwhile."""
        self.close()
        say(text, err=True)

    def close(self) -> None:
        """End the bar, so that a line of text begins on a line of its own."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
