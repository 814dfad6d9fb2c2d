"""Where a league table of withdrawal and one of types 14, 15 and 16 together part, in words.

And that the cases of a year are counted as its first edition has them, with what that leaves open.
"""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.numbers import MINUS, times
from analysis.presentation.wording import percent
from analysis.questions.outcomes.labelled import PARTINGS
from analysis.reference import measures
from analysis.shares.relabelling import FEWEST, LABEL, OPPOSED, TOGETHER

_FEW = 3
_ONLY = "Only withdrawal depends on how type 15 is used, so there is nothing to compare this measure with."


def parted(beside: Protected, cancels: Protected | None = None, *, force: str = "") -> str:
    """How many forces part, how far shares reach by either, and where one force stands by both.

    Parameters
    ----------
    beside
        Withdrawal, and types 14, 15 and 16 together, by force, as they may be shown.
    cancels
        What ``labels_cancel`` gives, as it may be shown: how much of what lies between forces goes into type 15.
    force
        The force that the report is about; "" for all.

    Returns
    -------
    str
        Sentences; why nothing can be compared, where nothing can.
    """
    only_protected(beside)
    table = beside.table.dropna(subset=["share", "together_share"])
    if table.empty:
        return _ONLY if beside.table.empty else "There is no force for which both shares can be shown."
    if len(table) == 1:
        return _alone(table.iloc[0])
    counts = {kind: int((table["parting"] == words).sum()) for kind, words in PARTINGS.items()}
    reach, other = (wording.interval(table[name].min(), table[name].max()) for name in ("share", "together_share"))
    text = (
        f"By withdrawal (types 14 and 16), out of {measures.base(beside.about.base).short}, forces range from {reach}, "
    )
    text += f"by types 14, 15 and 16 together from {other}. "
    if len(table) < _FEW:  # of which there is nothing to count
        return f"{_of(beside, force)} {text}".strip()
    are = {kind: wording.agree(count, "is", "are") for kind, count in counts.items()}
    many = {kind: wording.number(count) if count else "none" for kind, count in counts.items()}
    text += f"Of {wording.plural(len(table), 'force')}, {many[LABEL]} {are[LABEL]} mostly a matter "
    text += "of label: type 15 offsets more than half of the distance by which they are from all forces together. "
    opposed = wording.capital(many[OPPOSED]) if counts[OPPOSED] else "No others"
    text += f"{opposed} {are[OPPOSED]} on the other side of all forces "
    text += f"together by the three types, {many[TOGETHER]} on the same side by both."
    also = cancelling(cancels) if cancels is not None else ""
    return " ".join(part for part in (_of(beside, force), text, also) if part)


def _alone(row: pd.Series) -> str:
    """The one force of which both shares can be shown: there is nothing to compare it with."""
    return (
        f"{wording.capital(wording.force_phrase(str(row['force'])))}: {percent(row['share'])} by withdrawal, "
        f"{percent(row['together_share'])} by types 14, 15 and 16 together. No other force can be compared with it."
    )


def _of(beside: Protected, force: str) -> str:
    """The share and rank of one force by both."""
    table = beside.table.dropna(subset=["share", "together_share"])
    rows = table[table["force"] == force]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    who = wording.capital(wording.force_phrase(force))
    text = (
        f"{who}: {percent(row['share'])}, rank {row['rank']:g} of {len(table)}, by withdrawal; "
        f"{percent(row['together_share'])}, rank {row['together_rank']:g}, by the three together: {row['parting']}."
    )
    if not pd.isna(row["one_split_share"]):
        text += " With types 15 and 16 divided as by all forces together, and type 14 as it is, "
        text += f"{percent(row['one_split_share'])}, rank {row['one_split_rank']:g}."
    if row["together_share"] > row["share"]:
        text += f" If none of its type 15 cases were withdrawals too it would be {percent(row['share'])}; if all were, "
        text += f"{percent(row['together_share'])}."
    return text


def cancelling(cancels: Protected) -> str:
    """How much of what lies between forces goes into type 15, against what arithmetic alone gives; "" where untold.

    Parameters
    ----------
    cancels
        What ``labels_cancel`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences.
    """
    only_protected(cancels)
    if cancels.table.empty:
        return ""
    row = cancels.table.iloc[0]
    text = f"In the {int(row['forces'])} forces with {FEWEST} cases or more, withdrawal and type 15 correlate at "
    text += f"{_signed(row['correlation'])} (of decided cases); any two shares of one whole would at "
    text += f"{_signed(row['neutral_correlation'])} by arithmetic alone. {_variance(row)} As recorded, withdrawal "
    text += f"ranges from {wording.interval(row['low_withdrew_share'], row['high_withdrew_share'])} of recorded cases; "
    text += "with types 15 and 16 divided in the same way everywhere, from "
    return f"{text}{wording.interval(row['low_split_share'], row['high_split_share'])}."


def _variance(row: pd.Series) -> str:
    """What part of the variance cancels, beside what arithmetic gives, and what that lets one say."""
    seen, alone = (float(row[name]) for name in ("cancelled_share", "neutral_cancelled_share"))
    text = f"Type 15 {_cancels(seen)} of the variance of withdrawal between forces; arithmetic alone {_would(alone)}: "
    if round(100 * seen) > max(0, round(100 * alone)):  # as the two are printed
        return f"{text}more cancels than arithmetic explains, as happens where forces label the same cases differently."
    return f"{text}no more cancels than arithmetic explains, so nothing here shows that forces label cases differently."


def _cancels(part: float) -> str:
    return f"cancels {percent(part, decimals=0)}" if part > 0 else "cancels none"


def _would(part: float) -> str:
    return f"would cancel {percent(part, decimals=0)}" if part > 0 else "would cancel none"


def _signed(value: float) -> str:
    return f"{MINUS if value < 0 else ''}{times(abs(value))}"


def first_edition(firsts: Protected, recorded: Protected) -> str:
    """That figures are of the first edition of their year, and within what the share settles; "" where they are not.

    Parameters
    ----------
    firsts
        The first editions of the same place, as ``shares.first_editions`` gives them.
    recorded
        The share that is told, of recorded cases, in one row.

    Returns
    -------
    str
        One sentence. "" where the year, its recorded cases and those without an outcome are not those of a first
        edition, where every case has an outcome, and where no share can be given.

    References
    ----------
    The bounds are those of ``shares.year_bounds``: none of the open cases ends so, or all of them do.
    """
    only_protected(firsts, recorded)
    about, row = recorded.about, recorded.table.iloc[0]
    undecided = row["cases"] - recorded.decided_cases().iloc[0]
    if pd.isna(row["share"]) or pd.isna(undecided) or not undecided:
        return ""
    table = firsts.table
    is_same = (table["year"] == about.period) & (table["recorded"] == row["cases"]) & (table["undecided"] == undecided)
    if not is_same.any():
        return ""
    edition, still_open = table.loc[is_same, "edition"].iloc[0], percent(undecided / row["cases"])
    low, high = percent(row["share"]), percent((row["events"] + undecided) / row["cases"])
    settles = f"settles at {low}" if low == high else f"will settle at {low} to {high}"
    return (
        f"The figures of {about.period} are a first edition ({edition}): however the {still_open} of "
        "recorded cases that had no outcome yet end, the share of recorded cases that "
        f"{measures.measure(about.measure).ended} {settles}, unless other cases are revised."
    )
