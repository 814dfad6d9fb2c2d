"""The figures of police forces that reports in a folder show, gathered into pictures of the country.

Only numbers that a report shows come in here, read from its results.json, so nothing goes round disclosure control.
All figures of a picture count the same cases out of the same base; made-up cases are never among them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.presentation import wording
from analysis.publishing.index import catalogue
from analysis.publishing.index.catalogue import Entry
from analysis.reference import measures, reference
from analysis.shares import open_cases
from analysis.shares.rates import About

_LABELS = {"force", "state", "openness"}
_NUMBERS = {"events", "cases", "share", "low", "high"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Figure:
    """One row that a report shows: its counts, share and interval, or the state that says why it has none."""

    state: str
    events: int | None
    cases: int | None
    share: float | None
    low: float | None
    high: float | None
    entry: Entry
    is_much_open: bool = False
    of_decided_share: float | None = None

    @property
    def is_few(self) -> bool:
        """Whether its interval is too wide for the share to say much."""
        return self.share is not None and self.high is not None and self.high - (self.low or 0) > wording.VAGUE


@dataclass(frozen=True)
class Picture:
    """What one measure looks like over the country: a figure for each force that has one, and for several together.

    ``together`` has those of all forces and of the nations, by what they are called, where a report gives them.
    """

    about: About
    figures: dict[str, Figure]
    together: dict[str, Figure] = field(default_factory=dict)
    asked: int = 0

    @property
    def all_together(self) -> Figure | None:
        """The figure of all forces together."""
        return self.together.get(reference.EVERYWHERE)

    def of(self, forces: Collection[str]) -> Picture:
        """The same for some of the forces.

        Parameters
        ----------
        forces
            The names of the forces.

        Returns
        -------
        Picture
            A copy.
        """
        return replace(self, figures={force: figure for force, figure in self.figures.items() if force in forces})

    @property
    def told(self) -> list[Figure]:
        """The figures that have a share to compare: a narrow interval, and not many cases still open."""
        with_share = (figure for figure in self.figures.values() if figure.share is not None)
        return [figure for figure in with_share if not figure.is_few and not figure.is_much_open]


def pictures(entries: Iterable[Entry], out: Path) -> list[Picture]:
    """A picture for each measure that some report shows force by force, in the order of the catalogue of measures.

    Of several combinations of base, offence and period it is the one with most forces, then one of stalking alone, then
    one with a figure of all of them together, then one that a report about all of them shows side by side, then that
    with most reports, then that of the latest and longest period. When they were made says nothing.

    Parameters
    ----------
    entries
        The reports of a place.
    out
        The place.

    Returns
    -------
    list of Picture
        Each measure at most once.
    """
    alike: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.made_at and not entry.is_synthetic and "results.json" in entry.forms.values():
            rest = {name: value for name, value in entry.parameters.items() if name != "force"}
            alike.setdefault((entry.notebook, json.dumps(rest, sort_keys=True)), []).append(entry)
    candidates: dict[str, list[Picture]] = {}
    for group in alike.values():
        for name, picture in _of_group(group, out).items():
            candidates.setdefault(name, []).append(picture)
    best = {name: max(several, key=_fullness) for name, several in candidates.items()}
    return [best[name] for name in measures.MEASURES if name in best]


@dataclass(frozen=True)
class Offence:
    """An offence of which some report gives a figure: where, and what it says; ``words`` are those it is found by."""

    name: str
    words: str
    link: str
    sentence: str


def by_offence(entries: Iterable[Entry], out: Path) -> list[Offence]:
    """Every offence that the reports here set side by side, and where; of several reports the one of all forces.

    One report of each question is asked, of the latest period, the measure that stands first in the catalogue first.

    Parameters
    ----------
    entries
        The reports of a place.
    out
        The place.

    Returns
    -------
    list of Offence
        In order of their names.
    """
    able = [
        entry
        for entry in entries
        if entry.made_at and not entry.is_synthetic and "results.json" in entry.forms.values()
    ]
    forces = reference.forces()
    able.sort(key=lambda entry: catalogue.span_in(entry.folder).split("_")[::-1], reverse=True)
    able.sort(key=lambda entry: (entry.place in forces, entry.parameters.get("base") != "recorded"))
    first: dict[str, Entry] = {}
    for entry in able:
        if {"offence", "base"} <= entry.parameters.keys():
            first.setdefault(entry.notebook, entry)
    offences: dict[str, tuple[int, Offence]] = {}
    for entry in first.values():
        for place, offence in _offences(entry, out):
            if offence.name not in offences or place < offences[offence.name][0]:
                offences[offence.name] = place, offence
    return [offences[name][1] for name in sorted(offences)]


def _offences(entry: Entry, out: Path) -> Iterator[tuple[int, Offence]]:
    """The offences that one report tells apart, each with the place of its measure in the catalogue."""
    codes = reference.offence_codes()
    for block in _blocks(entry, out):
        about, rows = block.get("about", {}), block.get("records", [])
        if about.get("measure") not in measures.MEASURES or not rows or "offence_name" not in rows[0]:
            continue
        for row in rows:
            name, of = row["offence_name"], replace(_about(about), offence=row["offence_name"])
            sentence = _ended_so(row, of)
            link = f"{entry.link}#{block['id']}" if block.get("id") else entry.link
            yield list(measures.MEASURES).index(of.measure), Offence(name, f"{name} {codes[name]}", link, sentence)


def _ended_so(row: dict[str, Any], about: About) -> str:
    """The share of a row in a sentence, and that many of its cases are open, where they are."""
    if row.get("share") is None:
        return "No share that could be shown."
    share = f"{wording.percent(row['share'])} of {wording.out_of_so_many(row['cases'], about)}"
    decided = row.get("of_decided_share")
    of_decided = "" if decided is None else f" ({wording.percent(decided)} of decided cases)"
    still = f"; {wording.MANY_OPEN}{of_decided}" if row.get("openness") == open_cases.MANY else ""
    return f"{share} {measures.measure(about.measure).ended}{still}."


def _blocks(entry: Entry, out: Path) -> list[dict[str, Any]]:
    """What a report shows, as its results.json has it; nothing, and a warning, where that cannot be read."""
    try:
        return list(json.loads((out / entry.folder / "results.json").read_text(encoding="utf-8"))["blocks"])
    except (OSError, ValueError, KeyError, TypeError):
        _log.warning("results.json of %s cannot be read: left out of the index of offences", entry.folder)
        return []


def _fullness(picture: Picture) -> tuple[int, bool, bool, bool, int, str, int]:
    figures = picture.figures.values()
    shares = sum(figure.share is not None for figure in figures)
    is_of_all = any(figure.entry.place not in picture.figures for figure in figures)
    first, _, last = max(catalogue.span_in(figure.entry.folder) for figure in figures).partition("_")
    is_told = picture.about.offence == reference.offences()["8Q"], picture.all_together is not None, is_of_all
    return shares, *is_told, picture.asked, last, -int(first.replace("-", "") or 0)


def _of_group(group: list[Entry], out: Path) -> dict[str, Picture]:
    """The pictures that reports of one question with the same other parameters give, by measure.

    Reports are read until every force is there, those about several forces all: first what is not older than the counts
    at hand, all forces before one.
    """
    by_measure: dict[str, Picture] = {}
    forces, order = set(reference.forces()), sorted(group, key=lambda entry: entry.made_at, reverse=True)
    for entry in sorted(order, key=lambda entry: (bool(entry.older), entry.place in forces)):
        if entry.place in forces and by_measure and all(_is_full(picture) for picture in by_measure.values()):
            continue
        for about, rows in _tables(entry, out):
            picture = by_measure.setdefault(about.measure, Picture(about, {}, asked=len(group)))
            if _counted(picture.about) != _counted(about):
                continue
            figures = {row["force"]: _figure(row, entry) for row in rows if "force" in row}
            wholes = {f"all {len(forces)} forces": reference.EVERYWHERE, **{name: name for name in reference.NATIONS}}
            together = {wholes[row["place"]]: _figure(row, entry) for row in rows if row.get("place") in wholes}
            by_measure[about.measure] = replace(
                picture, figures={**figures, **picture.figures}, together={**together, **picture.together}
            )
    return {name: picture for name, picture in by_measure.items() if picture.figures}


def _is_full(picture: Picture) -> bool:
    """Whether every force has its figure, and all of them together."""
    return picture.figures.keys() >= set(reference.forces()) and picture.all_together is not None


def _tables(entry: Entry, out: Path) -> Iterator[tuple[About, list[dict[str, Any]]]]:
    """Every table by force of a report, and every key figure, the force as its label where it is of one force."""
    try:
        blocks = json.loads((out / entry.folder / "results.json").read_text(encoding="utf-8"))["blocks"]
        for block in blocks:
            for part in [block, *block.get("figures", [])]:
                rows, about = part.get("records", []), part.get("about", {})
                is_plain = about.get("measure") in measures.MEASURES and about.get("sensitivity") == "published"
                if not rows or not is_plain or not rows[0].keys() >= _NUMBERS:
                    continue
                if "force" in rows[0] and _are_by_force(part):
                    yield _about(about), rows
                elif len(rows) == 1 and "place" in rows[0]:
                    is_force = rows[0]["place"] in reference.forces()
                    yield _about(about), [{**rows[0], **({"force": rows[0]["place"]} if is_force else {})}]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        _log.warning("results.json of %s cannot be read: left out of the picture of the country", entry.folder)


def _are_by_force(part: dict[str, Any]) -> bool:
    """Whether the rows of a table are told apart by their force and by nothing else."""
    labels = {column["name"] for column in part["columns"] if column["kind"] in ("label", "date")}
    return labels <= _LABELS


def _about(record: dict[str, Any]) -> About:
    return About(**{**record, **{name: tuple(record.get(name, ())) for name in ("files", "notes", "lacking")}})


def _counted(about: About) -> tuple[str, ...]:
    """What must be the same for two shares to be in one picture."""
    return about.base, about.offence, about.period, about.counts, about.sensitivity


def _figure(row: dict[str, Any], entry: Entry) -> Figure:
    numbers = {name: row[name] for name in sorted(_NUMBERS)}
    is_much_open = row.get("openness") == open_cases.MANY
    decided = row.get("of_decided_share")
    return Figure(row["state"], **numbers, entry=entry, is_much_open=is_much_open, of_decided_share=decided)
