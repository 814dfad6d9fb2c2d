"""CSV files that lose their shape or are no text: where, and what to do."""

import csv
import gzip
import random

import pytest

from tests.broken.desk import HEADER, check_reduced, check_refused
from tests.conftest import nightly


def longer(desk, lines, number=70_000):
    """A CSV of so many rows, cheaply: a row in order repeated under different identifiers."""
    told = desk.text(desk.rows(1)).splitlines()[1].partition(",")[2]
    return [desk.text([]).rstrip(), *(f"{desk.secret}/{place},{told}" for place in range(number)), *lines]


EMPTY = {
    "nothing": b"",
    "spaces": b"   \r\n  \t\r\n",
    "a byte-order mark": b"\xef\xbb\xbf",
    "a byte-order mark in UTF-16": b"\xff\xfe",
    "a byte-order mark and line ends": b"\xef\xbb\xbf\r\n\r\n",
    "null bytes": b"\0" * 5000,
}


@pytest.mark.parametrize("what", nightly(EMPTY, "spaces", "a byte-order mark in UTF-16", "null bytes"))
def test_an_empty_file_is_refused(desk, what):
    check_refused(desk, desk.reduce(desk.file(EMPTY[what])), says=["cases.csv is empty", "Export it again"])


@pytest.mark.parametrize("end", ["", "\r\n", "\r\n\r\n\r\n"])
def test_a_header_alone_is_refused(desk, end):
    text = desk.text([]).rstrip() + end
    check_refused(desk, desk.reduce(desk.file(text)), says=["cases.csv: a header and no rows", "Export it again"])


TITLES = (
    ["Stalking, harassment and malicious communications, by case", "", "Force:,Kent,,,,,,"],
    ['"A title over', 'two lines"', ",,,,,,,"],
)


@pytest.mark.parametrize("above", nightly([["", ""], ["Stalking recorded, by case"], *TITLES], *TITLES))
def test_titles_above_the_header_are_passed_over_and_rows_keep_their_numbers(desk, plain, above):
    check_reduced(desk, desk.reduce(desk.file("\r\n".join([*above, desk.text()])), name="titled"))
    assert list(desk.numbers("titled").values()) == plain
    broken = desk.text(desk.rows(row_7={"Recorded": desk.secret}))
    result = desk.reduce(desk.file("\r\n".join([*above, broken])))
    made = [path.name for path in desk.counts.iterdir()]
    rows = len(list(csv.reader(above)))  # as a spreadsheet shows them: a title over two lines is one row
    check_refused(desk, result, says=[f"(row {7 + rows})", "unreadable_date"], leaves=made)


@pytest.mark.parametrize(
    ("lines", "row", "cells"),
    [
        ([], 2, "3 cells where the header has 8"),
        (["in order"] * 20, 22, "3 cells where the header has 8"),
    ],
)
def test_a_row_with_too_few_cells_is_named(desk, lines, row, cells):
    good = desk.text(desk.rows(30)).splitlines()
    text = "\r\n".join([good[0], *good[1 : len(lines) + 1], f"{desk.secret},Kent,8Q", *good[len(lines) + 1 :]])
    says = [f"cases.csv, row {row}: {cells}", "Look for a comma or a line break outside quotation marks there"]
    check_refused(desk, desk.reduce(desk.file(text)), says=says)


@pytest.mark.parametrize("extra", nightly([[], ["in order"]], ["in order"]))
def test_a_row_with_too_many_cells_far_down_is_named(desk, extra):
    lines = longer(desk, [], 69_999)
    wrong = f"{lines[-1]},{desk.secret}"
    text = "\n".join([*lines, wrong, *(lines[5:9] if extra else [])])
    check_refused(desk, desk.reduce(desk.file(text)), says=["cases.csv, row 70,001: 9 cells where the header has 8"])


def test_the_last_row_cut_short_is_named(desk):
    text = desk.text().rstrip().rpartition(",")[0]
    check_refused(desk, desk.reduce(desk.file(text)), says=["cases.csv, row 31: 7 cells where the header has 8"])


def test_a_quotation_mark_that_is_never_closed_is_named(desk):
    lines = desk.text().splitlines()
    lines[9] = lines[9].replace("Told by", '"Told by')
    check_refused(desk, desk.reduce(desk.file("\n".join(lines))), says=["cases.csv, row 10", "never closed"])


def test_a_quotation_mark_never_closed_in_a_long_file_is_named(desk):
    lines = longer(desk, [], 40_000)
    lines[9] = lines[9].replace("Told by", '"Told by')
    says = ["cases.csv, row 10: a cell of more than 1,048,576 characters, or a quotation mark that is never closed"]
    check_refused(desk, desk.reduce(desk.file("\n".join(lines))), says=[*says, "Mend that row, or export"])


@pytest.mark.parametrize("number", nightly([5, 30_000], 5))
def test_a_quotation_mark_never_closed_in_the_header_is_named_and_no_row_is_shown(desk, number):
    text = "\n".join(longer(desk, [], number)).replace("Notes", '"Notes', 1)
    check_refused(desk, desk.reduce(desk.file(text)), says=["cases.csv, row 1: a quotation mark", "never closed"])


def test_a_quotation_mark_inside_a_cell_is_named(desk):
    lines = desk.text().splitlines()
    lines[12] = lines[12].replace(f"Told by {desk.secret}", f'"he said "no" to {desk.secret}"')
    says = ["cases.csv, row 13", "inside a cell without being doubled", "Mend that row"]
    check_refused(desk, desk.reduce(desk.file("\n".join(lines))), says=says)


def test_two_mapped_columns_of_one_name_are_refused(desk):
    header = [*HEADER[:-1], "Outcome"]
    says = ["cases.csv, row 1: 2 columns are called 'Outcome'", "Give each its own name"]
    check_refused(desk, desk.reduce(desk.table(header=header)), says=says)


def test_two_columns_of_one_name_that_nobody_asked_for_are_no_matter(desk):
    once, twice = desk.table(), desk.table(name="twice.csv", header=[*HEADER[:-2], "Notes", "Notes"])
    mapping = desk.mapping(text=desk.mapping().read_text().partition("[features")[0])
    check_reduced(desk, desk.reduce(once, mapping=mapping, name="once"))
    check_reduced(desk, desk.reduce(twice, mapping=mapping, name="twice"))
    one, other = desk.numbers("once"), desk.numbers("twice")
    assert list(one.values()) == list(other.values())


def test_a_mapped_column_that_is_absent_is_named_with_how_many_are_there(desk):
    header = ["Xq", *HEADER[1:]]
    says = ["cases.csv, row 1: no column 'Case ref'", "It has 8 columns", "Correct the mapping"]
    check_refused(desk, desk.reduce(desk.table(header=header)), says=says)


def test_a_column_that_differs_in_capitals_is_the_same(desk):
    told = check_reduced(desk, desk.reduce(desk.table(header=["CASE  Ref", *HEADER[1:]])))
    assert "30 rows read, 30 counted" in told


def test_a_column_that_the_mapping_names_for_something_else_is_not_offered(desk):
    result = desk.reduce(desk.table(header=["Result" if name == "Outcome" else name for name in HEADER]))
    check_refused(desk, result, says=["cases.csv, row 1: no column 'Outcome'", "It has 8 columns"])
    assert "Did you mean" not in result.output


def test_a_column_that_is_called_nearly_so_is_offered(desk):
    says = ["cases.csv, row 1: no column 'Case ref'", "Did you mean 'Case reference'?"]
    check_refused(desk, desk.reduce(desk.table(header=["Case reference", *HEADER[1:]])), says=says)


def test_a_file_without_a_header_shows_nothing_of_its_first_case(desk):
    text = desk.text().partition("\r\n")[2]
    says = ["cases.csv, row 1: no column 'Case ref'", "is the header missing"]
    check_refused(desk, desk.reduce(desk.file(text)), says=says)


def test_a_case_that_holds_the_name_of_a_column_is_not_offered_in_its_place(desk):
    text = desk.text(desk.rows(row_2={"Outcome": f"case ref {desk.secret} too"})).partition("\r\n")[2]
    says = ["cases.csv, row 1: no column 'Case ref'", "is the header missing"]
    check_refused(desk, desk.reduce(desk.file(text)), says=says)


def test_a_delimiter_that_is_not_that_of_the_file_is_refused(desk):
    mapping = desk.mapping(("[dates]", '[file]\ndelimiter = ";"\n[dates]'))
    says = ["cases.csv, row 1: no column 'Case ref'", "the delimiter another"]
    check_refused(desk, desk.reduce(desk.table(), mapping=mapping), says=says)


def test_null_bytes_in_a_row_are_refused(desk):
    text = desk.text(desk.rows(row_7={"Outcome": f"\0{desk.secret}"}))
    check_refused(desk, desk.reduce(desk.file(text)), says=["cases.csv", "row 7"])


def test_null_bytes_in_the_header_are_refused(desk):
    says = ["cases.csv is not a table of text", "null bytes", "Export it as CSV or xlsx"]
    check_refused(desk, desk.reduce(desk.file(desk.text().replace("Recorded", "Rec\0orded", 1))), says=says)


@pytest.mark.parametrize("seed", nightly(range(4), 0))
def test_random_bytes_are_refused(desk, seed):
    chance = random.Random(seed)
    path = desk.file(chance.randbytes(300_000) + desk.secret.encode())
    check_refused(desk, desk.reduce(path), says=["cases.csv"])


def test_letters_without_a_line_end_are_refused(desk):
    check_refused(desk, desk.reduce(desk.file(desk.secret * 20_000)), says=["cases.csv"])


def test_a_declared_encoding_that_does_not_fit_is_refused_with_its_line(desk):
    lines = longer(desk, [], 45_000)
    assert len("\n".join(lines)) > 2 << 20
    held = "\n".join(lines).encode() + f"\n{desk.secret} \x81\x8d".encode("latin-1")
    for encoding in ("windows-1252", "utf-8"):
        mapping = desk.mapping(("[dates]", f'[file]\nencoding = "{encoding}"\n[dates]'))
        result = desk.reduce(desk.file(held), mapping=mapping)
        says = ["cases.csv", f"not text in {encoding}", "Name its encoding in the mapping", "line 45,002"]
        check_refused(desk, result, says=says)


@pytest.mark.parametrize(("line", "other"), [(3, 40), (40, 3), (3, 45_000), (45_000, 3)])
def test_text_in_two_encodings_is_refused_with_a_line_of_each(desk, line, other):
    """In one of them each, an accent and a mark that is no letter of the other."""
    lines = longer(desk, [], 45_001)
    held = [text.encode() for text in lines]
    held[line - 1] = "\u00e9\u201d".encode() + held[line - 1]
    held[other - 1] = "\u00e9".encode("windows-1252") + held[other - 1]
    says = [f"cases.csv: text in two encodings, line {line:,} in UTF-8 and line {other:,} not", "again in one"]
    check_refused(desk, desk.reduce(desk.file(b"\n".join(held))), says=says)


def test_bytes_of_neither_encoding_are_refused(desk):
    held = "\n".join(longer(desk, [], 45_000)).encode() + f"\n{desk.secret} \x81\x8d".encode("latin-1")
    says = ["cases.csv", "neither in UTF-8 nor in Windows-1252", "line 45,002", "Name its encoding in the mapping"]
    check_refused(desk, desk.reduce(desk.file(held)), says=says)


def test_a_cell_of_two_hundred_megabytes_is_refused(desk):
    path = desk.table()
    with path.open("ab") as held:
        held.write(f'{desk.secret},"'.encode())
        for _ in range(200):
            held.write(b"x" * 1_000_000)
        held.write(b'"')
    check_refused(desk, desk.reduce(path), says=["cases.csv, row 32", "a cell of more than 1,048,576 characters"])


def test_a_long_cell_in_a_column_that_nobody_asked_for_is_no_matter(desk):
    rows = desk.rows(row_7={"Notes": f"{desk.secret} said; " * 20_000})
    assert "30 rows read, 30 counted" in check_reduced(desk, desk.reduce(desk.table(rows)))


def test_a_picture_is_no_table(desk):
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + random.Random(1).randbytes(5000) + desk.secret.encode()
    says = ["cases.csv is a picture, by its first bytes", "export CSV"]
    check_refused(desk, desk.reduce(desk.file(picture)), says=says)


def test_a_packed_file_is_no_table(desk):
    packed = gzip.compress(desk.text().encode())
    says = ["cases.csv.gz is packed with gzip", "Unpack it and name the file in it"]
    check_refused(desk, desk.reduce(desk.file(packed, "cases.csv.gz")), says=says)


@pytest.mark.parametrize("end", nightly(["\n", "\r"], "\r"))
def test_line_ends_that_change_far_down_the_file_are_read(desk, end):
    lines = longer(desk, [], number=30_000)  # beyond what is looked at first
    text = "\r\n".join(lines[:29_000]) + "\r\n" + end.join(lines[29_000:])
    assert "30,000 rows read, 30,000 counted" in check_reduced(desk, desk.reduce(desk.file(text)))


def test_files_joined_end_to_end_have_their_second_header_left_out_and_told(desk, plain):
    joined = "\ufeff" + desk.text(desk.rows(10)) + "\ufeff" + desk.text(desk.rows(20, start=10), end="\n")
    told = check_reduced(desk, desk.reduce(desk.file(joined), name="joined"))
    assert "31 rows read, 30 counted" in told
    assert "header again, where files were joined end to end: 1" in told
    assert list(desk.numbers("joined").values()) == plain


def test_a_second_header_in_another_order_is_refused_with_its_row(desk):
    other = "\r\n".join(",".join(reversed(line.split(","))) for line in desk.text(desk.rows(20, start=10)).splitlines())
    check_refused(desk, desk.reduce(desk.file(desk.text(desk.rows(10)) + other)), says=["row 12", "unreadable_date"])


@pytest.mark.parametrize("number", nightly([1, 100, 1 << 17], 1, 1 << 17))
def test_a_file_whose_end_was_never_written_is_refused(desk, number):
    result = desk.reduce(desk.file(desk.text() + "\0" * number))
    check_refused(desk, result, says=["cases.csv ends in", "null bytes", "Export or copy it again"])


@pytest.mark.parametrize("below", ["\x1a", "\x0c\r\n", "\r\n\x1a\x1a", "Source: our system, as of 1 June, 2024\r\n"])
def test_what_stands_below_the_rows_and_is_none_is_left_out(desk, plain, below):
    check_reduced(desk, desk.reduce(desk.file(desk.text() + below), name="more"))
    assert list(desk.numbers("more").values()) == plain


@pytest.mark.parametrize("number", [512, 70_000])
def test_a_block_of_null_bytes_between_the_rows_is_refused_with_its_line(desk, number):
    """What was there may have been rows: where the block ends in the same column as it begins, the shape is whole."""
    held = desk.text(desk.rows(90)).encode()
    place = held.index(b"Told by", held.index(b"/50,"))
    broken = held[:place] + bytes(number) + held[held.index(b"Told by", place + 200) :]
    says = ["cases.csv, line 52: a block of null bytes", "rows may be lost", "Export or copy it again"]
    check_refused(desk, desk.reduce(desk.file(broken)), says=says)


def test_a_last_cell_whose_lines_look_like_notes_is_a_cell(desk, plain):
    rows = desk.rows(row_31={"Notes": "Statement taken\r\nNote: call back\r\nTotal"})
    check_reduced(desk, desk.reduce(desk.table(rows)))
    assert list(desk.numbers().values()) == plain


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"ARROW1\0\0", "an Arrow or Feather file, by its first bytes. Export the table from it as CSV"),
        (b"7z\xbc\xaf\x27\x1c\0", "packed with 7-Zip, by its first bytes. Unpack it"),
        (b"SQLite format 3\0", "a database of SQLite"),
        (b"$FL2@(#)", "a file of SPSS"),
        (b"<stata_dta><header>", "a file of Stata"),
        (b"{\\rtf1 Case\\tab Outcome}", "a document of a word processor"),
        (b"\xff\xff\xff\xff\x80\1\0\0", "a stream of Arrow, by its first bytes. Export the table from it as CSV"),
        (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
            "an e-mail or a web page saved whole, by how it begins",
        ),
        (b"From: a\r\nReceived: by b,\r\n\tfrom c\r\nMIME-Version: 1.0\r\n", "an e-mail or a web page saved whole"),
        (b"<Cases>\n<Case ref='1'/>\n</Cases>", "XML, by how it begins. Download or export the table itself"),
    ],
)
def test_a_file_of_another_program_is_told_by_what_it_is(desk, content, says):
    check_refused(desk, desk.reduce(desk.file(content + bytes(200), "cases.dat")), says=[f"cases.dat is {says}"])
