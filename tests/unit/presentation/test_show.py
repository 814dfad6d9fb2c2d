"""Blocks of a report."""

from analysis.presentation import blocks


def figure(value, **records):
    return {"label": "Victim withdrew, Kent", "value": value, "base": "of 10", "interval": "", "records": [records]}


def test_a_key_figure_that_says_what_an_earlier_one_said_is_shown_once():
    """Of a set of one force the figure of all forces and that of the force are one number under one name."""
    told = blocks.key_figures(figure("50%", place="all"), figure("50%", force="Kent"), figure("51%", force="Kent"))
    assert [one["value"] for one in told.record["figures"]] == ["50%", "51%"]
    assert told.text.count("Kent") == 2
    assert told.html.count("<li>") == 2
