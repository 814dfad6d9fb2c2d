"""One table of reports in a batch file: which notebook, and every combination of the values that it gives.

``forces = "all"``, ``periods = "last 8 quarters"`` mean more as more counts arrive. Which keys are of the whole file
stands here too, since a table says of one that it belongs above it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NoReturn

from analysis.counts.counts import Counts
from analysis.errors import AttritionError, ParameterError, offer
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.notebooks.notebooks import Notebook, Parameter, Value
from analysis.publishing.notify import settings
from analysis.reference import definitions, periods, reference
from analysis.system.toml_text import Document

TABLES, NOTIFY = "reports", settings.TABLE  # the two kinds of table
KEYS: dict[str, type] = {  # of the file itself
    "title": str,
    "when_one_fails": str,
    "formats": list,
    "time_limit": int,
    "memory_limit": int,
    NOTIFY: list,
    "update": dict,
    TABLES: list,
}
PLURAL = {"forces": "force", "periods": "period"}  # keys whose words grow with the counts, and the parameter of each
EACH, NATION = "all", "nation"
_LAST = re.compile(r"last(?: (\d{1,4}))? (quarter|year)s?")


def wanted(
    number: int, table: dict[str, Any], *, document: Document, folder: Path
) -> Iterator[tuple[str, dict[str, Value], dict[str, Value]]]:
    """The reports that a table asks for: notebook, values of its parameters as asked for, and as they are meant.

    Parameters
    ----------
    number
        Which of the tables of reports it is, from 0.
    table
        What it holds.
    document
        The batch file, which knows its lines.
    folder
        The folder that the batch file stands in.

    Returns
    -------
    Iterator[tuple[str, dict[str, Value], dict[str, Value]]]
        One triple for each report.

    Raises
    ------
    ParameterError
        For anything that cannot be, naming the line.
    """
    return _Table(number, table, document=document, folder=folder).wanted()


class _Table:
    """One table, the ``number``-th of its file."""

    def __init__(self, number: int, table: dict[str, Any], *, document: Document, folder: Path) -> None:
        self.number, self.document = number, document
        self.name = self._notebook(table.get("notebook"), folder)
        try:
            self.notebook = notebooks.notebook(self.name)
        except ParameterError as fault:
            hint = " The path of a notebook ends in .ipynb." if "/" in self.name else ""
            self._refuse("notebook", what=f"{fault}{hint}")
        self.is_sound = True  # whether it is what was meant, as far as is known
        self.choices: dict[str, list[Any]] = {}  # the values that each parameter is given
        self.keys: dict[str, str] = {}  # the key that they were given under
        self._read(table, folder)

    def wanted(self) -> Iterator[tuple[str, dict[str, Value], dict[str, Value]]]:
        """Every report, its values checked."""
        refused: list[tuple[str, Any]] = []  # parameters, each with the value that was blamed
        for given in self._each():
            if any(given.get(name) == value for name, value in refused):
                continue
            try:
                asked = jobs.asked(self.notebook, given)
            except ParameterError as fault:
                blamed = _blamed(fault, self.notebook, given, written=self.choices)
                refused.append((blamed, given.get(blamed)))
                self._refuse_value(blamed, given.get(blamed), str(fault))
            else:
                if self.is_sound:
                    yield self.name, asked, jobs.meant(asked)

    def _refuse_value(self, name: str, value: Any, fault: str) -> None:
        """Keep the refusal of a value, unless it may only follow from another mistake in the table."""
        if self.is_sound or f"'{value}'" in fault:
            key = self.keys.get(name, "notebook")
            with self.document.going_on():
                self._refuse(key, what=fault.rstrip(".") + "." + _hint(key, value), value=value)

    def _notebook(self, name: Any, folder: Path) -> str:
        """The name of a notebook, or the path of one: it is read from the folder of the batch file."""
        if not isinstance(name, str):
            self._refuse("notebook", what='no notebook: write notebook = "victim_withdrawal"')
        if not name.endswith(".ipynb"):
            return name
        path = folder.absolute() / name
        if not _is_file(path):
            what = f"no notebook stands at '{name[:80]}'. A path is read from the folder of the batch file"
            here = Path(name).absolute()
            if _is_file(here) and here.drive == path.drive:
                what += f", and from there it is '{os.path.relpath(here, folder)}'"
            self._refuse("notebook", what=what)
        return str(path)

    def _read(self, table: dict[str, Any], folder: Path) -> None:
        """The values of every key, each of them plain."""
        parameters = {parameter.name: parameter for parameter in self.notebook.parameters}
        plural = {word: single for word, single in PLURAL.items() if single in parameters}
        for key, value in table.items():
            name = plural.get(key, key)
            if key == "notebook":
                continue
            with self._going_on():
                self._check_key(key, name, value, there=[*parameters, *plural])
                choices = value if isinstance(value, list) else [value]
                self.keys[name] = key
                self.choices[name] = [choice for choice in choices if self._is_of_kind(parameters[name], key, choice)]
            if name == "measure" and name in self.choices:
                self.choices[name] = self._measures(key, self.choices[name], folder)

    def _check_key(self, key: str, name: str, value: Any, *, there: list[str]) -> None:
        """Refuse a key that is none of the notebook's, of which ``there`` are, or that says nothing, or nothing new."""
        if key in KEYS and name not in there:
            self._refuse(key, what=f"'{key}' is a key of the whole file: put it above the first [[{TABLES}]]")
        if name not in there:
            keys = f"{offer(key, there)} Keys there: {', '.join(sorted(there))}"
            self._refuse(key, what=f"'{key}' is no parameter of {self.notebook.name}.{keys}")
        if name in self.choices:
            self._refuse(key, what=f"'{key}' and '{self.keys[name]}' say the same thing twice: keep one")
        if value == []:
            self._refuse(key, what=f"'{key}' is an empty list: nothing would be made")

    def _is_of_kind(self, parameter: Parameter, key: str, value: Any) -> bool:
        """Whether a value is of the kind of its parameter; the refusal of another is kept."""
        with self._going_on():
            self._check_kind(parameter, key, value)
            return True
        return False

    def _check_kind(self, parameter: Parameter, key: str, value: Any) -> None:
        """Refuse a value that is of another kind than its parameter."""
        if parameter.kind is str and not isinstance(value, str):
            self._refuse(key, what=f"'{key}' takes words. Put each in quotation marks", value=value)
        try:
            parameter.value(value)
        except ParameterError as fault:
            self._refuse(key, what=str(fault).replace(parameter.option, f"'{key}'", 1), value=value)

    def _measures(self, key: str, names: list[str], folder: Path) -> list[str]:
        """Measures as records have them: one that is defined beside the batch file is written out."""
        written = []
        for name in names:
            with self._going_on():
                try:
                    written.append(definitions.measure(name, beside=folder).name)
                except ParameterError as fault:
                    self._refuse(key, what=str(fault), value=name)
        return written

    def _each(self) -> Iterator[dict[str, Any]]:
        """Every combination of the values, forces and periods written out for the counts that it reads."""
        usual = [parameter.default for parameter in self.notebook.parameters if parameter.name == "counts"]
        for name in self.choices.get("counts", usual or [""]):
            try:
                counts = jobs.about_counts(str(name)) if name else None
            except ParameterError as fault:
                with self._going_on():
                    self._refuse("counts", what=str(fault), value=name)
                continue
            own = {**self.choices, **({"counts": [name]} if "counts" in self.choices else {})}
            for key, meant in (("forces", _forces_meant), ("periods", _periods_meant)):
                if self.keys.get(PLURAL[key]) == key:
                    own[PLURAL[key]] = self._meant(key, meant, counts)
            if not self.is_sound:  # what is right of it is looked at, beside whatever is usual
                own = {parameter: choices for parameter, choices in own.items() if choices}
            yield from (dict(zip(own, values, strict=True)) for values in product(*own.values()))

    def _meant(self, key: str, meant: Callable[[str, Counts | None], list[str]], counts: Counts | None) -> list[str]:
        """What the words under a key mean, each name once."""
        names: list[str] = []
        for word in self.choices[PLURAL[key]]:
            try:
                names += meant(word, counts)
            except ParameterError as fault:
                with self._going_on():
                    self._refuse(key, what=str(fault), value=word)
        return list(dict.fromkeys(names))

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Keep a refusal in here, and that the table is not what was meant."""
        is_left = False
        with self.document.going_on():
            yield
            is_left = True
        self.is_sound = self.is_sound and is_left

    def _refuse(self, key: str, *, what: str, value: Any = None) -> NoReturn:
        self.document.refuse(what, TABLES, self.number, key, value=value)


def _is_file(path: Path) -> bool:
    """Whether a path leads to a file; one that no file can have leads nowhere."""
    try:
        return path.is_file()
    except OSError:
        return False


def _blamed(fault: ParameterError, notebook: Notebook, given: dict[str, Any], *, written: Iterable[str]) -> str:
    """The parameter that a refusal is about: without it there would be none, or another one."""
    blamed = []
    for name in written:
        try:
            jobs.asked(notebook, {other: value for other, value in given.items() if other != name})
        except AttritionError as other:
            if str(other) == str(fault):
                continue
        blamed.append(name)
    message = str(fault)
    quoted = [name for name in blamed if f"'{given[name]}'" in message]
    return next(iter(quoted or [name for name in blamed if str(given[name]) in message] or blamed), "")


def _forces_meant(word: str, counts: Counts | None) -> list[str]:
    """The forces that a word means.

    >>> _forces_meant("nation", None), _forces_meant("met", None)
    (['all'], ['Metropolitan Police'])
    """
    plain = word.strip().casefold()
    if plain == EACH:
        return list(counts.forces) if counts else reference.forces()
    return ["all"] if plain == NATION else [reference.place_named(word)]


def _periods_meant(word: str, counts: Counts | None) -> list[str]:
    """The periods that a word means, the newest first."""
    match = _LAST.fullmatch(" ".join(word.casefold().split()))
    if match is None:
        return [word.strip()]
    if counts is None:
        raise ParameterError(f"'{word}' cannot be said without counts. Name the period: 2024/25, or '2024/25 Q1'")
    whole, kind = _whole_parts(counts, match[2]), match[2]
    wanted = int(match[1] or 1)
    if not wanted:
        raise ParameterError(f"'{word}' asks for nothing. Ask for 'last {kind}' or more")
    if wanted > len(whole):
        there = f"{len(whole) or 'no'} whole {kind}{'s' if len(whole) != 1 else ''}"
        most = f"'last {len(whole)} {kind}s'" if len(whole) > 1 else f"'last {kind}'" if whole else "'all'"
        raise ParameterError(f"'{word}': counts '{counts.name}' hold {there}. Ask for {most}")
    return whole[::-1][:wanted]


def _hint(key: str, value: object) -> str:
    """What to say where such a word is given to the key of one force or period; "" where it is not."""
    plain = str(value).strip().casefold()
    if key == "force" and plain == NATION:
        return ' Write force = "all", or forces = "nation".'
    if key == "periods" and plain.startswith("last"):
        return " Or say 'last year', 'last 8 quarters'."
    return f' Write periods = "{value}".' if key == "period" and _LAST.fullmatch(plain) else ""


def _whole_parts(counts: Counts, kind: str) -> list[str]:
    """The names of the quarters or financial years of which the counts hold the whole, in order."""
    name = periods.quarter_name if kind == "quarter" else periods.financial_year
    parts = dict.fromkeys(name(first) for first in sorted(counts.coverage.periods))
    return [part for part in parts if counts.covers(part)]
