"""A chart and a table of one's own: what they are of, and what is refused before anything is shown."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis import read_counts, show
from analysis.counts import counts
from analysis.errors import DisclosureRefused, ParameterError

ROWS = pd.DataFrame({"force": ["Kent", "Essex"], "cases": [40, 12]})
SEEN = "Two bars: 40 cases for Kent, and 12 cases for Essex, which is fewer."


@pytest.fixture(autouse=True)
def nothing_read():
    counts.forget_read()


def drawing():
    figure = Figure()
    figure.subplots().bar(ROWS["force"], ROWS["cases"])
    return figure


def test_without_counts_nobody_can_say_what_rows_are_of():
    with pytest.raises(ParameterError, match=r"No counts were read.*read_counts\('latest'\)"):
        show.table(ROWS, title="A title", words="A sentence.")


def test_both_are_of_all_that_was_read_by_the_strictest_rule():
    read_counts("stalking_2024_25")
    first = show.table(ROWS, title="A title", words="A sentence.")
    assert first.record["about"]["period"] == "2024/25"
    assert first.record["about"]["sensitivity"] == "published"
    assert first.parts[1]["rows"] == [["Kent", "40"], ["Essex", "12"]]
    assert show.figure(drawing(), title="A title", words=SEEN, rows=ROWS).record["records"][1]["cases"] == 12
    read_counts("stalking_example")
    second = show.table(ROWS, title="A title", words="A sentence.")
    assert second.record["about"]["period"] == "April 2022 to March 2025"
    assert second.record["about"]["sensitivity"] == "synthetic"
    assert "made up by this project" in second.record["about"]["source"]
    assert second.parts[1]["rows"] == [["Kent", "40"], ["Essex", "[c]"]]
    assert "Disclosure control" in second.parts[1]["note"]
    with pytest.raises(DisclosureRefused, match=r"One row behind the figure holds .* fewer than 15 people"):
        show.figure(drawing(), title="A title", words=SEEN, rows=ROWS)
    shown = show.figure(drawing(), title="A title", words=SEEN, rows=ROWS.head(1))
    assert any("Disclosure control" in note for note in shown.record["notes"])


@pytest.mark.parametrize("title", ["", " ", "two\nlines", "x" * 151])
def test_a_title_is_one_line(title):
    read_counts("stalking_2024_25")
    with pytest.raises(ParameterError, match="A title is one line"):
        show.table(ROWS, title=title, words="A sentence.")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "are empty"),
        ("withdrawal", "are no sentence"),
        ("No end", "are no sentence"),
        ("Bars of five forces.", "have 20 characters, of at least 40"),
        ("A title", "are the title once more"),
    ],
)
def test_words_are_a_sentence_that_says_what_is_seen(words, fault):
    read_counts("stalking_2024_25")
    with pytest.raises(ParameterError, match=f"words {fault}.*. Write a sentence that says what is seen"):
        show.figure(drawing(), title="A title", words=words, rows=ROWS)


def test_words_are_never_made_of_rows():
    read_counts("stalking_2024_25")
    with pytest.raises(DisclosureRefused, match="Something of type DataFrame stands where words belong"):
        show.table(ROWS, title="A title", words=ROWS)


def test_nothing_is_said_to_be_complete_that_nobody_can_know_to_be():
    """Of case files it is not released which months a force sent."""
    assert show.read(read_counts("stalking_2024_25")).text.endswith("published figures, nothing missing.")
    gwent = read_counts("gwent_2022_2025")
    assert show.read(gwent).text.endswith("published figures, nothing missing.")
    for dated, told in (("2025-04", "no month missing, endings dated to April 2025."), ("", "missing, none dated.")):
        assert show.read(replace(gwent, as_at={"Gwent": ("2025-06", dated)})).text.endswith(told)
    assert show.read(read_counts("stalking_example")).text.endswith("figures, what the files lack is not shown.")
