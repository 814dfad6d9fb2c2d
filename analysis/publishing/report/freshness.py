"""Whether a report that stands is the one that would be made now, and whole; if not, why not.

It is when its manifest names the same parameters, formats, notebook, counts, look-up tables, publisher and edition of
this package as are at hand, and its files are those that the manifest names and no others (but hidden ones, which a
file manager may leave). The clock has no part in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.counts import counts
from analysis.publishing.about.publisher import NOBODY, Publisher
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.report import inputs
from analysis.publishing.report.edition import edition
from analysis.reference import reference
from analysis.safe_words import safe_throughout
from analysis.system import folders

SCHEMA = "attrition manifest 1"
NEVER = "never made"
_KINDS = {"data/counts/": "counts", "data/reference/": "reference tables", "notebooks/": "notebook"}


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a report's manifest says. Raises ValueError where it is no manifest of this package, OSError where none."""
    told = safe_throughout(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    if not isinstance(told, dict) or told.get("schema") != SCHEMA or not isinstance(told.get("files"), dict):
        raise ValueError("it is no manifest of a report")
    return told


def lacking(
    folder: Path,
    notebook: Notebook,
    values: dict[str, Value],
    *,
    formats: tuple[str, ...],
    is_draft: bool = False,
    publisher: Publisher = NOBODY,
) -> str:
    """Why the report, or the draft, in a folder must be made, in a few words; "" where it is up to date and whole."""
    try:
        manifest = manifest_of(folder)
        found = (name for name in strays(folder, manifest) if not folders.is_hidden(PurePosixPath(name)))
        foreign = (f"{name} is not of this report" for name in found)
        return next(
            chain(
                _differences(manifest, notebook, values, formats=formats, is_draft=is_draft, publisher=publisher),
                damage(folder, manifest),
                foreign,
            ),
            "",
        )
    except FileNotFoundError:
        return "manifest.json is missing" if folder.is_dir() else NEVER
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "manifest.json cannot be read"


def differences(
    manifest: dict[str, Any],
    notebook: Notebook,
    values: dict[str, Value],
    *,
    formats: tuple[str, ...],
    is_draft: bool = False,
    publisher: Publisher = NOBODY,
) -> list[str]:
    """What is not now as it was when a report was made."""
    return list(_differences(manifest, notebook, values, formats=formats, is_draft=is_draft, publisher=publisher))


def damage(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Files of a report that are missing, or that are not those which its manifest names."""
    for name, told in manifest["files"].items():
        found = inputs.digest(folder / name)
        if found != told:
            yield f"{name} is damaged" if found else f"{name} is missing"
        elif any((folder / one).is_symlink() for one in (name, *_around(name))):
            yield f"{name} is a link"


def strays(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """What stands in the folder of a report and is not of it, by name."""
    own = {*manifest["files"], "manifest.json"}
    around = {one for name in own for one in _around(name)}
    places = [folder, *(folder / one for one in around if (folder / one).is_dir() and not (folder / one).is_symlink())]
    found = {path.relative_to(folder).as_posix() for place in places for path in place.iterdir()}
    return sorted(found - own - around)


def _around(name: str) -> list[str]:
    """The folders that a file of a report stands in, by their names below that of the report."""
    return [one.as_posix() for one in PurePosixPath(name).parents[:-1]]


def changed(manifest: dict[str, Any]) -> list[str]:
    """The files of this project that a report was made from and that have changed since, by name.

    A file that was not at hand then, or is not now, tells nothing.
    """
    return [
        name
        for name, told in dict(manifest["inputs"]).items()
        if kind_of(name) and ".." not in Path(name).parts
        if told != inputs.ABSENT and inputs.digest(inputs.path_of(name)) not in ("", told)
    ]


def kind_of(name: str) -> str:
    """What a file is that a report was made from: counts, reference tables, notebook; "" for anything else."""
    return next((kind for start, kind in _KINDS.items() if name.startswith(start)), "")


def _differences(
    manifest: dict[str, Any],
    notebook: Notebook,
    values: dict[str, Value],
    *,
    formats: tuple[str, ...],
    is_draft: bool,
    publisher: Publisher,
) -> Iterator[str]:
    """Each with the word by which a reader knows it."""
    if bool(manifest.get("is_draft")) != is_draft:
        yield "no draft" if is_draft else "a draft"
    name, told = inputs.of_notebook(notebook.path)
    made_from = dict(manifest["inputs"])
    yield from _meant_otherwise(manifest, values)
    if made_from.pop(name, "") != told:
        yield "notebook changed"
    for name, was in made_from.items():
        kind = kind_of(name) or ("figures" if inputs.path_of(name).is_relative_to(reference.DATA) else "")
        if kind and (inputs.digest(inputs.path_of(name)) or inputs.ABSENT) != was:
            yield f"{name} changed"
    for name, was in dict(manifest.get("names", {})).items():
        if counts.stands_for(name) != was:
            yield f"{name} no longer means {was}"
    if manifest.get("reference_data") != inputs.reference_data():
        yield "reference data changed"
    if manifest.get("edition") != edition():
        yield "another edition of this package"
    if manifest.get("publisher", {}) != publisher.entry():
        yield "settings changed"
    if manifest.get("formats") != list(formats):
        yield "other formats"


def _meant_otherwise(manifest: dict[str, Any], values: dict[str, Value]) -> Iterator[str]:
    """Whether a report is asked for with other parameters; where it is of other counts alone, of which."""
    told = manifest["parameters"]
    if told != values:
        is_of_counts = "counts" in values and told == values | {"counts": told.get("counts")}
        yield f"counts are {values['counts']} now" if is_of_counts else "parameters changed"
