"""The project's own sets of counts that come of files: made again from what they were made of.

    python -m analysis.builders.bundled stalking_example
    python -m analysis.builders.bundled gwent_2022_2025 FILE...

'attrition reduce' writes over none of them. Those of published figures are made by ``analysis.builders.published``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.builders import example
from analysis.cli.intake import put_in_place
from analysis.errors import AttritionError, ParameterError
from analysis.intake import reduction
from analysis.intake.reading import Request
from analysis.reference import reference

#: What each is made of: the format of its files and, where these are part of the project, the files and their mapping.
SETS: dict[str, tuple[str, tuple[Path, ...], Path | None]] = {
    "stalking_example": ("cases", (example.FOLDER / "stalking_cases.csv",), example.FOLDER / "stalking_cases.toml"),
    "gwent_2022_2025": ("police-uk", (), None),
}


def make(name: str, files: tuple[Path, ...] = ()) -> list[Path]:
    """Make one of SETS in data/counts/, from these files or from those in the project.

    Parameters
    ----------
    name
        The name of the set.
    files
        The files that it is made from; none for those in the project.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ParameterError
        For another name, or no files.
    DataRefused
        As reading the files does.
    """
    form, own, mapping = SETS.get(name, ("", (), None))
    if not form or not (files or own):
        raise ParameterError(f"'{name}' cannot be made. There are: {', '.join(SETS)}. Write files after the name.")
    request = Request(name=name, form=form, mapping=mapping, workers=1)
    reading = reduction.read_files(list(files or own), request, spread=map)
    return put_in_place(reading, request)[1]


if __name__ == "__main__":
    try:
        name, *paths = sys.argv[1:] or [""]
        for written in make(name, tuple(Path(path) for path in paths)):
            sys.stdout.write(f"{written.relative_to(reference.PROJECT)}\n")
    except AttritionError as fault:
        sys.stderr.write(f"attrition: {fault}\n")
        sys.exit(fault.exit_status)
