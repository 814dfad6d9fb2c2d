"""The words round the pictures of a comparison: the funnel, the ranked rows and the rows that change place."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected
from analysis.presentation import wording
from analysis.presentation.captions import share_of
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.endings import Caption
from analysis.presentation.extremes import as_rounded, ends, is_clear
from analysis.presentation.wording import percent
from analysis.questions.comparison.funnel import FAR, NEAR
from analysis.questions.comparison.results import NO_SHARE, WITHIN, are_outside
from analysis.reference import measures
from analysis.safe_words import slug

_PAIR = 2  # rows of which a half is one
_SEVERAL = 20  # rows from which on "half of them" says enough
_MOST_NAMED = 12


def funnel(forces: Protected, limits: Protected, *, marked: Marked) -> Caption:
    """How many rows lie outside what chance allows, how many even where rows may differ, and which.

    Parameters
    ----------
    forces
        What ``compared`` gives, as it may be shown.
    limits
        What ``funnel`` of the same shares gives, as it may be shown.
    marked
        The rows that stand out; a label that no row has changes nothing.

    Returns
    -------
    Caption
        Title, subtitle, description and notes of the figure.
    """
    table, by = forces.table, forces.by[0]
    identity = slug(f"funnel-{forces.about.measure}")
    shown = table[table["position"] != NO_SHARE]
    subtitle = f"{share_of(forces)}, by {_noun(by)} and number of cases, with limits at {NEAR} and {FAR}."
    notes = _absent(table, by)
    if shown.empty:
        return _no_funnel(forces, identity, notes)
    judged = shown[~shown[by].isin(list(forces.much_open))]
    beyond, both = (judged[are_outside(judged[column])] for column in ("position", "allowed_position"))
    has_wide = bool((judged["allowed_position"] != NO_SHARE).any())  # two rows do not tell how far rows differ
    are = wording.agree(len(beyond), "is", "are")
    title = f"{len(beyond)} of {len(judged)} {_noun(by)}s {are} outside the limits of chance"
    if has_wide:
        still = "none is" if both.empty else f"{wording.number(len(both))} still {'are' if len(both) > 1 else 'is'}"
        title += f"; {still} outside those that allow for differences between {_noun(by)}s"
    if beyond.empty and both.empty:
        kept = ["a share"] * bool(notes) + ["few open cases"] * bool(forces.much_open)
        title = f"No {_noun(by)}{f' with {wording.listed(kept)}' if kept else ''} is outside the limits of chance"
    text = f"A point for each of {wording.plural(len(shown), _noun(by))}: its share, and how many cases it is out of "
    middle = percent(float(limits.table["mean_share"].iloc[0]))
    middle_of = f"the typical {_noun(by)}" if is_typical_told(limits.table) else f"these {_noun(by)}s together"
    sizes = dict.fromkeys(f"{int(shown['cases'].agg(end)):,}" for end in ("min", "max"))
    text += f"({' to '.join(sizes)}). A line marks {middle_of}, {middle}. Limits narrow as cases grow. "
    text += f"{len(beyond) or f'No {_noun(by)}'} {are if len(beyond) else 'is'} outside the 95% limits of chance "
    text += "alone. "
    outside = [
        f"{row[by]} ({percent(row['share'])}, {row['allowed_position']})"
        for _, row in both.sort_values("share", kind="stable").head(_MOST_NAMED).iterrows()
    ]
    more = f" and {len(both) - _MOST_NAMED} more" if len(both) > _MOST_NAMED else ""
    if has_wide:
        text += f"Outside those that also allow for differences between {_noun(by)}s: "
        text += f"{wording.listed(outside) or 'none'}{more}."
    else:
        text += f"Too few {_noun(by)}s to draw limits that also allow for differences between them."
    notes += _open(forces, shown)
    one = shown[shown[by] == marked.one]
    if len(one):
        row = one.iloc[0]
        where = "many cases still open" if marked.one in forces.much_open else _place(row)
        cases = wording.plural(int(row["cases"]), "case")
        text += f" {marked.one}, a diamond: {percent(row['share'])} of {cases}; {where}."
    text += marked.said((str(row[by]), percent(row["share"])) for _, row in shown.iterrows())
    return Caption(identity, title, subtitle, text, notes)


def is_typical_told(limits: pd.DataFrame) -> bool:
    """Whether limits lie about the typical row; two rows tell none, and theirs lie about the two together.

    Parameters
    ----------
    limits
        The limits of a funnel, as they may be shown.

    Returns
    -------
    bool
        True where some of them allow for rows that differ.
    """
    return limits["allowance"].nunique() > 1


def _no_funnel(forces: Protected, identity: str, notes: tuple[str, ...]) -> Caption:
    """The words of a funnel without a point: why there is none, and which shares there are."""
    by, rows = forces.by[0], forces.table.dropna(subset=["share"])
    text = f"Too few {_noun(by)}s have a share to compare"
    if len(rows) > 1:
        text = f"All {_noun(by)}s have the same share, so there is nothing to compare"
    shares = wording.listed(f"{row[by]} {percent(row['share'])}" for _, row in rows.iterrows()) or "none"
    words = f"{text}: no limits can be drawn. Shares: {shares}."
    return Caption.of_nothing(identity, text, f"{share_of(forces)}.", words=words, notes=notes)


def _place(row: pd.Series) -> str:
    """Where one row lies, by both limits."""
    chance = "within chance" if row["position"] == WITHIN else f"{row['position']} what chance allows"
    if row["allowed_position"] == NO_SHARE:
        return chance
    wide = "within" if row["allowed_position"] == WITHIN else f"{row['allowed_position']}"
    return f"{chance}, {wide} the limits that allow for differences"


def ranks(forces: Protected, *, marked: Marked) -> Caption:
    """How loose the ranks are: the middle width of their intervals, and the widest.

    Parameters
    ----------
    forces
        What ``league`` gives, as it may be shown.
    marked
        The rows that stand out; a label that no row has changes nothing.

    Returns
    -------
    Caption
        Title, subtitle, description and notes of the figure.
    """
    by, about = forces.by[0], forces.about
    identity = slug(f"ranks-{about.measure}")
    ranked = forces.table.dropna(subset=["rank"])
    subtitle = f"{share_of(forces)}, partly pooled, with 95% intervals; 1 is the lowest share."
    notes = _absent(forces.table, by)
    if ranked.empty:
        text = f"Too few {_noun(by)}s have a share to rank, or all shares are alike"
        return Caption.of_nothing(identity, text, f"{share_of(forces)}.", words=f"{text}.", notes=notes)
    widths = (ranked["high_rank"] - ranked["low_rank"] + 1).astype(int)
    widest, title = (
        ranked.iloc[int(widths.to_numpy().argmax())],
        _ranks_title(widths, f"{_noun(by)}s", len(forces.table)),
    )
    text = f"For each of {wording.plural(len(ranked), _noun(by))}, lowest share first, a dot for the share, leaving "
    text += "chance out, and the interval of its rank. "
    text += (
        f"The widest interval: {widest[by]}, {rank_range(widest)}. "
        if widths.max() > 1
        else "No interval is of two ranks. "
    )
    outer = ends(forces.table, "pooled_share", passed_over=forces.much_open)
    if len(outer.rows):
        low, high = (f"{row[by]} ({percent(row['pooled_share'])})" for row in (outer.rows.iloc[-1], outer.rows.iloc[0]))
        lowest, highest = (
            as_rounded(is_true=is_clear(outer.rows.loc[[row]], outer.rows.drop(row), away=forces.away))
            for row in (outer.rows.index[-1], 0)
        )
        text += outer.named(low, f"Lowest{lowest}", "At the lower end of those known well enough")
        text += f" {outer.named(high, f'Highest{highest}', 'At the upper end')}"
    notes += _open(forces, ranked)
    one = ranked[ranked[by] == marked.one]
    if len(one):
        row = one.iloc[0]
        is_one = row["low_rank"] == row["high_rank"]
        interval = "of that rank alone" if is_one else f"of {rank_range(row)}"
        text += f" {marked.one}: rank {row['rank']:g}, with an interval {interval}."
    text += marked.said((str(row[by]), f"rank {row['rank']:g}") for _, row in ranked.iterrows())
    return Caption(identity, title, subtitle, text, notes)


def _ranks_title(widths: pd.Series, nouns: str, every: int) -> str:
    """How many places chance alone could give to half of those that have a rank, or to how many of a few."""
    ranked, half = len(widths), int(widths.median())
    if ranked == _PAIR:
        could, end = ("could put either", " first") if widths.max() == _PAIR else ("would leave each", " at its rank")
        return f"Chance alone {could} of the two {nouns}{end}"
    if half == 1:
        return f"Chance alone would leave most {nouns} at their rank, which does not make the rank a finding"
    some = f"half of the {nouns}" if ranked == every else f"half of the {ranked} {nouns} ranked"
    if ranked < _SEVERAL:
        wide = int((widths >= half).sum())
        some = f"{'each' if wide == ranked else wide} of {ranked} {nouns}"
    return f"For {some}, chance alone could give any {'place' if half == ranked else f'of {half} places or more'}"


def moves(moved: Protected, *, names: tuple[str, str], drawn: pd.DataFrame) -> Caption:
    """Which row moves furthest with the base, and how many move far.

    Parameters
    ----------
    moved
        What ``moved`` gives, as it may be shown.
    names
        What the two bases are called; "" for a second that the counts do not tell.
    drawn
        The rows of the figure.

    Returns
    -------
    Caption
        Title, subtitle, description and notes of the figure.
    """
    by, table = moved.by[0], moved.table
    identity = slug(f"moves-{moved.about.measure}")
    short = measures.measure(moved.about.measure).short
    subtitle = (
        f"{short}, {_where(moved)}: rank out of {names[0]} (ring) and out of {names[1]} (diamond); 1 is the lowest."
    )
    if drawn.empty:
        if not names[1]:
            text = f"Ranked out of {names[0]} alone: there is no other base here"
        elif len(table):
            text = f"No {_noun(by)} changes its place with the base"
        else:
            text = f"Too few {_noun(by)}s to rank out of both bases"
        words = f"{text}. Bases: {names[0]}, and {names[1]}." if names[1] else f"{text}."
        return Caption.of_nothing(identity, text, f"{short}, {_where(moved)}.", words=words)
    first = drawn.iloc[0]
    far = int((table["rank_change"].abs() >= 3).sum())
    title = f"{wording.capital(wording.plural(far, _noun(by)))} move{'s' if far == 1 else ''} three places or more "
    title += f"when the base is {names[1]}"
    if first[by] not in moved.much_open:
        title = f"{first[by]} goes from rank {first['rank']:g} to {first['other_rank']:g} when the base is {names[1]}"
    changes = [f"{row[by]} {row['rank']:g} to {row['other_rank']:g}" for _, row in drawn.iterrows()]
    text = f"Ranks of {wording.plural(len(table), _noun(by))} out of two bases. The largest moves: "
    move = wording.agree(far, "moves", "move")
    text += f"{'; '.join(changes)}. {wording.capital(wording.number(far))} {move} three places or more."
    return Caption(identity, title, subtitle, text, _open(moved, table, how="Marked *"))


def rank_range(row: pd.Series) -> str:
    """The interval of a rank: "16 to 21"; one place where it holds no other.

    Parameters
    ----------
    row
        A row with ``low_rank`` and ``high_rank``.

    Returns
    -------
    str
        The ranks in figures.
    """
    low, high = f"{row['low_rank']:.0f}", f"{row['high_rank']:.0f}"
    return low if low == high else f"{low} to {high}"


def _open(
    forces: Protected, drawn: pd.DataFrame, *, how: str = "Drawn hollow and not counted above"
) -> tuple[str, ...]:
    """Which rows of a picture have many cases still open."""
    names = sorted(str(label) for label in drawn[forces.by[0]] if label in forces.much_open)
    return (f"{how}, since {wording.MANY_OPEN}: {wording.listed(names)}.",) if names else ()


def _absent(table: pd.DataFrame, by: str) -> tuple[str, ...]:
    absent = int(table["share"].isna().sum())
    note = f"{wording.capital(wording.plural(absent, _noun(by)))} without a share: see the table."
    return (note,) if absent else ()


def _noun(by: str) -> str:
    return "force" if by == "force" else "row"


def _where(rates: Protected) -> str:
    return f"{wording.cases_of(rates.about)} {wording.time_phrase(rates.about.period)}"
