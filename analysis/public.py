"""What may be called from a notebook: a call that cannot be meant is refused in a sentence, before anything is done.

Python's own errors name a parameter that is not there and no other, and a value of a wrong kind comes to light deep in
the suite. What goes wrong after a call was understood is left as it is: it is a fault of the suite, and shows itself.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, wraps
from numbers import Integral
from types import FunctionType, ModuleType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from analysis.errors import ParameterError, offer
from analysis.safe_words import safe

F = TypeVar("F", bound=Callable[..., Any])
_MANY = 20  # names that are not listed
#: What is wanted of a parameter, by the name of its type.
_WANTED = {
    "Counts": "counts, as read_counts('stalking_2024_25') gives them",
    "DataFrame": "a frame of pandas, as rows() of a result gives it",
    "Shown": "a table, as table() of a result gives it",
    "str": "a text",
    "Iterable": "several in a list",
    "Mapping": "a dict",
    "NoneType": "None",
}


class CallRefused(ParameterError):
    """A call that cannot be meant: write it as the message says. A report fails of it by its notebook."""


class NoSuchName(ParameterError, AttributeError):
    """A name that a module or a result does not have: take the one that the message offers."""


class NoSuchColumn(ParameterError, KeyError):
    """A column that the rows of a result do not have: take the one that the message offers."""

    __str__ = Exception.__str__  # not that of KeyError, which puts a message in quotation marks


class PublicModule(ModuleType):
    """A module of the vocabulary, which says what it has to whoever asks for something else or calls it."""

    def __getattr__(self, name: str) -> Any:
        raise _no_such(self.__name__.rpartition(".")[2], name, lambda: names_of(self))

    def __call__(self, *_: object, **__: object) -> None:
        """Refuse to be called: what was meant is one of its functions.

        Raises
        ------
        CallRefused
            Always, with the names of its functions.
        """
        called = self.__name__.rpartition(".")[2]
        functions = (f"{called}.{name}()" for name in names_of(self) if isinstance(vars(self)[name], FunctionType))
        raise CallRefused(f"{called} is a module and cannot be called. It has: {', '.join(functions)}.")


class Named:
    """A type with public names, which offers the nearest to whoever asks for one that it lacks."""

    def __getattr__(self, name: str) -> Any:
        if hasattr(type(self), name):  # a fault within a property, which Python takes for a name that is not there
            return object.__getattribute__(self, name)
        raise _no_such(type(self).__name__, name, lambda: [each for each in dir(self) if not each.startswith("_")])


class Public(Named):
    """A result of a question: its methods are called from notebooks, and each is ``public``."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("_"):
                setattr(cls, name, public(method))


def no_such_name(name: str, vocabulary: Mapping[str, object]) -> NoSuchName:
    """The error of a name that is no part of the vocabulary, which may be a function of one of its modules.

    Parameters
    ----------
    name
        The name.
    vocabulary
        What there is, by name.

    Returns
    -------
    NoSuchName
        The error, to be raised.
    """
    modules = {called: thing for called, thing in vocabulary.items() if isinstance(thing, ModuleType)}
    inside = [f"{called}.{name}" for called, module in modules.items() if name in names_of(module)]
    told = f" There is {' and '.join(inside)}." if inside else ""
    return NoSuchName(f"analysis has no '{safe(name[:80])}'.{offer(name, vocabulary)}{told} dir(analysis) shows all.")


def names_of(module: ModuleType) -> list[str]:
    """The names that a module of the vocabulary offers.

    Parameters
    ----------
    module
        The module.

    Returns
    -------
    list of str
        Those in its ``__all__``, or what it defines without an underscore before it.
    """
    held = vars(module)
    if "__all__" in held:
        return list(held["__all__"])
    own = (name for name, thing in held.items() if getattr(thing, "__module__", module.__name__) == module.__name__)
    return [name for name in own if not name.startswith("_") and not isinstance(held[name], ModuleType)]


def public(function: F, *, apart: Collection[str] = ()) -> F:
    """The function, which refuses a call with unknown names, or with a value of another kind than its annotations.

    Parameters
    ----------
    function
        The function; its signature and its docstring stay.
    apart
        Parameters whose kind the function itself looks at.

    Returns
    -------
    Callable
        What is called in its place.

    Examples
    --------
    >>> @public
    ... def share(cases: int, *, force: str = "all") -> str:
    ...     return force
    >>> share(1, forces="Kent")
    Traceback (most recent call last):
    analysis.public.CallRefused: share() has no parameter 'forces'. Did you mean 'force'? It takes: cases, force.
    """

    def understood(*given: Any, **named: Any) -> Any:
        refuse(function, apart, given, named)
        return function(*given, **named)

    # Of the module of the function, not of this one: doctest looks there whether an example is to be tried.
    refuse = _refuse_call
    held = FunctionType(understood.__code__, function.__globals__, function.__name__, None, understood.__closure__)
    return cast(F, wraps(function)(held))


def _refuse_call(
    function: Callable[..., Any], apart: Collection[str], given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Raise CallRefused for a call that the function cannot take."""
    signature, hints = _signature(function)
    try:
        bound = signature.bind(*given, **named)
    except TypeError:
        raise CallRefused(_misunderstood(function, signature, len(given), named)) from None
    for name, value in bound.arguments.items():
        kind = signature.parameters[name].kind
        values = value if kind is kind.VAR_POSITIONAL else value.values() if kind is kind.VAR_KEYWORD else (value,)
        strange = [] if name in apart else [each for each in values if not _fits(each, hints.get(name, object))]
        if strange:
            raise CallRefused(
                f"{_called(function)}: '{name}' takes {_wanted(hints[name])}, and was given: "
                f"{_kind(strange[0])}.{_said(function, name)}"
            )


@cache
def _signature(function: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Any]]:
    return inspect.signature(function), get_type_hints(function)


def _called(function: Callable[..., Any]) -> str:
    return f"{function.__name__}()"


def _misunderstood(
    function: Callable[..., Any], signature: inspect.Signature, places: int, named: dict[str, Any]
) -> str:
    """What is wrong with a call: a name that there is not, too many by place, or what is missing."""
    taken = {name: one for name, one in signature.parameters.items() if name != "self"}
    by_place = [name for name, one in signature.parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    takes = f"It takes: {', '.join(taken)}." if taken else "It takes nothing."
    for name in named:
        if name not in taken:
            return f"{_called(function)} has no parameter '{safe(name[:80])}'.{offer(name, taken)} {takes}"
    if places > len(by_place):
        others = f", the others by name: {', '.join(f'{name}=…' for name in taken if name not in by_place)}"
        own = [name for name in by_place if name != "self"]
        placed = f"{' and '.join(own) or 'nothing'} without a name"
        return f"{_called(function)} takes {placed}{others if len(own) < len(taken) else ''}."
    if twice := [name for name in by_place[:places] if name in named]:
        return f"{_called(function)} was given '{twice[0]}' twice: by its place and by its name. {takes}"
    given = {*by_place[:places], *named}
    needed = (name for name, one in taken.items() if one.default is one.empty and one.kind is not one.VAR_POSITIONAL)
    missing = [name for name in needed if name not in given]
    return f"{_called(function)} lacks {' and '.join(repr(name) for name in missing)}. {takes}"


def _kind(value: object) -> str:
    """What a value is, and what is in it: a kind of Python's, no value."""
    inside = {type(each).__name__ for each in value} if isinstance(value, list | tuple | set) else set()
    return type(value).__name__ + (f" of {', '.join(sorted(inside))}" if inside else "")


def _said(function: Callable[..., Any], name: str) -> str:
    """What the docstring of a function says of a parameter, a space before it."""
    text = inspect.getdoc(function) or ""
    found = re.search(rf"^(?:\w+, )*{name}(?:, \w+)*\n((?: +.*\n)+)", text, re.MULTILINE)
    return f" help() says of it: {' '.join(found[1].replace('``', '').split())}" if found else ""


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of the kind that an annotation says; where that cannot be seen without reading it, it is."""
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if not isinstance(kind, type):
        return True
    kind = Integral if kind is int else kind  # numpy's too
    if not isinstance(value, kind) or (kind is Iterable and isinstance(value, str)):
        return False
    if kind is Iterable and parts and isinstance(value, Collection):
        return all(_fits(each, parts[0]) for each in value)
    return True


def _wanted(hint: Any) -> str:
    """In words what an annotation says."""
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    names = [(get_origin(kind) or kind).__name__ for kind in kinds]
    return " or ".join(_WANTED.get(name, name) for name in names)


def _no_such(of: str, name: str, names: Callable[[], Iterable[str]]) -> AttributeError:
    """The error of a name that is not there. One of Python's own protocols is asked for by machines alone."""
    if name.startswith("_"):
        return AttributeError(f"{of} has no '{name}'.")
    return NoSuchName(lacks(f"{of} has no", name, names()))


def lacks(opening: str, name: str, names: Iterable[str]) -> str:
    """The refusal of a name, with the nearest that is there, and all.

    Parameters
    ----------
    opening
        What has no such name, as the refusal begins.
    name
        The name that was asked for.
    names
        The names that are there.

    Returns
    -------
    str
        Two or three sentences.
    """
    has = list(names)
    listing = f"There is: {', '.join(has) or 'nothing'}." if len(has) <= _MANY else "dir() of it shows all."
    return f"{opening} '{safe(name[:80])}'.{offer(name, has)} {listing}"
