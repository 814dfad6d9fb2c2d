"""Words of a case file: which may be categories, which go no further, and what becomes of those that cannot be seen."""

import pyarrow as pa
import pytest
import xlsxwriter

from analysis.counts import counts, ledger
from analysis.disclosure.policy import CLOSED
from analysis.disclosure.release import edition
from analysis.errors import DataRefused
from analysis.intake.case_files import vocabulary
from analysis.intake.case_files.cases import OTHER
from tests.broken.desk import HEADER, check_reduced, check_refused
from tests.disclosure.case_sets import SECRET, by_features, cases, counted

OPEN = ('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n', "")  # each word is a category
TYPED = "Jane Roe, 14 Zephyr Lane"


def entry(desk):
    """The one reading that the exact ledger tells of."""
    (one,) = desk.account().entries
    return one


def everything(desk):
    """Every byte that stands in the folder of counts, Parquet as words."""
    told = [path.read_text() for path in desk.counts.glob("*.json")]
    for path in desk.counts.glob("*.parquet"):
        held = pa.parquet.read_table(path)
        told += [str(held.schema.metadata), held.to_pandas().to_csv()]
    return " ".join(told)


def with_victims(desk, *words, number=120):
    """Rows whose victims are these words in turn."""
    rows = desk.rows(number)
    for place, row in enumerate(rows):
        row["Victim"] = words[place % len(words)]
    return rows


def test_what_is_typed_into_one_cell_goes_no_further(desk):
    rows = with_victims(desk, "Partner", "Stranger")
    rows[77]["Victim"] = TYPED
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=desk.mapping(OPEN)))
    assert entry(desk).categories["victim"] == {OTHER: 1, "Partner": 60, "Stranger": 59}
    assert TYPED not in everything(desk) + told
    assert "Victim: categories of fewer than 15 cases each are one, 'Other (fewer than 15 cases each)'." in told
    held = desk.exact()["broken_features"]
    assert set(held.table["victim"]) == {OTHER, "Partner", "Stranger"}
    assert held.total == 120
    assert TYPED not in str(desk.account()) + held.table.to_csv()


@pytest.mark.parametrize(("times", "is_kept"), [(14, False), (15, True)])
def test_as_many_cases_as_are_shown_make_a_category(desk, times, is_kept):
    rows = with_victims(desk, "Partner")
    for row in rows[:times]:
        row["Victim"] = "Neighbour"
    check_reduced(desk, desk.reduce(desk.table(rows), mapping=desk.mapping(OPEN)))
    assert entry(desk).categories["victim"] == {"Partner": 120 - times, ("Neighbour" if is_kept else OTHER): times}


def test_cases_of_all_files_are_counted_together(desk):
    rows = with_victims(desk, "Partner")
    for row in (*rows[50:58], *rows[60:68]):
        row["Victim"] = "Neighbour"
    files = desk.table(rows[:60], "a.csv"), desk.table(rows[60:], "b.csv")
    check_reduced(desk, desk.reduce(*files, mapping=desk.mapping(OPEN)))
    assert entry(desk).categories["victim"] == {"Neighbour": 16, "Partner": 104}


def test_the_owners_own_words_stay_however_few(desk):
    """A group, a blank and what others are called stand in the mapping, not in a cell."""
    rows = with_victims(desk, "F")
    rows[0]["Victim"], rows[1]["Victim"], rows[2]["Victim"] = "M", "", TYPED
    check_reduced(desk, desk.reduce(desk.table(rows), mapping=desk.mapping()))
    assert entry(desk).categories["victim"] == {"Female": 117, "Male": 1, "Not recorded": 1, "Other": 1}
    named = desk.mapping(('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"', 'other = "Somebody else"'))
    check_reduced(desk, desk.reduce(desk.table(rows), mapping=named))
    assert entry(desk).categories["victim"] == {"F": 117, "Not recorded": 1, "Somebody else": 2}
    assert TYPED not in everything(desk)


@pytest.mark.parametrize(
    ("column", "role"),
    [("Case ref", "case"), ("case_REF ", "case"), ("Recorded", "recorded"), ("Outcome date", "outcome_date")],
)
def test_a_column_that_tells_cases_apart_is_no_feature(desk, column, role):
    mapping = desk.mapping(('column = "Victim"', f'column = "{column}"'))
    says = ["mapping.toml, line 20", f"'{column}' is that of '{role}' in [columns], and no feature"]
    check_refused(desk, desk.reduce(desk.table(), mapping=mapping), says=says)


def test_nor_under_its_other_name(desk):
    changes = ('case = "Case ref"', 'case = ["Case ref", "URN"]'), ('column = "Victim"', 'column = "urn"')
    check_refused(desk, desk.reduce(desk.table(), mapping=desk.mapping(*changes)), says=["is that of 'case'"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('column = "Victim"', 'column = "Victim"\nheading = "A\\u001b[2JB"'), "line 21: heading holds a character"),
        (('"Female"', '"Fem\\u200bale"'), "F holds a character that cannot be seen"),
        (('other = "Other"', 'other = "\\u202eOther"'), "other holds a character"),
        (('case = "Case ref"', 'case = "Case\\u00ad ref"'), "case holds a character"),
        (('"Case ref"', '["Case ref", "Case\\u2028ref"]'), "case holds a character"),
        (("[features.victim]", '[features."vic\\u001btim"]'), "vic\\u001btim holds a character"),
    ],
)
def test_no_text_of_a_mapping_holds_what_cannot_be_seen(desk, change, says):
    result = desk.reduce(desk.table(), mapping=desk.mapping(change))
    check_refused(desk, result, says=["mapping.toml", says])
    assert "\x1b" not in result.output


def test_a_word_of_the_file_may_be_told_as_it_is(desk):
    """Only so can an owner say what it means."""
    rows = desk.rows(30)
    for row in rows[:3]:
        row["Outcome"], row["Outcome date"] = "With\u200bdrew", row["Recorded"]
    said = check_refused(desk, desk.reduce(desk.table(rows)), says=["'Withdrew' with a character that cannot be seen"])
    assert said is None
    mapping = desk.mapping(('"Withdrew" = "16"', '"Withdrew" = "16"\n"With\\u200bdrew" = "16"'))
    check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))


def test_categories_are_what_a_reader_sees(desk):
    rows = with_victims(
        desk, "Partner", "Part\u200bner", "Ex\x07partner", "Ex partner", "\u202eEx partner", "\x1b[1mRed"
    )
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=desk.mapping(OPEN)))
    assert entry(desk).categories["victim"] == {"Ex partner": 60, "Partner": 40, "[1mRed": 20}
    assert "words that differ in capitals, spaces or what cannot be seen alone are one category" in told


def test_columns_are_called_what_a_reader_sees(desk):
    header = ["\ufeffCase\u200b ref", *HEADER[1:-1], "\x1b[31mNotes"]
    check_reduced(desk, desk.reduce(desk.file(desk.text(header=header))))
    result = desk.reduce(desk.file(desk.text(header=header)), mapping=desk.mapping(('"Victim"', '"31mNotes"')))
    check_refused(desk, result, says=["Did you mean '[31mNotes'?"], leaves=[*desk.held(), "broken.ledger.json"])
    assert "\x1b" not in result.output


@pytest.mark.parametrize("name", ["a\x1b[2Jb.csv", "a\nb.csv", "a\u202eb.csv", "a\u200bb.csv"])
def test_a_file_whose_name_cannot_be_told_is_refused(desk, name):
    path = desk.table(name=name)
    result = desk.reduce(path)
    check_refused(desk, result, says=["its name holds a character that cannot be seen. Rename it."])
    assert path.name not in result.output


@pytest.mark.parametrize(("named", "status"), [("a\udcffb.csv", 2), ("", 3)])
def test_nor_one_whose_name_is_no_text_by_itself_or_in_its_folder(desk, named, status):
    path = desk.table(name="a\udcffb.csv")
    mapping = desk.mapping()
    mapping = mapping.rename(desk.files.with_name("mapping.toml"))
    result = desk.reduce(desk.files / named, mapping=mapping)
    check_refused(desk, result, says=["a\\udcffb.csv", "not text in UTF-8"], status=status)
    assert path.name not in result.output


def test_files_and_sheets_are_told_on_the_terminal_alone(desk):
    path = desk.files / "Jane Roe.xlsx"
    cases = [HEADER, *([row[one] for one in HEADER] for row in desk.rows(60))]
    with xlsxwriter.Workbook(path) as book:
        for title, rows in (("Roe v Doe", cases), ("Of Zephyr Lane", [["Told by", "Jane"], ["Zephyr", "Lane"]])):
            sheet = book.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    told = check_reduced(desk, desk.reduce(path))
    assert "read: Jane Roe.xlsx: 60 rows" in told
    assert "Jane Roe.xlsx: the sheet Of Zephyr Lane was not read." in told
    assert "One sheet of a workbook was not read." in entry(desk).warnings[0].text
    assert not any(word in everything(desk) for word in ("Roe", "Zephyr"))


def test_files_go_by_number_where_everybody_reads(desk):
    first, second = desk.rows(30), desk.rows(30, start=60)
    for row in second:  # other months, so that they may be added
        row["Recorded"], row["Outcome date"] = row["Recorded"].replace("/2024", "/2023"), ""
        row["Outcome"] = ""
    check_reduced(desk, desk.reduce(desk.table(first, "a.csv")))
    told = check_reduced(desk, desk.reduce(desk.table(second, "b.csv"), words=["--append"]))
    assert "read: b.csv: 30 rows" in told
    assert [[file.name for file in each.files] for each in desk.account().entries] == [["a.csv"], ["b.csv"]]
    assert ledger.read_public(desk.counts / "broken.ledger.json").files == ("Case file 1", "Case file 2")
    assert not any(name in everything(desk) for name in ("a.csv", "b.csv"))
    again = desk.reduce(desk.table(second, "c.csv"), words=["--append"])
    assert "c.csv is already in set 'broken', read as b.csv: the same file, byte for byte" in again.output


def test_released_categories_with_what_cannot_be_seen_are_refused(tmp_path):
    some = cases(1, 400)
    some["relationship"] = some["relationship"].replace("Stranger", "Stran\x1bger")
    main = counted(some, months=12)
    held = edition((main, by_features(some, main)), SECRET).sets[1]
    path = tmp_path / "tried_features.parquet"
    counts.write(held, path)
    with pytest.raises(DataRefused, match="a category of 'relationship' holds what cannot be seen. Reduce the files"):
        counts.read_file(path)


def test_a_listed_category_is_one_whose_number_is_shown():
    assert CLOSED.smallest == vocabulary.LISTED_FROM


def test_one_cases_spelling_is_nobodys_label(desk):
    rows = with_victims(desk, "former partner", "STRANGER")
    rows[0]["Victim"] = "ForMer parTner"
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=desk.mapping(OPEN)))
    assert entry(desk).categories["victim"] == {"Former partner": 60, "STRANGER": 60}
    assert "ForMer parTner" not in everything(desk) + told
