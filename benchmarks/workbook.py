"""The workbook of a report beside pandas' to_excel of the same tables: seconds, memory and bytes.

    python -m benchmarks.workbook REPORT... [--times 5]

REPORT is the folder of a built report. pandas writes the same rows under the same headings, a sheet each, and nothing
more: no cover, contents or notes, no mark-up, no formats, no check. Each way must give the same numbers.
"""

from __future__ import annotations

import argparse
import json
import statistics
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import best, interleaved, markdown

RESULTS = Path(__file__).with_name("results") / "workbook.md"
START = """
import json, sys, tempfile, time
from pathlib import Path
folder = Path(sys.argv[1])
results, manifest = (json.loads((folder / f"{name}.json").read_text()) for name in ("results", "manifest"))
from analysis.presentation.workbook.sheets import sheets
out = Path(tempfile.mkdtemp()) / "tables.xlsx"
"""
END = """
seconds = time.perf_counter() - start
import openpyxl
skipped = ("Cover", "Contents", "Notes")
total, count = 0.0, 0
for sheet in openpyxl.load_workbook(out):
    numbers = [cell.value for row in sheet for cell in row if isinstance(cell.value, (int, float))]
    if sheet.title not in skipped:
        total, count = total + sum(numbers), count + len(numbers)
print(json.dumps({"seconds": seconds, "bytes": out.stat().st_size, "numbers": count, "total": round(total, 3)}))
"""
OURS = f"""{START}
from analysis.presentation.workbook import workbook
workbook.load()
start = time.perf_counter()
out.write_bytes(workbook.content(results, manifest))
{END}"""
PANDAS = f"""{START}
import pandas as pd
pd.DataFrame({{"warm": [1]}}).to_excel(out, engine=sys.argv[2])
start = time.perf_counter()
with pd.ExcelWriter(out, engine=sys.argv[2]) as writer:
    for sheet in sheets(results):
        names = [heading.words for heading in sheet.headings]
        frame = pd.DataFrame([[cell.value for cell in row] for row in sheet.rows], columns=names)
        frame.to_excel(writer, sheet_name=sheet.name, index=False)
{END}"""
WAYS = {
    "this project: filled, tagged, read again, checked": (OURS,),
    "pandas to_excel, xlsxwriter": (PANDAS, "xlsxwriter"),
    "pandas to_excel, openpyxl": (PANDAS, "openpyxl"),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("report", type=Path, nargs="+")
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("xlsxwriter", "pandas", "openpyxl"))
    introduction = (
        f"{libraries}.\nBest of {given.times} runs in turn, each a process of its own. Seconds are those of writing, "
        "after imports;\npeak memory is the whole process's. Ratios are to the first line.\n"
    )
    told = ["# A report's workbook\n", introduction, *(section(report, times=given.times) for report in given.report)]
    RESULTS.write_text("\n".join(told))
    print(RESULTS.read_text())


def section(report: Path, *, times: int) -> str:
    """The measurements of one report, as a heading and a table."""
    folder = report.resolve()
    runs = interleaved({name: (code, folder, *more) for name, (code, *more) in WAYS.items()}, times=times)
    made = {name: [json.loads(run.printed) for run in ran] for name, ran in runs.items()}
    numbers = {(one["numbers"], one["total"]) for several in made.values() for one in several}
    if len(numbers) > 1:
        raise SystemExit(f"the ways do not give the same numbers: {numbers}")
    seconds = {name: min(one["seconds"] for one in several) for name, several in made.items()}
    size = {name: statistics.median(one["bytes"] for one in several) for name, several in made.items()}
    first = next(iter(WAYS))
    rows = [
        [
            name,
            f"{seconds[name]:.3f}",
            f"{seconds[name] / seconds[first]:.2f}",
            f"{size[name]:,.0f}",
            f"{size[name] / size[first]:.2f}",
            f"{best(runs[name])[1]:,.0f}",
        ]
        for name in WAYS
    ]
    header = ["way", "seconds", "ratio", "bytes", "ratio", "peak MB"]
    count = next(iter(numbers))[0]
    return f"{report.parent.name}, {count:,} numbers:\n\n{markdown(header, rows)}"


if __name__ == "__main__":
    main()
