"""The rules of a notebook, read from its cells as syntax trees: what a notebook may do, so that all of them can be run
by any engine, published without reading them again, and understood from top to bottom.

``faults`` is what ``attrition check`` prints and what the tests call.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import NotebookFailed
from analysis.publishing import notebooks

MOST_CELLS, MOST_LINES = 30, 12
_OPENING = 5  # parameters, imports, what was read, the answer and its key figures follow the title without prose
_FORBIDDEN: dict[type[ast.AST], str] = {
    ast.FunctionDef: "defines a function; put it in analysis/",
    ast.AsyncFunctionDef: "defines a function; put it in analysis/",
    ast.ClassDef: "defines a class; put it in analysis/",
    ast.Lambda: "defines a function; put it in analysis/",
    ast.For: "loops; let a function of analysis/ return the whole table",
    ast.While: "loops; let a function of analysis/ return the whole table",
    ast.ListComp: "loops; let a function of analysis/ return the whole table",
    ast.DictComp: "loops; let a function of analysis/ return the whole table",
    ast.SetComp: "loops; let a function of analysis/ return the whole table",
    ast.GeneratorExp: "loops; let a function of analysis/ return the whole table",
    ast.Try: "catches an exception; a fault must stop the report",
    ast.With: "opens something; notebooks read counts and nothing else",
}
_NAMES = {
    "open": "opens a file; notebooks read counts and nothing else",
    "exec": "runs text as code",
    "eval": "runs text as code",
    "__import__": "imports something outside analysis",
    "get_ipython": "reaches round the rules",
    "Policy": "sets the disclosure policy",
    "POLICIES": "sets the disclosure policy",
    "warnings": "silences a warning",
}
_RESULT = re.compile(r"(?<![\d.])(?!95%)\d[\d.,]*\s?(%|per cent)")  # 95% is the level of an interval


@dataclass(frozen=True)
class Fault:
    """One broken rule. ``cell`` counts from 1 over all cells, ``line`` within the cell."""

    notebook: str
    cell: int
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.notebook}:{self.cell}:{self.line}: {self.rule}"


def faults(path: Path) -> list[Fault]:
    """Every rule that a notebook breaks, in the order of its cells; empty when it breaks none."""
    try:
        document = notebooks.read(path)
    except (ValueError, OSError) as fault:
        return [Fault(path.name, 0, 0, f"cannot be read as a notebook ({type(fault).__name__})")]
    found = [Fault(path.name, cell, line, rule) for cell, line, rule in _shape(document, path)]
    for place, cell in enumerate(document.cells, start=1):
        rules = _code(cell) if cell.cell_type == "code" else _prose(cell)
        found += [Fault(path.name, place, line, rule) for line, rule in rules]
    return sorted(found, key=lambda fault: (fault.cell, fault.line))


def _shape(document: Any, path: Path) -> Iterator[tuple[int, int, str]]:
    """The rules about the notebook as a whole."""
    cells = document.cells
    if document.metadata.get("kernelspec", {}).get("name") != "python3":
        yield 0, 0, "has no kernelspec 'python3'"
    if not cells or cells[0].cell_type != "markdown" or not re.match(r"# .+\?\n", cells[0].source + "\n"):
        yield 1, 1, "does not begin with a title that is a question ('# How many …?')"
    code = [cell for cell in cells if cell.cell_type == "code"]
    if len(code) > MOST_CELLS:
        yield 0, 0, f"has {len(code)} code cells; at most {MOST_CELLS}"
    try:
        declared = notebooks.notebook(str(path)).parameters
    except NotebookFailed as fault:
        yield 2, 1, str(fault)
        declared = ()
    used = {
        node.id
        for cell in code
        if not _is_parameters(cell)
        for node in ast.walk(_tree(cell))
        if isinstance(node, ast.Name)
    }
    for parameter in declared:
        if parameter.name not in used:
            yield 2, 1, f"declares parameter '{parameter.name}' and never uses it"
    if not code or "show.made(" not in code[-1].source:
        yield len(cells), 1, "does not end with how it was made ('show.made(…)')"
    for place in range(1, len(cells)):
        is_shown = cells[place].cell_type == "code" and cells[place - 1].cell_type == "code"
        if is_shown and place > _OPENING:
            yield (
                place + 1,
                1,
                "follows another code cell without a heading and a paragraph that says what will be seen",
            )


def _code(cell: Any) -> Iterator[tuple[int, str]]:
    """The rules about one code cell."""
    if cell.outputs or cell.execution_count is not None:
        yield 1, "keeps its outputs; clear them"
    lines = cell.source.splitlines()
    if len(lines) > MOST_LINES:
        yield len(lines), f"has {len(lines)} lines; at most {MOST_LINES}"
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith(("%", "!", "?")):
            yield number, "uses a magic or the shell"
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as fault:
        yield fault.lineno or 1, f"is not Python: {fault.msg}"
        return
    for node in ast.walk(tree):
        rule = _rule(node, is_parameters=_is_parameters(cell))
        if rule:
            yield getattr(node, "lineno", 1), rule


def _rule(node: ast.AST, *, is_parameters: bool) -> str:
    """The rule that one node of a cell's syntax tree breaks, or nothing."""
    if isinstance(node, ast.Import):
        return "imports a module; use 'from analysis import …'"
    if isinstance(node, ast.ImportFrom):
        return "" if node.module == "analysis" else f"imports from '{node.module}'; only from analysis"
    if isinstance(node, ast.Name | ast.Attribute):
        return _NAMES.get(node.id if isinstance(node, ast.Name) else node.attr, "")
    if isinstance(node, ast.Constant):
        return _constant(node.value, is_parameters=is_parameters)
    return _FORBIDDEN.get(type(node), "")


def _constant(value: object, *, is_parameters: bool) -> str:
    """The rule that a number or a text in a cell breaks, or nothing."""
    if type(value) in (int, float) and not is_parameters:
        return "holds a number; results come from wording, choices from parameters"
    if isinstance(value, str) and _RESULT.search(value):
        return "holds a percentage in a text; results come from wording"
    return ""


def _prose(cell: Any) -> Iterator[tuple[int, str]]:
    """The rules about one cell of text."""
    for number, line in enumerate(cell.source.splitlines(), start=1):
        if _RESULT.search(line):
            yield number, "holds a percentage in its prose; results come from wording"


def _is_parameters(cell: Any) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def _tree(cell: Any) -> ast.Module:
    try:
        return ast.parse(str(cell.source))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])
