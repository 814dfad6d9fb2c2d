"""How many periods of a series of reports are kept: a series is one question with the same parameters but the period.

What is no longer kept is moved out in one step and then removed, so that a reader finds a report whole or not at all.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from analysis.publishing import catalogue, freshness, runs
from analysis.publishing.staging import Staging


def remove(out: Path, staging: Staging, *, keep: int, asked: Collection[str] = ()) -> list[str]:
    """Remove reports of all but the newest ``keep`` periods of each series, and all but as many records of runs.

    Reports that the batch itself asks for (``asked``) stay, and whatever is no report of this package. Returns the
    folders of the reports that are gone. Raises OSError.
    """
    gone = [folder for folder in _surplus(out, keep) if folder not in asked]
    for folder in gone:
        bin_ = staging.fresh("removed")
        (out / folder).rename(bin_ / "report")
        shutil.rmtree(bin_)
    records = sorted((out / runs.FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in records[keep:]:
        path.unlink()
    return gone


def _surplus(out: Path, keep: int) -> list[str]:
    """The folders of reports of which newer ones of the same series are enough."""
    series: dict[tuple[str, str], list[tuple[list[str], str]]] = defaultdict(list)
    for path in out.glob("*/*/manifest.json"):
        folder = path.parent.relative_to(out).as_posix()
        span = catalogue.span_in(folder)
        try:
            asked = str(freshness.manifest_of(path.parent)["parameters"].get("period", "all"))
        except (OSError, ValueError, KeyError, AttributeError):
            continue
        if span:
            # a year is no quarter; where a report covers all that its counts hold, its length says nothing
            length = "all" if asked == "all" else str(_months(span))
            series[folder.replace(span, ""), length].append((span.split("_")[::-1], folder))
    return sorted(folder for found in series.values() for _, folder in sorted(found, reverse=True)[keep:])


def _months(span: str) -> int:
    """How many months a span has, both ends in it."""
    first, last = ([int(part) for part in month.split("-")] for month in span.split("_"))
    return 12 * (last[0] - first[0]) + last[1] - first[1] + 1
