"""Cells that are wrong: each kind named with its file, rows, column and next step."""

import pytest

from tests.broken.desk import check_reduced, check_refused

STEP = "--allow and the name in brackets"

#: What is wrong with row 7, and what the message says of it. "!" stands for the secret.
CELLS = {
    "a blank case": ({"Case ref": ""}, ["blank_case", "column 'Case ref'", "every row needs one"]),
    "a case of spaces": ({"Case ref": "   "}, ["blank_case", "column 'Case ref'"]),
    "a blank force": ({"Force": ""}, ["blank_force", "column 'Force'", "fill it in, or name the force in the mapping"]),
    "a blank offence": ({"Offence": ""}, ["blank_offence", "column 'Offence'", "fill it in, or name the offence"]),
    "a blank date": ({"Recorded": ""}, ["blank_recorded", "column 'Recorded'", "fill it in"]),
    "a date of spaces": ({"Recorded": "  "}, ["blank_recorded", "column 'Recorded'"]),
    "an unknown force": ({"Force": "!"}, ["unknown_force", "column 'Force'", "add the word to [forces]"]),
    "an unknown offence": ({"Offence": "!"}, ["unknown_offence", "column 'Offence'", "add the word to [offences]"]),
    "a rare unknown outcome": (
        {"Outcome": "!"},
        ["unknown_outcome", "column 'Outcome'", "1 that is not printed here", "add the word to [outcomes]"],
    ),
    "an outcome that is part of another": ({"Outcome": "1a"}, ["unknown_outcome", "column 'Outcome'"]),
    "an outcome with a space that cannot be seen": (
        {"Outcome": "Withdrew\u00a0"},
        ["unknown_outcome", "column 'Outcome'", "'Withdrew' with a non-breaking space (1 row)"],
    ),
    "an outcome with a mark that cannot be seen": (
        {"Outcome": "With\u200bdrew"},
        ["unknown_outcome", "'Withdrew' with a character that cannot be seen (1 row)"],
    ),
    "a word for a date": ({"Recorded": "!"}, ["unreadable_date", "column 'Recorded'", "mend [dates] format"]),
    "a day that is none": ({"Recorded": "31/02/2024"}, ["unreadable_date", "column 'Recorded'"]),
    "a year of two digits": ({"Recorded": "06/01/24"}, ["unreadable_date", "column 'Recorded'"]),
    "a date in another style": ({"Recorded": "2024-01-06"}, ["unreadable_date", "column 'Recorded'", "one style"]),
    "a day without its month": ({"Recorded": "06//2024"}, ["unreadable_date"]),
    "a date before there were cars": ({"Recorded": "06/01/1024"}, ["unreadable_date", "column 'Recorded'"]),
    "a word for an outcome date": ({"Outcome date": "!"}, ["unreadable_date", "'Outcome date'"]),
    "an outcome before recording": (
        {"Recorded": "06/01/2024", "Outcome": "Charged", "Outcome date": "05/01/2024"},
        ["outcome_before_recording", "'Outcome date'", "'Recorded'", "correct one of the two dates"],
    ),
    "recorded after the extract": (
        {"Recorded": "01/07/2024", "Outcome": "", "Outcome date": ""},
        ["date_after_extract", "'Recorded'", "correct it, or 'taken' in the mapping"],
    ),
    "an outcome after the extract": (
        {"Outcome": "Charged", "Outcome date": "01/07/2024"},
        ["date_after_extract", "'Outcome date'"],
    ),
    "a date of outcome and no outcome": (
        {"Outcome": "", "Outcome date": "20/05/2024"},
        ["date_without_outcome", "'Outcome date'", "fill in the outcome or clear the date"],
    ),
}


def wrong(desk, what):
    """The cells of a row that has one wrong, with the secret in its place."""
    return {column: cell.replace("!", f"{desk.secret} x") for column, cell in CELLS[what][0].items()}


def fault_of(what):
    """The name of the fault of a wrong cell."""
    return next(word for word in CELLS[what][1] if word.isidentifier() and "_" in word)


#: One of each fault, and each of its columns; "unreadable" has all that may be wrong with a day.
TOGETHER = {
    "each fault": (
        "a blank case",
        "a blank force",
        "a blank offence",
        "a date of spaces",
        "an unknown force",
        "an unknown offence",
        "an outcome with a space that cannot be seen",
        "a word for an outcome date",
        "an outcome before recording",
        "recorded after the extract",
        "a date of outcome and no outcome",
    ),
    "unreadable": tuple(what for what in CELLS if fault_of(what) == "unreadable_date"),
    "words": ("a rare unknown outcome", "an outcome with a mark that cannot be seen"),
}


@pytest.mark.parametrize("kind", TOGETHER)
def test_wrong_cells_are_refused_each_with_its_rows_and_column_or_dropped_and_counted(desk, kind, caplog):
    rows, places = desk.rows(), {}
    for place, what in enumerate(TOGETHER[kind], start=5):
        rows[place] |= wrong(desk, what)
        places.setdefault(fault_of(what), []).append(place + 2)
    table = desk.table(rows)
    shown = [
        f"cases.csv, {len(where)} row{'s' * (len(where) > 1)} (row {', '.join(map(str, where[:5]))}"
        f"{' and on' * (len(where) > 5)})"
        for where in places.values()
    ]
    says = [word for what in TOGETHER[kind] for word in CELLS[what][1]]
    begin = f"{len(places)} kinds of fault" if len(places) > 1 else "One kind of fault"
    result = desk.reduce(table)
    check_refused(desk, result, says=[begin, "nothing was written", STEP, *shown, *says], logged=caplog.text)
    told = check_reduced(desk, desk.reduce(table, words=[word for name in places for word in ("--allow", name)]))
    assert f"30 rows read, {30 - len(TOGETHER[kind])} counted" in told
    dropped = desk.account().entries[-1].dropped
    assert sorted(dropped.values()) == sorted(map(len, places.values()))
    assert desk.secret not in told


@pytest.mark.nightly
@pytest.mark.parametrize("what", CELLS)
def test_a_wrong_cell_is_refused_with_its_row_and_column(desk, what, caplog):
    result = desk.reduce(desk.table(desk.rows(row_7=wrong(desk, what))))
    says = ["One kind of fault", "nothing was written", "cases.csv, 1 row (row 7)", STEP, *CELLS[what][1]]
    check_refused(desk, result, says=says, logged=caplog.text)


@pytest.mark.nightly
@pytest.mark.parametrize("what", CELLS)
def test_a_wrong_cell_may_be_dropped_and_counted_instead(desk, what):
    result = desk.reduce(desk.table(desk.rows(row_7=wrong(desk, what))), words=["--allow", fault_of(what)])
    told = check_reduced(desk, result)
    assert "30 rows read, 29 counted" in told
    assert ": 1\n" in told
    assert desk.secret not in told


def test_a_frequent_unknown_word_is_named_and_a_rare_one_beside_it_is_not(desk):
    rows = desk.rows(60)
    for row in rows[:12]:
        row["Outcome"] = "Filed by crime desk"
    rows[20]["Outcome"] = f"{desk.secret} said so"
    says = ["'Filed by crime desk' (12 rows)", "1 that is not printed here because it is rare", "13 rows"]
    check_refused(desk, desk.reduce(desk.table(rows)), says=[*says, "(row 2, 3, 4, 5, 6 and on)"])


def test_nine_rows_are_too_few_for_a_word_to_be_named(desk):
    rows = desk.rows(60)
    for row in rows[:9]:
        row["Outcome"] = desk.secret
    check_refused(desk, desk.reduce(desk.table(rows)), says=["1 that is not printed here", "(9 rows)"])


def test_three_styles_of_date_in_one_column_are_refused(desk):
    rows = desk.rows(row_3={"Recorded": "2024-01-02"}, row_9={"Recorded": "8 Jan 2024"})
    says = ["unreadable_date", "column 'Recorded'", "cases.csv, 2 rows (row 3, 9)", "one style"]
    check_refused(desk, desk.reduce(desk.table(rows)), says=says)


def test_two_digit_years_throughout_are_refused_with_the_first_rows(desk):
    rows = [row | {"Recorded": row["Recorded"].replace("2024", "24")} for row in desk.rows()]
    says = ["unreadable_date", "cases.csv, 30 rows (row 2, 3, 4, 5, 6 and on)", "mend [dates] format"]
    check_refused(desk, desk.reduce(desk.table(rows)), says=says)


def test_several_outcomes_are_refused_where_the_mapping_does_not_say_which_counts(desk):
    rows = desk.rows()
    rows.append(rows[0] | {"Outcome": "Charged", "Outcome date": "20/03/2024"})
    says = ["several_outcomes", "column 'Case ref'", "cases.csv, 2 rows (row 2, 32)", 'set several_outcomes = "latest"']
    check_refused(desk, desk.reduce(desk.table(rows)), says=says)


@pytest.mark.parametrize("rule", ["latest", "first"])
def test_two_outcomes_on_one_day_no_rule_can_tell_apart(desk, rule):
    rows = desk.rows()
    rows.append(rows[0] | {"Outcome": "Charged"})
    mapping = desk.mapping(("[columns]", f'several_outcomes = "{rule}"\n[columns]'))
    says = ["several_outcomes", "cases.csv, 2 rows (row 2, 32)", "two on one day", "correct one of the dates"]
    check_refused(desk, desk.reduce(desk.table(rows), mapping=mapping), says=says)


def test_one_identifier_on_two_cases_is_refused(desk):
    rows = desk.rows()
    rows[9]["Case ref"] = rows[7]["Case ref"]
    says = ["conflicting_case", "column 'Case ref'", "cases.csv, 2 rows (row 9, 11)", "its own identifier"]
    check_refused(
        desk, desk.reduce(desk.table(rows)), says=[*says, "rows of one identifier differ in 'Recorded', 'Victim'\n"]
    )


def test_a_row_for_each_victim_of_a_case_is_told_by_what_differs(desk):
    """Numbering the rows would count victims; left out of the mapping, what differs leaves copies of one case."""
    rows = desk.rows()
    rows += [row | {"Victim": "M" if row["Victim"] == "F" else "F"} for row in rows[:9]]
    says = ["conflicting_case", "cases.csv, 18 rows", "leave out of the mapping what differs between them"]
    check_refused(desk, desk.reduce(desk.table(rows)), says=[*says, "rows of one identifier differ in 'Victim'\n"])
    feature = '[features.victim]\ncolumn = "Victim"\ngroups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n'
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=desk.mapping((feature, ""))))
    assert "39 rows read, 30 counted" in told


def test_one_identifier_in_two_forces_is_two_cases(desk):
    rows = desk.rows()
    rows[8]["Case ref"] = rows[7]["Case ref"]
    assert rows[8]["Force"] != rows[7]["Force"]
    assert "30 rows read, 30 counted" in check_reduced(desk, desk.reduce(desk.table(rows)))


def test_a_case_that_changes_between_two_files_is_refused_in_both(desk):
    one, other = desk.rows(10), desk.rows(10, start=10)
    other[4]["Case ref"] = one[0]["Case ref"]
    paths = desk.table(one, "april.csv"), desk.table(other, "may.csv")
    says = ["conflicting_case", "april.csv, 1 row (row 2); may.csv, 1 row (row 6)"]
    check_refused(desk, desk.reduce(*paths), says=says)


def test_every_kind_of_fault_stands_in_one_message(desk):
    rows = desk.rows(
        row_3={"Case ref": ""},
        row_4={"Force": desk.secret},
        row_5={"Recorded": desk.secret},
        row_6={"Outcome": desk.secret, "Force": ""},
        row_8={"Outcome": "", "Outcome date": "20/05/2024"},
    )
    rows.append(rows[0] | {"Outcome": "Charged"})
    names = ("blank_case", "unknown_force", "unreadable_date", "unknown_outcome", "blank_force", "date_without_outcome")
    says = ["7 kinds of fault", *(f"({name})" for name in (*names, "several_outcomes"))]
    check_refused(desk, desk.reduce(desk.table(rows)), says=says)


def test_a_month_outside_the_extract_is_refused(desk):
    mapping = desk.mapping(("[columns]", 'first_month = "2024-01"\nlast_month = "2024-01"\n[columns]'))
    says = ["outside_period", "column 'Recorded'", "29 rows (row 33, 34, 35, 36, 37 and on)", "correct the mapping"]
    check_refused(desk, desk.reduce(desk.table(desk.rows(60)), mapping=mapping), says=says)


def test_a_category_without_a_group_is_refused(desk):
    mapping = desk.mapping(('other = "Other"\n', ""))
    result = desk.reduce(desk.table(desk.rows(row_7={"Victim": desk.secret})), mapping=mapping)
    check_refused(desk, result, says=["unknown_category", "(row 7)", "column 'Victim'", "give it other = ..."])


def test_a_free_text_is_no_feature(desk):
    rows = [row | {"Notes": f"{row['Notes']} {place}"} for place, row in enumerate(desk.rows(60))]
    mapping = desk.mapping(("[features.victim]", '[features.told]\ncolumn = "Notes"\n[features.victim]'))
    says = ["'Notes'", "more than 40 different values", "[features.told.groups]", "leave the feature out"]
    check_refused(desk, desk.reduce(desk.table(rows), mapping=mapping), says=says)


def test_rows_are_numbered_as_a_spreadsheet_shows_them_whatever_is_in_cells_and_between_rows(desk):
    rows = desk.rows(row_4={"Notes": "one\ntwo\nthree"}, row_12={"Recorded": desk.secret})
    lines = desk.text(rows).split("\r\n")
    text = "\r\n".join([*lines[:6], "", "", *lines[6:]])  # two blank lines before the row that was 7
    check_refused(desk, desk.reduce(desk.file(text)), says=["unreadable_date", "cases.csv, 1 row (row 14)"])


def test_an_unknown_fault_cannot_be_allowed(desk):
    result = desk.reduce(desk.table(), words=["--allow", "blank_cases"])
    check_refused(desk, result, says=["No fault is called 'blank_cases'. Did you mean 'blank_case'?"], status=2)


def test_nothing_is_written_when_nothing_is_left(desk):
    rows = [row | {"Recorded": desk.secret} for row in desk.rows()]
    result = desk.reduce(desk.table(rows), words=["--allow", "unreadable_date"])
    check_refused(desk, result, says=["No case is left to count", "30 rows"])


def test_a_category_with_control_characters_is_read(desk):
    """What a page makes of it is for those who write the page; it is a word like another."""
    mapping = desk.mapping(('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n', ""))
    odd = ("\x1b[31mred", "bell\x07", "\u202eback", "no\u2028line", "\x85next", "\ufffeno letter", "\x01")
    rows = [row | {"Victim": odd[place % len(odd)]} for place, row in enumerate(desk.rows(20 * len(odd)))]
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))
    assert f"{len(rows)} rows read, {len(rows)} counted" in told


def test_a_fault_that_may_stand_in_two_columns_is_told_in_the_one_where_it_stands(desk):
    rows = desk.rows(30, row_5={"Outcome date": "!"}, row_8={"Recorded": desk.secret}, row_11={"Outcome date": "!"})
    says = (
        "cases.csv, 3 rows (row 5, 8, 11): 1 row (row 8), column 'Recorded' and 2 rows (row 5, 11), column 'Outcome d"
    )
    check_refused(desk, desk.reduce(desk.table(rows)), says=[says])
    alone = desk.reduce(desk.table(desk.rows(30, row_5={"Outcome date": "!"})))
    check_refused(desk, alone, says=["cases.csv, 1 row (row 5), column 'Outcome date'. Next: mend"])
    late = desk.rows(30, row_5={"Outcome": "Charged", "Outcome date": "01/01/2030"})
    check_refused(
        desk, desk.reduce(desk.table(late)), says=["cases.csv, 1 row (row 5), column 'Outcome date'. Next: cor"]
    )


def test_a_fault_is_told_file_by_file_in_the_columns_where_it_stands_in_each(desk):
    first = desk.table(desk.rows(30, row_5={"Outcome date": "!"}), name="a.csv")
    second = desk.rows(30, start=30, row_7={"Outcome date": "!"}, row_9={"Recorded": desk.secret})
    says = [
        "a.csv, 1 row (row 5): 1 row (row 5), column 'Outcome date'; ",
        "b.csv, 2 rows (row 7, 9): 1 row (row 9), column 'Recorded' and 1 row (row 7), column 'Outcome date'",
    ]
    check_refused(desk, desk.reduce(first, desk.table(second, name="b.csv")), says=says)


def test_a_category_that_is_not_known_is_told_in_the_column_of_its_feature(desk):
    mapping = desk.mapping(('\nother = "Other"', ""))
    mapping.write_text(mapping.read_text() + '\n[features.note]\ncolumn = "Notes"\ngroups = { "seen" = "Seen" }\n')
    rows = [row | {"Notes": "seen", "Victim": "F"} for row in desk.rows(30)]
    rows[3]["Notes"] = rows[5]["Victim"] = desk.secret
    says = "cases.csv, 2 rows (row 5, 7): 1 row (row 7), column 'Victim' and 1 row (row 5), column 'Notes'. Next: add"
    check_refused(desk, desk.reduce(desk.table(rows), mapping=mapping), says=[says])


@pytest.mark.parametrize(
    "signs",
    [
        ["\t", " \u202f", "\u00a0", "\u1680", "\u2003", "\u2009", "\u3000"],  # spaces
        ["\0", "\v", "\f", "\x1f", "\x7f", "\x85", "\u2028", "\u2029"],  # controls, ends of lines
        ["\u200e", "\u200f", "\u202c", "\u2066"],  # directions
        ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u3164", "\ufe0f", "\ufff9", "\U000e0041"],  # no width, fillers, tags
    ],
)
def test_an_identifier_with_something_unseen_at_its_end_is_the_same_case(desk, signs):
    rows = desk.rows(30)
    rows += [row | {"Case ref": row["Case ref"] + sign} for row, sign in zip(rows, signs, strict=False)]
    rows += [row | {"Case ref": sign + row["Case ref"]} for row, sign in zip(rows[:30], signs, strict=False)]
    blank = [rows[2] | {"Case ref": sign} for sign in signs]
    says = ["blank_case", f"{len(signs)} rows (row {len(rows) + 2}, {len(rows) + 3}, "]
    check_refused(desk, desk.reduce(desk.table([*rows, *blank])), says=says)
    assert f"{len(rows)} rows read, 30 counted" in check_reduced(desk, desk.reduce(desk.table(rows)))


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\ufeff", "\u200f", "\u00ad"])
def test_an_identifier_with_something_that_has_no_width_in_it_is_the_same_case(desk, sign):
    rows = desk.rows(30)
    again = [row | {"Case ref": row["Case ref"][:4] + sign + row["Case ref"][4:]} for row in rows]
    assert "60 rows read, 30 counted" in check_reduced(desk, desk.reduce(desk.table([*rows, *again])))


@pytest.mark.parametrize("word", ["#REF!", "#N/A", "NULL", "null", " n/a ", "\\N", "nan", "-", "."])
def test_a_word_that_says_that_there_is_no_identifier_is_none(desk, word):
    """Rows that agree in all else would be copies of one case."""
    rows = desk.rows(30, row_5={"Case ref": word}, row_8={"Case ref": word})
    rows[6] |= {name: cell for name, cell in rows[3].items() if name != "Case ref"}
    says = ["no case identifier (blank_case): cases.csv, 2 rows (row 5, 8)"]
    check_refused(desk, desk.reduce(desk.table(rows)), says=says)


def test_rows_that_are_dropped_are_told_with_the_column_of_their_fault(desk):
    rows = desk.rows(30, row_5={"Outcome date": "!"}, row_8={"Recorded": "!"}, row_9={"Recorded": "!"})
    told = check_reduced(desk, desk.reduce(desk.table(rows), words=["--allow", "unreadable_date"]))
    assert "where: a date not written as the mapping says: cases.csv, row 5, column 'Outcome date'\n" in told
    assert "where: a date not written as the mapping says: cases.csv, rows 8-9, column 'Recorded'\n" in told
