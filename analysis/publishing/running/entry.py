"""Where papermill finds the engine for warm notebooks: an entry point that imports nothing until it is used.

papermill loads its entry points while it is itself being loaded, so that one which imports papermill could only be
loaded after it.
"""

from __future__ import annotations

from typing import Any


class Engine:
    """The warm engine, asked for by name: ``papermill --engine attrition``."""

    @staticmethod
    def nb_kernel_name(*given: Any) -> str:
        """The kernel that a notebook names; it is asked for, and not started."""
        from papermill.engines import Engine as Papermills

        return str(Papermills.nb_kernel_name(*given))

    @staticmethod
    def nb_language(*given: Any) -> str:
        """The language that a notebook names."""
        from papermill.engines import Engine as Papermills

        return str(Papermills.nb_language(*given))

    @classmethod
    def execute_notebook(cls, *given: Any, **settings: Any) -> Any:
        """What ``warm.WarmEngine.execute_notebook`` does."""
        from analysis.publishing.running.warm import WarmEngine

        return WarmEngine.execute_notebook(*given, **settings)
