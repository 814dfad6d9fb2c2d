"""Which rows of a chart stand out: one that a reader chose, or every force of a group, under the name of the group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.presentation.drawing.colours import ORANGE
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, mark, wrapped
from analysis.presentation.wording import listed
from analysis.reference import reference

_KEY = 9  # pixels below the name of a group, before the chart begins


@dataclass(frozen=True)
class Marked:
    """The label of ``one`` row that stands out, and ``several`` forces that do so together, by their ``name``."""

    one: str = ""
    several: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def of(cls, chosen: str, *, by: str = "force") -> Marked:
        """What a reader chose: the label of a row, or several forces in rows ``by`` force.

        Parameters
        ----------
        chosen
            The label of a row, a force, or forces, which may have a name before them ("Eastern: Essex, Norfolk").
        by
            What the rows are of.

        Returns
        -------
        Marked
            One row, or several with the name of their group.

        Raises
        ------
        ParameterError
            For a group that names what is no force.

        Examples
        --------
        >>> Marked.of("Eastern: Essex, Norfolk")
        Marked(one='', several=('Essex', 'Norfolk'), name='Eastern')
        >>> Marked.of("Kent"), Marked.of("Public fear, alarm or distress", by="offence_name").name
        (Marked(one='Kent', several=(), name=''), '')
        """
        if by != "force" or not (reference.is_group(chosen) or chosen in reference.NATIONS):
            return cls(chosen)
        place = reference.place_named(chosen)
        return cls("", tuple(reference.forces_of(place)), reference.label_of(place))

    @classmethod
    def beside(cls, force: str, group: str) -> Marked:
        """One force, and the forces of a group that it is set against.

        Parameters
        ----------
        force
            The force.
        group
            Forces, which may have a name before them; "" for none.

        Returns
        -------
        Marked
            The force and, where there is a group, its forces and its name.

        Raises
        ------
        ParameterError
            For a group that names what is no force.

        Examples
        --------
        >>> Marked.beside("Kent", "Surrey, Essex"), Marked.beside("Kent", "").name
        (Marked(one='Kent', several=('Surrey', 'Essex'), name='Surrey and Essex'), '')
        """
        called, members = reference.group_named(group)
        several = tuple(member for member in members if member != force)
        few = reference.places_in_words(several) if 0 < len(several) <= reference.FEW_FORCES else ""
        return cls(force, several, called or few or (several and "the group") or "")

    def __contains__(self, label: object) -> bool:
        return bool(label) and (label == self.one or label in self.several)

    def said(self, rows: Iterable[tuple[str, str]]) -> str:
        """Every row of several with what is said of it, in a sentence; "" without any.

        Parameters
        ----------
        rows
            The label of each row, and what is said of it.

        Returns
        -------
        str
            One sentence, a space before it.
        """
        told = [f"{label} {words}" for label, words in rows if label in self.several]
        return f" Diamonds mark {self.name}: {listed(told)}." if told else ""

    def key_height(self, *, is_narrow: bool) -> int:
        """How many pixels the name of the group takes above a chart; none without one.

        Parameters
        ----------
        is_narrow
            Whether the chart is for a phone.

        Returns
        -------
        int
            Pixels.
        """
        return LINE * (self._key(is_narrow=is_narrow).count("\n") + 1) + _KEY if self.name else 0

    def key(self, canvas: Canvas, *, top: float = 0) -> None:
        """The name of the group beside its mark, from ``top`` downwards.

        Parameters
        ----------
        canvas
            What is drawn on.
        top
            How many pixels from its upper edge.
        """
        if not self.name:
            return
        page, words = canvas.everywhere(), self._key(is_narrow=canvas.is_narrow)
        mark(page, 8, top + LINE / 2 + 1, "D", color=ORANGE, markersize=7)
        page.text(22, top, words, va="top", linespacing=1.15)

    def _key(self, *, is_narrow: bool) -> str:
        return wrapped(self.name, (NARROW if is_narrow else WIDE) - 26, is_narrow=is_narrow)
