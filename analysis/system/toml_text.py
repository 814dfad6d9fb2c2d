"""TOML as somebody else wrote it, held strictly: read with the line of each part of it, or refused with its line."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeAlias, TypeVar

from analysis.errors import AttritionError
from analysis.system import unwritten

LARGEST = 2**20  # bytes of a file: more was written by nobody
MOST_TOLD = 50  # mistakes of a file: who has more looks at these first
_PARTS = 40  # of a key: Python's reader takes the square of their number in memory
_WORD = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"{_WORD}(?:[ \t]*+\.[ \t]*+{_WORD}){{{_PARTS},}}")
_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
_PLAINER = {
    "Cannot overwrite a value": "a key stands twice in this table, here for the second time",
    "Invalid value": "no value stands here. Put words in quotation marks",
    "Expected '=' after a key in a key/value pair": "write key = value",
}
_TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # a string of several lines may end in quotation marks of its own
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]"
    r"""|[^\s\[\]{}\#"',=]+"""  # a bare key or value
    r"|[^\S\n]+|,|=",
    re.DOTALL,
)

#: Where something stands in a document: its keys from the outside, and the place of a table among those of one name.
Way: TypeAlias = tuple[str | int, ...]
_Read = TypeVar("_Read")
_Given = ParamSpec("_Given")


def read(path: Path, *, kind: str, refusal: type[AttritionError], advice: str) -> Document:
    """What a file holds.

    Parameters
    ----------
    path
        The file.
    kind
        What it is to be: "batch file".
    refusal
        What it is refused with.
    advice
        A sentence on what such a file looks like, for text that is no TOML.

    Returns
    -------
    Document
        Its values, and where each of them stands.

    Raises
    ------
    AttritionError
        As ``refusal``, for a file that cannot be read, is larger than LARGEST, or is no TOML in UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as fault:
        raise refusal(f"{path} cannot be read ({unwritten.why(fault)}). {unwritten.advice(fault)}") from None
    if len(content) > LARGEST:
        raise refusal(f"{path.name}: more than {LARGEST // 2**20} MiB is no {kind}. Name another.")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise refusal(f"{path.name}, line {line}: no UTF-8. Save the file as UTF-8.") from None
    try:
        return Document(path.name, text, refusal)
    except _NotRead as fault:
        raise refusal(f"{path.name}, line {fault.line}: {fault}. {advice}") from None


class Document:
    """A TOML file as read: ``values`` is what it holds.

    Parameters
    ----------
    name
        What the file is called.
    text
        What stands in it.
    refusal
        What a mistake in it is refused with.

    Examples
    --------
    >>> from analysis.errors import ParameterError
    >>> text = 'title = "Some"\\n\\n[[reports]]\\nforces = [\\n"Kent",\\n"Essex"]'
    >>> batch = Document("some.toml", text, ParameterError)
    >>> batch.values["reports"][0]
    {'forces': ['Kent', 'Essex']}
    >>> batch.line("reports", 0), batch.line("reports", 0, "forces"), batch.line("reports", 0, "forces", value="Essex")
    (3, 4, 6)
    """

    def __init__(self, name: str, text: str, refusal: type[AttritionError]) -> None:
        self.name, self._text, self._refusal = name, text, refusal
        self.values = _loaded(text)
        self._refused: dict[AttritionError, tuple[int, str]] = {}  # the line and the sentence of each refusal
        self._kept: list[AttritionError] = []

    def tables(self, name: str) -> int:
        """How many tables there are under headers in two pairs of brackets, ``[[name]]``.

        Parameters
        ----------
        name
            The name in the brackets.

        Returns
        -------
        int
            0 where there is none.
        """
        return sum(way[:1] == (name,) and len(way) == 2 and isinstance(way[1], int) for way in self._statements)

    def line(self, *way: str | int, value: object = None) -> int:
        """The line of what stands there, from 1; of what is around it, where it is not there itself.

        Parameters
        ----------
        *way
            Its keys from the outside, and the place of a table among those of one name, from 0.
        value
            A value in it, such as one of a long list.

        Returns
        -------
        int
            A line, or 1 where nothing around it is there either.
        """
        for end in range(len(way), 0, -1):
            if statement := self._statements.get(way[:end]):
                return statement.line if value is None or end < len(way) else statement.line_of(value)
        return 1

    def refuse(self, what: str, *way: str | int, value: object = None) -> NoReturn:
        """Refuse what stands there, naming the file and the line (``line``).

        Parameters
        ----------
        what
            What is wrong with it.
        *way
            Its keys from the outside, and the place of a table among those of one name, from 0.
        value
            A value in it, such as one of a long list.

        Raises
        ------
        AttritionError
            Always: the kind that the document is refused with.
        """
        sentence = what if what.endswith((".", "?")) else f"{what}."
        line = self.line(*way, value=value)
        fault = self._refusal(f"{self.name}, line {line}: {sentence}")
        self._refused[fault] = line, sentence
        raise fault from None

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Keep a refusal of this document in here for ``tell``, so that what comes after is looked at as well.

        Yields
        ------
        None
            The block; ``tell`` raises what was kept.
        """
        try:
            yield
        except self._refusal as fault:
            if fault not in self._refused:
                raise
            self._kept.append(fault)
            if len(self._kept) >= MOST_TOLD:
                self.tell()

    def attempt(
        self, otherwise: _Read, read: Callable[_Given, _Read], *given: _Given.args, **named: _Given.kwargs
    ) -> _Read:
        """What a reading of this document gives; ``otherwise`` where it is refused, of which ``tell`` tells.

        Parameters
        ----------
        otherwise
            What stands in its place, so that what comes after is looked at as well.
        read
            The reading.
        *given, **named
            What it is given.

        Returns
        -------
        Any
            What the reading gives, or ``otherwise``.
        """
        with self.going_on():
            return read(*given, **named)
        return otherwise

    @property
    def refusals(self) -> int:
        """How many refusals were kept."""
        return len(self._kept)

    def tell(self) -> None:
        """Raise every refusal that was kept as one, in the order of lines; nothing where none was.

        Raises
        ------
        AttritionError
            The kind that the document is refused with, with every line that is wrong.
        """
        mistakes = sorted({self._refused[fault] for fault in self._kept})
        if len(mistakes) == 1:
            raise self._kept[0]
        if mistakes:
            indented = [(line, sentence.replace("\n", "\n  ")) for line, sentence in mistakes]  # those of another file
            lines = "".join(f"\n  line {line}: {sentence}" for line, sentence in indented)
            more = " or more" if len(self._kept) >= MOST_TOLD else ""
            raise self._refusal(f"{self.name} has {len(mistakes)} mistakes{more}.{lines}")

    @cached_property
    def _statements(self) -> dict[Way, _Statement]:
        """The statement that each key and table stands in, the first of several; read once somebody asks."""
        places: dict[Way, _Statement] = {}
        numbers: Counter[Way] = Counter()  # of tables of one name
        inside: Way = ()
        for statement in _split(self._text):
            keys = tomllib.loads(statement.text)
            if not statement.text.startswith("["):
                for way in _ways(keys):
                    places.setdefault((*inside, *way), statement)
                continue
            inside = ()
            while keys:
                [(key, keys)] = keys.items()
                inside = (*inside, key)
                places.setdefault(inside, statement)
                numbers[inside] += isinstance(keys, list)
                if numbers[inside]:
                    inside = (*inside, numbers[inside] - 1)
                    places.setdefault(inside, statement)
                keys = {} if isinstance(keys, list) else keys
        return places


class _NotRead(ValueError):
    """Text that is no TOML, or more than can be read, in plain words."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


def _loaded(text: str) -> dict[str, Any]:
    """What a text holds. Raises _NotRead."""
    if long := _LONG_KEY.search(text):
        raise _NotRead(f"a key of more than {_PARTS} parts", text.count("\n", 0, long.start()) + 1)
    last = text.rstrip().count("\n") + 1
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        where = _WHERE.search(str(fault))
        fault_words = _WHERE.sub("", str(fault)).strip()
        fault_words = re.sub(r"Cannot declare (\(.*\)) twice", r"a table stands twice: \1", fault_words)
        raise _NotRead(_PLAINER.get(fault_words, fault_words), int(where[1]) if where and where[1] else last) from None
    except (ValueError, RecursionError):
        raise _NotRead("a list or number is too long", last) from None


@dataclass
class _Statement:
    """A header of a table, or a key with its value: its parts, each with its line, from 1."""

    parts: list[tuple[int, str]] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The line in which it begins."""
        return self.parts[0][0]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(part for _, part in self.parts)

    def line_of(self, value: object) -> int:
        """The line of a value in it; where it is not written so, its first line."""
        for line, part in self.parts[1:]:
            try:
                written = tomllib.loads(f"value = {part}")["value"]
            except tomllib.TOMLDecodeError:
                continue
            if type(written) is type(value) and written == value:
                return line
        return self.line


def _ways(keys: dict[str, Any]) -> Iterator[Way]:
    """The way to each key of nested tables."""
    for key, value in keys.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *way) for way in _ways(value))


def _split(text: str) -> Iterator[_Statement]:
    """Each statement of a text that is TOML, without comments.

    One ends with its line, or later where a bracket is open.
    """
    statement, line, depth = _Statement(), 1, 0
    for part in _TOKENS.findall(text + "\n"):
        depth += (part in ("[", "{")) - (part in ("]", "}"))
        if part == "\n" and not depth and statement.parts:
            yield statement
            statement = _Statement()
        elif part[0] != "#" and (statement.parts or part.strip()):
            statement.parts.append((line, part))
        line += part.count("\n")
