"""What may leave and what may not: a folder for an airlock, or a report, held to the released sets at hand."""

from __future__ import annotations

from pathlib import Path

from analysis.outputs import folder, request, rules
from analysis.outputs.signing import Checked


def checked(place: Path, *, again: bool = False) -> Checked:
    """Hold a folder of outputs, or of one report, to the rules.

    Parameters
    ----------
    place
        The folder.
    again
        Whether its reports are made again and compared as well, which takes seconds a report.

    Returns
    -------
    Checked
        What was asked for, and every fault.

    Raises
    ------
    DataRefused
        For a folder that is neither, or that cannot be read.
    """
    if folder.is_one(place):
        asked, faults = folder.read(place)
        faults += folder.judged(place, asked)
    else:
        asked = request.of_reports([place.resolve() if not place.is_symlink() else place])
        faults = rules.faults(asked, rules.sets(asked))
    if again and not faults:
        from analysis.outputs import again as remaking  # which loads what runs and draws

        faults += remaking.faults(asked)
    return Checked(place, asked, rules.sets(asked), tuple(faults), was_made_again=again and not faults)
