"""How far cases get, step by step: recorded, decided, charged; then, in courts, proceeded against and convicted.

The steps are counted in three units. A survey estimates people, the police count cases by the year in which they were
recorded, courts count defendants by the calendar year in which they dealt with them. A share is given within a unit
alone. Across units none is: one person may stand behind several cases and most stand behind none, one case may have two
defendants or one defendant two cases, a defendant is counted under the gravest of several offences, and years differ.

Those convicted in a year are not those proceeded against in it either; their quotient is given as that, where it is a
share at all, and is no conviction rate of anybody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.counts.counts import Counts
from analysis.counts.courts import COURTS_FILE, SURVEY_FILE, Courts
from analysis.counts.yearly import Yearly
from analysis.reference.periods import financial_year
from analysis.reference.reference import EVERYWHERE
from analysis.reference.schema import MEASURES
from analysis.shares.rates import About, Rates, about, rates, with_shares
from analysis.shares.worked import Worked
from analysis.shares.year_bounds import CHARGED, by_year, tabled

PEOPLE, CASES, DEFENDANTS = "people", "cases", "defendants"

#: Every step with the unit that it is counted in, and the step before it that its share is out of: "" for none.
STEPS = {
    "Stalked in the year, aged 16 and over": (PEOPLE, ""),
    "Recorded by the police": (CASES, ""),
    "Decided": (CASES, "Recorded by the police"),
    "Charged or summonsed": (CASES, "Decided"),
    "Proceeded against": (DEFENDANTS, ""),
    "Convicted": (DEFENDANTS, "Proceeded against"),
}
STALKED, RECORDED, DECIDED, CHARGE, PROCEEDED, CONVICTED = STEPS
_ESTIMATED = "an estimate, without an interval"


def case_steps(cases: Counts, courts: Courts) -> Worked:
    """Every step that is held of the place, crime and period of some counts.

    Parameters
    ----------
    cases
        All cases recorded in a period.
    courts
        Defendants by year, and the survey of people.

    Returns
    -------
    Worked
        One row a ``step``, in order. ``counted`` is in the ``unit``, of the ``time``; ``share`` (0 to 1) is out of the
        step ``of_step`` where that is in the same unit. The survey stands in the rows of England and Wales alone,
        courts' figures in those of their latest year.
    """
    police_rates = [rates(cases, "undecided"), rates(cases, "charged", base="with_outcome")]
    rows = [rate.table.assign(measure=rate.about.measure) for rate in police_rates]
    table = pd.concat(rows, ignore_index=True)[["measure", "place", *MEASURES]]
    at_court = courts.of(cases)
    context = replace(about(cases, measure="steps", base="recorded"), lacking=police_rates[1].about.lacking)
    if at_court.is_held:
        source = f"{context.source}; courts: BBC Shared Data Unit, from the Ministry of Justice"
        source += "; survey: Home Office and Office for National Statistics" if _has_survey(at_court) else ""
        files = (COURTS_FILE, SURVEY_FILE) if _has_survey(at_court) else (COURTS_FILE,)
        context = replace(context, source=source, files=(*context.files, *files))
    columns = ("unit", "time", "counted", "of_step", "share", "doubt")

    def work(shown: pd.DataFrame) -> pd.DataFrame:
        rows = [*_surveyed(at_court), *_policed(shown, context.period), *_in_court(at_court)]
        return tabled([{**row, **_unit(row["step"])} for row in rows], ["step", *columns])

    source_rates = Rates(table, by=("measure", "place"), about=context)
    return Worked(source_rates, work, ("step",))


def _unit(step: str) -> dict[str, str]:
    return dict(zip(("unit", "of_step"), STEPS[step], strict=True))


def _has_survey(courts: Courts) -> bool:
    return courts.place == EVERYWHERE and not courts.survey.empty


def _surveyed(courts: Courts) -> list[dict[str, Any]]:
    """The latest year of the survey, which has no figure by force."""
    if not _has_survey(courts):
        return []
    latest = courts.survey.sort_values("period").iloc[-1]
    survey_year = {"counted": int(latest["people"]), "time": financial_year(latest["period"]), "doubt": _ESTIMATED}
    return [{"step": STALKED, **survey_year, "share": None}]


def _policed(shown: pd.DataFrame, time: str) -> list[dict[str, Any]]:
    """The police's steps, from what may be shown of how many are undecided and how many were charged.

    Where the number of those undecided may not be shown, the share of those decided is not: it would tell.
    """
    waiting, charged = (shown[shown["measure"] == name].iloc[0] for name in ("undecided", "charged"))
    recorded, decided, events = (_whole(cell) for cell in (waiting["cases"], charged["cases"], charged["events"]))
    steps = [
        (RECORDED, recorded, None, waiting),
        (DECIDED, decided, recorded, charged),
        (CHARGE, events, decided, charged),
    ]
    rows = [
        {
            "step": step,
            "time": time,
            "counted": counted,
            "share": _share(counted, base),
            "doubt": "",
            "state": "shown" if counted is not None else row["state"],
        }
        for step, counted, base, row in steps
    ]
    if waiting["state"] == "suppressed":
        rows[1] |= {"share": None, "state": "suppressed"}
    return rows


def _in_court(courts: Courts) -> list[dict[str, Any]]:
    """The courts' steps in the latest year that is held."""
    if not courts.is_held:
        return []
    latest = courts.years[-1]
    common = {
        "time": str(latest.year),
        "doubt": latest.doubt,
        "state": "not_received" if latest.proceeded is None else "shown",
    }
    share = _share(latest.convicted, latest.proceeded)
    return [
        {"step": PROCEEDED, "counted": latest.proceeded, "share": None, **common},
        {"step": CONVICTED, "counted": latest.convicted, "share": share, **common},
    ]


def _whole(cell: Any) -> int | None:
    return None if pd.isna(cell) else int(cell)


def _share(part: int | None, whole: int | None) -> float | None:
    """A part of a whole; None where either is not known, or the one is no part of the other."""
    return part / whole if part is not None and whole and 0 <= part <= whole else None


def charged_by_year(endings: Yearly) -> Worked:
    """Cases recorded, decided and charged, year by year.

    Parameters
    ----------
    endings
        Endings by year of a place.

    Returns
    -------
    Worked
        One row per financial ``year`` and ``edition``, gaps among them. ``charged_share`` is out of decided cases, 0 to
        1. Of a year whose outcomes exceed its recorded cases ``doubt`` says so.
    """
    every = by_year(endings)
    columns = ["forces", "recorded", "recorded_edition", "decided", "charged_cases", "charged_share", "doubt"]

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = every.work(table).rename(columns={"events": "charged_cases", "share": "charged_share"})
        return rows.loc[rows["measure"] == CHARGED, ["year", "edition", *columns, "state"]]

    return Worked(every.source, work, ("year", "edition"))


def courts_by_year(courts: Courts) -> Worked:
    """Defendants proceeded against and convicted, year by year.

    Parameters
    ----------
    courts
        Defendants by year of a place.

    Returns
    -------
    Worked
        One row per ``calendar_year``. ``convicted_share`` (0 to 1) is convicted over proceeded against in the same
        year, where that is a share; they are not the same defendants. ``forces`` have a row in the source.
    """
    years = courts.years if courts.is_held else []
    doubts = {str(year.year): (year.forces, year.doubt) for year in years}
    table = pd.DataFrame(
        {
            "calendar_year": [str(year.year) for year in years],
            "events": pd.array([year.convicted for year in years], dtype="Int64"),
            "cases": pd.array([year.proceeded for year in years], dtype="Int64"),
            "state": ["not_received" if year.proceeded is None else "shown" for year in years],
        }
    )
    columns = ["calendar_year", "forces", "proceeded", "convicted", "convicted_share", "doubt"]

    def work(shown: pd.DataFrame) -> pd.DataFrame:
        rows = [
            {
                "calendar_year": row["calendar_year"],
                "forces": doubts[row["calendar_year"]][0],
                "proceeded": _whole(row["cases"]),
                "convicted": _whole(row["events"]),
                "convicted_share": _share(_whole(row["events"]), _whole(row["cases"])),
                "doubt": doubts[row["calendar_year"]][1],
                "state": "not_received" if pd.isna(row["cases"]) else "shown",
            }
            for _, row in shown.iterrows()
        ]
        return tabled(rows, columns)

    source = Rates(with_shares(table)[["calendar_year", *MEASURES]], by=("calendar_year",), about=_about_courts(courts))
    return Worked(source, work, ("calendar_year",))


def _about_courts(courts: Courts) -> About:
    years = courts.years if courts.is_held else []
    return About(
        counts="",
        measure="courts by year",
        base="recorded",
        offence="Stalking",
        place=courts.place,
        period=f"{years[0].year} to {years[-1].year}" if years else "",
        basis="not stated",
        sensitivity="published",
        source="BBC Shared Data Unit, from the Ministry of Justice, Criminal Justice System statistics quarterly, "
        f"{courts.edition}",
        files=(COURTS_FILE,),
    )
