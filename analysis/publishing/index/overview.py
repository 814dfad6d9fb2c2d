"""The country at a glance: a picture of the police forces in words and tiles, ready for a page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, floor

from analysis.presentation import wording
from analysis.publishing.index import country
from analysis.publishing.index.catalogue import Entry
from analysis.publishing.index.figures import Figure, Picture
from analysis.reference import measures, reference
from analysis.reference.schema import STATES, SYMBOLS
from analysis.safe_words import slug
from analysis.shares.differences import Side, rest_of, sides

LONDON = "Metropolitan Police"  # the force whose cases the London review read


@dataclass(frozen=True)
class Tile:
    """One force in the picture: where it stands, what it says, and how its strip is drawn, in hundredths of its width.

    ``tint`` runs from 1, the lowest shares, to ``Overview.tints``; 0 has no share to tint by.
    """

    force: str
    place: country.Place
    value: str
    sentence: str
    against: str = ""
    base: str = ""
    tint: int = 0
    left: float = 0.0
    width: float = 0.0
    figure: Figure | None = None


@dataclass(frozen=True)
class Overview:
    """A picture in words and tiles, ready for a page."""

    identity: str
    title: str
    subtitle: str
    description: str
    notes: tuple[str, ...]
    symbols: tuple[str, ...]
    heading: str
    ended: str
    tiles: list[Tile]
    legend: list[str]
    top: float
    line: float | None
    all_together: Figure | None = None
    entries: list[Entry] = field(default_factory=list)
    lead: str = ""
    answer: str = ""
    is_map: bool = True

    @property
    def is_country(self) -> bool:
        """Whether there is something to set side by side."""
        return sum(tile.figure is not None for tile in self.tiles) > 1

    @property
    def is_sparse(self) -> bool:
        """Whether some tile has no share to compare."""
        return any(not tile.tint for tile in self.tiles)

    def sentence(self, force: str) -> str:
        """What a force's tile says, in a sentence; "" where it has no share that can be compared.

        Parameters
        ----------
        force
            The name of the force.

        Returns
        -------
        str
            One sentence.
        """
        tile = next((tile for tile in self.tiles if tile.force == force and tile.tint), None)
        return f"{tile.base} ({tile.value}) {self.ended}." if tile else ""


def overview(picture: Picture, place: str = reference.EVERYWHERE) -> Overview:
    """A picture of the forces of a place, in words and tiles.

    A tile for every force where most have a figure, laid out as the country lies; where few have one, theirs alone.

    Parameters
    ----------
    picture
        The figures of the forces.
    place
        The place whose forces are wanted.

    Returns
    -------
    Overview
        Its words, and a tile a force.
    """
    forces = reference.forces_of(place)
    picture = picture.of(forces)
    about, together = picture.about, picture.all_together
    top = ceil(max([figure.high or 0 for figure in picture.told], default=1) * 10 + 0.2) / 10
    steps = _steps([figure.share for figure in picture.told if figure.share is not None])
    stands = _stands(picture)
    is_map = len(picture.figures) * 2 > len(forces)
    places = country.places(forces if is_map else [force for force in forces if force in picture.figures])
    tiles = [
        _tile(force, picture, spot, against=stands.get(force, ""), top=min(top, 1), steps=steps)
        for force, spot in places.items()
    ]
    base = measures.base(about.base).phrase.format(
        cases=wording.cases_of(about), who="each police force", when=wording.time_phrase(about.period)
    )
    ended = measures.measure(about.measure).ended
    return Overview(
        identity=slug(f"country {about.measure}"),
        title=_title(picture),
        subtitle=f"Share of {base} that {ended}.",
        description=_description(picture, forces),
        notes=_notes(picture),
        symbols=tuple(
            f"{symbol} {words}." for symbol, words in SYMBOLS.items() if symbol in {tile.value for tile in tiles}
        ),
        heading=measures.measure(about.measure).short,
        ended=ended,
        tiles=tiles,
        legend=[_step_name(steps, place) for place in range(len(steps) - 1)],
        top=min(top, 1),
        line=None if together is None else together.share,
        all_together=together,
        lead=_lead(picture),
        answer=_answer(picture, place),
        is_map=is_map,
        entries=list({figure.entry.folder: figure.entry for figure in picture.figures.values()}.values()),
    )


def _stands(picture: Picture) -> dict[str, Side]:
    """Where each force to compare lies: "above", "below" or "level", tested against all others, or "" untested."""
    together = picture.all_together
    if together is None or together.share is None or together.events is None or together.cases is None:
        return {}
    comparable = set(map(id, picture.told))
    forces = {force: figure for force, figure in picture.figures.items() if id(figure) in comparable}
    rests = (
        rest_of(figure.events or 0, figure.cases or 0, whole=(together.events, together.cases))
        for figure in forces.values()
    )
    return dict(zip(forces, sides(rests), strict=True))


def _tile(force: str, picture: Picture, place: country.Place, *, against: Side, top: float, steps: list[float]) -> Tile:
    """The tile of one force."""
    figure = picture.figures.get(force)
    if figure is None:
        return Tile(force, place, "no figure", "No report here gives a figure for this force.")
    if figure.share is None or figure.low is None or figure.high is None:
        symbol = STATES.get(figure.state) or STATES["not_applicable"]
        note = wording.capital(SYMBOLS[symbol])
        return Tile(force, place, symbol, f"{note}.", figure=figure)
    note = f"95% interval {wording.interval(figure.low, figure.high)}"
    words = wording.stands(against, "all forces together") if against else ""
    tint = sum(figure.share >= step for step in steps[:-1])
    if figure.is_much_open:
        decided = figure.of_decided_share
        words, tint = "many cases still open", 0
        words += f"; of decided cases {wording.percent(decided)}" if decided is not None else ""
        note = f"{note}; {wording.MANY_OPEN}"
    if figure.is_few:
        note, words, tint = f"{note}; too few cases to say much", "too few cases to say", 0
    low, high = min(figure.low / top, 1), min(figure.high / top, 1)
    value = wording.percent(figure.share)
    return Tile(
        force,
        place,
        value,
        note,
        words,
        base=f"{figure.events:,} of {wording.out_of_so_many(figure.cases or 0, replace(picture.about, place=force))}",
        tint=tint,
        left=round(low * 100, 1),
        width=round((high - low) * 100, 1),
        figure=figure,
    )


def _steps(shares: list[float]) -> list[float]:
    """The limits of up to five bands of shares, each 5, 10 or 20 points wide, that hold them all."""
    if not shares:
        return [0.0, 1.0]
    for width in (5, 10, 20):
        first, last = floor(min(shares) * 100 / width), floor(max(shares) * 100 / width) + 1
        if last - first <= 5:
            break
    return [band * width / 100 for band in range(first, last + 1)]


def _step_name(steps: list[float], place: int) -> str:
    """A band of shares in words: "40% to 50%"."""
    low, high = (f"{min(step, 1):.0%}" for step in steps[place : place + 2])
    return f"{low} to {high}"


def _title(picture: Picture) -> str:
    """What the picture shows, first: how far apart the forces are, and which are furthest."""
    shares = _told(picture)
    cases = f"{wording.cases_of(picture.about)} of {picture.about.period}"
    ended = measures.measure(picture.about.measure).ended
    if not shares:
        return f"No force has a share of {cases} that could be shown"
    (low, lowest), (high, highest) = ((wording.percent(share), force) for share, force in (shares[0], shares[-1]))
    if len(shares) == 1 or low == high:
        return f"{low} of {cases} {ended}, in {wording.plural(len(shares), 'police force')}"
    return f"From {low} of {cases} in {lowest} to {high} in {highest} {ended}"


def _told(picture: Picture) -> list[tuple[float, str]]:
    """The shares that can be compared, lowest first, each with its force."""
    return sorted((figure.share or 0.0, force) for force, figure in picture.figures.items() if figure in picture.told)


def _lead(picture: Picture) -> str:
    """London's figure and the nation's, each with its base, in a sentence; "" where either has none to rest on."""
    about, london, every = picture.about, picture.figures.get(LONDON), picture.all_together
    if london is None or every is None or london.share is None or every.share is None:
        return ""
    if london.is_much_open or every.is_much_open:
        return ""
    cases, ended = wording.cases_of(about), measures.measure(about.measure).ended
    base = measures.base(about.base).phrase.format(
        cases=cases, who=wording.force_phrase(LONDON), when=wording.time_phrase(about.period)
    )
    sentence = f"In London {wording.percent(london.share)} of {london.cases:,} {base} {ended}; "
    return sentence + f"in England and Wales {wording.percent(every.share)} of {every.cases:,}."


def _answer(picture: Picture, place: str) -> str:
    """The share of a place and how far apart its forces lie, in a sentence or two that need no other."""
    about, together = picture.about, picture.together.get(place)
    base = measures.base(about.base).phrase.format(
        cases=wording.cases_of(about), who="the police", when=wording.time_phrase(about.period)
    )
    base += f" {measures.measure(about.measure).ended}"
    shares = _told(picture)
    if len(shares) < 2:
        return ""
    (low, lowest), (high, highest) = shares[0], shares[-1]
    many = f"{len(shares)} police forces that can be compared"
    if together is None or together.share is None or together.cases is None:
        apart = f"between {wording.percent(low)} ({lowest}) and {wording.percent(high)} ({highest})"
        return f"In {place}, {apart} of {base}, among {many}."
    apart = f"from {wording.percent(low)} in {lowest} to {wording.percent(high)} in {highest}"
    return f"In {place} {wording.percent(together.share)} of {together.cases:,} {base}: {apart}, among {many}."


def _description(picture: Picture, forces: list[str]) -> str:
    """What is seen, in the numbers that a reader would take from it."""
    comparable, every, figures = len(picture.told), len(forces), picture.figures.values()
    few, waiting = (
        sum(figure.is_few for figure in figures),
        sum(figure.is_much_open and not figure.is_few for figure in figures),
    )
    absent = every - comparable - few - waiting
    have = wording.agree(comparable, "has", "have")
    many = f"All {every}" if comparable == every > 1 else f"{wording.capital(wording.number(comparable))} of {every}"
    sentences = f"{many} police forces {have} a share that can be compared."
    if few:
        sentences += f" {wording.capital(wording.plural(few, 'force'))} had too few cases for that."
    if waiting:
        sentences += f" {wording.capital(wording.plural(waiting, 'force'))} had many cases still open: "
        sentences += f"{wording.MANY_OPEN}."
    if absent:
        sentences += f" For {wording.plural(absent, 'force')} there is no figure here."
    together, of_all = picture.all_together, ""
    if together is not None and together.share is not None and together.low is not None and together.high is not None:
        of_all = (
            f" All forces of England and Wales together: {wording.percent(together.share)} of {together.cases:,} cases."
        )
        stands = list(_stands(picture).values())
        above, below, neither = (stands.count(side) or "none" for side in ("above", "below", "level"))
        of_all += (
            f" Clearly above that: {above}. Clearly below: {below}. Not clearly different: {neither}. Each was tested "
        )
        of_all += "against all the others together, with an allowance for so many tests."
    return sentences + of_all


def _notes(picture: Picture) -> tuple[str, ...]:
    """What a reader must know before comparing two tiles."""
    about = picture.about
    older = sum(bool(figure.entry.older) for figure in picture.figures.values())
    caution = (
        "Shares can differ by how forces record and work, and by chance. They do not say which force does well, and a "
        "place in this list is not a finding."
    )
    notes = [
        caution,
        measures.whose_out_of(about.measure, about.base),
        wording.source_line(about),
    ]
    if older:
        figures, come = wording.capital(wording.plural(older, "figure")), wording.agree(older, "comes", "come")
        notes.append(f"{figures} {come} from a report that was made from older counts, reference tables or notebooks.")
    return tuple(notes)
