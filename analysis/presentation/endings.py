"""How cases ended, in words and squares: the picture of 100 cases and the split by outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis.disclosure import Protected
from analysis.presentation import wording
from analysis.presentation.extremes import as_rounded, ends, part_is_largest
from analysis.presentation.wording import percent
from analysis.reference import measures, reference
from analysis.reference.names import in_sentence

NOT_SHOWN = "Not shown"
_EXACT = 1e-9  # what a whole number of squares may lack by the arithmetic of a computer
_HAPPENED = {
    reference.DISPOSITIONS[name]: words
    for name, words in {
        "victim_withdrew": "the victim withdrew",
        "no_further_action": "no further action was taken",
        "charged": "somebody was charged",
        "out_of_court": "the case was dealt with out of court",
        "prosecution_prevented": "prosecution was prevented or not in the public interest",
        "transferred": "the case passed to another body",
        "undecided": "nothing is decided yet",
        "withdrew_or_evidential": "the suspect could not be prosecuted",
        "not_charged": "nobody was charged",
    }.items()
}


#: How the description of a figure begins in which nothing is drawn.
EMPTY = "An empty figure."


@dataclass(frozen=True)
class Caption:
    """``title`` states the finding, ``subtitle`` the measure, place and time, ``description`` what is seen."""

    identity: str
    title: str
    subtitle: str
    description: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of_nothing(
        cls, identity: str, title: str, subtitle: str = "", *, words: str = "", notes: tuple[str, ...] = ()
    ) -> Caption:
        """The caption of a figure in which nothing is drawn.

        Parameters
        ----------
        identity
            What the figure is called in its report.
        title
            Why nothing is drawn.
        subtitle
            What would be.
        words
            What describes it where title and subtitle do not.
        notes
            What stands below it.

        Returns
        -------
        Caption
            Its description says first that the figure is empty.
        """
        said = words or " ".join(f"{part.rstrip('.')}." for part in (title, subtitle) if part)
        return cls(identity, title, subtitle, f"{EMPTY} {said}", notes)


def of_hundred(split: Protected) -> dict[str, int]:
    """How many of 100 cases each way of ending stands for: whole squares that add up to 100.

    Each way has the whole part of its share of the squares; those that are left go to the largest remainders, of equal
    ones to the way that a reader is told first. So the same cases have the same squares in every report, whatever it
    counts. Never is a way off by a whole square.

    Of fewer than 100 cases, how many ended in each way: a picture of 100 would pretend to know more. What is
    suppressed is drawn as "Not shown", hatched. Empty when there are no cases to draw.

    Parameters
    ----------
    split
        Shares of each way of ending, as disclosure control leaves them: one row per ending.

    Returns
    -------
    dict[str, int]
        Squares by way of ending; they add up to ``_squares_of(split)``.
    """
    shares = {str(row[split.by[0]]): row["share"] for _, row in split.table.iterrows()}
    shown = {name: float(share) for name, share in shares.items() if not pd.isna(share)}
    if not shown or not sum(shown.values()) or bool((split.table["state"] == "unreliable").any()):
        return {}
    if len(shown) < len(shares):
        shown[NOT_SHOWN] = max(0.0, 1 - sum(shown.values()))
    whole = sum(shown.values())
    exact = {name: share / whole * _squares_of(split) for name, share in shown.items()}
    squares = {name: int(share + _EXACT) for name, share in exact.items()}
    over = _squares_of(split) - sum(squares.values())
    for name in sorted(exact, key=lambda name: round(squares[name] - exact[name], 9))[:over]:
        squares[name] += 1
    return squares


def _squares_of(split: Protected) -> int:
    """How many squares a picture of cases has: 100, or the number of cases where there are fewer."""
    cases = split.table["cases"].max()
    return 100 if pd.isna(cases) else min(100, int(cases))


def short_disposition(name: str) -> str:
    """A disposition short enough to stand beside its squares on a phone.

    Parameters
    ----------
    name
        A disposition as the reference tables call it.

    Returns
    -------
    str
        Its first words.

    Examples
    --------
    >>> short_disposition("No further action")
    'No further action'
    """
    return name.removesuffix(" or not in the public interest")


def hundred(split: Protected, *, counted: str) -> Caption:
    """The words of the picture of 100 cases; what the measure ``counted`` counts leads, or else the largest part.

    Parameters
    ----------
    split
        Shares of each way of ending, as disclosure control leaves them: one row per ending.
    counted
        The name of the measure that the report is about; "" for none.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    parts = of_hundred(split)
    about = split.about
    base = wording.out_of(about)
    if not parts:
        text = f"No share can be given of the {base}, so there is nothing to draw here."
        return Caption.of_nothing("hundred-cases", text, wording.capital(base) + ".", words=text)
    phrases = [f"{squares} {in_sentence(name)}" for name, squares in parts.items() if squares]
    small = [in_sentence(name) for name, squares in parts.items() if not squares]
    leading = max(parts, key=lambda name: parts[name])
    if counted and (named := measures.measure(counted).dispositions):
        leading = reference.DISPOSITIONS[named[0]]
    squares = _squares_of(split)
    title = _hundred_title(split, parts, leading)
    if squares == 1:
        title = f"One case: {phrases[0].removeprefix('1 ')}"
    text = f"Squares that stand for the {base}, {squares} in all: {wording.listed(phrases)}."
    rest = f" Without a square of their own: {wording.listed(small)}." if small else ""
    each = "Each square is one in a hundred." if squares == 100 else "Each square is one case."
    if _evened(split, parts):
        each = "Each square is one in a hundred, rounded so that there are 100."
    return Caption("hundred-cases", title, f"{wording.capital(base)}. {each}", text + rest)


def _hundred_title(split: Protected, parts: dict[str, int], leading: str) -> str:
    """How many ended as the leading ending, and how many with a charge; what is hidden is said to be so."""
    squares, charges, by = _squares_of(split), reference.DISPOSITIONS["charged"], split.by[0]
    every = f"{f'every {squares}' if squares == 100 else squares} {_cases_of_base(split)}"
    hidden = set(split.table.loc[split.table["events"].isna(), by])
    if leading in _HAPPENED and leading not in hidden and _evened(split, parts) & {leading, charges}:
        title = f"{wording.capital(_HAPPENED[leading])} in {_of_cases(split, leading)}"
        if leading != charges:
            title += f"; somebody was charged in {_of_cases(split, charges)}"
        return f"{title}{_waiting(split, parts.get(reference.DISPOSITIONS['undecided'], 0))}"
    title = f"In {parts.get(leading, 0)} of {every} {_HAPPENED.get(leading, 'the ending is not shown')}"
    if leading in hidden:
        title = f"Of {every} it is not shown in how many {_HAPPENED[leading]}"
    if leading != charges:
        title += _charged(split, parts.get(charges, 0), is_hidden=charges in hidden)
    return f"{title}{_waiting(split, parts.get(reference.DISPOSITIONS['undecided'], 0))}"


def _evened(split: Protected, parts: dict[str, int]) -> set[str]:
    """The endings whose squares are not their share rounded, which cannot be where all squares must make 100."""
    if _squares_of(split) < 100:
        return set()
    rows = split.table.dropna(subset=["share"])
    shares = {str(row[split.by[0]]): float(row["share"]) for _, row in rows.iterrows()}
    return {name for name, share in shares.items() if parts[name] != int(wording.rounded(100 * share, decimals=0))}


def _of_cases(split: Protected, name: str) -> str:
    """The share of an ending: "34.5% of cases"; what is hidden is not none."""
    shares = split.table.loc[split.table[split.by[0]] == name, "share"]
    if shares.isna().any():
        return "a share that is not shown"
    return f"{percent(float(shares.sum()))} of {_cases_of_base(split)}"


def _cases_of_base(split: Protected) -> str:
    """What a title counts: "cases", or "decided cases" where others are left out."""
    base = split.about.base
    return "cases" if base == "recorded" else measures.base(base).short


def _charged(split: Protected, squares: int, *, is_hidden: bool) -> str:
    """In how many somebody was charged; a number that is hidden is not none."""
    if is_hidden:
        return "; in how many somebody was charged is not shown"
    is_charge = split.table[split.by[0]] == reference.DISPOSITIONS["charged"]
    was_charged = bool((split.table.loc[is_charge, "events"] > 0).any())
    if not squares and not was_charged:
        return "; in none was anybody charged"
    return f"; in {squares or 'fewer than one'} somebody was charged"


def _waiting(split: Protected, squares: int) -> str:
    """That many cases are still open, so that the other numbers are no last ones; how many, where they are drawn."""
    if not split.much_open:
        return ""
    return f"; {squares} are still open" if squares else "; many cases recorded are still open"


def counted_labels(split: Protected, counted: str) -> set[str]:
    """The labels of a split that a measure counts.

    Parameters
    ----------
    split
        Shares of each way of ending, as disclosure control leaves them: one row per ending.
    counted
        The name of the measure that the report is about; "" for none.

    Returns
    -------
    set[str]
        Labels; none where no measure is named.
    """
    if not counted:
        return set()
    wanted = measures.measure(counted)
    if split.by[0] == "disposition":
        return {reference.DISPOSITIONS[name] for name in wanted.dispositions}
    codes = wanted.codes("home_office")
    return {str(label) for label in split.table[split.by[0]] if str(label).split(":")[0] in codes}


def bars(split: Protected, *, counted: str) -> Caption:
    """The words of the split by outcome.

    Parameters
    ----------
    split
        Shares of each way of ending, as disclosure control leaves them: one row per ending.
    counted
        The name of the measure that the report is about; "" for none.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    table = split.table.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable")
    about = split.about
    base = wording.out_of(about)
    identity = f"split-{split.by[0]}"
    if table.empty or not float(table["share"].max()):
        text = f"No share of one ending can be given of the {base}, so there is nothing to draw here."
        return Caption.of_nothing(identity, text, wording.capital(base) + ".", words=text)
    title = _bars_title(split, table, counted_labels(split, counted))
    phrases = [f"{ending(row[split.by[0]])} {percent(row['share'])}" for _, row in table.iterrows() if row["share"] > 0]
    marked = counted_labels(split, counted)
    notes = (f"This report counts the endings in bold. {measures.whose_out_of(counted, about.base)}",) if marked else ()
    text = f"How the {base} ended, by share: {'; '.join(phrases)}. "
    text += "Each has a bar, but for endings of under 1 in 100 that this report does not count."
    hidden = int((split.table["state"] == "suppressed").sum())
    if hidden:
        text += f" {wording.capital(wording.plural(hidden, 'ending'))} may not be shown: see the table."
    return Caption(identity, title, f"{wording.capital(base)}, by how they ended.", text, notes)


def _bars_title(split: Protected, table: pd.DataFrame, counted: set[str]) -> str:
    """The commonest ending, or of those counted the commonest, where none that is hidden could be more common."""
    by, first = split.by[0], table.iloc[0]
    sentence = f"{ending(first[by])}, {percent(first['share'])}"
    is_first = ends(split.table, "share", away=split.away).is_in_order(1)
    title = f"The commonest ending{as_rounded(is_true=is_first)}: {sentence}"
    title = title if part_is_largest(split.table) else f"Of the endings shown: {sentence}"
    equal = int((table["share"] == first["share"]).sum())
    if equal > 1:
        title = f"{equal} endings are equally common{as_rounded(is_true=is_first)}, at {percent(first['share'])} each"
    ends_counted = ends(split.table[split.table[by].isin(counted)], "share", away=split.away)
    shown = ends_counted.rows[ends_counted.rows["share"] > 0]
    if len(shown):
        title = f"{wording.capital(ending(shown.iloc[0][by]))}: {percent(shown.iloc[0]['share'])}"
        if len(shown) > 1 and ends_counted.is_whole and ends_counted.is_in_order(1):
            title += f", the commonest of the {len(shown)} endings counted here"
        elif len(shown) > 1 or not ends_counted.is_whole:
            title += f", one of the {ends_counted.every} endings counted here"
    return f"{title}{_waiting(split, 0)}"


def ending(text: object) -> str:
    """An outcome's label inside a sentence, without its code.

    Parameters
    ----------
    text
        The label of an outcome.

    Returns
    -------
    str
        The label without its code, its first letter small.

    Examples
    --------
    >>> ending("16: Evidential difficulties, victim does not support")
    'evidential difficulties, victim does not support'
    """
    name = re.sub(r"^\d+[a-z]?: ", "", str(text))
    return in_sentence(name)
