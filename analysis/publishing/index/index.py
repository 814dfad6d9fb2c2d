"""The pages that lead to the reports of a folder: the index, a page for each police force, the country, and a feed.

Made from the manifests of the reports and from nothing else, all anew each time. Every file is written whole or not at
all, the index last, so that it never leads to a page that is not there yet. Restricted reports have an index and a feed
of their own where they stand, and nowhere else is a word of them.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError
from analysis.presentation import wording
from analysis.publishing.about.editions import day
from analysis.publishing.changes import changes
from analysis.publishing.index import catalogue, feed, figures, overview, sitemap
from analysis.publishing.index.catalogue import Entry, entries
from analysis.publishing.index.figures import Picture
from analysis.publishing.index.overview import Overview
from analysis.publishing.placing import failures, locks, places
from analysis.publishing.report import rendering
from analysis.reference import reference
from analysis.safe_words import is_safe, slug
from analysis.system import unwritten

_log = logging.getLogger(__name__)
_LEADS = 2  # sentences with London's figure and the nation's above all else
_LONG = 30  # reports of which no list is taken in at a glance: links to the questions come before it
_FEW = 4  # reports of single forces that a question lists without folding them away
FORCES = "forces"  # the folder of the pages of forces and of the countries

#: The page of each country, in that folder.
COUNTRIES = {
    "index.html": reference.EVERYWHERE,
    "england.html": reference.ENGLAND,
    "wales.html": reference.WALES,
}


def write_index(out: Path, *, address: str | None = None, without: Collection[str] = ()) -> Path:
    """The index of all public reports in a folder, what goes with it, and that of its restricted reports.

    Links of the feed of restricted reports always are relative: where these stand is not published.

    Parameters
    ----------
    out
        The folder of reports.
    address
        Where the folder is published, for the links of the feed. It is kept in the folder, so that it need be given
        once; an empty one makes links relative again.
    without
        The folders of reports that are about to go.

    Returns
    -------
    Path
        The public index.html.

    Raises
    ------
    ParameterError
        For an address that is not one of the web.
    CouldNotWrite
        When the folder cannot be written or a link stands on the way.
    """
    if address and not (address.startswith(("https://", "http://")) and is_safe(address)):
        raise ParameterError(f"'{address}' is no address of the web. Write it as https://example.org/reports/.")
    try:
        base_address = catalogue.kept_address(out) if address is None else address
        with locks.held(out, failures.LOCK, waits=True):
            if address is not None:
                with places.held(out, locks.STATE) as folder:
                    folder.write("address.txt", address)
            _write(out, address=base_address, without=without)
        for root in places.roots(out)[1:]:
            with locks.held(root, failures.LOCK, waits=True):
                _write(root, address="", without=without)
    except OSError as fault:
        raise unwritten.refusal(out, fault, then="; the index that stood there still stands") from fault
    return out / "index.html"


def _write(root: Path, *, address: str, without: Collection[str]) -> None:
    """Every page of one place anew, from one look at it."""
    for closed in places.closed(root):
        _log.warning("%s may not be read by this user: its reports are left out of the index", closed)
    reports = [entry for entry in entries(root) if places.named(root, root / entry.folder) not in without]
    pages = _pages(reports, root, address=address)
    with places.held(root, locks.STATE) as state:
        state.remove(catalogue.KEY)  # until all pages are those of one moment
    for around in sorted({name.rpartition("/")[0] for name in pages}, reverse=True):  # the index last
        with places.held(root, around) as folder:
            folder.clear()
            for name, text in pages.items():
                start, _, file_name = name.rpartition("/")
                if start == around and text:
                    folder.write(file_name, text)
                elif start == around:
                    folder.remove(file_name)
    with places.held(root, locks.STATE) as state:
        state.write(catalogue.KEY, catalogue.key(reports, address))


def _pages(reports: list[Entry], root: Path, *, address: str) -> dict[str, str]:
    """Every page by its name below the place, the index last; an empty text is a page that there is no need of."""
    is_restricted = places.is_restricted(root)
    pictures = [] if is_restricted else figures.pictures(reports, root)
    views = [overview.overview(picture) for picture in pictures]
    profiles = catalogue.profiles(reports)
    news = feed.feed(reports, address=address, is_restricted=is_restricted)
    common: dict[str, Any] = {
        **rendering.handling({"is_restricted": is_restricted}),
        "site": f"{address.rstrip('/')}/" if address else "",
        "has_feed": bool(news),
        "has_changes": (root / changes.PAGE).is_file(),
        "countries": {} if is_restricted else {place: f"{FORCES}/{name}" for name, place in COUNTRIES.items()},
        "profiles": profiles,
        "addresses": _addresses(profiles),
        "day": day,
        "percent": wording.percent,
        "interval": lambda figure: wording.interval(figure.low, figure.high),
        "heading": _heading,
        "parted": _parted,
    }
    pages: dict[str, str] = {}
    if not is_restricted:
        pages = {f"{FORCES}/{slug(force)}.html": _force(force, reports, views, common) for force in reference.forces()}
        for name in COUNTRIES:
            pages[f"{FORCES}/{name}"] = _country(name, reports, pictures, common)
        is_served = bool(address)
        pages["404.html"] = rendering.rendered("404.html.j2", root=common["site"], **common) if is_served else ""
        pages[sitemap.NAME] = sitemap.sitemap(reports, sorted({*pages, "index.html"} - {"404.html"}), site=address)
    pages[feed.NAME] = news
    pages["index.html"] = rendering.rendered(
        "index.html.j2",
        questions=_by_question(reports),
        choices=_choices(reports),
        forces=[] if is_restricted else _force_links(profiles, views),
        london=overview.LONDON,
        failed=[entry for entry in reports if entry.failure],
        number=len(reports),
        long=_LONG,
        view=next((view for view in views if view.is_country and view.is_map), None),
        leads=[view.lead for view in views if view.lead][:_LEADS],
        offences=[] if is_restricted else figures.by_offence(reports, root),
        root="",
        own="index.html",
        **common,
    )
    return pages


def page_names() -> set[str]:
    """The names of the pages of forces and countries, in their folder.

    Returns
    -------
    set[str]
        File names.
    """
    return {*COUNTRIES, *(f"{slug(force)}.html" for force in reference.forces())}


def _addresses(profiles: dict[str, Entry]) -> dict[str, str]:
    """Where each force is answered, from the folder of reports: its profile, or where it has none its own page."""
    own_pages = {force: f"{FORCES}/{slug(force)}.html" for force in reference.forces()}
    return {force: profiles[force].link if force in profiles else page for force, page in own_pages.items()}


def _force(force: str, reports: list[Entry], views: list[Overview], common: dict[str, Any]) -> str:
    """The page of one force: its profile, or else its share of each measure; its reports, and those of all forces."""
    profile = common["profiles"].get(force)
    tiles = [(view, tile) for view in views for tile in view.tiles if tile.force == force and tile.figure is not None]
    everywhere = wording.place_name("all forces")
    wide = [entry for entry in reports if entry.made_at and not entry.is_synthetic and entry.place == everywhere]
    return rendering.rendered(
        "force.html.j2",
        force=force,
        profile=profile,
        tiles=[] if profile else tiles,
        questions=_by_question(entry for entry in reports if entry.place == force and entry is not profile),
        wide=wide,
        root="../",
        own=f"{FORCES}/{slug(force)}.html",
        **common,
    )


def _country(name: str, reports: list[Entry], pictures: list[Picture], common: dict[str, Any]) -> str:
    """The page of a country: its forces side by side and, of a nation, the reports about it."""
    place, own_name = COUNTRIES[name], f"{FORCES}/{name}"
    views = [view for view in (overview.overview(picture, place) for picture in pictures) if view.is_country]
    questions = _by_question(
        entry for entry in reports if entry.place == place in reference.NATIONS and not entry.is_synthetic
    )
    context = {"place": place, "views": views, "questions": questions, "root": "../", "own": own_name}
    return rendering.rendered("country.html.j2", **context, **common)


def _heading(several: list[Entry]) -> str:
    """The heading over the reports of one notebook: their title where it is the same, or else the question."""
    titles = {entry.title for entry in several}
    return titles.pop() if len(titles) == 1 else several[0].question


def _by_question(reports: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each notebook, which asks one question, in the order of the questions."""
    questions: dict[str, list[Entry]] = {}
    for entry in reports:
        questions.setdefault(slug(entry.notebook), []).append(entry)
    return questions


def _choices(reports: list[Entry]) -> dict[str, list[tuple[str, str, int]]]:
    """What a reader may filter by: for each filter its values, what they are called, and how many reports have each."""
    questions = _by_question(reports)
    tallies = {
        "question": Counter({(name, _heading(several)): len(several) for name, several in questions.items()}),
        "force": Counter((entry.place, _as_filtered(entry.place)) for entry in reports if entry.place),
        "period": Counter((entry.period, entry.period) for entry in reports if entry.period),
        "offence": Counter((entry.offence, entry.offence) for entry in reports if entry.offence),
    }
    return {
        name: sorted(((value, label, number) for (value, label), number in tally.items()), key=lambda choice: choice[1])
        for name, tally in tallies.items()
    }


def _as_filtered(place: str) -> str:
    """What a place is called among the places that a reader may filter by."""
    return f"{place} (made up)" if place in reference.made_up_forces() else place


def _parted(several: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The reports of one question: those that a reader sees, and those of single forces where these are many."""
    forces = set(reference.forces())
    folded = [entry for entry in several if entry.place in forces and not entry.failure]
    if len(folded) <= _FEW:
        return several, []
    return [entry for entry in several if entry.place not in forces or entry.failure], folded


def _force_links(profiles: dict[str, Entry], views: list[Overview]) -> list[tuple[str, str, str]]:
    """Every force, the names that it goes by, and what is told of it where it is found."""
    answers = {force: next((view.sentence(force) for view in views), "") for force in reference.forces()}
    answers |= {force: profile.answer for force, profile in profiles.items()}
    names = {row["force"]: f"{row['force']} {row['other_names']}".strip() for row in reference.force_rows()}
    return [(force, names[force], answers[force] or "Every report about it.") for force in reference.forces()]
