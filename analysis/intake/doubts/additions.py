"""What makes files doubtful beside the set that they are to be added to: other days, kinds of counts, or words.

Of the set its counts are left and no row, so that what was counted otherwise cannot be counted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from analysis.counts.counts import Counts
from analysis.counts.ledger import Warned
from analysis.errors import DataRefused
from analysis.intake.reading import Part, Reading
from analysis.intake.sets import Reduced
from analysis.reference.names import some_of
from analysis.reference.periods import day_name
from analysis.safe_words import safe

#: What a mapping says of words, by table of it, each word as it is looked up: ``Entry.words``.
Words = Mapping[str, Mapping[str, str]]
ANY = "*"  # what counts for a word that a table of a mapping does not name; "" for an empty cell
_TOGETHER = "Reduce all current files together, without --append."
_KINDS = {"lags": ("times to outcome", "outcome_date"), "features": ("counts by features", "features")}
_FEATURES = "features."  # what the tables of features begin with
_MOST = 5  # words that are named


def refuse_unlike(before: Reduced, reading: Reading, words: Words) -> None:
    """Refuse case files that cannot be added to a set as it was counted.

    Parameters
    ----------
    before
        The set as it stands, exact.
    reading
        What the new files hold.
    words
        What their mapping says of words.

    Raises
    ------
    DataRefused
        Where a part of the set would be of some cases alone, cases were followed to other days, or a word counts as
        something else.
    """
    name = before.ledger.name
    parts = {one.name.removeprefix(name).removeprefix("_"): one for one in before.sets}
    for kind, (what, key) in _KINDS.items():
        if (kind in parts) != (kind in reading.parts):
            who = f"These files have {what}, and set '{name}' has none"
            if kind in parts:
                who = f"Set '{name}' has {what}, and these files have none"
            raise DataRefused(f"{who} ({key} in the mapping): together they would be of some cases only. {_TOGETHER}")
    days = {entry.taken for entry in before.ledger.entries}
    if "lags" in parts and days != {reading.taken}:
        raise DataRefused(
            f"The cases of set '{name}' were followed to {_named(days)} and those of these files to "
            f"{_named([reading.taken])}: times to outcome are of cases that were followed to one day. Have all months "
            f"extracted anew, on one day. {_TOGETHER} Without outcome_date in the mapping, from the first file on, "
            "files of several days can be added."
        )
    for entry in before.ledger.entries:
        _refuse_other_meanings(name, entry.words, words)
    if "features" in parts:
        _refuse_other_features(name, parts["features"], reading.parts["features"], words)


def _refuse_other_features(name: str, held: Counts, new: Part, words: Words) -> None:
    """Refuse files with other features, and those without groups of which other words are rare."""
    if held.features.keys() != new.features.keys():
        raise DataRefused(
            f"Set '{name}' is counted by {', '.join(held.features)}, and these files by {', '.join(new.features)}: "
            f"together they would be of some cases only. {_TOGETHER}"
        )
    for feature in new.features:
        if not _is_grouped(words, f"{_FEATURES}{feature}"):
            _refuse_other_words(name, feature, set(held.table[feature].astype(str)), new, words)


def _refuse_other_meanings(name: str, before: Words, words: Words) -> None:
    """Refuse a mapping under which a word counts as something else than it did."""
    for table in sorted(before.keys() & words.keys()):
        what = f"[{table}] is grouped otherwise"
        is_feature = table.startswith(_FEATURES)
        if not is_feature or _is_grouped(before, table) == _is_grouped(words, table):
            changed = _changed(before[table], words[table])
            if not changed:
                continue
            what = f"{some_of(changed, _MOST)} in [{table}] counts as something else"
        raise DataRefused(
            f"The mapping is not the one that set '{name}' was counted under: {what}. Added, the same words would "
            f"count in two ways. {_TOGETHER}"
        )


def _changed(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The words of a table, as a message names them, that meant something else before."""
    meanings = ((word, then.get(word, then.get(ANY)), now.get(word, now.get(ANY))) for word in {*then, *now} - {ANY})
    changed = sorted(word for word, before, after in meanings if before and after and before != after)
    return [f"'{safe(word)}'" if word else "an empty cell" for word in changed]


def _is_grouped(words: Words, table: str) -> bool:
    """Whether a table names words at all: of a feature without groups each word is a category."""
    return bool(words.get(table, {}).keys() - {ANY, ""})


def _refuse_other_words(name: str, feature: str, held: set[str], new: Part, words: Words) -> None:
    """Refuse to add where a word is a category in one and among those of few cases in the other."""
    said = words.get(f"{_FEATURES}{feature}", {})
    few, blank = said.get(ANY, ""), said.get("", "")
    found = set(new.table[feature].astype(str))
    listed = {one: each - {few, blank} for one, each in (("held", held), ("found", found))}
    if (few in found and listed["held"] - listed["found"]) or (few in held and listed["found"] - listed["held"]):
        raise DataRefused(
            f"Feature '{feature}' has no groups in the mapping, so that words of few cases are one category, of each "
            f"reading by itself. In set '{name}' they are other words than in these files: added, a word would be "
            f"counted in part. Put its words into [features.{feature}.groups]. {_TOGETHER}"
        )


def warned(days: Iterable[str]) -> tuple[Warned, ...]:
    """What to beware of where files of several days stand in one set.

    Parameters
    ----------
    days
        The day of each extract, as "2025-03-31".

    Returns
    -------
    tuple[Warned, ...]
        Nothing where all were of one day.
    """
    several = set(days)
    if len(several) < 2:
        return ()
    text = (
        f"The extracts are of {len(several)} days, {_named(several)}. A case stands as it did on the day of its own "
        "extract: what became of it since is not counted, and months that were extracted soon after have more cases "
        "that are not yet decided. One whose month, force or number was corrected since may stand twice, or not at all."
    )
    return (Warned("", "several extracts", text),)


def followed(days: Iterable[str]) -> str:
    """To when cases were followed, as a note on a set.

    Parameters
    ----------
    days
        The day of each extract, as "2025-03-31".

    Returns
    -------
    str
        A clause without a full stop.
    """
    several = set(days)
    until = _named(several) if len(several) == 1 else f"the day of the extract that they are of, {_named(several)}"
    return f"Followed to {until}; a case without an outcome by then is undecided"


def _named(days: Iterable[str]) -> str:
    """One day, or the first and the last of several."""
    several = sorted(set(days))
    return " to ".join(day_name(date.fromisoformat(day)) for day in dict.fromkeys((several[0], several[-1])))
