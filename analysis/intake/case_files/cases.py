"""Case files that a force or a reviewer hands over: any table, with a mapping that says what its columns are.

Each case is counted once. ``reduce`` gives up to three sets of counts: cases by force, month, offence and outcome;
where outcomes have dates, the same by time to outcome; and, where the mapping declares features, cases by force,
offence, outcome and all features, without their months. They are kept apart so that none is a list of cases in
disguise.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.counts.ledger import Warned
from analysis.errors import DataRefused, ParameterError
from analysis.intake.case_files import faults, sources
from analysis.intake.case_files import mapping as mapping_file
from analysis.intake.case_files.mapping import Feature, Mapping
from analysis.intake.case_files.query import month_number
from analysis.intake.case_files.reader import CaseReader
from analysis.intake.case_files.vocabulary import LISTED_FROM, UNDECIDED, folded, preferred
from analysis.intake.database import connection
from analysis.intake.doubts import additions, tables
from analysis.intake.files import listed, passed_over
from analysis.intake.reading import Described, Part, Reading, Request, Task
from analysis.intake.scratch import scratch
from analysis.reference.combinations import settled
from analysis.reference.names import counted, some_of
from analysis.safe_words import safe

OTHER = f"Other (fewer than {LISTED_FROM} cases each)"  # what words of a file are called that stand for few cases
NEARLY_ROWS = 0.5  # combinations to a case from which counts are hardly counts
_NAMED = 10  # files that are told by name where they were not read
SHARES = 8  # at most so many tasks for the forces that stand in the same files


@dataclass(frozen=True)
class _CaseTask:
    """The rows of some forces in some files; of all forces when ``forces`` is empty.

    ``noted`` are the files whose notes below the rows this task accounts for: several tasks may read one file. ``left``
    are the names of files in the folders that were named which none reads.
    """

    paths: tuple[Path, ...]
    mapping: Mapping
    allowed: int
    forces: tuple[str, ...] = ()
    others: bool = True
    noted: tuple[Path, ...] = ()
    left: tuple[str, ...] = ()

    def read(self) -> Reading:
        """Read, check and count."""
        with scratch() as folder, connection() as database:
            reader = CaseReader(self.paths, self.mapping, database, folder)
            reading = reader.reading(self.forces, others=self.others, allowed=self.allowed, noted=self.noted)
        if not self.left:
            return reading
        number = counted(len(self.left), "file of a folder was", "files of a folder were")
        names = some_of(self.left, _NAMED)
        notice = Warned("", "files of a folder", f"{number} not read.")
        told = f"{number} not read, since their names do not end in {', '.join(sources.ENDINGS)}: {names}."
        return replace(reading, warnings=(*reading.warnings, notice), told_owner=(*reading.told_owner, told))


def tasks(paths: list[Path], request: Request) -> list[Task]:
    """One task for this machine; on a cluster one for each few forces, with the files that hold them.

    Parameters
    ----------
    paths
        Case files and folders.
    request
        What was asked for.

    Returns
    -------
    list[Task]
        Tasks, each of all the files that hold its forces.

    Raises
    ------
    ParameterError
        Without a mapping.
    DataRefused
        For a mapping that is not as it must be.
    """
    if request.mapping is None:
        raise ParameterError(
            "Case files need --mapping FILE, which says what each column is. 'attrition mapping CASEFILE --out FILE' "
            "drafts one."
        )
    mapping = mapping_file.read(request.mapping)
    allowed = faults.allowed_bits(sorted(request.allow))
    files = tuple(listed(paths, sources.ENDINGS, what="case files"))
    left = tuple(
        safe(str(file.relative_to(path)))
        for path in paths
        if path.is_dir()
        for file in passed_over(path, sources.ENDINGS)
        if file.resolve() != request.mapping.resolve()
    )
    if not request.is_spread or "force" not in mapping.columns:
        return [_CaseTask(files, mapping, allowed, noted=files, left=left)]
    first, *others = _shared_out(files, mapping, allowed)
    return [replace(first, left=left), *others]


def finished(reading: Reading, request: Request) -> Reading:
    """The reading with what a reader must know of these counts.

    Parameters
    ----------
    reading
        The readings of all tasks as one.
    request
        What was asked for.

    Returns
    -------
    Reading
        The reading, with warnings.

    Raises
    ------
    DataRefused
        When no case is left to count, and for a file that ends where a sheet of a spreadsheet does.
    """
    if not reading.kept or not int(reading.parts[""].table["cases"].sum()):
        reasons = "; ".join(f"{reason}: {counted(rows, 'row')}" for reason, rows in reading.dropped.items())
        raise DataRefused(
            f"No case is left to count ({reasons or 'the files hold none'}). Look at the files and the mapping."
        )
    for file in reading.files:
        if tables.is_full(file.rows + 1):
            raise DataRefused(
                f"{file.name}: {file.rows:,} rows below a header, as many as a sheet of a spreadsheet can hold: what "
                "is longer is cut off there. Export it without a spreadsheet program, as CSV, or a year at a time. If "
                "it is whole, give it in two files."
            )
    reading = replace(reading, parts={end: _spelled_once(part) for end, part in reading.parts.items()})
    reading = _pooled(reading, mapping_file.read(request.mapping).features if request.mapping else ())
    warned = (*months_without(reading.parts[""]), *_undated(reading.parts, request), *_finely_divided(reading))
    return replace(reading, warnings=(*reading.warnings, *warned))


def _spelled_once(part: Part) -> Part:
    """Categories that tasks spelled differently as one: the same choice that one task makes."""
    table = part.table
    for name in part.features:
        if name not in table:
            continue
        spellings: dict[str, list[str]] = {}
        for label in table[name].astype(object).unique():
            spellings.setdefault(folded(label), []).append(label)
        if len(spellings) < sum(map(len, spellings.values())):
            chosen = {label: preferred(several) for several in spellings.values() for label in several}
            table = table.assign(**{name: table[name].astype(object).map(chosen)})
    return part if table is part.table else replace(part, table=settled(table, part.dimensions))


def _pooled(reading: Reading, features: tuple[Feature, ...]) -> Reading:
    """Categories that are words of the files and hold few cases told as one: such a word may be anything.

    So a name and an address that somebody typed into one cell go no further, and none is listed whose number is hidden:
    that it is there would tell that it stands for some cases. The one may itself hold few cases; then its number is
    hidden as that of any other.
    """
    if "features" not in reading.parts:
        return reading
    part, categories = reading.parts["features"], dict(reading.categories)
    table, notices = part.table, []
    for feature in (feature for feature in features if not feature.groups):  # other categories are words of the mapping
        words = table[feature.name].astype(object)
        sums = table.groupby(words, sort=True)["cases"].sum()
        few = set(sums[sums < LISTED_FROM].index) - {feature.blank}
        if few:
            label = feature.other or OTHER
            table = table.assign(**{feature.name: words.where(~words.isin(few), label)})
            sums = table.groupby(feature.name, sort=True)["cases"].sum()
            categories[feature.name] = {str(word): int(cases) for word, cases in sums.items()}
            text = f"{feature.heading}: categories of fewer than {LISTED_FROM} cases each are one, '{label}'."
            notices.append(Warned("", "rare words", text))
    if not notices:
        return reading
    parts = {**reading.parts, "features": replace(part, table=settled(table, part.dimensions))}
    return replace(reading, parts=parts, categories=categories, warnings=(*reading.warnings, *notices))


def months_without(main: Part) -> Iterator[Warned]:
    """Forces with a period between the first and the last of all forces in which no case was recorded.

    Parameters
    ----------
    main
        Cases by force and period.

    Yields
    ------
    Warned
        One a force.
    """
    periods: dict[str, set[int]] = {}
    for force, first in main.received:
        periods.setdefault(force, set()).add(month_number(first))
    first_of_all, last_of_all = (end(set().union(*periods.values()), default=0) for end in (min, max))
    noun = "month" if main.months == 1 else "quarter"
    for force, here in sorted(periods.items()):
        absent = len(range(first_of_all, last_of_all + 1, main.months)) - len(here)
        if absent:
            verb = "has" if absent == 1 else "have"
            sentence = (
                f"{absent} {noun}{'' if absent == 1 else 's'} between the first and the last of these counts {verb} no "
                "case of it: none happened, or none was sent. If none happened, say first_month and last_month in the "
                "mapping."
            )
            yield Warned(force, "months without cases", sentence)


def _undated(parts: Pairs[str, Part], request: Request) -> Iterator[Warned]:
    """Cases that ended on a date that is not given."""
    if request.mapping and "lags" in parts:
        table = parts["lags"].table
        is_undated = (table["first_outcome"] == UNDECIDED) & (table["outcome"] != UNDECIDED)
        undated = int(table.loc[is_undated, "cases"].sum())
        if undated:
            have = "case has" if undated == 1 else "cases have"
            sentence = f"{undated:,} decided {have} no date of outcome: in times to outcome such a case counts as open."
            yield Warned("", "outcomes without date", sentence)


def _finely_divided(reading: Reading) -> Iterator[Warned]:
    """A set by features that is nearly a list of cases."""
    share = len(reading.parts["features"].table) / reading.kept if "features" in reading.parts else 0.0
    if share > NEARLY_ROWS:
        sentence = (
            f"The exact set by features has nearly a combination a case ({share:.0%}): guard the private store, in "
            "which it stays, as you guard the case file."
        )
        yield Warned("", "finely divided", sentence)


def described(reading: Reading, request: Request) -> Described:
    """Case files are their owner's: restricted, unless the mapping says that they are made up.

    Parameters
    ----------
    reading
        A finished reading.
    request
        What was asked for.

    Returns
    -------
    Described
        Title, source and the like.
    """
    mapping = mapping_file.read(request.mapping) if request.mapping else None
    is_made_up = mapping is not None and mapping.sensitivity == "synthetic"
    return Described(
        title="Made-up cases" if is_made_up else "Case files as received",
        publisher="made up by this project" if is_made_up else "case files, not published",
        address="",
        licence="Synthetic: no real case is in it" if is_made_up else "Handle as the owner of the files asks",
        sensitivity=mapping.sensitivity if mapping else "restricted",
        notes=(
            additions.followed([reading.taken]),
            f"Rule for a case with several outcomes: {mapping.several_outcomes if mapping else 'refuse'}",
        ),
        words=_words(mapping) if mapping else {},
    )


def _words(mapping: Mapping) -> dict[str, dict[str, str]]:
    """What a mapping says of words, by its tables, each word as it is looked up."""
    tables = {"forces": mapping.forces, "offences": mapping.offences, "outcomes": mapping.outcomes}
    words = {name: {folded(word): meaning for word, meaning in table.items()} for name, table in tables.items()}
    for feature in mapping.features:
        groups = {folded(word): group for word, group in feature.groups.items()}
        rest = feature.other or ("" if groups else OTHER)
        words[f"features.{feature.name}"] = {"": feature.blank, **({additions.ANY: rest} if rest else {}), **groups}
    return words


def _shared_out(files: tuple[Path, ...], mapping: Mapping, allowed: int) -> list[_CaseTask]:
    """Tasks that share no case, since a case belongs to one force: the forces of the same files, a few at a time."""
    files_of_force: dict[str, list[Path]] = {}
    odd: list[Path] = []
    for path in files:
        with scratch() as folder, connection() as database:
            names, is_odd = CaseReader((path,), mapping, database, folder).forces()
        for name in names:
            files_of_force.setdefault(name, []).append(path)
        odd += [path] if is_odd else []
    groups: dict[tuple[Path, ...], list[str]] = {}
    for name, where in sorted(files_of_force.items()):
        groups.setdefault(tuple(where), []).append(name)
    tasks_of_groups = [
        _CaseTask(where, mapping, allowed, tuple(names[start::SHARES]), others=False)
        for where, names in groups.items()
        for start in range(min(SHARES, len(names)))
    ]
    tasks_of_groups += [_CaseTask(tuple(odd), mapping, allowed, ("",))] if odd else []
    paths: set[Path] = set()
    tasks: list[_CaseTask] = []
    for task in tasks_of_groups:
        tasks.append(replace(task, noted=tuple(path for path in task.paths if path not in paths)))
        paths.update(task.paths)
    return tasks
