"""Reports made again from the released sets at hand, and compared with what is asked to leave.

Numbers that are no sums of cells (a fit, a test, a median, the marks of a drawing) follow from the release only by way
of the notebook. So the notebook is run, and every table, drawing and word has to be the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import AttritionError
from analysis.outputs import request
from analysis.outputs.folder import table
from analysis.outputs.request import Output, Report, Request
from analysis.outputs.rules import NOT_RELEASED, Fault
from analysis.publishing.notebooks import jobs, notebooks, rules
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.placing.staging import BUILT
from analysis.publishing.report import making

_KINDS = ("crime_type", "offence")  # of crime: counts are kept by one, and the other is refused where somebody gives it


def faults(asked: Request) -> list[Fault]:
    """Every table, drawing and text that is not what its notebook makes of the release at hand. Seconds a report.

    Parameters
    ----------
    asked
        What is asked for.

    Returns
    -------
    list of Fault
        A fault for each; empty where all is made again as it was.
    """
    return [fault for place, report in enumerate(asked.reports, start=1) for fault in _report(report, place)]


def _report(report: Report, place: int) -> Iterator[Fault]:
    try:
        remade = _made(report, place)
    except AttritionError as fault:
        yield Fault(report.name, 0, NOT_RELEASED, f"its report cannot be made again: {fault.in_short}")
        return
    fresh = {output.name: output for output in remade.outputs}
    for output in report.outputs:
        other = fresh.get(output.name)
        if other is None or _shown(output) != _shown(other):
            yield Fault(output.name, 0, NOT_RELEASED, "is not what its notebook makes of the release at hand")
    if report.words != remade.words:
        yield Fault(report.name, 0, NOT_RELEASED, "does not say what its notebook makes of the release at hand")


def _made(report: Report, place: int) -> Report:
    """The report as it would be made now. Raises what making one raises, and for a notebook that breaks the rules."""
    book = notebooks.notebook(report.notebook)
    if broken := rules.faults(book.path):
        names = "a rule; 'attrition check' names it" if len(broken) == 1 else "rules; 'attrition check' names them"
        raise AttritionError(f"the notebook {book.name} breaks {names}")
    usual = {parameter.name: parameter.default for parameter in book.parameters if parameter.name in _KINDS}
    given = {name: value for name, value in report.parameters.items() if name not in usual or value != usual[name]}
    with tempfile.TemporaryDirectory() as staged:
        making.make(book, jobs.checked(book, given), Path(staged), form=Form(("page",)))
        return request.of_report(Path(staged) / BUILT, place)


def _shown(output: Output) -> tuple[object, ...]:
    return table(output.columns, output.rows), output.drawing, output.title, output.lines, output.notes
