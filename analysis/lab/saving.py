"""What JupyterLab saves: the suite's notebooks as git has them, a reader's own as they are; and copies when asked for.

The suite's notebooks keep no outputs, nor what an editor or a kernel writes into them, so that looking at one and
running it changes no file. ``attrition lab`` tells JupyterLab of ``Desk``; nothing else here needs JupyterLab.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbstripout import strip_output
from tornado.web import HTTPError

from analysis.errors import AttritionError
from analysis.lab import copies, launcher
from analysis.publishing.notebooks import notebooks

#: As a notebook in git has them: the kernel's version, and how cells look on somebody's screen, are no part of it.
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LEFT_OUT = (
    *(f"metadata.{name}" for name in ("widgets", "signature", "papermill", "varInspector", "toc")),
    *(
        f"cell.metadata.{name}"
        for name in ("execution", "collapsed", "scrolled", "trusted", "ExecuteTime", "papermill")
    ),
)


def as_in_git(document: Any) -> Any:
    """A notebook without what running and looking at it leave behind."""
    strip_output(document, keep_output=False, keep_count=False, keep_id=True, extra_keys=list(_LEFT_OUT))
    if document.metadata.get("kernelspec", {}).get("name") == _KERNEL["name"]:
        document.metadata["kernelspec"] = dict(_KERNEL)
    if "language_info" in document.metadata:
        document.metadata["language_info"] = {"name": document.metadata["language_info"].get("name", "python")}
    return document


class Desk(AsyncLargeFileManager):  # type: ignore[misc]
    """JupyterLab's files, with two rules: the suite's notebooks stay clean, and a copy is made when it is opened."""

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save a file; one of the suite's notebooks as git has it."""
        if model.get("type") == "notebook" and self._is_of_the_suite(path):
            document = notebooks.read(Path(path), json.dumps(model["content"]).encode())
            model = {**model, "content": as_in_git(document)}
        saved: dict[str, Any] = await super().save(model, path)
        return saved

    async def get(self, path: str, *words: Any, **named: Any) -> dict[str, Any]:
        """A file; a copy of a question's notebook is made where its usual name is asked for and nothing is there."""
        self._make_copy(Path(self._get_os_path(path)))
        model: dict[str, Any] = await super().get(path, *words, **named)
        return model

    async def new_untitled(self, path: str = "", type: str = "", ext: str = "") -> dict[str, Any]:  # noqa: A002
        """A new file; where a card of the launcher asks for it, a copy of its question's notebook."""
        folder = Path(self._get_os_path(path))
        if folder.parent != notebooks.WORK / launcher.FOLDER or folder.name not in notebooks.names():
            made: dict[str, Any] = await super().new_untitled(path, type, ext)
            return made
        try:
            copy = copies.fresh(folder.name)
        except AttritionError as fault:
            raise HTTPError(409, str(fault)) from fault
        work = path.strip("/").rpartition(f"/{launcher.FOLDER}/")[0]
        found = await self.get(f"{work}/{copy.name}", content=False)
        # JupyterLab opens what the folder that it named and the name that it is told come to, joined
        return {**found, "name": f"../../{copy.name}"}

    def _is_of_the_suite(self, path: str) -> bool:
        file = Path(self._get_os_path(path))
        return file.parent == notebooks.FOLDER and file.suffix == ".ipynb" and file.stem in notebooks.SUITE

    def _make_copy(self, file: Path) -> None:
        question = copies.asked_for(file.stem) if file.parent == notebooks.WORK and file.suffix == ".ipynb" else ""
        if question and not file.exists():
            try:
                copies.new(question, file.stem)
            except AttritionError as fault:
                self.log.warning("%s", fault)  # and then it is not there, which JupyterLab says
