"""What a reader of one force's crimes from data.police.uk must know, each thing in a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

import pandas as pd

from analysis import reference
from analysis.intake.police_uk_join import NO_ID, NO_OUTCOME, OTHER_MONTH
from analysis.intake.police_uk_rows import SCHEME
from analysis.ledger import Warned
from analysis.periods import Period, end_of

#: Fewer crimes than this share with an outcome row, and a share of outcomes says little of all crimes.
FEW = 0.70
#: A month with less than this share of the median month has hardly all arrived.
DROP = 1 / 3
#: Less than this share of decided crimes in "Unable to prosecute suspect" is a force that does not publish it.
UNPUBLISHED = 0.01
_UNABLE = "Unable to prosecute suspect"
_NEWEST = 3


@dataclass(frozen=True)
class Followed:
    """One force's crimes after the join.

    ``cases`` has a row per combination of ``period``, ``crime_type``, ``state``, ``first_outcome``, ``outcome``,
    ``lag``, ``is_open``, ``last``, ``several`` and ``together`` (as in ``police_uk_join.Joined``) with the number of
    ``cases``. ``street`` and ``outcomes`` map the first day of each month of which a file came to its rows.
    """

    cases: pd.DataFrame
    street: Mapping[date, int]
    outcomes: Mapping[date, int]
    outcome_rows: int
    matched: int
    dropped: Mapping[str, int]
    in_latin: int

    @property
    def total(self) -> int:
        """Crimes counted."""
        return int(self.cases["cases"].sum())

    def those(self, mask: pd.Series) -> int:
        """Crimes for which ``mask`` holds."""
        return int(self.cases.loc[mask, "cases"].sum())


def warnings(force: str, followed: Followed) -> tuple[Warned, ...]:
    """All that is to be said of one force, and the one thing that holds for every force."""
    told = [Warned(force, kind, text) for kind, tell in _TOLD.items() if (text := tell(followed))]
    always = Warned("", "months only", "Outcomes are dated by month, so a time to outcome is a number of months.")
    return (*told, always)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _months(months: Iterable[date]) -> str:
    """Months as a reader says them: a run as its ends."""
    runs: list[list[date]] = []
    for month in sorted(months):
        if runs and _number(month) == _number(runs[-1][-1]) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(Period(run[0], end_of(run[-1], months=1)).label for run in runs)


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _missing(followed: Followed) -> str:
    held = {_number(month) for month in (*followed.street, *followed.outcomes)}
    absent = sorted(set(range(min(held), max(held) + 1)) - held)
    names = _months(date(number // 12, number % 12 + 1, 1) for number in absent)
    return f"No file of {names}." if absent else ""


def _without_outcomes(followed: Followed) -> str:
    absent = set(followed.street) - set(followed.outcomes)
    return f"Street file without outcomes file: {_months(absent)}." if absent else ""


def _without_street(followed: Followed) -> str:
    absent = set(followed.outcomes) - set(followed.street)
    return f"Outcomes file without street file, so its month has no crimes here: {_months(absent)}." if absent else ""


def _empty(followed: Followed) -> str:
    kinds = {"street": followed.street, "outcomes": followed.outcomes}
    bare = {kind: [month for month, rows in of_month.items() if not rows] for kind, of_month in kinds.items()}
    told = "; ".join(f"{kind} {_months(months)}" for kind, months in bare.items() if months)
    return f"A header and no row below it: {told}." if told else ""


def _of_other_months(followed: Followed) -> str:
    rows = followed.dropped.get(OTHER_MONTH, 0)
    return f"{rows:,} rows name another month than their file does and are not counted." if rows else ""


def _unidentified(followed: Followed) -> str:
    rows = followed.dropped.get(NO_ID, 0)
    return f"{rows:,} crimes carry no crime ID, so nothing follows them; they are not counted." if rows else ""


def _jumps(followed: Followed) -> str:
    """Judged on rows of the street file, before anything is left out."""
    middle = median(followed.street.values()) if followed.street else 0
    low = [month for month, rows in followed.street.items() if 0 < rows < middle * DROP]
    return f"Under a third of the median month's {middle:,.0f} rows: {_months(low)}." if low else ""


def _join(followed: Followed) -> str:
    if not followed.total:
        return ""
    dated = followed.those(followed.cases["last"].notna())
    text = f"{_share(dated, followed.total)} of {followed.total:,} crimes have a row in the outcomes files"
    if followed.outcome_rows:
        found = _share(followed.matched, followed.outcome_rows)
        text += f"; {found} of {followed.outcome_rows:,} outcome rows belong to one of these crimes"
    return f"{text}. Under {FEW:.0%}: read shares with care." if dated < FEW * followed.total else f"{text}."


def _street_only(followed: Followed) -> str:
    cases = followed.those(followed.cases["last"].isna() & ~followed.cases["is_open"])
    if not cases:
        return ""
    return (
        f"{cases:,} crimes have their outcome in the street file alone, without a month: their first "
        f"outcome is '{NO_OUTCOME}' and their lag runs to the newest month."
    )


def _disagreement(followed: Followed) -> str:
    """Where both files name an outcome: how often not the same one, and how often a case ends otherwise."""
    both = followed.cases[followed.cases["last"].notna()]
    state, last = both["state"].astype(object), both["last"].astype(object)
    endings = {code: one.disposition for code, one in reference.outcomes(SCHEME).items()}
    other = int(both.loc[state != last, "cases"].sum())
    ended = int(both.loc[state.map(endings) != last.map(endings), "cases"].sum())
    if not other:
        return ""
    return (
        f"Street and outcomes files name different last outcomes of {other:,} of {int(both['cases'].sum()):,} crimes; "
        f"in {ended:,} of them the case stands differently. The outcomes file is followed."
    )


def _histories(followed: Followed) -> str:
    several, together = followed.those(followed.cases["several"]), followed.those(followed.cases["together"])
    if not several:
        return ""
    return f"{several:,} crimes have several different outcomes; the last is counted" + (
        f", and where two stand in one month ({together:,} crimes) the one further on." if together else "."
    )


def _negative(followed: Followed) -> str:
    cases = followed.those(followed.cases["lag"] < 0)
    return f"{cases:,} crimes have an outcome of a month before they were recorded; kept as published." if cases else ""


def _open(followed: Followed) -> str:
    newest = sorted(followed.street)[-_NEWEST:]
    recent = followed.cases["period"].isin(newest)
    still, recorded = followed.those(recent & followed.cases["is_open"]), followed.those(recent)
    if not still:
        return ""
    return f"{_share(still, recorded)} of crimes of {_months(newest)} are not decided; more outcomes will be published."


def _unable(followed: Followed) -> str:
    decided = followed.those(~followed.cases["is_open"])
    unable = followed.those(followed.cases["outcome"] == _UNABLE)
    if not decided or unable >= UNPUBLISHED * decided:
        return ""
    return (
        f"'{_UNABLE}' stands for {unable:,} of {decided:,} decided crimes: this force does not publish it, so "
        "shares of its other outcomes compare with no other force's."
    )


def _encoding(followed: Followed) -> str:
    return f"{followed.in_latin} files are not UTF-8; only names of places can differ." if followed.in_latin else ""


_TOLD: dict[str, Callable[[Followed], str]] = {
    "months missing": _missing,
    "no outcomes file": _without_outcomes,
    "no street file": _without_street,
    "empty file": _empty,
    "other months": _of_other_months,
    "no crime ID": _unidentified,
    "low month": _jumps,
    "join": _join,
    "undated": _street_only,
    "disagreement": _disagreement,
    "several outcomes": _histories,
    "negative lag": _negative,
    "not decided": _open,
    "unpublished outcome": _unable,
    "encoding": _encoding,
}
