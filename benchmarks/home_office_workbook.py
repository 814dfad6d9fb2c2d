"""How long a Home Office workbook takes, and how much memory, beside the usual ways of reading one.

    python -m benchmarks.home_office_workbook WORKBOOK.xlsx [--times 3] [--years 12] [--folder FOLDER]

Every way ends in the cases of each outcome type of offence 8Q, which must agree. Each run is a process of its own,
its start and imports included. ``--times 0`` leaves the one workbook out.

``--years`` workbooks, the same one under as many financial years, are then counted by ``attrition reduce`` on two
processors, and beside it by loops over the first few; 0 leaves that out. ``--folder`` has workbooks of your own in
their place: those of the publisher, if you have them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import zipfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.measure import Measured, interleaved, markdown, measured

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
REDUCE = """
import sys; from pathlib import Path
from analysis.cli.main import main
from analysis.counts import counts
from analysis.intake.home_office import cache
counts.FOLDER, cache.FOLDER = Path(sys.argv[2]), Path(sys.argv[3])
counts.FOLDER.mkdir(exist_ok=True)
sys.argv = ["attrition", "reduce", sys.argv[1], "--format", "home-office", "--as", "years", "--workers", "2"]
main()
"""
COUNTED = """
import sys, pandas
table = pandas.read_parquet(sys.argv[1] + "/years.parquet")
chosen = table[(table["offence"] == "8Q") & (table["period"].astype(str) < sys.argv[2])]
print(chosen["cases"].sum())
"""
LOOP = """
import sys, pandas
from pathlib import Path
sums = []
for path in sorted(Path(sys.argv[1]).glob("*.xlsx"))[: int(sys.argv[4])]:
    table = pandas.read_excel(path, sheet_name=sys.argv[2], engine=sys.argv[3], dtype={"Offence Code": str})
    recorded = next(name for name in table.columns if "recorded in the quarter" in name)
    keys = ["Financial Year", "Financial Quarter", "Force Name", "Offence Code", "Outcome Type"]
    sums.append(table.groupby(keys)[recorded].sum())
print(sum(cases.xs("8Q", level="Offence Code").sum() for cases in sums))
"""
#: Loops over workbooks: the engine of pandas, and over how many, since one takes minutes.
LOOPS = {"calamine": 2, "openpyxl": 1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--years", type=int, default=12)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder, workbook = Path(made), options.workbook.resolve()
        (folder / "never").write_text("a file where a cache would be, so that nothing is kept")
        text = f"# Home Office workbooks to counts\n\n{date.today():%-d %B %Y}. {_versions()}.\n"
        text += _one(workbook, folder, options.times) if options.times else ""
        if options.years or options.folder:
            text += _many(options.folder or _years(workbook, folder / "years", options.years), folder)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)


def _one(workbook: Path, folder: Path, times: int) -> str:
    """Each way of reading one workbook, in turn."""
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
    ours = runs["this project, first time"]
    rows = [[name, *_figures(held, ours)] for name, held in runs.items()]
    size = workbook.stat().st_size / 1e6
    return (
        f"\n## One\n\n{int(runs[bare][0].printed):,} rows, {size:.0f} MB. The least of {times} in turn (openpyxl: 1), "
        "each a process of its own, start and imports included. Ratios are to the first line.\n\n"
    ) + markdown(["way", "processor seconds", "ratio", "seconds", "MB of all processes", "ratio"], rows)


def _figures(runs: list[Measured], ours: list[Measured]) -> list[str]:
    """The least processor seconds of some runs, and the most memory of all processes together, with ratios to ours."""
    (spent, peak), (of_ours, peak_of_ours) = (
        (min(run.processor for run in held), max(run.together for run in held)) for held in (runs, ours)
    )
    seconds = f"{min(run.seconds for run in runs):.1f}"
    return [f"{spent:.1f}", f"{spent / of_ours:.2f}", seconds, f"{peak:,.0f}", f"{peak / peak_of_ours:.2f}"]


def _many(folder: Path, scratch: Path) -> str:
    """A folder of years by the command that a user would give, and by loops over the first few of them."""
    workbooks = sorted(folder.glob("*.xlsx"))
    busy, size = os.getloadavg()[0], sum(path.stat().st_size for path in workbooks) / 1e6
    ours = measured(REDUCE, folder.resolve(), scratch / "counts", scratch / "never")
    rows = [[f"`attrition reduce`, all {len(workbooks)}", *_for_each(ours, ours, len(workbooks), len(workbooks))]]
    for engine, number in LOOPS.items():
        loop = measured(LOOP, folder.resolve(), SHEET, engine, number)
        until = f"{int(workbooks[number - 1].stem.partition('mar')[2][:4])}-04-01"
        if loop.printed != measured(COUNTED, scratch / "counts", until).printed:
            raise RuntimeError(f"the loop with {engine} counts other cases of 8Q before {until}: {loop.printed}")
        rows.append([f"pandas with {engine}, a loop over {number}", *_for_each(loop, ours, number, len(workbooks))])
    header = ["way", "processor seconds a workbook", "ratio", "seconds a workbook", "MB", "MB, shared ones divided"]
    return (
        f"\n## A folder of {len(workbooks)}\n\n{size:,.0f} MB, on {len(os.sched_getaffinity(0))} processors, of which "
        f"others had their part (load {busy:.0f} before): read processor seconds rather than the clock. All "
        f"{len(workbooks)} took {ours.processor:.0f} processor seconds, and {ours.seconds:.0f} by the clock. Memory is "
        "of all processes together at its peak: each with all that it has resident, and with what several have divided "
        "among them, which is what the machine must have.\n\n"
    ) + markdown(header, rows)


def _for_each(run: Measured, ours: Measured, number: int, of_ours: int) -> list[str]:
    """What a run cost a workbook, and its ratio to ours."""
    each, each_of_ours = run.processor / number, ours.processor / of_ours
    seconds = f"{run.seconds / number:.1f}"
    return [f"{each:.1f}", f"{each / each_of_ours:.1f}", seconds, f"{run.together:,.0f}", f"{run.shared:,.0f}"]


def _years(workbook: Path, folder: Path, years: int) -> Path:
    """A folder of the same workbook under so many financial years."""
    folder.mkdir()
    for year in range(2026 - years, 2026):
        name = f"prc-outcomes-open-data-mar{year + 1}-tables.xlsx"
        _copied(workbook, folder / name, f"{year}/{(year + 1) % 100:02d}")
    return folder


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
