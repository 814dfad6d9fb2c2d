"""How the commands tell: a line at a time, and work goes on where nobody reads it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Any, TextIO

import click

from analysis.safe_words import safe_lines

LOG = "attrition log 1"  # the schema of a line of --log-format json: docs/log_lines.schema.json
_unwritten: list[str] = []  # why a line could not be written, once one could not


def say(words: Any, *, err: bool = False, nl: bool = True) -> None:
    """Write a line to standard output, or to standard error, without a character that does something to a terminal.

    A reader that has gone away (``| head``) gets no more, and the command ends as it would have; where a line cannot be
    written for another reason, such as a disk that is full, ``unwritten`` says so.
    """
    try:
        click.echo(safe_lines(str(words)), err=err, nl=nl)
    except BrokenPipeError:
        fall_silent(sys.stderr if err else sys.stdout)
    except OSError as fault:
        fall_silent(sys.stderr if err else sys.stdout)
        _unwritten.append(fault.strerror or type(fault).__name__)


def log(event: str, **fields: Any) -> None:
    """Write what happened as one line of JSON, with its moment in UTC."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    say(json.dumps({"schema": LOG, "at": now, "event": event, **fields}, ensure_ascii=False))


def fall_silent(*streams: TextIO | None) -> None:
    """Let whatever is still written to these streams go nowhere, so that it troubles nobody."""
    for stream in streams:
        with suppress(OSError, ValueError, AttributeError):  # a stream that is no file, or is closed
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
            os.close(nowhere)


def spell_out(*streams: TextIO | None) -> None:
    """Have letters spelt out that a stream cannot write: those its locale lacks, and bytes that are none."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def unwritten() -> str:
    """Why lines of this command could not be written; "" where all were, or nobody read them. Asking forgets it."""
    why = _unwritten[0] if _unwritten else ""
    _unwritten.clear()
    return why


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at a stream; one that was closed before the command began is none."""
    return stream is not None and stream.isatty()
