"""A report is made: its notebook is run and becomes a page, a PDF, a workbook, records and CSV in a staging folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from analysis.errors import DisclosureRefused
from analysis.presentation.data_files import files
from analysis.presentation.workbook import workbook
from analysis.publishing.about import dataset, editions, entries
from analysis.publishing.about.editions import Edition
from analysis.publishing.about.publisher import Publisher
from analysis.publishing.notebooks import jobs, rules
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.placing.staging import BUILT, EXECUTED, SOURCE
from analysis.publishing.report import history, inputs, manifests, rendering, typesetting
from analysis.publishing.running import engine
from analysis.system import writing
from analysis.system.writing import as_json


def loading() -> Iterator[None]:
    """Load what renders a report, a step at a time; without this it is loaded as it is first used.

    Yields
    ------
    Iterator[None]
        Nothing, after each step.
    """
    for load in (rendering.load_templates, workbook.load, typesetting.load_fonts):
        load()
        yield


def make(
    notebook: Notebook,
    values: dict[str, Value],
    staged: Path,
    *,
    form: Form,
    by: str = "warm",
    progress: bool = False,
    time_limit: float = engine.TIME_LIMIT,
    before: Edition | None = None,
) -> None:
    """Run a notebook and build its report in the folder BUILT of a staging folder, its bytes safe on the disk.

    What is run is the notebook as it was read here: it keeps the rules, or it is a draft and says so.

    Parameters
    ----------
    notebook
        The notebook.
    values
        All of its parameters with their values, checked.
    staged
        A staging folder.
    form
        The form that it is to have; a draft may break the rules.
    by
        What runs it: "warm" or "plain".
    progress
        Whether a bar shows how far it is.
    time_limit
        Seconds that the notebook may take.
    before
        The edition that is in its place now; None where there is none.

    Raises
    ------
    NotebookFailed
        For a notebook that breaks the rules, or stops, or shows what no report can carry.
    OSError
        Where the disk cannot be written.
    Changed
        Where the notebook or its data changed meanwhile.
    DisclosureRefused
        For a notebook that read restricted counts that its parameters do not name.
    """
    standing, publisher = inputs.Standing(), form.publisher
    source = staged / SOURCE
    with writing.held(staged) as folder:
        folder.write(SOURCE, notebook.path.read_bytes())
    if not form.is_draft:
        rules.enforce(notebook.path, source.read_bytes())
    executed = engine.execute(
        notebook, values, staged / EXECUTED, source=source, progress=progress, engine=by, time_limit=time_limit
    )
    report = rendering.assembled(executed, is_draft=form.is_draft)
    manifest = manifests.manifest(
        notebook, values, report, place=jobs.folder_of(notebook, values), formats=form.formats
    )
    _check_named(notebook, report, manifest)
    results = rendering.results(report, manifest)
    figures = history.digest(results)
    edition = editions.following(before, results, figures, today=datetime.now(UTC).date())
    said: dict[str, Any] = {"edition": edition, "publisher": publisher, "span": jobs.span(values)}
    manifest |= {"date": edition.date, "news": edition.news, "publisher": publisher.entry}
    manifest["about"] = entries.entries(manifest, results, **said)
    built = staged / BUILT
    with writing.held(staged, BUILT, is_private=manifest["is_restricted"]) as folder:
        _write_beside(folder, staged, report, results, manifest, publisher=publisher)
        sizes = {path.relative_to(built).as_posix(): path.stat().st_size for path in _paths(built)}
        described = dataset.dataset(manifest, results, files=list(sizes), **said)
        folder.write("report.html", rendering.page(report, manifest, sizes, publisher=publisher, dataset=described))
        standing.check_notebook(notebook.path, source)
        standing.check([*manifest["inputs"], *inputs.tables()])
        manifest["files"] = {path.relative_to(built).as_posix(): inputs.digest(path) for path in _paths(built)}
        manifest |= manifests.making() | {"figures": figures}
        folder.write("manifest.json", as_json(manifest))
    writing.settle(built)


def _write_beside(
    folder: writing.Folder,
    staged: Path,
    report: rendering.Report,
    results: dict[str, Any],
    manifest: dict[str, Any],
    *,
    publisher: Publisher,
) -> None:
    """Write all that goes beside the page; Typst sets the PDF meanwhile, since it lets Python go on."""
    formats = manifest["formats"]
    with ThreadPoolExecutor(1) as beside:
        typeset = partial(typesetting.typeset, report, manifest, logo=publisher.logo)
        printed = beside.submit(typeset) if "pdf" in formats else None
        folder.write("results.json", as_json(results))
        if "workbook" in formats:
            folder.write("tables.xlsx", workbook.content(results, manifest))
        _write_data(staged, results, manifest)
        if printed:
            folder.write("report.pdf", printed.result())


def _paths(built: Path) -> list[Path]:
    """The files of a report, in order of their names."""
    return [path for path in sorted(built.rglob("*")) if path.is_file()]


def _write_data(staged: Path, results: dict[str, Any], manifest: dict[str, Any]) -> None:
    """Write the rows of each table and figure, and what they mean; nothing where a report shows none."""
    if texts := files.content(results, manifest):
        with writing.held(staged, BUILT, files.FOLDER, is_private=manifest["is_restricted"]) as folder:
            for name, text in texts.items():
                folder.write(name, text)


def _check_named(notebook: Notebook, report: rendering.Report, manifest: dict[str, Any]) -> None:
    """Refuse restricted counts that a notebook read and does not name: its folder would be a public one."""
    if report.is_restricted and not manifest["is_restricted"]:
        raise DisclosureRefused(
            f"{notebook.name} read restricted counts that it does not name, so its report would have stood among "
            'public ones. Write read_counts("NAME"), or make NAME a parameter and give that to read_counts.'
        )
