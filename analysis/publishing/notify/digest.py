"""What is told of a run, in words: a subject, plain text of 72 columns, the same as simple HTML, and JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import TextWrapper
from typing import Any

from jinja2 import Environment, FileSystemLoader

import analysis
from analysis.presentation.wording import capital
from analysis.publishing.notify.summary import Summary
from analysis.reference.names import counted
from analysis.safe_words import in_one_line, safe_throughout

SCHEMA = "attrition notice 1"
WIDTH = 72
_LONGEST = 120  # characters of a subject
_TEMPLATES = Path(__file__).parents[1] / "templates"


def subject(summary: Summary) -> str:
    """One line: which run, and what came of it.

    Parameters
    ----------
    summary
        What came of the run.

    Returns
    -------
    str
        Cut where it is very long.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> run = Summary("monthly", "Every month", "2 of 9 reports failed", True, False, 6, datetime.now(UTC))
    >>> subject(run)
    'attrition monthly: 2 of 9 reports failed'
    """
    line = in_one_line(f"attrition {summary.name}: {_opening(summary)}")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def text(summary: Summary) -> str:
    """All of it in plain text, no line longer than WIDTH but for an address or name that is.

    Parameters
    ----------
    summary
        What came of the run.

    Returns
    -------
    str
        Lines.
    """
    lines = [*_wrapped(capital(_opening(summary))), *_wrapped(summary.title), ""]
    for part in summary.parts:
        lines += [*_wrapped(part.heading.upper()), ""]
        for first, *more in part.items:
            lines += _wrapped(first, "- ", "  ")
            lines += [line for paragraph in more for line in _wrapped(paragraph, "    ", "    ")]
        lines.append("")
    return "\n".join([*lines, "-- ", *_wrapped(_ending(summary)), ""])


def html(summary: Summary) -> str:
    """All of it in simple HTML.

    Parameters
    ----------
    summary
        What came of the run.

    Returns
    -------
    str
        A whole page.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    parts = [
        (in_one_line(part.heading), [(in_one_line(first), [*map(in_one_line, more)]) for first, *more in part.items])
        for part in summary.parts
    ]
    return environment.get_template("notice.html.j2").render(
        subject=subject(summary),
        opening=capital(in_one_line(_opening(summary))),
        title=in_one_line(summary.title),
        parts=parts,
        ending=in_one_line(_ending(summary)),
    )


def notice(summary: Summary) -> dict[str, Any]:
    """All of it for machines, as docs/notice.schema.json has it.

    Parameters
    ----------
    summary
        What came of the run.

    Returns
    -------
    dict
        ``text`` is the whole in plain text, which is what a chat shows of it.
    """
    record = {
        "schema": SCHEMA,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "version": analysis.__version__,
        "name": summary.name,
        "title": summary.title,
        "subject": subject(summary),
        "is_failure": summary.is_failure,
        "is_change": summary.is_change,
        "is_sample": summary.is_sample,
        "exit_status": summary.exit_status,
        "started_at": summary.started.isoformat(timespec="seconds"),
        "seconds": round(summary.seconds, 1),
        "totals": dict(summary.totals),
        "parts": [{"heading": part.heading, "items": [list(item) for item in part.items]} for part in summary.parts],
        "text": text(summary),
    }
    return safe_throughout(record)


def _opening(summary: Summary) -> str:
    return f"A trial: {summary.sentence}" if summary.is_sample else summary.sentence


def _ending(summary: Summary) -> str:
    """Of what, when and by what it tells."""
    when = f"{summary.started.day} {summary.started:%B %Y at %H:%M} UTC"
    ending = f"Told by attrition {analysis.__version__}. Answers to this message are not read."
    if summary.exit_status is None or summary.is_sample:
        return f"Written on {when}. {ending}"
    took = f"The run of {summary.name} was asked for on {when}, took {_spell(summary.seconds)} and ended with status"
    return f"{took} {summary.exit_status}. {ending}"


def _spell(seconds: float) -> str:
    """A length of time as it is said."""
    if seconds < 90:
        return counted(round(seconds), "second")
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours"


def _wrapped(words: str, first: str = "", later: str = "") -> list[str]:
    """Words as lines of at most WIDTH; an address stays in one piece."""
    wrapper = TextWrapper(
        WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.wrap(in_one_line(words))
