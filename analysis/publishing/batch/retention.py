"""How many periods of a series of reports are kept: a series is one question with the same parameters but the period.

What is no longer kept is moved out in one step and then removed, so that a reader finds a report whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from analysis.publishing.batch import records as runs
from analysis.publishing.index import catalogue
from analysis.publishing.notebooks.notebooks import Value
from analysis.publishing.placing import places
from analysis.publishing.placing.staging import Staging
from analysis.publishing.report import freshness


def remove(out: Path, staging: Staging, gone: Sequence[str]) -> None:
    """Remove reports, each in one step.

    Parameters
    ----------
    out
        The folder of reports.
    staging
        Its staging folder, by which they go.
    gone
        Their folders, as ``surplus`` names them.

    Raises
    ------
    OSError
        Where one cannot be moved out.
    Linked
        For a link on the way.
    """
    for number, folder in enumerate(gone):
        places.take_out(out, folder, to=staging.of_batch() / f"removed-{number}")
    staging.clear()


def surplus(
    out: Path, *, keep: int, asked: Collection[str] = (), coming: Mapping[str, Mapping[str, Value]] | None = None
) -> list[str]:
    """The folders of reports of all but the newest periods of each series; whatever is no report of this package stays.

    Parameters
    ----------
    out
        The folder of reports.
    keep
        How many periods of a series stay.
    asked
        Folders of reports that the batch itself asks for, which stay.
    coming
        The parameters of reports that will stand there too by then, by their folders.

    Returns
    -------
    list of str
        Folders below ``out``, in order.
    """
    standing = dict(_standing(out))
    series: dict[tuple[str, str], list[tuple[list[str], str]]] = defaultdict(list)
    for folder, parameters in {**(coming or {}), **standing}.items():
        span = catalogue.span_in(folder)
        if span:
            # a year is no quarter; where a report covers all that its counts hold, its length says nothing
            length = "all" if str(parameters.get("period", "all")) == "all" else str(_months(span))
            series[folder.replace(span, ""), length].append((span.split("_")[::-1], folder))
    older = {folder for periods in series.values() for _, folder in sorted(periods, reverse=True)[keep:]}
    return sorted(older & standing.keys() - set(asked))


def remove_records(out: Path, *, keep: int) -> None:
    """Remove all but the newest records of each batch's runs, and nothing that is no such record.

    Parameters
    ----------
    out
        The folder of reports.
    keep
        How many records of a batch stay.
    """
    for root in places.roots(out):
        for records in runs.records(root).values():
            with places.held(root, runs.FOLDER) as folder:
                for path in records[:-keep]:
                    folder.remove(path.name)


def _standing(out: Path) -> list[tuple[str, Mapping[str, Value]]]:
    """The folder of each report that is there, and its parameters; not of a copy under another name, nor of a link."""
    standing: list[tuple[str, Mapping[str, Value]]] = []
    for path in [path for root in places.roots(out) for path in places.folders(root, with_file="manifest.json")]:
        folder = path.relative_to(out).as_posix()
        try:
            manifest = freshness.manifest_of(path)
            parameters, own = manifest["parameters"], manifest["folder"]
        except (OSError, ValueError, KeyError):
            continue
        is_link = path.is_symlink() or path.parent.is_symlink()
        if isinstance(parameters, dict) and own == folder and not is_link:
            standing.append((folder, parameters))
    return standing


def _months(span: str) -> int:
    """How many months a span has, both ends in it."""
    first, last = ([int(part) for part in month.split("-")] for month in span.split("_"))
    return 12 * (last[0] - first[0]) + last[1] - first[1] + 1
