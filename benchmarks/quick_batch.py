"""A batch of many quick jobs: small notebooks on bundled counts, each a real report in all its forms.

For whoever wants to see a batch under strain and not wait for its drawings. Loads nothing of the suite: what runs a
batch here runs it as a scheduler does, by the command.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

FORCES = ("Kent", "Essex", "Surrey", "Sussex", "Norfolk", "Suffolk", "Gwent", "Cumbria", "Dorset", "Durham")
FORCES += ("Cleveland", "Derbyshire", "Cheshire", "Humberside", "Lancashire", "Merseyside", "Hampshire", "Wiltshire")
FORCES += ("Warwickshire",)
PERIODS = ("2024/25 Q2", "2024/25 Q3", "2024/25 Q4")
EARLIER = "2024/25 Q1"  # a period whose reports nobody keeps
FORMATS = ("page", "pdf", "workbook")
MOST_SECTIONS = 5  # that the rules of notebooks allow before an annex
ENDS = ("What this cannot tell you", "How this was made")  # the parts that they ask for

PARAMETERS = """counts: str = "stalking_2024_25"  # set of counts to read
force: str = "all"  # one force, or "all"
period: str = "2024/25"  # a financial year, or a quarter"""
IMPORTS = "from analysis import rates, read_counts, show"
READ = "cases = read_counts(counts).select(force=force, period=period)\nshow.read(cases)"
ANSWER = 'answer = rates(cases, "victim_withdrawal")\nanswer.headline()'
TABLE = 'answer.table("How many withdrew")'


def write_notebook(path: Path, *sources: str, parameters: str = PARAMETERS, imports: str = IMPORTS) -> Path:
    """A notebook that keeps the rules as far as what is given does: the first ``sources`` come under a heading each."""
    code = [_code(imports), _code(READ), _code(ANSWER)]
    for number, source in enumerate(sources, start=1):
        heading = f"## Part {number}\n\n" if number < MOST_SECTIONS else ""
        code += [_text(f"{heading}What there is to see."), _code(source)]
    told = [
        _text("# How many cases end because the victim withdraws?\n\nFor a batch of many quick jobs."),
        _code(parameters, tags=["parameters"]),
        *code,
        *(_text(f"## {needed}\n\nWords.") for needed in ENDS),
        _code("show.made(cases)"),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [{**cell, "id": f"cell-{place}"} for place, cell in enumerate(told)]  # as the notebooks of the suite have
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


def write_batch(path: Path, *tables: dict[str, object], **keys: object) -> Path:
    """A batch file: ``tables`` of reports, after the batch's own keys."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in keys.items()]
    for table in tables:
        lines += ["", "[[reports]]", *(f"{name} = {json.dumps(value)}" for name, value in table.items())]
    path.write_text("\n".join(lines) + "\n")
    return path


def reports_of(notebook: Path, forces: Sequence[str] = FORCES, periods: Sequence[str] = PERIODS) -> dict[str, object]:
    """A table of reports of one notebook."""
    return {"notebook": str(notebook), "forces": list(forces), "periods": list(periods)}


def _code(source: str, tags: Sequence[str] = ()) -> dict[str, object]:
    held = {"tags": list(tags)} if tags else {}
    return {"cell_type": "code", "source": source, "metadata": held, "outputs": [], "execution_count": None}


def _text(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}
