"""What a batch costs: the whole month cold and up to date, how it grows to a thousand reports, and what dask adds.

    python -m benchmarks.batches [--largest 1000] [--workers 2] [month] [growth] [spread]

Every run is the command itself as a process of its own, start and imports included. The page of results holds the parts
that are asked for, all where none is named.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from itertools import islice, product
from pathlib import Path

from analysis.publishing.notebooks import jobs, notebooks
from benchmarks.measure import Measured, markdown, measured_words

RESULTS = Path(__file__).with_name("results") / "batches.md"
COMMAND = str(Path(sys.executable).parent / "attrition")
SIZES = (10, 30, 100, 300, 1000)
FEW = 60  # reports on which the ways of spreading work are compared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--workers", type=int, default=2)
    known = {"month": _month, "growth": _growth, "spread": _spread}
    parser.add_argument("parts", nargs="*", default=list(known))
    options = parser.parse_args()
    head = (
        f"# Batches\n\n{date.today():%-d %B %Y}. Python {platform.python_version()}, dask.distributed "
        f"{version('distributed')}, {options.workers} workers on one machine, warm engine. Each line is one run of the "
        "command, start and imports included; memory is that of all its processes together, what they share counted "
        "once for each.\n"
    )
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for part in options.parts:
            parts.append(known[part](Path(folder), options))
            print(parts[-1], flush=True)
            RESULTS.write_text("\n".join([head, *parts]))


def _month(folder: Path, options: argparse.Namespace) -> str:
    """The bundled monthly batch: cold, up to date, and with one report to make."""
    place = folder / "month"
    cold = _run("monthly", place, options.workers)
    number = _record(place)["jobs"]
    again = [_run("monthly", place, options.workers) for _ in range(3)]
    dry = [measured_words([COMMAND, "batch", "monthly", "--out", str(place), "--dry-run"]) for _ in range(3)]
    (next(place.glob("victim_withdrawal/force-kent*")) / "report.html").unlink()
    one = _run("monthly", place, options.workers)
    rows = [
        ["cold", *_cells(cold), f"{cold.seconds / number:.2f} s a report"],
        ["up to date, the least of three", *_cells(min(again, key=lambda run: run.seconds)), ""],
        ["--dry-run, the least of three", *_cells(min(dry, key=lambda run: run.seconds)), ""],
        ["one report of them missing", *_cells(one), "and the index written again"],
    ]
    return (
        f"## {number} reports in four forms\n\nThe batch notebooks/batches/monthly.toml on the bundled counts: eight "
        "questions, 44 police forces and England and Wales, where a question's counts hold them.\n\n"
        + markdown(["run", "seconds", "processor seconds", "peak MB", ""], rows)
    )


def _growth(folder: Path, options: argparse.Namespace) -> str:
    """The same kind of report 10 to 1,000 times."""
    rows = []
    for size in (size for size in SIZES if size <= options.largest):
        place = folder / f"grown-{size}"
        run = _run(str(_written(folder, f"grown-{size}", islice(_jobs(), size))), place, options.workers)
        again = _run(str(folder / f"grown-{size}.toml"), place, options.workers)
        each = f"{run.seconds / size * 1000:,.0f}", f"{run.processor / size * 1000:,.0f}"
        rows.append([f"{size:,}", f"{run.seconds:.1f}", *each, f"{run.together:,.0f}", f"{again.seconds:.1f}"])
    head = ["reports", "seconds", "ms a report", "processor ms a report", "peak MB", "up to date, seconds"]
    return "## From ten reports to a thousand\n\nPages and results of victim_withdrawal and no_further_action.\n\n" + (
        markdown(head, rows)
    )


def _spread(folder: Path, options: argparse.Namespace) -> str:
    """The same reports by processes of this command and by dask."""
    file = _written(folder, "few", islice(_jobs(), FEW))
    own = _run(str(file), folder / "own", options.workers)
    dask = _run(str(file), folder / "dask", options.workers, "--scheduler", "local")
    one = _run(str(file), folder / "one", 1)
    _same(folder / "own", folder / "dask")
    _same(folder / "own", folder / "one")
    names = {"its own processes": own, "dask, a cluster of this machine (--scheduler local)": dask, "one worker": one}
    rows = [[name, *_cells(run), f"{run.seconds / own.seconds:.2f}"] for name, run in names.items()]
    return (
        f"## {FEW} reports, spread three ways\n\nThe same bytes each way. Ratios are of seconds, to the first line; "
        "dask's start of its scheduler and workers is in it.\n\n"
        + markdown(["way", "seconds", "processor seconds", "peak MB", "ratio"], rows)
    )


def _jobs() -> Iterable[dict[str, str]]:
    """Reports of one kind, all different: two questions, every force, the year and its quarters, three bases."""
    forces = jobs.about_counts("stalking_2024_25").forces
    quarters = [f"2024/25 Q{number}" for number in range(1, 5)]
    names = ("victim_withdrawal", "no_further_action")
    for base, period, force, name in product(
        ("recorded", "with_outcome", "with_suspect"), ("2024/25", *quarters), forces, names
    ):
        assert name in notebooks.names()
        yield {"notebook": name, "force": force, "period": period, "base": base}


def _written(folder: Path, name: str, wanted: Iterable[dict[str, str]]) -> Path:
    """A batch file of pages."""
    tables = [
        "\n".join(["[[reports]]", *(f"{key} = {json.dumps(value)}" for key, value in one.items())]) for one in wanted
    ]
    path = folder / f"{name}.toml"
    path.write_text("\n".join(['formats = ["page"]', *tables]) + "\n", encoding="utf-8")
    return path


def _run(batch: str, place: Path, workers: int, *more: str) -> Measured:
    return measured_words([COMMAND, "batch", batch, "--out", str(place), "--workers", str(workers), *more])


def _record(place: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(next((place / "batches").glob("*.json")).read_text(encoding="utf-8"))
    return found


def _cells(run: Measured) -> list[str]:
    return [f"{run.seconds:.1f}", f"{run.processor:.1f}", f"{run.together:,.0f}"]


def _same(one: Path, other: Path) -> None:
    """Refuse to compare runs that did not give the same pages and results."""
    for path in (path for kind in ("report.html", "results.json") for path in one.glob(f"*/*/{kind}")):
        if path.read_bytes() != (other / path.relative_to(one)).read_bytes():
            raise RuntimeError(f"{path.relative_to(one)} is not the same")


if __name__ == "__main__":
    main()
