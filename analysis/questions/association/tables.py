"""What goes with an ending, in tables: differences, odds ratios, every ending at once, and what was checked."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation import content, tables, wording
from analysis.presentation.blocks import Shown, said
from analysis.questions.association import words
from analysis.questions.association.released_fits import CLASSES
from analysis.questions.association.results import MoreHeld

_BEYOND = 2.0  # overlap from which features are hard to tell apart


def differences(associations: Protected) -> Shown:
    """The counts of every category, and how its share differs from that of the one set against, as a table.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a category, with the limits of differences where there are any; why there is none where no row
        is.
    """
    only_protected(associations)
    names = ["feature", "category", "events", "cases", "share", "unadjusted_difference_share"]
    notes = ["Each category is compared with the one whose difference is 0.0"]
    if words.column(associations) == "difference_share":
        names += ["difference_share", *_limits(associations, "difference_share")]
        if words.is_adjusted(associations):
            notes.append("“Difference” allows for all other features and is in whole points, “Unadjusted” for none")
    else:
        names += _limits(associations, "unadjusted_difference_share")
    title = f"{words.title_noun(associations)} by category, and differences in percentage points"
    return _table(associations, title=title, note=". ".join(notes), columns=tuple(names))


def _limits(associations: Protected, name: str) -> list[str]:
    """The columns of the limits of a number; none where no row has any."""
    return [] if words.is_unsure(associations) else [f"low_{name}", f"high_{name}"]


def odds_ratios(associations: Protected) -> Shown:
    """Odds ratios with limits and p values, as a table; those of each feature by itself where there are no others.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a category; why there is none where no row is.
    """
    only_protected(associations)
    names = ["feature", "category"]
    if words.column(associations) == "difference_share":
        names += ["odds_ratio", *_limits(associations, "odds_ratio")]
    else:
        names += ["unadjusted_odds_ratio"]
    is_fitted = not words.is_unsure(associations) and bool(associations.table["q_value"].notna().any())
    names += ["q_value"] * is_fitted
    over = f"all {int(associations.table['q_value'].notna().sum())} comparisons of this table"
    over = "all comparisons of the fit, with those that are not shown" if _holds_more(associations) else over
    note = f"p values are adjusted by Benjamini and Hochberg's method over {over}"
    if associations.table["q_value"].dropna().isin(CLASSES).all():
        note += ", and given as at most 0.001, 0.01, 0.05 or 1"
    title = f"{words.title_noun(associations)}: odds ratios{' and p values' if is_fitted else ''}"
    return _table(associations, title=title, note=note if is_fitted else "", columns=tuple(names))


def _holds_more(result: Protected) -> bool:
    """Whether the fit holds features that are not shown, over whose rows p values were adjusted too."""
    return any(isinstance(note, MoreHeld) for note in result.about.notes)


def together(endings: Protected) -> Shown:
    """Differences in every ending from one fit, as a table.

    Parameters
    ----------
    endings
        What ``endings_together`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a category and ending; why there is none where no row is.
    """
    only_protected(endings)
    names: tuple[str, ...] = ("feature", "category", "ending", "difference_share")
    if endings.table["low_difference_share"].notna().any():
        names += ("low_difference_share", "high_difference_share")
    title = "Every ending at once: differences in percentage points"
    return _table(endings, title=title, note="In whole points: for each category they add up to 0", columns=names)


def features(tests: Protected, *, in_groups: bool) -> Shown:
    """What each feature adds and how far it overlaps with the others, as a table.

    Parameters
    ----------
    tests
        What ``feature_tests`` gives, as it may be shown.
    in_groups
        Whether cases of a group may be alike, which p values then allow for.

    Returns
    -------
    Shown
        The table, a row a feature; why there is none where no row is.
    """
    only_protected(tests)
    title = f"{words.title_noun(tests)}: what each feature adds, and its overlap with the others"
    note, told = "An overlap of 1 is none", tuple[str, ...]()
    if tests.table["q_value"].notna().any():
        over = "all features of the fit, with those that are not shown," if _holds_more(tests) else "the features"
        note += f". p values are adjusted by Benjamini and Hochberg's method over {over} and allow for rounding"
        note += " and for groups of cases" if in_groups else ""
        told = ("likelihood_ratio", "q_value")
    if told and tests.table["q_value"].dropna().isin(CLASSES).all():
        note += ", and are given as at most 0.001, 0.01, 0.05 or 1"
    return _table(tests, title=title, note=note, columns=("feature", "parameters", *told, "variance_inflation"))


def calibration(groups: Protected) -> Shown:
    """Predicted against observed shares of groups of cases, as a table.

    Parameters
    ----------
    groups
        What ``calibrated`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a group, with its finding above it.
    """
    only_protected(groups)
    title = f"{words.title_noun(groups)}: predicted against observed"
    names = [*groups.by, "events", "cases", "share", "expected_share", "difference_share"]
    names += ["low_difference_share", "high_difference_share"]
    note = (
        "Differences are in percentage points, their limits by chance and rounding. Predicted shares are whole points"
    )
    return tables.table(groups, title=title, note=note, columns=tuple(names), finding=words.calibrated(groups))


def not_recorded(blanks: Protected) -> Shown:
    """Blank cases beside those of which a feature is recorded, as a table.

    Parameters
    ----------
    blanks
        What ``not_recorded`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a feature, with its finding above it.
    """
    only_protected(blanks)
    title = f"{words.title_noun(blanks)}: cases of which a feature is not recorded, and all others"
    names = [*blanks.by, "events", "cases", "share", "other_share", "difference_share"]
    if blanks.table["low_difference_share"].notna().any():
        names += ["low_difference_share", "high_difference_share"]
    note = (
        "“Their share” is that of the cases of which the feature is recorded: what is seen when blank ones are left out"
    )
    return tables.table(blanks, title=title, note=note, columns=tuple(names), finding=words.not_recorded(blanks))


def whatever_blanks_are(blanks: Protected) -> Shown:
    """How far blank cases might move the widest difference of each feature, as a table.

    Parameters
    ----------
    blanks
        What ``not_recorded`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a feature, with its finding above it.
    """
    only_protected(blanks)
    title = f"{words.title_noun(blanks)}: the widest difference, wherever blank cases belong"
    names = ["feature", "more_category", "less_category", "unadjusted_difference_share"]
    names += ["least_difference_share", "most_difference_share"]
    note = "Other features are not allowed for; chance and rounding are not allowed for. Differences are in "
    note += "percentage points"
    return tables.table(blanks, title=title, note=note, columns=tuple(names), finding=words.whatever_blanks_are(blanks))


def same_mix(mixed: Protected) -> Shown:
    """The share of each force with the mix of cases of all forces, one feature at a time, as a table.

    Parameters
    ----------
    mixed
        What ``same_mix`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a feature and force, with its finding above it.
    """
    only_protected(mixed)
    title = f"{words.title_noun(mixed)} with the same mix of cases"
    names = ["feature", "force", "events", "cases", "share", "standardised_share"]
    if mixed.table["low_standardised_share"].notna().any():
        names += ["low_standardised_share", "high_standardised_share"]
    names += ["mix_difference_share", "covered_share"]
    note = "One feature at a time: not what features do together, nor what was not recorded. No share where categories "
    note += "that are not shown, or of which the force has no case, make up more than 1% of the cases of all"
    return tables.table(mixed, title=title, note=note, columns=tuple(names), finding=words.same_mix(mixed))


def _table(result: Protected, *, title: str, note: str, columns: tuple[str, ...]) -> Shown:
    """A table, or where there are no rows why there are none."""
    if len(result.table):
        return tables.table(result, title=title, note=note.rstrip("."), columns=columns)
    return said("provenance", f"{title}: not available. {' '.join(result.about.notes)}")


def odds(associations: Protected) -> Shown:
    """Why an odds ratio looks larger than it is, in a paragraph.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    Shown
        The paragraph, among what is said of sources and limits.
    """
    return said("provenance", words.odds(associations))


def checks(*results: Protected, overlap: Protected) -> Shown:
    """What was done about few cases, groups and overlap, ending by ending.

    Parameters
    ----------
    *results
        What ``associations`` gives for each ending, as it may be shown.
    overlap
        What ``feature_tests`` gives, of whose features the greatest overlap is named.

    Returns
    -------
    Shown
        A paragraph for each thing that was checked, endings of which the same is said together.
    """
    only_protected(*results, overlap)
    lines: dict[str, list[str]] = {}
    for associations in results:
        table = associations.table
        is_plenty = len(table) and not table["state"].eq("suppressed").any()
        plenty = ["Every category holds at least ten cases of either kind."] if is_plenty else []
        line = " ".join([*plenty, *associations.about.notes])
        lines.setdefault(line, []).append(words.noun(associations))
    checked = [(wording.capital(wording.listed(names)), line) for line, names in lines.items()]
    factors = overlap.table["variance_inflation"].dropna()
    if len(factors):
        name, most = overlap.table.loc[factors == factors.max(), "feature"].iloc[0], f"{factors.max():.2f}"
        how = "hard to separate from others" if factors.max() > _BEYOND else "little"
        how = f"{most}, where 1 is none" if most == "1.00" else f"{most} ({name}), where 1 is none: {how}"
        checked.append(("Overlap of features", f"At most {how}."))
    text = " ".join(f"{endings}: {line}" for endings, line in checked)
    return Shown("provenance", text, (content.named((f"{endings}.", line) for endings, line in checked),))
