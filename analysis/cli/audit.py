"""The command that looks for faults in somebody's printed table: ``attrition audit``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from analysis.cli import options
from analysis.cli.telling import say
from analysis.errors import DataRefused, ParameterError
from analysis.reference.names import counted


@click.command()
@click.argument("table", type=options.Place(dir_okay=False, readable=False))
@click.option(
    "--columns",
    "given",
    multiple=True,
    metavar="ROLE=NAME,...",
    help="What a column is: label, time, count, share or ignore, as --columns count=charged,outcomes. May be repeated.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def audit(*, table: Path, given: tuple[str, ...], form: str) -> None:
    """Say what is wrong with a printed table. TABLE: CSV, its columns named.

    Each fault comes with its rows and its evidence. Of a sound table it says what it could be held against. Ends with
    status 3 where something is. Labels and cells are quoted: a file of cases is for 'attrition start', not for this.
    """
    from analysis.audit import faults, words

    audited = faults.audit(table, _roles(given, table))
    if form == "json":
        say(json.dumps(words.record(audited), indent=1, ensure_ascii=False))
    else:
        for line in words.lines(audited):
            say(line)
    if audited.findings:
        faults_found = counted(len(audited.findings), "fault")
        raise DataRefused(f"{faults_found} found in {table.name}; each is told with its lines.")


def _roles(given: tuple[str, ...], table: Path) -> dict[str, list[str]]:
    """The columns that the user named for each role; a name may hold commas itself."""
    from analysis.audit.printed_table import printed, roles

    named: dict[str, list[str]] = {}
    header = printed.read(table).header if given else ()
    for choice in given:
        role, mark, names = choice.partition("=")
        if not mark or not names.strip():
            raise ParameterError(
                f"'--columns {choice}' names no column. Write --columns count=NAME or count=NAME,NAME."
            )
        if role.strip() not in roles.ROLES:
            raise ParameterError(f"No role is called '{role.strip()}'. A column is one of: {', '.join(roles.ROLES)}.")
        columns = [names] if names in header else [part.strip() for part in names.split(",") if part.strip()]
        named.setdefault(role.strip(), []).extend(columns)
    return named
