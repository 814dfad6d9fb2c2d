"""Parameters that a plain papermill put above a notebook's cells: one that the notebook does not declare is refused.

papermill only warns of such a parameter, in a log that a scheduler keeps and nobody reads, and the notebook would go on
with its default: a misspelt force gives the whole country. papermill writes what it was given into a cell of its own
after the cell of parameters, and a kernel keeps the text of each cell that it ran.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import Any

from analysis.errors import ParameterError, offer
from analysis.safe_words import safe

#: How papermill begins the cell.
_BEGINS = "# Parameters\n"


def check() -> None:
    """Refuse a parameter that papermill was given and that the notebook which runs here does not declare.

    Says nothing where no kernel runs, or none of its cells is papermill's.

    Raises
    ------
    ParameterError
        With the nearest that the notebook declares, and all of them.
    """
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    declared, given = _of_cells(getattr(shell, "user_ns", {}).get("In", ()))
    for name in given:
        if name not in declared:
            raise ParameterError(
                f"This notebook has no parameter '{safe(name[:80])}'.{offer(name, declared)} It has: "
                f"{', '.join(declared)}. Where nobody gave it to papermill, begin the cell otherwise than with "
                f"'{_BEGINS.strip()}', and run the cell of parameters again."
            )


def _of_cells(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names that the last cell of parameters declares, and those that papermill's cell after it gives.

    Examples
    --------
    >>> cells = ["", 'force: str = "all"  # one force', '# Parameters\\nfource = "Kent"\\n', "print(force)"]
    >>> _of_cells(cells), _of_cells([*cells, cells[1], "print(force)"])
    ((['force'], ['fource']), (['force'], []))
    """
    if not any(cell.startswith(_BEGINS) for cell in cells):
        return [], []
    given: list[str] = []
    for cell in reversed(cells):
        if cell.startswith(_BEGINS):
            given = given or _names(cell, ast.Assign)
        elif declared := _names(cell, ast.AnnAssign):
            return declared, given
    return [], []


def _names(cell: str, kind: type[ast.Assign | ast.AnnAssign]) -> list[str]:
    """The names to which a cell assigns, where it does nothing else and in this way; none for any other."""
    try:
        statements = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    targets = [
        target
        for one in statements
        if isinstance(one, kind)
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
    ]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if len(names) == len(statements) else []
