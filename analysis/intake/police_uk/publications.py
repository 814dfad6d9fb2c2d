"""Which of several publications of data.police.uk is read: the one that was really published later.

Every publication repeats earlier months, revised; so the same force and month stand in many. That one reaches to a
later month does not make it the later: a download holds the months that were asked for. What tells them apart:

- The publisher's own archives are named by the month of their publication, which is the newest that they hold.
- Otherwise what became of the same crimes. A case goes on, seldom back (data/reference/outcomes.csv lists the outcomes
  in the order in which a case goes): the publication in which the cases of the same months have got further is later,
  if nearly all that differ have.

Where neither tells, the files are refused: the dates of files are those of copying, and say nothing.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from analysis.counts.ledger import Warned
from analysis.errors import DataRefused
from analysis.intake import files
from analysis.intake.police_uk.files import ENDINGS, KINDS, Source, blocks, dated, within
from analysis.intake.police_uk.rows import SCHEME
from analysis.intake.police_uk.sheets import COLUMNS, rows, sheet
from analysis.intake.scratch import scratch
from analysis.reference import reference

#: Published beside the forces of England and Wales without being one of them.
_ELSEWHERE = {"northern-ireland": "Northern Ireland"}
_ARCHIVE = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))\.zip")
_NEARLY_ALL = 10  # so many cases have got further for each that went back


@dataclass(frozen=True)
class Chosen:
    """What is to be read, by force, and what a reader must know of the choice, by force ("" for all)."""

    sources: Mapping[str, tuple[Source, ...]]
    warnings: Mapping[str, tuple[Warned, ...]]


def chosen(paths: Iterable[Path]) -> Chosen:
    """One file for each force, month and kind among files, folders and archives.

    Parameters
    ----------
    paths
        Files, folders and archives.

    Returns
    -------
    Chosen
        Files, and what was passed over.

    Raises
    ------
    DataRefused
        For a file that is not named as data.police.uk names them, for a force that data/reference/forces.csv does not
        know, for two different files of one month of which nothing tells the later, and where no street file is left.
    """
    listed = files.listed(paths, ENDINGS, what="files of data.police.uk")
    candidates = dated([source for path in listed for source in within(path)])
    warned: dict[str, tuple[Warned, ...]] = {"": _passed_over(candidates)}
    forces = {row["police_uk_slug"]: row["force"] for row in reference.force_rows()}
    wanted = [source for source in candidates if source.kind in KINDS and source.slug not in _ELSEWHERE]
    strange = sorted({source.slug for source in wanted} - set(forces))
    if strange:
        raise DataRefused(
            f"No force is known by {', '.join(repr(slug) for slug in strange)} in the names of files. Add it to "
            "data/reference/forces.csv (police_uk_slug) with its source, or leave its files out."
        )
    if not any(source.kind == "street" for source in wanted):
        raise DataRefused("No street file of a force of England and Wales: without one no crime can be counted.")
    sources: dict[str, tuple[Source, ...]] = {}
    for slug in sorted({source.slug for source in wanted}):
        taken, warnings = _latest([source for source in wanted if source.slug == slug], forces[slug])
        sources[forces[slug]], warned[forces[slug]] = taken, warnings
    return Chosen(sources, warned)


def _passed_over(sources: list[Source]) -> tuple[Warned, ...]:
    """What was among the files and is of no use here."""
    searches = sum(source.kind not in KINDS for source in sources)
    warned = []
    if searches:
        warned.append(Warned("", "passed over", f"Stop-and-search files: {searches}. A search is not a crime."))
    elsewhere = Counter(
        _ELSEWHERE[source.slug] for source in sources if source.slug in _ELSEWHERE and source.kind in KINDS
    )
    for name, number in elsewhere.items():
        warned.append(Warned("", "passed over", f"Files of {name}, which is not in England and Wales: {number}."))
    return tuple(warned)


def _latest(sources: list[Source], force: str) -> tuple[tuple[Source, ...], tuple[Warned, ...]]:
    """One force's files, one a month and kind, and what is to be said of those that stood more than once."""
    versions, copies = _versions(sources)
    alike: dict[tuple[Path, Path], list[tuple[Source, Source]]] = defaultdict(list)
    for rivals in versions.values():
        for first in rivals:
            for second in rivals:
                if first < second:
                    alike[first.publication, second.publication].append((first, second))
    later = {pair: _later(shared) for pair, shared in alike.items()}
    taken = [_last(rivals, later) for rivals in versions.values()]
    replaced = sum(len(rivals) - 1 for rivals in versions.values())
    sentence = f"Files left for those of a later publication: {replaced}; left out as exact copies: {copies}."
    return tuple(sorted(taken)), (Warned(force, "published again", sentence),) if copies or replaced else ()


def _versions(sources: list[Source]) -> tuple[dict[tuple[date, str], list[Source]], int]:
    """The different files of each month and kind, and how many were copies of one of them.

    Of copies that of the publication with the newest month is kept, so that a month reads the same whatever is with it.
    """
    by: dict[tuple[date, str], list[Source]] = defaultdict(list)
    for source in sources:
        by[source.month, source.kind].append(source)
    versions: dict[tuple[date, str], list[Source]] = {}
    for key, same in by.items():
        same.sort(key=lambda source: source.reach, reverse=True)
        different = {_fingerprint(source): source for source in reversed(same)} if len(same) > 1 else {"": same[0]}
        versions[key] = list(different.values())
    return versions, len(sources) - sum(len(rivals) for rivals in versions.values())


def _last(rivals: list[Source], later: Mapping[tuple[Path, Path], Path]) -> Source:
    """The file of the publication that is later than all others that hold another version of it."""
    for source in rivals:
        others = [other for other in rivals if other is not source]
        if all(later[_pair(source, other)] == source.publication for other in others):
            return source
    places = " and ".join(sorted(str(source.publication) for source in rivals))
    raise DataRefused(f"{places}: each is later than another by what became of the same crimes. Read only one of them.")


def _pair(source: Source, other: Source) -> tuple[Path, Path]:
    return (source.publication, other.publication) if source < other else (other.publication, source.publication)


def _later(shared: list[tuple[Source, Source]]) -> Path:
    """Which of two publications is the later, by their names or by the files of which they hold different versions.

    Raises DataRefused where nothing tells.
    """
    first, second = shared[0]
    months = [_archive_month(source) for source in (first, second)]
    if all(months) and months[0] != months[1]:
        return first.publication if months[0] > months[1] else second.publication
    moved = [_moved(before, after) for before, after in shared] if first.publication != second.publication else []
    forward, back = (sum(numbers) for numbers in zip((0, 0), *moved, strict=True))
    if forward > 0 and forward >= _NEARLY_ALL * back:
        return second.publication
    if back > 0 and back >= _NEARLY_ALL * forward:
        return first.publication
    progress = (
        f"{forward:,} cases have got further in the second and {back:,} in the first"
        if forward or back
        else "no case has got further in one than in the other"
    )
    raise DataRefused(
        f"{_place(first)} and {_place(second)} are different files of the same month, and nothing tells which was "
        f"published later: {progress}, and the dates of files do not say. Remove the one that was downloaded earlier, "
        "with all that came with it."
    )


def _archive_month(source: Source) -> str:
    """The month by which the publisher names an archive, if the archive reaches to it; "" for all else."""
    match = _ARCHIVE.fullmatch(source.publication.name.casefold())
    return match[1] if match and source.member and match[1] == f"{source.reach:%Y-%m}" else ""


def _moved(source: Source, other: Source) -> tuple[int, int]:
    """How many cases have got further in the other of two versions of a file, and how many in the first.

    In a street file, of the crimes that both hold; in an outcomes file a crime in one alone has got further there.
    """
    before, after = _standing(source), _standing(other)
    crimes = before.keys() & after.keys() if source.kind == "street" else before.keys() | after.keys()
    steps = [after.get(crime, -1) - before.get(crime, -1) for crime in crimes]
    return sum(step > 0 for step in steps), sum(step < 0 for step in steps)


def _standing(source: Source) -> dict[str, int]:
    """How far each crime of a file has got: the place of its outcome in the course of a case."""
    places = _places()
    reached: dict[str, int] = {}
    with scratch() as folder:
        opened = sheet(source, folder)
        crime, outcome = (opened.columns.index(name) for name in ("Crime ID", COLUMNS[source.kind][-1]))
        for _, cells in rows(opened):
            if len(cells) > max(crime, outcome) and cells[crime] and cells[outcome] in places:
                reached[cells[crime]] = max(reached.get(cells[crime], 0), places[cells[outcome]])
    return reached


@cache
def _places() -> dict[str, int]:
    """The place of each outcome in the course of a case, those by an earlier name where they now stand."""
    places = {code: place for place, code in enumerate(reference.outcomes(SCHEME))}
    return (
        places | {"": 0} | {succession.earlier: places[succession.later] for succession in reference.renamed("outcome")}
    )


def _place(source: Source) -> str:
    return f"{source.path}/{source.member}" if source.member else str(source.path)


def _fingerprint(source: Source) -> str:
    """Length and CRC-32 of what a file says once unpacked: as an archive has it in its list of members."""
    with files.reading(source.path):
        if source.member:
            with zipfile.ZipFile(source.path) as archive:
                member = archive.getinfo(source.member)
            return f"{member.file_size} {member.CRC}"
        length = check = 0
        for block in blocks(source):
            length, check = length + len(block), zlib.crc32(block, check)
        return f"{length} {check}"
