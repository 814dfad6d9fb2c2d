"""Whether a report is the one that would be made now, and whole; if not, why not.

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
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.report import inputs
from analysis.publishing.report.edition import edition
from analysis.reference import definitions, reference
from analysis.safe_words import safe_throughout
from analysis.system import folders

SCHEMA = "attrition manifest 1"
NEVER = "never made"
_KINDS = {
    "data/counts/": "counts",
    "data/reference/": "reference tables",
    "notebooks/": "notebook",
    f"work/{definitions.NAME}": "definitions",
}


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a report's manifest says.

    Parameters
    ----------
    folder
        The folder of a report.

    Returns
    -------
    dict[str, Any]
        The manifest, no character in it that cannot be seen.

    Raises
    ------
    ValueError
        Where it is no manifest of this package.
    OSError
        Where there is none.
    """
    manifest = safe_throughout(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    if (
        not isinstance(manifest, dict)
        or manifest.get("schema") != SCHEMA
        or not isinstance(manifest.get("files"), dict)
    ):
        raise ValueError("it is no manifest of a report")
    return manifest


def lacking(folder: Path, notebook: Notebook, values: dict[str, Value], form: Form) -> str:
    """Why the report, or the draft, in a folder must be made, in a few words; "" where it is up to date and whole.

    Parameters
    ----------
    folder
        The folder of a report.
    notebook
        The notebook.
    values
        Its parameters with their values.
    form
        The form that it is to have.

    Returns
    -------
    str
        The first reason that is found.
    """
    try:
        manifest = manifest_of(folder)
        foreign_names = (name for name in strays(folder, manifest) if not folders.is_hidden(PurePosixPath(name)))
        foreign = (f"{name} is not of this report" for name in foreign_names)
        return next(
            chain(
                differences(manifest, notebook, values, form),
                damage(folder, manifest),
                foreign,
            ),
            "",
        )
    except FileNotFoundError:
        return "manifest.json is missing" if folder.is_dir() else NEVER
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "manifest.json cannot be read"


def differences(manifest: dict[str, Any], notebook: Notebook, values: dict[str, Value], form: Form) -> Iterator[str]:
    """What is not now as it was when a report was made.

    Parameters
    ----------
    manifest
        The manifest of the report.
    notebook
        The notebook.
    values
        Its parameters with their values.
    form
        The form that it is to have.

    Yields
    ------
    str
        A few words, among them the one by which a reader knows it.
    """
    if bool(manifest.get("is_draft")) != form.is_draft:
        yield "no draft" if form.is_draft else "a draft"
    name, digest_now = inputs.of_notebook(notebook.path)
    made_from = dict(manifest["inputs"])
    yield from _meant_otherwise(manifest, values)
    if made_from.pop(name, "") != digest_now:
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
    if manifest.get("publisher", {}) != form.publisher.entry:
        yield "settings changed"
    if manifest.get("formats") != list(form.formats):
        yield "other formats"


def damage(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Files of a report that are missing, or that are not those which its manifest names.

    Parameters
    ----------
    folder
        The folder of a report.
    manifest
        The manifest of the report.

    Yields
    ------
    Iterator[str]
        What is wrong with a file, by its name.
    """
    for name, digest_then in manifest["files"].items():
        digest_now = inputs.digest(folder / name)
        if digest_now != digest_then:
            yield f"{name} is damaged" if digest_now else f"{name} is missing"
        elif any((folder / part).is_symlink() for part in (name, *_around(name))):
            yield f"{name} is a link"


def strays(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """What is in the folder of a report and does not belong to it, by name.

    Parameters
    ----------
    folder
        The folder of a report.
    manifest
        The manifest of the report.

    Returns
    -------
    list[str]
        Names below the folder, in order.
    """
    own = {*manifest["files"], "manifest.json"}
    around = {above for name in own for above in _around(name)}
    places = [
        folder,
        *(folder / above for above in around if (folder / above).is_dir() and not (folder / above).is_symlink()),
    ]
    there = {path.relative_to(folder).as_posix() for place in places for path in place.iterdir()}
    return sorted(there - own - around)


def _around(name: str) -> list[str]:
    """The folders that a file of a report is in, by their names below that of the report."""
    return [parent.as_posix() for parent in PurePosixPath(name).parents[:-1]]


def changed(manifest: dict[str, Any]) -> list[str]:
    """The files of this project that a report was made from and that have changed since, by name.

    A file that was not at hand then, or is not now, tells nothing.

    Parameters
    ----------
    manifest
        The manifest of the report.

    Returns
    -------
    list[str]
        Names below the project.
    """
    return [
        name
        for name, digest_then in dict(manifest["inputs"]).items()
        if kind_of(name) and ".." not in Path(name).parts
        if digest_then != inputs.ABSENT and inputs.digest(inputs.path_of(name)) not in ("", digest_then)
    ]


def kind_of(name: str) -> str:
    """What a file is that a report was made from: counts, reference tables, notebook; "" for anything else.

    Parameters
    ----------
    name
        The file's name below the project.

    Returns
    -------
    str
        A word.
    """
    return next((kind for start, kind in _KINDS.items() if name.startswith(start)), "")


def _meant_otherwise(manifest: dict[str, Any], values: dict[str, Value]) -> Iterator[str]:
    """Whether a report is asked for with other parameters; where it is of other counts alone, of which."""
    parameters = manifest["parameters"]
    if parameters != values:
        is_of_counts = "counts" in values and parameters == values | {"counts": parameters.get("counts")}
        yield f"counts are {values['counts']} now" if is_of_counts else "parameters changed"
