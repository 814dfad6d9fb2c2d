"""What stands before all else on a page: the answer, its key figures, and the report as files."""

import pytest
from nbformat.v4 import new_markdown_cell

from analysis.presentation import blocks, content
from analysis.publishing.checks import page_rules, pages
from analysis.publishing.report import rendering
from tests.reports.test_typesetting import MANIFEST, figure, report, shown

SIZES = {"report.pdf": 336_499, "tables.xlsx": 1_234_567, "results.json": 80, "data/half.csv": 4_321}


def answer(*sentences):
    opening, *others = sentences
    return shown(*blocks.headline(opening, *others).parts, kind="headline", opening=opening, sentences=list(others))


def page(*cells, sizes=None):
    key = shown(content.cards([{"label": "Half", "value": "50%", "base": "1 of 2", "interval": "", "records": []}]))
    key.outputs[0].data[blocks.MEDIA_TYPE]["kind"] = "key_figures"
    made = report(*cells, key, new_markdown_cell("## A part"), shown(figure(), kind="figure", id="half", title="Half"))
    return pages.read(rendering.page(made, MANIFEST | {"disclosure": "None."}, sizes))


def test_a_report_is_offered_as_files_with_their_sizes_above_its_title():
    made = page(answer("Half."), sizes=SIZES)
    (listed,) = made.classed("downloads")
    assert [(link.text, link.attributes["href"]) for link in listed.all("a")] == [
        ("This page", "report.html"),
        ("PDF", "report.pdf"),
        ("Workbook", "tables.xlsx"),
        ("Data (JSON)", "results.json"),
    ]
    assert [size.text for size in listed.all("span")][1:] == ["336 kB", "1.2 MB", "1 kB"]


def test_the_size_that_a_page_says_of_itself_is_its_own():
    html = rendering.page(report(answer("Half.")), MANIFEST, SIZES)
    assert f"one file, {round(len(html.encode()) / 1000)} kB" in html


def test_a_figure_leads_to_its_numbers_where_they_are_and_only_there():
    (link,) = [one for held in page(sizes=SIZES).classed("data") for one in held.all("a")]
    assert link.attributes["href"] == "data/half.csv"
    assert link.text == "The numbers of this figure as CSV: Half"
    assert page(sizes={name: size for name, size in SIZES.items() if "csv" not in name}).classed("data") == []


def test_what_nobody_has_written_is_not_offered():
    assert page().classed("downloads") == []
    names = [link.text for held in page(sizes={"results.json": 5}).classed("downloads") for link in held.all("a")]
    assert names == ["This page", "Data (JSON)"]


def test_the_offers_keep_the_rules_of_pages():
    html = rendering.page(report(new_markdown_cell("## A part")), MANIFEST | {"folder": "book/all"}, SIZES)
    assert [fault for fault in page_rules.broken(html) if "links" in fault[1] or "heading" in fault[1]] == []


def test_the_typical_force_that_an_answer_names_is_explained():
    """In the profile of a force it stood beside the share of all forces and was not said to be another."""
    told = page(answer("Kent Police is further above the typical force (47.4%) than chance alone explains.")).text
    assert "Typical force where forces lie on average" in told
    assert "Typical force" not in page(answer("Half.")).text


@pytest.mark.parametrize(
    ("sentences", "above"),
    [
        (["Short."], ["Half.", "Short."]),
        (["Short.", "Also."], ["Half.", "Short.", "Also."]),
        (["Short.", "Longer. " * 40], ["Half.", "Short."]),
        (["Longer. " * 46, "Also."], ["Half."]),  # it would push the key figures off the first screen of a phone
    ],
)
def test_the_key_figures_follow_the_answer_before_what_is_long(sentences, above):
    text = page(answer("Half.", *(one.strip() for one in sentences))).text
    before, _, after = text.partition("50%")
    told = ["Half.", *(one.strip() for one in sentences)]
    assert [one for one in told if one in before] == above
    assert all(one in after for one in told if one not in above)
