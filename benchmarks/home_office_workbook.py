"""How long a Home Office workbook takes, and how much memory, beside the usual ways of reading one.

    python -m benchmarks.home_office_workbook WORKBOOK.xlsx [--times 3] [--years 12]

Every way ends in the cases of each outcome type of offence 8Q, which must agree. Each run is a process of its own,
its start and imports included. ``--years`` workbooks, the same one under as many financial years, are then read on two
processes; 0 leaves that out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.measure import Measured, best, interleaved, markdown, measured

RESULTS = Path(__file__).with_name("results") / "home_office_workbook.md"
SHEET = "Outcomes_open_data"
OURS = """
import sys; from pathlib import Path
from analysis.intake.home_office import workbook as home_office, cache as reading_cache
reading_cache.FOLDER = Path(sys.argv[2])
table = home_office.Workbook(Path(sys.argv[1]), frozenset()).read().parts[""].table
print(dict(sorted(table[table["offence"] == "8Q"].groupby("outcome", observed=True)["cases"].sum().items())))
"""
BARE = """
import sys, fastexcel
print(fastexcel.read_excel(sys.argv[1]).load_sheet(sys.argv[2]).to_arrow().num_rows)
"""
PANDAS = """
import sys, pandas
table = pandas.read_excel(sys.argv[1], sheet_name=sys.argv[2], engine="calamine", dtype={"Offence Code": str})
count = next(name for name in table.columns if "recorded in the quarter" in name)
table = table[table["Offence Code"] == "8Q"]
sums = table.groupby(table["Outcome Type"].astype(str))[count].sum()
print(dict(sorted((code, cases) for code, cases in sums.items() if cases)))
"""
OPENPYXL = """
import sys, collections, openpyxl
rows = openpyxl.load_workbook(sys.argv[1], read_only=True)[sys.argv[2]].iter_rows(values_only=True)
header = list(next(rows))
code, outcome = header.index("Offence Code"), header.index("Outcome Type")
count = next(place for place, name in enumerate(header) if "recorded in the quarter" in name)
sums = collections.Counter()
for row in rows:
    if row[code] == "8Q":
        sums[str(row[outcome])] += row[count]
print(dict(sorted((code, cases) for code, cases in sums.items() if cases)))
"""
YEARS = """
import sys; from pathlib import Path
from analysis.intake import reduction
from analysis.intake.home_office import workbook as home_office, cache as reading_cache
from analysis.intake.reading import Request, combined
from analysis.publishing.batch.executors import spreading
if __name__ == "__main__":
    reading_cache.FOLDER = Path(sys.argv[2])
    request = Request("years", "home-office")
    with spreading(workers=2) as spread:
        reading = combined(spread(reduction.read, home_office.tasks([Path(sys.argv[1])], request)))
    print(len(reading.files), reading.rows)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--years", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = _one(options.workbook.resolve(), Path(folder), options.times)
        if options.years:
            text += _many(options.workbook.resolve(), Path(folder), options.years)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)


def _one(workbook: Path, folder: Path, times: int) -> str:
    """Each way of reading one workbook, in turn."""
    (folder / "never").write_text("a file where a cache would be, so that nothing is kept")
    bare = "bare fastexcel, the sheet to Arrow and no more"
    warm = (OURS, workbook, folder / "kept")
    measured(*warm)
    runs = interleaved(
        {
            "this project, first time": (OURS, workbook, folder / "never"),
            "this project, from its cache": warm,
            bare: (BARE, workbook, SHEET),
            "pandas with calamine, then groupby": (PANDAS, workbook, SHEET),
        },
        times=times,
    )
    runs |= interleaved({"openpyxl, read only, a loop": (OPENPYXL, workbook, SHEET)}, times=1)
    answers = {told[0].printed for name, told in runs.items() if name != bare}
    if len(answers) > 1:
        raise RuntimeError(f"the ways do not agree: {answers}")
    ours = best(runs["this project, first time"])
    rows = [[name, *_figures(held, ours)] for name, held in runs.items()]
    size = workbook.stat().st_size / 1e6
    return (
        f"# A Home Office workbook to counts\n\n{int(runs[bare][0].printed):,} rows, {size:.0f} MB, "
        f"{date.today():%-d %B %Y}. {_versions()}. The least of {times} runs in turn (openpyxl: one), "
        "each a process of its own, start and imports included. Ratios are to the first line.\n\n"
    ) + markdown(["way", "seconds", "ratio", "peak MB", "ratio"], rows)


def _figures(runs: list[Measured], ours: tuple[float, float]) -> list[str]:
    seconds, megabytes = best(runs)
    return [f"{seconds:.2f}", f"{seconds / ours[0]:.2f}", f"{megabytes:,.0f}", f"{megabytes / ours[1]:.2f}"]


def _many(workbook: Path, folder: Path, years: int) -> str:
    """A folder of years on two processes."""
    (folder / "years").mkdir()
    for year in range(2025 - years, 2025):
        _copied(workbook, folder / "years" / f"{year}.xlsx", f"{year}/{(year + 1) % 100:02d}")
    run = measured(_piece(folder), folder / "years", folder / "never")
    files, rows = run.printed.split()
    return (
        f"\n{files} workbooks, {int(rows):,} rows, on two processes: {run.seconds:.1f} seconds, "
        f"{run.together:,.0f} MB at most, all processes together.\n"
    )


def _piece(folder: Path) -> str:
    """Code that runs the piece from a file: a process that starts others must be able to be imported by them."""
    (folder / "years.py").write_text(YEARS)
    return (
        f"import sys, runpy; sys.path[0:0] = ['.']; runpy.run_path({str(folder / 'years.py')!r}, run_name='__main__')"
    )


def _copied(workbook: Path, target: Path, year: str) -> None:
    """The workbook with another financial year in every row."""
    with zipfile.ZipFile(workbook) as held, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for member in held.infolist():
            with held.open(member) as source, out.open(member.filename, "w", force_zip64=True) as copy:
                rest = b""
                while block := source.read(1 << 22):
                    block = (rest + block).replace(b"2024/25", year.encode())
                    copy.write(block[:-6])
                    rest = block[-6:]
                copy.write(rest)


def _versions() -> str:
    names = ("fastexcel", "pyarrow", "numpy", "pandas", "python-calamine", "openpyxl")
    told = [f"Python {sys.version.split()[0]}"]
    for name in names:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} absent")
    return ", ".join(told)


if __name__ == "__main__":
    main()
