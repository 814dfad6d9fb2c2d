"""Writes docs/api.md from the docstrings of what a notebook may use: ``make reference``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from numpydoc.docscrape import NumpyDocString

import analysis
from analysis.answers.answer import Answer
from analysis.answers.own import Shares, TwoPlaces

PAGE = Path(__file__).with_name("api.md")
_OPENING = """# What a notebook may use

Written from the docstrings by `make reference`; a test holds the two together. A notebook imports these names from
`analysis`, and `analysis.<Tab>` lists them. Each question has one function, which takes counts and gives one result:
its headline, charts and tables are functions of it, and shown as it is it shows its headline and first table. A number
that may not be shown is in no result. Shares run from 0 to 1, and intervals are at the 95% level, unless a line says
otherwise.
"""


class _Bare(str):
    """An annotation as it stands in the code, without quotation marks."""

    __repr__ = str.__str__


def rendered() -> str:
    """The page: the vocabulary in its order, then what every result has."""
    parts = [_OPENING]
    for name in sorted(analysis.__all__):
        parts += _named(name, getattr(analysis, name))
    parts += [*_class("Every result", Answer), *_class("Shares", Shares), *_class("Two places", TwoPlaces)]
    return "\n".join(parts)


def _named(name: str, thing: Any) -> Iterator[str]:
    """A name of the vocabulary: a function, or a module with what it offers."""
    if not isinstance(thing, ModuleType):
        yield f"## `{name}`\n"
        yield from _function(name, thing)
        return
    yield f"## `{name}`\n\n{inspect.cleandoc(thing.__doc__ or '')}\n"
    for own in getattr(thing, "__all__", ()):
        held = getattr(thing, own)
        if isinstance(held, FunctionType):
            yield f"### `{name}.{own}`\n"
            yield from _function(f"{name}.{own}", held)
    for own in getattr(thing, "__all__", ()):
        held = getattr(thing, own)
        if inspect.isclass(held):
            yield from _class(f"`{name}.{own}`", held, level="###")


def _function(called: str, function: FunctionType) -> Iterator[str]:
    """Its signature, and every section of its docstring."""
    yield f"```python\n{called}{_signature(function)}\n```\n"
    yield from _docstring(function)


def _signature(function: Any) -> str:
    """The signature without ``self``, types as they are annotated."""
    held = inspect.signature(function)
    kept = [one.replace(annotation=_Bare(one.annotation)) for one in held.parameters.values() if one.name != "self"]
    return str(held.replace(parameters=kept, return_annotation=_Bare(held.return_annotation)))


def _docstring(thing: Any) -> Iterator[str]:
    said = NumpyDocString(inspect.getdoc(thing) or "")
    yield " ".join(said["Summary"]) + "\n"
    if said["Extended Summary"]:
        yield "\n".join(said["Extended Summary"]) + "\n"
    for section in ("Parameters", "Attributes", "Returns", "Raises"):
        if said[section]:
            yield f"*{section}*\n"
            yield from (_entry(section, entry) for entry in said[section])
            yield ""
    for section in ("Notes", "References"):
        if said[section]:
            yield f"*{section}*\n\n" + "\n".join(said[section]) + "\n"
    if said["Examples"]:
        yield "```pycon\n" + "\n".join(said["Examples"]) + "\n```\n"


def _entry(section: str, entry: Any) -> str:
    """A line of a list: the name of a parameter or an error, and what is said of it."""
    told = " ".join(line.strip() for line in entry.desc)
    name = entry.type if section in ("Raises", "Returns") else entry.name
    return f"- `{name}`: {told}" if name else f"- {told}"


def _class(heading: str, kind: type, *, level: str = "##") -> Iterator[str]:
    """A result: what it holds, its tables, and a line for each of its methods."""
    yield f"{level} {heading}\n"
    yield from _docstring(kind)
    if issubclass(kind, Answer) and kind is not Answer:
        yield f"Tables: {', '.join(f'`{name}`' for name in kind.tables())}.\n"
    held = {each.name for each in fields(kind)} if is_dataclass(kind) else set()
    for name, method in vars(kind).items():
        if name.startswith("_") or name in held:
            continue
        if isinstance(method, cached_property | property):
            function = method.func if isinstance(method, cached_property) else method.fget
            yield f"- `.{name}`: {_first(function)}"
        elif isinstance(method, FunctionType | classmethod):
            called = method.__func__ if isinstance(method, classmethod) else method
            yield f"- `.{name}{_signature(called)}`: {_first(called)}"
    yield ""


def _first(function: Any) -> str:
    return " ".join(NumpyDocString(inspect.getdoc(function) or "")["Summary"])


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
