"""docs/data_downloads.md: a report's numbers are numbers in plain pandas and plain R, and what is absent is no text."""

import json
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from tests.conftest import PROJECT
from tests.reports import made_once

TEXT = (PROJECT / "docs" / "data_downloads.md").read_text()
TABLE = "table-by-quarter-of-recording"
NUMBERS = ["events", "cases", "share", "low", "high", "of_decided_share"]
R = shutil.which("Rscript")


def examples(language):
    return re.findall(rf"```{language}\n(.+?)```", TEXT, flags=re.DOTALL)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with numbers that are not shown, which other tests look at too."""
    given = {"counts": "stalking_example", "period": "all"}
    return made_once.folder_of(tmp_path_factory, "victim_withdrawal", given)


@pytest.fixture(scope="module")
def records(report):
    blocks = json.loads((report / "results.json").read_text("utf-8"))["blocks"]
    return pd.DataFrame(next(block for block in blocks if block.get("id") == TABLE)["records"])


#: What is asked of a table in pandas: its numbers, which of their columns are none, and whether a cell is a symbol.
ASKS = f"""
numbers = quarters[{NUMBERS}]
said.append(json.loads(numbers.to_json(orient="values", double_precision=10)))
kinds = [column for column in numbers if numbers[column].dtype.kind not in "if"]
"""
ASKS_OF_CSV = """
symbols = quarters.drop(columns="absence").isin(["[c]", "[z]", "[x]", "[u]"])
said += [kinds, int(symbols.sum().sum()), int((quarters["absence"] == "[c]").sum())]
"""


def test_two_lines_of_pandas_read_the_csv_and_the_records(report, records):
    """In a Python with its own libraries, no variables and no folder of ours, which never loads the suite."""
    from_csv, from_json = examples("python")
    told = "import sys; print(json.dumps([*said, 'analysis' in sys.modules]))"
    program = "\n".join(["import json; said = []", from_csv, ASKS, ASKS_OF_CSV, from_json, ASKS, told])
    asked = [sys.executable, "-I", "-c", program]
    ended = subprocess.run(asked, cwd=report, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    of_csv, no_numbers, symbols, hidden, of_json, is_loaded = json.loads(ended.stdout)
    assert of_csv == of_json == json.loads(records[NUMBERS].to_json(orient="values", double_precision=10))
    assert None in [row[-1] for row in of_csv]
    assert (no_numbers, symbols, is_loaded) == ([], 0, False)
    assert hidden == records["of_decided_share"].isna().sum()


@pytest.mark.skipif(R is None, reason="there is no R here (Debian: r-base-core)")
def test_two_lines_of_r_read_the_csv(report, records):
    [code] = examples("r")
    columns = ", ".join(f'"{name}"' for name in NUMBERS)
    tells = f"""numbers <- quarters[c({columns})]
        others <- unlist(quarters[names(quarters) != "absence"])
        stopifnot(sapply(numbers, is.numeric), !any(others %in% c("[c]", "[z]", "[x]", "[u]")))
        cat(sum(is.na(numbers)))"""
    asked = [R, "--vanilla", "-e", f"{code}\n{tells}"]
    said = subprocess.run(asked, cwd=report, capture_output=True, text=True, check=True).stdout.split()
    assert said == ["[1]", f"{int(records['events'].sum())}", f"{int(records[NUMBERS].isna().sum().sum())}"]
