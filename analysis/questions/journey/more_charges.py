"""More charges if: one named scenario, with what it comes to at other rates for the cases that are kept.

The forces in which more of the decided cases end in withdrawal than in the force at the lower quartile come to that
share. The cases that they keep so are charged as often as the force's other cases are, those in which the victim did
not withdraw. The line is the lower quartile of the forces' shares, between two forces linearly (type 7 of Hyndman and
Fan 1996, The American Statistician 50: 361-365), as numpy and R have it unless told otherwise.

It is a scenario and no bound. Nothing says that kept cases would be charged as often as others are: WAYS holds other
rates for them. Nor need they be kept by anybody's doing more: whether a case ends as type 14 or 16 or as type 15 is a
recording decision, and where the label alone changed no charge would be added. So it is set beside what the forces at
or below the line do today.

What it does not cover: that cases of victims who stay may be of another kind; cases still open; chance, which moves the
line and the rates of small forces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.reference.measures import Measure
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, rates
from analysis.shares.relabelling import FEWEST
from analysis.shares.worked import Worked
from analysis.shares.year_bounds import tabled

LINE = 0.25  # the quartile that forces come to
FEWEST_FORCES = 8  # below which a quartile of forces says nothing
LARGE, ALL = f"Forces of {FEWEST} cases or more", "All forces"

_NUMBERS = ("recorded", "decided", "withdrew", "charged", "type_15", "type_18")
_PARTS = ("line_share", "forces_above", "kept_cases", "charged_cases", "more_charges", "more_share")
_BESIDE = ("below_share", "above_share", "after_share", "below_evidential_share", "above_evidential_share")


def _type(code: str) -> Measure:
    """The cases of one outcome type."""
    return Measure(f"type_{code}", f"Type {code}", "", (), (code,), "", "", "")


@dataclass(frozen=True)
class Line:
    """Forces as rows of whole numbers (_NUMBERS), the ``share`` that they come to, and the cases that each keeps so."""

    forces: pd.DataFrame
    share: float
    kept: pd.Series

    @property
    def above(self) -> pd.DataFrame:
        """The forces that come to the line."""
        return self.forces[self.kept > 0]

    @property
    def below(self) -> pd.DataFrame:
        """The forces at or below it, for which nothing changes."""
        return self.forces[self.kept <= 0]

    def more(self, way: str) -> pd.Series:
        """The kept cases of each force that would be charged, by a way of WAYS; missing where no rate can be told.

        Parameters
        ----------
        way
            The name of a rate for the kept cases, one of ``WAYS``.

        Returns
        -------
        pd.Series
            A number a force, in the order of ``kept``; 0 for a force that keeps no case.
        """
        return (self.kept * WAYS[way](self)).where(self.kept > 0, 0.0)


def _over(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Rates, missing where there is nothing to divide by."""
    return part / whole.where(whole > 0)


def _others(line: Line) -> pd.Series:
    """Charged, of the decided cases in which the victim did not withdraw."""
    return _over(line.forces["charged"], line.forces["decided"] - line.forces["withdrew"])


def _others_with_suspect(line: Line) -> pd.Series:
    """The same, leaving out those in which no suspect was found (type 18), as kept cases nearly all have one."""
    forces = line.forces
    return _over(forces["charged"], forces["decided"] - forces["withdrew"] - forces["type_18"])


def _charged_or_evidential(line: Line) -> pd.Series:
    """Charged, of the cases that were charged or lacked evidence though the victim supported action (type 15)."""
    return _over(line.forces["charged"], line.forces["charged"] + line.forces["type_15"])


def _others_below(line: Line) -> pd.Series:
    """Charged, of the other cases of all forces at or below the line: the same for every force."""
    sums = line.below.sum()
    others = sums["decided"] - sums["withdrew"]
    return pd.Series(sums["charged"] / others if others > 0 else np.nan, index=line.forces.index)


#: How often kept cases are charged, the scenario's own way first.
WAYS: dict[str, Callable[[Line], pd.Series]] = {
    "As often as the force's other cases": _others,
    "As its other cases with a suspect": _others_with_suspect,
    "As its cases charged or of type 15": _charged_or_evidential,
    "As other cases of the forces at or below the line": _others_below,
}
OWN = next(iter(WAYS))


def more_charges(cases: Counts) -> Worked:
    """What the scenario comes to over the forces of some counts.

    Parameters
    ----------
    cases
        All cases recorded in a period, of every force.

    Returns
    -------
    Worked
        One row per ``scope`` of forces and ``way`` of WAYS. A scope is the forces of FEWEST recorded cases or more
        (LARGE), or all (ALL), each with a line of its own: ``line_share`` of decided cases, 0 to 1. ``forces_above`` of
        its ``forces`` come to it and keep ``kept_cases``; of these ``more_charges`` are charged, ``more_share`` of the
        ``charged_cases`` that there are. No rows where fewer than FEWEST_FORCES are so large and have their numbers
        shown.

    References
    ----------
    Hyndman and Fan 1996, Sample quantiles in statistical packages, The American Statistician 50: 361-365, for the
    quartile (type 7).
    """
    columns = ["scope", "way", "forces", *_PARTS]
    return Worked(_source(cases), lambda shown: tabled(_scopes(shown), columns), ("scope", "way"))


def beside_the_line(cases: Counts) -> Worked:
    """The forces at or below the line today beside those above it.

    Parameters
    ----------
    cases
        All cases recorded in a period, of every force.

    Returns
    -------
    Worked
        One row per ``scope`` of ``more_charges``. ``below_share`` is the share of decided cases charged in the forces
        at or below the line, ``above_share`` in those above, ``after_share`` in these in the scenario;
        ``below_evidential_share`` and ``above_evidential_share`` are of type 15 instead of charged. All 0 to 1.
    """
    return Worked(_source(cases), lambda shown: tabled(_beside(shown), ["scope", *_BESIDE]), ("scope",))


def more_charges_by_force(cases: Counts) -> Worked:
    """The scenario force by force, those of FEWEST recorded cases or more.

    Parameters
    ----------
    cases
        All cases recorded in a period, of every force.

    Returns
    -------
    Worked
        One row a ``force``, most charges first. ``withdrew_share`` is of ``decided`` cases; a force at or below the
        line keeps none. ``other_charged_share`` is of its other cases; ``low_more`` and ``high_more`` are the least and
        the most charges by any of WAYS. Shares are 0 to 1.
    """
    columns = ["decided", "withdrew_share", "kept_cases", "charged_cases", "other_charged_share"]
    every = ["force", *columns, "more_charges", "low_more", "high_more"]
    return Worked(_source(cases), lambda shown: tabled(_forces(shown), every), ("force",))


def _source(cases: Counts) -> Rates:
    """The numbers of every force that the scenario rests on: one row per ``force`` and ``measure``."""
    parts = {
        "recorded": rates(cases, "undecided", by="force"),
        "withdrew": rates(cases, "victim_withdrawal", base="with_outcome", by="force"),
        "charged": rates(cases, "charged", base="with_outcome", by="force"),
        "type_15": rates(cases, _type("15"), base="with_outcome", by="force"),
        "type_18": rates(cases, _type("18"), base="with_outcome", by="force"),
    }
    table = pd.concat([part.table.assign(measure=name) for name, part in parts.items()], ignore_index=True)
    about = replace(parts["withdrew"].about, measure="more charges")
    return Rates(table[["force", "measure", *MEASURES]], by=("force", "measure"), about=about)


def _numbers(shown: pd.DataFrame) -> pd.DataFrame:
    """Forces as rows, with the numbers that may be shown; those without one that the scenario needs are left out."""
    events = shown.pivot(index="force", columns="measure", values="events")
    bases = shown.pivot(index="force", columns="measure", values="cases")
    table = events.assign(recorded=bases["recorded"], decided=bases["withdrew"])[list(_NUMBERS)].astype("Float64")
    is_whole = table[["recorded", "decided", "withdrew", "charged"]].notna().all(axis=1) & (
        table["decided"] > 0
    ).fillna(False)
    negative = (table < 0).fillna(False).any(axis=1)
    return table[is_whole & ~negative].astype("float64")


def _lines(shown: pd.DataFrame) -> dict[str, Line]:
    """The line of each scope: none where large forces are too few for a quartile, one where all forces are large."""
    every = _numbers(shown)
    large = every[every["recorded"] >= FEWEST]
    if len(large) < FEWEST_FORCES:
        return {}
    return {LARGE: _line(large)} | ({ALL: _line(every)} if len(large) < len(every) else {})


def _line(forces: pd.DataFrame) -> Line:
    """The lower quartile of the forces' withdrawal, and the cases that those above it keep by coming to it."""
    share = float(np.quantile(forces["withdrew"] / forces["decided"], LINE))
    return Line(forces, share, (forces["withdrew"] - share * forces["decided"]).clip(lower=0))


def _scopes(shown: pd.DataFrame) -> list[dict[str, Any]]:
    return [_scope(scope, line, way) for scope, line in _lines(shown).items() for way in WAYS]


def _scope(scope: str, line: Line, way: str) -> dict[str, Any]:
    """What the scenario comes to over some forces, kept cases being charged in one way."""
    charged, more = line.forces["charged"].sum(), float(line.more(way).sum(skipna=False))
    return {
        "scope": scope,
        "way": way,
        "forces": len(line.forces),
        "line_share": line.share,
        "forces_above": len(line.above),
        "kept_cases": _rounded(line.kept.sum()),
        "charged_cases": int(charged),
        "more_charges": _rounded(more),
        "more_share": _divided(more, charged),
    }


def _beside(shown: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for scope, line in _lines(shown).items():
        above, below, more = line.above.sum(), line.below.sum(), line.more(OWN).sum(skipna=False)
        rows.append(
            {
                "scope": scope,
                "below_share": _divided(below["charged"], below["decided"]),
                "above_share": _divided(above["charged"], above["decided"]),
                "after_share": _divided(above["charged"] + more, above["decided"]),
                "below_evidential_share": _divided(below["type_15"], below["decided"]),
                "above_evidential_share": _divided(above["type_15"], above["decided"]),
            }
        )
    return rows


def _forces(shown: pd.DataFrame) -> list[dict[str, Any]]:
    line = _lines(shown).get(LARGE)
    if line is None:
        return []
    by_way, others = pd.DataFrame({way: line.more(way) for way in WAYS}), _others(line)
    table = line.forces.assign(
        kept=line.kept,
        others=others,
        own=by_way[OWN],
        low=by_way.min(axis=1, skipna=False),
        high=by_way.max(axis=1, skipna=False),
    )
    rows = [
        {
            "force": force,
            "decided": int(row["decided"]),
            "withdrew_share": _divided(row["withdrew"], row["decided"]),
            "kept_cases": _rounded(row["kept"]),
            "charged_cases": int(row["charged"]),
            "other_charged_share": None if pd.isna(row["others"]) else float(row["others"]),
            "more_charges": _rounded(row["own"]),
            "low_more": _rounded(row["low"]),
            "high_more": _rounded(row["high"]),
        }
        for force, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    return sorted(rows, key=lambda row: (-(row["more_charges"] or 0), str(row["force"])))


def _rounded(number: float) -> int | None:
    """A number of cases to the nearest whole one."""
    return None if pd.isna(number) else round(float(number))


def _divided(part: float, whole: float) -> float | None:
    """One number over another; None where either is not known or there is nothing to divide by."""
    return None if pd.isna(part) or not whole else float(part / whole)
