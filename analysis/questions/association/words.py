"""What goes with an ending, in words and pictures: which category stands furthest from which, and how sure that is.

Every sentence speaks of an association and of nothing more: that cases of one category end so more often. None says
why. Numbers come from a Protected of ``associations``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.special import ndtri

from analysis.disclosure import Protected, only_protected
from analysis.presentation import blocks, numbers, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.paired import Group, Mark, Row, paired_rows
from analysis.presentation.drawing.told import ranged, told
from analysis.presentation.endings import Caption
from analysis.presentation.figure import figure
from analysis.questions.association.results import BLANKS, MoreHeld
from analysis.reference import measures
from analysis.reference.names import in_sentence
from analysis.safe_words import slug

#: What a measure is called as a thing, and as something that happened in a case.
ENDINGS = {
    "victim_withdrawal": ("withdrawal", "the victim withdrew"),
    "no_further_action": ("no further action", "no further action was taken"),
    "attrition": ("withdrawal or no further action", "the victim withdrew or no further action was taken"),
    "charged": ("a charge", "somebody was charged"),
    "undecided": ("having no outcome yet", "nothing was decided yet"),
}
LEVEL = 0.05
_NONE_CLEAR = "No clear difference", "between categories of any feature"
_NOTHING_APART = "Not known", "no two categories can be compared"


@dataclass(frozen=True)
class Contrast:
    """The categories of a ``feature`` that stand furthest apart: ``more`` ends so more often than ``less``, by ``by``.

    ``low`` and ``high`` are the limits of that, missing where neither is the category that all are set against. It is
    the widest of ``among`` differences: chance had a hand in which, and limits hold for whichever it is.
    """

    feature: str
    more: str
    less: str
    by: float
    low: float | None
    high: float | None
    among: int

    @property
    def interval(self) -> str:
        """The limits in words, with among how many they were found; "" without limits."""
        if self.low is None or self.high is None:
            return ""
        among = f", as the widest of {self.among}" if self.among > 1 else ""
        return f"95% interval {_bare_points(self.low)} to {_bare_points(self.high)}{among}"


def is_adjusted(associations: Protected) -> bool:
    """Whether other features are held in the differences of a result.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    bool
        False where one feature alone was fitted, or none.
    """
    holds_others = associations.table["feature"].nunique() > 1 or any(
        isinstance(note, MoreHeld) for note in associations.about.notes
    )
    return holds_others and bool(_compared(associations)["difference_share"].notna().any())


def _compared(associations: Protected) -> pd.DataFrame:
    """The categories that are compared with another: all but the one of each feature with which the others are."""
    table = associations.table
    return table[table["category"] != table["compared_category"]]


def column(associations: Protected) -> str:
    """The differences to read first: with all other features held, or where there are none, each by itself.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    str
        The name of a column of the table: "difference_share" or "unadjusted_difference_share".
    """
    is_adjusted = associations.table["difference_share"].notna().any()
    return "difference_share" if is_adjusted else "unadjusted_difference_share"


def _clear(associations: Protected) -> pd.DataFrame:
    """The rows that differ from what they are set against by more than chance alone would often bring.

    By the p value adjusted over all rows: of a dozen intervals one or another leaves out 0 where nothing differs.
    """
    return associations.table[(associations.table["q_value"] <= LEVEL).fillna(False)]


def is_unsure(associations: Protected) -> bool:
    """Whether differences have no limits: cases of a group may be alike, and nobody can tell how far.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    bool
        True where no difference that is shown has limits.
    """
    name = column(associations)
    others = _compared(associations).dropna(subset=[name])
    return len(others) > 0 and bool(others[f"low_{name}"].isna().all())


def compares(associations: Protected) -> bool:
    """Whether two categories of any feature can be compared, clearly apart or not.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    bool
        False where no share may be shown, or every feature has one category.
    """
    return bool(_compared(associations)[column(associations)].notna().any())


def widest(associations: Protected) -> Contrast | None:
    """The feature whose categories stand furthest apart, of those that differ clearly; none where none does.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    Contrast or None
        The pair of its categories that lie furthest apart, or None.
    """
    name, best = column(associations), None
    among = int(_compared(associations)[name].notna().sum())
    for feature, rows in _clear(associations).groupby("feature", sort=False):
        values = {str(row["compared_category"]): 0.0 for _, row in rows.iterrows()}
        values |= {str(row["category"]): float(row[name]) for _, row in rows.iterrows()}
        more, less = max(values, key=values.__getitem__), min(values, key=values.__getitem__)
        if best is None or values[more] - values[less] > best.by:
            low, high = limits_among(rows, name, more, less, among=among)
            best = Contrast(str(feature), more, less, values[more] - values[less], low, high, among)
    return best


def _degree(associations: Protected) -> str:
    """How an ending goes with what it goes most with: "clearly" where a hidden category might lie further off."""
    name, table = column(associations), associations.table
    others = table[table["category"] != table["compared_category"]]
    hidden = others[name].isna() & (others["state"] != "not_applicable")
    return "clearly" if hidden.any() else "most"


def limits_among(
    rows: pd.DataFrame, name: str, more: str, less: str, *, among: int
) -> tuple[float | None, float | None]:
    """The limits of the distance of two categories, one of which the others are set against, as one among so many.

    Released figures are in whole points, and so are these, outwards.

    Parameters
    ----------
    rows
        Categories of one feature, ``compared_category`` the one that they are set against.
    name
        The column of the difference, whose limits have "low_" and "high_" before its name.
    more, less
        The two categories, of which the first ends so more often.
    among
        Among how many differences this was picked.

    Returns
    -------
    tuple[float | None, float | None]
        The limits, None where neither category is the one that all are set against.

    References
    ----------
    Miller 1981, Simultaneous Statistical Inference, second edition, section 1.3 (Bonferroni's limits).

    Examples
    --------
    >>> row = {"category": "High", "compared_category": "Low", "difference_share": 0.3}
    >>> rows = pd.DataFrame([row | {"low_difference_share": 0.2, "high_difference_share": 0.4}])
    >>> limits_among(rows, "difference_share", "High", "Low", among=1)
    (0.2, 0.4)
    >>> limits_among(rows, "difference_share", "High", "Low", among=9)
    (0.15, 0.45)
    """
    against = str(rows.iloc[0]["compared_category"])
    if against not in (more, less):
        return None, None
    row = rows[rows["category"] == (less if against == more else more)].iloc[0]
    middle, wider = float(row[name]), float(ndtri(1 - LEVEL / 2 / among) / ndtri(1 - LEVEL / 2))
    low, high = (middle + wider * (float(row[f"{end}_{name}"]) - middle) for end in ("low", "high"))
    if name == "difference_share":
        low, high = math.floor(round(100 * low, 6)) / 100, math.ceil(round(100 * high, 6)) / 100
    return (-high, -low) if against == more else (low, high)


def _quoted(category: str) -> str:
    """A category inside a sentence, as it was written down."""
    return f"“{category}”"


def noun(associations: Protected) -> str:
    """What is measured, as a thing: "withdrawal".

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    str
        Words for the middle of a sentence.
    """
    return ENDINGS[associations.about.measure][0]


def title_noun(associations: Protected) -> str:
    """The same with a capital, as it begins a sentence or title.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    str
        Words for its beginning.
    """
    return wording.capital(noun(associations))


def _features_held(associations: Protected) -> str:
    """What stands after a difference: ", other features being equal", where they are."""
    return ", other features being equal" if is_adjusted(associations) else ""


def opening(*results: Protected) -> str:
    """The answer in a sentence: which category each ending goes with most.

    Parameters
    ----------
    *results
        What ``associations`` gives for each ending, of the same cases.

    Returns
    -------
    str
        One sentence; that nothing can be compared, where no two categories can.
    """
    only_protected(*results)
    cases = wording.cases_of(results[0].about)
    if not any(map(compares, results)):
        return f"No two categories of these {cases} can be compared."
    with_what = [
        f"{_degree(associations)} with {_quoted(contrast.more)}" if contrast else _with_none(associations)
        for associations, contrast in ((each, widest(each)) for each in results)
    ]
    if len(results) > 1 and len(set(with_what)) == 1:
        return f"Among these {cases}, {wording.listed(map(noun, results))} go {with_what[0]}."
    goes_with = [f"{noun(each)} {'' if place else 'goes '}{with_what[place]}" for place, each in enumerate(results)]
    return f"Among these {cases}, {wording.listed(goes_with)}."


def _with_none(associations: Protected) -> str:
    """What an ending goes with where no category is called clear."""
    if not compares(associations):
        return "with nothing that can be compared"
    return "with no category that can be called clear" if is_unsure(associations) else "clearly with no category"


def counted(*results: Protected) -> str:
    """How many cases there are, and in how many of them each thing happened: results of one row each.

    Parameters
    ----------
    *results
        Shares of the same cases for each ending, one row each, as they may be shown.

    Returns
    -------
    str
        One sentence, in which a number that may not be shown is said to be so.
    """
    first = results[0]
    base, cases = wording.out_of(first.about), wording.the_one(first)["cases"]
    if pd.isna(cases):
        return f"There are too few {base} for their number to be shown."
    happenings = []
    for result in results:
        row, happened = wording.the_one(result), ENDINGS[result.about.measure][1]
        if row["state"] == "shown":
            happenings.append(f"{happened} in {row['events']:,} ({wording.percent(row['share'])})")
        else:
            happenings.append(f"the number in which {happened} may not be given")
    return f"Of {cases:,} {base}, {wording.listed(happenings)}."


def most(associations: Protected) -> str:
    """What an ending goes with most, by how much, and how many other features go with it clearly.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or two; why nothing can be compared, where nothing can.
    """
    only_protected(associations)
    contrast = widest(associations)
    if not compares(associations):
        return " ".join([f"{title_noun(associations)}: nothing can be compared.", *associations.about.notes[-1:]])
    opening = f"Among these {wording.cases_of(associations.about)}, {noun(associations)} goes"
    if contrast is None and is_unsure(associations):
        return (
            f"{opening} more with some of these features than with others. But cases of one group may be alike, and "
            "there are too few groups, or too few cases, to say what chance alone could do: none is called clear."
        )
    if contrast is None:
        return f"{opening} clearly with none of these features: chance alone could produce such differences."
    limits = f" ({contrast.interval})" if contrast.interval else ""
    text = (
        f"{opening} {_degree(associations)} with {_quoted(contrast.more)} ({in_sentence(contrast.feature)}): "
        f"{_bare_points(contrast.by)} percentage points more often than with {_quoted(contrast.less)}"
        f"{_features_held(associations)}{limits}."
    )
    clear = _clear(associations)
    by = column(associations)
    others = clear[(clear["feature"] != contrast.feature) & (clear[by] != 0)].groupby("feature", sort=False)
    rest = [f"{in_sentence(str(name))} ({_which(rows, by)})" for name, rows in others]
    if associations.table["feature"].nunique() == 1:
        return text
    return (
        f"{text} It also goes clearly with {wording.listed(rest)}."
        if rest
        else f"{text} It goes clearly with no other."
    )


def _which(rows: pd.DataFrame, difference: str) -> str:
    """Which categories of a feature differ clearly, how, and from which: "more often “Under 25” than “25 to 34”"."""
    usual = _quoted(str(rows.iloc[0]["compared_category"]))
    ways = {"more": rows[rows[difference] > 0]["category"], "less": rows[rows[difference] < 0]["category"]}
    return "; ".join(
        f"{way} often {wording.listed(_quoted(str(category)) for category in named)} than {usual}"
        for way, named in ways.items()
        if len(named)
    )


def caution(*results: Protected) -> str:
    """What a reader must not make of it.

    Parameters
    ----------
    *results
        What ``associations`` gives for each ending, of the same cases.

    Returns
    -------
    str
        One sentence, and one more where other features are not allowed for, and where what stands out is a blank form.
    """
    only_protected(*results)
    sentences = ["These are associations only: something that was not recorded may be behind any of them."]
    contrasts = [contrast for contrast in map(widest, results) if contrast is not None]
    ends = dict.fromkeys(category for contrast in contrasts for category in (contrast.more, contrast.less))
    if blank := [_quoted(category) for category in ends if category.casefold() in BLANKS]:
        sentences.append(f"{wording.listed(blank)} may come of how a case ended: its form was left blank.")
    if not is_adjusted(results[0]):
        sentences.append("Each is taken alone here: other features are not allowed for.")
    return " ".join(sentences)


def key_contrast(associations: Protected) -> dict[str, Any]:
    """The widest clear difference of an ending: material for ``show.key_figures``.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    dict[str, Any]
        The label, value, base and interval of a card in words, and the records behind it.
    """
    only_protected(associations)
    contrast, ending = widest(associations), title_noun(associations)
    value, base = ("Not known", "what chance alone could do") if is_unsure(associations) else _NONE_CLEAR
    if not compares(associations):
        value, base = _NOTHING_APART
    figure = {"label": ending, "value": value, "base": base, "interval": ""}
    if contrast is not None:
        figure["label"] = f"{ending}, more often with {_quoted(contrast.more)} than with {_quoted(contrast.less)}"
        figure["value"] = numbers.in_points(_bare_points(contrast.by))
        figure["base"] = f"difference in share of {wording.cases_of(associations.about)}{_features_held(associations)}"
        figure["interval"] = contrast.interval
    return {**figure, **blocks.records(associations)}


def odds(associations: Protected) -> str:
    """Why an odds ratio looks larger than it is, by the clearest row of this very result.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or more.
    """
    only_protected(associations)
    text = "Odds are cases that ended so for every one that did not, so an odds ratio of 2 is not twice the share."
    table = associations.table.dropna(subset=["share", "unadjusted_odds_ratio", "unadjusted_difference_share"])
    table = table[table["category"] != table["compared_category"]]
    contrast = widest(associations)
    if contrast is None or table.empty:
        return text
    row = table.iloc[int(table["unadjusted_difference_share"].abs().argmax())]
    against = float(row["share"]) - float(row["unadjusted_difference_share"])
    ratio = float(row["share"]) / against if against else float("nan")
    if pd.isna(ratio):
        return text
    return (
        f"{text} Among these {wording.cases_of(associations.about)} the unadjusted odds ratio of "
        f"{_quoted(row['category'])} is {numbers.times(row['unadjusted_odds_ratio'])}, though its share is "
        f"{numbers.times(ratio)} times that of {_quoted(row['compared_category'])} ({wording.percent(row['share'])} "
        f"against {wording.percent(against)}). Read the differences in percentage points first."
    )


def _bare_points(by: float) -> str:
    """A distance in percentage points, with a sign only below 0: 0.364 is "36.4", 0.36 is "36"."""
    return _whole(f"{numbers.MINUS if by < 0 and round(by, 3) else ''}{abs(by) * 100:.1f}")


def _whole(points: str) -> str:
    """A number of points as it is printed, without a decimal of nothing: released fits are in whole points."""
    return points.removesuffix(".0")


_SIDES = ("less often", "more often")
_LOOKS = ("filled", "square", "triangle")


def forest(associations: Protected) -> Shown:
    """What goes with an ending: for each category of each feature the difference from the one it is set against.

    Filled with the other features held and an interval, hollow beside it by itself.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure: features from the widest difference to the narrowest.
    """
    only_protected(associations)
    keys, groups = _forest_keys(associations), forest_groups(associations)
    draw, height = paired_rows(groups, keys, sides=_SIDES)
    return figure(associations, draw, height, _forest_caption(associations))


def forest_groups(associations: Protected) -> list[Group]:
    """A group for each feature, the widest first, and in it a row for each category but the one set against.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    list of Group
        Material for ``paired_rows``; a difference that may not be shown has its symbol and no mark.
    """
    name, is_clear = column(associations), set(_clear(associations).index)
    groups = []
    for feature, rows in _by_width(associations.table, name):
        against = rows[rows["category"] == rows["compared_category"]]
        share = f" ({numbers.cell(against.iloc[0], 'share')})" if len(against) else ""
        others = rows[rows["category"] != rows["compared_category"]].sort_values(name, ascending=False, kind="stable")
        groups.append(
            Group(
                feature,
                f"compared with {_quoted(rows.iloc[0]['compared_category'])}{share}" if len(against) else "",
                tuple(_forest_row(row, name, is_clear=place in is_clear) for place, row in others.iterrows()),
            )
        )
    return groups


def _forest_keys(associations: Protected) -> list[tuple[str, str]]:
    """What the marks of a forest plot are."""
    alone, with_limits = "this feature alone", "" if is_unsure(associations) else ", with its 95% interval"
    if column(associations) != "difference_share":
        return [("hollow", f"{alone}{with_limits}")]
    return [("filled", f"other features being equal{with_limits}"), ("hollow", alone)]


def _forest_row(row: pd.Series, name: str, *, is_clear: bool) -> Row:
    """The differences of a category: with the other features held, then by itself."""
    marks = []
    if name == "difference_share" and not pd.isna(row[name]):
        marks.append(
            Mark(float(row[name]), "filled", *_ends(row, name), _pointed(row, name, "other features being equal"))
        )
    alone = "unadjusted_difference_share"
    if not pd.isna(row[alone]):
        low, high = _ends(row, alone)
        limits = (low, high) if name == alone else (None, None)
        marks.append(Mark(float(row[alone]), "hollow", *limits, _pointed(row, alone, "this feature alone")))
    return Row(str(row["category"]), tuple(marks), _whole(numbers.cell(row, name)), is_marked=is_clear)


def _pointed(row: pd.Series, name: str, of: str) -> str:
    """What a pointer is told of a difference: its category, its points and their interval, and ``of`` what it is."""
    (low, high), limits = _ends(row, name), ""
    if low is not None and high is not None:
        limits = f" ({_whole(numbers.points(low))} to {_whole(numbers.points(high))})"
    return told(row["category"], f"{numbers.in_points(_whole(numbers.points(float(row[name]))))}{limits}", of)


def _ends(row: pd.Series, name: str) -> tuple[float | None, float | None]:
    """The limits of a number, none where there are none."""
    low, high = (None if pd.isna(row[f"{end}_{name}"]) else float(row[f"{end}_{name}"]) for end in ("low", "high"))
    return low, high


def _forest_caption(associations: Protected) -> Caption:
    """The words of the differences of every category."""
    about = associations.about
    identity = slug(f"features-{about.measure}")
    short = measures.measure(about.measure).short
    subtitle = f"{short}: share of {wording.out_of(about)}. Differences in percentage points."
    if not compares(associations):
        text = f"No difference can be shown for {noun(associations)}."
        return Caption.of_nothing(identity, text, subtitle, notes=about.notes)
    contrast = widest(associations)
    title = f"{title_noun(associations)} goes clearly with none of these features"
    if is_unsure(associations):
        title = f"{title_noun(associations)} by feature: what chance alone could do cannot be said"
    if contrast is not None:
        title = f"{title_noun(associations)} goes {_degree(associations)} with {_quoted(contrast.more)}: "
        title += numbers.in_points(_bare_points(contrast.by))
        title += f" more often than with {_quoted(contrast.less)}{_features_held(associations)}"
    name = column(associations)
    by_feature = [
        f"{in_sentence(feature)}, compared with {_quoted(rows.iloc[0]['compared_category'])}: "
        f"{_differences(rows, name)}"
        for feature, rows in _by_width(associations.table, name)
    ]
    how = "Other features are held." if is_adjusted(associations) else "Other features are not allowed for."
    text = f"A mark for each category, right of the line where the share is higher. {how} "
    text += f"{wording.capital('; '.join(by_feature))}."
    return Caption(identity, title, subtitle, text, _notes(associations))


def _notes(associations: Protected) -> tuple[str, ...]:
    """What a reader of the marks must know."""
    bold = "Figures in bold: chance alone would rarely produce so much, even among so many comparisons (adjusted p "
    bold += "value at most 0.05)"
    what_is_bold = () if _clear(associations).empty else (f"{bold}.",)
    return (*what_is_bold, *associations.about.notes)


def _differences(rows: pd.DataFrame, name: str) -> str:
    """The differences of one feature's categories, a phrase each."""
    others = rows[rows["category"] != rows["compared_category"]].sort_values(name, ascending=False, kind="stable")
    return wording.listed(
        f"{_quoted(row['category'])} {_whole(numbers.cell(row, name))}" for _, row in others.iterrows()
    )


def _by_width(table: pd.DataFrame, name: str) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each feature, the feature whose categories lie furthest apart first."""
    groups = [(str(feature), rows) for feature, rows in table.groupby("feature", sort=False)]
    spread = {feature: float(rows[name].max() - rows[name].min()) for feature, rows in groups}
    return sorted(groups, key=lambda group: -spread[group[0]] if not pd.isna(spread[group[0]]) else 1.0)


def endings_together(endings: Protected) -> Shown:
    """Every ending at once: for each category a mark an ending, which add up to 0.

    Parameters
    ----------
    endings
        What ``endings_together`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure, empty where there is nothing to compare.
    """
    only_protected(endings)
    keys, groups = _together_keys(endings), _together_groups(endings)
    draw, height = paired_rows(groups, keys, sides=_SIDES)
    return figure(endings, draw, height, _together_caption(endings))


def _together_groups(endings: Protected) -> list[Group]:
    """The same groups and rows with a mark for each ending."""
    groups = []
    for feature, rows in _by_width(endings.table, "difference_share"):
        group_rows = []
        for category, lines in rows.groupby("category", sort=False):
            marks = [
                Mark(
                    float(row["difference_share"]),
                    look,
                    *_ends(row, "difference_share"),
                    _pointed(row, "difference_share", in_sentence(str(row["ending"]))),
                )
                for look, (_, row) in zip(_LOOKS, lines.iterrows(), strict=False)
                if row["state"] == "shown"
            ]
            group_rows.append(Row(str(category) if marks else f"{category} [c]", tuple(marks)))
        groups.append(Group(feature, f"compared with {_quoted(rows.iloc[0]['compared_category'])}", tuple(group_rows)))
    return groups


def _together_keys(endings: Protected) -> list[tuple[str, str]]:
    """What the marks of every ending at once are."""
    return list(zip(_LOOKS, [in_sentence(name) for name in endings.table["ending"].drop_duplicates()], strict=False))


def _together_caption(endings: Protected) -> Caption:
    """The words of every ending at once."""
    identity, about = "endings-together", endings.about
    subtitle = f"Share of {wording.out_of(about)}: differences in percentage points, other features being equal."
    table = endings.table.dropna(subset=["difference_share"])
    if table.empty:
        text = "Every ending at once: no figures"
        why = " ".join(about.notes) or "There is nothing to compare."
        return Caption.of_nothing(identity, text, subtitle, words=f"{why} {subtitle}", notes=(why,))
    row = table.iloc[int(table["difference_share"].abs().argmax())]
    same = table[(table["feature"] == row["feature"]) & (table["category"] == row["category"])]
    title = f"{_quoted(row['category'])} against {_quoted(row['compared_category'])}: "
    title += f"{wording.listed(_moves(same))} points"
    title = title if _is_apart(row, among=len(table)) else f"Not clearly apart: {title}"
    by_category = []
    for (feature, category), lines in table.groupby(["feature", "category"], sort=False):
        by_category.append(f"{_quoted(str(category))} ({in_sentence(str(feature))}): {wording.listed(_moves(lines))}")
    text = "A row for each category, with a mark for each ending; the marks of a row add up to 0. "
    text += f"{'; '.join(by_category)}."
    notes = (
        "For each category the differences add up to 0, but for rounding.",
        "This is one fit of all endings: figures may differ in the last place from those of one ending at a time.",
        *about.notes,
    )
    return Caption(identity, title, subtitle, text, notes)


def _is_apart(row: pd.Series, *, among: int) -> bool:
    """Whether a difference has limits that leave out 0, as the widest of so many."""
    if pd.isna(row["low_difference_share"]):
        return False
    pair = str(row["category"]), str(row["compared_category"])
    low, high = limits_among(pd.DataFrame([row]), "difference_share", *pair, among=among)
    return low is not None and high is not None and (low > 0 or high < 0)


def _moves(lines: pd.DataFrame) -> list[str]:
    """Each ending of a category with its difference."""
    pairs = zip(lines["ending"], lines["difference_share"], strict=True)
    return [f"{in_sentence(str(ending))} {_whole(numbers.points(difference))}" for ending, difference in pairs]


def off_expected(groups: Protected) -> pd.DataFrame:
    """The groups whose share lies further from what their features lead one to expect than chance would often bring.

    Parameters
    ----------
    groups
        What ``calibrated`` gives, as it may be shown.

    Returns
    -------
    pd.DataFrame
        Rows of its table, with all its columns.
    """
    table = groups.table.dropna(subset=["difference_share"])
    return table[(table["low_difference_share"] > 0) | (table["high_difference_share"] < 0)]


def calibrated(groups: Protected) -> str:
    """How many groups end as the features of their cases lead one to expect, and which do not.

    Parameters
    ----------
    groups
        What ``calibrated`` gives, as it may be shown.

    Returns
    -------
    str
        Two sentences; that shares cannot be compared, where none can.
    """
    only_protected(groups)
    table, off = groups.table.dropna(subset=["difference_share"]), off_expected(groups)
    if table.empty:
        return " ".join(
            [f"{title_noun(groups)}: predicted and observed shares cannot be compared.", *groups.about.notes[-1:]]
        )
    many = wording.number(len(off)) if len(off) else "none"
    sentence = f"{title_noun(groups)}: of {wording.plural(len(table), 'group')} of cases, {many} "
    sentence += f"{wording.agree(len(off), 'is', 'are')} outside the 95% interval of the share that the features of "
    sentence += f"their cases would suggest; by chance alone about {_by_chance(len(table))} would."
    named = [
        f"{_quoted(row[groups.by[-1]])} "
        f"({wording.percent(row['share'])} against {wording.percent(row['expected_share'], decimals=0)})"
        for _, row in off.iterrows()
    ]
    if not named:
        return f"{sentence} So these groups show no fault in the comparison."
    sentence = f"{sentence} {'It is' if len(named) == 1 else 'They are'} {wording.listed(named)}."
    beyond = [_quoted(row[groups.by[-1]]) for _, row in off[off["q_value"] <= LEVEL].iterrows()]
    if not beyond:
        so_many = "That is no more than chance alone may bring among so many"
        return f"{sentence} {so_many}, and shows no fault in the comparison."
    where = "There" if len(beyond) == len(named) else f"In {wording.listed(beyond)}"
    rest = "" if len(beyond) == len(named) else "; the rest may be chance alone"
    return f"{sentence} {where} the features that were written down do not account for what is seen{rest}."


def _by_chance(groups: int) -> str:
    return "one" if 0.5 <= groups * 0.05 < 1.5 else "none" if groups * 0.05 < 0.5 else f"{groups * 0.05:.0f}"


def calibration(groups: Protected) -> Shown:
    """Predicted against observed: for each group of cases its share less what the features of its cases lead to.

    Parameters
    ----------
    groups
        What ``calibrated`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure: groups from the lowest expected share to the highest.
    """
    only_protected(groups)
    draw, height = paired_rows(
        calibration_groups(groups),
        [("filled", "observed less predicted share, with its 95% interval")],
        sides=("less often than predicted", "more often"),
    )
    return figure(groups, draw, height, _calibration_caption(groups))


def calibration_groups(groups: Protected) -> list[Group]:
    """A row for each group: its share less the one expected, with its interval.

    Parameters
    ----------
    groups
        What ``calibrated`` gives, as it may be shown.

    Returns
    -------
    list of Group
        Material for ``paired_rows``: one group without a name, lowest expected share first.
    """
    table, off = groups.table.dropna(subset=["difference_share"]), set(off_expected(groups).index)
    rows = []
    for place, row in table.sort_values("expected_share", kind="stable").iterrows():
        label = f"{row[groups.by[-1]]} (expected {wording.percent(row['expected_share'], decimals=0)})"
        said = told(label, f"{ranged(row, 'difference_share', 'low_difference_share', 'high_difference_share')} points")
        value = Mark(float(row["difference_share"]), "filled", *_ends(row, "difference_share"), said)
        rows.append(Row(label, (value,), numbers.points(float(row["difference_share"])), is_marked=place in off))
    return [Group("", "", tuple(rows))]


def _calibration_caption(groups: Protected) -> Caption:
    """The words of predicted against observed."""
    identity = slug(f"calibration-{groups.about.measure}")
    short = measures.measure(groups.about.measure).short
    subtitle = f"{short}: observed less predicted share of {wording.out_of(groups.about)}, in percentage points."
    off, many = len(off_expected(groups)), int(groups.table["difference_share"].notna().sum())
    inside = wording.number(many - off) if many > off else "none"
    title = f"{title_noun(groups)}: {inside} of {many} groups {wording.agree(many - off, 'ends', 'end')} "
    title += "as their features would suggest"
    title = title if many else f"{title_noun(groups)}: predicted and observed shares cannot be compared"
    text = f"{subtitle} {calibrated(groups)}"
    return Caption(
        identity, title, subtitle, text, ("Figures in bold: the interval does not include 0.",) if off else ()
    )


def not_recorded(blanks: Protected) -> str:
    """What is seen of cases whose forms were left blank, and what changes when they are left out.

    Parameters
    ----------
    blanks
        What ``not_recorded`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence; where cases of one group may be alike, without saying what differs clearly.
    """
    only_protected(blanks)
    table = blanks.table
    if table.empty:
        return f"{title_noun(blanks)}: of no feature enough cases are blank for their number to be shown."
    apart = table[table["q_value"] <= LEVEL]
    apart_by = [
        f"{in_sentence(row['feature'])} ({wording.percent(row['share'])} where it is blank, "
        f"{wording.percent(row['other_share'])} where it is not)"
        for _, row in apart.iterrows()
    ]
    if table["q_value"].isna().all():
        first = table.iloc[int(table["difference_share"].abs().argmax())]
        return (
            f"{title_noun(blanks)} differs most between blank and recorded cases by {in_sentence(first['feature'])}: "
            f"{wording.percent(first['share'])} where it is blank, {wording.percent(first['other_share'])} where it is "
            "not, which is what is seen when blank cases are left out. Cases of one group may be alike, so no "
            "interval is given here; those of “Not recorded” in the chart above allow for it."
        )
    if not apart_by:
        return (
            f"{title_noun(blanks)}: blank cases do not end differently from recorded ones by more than chance "
            "would produce."
        )
    otherwise = "blank cases end differently, by more than chance would produce, for"
    return f"{title_noun(blanks)}: {otherwise} {wording.listed(apart_by)}."


def whatever_blanks_are(blanks: Protected) -> str:
    """Whether the widest difference of each feature stands wherever its blank cases belong.

    Parameters
    ----------
    blanks
        What ``not_recorded`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence for the features of which it stands, one for those of which it could reverse.
    """
    only_protected(blanks)
    table = blanks.table.dropna(subset=["least_difference_share"])
    if table.empty:
        return "No feature with blank cases has two recorded categories to compare."
    firm = [in_sentence(row["feature"]) for _, row in table.iterrows() if row["least_difference_share"] > 0]
    loose = [in_sentence(row["feature"]) for _, row in table.iterrows() if row["least_difference_share"] <= 0]
    sentences = []
    if firm:
        sentences.append(
            "Wherever the blank cases belong, the order of these two categories stays the same for "
            f"{wording.listed(firm)}."
        )
    if loose:
        sentences.append(f"It could reverse for {wording.listed(loose)}.")
    return " ".join(sentences)


def same_mix(mixed: Protected) -> str:
    """How far the mix of cases by one feature moves the share of a force.

    Parameters
    ----------
    mixed
        What ``same_mix`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence, of the force whose share moves most; why there is none, where there is none.
    """
    only_protected(mixed)
    if mixed.table.empty:
        return "These cases are of one force, so there is no mix of cases of other forces to allow for."
    table = mixed.table.dropna(subset=["standardised_share"])
    if table.empty:
        return f"{title_noun(mixed)}: no feature has enough cells that are shown to give forces the same mix."
    row = table.iloc[int(table["mix_difference_share"].astype(float).abs().argmax())]
    moved = numbers.in_points(_bare_points(abs(float(row["mix_difference_share"]))))
    return (
        f"{title_noun(mixed)}: the mix of cases moves the share of a force by at most "
        f"{moved}: {wording.force_phrase(row['force'])} has "
        f"{wording.percent(row['share'])} with its own mix of cases, and would have "
        f"{wording.percent(row['standardised_share'])} with the mix of all forces by {in_sentence(row['feature'])}."
    )
