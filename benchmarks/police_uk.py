"""A force's three years of data.police.uk to counts: this package against what one would write in pandas.

    python benchmarks/police_uk.py FOLDER

Each way runs in a process of its own, three times in turn; the fastest run and the least peak memory count. Both give
crimes by month, crime type and last outcome; this package also checks every row, and keeps first outcomes and lags.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results" / "police_uk.md"
REPEATS = 3

OURS = """
import sys
from pathlib import Path
from analysis.intake import police_uk
from analysis.intake.reading import Request, combined
request = Request(name="measured", form="police-uk", workers=int(sys.argv[2]))
found = combined(task.read() for task in police_uk.tasks([Path(sys.argv[1])], request))
print(int(found.parts[""].table["cases"].sum()))
"""

PANDAS = """
import sys
from pathlib import Path
import pandas as pd
street, outcomes = (
    pd.concat(pd.read_csv(path, dtype=str) for path in sorted(Path(sys.argv[1]).glob(f"*-{kind}.csv.gz")))
    for kind in ("street", "outcomes")
)
crimes = street.dropna(subset="Crime ID").drop_duplicates("Crime ID")
last = outcomes.drop_duplicates().sort_values("Month").drop_duplicates("Crime ID", keep="last")
both = crimes.merge(last[["Crime ID", "Outcome type"]], on="Crime ID", how="left")
both["Outcome type"] = both["Outcome type"].fillna(both["Last outcome category"])
print(int(both.groupby(["Month", "Crime type", "Outcome type"]).size().sum()))
"""


def measured(code: str, *arguments: str) -> tuple[float, float, str]:
    """Seconds, peak memory in MB, and what one run of some Python in a fresh process printed."""
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    told = child.stdout.read().strip()
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"A run ended with status {child.returncode}.")
    return seconds, used.ru_maxrss / 1024, told


def main() -> None:
    """Run both ways in turn and write the table."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, processors = sys.argv[1], str(os.cpu_count() or 1)
    ways = {"this package": OURS, "pandas": PANDAS}
    runs = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, code in ways.items():
            runs[name].append(measured(code, folder, processors))
    best = {name: (min(run[0] for run in found), min(run[1] for run in found)) for name, found in runs.items()}
    totals = {told for found in runs.values() for _, _, told in found}
    if len(totals) != 1:
        sys.exit(f"The two ways count differently: {sorted(totals)} crimes.")
    text = _table(best, crimes=int(totals.pop()), files=len(list(Path(folder).glob("*.csv.gz"))), processors=processors)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text, end="")


def _table(best: dict[str, tuple[float, float]], *, crimes: int, files: int, processors: str) -> str:
    seconds, memory = best["pandas"]
    setting = (
        f"{files} gzipped files of one force, {crimes:,} crimes. Python {platform.python_version()}, {processors} "
        f"processors; best of {REPEATS} runs in turn, start of Python and imports included."
    )
    head = ["| | seconds | peak MB | times as fast | memory against pandas |", "|---|---|---|---|---|"]
    lines = ["# data.police.uk to counts", "", setting, "", *head]
    for name, (took, used) in best.items():
        lines.append(f"| {name} | {took:.2f} | {used:,.0f} | {seconds / took:.1f} | {used / memory:.2f} |")
    return "\n".join([*lines, "", "Made by `python benchmarks/police_uk.py FOLDER`.", ""])


if __name__ == "__main__":
    main()
