"""The command that makes a folder for an airlock: ``attrition release``."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.cli import options
from analysis.cli.telling import say
from analysis.errors import DisclosureRefused, ParameterError, unknown
from analysis.reference.names import counted

_MOST_TOLD = 40  # faults that are told one by one


@click.command()
@click.argument("place", metavar="DIR", type=options.Place())
@click.option(
    "--report",
    "chosen",
    multiple=True,
    metavar="NAME",
    help="A report by its folder (victim_withdrawal/force-kent_2024-04_2025-03), or all of a notebook by its name. May "
    "be repeated; all reports that stand there when left out.",
)
@click.option("--out", "reports", **{**options.OUT, "help": "Folder of reports to take them from."})
def release(*, place: Path, chosen: tuple[str, ...], reports: Path) -> None:
    """Make a folder of outputs that an airlock takes.

    It has tables, figures with their data, words, and their context. Refuses, naming the output and the reason,
    whatever an airlock would return, and then writes nothing. Counts of people leave only as they were released. DIR is
    made, or is empty.
    """
    from analysis.outputs import folder, request, rules, signing

    folder.check_place(place)
    asked = request.of_reports(_folders(reports, chosen))
    broken = rules.faults(asked, rules.sets(asked))
    for fault in broken[:_MOST_TOLD]:
        say(fault)
    if broken:
        more = f" The first {_MOST_TOLD} are told." if len(broken) > _MOST_TOLD else ""
        raise DisclosureRefused(
            f"{signing.opening(asked, broken)}{more} An airlock would return it, so nothing was written. Name other "
            "reports with --report, or make these again."
        )
    written = folder.write(asked, place)
    size = sum(len(text.encode()) for text in written.values()) / 1_000_000
    many = counted(len(asked.reports), "report")
    say(f"{place}: {len(written)} files of {many}, {size:.1f} MB. Read {folder.REQUEST} first.")
    say(f"'attrition check outputs {place} --page PAGE.html' makes the page that an output checker signs.")


def _folders(out: Path, chosen: tuple[str, ...]) -> list[Path]:
    """The folders of the reports that are asked for, in order: public ones, then those in the restricted place."""
    from analysis.publishing.placing import places

    reports_there = (
        (root, path) for root in places.roots(out) for path in places.folders(root, with_file="results.json")
    )
    there = {places.named(root, path): path for root, path in reports_there}
    if not there:
        raise ParameterError(f"No report stands in {out}. 'attrition report' makes them; --out names another folder.")
    wanted: dict[str, Path] = {}
    for name in chosen or there:
        called = {key: path for key, path in there.items() if name.strip("/") in _names(key)}
        if not called:
            raise unknown("report", name, [*there, *{_names(key)[-1] for key in there}], see=f"ls {out}")
        wanted |= called
    return list(wanted.values())


def _names(folder: str) -> tuple[str, ...]:
    """What a report may be called by: its folder, with its place or without it, or its notebook."""
    parts = folder.split("/")
    return folder, "/".join(parts[-2:]), parts[-2]
