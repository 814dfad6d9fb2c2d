"""Stalking attrition in England and Wales: the names that a notebook may use, each declared in ``__init__.pyi``.

Importing this package loads nothing until a name is used, and never anything that can open a case file.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
