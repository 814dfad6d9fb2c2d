"""Files that others tried the suite on, each with the commands that a user would give, and what those print.

``python -m tests.published.other_files`` prints them; ``--tree FOLDER`` asks the same of another tree of the project,
such as an older one. The files are read where they lie and are no part of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
SHARED = PROJECT.parent / "shared"
_WHOLE = ("analysis", "data", "notebooks", "pyproject.toml", "reports/README.md")


@dataclass(frozen=True)
class Told:
    """One command, its status, and what it printed: both streams, and the first words of a report that it made."""

    command: str
    status: int
    printed: str


@dataclass(frozen=True)
class Tried:
    """Files by their place below the shared folder, and the commands given for them, in order.

    In a command ``{files}`` is the place of the files, ``{shared}`` the folder of all, ``{out}`` one for what is made.
    """

    name: str
    files: str
    commands: tuple[str, ...]
    right: tuple[str, ...]  # words that are printed where the files come out right
    environment: dict[str, str] = field(default_factory=dict)


_POLICE = "reduce {files} --format police-uk --as tried"
_CASES = "reduce {files} --format cases --as tried --mapping"
_TIME = "run time_to_outcome --counts tried_lags --crime-type all --out {out}"

TRIED = (
    Tried("no crime IDs", "cases/01_no_crime_ids", (_POLICE,), ("status 3", "nothing to count", "[x]")),
    Tried(
        "before outcomes were published",
        "cases/02_before_outcomes",
        (_POLICE, _TIME),
        ("November to December 2011", "neither none recorded nor none decided", "no ending has a date"),
    ),
    Tried(
        "endings that nobody dated",
        "data/police_uk/northumbria-sample",
        (_POLICE, _TIME),
        ("Of 22,546 cases", "9,446 of the 22,546 (41.9%)"),
    ),
    Tried("endings that nobody dated yet", "data/police_uk/cumbria", (_POLICE, _TIME), ("Of 39,852 cases",)),
    Tried(
        "dates swapped by a spreadsheet",
        "cases/05_swapped_dates.xlsx",
        (_CASES + " {shared}/cases/05_swapped_dates.toml",),
        ("status 3", "the dates are swapped"),
    ),
    Tried(
        "a sheet a quarter",
        "cases/06_sheet_per_quarter.xlsx",
        (_CASES + " {shared}/cases/06_sheet_per_quarter.toml",),
        ("status 3", 'sheets = "all" reads them together'),
    ),
    Tried(
        "a sheet a quarter, the same headers",
        "cases/06_sheet_per_quarter_same_headers.xlsx",
        (_CASES + " {shared}/cases/06_sheet_per_quarter.toml",),
        ("status 3", 'sheets = "all" reads them together'),
    ),
    Tried(
        "a table cut to some outcome types",
        "cases/09_filtered_outcome_types.xlsx",
        (
            "reduce {files} --format home-office --as tried",
            "run victim_withdrawal --counts tried --force Kent --out {out}",
        ),
        ("types 0, 2 to 13, 17, 18 and 20 to 22", "No share can be given", "2,315 cases"),
    ),
    Tried(
        "outcomes in official words",
        "cases/10_official_outcome_names.csv",
        ("mapping {files}",),
        ('Named Suspect Identified" = "16"', 'Named Suspect Not Identified" = "14"', '"Under Investigation" = "0"'),
    ),
    Tried(
        "outcomes in long words",
        "cases/11_long_outcome_names.csv",
        ("mapping {files}",),
        (
            'Victim Does Not Support Police Action" = "16"',
            'Victim Supports Police Action But Evidential Difficulties" = "15"',
        ),
    ),
    Tried(
        "a crime type that was renamed",
        "cases/12_renamed_crime_type",
        (_POLICE, _TIME.replace("all", "'Violence and sexual offences'")),
        ("'Violent crime' is called 'Violence and sexual offences' since May 2013", "Of 148 cases"),
    ),
    Tried(
        "a group in which nobody ended so",
        "cases/14_group_without_ending.csv",
        (
            _CASES + " {shared}/cases/14_group_without_ending.toml",
            "run time_to_outcome --counts tried_lags --out {out}",
        ),
        ("2 police forces (Kent, Surrey)",),
    ),
    Tried(
        "a table of counts",
        "cases/15_table_of_counts.csv",
        ("mapping {files}",),
        ("a table of counts, not of cases", 'cases = "Number of crimes"'),
    ),
    Tried(
        "a pivot wider than the cases",
        "cases/16_pivot_wider_than_data.xlsx",
        ("mapping {files}",),
        ('sheet = "Extract"', "not read: pivot"),
    ),
    Tried(
        "Financial Fraud Action",
        "cases/20_financial_fraud_action.xlsx",
        ("reduce {files} --format home-office --as tried",),
        ("status 0", "they report fraud and are no forces"),
    ),
    Tried(
        "outcomes named before May 2014",
        "cases/21_outcome_names_before_may_2014",
        (_POLICE,),
        ("status 0", "as it is called since May 2014"),
    ),
    Tried("the layout of 2012", "cases/22_old_layout_2012", (_POLICE,), ("status 3", "of the layout from before 2013")),
    Tried(
        "somebody's own matplotlibrc",
        "cases/24_matplotlibrc/home",
        ("run victim_withdrawal --out {out}",),
        ("status 0", "67,214 of 135,628"),
        {"HOME": "{files}"},
    ),
)


def tried(one: Tried, *, tree: Path = PROJECT, shared: Path = SHARED) -> Iterator[Told]:
    """Give each command in a copy of the project, so that no set of counts of anybody's is touched."""
    with tempfile.TemporaryDirectory() as folder:
        copy, out = Path(folder) / "project", Path(folder) / "out"
        for name in _WHOLE:
            source, target = tree / name, copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        out.mkdir()
        places = {"files": str(shared / one.files), "shared": str(shared), "out": str(out)}
        changes = {name: value.format(**places) for name, value in one.environment.items()}
        for command in one.commands:
            yield _told(command, places, copy, out, {**os.environ, "PYTHONPATH": str(copy), **changes})


def _told(command: str, places: dict[str, str], copy: Path, out: Path, environment: dict[str, str]) -> Told:
    words = [word.format(**places) for word in shlex.split(command)]
    done = subprocess.run(
        [sys.executable, "-c", "from analysis.cli.main import main; main()", *words],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    shown = (
        command.replace("{files}", Path(places["files"]).name)
        .replace("{shared}/cases/", "")
        .replace(" --out {out}", "")
    )
    return Told(f"attrition {shown}", done.returncode, "\n".join([done.stdout + done.stderr, *_openings(out)]).strip())


def _openings(out: Path) -> Iterator[str]:
    """The title and the first words of each report made."""
    for path in sorted(out.glob("**/results.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        yield f"report: {held['title']}"
        yield from (block["text"] for block in held["blocks"] if block["kind"] == "headline")


def lacking(one: Tried, told: list[Told]) -> list[str]:
    """The words that were not printed and should have been."""
    printed = "\n".join(f"status {each.status}\n{each.printed}" for each in told)
    return [words for words in one.right if words not in printed]


def main() -> None:
    """Print what each command prints, and how many of the files come out right; status 1 where not all do."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tree", type=Path, default=PROJECT, help="the project's tree to ask")
    asked.add_argument("--shared", type=Path, default=SHARED, help="the folder in which the files lie")
    asked.add_argument("names", nargs="*", help="only files whose name holds one of these words")
    given = asked.parse_args()
    chosen = [
        one for one in TRIED if not given.names or any(word in one.name or word in one.files for word in given.names)
    ]
    wrong = 0
    for one in chosen:
        found = list(tried(one, tree=given.tree.resolve(), shared=given.shared.resolve()))
        absent = lacking(one, found)
        wrong += bool(absent)
        told = f"WRONG, not printed: {'; '.join(absent)}" if absent else "right"
        print(f"## {one.name}: {one.files}: {told}")  # noqa: T201
        for each in found:
            print(f"$ {each.command}   (status {each.status})\n{each.printed}\n")  # noqa: T201
    print(f"{len(chosen) - wrong} of {len(chosen)} come out right")  # noqa: T201
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
