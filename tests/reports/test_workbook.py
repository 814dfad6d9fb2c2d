"""A workbook holds what results.json holds, and nothing that a spreadsheet would hide, run or misread."""

import json
from decimal import ROUND_HALF_UP, Decimal
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn

from analysis.disclosure import protect
from analysis.errors import AttritionError
from analysis.presentation import blocks as show
from analysis.presentation import numbers as cells
from analysis.presentation import tables, wording
from analysis.presentation.drawing.letters import arial
from analysis.presentation.workbook import cells as sheet_cells
from analysis.presentation.workbook import layout, workbook
from analysis.presentation.workbook.checks import faults
from analysis.presentation.workbook.names import tab_names, table_name
from analysis.presentation.workbook.sheets import sheets
from analysis.questions.outcomes import charts
from analysis.shares.rates import Rates, rates
from tests.conftest import make_counts
from tests.reports.people import released
from tests.reports.spreadsheet import as_the_rules_open_it, check_workbook, shown, table_of

MANIFEST = {
    "notebook": "book",
    "subject": "England and Wales, stalking",
    "version": "0.1.0",
    "edition": "abcdef0123456789",
    "parameters": {"force": "all"},
    "disclosure": "Published figures are shown as published.",
}


def results(*blocks, is_synthetic=False, is_restricted=False):
    told = [block._repr_mimebundle_()[show.MEDIA_TYPE] for block in blocks]
    return {
        "title": "What happened?",
        "is_synthetic": is_synthetic,
        "is_restricted": is_restricted,
        "attribution": "Some words on the licence.",
        "blocks": json.loads(json.dumps(told)),
    }


def written(tmp_path, *blocks, is_synthetic=False):
    path, given_results = tmp_path / "tables.xlsx", results(*blocks, is_synthetic=is_synthetic)
    path.write_bytes(workbook.content(given_results, MANIFEST))
    with as_the_rules_open_it() as books:
        assert faults(path) == []
    [book] = books
    return check_workbook(book, given_results)


def by_force(*forces, events=40, sensitivity="published", **settings):
    rows = [(force, "2024-04-01", code, cases) for force in forces for code, cases in (("16", events), ("1", 60))]
    make = make_counts if sensitivity == "published" else released
    return protect(rates(make(rows, sensitivity=sensitivity, **settings), "victim_withdrawal", by="force"))


def test_the_same_input_gives_the_same_bytes_and_another_edition_does_not(tmp_path):
    told = results(tables.table(by_force("Kent", "Surrey"), title="By force"))
    made = []
    for name, manifest in (
        ("a.xlsx", MANIFEST),
        ("b.xlsx", MANIFEST),
        ("c.xlsx", {**MANIFEST, "edition": "another"}),
    ):
        (tmp_path / name).write_bytes(workbook.content(told, manifest))
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert made[0] != made[2]
    with ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<dcterms" not in archive.read("docProps/core.xml")


def test_a_figure_and_its_table_share_a_sheet_and_another_figure_has_its_own(tmp_path):
    forces, quarters = by_force("Kent", "Surrey"), by_force("Essex", "Dorset", events=10)
    table = tables.table(forces, title="By police force", note="A rank is not a finding.")
    book = written(tmp_path, charts.dots(forces), table, charts.dots(quarters))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "By police force", "Victim withdrawal by force"]
    words = [cell.value for cell in book["By police force"]["A"][:6]]
    assert words[0].startswith("From 40.0%") or "40.0%" in words[0]
    assert words[1] == "Table on the page: By police force."
    assert words[2].startswith("Figure on the page: Share of stalking cases")
    assert "A rank is not a finding." in words
    head, rows = table_of(book["By police force"])
    assert head == [
        "Police force",
        "Victim withdrew (cases)",
        "Out of (cases)",
        "Share (%)",
        "95% interval, lower",
        "95% interval, upper",
        "Cases still open",
        "Share, of decided (%)",
    ]
    assert rows[0][:4] == ["Kent", 40, 100, 0.4]
    assert rows[0][6:] == ["few", 0.4]


def test_a_table_of_fewer_columns_still_shares_the_sheet_of_its_figure(tmp_path):
    forces = by_force("Kent", "Surrey")
    book = written(tmp_path, charts.dots(forces), tables.table(forces, title="In short", columns=("force", "share")))
    assert book.sheetnames[3:] == ["In short"]
    assert len(table_of(book["In short"])[0]) == 8


def test_two_tables_of_the_same_rows_stay_two(tmp_path):
    forces = by_force("Kent", "Surrey")
    book = written(tmp_path, tables.table(forces, title="Once"), tables.table(forces, title="Twice"))
    assert book.sheetnames[3:] == ["Once", "Twice"]


def test_symbols_stand_where_there_is_no_number_and_only_those_that_occur_are_explained(tmp_path):
    """Of counts of people a small number is hidden, and a force without a case with it; of published ones none is."""
    rows = [("Kent", "2024-04-01", "16", 400), ("Kent", "2024-04-01", "1", 60), ("Surrey", "2024-04-01", "16", 3)]
    forces = ["Essex", "Kent", "Surrey"]
    published = make_counts(rows, forces=forces, missing=[("Essex", "2024-04-01")])
    people = released(rows, forces=forces)
    for cases, numbers, symbol in (
        (people, {"Essex": "[c]", "Kent": people.cell(("14", "16"), force="Kent"), "Surrey": "[c]"}, "[c]"),
        (published, {"Essex": "[x]", "Kent": 400, "Surrey": 3}, "[x]"),
    ):
        book = written(tmp_path, tables.table(protect(rates(cases, "victim_withdrawal", by="force")), title="By force"))
        _, found = table_of(book["By force"])
        assert {row[0]: row[1] for row in found} == numbers
        _, notes = table_of(book["Notes"])
        assert [row[1] for row in notes if row[0] == "Symbol"] == [symbol]
        words = [str(cell.value) for cell in book["By force"]["A"]]
        assert [f"{word[:3]}{word[-1]}" for word in words if word.startswith("[")] == [f"{symbol}."]
        is_said = any(word.startswith("Disclosure control: ") for word in words)
        assert is_said == (cases is people)


def test_words_that_do_not_occur_are_not_explained(tmp_path):
    book = written(tmp_path, tables.table(by_force("Kent"), title="By force"))
    words = [row[1] for row in table_of(book["Notes"])[1] if row[0] == "Word"]
    assert {"Case", "Out of", "95% interval"} <= set(words)
    assert "Decided cases with a suspect" not in words


@pytest.mark.parametrize(
    "force",
    ["=1+1", "+44 7700", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://a.example","b")', "{=1}", "http://a.example"],
)
def test_what_looks_like_a_formula_or_a_link_is_text(tmp_path, force):
    book = written(tmp_path, tables.table(by_force(force, "Kent"), title="By force"))
    cell = next(cell for cell in book["By force"]["A"] if cell.value == force)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.quotePrefix == force.startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize(
    ("force", "told"),
    [
        ("[read](http://a.example)", "[read] (http://a.example)"),
        ("[a](b) [c](d)", "[a] (b) [c] (d)"),
        ("$$note$$", "$ $note$ $"),
        ("---", "as written: ---"),
        ("é", "as written: é"),
        ("two\nlines\x07", "two lines"),
        ("   ", "[z]"),
    ],
)
def test_what_gptables_would_read_otherwise_stays_what_it_is(tmp_path, force, told):
    path = tmp_path / "tables.xlsx"
    path.write_bytes(workbook.content(results(tables.table(by_force(force, "Kent"), title="By force")), MANIFEST))
    assert told in [row[0] for row in table_of(openpyxl.load_workbook(path)["By force"])[1]]


@pytest.mark.parametrize(
    "title",
    [
        "=1+1",
        "[a](b)",
        "A 'quoted' name",
        "History",
        "Notes",
        "A1",
        "R1C1",
        "a/b: [c]?*\\",
        "x" * 300,
        "🙂" * 40,
        "...",
    ],
)
def test_any_title_gives_a_sheet(tmp_path, title):
    protected = by_force("Kent", "Surrey")
    path = tmp_path / "tables.xlsx"
    path.write_bytes(
        workbook.content(results(tables.table(protected, title=title), tables.table(protected, title=title)), MANIFEST)
    )
    assert len(openpyxl.load_workbook(path).sheetnames) == 5


def test_tabs_say_what_is_in_them_and_are_never_alike():
    assert tab_names(["By police force", "by police force", "By police force"]) == [
        "By police force",
        "by police force 2",
        "By police force 3",
    ]
    long = [
        "How the cases ended, by outcome type",
        "Charged, April to December 2020, as printed and as its counts give",
        "Printed charge rates for stalking, England and Wales",
        "If every case still open ended so",
    ]
    assert tab_names(long) == [
        "How the cases ended",
        "Charged, April to December 2020",
        "Printed charge rates",
        "If every case still open ended",
    ]
    assert table_name("A1") == "table_a1"


@given(st.lists(st.text(max_size=60), max_size=12))
def test_tab_names_are_what_excel_takes(wanted):
    names = tab_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\'")


def test_a_table_without_rows_says_so(tmp_path):
    forces = by_force("Kent")
    empty = protect(Rates(rates_table(forces), forces.by, forces.about))
    book = written(tmp_path, tables.table(empty, title="By force"))
    assert table_of(book["By force"])[1] == [["No rows to show", *["[z]"] * 5]]


def rates_table(protected):
    return protected.table.iloc[:0]


def test_made_up_cases_are_named_on_every_sheet(tmp_path):
    protected = by_force("Kent", "Surrey", sensitivity="synthetic")
    figures = show.key_figures(show.key_figure(by_force("Kent", sensitivity="synthetic")))
    book = written(tmp_path, figures, tables.table(protected, title="By force"), is_synthetic=True)
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Key figures", "By force"]
    assert book.properties.title == "What happened? (made-up cases)"
    for sheet in book:
        assert workbook.BANNER in [cell.value for cell in sheet["A"][:3]]


def test_a_report_without_figures_has_a_cover_and_notes(tmp_path):
    book = written(tmp_path, show.headline("An answer.", "A sentence."))
    assert book.sheetnames == ["Cover", "Contents", "Notes"]
    assert {"An answer.", "A sentence."} <= {cell.value for cell in book["Cover"]["A"]}


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_in_a_cell_looks_as_on_the_page(events, cases):
    share = min(events, cases) / cases
    made = sheet_cells._number(round(share, 6), "share")
    assert shown(Styled(made)) == wording.percent(share)


@pytest.mark.parametrize(
    ("kind", "value", "looks"),
    [
        ("count", 11831, "11,831"),
        ("share", 0.0, "0%"),
        ("share", 1.0, "100%"),
        ("share", 0.0002, "under 0.1%"),
        ("share", 0.9999, "over 99.9%"),
        ("share", 0.0625, "6.3%"),
        ("difference", 0.0317, "+3.2"),
        ("difference", -0.0317, "-3.2"),
        ("difference", -0.0001, "0.0"),
        ("ratio", 1.345, "1.35"),
        ("number", 6.5, "6.5"),
        ("number", 29, "29"),
        ("probability", 0.0000001, "under 0.001"),
        ("probability", 0.0457, "0.046"),
    ],
)
def test_a_number_in_a_cell_looks_as_on_the_page(kind, value, looks):
    made = sheet_cells._number(value, kind)
    assert shown(Styled(made)) == looks
    assert cells._AS_PRINTED[kind](value).replace(cells.MINUS, "-") == looks
    held = Decimal(repr(made.value)) / (100 if kind == "difference" else 1)
    assert held.quantize(Decimal("0.000001"), ROUND_HALF_UP) == Decimal(f"{value:.6f}")


def test_a_ratio_without_an_upper_limit_says_so():
    assert sheet_cells.cell({"high_ratio": None}, "high_ratio", "ratio").value == "no limit"
    assert sheet_cells.cell({"ratio": None, "symbols": {"ratio": "[c]"}}, "ratio", "ratio").symbol == "[c]"


class Styled:
    """A cell as openpyxl has one."""

    def __init__(self, cell):
        self.value, self.number_format = cell.value, cell.shown_as


LONG = "Between one thing and another, of which there are many; and a second sentence that says no more. " * 3


def test_what_stands_above_a_table_is_in_rows_that_fit_and_says_all_of_it(tmp_path):
    """Nothing above a table is wider than a page, and what was cut is cut between words."""
    table = tables.table(by_force("Kent", "Surrey"), title=LONG.strip(), note=LONG.strip())
    sheet = written(tmp_path, table).worksheets[-1]
    (marked,) = sheet.tables.values()
    above = [cell for cell in sheet["A"] if cell.row < int(marked.ref[1 : marked.ref.index(":")])]
    assert " ".join(cell.value for cell in above).count(LONG.strip()) == 2
    assert all(arial.width(cell.value, cell.font.sz, is_bold=bool(cell.font.b)) <= layout.PAGE for cell in above)
    assert [cell.style for cell in above[:4]] == ["Heading 1"] * 4


@pytest.mark.parametrize(
    "force", ["Kent", "A" + " place whose name is long" * 30, "x" * 600], ids=["one", "many", "solid"]
)
def test_columns_hold_their_numbers_and_rows_their_words(tmp_path, force):
    """The measure is the widths of letters themselves, so one name or a very long one is shown whole."""
    book = written(tmp_path, tables.table(by_force(force, "Surrey"), title="By force"))
    sheet = book.worksheets[-1]
    (row,) = [cell.row for cell in sheet["A"] if cell.value == force]
    room = sheet.column_dimensions["A"].width * 7 - 4
    lines = sheet.row_dimensions[row].height / (layout.TEXT * 1.15)
    assert arial.width(force) <= room * lines
    assert (sheet.row_dimensions[row].height < 20) == (force == "Kent")


def test_print_is_a4_across_on_one_page_with_the_headings_on_each(tmp_path):
    book = written(tmp_path, tables.table(by_force("Kent", "Surrey"), title="By force"))
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage) == (9, True)
        assert sheet.page_setup.fitToHeight == 0
    (marked,) = book["By force"].tables.values()
    assert book["By force"].print_title_rows == f"${marked.ref[1]}:${marked.ref[1]}"
    assert book["By force"].page_setup.orientation == "landscape"


def test_headings_that_would_be_alike_are_told_apart():
    protected = by_force("Kent")
    record = results(tables.table(protected, title="By force"))
    block = record["blocks"][0]
    block["columns"] += [{**block["columns"][0], "name": "place", "heading": "POLICE FORCE"}] * 2
    for row in block["records"]:
        row["place"] = "here"
    block["columns"][-2:] = [{**block["columns"][0]}, {**block["columns"][0]}]
    (sheet,) = sheets(record)
    assert [heading.words for heading in sheet.headings][-2:] == ["Police force (2)", "Police force (3)"]


def merged(book):
    book["By force"].merge_cells("A1:B1")


def hidden(book):
    book["By force"].sheet_state = "hidden"


def hidden_row(book):
    book["By force"].row_dimensions[7].hidden = True


def formula(book):
    book["By force"]["B7"] = "=1+1"


def frozen(book):
    book["By force"].freeze_panes = "A2"


def unmarked(book):
    book["By force"].tables.clear()


def second(book):
    table = Table(displayName="another", ref="H1:H2")
    table.tableColumns = [TableColumn(id=1, name="x")]
    book["By force"].add_table(table)


def blank(book):
    book["By force"]["C7"] = None


def below(book):
    book["By force"]["A40"] = "A note below the table"


def renamed(book):
    book["By force"].title = "Elsewhere"


def untitled(book):
    book["By force"]["A1"] = None


def untagged(book):
    book["By force"]["A1"].style = "Normal"


def nameless(book):
    book.properties.title = None


def foreign(book):
    book.properties.language = "fr"


def moved(book):
    book["By force"]["A3"] = "This worksheet contains one table, from cell A9."


def unexplained(book):
    book["By force"]["B7"] = "[x]"


def another_heading(book):
    book["By force"]["A5"] = "Force"


def shuffled(book):
    book.move_sheet("Notes", 1)


def filtered(book):
    (table,) = book["By force"].tables.values()
    table.autoFilter = AutoFilter(ref="A5:D7")


def footed(book):
    book["By force"].oddFooter.center.text = "Page 1"


def commented(book):
    book["By force"]["A5"].comment = Comment("Not for everybody", "A reader")


def far(book):
    book["By force"]["XFD1048576"] = 1


def low(book):
    book["By force"].row_dimensions[5].height = 15


def of_no_height(book):
    book["By force"].row_dimensions[5].height = None


def high(book):
    book["By force"].row_dimensions[7].height = 40


def narrow(book):
    book["By force"].column_dimensions["B"].width = 4
    book["By force"]["B7"] = 12345678


def narrow_cover(book):
    book["Cover"].column_dimensions["A"].width = 40


def running_over(book):
    book["By force"]["B3"] = "beside it"


@pytest.fixture(scope="module")
def spoilable(tmp_path_factory):
    """A workbook as openpyxl saves it, with which nothing is wrong."""
    folder = tmp_path_factory.mktemp("spoilable")
    written(folder, tables.table(by_force("Kent", "Surrey"), title="By force"))
    path = folder / "tables.xlsx"
    openpyxl.load_workbook(path).save(path)
    assert faults(path) == []
    return path


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (low, "row 5 is lower than its text"),
        (of_no_height, "row 5 is lower than its text"),
        (high, "row 7 is higher than its text"),
        (narrow, "the number in B7 is wider than its column"),
        (narrow_cover, "sheet 'Cover': row 6 is lower than its text"),
        (running_over, "the words in A3 run over into B3"),
        (filtered, "the table has a filter"),
        (footed, "there is a header or footer"),
        (commented, "it holds xl/comments/comment1.xml"),
        (far, "it cannot be read as a workbook (its cells stand too far apart)"),
        (merged, "cells are merged"),
        (hidden, "something is hidden"),
        (hidden_row, "something is hidden"),
        (formula, "there is a formula"),
        (frozen, "panes are frozen"),
        (unmarked, "0 tables are marked up, not one"),
        (second, "2 tables are marked up, not one"),
        (blank, "cells are blank: C7"),
        (below, "something stands below the table"),
        (renamed, "the contents leave out 'Elsewhere'"),
        (untitled, "there is no title in cell A1"),
        (untagged, "is not tagged as a heading"),
        (nameless, "the property 'title' is not set"),
        (foreign, "the language is not en-GB"),
        (moved, "not where the sheet says that it begins"),
        (unexplained, "the symbol [x] is not explained"),
        (another_heading, "the headings that are marked up are not those in the cells"),
        (shuffled, "does not begin with the sheets Cover, Contents, Notes"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_each_fault_is_found(tmp_path, spoilable, spoil, told):
    path = tmp_path / "tables.xlsx"
    book = openpyxl.load_workbook(spoilable)
    spoil(book)
    book.save(path)
    found = faults(path)
    assert any(told in fault for fault in found), found


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("xl/worksheets/sheet4.xml", None, "a sheet has no part"),
        ("xl/styles.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "its XML declares types of its own"),
        ("xl/worksheets/sheet4.xml", b"<worksheet", "it cannot be read as a workbook"),
    ],
)
def test_a_workbook_whose_parts_are_damaged_is_said(tmp_path, name, content, told):
    path = tmp_path / "tables.xlsx"
    written(tmp_path, tables.table(by_force("Kent", "Surrey"), title="By force"))
    with ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    with ZipFile(path, "w") as archive:
        for one, held in {**parts, name: content}.items():
            if held is not None:
                archive.writestr(one, held)
    (fault,) = faults(path)
    assert told in fault


def test_what_is_no_workbook_is_said(tmp_path):
    path = tmp_path / "tables.xlsx"
    path.write_text("no workbook")
    assert "cannot be read as a workbook" in faults(path)[0]


def test_a_workbook_with_faults_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "faults", lambda path: ["sheet 'x': something is hidden"])
    told = results(tables.table(by_force("Kent"), title="By force"))
    with pytest.raises(AttritionError, match="check list of workbooks: sheet 'x'"):
        (tmp_path / "tables.xlsx").write_bytes(workbook.content(told, MANIFEST))
