"""What an offence is called in record systems, and the Home Office code that it means, if that is sure.

A code is read however it is padded ("008Q", "08/65", "00865"); a sub-code, or a name other than the official one, means
what data/reference/offence_words.csv says that it means. Sub-codes that it does not list are not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from analysis.intake.case_files.outcome_words import bare, flat, key
from analysis.reference import reference

_SUB_CODE = r"0*(\d{1,3})\s?/\s?0*(\d{1,3})"
_CLASS = r"(?:class )?0*(\d{1,3}[a-z]?)"
_FIVE = re.compile(r"(\d{3})(\d{2})")
_BEFORE = re.compile(rf"({_SUB_CODE}|{_CLASS})(?![a-z0-9/])\s*[-:.)]*\s*(.+)")
_BEHIND = re.compile(rf"(.+?)\s*(?:[(\[]\s*({_SUB_CODE}|{_CLASS})\s*[)\]]|\s-\s*({_SUB_CODE}|{_CLASS}))")


def known(word: str) -> str:
    """The code that a word means: a code, a name, or both where they agree; "" where that is not sure.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    str
        Home Office code.
    """
    plain = flat(word)
    alone = _coded(plain) or _names().get(key(plain), "")
    if alone:
        return alone
    if before := _BEFORE.fullmatch(plain):
        return _agreed(before[1], before[before.re.groups])
    if behind := _BEHIND.fullmatch(plain):
        return _agreed(behind[2] or behind[6], behind[1])
    return ""


@cache
def _names() -> Mapping[tuple[str, ...], str]:
    names = {**reference.offence_words(), **reference.offence_codes()}
    return {key(word): code for word, code in names.items()}


@cache
def _codes() -> Mapping[str, str]:
    return {code.casefold(): code for code in reference.offences()}


def _coded(text: str) -> str:
    """The offence of a code or sub-code, however it is padded."""
    if sub := (re.fullmatch(_SUB_CODE, text) or _FIVE.fullmatch(text)):
        return reference.offence_words().get(f"{int(sub[1])}/{int(sub[2])}", "")
    match = re.fullmatch(_CLASS, text)
    return _codes().get(match[1], "") if match and bare(text) else ""


def _agreed(code: str, name: str) -> str:
    """The offence that a code and a name beside it both mean."""
    meant = _coded(code)
    return meant if meant and _names().get(key(name), "") == meant else ""
