"""TOML as somebody else wrote it: read, or refused for what no reader of it should be given."""

from __future__ import annotations

import re
import tomllib
from typing import Any

LARGEST = 2**20  # bytes of a file: more was written by nobody
_PARTS = 40  # of a key: Python's reader takes the square of their number in memory
_WORD = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"{_WORD}(?:[ \t]*+\.[ \t]*+{_WORD}){{{_PARTS},}}")


class TooMuch(ValueError):
    """Text of which there is more than can be read: its words say of what, ``line`` where, if that is known."""

    def __init__(self, told: str, line: int = 0) -> None:
        super().__init__(told)
        self.line = line


def read(text: str) -> dict[str, Any]:
    """What the text of a file holds. Raises tomllib.TOMLDecodeError for text that is no TOML, and TooMuch."""
    if long := _LONG_KEY.search(text):
        raise TooMuch(f"a key of more than {_PARTS} parts", text.count("\n", 0, long.start()) + 1)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, RecursionError):
        raise TooMuch("a list or number is too long") from None
