"""Tables as people make them: counts in place of cases, totals and notes, several sheets, dates that were swapped."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.counts import counts
from tests.broken.desk import HEADER, check_reduced, check_refused
from tests.broken.test_kinds import cells, workbook
from tests.conftest import EVERY, PROJECT, nightly

COUNTED = """\
[extract]
taken = 2025-03-31

[columns]
cases = "Crimes"
force = "Force"
offence = "Offence"
recorded = "Month"
outcome = "Outcome"

[dates]
format = "%Y-%m-%d"
"""
LINES = [
    "Line,Month,Force,Offence,Outcome,Crimes",
    '1,2024-04-01,Kent,8Q,16,"1,204"',
    "2,2024-04-01,Kent,8Q,1,85",
    "3,2024-05-01,Kent,8Q,16,0",
    "4,2024-06-01,Gwent,8Q,14, 7.0 ",
]


def total(desk, name="broken"):
    return desk.exact(name)[name].total


def entry(desk, name="broken"):
    return desk.account(name).entries[-1]


def test_each_row_of_a_table_of_counts_counts_as_many_as_it_says(desk):
    told = check_reduced(desk, desk.reduce(desk.file("\n".join(LINES)), mapping=desk.mapping(text=COUNTED)))
    assert total(desk) == 1204 + 85 + 0 + 7
    assert "each row stands for as many cases as one of its columns says, not for one" in told
    assert entry(desk).received == {"Gwent": ("2024-06",), "Kent": ("2024-04", "2024-05")}


def test_a_table_of_quarters_is_kept_by_quarter(desk):
    mapping = desk.mapping(("[dates]", '[dates]\nperiod = "quarter"'), text=COUNTED)
    check_reduced(desk, desk.reduce(desk.file("\n".join(LINES)), mapping=mapping))
    held = desk.exact()["broken"]
    assert dict(held.coverage.periods) == {date(2024, 4, 1): 3}
    assert int(held.table["cases"].sum()) == 1296


NO_NUMBERS = ("", "-3", "2.5", "*", "<5", "1,20", "many", "1e3", "12.000")
#: All of them below each other, and what the message then says of their rows.
ALL_NO_NUMBERS = (NO_NUMBERS, "9 rows (row 6, 7, 8, 9, 10 and on)")


@pytest.mark.parametrize(
    ("numbers", "rows"),
    nightly([ALL_NO_NUMBERS, *(((number,), "1 row (row 6)") for number in NO_NUMBERS)], ALL_NO_NUMBERS),
)
def test_a_number_of_cases_that_is_none_is_named_by_its_row(desk, numbers, rows):
    text = "\n".join([*LINES, *(f'5,2024-06-01,Gwent,8Q,16,"{number}"' for number in numbers)])
    says = ["unreadable_count", rows, "column 'Crimes'", "write the number out"]
    check_refused(desk, desk.reduce(desk.file(text), mapping=desk.mapping(text=COUNTED)), says=says)
    words = ["--allow", "unreadable_count"]
    check_reduced(desk, desk.reduce(desk.file(text), mapping=desk.mapping(text=COUNTED), words=words))
    assert (total(desk), entry(desk).kept) == (1296, 4)


def test_a_table_that_counts_no_case_is_refused(desk):
    empty = "\n".join([LINES[0], "1,2024-04-01,Kent,8Q,16,0", "2,2024-05-01,Kent,8Q,1,0"])
    result = desk.reduce(desk.file(empty), mapping=desk.mapping(text=COUNTED))
    check_refused(desk, result, says=["No case is left to count (the files hold none)"])


def test_rows_that_are_added_are_warned_of(desk):
    text = "\n".join([*LINES, "5,2024-04-01,Kent,8Q,1,15"])
    told = check_reduced(desk, desk.reduce(desk.file(text), mapping=desk.mapping(text=COUNTED)))
    assert total(desk) == 1311
    assert "Some rows agree in every mapped column but the number of cases, and were added" in told


def test_a_table_of_counts_that_is_mapped_as_a_list_is_refused_with_the_way_to_read_it(desk):
    mapping = desk.mapping(('cases = "Crimes"', 'case = "Line"'), text=COUNTED)
    result = desk.reduce(desk.file("\n".join(LINES)), mapping=mapping)
    check_refused(desk, result, says=["a table of counts, not of cases", "'Crimes' says how many"])


def test_numbered_cases_with_a_column_of_other_numbers_are_cases(desk):
    lines = ["Line,Month,Force,Offence,Outcome,Previous reports"]
    lines += [f"{n},2024-04-{n:02d},Kent,8Q,16,{n % 4}" for n in range(1, 20)]
    mapping = desk.mapping(('cases = "Crimes"', 'case = "Line"'), text=COUNTED)
    assert "19 counted" in check_reduced(desk, desk.reduce(desk.file("\n".join(lines)), mapping=mapping))


#: Rows that are no counts, and how many lines they take; those of the whole width may stand below each other.
WIDE = (
    ('"Total",,,,,1296', 1),
    (",Total,,,,1296", 1),
    (",2024-04-01,Kent,8Q,Total,1289", 1),
    (",2024-04-01,England and Wales,8Q,16,1204", 1),
    (",2024-04-01,All forces,8Q,All,1204", 1),
    (",Grand total,,,,1296", 1),
    (",Sub-total,,,,1296", 1),
    (",,,,,\n,Source: the force's own system,,,,", 2),
)
NARROW = (("Note 1: numbers are provisional\n* under 5", 2), ("Total,1296", 1))
ALL_WIDE = ("\n".join(extra for extra, _ in WIDE), sum(lines for _, lines in WIDE))


@pytest.mark.parametrize(
    ("extra", "lines"),
    nightly([ALL_WIDE, *NARROW, *WIDE, ("Source: the force's own system", 1)], ALL_WIDE, *NARROW),
)
def test_totals_and_notes_of_a_table_are_not_counted_and_told(desk, extra, lines):
    told = check_reduced(
        desk, desk.reduce(desk.file("\n".join([*LINES, extra]) + "\n"), mapping=desk.mapping(text=COUNTED))
    )
    assert total(desk) == 1296
    dropped = entry(desk).dropped
    assert sum(dropped.values()) == lines
    assert entry(desk).rows == entry(desk).kept + lines
    assert "total or note, not a case" in told


def test_a_total_between_the_rows_of_a_list_is_not_counted_either(desk):
    rows = desk.rows(30)
    rows.insert(10, dict.fromkeys(HEADER, "") | {"Case ref": "Total", "Victim": "10"})
    rows.insert(20, dict.fromkeys(HEADER, "") | {"Force": "All forces", "Outcome": "20"})
    told = check_reduced(desk, desk.reduce(desk.table(rows)))
    assert "32 rows read, 30 counted" in told
    assert "dropped: total or note, not a case: 2" in told


def test_a_word_that_the_mapping_explains_is_a_word_whatever_it_looks_like(desk):
    rows = desk.rows(30)
    rows[4]["Outcome"] = "Overall"
    mapping = desk.mapping(('"Charged" = "1"', '"Charged" = "1"\n"Overall" = "18"'))
    assert "30 rows read, 30 counted" in check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))


def test_a_case_without_its_date_is_no_note(desk):
    rows = desk.rows(30)
    rows[4] |= dict.fromkeys(HEADER[1:], "")
    check_refused(desk, desk.reduce(desk.table(rows)), says=["blank_recorded", "(row 6)"])


def test_a_file_cut_short_in_its_last_row_is_no_table_with_a_note(desk):
    text = desk.text().rstrip() + "\r\n" + desk.secret
    check_refused(desk, desk.reduce(desk.file(text)), says=["cases.csv, row 32: 1 cell where the header has 8"])


def quarters(desk):
    return {f"Q{n}": cells(desk, desk.rows(30, start=30 * n)) for n in range(4)} | {"Notes": [["Made for a review"]]}


@pytest.mark.parametrize(
    ("asked", "rows"), [('sheets = "all"', 120), ('sheets = ["Q1", "Q3"]', 60), ('sheet = "Q2"', 30)]
)
def test_sheets_are_read_together_when_asked(desk, asked, rows):
    mapping = desk.mapping(("[dates]", f"[file]\n{asked}\n[dates]"))
    told = check_reduced(desk, desk.reduce(workbook(desk, quarters(desk)), mapping=mapping))
    assert f"{rows} rows read, {rows} counted" in told
    assert ("Notes" in told) == (asked == 'sheets = "all"') or "not read" in told


def test_a_sheet_that_lacks_a_column_is_not_left_out_without_a_word(desk):
    book = quarters(desk)
    book["Q2"] = [["CASE REF", *HEADER[1:4], "Result", *HEADER[5:]], *book["Q2"][1:]]
    path = workbook(desk, book)
    check_refused(desk, desk.reduce(path), says=["Q0, Q1, Q2, Q3 have like columns", "lacking in Q2", 'sheets = "all"'])
    every = ("[dates]", '[file]\nsheets = "all"\n[dates]')
    check_refused(
        desk, desk.reduce(path, mapping=desk.mapping(every)), says=["sheet 'Q2'", "no column 'Outcome'", "takes both"]
    )
    both = ('outcome = "Outcome"', 'outcome = ["Outcome", "Result"]')
    told = check_reduced(desk, desk.reduce(path, mapping=desk.mapping(every, both)))
    assert "120 rows read, 120 counted" in told


def test_the_same_case_in_two_sheets_is_still_one_case(desk):
    rows = desk.rows(30)
    path = workbook(desk, {"New": cells(desk, rows), "Old": cells(desk, rows[:10])})
    mapping = desk.mapping(("[dates]", '[file]\nsheets = "all"\n[dates]'))
    told = check_reduced(desk, desk.reduce(path, mapping=mapping))
    assert "40 rows read, 30 counted" in told


def dated(desk, days, *, is_swapped=False, name="cases.xlsx"):
    """A workbook whose dates are cells, or, where a program could not read one as a month and a day, text."""
    rows = desk.rows(len(days))
    for row, day in zip(rows, days, strict=True):
        row |= {"Outcome": "", "Outcome date": "", "Recorded": f"{day:%d/%m/%Y}"}
        if is_swapped and day.day <= 12:
            row["Recorded"] = date(day.year, day.day, day.month)
    import xlsxwriter

    path = desk.files / name
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, HEADER)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, [row[column] for column in HEADER])
    return path


DAYS = [date(2023, 1, 1) + timedelta(3 * n) for n in range(120)]


def test_dates_that_a_program_swapped_are_refused(desk):
    path = dated(desk, DAYS, is_swapped=True)
    says = [
        "column 'Recorded'",
        "dates stand in",
        "and texts in",
        "after the 12th",
        "swapped",
        "Export the column again",
    ]
    check_refused(desk, desk.reduce(path), says=says)
    check_reduced(desk, desk.reduce(dated(desk, DAYS, name="right.xlsx")))


def test_one_swapped_cell_among_texts_is_refused_too(desk):
    days = [day for day in DAYS if day.day > 12] + [date(2023, 2, 7)]
    check_refused(desk, desk.reduce(dated(desk, days, is_swapped=True)), says=["dates stand in 1 cell and", "swapped"])


def test_date_cells_beside_texts_are_read_where_some_fall_late_in_a_month(desk):
    rows = desk.rows(40)
    for row in rows[:20]:
        day, month, year = map(int, row["Recorded"].split("/"))
        row["Recorded"] = f"{date(year, month, day)}"  # as a date cell comes out
    path = workbook(desk, {"Data": cells(desk, rows)})
    assert "40 counted" in check_reduced(desk, desk.reduce(path))


def test_dates_that_never_fall_after_the_twelfth_are_refused_in_any_file(desk):
    rows = desk.rows(60)
    for place, row in enumerate(rows):
        row |= {"Recorded": f"{place % 11 + 1:02d}/{place % 5 + 1:02d}/2024", "Outcome": "", "Outcome date": ""}
    check_refused(desk, desk.reduce(desk.table(rows)), says=["Column 'Recorded'", "none of 60 dates", "after the 12th"])


@pytest.mark.parametrize("few", ["one month", "first days", "few rows"])
def test_dates_may_be_early_in_a_month_for_a_reason(desk, few):
    rows = desk.rows(20 if few == "few rows" else 60)
    for place, row in enumerate(rows):
        day = {
            "one month": (place % 11 + 1, 3),
            "first days": (1, place % 5 + 1),
            "few rows": (place % 11 + 1, place % 5 + 1),
        }
        row |= {"Recorded": "{:02d}/{:02d}/2024".format(*day[few]), "Outcome": "", "Outcome date": ""}
    check_reduced(desk, desk.reduce(desk.table(rows)))


def test_months_alone_have_no_times_to_outcome(desk):
    rows = [row | {"Recorded": row["Recorded"][3:]} for row in desk.rows(30)]
    month = ("%d/%m/%Y", "%m/%Y")
    result = desk.reduce(desk.table(rows), mapping=desk.mapping(month))
    check_refused(desk, result, says=["line 10", "times to outcome need days"])
    mapping = desk.mapping(month, ('outcome_date = "Outcome date"\n', ""))
    assert "30 counted" in check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))


def instants(desk, kind):
    """Half past eleven in Greenwich, on the last nights of March and April: half past midnight in London."""
    moments = [datetime(2024, 3, 31, 23, 30, tzinfo=UTC), datetime(2024, 4, 30, 23, 30, tzinfo=UTC)]
    rows = desk.rows(30)
    for place, row in enumerate(rows):
        row |= {"Outcome": "", "Outcome date": "", "Recorded": f"{moments[place % 2]:%Y-%m-%dT%H:%M:%SZ}"}
    if kind == "csv":
        return desk.table(rows)
    held = {column: [row[column] or None for row in rows] for column in HEADER}
    held["Recorded"] = pa.array([moments[place % 2] for place in range(30)], pa.timestamp("us", tz="America/New_York"))
    path = desk.files / "cases.parquet"
    pq.write_table(pa.table(held), path)
    return path


IN_LONDON, IN_GREENWICH = ("", ("2024-04", "2024-05")), ("UTC", ("2024-03", "2024-04"))


@pytest.mark.parametrize(
    ("kind", "zone", "months"),
    nightly(
        [(kind, *read) for kind in ("csv", "parquet") for read in (IN_LONDON, IN_GREENWICH)],
        ("csv", *IN_LONDON),
        ("parquet", *IN_GREENWICH),
    ),
)
def test_instants_are_days_in_the_zone_that_the_mapping_names(desk, kind, zone, months):
    told = f'format = "%Y-%m-%dT%H:%M:%S%z"\n{f"time_zone = {chr(34)}{zone}{chr(34)}" if zone else ""}'
    mapping = desk.mapping(('format = "%d/%m/%Y"', told), ('outcome_date = "Outcome date"\n', ""))
    said = check_reduced(desk, desk.reduce(instants(desk, kind), mapping=mapping))
    assert {month for held in entry(desk).received.values() for month in held} == set(months)
    assert f"Instants were read as days in the time zone {zone or 'Europe/London'}" in said


#: A zone far from here, and at night one on the other side of it.
ZONES = ("Pacific/Auckland", "America/New_York") if EVERY else ("Pacific/Auckland",)


def test_the_zone_of_the_machine_changes_nothing(desk, monkeypatch):
    path, found = instants(desk, "parquet"), set()
    mapping = desk.mapping(('outcome_date = "Outcome date"\n', ""))
    monkeypatch.setattr(counts, "FOLDER", desk.files / "here")
    check_reduced(desk, desk.reduce(path, mapping=mapping, name="made"))
    found.add((counts.FOLDER / "made.parquet").read_bytes())
    code = (
        "import sys; from pathlib import Path; from analysis.counts import counts; from analysis.cli.main import main; "
        "from tests import releasing; releasing.install(); counts.FOLDER = Path(sys.argv.pop(1)); main()"
    )
    for zone in ZONES:
        into = desk.files / zone.replace("/", "-")
        words = ["reduce", str(path), "--as", "made", "--format", "cases", "--mapping", str(mapping), "--workers", "1"]
        environment = {**os.environ, "TZ": zone, "TMPDIR": str(desk.scratch)}
        subprocess.run(
            [sys.executable, "-c", code, str(into), *words],
            check=True,
            env=environment,
            cwd=PROJECT,
            capture_output=True,
        )
        found.add((into / "made.parquet").read_bytes())
    assert len(found) == 1


def test_a_zone_that_is_none_is_refused(desk):
    mapping = desk.mapping(('format = "%d/%m/%Y"', 'format = "%d/%m/%Y"\ntime_zone = "Mars/Olympus"'))
    check_refused(desk, desk.reduce(desk.table(), mapping=mapping), says=["line 14", "'Mars/Olympus' is no time zone"])


def test_categories_that_differ_in_capitals_or_spaces_are_one(desk):
    rows = desk.rows(60)
    for place, row in enumerate(rows):
        row["Victim"] = ("Ex-partner", "EX-PARTNER", " ex-partner", "Stranger")[place % 4]
    mapping = desk.mapping(('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n', ""))
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))
    assert entry(desk).categories["victim"] == {"Ex-partner": 45, "Stranger": 15}
    assert "Victim: words that differ in capitals, spaces or what cannot be seen alone are one category" in told


def test_1a_is_refused_with_the_type_to_map_it_to(desk):
    rows = desk.rows(30)
    for row in rows[:3]:
        row |= {"Outcome": "1A", "Outcome date": row["Recorded"]}
    result = desk.reduce(desk.table(rows))
    check_refused(
        desk, result, says=["unknown_outcome", "'1A' (3 rows): type 1a, which in a case file stands in place of 1"]
    )
    wrong = desk.mapping(('"Charged" = "1"', '"Charged" = "1a"'))
    check_refused(desk, desk.reduce(desk.table(), mapping=wrong), says=["stands in place of 1", 'map it to "1"'])


def test_listed_spellings_are_read_without_a_line_and_others_are_not(desk):
    rows = desk.rows(30)
    for place, row in enumerate(rows):
        row |= {"Outcome": ("Charge/Summons", "OUTCOME 16", "Under Investigation")[place % 3], "Offence": "008/66"}
        row["Outcome date"] = "" if place % 3 == 2 else row["Recorded"]
    check_reduced(desk, desk.reduce(desk.table(rows)))
    assert entry(desk).categories["outcome"] == {"0": 10, "1": 10, "16": 10}
    assert entry(desk).categories["offence"] == {"8Q": 30}
    for row in rows[:12]:
        row |= {"Outcome": "Suspect named, victim declines", "Outcome date": row["Recorded"]}
    check_refused(
        desk, desk.reduce(desk.table(rows), name="second"), says=["unknown_outcome"],
        leaves=[path.name for path in desk.counts.iterdir()],
    )  # fmt: skip


def test_an_empty_sheet_that_is_named_is_refused(desk):
    mapping = desk.mapping(("[dates]", '[file]\nsheets = ["Q1", "Empty"]\n[dates]'))
    path = workbook(desk, quarters(desk) | {"Empty": []})
    check_refused(desk, desk.reduce(path, mapping=mapping), says=["sheet 'Empty': nothing in it"])


def test_a_case_that_has_run_into_the_header_is_not_shown(desk):
    """Part of a row before the names of the columns, as after a bad copy; found by trying hostile files."""
    text = f"{desk.secret},Kent," + desk.text().replace("Case ref", "Ref", 1)
    check_refused(desk, desk.reduce(desk.file(text)), says=["no column 'Case ref'", "It has 10 columns"])


def counted_by(column, more):
    """A table of counts by month, outcome and another column, each number another, and rows more."""
    lines = [f"Month,Force,Offence,Outcome,{column},Crimes"]
    for month in (4, 5, 6):
        for place, outcome in enumerate(("1", "15", "16")):
            group = f"2024-{month:02}-01,Kent,8Q,{outcome}"
            numbers = [7 * month + place, 3 * month + 2 * place, month]
            lines += [f"{group},{word},{number}" for word, number in zip("abc", numbers, strict=True)]
            lines += [f"{group},{word},{add(numbers)}" for word, add in more.items()]
    return "\n".join(lines)


@pytest.mark.parametrize("word", ["Persons", "16 and over", ""])
def test_a_total_by_another_name_is_known_by_its_number(desk, word):
    """It is none by its name, and each case would count twice: by a column that is mapped, or one that is not."""
    text = counted_by("Group", {word: sum})
    says = [
        "cases.csv, column 'Group': ",
        "the sum of all others in each group of rows that agree in all else",
        "(9 rows)",
    ]
    check_refused(
        desk, desk.reduce(desk.file(text), mapping=desk.mapping(text=COUNTED)), says=[*says, "Leave those rows"]
    )
    mapping = desk.mapping(text=COUNTED + '\n[features.band]\ncolumn = "Group"\n')
    check_refused(
        desk, desk.reduce(desk.file(text), mapping=mapping), says=[*says, "an empty cell" if not word else ""]
    )
    for more in ({}, {word: lambda numbers: sum(numbers) - 1}):
        file = desk.file(counted_by("Group", more))
        check_reduced(desk, desk.reduce(file, mapping=desk.mapping(text=COUNTED), name="other"))


def measured(desk, second):
    """A table of counts in which each number stands twice, as two measures of one thing, some of the second changed."""
    lines = ["Month,Force,Offence,Outcome,Measure,Crimes"]
    for place in range(40):
        told = f"2024-{place % 12 + 1:02}-01,{('Kent', 'Gwent')[place % 2]},8Q,{(14, 15, 16, 18)[place // 12]}"
        number = 3 + place % 7
        lines += [f"{told},Records,{number}", f"{told},Different crimes,{number - (place in second)}"]
    return desk.file("\n".join(lines))


@pytest.mark.parametrize("is_feature", [False, True])
def test_two_measures_of_one_thing_are_not_added_up(desk, is_feature):
    more = '\n[features.what]\ncolumn = "Measure"\n' if is_feature else ""
    mapping = desk.mapping(text=COUNTED + more)
    says = ["cases.csv, column 'Measure': ", "stands for the sum of all others", "(40 rows)", "Leave those rows out"]
    check_refused(desk, desk.reduce(measured(desk, ()), mapping=mapping), says=says)
    check_reduced(desk, desk.reduce(measured(desk, (7,)), mapping=mapping))


@pytest.mark.parametrize("word", ["%", "Percentage", "per cent of recorded", "Rate per 1,000", "Average"])
def test_shares_beside_numbers_are_not_counted(desk, word):
    lines = ["Month,Force,Offence,Outcome,Measure,Crimes"]
    for place in range(24):
        told = f"2024-{place % 12 + 1:02}-01,Kent,8Q,{(14, 16)[place // 12]}"
        lines += [f"{told},Number,{3 + place % 5}", f'{told},"{word}",{place % 7}']
    more = '\n[features.what]\ncolumn = "Measure"\n'
    result = desk.reduce(desk.file("\n".join(lines)), mapping=desk.mapping(text=COUNTED + more))
    says = [f"cases.csv, column 'Measure': by '{word}' the numbers of 24 rows are shares or means", "Leave those rows"]
    check_refused(desk, result, says=says)
    lines = [line for line in lines if word not in line]
    check_reduced(desk, desk.reduce(desk.file("\n".join(lines)), mapping=desk.mapping(text=COUNTED + more)))


@pytest.mark.parametrize("names", [("Kent.csv", "Gwent.csv"), ("Kent Police.csv", "GWENT.csv")])
def test_one_force_for_files_that_are_called_by_several_is_refused(desk, names):
    mapping = desk.mapping(('force = "Force"\n', ""), ("[extract]", '[extract]\nforce = "Kent"'))
    paths = [desk.table(desk.rows(start=30 * place), name) for place, name in enumerate(names)]
    says = ["one force for all, 'Kent', and ", "are called by several", "Put a column for the force into each"]
    check_refused(desk, desk.reduce(*paths, mapping=mapping), says=says)
    check_reduced(desk, desk.reduce(paths[0], mapping=mapping))
    others = [path.rename(desk.files / f"{place}.csv") for place, path in enumerate(paths)]
    check_reduced(desk, desk.reduce(*others, mapping=mapping))


def test_a_query_that_adds_up_outcomes_leaves_no_open_cases(desk):
    """GROUP BY ROLLUP leaves the word of what it adds up empty: an empty outcome says that a case is open."""
    lines = [LINES[0].partition(",")[2]]
    for month in range(1, 11):
        numbers = {"1": month, "15": 3 * month + 1, "16": 50 - month}
        lines += [f"2024-{month:02}-01,Kent,8Q,{outcome},{number}" for outcome, number in numbers.items()]
        lines.append(f"2024-{month:02}-01,Kent,8Q,,{sum(numbers.values())}")
    result = desk.reduce(desk.file("\n".join(lines)), mapping=desk.mapping(text=COUNTED))
    says = ["cases.csv, column 'Outcome': an empty cell stands for the sum of all others", "(10 rows)"]
    check_refused(desk, result, says=says)


def once_each(desk, *, is_first=True, times=1):
    """Sixty rows in which each of five outcomes stands above the cells that it is for."""
    rows, words = desk.rows(60), ("1", "14", "15", "16", "18")
    for place, row in enumerate(rows):
        word = words[place // 12] if place % 12 < times else ""
        row |= {"Outcome": word, "Outcome date": ""}
    return rows if is_first else rows[times:]


def test_outcomes_that_stand_once_for_all_below_are_no_open_cases(desk):
    says = ["cases.csv, column 'Outcome': each word stands in one row, above empty cells", "Fill the cells in"]
    check_refused(desk, desk.reduce(desk.table(once_each(desk))), says=says)


@pytest.mark.parametrize("case", [{"is_first": False}, {"times": 2}])
def test_a_list_in_which_few_cases_have_ended_is_a_list(desk, case):
    check_reduced(desk, desk.reduce(desk.table(once_each(desk, **case))))
    assert total(desk) == 60 - (case == {"is_first": False})


@pytest.mark.parametrize(("rows", "is_refused"), [(65_534, False), (65_535, True), (65_536, False)])
def test_a_file_that_ends_where_a_sheet_does_is_refused(desk, rows, is_refused):
    row = desk.row(0)
    lines = [",".join(HEADER[:5]), *(f"{desk.secret}/{place},Kent,8Q,{row['Recorded']},16" for place in range(rows))]
    mapping = desk.mapping(
        ('outcome_date = "Outcome date"\n', ""),
        ('[features.victim]\ncolumn = "Victim"\ngroups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n', ""),
    )
    result = desk.reduce(desk.file("\n".join(lines)), mapping=mapping)
    if is_refused:
        says = ["cases.csv: 65,535 rows below a header", "cut off there", "give it in two files"]
        check_refused(desk, result, says=says)
    else:
        check_reduced(desk, result)


def test_decimals_of_parquet_are_the_numbers_that_they_are(desk):
    names, *lines = [line.replace('"1,204"', "1204").split(",") for line in LINES]
    columns = dict(zip(names, zip(*lines, strict=True), strict=True))
    numbers = [Decimal(number.strip()) for number in columns["Crimes"]]
    outcomes = [Decimal(outcome) for outcome in columns["Outcome"]]
    kinds = {"Crimes": pa.array(numbers, pa.decimal128(12, 3)), "Outcome": pa.array(outcomes, pa.decimal128(4, 2))}
    pq.write_table(pa.table({**columns, **kinds}), desk.files / "cases.parquet")
    check_reduced(desk, desk.reduce(desk.files / "cases.parquet", mapping=desk.mapping(text=COUNTED)))
    assert total(desk) == 1296


def numbered(desk, name, start, written, **changes):
    """Thirty rows from a place on, their identifiers numbers that are written in a way."""
    rows = [row | {"Case ref": written(240_000 + start + place)} for place, row in enumerate(desk.rows(start=start))]
    return desk.table([row | changes for row in rows], name)


def test_a_case_that_lost_the_zeros_of_its_number_is_not_counted_again(desk):
    kept, lost = numbered(desk, "a.csv", 0, "00{}".format), numbered(desk, "b.csv", 20, "{}".format)
    says = ["a.csv and b.csv: 10 cases stand in the first with zeros", "column 'Case ref'", "that column as text"]
    check_refused(desk, desk.reduce(lost, kept), says=says)


@pytest.mark.parametrize(
    ("written", "changes", "counted"),
    [("00{}", {}, 50), ("{}", {"Force": "Essex"}, 60), ("{}", {"Recorded": "03/04/2024"}, 60), ("{}/A", {}, 60)],
)
def test_numbers_without_zeros_may_be_other_cases(desk, written, changes, counted):
    """Those of another force, of another day or written otherwise; or the same, which count once."""
    kept = numbered(desk, "a.csv", 0, "00{}".format, **{"Outcome date": ""})
    other = numbered(desk, "b.csv", 20, written.format, **changes, **{"Outcome date": ""})
    check_reduced(desk, desk.reduce(kept, other))
    assert total(desk) == counted


@pytest.mark.parametrize("written", ["{}.0", "{:,}", "'{}", "24-{}", "K/{}", "k{}"])
def test_a_case_whose_number_is_written_otherwise_in_another_file_is_not_counted_again(desk, written):
    first = {"24-{}": "24/{}", "K/{}": "K{}", "k{}": "K{}"}.get(written, "{}")
    one, other = numbered(desk, "a.csv", 0, first.format), numbered(desk, "b.csv", 20, written.format)
    says = ["a.csv and b.csv: 10 cases stand in both", "column 'Case ref'", "Write them alike in both"]
    check_refused(desk, desk.reduce(one, other), says=says)


def test_digits_of_another_width_are_the_same_digits(desk):
    wide = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
    one = numbered(desk, "a.csv", 0, "{}".format)
    other = numbered(desk, "b.csv", 20, lambda number: str(number).translate(wide))
    check_refused(desk, desk.reduce(one, other), says=["10 cases stand in both", "Write them alike in both"])


@pytest.mark.parametrize(
    ("start", "changes"), [(21, {}), (20, {"Force": "Essex"}), (20, {"Recorded": "03/04/2024"}), (60, {})]
)
def test_identifiers_that_are_written_otherwise_may_be_of_other_cases(desk, start, changes):
    """Fewer than ten that agree, or those of another force or day."""
    one = numbered(desk, "a.csv", 0, "24/{}".format, **{"Outcome date": ""})
    other = numbered(desk, "b.csv", start, "24-{}".format, **changes, **{"Outcome date": ""})
    check_reduced(desk, desk.reduce(one, other))
    assert total(desk) == 60
