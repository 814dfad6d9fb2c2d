"""What a reader of one force's crimes from data.police.uk must know, each thing in a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

import pandas as pd

from analysis.counts.ledger import Warned
from analysis.intake.police_uk.join import NO_ID, OTHER_MONTH, Joined
from analysis.intake.police_uk.rows import SCHEME
from analysis.reference import reference
from analysis.reference.names import counted
from analysis.reference.periods import Period, end_of, month_number, month_start
from analysis.reference.reference import Succession

#: Fewer crimes than this share with an outcome row, and a share of outcomes says little of all crimes.
FEW = 0.70
#: A month with less than this share of the median month has hardly all arrived.
DROP = 1 / 3
#: Less than this share of decided crimes in "Unable to prosecute suspect" is a force that does not publish it.
UNPUBLISHED = 0.01
_LEAST_DECIDED = 30  # of fewer crimes, none with the outcome says nothing of the force
_UNABLE = "Unable to prosecute suspect"
_NEWEST = 3
#: A street file of so many rows holds some of each of these, whatever the force: one that does not was cut.
_ENOUGH = 25
_EVERYWHERE = {
    "Anti-social behaviour",
    "Burglary",
    "Criminal damage and arson",
    "Other theft",
    "Vehicle crime",
    "Violence and sexual offences",
    "Violent crime",
}
#: Kinds of warning that every page from these counts must carry.
ON_PAGES = ("not received", "no dates", "outcomes missing", "cut files", "renamed")


@dataclass(frozen=True)
class Followed:
    """One force's crimes after the join.

    ``cases`` has a row per combination of ``period``, ``crime_type``, ``state``, ``first_outcome``, ``outcome``,
    ``lag``, ``is_open``, ``is_undated``, ``last``, ``several`` and ``together`` (as in ``join.Joined``) with
    the number of ``cases``. ``street`` and ``outcomes`` map the first day of each month of which a file came to its
    rows, ``types`` that of each month of a street file with rows to the crime types in it. ``unpublished`` crimes are
    of months of which no outcome is published, and in none of the cases.
    """

    force: str
    cases: pd.DataFrame
    street: Mapping[date, int]
    outcomes: Mapping[date, int]
    types: Mapping[date, set[str]]
    joined: Joined
    in_latin: int
    unpublished: int = 0

    @property
    def total(self) -> int:
        """Crimes counted."""
        return int(self.cases["cases"].sum())

    def _those(self, mask: pd.Series) -> int:
        """Crimes for which ``mask`` holds."""
        return int(self.cases.loc[mask, "cases"].sum())

    @property
    def dropped(self) -> Mapping[str, int]:
        """Rows that were left out, by reason."""
        return self.joined.dropped

    @property
    def known_to(self) -> date:
        """The newest month of which a row came: how crimes stand is known to then, as far as files tell."""
        with_rows = [month for months in (self.street, self.outcomes) for month, rows in months.items() if rows]
        return max(with_rows, default=max([*self.street, *self.outcomes]))

    @property
    def dated_to(self) -> date | None:
        """The newest month of which an outcome came: endings are dated to then. None where no outcome came."""
        return max((month for month, rows in self.outcomes.items() if rows), default=None)

    @property
    def gaps(self) -> list[date]:
        """Months between the first and the last street file of which no street file came."""
        return _between(self.street) if self.street else []

    @property
    def not_received(self) -> list[date]:
        """Months of street files of which no crime is counted."""
        counted = set(self.cases["period"])
        return [month for month in sorted(self.street) if month not in counted]


def warnings(force: str, followed: Followed) -> tuple[Warned, ...]:
    """All that is to be said of one force, and the one thing that holds for every force.

    Parameters
    ----------
    force
        Name of the force.
    followed
        Its crimes and what became of them.

    Returns
    -------
    tuple[Warned, ...]
        Warnings.
    """
    warned = [Warned(force, kind, text) for kind, tell in _TOLD.items() if (text := tell(followed))]
    always = Warned("", "months only", "Outcomes are dated by month, so a time to outcome is a number of months.")
    return (*warned, always)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _months(months: Iterable[date]) -> str:
    """Months as a reader says them: a run as its ends."""
    runs: list[list[date]] = []
    for month in sorted(months):
        if runs and month_number(month) == month_number(runs[-1][-1]) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(Period(run[0], end_of(run[-1], months=1)).label for run in runs)


def _between(months: Iterable[date]) -> list[date]:
    """The months between the first and the last of some that are not among them."""
    numbers = {month_number(month) for month in months}
    return [month_start(number) for number in range(min(numbers), max(numbers) + 1) if number not in numbers]


def _missing(followed: Followed) -> str:
    absent = _between((*followed.street, *followed.outcomes))
    return f"No file of {_months(absent)}." if absent else ""


def _not_received(followed: Followed) -> str:
    """Months of which no crime can be followed: told apart from months with none."""
    absent = followed.not_received
    if not absent:
        return ""
    rows = sum(followed.street[month] for month in absent)
    why = {
        "no row below the header": not rows,
        f"{counted(followed.dropped.get(NO_ID, 0), 'crime')} without a crime ID": followed.dropped.get(NO_ID, 0),
        f"{counted(followed.unpublished, 'crime')} of which no outcome is published": followed.unpublished,
    }
    reasons = " and ".join(reason for reason, holds in why.items() if holds) or "no crime that nothing else holds"
    return (
        f"Nothing can be followed of crimes recorded in {_months(absent)} ({counted(rows, 'row')}: "
        f"{reasons}). {'This month is' if len(absent) == 1 else 'These months are'} not received ([x]): neither none "
        "recorded nor none decided."
    )


def _as_at(followed: Followed) -> str:
    if not followed.total or followed.dated_to is None:
        return ""
    return (
        f"How crimes stand is known from files to {followed.known_to:%B %Y}; when they ended, from outcomes files to "
        f"{followed.dated_to:%B %Y}."
    )


def _no_dates(followed: Followed) -> str:
    if not followed.total or followed.dated_to is not None:
        return ""
    ended = followed._those(~followed.cases["is_open"])
    return (
        f"No outcomes file with a row came, so nothing says when crimes ended: {ended:,} of {followed.total:,} have an "
        "ending in the street files. Shares that ended can be given, times cannot; the outcomes files of the same "
        "months have them."
    )


def _outcomes_missing(followed: Followed) -> str:
    """Months of outcomes that are not there though later ones are: what ended in them has no date."""
    if followed.dated_to is None or not followed.street:
        return ""
    first, came = min(followed.street), {month for month, rows in followed.outcomes.items() if rows}
    absent = sorted({month for month in _between({first, *came}) if month >= first} | ({first} - came))
    return (
        f"No outcome of {_months(absent)} came though later ones did: what ended then has no date, and counts as open "
        f"to {followed.dated_to:%B %Y} in everything about time."
        if absent
        else ""
    )


def _recorded_later(followed: Followed) -> str:
    if followed.dated_to is None:
        return ""
    later = followed.cases["period"] > followed.dated_to
    return (
        f"{followed._those(later):,} crimes were recorded after {followed.dated_to:%B %Y}, the last month of outcomes, "
        "and followed for no time."
        if followed._those(later)
        else ""
    )


def _cut(followed: Followed) -> str:
    """Street files that lack a crime type which every whole one holds."""
    cut = {
        month: types
        for month, types in followed.types.items()
        if followed.street[month] >= _ENOUGH and _EVERYWHERE & set(_in_use(month)) - types
    }
    if not cut:
        return ""
    there = {kind for types in cut.values() for kind in types}
    absent = sorted({kind for month in cut for kind in _in_use(month)} - there)
    only = f"only {_listed(sorted(there))}, and " if len(there) <= len(absent) else ""
    lack = f"hold {only}no {_listed(absent)}" if absent else "do not hold every crime type each month"
    return (
        f"The street files of {_months(cut)} {lack}. Whole files hold every type: these were cut. No share of all "
        "crime is to be had from them, only shares within a crime type."
    )


def _in_use(month: date) -> tuple[str, ...]:
    return reference.crime_types(at=month.isoformat())


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _renamed(followed: Followed) -> str:
    """Categories under an earlier name, and those that a part was taken of, where the months hold both."""
    phrases = [
        f"'{succession.earlier}' is counted as '{succession.later}', as it is called since {_month_of(succession)} "
        f"({followed.joined.renamed[succession.earlier]:,} rows)"
        for succession in reference.renamed("outcome")
        if succession.earlier in followed.joined.renamed
    ]
    met = set(followed.cases["crime_type"])
    for succession in reference.successions():
        if (
            succession.kind == "crime_type"
            and {succession.earlier, succession.later} <= met
            and _crosses(followed, succession.from_month)
        ):
            phrases.append(
                f"'{succession.earlier}' is called '{succession.later}' since {_month_of(succession)}, and whoever "
                "asks for one gets both"
                if succession.change == "renamed"
                else f"'{succession.later}' was part of '{succession.earlier}' until {_month_of(succession)}, so "
                "neither compares across it"
            )
    return f"{'; '.join(phrases)}." if phrases else ""


def _month_of(succession: Succession) -> str:
    return f"{date.fromisoformat(f'{succession.from_month}-01'):%B %Y}"


def _crosses(followed: Followed, month: str) -> bool:
    first = date.fromisoformat(f"{month}-01")
    return bool(min(followed.cases["period"]) < first <= max(followed.cases["period"]))


def _without_outcomes(followed: Followed) -> str:
    absent = set(followed.street) - set(followed.outcomes)
    return f"Street file without outcomes file: {_months(absent)}." if absent else ""


def _without_street(followed: Followed) -> str:
    absent = set(followed.outcomes) - set(followed.street)
    return f"Outcomes file without street file, so its month has no crimes here: {_months(absent)}." if absent else ""


def _empty(followed: Followed) -> str:
    kinds = {"street": followed.street, "outcomes": followed.outcomes}
    bare = {kind: [month for month, rows in of_month.items() if not rows] for kind, of_month in kinds.items()}
    phrases = "; ".join(f"{kind} {_months(months)}" for kind, months in bare.items() if months)
    return f"A header and no row below it: {phrases}." if phrases else ""


def _of_other_months(followed: Followed) -> str:
    rows = followed.dropped.get(OTHER_MONTH, 0)
    if rows == 1:
        return "1 row names another month than its file does and is not counted."
    return f"{rows:,} rows name another month than their file does and are not counted." if rows else ""


def _unidentified(followed: Followed) -> str:
    rows = followed.dropped.get(NO_ID, 0)
    if rows == 1:
        return "1 crime carries no crime ID, so nothing follows it; it is not counted."
    return f"{rows:,} crimes carry no crime ID, so nothing follows them; they are not counted." if rows else ""


def _jumps(followed: Followed) -> str:
    """Judged on rows of the street file, before anything is left out."""
    middle = median(followed.street.values()) if followed.street else 0
    low = [month for month, rows in followed.street.items() if 0 < rows < middle * DROP]
    return f"Under a third of the median month's {middle:,.0f} rows: {_months(low)}." if low else ""


def _join(followed: Followed) -> str:
    if not followed.total:
        return ""
    dated = followed._those(followed.cases["last"].notna())
    have = "have" if followed.total > 1 else "has"
    text = f"{_share(dated, followed.total)} of {counted(followed.total, 'crime')} {have} a row in the outcomes files"
    rows = followed.joined.outcome_rows
    if rows:
        matched = _share(followed.joined.matched, rows)
        belong = "rows belong" if rows > 1 else "row belongs"
        text += f"; {matched} of {rows:,} outcome {belong} to one of these crimes"
    return f"{text}. Under {FEW:.0%}: read shares with care." if dated < FEW * followed.total else f"{text}."


def _street_only(followed: Followed) -> str:
    cases = followed._those(followed.cases["is_undated"])
    if not cases or followed.dated_to is None:
        return ""
    are, count = ("It is", "it counts") if cases == 1 else ("They are", "they count")
    return (
        f"{counted(cases, 'crime has', 'crimes have')} an ending in the street files that no outcomes file dates. "
        f"{are} in every base; in everything about time {count} as open at the end of {followed.dated_to:%B %Y}."
    )


def _disagreement(followed: Followed) -> str:
    """Where both files name an outcome: how often not the same one, and how often a case ends otherwise."""
    both = followed.cases[followed.cases["last"].notna()]
    state, last = both["state"].astype(object), both["last"].astype(object)
    endings = {code: outcome.disposition for code, outcome in reference.outcomes(SCHEME).items()}
    differing = int(both.loc[state != last, "cases"].sum())
    ended = int(both.loc[state.map(endings) != last.map(endings), "cases"].sum())
    if not differing:
        return ""
    return (
        f"Street and outcomes files name different last outcomes of {differing:,} of {int(both['cases'].sum()):,} "
        f"crimes; in {ended:,} of them the case stands differently. The outcomes file is followed."
    )


def _histories(followed: Followed) -> str:
    several, together = followed._those(followed.cases["several"]), followed._those(followed.cases["together"])
    if not several:
        return ""
    return f"{counted(several, 'crime has', 'crimes have')} several different outcomes; the last is counted" + (
        f", and where two stand in one month ({counted(together, 'crime')}) the one further on." if together else "."
    )


def _negative(followed: Followed) -> str:
    dated = ~followed.cases["is_open"] & ~followed.cases["is_undated"]
    cases = followed._those(dated & (followed.cases["lag"] < 0))
    have = counted(cases, "crime has", "crimes have")
    were = "it was" if cases == 1 else "they were"
    return f"{have} an outcome of a month before {were} recorded; kept as published." if cases else ""


def _open(followed: Followed) -> str:
    newest = sorted(followed.street)[-_NEWEST:]
    recent = followed.cases["period"].isin(newest)
    still, recorded = followed._those(recent & followed.cases["is_open"]), followed._those(recent)
    if not still:
        return ""
    return f"{_share(still, recorded)} of crimes of {_months(newest)} are not decided; more outcomes will be published."


def _unable(followed: Followed) -> str:
    decided = followed._those(~followed.cases["is_open"])
    unable = followed._those(followed.cases["outcome"] == _UNABLE)
    if decided < _LEAST_DECIDED or unable >= UNPUBLISHED * decided:
        return ""
    return (
        f"'{_UNABLE}' stands for {unable:,} of {decided:,} decided crimes: this force does not publish it, so "
        "shares of its other outcomes compare with no other force's."
    )


def _encoding(followed: Followed) -> str:
    files = followed.in_latin
    are = "file is" if files == 1 else "files are"
    return f"{files} {are} not UTF-8; only names of places can differ." if files else ""


_TOLD: dict[str, Callable[[Followed], str]] = {
    "known to": _as_at,
    "months missing": _missing,
    "not received": _not_received,
    "cut files": _cut,
    "renamed": _renamed,
    "no dates": _no_dates,
    "outcomes missing": _outcomes_missing,
    "recorded later": _recorded_later,
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
