"""Where papermill finds the engine for warm notebooks: an entry point that imports nothing until it is used.

papermill loads its entry points while it is itself being loaded, so that one which imports papermill could only be
loaded after it.

papermill only warns of a parameter that a notebook does not declare, and runs it with the default: a misspelt force
gives the whole country. Asked for by name, this engine refuses it, in the words of ``attrition run``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Engine:
    """The warm engine, asked for by name: ``papermill --engine attrition``."""

    @staticmethod
    def nb_kernel_name(*given: Any) -> str:
        """The kernel that a notebook names; it is asked for, and not started.

        Parameters
        ----------
        *given
            What papermill gives its engines.

        Returns
        -------
        str
            A name that papermill knows.
        """
        from papermill.engines import Engine as Papermills

        return str(Papermills.nb_kernel_name(*given))

    @staticmethod
    def nb_language(*given: Any) -> str:
        """The language that a notebook names.

        Parameters
        ----------
        *given
            What papermill gives its engines.

        Returns
        -------
        str
            A name that papermill knows.
        """
        from papermill.engines import Engine as Papermills

        return str(Papermills.nb_language(*given))

    @classmethod
    def execute_notebook(cls, document: Any, *given: Any, input_path: Any = None, **settings: Any) -> Any:
        """What ``warm.WarmEngine.execute_notebook`` does, of a notebook whose parameters are its own.

        Parameters
        ----------
        document
            The notebook as papermill has it, with its parameters in it.
        *given
            What papermill gives its engines.
        input_path
            The file that it came of.
        **settings
            What else papermill gives its engines.

        Returns
        -------
        Any
            The notebook as it was run.

        Raises
        ------
        ParameterError
            Before a cell runs; in papermill's own command its counterpart there.
        """
        from analysis.publishing.running.warm import WarmEngine

        checked = _checked(document, Path(str(input_path or "notebook")))
        return WarmEngine.execute_notebook(checked, *given, **settings)


def _checked(document: Any, path: Path) -> Any:
    """The notebook, the parameters that papermill was given as the types that it declares."""
    import click
    from papermill.parameterize import parameterize_notebook

    from analysis.errors import AttritionError
    from analysis.publishing.notebooks import notebooks

    given = document.metadata.get("papermill", {}).get("parameters") or {}
    if not given:
        return document
    try:
        book = notebooks.of_cells(path, notebooks.plain_cells(document), notebooks.own_words(document))
        values = {name: value for name, value in book.values(dict(given)).items() if name in given}
    except AttritionError as refusal:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.UsageError(str(refusal)) from None  # papermill's command is click's: a sentence, and status 2
    return document if values == given else parameterize_notebook(document, values)
