"""What makes a force differ, in sentences: the parts of its gap in order of size, and which are not established."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.endings import Caption
from analysis.presentation.numbers import distance
from analysis.presentation.wording import percent
from analysis.questions.difference.results import ENDED, ESTABLISHED, OPEN, SUSPECT, WHOLE, WITH, WITHOUT
from analysis.questions.difference.uncertainty import FEWEST, FEWEST_FORCES
from analysis.reference import measures
from analysis.safe_words import slug

_HARDLY = 0.0005  # what is printed as 0.0 points
_SMALL = 0.005  # half a point: a part under this that is not established has no sentence of its own


def reasons(parts: Protected, places: Protected, *, force: str) -> str:
    """Why the force differs from the others, largest part first; or why that is not worked out.

    Parameters
    ----------
    parts
        What ``difference`` gives, as it may be shown.
    places
        What ``compared`` of the same measure and base gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    str
        Sentences; "" where a share has one factor only, such as of decided cases with a suspect, or nobody else has a
        share.
    """
    only_protected(parts, places)
    if parts.table.empty:
        return _untold(places, force)
    rows = _parts(parts)
    clear, unclear = (rows[(rows["holds"] == ESTABLISHED) == is_clear] for is_clear in (True, False))
    sentences = [f"No part of the difference{_from_some(parts, places, force)} is established."]
    if len(clear):
        listed = "; ".join(f"{_what(row, parts)} ({_against(row)}: {_effect(row)})" for _, row in clear.iterrows())
        sentences = [f"What goes into the difference{_from_some(parts, places, force)}, largest first: {listed}."]
    large = unclear[unclear["part_share"].abs() >= _SMALL]
    sentences += [_doubtful(row, parts) for _, row in large.iterrows()]
    if len(large) < len(unclear):
        sentences.append(f"{'No other part' if len(clear) or len(large) else 'No part'} makes half a point.")
    if force in places.much_open:
        sentences.append("All this may change as open cases are decided.")
    return " ".join(sentences)


def _untold(places: Protected, force: str) -> str:
    """Why there are no parts."""
    table, by = places.table.dropna(subset=["share"]), places.by[0]
    own, others = table[table[by] == force], table[table[by] != force]
    is_single = places.about.base == "with_suspect" or places.about.measure == "undecided"
    if own.empty or others.empty or is_single:
        return ""
    if percent(float(own.iloc[0]["share"])) == percent(float(others["events"].sum() / others["cases"].sum())):
        return ""
    who, cases = wording.capital(wording.force_phrase(force)), int(own.iloc[0]["cases"])
    if cases < FEWEST:
        return (
            f"A difference of {wording.force_phrase(force)} is not split into parts: it has "
            f"{wording.plural(cases, 'case')}, and with "
            f"under {FEWEST} chance alone moves the parts of a difference too far."
        )
    if int((others["cases"] >= FEWEST).sum()) < FEWEST_FORCES:
        return (
            f"A difference of {wording.force_phrase(force)} is not split into parts: that needs {FEWEST_FORCES} other "
            f"forces with {FEWEST} cases or more, to know how far forces differ."
        )
    return f"{who} is not compared further: a number that this needs is absent, or there is one factor only."


def _from_some(parts: Protected, places: Protected, force: str) -> str:
    """Which forces the difference is from, where that is not every other one with a share."""
    table, split = places.table.dropna(subset=["share"]), int(_whole(parts)["rows"])
    others = int((table[places.by[0]] != force).sum())
    return "" if split == others else f" from the {split} other forces of which every number is known"


def _doubtful(row: pd.Series, parts: Protected) -> str:
    """A part that is not established, with both its intervals."""
    chance, differing = (_limits(row, name) for name in ("chance", "differing"))
    return (
        f"Not established as a part of it: {_what(row, parts)} ({_against(row)}). That would "
        f"{'add' if row['part_share'] > 0 else 'take'} {distance(row['part_share'])} points: {chance} by chance alone, "
        f"but {differing} if forces differ."
    )


def _limits(row: pd.Series, name: str) -> str:
    """An interval of a part: "0.9 to 2.7 up", "1.2 down to 4.9 up"."""
    low, high = float(row[f"low_{name}_share"]), float(row[f"high_{name}_share"])
    if low >= 0:
        return f"{distance(low)} to {distance(high)} up"
    if high <= 0:
        return f"{distance(high)} to {distance(low)} down"
    return f"{distance(low)} down to {distance(high)} up"


def _effect(row: pd.Series) -> str:
    """What a part makes: "3.0 points down"."""
    if abs(row["part_share"]) < _HARDLY:
        return "0.0 points"
    return f"{distance(row['part_share'])} points {'up' if row['part_share'] > 0 else 'down'}"


def _against(row: pd.Series) -> str:
    """The factor on either side."""
    here, there = float(row["here_share"]), float(row["there_share"])
    return f"{percent(here)} against {percent(there)}"


def _what(row: pd.Series, parts: Protected) -> str:
    """A factor that differs, as a clause: "more of its cases are still open"."""
    more = "more" if row["here_share"] > row["there_share"] else "fewer"
    if row["here_share"] == row["there_share"]:
        more = "as many"
    name, ended = str(row["part"]), measures.measure(parts.about.measure).ended
    if name == OPEN:
        return f"{more} of its cases are still open"
    if name == SUSPECT:
        return f"{more} of its decided cases have an identified suspect"
    kind = {WITH: " with a suspect", WITHOUT: " without a suspect", ENDED: ""}
    which = next(words for suffix, words in kind.items() if name.endswith(suffix))
    return f"{more} of its decided cases{which} {ended}"


def _whole(parts: Protected) -> pd.Series:
    return parts.table[parts.table["part"] == WHOLE].iloc[0]


def _parts(parts: Protected) -> pd.DataFrame:
    return parts.table[parts.table["part"] != WHOLE]


def _because(parts: Protected) -> str:
    """What makes the gap, of what is established: mainly where it is the largest such part and half of the gap."""
    whole, rows = _whole(parts), _parts(parts)
    if whole["low_chance_share"] <= 0 <= whole["high_chance_share"]:
        return ", which chance alone could explain"
    along = rows[rows["part_share"] * whole["part_share"] > 0]
    clear = along[along["holds"] == ESTABLISHED]
    if clear.empty:
        return "; no part of it is established"
    first = clear.iloc[0]
    is_main = first["part"] == along.iloc[0]["part"] and abs(first["part_share"]) * 2 >= abs(whole["part_share"])
    return f", {'mainly' if is_main else 'partly'} because {_what(first, parts)}"


def clauses(parts: Protected) -> list[str]:
    """Each part as a clause with a capital, in the order of its rows.

    Parameters
    ----------
    parts
        What ``difference`` gives, as it may be shown.

    Returns
    -------
    list[str]
        A clause for each part.
    """
    only_protected(parts)
    return [wording.capital(_what(row, parts)) for _, row in _parts(parts).iterrows()]


def caption(parts: Protected, *, force: str) -> Caption:
    """The words of the picture: what makes most of the gap, and every step.

    Parameters
    ----------
    parts
        What ``difference`` gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    Caption
        Title, subtitle, description and notes of the figure.
    """
    about = parts.about
    identity = slug(f"why-{about.measure}-differs")
    subtitle = f"{measures.measure(about.measure).short}: share of {wording.out_of(about)}, in percentage points."
    if parts.table.empty:
        text = "No difference is split here: too few cases, or one factor only."
        return Caption.of_nothing(identity, text, subtitle)
    whole, rows = _whole(parts), _parts(parts)
    side = "above" if whole["part_share"] > 0 else "below"
    title = f"{force}: {distance(whole['part_share'])} points {side} the other forces{_because(parts)}"
    steps = wording.listed(
        f"{_what(row, parts)}, {_effect(row)}{'' if row['holds'] == ESTABLISHED else ' (not established)'}"
        for _, row in rows.iterrows()
    )
    text = f"Steps from the share of the {int(whole['rows'])} other forces together, {percent(whole['there_share'])}, "
    text += f"to that of {wording.force_phrase(force)}, {percent(whole['here_share'])}: {steps}."
    notes = ("Hollow: not established, since it could be zero if forces differ.",)
    is_hollow = bool((rows["holds"] != ESTABLISHED).any())
    return Caption(identity, title, subtitle, text, notes if is_hollow else ())
