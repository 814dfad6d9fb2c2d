"""What made a report, all of it: the manifest beside it.

What is in it but for the moments, the commit and the machine is a function of what the report was made from, so that
page, PDF and workbook, which print some of it, are the same bytes whenever and wherever they are made.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import analysis
from analysis.presentation import wording
from analysis.publishing.notebooks import jobs
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.placing import places
from analysis.publishing.report import freshness, inputs
from analysis.publishing.report.edition import edition
from analysis.publishing.report.rendering import Report
from analysis.reference import reference


def manifest(
    notebook: Notebook, values: dict[str, Value], report: Report, *, place: Path, formats: tuple[str, ...]
) -> dict[str, Any]:
    """What a report is, and what it is made from: no clock, no machine.

    Parameters
    ----------
    notebook
        The notebook.
    values
        Its parameters with their values.
    report
        The parts of the report.
    place
        The folder of the report below that of all reports.
    formats
        What it is made in: "page", "pdf", "workbook".

    Returns
    -------
    dict[str, Any]
        The manifest but for what is known once the report is built.
    """
    records = [block.record for block in report.blocks]
    headlines = [record for record in records if record["kind"] == "headline"]
    controlled = _with_disclosure(records)
    policies = {json.dumps(part["policy"]): dict(part["policy"]) for part in controlled}
    named = sorted({policy["name"] for policy in policies.values()})
    own, notebook_digest = inputs.of_notebook(notebook.path)
    tables = [name for name in inputs.tables() if name.startswith("data/reference/")]
    files = {file for part in controlled for file in part["about"]["files"]}
    files.update(file for record in records for file in record.get("files", []))
    names = {name: set_name for record in records for name, set_name in record.get("names", {}).items()}
    return {
        "schema": freshness.SCHEMA,
        "folder": place.as_posix(),
        "notebook": notebook.name,
        "title": report.title,
        "question": notebook.question,
        "subject": jobs.subject(values),
        "particulars": jobs.particulars(notebook, values),
        "answer": (headlines[0].get("opening") or headlines[0]["text"]) if headlines else "",
        "place": jobs.place(values),
        "parameters": values,
        "formats": list(formats),
        "most_pages": notebook.most_pages,
        "is_restricted": (is_restricted := places.is_of_restricted(place.as_posix())),
        **({"handling": wording.RESTRICTED} if is_restricted else {}),
        "is_synthetic": report.is_synthetic,
        "is_draft": report.is_draft,
        "version": analysis.__version__,
        "edition": edition(),
        "disclosure": wording.capital("; ".join(named)) + "." if named else "Nothing was counted.",
        "policies": list(policies.values()),
        "rows_with_something_suppressed": sum(part["rows_with_something_suppressed"] for part in controlled),
        **({"names": names} if names else {}),
        "inputs": {own: notebook_digest, **inputs.named([*files, *tables])},
        "reference_data": inputs.reference_data(),
    }


def making() -> dict[str, str]:
    """When and by what a report is made, for the manifest alone: the moment in UTC, the commit, Python's version.

    Returns
    -------
    dict[str, str]
        ``made_at``, ``commit`` and ``python``.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"made_at": now, "commit": _commit(), "python": platform.python_version()}


def _with_disclosure(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every table of numbers among the records of a report, key figures too."""
    controlled = []
    for record in records:
        controlled += [record] if "disclosure" in record else []
        controlled += [figure for figure in record.get("figures", []) if "disclosure" in figure]
    return [part["disclosure"] | {"about": part["about"]} for part in controlled]


@cache
def _commit() -> str:
    """The commit that the project is at, or nothing where it is not a git checkout, as of an installed wheel."""
    if reference.SUITE != reference.PROJECT:
        return ""
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=reference.PROJECT, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""
