"""What a thing of the suite is to a notebook: its kind, as the annotations of the package name it. Nothing is loaded.

A kind is the text of an annotation: "str", "Counts", "tuple[str, ...]". A tuple that a notebook writes is a kind of
its own, with that of each of its parts: "tuple[str, Counts]". ``UNKNOWN`` is the kind of what was found fault with.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import analysis

UNKNOWN = "?"
_MANY = re.compile(r"(?:tuple|list|Iterable|Sequence)\[(.*)\]", re.DOTALL)
_FOLDER = Path(analysis.__file__).parent
_ALSO = {"float": "int"}  # what is a number


@dataclass(frozen=True)
class Parameter:
    """What a function takes under a name. ``place`` is "any", "by name" alone, or "all that follow"."""

    name: str
    kind: str
    place: str = "any"


@dataclass(frozen=True)
class Function:
    """A function that a notebook may call: what it takes, in order, and the kind of what it gives."""

    parameters: tuple[Parameter, ...]
    gives: str


def _method(gives: str, *names: str, follow: str = "", kind: str = "str") -> Function:
    """A method that takes words: by these names, or as many as there are in one argument of the kind ``follow``."""
    by_name = [Parameter(name, kind, "by name") for name in names]
    return Function((*([Parameter("what is asked for", follow)] if follow else []), *by_name), gives)


#: What a notebook may ask of a thing: words that say what it is about, and smaller parts of it; no number.
MEMBERS: dict[str, dict[str, str | Function]] = {
    "Counts": {
        "select": _method("Counts", "force", "offence", "period", kind="str | Iterable[str]"),
        "comparable_to": _method("Counts", follow="str"),
        "of_crime": _method("Counts", "crime_type", "offence"),
        "of_forces": _method("Counts", follow="Iterable[str]"),
        "place": "str",
        "crime": "str",
    },
    "str": {"lower": _method("str")},
}


def member(kind: str, name: str) -> str | Function | None:
    """The kind of an attribute, or a method; None for what is not for notebooks.

    Parameters
    ----------
    kind
        The kind of what it is of.
    name
        Its name.

    Returns
    -------
    str | Function or None
        The name of its kind, or what a method takes and gives.
    """
    return MEMBERS.get(kind, _of_result(kind)).get(name)


def shown(kind: str) -> list[str]:
    """The parts that a result shows, as a notebook calls them: "headline()", "table(…)"; empty for what shows none.

    Parameters
    ----------
    kind
        The kind of the result.

    Returns
    -------
    list of str
        Each as it is written.
    """
    return [
        f"{name}({'…' if part.parameters else ''})"
        for name, part in _of_result(kind).items()
        if isinstance(part, Function) and part.gives == "Shown"
    ]


@cache
def _of_result(kind: str) -> Mapping[str, str | Function]:
    """What the result of a question has: the parts that its class declares, and those of the classes it is one of."""
    members: dict[str, str | Function] = {}
    declared = _results().get(kind)
    for base in declared.bases if declared else ():
        members |= _of_result(_kind(base))
    for part in declared.body if declared else ():
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            members[part.target.id] = _kind(part.annotation)
        if isinstance(part, ast.FunctionDef):
            called = _read(part)
            is_kept = any(ast.unparse(how) in ("property", "cached_property") for how in part.decorator_list)
            members[part.name] = called.gives if is_kept else Function(called.parameters[1:], called.gives)
    return {name: part for name, part in members.items() if not name.startswith("_")}


@cache
def _results() -> dict[str, ast.ClassDef]:
    """The classes of analysis.answers, by their names."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted((_FOLDER / "answers").glob("*.py")))
    return {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}


def named(name: str) -> Function | str | None:
    """A name that notebooks import from analysis: a function, the full name of a module, or None for any other name.

    Parameters
    ----------
    name
        The name.

    Returns
    -------
    Function | str or None
        What it is.
    """
    return _place("analysis", name) if name in _declared("analysis") else None


def _place(module: str, name: str) -> Function | str | None:
    """Where a name of a module comes from, by the stubs of the packages that hand it on."""
    source = _declared(module).get(name)
    if source:
        return _place(f"{module}.{source}", name)
    return functions(module).get(name) or f"{module}.{name}"


@cache
def _declared(package: str) -> dict[str, str]:
    """The names in the stub of a package, each with the module that it is from; "" for a module of the package."""
    stub = _FOLDER.parent.joinpath(*package.split("."), "__init__.pyi")
    tree = ast.parse(stub.read_text(encoding="utf-8") if stub.is_file() else "")
    return {
        name.name: node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names
    }


@cache
def functions(module: str) -> dict[str, Function]:
    """The public functions of a module of the package: all of its own, or those that its ``__all__`` names.

    Parameters
    ----------
    module
        Its full name.

    Returns
    -------
    dict[str, Function]
        Each by its name; empty for a module that is not there.
    """
    spec = find_spec(module) if module else None
    if spec is None or spec.origin is None:
        return {}
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    own = {node.name: _read(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"}
    offered = _offered(tree)
    if offered is None:
        return own
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis."):
            theirs = functions(node.module or "")
            own |= {name.name: theirs[name.name] for name in node.names if name.name in theirs}
    return {name: function for name, function in own.items() if name in offered}


def _offered(tree: ast.Module) -> list[str] | None:
    """The names that a module says are its own by ``__all__``; None where it says nothing."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def _read(function: ast.FunctionDef) -> Function:
    """What a function takes and gives, from its first line."""
    arguments = function.args
    parameters = [
        Parameter(argument.arg, _kind(argument.annotation)) for argument in (*arguments.posonlyargs, *arguments.args)
    ]
    if arguments.vararg:
        parameters.append(Parameter(arguments.vararg.arg, _kind(arguments.vararg.annotation), "all that follow"))
    parameters += [Parameter(argument.arg, _kind(argument.annotation), "by name") for argument in arguments.kwonlyargs]
    return Function(tuple(parameters), _kind(function.returns))


def _kind(annotation: ast.expr | None) -> str:
    """The kind that an annotation names; where there is none, one that nothing fits and that fits nowhere."""
    return ast.unparse(annotation) if annotation else ""


def fits(kind: str, wanted: str) -> bool:
    """Whether a thing of a kind may be given where an annotation asks for one: "Finding" for "Finding | None".

    Parameters
    ----------
    kind
        What is given.
    wanted
        What is asked for.

    Returns
    -------
    bool
        True where one of the two is not known.
    """
    if UNKNOWN in (kind, wanted):
        return True
    if len(several := list(_parted(kind, " | "))) > 1:
        return all(fits(part, wanted) for part in several)
    for alternative in _parted(wanted, " | "):
        many = _MANY.fullmatch(alternative)
        if kind in (alternative, _ALSO.get(alternative)) or (
            many and _MANY.fullmatch(kind) and _all_fit(kind, many[1])
        ):
            return True
    return False


def _all_fit(kind: str, wanted: str) -> bool:
    asked = wanted.removesuffix(", ...")
    return all(fits(part, asked) for part in parts(kind) or [])


def parts(kind: str) -> list[str] | None:
    """The kinds of what is in a tuple or list, the one kind of all where their number is not known; None for others.

    Parameters
    ----------
    kind
        The kind.

    Returns
    -------
    list[str] or None
        The names of kinds.
    """
    many = _MANY.fullmatch(kind)
    return [part for part in _parted(many[1], ", ") if part not in ("", "...")] if many else None


def _parted(text: str, between: str) -> Iterator[str]:
    """A text cut where ``between`` is outside all brackets."""
    depth = start = 0
    for place, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if not depth and text.startswith(between, place):
            yield text[start:place]
            start = place + len(between)
    yield text[start:]
