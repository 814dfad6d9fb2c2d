"""A pointer that rests on any mark of any chart is told the numbers of its row, and no other form of a report has them.

The charts are those of every notebook as it stands, and of made-up cases of which some numbers may not be shown.
"""

import json
import re
import zipfile

import pypdfium2
import pytest

from analysis.publishing.notebooks import notebooks
from tests.conftest import EVERY
from tests.reports import made_once, pointed

REPORTS = [
    *((name, {}) for name in notebooks.names()),
    ("victim_withdrawal", {"counts": "stalking_example", "period": "all"}),
]
#: A funnel, a journey, curves, and squares of made-up cases.
EVERY_TIME = (1, 3, 6, -1)
#: How many marks the keys of charts have that stand for no row, by the beginning of the figure's id.
KEYS = {"funnel-": 3, "moves-": 2, "heading-for": 2, "features-": 1, "endings-together": 2, "calibration-": 1}
#: A figure of which some rows are in a table of their own: cases of the police above defendants in court.
OF_TWO_TABLES = "journey-years"


@pytest.fixture(
    scope="module",
    params=REPORTS if EVERY else [REPORTS[place] for place in EVERY_TIME],
    ids=lambda report: " ".join([report[0], *report[1].values()]),
)
def report(request, tmp_path_factory):
    return made_once.folder_of(tmp_path_factory, *request.param)


def drawn(report):
    """Each drawing of a report, with the id of its figure and the blocks whose rows it shows."""
    blocks = json.loads((report / "results.json").read_text("utf-8"))["blocks"]
    with_rows = [block for block in blocks if block.get("records")]
    for identity, svg in pointed.drawings((report / "report.html").read_text("utf-8")):
        shown = with_rows if identity == OF_TWO_TABLES else [b for b in with_rows if b["id"] == identity]
        yield identity, svg, shown


def test_every_mark_tells_something_and_only_those_of_keys_do_not(report):
    found = {(identity, len(pointed.untold(svg))) for identity, svg, _ in drawn(report)}
    assert found, "a report without a drawing"
    for identity, untold in found:
        expected = next((many for begins, many in KEYS.items() if identity.startswith(begins)), 0)
        assert untold == expected, identity


def test_each_number_that_is_told_is_one_of_its_row(report):
    for identity, svg, blocks in drawn(report):
        told = pointed.titles(svg)
        assert told, identity
        assert [(words, found) for words in told if (found := pointed.made_up(words, blocks))] == [], identity


def test_what_may_not_be_shown_is_told_as_its_symbol(report):
    for identity, svg, blocks in drawn(report):
        for block in blocks:
            hidden = [row for row in block["records"] if row["state"] == "suppressed" and block["id"] == identity]
            labels = {str(next(iter(row.values()))) for row in hidden if row.get("by_lag") is None}
            told = [words for words in pointed.titles(svg) if words.partition(": ")[0] in labels]
            assert all("[c]" in words for words in told), told


def test_both_widths_tell_the_same(report):
    widths = {}
    for identity, svg, _ in drawn(report):
        widths.setdefault(identity, []).append(set(pointed.titles(svg)))
    assert {identity for identity, (wide, narrow) in widths.items() if wide != narrow} <= {
        identity
        for identity in widths
        if identity.startswith("ranks-")  # on a phone ranks are written, not drawn
    }


def test_a_mark_that_tells_nothing_and_a_number_of_another_row_are_found(tmp_path_factory):
    report = made_once.folder_of(tmp_path_factory, "victim_withdrawal", {})
    svg, blocks = next((svg, blocks) for identity, svg, blocks in drawn(report) if identity.endswith("-by-force"))
    assert len(pointed.untold(re.sub(r"<title>Kent: [^<]*</title>", "", svg))) == 2  # its dot and its interval
    kent, essex = (next(words for words in pointed.titles(svg) if words.startswith(name)) for name in ("Kent", "Essex"))
    assert pointed.made_up(kent.replace("Kent", "Essex"), blocks) == set(pointed._tokens(kent)) - pointed._tokens(essex)


def test_print_workbook_and_data_have_none_of_it(tmp_path_factory):
    report = made_once.folder_of(tmp_path_factory, "victim_withdrawal", {})
    told = {words for identity, svg, _ in drawn(report) for words in pointed.titles(svg) if "-by-force" in identity}
    with pypdfium2.PdfDocument(report / "report.pdf") as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    with zipfile.ZipFile(next(report.glob("*.xlsx"))) as workbook:
        texts += [workbook.read(name).decode("utf-8", "replace") for name in workbook.namelist()]
    texts += [path.read_text("utf-8") for path in (report / "data").iterdir()]
    assert len(told) == 44
    assert [words for words in told if any(words in " ".join(text.split()) for text in texts)] == []
