"""Blocks of a report."""

import pytest

from analysis import outcomes, rates, read_counts, show
from analysis.errors import ParameterError
from analysis.presentation import blocks


def test_a_base_that_is_a_sentence_has_one_full_stop():
    told = blocks.key_figures(figure("No share [c]") | {"base": "Too few for the number to be shown."})
    assert told.text == "Victim withdrew, Kent: No share [c], Too few for the number to be shown."


def figure(value, **records):
    return {"label": "Victim withdrew, Kent", "value": value, "base": "of 10", "interval": "", "records": [records]}


def test_a_key_figure_that_says_what_an_earlier_one_said_is_shown_once():
    """Of a set of one force the figure of all forces and that of the force are one number under one name."""
    told = blocks.key_figures(figure("50%", place="all"), figure("50%", force="Kent"), figure("51%", force="Kent"))
    assert [one["value"] for one in told.record["figures"]] == ["50%", "51%"]
    assert told.text.count("Kent") == 2
    assert told.html.count("<li>") == 2


def test_key_figures_of_results_stand_side_by_side():
    charged = rates(read_counts("stalking_2024_25").select(force="Essex"), "charged").key_figure()
    ended = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent").key_figures()
    both = show.key_figures(charged, ended)
    assert both.record["figures"] == [*charged.record["figures"], *ended.record["figures"]]


@pytest.mark.parametrize("given", [{}, {"label": "Charged"}, "8.5%", None, blocks.nothing("None.")])
def test_what_is_no_key_figure_is_refused_with_what_is(given):
    with pytest.raises(ParameterError, match=r"no key figure: .* Give what key_figure\(\) or key_figures\(\) of a res"):
        show.key_figures(given)
