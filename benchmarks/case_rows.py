"""Ten million case rows to checked counts, beside the usual ways; and how time and memory grow to fifty million.

All ways end with exact counts in memory. How people's are then released is measured by ``benchmarks.release``.

    python -m benchmarks.case_rows FOLDER [--rows 10000000] [--times 3] [--growth 1,10,50]

FOLDER is where made-up case files are put, 100 bytes a row; they are made once. All ways give the same three tables:
cases by force, month, offence and outcome; the same by days to outcome; cases by force, offence, outcome and three
features. Only this project checks a row: words, dates, copies, and that a case is counted once.
"""

from __future__ import annotations

import argparse
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

from analysis.counts import counts
from benchmarks.measure import Measured, best, interleaved, markdown, measured

RESULTS = Path(__file__).with_name("results") / "case_rows.md"
MAPPING = """
[extract]
taken = 2025-03-31
first_month = "2021-04"
last_month = "2025-03"
[columns]
case = "crime_number"
force = "force"
offence = "offence"
recorded = "recorded"
outcome = "outcome"
outcome_date = "outcome_date"
[features.victim_sex]
column = "victim_sex"
groups = { "Female" = "Female", "Male" = "Male" }
[features.relationship]
column = "relationship"
[features.relationship.groups]
"Former partner" = "Former partner"
"Acquaintance" = "Acquaintance"
"Family" = "Family"
"Stranger" = "Stranger"
[features.risk]
column = "risk"
groups = { "Standard" = "Standard", "Medium" = "Medium", "High" = "High" }
"""
OURS = """
import sys; from pathlib import Path
from analysis.intake import reduction
from analysis.intake.reading import Request
request = Request("measured", "cases", mapping=Path(sys.argv[2]))
reduced = reduction.added(reduction.read_files([Path(sys.argv[1])], request, spread=map), request)
print([(len(one.table), one.total) for one in reduced.sets])
"""
PANDAS = """
import sys; import pandas as pd
checked = bool(sys.argv[2])
names = ["force", "offence", "recorded", "outcome", "outcome_date", "victim_sex", "relationship", "risk"]
names += ["crime_number"] if checked else []
path = sys.argv[1]
if path.endswith(".csv"):
    rows = pd.read_csv(path, usecols=names, dtype={"outcome": str}, parse_dates=["recorded", "outcome_date"])
else:
    rows = pd.read_parquet(path, columns=names)
    rows[["recorded", "outcome_date"]] = rows[["recorded", "outcome_date"]].apply(pd.to_datetime)
if checked:
    rows["crime_number"] = rows["crime_number"].str.strip()
    assert not rows[["crime_number", "force", "offence", "recorded"]].isna().any().any()
    words = {"force": 44, "offence": 4, "outcome": 23, "victim_sex": 2, "relationship": 4, "risk": 3}
    assert all(rows[name].nunique() <= most for name, most in words.items())
    assert not (rows["outcome_date"] < rows["recorded"]).any()
    assert not (rows[["recorded", "outcome_date"]].max() > pd.Timestamp("2025-03-31")).any()
    assert not (rows["outcome"].isna() & rows["outcome_date"].notna()).any()
    assert not rows.duplicated(["force", "crime_number"]).any()
rows["month"] = rows["recorded"].dt.to_period("M").dt.to_timestamp()
rows["outcome"] = rows["outcome"].fillna("0")
rows["lag"] = (rows["outcome_date"].fillna(pd.Timestamp("2025-03-31")) - rows["recorded"]).dt.days
by = [["force", "month", "offence", "outcome"], ["force", "month", "offence", "outcome", "lag"],
      ["force", "offence", "outcome", "victim_sex", "relationship", "risk"]]
tables = [rows.groupby(names, dropna=False).size() for names in by]
print([(len(table), int(table.sum())) for table in tables])
"""
BARE = """
import sys; import duckdb
base = duckdb.connect()
base.execute("set enable_progress_bar = false; set preserve_insertion_order = false")
path = sys.argv[1]
rows = f"read_csv('{path}', types={{'outcome': 'VARCHAR'}})" if path.endswith(".csv") else f"read_parquet('{path}')"
month, outcome = "date_trunc('month', recorded) as month", "coalesce(outcome, '0') as outcome"
lag = "coalesce(outcome_date, date '2025-03-31') - recorded as lag"
by = [f"force, {month}, offence, {outcome}", f"force, {month}, offence, {outcome}, {lag}",
      f"force, offence, {outcome}, victim_sex, relationship, risk"]
base.execute(f"create temp table held as select * exclude (crime_number, note) from {rows}")
count = "count(*) as cases from held group by all"
tables = [base.execute(f"select {names}, {count}").fetchnumpy()["cases"] for names in by]
print([(len(table), int(table.sum())) for table in tables])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--growth", default="1,10,50", help="millions of rows")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(MAPPING)
    text = _beside(folder, options.rows, options.times)
    text += _growth(folder, [int(float(one) * 1e6) for one in options.growth.split(",")])
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)


def _beside(folder: Path, rows: int, times: int) -> str:
    """Each way in turn, on CSV and on Parquet."""
    names = ("pandas", "duckdb", "pyarrow", "numpy")
    told = ", ".join(f"{name} {version(name)}" for name in names)
    text = (
        f"# Case rows to checked counts\n\n{rows:,} made-up case rows, {date.today():%-d %B %Y}; {told}. The "
        f"least seconds and the median memory of {times} runs in turn, each a process of its own, start and imports "
        "included. Ratios are to the first line.\n\n"
    )
    for ending in ("csv", "parquet"):
        path = made(folder, rows, ending)
        runs = interleaved(
            {
                "this project, every row checked": (OURS, path, folder / "mapping.toml"),
                "pandas, read and groupby, nothing checked": (PANDAS, path, ""),
                "pandas, the same checks": (PANDAS, path, "checked"),
                "bare DuckDB, nothing checked, no limit of memory": (BARE, path),
            },
            times=times,
        )
        answers = {name: held[0].printed for name, held in runs.items()}
        if len(set(answers.values())) > 1:
            raise RuntimeError(f"the ways do not agree: {answers}")
        ours = best(next(iter(runs.values())))
        lines = [[name, *_figures(held, ours)] for name, held in runs.items()]
        size = path.stat().st_size / 1e6
        tables = " and ".join(f"{rows:,}" for rows, _ in eval(next(iter(answers.values()))))
        text += f"{ending}, {size:,.0f} MB; tables of {tables} combinations:\n\n"
        text += markdown(["way", "seconds", "ratio", "peak MB", "ratio"], lines) + "\n"
    return text


def _growth(folder: Path, sizes: list[int]) -> str:
    """This project alone, on more and more rows of Parquet."""
    lines = []
    for rows in sizes:
        path = made(folder, rows, "parquet")
        run = measured(OURS, path, folder / "mapping.toml")
        lines.append([f"{rows:,}", f"{run.seconds:.1f}", f"{run.seconds / rows * 1e6:.2f}", f"{run.megabytes:,.0f}"])
    return "This project on more and more rows (Parquet, one run each):\n\n" + markdown(
        ["rows", "seconds", "seconds a million rows", "peak MB"], lines
    )


def _figures(runs: list[Measured], ours: tuple[float, float]) -> list[str]:
    seconds, megabytes = best(runs)
    return [f"{seconds:.2f}", f"{seconds / ours[0]:.2f}", f"{megabytes:,.0f}", f"{megabytes / ours[1]:.2f}"]


def made(folder: Path, rows: int, ending: str) -> Path:
    """Made-up case rows, the same for the same number: forces and outcomes as common as in the 2024/25 figures."""
    path = folder / f"cases_{rows}.{ending}"
    if path.exists():
        return path
    base = duckdb.connect(config={"threads": 1, "memory_limit": "4GB", "temp_directory": str(folder / "spilled")})
    base.execute("set enable_progress_bar = false; select setseed(0.45)")
    base.execute(f"create macro force(u) as {_drawn('force')}")
    base.execute(f"create macro outcome(u) as {_drawn('outcome')}")
    options = "(header)" if ending == "csv" else "(format parquet)"
    base.execute(f"copy ({_rows(rows)}) to '{path}' {options}")
    return path


def _drawn(name: str) -> str:
    """A name for a number between 0 and 1, as common as it is in the bundled stalking figures."""
    table = counts.read("stalking_2024_25").table
    shares = table[table["cases"] > 0].groupby(name)["cases"].sum().cumsum()
    steps = " ".join(f"when u < {reached / shares.iloc[-1]:.6f} then '{label}'" for label, reached in shares.items())
    return f"case {steps} else '{shares.index[-1]}' end"


def _rows(rows: int) -> str:
    """Forty-eight months; half of the outcomes within a fortnight; those after the extract are still open."""
    return f"""
        select 'CR' || lpad(i::varchar, 10, '0') as crime_number, force(u1) as force,
            case when u2 < 0.5 then '8Q' when u2 < 0.8 then '8L' when u2 < 0.95 then '8R' else '8U' end as offence,
            (date '2021-04-01' + d)::date as recorded,
            case when ended > date '2025-03-31' or outcome(u3) = '0' then null else outcome(u3) end as outcome,
            case when ended > date '2025-03-31' or outcome(u3) = '0' then null else ended end as outcome_date,
            case when u5 < 0.76 then 'Female' when u5 < 0.96 then 'Male' else null end as victim_sex,
            case when u6 < 0.47 then 'Former partner' when u6 < 0.71 then 'Acquaintance' when u6 < 0.78 then 'Family'
                when u6 < 0.93 then 'Stranger' else null end as relationship,
            case when u7 < 0.44 then 'Standard' when u7 < 0.81 then 'Medium' when u7 < 0.95 then 'High' end as risk,
            'Officer ' || (u7 * 1e6)::int as note
        from (select *, (date '2021-04-01' + d + floor(14 * pow(1 / (1 - u4 * 0.98) - 1, 1.3))::int)::date as ended
            from (select i, floor(random() * 1461)::int as d, random() as u1, random() as u2, random() as u3,
                random() as u4, random() as u5, random() as u6, random() as u7 from range({rows}) as numbers(i)))
        """


if __name__ == "__main__":
    main()
