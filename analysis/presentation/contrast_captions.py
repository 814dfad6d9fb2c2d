"""The words round figures of what goes with an ending, and the rows that are drawn in them."""

from __future__ import annotations

import pandas as pd

from analysis import measures
from analysis.disclosure import Protected
from analysis.presentation import cells, contrasts, wording
from analysis.presentation.contrasts import bare_points, inside, noun, quoted, title_noun
from analysis.presentation.endings import Caption
from analysis.presentation.paired import Group, Mark, Row

_LOOKS = ("filled", "square", "triangle")


def forest_groups(found: Protected) -> list[Group]:
    """A group for each feature, the widest first, and in it a row for each category but the one set against."""
    name, clear = contrasts.column(found), set(contrasts.clear(found).index)
    groups = []
    for feature, rows in _by_width(found.table, name):
        against = rows[rows["category"] == rows["compared_category"]]
        share = f" ({cells.cell(against.iloc[0], 'share')})" if len(against) else ""
        drawn = rows[rows["category"] != rows["compared_category"]].sort_values(name, ascending=False, kind="stable")
        groups.append(
            Group(
                feature,
                f"set against {quoted(rows.iloc[0]['compared_category'])}{share}" if len(against) else "",
                tuple(_forest_row(row, name, is_clear=place in clear) for place, row in drawn.iterrows()),
            )
        )
    return groups


def forest_keys(found: Protected) -> list[tuple[str, str]]:
    """What the marks of a forest plot are."""
    alone = "this feature alone"
    if contrasts.column(found) != "difference_share":
        return [("hollow", f"{alone}, with its 95% interval")]
    return [("filled", "other features held, with its 95% interval"), ("hollow", alone)]


def _forest_row(row: pd.Series, name: str, *, is_clear: bool) -> Row:
    """The differences of a category: with the other features held, then by itself."""
    marks = []
    if name == "difference_share" and not pd.isna(row[name]):
        marks.append(Mark(float(row[name]), "filled", float(row[f"low_{name}"]), float(row[f"high_{name}"])))
    alone = "unadjusted_difference_share"
    if not pd.isna(row[alone]):
        low, high = (float(row[f"{end}_{alone}"]) if name == alone else None for end in ("low", "high"))
        marks.append(Mark(float(row[alone]), "hollow", low, high))
    label = f"{row['category']} (few cases)" if contrasts.is_few(row) else str(row["category"])
    return Row(label, tuple(marks), contrasts.whole(cells.cell(row, name)), is_marked=is_clear)


def forest(found: Protected) -> Caption:
    """The words of the differences of every category."""
    about = found.about
    identity = f"features-{about.measure}".replace("_", "-")
    short = measures.measure(about.measure).short
    subtitle = f"{short}: share of {wording.out_of(about)}. Differences in percentage points."
    if found.table["unadjusted_difference_share"].isna().all():
        text = f"No difference can be shown for {noun(found)}."
        return Caption(identity, text, subtitle, f"An empty figure. {text} {subtitle}", about.notes)
    contrast = contrasts.widest(found)
    title = f"{title_noun(found)} goes clearly with none of these features"
    if contrast is not None:
        title = f"{title_noun(found)} goes {contrasts.degree(found)} with {quoted(contrast.more)}: "
        title += f"{bare_points(contrast.by)} points"
        title += f" more often than with {quoted(contrast.less)}{contrasts.held(found)}"
    name = contrasts.column(found)
    told = [
        f"{inside(feature)}, set against {quoted(rows.iloc[0]['compared_category'])}: {_told(rows, name)}"
        for feature, rows in _by_width(found.table, name)
    ]
    how = "Other features are held." if contrasts.is_adjusted(found) else "No other feature is held."
    text = f"A mark for each category, right of the line where the share is higher. {how} "
    text += f"{wording.capital('; '.join(told))}."
    return Caption(identity, title, subtitle, text, _notes(found))


def _notes(found: Protected) -> tuple[str, ...]:
    """What a reader of the marks must know."""
    bold = "Figures in bold: chance alone would seldom bring so much"
    if contrasts.column(found) == "difference_share":
        bold += ", even among so many comparisons (adjusted p value at most 0.05)"
    hidden = found.table["state"].eq("suppressed").any()
    symbol = ("[c]: may not be shown.",) if hidden else ()
    told = () if contrasts.clear(found).empty else (f"{bold}.",)
    return (*told, *symbol, *found.about.notes)


def _told(rows: pd.DataFrame, name: str) -> str:
    """The differences of one feature's categories, a phrase each."""
    drawn = rows[rows["category"] != rows["compared_category"]].sort_values(name, ascending=False, kind="stable")
    return wording.listed(
        f"{quoted(row['category'])} {contrasts.whole(cells.cell(row, name))}" for _, row in drawn.iterrows()
    )


def _by_width(table: pd.DataFrame, name: str) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each feature, the feature whose categories lie furthest apart first."""
    groups = [(str(feature), rows) for feature, rows in table.groupby("feature", sort=False)]
    spread = {feature: float(rows[name].max() - rows[name].min()) for feature, rows in groups}
    return sorted(groups, key=lambda one: -spread[one[0]] if not pd.isna(spread[one[0]]) else 1.0)


def together_groups(found: Protected) -> list[Group]:
    """The same groups and rows with a mark for each ending."""
    groups = []
    for feature, rows in _by_width(found.table, "difference_share"):
        drawn = []
        for category, lines in rows.groupby("category", sort=False):
            marks = [
                Mark(float(row["difference_share"]), look, float(row[_LOW]), float(row[_HIGH]))
                for look, (_, row) in zip(_LOOKS, lines.iterrows(), strict=False)
                if row["state"] == "shown"
            ]
            drawn.append(Row(str(category) if marks else f"{category} [c]", tuple(marks)))
        groups.append(Group(feature, f"set against {quoted(rows.iloc[0]['compared_category'])}", tuple(drawn)))
    return groups


_LOW, _HIGH = "low_difference_share", "high_difference_share"


def together_keys(found: Protected) -> list[tuple[str, str]]:
    """What the marks of every ending at once are."""
    return list(zip(_LOOKS, [inside(one) for one in found.table["ending"].drop_duplicates()], strict=False))


def together(found: Protected) -> Caption:
    """The words of every ending at once."""
    identity, about = "endings-together", found.about
    subtitle = f"Share of {wording.out_of(about)}: differences in percentage points, other features held."
    table = found.table.dropna(subset=["difference_share"])
    if table.empty:
        text = "Every ending at once: no figures"
        why = " ".join(about.notes) or "There is nothing to compare."
        return Caption(identity, text, subtitle, f"An empty figure. {why} {subtitle}", (why,))
    row = table.iloc[int(table["difference_share"].abs().argmax())]
    same = table[(table["feature"] == row["feature"]) & (table["category"] == row["category"])]
    moves = [
        f"{_ending(one['ending'])} {contrasts.whole(cells.points(one['difference_share']))}"
        for _, one in same.iterrows()
    ]
    title = f"{quoted(row['category'])} against {quoted(row['compared_category'])}: {wording.listed(moves)} points"
    told = []
    for (feature, category), lines in table.groupby(["feature", "category"], sort=False):
        parts = [
            f"{_ending(one['ending'])} {contrasts.whole(cells.points(one['difference_share']))}"
            for _, one in lines.iterrows()
        ]
        told.append(f"{quoted(str(category))} ({inside(str(feature))}): {wording.listed(parts)}")
    text = f"A row for each category, with a mark for each ending; the marks of a row add up to 0. {'; '.join(told)}."
    notes = (
        "For each category the differences add up to 0, but for rounding.",
        "This is one fit of all endings: figures may differ in the last place from those of one ending at a time.",
        *about.notes,
    )
    return Caption(identity, title, subtitle, text, notes)


def _ending(label: object) -> str:
    return inside(str(label))
