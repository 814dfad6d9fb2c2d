"""What a printed label says of a place: a police force, or a total of several."""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.errors import ParameterError
from analysis.reference import reference

_TOTAL = re.compile(
    r"(grand |sub-?)?totals?|total .*|.* totals?|all|all .*|overall.*|sum|national(ly)?|"
    r"england( (and|&) wales)?|wales|e ?& ?w|united kingdom|uk|great britain|gb",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def is_total(label: str) -> bool:
    """Whether a label names a total of others.

    Parameters
    ----------
    label
        What is printed.

    Returns
    -------
    bool
        False for the name of a force.
    """
    return bool(_TOTAL.fullmatch(label.strip().strip("*:").strip())) and not is_force(label)


@lru_cache(maxsize=20_000)
def force(label: str) -> str:
    """The force that a label means; "" where it means none.

    Parameters
    ----------
    label
        What is printed.

    Returns
    -------
    str
        Its name in data/reference/forces.csv.
    """
    bare = re.sub(r"\s*(?:\[[^\]]*\]|\([a-z\d]{1,2}\)|[*†‡¹²³\d,]+)$", "", label.strip()).replace("&", "and").strip()
    bare = re.sub(r"\s+(police( service| force)?|constabulary)$", "", bare, flags=re.IGNORECASE)
    for name in (label, bare, f"{bare} Police"):
        try:
            return reference.force_named(name)
        except ParameterError:
            continue
    return ""


def is_force(label: str) -> bool:
    """Whether a label means a police force.

    Parameters
    ----------
    label
        What is printed.

    Returns
    -------
    bool
        False for a nation and a total.
    """
    return bool(force(label))
