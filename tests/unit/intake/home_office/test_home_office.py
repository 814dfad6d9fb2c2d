from datetime import date

import pandas as pd
import pytest

from analysis.errors import DataRefused
from tests.unit.home_office_workbooks import (
    APRIL,
    CLOSED,
    COLUMNS,
    JULY,
    RECORDED,
    cases,
    reading,
    row,
    written,
)

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def read(tmp_path):
    def reader(*rows, allow=(), **how):
        return reading(written(tmp_path / "figures.xlsx", *rows, **how), allow=allow)

    return reader


def refusal(read, *rows, **how):
    with pytest.raises(DataRefused) as refused:
        read(*rows, **how)
    return str(refused.value)


# columns


def test_the_two_bases_are_two_sets(read):
    parts = read(row()).parts
    assert cases(parts[""]) == {("Kent", APRIL, "8Q", "16"): 5}
    assert cases(parts["closed"]) == {("Kent", APRIL, "8Q", "16"): 4}
    assert (parts[""].basis, parts["closed"].basis) == ("recorded", "closed")
    assert (parts[""].months, parts[""].scheme) == (3, "home_office")


def test_columns_are_found_by_meaning_in_any_order_case_and_spacing(read):
    columns = {
        CLOSED: "Number of Outcomes for investigations that were closed in the quarter ",
        "Outcome Type": "outcome type",
        RECORDED: "NUMBER OF OUTCOMES FOR OFFENCES  RECORDED IN QUARTER",
        "Offence Code": "Offence\u00a0Code",
        "Force Name": "Force\u00a0Name ",
        "Financial Quarter": "Financial  Quarter",
        "Financial Year": "\u00a0Financial Year",
    }
    parts = read(row(), columns=columns).parts
    assert cases(parts[""]) == {("Kent", APRIL, "8Q", "16"): 5}
    assert cases(parts["closed"]) == {("Kent", APRIL, "8Q", "16"): 4}


def test_the_header_need_not_be_the_first_row(read):
    assert cases(read(row(), top=7).parts[""]) == {("Kent", APRIL, "8Q", "16"): 5}


def test_a_layout_without_closed_and_expired_columns_gives_one_set(read):
    columns = [name for name in COLUMNS if name not in (CLOSED, "Offence code expired")]
    assert set(read(row(), columns=columns).parts) == {""}


@pytest.mark.parametrize("lacking", ["Financial Year", "Financial Quarter", "Force Name", "Offence Code", RECORDED])
def test_a_needed_column_that_is_absent_is_refused_with_the_headers_there(read, lacking):
    said = refusal(read, row(), columns=[name for name in COLUMNS if name != lacking])
    assert f"figures.xlsx, sheet 'Figures', row 1: no column '{lacking}'" in said
    assert "'Outcome Group'" in said


def test_two_columns_of_one_meaning_are_refused(read):
    columns = {name: name for name in COLUMNS} | {"Outcome Group": "Severity weighted outcomes closed in the quarter"}
    assert "'Severity weighted outcomes closed in the quarter' and" in refusal(read, row(), columns=columns)


def test_a_column_nobody_knows_is_passed_over_and_told(read):
    columns = {name: name for name in COLUMNS} | {"Outcome Group": "Sort order"}
    assert "Sort order" in next(one.text for one in read(row(), columns=columns).warnings)


def test_a_workbook_without_such_a_table_is_refused_with_its_sheets(tmp_path):
    pd.DataFrame({"a": [1], "b": [2]}).to_excel(tmp_path / "other.xlsx", sheet_name="Costs", index=False)
    with pytest.raises(DataRefused, match=r"other\.xlsx: no sheet has the header .*'Costs' \(a, b\)"):
        reading(tmp_path / "other.xlsx")


def test_a_header_with_nothing_below_is_refused(read):
    assert "nothing below the header in row 1" in refusal(read)


def test_open_document_workbooks_give_the_same_counts(tmp_path):
    rows = [row(), row(outcome=0, recorded=2, closed="N/A"), row(force="London, City of", recorded=-1)]
    pd.DataFrame(rows).to_excel(tmp_path / "a.ods", engine="odf", index=False, startrow=2)
    excel = reading(written(tmp_path / "a.xlsx", *rows))
    assert cases(reading(tmp_path / "a.ods").parts[""]) == cases(excel.parts[""])


# counts


def test_kept_and_dropped_add_up_to_the_rows(read):
    rows = [
        row(),
        row(outcome="1a"),
        row(offence="999", recorded=0, closed=0),
        row(outcome=1, recorded="NA", closed="NA"),
    ]
    held = read(*rows)
    assert held.rows == 4
    assert held.kept + sum(held.dropped.values()) == 4
    assert held.files[0].rows == 4


def test_type_0_counts_on_the_recorded_basis_alone(read):
    parts = read(row(outcome=0, recorded=7, closed="N/A"), row(outcome=1, recorded=1, closed=2)).parts
    assert cases(parts[""])[("Kent", APRIL, "8Q", "0")] == 7
    assert cases(parts["closed"]) == {("Kent", APRIL, "8Q", "1"): 2}


def test_a_closed_count_of_type_0_is_refused(read):
    said = refusal(read, row(), row(outcome=0, recorded=7, closed=1))
    assert f"sheet 'Figures', row 3, column '{CLOSED}': investigations closed under outcome type 0" in said


@pytest.mark.parametrize("code", ["1a", "2A", "3a"])
def test_of_which_types_are_left_out_and_counted(read, code):
    held = read(row(outcome=1), row(outcome=code))
    assert {key[-1] for key in cases(held.parts[""])} == {"1"}
    assert list(held.dropped.values()) == [1]
    assert "1a, 2a, 3a" in next(iter(held.dropped))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NA", "not applicable"),
        ("n/a", "not applicable"),
        ("N/A - Offence code expired", "offence code expired"),
        ("N/A - offence code expired", "offence code expired"),
        ("N/A\u00a0- data not provided", "data not provided"),
        ("Data not provided", "data not provided"),
    ],
)
def test_every_word_for_no_count_drops_the_row_under_its_reason(read, text, reason):
    held = read(row(), row(outcome=1, recorded=text, closed=text))
    assert len(cases(held.parts[""])) == 1
    assert [name for name in held.dropped if reason in name]


def test_a_row_with_a_count_on_one_basis_is_kept(read):
    held = read(row(recorded="N/A - Offence code expired", closed=3), row(outcome=1))
    assert held.kept == 2
    assert ("Kent", APRIL, "8Q", "16") not in cases(held.parts[""])
    assert cases(held.parts["closed"])[("Kent", APRIL, "8Q", "16")] == 3


def test_negative_counts_are_kept(read):
    assert cases(read(row(recorded=-3)).parts[""]) == {("Kent", APRIL, "8Q", "16"): -3}


def test_a_zero_is_no_row_of_the_table_and_its_quarter_is_received(read):
    part = read(row(recorded=0), row(force="Gwent")).parts[""]
    assert ("Kent", APRIL, "8Q", "16") not in cases(part)
    assert ("Kent", APRIL) in part.received


@pytest.mark.parametrize("cell", ["", "5.5", 5.5, "1,234", "..", "c", "five", "N/A - unknown"])
def test_anything_else_in_a_column_of_counts_is_refused(read, cell):
    assert f"sheet 'Figures', row 3, column '{RECORDED}'" in refusal(read, row(), row(outcome=1, recorded=cell))


def test_an_expired_code_counts_only_where_it_has_a_count(read):
    held = read(
        row(expired="x", recorded=2, closed=0), row(expired="x", outcome=1, recorded=0, closed=0), row(force="Gwent")
    )
    assert cases(held.parts[""])[("Kent", APRIL, "8Q", "16")] == 2
    assert held.dropped == {"offence code expired, nothing counted under it": 1}


def test_a_mark_of_expiry_that_is_not_known_is_refused(read):
    assert "'maybe' is neither x nor blank" in refusal(read, row(expired="maybe"))


def test_blank_rows_are_passed_over_and_row_numbers_stay_true(read):
    blank = dict.fromkeys(COLUMNS, "")
    assert read(row(), blank, row(outcome=1), blank, blank).rows == 2
    assert "row 4," in refusal(read, row(), blank, row(outcome=1, recorded="?"), blank)


def test_totals_by_outcome_stand_in_the_ledger(read):
    held = read(row(), row(force="Gwent", recorded=6), row(outcome=1, recorded=-1))
    assert held.categories["cases by outcome"] == {"1": -1, "16": 11}


# forces, periods, offences, outcomes


@pytest.mark.parametrize("printed", ["London, City of", "City of London", "City of London Police"])
def test_a_force_is_known_by_any_of_its_names(read, printed):
    assert {key[0] for key in cases(read(row(force=printed)).parts[""])} == {"City of London"}


def test_forces_that_are_not_known_are_refused_by_name_and_row(read):
    said = refusal(read, row(), row(force="Kentt"), row(force="Ruritania"))
    assert "row 3, column 'Force Name': 'Kentt', 'Ruritania' is not a force" in said


@pytest.mark.parametrize(
    ("year", "quarter", "first"),
    [("2014/15", 1, date(2014, 4, 1)), ("2019/2020", "Q4", date(2020, 1, 1)), ("2023-24", "2", date(2023, 7, 1))],
)
def test_years_and_quarters_become_first_days(read, year, quarter, first):
    assert {key[1] for key in cases(read(row(year=year, quarter=quarter)).parts[""])} == {first}


@pytest.mark.parametrize(
    "changes", [{"year": "2024/26"}, {"year": "2024"}, {"year": ""}, {"quarter": 5}, {"quarter": "all"}]
)
def test_what_is_no_year_or_quarter_is_refused(read, changes):
    assert "row 3, column 'Financial" in refusal(read, row(), row(outcome=1, **changes))


@pytest.mark.parametrize("code", ["1/4.1/4.10/4.2", "1, 4.1, 4.10, 4.2", "1 & 4.1", "4.10", 1, 4.2])
def test_codes_of_homicide_are_one_offence(read, code):
    assert {key[2] for key in cases(read(row(offence=code)).parts[""])} == {"HOM"}


def test_codes_of_homicide_that_stand_apart_are_added(read):
    part = read(row(offence="1", recorded=2), row(offence="4.1", recorded=3), row(offence="4.3", recorded=9)).parts[""]
    assert cases(part) == {("Kent", APRIL, "HOM", "16"): 5, ("Kent", APRIL, "4.3", "16"): 9}


def test_unknown_offences_with_counts_are_refused_all_at_once_with_their_descriptions(read):
    said = refusal(
        read,
        row(),
        row(offence="928A", description="Burglary in a dwelling"),
        row(offence="972", description="Trafficking", recorded=0, closed=1),
        row(offence="999", recorded=0, closed="NA"),
    )
    assert "2 offence codes" in said
    assert "928A (Burglary in a dwelling), 972 (Trafficking)" in said
    assert "data/reference/offences.csv" in said
    assert "999" not in said


def test_unknown_offences_may_be_left_out_and_are_told(read):
    held = read(row(), row(offence="928A", description="Burglary in a dwelling"), allow=["unknown-offences"])
    assert len(cases(held.parts[""])) == 1
    assert held.dropped == {"offence code that data/reference/offences.csv lacks, dropped as allowed": 1}
    assert [one for one in held.warnings if "28A (Burglary in a dwelling)" in one.text]


def test_unknown_offences_without_counts_are_dropped(read):
    held = read(row(), row(offence="999", recorded=0, closed="NA"))
    assert held.dropped == {"offence code that data/reference/offences.csv lacks, nothing counted under it": 1}


@pytest.mark.parametrize("code", ["15B", "23", "", "x"])
def test_outcome_types_that_are_not_known_are_refused(read, code):
    assert "row 3, column 'Outcome Type'" in refusal(read, row(), row(outcome=code))


def test_a_row_that_repeats_another_is_counted_once_and_told(read):
    held = read(row(), row(force="Gwent"), row())
    assert cases(held.parts[""])[("Kent", APRIL, "8Q", "16")] == 5
    assert held.dropped == {"repeats a row above it word for word": 1}
    assert "the first of them row 4" in next(one.text for one in held.warnings if one.kind == "repeated rows")


@pytest.mark.parametrize("changes", [{"recorded": 6}, {"closed": "NA"}, {"description": "Harassment"}])
def test_two_rows_about_the_same_that_do_not_agree_are_refused(read, changes):
    said = refusal(read, row(), row(force="Gwent"), row(**changes))
    assert "rows 2 and 4: Kent, April to June 2024, offence 8Q, outcome type 16 stands twice" in said


# what did not arrive


def test_a_quarter_marked_throughout_is_not_received_and_told(read):
    held = read(
        row(), row(quarter=2, recorded="Data not provided", closed="Data not provided"), row(force="Gwent", quarter=2)
    )
    assert ("Kent", JULY) not in held.parts[""].received
    assert [one for one in held.warnings if (one.force, one.kind) == ("Kent", "not received") and "July to" in one.text]


def test_a_quarter_marked_in_part_is_received_and_told_with_the_cells(read):
    held = read(row(), row(outcome=1, recorded="Data not provided"), row(outcome=2, recorded="N/A - data not provided"))
    assert ("Kent", APRIL) in held.parts[""].received
    told = next(one for one in held.warnings if one.kind == "received in part")
    assert (told.force, "2 cells" in told.text) == ("Kent", True)


def test_marks_on_expired_codes_say_nothing_of_the_quarter(read):
    held = read(row(), row(outcome=1, expired="x", recorded="N/A - data not provided", closed="NA"))
    assert not [one for one in held.warnings if one.force]


def test_a_force_quarter_absent_without_a_mark_is_told(read):
    told = [one for one in read(row(), row(quarter=2), row(force="Gwent")).warnings if one.force]
    assert [(one.force, one.kind) for one in told] == [("Gwent", "not received")]
    assert "July to September 2024" in told[0].text


def test_a_quarter_of_next_to_nothing_is_told(read):
    rows = [row(quarter=1, recorded=1000), *(row(quarter=quarter, recorded=9) for quarter in (2, 3, 4))]
    told = next(one for one in read(*rows).warnings if one.kind == "next to nothing")
    assert (told.force, "July 2024 to March 2025: 27 cases, where 1,000" in told.text) == ("Kent", True)


def test_a_year_of_next_to_nothing_is_told_against_the_years_around_it(tmp_path):
    years = {"2018/19": 500, "2019/20": 10, "2020/21": 600}
    paths = [
        written(tmp_path / f"{n}.xlsx", *(row(year=year, quarter=q, recorded=cases) for q in (1, 2, 3, 4)))
        for n, (year, cases) in enumerate(years.items())
    ]
    told = [one for one in reading(*paths).warnings if one.kind == "next to nothing"]
    assert [one.text.partition(":")[0] for one in told] == ["2019/20"]


def test_growth_over_many_years_is_no_gap(tmp_path):
    paths = [
        written(
            tmp_path / f"{n}.xlsx",
            *(row(year=f"20{n}/{n + 1}", quarter=q, recorded=10 * 2 ** (n - 14)) for q in (1, 2, 3, 4)),
        )
        for n in range(14, 24)
    ]
    assert not [one for one in reading(*paths).warnings if one.kind == "next to nothing"]


def test_tables_of_which_nothing_counts_are_refused_with_the_reasons(read):
    said = refusal(read, row(recorded="Data not provided", closed="NA"), row(force="Gwent", recorded="NA", closed="NA"))
    assert "every row was dropped (data not provided by the force: 1; not applicable (NA or N/A): 1)" in said


def test_a_basis_of_which_nothing_arrived_is_no_set(read):
    assert set(read(row(closed="NA")).parts) == {""}
