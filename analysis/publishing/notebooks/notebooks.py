"""Notebooks: where they are, what their parameters cell declares, and the rules that keep them thin.

The parameters cell is the only declaration of a notebook's parameters, of which it may have none. It is read as a
syntax tree, never run, so a mistake in a parameter is refused before a kernel starts.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from shlex import quote
from typing import Any, cast

from analysis.errors import NotebookFailed, ParameterError, offer, unknown
from analysis.reference import measures, reference
from analysis.safe_words import in_one_line, is_safe, safe
from analysis.system.folders import visible

FOLDER = reference.PROJECT / "notebooks"  # a reader's own, and in the project the suite's too
_BROUGHT = reference.SUITE / "notebooks"
WORK = reference.PROJECT / "work"  # copies of the suite's that a reader changes, and what else they try

#: The suite's own, which 'report' makes and 'check' checks. Whatever else is beside them is somebody's own: it is
#: run by its name, and stops nothing.
SUITE = (
    "data_received",
    "force_comparison",
    "force_profile",
    "journey",
    "no_further_action",
    "published_findings",
    "time_to_outcome",
    "trends",
    "victim_withdrawal",
    "who_withdraws",
)
_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_RESERVED = ("out", "help", "draft", "is_draft")  # options of every run
TAKEN = ("batches", "forces", "restricted")  # folders beside those that notebooks have below the folder of reports
_LONGEST = 5_000  # characters of a cell
_MOST = 5  # notebooks of somebody's own that are named in a line
_HELP = re.compile(r"#\s*(.+)$")
_LINE_END = re.compile(r"\r\n|\r|\n")  # as Python counts the lines of a program

Value = str | int | float | bool

#: What counts a notebook can use, by the word under "attrition" in its metadata that says so.
USES = {
    "outcomes": "outcomes by Home Office type, force and period",
    "any outcomes": "outcomes of any publisher, by force and period",
    "recorded": "outcomes of all cases recorded in a period",
    "series": "outcomes by month or quarter",
    "times": "time to outcome",
    "features": "features of cases",
    "ledger": "counts with the ledger of how their files were read",
}
_USUAL = "outcomes"
MOST_PAGES = 8  # of a report in print before its annex; a notebook may say that it has fewer
#: How its PDF is laid out, by the word under "layout": a report with a front page, or a sheet of two pages.
LAYOUTS = REPORT, SHEET = "report", "sheet"


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: ``name: kind = default  # meaning``."""

    name: str
    kind: type
    default: Value
    meaning: str

    @property
    def option(self) -> str:
        """As a command line has it: "--force"."""
        return "--" + self.name.replace("_", "-")

    def value(self, given: Any) -> Value:
        """A given value as this parameter's type. Text is converted, and a whole number where any number will do.

        Parameters
        ----------
        given
            The value.

        Returns
        -------
        Value
            The same, or what it was converted to.

        Raises
        ------
        ParameterError
            When it cannot be: "yes" for a number, 3.5 for a whole number, a number without end.
        """
        try:
            if self.kind is bool:
                return _TRUTH[str(given).casefold()]
            if self.kind is str and isinstance(given, str) and is_safe(given):
                return given
            if self.kind in (int, float) and (isinstance(given, str) or type(given) in (int, self.kind)):
                number: float = self.kind(given)
                if math.isfinite(number):
                    return number
        except (ValueError, KeyError, OverflowError):
            pass
        wanted = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[self.kind]
        wanted += "" if is_safe(str(given)) else " without a character that cannot be seen"
        raise ParameterError(
            f"{self.option} takes {wanted}, not '{safe(str(given))}'. {wanted.capitalize()}: {self.meaning}."
        )


@dataclass(frozen=True)
class Notebook:
    """A notebook on disk with its question and parameters, in the order of its parameters cell.

    ``uses`` is one of ``USES``: what counts it can use. ``takes_several`` is whether its offence may be several,
    ``is_of_each_force`` whether it is about one force and made for each, ``most_pages`` how many pages of print it may
    have before its annex.
    """

    name: str
    path: Path
    question: str
    parameters: tuple[Parameter, ...]
    uses: str = _USUAL
    takes_several: bool = False
    is_of_each_force: bool = False
    most_pages: int = MOST_PAGES

    def reads(self, values: dict[str, Value]) -> set[str]:
        """The sets of counts that it reads with these values, as far as its source names them.

        Those that ``read_counts`` is given by name or by a parameter, and that of a parameter ``counts``.

        Parameters
        ----------
        values
            The values of its parameters.

        Returns
        -------
        set[str]
            Names of sets, as they are given.
        """
        try:
            literals, parameters = _read(self.path, self.path.stat().st_mtime_ns)
        except OSError:  # its file went since; what it read is held against its report all the same
            literals = parameters = frozenset()
        return {*literals, *(str(values[name]) for name in {"counts", *parameters} & values.keys())}

    def values(self, given: dict[str, Any]) -> dict[str, Value]:
        """All parameters with their values: the given ones converted, the others by default.

        Parameters
        ----------
        given
            The values that are asked for, by the name of the parameter.

        Returns
        -------
        dict[str, Value]
            A value for every parameter.

        Raises
        ------
        ParameterError
            With the nearest name, for a name that the notebook does not declare.
        """
        parameters = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in parameters:
                raise unknown(f"parameter of {self.name}", name, parameters, see=f"attrition run {self.name} --help")
        return {
            name: parameter.value(given[name]) if name in given else parameter.default
            for name, parameter in parameters.items()
        }


def names() -> list[str]:
    """The suite's notebooks, whether or not they are where they belong.

    Returns
    -------
    list of str
        Names without their ending.
    """
    return list(SUITE)


def _others() -> list[str]:
    """Notebooks of somebody's own directly in notebooks/, whether or not they can be read."""
    paths = (path for path in visible(FOLDER, "*.ipynb") if path.is_file())
    return [path.stem for path in paths if path.stem not in SUITE]


def left_alone() -> str:
    """A line on the notebooks of somebody's own, and what runs one; "" where there are none.

    Returns
    -------
    str
        Two sentences, or "".
    """
    own = _others()
    if not own:
        return ""
    several = len(own) > 1
    named = ", ".join(f"{name}.ipynb" for name in own[:_MOST]) + (
        f" and {len(own) - _MOST} more" if len(own) > _MOST else ""
    )
    return (
        f"{len(own)} {'notebooks are' if several else 'notebook is'} not the suite's and "
        f"{'were' if several else 'was'} left alone: {named}. "
        f"'attrition run {quote(own[0])}' runs {'the first' if several else 'it'}."
    )


def read(path: Path, content: bytes | None = None) -> Any:
    """A notebook file as nbformat's document, in format 4.

    Parameters
    ----------
    path
        The file.
    content
        What is in it, where it has been read already.

    Returns
    -------
    Any
        The document.

    Raises
    ------
    NotebookFailed
        For any other file.
    """
    import nbformat  # which takes a second where JupyterLab is installed

    # NameError is what it says of an old notebook whose cells have no kind that it knows
    wrong = (nbformat.ValidationError, ValueError, RecursionError, LookupError, NameError, TypeError, AttributeError)
    try:
        return nbformat.reads((path.read_bytes() if content is None else content).decode(), as_version=4)  # type: ignore[no-untyped-call]
    except wrong as fault:
        raise NotebookFailed(f"{path.name} cannot be read as a notebook. Restore it or save it again.") from fault


def syntax(source: str) -> ast.Module:
    """The syntax tree of a cell.

    Parameters
    ----------
    source
        The cell.

    Returns
    -------
    ast.Module
        The tree.

    Raises
    ------
    SyntaxError
        For all that has none, however deep its brackets are.
    """
    try:
        if len(source) > _LONGEST:
            raise SyntaxError(f"it has {len(source):,} characters; no cell needs over {_LONGEST:,}", ("", 1, 1, ""))
        return ast.parse(source)
    except (ValueError, RecursionError, MemoryError):
        raise SyntaxError("nested too deeply to be read, or with a null in it", ("", 1, 1, "")) from None


def _plain(path: Path) -> tuple[list[dict[str, Any]], Any]:
    """The cells of a notebook file and what it says of itself, by the JSON alone.

    Raises NotebookFailed when the file is not a notebook.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return plain_cells(document), own_words(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotebookFailed(f"{path.name} cannot be read as a notebook. Restore it or save it again.") from None


def plain_cells(document: Any) -> list[dict[str, Any]]:
    """The cells of a notebook with their tags and types, their sources as text.

    Parameters
    ----------
    document
        The notebook as nbformat has it.

    Returns
    -------
    list[dict[str, Any]]
        A record for each cell.
    """
    return [
        {
            "tags": cell.get("metadata", {}).get("tags") or [],
            "type": cell["cell_type"],
            "source": "".join(cell["source"]),
        }
        for cell in document["cells"]
    ]


def own_words(document: Any) -> Any:
    """What a notebook says of itself under "attrition" in its metadata; nothing where it says nothing.

    Parameters
    ----------
    document
        The notebook as nbformat has it.

    Returns
    -------
    Any
        As it stands in the file: nobody has checked it.
    """
    return document.get("metadata", {}).get("attrition") or {}


@lru_cache(maxsize=64)
def _read(path: Path, _: int) -> tuple[frozenset[str], frozenset[str]]:
    """The names in quotes, and the names of variables, that cells of a notebook give to ``read_counts``."""
    given: list[ast.expr] = []
    for cell in _plain(path)[0]:
        with suppress(SyntaxError):  # which running it meets again
            given += _given(syntax(cell["source"])) if cell["type"] == "code" else []
    literals = {node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return frozenset(literals), frozenset(node.id for node in given if isinstance(node, ast.Name))


def _given(tree: ast.AST) -> Iterator[ast.expr]:
    """What a cell gives to ``read_counts``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield from (*node.args, *(word.value for word in node.keywords)) if called == "read_counts" else ()


def brought(name: str) -> Path:
    """A file in notebooks/; where a reader has none of that name, and a wheel was installed, the one that it brings.

    Parameters
    ----------
    name
        Its path there.

    Returns
    -------
    Path
        A path, whether or not a file is there.
    """
    own = FOLDER / name
    is_apart = reference.PROJECT != reference.SUITE
    return _BROUGHT / name if is_apart and not own.is_file() else own


def path_of(name: str) -> Path:
    """The file of a notebook, by its name or by a path, with .ipynb at its end or without.

    Parameters
    ----------
    name
        Its name, or a path to it.

    Returns
    -------
    Path
        A file that is there.

    Raises
    ------
    ParameterError
        With the nearest name when there is none.
    NotebookFailed
        When one of the suite's is gone.
    """
    path = brought(f"{name}.ipynb")
    if name in SUITE and not path.is_file():
        reference.check_at_hand()
        raise NotebookFailed(f"{path} is not there. It is part of the project: restore it with git checkout.")
    if name in SUITE or name in _others():
        return path
    for written in (name, f"{name}.ipynb"):
        with suppress(OSError):
            if written.endswith(".ipynb") and Path(written).is_file():
                return Path(written)
    if name in measures.MEASURES:
        raise ParameterError(
            f"No notebook is called '{name}': it is a measure. 'attrition run force_comparison --measure {name}' "
            f"compares forces by it, 'attrition run trends --measure {name}' follows it."
        )
    own = (f"{WORK.name}/{path.stem}" for path in visible(WORK, "*.ipynb"))
    raise unknown("notebook", name, [*names(), *_others()], see="attrition list notebooks", also=own)


def notebook(name: str) -> Notebook:
    """The notebook of a name or at a path. One that has no parameters cell takes no parameters.

    Parameters
    ----------
    name
        Its name, or a path to it.

    Returns
    -------
    Notebook
        Its question, its parameters and what it says of itself.

    Raises
    ------
    ParameterError
        With the nearest name when there is none.
    NotebookFailed
        When its name is taken or cannot be told, or when it has several parameters cells or one that cannot be read.
    """
    path = path_of(name)
    return of_cells(path, *_plain(path))


def of_cells(path: Path, cells: list[dict[str, Any]], said: Any) -> Notebook:
    """The notebook of a file with these cells, and with what it says of itself.

    Parameters
    ----------
    path
        The file.
    cells
        Its cells (``plain_cells``).
    said
        What it says of itself (``own_words``).

    Returns
    -------
    Notebook
        Its question, its parameters and what it says of itself.

    Raises
    ------
    NotebookFailed
        As ``notebook`` does.
    """
    if not is_safe(path.stem):
        raise NotebookFailed(f"{safe(path.name)}: its name holds a character that cannot be seen. Rename it.")
    if path.stem in TAKEN:
        raise NotebookFailed(
            f"{path.name}: a folder of reports has a folder '{path.stem}' of its own. Give the notebook another name."
        )
    tagged = [cell for cell in cells if cell["type"] == "code" and "parameters" in cell["tags"]]
    if len(tagged) > 1:
        raise NotebookFailed(
            f"{path.name}: {len(tagged)} cells are tagged 'parameters'. Leave the tag on one: in JupyterLab, select "
            "another, open 'Property Inspector' and take its cell tag off."
        )
    first = cells[0]["source"].splitlines() if cells else []
    question = first[0].removeprefix("#") if first else path.stem
    declared = parameters(tagged[0]["source"], where=path.name) if tagged else ()
    return Notebook(path.stem, path, in_one_line(question), declared, **_said(said, where=path.name))


def _said(said: Any, *, where: str) -> dict[str, Any]:
    """What a notebook says of itself, as a ``Notebook`` has it. Raises NotebookFailed for other words.

    What counts it can use, whether it takes several offences, whether it is made for each force, how its PDF is laid
    out and how many pages that may have.
    """
    allowed: dict[str, Collection[Any]] = {
        "counts": USES,
        "offences": ("one", "several"),
        "forces": ("all", "each"),
        "layout": LAYOUTS,
        "pages": range(1, MOST_PAGES + 1),
    }
    place = f"{where}: its metadata, under 'attrition'"
    if not isinstance(said, dict):
        raise NotebookFailed(f'{place}, is no table of words. Write for example {{"counts": "{_USUAL}"}}.')
    for name, word in said.items():
        if name not in allowed:
            raise NotebookFailed(
                f"{place}, has '{safe(str(name)[:80])}'.{offer(name, allowed)} It may have: {', '.join(allowed)}."
            )
        if word not in allowed[name]:
            words = list(map(str, allowed[name]))
            raise NotebookFailed(f"{place}, '{name}' is not one of: {', '.join(words)}.{offer(str(word), words)}")
    return {
        "uses": said.get("counts", _USUAL),
        "takes_several": said.get("offences") == "several",
        "is_of_each_force": said.get("forces") == "each",
        "most_pages": said.get("pages", MOST_PAGES),
    }


def parameters(source: str, *, where: str) -> tuple[Parameter, ...]:
    """The parameters that a cell declares, one a line: ``force: str = "all"  # one force, or "all"``.

    Parameters
    ----------
    source
        The cell.
    where
        What the notebook is called in a refusal.

    Returns
    -------
    tuple[Parameter, ...]
        In the order of the cell.

    Raises
    ------
    NotebookFailed
        Naming the line, for anything else that stands in the cell.
    """
    try:
        cell = syntax(source)
    except SyntaxError as fault:
        raise NotebookFailed(f"{where}, parameters cell, line {fault.lineno or 1}: {fault.msg}.") from None
    lines = _LINE_END.split(source)
    declared: list[Parameter] = []
    for node in cell.body:
        place = f"{where}, parameters cell, line {node.lineno}"
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
            raise NotebookFailed(f"{place}: write 'name: type = default  # meaning', one parameter a line.")
        kind = node.annotation.id if isinstance(node.annotation, ast.Name) else ""
        help_text = _HELP.search(lines[(node.end_lineno or node.lineno) - 1])
        if kind not in _TYPES or help_text is None:
            raise NotebookFailed(f"{place}: give '{node.target.id}' a type of {', '.join(_TYPES)} and a comment.")
        try:
            default: Any = ast.literal_eval(node.value)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise NotebookFailed(f"{place}: the default of '{node.target.id}' is not a plain value.") from None
        if type(default) is not _TYPES[kind]:
            raise NotebookFailed(f"{place}: the default of '{node.target.id}' is not of type {kind}.")
        if isinstance(default, str) and not is_safe(default):
            raise NotebookFailed(f"{place}: the default of '{node.target.id}' holds a character that cannot be seen.")
        if node.target.id in _RESERVED or node.target.id in {parameter.name for parameter in declared}:
            raise NotebookFailed(f"{place}: '{node.target.id}' is taken. Give the parameter another name.")
        declared.append(Parameter(node.target.id, _TYPES[kind], cast("Value", default), safe(help_text[1])))
    return tuple(declared)
