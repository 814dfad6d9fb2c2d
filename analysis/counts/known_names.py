"""Whether the names and codes in a table of counts are ones that data/reference/ knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from analysis.errors import DataRefused
from analysis.reference import reference
from analysis.reference.schema import COLUMNS
from analysis.safe_words import is_safe

if TYPE_CHECKING:
    from analysis.counts.counts import Counts


def check(counts: Counts) -> None:
    """Refuse a blank or unknown name or code, and counts of nothing.

    A force that does not exist is known only where the cases are made up too.

    Parameters
    ----------
    counts
        Counts as they were read or made.

    Raises
    ------
    DataRefused
        For a blank or unknown name or code, a category that holds what cannot be seen, and counts of nothing.
    """
    where, coverage = f"Counts '{counts.name}'", counts.coverage
    rows, dimensions = counts.table, counts.dimensions
    if counts.cells is not None:
        named = counts.cells["force"].ne("") & counts.cells["offence"].ne("")
        rows, dimensions = counts.cells.loc[named, ["force", "offence"]], ("force", "offence")
        for feature in counts.features:
            _check_categories(feature, counts.categories(feature), where=where)
    if not coverage.forces or not coverage.periods:
        raise DataRefused(f"{where} cover no force or no period. Build them again.")

    def names(dimension: str) -> list[Any]:
        return list(rows[dimension].unique()) if dimension in rows else []

    if bool(rows[list(dimensions)].isna().any().any()):
        raise DataRefused(f"{where}: a blank cell in {', '.join(dimensions)}. Build them again.")
    met = {*coverage.forces, *names("force")}
    invented = sorted(met & set(reference.made_up_forces()))
    if invented and counts.sensitivity != "synthetic":
        raise DataRefused(f"{where}: '{invented[0]}' is a made-up force, and these cases are not made up.")
    strange = sorted(met - set(reference.forces()) - set(reference.made_up_forces()))
    if strange:
        raise DataRefused(f"{where}: '{strange[0]}' is not a force of data/reference/forces.csv.")
    if set(names("period")) - set(coverage.periods):
        raise DataRefused(f"{where}: a period that their coverage does not name. Build them again.")
    for code in names("offence"):
        if code not in reference.offences():
            raise DataRefused(f"{where}: '{code}' is not an offence of data/reference/offences.csv.")
    for kind in set(names("crime_type")) - set(reference.crime_types()):
        raise DataRefused(f"{where}: '{kind}' is not a crime type of data/reference/crime_types.csv.")
    for feature in set(dimensions) - set(COLUMNS):
        _check_categories(feature, names(feature), where=where)
    for code in {*names("outcome"), *names("first_outcome")}:
        reference.countable(counts.scheme, code)


def _check_categories(feature: str, categories: Iterable[str], *, where: str) -> None:
    """Raise DataRefused, beginning with ``where``, for a category that holds what cannot be seen."""
    if not all(is_safe(str(category)) for category in categories):
        raise DataRefused(f"{where}: a category of '{feature}' holds what cannot be seen. Reduce the files again.")
