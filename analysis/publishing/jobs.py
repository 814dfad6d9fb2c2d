"""What a run was asked for: values that are there, where its report belongs, what it is about.

Loads no more than it needs, so that a mistake is refused in about a second.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from analysis import counts, measures, periods, reference
from analysis.errors import ParameterError
from analysis.publishing.notebooks import Notebook, Value
from analysis.statistics import narrowing

NEARLY_ALL = 40  # forces, of 44, that together speak for England and Wales


def checked(notebook: Notebook, given: dict[str, Any]) -> dict[str, Value]:
    """The values a notebook will run with, each of them something that is there.

    Raises ParameterError, with the nearest right name, for an unknown parameter, a value of the wrong kind, and a
    force, offence, period, base or set of counts that does not exist; all before a kernel starts. A notebook that takes
    a crime type and an offence is held to the one that its counts are kept by.
    """
    values = notebook.values(given)
    for name in ("force", "period", "crime_type"):
        if str(values.get(name, "")).strip().casefold() == "all":
            values[name] = "all"
    if "base" in values:
        measures.base(str(values["base"]))
    if "force" in values and values["force"] != "all":
        values["force"] = reference.force_named(str(values["force"]))
    if "offence" in values:
        values["offence"] = reference.offence_named(str(values["offence"]))
    if "counts" in values:
        held = counts.read(str(values["counts"]))
        wanted = next((wanted for name, wanted in _WANTED.items() if notebook.names(name)), _outcomes)
        wanted(held, notebook)
        asked = {name: str(values[name]) for name in ("force", "offence", "period") if name in values}
        if "crime_type" in values:
            kind, offence = str(values["crime_type"]), asked.pop("offence", narrowing.ALL)
            chosen = narrowing.narrowed(held, crime_type=kind, offence=offence).selection
            values["crime_type"] = chosen.get("crime_type", kind)
        held.select(**asked)
    return values


def _ledger(held: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts without a reading ledger to a notebook that is about the reading."""
    if not any(name.endswith(".ledger.json") for name in held.source.files):
        raise ParameterError(
            f"Counts '{held.name}' have no reading ledger, which {notebook.name} needs: they were not made by "
            f"'attrition reduce'. {_SEE}"
        )


def _lags(held: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that do not say how long cases took to a notebook that follows them."""
    if not held.lag_unit or not {"force", "period"} <= set(held.dimensions):
        raise ParameterError(
            f"Counts '{held.name}' do not say how long cases took, which {notebook.name} needs. Use a set whose name "
            f"ends in _lags, made by 'attrition reduce'. {_SEE}"
        )


def _features(held: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts without features of cases to a notebook that compares them."""
    if not held.features:
        raise ParameterError(
            f"Counts '{held.name}' hold no features of cases, which {notebook.name} needs. Use a set whose name ends "
            f"in _features, made by 'attrition reduce' with features in its mapping. {_SEE}"
        )


def _outcomes(held: counts.Counts, notebook: Notebook) -> None:
    """Refuse counts that cannot give shares by force and period to a notebook that shows these."""
    if "outcome" not in held.dimensions or not measures.measure("victim_withdrawal").codes(held.scheme):
        raise ParameterError(
            f"Counts '{held.name}' do not hold outcomes by Home Office type, which {notebook.name} needs. {_SEE}"
        )
    if held.lag_unit or not {"force", "period"} <= set(held.dimensions):
        raise ParameterError(
            f"Counts '{held.name}' are by {', '.join(held.dimensions)}, for another question than {notebook.name} "
            f"asks. Use the set without an ending. {_SEE}"
        )


_SEE = "'attrition list counts' shows all sets."

#: What counts a notebook needs, by a name that only such a notebook has in it; shares by force and period otherwise.
_WANTED = {"read_ledger": _ledger, "histories": _lags, "associations": _features}


def folder_of(notebook: Notebook, values: dict[str, Value]) -> Path:
    """Where a report belongs below the output folder: victim_withdrawal/force-kent_2024-04_2025-03."""
    defaults = {parameter.name: parameter.default for parameter in notebook.parameters}
    parts = []
    if "force" in values:
        parts.append(f"force-{_slug(values['force'])}")
    if "period" in values:
        parts.append(_span(values).folder)
    for name, value in values.items():
        if name not in ("force", "period") and value != defaults[name]:
            parts.append(f"{name.replace('_', '-')}-{_slug(value)}")
    return Path(notebook.name) / ("_".join(parts) or "report")


def subject(values: dict[str, Value]) -> str:
    """What a report is about, for its title line and the index: "Kent, stalking, 2024/25"."""
    parts = []
    if "force" in values:
        parts.append(_everywhere(values) if values["force"] == "all" else str(values["force"]))
    name = _kind_of_crime(values)
    if name:
        parts.append(name[:1].lower() + name[1:])
    if "counts" in values:
        parts.append(_span(values).label)
    if values.get("base", "recorded") != "recorded":
        parts.append(f"out of {measures.base(str(values['base'])).short}")
    return ", ".join(parts)


def _kind_of_crime(values: dict[str, Value]) -> str:
    """The offence or crime type that a report is about; "" where it is about all that its counts hold."""
    if "crime_type" in values and "crime_type" in counts.read(str(values["counts"])).dimensions:
        name = str(values["crime_type"])
        return "" if name == narrowing.ALL else name
    return reference.offences()[str(values["offence"])] if "offence" in values else ""


def _everywhere(values: dict[str, Value]) -> str:
    """What all forces of the counts are called together; one that stands alone by its name."""
    forces = counts.read(str(values["counts"])).forces if "counts" in values else ()
    if len(forces) == 1:
        return forces[0]
    return f"{len(forces)} police forces" if 0 < len(forces) < NEARLY_ALL else "England and Wales"


def _span(values: dict[str, Value]) -> periods.Period:
    held = counts.read(str(values["counts"])).coverage.span
    return held if values.get("period", "all") == "all" else periods.named(str(values["period"]))


def _slug(value: object) -> str:
    return re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")
