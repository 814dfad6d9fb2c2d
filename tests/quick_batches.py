"""Batches of quick reports: notebooks of a few cells, run as any other, and the files that ask for them."""

from __future__ import annotations

from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell

from analysis.cli.main import main
from tests.notebooks.test_rules import PARAMETERS, written

SHOWN = 'show.headline("An answer.", "A sentence.")'
#: A cell that keeps the rules and is wrong, and what its error says, which is told in full where the notebook is kept.
FAILS = "from analysis import rates\nshares = rates(cases)"
QUOTED = "lacks 'measure'"
FAILED_AT = "code cell [5] under “A part”, line 2 “shares = rates(cases)”: CallRefused."
BY_PERIOD = f'{PARAMETERS}\nperiod: str = "2024/25"  # when'


def book(folder, name, *sources, parameters=PARAMETERS):
    """A notebook that keeps the rules and shows one sentence, and then whatever else its cells do."""
    more = [new_markdown_cell("## A part"), *map(new_code_cell, sources)] if sources else []
    path = written(folder, new_code_cell(SHOWN), *more, parameters=parameters)
    return path.rename(folder / f"{name}.ipynb")


def batch(folder, *tables, above='formats = ["page"]\n', name="quick"):
    """A batch file with a table for each text: its notebook's file first, then whatever else stands in it."""
    reports = [f"[[reports]]\nnotebook = '{table.partition(' ')[0]}'\n{table.partition(' ')[2]}\n" for table in tables]
    path = folder / f"{name}.toml"
    path.write_text(above + "".join(reports))
    return path


def attrition(*words):
    """The command, in this process: its exit status and what it wrote."""
    return CliRunner().invoke(main, [str(word) for word in words])
