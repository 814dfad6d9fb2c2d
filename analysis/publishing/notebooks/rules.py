"""The rules of a notebook, read from its cells as syntax trees: what a notebook may do, so that all of them can be run
by any engine, published without reading them again, and understood from top to bottom.

``faults`` is what ``attrition check`` prints; ``enforce`` is what keeps a notebook that breaks them from becoming a
report. What may stand in a cell of code is listed, not what may not (``expressions``). The rules are about what is
shown; somebody who means harm needs no notebook to harm the account that runs it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from shlex import quote
from typing import Any

from analysis.errors import NotebookFailed
from analysis.publishing.notebooks import cell_names, headings, notebooks
from analysis.publishing.notebooks.expressions import Reader
from analysis.safe_words import is_safe

MOST_CELLS, MOST_LINES, MOST_SECTIONS = 30, 12, 5
_SECTION = re.compile(r"## (Annex: )?(.+)")
_OPENING = 6  # parameters, imports, what was read, the title, the answer and its key figures follow without prose
_MARKUP = re.compile(r"<(?!(?:https?://|mailto:)[^\s<>]+>)[A-Za-z/!?]|!\[")
_LINK = re.compile(r"(?:\]\(\s*<?|^\s*\[[^\]]*\]:\s*<?|<)([A-Za-z][\w+.-]*):")  # the scheme of its address
_RUNS = re.compile(r"\b(?:javascript|vbscript|data|file|blob):\S", re.IGNORECASE)  # wherever a link may have it
_RULED = re.compile(r"\s*\|?\s*:?-+:?\s*\|[\s|:-]*$")  # the line below the headings of a table
_SCHEMES = ("http", "https", "mailto")
_RESULT = re.compile(r"\d[\d.,]*\s?(%|％|per\s?cent)(?! interval)|\d[\d,]* (out )?of \d")


@dataclass(frozen=True)
class Fault:
    """One broken rule. ``cell`` counts from 1 over all cells, ``line`` within the cell."""

    notebook: str
    cell: int
    line: int
    rule: str
    named: str = ""

    def __str__(self) -> str:
        named = f" ({self.named})" if self.named else ""
        return f"{self.notebook}:{self.cell}:{self.line}: {self.rule}{named}"


def faults(path: Path, content: bytes | None = None) -> list[Fault]:
    """Every rule that a notebook breaks, in the order of its cells; empty when it breaks none.

    Parameters
    ----------
    path
        Its file.
    content
        What is in it, where it has been read already.

    Returns
    -------
    list of Fault
        A fault for each.
    """
    try:
        return list(_faults(path, path.read_bytes() if content is None else content))
    except OSError as fault:
        return [_unreadable(path, fault)]


def enforce(path: Path, content: bytes) -> None:
    """Refuse a notebook that breaks rules.

    Parameters
    ----------
    path
        Its file.
    content
        What is in it.

    Raises
    ------
    NotebookFailed
        Naming the first rule that it breaks.
    """
    broken = faults(path, content)
    if not broken:
        return
    first, more = broken[0], f", and {len(broken) - 1} more" if len(broken) > 1 else ""
    place = f", {first.named}, line {first.line}" if first.named else ""
    sentence = f"{path.stem}{place}: {first.rule}{more}. Only a notebook that keeps the rules becomes a report."
    named = quote(path.stem if path == notebooks.brought(path.name) else str(path))
    raise NotebookFailed(
        f"{sentence} 'attrition check {named}' lists every "
        "one it breaks; --draft runs it as it is, for a draft outside the reports.",
        in_short=sentence,
    )


@lru_cache(maxsize=256)
def _faults(path: Path, content: bytes) -> tuple[Fault, ...]:
    """The faults of a notebook with this content."""
    try:
        document = notebooks.read(path, content)
        cells = document.cells
        broken = [
            Fault(path.name, place, line, rule, cell_names.named(cells, place) if 0 < place <= len(cells) else "")
            for place, line, rule in (*_shape(document, path), *_cells(document, path))
        ]
    except (NotebookFailed, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        return (_unreadable(path, fault),)
    return tuple(sorted(broken, key=lambda fault: (fault.cell, fault.line)))


def _unreadable(path: Path, fault: Exception) -> Fault:
    return Fault(path.name, 0, 0, f"cannot be read as a notebook ({type(fault).__name__})")


def _cells(document: Any, path: Path) -> Iterator[tuple[int, int, str]]:
    """The rules about each cell, those of code in the order in which they run."""
    reader = Reader({parameter.name: parameter.kind.__name__ for parameter in _declared(document, path)})
    for place, cell in enumerate(document.cells, start=1):
        rules = [*_characters(cell), *(_code(cell, reader) if cell.cell_type == "code" else _prose(cell))]
        yield from ((place, line, rule) for line, rule in rules)


def _declared(document: Any, path: Path) -> tuple[notebooks.Parameter, ...]:
    """The parameters of a notebook; none where they cannot be read, which is told of the notebook as a whole."""
    try:
        return notebooks.of_cells(path, notebooks.plain_cells(document), notebooks.own_words(document)).parameters
    except NotebookFailed:
        return ()


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
        notebooks.of_cells(path, notebooks.plain_cells(document), notebooks.own_words(document))
    except NotebookFailed as fault:
        yield 2, 1, str(fault)
    yield from headings.faults(cells)
    yield from _sections(cells)
    trees = [_tree(cell) for cell in code if not _is_parameters(cell)]
    used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for parameter in _declared(document, path):
        if parameter.name not in used:
            yield 2, 1, f"declares parameter '{parameter.name}' and never uses it"
    if not trees or not trees[-1].body or not _says_how(trees[-1].body[-1]):
        yield len(cells), 1, "does not end with how it was made ('show.made(…)')"
    for place in range(_OPENING + 1, len(cells)):
        if cells[place].cell_type == cells[place - 1].cell_type == "code":
            yield place + 1, 1, "follows another code cell without a heading or a sentence on what will be seen"


def _sections(cells: list[Any]) -> Iterator[tuple[int, int, str]]:
    """The rules about sections: few before the annex, whose parts come after them and before how it was made."""
    headed = [
        (place, match)
        for place, cell in enumerate(cells, start=1)
        if cell.cell_type == "markdown" and (match := _SECTION.match(cell.source))
    ]
    main = [(place, heading) for place, heading in headed[:-1] if not heading[1]]
    if len(main) > MOST_SECTIONS:
        place, heading = main[MOST_SECTIONS]
        many = f"is section {MOST_SECTIONS + 1} of at most {MOST_SECTIONS}"
        yield place, 1, f"{many}; write '## Annex: {heading[2]}' and put it after what this cannot tell"
    first = next((place for place, heading in headed if heading[1]), len(cells))
    for place, heading in main:
        if place > first:
            yield place, 1, f"'{heading[2]}' comes after the annex begins; put it before"


def _says_how(statement: ast.stmt) -> bool:
    """Whether a statement is a call of ``show.made``."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="show"), attr="made"))):
            return True
    return False


def _characters(cell: Any) -> Iterator[tuple[int, str]]:
    """What can be seen of a cell is all that there is in it."""
    for number, line in enumerate(cell.source.split("\n"), start=1):
        if not is_safe(line.replace("\t", " ")):
            yield number, "holds a character that cannot be seen; take it out"


def _code(cell: Any, reader: Reader) -> Iterator[tuple[int, str]]:
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
        tree = notebooks.syntax(cell.source)
    except SyntaxError as fault:
        yield fault.lineno or 1, f"is not Python: {fault.msg}"
        return
    if not _is_parameters(cell):
        yield from reader.cell(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _RESULT.search(node.value):
            yield node.lineno, "holds a percentage in a text; percentages come from a result"


def _prose(cell: Any) -> Iterator[tuple[int, str]]:
    """The rules about one cell of text."""
    if cell.get("attachments"):
        yield 1, "has something attached; a report is made of words, tables and charts"
    for number, line in enumerate(cell.source.splitlines(), start=1):
        plain = re.sub(r"[*_`]", "", unescape(line))
        if _RESULT.search(plain.replace("the 95% level", "")):
            yield number, "holds a percentage in its prose; percentages come from a result"
        if _RULED.match(line):
            yield (
                number,
                "holds a table without a caption; show.table(rows, title=…, words=…) has one, or say it in words",
            )
        if _MARKUP.search(line):
            yield number, "holds HTML or a picture, which loads or runs something or may; say it in words"
        addresses = {*_LINK.findall(line), *_LINK.findall(unescape(line))}
        if any(address.casefold() not in _SCHEMES for address in addresses) or _RUNS.search(unescape(line)):
            yield number, "holds a link that is not to a page of the web"


def _is_parameters(cell: Any) -> bool:
    return "parameters" in (cell.metadata.get("tags") or [])


def _tree(cell: Any) -> ast.Module:
    try:
        return notebooks.syntax(str(cell.source))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])
