"""Whether a file is a publisher's, which has a format of its own and needs no mapping."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.errors import DataRefused
from analysis.intake import workbooks
from analysis.intake.home_office import layout
from analysis.intake.police_uk import files as monthly_files

_HEADED = 60  # rows of a sheet in which its header is looked for


def form_of(files: Sequence[Path]) -> str:
    """The format of ``attrition reduce`` in which files are published, by their names or by the headers of a workbook.

    Parameters
    ----------
    files
        Files of one kind.

    Returns
    -------
    str
        "police-uk" or "home-office"; "" for files of somebody's own.
    """
    if all(monthly_files.is_published(path.name) for path in files):
        return "police-uk"
    is_workbook = all(path.suffix.casefold() in workbooks.ENDINGS for path in files)
    return "home-office" if is_workbook and all(map(_is_home_office, files)) else ""


def _is_home_office(path: Path) -> bool:
    """Whether a sheet of a workbook has the columns of the Home Office's tables."""
    book = workbooks.opened(path)
    for name in book.names:
        try:
            if layout.layout(book.rows(name, is_encoded=True).slice(0, _HEADED), where=path.name):
                return True
        except DataRefused:  # like theirs, and none of them
            continue
    return False
