"""What may leave and what may not: a folder for an airlock, or a report, held to the released sets at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.outputs import folder, request, rules, signing
from analysis.outputs.request import Request
from analysis.outputs.rules import Fault
from analysis.outputs.words import Sets


@dataclass(frozen=True)
class Checked:
    """What was asked for, the released sets behind it, and what was found; nothing where all of it may leave."""

    place: Path
    asked: Request
    sets: Sets
    faults: tuple[Fault, ...]
    was_made_again: bool

    @property
    def opening(self) -> str:
        """What was found, in a sentence."""
        return signing.opening(self.asked, self.faults)

    @property
    def sentence(self) -> str:
        """What was checked, in numbers."""
        return signing.sentence(self.asked, was_made_again=self.was_made_again)

    def page(self) -> str:
        """The page that an output checker signs.

        Returns
        -------
        str
            HTML, one file without a script.
        """
        return signing.page(self.asked, self.faults, self.sets, place=self.place, was_made_again=self.was_made_again)


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
