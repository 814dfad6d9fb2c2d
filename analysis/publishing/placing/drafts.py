"""Where drafts are kept: reports of notebooks that may break the rules, in a folder of their own with no index."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.errors import ParameterError
from analysis.publishing.report import publication
from analysis.reference import reference
from analysis.system.folders import visible

FOLDER = reference.PROJECT / "drafts"


def place(out: Path | None) -> Path:
    """The folder for drafts: FOLDER, or the one that is named.

    Parameters
    ----------
    out
        The folder that is named; None for none.

    Returns
    -------
    Path
        A path, whether or not a folder is there.

    Raises
    ------
    ParameterError
        For the project's folder of reports, and for one in which an index or a report stands.
    """
    if out is None:
        return FOLDER
    reports = publication.FOLDER.resolve()
    is_below = out.resolve().is_relative_to(reports)
    if is_below or (out / "index.html").exists() or any(map(_is_report, visible(out, "*/*/manifest.json"))):
        raise ParameterError(
            f"{out} is a folder of reports, in which no draft may stand. Name another with --out, or leave it out: "
            f"drafts go to {FOLDER.name}/."
        )
    return out


def _is_report(manifest: Path) -> bool:
    """Whether a manifest is of something else than a draft."""
    try:
        return not json.loads(manifest.read_text(encoding="utf-8")).get("is_draft")
    except (OSError, ValueError, AttributeError):
        return True
