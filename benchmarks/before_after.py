"""What changes of the code did to seconds and memory: copies of the project in turn, on the same machine.

    python -m benchmarks.before_after WORKBOOK.xlsx TREE TREE... [--times 3] [--only slice]

Each TREE is a folder of the project at some commit, named for it, the first of them the one that ratios are to; all are
run by this Python. One report alone stands beside a shell that calls papermill and nbconvert for its page; a slice of
the month is a batch of four reports of each notebook on published figures; a Home Office workbook is read to counts.
Processor seconds are those of all processes that were started.
"""

from __future__ import annotations

import argparse
import json
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
NOTEBOOKS = ("victim_withdrawal", "no_further_action", "force_comparison", "force_profile", "journey", "trends")
FORCES = ("Essex", "Kent", "Surrey")  # and England and Wales, or where a report is of one force Durham
SHELL, REPORT, BATCH, READ = (
    "papermill and nbconvert in a shell, a page",
    f"attrition run {NOTEBOOK} --force {FORCE}, all forms",
    f"a slice of the month, {len(NOTEBOOKS) * (len(FORCES) + 1)} reports",
    "a Home Office workbook to counts",
)
READING = """
import sys; from pathlib import Path
from analysis.intake.home_office import workbook, cache
cache.FOLDER = Path(sys.argv[2])
print(len(workbook.Workbook(Path(sys.argv[1]), frozenset()).read().parts[""].table))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("trees", type=Path, nargs="+")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[""], help="words of the pieces of work to do")
    options = parser.parse_args()
    trees = {tree.name: tree.resolve() for tree in options.trees}
    runs: dict[str, dict[str, list[Measured]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.times):
            for tree, project in trees.items():
                os.environ["PYTHONPATH"] = str(project)
                for what, run in _pieces(Path(folder) / f"{tree}{number}", options.workbook.resolve()).items():
                    if any(word in what for word in options.only):
                        runs.setdefault(what, {}).setdefault(tree, []).append(run())
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
    """A batch file of some reports of each notebook, as the month has them."""
    lines = []
    for name in NOTEBOOKS:
        forces = ["Durham" if name.startswith("force_") else "nation", *FORCES]
        lines += ["[[reports]]", f"notebook = {json.dumps(name)}", f"forces = {json.dumps(forces)}"]
        lines += ['periods = "last year"'] if name != "trends" else []  # which is about all of them
    file = place / "some.toml"
    file.write_text("\n".join(lines) + "\n")
    return file


def _told(runs: dict[str, dict[str, list[Measured]]], times: int) -> str:
    """The page of results."""
    rows = [row for what, by_tree in runs.items() for row in _rows(what, by_tree)]
    header = ["", "commit", "processor seconds", "ratio", "seconds", "MB of the largest process"]
    return (
        f"# Before and after\n\n{date.today():%-d %B %Y}. Python {platform.python_version()}, {os.cpu_count()} "
        f"processors, of which others had their part (load {os.getloadavg()[2]:.0f}): read processor seconds rather "
        f"than the clock. {f'The median of {times} runs' if times > 1 else 'One run each'}, in turn. Ratios are of "
        f"processor seconds, to the first commit.\n\n{markdown(header, rows)}{_beside_shell(runs)}"
    )


def _rows(what: str, by_tree: dict[str, list[Measured]]) -> list[list[str]]:
    """A line a commit on one piece of work."""
    first = _median(next(iter(by_tree.values())), "processor")
    return [
        [
            what,
            tree,
            f"{_median(several, 'processor'):.1f}",
            f"{_median(several, 'processor') / first:.2f}",
            f"{_median(several, 'seconds'):.1f}",
            f"{_median(several, 'megabytes'):,.0f}",
        ]
        for tree, several in by_tree.items()
    ]


def _beside_shell(runs: dict[str, dict[str, list[Measured]]]) -> str:
    """One report beside the shell's page, by the last commit."""
    if not {SHELL, REPORT} <= runs.keys():
        return ""
    report, shell = (list(runs[what].values())[-1] for what in (REPORT, SHELL))
    clock, processor = (_median(report, name) / _median(shell, name) for name in ("seconds", "processor"))
    return (
        f"\nOne report in all forms takes {processor:.2f} of the processor seconds of the shell's page, {clock:.2f} "
        "of the seconds by the clock, by the last commit.\n"
    )


def _median(runs: list[Measured], name: str) -> float:
    return float(statistics.median(getattr(run, name) for run in runs))


if __name__ == "__main__":
    main()
