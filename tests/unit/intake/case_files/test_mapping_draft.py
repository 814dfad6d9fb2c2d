"""``attrition mapping``: the draft parses, gives a reason for each guess, and reduces once its CHECKs are taken up."""

import csv
import re
import tomllib
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.intake.case_files import drafting
from analysis.starting import decisions
from tests.broken.desk import HEADER, check_reduced, check_refused, desk_in
from tests.broken.test_archives import archive
from tests.broken.test_kinds import cells, workbook
from tests.conftest import PROJECT, nightly

EXAMPLE = PROJECT / "data" / "examples" / "stalking_cases.csv"


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


def draft(desk, path):
    """The draft as the command writes it, and as TOML reads it."""
    out = desk.files / "draft.toml"
    result = CliRunner().invoke(main, ["mapping", str(path), "--out", str(out)])
    told = check_reduced(desk, result)
    assert "look at every line marked CHECK" in told
    text = out.read_text(encoding="utf-8")
    return text, tomllib.loads(text)


def taken_up(desk, text, meanings):
    """The draft with its commented lines taken up: each word given its meaning, each '...' filled in."""
    for word, meaning in meanings.items():
        text, times = re.subn(rf'^# "{re.escape(word)}" = "[^"]*"', f'"{word}" = "{meaning}"', text, flags=re.MULTILINE)
        assert times <= 1, word  # a word that the suite knows already has no line
    path = desk.files / "mended.toml"
    path.write_text(text, encoding="utf-8")
    return path


def invented(desk, header, row, number=120):
    """A file of a layout: ``row`` gives the cells of the case at a place."""
    lines = [",".join(header), *(",".join(row(place)) for place in range(number))]
    return desk.file("\n".join(lines), "invented.csv")


def test_the_example_is_understood(desk):
    text, held = draft(desk, EXAMPLE)
    assert held["columns"] == {
        "case": "Crime number",
        "force": "Force",
        "offence": "Offence",
        "recorded": "Date recorded",
        "outcome": "Outcome",
        "outcome_date": "Outcome date",
    }
    assert held["dates"]["format"] == "%d/%m/%Y"
    assert date(2024, 6, 20) < held["extract"]["taken"] <= date(2024, 6, 30)
    assert {feature["column"] for feature in held["features"].values()} == {
        "Victim sex", "Victim age", "Relationship", "Previous reports", "Risk", "Contact", "First recorded as", "Team",
    }  # fmt: skip
    assert held["features"]["victim_sex"]["groups"] == {"F": "F", "M": "M"}
    assert held["outcomes"]["Charged"] == "1"
    assert held["outcomes"]["Victim declines, suspect named"] == "16"
    assert held["outcomes"]["Insufficient evidence, victim supports"] == "15"
    assert '# "No suspect found" = "..."  # CHECK: it may be 14 or 18' in text
    assert '# "Exampleshire Police" = "..."' in text  # a made-up force has no line until the file is said to be made up


def test_the_draft_of_the_example_reduces_once_its_words_have_meanings(desk):
    text, _ = draft(desk, EXAMPLE)
    known = tomllib.loads(EXAMPLE.with_suffix(".toml").read_text(encoding="utf-8"))
    text = text.replace("[extract]\n", '[extract]\nsensitivity = "synthetic"\n', 1)
    mapping = taken_up(desk, text, {"Exampleshire Police": "Exampleshire", **known["outcomes"]})
    assert "4,000 rows read, 4,000 counted" in check_reduced(desk, desk.reduce(EXAMPLE, mapping=mapping))


def test_a_draft_is_not_a_mapping_until_it_is_looked_at(desk):
    draft(desk, EXAMPLE)
    result = desk.reduce(EXAMPLE, mapping=desk.files / "draft.toml")
    assert result.exit_code == 3
    assert "unknown_outcome" in result.output
    assert "unknown_force" in result.output


def named_months(place):
    recorded = date(2024, 1, 1) + timedelta(place)
    return [
        f"URN/{place:04d}",
        "Kent Police" if place % 2 else "Gwent",
        "8Q",
        f"{recorded:%d-%b-%Y}",
        ("Charged or summonsed", "NFA by supervisor")[place % 2],
        f"{recorded + timedelta(9):%d-%b-%Y}",
    ]


def test_other_header_words_and_dates_with_named_months(desk):
    header = ["Occurrence URN", "Constabulary", "HO code", "Created", "Disposal", "Finalised on"]
    path = invented(desk, header, named_months)
    text, held = draft(desk, path)
    assert held["columns"] == dict(
        zip(("case", "force", "offence", "recorded", "outcome", "outcome_date"), header, strict=True)
    )
    assert held["dates"]["format"] == "%d-%b-%Y"
    assert held["extract"]["taken"] == date(2024, 5, 8)
    mapping = taken_up(
        desk, text, {"NFA by supervisor": "15", **({"Kent Police": "Kent"} if '# "Kent Police"' in text else {})}
    )
    assert "120 rows read, 120 counted" in check_reduced(desk, desk.reduce(path, mapping=mapping))


def test_a_file_of_one_force_is_asked_for_its_name(desk):
    def row(place):
        recorded = date(2024, 1, 1) + timedelta(place)
        return [f"{place}", "Stalking", f"{recorded}", ("16", "1", "")[place % 3], ("high", "low")[place % 2]]

    path = invented(desk, ["Ref", "Offence type", "Reported", "Result", "Risk level"], row)
    text, held = draft(desk, path)
    assert held["columns"] == {"case": "Ref", "offence": "Offence type", "recorded": "Reported", "outcome": "Result"}
    assert held["dates"]["format"] == "%Y-%m-%d"
    assert '# force = "..."  # CHECK: no column was found for it' in text  # and no force that nobody guessed
    assert held["features"]["risk_level"]["groups"] == {"high": "high", "low": "low"}
    hasty = desk.reduce(path, mapping=desk.mapping(text=text.replace('# force = "..."', 'force = "..."')))
    assert hasty.exit_code == 3
    assert "force" in hasty.stderr
    mended = text.replace('# force = "..."', 'force = "Kent"')
    mapping = desk.mapping(text=mended)
    assert "120 rows read, 120 counted" in check_reduced(desk, desk.reduce(path, mapping=mapping))


def test_a_day_that_may_be_a_month_is_asked_about(desk):
    def row(place):
        recorded = date(2024, place % 12 + 1, place % 10 + 1)
        return [f"C-{place}", "Kent", "8Q", f"{recorded:%d/%m/%Y}", "1"]

    text, held = draft(desk, invented(desk, ["Case id", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert held["dates"]["format"] == "%d/%m/%Y"
    assert "%m/%d/%Y would too: which is it?" in text


def test_a_day_beyond_the_twelfth_settles_it(desk):
    def row(place):
        return [f"C-{place}", "Kent", "8Q", f"{date(2024, 1, place % 28 + 1):%d/%m/%Y}", "1"]

    text, _ = draft(desk, invented(desk, ["Case id", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert "which is it?" not in text


def test_a_word_that_few_rows_hold_is_not_written(desk):
    rows = desk.rows(60)
    for place, row in enumerate(rows):
        row["Outcome"] = "Filed by crime desk" if place < 20 else "1"
        row["Victim"] = "F" if place < 51 else "M"
        row["Notes"] = "in order"
    rows[30]["Outcome"] = desk.secret
    text, held = draft(desk, desk.table(rows))
    assert '# "Filed by crime desk" = ' in text
    assert desk.secret not in text
    assert "# CHECK: 1 more word, in few rows, is not written here" in text
    assert held["features"]["victim"]["groups"] == {"F": "F"}


def test_nothing_is_written_over(desk):
    draft(desk, EXAMPLE)
    before = (desk.files / "draft.toml").read_bytes()
    result = CliRunner().invoke(main, ["mapping", str(EXAMPLE), "--out", str(desk.files / "draft.toml")])
    assert result.exit_code == 7
    assert "is there already and is not written over. Name another with --out" in result.output
    assert (desk.files / "draft.toml").read_bytes() == before


def test_without_a_file_to_write_the_draft_is_shown(desk):
    result = CliRunner().invoke(main, ["mapping", str(EXAMPLE)])
    assert result.exit_code == 0
    assert tomllib.loads(result.output)["columns"]["case"] == "Crime number"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["a,b,c", "1,2,3", "4,5"], "cases.csv, row 3: 2 cells where the header has 3"),
        (["a,b,c", '1,"2,3', "4,5,6"], "cases.csv, row 2: a quotation mark that is never closed"),
        (["a,b,c"], "cases.csv: a header and no rows"),
        ([""], "cases.csv is empty"),
        (["a,b,a", "1,2,3"], "cases.csv, row 1: columns 1, 3 have one name"),
        (["17/A,03/02/2024,x", "17/B,04/02/2024,x"], "Put a header above the rows"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(desk, lines, says):
    result = CliRunner().invoke(main, ["mapping", str(desk.file("\n".join(lines)))])
    assert result.exit_code == 3, (result.output, result.exception)
    assert says in result.output


def test_windows_1252_far_down_is_drafted_all_the_same(desk):
    rows = [desk.row(0) | {"Case ref": f"{place}"} for place in range(20_000)]
    rows[-1]["Notes"] = "caf\u00e9"
    _, held = draft(desk, desk.file(desk.text(rows).encode("windows-1252")))
    assert held["columns"]["case"] == "Case ref"


def official(place):
    words = [
        "Charge/Summons",
        "Evidential Difficulties Victim Based - Named Suspect Identified",
        "Evidential Difficulties Victim Based - Named Suspect Not Identified",
        "Investigation Complete - No Suspect Identified",
        "Outcome 15 - victim supports",
        "Outcome 15 - named suspect identified, victim declines",
        "1A",
        "NFA",
        "Cautioned",
        "Named Suspect Identified: Victim Does Not Support (Or Has Withdrawn Support From) Police Action",
    ]
    return [
        f"C-{place}",
        "Kent",
        "8/65" if place % 2 else "8Q",
        f"{date(2024, 1, 1) + timedelta(place)}",
        words[place % 10],
    ]


def test_words_are_offered_where_they_are_sure_and_left_open_with_the_reason_where_not(desk):
    path = desk.files / "official.csv"
    rows = [["Case id", "Force", "Offence", "Date recorded", "Outcome"], *(official(place) for place in range(300))]
    with path.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    text, held = draft(desk, path)
    assert held["outcomes"] == {
        "Charge/Summons": "1",
        "Evidential Difficulties Victim Based - Named Suspect Identified": "16",
        "Evidential Difficulties Victim Based - Named Suspect Not Identified": "14",
        "Investigation Complete - No Suspect Identified": "18",
        "Outcome 15 - victim supports": "15",
        "1A": "1",
        rows[10][4]: "16",
    }
    assert held["offences"] == {"8/65": "8Q"}
    assert "'Charged or summonsed', type 1a, which in a case file stands in place of 1: map it to 1; 30 rows" in text
    assert "its number says 15 and its words 16 (15 '" in text
    assert '# "NFA" = "..."  # CHECK: it may be 10 or 14 or 15 or 16 or 18 or 21; 30 rows' in text
    assert (
        "# \"Cautioned\" = \"...\"  # CHECK: it may be 2 or 3 (2 'Caution, young person'; 3 'Caution, adult'); 30 rows"
        in text
    )


def test_a_listed_word_is_written_however_rare_and_nobodys_own_words_beside_a_number(desk):
    rows = desk.rows(60)
    for place, row in enumerate(rows):
        row["Outcome"] = "Charge/Summons" if place == 3 else f"Outcome 16 {desk.secret}" if place == 4 else "1"
    text, held = draft(desk, desk.table(rows))
    assert held["outcomes"] == {"Charge/Summons": "1"}
    assert desk.secret not in text
    assert "# CHECK: 1 more word, in few rows, is not written here" in text


def test_the_day_recorded_goes_before_the_day_reported(desk):
    def row(place):
        day = date(2024, 1, 1) + timedelta(place)
        return [f"C-{place}", f"{day - timedelta(40)}", f"{day}", "Kent", "8Q", "1"]

    _, held = draft(desk, invented(desk, ["Ref", "Date reported", "Date recorded", "Force", "Offence", "Outcome"], row))
    assert held["columns"]["recorded"] == "Date recorded"


def counted(place):
    return [
        f"{place + 1}",
        "Kent",
        "8Q",
        f"{date(2024, place % 4 * 3 + 1, 1)}",
        ("16", "1", "0")[place // 4],
        f"{place * 7 + 3}",
    ]


@pytest.mark.parametrize(
    "name", nightly(["Number of crimes", "Count", "No. of cases", "Total offences", "n"], "No. of cases", "n")
)
def test_a_table_of_counts_is_drafted_as_one(desk, name):
    path = invented(desk, ["Line no", "Force", "Offence", "Quarter", "Outcome", name], counted, 12)
    text, held = draft(desk, path)
    assert held["columns"] == {
        "cases": name, "force": "Force", "offence": "Offence", "recorded": "Quarter", "outcome": "Outcome",
    }  # fmt: skip
    assert "a table of counts, not of cases" in text
    assert held["dates"]["period"] == "quarter"
    assert held["extract"]["taken"] == date(2024, 12, 31)
    told = check_reduced(desk, desk.reduce(path, mapping=desk.files / "draft.toml"))
    assert "12 rows read, 12 counted" in told
    assert sum(int(row[-1]) for row in desk.numbers()["broken.parquet"]) == sum(place * 7 + 3 for place in range(12))


def test_a_table_with_corrections_below_zero_is_drafted_as_one(desk):
    def row(place):
        return [f"2024-{place % 12 + 1:02}-01", "Kent", "8Q", ("14", "16")[place % 2], str(-1 if place == 7 else place)]

    path = invented(desk, ["Month", "Force", "Offence", "Outcome", "Crimes"], row)
    _, held = draft(desk, path)
    assert held["columns"]["cases"] == "Crimes"
    result = desk.reduce(path, mapping=desk.files / "draft.toml")
    check_refused(desk, result, says=["below zero", "(unreadable_count): invented.csv, 1 row (row 9), column 'Crimes'"])


def test_a_second_column_of_numbers_of_cases_is_asked_about(desk):
    def row(place):
        return [
            f"2024-{place % 12 + 1:02}-01",
            "Kent",
            "8Q",
            ("14", "16")[place % 2],
            str(3 + place % 17),
            str(1 + place % 19),
        ]

    header = ["Month", "Force", "Offence", "Outcome", "Number of outcomes", "Number of crimes"]
    text, _ = draft(desk, invented(desk, header, row))
    told = {one.of: one.what for one in decisions.open_in(text)}
    assert told["cases in [columns]"].endswith("'Number of crimes' would do too: which is it?")


@pytest.mark.parametrize("number", nightly([1, 1200], 1))
def test_a_list_of_very_many_columns_is_drafted(desk, number):
    def row(place):
        return [f"K/{place}", "Kent", "8Q", f"{date(2024, 1, 1) + timedelta(place)}", "16", *["x"] * number]

    header = ["Ref", "Force", "Offence", "Date recorded", "Outcome", *(f"Field {place}" for place in range(number))]
    _, held = draft(desk, invented(desk, header, row, 20))
    assert held["columns"]["recorded"] == "Date recorded"


def test_a_list_with_a_number_in_each_row_is_a_list(desk):
    def row(place):
        return [f"K/{place}", "Kent", "8Q", f"{date(2024, 1, 1) + timedelta(place)}", "16", f"{place % 5}"]

    _, held = draft(
        desk, invented(desk, ["Ref", "Force", "Offence", "Date recorded", "Outcome", "Number of offences"], row)
    )
    assert held["columns"]["case"] == "Ref"
    assert "cases" not in held["columns"]


def test_a_table_with_outcomes_side_by_side_is_refused(desk):
    path = invented(
        desk,
        ["Month", "Type 1", "Type 14", "Type 15", "Type 16"],
        lambda place: [f"M{place}", *map(str, range(3, 7))],
        6,
    )
    result = CliRunner().invoke(main, ["mapping", str(path)])
    assert result.exit_code == 3
    assert "a table of counts, with an outcome or a year in each of several columns" in result.output


def test_the_sheet_of_cases_is_drafted_and_the_others_are_named(desk):
    pivot = [
        ["Month", *(f"Type {code}" for code in range(15))],
        *([f"2024-{m:02d}", *range(m, m + 15)] for m in range(1, 13)),
    ]
    path = workbook(desk, {"pivot": pivot, "Cover": [["Made for", "a review"]], "Extract": cells(desk, desk.rows(40))})
    text, held = draft(desk, path)
    assert held["file"]["sheet"] == "Extract"
    assert "not read: pivot, Cover" in text
    assert held["columns"]["case"] == "Case ref"


def test_sheets_of_like_columns_are_named_with_the_way_to_read_them_all(desk):
    header = [["Case Ref", *HEADER[1:]], ["Case ref", "force", *HEADER[2:]], [*HEADER[:4], "Result", *HEADER[5:]]]
    book = {
        f"Q{n}": [head, *cells(desk, desk.rows(30, start=30 * n))[1:]] for n, head in enumerate(header, start=1)
    }  # fmt: skip
    text, held = draft(desk, workbook(desk, book))
    assert '# sheets = "all"  # CHECK: the sheets Q1, Q2, Q3 have like columns' in text
    assert held["columns"]["outcome"] == ["Outcome", "Result"]
    assert "in sheet 'Q3' it is 'Result'" in text
    assert "takes both, in brackets" not in text  # which is done already
    mended = desk.mapping(text=text.replace("# sheets", "sheets").replace('# "Withdrew" = "..."', '"Withdrew" = "16"'))
    assert "90 rows read, 90 counted" in check_reduced(desk, desk.reduce(desk.files / "cases.xlsx", mapping=mended))


def test_every_table_of_an_archive_is_drafted_and_what_is_of_another_kind_is_named(desk):
    later = [row | {"Outcome": "Tébé"} for row in desk.rows(30, start=30)]
    tables = {
        "2024.csv": desk.text(desk.rows(30)),
        "2025.csv": desk.text(later, header=[*HEADER[:4], "Result", *HEADER[5:]]).encode("cp1252"),
        "about.md": "Two years of cases",
    }
    text, held = draft(desk, desk.file(archive(tables), "cases.zip"))
    assert "drafted from its header and its first 60 rows" in text
    assert held["columns"]["outcome"] == ["Outcome", "Result"]
    assert "in file '2025.csv' it is 'Result'" in text
    assert '# "Tébé" = "..."  # CHECK: no type is known by this word; 30 rows' in text
    assert "file" not in held
    mended = taken_up(desk, text, {"Withdrew": "16", "Tébé": "16"})
    assert "60 rows read, 60 counted" in check_reduced(desk, desk.reduce(desk.files / "cases.zip", mapping=mended))
    (desk.files / "draft.toml").unlink()
    text, held = draft(desk, desk.file(archive({"0.csv": "Name,Telephone\nx,1\n", **tables}), "cases.zip"))
    assert "# CHECK: '0.csv' has other columns: take it out of the archive" in text
    assert held["columns"]["outcome"] == ["Outcome", "Result"]


@pytest.mark.parametrize(
    ("written", "style"),
    [
        (lambda day: f"{day:%d/%m/%Y} 09:05 PM", "%d/%m/%Y %I:%M %p"),
        (lambda day: f"{day:%B %Y}", "%B %Y"),
        (lambda day: f"{day:%Y-%m}", "%Y-%m"),
        (lambda day: f"{(day - date(1899, 12, 30)).days}", "serial"),
        (lambda day: f"{day}T23:30:00Z", "%Y-%m-%dT%H:%M:%S%z"),
        (lambda day: f"{day}T08:00:00", "%Y-%m-%dT%H:%M:%S"),
        (lambda day: f"{day:%d/%m/%y}", "%d/%m/%y"),
        (lambda day: f"{day:%d.%m.%y} 07:30", "%d.%m.%y %H:%M"),
        (lambda day: f"{day:%d-%b-%y}".upper(), "%d-%b-%y"),
        (lambda day: f"{day:%Y/%m/%d}", "%Y/%m/%d"),
        (lambda day: f"{day:%Y%m%d}", "%Y%m%d"),
        (lambda day: f"{day} 00:00:00.000", "%Y-%m-%d %H:%M:%S.%f"),
        (lambda day: f"{day}T23:59:59.9999999", "%Y-%m-%dT%H:%M:%S.%f"),
        (lambda day: f"{day:%d/%m/%Y} 08:15:00.123456", "%d/%m/%Y %H:%M:%S.%f"),
        (lambda day: f"{day:%d%b%Y}".upper(), "%d%b%Y"),
        (lambda day: f"{day:%d%b%y}:00:00:00".upper(), "%d%b%y:%H:%M:%S"),
        (lambda day: f"{day:%d%b%Y}:00:00:00.000", "%d%b%Y:%H:%M:%S.%f"),
    ],
)
def test_ways_of_writing_dates_are_drafted_and_read(desk, written, style):
    def row(place):
        return [f"K/{place}", "Kent", "8Q", written(date(2024, 1, 1) + timedelta(place)), "16"]

    path = invented(desk, ["Ref", "Force", "Offence", "Date recorded", "Outcome"], row)
    text, held = draft(desk, path)
    assert held["dates"]["format"] == style
    assert ("time_zone" in held["dates"]) == style.endswith("%z")
    months = {"%B %Y": "last day of the latest month", "%Y-%m": "last day of the latest month"}
    assert months.get(style, "latest date") in text
    assert "120 rows read, 120 counted" in check_reduced(desk, desk.reduce(path, mapping=desk.files / "draft.toml"))


def test_dates_in_two_styles_are_not_drafted_and_the_draft_says_why(desk):
    def row(place):
        day = date(2024, 1, 1) + timedelta(place)
        return [f"K/{place}", "Kent", "8Q", f"{day:%Y-%d-%m}" if day.day <= 12 else f"{day:%d/%m/%Y}", "16"]

    text, held = draft(desk, invented(desk, ["Ref", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert "recorded" not in held["columns"]
    assert "dates in two styles, 48 as 2025-03-31 and 72 otherwise, and none of the former falls after the 12th" in text


@pytest.mark.parametrize("word", ["NA", "NULL", ".", "\\N", "#N/A", "31/12/9999", "01/01/1900", "NaT", "-"])
def test_words_that_stand_for_no_date_are_drafted_and_read(desk, word):
    """As programs write them in the column of outcomes, whose dates would be lost with them."""
    rows = [row | {"Outcome date": row["Outcome date"] or word} for row in desk.rows(60)]
    text, held = draft(desk, desk.table(rows))
    assert held["columns"]["outcome_date"] == "Outcome date"
    assert held["dates"]["blank"] == [word]
    assert "stands for no date, in 'Outcome date'" in text
    assert held["extract"]["taken"].year == 2024
    mended = taken_up(desk, text, {"Withdrew": "16"})
    check_reduced(desk, desk.reduce(desk.files / "cases.csv", mapping=mended))
    lags = next(table for name, table in desk.numbers().items() if "lag" in name)
    check_reduced(desk, desk.reduce(desk.table(desk.rows(60)), mapping=mended))
    assert lags == next(table for name, table in desk.numbers().items() if "lag" in name)


def test_a_word_that_is_no_date_is_asked_about_where_nothing_else_says_so(desk):
    rows = [row | {"Outcome date": row["Outcome date"] or "soon"} for row in desk.rows(60)]
    _, held = draft(desk, desk.table(rows))
    assert "outcome_date" not in held["columns"]
    assert "blank" not in held["dates"]


@pytest.mark.parametrize(
    "written",
    [
        lambda day: day.toordinal() - date(1960, 1, 1).toordinal(),
        lambda day: day.toordinal() - date(1970, 1, 1).toordinal(),
        lambda day: (day.toordinal() - date(1970, 1, 1).toordinal()) * 86400,
    ],
)
def test_numbers_that_count_days_of_another_program_are_no_dates(desk, written):
    def row(place):
        return [f"K/{place}", "Kent", "8Q", str(written(date(2024, 1, 1) + timedelta(place))), "16"]

    path = invented(desk, ["Ref", "Force", "Offence", "Date recorded", "Outcome"], row)
    text, held = draft(desk, path)
    assert "recorded" not in held["columns"]
    assert '# recorded = "Date recorded"  # CHECK: its numbers count days or seconds from a day of some program' in text
    text = text.replace('# recorded = "Date', 'recorded = "Date').replace('# format = "%d/%m/%Y"', 'format = "serial"')
    text = text.replace("# taken = 2025-03-31", "taken = 2025-03-31")
    result = desk.reduce(path, mapping=taken_up(desk, text, {}))
    check_refused(desk, result, says=["(unreadable_date): invented.csv, 120 rows", "column 'Date recorded'"])


def test_totals_and_notes_are_no_words_to_map(desk):
    rows = [
        desk.text(desk.rows(30)).rstrip(),
        "Total,,,,Total,,,",
        '"Source: the force\'s own system, run in May",,,,,,,',
        "Note 1: none",
    ]
    text, held = draft(desk, desk.file("\r\n".join(rows)))
    assert "# 3 rows are totals or notes, which no count includes." in text
    assert "Total" not in text.replace("totals or notes", "")
    assert held["columns"]["recorded"] == "Recorded"


def test_one_total_is_told_as_one(desk):
    text, _ = draft(desk, desk.file(f"{desk.text(desk.rows(30)).rstrip()}\r\nTotal,,,,Total,,,"))
    assert "# 1 row is a total or note, which no count includes." in text


def test_numbers_that_are_hidden_are_numbers_and_codes_of_outcomes_no_offences(desk):
    def row(place):
        return [
            f"{date(2024, place % 4 * 3 + 1, 1)}",
            "Kent",
            ("14", "15", "16", "1")[place // 4],
            ("12", "40", "<5")[place % 3],
        ]

    path = invented(desk, ["Quarter start", "Force", "Outcome", "Crimes"], row, 16)
    _, held = draft(desk, path)
    assert held["columns"] == {"cases": "Crimes", "force": "Force", "recorded": "Quarter start", "outcome": "Outcome"}


def test_a_date_that_is_not_called_one_of_an_outcome_is_not_offered_as_one(desk):
    def row(place):
        day = date(2024, 1, 1) + timedelta(place)
        return [f"C-{place}", f"{day}", f"{day + timedelta(3)}", "16", f"{20 + place % 30}"]

    _, held = draft(desk, invented(desk, ["Ref", "Recorded date", "Date of statement", "Outcome", "Age"], row))
    assert held["columns"] == {"case": "Ref", "recorded": "Recorded date", "outcome": "Outcome"}


def test_words_that_differ_in_capitals_or_spaces_alone_are_drafted_as_one_category(desk):
    rows = [
        row | {"Victim": ("Female", "FEMALE ", "female", "Male")[place % 4]} for place, row in enumerate(desk.rows(80))
    ]
    _, held = draft(desk, desk.table(rows))
    assert set(held["features"]["victim"]["groups"].values()) == {"Female", "Male"}
    assert held["features"]["victim"]["groups"]["female"] == "Female"


def victims(desk, *words):
    """The lines of the groups in a draft of cases whose victims are called in these words, in turn."""
    rows = [row | {"Victim": words[place % len(words)]} for place, row in enumerate(desk.rows(20 * len(words)))]
    text, held = draft(desk, desk.table(rows))
    return text.partition("[features.victim.groups]")[2].split("\n\n")[0], held["features"]["victim"]["groups"]


def test_a_word_beside_the_same_in_short_is_proposed_as_one_category_and_told(desk):
    text, groups = victims(desk, "Female", "F", "Male", "M", "f ")
    assert groups == {"Female": "Female", "F": "Female", "Male": "Male", "M": "Male", "f": "Female"}
    assert '"F" = "Female"  # CHECK: taken for "Female", in short; write "F" where it is another category' in text
    assert '"Female" = "Female"\n' in text
    assert text.count("# CHECK: taken for") == 3


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (("Y", "Yes", "NO", "N"), {"Y": "Yes", "Yes": "Yes", "NO": "NO", "N": "NO"}),
        (("M", "F"), {"M": "M", "F": "F"}),
        (("F", "Woman", "NK", "Not known"), {"F": "F", "Woman": "Woman", "NK": "Not known", "Not known": "Not known"}),
        (("Ex-partner", "Ex partner", "Ex"), {"Ex-partner": "Ex partner", "Ex partner": "Ex partner", "Ex": "Ex"}),
        (("A", "A+", "High", "Higher"), {"A": "A", "A+": "A+", "High": "High", "Higher": "Higher"}),
    ],
)  # fmt: skip
def test_words_are_one_category_in_a_draft_only_where_they_say_one_thing(desk, words, groups):
    assert victims(desk, *words)[1] == groups


def test_what_may_be_short_for_two_words_stays_apart_and_is_told(desk):
    text, groups = victims(desk, "M", "Male", "Medium")
    assert groups == {"M": "M", "Male": "Male", "Medium": "Medium"}
    assert '"M" = "M"  # CHECK: a category of its own, which may be "Male" or "Medium"' in text


def test_a_short_word_of_few_rows_is_written_no_more_than_before(desk):
    rows = [
        row | {"Victim": "F" if place < 9 else "Female" if place % 2 else "Male"}
        for place, row in enumerate(desk.rows(80))
    ]
    text, held = draft(desk, desk.table(rows))
    assert held["features"]["victim"]["groups"] == {"Female": "Female", "Male": "Male"}
    assert '"F"' not in text


def test_postcodes_are_no_feature_and_a_force_within_a_word_is_offered(desk):
    postcodes, teams = ("TS1 3AB", "TS5 4QQ", "TS102ZZ"), ("W1", "W2", "A1")  # codes that begin as postcodes do
    header = ("Ref", "Force", "Offence", "Date recorded", "Outcome", "Postcode", "Team")

    def row(place):
        day, kind = f"{1 + place % 28:02d}/03/2024", place % 3
        return [f"C{place}", "Kent Constab.", "Stalking", day, "16", postcodes[kind], teams[kind]]

    path = invented(desk, header, row)
    text, held = draft(desk, path)
    assert '# "Kent Constab." = "..."  # CHECK: it may be Kent; 120 rows' in text
    assert list(held["features"]) == ["team"]
    assert '# "Postcode" holds postcodes' in text
    assert not any(postcode in text for postcode in postcodes)


def test_a_day_of_two_digits_that_may_be_a_year_is_asked_about(desk):
    def row(place):
        return [f"K/{place}", "Kent", "8Q", f"{date(2024, 1, 1) + timedelta(place):%d-%m-%y}", "16"]

    text, _ = draft(desk, invented(desk, ["Ref", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert 'format = "%d-%m-%y"' in text
    assert "%y-%m-%d would too: which is it?" in text


def test_every_feature_of_a_draft_has_a_name_that_a_mapping_takes(desk):
    """Names of columns of counts, names that are one without their signs, and names that are one in forty letters."""
    long = "Whether the victim was known to the suspect beforehand"
    header = [
        "Ref",
        "Force",
        "Offence",
        "Date recorded",
        "Outcome",
        "Month",
        "Sex",
        "Sex?",
        f"{long} (a)",
        f"{long} (b)",
    ]

    def row(place):
        day = date(2024, 1, 1) + timedelta(place)
        return [f"K/{place}", "Kent", "8Q", f"{day:%d/%m/%Y}", "16", f"{day:%B}", *("FM"[place % 2],) * 4]

    path = invented(desk, header, row)
    _, held = draft(desk, path)
    assert list(held["features"])[:3] == ["feature_month", "sex", "sex_2"]
    assert len(held["features"]) == 5
    assert "120 rows read, 120 counted" in check_reduced(desk, desk.reduce(path, mapping=desk.files / "draft.toml"))


def rivalled(desk, header, cells):
    """The draft of 120 rows of 80 crimes, and what it leaves to decide."""

    def row(place):
        day = date(2024, 1, 1) + timedelta(place // 3 * 2)
        return [f"K/{place // 3 * 2 + min(place % 3, 1)}", "Kent", "8Q", f"{day:%d/%m/%Y}", *cells(place)]

    text = drafting.drafted(invented(desk, ["Crime number", "Force", "Offence", "Date recorded", *header], row))
    return tomllib.loads(text), {decision.of: decision.what for decision in decisions.open_in(text)}


def test_a_number_for_each_event_or_suspect_is_not_drafted_as_that_of_the_crime(desk):
    """Mapped as the case it would count events: of 80 crimes, 120."""
    held, left = rivalled(desk, ["Event ID", "Outcome"], lambda place: [f"E{place}", ("16", "18")[place % 2]])
    assert held["columns"]["case"] == "Crime number"
    assert left["case in [columns]"] == "80 different values in 120 rows; 'Event ID' would do too: which is it?"


def test_a_first_and_a_last_outcome_are_asked_about_and_a_code_beside_its_words_is_not(desk):
    words = {"15": "Evidential difficulties - suspect identified - victim supports police action"}
    words["18"] = "Investigation complete - no suspect identified"

    def cells(place):
        first, last = ("18", "15")[place % 5 > 0], ("18", "15")[place % 2]
        return [first, words[first], "01/03/2025", last, "01/03/2025"]

    header = ["First outcome", "First outcome words", "First outcome date", "Last outcome", "Last outcome date"]
    held, left = rivalled(desk, header, cells)
    assert held["columns"]["outcome"] == "First outcome"
    assert left["outcome in [columns]"].endswith("outcomes; 'Last outcome' would do too: which is it?")
    assert left["outcome_date in [columns]"].endswith("so; 'Last outcome date' would do too: which is it?")
    _, left = rivalled(desk, header[:3], lambda place: cells(place)[:3])
    assert "outcome in [columns]" not in left
    assert "outcome_date in [columns]" not in left


def test_the_day_on_which_an_outcome_was_recorded_is_not_that_of_the_case(desk):
    def row(place):
        day = date(2024, 1, 1) + timedelta(place)
        return [f"K/{place}", "Kent", "8Q", f"{day:%d/%m/%Y}", "16", f"{day + timedelta(9):%d/%m/%Y}", "x"]

    header = ["Ref", "Force", "Offence", "Date in", "Outcome", "Outcome recorded on", "Notes"]
    _, held = draft(desk, invented(desk, header, row))
    assert (held["columns"]["recorded"], held["columns"]["outcome_date"]) == ("Date in", "Outcome recorded on")


def test_days_of_which_two_may_be_that_of_recording_are_asked_about(desk):
    cells = lambda place: [f"{date(2024, 5, 1) + timedelta(place):%d/%m/%Y}", "16"]  # noqa: E731
    _, left = rivalled(desk, ["Record created", "Outcome"], cells)
    assert "recorded in [columns]" in left
    assert "'Record created' would do too" in left["recorded in [columns]"]


def test_numbers_that_are_all_different_may_number_the_cases(desk):
    def row(place):
        return [str(240_000 + 3 * place), "Kent", "8Q", f"{date(2024, 1, 1) + timedelta(place):%d/%m/%Y}", "16"]

    text, _ = draft(desk, invented(desk, ["No.", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert "or it numbers the cases, and belongs to case: which is it?" in text


def test_cancelled_crimes_are_pointed_out(desk):
    def status(place):
        return ["16", "Cancelled - duplicate" if place % 4 == 0 else "Recorded"]

    _, left = rivalled(desk, ["Outcome", "Crime status"], status)
    assert left["[features.crime_status.groups]"].startswith("30 rows are by 'Crime status' cancelled, no crime")
    _, left = rivalled(desk, ["Outcome", "Crime status"], lambda place: ["16", ("Recorded", "Crime")[place % 2]])
    assert not any("cancelled" in what for what in left.values())


@pytest.mark.parametrize("status", ["DELETED", "Test record", "Void", "Duplicate of another", "Dummy"])
def test_records_that_are_none_are_pointed_out_by_their_words(desk, status):
    text, held = draft(desk, flagged(desk, "Record status", status, ""))
    assert "# CHECK: 30 rows are by 'Record status' cancelled, no crime, a test or a duplicate" in text
    assert "features" not in held


@pytest.mark.parametrize(
    ("name", "words", "rows"),
    [
        ("Cancelled", ("Y", ""), "30 rows"),
        ("Deleted_flag", ("1", "0"), "30 rows"),
        ("Is duplicate", ("TRUE", "FALSE"), "30 rows"),
        ("Cancelled", ("N", ""), ""),
        ("Repeat", ("Y", "N"), ""),
        ("Drug test", ("Test positive", "Negative"), ""),
    ],
)
def test_records_that_are_none_are_pointed_out_by_the_name_of_a_column(desk, name, words, rows):
    text, _ = draft(desk, flagged(desk, name, *words))
    assert (f"# CHECK: {rows} are by '{name}' cancelled" in text) == bool(rows)


@pytest.mark.parametrize(("name", "is_told"), [("Crime count", True), ("No of offences", True), ("Repeat", False)])
def test_rows_that_count_for_none_are_pointed_out(desk, name, is_told):
    text, _ = draft(desk, flagged(desk, name, "0", "1"))
    assert (f"# CHECK: 30 rows are 0 by '{name}', and counted as the others: take them out" in text) == is_told


def flagged(desk, name, word, other):
    """A list of cases with a column that has one word in a quarter of its rows, and another in the rest."""

    def row(place):
        day = f"{date(2024, 1, 1) + timedelta(place):%d/%m/%Y}"
        return [f"K/{place}", "Kent", "8Q", day, "16", word if place % 4 == 0 else other]

    return invented(desk, ["Ref", "Force", "Offence", "Date recorded", "Outcome", name], row)
