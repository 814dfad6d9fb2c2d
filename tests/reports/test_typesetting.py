"""The PDF: what keeps a report from being printed, words that are only words, tables that fit, bytes that stay."""

import copy
import json

import numpy as np
import pypdfium2
import pytest
from jinja2 import UndefinedError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.errors import NotebookFailed
from analysis.presentation import blocks, content
from analysis.publishing.checks import print_rules
from analysis.publishing.report import prose, rendering, typesetting
from analysis.publishing.report.exporters import PrintExporter
from tests.reports.pdf import BANNER, agrees, check_order, check_tables, whole_tables, without_spaces
from tests.reports.tagged import Tagged

MANIFEST = {
    "is_restricted": False,
    "notebook": "book",
    "title": "How many?",
    "subject": "Kent, 2024/25",
    "parameters": {"force": "Kent"},
    "is_synthetic": False,
    "disclosure": "None.",
    "version": "0.1.0",
    "edition": "0123456789abcdef",
    "inputs": {"data/counts/some.parquet": "0123456789abcdef"},
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {high}"><text x="9" y="20">A label</text></svg>'
TITLES = ["On this page", "A part", "Annex", "What made this page"]
DESCRIPTION = "Two dots, the higher at 50% and the lower at 40%, each with its interval."


def shown(*parts, kind="table", **record):
    """A cell with a block of these parts."""
    block = blocks.Shown(kind, "As text", tuple(parts), record)
    output = new_output("display_data", data=block._repr_mimebundle_())
    output.data[blocks.MEDIA_TYPE]["read"] = []
    return new_code_cell("show", outputs=[output])


def figure(high=300, **changes):
    words = {"title": "Half", "subtitle": "Of cases.", "description": DESCRIPTION, "notes": ["A note."], "source": "S."}
    words |= {"identity": "half"}
    return content.figure(SVG.format(high=high), SVG.format(high=high), width=680, **(words | changes))


def report(*cells):
    return rendering.assembled(new_notebook(cells=[new_markdown_cell("# How many?\n\nFor a test."), *cells]))


def typeset(tmp_path, *cells, **changes):
    path = tmp_path / "report.pdf"
    path.write_bytes(typesetting.typeset(report(*cells), MANIFEST | changes))
    return Tagged(path)


@pytest.mark.parametrize("description", ["", "Half", "Too short to say anything."])
def test_a_figure_without_a_description_fails_the_build_and_is_named(description):
    cells = new_markdown_cell("## A part"), shown(figure(description=description), kind="figure")
    with pytest.raises(
        NotebookFailed, match=r"book, code cell \[1\] under “A part”: the figure 'Half' has no description"
    ):
        typesetting.typeset(report(*cells), MANIFEST)


def test_a_block_with_nothing_for_print_fails_the_build():
    with pytest.raises(NotebookFailed, match=r"book, code cell \[1\] under “A part”: a table has nothing for print"):
        typesetting.typeset(report(new_markdown_cell("## A part"), shown()), MANIFEST)


def test_a_part_that_no_template_knows_fails_the_cell_and_the_build():
    with pytest.raises(UndefinedError, match="no attribute 'unknown'"):
        shown({"part": "unknown"})
    cell = shown(content.paragraph("A part."))
    cell.outputs[0].data[blocks.PARTS_TYPE]["parts"][0]["part"] = "unknown"
    with pytest.raises(
        NotebookFailed, match=r"Code cell \[1\] under “A part” shows what no page can carry: .* attribute 'unknown'"
    ):
        typesetting.typeset(report(new_markdown_cell("## A part"), cell), MANIFEST)


def test_a_cell_that_an_earlier_version_ran_is_refused_and_told_how_to_mend_it():
    cell = shown(content.paragraph("A part."))
    del cell.outputs[0].data[blocks.PARTS_TYPE]
    with pytest.raises(
        NotebookFailed, match=r"Code cell \[1\].* was run by an earlier version .* Run the notebook again\."
    ):
        report(cell)


def test_html_that_a_cell_brings_never_reaches_the_page():
    cell = shown(content.paragraph("2 < 3 & <b>'s</b>"))
    cell.outputs[0].data["text/html"] = "<script>alert()</script>"
    page = rendering.page(report(new_markdown_cell("## A part"), cell), MANIFEST)
    assert "<p>2 &lt; 3 &amp; &lt;b&gt;&#39;s&lt;/b&gt;</p>" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("<b>x</b>", "holds HTML"),
        ("<div>x</div>", "holds HTML"),
        ("![x](y.png)", "a picture"),
        ("$x^2$", "a formula"),
        (r"\begin{equation}x\end{equation}", "a formula"),
    ],
)
def test_prose_that_print_cannot_carry_is_refused_by_cell(source, told):
    with pytest.raises(NotebookFailed, match=f"book: The text under “A part” .*{told}"):
        typesetting.typeset(report(new_markdown_cell(f"## A part\n\n{source}")), MANIFEST)


def test_prose_becomes_parts():
    source = (
        "Plain **bold *both*** and `code` to [there](https://example.org), [not](#here) &amp; on\nthe same line.\n\n"
        "- One\n- Two\n  1. Below\n\n> Said\n\n### Under\n\n```\na = 1\nb = 2\n```\n\n"
        "| A | B |\n|---|--:|\n| *x* | 2 |\n"
    )
    first, items, said, under, code, table = prose.Prose(source, 2).parts
    runs = [(run["text"], tuple(run["marks"]), run["address"]) for run in first["runs"] if run["text"].strip()]
    assert runs == [
        ("Plain ", (), ""),
        ("bold ", ("strong",), ""),
        ("both", ("strong", "emphasis"), ""),
        (" and ", (), ""),
        ("code", ("code",), ""),
        (" to ", (), ""),
        ("there", (), "https://example.org"),
        (", ", (), ""),
        ("not", (), "#here"),
        (" & on", (), ""),
        ("the same line.", (), ""),
    ]
    assert "".join(run["text"] for run in first["runs"]).endswith(" & on the same line.")
    assert not items["is_numbered"]
    assert items["entries"][1][1]["is_numbered"]
    assert said == content.quotation([content.paragraph("Said")])
    assert under == content.heading("Under")
    assert code == content.code("a = 1\nb = 2")
    assert table == content.table("", ["A", "B"], [["x", "2"]], numbers=[1])


def test_every_part_of_prose_is_set_without_a_complaint(tmp_path, caplog):
    source = "A **b** `c`\n\n- One\n  1. Two\n\n> Said\n\n### Under\n\n```\na = 1\nb = 2\n```\n\n|A|B|\n|-|-|\n|x|2|\n"
    pdf = typeset(tmp_path, new_markdown_cell(f"## A part\n\n{source}"))
    assert "A b c • One 1. Two Said Under a = 1 b = 2 A B x 2" in pdf.root.text
    assert not caplog.text


def test_words_are_words_whatever_they_look_like(tmp_path):
    odd = 'A #panic("x") *b* _c_ $d$ @e <f> [g] \\h {i} `j` // k ~ l == m'
    cells = [
        shown(*content.paragraphs(odd, style="opening"), kind="headline"),
        new_markdown_cell("## Part #panic()\n\nIn prose: \\# \\* \\_ #let x = 1"),
        shown(content.table(odd, [odd], [[odd]], note=odd)),
        shown(figure(title=odd, subtitle=odd, notes=[odd], source=odd), kind="figure"),
    ]
    pdf = typeset(tmp_path, *cells, subject=odd, parameters={"force": odd})
    assert without_spaces(pdf.root.text).count(without_spaces(odd)) == 11
    assert "In prose: # * _ #let x = 1" in pdf.root.text
    assert "Part #panic()" in [title for _, title in pdf.bookmarks]


def test_the_same_report_gives_the_same_bytes_at_any_time():
    cells = new_markdown_cell("## A part"), shown(figure(), kind="figure")
    one, again = (typesetting.typeset(report(*cells), MANIFEST) for _ in range(2))
    assert one == again
    assert one == typesetting.typeset(report(*cells), MANIFEST | {"made_at": "2026-11-25T02:12:25+00:00"})
    assert one != typesetting.typeset(report(*cells), MANIFEST | {"edition": "another"})


def test_a_long_table_breaks_and_repeats_its_headings_for_the_eye_alone(tmp_path):
    rows = [[f"Force {place}", f"{place:,}"] for place in range(100)]
    part = content.table("By force", ["Police force", "Cases"], rows, numbers=[1], note="[c] not shown.")
    pdf = typeset(tmp_path, new_markdown_cell("## A part"), shown(part))
    assert len([text for text in pdf.pages if "Police force Cases" in text]) >= 3
    assert [cell.text for cell in pdf.root.all("TH")] == ["Police force", "Cases"]
    assert len(pdf.root.all("TD")) == 200


@pytest.mark.parametrize(("columns", "several"), [(6, 1), (7, 1), (15, 3), (40, 7)])
def test_a_wide_table_is_set_smaller_or_as_several_that_say_what_their_rows_are_of(tmp_path, columns, several):
    heads = ["Police force", *(f"Difference, upper {place}" for place in range(columns - 1))]
    rows = [["Devon and Cornwall", *(f"{place},345" for place in range(columns - 1))]] * 3
    part = content.table("All of it", heads, rows, numbers=range(1, columns), note="A note.")
    pdf = typeset(tmp_path, new_markdown_cell("## A part"), shown(part), new_markdown_cell("## Another"))
    tables = pdf.root.captioned
    assert len(tables) == several
    assert {table.all("TH")[0].text for table in tables} == {"Police force"}
    ((title, printed, cells),) = whole_tables(pdf)
    assert title == "Allofit"
    assert list(map(without_spaces, printed)) == list(map(without_spaces, heads))
    assert cells == rows
    for table in pdf.root.all("Table"):
        left, _, right, _ = table.box
        assert 50 <= left < right <= float(pdf.pdf.pages[0].mediabox[2]) - 50
    assert pdf.root.text.count("A note.") == 1


def rows_of_labels(count, *, apart=22):
    """A drawing of so many rows of labels."""
    lines = (f'<text x="9" y="{40 + apart * row}">Row {row}</text>' for row in range(count))
    high = 60 + apart * count
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {high}">{"".join(lines)}</svg>'


def tall_figure(count=44):
    return figure() | {"wide": rows_of_labels(count)}


def test_a_tall_drawing_is_cut_between_its_rows_and_nowhere_else():
    cuts = typesetting._cuts(rows_of_labels(44))
    high = 60 + 22 * 44
    assert 5 <= len(cuts) <= 9
    for cut in cuts:
        nearest = min(abs(cut * high - (40 + 22 * row - 5)) for row in range(44))  # the middle of a label
        assert nearest > 10
    assert typesetting._cuts(rows_of_labels(44, apart=14)) == []  # too close to part them
    assert typesetting._cuts(SVG.format(high=900)) == []


@pytest.mark.parametrize("lines", [4, 8, 12])
def test_no_row_of_a_drawing_is_cut_or_lost_where_it_goes_on_over_pages(tmp_path, lines):
    """A bar beside each label, counted on the pages as they are seen."""
    bars = "".join(f'<rect x="300" y="{30 + 22 * row}" width="300" height="12"/>' for row in range(44))
    drawing = rows_of_labels(44).replace("</svg>", f"{bars}</svg>")
    cells = [
        new_markdown_cell("## A part\n\n" + "One line.\n\n" * lines),
        shown(figure() | {"wide": drawing}, kind="figure"),
    ]
    typeset(tmp_path, *cells)
    found = []
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as pdf:
        for page in pdf:
            dark = (page.render(scale=2, grayscale=True).to_numpy()[120:-110, 480:780] < 60).all(axis=1)
            edges = np.flatnonzero(np.diff(np.concatenate([[0], dark, [0]]).astype(int)))
            found.append((edges[1::2] - edges[::2]).tolist())
    bars_of = [[high for high in page if high > 4] for page in found]  # the rest are rules
    heights = [high for page in bars_of for high in page]
    assert len([page for page in bars_of if page]) > 1
    assert len(heights) == 44
    assert max(heights) - min(heights) <= 2


def test_a_tall_figure_goes_on_over_pages_and_is_heard_once(tmp_path):
    cells = [new_markdown_cell("## A part\n\n" + "One line.\n\n" * 18), shown(tall_figure(), kind="figure")]
    pdf = typeset(tmp_path, *cells)
    assert [one.alternative for one in pdf.root.all("Figure")] == [DESCRIPTION]
    drawn = print_rules.printed(tmp_path / "report.pdf").main
    assert len(drawn) > 1
    assert all(page.empty < print_rules.MOST_EMPTY for page in drawn[:-1])


def test_no_page_is_half_empty_before_a_plot_with_many_words(tmp_path):
    """As high as a funnel, with three lines above it and a note of two: it fits where half a page is left for it."""
    told = {"subtitle": "Share of cases of a kind. " * 9, "notes": ["Forces drawn hollow are named here. " * 4]}
    cells = [new_markdown_cell("## A part\n\n" + "One line.\n\n" * 8), shown(figure(500, **told), kind="figure")]
    typeset(tmp_path, *cells)
    first, *_ = print_rules.printed(tmp_path / "report.pdf").main
    assert first.empty <= print_rules.MOST_EMPTY


@pytest.mark.parametrize("high", [60, 640, 900, 1100, 4000])
def test_a_figure_that_cannot_be_cut_stays_on_one_page_with_its_words(tmp_path, high):
    cells = [new_markdown_cell("## A part\n\nWhat will be seen."), shown(figure(high), kind="figure")]
    pdf = typeset(tmp_path, *cells)
    words = ("Half", "Ofcases.", "Alabel", "Anote.", "S.")
    assert [text for text in map(without_spaces, pdf.pages) if all(word in text for word in words)]
    _, low, _, top = pdf.root.all("Figure")[0].box
    assert 50 < low < top < 800


def test_a_heading_stays_with_what_it_heads(tmp_path):
    rows = [[f"Force {place}", f"{place:,}"] for place in range(46)]
    for lines in range(1, 40, 9):  # wherever on a page it begins
        pdf = typeset(
            tmp_path,
            new_markdown_cell("## A part\n\n" + "One line.\n\n" * lines),
            new_markdown_cell("## Another part\n\nA row for each force."),
            shown(content.table("By force", ["Police force", "Cases"], rows, numbers=[1], note="A note. " * 40)),
            new_markdown_cell("## A third\n\nWhat will be seen."),
            shown(tall_figure(), kind="figure"),
        )
        pages = list(map(without_spaces, pdf.pages))  # the first has the contents too
        for head, led in (
            ("Anotherpart", "Arowforeachforce."),
            ("Anotherpart", "Force0"),
            ("Athird", "Whatwillbeseen."),
        ):
            assert any(head in text and led in text for text in pages), (lines, head, led)


def test_the_caption_of_a_long_table_is_told_to_those_who_listen(tmp_path):
    rows = [[f"Force {place}", f"{place:,}"] for place in range(46)]
    for lines in range(1, 60, 4):  # wherever on a page it begins
        pdf = typeset(
            tmp_path,
            new_markdown_cell("## A part\n\n" + "One line.\n\n" * lines),
            shown(content.table("By force", ["Police force", "Cases"], rows, numbers=[1], note="A note. " * 9)),
        )
        (table,) = pdf.root.captioned
        assert [caption.text for caption in table.all("Caption")] == ["By force"]


def test_an_annex_is_folded_on_the_page_and_has_pages_of_its_own_in_print(tmp_path):
    cells = [new_markdown_cell(f"## {title}\n\nWords on {title}.") for title in ("First", "Annex: more", "Annex: most")]
    html = rendering.page(report(*cells), MANIFEST)
    assert html.count('<details><summary><h2 id="annex-') == 2
    assert "More</h2></summary>" in html
    assert 'href="#annex"' in html
    pdf = typeset(tmp_path, *cells)
    first, second = pdf.pages
    assert [words in first for words in ("Contents", "Words on First", "Page 1 of 1, and an annex")] == [True] * 3
    assert second.index("In this annex") < second.index("Words on Annex: more") < second.index("Words on Annex: most")
    assert "Annex, page 1 of 1" in second
    printed = print_rules.printed(tmp_path / "report.pdf")
    assert (len(printed.main), len(printed.annex)) == (1, 1)


def test_made_up_cases_are_named_on_every_page_and_aloud(tmp_path):
    cells = [new_markdown_cell("## A part"), *(shown(figure(900), kind="figure") for _ in range(3))]
    for cell in cells[1:]:
        cell.outputs[0].data[blocks.MEDIA_TYPE]["read"] = ["synthetic"]
    pdf = typeset(tmp_path, *cells)
    assert len(pdf.pages) > 3
    assert all(BANNER in text for text in pdf.pages)
    assert pdf.root.text.count(BANNER) == 1


def test_the_checks_of_a_pdf_find_what_is_wrong(tmp_path):
    """Records that differ from what is printed, in a number, a title or their order, do not pass."""
    columns = [{"name": "force", "kind": "label"}, {"name": "share", "kind": "share"}]
    results = {"title": "How many?", "blocks": []}
    cells = [new_markdown_cell("## A part")]
    for title, share in (("First table", 0.4533), ("Second table", 0.0004)):
        told = "45.3%" if share > 0.1 else "under 0.1%"
        cells.append(shown(content.table(title, ["Police force", "Share"], [["Kent", told]], numbers=[1])))
        records = [{"force": "Kent", "share": share}]
        results["blocks"].append({"kind": "table", "id": title, "title": title, "columns": columns, "records": records})
    pdf = typeset(tmp_path, *cells)
    check_order(pdf, TITLES, results)
    check_tables(pdf, results)
    wrong = copy.deepcopy(results)
    wrong["blocks"][0]["records"][0]["share"] = 0.4541
    with pytest.raises(AssertionError, match="45.3% of share in First table"):
        check_tables(pdf, wrong)
    wrong["blocks"].reverse()
    with pytest.raises(AssertionError, match="not in its place"):
        check_order(pdf, TITLES, wrong)
    for cell, value in (("under 0.1%", 0.002), ("[c]", 0.1), ("1,234", 1235), ("\N{MINUS SIGN}3.2", 0.032)):
        record, kind = {"x": value, "symbols": {}}, "share" if "%" in cell or "[" in cell else "number"
        with pytest.raises((AssertionError, ValueError)):
            assert agrees(cell, record, {"name": "x", "kind": kind})


def test_the_exporter_prints_an_executed_notebook(tmp_path):
    book = new_notebook(cells=[new_markdown_cell("# How many?"), new_markdown_cell("## A part"), shown(figure())])
    made, resources = PrintExporter().from_notebook_node(book, {"metadata": {"name": "book"}})
    (tmp_path / "book.pdf").write_bytes(made)
    assert Tagged(tmp_path / "book.pdf").root.all("H1")[0].text == "How many?"
    assert resources["output_extension"] == PrintExporter().file_extension == ".pdf"


def test_parts_travel_as_plain_json():
    block = blocks.headline("An answer.", "A sentence.")
    bundle = json.loads(json.dumps(block._repr_mimebundle_()))
    assert bundle[blocks.PARTS_TYPE]["parts"] == list(block.parts)
    assert "parts" not in bundle[blocks.MEDIA_TYPE]
