"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from analysis.reference import reference

if TYPE_CHECKING:
    from analysis.publishing.about.publisher import Publisher


class Place(click.Path):
    """The path of a file or folder, which has a name: a blank one, as of a variable that is not set, names none."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(path_type=Path, **settings)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Refuses one that nothing can have."""
        if not str(value).strip() or "\0" in str(value):
            self.fail("no file or folder can have this name. Is it of a variable that is not set?", param, ctx)
        return super().convert(value, param, ctx)


#: A file that is read: what reads it says why it may not be, and what to do about that.
PATH = Place(readable=False)


class Group(click.Group):
    """A command of several, whose list cuts no description short: a long one goes on below."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each with the whole first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(limit=len(command.help or command.short_help or "") + 1))
            for name, command in commands
            if command is not None and not command.hidden
        ]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _folder(context: click.Context, _: click.Parameter, value: str) -> Path:
    """The folder that --out names. Refuses an empty name, a file, and the place of restricted reports itself."""
    if not value.strip() or "\0" in value or Path(value).is_file():
        raise click.BadParameter("name a folder; it is made where it does not exist.", context, param_hint="--out")
    if Path(value).resolve().name == "restricted":
        sentence = (
            "'restricted' is what a folder of reports calls its restricted ones. Name the folder that it stands in."
        )
        raise click.BadParameter(sentence, context, param_hint="--out")
    return Path(value)


def draft_place(out: Path) -> Path:
    """Where drafts of this command go: what --out names, where it is given, or their own folder.

    Raises ParameterError for a folder of reports.
    """
    from analysis.publishing.placing import drafts

    is_given = click.get_current_context().get_parameter_source("out") is not ParameterSource.DEFAULT
    return drafts.place(out if is_given else None)


def environment() -> Mapping[str, str]:
    """The variables of the environment that the command found, which ``main`` has read."""
    variables: Mapping[str, str] = click.get_current_context().find_root().obj or {}
    return variables


def publisher(named: Path | None, *, beside: Path | None = None) -> Publisher:
    """Who publishes what this command makes: as --settings says, or what stands beside a batch file or in the project.

    Raises ParameterError for a file that is not there, or that says what cannot be.
    """
    from analysis.publishing.about import publisher as publishers

    return publishers.found(named, beside=beside)


#: ``--settings`` of the commands that make reports or the index.
SETTINGS: dict[str, Any] = {
    "type": PATH,
    "metavar": "FILE",
    "help": "Who publishes the reports, and where: a file such as reports.toml.",
    "show_default": "reports.toml of the project",
}
#: The same of commands that may be given a batch file.
SETTINGS_OF_BATCH = SETTINGS | {"show_default": "reports.toml beside the batch file, or the project's"}

#: ``--draft`` of the commands that run notebooks.
DRAFT: dict[str, Any] = {
    "is_flag": True,
    "help": "Run notebooks that break their rules too: every page says that it is a draft, and all go to drafts/.",
}

#: ``--out`` of every command that makes reports.
OUT: dict[str, Any] = {
    "callback": _folder,
    "default": str(reference.PROJECT / "reports"),
    "metavar": "FOLDER",
    "help": "Folder of reports.",
    "show_default": "reports",
}
