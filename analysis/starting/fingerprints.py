"""What a set of counts was made from, as one word: the same files under the same mapping need not be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import analysis
from analysis.intake.case_files import sources
from analysis.intake.files import checksum, listed


def fingerprint(file: Path, mapping: Path, allow: Iterable[str]) -> str:
    """What counts of a case file depend on: the file, its mapping, the faults that are dropped, and this package.

    Parameters
    ----------
    file
        A case file, or a folder of them.
    mapping
        Its mapping.
    allow
        Names of faults whose rows are dropped.

    Returns
    -------
    str
        Hexadecimal digits.

    Raises
    ------
    ParameterError
        Where no case file stands there.
    """
    files = [(path.name, checksum(path)) for path in listed([file], sources.ENDINGS, what="case files")]
    ingredients = [analysis.__version__, files, checksum(mapping), sorted(set(allow))]
    return hashlib.sha256(json.dumps(ingredients).encode()).hexdigest()
