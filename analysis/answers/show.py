"""What a notebook shows that is no question's own: title, what was read, key figures, one's own chart or table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from analysis.disclosure import protect
from analysis.disclosure.own_rows import own_rows
from analysis.presentation import own
from analysis.presentation.blocks import Shown, headline, key_figures, made, read, title
from analysis.public import public

__all__ = ["figure", "headline", "key_figures", "made", "read", "table", "title"]


_WORDS = ("title", "words", "rows")  # looked at where they are drawn: what is no text might be rows of people


def __dir__() -> list[str]:
    return __all__


@partial(public, apart=_WORDS)
def figure(
    drawn: object, *, title: str, words: str, rows: pd.DataFrame, units: Mapping[str, str] | None = None
) -> Shown:
    """A figure of your own, drawn with matplotlib, as this suite shows its own.

    It is laid out anew for a wide column and for a phone, and follows a reader's dark scheme. Its rows stand in the
    workbook, in results.json and as CSV.

    Parameters
    ----------
    drawn
        A figure of matplotlib, or axes of one, as ``frame.plot()`` of pandas gives.
    title
        What it shows, in a line above it.
    words
        What a person hears who cannot see it: a sentence or several, with the numbers that matter.
    rows
        What is drawn, worked out from ``rows()`` of results: one row for each mark.
    units
        What a column is whose name the suite does not know: "count", "share", "difference", "ratio", "number".

    Returns
    -------
    Shown
        The block, as a report shows it.

    Raises
    ------
    ParameterError
        For what is no figure or no frame, words that are no sentence, and columns of which nobody can say what they
        are.
    DisclosureRefused
        For rows of people with a number that may not be shown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from analysis import rates, read_counts, show
    >>> forces = rates(read_counts("stalking_2024_25"), "charged", by="force").rows().nlargest(5, "share")
    >>> figure, axes = plt.subplots()
    >>> bars = axes.barh(forces["force"], forces["share"])
    >>> shown = show.figure(
    ...     figure,
    ...     title="Five forces charge the most",
    ...     words="Five bars of the share of stalking cases that ended in a charge, the longest first.",
    ...     rows=forces,
    ... )
    >>> shown.record["records"][0]["force"] == forces["force"].iloc[0]
    True
    """
    protected = protect(own_rows(rows, units or {}, own.about_own()))
    return own.own_figure(drawn, protected, title=title, words=words)


@partial(public, apart=_WORDS)
def table(rows: pd.DataFrame, *, title: str, words: str, units: Mapping[str, str] | None = None) -> Shown:
    """A table of your own, as this suite shows its own.

    Parameters
    ----------
    rows
        What it shows, worked out from ``rows()`` of results, its columns in their order. A column "state" is not shown:
        it says why a row has no number.
    title
        Its caption.
    words
        What it shows: a sentence or several, which stand above it.
    units
        What a column is whose name the suite does not know: "count", "share", "difference", "ratio", "number".

    Returns
    -------
    Shown
        The block, as a report shows it. Of people, a number that may not be shown is [c].

    Raises
    ------
    ParameterError
        For what is no frame, words that are no sentence, numbers that are missing and do not say why, and columns of
        which nobody can say what they are.

    Examples
    --------
    >>> from analysis import rates, read_counts, show
    >>> quarters = rates(read_counts("stalking_2024_25"), "charged", by="quarter").rows()
    >>> show.table(quarters[["quarter", "share"]], title="Charged", words="A share for each quarter.").text
    'A share for each quarter. Charged: 4 rows.'
    """
    protected = protect(own_rows(rows, units or {}, own.about_own()))
    return own.own_table(protected, title=title, words=words)
