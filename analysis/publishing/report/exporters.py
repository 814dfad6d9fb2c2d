"""A report as nbconvert exporters, so that JupyterLab's export menu and ``jupyter nbconvert`` offer page and PDF.

``--execute`` runs the notebook first, as with any exporter. Nothing holds it to its rules, or what it shows to what its
cells say: what is exported says that it is a draft.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters.exporter import Exporter

from analysis.errors import NotebookFailed
from analysis.publishing.report import rendering, typesetting
from analysis.publishing.report.rendering import Report


class _ReportExporter(Exporter):
    """An executed notebook as a report, without the manifest that only a published report has."""

    def _assembled(self, nb: Any, resources: Any, **kw: Any) -> tuple[Report, dict[str, Any], dict[str, Any]]:
        """The report, a manifest of what is known of it, and nbconvert's resources.

        Raises NotebookFailed where a cell shows what no report can carry, or nothing was run.
        """
        executed, resources = super().from_notebook_node(nb, resources, **kw)
        report = rendering.assembled(executed, is_draft=True)
        if not report.blocks:
            raise NotebookFailed("No cell shows anything yet. Run the notebook, save it, then export it.")
        name = resources["metadata"]["name"]
        manifest = {"notebook": name, "parameters": {}, "title": "", "version": "", "inputs": {}}
        manifest["is_restricted"] = report.is_restricted
        return report, manifest, resources


class PageExporter(_ReportExporter):
    """An executed notebook as one self-contained HTML page."""

    export_from_notebook = "Stalking attrition report"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page of an executed notebook, and nbconvert's resources.

        Raises NotebookFailed where a cell shows what no report can carry, or nothing was run.
        """
        report, manifest, resources = self._assembled(nb, resources, **kw)
        return rendering.page(report, manifest), resources


class PrintExporter(_ReportExporter):
    """An executed notebook as a tagged PDF."""

    export_from_notebook = "Stalking attrition report, PDF"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The PDF of an executed notebook, and nbconvert's resources.

        Raises NotebookFailed for what cannot be printed, or where nothing was run.
        """
        report, manifest, resources = self._assembled(nb, resources, **kw)
        return typesetting.typeset(report, manifest), resources
