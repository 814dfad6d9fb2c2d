"""The rules of a notebook, read from its cells as syntax trees: what a notebook may do, so that all of them can be run
by any engine, published without reading them again, and understood from top to bottom.

``faults`` is what ``attrition check`` prints and what the tests call. The rules keep honest authors on the road; they
are no wall against somebody who means harm, whose notebook should not be run at all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import analysis
from analysis.errors import NotebookFailed
from analysis.publishing import notebooks

MOST_CELLS, MOST_LINES = 30, 12
_OPENING = 6  # parameters, imports, what was read, the title, the answer and its key figures follow without prose
_LOOPS = "loops; let a function of analysis/ return the whole table"
_DEFINES = "defines something; put it in analysis/"
_OPENS = "opens something; notebooks read counts and nothing else"
_SENTENCE = "builds a sentence; sentences come from wording"
_FORBIDDEN: dict[str, str] = {
    **dict.fromkeys(("FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"), _DEFINES),
    **dict.fromkeys(("For", "AsyncFor", "While", "ListComp", "DictComp", "SetComp", "GeneratorExp"), _LOOPS),
    **dict.fromkeys(("Try", "TryStar"), "catches an exception; a fault must stop the report"),
    **dict.fromkeys(("With", "AsyncWith"), _OPENS),
    **dict.fromkeys(("Raise", "Assert"), "stops the run; a fault in the data stops it by itself"),
    **dict.fromkeys(("JoinedStr", "BinOp"), _SENTENCE),
}
_NAMES = {
    **dict.fromkeys(("open", "input"), "opens a file; notebooks read counts and nothing else"),
    **dict.fromkeys(("exec", "eval", "compile"), "runs text as code"),
    **dict.fromkeys(("exit", "quit", "SystemExit"), "ends the run before its last cell"),
    **dict.fromkeys(("map", "filter", "reduce"), _LOOPS),
    **dict.fromkeys(("Policy", "POLICIES"), "sets the disclosure policy"),
    **dict.fromkeys(("getattr", "setattr", "vars", "globals", "locals", "get_ipython"), "reaches round the rules"),
    **dict.fromkeys(("total", "table", "sensitivity"), "takes a number or a table out of its protection"),
    "print": "prints; show it with a function of analysis",
    "warnings": "silences a warning",
}
_RESULT = re.compile(r"\d[\d.,]*\s?(%|％|per\s?cent)(?! interval)|\d[\d,]* (out )?of \d")


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
        status = path.stat()
    except OSError:
        return list(_faults(path))
    return list(_faults(path.resolve(), status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=256)
def _faults(path: Path, *_: int) -> tuple[Fault, ...]:
    """The faults of a notebook, looked for again when its file changes."""
    try:
        document = notebooks.read(path)
        found = [Fault(path.name, *fault) for fault in _shape(document, path)]
        for place, cell in enumerate(document.cells, start=1):
            rules = _code(cell) if cell.cell_type == "code" else _prose(cell)
            found += [Fault(path.name, place, line, rule) for line, rule in rules]
    except (NotebookFailed, ValueError, RecursionError, OSError, KeyError, TypeError, AttributeError) as fault:
        return (Fault(path.name, 0, 0, f"cannot be read as a notebook ({type(fault).__name__})"),)
    return tuple(sorted(found, key=lambda fault: (fault.cell, fault.line)))


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
    trees = [_tree(cell) for cell in code if not _is_parameters(cell)]
    used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for parameter in declared:
        if parameter.name not in used:
            yield 2, 1, f"declares parameter '{parameter.name}' and never uses it"
    if not trees or not trees[-1].body or not _shows_how_it_was_made(trees[-1].body[-1]):
        yield len(cells), 1, "does not end with how it was made ('show.made(…)')"
    for place in range(_OPENING + 1, len(cells)):
        if cells[place].cell_type == cells[place - 1].cell_type == "code":
            yield place + 1, 1, "follows another code cell without a heading or a sentence on what will be seen"


def _code(cell: Any) -> Iterator[tuple[int, str]]:
    """The rules about one code cell."""
    if cell.outputs or cell.execution_count is not None:
        yield 1, "keeps its outputs; clear them"
    tags = sorted(set(cell.metadata.get("tags") or []) - {"parameters"})
    if tags:
        yield 1, f"has the tag '{tags[0]}'; only 'parameters' means anything here"
    lines = cell.source.splitlines()
    if len(lines) > MOST_LINES:
        yield len(lines), f"has {len(lines)} lines; at most {MOST_LINES}"
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith(("%", "!", "?")):
            yield number, "uses a magic or the shell"
    try:
        tree = notebooks.tree(cell.source)
    except SyntaxError as fault:
        yield fault.lineno or 1, f"is not Python: {fault.msg}"
        return
    for node in ast.walk(tree):
        rule = _rule(node, is_parameters=_is_parameters(cell))
        if rule:
            yield getattr(node, "lineno", 1), rule


def _rule(node: ast.AST, *, is_parameters: bool) -> str:
    """The rule that one node of a cell's syntax tree breaks, or nothing."""
    match node:
        case ast.Import():
            rule = "imports a module; use 'from analysis import …'"
        case ast.ImportFrom():
            rule = _imported(node)
        case ast.Name():
            rule = _NAMES.get(node.id, "")
        case ast.Attribute():
            rule = _attribute(node)
        case ast.Subscript(ctx=ast.Store() | ast.Del()):
            rule = "changes something of analysis"
        case ast.Constant():
            rule = _constant(node.value, is_parameters=is_parameters)
        case _:
            rule = _FORBIDDEN.get(type(node).__name__, "")
    return rule


def _imported(node: ast.ImportFrom) -> str:
    if node.module != "analysis":
        return f"imports from '{node.module}'; only from analysis"
    strange = [alias.name for alias in node.names if alias.name not in analysis.__all__]
    return f"imports '{strange[0]}', which is not for notebooks" if strange else ""


def _attribute(node: ast.Attribute) -> str:
    """An attribute may be read if it is public, and of a module only if it is a function of that module."""
    if not isinstance(node.ctx, ast.Load):
        return "changes something of analysis"
    if node.attr.startswith("_"):
        return "reaches round the rules"
    if isinstance(node.value, ast.Name):
        functions = _functions(node.value.id)
        if functions:
            return "" if node.attr in functions else f"'{node.value.id}.{node.attr}' is not a function for notebooks"
    return _NAMES.get(node.attr, "")


@cache
def _functions(module: str) -> frozenset[str]:
    """The public functions of a module that notebooks may import; empty where the name is no such module."""
    spec = find_spec(analysis.module_of(module)) if analysis.module_of(module) else None
    if spec is None or spec.origin is None:
        return frozenset()
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_")


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
        plain = re.sub(r"[*_`]", "", unescape(line))
        if _RESULT.search(plain.replace("the 95% level", "")):
            yield number, "holds a percentage in its prose; results come from wording"
        if re.search(r"<\s*(script|iframe|style|link|img)", plain, re.IGNORECASE):
            yield number, "holds HTML that loads or runs something"


def _shows_how_it_was_made(statement: ast.stmt) -> bool:
    """Whether a statement is a call of ``show.made``."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="show"), attr="made"))):
            return True
    return False


def _is_parameters(cell: Any) -> bool:
    return "parameters" in (cell.metadata.get("tags") or [])


def _tree(cell: Any) -> ast.Module:
    try:
        return notebooks.tree(str(cell.source))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])
