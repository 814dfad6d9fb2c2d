"""How wide words are in Arial, the typeface of workbooks, on any machine, whether or not it has that typeface.

Arial and Liberation Sans are as wide as Helvetica, letter by letter. Adobe's measures of that come with matplotlib,
which is not loaded for them: it takes its time, and reads settings of whoever runs it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_MEASURES = ("mpl-data", "fonts", "pdfcorefonts")
_LETTER = re.compile(r"^C -?\d+ ; WX (\d+) ; N (\w+) ;", re.MULTILINE)
_NAMED = {
    "'": "quotesingle", "`": "grave", "‘": "quoteleft", "’": "quoteright", "“": "quotedblleft", "”": "quotedblright",
    "–": "endash", "—": "emdash", "−": "minus", "×": "multiply", "±": "plusminus", "…": "ellipsis", "£": "sterling",
    "•": "bullet", "°": "degree", "§": "section", "½": "onehalf",
}  # fmt: skip
_WIDEST = 1000  # an em, in the measures' thousandths: letters that they do not have
_PIXELS = 4 / 3  # in a point


@lru_cache(maxsize=65536)
def width(text: str, points: float = 12, *, is_bold: bool = False) -> float:
    """How wide one line of text is, in pixels.

    Parameters
    ----------
    text
        The words.
    points
        The size of the letters.
    is_bold
        Whether they are bold.

    Returns
    -------
    float
        Pixels, of which an inch has 96.

    Examples
    --------
    >>> round(width("Metropolitan Police"), 1)
    136.0
    >>> width("i") < width("m") < width("m", is_bold=True)
    True
    """
    letters = _letters(is_bold)
    return sum(_of(letter, letters) for letter in text) * points * _PIXELS / 1000


def _of(letter: str, letters: dict[str, int]) -> int:
    """The width of a letter; one with an accent is as wide as the same without."""
    return letters.get(letter) or letters.get(unicodedata.normalize("NFD", letter)[0], _WIDEST)


@cache
def _letters(is_bold: bool) -> dict[str, int]:
    """The width of each letter, in thousandths of its size."""
    spec = find_spec("matplotlib")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    measures = folder.joinpath(*_MEASURES, f"Helvetica{'-Bold' * is_bold}.afm").read_text(encoding="latin-1")
    named = {name: int(wide) for wide, name in _LETTER.findall(measures)}
    plain = {chr(int(code)): int(wide) for code, wide in re.findall(r"^C (\d+) ; WX (\d+) ;", measures, re.MULTILINE)}
    ascii_alone = {letter: wide for letter, wide in plain.items() if " " <= letter <= "~"}
    return ascii_alone | {letter: named[name] for letter, name in _NAMED.items() if name in named}
