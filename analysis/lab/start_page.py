"""The page that JupyterLab opens on: what the suite says of its questions, forces and counts, and how to begin."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.counts import counts, latest
from analysis.counts.counts import Counts
from analysis.errors import DataRefused
from analysis.lab import copies, launcher
from analysis.publishing.notebooks import notebooks
from analysis.reference import periods, reference

#: Its file, at the root of what JupyterLab shows.
NAME = "start_here.md"
_UNITS = {1: "month", 3: "quarter", 12: "year"}


def written() -> str:
    """The page.

    Returns
    -------
    str
        Markdown: a card for each question, the forces, the periods that are held, and how to ask one's own.
    """
    from jinja2 import Environment, StrictUndefined

    template = Path(__file__).with_name("start_here.md.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        work=notebooks.WORK.name,
        cards=[_card(name) for name in launcher.questions()],
        begin=_beginning(),
        forces=reference.force_rows(),
        counts=[_held(name) for name in counts.available()],
        stands_for={name: counts.stands_for(name) for name in latest.NAMES},
        pages=reference.PROJECT == reference.SUITE,
    )


def _card(name: str) -> dict[str, str]:
    """What a question's notebook says of itself in its first cell: the question, and for whom it is."""
    book = notebooks.notebook(name)
    first = notebooks.plain_cells(json.loads(book.path.read_text(encoding="utf-8")))[0]["source"]
    words = " ".join(first.partition("\n")[2].split())
    return {
        "title": launcher.title(name),
        "question": book.question,
        "purpose": f"{words.partition('. ')[0].rstrip('.')}." if words else "",
        "own": f"{notebooks.WORK.name}/{copies.usual_name(name)}.ipynb",
        "original": f"{notebooks.FOLDER.name}/{book.path.name}" if book.path.parent == notebooks.FOLDER else "",
    }


def _beginning() -> dict[str, str]:
    """The force with the most cases in the newest counts, and their last year and quarter."""
    newest = counts.read(latest.NAMES[0])
    last = max(newest.coverage.periods)
    cases = newest.table.groupby("force")["cases"].sum()
    return {
        "title": launcher.title(launcher.FIRST),
        "force": str(cases.idxmax()),
        "period": periods.financial_year(last),
        "quarter": periods.quarter_name(last),
    }


def _held(name: str) -> dict[str, str]:
    """A set of counts in a row of the table; one that will not read says so and hides no other."""
    try:
        return _row(counts.read(name))
    except DataRefused:
        return {"name": name, "title": "cannot be read: 'attrition list counts' says why", "periods": "", "forces": ""}


def _row(cases: Counts) -> dict[str, str]:
    covered = cases.coverage
    unit = _UNITS.get(max(covered.periods.values()), "period")
    forces = covered.forces[0] if len(covered.forces) == 1 else str(len(covered.forces))
    when = f"{covered.span.label}, by {unit}"
    return {"name": cases.name, "title": str(cases.source.title), "periods": when, "forces": forces}
