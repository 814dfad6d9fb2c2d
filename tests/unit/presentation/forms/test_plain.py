"""What a plain shell shows of a block and of a result: words and rows, and no drawing."""

import pytest

from analysis import between, outcomes, rates, read_counts
from analysis.presentation.blocks import Shown
from analysis.presentation.content import cards, group, items, paragraph, run, table
from analysis.presentation.forms import plain


@pytest.fixture(scope="module")
def cases():
    return read_counts("stalking_2024_25")


def test_every_part_is_lines_of_words():
    card = {"label": "Charged", "value": "8.5%", "base": "of 40", "interval": "95% interval 1% to 9%", "records": []}
    parts = (
        cards([card, {**card, "interval": ""}]),
        group(items([[paragraph("One ", run("bold", "strong"))]])),
        table("Two", ["Force", "Cases"], [["Kent", "1,023"], [[run("Essex", "strong")], "9"]], numbers=[1]),
    )
    assert plain.text(parts, {}).splitlines() == [
        "Charged: 8.5%, of 40 (95% interval 1% to 9%)",
        "Charged: 8.5%, of 40",
        "- One bold",
        "Two",
        "Force  Cases",
        "Kent   1,023",
        "Essex      9",
    ]


def test_a_figure_is_its_words_and_the_rows_that_it_was_drawn_from(cases):
    figure = rates(cases.select(force="Kent"), "charged", by="quarter").quarters()
    lines = str(figure).splitlines()
    assert lines[:3] == [figure.record[name] for name in ("title", "subtitle", "description")]
    assert [line.split("  ")[0] for line in lines[4:]] == [f"2024/25 Q{quarter}" for quarter in range(1, 5)]
    assert "svg" not in str(figure)


def test_a_number_that_is_missing_is_its_symbol():
    columns = [{"name": name, "kind": kind, "heading": name} for name, kind in (("force", "label"), ("share", "share"))]
    record = {"columns": columns, "records": [{"force": "Kent", "share": None, "symbols": {"share": "[c]"}}]}
    drawn = {"part": "figure", "title": "One", "subtitle": "", "description": "A dot."}
    assert plain.text([drawn], record).splitlines() == ["One", "A dot.", "force  share", "Kent     [c]"]


def test_a_block_without_parts_is_its_text():
    assert repr(Shown("table", "Nothing.")) == "Nothing."


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda cases: outcomes.endings(cases, "victim_withdrawal", force="Kent"), "ended because the victim withdrew"),
        (lambda cases: between(cases, "charged", "Kent", "Essex"), "Kent less Essex"),
        (lambda cases: rates(cases, "charged"), "cases recorded by all 44 police forces of England and Wales"),
    ],
)
def test_a_result_is_its_sentences_and_its_table(cases, asked, words):
    told = repr(asked(cases))
    assert words in told
    assert "95% interval, lower" in told
    assert "object at" not in told
    assert asked(cases)._repr_mimebundle_()["text/plain"] == told
