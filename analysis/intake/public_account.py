"""What of the exact ledger of case files everybody may know: the one way from it to what stands in data/counts/.

A warning reaches readers only in the words that stand here for its kind, which hold nothing of the files. What is not
listed is for the owner's terminal: which months have no case, how many outcomes have no date, which words are spelt in
two ways, how finely features divide the cases.
"""

from __future__ import annotations

from collections.abc import Callable

from analysis.counts.ledger import Ledger, Released, Warned

#: Draws a number under a name; None where it is not to be shown.
Draw = Callable[[str, int], int | None]

_TOLD = {
    "table of counts": (
        "A table of counts: each row stands for as many cases as it says, not for one. Rows that agree in every mapped "
        "column but that number were added: right if a column that is not mapped divides them, twice counted if not."
    ),
    "several extracts": (
        "The case files were extracted on several days. A case stands as it did on the day of its own file: what "
        "became of it since is not counted."
    ),
    "sheets": "A workbook has sheets that were not read.",
}
_AS_IT_IS = ("time zone",)  # names a zone of the mapping, which is checked against those that there are
#: A rule, told of every set with times: whether any case lacks a date is not.
_UNDATED = "A decided case without a date of outcome counts as open in times to outcome."


def public_account(full: Ledger, draw: Draw) -> Released:
    """What is released of a ledger of case files.

    The draw of a number goes by its forces and its reason, not by the set's name: the same number under two names is
    the same number.

    Parameters
    ----------
    full
        The exact ledger of case files.
    draw
        Gives the number that is released for an exact one.

    Returns
    -------
    Released
        A ledger of released numbers.
    """
    forces = ",".join(sorted({force for entry in full.entries for force in entry.received}))
    drawn = {reason: draw(f"ledger|{forces}|dropped|{reason}", rows) for reason, rows in sorted(full.dropped.items())}
    return Released(
        name=full.name,
        form=full.form,
        sensitivity=full.sensitivity,
        sets=full.sets,
        taken=max(entry.taken for entry in full.entries),
        number=len(full.files),
        dropped={reason: rows for reason, rows in drawn.items() if rows is not None},
        warnings=tuple(_warnings(full)),
    )


def _warnings(full: Ledger) -> list[Warned]:
    """Which notices are given depends on the mapping and on the shape of the files, never on a row."""
    kinds = {warned.kind for warned in full.warnings}
    notices = [Warned("", kind, text) for kind, text in _TOLD.items() if kind in kinds]
    notices += [Warned("", warned.kind, warned.text) for warned in full.warnings if warned.kind in _AS_IT_IS]
    if f"{full.name}_lags" in full.sets:
        notices.append(Warned("", "outcomes without date", _UNDATED))
    return sorted(set(notices))
