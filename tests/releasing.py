"""A release of counts of people for tests of what stands round it: each combination drawn by itself, nothing audited.

Tests of how files are read need no more, and are quick with it. ``install`` puts it in the place of
``analysis.disclosure.release`` and ``.drawing.draws``.
"""

import hashlib
import sys
from dataclasses import replace
from types import ModuleType


def draw(secret, name, count):
    """A multiple of five, None where it would be under 15."""
    drawn = hashlib.blake2b(name.encode(), key=secret, digest_size=8).digest()
    number = 5 * ((count + drawn[0] % 5) // 5)
    return number if number >= 15 else None


def release(exact, store, *, progress=lambda *_: None):
    """Sets of the same names with the combinations that may be shown; every number goes into the history first."""
    secret, history = store.secret(), store.history()
    found = []
    for one in exact:
        names = ["|".join(map(str, row)) for row in one.table[list(one.dimensions)].itertuples(index=False)]
        drawn = [draw(secret, name, int(cases)) for name, cases in zip(names, one.table["cases"], strict=True)]
        for name, number in zip(names, drawn, strict=True):
            history.setdefault(name, number)
        table = one.table[[number is not None for number in drawn]].reset_index(drop=True)
        table["cases"] = [number for number in drawn if number is not None]
        found.append(replace(one, table=table.astype({"cases": "int64"})))
    store.keep_history(history)
    progress(1, 1, 1)
    return tuple(found)


def install(put=sys.modules.__setitem__):
    """Have commands release so: with ``monkeypatch`` for ``put`` in a test, by itself in a process of its own."""
    for name in ("release", "drawing.draws"):
        module = ModuleType(f"analysis.disclosure.{name}")
        module.release, module.draw = release, draw
        put(module.__name__, module)
