"""One task of reading case files, from paths to a Reading: rows, words, faults, counts and the account of all."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analysis.counts.ledger import FileRead, Warned
from analysis.errors import AttritionError, DataRefused
from analysis.intake.case_files import faults, sources
from analysis.intake.case_files.mapping import Mapping
from analysis.intake.case_files.query import BLANK_ROW, REMARK, conditions, month_number, month_of, traits
from analysis.intake.case_files.rows import ASIDE, FIRST_ROWS, CaseRows, Scope
from analysis.intake.case_files.vocabulary import PRINTED_FROM, SCHEME, UNDECIDED, vocabularies
from analysis.intake.database import quoted
from analysis.intake.files import checksum, reading
from analysis.intake.reading import Part, Reading
from analysis.intake.scratch import Scratch
from analysis.intake.table_shape import counts_by_name
from analysis.intake.text import structural_fault
from analysis.reference.names import counted, some_of
from analysis.safe_words import safe

_NAMED = 3  # files or sheets that a refusal names
#: So many dates on so many different days, and none after the twelfth, do not happen: 0.4 to the thirtieth power.
_ENOUGH_DATES, _ENOUGH_DAYS, _ENOUGH_MONTHS = 30, 4, 3


class CaseReader:
    """Case files being read: their tables, what their words mean, and the database that holds their rows."""

    def __init__(
        self, paths: tuple[Path, ...], mapping: Mapping, database: duckdb.DuckDBPyConnection, scratch: Scratch
    ) -> None:
        self.paths, self.mapping, self.scratch = paths, mapping, scratch
        self.words = vocabularies(mapping)
        self.checksums: dict[Path, str] = {}
        self.sources: list[sources.Source] = []
        database.execute(f"set TimeZone = {quoted(mapping.time_zone)}")
        for path in paths:
            with reading(path):
                self.sources += sources.sources(database, path, mapping, scratch)
        self.rows = CaseRows(database, self.sources, mapping, words=self.words)

    def reading(self, forces: tuple[str, ...], *, others: bool, allowed: int, noted: tuple[Path, ...]) -> Reading:
        """The rows of some forces (all when there are none) and the notes of some files, read, checked and counted.

        Parameters
        ----------
        forces
            Names of forces; none for all.
        others
            Whether rows of no known force are read too.
        allowed
            Marks of faults that are dropped and counted.
        noted
            Files whose notes are counted here.

        Returns
        -------
        Reading
            Tables of counts and their account.

        Raises
        ------
        DataRefused
            For one file under two names, and with every fault that is not ``allowed`` (marks), all in one message.
        """
        self._check_copies()
        self._check_force()
        self._check_kind()
        codes = tuple(self.words[0].code_of(name) if name else 0 for name in forces)
        scope = Scope(codes, others)
        self._learn(rows=FIRST_ROWS)
        self._encode(scope)
        if self._learn():
            self._encode(scope)
            self._learn()
        self.rows.settle()
        tally = self.rows.tallies()
        refused = _marks(tally) & (BLANK_ROW - 1) & ~allowed
        if refused:
            raise self._refusal(scope, refused)
        self._check_days()
        self._check_numbers()
        made = self._counted(tally, noted)
        return replace(made, told_owner=(*made.told_owner, *self._told_dropped(scope, tally)))

    def forces(self) -> tuple[list[str], bool]:
        """The forces in the files, and whether some rows are of none that is known.

        Returns
        -------
        tuple[list[str], bool]
            Names, in order, and True where some rows are of none.

        Raises
        ------
        DataRefused
            For a file that breaks off or loses its shape.
        """
        force = self.words[0]
        try:
            met = {force.meaning(word) for word in self.rows.all_words(force)}
        except duckdb.Error:
            raise self._broken() from None
        return sorted(met - {""}), "" in met

    def _check_copies(self) -> None:
        """Refuse a file that stands twice among the files, and keep the checksums for the account."""
        first: dict[str, Path] = {}
        for path in self.paths:
            self.checksums[path] = checksum(path)
            earlier = first.setdefault(self.checksums[path], path)
            if earlier != path:
                names = (
                    (path.name, earlier.name) if path.name != earlier.name else (safe(str(path)), safe(str(earlier)))
                )
                raise DataRefused(f"{' and '.join(names)} are the same file, byte for byte. Leave one out.")

    def _check_force(self) -> None:
        """Refuse one force for the whole of files or sheets that are called by several."""
        if not self.mapping.force:
            return
        forces = {self.words[0].meaning(name): name for source in self.sources for name in _called(source)}
        forces.pop("", None)
        if len(forces) > 1:
            names = some_of([f"'{name}'" for name in forces.values()], _NAMED)
            raise DataRefused(
                f"The mapping says one force for all, '{self.mapping.force}', and {names} are called by several. Put a "
                "column for the force into each; or reduce them one at a time, the others with --append."
            )

    def _check_kind(self) -> None:
        """Refuse a table of counts that is mapped as a list of cases, and dates of which a program swapped some.

        A fault of the file's structure is left to the reading of its rows, which says where it is.
        """
        for source in self.sources:
            with suppress(duckdb.Error):
                self._check_no_counts(source)
                for column in source.cells:
                    self._check_no_swap(source, column)

    def _check_no_counts(self, source: sources.Source) -> None:
        """Refuse a list whose cases are line numbers, where a column that is not mapped holds numbers of cases."""
        named = [column for column in source.others if counts_by_name(column)]
        if not named or "case" not in self.mapping.columns:
            return
        case = self.mapping.columns["case"]
        for column in self.rows.numbered_counts(source, case, named):
            raise DataRefused(
                f"{source.name}: a table of counts, not of cases: '{case}' numbers the lines, and '{column}' says how "
                f'many cases each line stands for. In {self.mapping.path.name}, [columns], write cases = "{column}" in '
                "place of case = ..."
            )

    def _check_no_swap(self, source: sources.Source, column: str) -> None:
        """Refuse a column of date cells and texts in which no date cell falls after the twelfth of a month."""
        cells, latest, texts = self.rows.mixed_cells(source, column)
        if cells and texts and latest <= 12 and not self.mapping.date_format.startswith("%Y"):
            raise DataRefused(
                f"{source.name}, column '{column}': dates stand in {counted(cells, 'cell')} and texts in {texts:,}, "
                "and no date falls after the 12th of a month. A spreadsheet program has read days as months wherever "
                "that gave a date, and left the rest as text: the dates are swapped. Export the column again as text, "
                "or set it as text before that program opens the file."
            )

    def _check_days(self) -> None:
        """Refuse dates that never fall after the twelfth of a month, which only days read as months do."""
        for role in ("recorded", "outcome_date"):
            column = self.mapping.columns.get(role)
            if not column:
                continue
            number, latest, days, months = self.rows.days_of_month(role)
            if number >= _ENOUGH_DATES and latest <= 12 and days >= _ENOUGH_DAYS and months >= _ENOUGH_MONTHS:
                raise DataRefused(
                    f"Column '{column}': none of {number:,} dates falls after the 12th of a month, which does not "
                    "happen by chance. Days and months are swapped, or those after the 12th are missing. Look at "
                    f"[dates] format in {self.mapping.path.name}, and export the column again as text in one style."
                )

    def _check_numbers(self) -> None:
        """Refuse what would count twice or as open: a table of counts that holds its own totals, outcomes that stand
        once for several rows, and a case in two files under two spellings of its number."""
        if len(self.sources) > 1 and (found_twice := self.rows.written_in_two_ways()):
            raise _counted_twice(*found_twice, column=self.mapping.columns["case"])
        if source := self.rows.words_for_cells_below():
            raise DataRefused(
                f"{source.name}, column '{self.mapping.columns['outcome']}': each word stands in one row, above empty "
                "cells, as where a pivot table or merged cells say it once for all of them. Fill the cells in (a pivot "
                "table repeats its labels if told to): an empty outcome says that a case is open."
            )
        for source in self.sources:
            if self.mapping.cases and (share := self.rows.shares(source)):
                column, word, number = share
                by = f"'{word}'" if number >= PRINTED_FROM else "its word"
                raise DataRefused(
                    f"{source.name}, column '{column}': by {by} the numbers of {counted(number, 'row')} are shares or "
                    "means, not numbers of cases. Leave those rows out."
                )
            if self.mapping.cases and (found := self.rows.total(source)):
                column, word, number = found
                is_shown = number >= PRINTED_FROM and column in {one.column for one in self.words}
                what = f"'{word}'" if word and is_shown else "one of its words" if word else "an empty cell"
                raise DataRefused(
                    f"{source.name}, column '{column}': {what} stands for the sum of all others in each group of rows "
                    f"that agree in all else ({counted(number, 'row')}), so that every case would count twice. Leave "
                    "those rows out."
                )

    def _told(self) -> tuple[Warned, ...]:
        """What a reader must know of how these files were read, without a name of a file, a sheet or a column."""
        notices = _left_out(self.sources)
        if any(source.marks.hidden for source in self.sources):
            notices.append(Warned("", "hidden rows", "Rows that a sheet hides, as a filter does, were read as others."))
        if self.mapping.has_instants or any(source.instants for source in self.sources):
            zone = self.mapping.time_zone
            notices.append(Warned("", "time zone", f"Instants were read as days in the time zone {zone}."))
        if self.mapping.cases:
            sentence = "A table of counts: each row stands for as many cases as one of its columns says, not for one."
            notices.append(Warned("", "table of counts", sentence))
            if self.rows.repeats():
                sentence = (
                    "Some rows agree in every mapped column but the number of cases, and were added. That is right if "
                    "a column that is not mapped divides them, and counts cases twice if not."
                )
                notices.append(Warned("", "rows added", sentence))
        headings = {feature.name: feature.heading for feature in self.mapping.features}
        alone = "that differ in capitals, spaces or what cannot be seen alone are one category."
        notices += [
            Warned("", "spellings", f"{headings[word.role]}: words {alone}")
            for word in self.words
            if word.has_spellings
        ]
        return tuple(dict.fromkeys(notices))

    def _told_owner(self) -> tuple[str, ...]:
        """What whoever reads these files is told in their words, which no report has."""
        left = [_left_told(source) for source in self.sources if source.left]
        hidden = [
            f"{source.name}: {counted(source.marks.hidden, 'row that it hides was', 'rows that it hides were')} read."
            for source in self.sources
            if source.marks.hidden
        ]
        return tuple(dict.fromkeys([*left, *hidden]))

    def _told_dropped(self, scope: Scope, tally: dict[int, dict[int, int]]) -> tuple[str, ...]:
        """Where each row stands that was not counted. Rows are read again for it, this time with their numbers."""
        if not _marks(tally):
            return ()
        self._encode(scope, is_located=True)
        self.rows.settle()
        columns, every = {**self.mapping.columns, "cases": self.mapping.cases}, conditions(self.mapping, self.words)
        met: dict[tuple[str, int, tuple[str, ...]], list[int]] = {}
        for mark, sites, file, numbers in self.rows.left_out():
            fault = None if mark in ASIDE.values() else _first_fault(mark)
            alike = [one for place, one in enumerate(every) if sites >> place & 1 and fault and one.fault == fault.name]
            named = [column for condition in alike for column in condition.columns]
            if fault and not named:
                unknown = [word.column for word in self.words if word.column and fault.name == word.unknown_fault]
                named = [columns[role] for role in fault.roles if role in columns] or unknown
            met.setdefault((_reason(mark), file, tuple(named)), []).extend(numbers)
        return tuple(
            faults.places(reason, self.sources[file].name, self.sources[file].shown(sorted(numbers)), columns=named)
            for (reason, file, named), numbers in met.items()
        )

    def _learn(self, *, rows: int = 0) -> bool:
        """Look up words that are not known yet, in the first ``rows`` or where rows were marked for them.

        Whether some of them have a meaning after all: those known but for capitals and spaces, and the words of
        features without groups.
        """
        if rows:
            self.rows.know_words()
        unknown = set() if rows else self.rows.columns_with_unknown_words()
        has_learned = False
        for word in self.words:
            if word.column and (rows or word.role in unknown):
                try:
                    met = self.rows.unknown_words(word, rows=rows)
                except duckdb.Error:
                    if rows:
                        return False  # the reading of all rows will say what is wrong, and where
                    raise
                has_learned = word.learned(met) or has_learned
        return has_learned

    def _encode(self, scope: Scope, *, is_located: bool = False) -> None:
        """Rows into numbers. A file that is not what its first rows said is read anew; a broken one says where."""
        for attempt in range(2):
            try:
                self.rows.read(scope, is_located=is_located)
            except (duckdb.DataError, duckdb.InvalidInputException, duckdb.IOException) as fault:
                if isinstance(fault, duckdb.IOException) and "no space left" in str(fault).casefold():
                    raise  # the connection says what to do
                if attempt or not self._rewritten():
                    raise self._broken() from None
            else:
                return

    def _rewritten(self) -> bool:
        """Whether some file was not UTF-8 after all, or its lines end in several ways; those are written again."""
        changed = False
        for place, source in enumerate(self.sources):
            again = sources.read_otherwise(source, self.mapping, self.scratch)
            self.sources[place] = again or source
            changed = changed or again is not None
        return changed

    def _broken(self) -> AttritionError:
        """Where a file breaks off or loses its shape."""
        for source in self.sources:
            with reading(source.file):
                source.file.stat()
            if source.sheet and (fault := structural_fault(source.sheet, name=source.name)):
                return fault
        names = ", ".join(sorted({source.name for source in self.sources}))
        return DataRefused(f"{names} could not be read to the end: damaged. Export or copy it again.")

    def _refusal(self, scope: Scope, refused: int) -> AttritionError:
        """Every fault that is not allowed, with the first rows of each kind."""
        self._encode(scope, is_located=True)
        self.rows.settle()
        for word in self.words:
            if word.unknown:
                word.unknown = self.rows.words_at_fault(word)
        kinds = [fault for fault in faults.FAULTS.values() if fault.bit & refused]
        located = [place for fault in kinds for place in self.rows.located(fault)]
        columns = {**self.mapping.columns, "cases": self.mapping.cases}
        return faults.refusal(located, self.words, columns, self.rows.differing())

    def _counted(self, tally: dict[int, dict[int, int]], noted: tuple[Path, ...]) -> Reading:
        """The counts of the rows that stand, and the account of all."""
        overall = _overall(tally)
        kept = overall.pop(0, 0)
        notes = Counter({source.file: 0 for source in self.sources})
        for source in self.sources:
            notes[source.file] += source.sheet.notes if source.sheet and source.file in noted else 0
        if notes.total():
            overall[REMARK] += notes.total()
        parts = self._parts() if kept else {}
        return Reading(
            parts=parts,
            files=self._files(tally, notes),
            rows=kept + sum(overall.values()),
            kept=kept,
            dropped=_dropped(overall),
            categories=_categories(list(parts.values())),
            warnings=self._told(),
            told_owner=self._told_owner(),
            taken=self.mapping.taken.isoformat(),
        )

    def _parts(self) -> dict[str, Part]:
        """The sets of counts: the main one, and those by time to outcome and by features where there is what for."""
        main = self._part(self.rows.grouped())
        parts = {"": main}
        if "outcome_date" in self.mapping.columns:
            parts["lags"] = self._part(self.rows.grouped_by_lag())
        if traits(self.words).digits:
            parts["features"] = replace(
                self._part(self.rows.grouped_by_features()),
                received=main.received,
                fit_features=self.mapping.fit_features,
                fit_cluster=self.mapping.fit_cluster,
            )
        return parts

    def _part(self, arrays: dict[str, Any]) -> Part:
        """One table of counts, its numbers turned back into names."""
        columns: dict[str, Any] = {}
        for vocabulary in self.words:
            if vocabulary.key in arrays:
                codes = arrays[vocabulary.key].astype(np.int16) - 1
                names = pd.Index(vocabulary.categories)
                if vocabulary.role == "outcome" and "is_dated" in arrays:  # none is the first that has a date
                    first = np.where(arrays["is_dated"], codes, vocabulary.categories.index(UNDECIDED))
                    columns["first_outcome"] = pd.Categorical.from_codes(first, categories=names)
                columns[vocabulary.role] = pd.Categorical.from_codes(codes, categories=names)
            if vocabulary.role == "force" and "month" in arrays:
                columns["period"] = _months(arrays["month"])
        if "lag" in arrays:
            columns["lag"] = arrays["lag"].astype(np.int32)
        table = pd.DataFrame({**columns, "cases": arrays["cases"]})
        features = {feature.name: feature.heading for feature in self.mapping.features if feature.name in columns}
        return Part(
            table=table,
            dimensions=tuple(columns),
            received=self._received(arrays) if "month" in arrays else frozenset(),
            scheme=SCHEME,
            months=self.mapping.months,
            features=features,
            lag_unit="days" if "lag" in columns else "",
        )

    def _received(self, arrays: dict[str, Any]) -> frozenset[tuple[str, date]]:
        """The force-months that arrived: those with a case, or all of the months that the mapping says it covers."""
        names = self.words[0].categories
        is_met = np.zeros((len(names) + 1, arrays["month"].max() + 1), dtype=bool)
        is_met[arrays["force"], arrays["month"]] = True
        met = frozenset((names[force - 1], month_of(month)) for force, month in np.argwhere(is_met).tolist())
        first, last = self.mapping.first_month, self.mapping.last_month
        if first is None or last is None:
            return met
        start = month_number(first) - month_number(first) % self.mapping.months
        span = range(start, month_number(last) + 1, self.mapping.months)
        return frozenset((force, month_of(number)) for force in {force for force, _ in met} for number in span)

    def _files(self, tally: dict[int, dict[int, int]], notes: Counter[Path]) -> tuple[FileRead, ...]:
        """Each file with its checksum, size and rows."""
        rows = Counter(notes)
        for place, marks in tally.items():
            rows[self.sources[place].file] += sum(marks.values())
        return tuple(FileRead(path.name, self.checksums[path], path.stat().st_size, rows[path]) for path in self.paths)


def _counted_twice(
    cases: int, first: sources.Source, second: sources.Source, is_without_zeros: bool, *, column: str
) -> DataRefused:
    """The refusal of two tables that have the same cases under other spellings of their numbers."""
    stand = counted(cases, "case stands", "cases stand")
    if is_without_zeros:
        return DataRefused(
            f"{first.name} and {second.name}: {stand} in the first with zeros before the number in column '{column}', "
            "and in the second without them, as a spreadsheet program leaves numbers: each would count twice. Export "
            "the second again with that column as text."
        )
    return DataRefused(
        f"{first.name} and {second.name}: {stand} in both, of one force and day, under identifiers in column "
        f"'{column}' with the same letters and digits that differ in capitals, in what stands between them (as 46/1 "
        "and 46-1) or in a decimal place: each would count twice. Write them alike in both."
    )


def _called(source: sources.Source) -> tuple[str, ...]:
    """What a table is called, as its sheet and its file are."""
    return source.title, Path(source.member or source.file).stem


def _left_out(read: list[sources.Source]) -> list[Warned]:
    """That sheets of workbooks, and files of archives, were not read."""
    of_file = {source.file: source for source in read if source.left}.values()
    notices = []
    for noun, of in (("sheet", "a workbook"), ("file", "an archive")):
        left = sum(len(source.left) for source in of_file if bool(source.title) == (noun == "sheet"))
        some = f"{left} {noun}s of {of} were" if left > 1 else f"One {noun} of {of} was"
        notices += [Warned("", f"{noun}s", f"{some} not read.")] * bool(left)
    return notices


def _left_told(source: sources.Source) -> str:
    several, noun = len(source.left) > 1, "sheet" if source.title else "file"
    sentence = f"the {noun}{'s' if several else ''} {', '.join(source.left)} {'were' if several else 'was'} not read."
    return f"{source.file.name}: {sentence}"


def _marks(tally: dict[int, dict[int, int]]) -> int:
    """The marks that some row bears, a bit each."""
    return reduce(or_, _overall(tally), 0)


def _overall(tally: dict[int, dict[int, int]]) -> Counter[int]:
    """Rows by mark over all files."""
    return sum((Counter(marks) for marks in tally.values()), Counter())


def _dropped(overall: Counter[int]) -> dict[str, int]:
    """Rows that were not counted, by reason: a row with several faults under the first of them."""
    dropped: Counter[str] = Counter()
    for mark, rows in overall.items():
        dropped[_reason(mark)] += rows
    return dict(sorted(dropped.items()))


def _reason(mark: int) -> str:
    """Why a row with a mark is not counted."""
    names = {mark: reason for reason, mark in ASIDE.items()}
    return names.get(mark) or _first_fault(mark).description


def _first_fault(mark: int) -> faults.Fault:
    """The first of the faults of a row."""
    return next(fault for fault in faults.FAULTS.values() if fault.bit & mark)


def _categories(parts: list[Part]) -> dict[str, dict[str, int]]:
    """Rows of each category, by column."""
    rows_by_category: dict[str, dict[str, int]] = {}
    for part in parts:
        for name in part.dimensions:
            if name not in ("period", "lag", *rows_by_category):
                sums = part.table.groupby(name, observed=True)["cases"].sum()
                rows_by_category[name] = {str(label): int(rows) for label, rows in sums.items()}
    return rows_by_category


def _months(numbers: Any) -> Any:
    """Month numbers as categories of first days, in order."""
    first = int(numbers.min())
    names = pd.Index([month_of(number) for number in range(first, int(numbers.max()) + 1)])
    return pd.Categorical.from_codes((numbers - first).astype(np.int16), categories=names)
