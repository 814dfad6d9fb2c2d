"""Which reports can be made of somebody's own counts: every notebook that the sets of one name have what for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from analysis.counts.counts import Counts
from analysis.errors import DataRefused, ParameterError
from analysis.publishing.about.publisher import Publisher
from analysis.publishing.batch.file import LIMITS, Batch, Job
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.notebooks.jobs import FORMATS
from analysis.publishing.notebooks.notebooks import Notebook

_OF_PRINTED_FIGURES = ("published_findings",)  # what was printed of other cases is no question to these
_STALKING = "8Q"
_NAME = "start"  # and not that of the counts: records of runs are kept where nothing restricted is named


def batch(name: str, publisher: Publisher) -> tuple[Batch, dict[str, str]]:
    """Every report that can be made of the sets of a name, and why others cannot.

    Parameters
    ----------
    name
        Name of the main set.
    publisher
        Who publishes the reports.

    Returns
    -------
    tuple[Batch, dict[str, str]]
        What is to be made, what arrived first; and by the name of each notebook that cannot be, the reason.

    Raises
    ------
    ParameterError, DataRefused
        For counts that are not there or cannot be read, or of which no report can be made.
    """
    cases = jobs.about_counts(name)
    made: dict[str, Job] = {}
    left_out: dict[str, str] = {}
    for book in _books():
        try:
            for given in _given(book, cases):
                values = jobs.checked(book, {"counts": name, **given})
                folder = jobs.folder_of(book, values).as_posix()
                made[folder] = Job(book.name, values, folder)
        except (ParameterError, DataRefused) as fault:
            left_out[book.name] = str(fault)
    if not made:
        raise DataRefused(f"No report can be made of '{name}': {' '.join(dict.fromkeys(left_out.values()))}")
    limits = LIMITS["time_limit"], LIMITS["memory_limit"]
    return Batch(_NAME, "Somebody's own cases", tuple(made.values()), FORMATS, False, *limits, publisher), left_out


def _books() -> Iterator[Notebook]:
    """The notebooks that can be asked about somebody's own counts, the one about what arrived first."""
    books = [notebooks.notebook(name) for name in notebooks.names() if name not in _OF_PRINTED_FIGURES]
    yield from sorted(books, key=lambda book: book.uses != "ledger")


def _given(book: Notebook, cases: Counts) -> Iterator[dict[str, str]]:
    """What a notebook is given besides the counts: each force, where it is about one, and each offence that is meant.

    Raises ParameterError for one that sets a force against others, of counts that hold one.
    """
    names = {parameter.name for parameter in book.parameters}
    if "group" in names and len(cases.forces) == 1:
        raise ParameterError("It sets a force against others, and these counts hold one.")
    is_of_one = book.is_of_each_force or "group" in names
    forces = [{"force": force} for force in cases.forces] if is_of_one else [{}]
    offences = [{"offence": code} for code in _offences(cases)] if "offence" in names else [{}]
    for force, offence in product(forces, offences):
        yield {**force, **offence}


def _offences(cases: Counts) -> tuple[str, ...]:
    """Stalking, where the counts hold it; every offence of theirs where they do not."""
    return (_STALKING,) if _STALKING in cases.offences else cases.offences
