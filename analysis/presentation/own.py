"""What an author made of rows and drew of them, as this suite shows its own: with its words, and its rows as data."""

from __future__ import annotations

import re
from typing import Any

from analysis.counts import counts
from analysis.disclosure import Protected, only_protected
from analysis.errors import DisclosureRefused, ParameterError
from analysis.presentation import content, tables, wording
from analysis.presentation.blocks import Shown, only_words, records
from analysis.presentation.drawing.style import WIDE
from analysis.reference.periods import Period
from analysis.reference.schema import strictest
from analysis.safe_words import slug
from analysis.shares.rates import About

_SHORTEST, _LONGEST_TITLE = 40, 150
_SENTENCE = re.compile(r"\w[\s\S]* [\s\S]*[.?!][’”\"')]*\s*$")


def about_own() -> About:
    """What an author's own rows are about: all that this process has read, since nobody can say of which they are.

    Returns
    -------
    About
        Its sets, publishers and time, and the strictest of their sensitivities.

    Raises
    ------
    ParameterError
        Where no counts were read.
    """
    sets = counts.sources_read()
    if not sets:
        raise ParameterError(
            "No counts were read, so nobody can say what these rows are of. Read them: cases = read_counts('latest')"
        )
    spans = [span for _, span in sets.values()]
    sensitivity = strictest(counts.sensitivities_read())
    return About(
        counts=wording.listed(sets),
        measure="",
        base="",
        offence="",
        place="",
        period=Period(min(span.first for span in spans), max(span.last for span in spans)).label,
        basis="",
        sensitivity=sensitivity,
        source=f"{'; '.join(dict.fromkeys(publisher for publisher, _ in sets.values()))}; own calculation",
        files=tuple(counts.files_read()),
        is_released=sensitivity != "published",
    )


def own_table(protected: Protected, *, title: str, words: str) -> Shown:
    """An author's rows as a table, with what it shows in words above it.

    Parameters
    ----------
    protected
        The rows.
    title
        Its caption.
    words
        What it shows: a sentence, or several.

    Returns
    -------
    Shown
        The block, as a report shows it.

    Raises
    ------
    ParameterError
        For words that say nothing.
    DisclosureRefused
        For anything but words, and for rows that were not protected.
    """
    _only_said(title, words, shortest=1)
    return tables.table(protected, title=title.strip(), finding=words.strip())


def own_figure(drawn: object, protected: Protected, *, title: str, words: str) -> Shown:
    """A figure that an author drew of some rows, with its words.

    Parameters
    ----------
    drawn
        A figure of matplotlib, or what has one.
    protected
        The rows that are drawn.
    title
        What it shows, above it.
    words
        What a person hears who cannot see it: a sentence, or several.

    Returns
    -------
    Shown
        The block, as a report shows it. Its record has the words and the rows.

    Raises
    ------
    ParameterError
        For words that say nothing, and for what cannot be drawn on a page.
    DisclosureRefused
        For rows with a number that may not be shown, which the drawing shows.
    """
    from analysis.presentation.drawing import own_figures

    only_protected(protected)
    _only_said(title, words, shortest=_SHORTEST)
    own_figures.closed(own_figures.figure_of(drawn))
    if protected.hidden:
        raise DisclosureRefused(
            f"{wording.capital(wording.plural(protected.hidden, 'row'))} behind the figure "
            f"{wording.agree(protected.hidden, 'holds', 'hold')} a "
            f"number that stands for fewer than {protected.policy.smallest} people, or is worked out with one. Leave "
            "such rows out and draw it again: show.table(rows, title=…, words=…) marks them [c]."
        )
    return _block(drawn, protected, title=title.strip(), words=" ".join(words.split()))


def _block(drawn: object, protected: Protected, *, title: str, words: str) -> Shown:
    """A figure with its words, ready for a page and for print, and its rows as data."""
    from analysis.presentation.drawing import own_figures

    identity = f"figure-{slug(title) or 'own'}"
    figure = own_figures.figure_of(drawn)
    wide, narrow = own_figures.redrawn(figure, identity=identity, description=words)
    note = [wording.policy_note(protected.policy) + "."] if protected.policy.smallest else []
    part = content.figure(
        wide,
        narrow,
        width=WIDE,
        identity=identity,
        title=title,
        subtitle=f"{protected.about.period}. Drawn by the author of this notebook.",
        description=words,
        notes=note,
        source=wording.source_line(protected.about),
        style="own",
    )
    record: dict[str, Any] = {name: part[name] for name in ("id", "title", "subtitle", "description", "notes")}
    return Shown("figure", f"{title} {words}", (part,), {**record, **records(protected)})


def _only_said(title: str, words: str, *, shortest: int) -> None:
    """Refuse a title that is none, and words that are no sentence."""
    only_words(title, words)
    if not title.strip() or len(title) > _LONGEST_TITLE or "\n" in title.strip():
        raise ParameterError(f"A title is one line of at most {_LONGEST_TITLE} characters that says what is shown.")
    if fault := _words_fault(title.strip(), words.strip(), shortest=shortest):
        raise ParameterError(
            f"words {fault}. Write a sentence that says what is seen, for who cannot see it: "
            "words='Of two forces, Kent (56.4%) is above Essex (54.8%).'"
        )


def _words_fault(title: str, words: str, *, shortest: int) -> str:
    """What keeps words from telling what is seen; "" where they do."""
    if not words:
        return "are empty"
    if words == title:
        return "are the title once more"
    if not _SENTENCE.search(words):
        return "are no sentence: they have one word alone or do not end with a full stop"
    return f"have {len(words)} characters, of at least {shortest}" if len(words) < shortest else ""
