"""The Markdown of a notebook's cells, read once: as HTML for the page and as parts for print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any, Literal, TypeAlias

import mistune
from markupsafe import Markup

from analysis.errors import NotebookFailed
from analysis.presentation import content
from analysis.presentation.content import Part
from analysis.presentation.wording import capital

_Token: TypeAlias = dict[str, Any]
#: What Markdown of a notebook may hold beyond the common core, as in JupyterLab.
_PLUGINS = ["strikethrough", "table", "url", "task_lists", "def_list", "math"]
_MARKS = {"strong": "strong", "emphasis": "emphasis"}
_NAMES = {
    "block_html": "HTML",
    "inline_html": "HTML",
    "block_math": "a formula",
    "inline_math": "a formula",
    "image": "a picture",
}


@cache
def _markdown(renderer: Literal["html", "ast"]) -> mistune.Markdown:
    """What reads Markdown, into HTML or into its syntax tree. What a notebook says in HTML stays HTML."""
    return mistune.create_markdown(escape=False, renderer=renderer, plugins=_PLUGINS)


def load_readers() -> None:
    """Have what reads Markdown ready, before the first page is made."""
    for renderer in ("html", "ast"):
        _markdown(renderer)


@dataclass(frozen=True)
class Prose:
    """What a cell of text says, in Markdown, and the place of the cell, counted from 1."""

    source: str
    cell: int
    named: str = "a text"  # as its author knows it

    def __html__(self) -> str:
        """The text for a page. Notebooks are part of the project and may hold HTML of their own."""
        if not self.source.strip():
            return ""
        return Markup(_markdown("html")(self.source))

    @property
    def parts(self) -> list[Part]:
        """The text for print: paragraphs, lists, tables, quotations, code, and headings below a section's.

        Raises NotebookFailed, naming the cell, for what print cannot carry: HTML, formulas, pictures.
        """
        tokens: Any = _markdown("ast")(self.source)
        return self._blocks(tokens)

    def _blocks(self, tokens: list[_Token]) -> list[Part]:
        return [self._block(token) for token in tokens if token["type"] not in ("blank_line", "thematic_break")]

    def _block(self, token: _Token) -> Part:
        """The part that one block of Markdown becomes."""
        children = token.get("children", [])
        match token["type"]:
            case "paragraph" | "block_text":
                part = content.paragraph(*self._runs(children))
            case "heading":
                part = content.heading("".join(run["text"] for run in self._runs(children)))
            case "list":
                entries = [self._blocks(item["children"]) for item in children]
                part = content.items(entries, is_numbered=bool(token["attrs"]["ordered"]))
            case "block_quote":
                part = content.quotation(self._blocks(children))
            case "block_code":
                part = content.code(str(token["raw"]).rstrip("\n"))
            case "table":
                part = self._table(children)
            case other:
                raise self._refusal(other)
        return part

    def _table(self, children: list[_Token]) -> Part:
        """A table of a cell of text. It has no title of its own."""
        head, *bodies = children
        rows = [row["children"] for body in bodies for row in body["children"]]
        numbers = [place for place, cell in enumerate(head["children"]) if cell["attrs"]["align"] == "right"]
        heads, *cells = [
            ["".join(run["text"] for run in self._runs(cell["children"])) for cell in row]
            for row in [head["children"], *rows]
        ]
        return content.table("", heads, cells, numbers=numbers)

    def _runs(self, tokens: list[_Token], marks: tuple[str, ...] = (), address: str = "") -> list[Part]:
        """Stretches of words with the marks of everything around them."""
        runs: list[Part] = []
        for token in tokens:
            kind = token["type"]
            if kind == "text" and r"\begin{" in token["raw"]:  # which JupyterLab shows as a formula too
                raise self._refusal("inline_math")
            if kind == "text":
                runs.append(content.run(unescape(token["raw"]), *marks, address=address))
            elif kind == "codespan":
                runs.append(content.run(unescape(token["raw"]), *marks, "code", address=address))
            elif kind in ("softbreak", "linebreak"):
                runs.append(content.run(" " if kind == "softbreak" else "\n", *marks, address=address))
            elif kind in _MARKS:
                runs += self._runs(token["children"], (*marks, _MARKS[kind]), address)
            elif kind == "link":
                runs += self._runs(token["children"], marks, str(token["attrs"]["url"]))
            else:
                raise self._refusal(kind)
        return runs

    def _refusal(self, kind: str) -> NotebookFailed:
        kind_named = _NAMES.get(kind, f"Markdown of the kind '{kind}'")
        return NotebookFailed(f"{capital(self.named)} holds {kind_named}, which print cannot carry. Say it in words.")
