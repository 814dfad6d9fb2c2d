"""A copy of a question's notebook in work/, to be changed as one likes. Nothing that is there is replaced."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.errors import CouldNotWrite, ParameterError, unknown
from analysis.publishing.notebooks import notebooks

_NAME = re.compile(r"\w[\w -]*")  # as a folder of reports and an address may have it
_LONGEST = 80  # characters


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
    if question not in notebooks.names():
        raise unknown("question", question, notebooks.names(), see="attrition list notebooks")
    name = (name or usual_name(question)).removesuffix(".ipynb")
    _check(name)
    path = notebooks.WORK / f"{name}.ipynb"
    content = notebooks.path_of(question).read_bytes()
    try:
        if not path.parent.is_dir():
            path.parent.mkdir()
        with path.open("xb") as file:
            file.write(content)
    except OSError as fault:
        if not path.exists():
            raise CouldNotWrite(f"{path} could not be written ({fault.strerror}). Look at that folder.") from fault
        raise ParameterError(
            f"{path.name} is in {path.parent.name}/ already, and nothing there is replaced. "
            f"Give the copy a name of its own: 'attrition new {question} NAME'."
        ) from None
    return path


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
