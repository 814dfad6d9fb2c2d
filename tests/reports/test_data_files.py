"""The rows of each table and figure as CSV: numbers are numbers, absences are named, and the metadata are W3C's."""

import csv
import json
import warnings

import pandas as pd
import pytest
from csvw import CSVW

from analysis.disclosure import protect
from analysis.presentation import blocks as show
from analysis.presentation import tables
from analysis.presentation.data_files import files
from analysis.presentation.data_files.tables import data_tables
from analysis.publishing.notebooks import notebooks
from analysis.shares.rates import rates
from tests.conftest import EVERY, make_counts
from tests.reports import made_once
from tests.reports.data_files import check_data, read
from tests.reports.people import released

NAMES = notebooks.names() if EVERY else ["victim_withdrawal", "who_withdraws"]
MANIFEST = {"subject": "England and Wales, stalking", "version": "0.1.0", "edition": "abcdef0123456789"}


@pytest.fixture(scope="module", params=NAMES)
def report(request, tmp_path_factory):
    return made_once.folder_of(tmp_path_factory, request.param, {})


def results(*shown, is_synthetic=False, is_restricted=False):
    told = [block._repr_mimebundle_()[show.MEDIA_TYPE] for block in shown]
    return {
        "title": "What happened?",
        "is_synthetic": is_synthetic,
        "is_restricted": is_restricted,
        "attribution": "Some words on the licence.",
        "blocks": json.loads(json.dumps(told)),
    }


def written(tmp_path, told):
    for name, text in files.content(told, MANIFEST).items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def by_force(rows, *, make=make_counts, **settings):
    return tables.table(protect(rates(make(rows, **settings), "victim_withdrawal", by="force")), title="By force")


def problems(path):
    """What the validator of the CSVW recommendation finds wrong with a file or the metadata of several."""
    with warnings.catch_warnings(action="always"):  # in which it tells what it finds
        told = CSVW(str(path), validate=True)
        assert not told.no_metadata
        assert told.is_valid is not bool(told.warnings)
    return [str(one.message) for one in told.warnings]


def test_the_numbers_of_a_report_come_back_and_its_metadata_are_valid(report):
    check_data(report, json.loads((report / "results.json").read_text("utf-8")))
    assert problems(report / "data" / files.GROUP) == []
    for path in sorted((report / "data").glob("*.csv"))[:3]:
        assert problems(path) == []


def test_files_are_utf_8_with_one_line_of_names_and_rows_of_one_length(report):
    for path in (report / "data").glob("*.csv"):
        held = path.read_bytes().decode("utf-8")
        assert held.count("\n") == held.count("\r\n")
        head, *rows = csv.reader(held.splitlines())
        assert all(name == name.lower() and name.isidentifier() for name in head)
        assert {len(row) for row in rows} <= {len(head)}
        assert "[" not in "".join(held.splitlines()[0])


def test_columns_of_numbers_are_numbers_without_being_told(tmp_path):
    """What pandas and R make of a file of which they know nothing; a symbol in a column would make words of it."""
    rows = [("Kent", "2024-04-01", "16", 400), ("Kent", "2024-04-01", "1", 60), ("Surrey", "2024-04-01", "16", 3)]
    forces = ["Essex", "Kent", "Surrey"]
    for make, settings, symbol in (
        (make_counts, {"missing": [("Essex", "2024-04-01")]}, "[x]"),
        (released, {}, "[c]"),
    ):
        told = results(by_force(rows, make=make, forces=forces, **settings))
        table = pd.read_csv(written(tmp_path, told) / "table-by-force.csv").set_index("force")
        numbers = table[["events", "cases", "share", "low", "high"]]
        assert all(pd.api.types.is_numeric_dtype(one) for one in numbers.dtypes)
        assert numbers.loc["Essex"].isna().all()
        assert table.loc["Essex", "absence"] == symbol
        assert numbers.loc["Kent"].notna().all()
        assert pd.isna(table.loc["Kent", "absence"]) == table.loc["Kent"].drop("absence").notna().all()


def test_several_reasons_in_one_row_are_told_in_the_order_of_its_columns():
    told = results(by_force([("Kent", "2024-04-01", "16", 40)]))
    (block,) = told["blocks"]
    block["records"][0] |= {"low": None, "high": None, "symbols": {"low": "[c]", "high": "[z]"}}
    (table,) = data_tables(told)
    row = dict(zip([column.name for column in table.columns], table.rows[0], strict=True))
    assert (row["low"], row["high"], row["absence"]) == ("", "", "[c];[z]")
    block["records"][0]["symbols"]["high"] = "[c]"
    assert data_tables(told)[0].rows[0][-1] == "[c]"


def test_what_a_spreadsheet_would_run_is_text_and_what_would_break_a_line_does_not(tmp_path):
    force = '=HYPERLINK("http://a.example","b")'
    told = results(by_force([(force, "2024-04-01", "16", 40), ("é,\n“two”", "2024-04-01", "16", 40)]))
    table, _ = read(written(tmp_path, told) / "table-by-force.csv")
    assert set(table["force"]) == {f"'{force}", "é, “two”"}
    assert problems(tmp_path / files.GROUP) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("40", "forty", "forty"), (",absence", ",absence,more", "Column number"), (",0.4,", ",[c],", "[c]")],
)
def test_the_validator_finds_what_is_wrong(tmp_path, old, new, told):
    place = written(tmp_path, results(by_force([("Kent", "2024-04-01", "16", 40), ("Kent", "2024-04-01", "1", 60)])))
    path = place / "table-by-force.csv"
    assert problems(path) == []
    path.write_text(path.read_text().replace(old, new, 1))
    assert any(told in one for one in problems(path))


@pytest.mark.parametrize("identity", ["Big", "a/../b", "x" * 300, "é", "con:aux"])
def test_any_id_is_a_name_that_every_disk_takes(identity):
    name = files.address(identity).removeprefix("data/")
    assert name.isascii()
    assert name.removesuffix(".csv").replace("-", "").replace("_", "").isalnum()
    assert len(name) < 150
    assert files.address(identity) != files.address(identity.casefold() + "-")


def test_metadata_say_what_when_where_and_by_what_leave(report):
    group = json.loads((report / "data" / files.GROUP).read_text("utf-8"))
    told = json.loads((report / "results.json").read_text("utf-8"))
    assert group["dc:title"] == told["title"]
    assert group["dc:temporal"]
    assert group["dc:language"] == "en-GB"
    assert all(source["dc:publisher"] and source["dc:license"] for source in group["dc:source"])
    for table in group["tables"]:
        for column in table["tableSchema"]["columns"]:
            assert column["datatype"]
            assert column["name"] in column["titles"]
