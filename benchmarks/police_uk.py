"""A force's three years of data.police.uk to counts: this package against what one would write in pandas.

    python -m benchmarks.police_uk FOLDER [--times 3]

Both give crimes by month, crime type and last outcome; this package also checks every row, and keeps first outcomes
and lags. Each run is a process of its own, its start and imports included.
"""

from __future__ import annotations

import argparse
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import best, interleaved, markdown

RESULTS = Path(__file__).with_name("results") / "police_uk.md"

OURS = """
import sys
from pathlib import Path
from analysis.intake.police_uk import archive as police_uk
from analysis.intake.reading import Request, combined
request = Request(name="measured", form="police-uk", workers=2)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    folder = options.folder.resolve()
    pieces = {"this project": (OURS, folder), "pandas, read, merge and groupby, nothing checked": (PANDAS, folder)}
    runs = interleaved(pieces, times=options.times)
    totals = {run.printed for held in runs.values() for run in held}
    if len(totals) != 1:
        raise RuntimeError(f"the ways do not agree: {sorted(totals)} crimes")
    files = len(list(folder.glob("*.csv.gz")))
    text = (
        f"# data.police.uk to counts\n\n{files} gzipped files of one force, {int(totals.pop()):,} crimes, "
        f"{date.today():%-d %B %Y}. Python {platform.python_version()}, pandas {version('pandas')}, duckdb "
        f"{version('duckdb')}. The least seconds and the median memory of {options.times} runs in turn, each a process "
        "of its own, start and imports included. Ratios are to the first line.\n\n"
    )
    first = best(runs["this project"])
    lines = []
    for name, held in runs.items():
        seconds, megabytes = best(held)
        ratios = f"{seconds / first[0]:.2f}", f"{megabytes / first[1]:.2f}"
        lines.append([name, f"{seconds:.2f}", ratios[0], f"{megabytes:,.0f}", ratios[1]])
    text += markdown(["way", "seconds", "ratio", "peak MB", "ratio"], lines)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
