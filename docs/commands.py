"""Writes docs/commands.md, every command with its options as ``--help`` gives them: ``make reference``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from analysis.cli.main import main

PAGE = Path(__file__).with_name("commands.md")
_OPENING = """# Commands

Written from the commands by `make reference`; a test holds the two together. `attrition COMMAND --help` says the same.
"""


def rendered() -> str:
    """The page: each command and the commands below it, in order of name.

    Returns
    -------
    str
        Markdown.
    """
    return "\n".join([_OPENING, *_sections(main, "attrition")]).rstrip() + "\n"


def _sections(command: click.Command, path: str) -> Iterator[str]:
    settings = {"max_content_width": 100, "terminal_width": 100, "help_option_names": ["-h", "--help"]}
    context = click.Context(command, info_name=path, **settings)
    yield f"## `{path}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _sections(below, f"{path} {name}")


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
