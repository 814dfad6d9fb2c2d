"""One report from start to finish: checked, run, rendered in a staging folder, and moved into place whole.

What stood in its place stays readable until the new report replaces it, and stays for good when anything fails.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import analysis
from analysis import reference
from analysis.errors import CouldNotWrite
from analysis.presentation import wording, workbook
from analysis.publishing import catalogue, engine, failures, history, jobs, moving, rendering, typesetting
from analysis.publishing.notebooks import Notebook, Value

FOLDER = reference.PROJECT / "reports"


def publish(notebook: Notebook, given: dict[str, Any], *, out: Path = FOLDER, progress: bool = False) -> Path:
    """Run a notebook and put its report in place. Returns the report's folder.

    Raises ParameterError before anything runs, NotebookFailed with the executed notebook left in the staging folder,
    CouldNotWrite when the output folder cannot be written.
    """
    with failures.remembered(out, notebook, notebook.values(given), is_started=False):
        values = jobs.checked(notebook, given)
    with failures.remembered(out, notebook, values, is_started=True):
        return _published(notebook, values, out=out, progress=progress)


def _published(notebook: Notebook, values: dict[str, Value], *, out: Path, progress: bool) -> Path:
    """Run a notebook with values that are there, and put its report in place whole."""
    place = jobs.folder_of(notebook, values)
    try:
        staging = _staging(out, notebook.name)
        executed = engine.execute(notebook, values, staging / "executed.ipynb", progress=progress)
        report = rendering.assembled(executed)
        manifest = _manifest(notebook, values, report, place)
        built = staging / "report"
        built.mkdir()
        (built / "report.html").write_text(rendering.page(report, manifest), encoding="utf-8")
        (built / "report.pdf").write_bytes(typesetting.typeset(report, manifest))
        results = rendering.results(report, manifest)
        _write_json(built / "results.json", results)
        workbook.write(built / "tables.xlsx", results, manifest)
        manifest["files"] = {path.name: _digest(path) for path in sorted(built.iterdir())}
        manifest |= history.since(out / place, results, made_at=manifest["made_at"])
        _write_json(built / "manifest.json", manifest)
        moving.move_in(built, out / place)
        shutil.rmtree(staging)
    except OSError as fault:
        raise CouldNotWrite(
            f"{out / place} could not be written ({fault.strerror or fault}). Free some room or choose another folder "
            "with --out; what stood there still stands.",
            in_short=f"{place.as_posix()} could not be written ({fault.strerror or type(fault).__name__}).",
        ) from fault
    return out / place


def _staging(out: Path, name: str) -> Path:
    """A fresh folder on the same disk as the output folder, so that a move is a rename.

    It stands beside the output folder, or, where that is a disk of its own or nothing may be made there, inside it.
    """
    out.mkdir(parents=True, exist_ok=True)
    home = out.resolve().parent / f".{out.resolve().name}-staging"
    try:
        home.mkdir(exist_ok=True)
    except OSError:
        home = out / ".staging"
    if home.parent.stat().st_dev != out.stat().st_dev:
        home = out / ".staging"
    home.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=home))


def _manifest(notebook: Notebook, values: dict[str, Value], report: Any, place: Path) -> dict[str, Any]:
    """What made a report, all of it."""
    now = datetime.now(UTC)
    records = [block.record for block in report.blocks]
    headlines = [record for record in records if record["kind"] == "headline"]
    controlled = [part["disclosure"] for part in _with_disclosure(records)]
    policies = sorted({part["policy"]["name"] for part in controlled})
    return {
        "schema": catalogue.SCHEMA,
        "folder": place.as_posix(),
        "notebook": notebook.name,
        "title": report.title,
        "subject": jobs.subject(values),
        "answer": (headlines[0].get("opening") or headlines[0]["text"]) if headlines else "",
        "place": str(values.get("force", "all")),
        "parameters": values,
        "is_synthetic": report.is_synthetic,
        "version": analysis.__version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "made_at": now.isoformat(timespec="seconds"),
        "made_on": f"{now.day} {now:%B %Y}",
        "disclosure": wording.capital("; ".join(policies)) + "." if policies else "Nothing was counted.",
        "policies": [
            dict(policy) for policy in {json.dumps(part["policy"]): part["policy"] for part in controlled}.values()
        ],
        "rows_with_something_suppressed": sum(part["rows_with_something_suppressed"] for part in controlled),
        "inputs": _inputs(notebook, records),
    }


def _with_disclosure(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every table of numbers among the records of a report, key figures too."""
    found = []
    for record in records:
        found += [record] if "disclosure" in record else []
        found += [figure for figure in record.get("figures", []) if "disclosure" in figure]
    return found


def _inputs(notebook: Notebook, records: list[dict[str, Any]]) -> dict[str, str]:
    """The SHA-256 of the notebook, the counts behind its figures and the reference tables."""
    files = {file for part in _with_disclosure(records) for file in part["about"]["files"]}
    tables = {f"data/reference/{path.name}" for path in (reference.DATA / "reference").glob("*.csv")}
    path = notebook.path.resolve()
    is_ours = path.is_relative_to(reference.PROJECT)
    own = path.relative_to(reference.PROJECT).as_posix() if is_ours else path.name
    found = {name: reference.PROJECT / name for name in sorted(files | tables)}
    digests = {name: _digest(file) if file.is_file() else "not at hand" for name, file in found.items()}
    return {own: _digest(path), **digests}


def _commit() -> str:
    """The commit that the project stands at, or nothing where it is not a git checkout."""
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=reference.PROJECT, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
