"""Stalking attrition in England and Wales: the names that a notebook may use, each declared in ``__init__.pyi``.

Importing this package loads nothing until a name is used, and never anything that can open a case file.
"""

from importlib.util import find_spec
from types import ModuleType
from typing import Any

import lazy_loader

__version__ = "0.1.0"
_named, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        if name.startswith("_") or find_spec(f"{__name__}.{name}"):  # asked for on the way to importing it
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        from analysis.public import no_such_name

        raise no_such_name(name, {other: __getattr__(other) for other in __all__})
    thing = _named(name)
    if isinstance(thing, ModuleType):
        from analysis.public import PublicModule

        thing.__class__ = PublicModule
    return thing
