"""What every PDF must be, read by other means than those that make it: pdfua, and pikepdf through tagged.py."""

from __future__ import annotations

import itertools
import math
import re
from functools import partial
from unittest import mock

import pdfua
import pikepdf

from analysis.reference.periods import in_months
from tests.conftest import EVERY
from tests.reports.tagged import OF_WORDS, Tagged, squeezed

CONTENTS = ["Contents", "In this annex"]
#: What print calls a part that a page calls otherwise.
IN_PRINT = {
    "On this page": "Contents",
    "Words used on this page": "Words used in this report",
    "What made this page": "What made this report",
}
FAMILIES = {"DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "LibertinusSerif-Regular", "LibertinusSerif-Bold"}
SHEETS = ("force_profile",)  # of two pages, without contents
BANNER = "Synthetic cases: made up to show how this report works. No figure in this report is real."


def check_pdf(path, page, *, manifest, results) -> Tagged:
    """One accessible document that says what the page and its records say, in the same order."""
    assert findings(path) == ()
    pdf = Tagged(path)
    check_document(pdf, manifest)
    check_pages(pdf, manifest)
    check_order(pdf, page.section_titles, results)
    check_figures(pdf, results)
    check_tables(pdf, results)
    return pdf


def findings(path) -> tuple:
    """What pdfua finds wrong. Of what is on a page it looks at marks, words and forms: by day it is given no others."""
    looked_at = pikepdf.parse_content_stream if EVERY else partial(pikepdf.parse_content_stream, operators=OF_WORDS)
    with mock.patch.object(pikepdf, "parse_content_stream", looked_at):
        return pdfua.validate(str(path)).findings


def check_document(pdf, manifest) -> None:
    """Language, title, tags, the mark of PDF/UA-1, no date, fonts that travel with the file."""
    root = pdf.pdf.Root
    title = f"{manifest['title']} {manifest['subject']}".strip()
    assert root.Lang == "en-GB"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    with pdf.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == title
        assert "xmp:CreateDate" not in metadata
    assert "/CreationDate" not in pdf.pdf.docinfo
    assert pdf.pdf.docinfo["/Title"] == title
    for name, font in pdf.fonts.items():
        described = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in described or "/FontFile3" in described, name
        assert name.split("+")[1].removesuffix("-Identity-H") in FAMILIES


def check_pages(pdf, manifest) -> None:
    """Each page has its number and the title at its foot, and the banner where cases are made up."""
    first = next((place for place, text in enumerate(pdf.pages) if "In this annex" in text), len(pdf.pages))
    for place, text in enumerate(pdf.pages):
        main, annex = f"Page {place + 1} of {first}, and an annex", f"Annex, page {place - first + 1} of "
        main = main if first < len(pdf.pages) else f"Page {place + 1} of {first}"
        assert (main if place < first else f"{annex}{len(pdf.pages) - first}") in text
        assert manifest["title"] in text
        assert (BANNER in text) == manifest["is_synthetic"]
    assert (BANNER in pdf.root.text) == manifest["is_synthetic"], "a listener does not hear the banner"
    assert "These are not official statistics." in pdf.pages[0]


def check_order(pdf, sections, results) -> None:
    """What is read aloud comes in the order of the blocks; headings step down by one; bookmarks are the headings."""
    headings = pdf.root.all("H1", "H2", "H3")
    levels = [int(one.kind[1]) for one in headings]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    marked = [(int(one.kind[1]) - 1, one.text) for one in headings if one.text not in CONTENTS]
    assert [(depth, squeezed(title)) for depth, title in pdf.bookmarks] == marked
    told = [one.text for one in headings if one.kind == "H2"]
    expected = [IN_PRINT.get(title, title) for title in sections]
    if results.get("notebook") in SHEETS:
        left_out = {"Contents", "Annex", IN_PRINT["Words used on this page"]}
        assert told == [title for title in expected if title not in left_out]
    else:
        at = expected.index("Annex") + 1
        assert told == [*expected[:at], "In this annex", *expected[at:]]
    assert [one.text for one in headings if one.kind == "H1"] == [results["title"]]
    text, place = without_spaces(pdf.root.text), 0
    for words in in_order(results):
        found = text.find(without_spaces(words), place)
        assert found >= 0, f"'{words}' is not printed, or not in its place"
        place = found


def in_order(results) -> list[str]:
    """What a report says in its blocks, in the order of the page: the answer first."""
    first = [block for kind in ("headline", "key_figures") for block in results["blocks"] if block["kind"] == kind]
    told = []
    for block in first:
        told += [block.get("opening", ""), *block.get("sentences", [])]
        for figure in block.get("figures", []):
            told += [figure["value"], figure["label"], figure["base"], figure["interval"]]
    for block in results["blocks"]:
        if (
            block["kind"] in ("figure", "table")
            and block["id"] != "verdicts"
            and "phases" not in block
            and (block["kind"] == "figure" or rows_of(block))
        ):
            told += [block["title"]]
        told += block.get("sentences", []) if block["kind"] == "words" else []
        for question in block.get("questions", []):
            told += [question["prompt"], question["question"]]
        for finding in block.get("findings", []):
            told += [finding["statement"], finding["verdict"].capitalize(), finding["printed"], finding["reason"]]
        for source in block.get("sources", []):
            told += [source["title"], source["publisher"], source["licence"]]
    return [words for words in told if words]


def check_figures(pdf, results) -> None:
    """Every figure is a drawing, with its description for those who cannot see it, and words that stay words."""
    figures = [block for block in results["blocks"] if block["kind"] == "figure"]
    drawn = pdf.root.all("Figure")
    assert [one.alternative for one in drawn] == [block["description"] for block in figures]
    assert all(one.text for one in drawn if not one.alternative.startswith("An empty figure."))
    for page in pdf.pdf.pages:
        images = page.obj.Resources.get("/XObject", {}).values()
        assert all(one.Subtype == "/Form" for one in images), "a figure is a bitmap"


def check_tables(pdf, results) -> None:
    """Every table with its caption, heading cells that say what they head, and the numbers of the records."""
    told = [block for block in results["blocks"] if block["kind"] == "table"]
    printed = [block for block in told if block["id"] != "verdicts" and "phases" not in block and rows_of(block)]
    tables = whole_tables(pdf)
    assert [title for title, _, _ in tables] == [without_spaces(block["title"]) for block in printed]
    for (_, heads, rows), block in zip(tables, printed, strict=True):
        columns = [one for one in block.get("columns", []) if one["name"] != "state"]
        if len(columns) == len(heads) and len(rows) == len(block["records"]):
            for cells, record in zip(rows, block["records"], strict=True):
                for cell, column in zip(cells, columns, strict=True):
                    assert agrees(cell, record, column), f"{cell} of {column['name']} in {block['title']}: {record}"


def whole_tables(pdf) -> list[tuple[str, list[str], list[list[str]]]]:
    """The title, headings and rows of each table; one that is set as several is put together again."""
    found = []
    for table in pdf.root.captioned:
        heads = [head.text for head in table.all("TH")]
        assert len(table.all("THead")) == 1
        assert all(head.scope == "Column" and head.text for head in table.all("TH"))
        rows = [[cell.text for cell in row.all("TD")] for row in table.all("TBody")[0].all("TR")]
        assert all(len(row) == len(heads) for row in rows)
        title, number = re.fullmatch(
            r"(.*?)(?:\(part(\d+)of\d+\))?", without_spaces(table.all("Caption")[0].text)
        ).groups()
        if number in (None, "1"):
            found.append((title, heads, rows))
            continue
        before, above, shown = found[-1]
        again = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(above, heads, strict=False)))
        assert before == title
        assert again > 0, "a part of a table does not say what its rows are of"
        assert [row[:again] for row in rows] == [row[:again] for row in shown]
        whole = [[*left, *right[again:]] for left, right in zip(shown, rows, strict=True)]
        found[-1] = (title, [*above, *heads[again:]], whole)
    return found


def rows_of(block) -> list[dict]:
    """The rows of a table, of figures or of words; where there are none, only the words around them are printed."""
    return block["records"] if "records" in block else block["breaks"]


def agrees(cell: str, record: dict, column: dict) -> bool:
    """Whether a printed cell says what a record holds, to the digits that are printed."""
    value, kind = record[column["name"]], column["kind"]
    if value is None:
        return cell == record.get("symbols", {}).get(column["name"], "no limit")
    if kind in ("label", "date"):
        return without_spaces(cell) == without_spaces(in_months(str(value)))
    if cell.startswith(("under ", "over ")):
        limit = float(cell.split()[1].rstrip("%")) / (100 if cell.endswith("%") else 1)
        return value < limit if cell.startswith("under") else value > limit
    scale = 100 if kind in ("share", "difference", "distance") else 1
    number = cell.replace("\N{MINUS SIGN}", "-").replace(",", "").rstrip("%")
    decimals = len(number.partition(".")[2])
    return math.isclose(float(number), value * scale, abs_tol=0.5000001 * 10**-decimals)


def without_spaces(text: str) -> str:
    """A text without white space: a line that ends at a hyphen or a stroke has none there in the record."""
    return re.sub(r"\s", "", text)
