"""Whoever has the file is told where every row stands that was not counted, in full; nobody else is."""

from tests.broken.desk import check_reduced

ALLOWED = ("blank_recorded", "unknown_outcome", "date_after_extract", "outcome_before_recording")


def places(said):
    """What was told of where dropped rows stand."""
    return [line.removeprefix("where: ") for line in said.splitlines() if line.startswith("where: ")]


def test_every_dropped_row_is_told_by_reason_file_rows_and_column(desk):
    rows = desk.rows(30, row_5={"Recorded": ""}, row_9={"Outcome": desk.secret}, row_10={"Outcome": desk.secret})
    rows += [rows[0], rows[1], rows[0]]
    rows += [rows[2] | {"Outcome": "Withdrew", "Outcome date": "20/06/2024"}]
    mapping = desk.mapping(("[columns]", 'several_outcomes = "latest"\n[columns]'))
    words = [word for fault in ALLOWED for word in ("--allow", fault)]
    said = check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping, words=words))
    assert places(said) == [
        "no date recorded: cases.csv, row 5, column 'Recorded'",
        "an outcome that is not known: cases.csv, rows 9-10, column 'Outcome'",
        "exact copy of another row: cases.csv, rows 32-34",
        "outcome that is not the one that counts for its case: cases.csv, row 4",
    ]
    assert desk.secret not in said


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_none_is_left_out(desk):
    rows = desk.rows(200)
    for place in range(0, 200, 2):
        rows[place]["Recorded"] = ""
    text = desk.text(rows).replace("\r\n", "\r\n\r\n", 1)  # a blank line below the header
    said = check_reduced(desk, desk.reduce(desk.file(text), words=["--allow", "blank_recorded"]))
    [line] = places(said)
    told = line.removeprefix("no date recorded: cases.csv, rows ").removesuffix(", column 'Recorded'")
    assert [int(number) for number in told.split(", ")] == list(range(3, 203, 2))


def test_of_a_file_that_is_counted_whole_nothing_is_told(desk):
    assert places(check_reduced(desk, desk.reduce(desk.table()))) == []


def test_what_is_released_names_no_place(desk):
    rows = [*desk.rows(60), *desk.rows(40)]
    check_reduced(desk, desk.reduce(desk.table(rows)))
    assert "rows 62" not in "".join(path.read_text(errors="replace") for path in desk.counts.iterdir())
