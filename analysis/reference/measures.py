"""The catalogue: what is counted, out of what, why it matters, whose definition it is, where definitions differ.

A measure names the cases that end in a certain way; a base names the cases that it is a share of. The two are kept
apart because the published figures differ more by their base than by anything that happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import ParameterError, unknown
from analysis.reference import reference


@dataclass(frozen=True)
class Measure:
    """What is counted.

    ``dispositions`` or, where a measure is narrower than those, ``types`` (Home Office outcome types) are counted.
    ``ended`` completes "… of … cases", ``short`` fits a label. ``is_wanted`` where a high share is what one hopes for.
    """

    name: str
    short: str
    ended: str
    dispositions: tuple[str, ...]
    types: tuple[str, ...]
    why: str
    whose: str
    differs: str
    is_wanted: bool = False

    def codes(self, scheme: str) -> frozenset[str]:
        """The outcome codes that this measure counts in a publisher's scheme; empty where it cannot be told.

        It cannot where the publisher pools some of what it counts with something that it does not.

        Parameters
        ----------
        scheme
            Whose outcome types: a scheme of data/reference/outcomes.csv.

        Returns
        -------
        frozenset[str]
            Outcome codes.
        """
        pooled = (
            parts
            for whole, parts in _POOLED.items()
            if whole not in self.dispositions and reference.codes(scheme, whole)
        )
        if any(parts & set(self.dispositions) for parts in pooled):
            return frozenset()
        if self.types and scheme == "home_office":
            return frozenset(self.types)
        return frozenset(reference.codes(scheme, *self.dispositions))


@dataclass(frozen=True)
class Base:
    """What a share is taken of: all cases less those whose outcome type is in ``without``.

    ``phrase`` follows "of" in a sentence; its {cases}, {who} and {when} become "stalking cases", a police force and a
    period.
    """

    name: str
    short: str
    phrase: str
    without: tuple[str, ...]
    meaning: str

    def can_tell(self, scheme: str) -> bool:
        """Whether a publisher's outcomes tell which cases are in this base: those of any tell which are undecided.

        Parameters
        ----------
        scheme
            Whose outcome types: a scheme of data/reference/outcomes.csv.

        Returns
        -------
        bool
            True where the cases of this base can be told.
        """
        return scheme == "home_office" or not set(self.without) - {"0"}

    def leaves_out(self, scheme: str) -> frozenset[str]:
        """The outcome codes of a scheme that are not in this base.

        Parameters
        ----------
        scheme
            Whose outcome types: a scheme of data/reference/outcomes.csv.

        Returns
        -------
        frozenset[str]
            Outcome codes.

        Raises
        ------
        ParameterError
            Where the publisher's outcomes do not tell whether a case is in it.
        """
        if not self.can_tell(scheme):
            raise ParameterError(
                f"The base {self.name} needs the Home Office's outcome types, which these counts do not have: they do "
                f"not tell {self.short} from others. Use {' or '.join(one for one in BASES if one != self.name)}."
            )
        undecided = reference.codes(scheme, "undecided") if self.without else ()
        return frozenset(self.without if scheme == "home_office" else undecided)


#: Dispositions that a publisher pools, and those that may be among them.
_POOLED = {
    "withdrew_or_evidential": {"victim_withdrew", "no_further_action"},
    "not_charged": set(reference.DISPOSITIONS) - {"charged"},
}

_MEASURES = [
    Measure(
        name="victim_withdrawal",
        short="Victim withdrew",
        ended="ended because the victim withdrew",
        dispositions=("victim_withdrew",),
        types=(),
        why="A case that ends so is one that the victim did not, or could not, support to the end.",
        whose="Home Office outcome types 14 and 16, its published group 'victim does not support action'.",
        differs="The London review coded case files; its definition was not found. The attrition review counts "
        "withdrawal before a charging decision.",
    ),
    Measure(
        name="no_further_action",
        short="No further action",
        ended="ended with no further action",
        dispositions=("no_further_action",),
        types=(),
        why="A case that ends so is one that the police closed although the victim had not withdrawn.",
        whose="Outcome types 15 (evidential difficulties, victim supports action), 18 (no suspect), 10 and 21 (not in "
        "the public interest, police decision): the choice of this project, since no published definition was found.",
        differs="The London review's definition was not found. Type 15 mixes decisions of the police and of the CPS.",
    ),
    Measure(
        name="attrition",
        short="Withdrew or no further action",
        ended="ended because the victim withdrew or with no further action",
        dispositions=("victim_withdrew", "no_further_action"),
        types=(),
        why="The two together are the cases that the justice process lost before anybody was charged.",
        whose="The two measures above, added: the choice of this project.",
        differs="The London review prints the two shares separately, as 45% and a further 41%.",
    ),
    Measure(
        name="withdrew_or_evidential",
        short="Withdrew or evidential difficulties",
        ended="ended with the suspect not prosecuted: the victim withdrew, or evidential difficulties",
        dispositions=("withdrew_or_evidential",),
        types=("14", "15", "16"),
        why="The nearest measure to withdrawal at data.police.uk, which does not separate those who withdrew from "
        "those whose case lacked evidence.",
        whose="Home Office outcome types 14, 15 and 16; 'Unable to prosecute suspect' at data.police.uk, which may "
        "hold types 11 to 13 and 17 too.",
        differs="Neither withdrawal nor no further action: a part of each, pooled by the publisher.",
    ),
    Measure(
        name="charged",
        short="Charged",
        ended="ended in a charge or summons",
        dispositions=("charged",),
        types=("1",),
        why="The share of cases that reach a court at all.",
        whose="Home Office outcome type 1.",
        differs="Printed out of recorded offences, out of assigned outcomes and out of closed investigations.",
        is_wanted=True,
    ),
    Measure(
        name="undecided",
        short="Not yet decided",
        ended="had no outcome yet",
        dispositions=("undecided",),
        types=(),
        why="Open cases can still end in any way, and leaving them out moves every share.",
        whose="Home Office outcome type 0.",
        differs="Bulletins differ in whether it is in the base.",
    ),
]

_BASES = [
    Base(
        name="recorded",
        short="all recorded cases",
        phrase="{cases} recorded by {who} {when}",
        without=(),
        meaning="every case that the police recorded in the period, however it ended",
    ),
    Base(
        name="with_outcome",
        short="decided cases",
        phrase="{cases} recorded by {who} {when} and since decided",
        without=("0",),
        meaning="cases recorded in the period that have an outcome: those still open are left out",
    ),
    Base(
        name="with_suspect",
        short="decided cases with a suspect",
        phrase="{cases} recorded by {who} {when} and since decided, a suspect having been identified",
        without=("0", "14", "18"),
        meaning="cases recorded in the period that have an outcome and a suspect: types 14 and 18 are left out too",
    ),
]

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}
BASES: dict[str, Base] = {base.name: base for base in _BASES}


def measure(name: str) -> Measure:
    """The measure called ``name``.

    Parameters
    ----------
    name
        A name in ``MEASURES``.

    Returns
    -------
    Measure
        The measure with its outcome types and its words.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    if name not in MEASURES:
        raise unknown("measure", name, MEASURES, see="attrition list measures")
    return MEASURES[name]


def whose_out_of(measured: str, out_of: str) -> str:
    """Whose definition a measure is, and which of the types that it names a base leaves out.

    Parameters
    ----------
    measured
        Name of a measure.
    out_of
        Name of a base.

    Returns
    -------
    str
        A sentence or two.
    """
    one, gone = measure(measured), base(out_of).leaves_out("home_office")
    left = sorted((one.codes("home_office") & gone), key=int)
    if not left:
        return one.whose
    named = f"type {left[0]} is" if len(left) == 1 else f"types {', '.join(left)} are"
    return f"{one.whose} Of these, {named} left out here: shares are of {base(out_of).short}."


def other_base(name: str) -> str:
    """The base to set beside a base: those decided beside all recorded, all recorded beside any other.

    Parameters
    ----------
    name
        Name of a base.

    Returns
    -------
    str
        Name of the other base.
    """
    return "with_outcome" if base(name).name == "recorded" else "recorded"


def base(name: str) -> Base:
    """The base called ``name``.

    Parameters
    ----------
    name
        A name in ``BASES``.

    Returns
    -------
    Base
        The base with its words.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    if name not in BASES:
        raise unknown("base", name, BASES, see="attrition list measures")
    return BASES[name]
