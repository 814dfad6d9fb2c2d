"""What a change of the code did to seconds and memory: two copies of the project in turn, on the same machine.

    python -m benchmarks.before_after BEFORE AFTER WORKBOOK.xlsx [--times 3]

BEFORE and AFTER are folders of the project at two commits, both run by this Python. One report alone stands beside a
shell that calls papermill and nbconvert for its page; a Home Office workbook is read to counts; a batch makes the
reports of two police forces from five notebooks. Processor seconds are those of all processes that were started.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.measure import PROJECT, Measured, markdown, measured, measured_words

RESULTS = Path(__file__).with_name("results") / "before_after.md"
NOTEBOOK, FORCE = "victim_withdrawal", "Kent"
NOTEBOOKS = ("victim_withdrawal", "no_further_action", "force_comparison", "journey", "trends")
FORCES = ["Kent", "Surrey"]
SHELL, REPORT, BATCH, READ = (
    "papermill and nbconvert in a shell, a page",
    f"attrition run {NOTEBOOK} --force {FORCE}, all forms",
    f"attrition batch, {len(NOTEBOOKS) * len(FORCES)} reports",
    "a Home Office workbook to counts",
)
READING = """
import resource, sys; from pathlib import Path
from analysis.intake import sheet_reader
from analysis.intake.home_office import workbook, cache
cache.FOLDER = Path(sys.argv[2])
print(len(workbook.Workbook(Path(sys.argv[1]), frozenset()).read().parts[""].table))
sheet_reader._end_all()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    trees = {"before": options.before.resolve(), "after": options.after.resolve()}
    runs: dict[tuple[str, str], list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.times):
            for tree, project in trees.items():
                os.environ["PYTHONPATH"] = str(project)
                for what, run in _pieces(Path(folder) / f"{tree}{number}", options.workbook.resolve()).items():
                    runs.setdefault((what, tree), []).append(run())
    text = _told(runs, options.times)
    RESULTS.write_text(text)
    print(text)


def _pieces(place: Path, workbook: Path) -> dict[str, Callable[[], Measured]]:
    """Every piece of work, each in a folder of its own; the loop is the same for both copies."""
    place.mkdir()
    (place / "never").write_text("a file where a cache would be, so that nothing is kept")
    command = [sys.executable, "-P", "-m", "analysis.cli"]  # that of the folder that PYTHONPATH names
    report = [*command, "run", NOTEBOOK, "--force", FORCE, "--out", str(place / "one")]
    batch = [*command, "batch", str(_batch(place)), "--out", str(place / "many"), "--workers", "2"]
    return {
        SHELL: lambda: _shell(place),
        REPORT: lambda: measured_words(report),
        BATCH: lambda: measured_words(batch),
        READ: lambda: measured(f"import sys; sys.path.remove('')\n{READING}", workbook, place / "never"),
    }


def _shell(place: Path) -> Measured:
    """Two commands, one after the other."""
    folder, executed = Path(sys.executable).parent, str(place / "executed.ipynb")
    notebook = str(PROJECT / "notebooks" / f"{NOTEBOOK}.ipynb")
    words = ["--no-progress-bar", "--cwd", str(PROJECT / "notebooks"), notebook, executed, "-p", "force", FORCE]
    run = measured_words([str(folder / "papermill"), *words])
    page = measured_words([str(folder / "jupyter-nbconvert"), "--to", "html", "--no-input", executed])
    megabytes, together = max(run.megabytes, page.megabytes), max(run.together, page.together)
    return Measured(run.seconds + page.seconds, megabytes, together, "", run.processor + page.processor)


def _batch(place: Path) -> Path:
    """A batch file of some reports of each notebook."""
    tables = [f'[[reports]]\nnotebook = "{name}"\nforces = {FORCES}'.replace("'", '"') for name in NOTEBOOKS]
    file = place / "some.toml"
    file.write_text("\n".join(tables) + "\n")
    return file


def _told(runs: dict[tuple[str, str], list[Measured]], times: int) -> str:
    """The page of results."""
    rows = [_row(what, *(runs[what, tree] for tree in ("before", "after"))) for what in (SHELL, REPORT, BATCH, READ)]
    shell = {tree: _median(runs[SHELL, tree], "processor") for tree in ("before", "after")}
    ratios = [f"{_median(runs[REPORT, tree], 'processor') / shell[tree]:.2f}" for tree in ("before", "after")]
    walls = [
        f"{_median(runs[REPORT, tree], 'seconds') / _median(runs[SHELL, tree], 'seconds'):.2f}"
        for tree in ("before", "after")
    ]
    load = f"{os.getloadavg()[2]:.0f}"
    return (
        f"# Before and after\n\n{date.today():%-d %B %Y}. Python {platform.python_version()}, {os.cpu_count()} "
        f"processors, of which others had their part (load {load}): read processor seconds rather than the clock. "
        f"{f'The median of {times} runs' if times > 1 else 'One run each'}, in turn.\n\n"
        + markdown(["", "seconds", "after", "processor seconds", "after", "ratio", "MB of the largest", "after"], rows)
        + f"\nOne report in all forms against the shell's page: {' before and '.join(walls)} after by the clock, "
        f"{' before and '.join(ratios)} after in processor seconds.\n"
    )


def _row(what: str, before: list[Measured], after: list[Measured]) -> list[str]:
    """Seconds, processor seconds and memory of one piece of work, before and after."""
    both = {name: [_median(runs, name) for runs in (before, after)] for name in ("seconds", "processor", "megabytes")}
    seconds, processor = ([f"{one:.1f}" for one in both[name]] for name in ("seconds", "processor"))
    ratio = f"{both['processor'][1] / both['processor'][0]:.2f}"
    return [what, *seconds, *processor, ratio, *(f"{one:,.0f}" for one in both["megabytes"])]


def _median(runs: list[Measured], name: str) -> float:
    return float(statistics.median(getattr(run, name) for run in runs))


if __name__ == "__main__":
    main()
