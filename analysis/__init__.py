"""Stalking attrition in England and Wales: the names that a notebook may use, each declared in ``__init__.pyi``.

Importing this package loads nothing until a name is used, and never anything that can open a case file.
"""

from typing import Any

import lazy_loader

__version__ = "0.1.0"
_named, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    try:
        return _named(name)
    except AttributeError:
        if name in __all__:
            raise  # of a module that is there and does not load
        from analysis.errors import offer

        raise AttributeError(f"analysis has no '{name}'.{offer(name, __all__)} dir(analysis) shows all.") from None
