"""Words from numbers: the only place where a share becomes a percentage and a result becomes a sentence.

Every sentence is built from a Protected, says what is counted and out of what, and names an absence instead of
printing a number for it.

The words that a report uses in a sense of its own, explained once: they end every page and make docs/glossary.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from analysis.disclosure import Policy, Protected, only_protected
from analysis.errors import ParameterError
from analysis.reference import measures, reference
from analysis.reference.names import in_sentence
from analysis.reference.periods import Period, in_months, labelled, spanned
from analysis.shares.differences import Side, Two, rest_of, side
from analysis.shares.rates import About

#: What every page made from case files says, and what it says in place of a licence.
RESTRICTED = (
    "Restricted: made from case files about real people; not for publication. Keep it where only those can read it "
    "whom the owner of the case files allows, and do not pass it on."
)
NO_LICENCE = "No licence goes with this: it may be used only as the owner of the case files allows."
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
#: What a report says that was made with --draft, or exported by hand, on every page.
DRAFT = "Draft: made from a notebook that was not checked against the rules of reports. Not for publication; "
DRAFT += "quote no figure."
VAGUE = 0.2  # an interval wider than this, 20 percentage points, is no answer
#: Types of crime of data.police.uk in which stalking is counted with much else.
_ASKED = {"other": "beside", "group": "and against"}  # parameters of another word than their name
_HOLD_STALKING = ("Violence and sexual offences", "Violent crime")
MANY_OPEN = "over a tenth of the cases recorded have no outcome yet"  # open_cases.MUCH_OPEN, in words
_ANCHORS = {
    0.1: "1 in 10",
    0.2: "1 in 5",
    0.25: "a quarter",
    0.3: "3 in 10",
    1 / 3: "a third",
    0.4: "4 in 10",
    0.5: "half",
    0.6: "6 in 10",
    2 / 3: "two thirds",
    0.7: "7 in 10",
    0.75: "three quarters",
    0.8: "8 in 10",
    0.9: "9 in 10",
}


@dataclass(frozen=True)
class Line:
    """A share to compare with, and its name. ``share`` is missing where it may not be shown.

    ``low`` and ``high`` are the interval of a computed share, or what a printed percentage may be rounded from.
    ``counted`` holds the events and cases of a computed share, which others are tested against; ``is_of_forces`` where
    these are of several forces together, so that a force is a part of them.
    """

    share: float | None
    name: str
    low: float | None = None
    high: float | None = None
    is_printed: bool = False
    counted: tuple[int, int] | None = None
    is_of_forces: bool = False

    @property
    def lower(self) -> float:
        """The lower end of the line."""
        return self.low if self.low is not None else self.share or 0.0

    @property
    def upper(self) -> float:
        """The upper end of the line."""
        return self.high if self.high is not None else self.share or 0.0


def percent(share: float, *, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage: 0.4533 is "45.3%".

    Never "0%" for something that happened, never "100%" for something that once did not.

    Parameters
    ----------
    share
        0 to 1.
    decimals
        How many decimals.

    Returns
    -------
    str
        The percentage with its sign.

    Examples
    --------
    >>> percent(0.4533), percent(0.0002)
    ('45.3%', 'under 0.1%')
    """
    if share in (0, 1):
        return "100%" if share else "0%"
    step, percentage = Decimal(1).scaleb(-decimals), rounded(share * 100, decimals=4)
    if percentage < step / 2:
        return f"under {step}%"
    if percentage >= 100 - step / 2:
        return f"over {100 - step}%"
    return f"{rounded(percentage, decimals=decimals)}%"


def percents(least: float, most: float) -> str:
    """Two shares as the ends of a range: "40.0% to 45.0%", and one where the two are printed alike.

    Parameters
    ----------
    least, most
        0 to 1.

    Returns
    -------
    str
        The percentages with their signs.

    Examples
    --------
    >>> percents(0.4, 0.45), percents(0.4, 0.4002)
    ('40.0% to 45.0%', '40.0%')
    """
    return " to ".join(dict.fromkeys((percent(least), percent(most))))


def rounded(number: float | Decimal, *, decimals: int) -> Decimal:
    """A number to some decimals, halves away from zero, from the six that a record holds.

    A spreadsheet that is given the number of a record shows the same digits: 6.25 is 6.3, not 6.2.

    Parameters
    ----------
    number
        A number.
    decimals
        How many decimals to keep.

    Returns
    -------
    Decimal
        The rounded number.

    Examples
    --------
    >>> rounded(6.25, decimals=1)
    Decimal('6.3')
    """
    decimal = Decimal(f"{number:.6f}")
    return decimal.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def interval(low: float, high: float) -> str:
    """A 95% interval in words: "44.4% to 46.2%".

    Parameters
    ----------
    low
        The lower limit, 0 to 1.
    high
        The upper limit, 0 to 1.

    Returns
    -------
    str
        Two percentages.

    Examples
    --------
    >>> interval(0.444, 0.462)
    '44.4% to 46.2%'
    """
    return f"{percent(low)} to {percent(high)}"


def plain_share(share: float) -> str:
    """A share as a person would say it: "about half", "more than 4 in 10", "nearly 7 in 10", "under 1 in 20".

    Parameters
    ----------
    share
        0 to 1.

    Returns
    -------
    str
        A phrase without a figure of more than two digits.

    Examples
    --------
    >>> plain_share(0.68)
    'nearly 7 in 10'
    """
    named = [words for anchor, words in _ANCHORS.items() if abs(share - anchor) < 0.0125]
    tenths = int(share * 10)
    is_nearly = share * 10 - tenths > 0.7
    if share in (0, 1):
        words = "all" if share else "none"
    elif named:
        words = f"about {named[0]}"
    elif share < 0.1 or share > 0.95:
        words = "under 1 in 20" if share < 0.05 else "under 1 in 10" if share < 0.1 else "more than 19 in 20"
    elif tenths == 5 or (tenths == 4 and is_nearly):
        words = "nearly half" if is_nearly and tenths == 4 else "more than half"
    else:
        words = f"nearly {tenths + 1} in 10" if is_nearly else f"more than {tenths} in 10"
    return words


def number(count: int) -> str:
    """A count in running text: figures with commas, but "no" and "one" in words.

    Parameters
    ----------
    count
        A number of cases or of other things, 0 or more.

    Returns
    -------
    str
        The count as a sentence has it.

    Examples
    --------
    >>> number(0), number(5363)
    ('no', '5,363')
    """
    return ("no", "one")[count] if count in (0, 1) else f"{count:,}"


def plural(count: int, singular: str, several: str = "") -> str:
    """A count and its noun: "one force", "44 forces".

    Parameters
    ----------
    count
        How many.
    singular
        The noun of one.
    several
        The noun of several; the singular with an s unless given.

    Returns
    -------
    str
        Count and noun.

    Examples
    --------
    >>> plural(44, "force")
    '44 forces'
    """
    return f"{number(count)} {singular if count == 1 else several or singular + 's'}"


def agree(count: int, singular: str, several: str) -> str:
    """A verb that agrees with its number: "lies" of one, "lie" of none and of several.

    Parameters
    ----------
    count
        How many.
    singular
        The verb of one.
    several
        The verb of none and of several.

    Returns
    -------
    str
        One of the two verbs.

    Examples
    --------
    >>> agree(1, "lies", "lie")
    'lies'
    """
    return singular if count == 1 else several


def listed(words: Iterable[str]) -> str:
    """A list as a sentence has it: "a, b and c".

    Parameters
    ----------
    words
        What is listed, in order.

    Returns
    -------
    str
        The list; "" of nothing.

    Examples
    --------
    >>> listed(["Essex", "Kent", "Surrey"])
    'Essex, Kent and Surrey'
    """
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def capital(sentence: str) -> str:
    """A sentence with a capital first letter and nothing else changed.

    Parameters
    ----------
    sentence
        A sentence or phrase.

    Returns
    -------
    str
        The same with a capital.

    Examples
    --------
    >>> capital("victim withdrew")
    'Victim withdrew'
    """
    return sentence[:1].upper() + sentence[1:]


def force_phrase(place: str) -> str:
    """A force, or several, inside a sentence: "the Metropolitan Police", "Kent Police", "the police forces of Wales".

    "2 forces (Essex, Kent)" is "2 police forces (Essex, Kent)", "all 44 forces" is "all 44 police
    forces of England and Wales", and of "40 of 44 forces" it is said of which. Forces that a reader put together are
    "the police forces of Essex and Kent", under a name "the police forces of Eastern (Essex, Norfolk and Suffolk)".

    Parameters
    ----------
    place
        A force, or several, as ``Counts.place`` has it.

    Returns
    -------
    str
        The phrase, without a capital.

    Examples
    --------
    >>> force_phrase("Kent"), force_phrase("Metropolitan Police")
    ('Kent Police', 'the Metropolitan Police')
    """
    if reference.is_group(place):
        return _group_phrase(place)
    if re.match(r"(all |\d+ of )\d+ forces$", place):
        return place.replace("of ", "of the ").replace("forces", "police forces of England and Wales")
    if re.match(r"\d+ forces", place):
        return place.replace("forces", "police forces", 1)
    if place in reference.NATIONS:
        return f"the police forces of {place}"
    return within(place) if place.endswith("Police") else f"{place} Police"


def within(force: str) -> str:
    """A force by its name alone, inside a sentence.

    Parameters
    ----------
    force
        As ``Counts.place`` has it.

    Returns
    -------
    str
        Its name, with an article where it has one.

    Examples
    --------
    >>> within("Kent"), within("Metropolitan Police")
    ('Kent', 'the Metropolitan Police')
    """
    return f"the {force}" if force.endswith("Police") else force


def place_name(place: str) -> str:
    """A force, or several, as a label: all of them are "England and Wales", some are so many of them.

    Those that a reader put together are "Essex and Kent", or "Eastern" if that is what they are called.

    Parameters
    ----------
    place
        A force, or several, as ``Counts.place`` has it.

    Returns
    -------
    str
        The label.

    Examples
    --------
    >>> place_name("all 44 forces")
    'England and Wales'
    """
    if reference.is_group(place):
        return reference.label_of(place)
    return "England and Wales" if place.startswith("all ") else place.replace("forces", "police forces", 1)


def _group_phrase(place: str) -> str:
    """Forces that a reader put together, inside a sentence: a few by their names, many by their number."""
    members, group = reference.forces_of(place), reference.group_of(place)
    if len(members) > reference.FEW_FORCES:
        return f"{'the ' if group else ''}{len(members)} police forces{f' of {group}' if group else ''}"
    named = reference.places_in_words(members)
    if not group and any(member.endswith("Police") for member in members):  # which is no place
        return reference.places_in_words(map(force_phrase, members))
    return f"the police forces of {f'{group} ({named})' if group else named}"


def titled(question: str, *, crime: str, force: str = "") -> str:
    """The title of a report: a question, with the force that it is about and, where that is not stalking, the crime.

    ``{force}`` in the question becomes the name of the force; London's is "London", as the reviews call it.

    Parameters
    ----------
    question
        The question of a notebook.
    crime
        What counts call their crime; "" where nobody says.
    force
        The force that the report is about; "" for none.

    Returns
    -------
    str
        The title.

    Examples
    --------
    >>> titled("How do cases end in {force}?", crime="Stalking", force="Kent")
    'How do cases end in Kent?'
    """
    sentence = question.replace("{force}", "London" if force == "Metropolitan Police" else place_name(force))
    if crime in ("", reference.offences()["8Q"]):
        return sentence
    sentence = sentence[:1].lower() + sentence[1:]  # a question, which begins with no name
    if holds_stalking(crime):
        every = "all " if crime in _HOLD_STALKING else ""
        return f"Not stalking alone but {every}{in_sentence(crime)}: {sentence}"
    return f"{crime}: {sentence}"


def holds_stalking(crime: str) -> bool:
    """Whether stalking is counted among much else in what counts call their crime (``Counts.crime``).

    Parameters
    ----------
    crime
        An offence or crime type by its name.

    Returns
    -------
    bool
        False of stalking itself.

    Examples
    --------
    >>> holds_stalking("Stalking")
    False
    """
    is_among = "stalking" in re.split(r"\W+", crime.casefold()) and crime != reference.offences()["8Q"]
    return crime in _HOLD_STALKING or is_among or bool(re.match(r"\d+ offences$|all crime ", crime))


def time_phrase(period: str) -> str:
    """A period inside a sentence: "in 2024/25", "from April to June 2024".

    Parameters
    ----------
    period
        A period by its label.

    Returns
    -------
    str
        The phrase.

    Examples
    --------
    >>> time_phrase("April to June 2024")
    'from April to June 2024'
    """
    return f"{'from' if ' to ' in period else 'in'} {period}"


def _cases_phrase(offence: str) -> str:
    """What a case is called: "stalking cases", "cases of rape of a female aged 16 and over"."""
    name = in_sentence(offence)
    if not name:
        return "cases"
    return f"{name} cases" if len(name.split()) == 1 else f"cases of {name}"


def cases_of(about: About) -> str:
    """What the cases of a result are called; made-up ones are called so wherever the sentence goes.

    Parameters
    ----------
    about
        What a result counts: its measure and base, of whom and when.

    Returns
    -------
    str
        The phrase, in the plural.
    """
    return f"{'made-up ' if about.sensitivity == 'synthetic' else ''}{_cases_phrase(about.offence)}"


def closed(about: About) -> str:
    """What ends the phrase of a base within a sentence: a comma after one that has a comma itself.

    Parameters
    ----------
    about
        What a result is about.

    Returns
    -------
    str
        "," or "".
    """
    return "," if "," in measures.base(about.base).phrase else ""


def of_base(about: About) -> str:
    """What stands before a sentence on cases that are not all that were recorded: "of decided cases, ".

    Parameters
    ----------
    about
        What a result is about.

    Returns
    -------
    str
        The words, with a comma; "" of all recorded cases.
    """
    return "" if about.base == "recorded" else f"of {measures.base(about.base).short}, "


def out_of(about: About) -> str:
    """The base in words: "stalking cases recorded by Kent Police in 2024/25 and since decided".

    Parameters
    ----------
    about
        What a result counts: its measure and base, of whom and when.

    Returns
    -------
    str
        The phrase, as it follows "of".
    """
    return _out_of(about, cases_of(about))


def out_of_so_many(number: int, about: About) -> str:
    """The base in words with how many it holds: "1 stalking case recorded by Kent Police in 2024/25".

    Parameters
    ----------
    number
        The cases of the base.
    about
        What a result counts: its measure and base, of whom and when.

    Returns
    -------
    str
        The phrase, as it follows "of".
    """
    cases = cases_of(about)
    if number == 1:
        cases = re.sub(r"cases\b", "case", cases, count=1)
    return f"{number:,} {_out_of(about, cases)}"


def _out_of(about: About, cases: str) -> str:
    return measures.base(about.base).phrase.format(
        cases=cases, who=force_phrase(about.place), when=time_phrase(about.period)
    )


#: How cases are narrowed to one row of shares that were taken by something.
_NARROWED = {"force": "force", "offence_name": "offence", "month": "period", "quarter": "period"}


def the_one(protected: Protected) -> pd.Series:
    """The row of a share that stands alone: what a sentence, a headline or a key figure speaks of.

    Its words name the place and period of all cases, which would be wrong of one row of several.

    Parameters
    ----------
    protected
        A share of one row.

    Returns
    -------
    pd.Series
        The row.

    Raises
    ------
    ParameterError
        For several shares, or none: with how to come to one.
    """
    only_protected(protected)
    if len(protected.table) == 1:
        return protected.table.iloc[0]
    by = protected.by[0]
    how = (
        f'Leave out by="{by}" for all cases together, or narrow them first: cases.select({_NARROWED[by]}=…).'
        if by in _NARROWED
        else "All of them are in the table; rates(cases, measure) gives the share of one ending."
    )
    raise ParameterError(f"A sentence or a key figure is about one share, and these are {len(protected.table)}. {how}")


def share_sentence(protected: Protected) -> str:
    """The one sentence of a one-row result: count, base, share, and how the cases ended.

    Parameters
    ----------
    protected
        A share of one row.

    Returns
    -------
    str
        A sentence, or why no share can be given.

    Raises
    ------
    ParameterError
        For several shares.
    """
    row = the_one(protected)
    about = protected.about
    base, ended = out_of(about), measures.measure(about.measure).ended
    if row["state"] == "not_received" and about.lacking:
        counted = "" if pd.isna(row["events"]) else f" {plural(int(row['events']), 'case')} {ended}."
        return f"No share can be given of {base}: {lacking(about)}.{counted}"
    if row["state"] == "not_received":
        return f"No figures were received for {base}."
    if row["state"] == "not_applicable":
        return f"There were no {base}, so there is no share to give."
    if row["state"] == "unreliable":
        of_people = f"Most or all of the {base}{closed(about)} {ended}. As rounded, that is more than there are."
        published = f"Of {base} some outcome is published with a count below zero, so no share is given."
        return of_people if about.is_released else published
    if row["state"] == "suppressed":
        return f"Too few of the {base}{closed(about)} {ended}, or did not, for the number to be shown."
    counted = f"{row['events']:,} of {out_of_so_many(row['cases'], about)} ({percent(row['share'])})"
    return f"{counted}{closed(about)} {ended}.{_still_open(protected)}"


def _still_open(protected: Protected) -> str:
    """That many cases of a one-row result are still open, with the share of those decided where that is another."""
    if str(protected.table.iloc[0][protected.by[0]]) not in protected.much_open:
        return ""
    row = protected.noted.iloc[0]
    sentence = f" {capital(MANY_OPEN)}, so this says little yet"
    decided = row.get("of_decided_share", pd.NA)
    if pd.isna(decided):
        return f"{sentence}."
    # of numbers that are each rounded, those decided are not to a tenth what recorded less open ones are
    share = f"about {percent(float(decided), decimals=0)}" if protected.policy.smallest else percent(float(decided))
    return f"{sentence}: of those decided, {share} did."


def own_words(about: About) -> list[str]:
    """What a table or figure says of words that a reader chose: whose definition it is, and which forces are meant.

    Parameters
    ----------
    about
        What a result counts: its measure and base, of whom and when.

    Returns
    -------
    list[str]
        Sentences; none where a reader chose nothing.
    """
    said = [measures.measure(about.measure).whose] if measures.is_own(about.measure) else []
    members = reference.forces_of(about.place) if reference.is_group(about.place) else []
    if len(members) > reference.FEW_FORCES:
        said.append(f"The {len(members)} police forces: {reference.places_in_words(members)}.")
    return said


def cut_quarters(about: About, quarters: Iterable[str]) -> list[str]:
    """Which quarters are counted in part alone: the first and the last, where figures begin or end within them.

    Parameters
    ----------
    about
        What a result counts: its measure and base, of whom and when.
    quarters
        What a table labels its rows with: quarters, each once or more, and perhaps something else.

    Returns
    -------
    list[str]
        A sentence for each; none where all are whole.
    """
    held, said = spanned(about.period), []
    for name, told in {str(each): in_months(str(each)) for each in quarters}.items():
        whole = labelled(name) if told != name else held
        part = Period(max(whole.first, held.first), min(whole.last, held.last))
        if whole != part and part.first < part.last:
            said.append(f"Of {told} only {part.label} is counted.")
    return said


def lacking(about: About) -> str:
    """Which outcome types of the base did not arrive: "outcome types 0 and 18 did not arrive, so not all of …".

    Parameters
    ----------
    about
        What a result counts: its measure and base, of whom and when.

    Returns
    -------
    str
        A clause.
    """
    return f"outcome {reference.types_label(about.lacking)} did not arrive, so not all of its cases are included"


def opening(protected: Protected) -> str:
    """The answer in words before the numbers: "About half of stalking cases ended because the victim withdrew.\"

    Parameters
    ----------
    protected
        A share of one row.

    Returns
    -------
    str
        A sentence; "" where no share can be shown.

    Raises
    ------
    ParameterError
        For several shares.
    """
    row, about = the_one(protected), protected.about
    if row["state"] != "shown":
        return ""
    ended, who = measures.measure(about.measure).ended, cases_there(about)
    if str(row[protected.by[0]]) in protected.much_open:
        return f"Too many {who} are still open to say how they end."
    if row["high"] - row["low"] > VAGUE:
        return f"{capital(plural(row['cases'], 'case'))} {'is' if row['cases'] == 1 else 'are'} too few to say much."
    share = plain_share(row["share"])
    joint = "" if re.search(r"in \d+$", share) else "of the " if share in ("none", "all") else "of "
    return capital(f"{of_base(about)}{share} {joint}{who} {ended}.")


def cases_there(about: About) -> str:
    """The cases of a place, for a sentence that can be quoted alone: "stalking cases in England and Wales".

    Parameters
    ----------
    about
        What is known of a result.

    Returns
    -------
    str
        The phrase, as "stalking cases recorded by Kent Police" for a force.
    """
    is_every = about.place.startswith("all ")
    where = f"in {place_name(about.place)}" if is_every else f"recorded by {force_phrase(about.place)}"
    return f"{cases_of(about)} {where}"


def line(protected: Protected, name: str) -> Line:
    """The share of a one-row result as a line to compare others with, with the cases behind it.

    Parameters
    ----------
    protected
        A share of one row.
    name
        What the line is called.

    Returns
    -------
    Line
        The share, its interval and its counts; no share where it is not shown.

    Raises
    ------
    ParameterError
        For several shares.
    """
    row = the_one(protected)
    if pd.isna(row["share"]):
        return Line(None, name)
    counted = int(row["events"]), int(row["cases"])
    place = protected.about.place
    is_of_forces = place.endswith(" forces") or place in reference.NATIONS or reference.is_group(place)
    return Line(
        float(row["share"]),
        name,
        float(row["low"]),
        float(row["high"]),
        counted=counted,
        is_of_forces=is_of_forces,
    )


def pair(row: pd.Series, line: Line, *, is_force: bool) -> Two | None:
    """A row and what a computed line stands for, to be tested: a force against all the others where it is one of them.

    None where a number is absent, or no rest is left.

    Parameters
    ----------
    row
        One row of a table of shares.
    line
        A share to compare with, and what it is called.
    is_force
        Whether the row is a force.

    Returns
    -------
    Two | None
        Events and cases of both, to be tested.
    """
    if line.counted is None or pd.isna(row["events"]) or pd.isna(row["cases"]) or not int(row["cases"]):
        return None
    events, cases = int(row["events"]), int(row["cases"])
    if not 0 <= events <= cases:
        return None
    return (
        rest_of(events, cases, whole=line.counted)
        if is_force and line.is_of_forces
        else Two(events, cases, *line.counted)
    )


def against(row: pd.Series, line: Line, *, is_force: bool = False) -> str:
    """A share against a line: "above all forces together", "not clearly different from …"; "" where none can be told.

    Against a printed share by the interval, since nothing is known of how that would move by chance; against a computed
    one by a test of the difference, from all others where the row is one of those that the line is made of.

    Parameters
    ----------
    row
        One row of a table of shares.
    line
        A share to compare with, and what it is called.
    is_force
        Whether the row is a force.

    Returns
    -------
    str
        A phrase.
    """
    where: Side = ""
    if line.is_printed:
        where = "above" if row["low"] > line.upper else "below" if row["high"] < line.lower else "level"
    elif (two := pair(row, line, is_force=is_force)) is not None:
        where = side(two)
    return stands(where, line.name)


def stands(where: Side, name: str) -> str:
    """How a share compares with another, in words.

    Parameters
    ----------
    where
        "above", "below", "level", or "" where it cannot be told.
    name
        What it is compared with.

    Returns
    -------
    str
        A phrase; "" where it cannot be told.

    Examples
    --------
    >>> stands("level", "all forces together")
    'not clearly different from all forces together'
    """
    if not where:
        return ""
    return f"not clearly different from {name}" if where == "level" else f"{where} {name}"


def beside(result: Protected, other: Protected, *, name: str) -> str:
    """How one share lies against another, in a sentence that mentions uncertainty and says no cause.

    By a test of the difference; one force is tested against all the others where the other share is that of all.

    Parameters
    ----------
    result
        A share of one row.
    other
        The share of one row to set beside it.
    name
        What the other is called.

    Returns
    -------
    str
        A sentence; "" where the two cannot be compared.

    Raises
    ------
    ParameterError
        For several shares.
    """
    a, b = the_one(result), the_one(other)
    if result.about.place == other.about.place or a["state"] != "shown" or b["state"] != "shown":
        return ""
    if max(a["high"] - a["low"], b["high"] - b["low"]) > VAGUE or result.much_open or other.much_open:
        return ""
    position = against(a, line(other, name), is_force=True)
    if not position or position.startswith("not"):
        return (
            f"That is {position} ({percent(b['share'])}): chance alone could explain the difference."
            if position
            else ""
        )
    points = abs(a["share"] - b["share"]) * 100
    where = "more" if a["share"] > b["share"] else "less"
    size = f"about {plural(round(points), 'percentage point')}" if points >= 1 else "under one percentage point"
    return f"That is {size} {where} than {name} ({percent(b['share'])})."


def policy_note(policy: Policy) -> str:
    """What disclosure control did, once.

    Parameters
    ----------
    policy
        A rule of what may be shown.

    Returns
    -------
    str
        A sentence without its full stop.
    """
    return f"Disclosure control: {policy.name}"


def asked(parameters: Mapping[str, object]) -> str:
    """What a notebook was asked, in the words of its parameters; an empty one is left out.

    Parameters
    ----------
    parameters
        Values by name.

    Returns
    -------
    str
        A piece for each, semicolons between them.

    Examples
    --------
    >>> asked({"counts": "latest", "force": "Essex", "other": "Kent", "crime_type": "all", "group": ""})
    'counts latest; force Essex; beside Kent; crime type all'
    """
    named = ((_ASKED.get(name, name.replace("_", " ")), value) for name, value in parameters.items())
    return "; ".join(f"{word} {value}" for word, value in named if value != "")


def source_line(about: About) -> str:
    """Where the numbers of a figure or table come from, short; the files and their checksums end the report.

    Parameters
    ----------
    about
        What a result counts: its measure and base, of whom and when.

    Returns
    -------
    str
        A sentence.
    """
    return f"Source: {about.source}."


TERMS = {
    "Case": "one recorded crime. One victim may stand behind several.",
    "Withdrew": "the police recorded outcome type 14 or 16: the victim does not support further action.",
    "No further action": "the police recorded outcome type 10, 15, 18 or 21: closed although the victim had not "
    "withdrawn.",
    "Outcome type": "the Home Office's number for how an investigation ended. Every force uses the same list.",
    "Out of": "the cases that a share is taken of. The same number of withdrawals is a larger share of fewer cases.",
    "All recorded cases": "every case recorded in the period, however it ended, including those still open.",
    "Decided cases": "recorded cases that have an outcome; those still open are left out.",
    "Decided cases with a suspect": "decided cases in which the police identified somebody.",
    "Had ended by": "the share of all cases, including open ones, each counted for as long as it was followed.",
    "No ending on record": "the police or the publisher gave no outcome; most such cases are open, some may not be.",
    "Months after recording": "calendar months after the one in which the case was recorded, which is month 0.",
    "95% interval": "how far a share of this size might move by chance alone. It leaves out differences in recording.",
    "Bounds": "the least and the greatest share that is possible: if no undecided case ends so, and if all do.",
    "Edition": "the publisher's tables as published in one month. Later ones include more outcomes of the same cases.",
    "Ways of counting": "the combinations of a reading, a base and a year that the words of a printed figure allow.",
    "Reproduced": "the table that a figure names as its source gives it, printed counts to the case.",
    "Consistent with the figures": "some way of counting gives what was printed. It may be chance.",
    "Not matched by any reading": "ways of counting are held, none gives the figure and none allows for it.",
    "Phase": "a stretch of time in which the counting is not known to have changed. Compare within it only.",
    "Limits": "how far from the mean a force or a period may be by chance, or with an allowance for more.",
    "Signal": "a figure that chance alone would rarely produce. It says where to ask, not why.",
    "Chance": "how far figures differ when nothing real differs, as two throws of the same dice do.",
    "Leaving chance out": "a share moved towards the mean of all forces, by more where cases are few.",
    "Typical force": "where forces lie on average, each counting about alike; not the share of all their cases.",
    "Established": "so at the 95% level even if the other forces had been different ones like them, which is "
    "stricter than chance alone.",
    "Rank": "a place in the order of shares, 1 being the lowest. It does not measure how good the work is.",
    "Not clearly different": "a test finds that chance alone could explain the difference. Whether intervals "
    "overlap is not such a test.",
    "Defendants": "people whom courts dealt with, each under the gravest offence. They are not cases of the police.",
    "Lower quartile": "the share that a quarter of the forces are at or below.",
    "Percentage points": "the difference between two shares, taken before they are rounded: 45% is 5 points more "
    "than 40%.",
    "Other features being equal": "compared among cases alike in every other feature, as far as a regression can.",
    "Odds ratio": "the odds of one category over those of another; odds are cases that ended so for each that did not.",
}
