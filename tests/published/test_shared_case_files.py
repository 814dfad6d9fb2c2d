"""Files that went wrong in other hands, read or refused as they should be; skipped where they are not to hand."""

import re

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.disclosure import release
from tests import released
from tests.broken.desk import check_reduced, check_refused, desk_in

KENT = [('# force = "..."', 'force = "Kent"'), ('# offence = "..."', 'offence = "8Q"')]


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    """A project to reduce into, whose numbers are drawn at once: what is looked at are the exact ones."""
    monkeypatch.setattr(release, "drawn", released.nearest)
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


@pytest.fixture
def given(shared):
    folder = shared / "cases"
    if not folder.is_dir():
        pytest.skip("the folder of files that went wrong is not here")
    return folder


def drafted(desk, path, *changes):
    result = CliRunner().invoke(main, ["mapping", str(path)])
    assert result.exit_code == 0, result.output
    text = result.output
    for old, new in changes:
        text = text.replace(old, new, 1)
    return desk.mapping(text=text), result.output


def shares(desk):
    table = desk.exact()["broken"].table
    withdrew = table[table["outcome"].isin(["14", "16"])]
    return int(withdrew["cases"].sum()), int(table["cases"].sum())


@pytest.mark.parametrize(
    ("name", "changes", "right"),
    [
        ("10_official_outcome_names.csv", KENT, (408, 778)),
        ("11_long_outcome_names.csv", KENT[:1], (132, 400)),
        ("15_table_of_counts.csv", [], (7678, 15645)),
        ("16_pivot_wider_than_data.xlsx", [], (74, 300)),
        ("06_sheet_per_quarter.xlsx", [*KENT, ("# sheets", "sheets")], (106, 400)),
        ("06_sheet_per_quarter_same_headers.xlsx", [*KENT, ("# sheets", "sheets")], (116, 400)),
    ],
)
def test_the_draft_reads_what_is_right(desk, given, name, changes, right):
    mapping, _ = drafted(desk, given / name, *changes)
    check_reduced(desk, desk.reduce(given / name, mapping=mapping))
    assert shares(desk) == right


def test_all_words_of_a_record_system_are_drafted(desk, given):
    _, text = drafted(desk, given / "10_official_outcome_names.csv")
    lines = dict(re.findall(r'^"([^"]+)" = "(\w+)"', text, flags=re.MULTILINE))
    assert lines == {
        "Evidential Difficulties Victim Based - Named Suspect Identified": "16",
        "Evidential Difficulties Named Suspect Identified": "15",
        "Charge/Summons": "1",
        "Under Investigation": "0",
        "Investigation Complete: No Suspect Identified": "18",
        "Evidential Difficulties Victim Based - Named Suspect Not Identified": "14",
        "Transferred To External Agency": "20",
        "Prosecution Prevented - Named Suspect Too Ill To Prosecute": "12",
        "Named Suspect - Further Investigation Not In Public Interest": "21",
        "Prosecution Time Limit Expired": "17",
    }  # the eleventh, "Community Resolution", is the official name


def test_what_cannot_be_read_right_is_refused(desk, given):
    result = desk.reduce(given / "05_swapped_dates.xlsx", mapping=given / "05_swapped_dates.toml")
    check_refused(desk, result, says=["column 'Date recorded'", "dates stand in 130 cells and texts in 170", "swapped"])
    result = desk.reduce(given / "06_sheet_per_quarter.xlsx", mapping=given / "06_sheet_per_quarter.toml")
    check_refused(desk, result, says=["Q1, Q2, Q3, Q4 have like columns", 'sheets = "all"'])


def test_a_group_without_an_ending_is_read(desk, given):
    mapping = given / "14_group_without_ending.toml"
    told = check_reduced(desk, desk.reduce(given / "14_group_without_ending.csv", mapping=mapping))
    assert "600 rows read, 600 counted" in told
