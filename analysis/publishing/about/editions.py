"""What is new in a report, against the one that it is to replace.

An edition is a report with other numbers than the one before. Made again with the same numbers it is the same edition:
it keeps its day and what it said was new, so that the same inputs in the same folder give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from analysis.presentation import wording
from analysis.reference.periods import day_name

FIRST = "This is the first edition here."
_UNREAD = "The edition before could not be read, so nothing is compared with it."


@dataclass(frozen=True)
class Edition:
    """The numbers of a report, and since when."""

    date: str  # the day on which these numbers were first made here, as "2026-11-28"
    news: tuple[str, ...] = ()  # what is new in it, a sentence each; none where an earlier version of the suite made it
    figures: str = ""  # the digest of its answer and numbers
    key_figures: tuple[tuple[str, str], ...] = ()  # what each key figure is, and as what it is printed
    sources: tuple[str, ...] = ()  # what it was made from, as its page names it
    #: Whether all its numbers are out already: only these are told again once they have changed.
    is_published: bool = False


def edition(results: dict[str, Any], figures: str, when: str, news: tuple[str, ...] = ()) -> Edition:
    """A report as an edition.

    Parameters
    ----------
    results
        What its results.json holds.
    figures
        The digest of its answer and numbers.
    when
        The day on which these were first made.
    news
        What is new in it.

    Returns
    -------
    Edition
        Its answer, numbers and sources as later ones are held against.
    """
    blocks = results["blocks"]
    key_figures = [figure for block in blocks if block["kind"] == "key_figures" for figure in block["figures"]]
    sources = dict.fromkeys(source["publisher"] for block in blocks for source in block.get("sources", []))
    return Edition(
        when,
        news,
        figures,
        tuple((wording.capital(figure["label"]), figure["value"]) for figure in key_figures),
        tuple(sources),
        not (results["is_restricted"] or results["is_synthetic"]),
    )


def following(before: Edition | None, results: dict[str, Any], figures: str, *, today: date) -> Edition:
    """The edition of a report that is being made.

    Parameters
    ----------
    before
        The edition that stands there, if one does.
    results
        The new report's records.
    figures
        Their digest.
    today
        The day.

    Returns
    -------
    Edition
        The same figures keep the day on which they were first made.
    """
    if before is not None and before.figures == figures:
        news = before.news or (f"Nothing: these figures stand as they were made on {day(before.date)}.",)
        since = min(before.date, today.isoformat())  # a clock that was ahead and was set back
        return edition(results, figures, since, news)
    new = edition(results, figures, today.isoformat())
    if before is None:
        return replace(new, news=(FIRST,))
    return replace(new, news=tuple(_news(before, new)) if before.figures else (_UNREAD,))


def day(moment: str) -> str:
    """The day of an ISO 8601 date or time as a reader says it: "28 November 2026".

    Parameters
    ----------
    moment
        The date or time.

    Returns
    -------
    str
        A day in words.
    """
    return day_name(datetime.fromisoformat(moment))


def _news(before: Edition, new: Edition) -> Iterator[str]:
    """What is new against the edition before, whose numbers are told again only where all of both are out already."""
    yield f"Its figures have changed since the edition of {day(before.date)}."
    is_told = before.is_published and new.is_published
    earlier = dict(before.key_figures)
    changed = [(label, value) for label, value in new.key_figures if earlier.get(label, value) != value]
    for label, value in changed:
        yield f"{label}: {value}, before {earlier[label]}." if is_told else f"{label}: changed."
    if not changed:
        yield "The key figures are as they were; its first sentence or other numbers are not."
    if added := [source for source in new.sources if source not in before.sources]:
        yield f"Now also made from: {'; '.join(added)}."
