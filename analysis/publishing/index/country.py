"""Where the tile of each police force is in a picture of the country, laid out roughly as it lies.

Every territorial force borders or nearly borders the tiles around its own. No tile is larger than another, so that the
eye is not drawn to wide and empty counties. What has no area on the map stands apart from it, top right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

#: North to south; each row runs from west to east without a gap, from the column that it begins in.
_ROWS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (4, ("Northumbria",)),
    (3, ("Cumbria", "Durham")),
    (3, ("Lancashire", "North Yorkshire", "Cleveland")),
    (2, ("Merseyside", "Greater Manchester", "West Yorkshire", "South Yorkshire", "Humberside")),
    (1, ("North Wales", "Cheshire", "Staffordshire", "Derbyshire", "Nottinghamshire", "Lincolnshire")),
    (
        1,
        (
            "Dyfed-Powys",
            "West Mercia",
            "West Midlands",
            "Leicestershire",
            "Northamptonshire",
            "Cambridgeshire",
            "Norfolk",
        ),
    ),
    (1, ("South Wales", "Gwent", "Gloucestershire", "Warwickshire", "Bedfordshire", "Hertfordshire", "Suffolk")),
    (2, ("Avon and Somerset", "Wiltshire", "Thames Valley", "Metropolitan Police", "City of London", "Essex")),
    (2, ("Devon and Cornwall", "Dorset", "Hampshire", "Surrey", "Sussex", "Kent")),
)
COLUMNS = 7


@dataclass(frozen=True)
class Place:
    """A row and a column of the grid, both from 1."""

    row: int
    column: int


_ON_THE_MAP = {
    force: Place(row, column)
    for row, (start, forces) in enumerate(_ROWS, start=1)
    for column, force in enumerate(forces, start=start)
}


def places(forces: Iterable[str]) -> dict[str, Place]:
    """The place of each of these forces; those that the map does not know go down its empty right-hand side.

    The first row is that of the northernmost of them.

    Parameters
    ----------
    forces
        The names of the forces.

    Returns
    -------
    dict[str, Place]
        Rows and columns from 1.
    """
    apart = (
        place
        for column in range(COLUMNS, 0, -1)
        for row in range(1, len(_ROWS) + 1)
        if (place := Place(row, column)) not in _ON_THE_MAP.values()
    )
    spots = {force: _ON_THE_MAP.get(force) or next(apart) for force in forces}
    above = min((place.row for place in spots.values()), default=1) - 1
    return {force: replace(place, row=place.row - above) for force, place in spots.items()}
