"""A report as nbconvert exporters, so that JupyterLab's export menu and ``jupyter nbconvert`` offer page and PDF.

A notebook without outputs that keeps the rules is run first, which can do no harm: JupyterLab saves the suite's without
them. So is any with ``--execute``. Nothing holds what is shown to what the cells say: what is exported says that it is
a draft. What cannot be exported raises NotebookFailed; JupyterLab's server would show a page that says "Internal Server
Error" and no more, so that it is given a page that says why.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters.exporter import Exporter

from analysis.errors import NotebookFailed
from analysis.publishing.notebooks import rules
from analysis.publishing.report import rendering, typesetting
from analysis.publishing.report.rendering import Report

_NONE = ".not_exported.html"  # how the file ends that a reader gets in place of the report


class _ReportExporter(Exporter):
    """An executed notebook as a report, without the manifest that only a published report has."""

    _made: ClassVar[staticmethod[[Report, dict[str, Any]], str | bytes]]

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """An executed notebook as the file that it is exported to, and nbconvert's resources."""
        try:
            report, manifest, resources = self._assembled(nb, resources, **kw)
            return self._made(report, manifest), resources
        except NotebookFailed as fault:
            if not _is_of_server(resources):
                raise
            self.output_mimetype = "text/html"
            return _refusal(str(resources["metadata"]["name"]), str(fault)), {**resources, "output_extension": _NONE}

    def _assembled(self, nb: Any, resources: Any, **kw: Any) -> tuple[Report, dict[str, Any], dict[str, Any]]:
        """The report, a manifest of what is known of it, and nbconvert's resources.

        Raises NotebookFailed where a cell fails, or shows what no report can carry, or nothing was run.
        """
        executed, resources = super().from_notebook_node(nb, resources, **kw)
        name = resources["metadata"]["name"]
        if not any(cell.get("outputs") for cell in executed.cells) and _keeps_rules(executed, name):
            from analysis.publishing.running import engine  # which loads papermill

            executed = engine.executed(executed, resources)
        report = rendering.assembled(executed, is_draft=True)
        if not report.blocks:
            raise NotebookFailed("No cell shows anything yet. Run the notebook, save it, then export it.")
        manifest = {"notebook": name, "parameters": {}, "title": "", "version": "", "inputs": {}}
        manifest["is_restricted"] = report.is_restricted
        return report, manifest, resources


def _is_of_server(resources: Any) -> bool:
    """Whether a server of Jupyter asks, whose reader sees nothing of an error; the command's line is told by it."""
    return bool(resources) and "config_dir" in resources and "unique_key" not in resources


def _refusal(name: str, sentence: str) -> str:
    """A page that says why a notebook was not exported."""
    opening = f"{name} could not be exported"
    ending = "Mend the notebook, save it and export it again."
    return rendering.rendered(
        "notice.html.j2", subject=opening, opening=opening, title=sentence, parts=[], ending=ending
    )


def _keeps_rules(document: Any, name: str) -> bool:
    """Whether a notebook calls the suite's own functions and nothing else, so that anybody's may be run."""
    return not rules.faults(Path(f"{name}.ipynb"), json.dumps(document).encode())


class PageExporter(_ReportExporter):
    """An executed notebook as one self-contained HTML page."""

    export_from_notebook = "Stalking attrition report"
    output_mimetype = "text/html"
    _made = staticmethod(rendering.page)

    def _file_extension_default(self) -> str:
        return ".html"


class PrintExporter(_ReportExporter):
    """An executed notebook as a tagged PDF."""

    export_from_notebook = "Stalking attrition report, PDF"
    output_mimetype = "application/pdf"
    _made = staticmethod(typesetting.typeset)

    def _file_extension_default(self) -> str:
        return ".pdf"
