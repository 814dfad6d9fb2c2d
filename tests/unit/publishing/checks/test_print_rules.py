"""How many pages a PDF has before its annex, and how empty each is: measured on pages that are made for it."""

import pytest
import typst

from analysis.publishing.checks import print_rules

PAGE = """#set page(width: 400pt, height: 628pt, margin: (top: 68pt, bottom: 60pt), header: [Head], footer: [Foot])
#let filled(share) = block(width: 100%, height: share * 1%, fill: black, above: 0pt, below: 0pt)
"""
LINES = "#grid(columns: 1, row-gutter: 20pt, ..([Words],) * 14)"
HALVES = "#filled(25)\n#v(250pt)\n#filled(25)"


@pytest.fixture
def printed(tmp_path):
    def made(*pages, annex=()):
        path = tmp_path / "report.pdf"
        parts = [one if isinstance(one, str) else f"#filled({one})" for one in (*pages, *annex)]
        if annex:
            parts[len(pages)] = f"#place(hide[= {print_rules.ANNEX}])\n{parts[len(pages)]}"
        path.write_bytes(typst.compile((PAGE + "\n#pagebreak()\n".join(parts)).encode()))
        return print_rules.printed(path)

    return made


def told(pdf, most=8):
    return [": ".join(fault) for fault in print_rules.broken(pdf, {"most_pages": most})]


def test_what_is_empty_is_what_nothing_stands_on_from_side_to_side(printed):
    pdf = printed(100, 40, LINES, HALVES, "")
    assert [round(page.empty, 2) for page in pdf.pages] == pytest.approx([0, 0.6, 0.28, 0.5, 1], abs=0.03)
    assert str(pdf).startswith("5 pages, 0 60 ")
    assert str(pdf).endswith("% empty; no annex")


def test_a_page_over_half_empty_is_refused_unless_it_is_the_last_of_its_part(printed):
    assert told(printed(100, 30, annex=[90, 60, 20])) == []
    assert told(printed(100, 45, 30, annex=[40, 20])) == [
        "report.pdf, page 2: is empty to 55%; only the last may be over half so",
        "report.pdf, annex, page 1: is empty to 60%; only the last may be over half so",
    ]


def test_too_many_pages_before_the_annex_are_refused(printed):
    assert told(printed(*[100] * 8, annex=[100] * 12)) == []
    assert told(printed(*[100] * 9)) == ["report.pdf: has 9 pages before its annex; at most 8"]
    assert told(printed(*[100] * 3, annex=[100]), most=2) == ["report.pdf: has 3 pages before its annex; at most 2"]


def test_what_is_no_pdf_is_told(tmp_path):
    (tmp_path / "report.pdf").write_text("No PDF.")
    with pytest.raises(ValueError, match=r"report\.pdf is no PDF that can be read"):
        print_rules.printed(tmp_path / "report.pdf")
