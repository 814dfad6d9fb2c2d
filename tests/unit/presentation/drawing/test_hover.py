"""A pointer that rests on a mark is told its row, and nobody else is told anything more."""

import re

from analysis import rates, read_counts
from analysis.outputs import drawings

TITLE = re.compile(r"<title>([^<]*)</title>")


def test_each_dot_tells_its_row_at_both_widths():
    shares = rates(read_counts("stalking_2024_25"), "charged", by="force")
    (figure,) = shares.dots().parts
    rows = shares.rows().set_index("force")
    for drawing in (figure["wide"], figure["narrow"]):
        told = dict(one.split(": ", 1) for one in TITLE.findall(drawing))
        assert set(told) == set(rows.index)
        assert told["Kent"] == "8.5% (7.6% to 9.3%), 347 of 4,106"


def test_each_quarter_tells_its_row_and_one_without_a_share_has_no_mark():
    shares = rates(read_counts("stalking_2024_25").select(force="Kent"), "charged", by="quarter")
    told = dict(one.split(": ", 1) for one in TITLE.findall(shares.quarters().parts[0]["wide"]))
    quarters = shares.rows()["quarter"].tolist()
    assert sorted(told) == sorted(["The share", *quarters])
    assert told["The share"] == f"{quarters[0]} {told[quarters[0]][:4]}, {quarters[-1]} {told[quarters[-1]][:4]}"


def test_an_output_for_an_airlock_has_no_words_that_are_not_seen():
    shown = rates(read_counts("stalking_2024_25"), "charged", by="force").dots()
    drawing = drawings.on_page(shown.html, shown.record["id"])
    assert "<path" in drawing
    assert "title" not in drawing
