"""Copies of a question's notebook in work/, to be changed as one likes. Nothing that is there is replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, unknown
from analysis.publishing.notebooks import notebooks
from analysis.system import unwritten, writing
from analysis.system.folders import visible

_NAME = re.compile(r"\w[\w -]*")  # as a folder of reports and an address may have it
_LONGEST = 80  # characters
_BEGUN = "# Begun afresh; what was changed before is in "  # and then in which copies


def usual_name(question: str) -> str:
    """What a copy is called where nobody gives it a name.

    Parameters
    ----------
    question
        The name of one of the suite's notebooks.

    Returns
    -------
    str
        A name that is not the suite's, so that the report of the copy stands beside that of the suite.

    Examples
    --------
    >>> usual_name("trends")
    'my_trends'
    """
    return f"my_{question}"


def asked_for(name: str) -> str:
    """The question of which a copy has this usual name.

    Parameters
    ----------
    name
        The name of a notebook in work/, without ``.ipynb``.

    Returns
    -------
    str
        The name of the suite's notebook; "" where it is not the usual name of any.

    Examples
    --------
    >>> asked_for("my_trends"), asked_for("my_own")
    ('trends', '')
    """
    return next((question for question in notebooks.names() if usual_name(question) == name), "")


def fresh(question: str) -> Path:
    """A copy of a question's notebook that nobody has changed: one that stands in work/, or else a new one beside it.

    One whose cells say what those of the suite's do is unchanged, whatever it shows. A new copy beside others has a
    number, and says in its cell of parameters where the one before it is.

    Parameters
    ----------
    question
        The name of one of the suite's notebooks.

    Returns
    -------
    Path
        The copy.

    Raises
    ------
    ParameterError
        For a question that there is none of, with the nearest there is.
    CouldNotWrite
        Where the folder cannot be written.
    """
    _check_question(question)
    numbered = dict(sorted(_numbered(question)))
    words = _words(json.loads(notebooks.path_of(question).read_bytes()))
    if unchanged := [path for path in numbered.values() if _is_of(path, words)]:
        return unchanged[-1]
    if not numbered:
        return new(question)
    last = max(numbered)
    path = notebooks.WORK / f"{usual_name(question)}_{last + 1}.ipynb"
    _write(path, _begun_afresh(question, numbered[last].name), question)
    return path


def new(question: str, name: str = "") -> Path:
    """Make a copy of a question's notebook in work/, which is made where it does not exist.

    Parameters
    ----------
    question
        The name of one of the suite's notebooks.
    name
        What the copy is called, with or without ``.ipynb``; ``usual_name`` where it is empty.

    Returns
    -------
    Path
        The copy.

    Raises
    ------
    ParameterError
        For a question that there is none of, with the nearest there is; for a name that a report cannot have, that is
        one of the suite's, or that stands there already.
    CouldNotWrite
        Where the folder cannot be written.
    """
    _check_question(question)
    name = (name or usual_name(question)).removesuffix(".ipynb")
    _check(name)
    path = notebooks.WORK / f"{name}.ipynb"
    _write(path, notebooks.path_of(question).read_bytes(), question)
    return path


def _write(path: Path, content: bytes, question: str) -> None:
    """Write a copy where nothing stands yet, in a folder that is made where it does not exist."""
    try:
        with writing.whole(path, is_first=True) as file:
            file.write(content)
    except OSError as fault:
        if not isinstance(fault, FileExistsError):
            raise unwritten.refusal(path, fault) from fault
        raise ParameterError(
            f"{path.name} is in {path.parent.name}/ already, and nothing there is replaced. "
            f"Give the copy a name of its own: 'attrition new {question} NAME'."
        ) from None


def _numbered(question: str) -> Iterator[tuple[int, Path]]:
    """The copies of a question that have a usual name, by their numbers: the first has none, the next is 2."""
    for path in visible(notebooks.WORK, "*.ipynb"):
        if match := re.fullmatch(rf"{re.escape(usual_name(question))}(?:_([2-9]|[1-9]\d+))?", path.stem):
            yield int(match[1] or 1), path


def _words(document: Any) -> list[tuple[str, str]]:
    """What the cells of a notebook say, without the line that a copy was begun with."""
    cells = notebooks.plain_cells(document)
    return [(cell["type"], re.sub(rf"^{_BEGUN}.*\n", "", cell["source"], flags=re.MULTILINE)) for cell in cells]


def _is_of(path: Path, words: list[tuple[str, str]]) -> bool:
    """Whether the cells of a notebook say this; no for a file that cannot be read as one."""
    try:
        return _words(json.loads(path.read_bytes())) == words
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _begun_afresh(question: str, before: str) -> bytes:
    """A question's notebook whose cell of parameters begins with where an earlier copy is."""
    document = json.loads(notebooks.path_of(question).read_bytes())
    [cell] = [cell for cell in document["cells"] if "parameters" in cell["metadata"].get("tags", ())]
    cell["source"] = [f"{_BEGUN}{before}\n", *cell["source"]]
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _check_question(question: str) -> None:
    """Refuse a question that there is none of, with the nearest there is."""
    if question not in notebooks.names():
        raise unknown("question", question, notebooks.names(), see="attrition list notebooks")


def _check(name: str) -> None:
    """Raise ParameterError for a name that the report of a copy cannot have, or that is the suite's."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise ParameterError(
            f"A copy cannot be called '{name[:_LONGEST]}'. A name has letters, digits, spaces, '-' and '_', at most "
            f"{_LONGEST}, and no folder before it: copies are put in work/."
        )
    if name in notebooks.SUITE or name in notebooks.TAKEN:
        raise ParameterError(
            f"'{name}' is a name of the suite's, and the report of the copy would take the place of its own. "
            f"Another name will do: '{usual_name(name)}'."
        )
