"""What is laid down elsewhere: outcome types, forces, offences, measures, periods, columns, printed findings."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules={"measures"})
