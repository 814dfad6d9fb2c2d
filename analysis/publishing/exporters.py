"""The PDF as an nbconvert exporter, so that JupyterLab's export menu and ``jupyter nbconvert`` offer it."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters.exporter import Exporter

from analysis.publishing import rendering, typesetting


class PrintExporter(Exporter):
    """An executed notebook as a tagged PDF, without the manifest that only a published report has."""

    export_from_notebook = "Stalking attrition report, PDF"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[Any, dict[str, Any]]:
        """The PDF of an executed notebook, and nbconvert's resources.

        Raises NotebookFailed for what cannot be printed.
        """
        name = (resources or {}).get("metadata", {}).get("name", "notebook")
        manifest = {"notebook": name, "parameters": {}, "version": "", "inputs": {}}
        made = typesetting.typeset(rendering.assembled(nb), manifest)
        return made, {**(resources or {}), "output_extension": ".pdf", "outputs": {}}
