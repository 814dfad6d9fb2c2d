"""The catalogue: what is counted, out of what, why it matters, whose definition it is, where definitions differ.

A measure names the cases that end in a certain way; a base names the cases that it is a share of. The two are kept
apart because the published figures differ more by their base than by anything that happened.

A measure of a reader's own is its label and its outcome types, "evidential difficulties: 14, 15", and that is its name
wherever a name of the catalogue may stand. So whatever bears the name says what was counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.errors import ParameterError, offer, unknown
from analysis.public import public
from analysis.reference import reference
from analysis.safe_words import is_safe, safe


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
        """Whether a publisher's outcomes tell which cases are in this base.

        Where only charges are told apart, what is undecided is among all the rest.

        Parameters
        ----------
        scheme
            Whose outcome types: a scheme of data/reference/outcomes.csv.

        Returns
        -------
        bool
            True where the cases of this base can be told.
        """
        if scheme == "home_office" or not self.without:
            return True
        return not set(self.without) - {"0"} and bool(MEASURES["undecided"].codes(scheme))

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
            others = " or ".join(WRITTEN.get(name, name) for name, base in BASES.items() if base.can_tell(scheme))
            raise ParameterError(
                f"The base {WRITTEN.get(self.name, self.name)} cannot be told by these counts: their publisher's "
                f"outcomes do not tell {self.short} from others. Use {others}."
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
        whose="Home Office outcome types 14 and 16, its published group “victim does not support action”.",
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
        why="A case that ends so is one that the justice process lost before anybody was charged.",
        whose="Withdrawal (outcome types 14 and 16) and no further action (10, 15, 18 and 21) added: the choice of "
        "this project.",
        differs="The London review prints the two shares separately, as 45% and a further 41%.",
    ),
    Measure(
        name="withdrew_or_evidential",
        short="Withdrew or evidential difficulties",
        ended="ended with the suspect not prosecuted (the victim withdrew, or evidential difficulties)",
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
#: Other words for a base, that of reports among them, and its name in records and in the folders of reports.
ALIASES = {"decided": "with_outcome"}
#: How a reader writes a base that has another name in records.
WRITTEN = {name: word for word, name in ALIASES.items()}
_EXAMPLE = "evidential difficulties: 14, 15"  # of a measure of one's own
_NO_LABEL, _LONGEST = ":,;()%", 40  # characters that a label may not hold, and how many it may have
_SUPPORT = {"14", "15", "16"}  # pooled as a disposition of its own


def measure(name: str) -> Measure:
    """The measure called ``name``.

    Parameters
    ----------
    name
        A name in ``MEASURES``, or a measure of one's own as ``own`` writes it: "evidential difficulties: 14, 15".

    Returns
    -------
    Measure
        The measure with its outcome types and its words.

    Raises
    ------
    ParameterError
        When there is none, with the nearest name; for a measure of one's own as ``own`` does.
    """
    if ":" in name:
        label, _, types = name.rpartition(":")
        return _own(" ".join(label.split()), tuple(code.strip() for code in types.split(",") if code.strip()))
    if name not in MEASURES:
        refused = unknown("measure", name, MEASURES, see="attrition list measures")
        is_a_label = not _label_fault(name) and not offer(name, MEASURES)
        example = f"{name}: 15" if is_a_label else _EXAMPLE
        raise ParameterError(f"{refused} A definition of your own is a label, a colon and outcome types: '{example}'.")
    return MEASURES[name]


@public
def own(label: str, types: Iterable[str | int]) -> str:
    """The name of a measure of one's own, which every question and command takes for a measure.

    Parameters
    ----------
    label
        What it is called, in a few words. Every sentence says its outcome types beside it.
    types
        The Home Office's outcome types that it counts; 'attrition list outcomes' shows all.

    Returns
    -------
    str
        The label and the types, each once and in order.

    Raises
    ------
    ParameterError
        For a type that does not exist or is a part of another, type 0, which is no ending, no type or every one; and
        for a label that a measure of the catalogue has, or that cannot be one.

    Examples
    --------
    >>> own("evidential difficulties", [15, 14])
    'evidential difficulties: 14, 15'
    >>> measure("evidential difficulties: 14, 15").ended
    'ended with one of outcome types 14 and 15 (evidential difficulties)'
    """
    return _own(" ".join(label.split()), tuple(str(code).strip() for code in types)).name


def is_own(name: str) -> bool:
    """Whether a name is that of a measure of one's own.

    Parameters
    ----------
    name
        What a result says that it measures.

    Returns
    -------
    bool
        True for "evidential difficulties: 14, 15".
    """
    return bool(re.fullmatch(r"[^:]+: \d+(?:, \d+)*", name))


def is_measure(name: str) -> bool:
    """Whether a name is that of a measure, of the catalogue or of one's own.

    Parameters
    ----------
    name
        What a result says that it measures: "charged", but also "rows", "split".

    Returns
    -------
    bool
        Whether ``measure`` knows it.
    """
    return name in MEASURES or is_own(name)


def told_by(scheme: str) -> list[str]:
    """The measures of the catalogue that a publisher's outcomes can tell.

    Parameters
    ----------
    scheme
        Whose outcome types: a scheme of data/reference/outcomes.csv.

    Returns
    -------
    list[str]
        Names in ``MEASURES``.
    """
    return [name for name, counted in MEASURES.items() if counted.codes(scheme)]


@lru_cache(maxsize=64)
def _own(label: str, types: tuple[str, ...]) -> Measure:
    """A measure of one's own; ``codes`` of another publisher are empty unless it is made of whole dispositions."""
    _check_label(label)
    codes = _counted_types(label, types)
    outcomes = reference.outcomes("home_office")
    kinds = tuple(kind for kind in reference.DISPOSITIONS if kind in {outcomes[code].disposition for code in codes})
    is_whole = set(reference.codes("home_office", *kinds)) == set(codes)
    pooled = ("withdrew_or_evidential",) if set(codes) == _SUPPORT else ()
    types_named = "; ".join(f"{code}: {outcomes[code].name}" for code in codes)
    numbers = reference.types_label(codes)
    return Measure(
        name=f"{label}: {', '.join(codes)}",
        short=f"{label[:1].upper()}{label[1:]} (own definition)",
        ended=f"ended with {'one of ' if len(codes) > 1 else ''}outcome {numbers} ({label})",
        dispositions=kinds if is_whole else pooled,
        types=codes,
        why="Whoever made this report chose what it counts.",
        whose=f"A definition of this notebook's own: outcome {numbers} ({types_named}).",
        differs="Before setting a printed figure beside it, look up what that counts.",
        is_wanted=kinds == ("charged",),
    )


def _check_label(label: str) -> None:
    """Refuse a label that a measure of the catalogue has, or that would not stand well in a sentence."""
    plain = label.casefold().replace("_", " ")
    taken = [
        taken_by
        for taken_by in MEASURES.values()
        if plain in (taken_by.name.replace("_", " "), taken_by.short.casefold())
    ]
    if taken:
        raise ParameterError(
            f"'{safe(label[:80])}' is a measure of the catalogue. Use '{taken[0].name}', or call yours something else."
        )
    if fault := _label_fault(label):
        raise ParameterError(
            f"'{safe(label[:80])}' cannot be the label of a measure: it {fault}. Write a label, a colon and outcome "
            f"types: '{_EXAMPLE}'."
        )


def _label_fault(label: str) -> str:
    """Why a label would not stand well in a sentence; "" where it would."""
    if not is_safe(label):
        return "holds a character that cannot be seen"
    if not label:
        return "has no letter"
    if not label[0].isalpha():
        return f"begins with '{label[0]}', not with a letter"
    if mark := next((char for char in label if char in _NO_LABEL), ""):
        return f"holds '{mark}', which no label may (: , ; ( ) %)"
    return f"has {len(label)} characters, of at most {_LONGEST}" if len(label) > _LONGEST else ""


def _counted_types(label: str, types: tuple[str, ...]) -> tuple[str, ...]:
    """Outcome types, each once and in order, all of which may be counted together."""
    outcomes, see = reference.outcomes("home_office"), "'attrition list outcomes' shows all."
    for code in types:
        if code not in outcomes:
            raise ParameterError(
                f"Measure '{label}': no outcome type '{safe(code[:20])}'.{offer(code, outcomes)} {see}"
            )
        if parent := outcomes[code].part_of:
            raise ParameterError(f"Measure '{label}': type {code} is counted within type {parent}. Write {parent}.")
        if outcomes[code].disposition == "undecided":
            raise ParameterError(f"Measure '{label}': type {code} is no ending. Use 'undecided' for cases still open.")
    every = {code for code, outcome in outcomes.items() if not outcome.part_of and outcome.disposition != "undecided"}
    if not types or set(types) == every:
        raise ParameterError(f"Measure '{label}' counts {'every' if types else 'no'} outcome type. Name some. {see}")
    return tuple(sorted(set(types), key=int))


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
    definition, gone = measure(measured), base(out_of).leaves_out("home_office")
    left = sorted((definition.codes("home_office") & gone), key=int)
    if not left:
        return definition.whose
    named = f"type {left[0]} is" if len(left) == 1 else f"types {', '.join(left)} are"
    return f"{definition.whose} Of these, {named} left out here: shares are of {base(out_of).short}."


def other_base(name: str, scheme: str = "home_office", *, counted: str = "charged") -> str:
    """The base to set beside a base: those decided beside all recorded, all recorded beside any other.

    Parameters
    ----------
    name
        Name of a base.
    scheme
        Whose outcome types: a scheme of data/reference/outcomes.csv.
    counted
        Name of the measure that is to be out of it.

    Returns
    -------
    str
        Name of the other base; "" where the outcomes do not tell it, or it leaves out whatever is counted.
    """
    other = BASES["with_outcome" if base(name).name == "recorded" else "recorded"]
    is_told = other.can_tell(scheme) and not nothing_left(measure(counted), other, scheme)
    return other.name if is_told else ""


def nothing_left(wanted: Measure, out_of: Base, scheme: str) -> str:
    """Why there is no share of a measure out of a base: this leaves out all that it counts.

    Parameters
    ----------
    wanted
        The measure.
    out_of
        The base.
    scheme
        Whose outcome types: a scheme of data/reference/outcomes.csv.

    Returns
    -------
    str
        What to tell whoever asks for it; "" where the base holds some of what is counted.

    Raises
    ------
    ParameterError
        Where the publisher's outcomes do not tell the base.

    Examples
    --------
    >>> nothing_left(measure("charged"), base("decided"), "home_office")
    ''
    >>> nothing_left(measure("undecided"), base("decided"), "home_office").partition(".")[0]
    "'undecided' counts only types that this base leaves out"
    """
    if wanted.codes(scheme) - out_of.leaves_out(scheme):
        return ""
    return f"'{wanted.name}' counts only types that this base leaves out. Ask for shares out of recorded cases."


def base(name: str) -> Base:
    """The base called ``name``.

    Parameters
    ----------
    name
        A name in ``BASES``, or in ``ALIASES``: "decided" is "with_outcome".

    Returns
    -------
    Base
        The base with its words.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    own_name = ALIASES.get(name, name)
    if own_name not in BASES:
        raise unknown("base", name, BASES, see="attrition list measures", also=ALIASES)
    return BASES[own_name]
