"""What to ask: every rule holds of some figures and not of others, and each question comes with its figure."""

from math import nan

import pandas as pd
import pytest

from analysis.questions.profile import asking
from analysis.questions.profile.asking import Facts
from analysis.questions.profile.results import EVIDENTIAL, SUSPECT, TOLD

WITHDREW, NO_ACTION, CHARGED, OPEN = TOLD
EVEN = {WITHDREW: 0.5, NO_ACTION: 0.35, CHARGED: 0.09, OPEN: 0.03, EVIDENTIAL: 0.3, SUSPECT: 0.94}


def row(measure, share, beside="level", *, cases=4000, spread=0.01, ranks=(20, 25)):
    numbers = {"share": share, "low": share - spread, "high": share + spread, "cases": cases}
    ends = dict(zip(("low_rank", "high_rank"), ranks, strict=True))
    return pd.Series({"measure": measure, **numbers, **ends, "all_forces_share": EVEN[measure], "beside": beside})


def facts(*others, one_split_share=0.5, cases=4000, ranks=(20, 25), **changes):
    """A force like all others in everything but in the rows given."""
    rows = {name: row(name, share, cases=cases, ranks=ranks) for name, share in EVEN.items()}
    return Facts(
        rows | {other["measure"]: other for other in others}, one_split_share=one_split_share, ranked=44, **changes
    )


def held(known):
    return [rule.name for rule in asking.RULES if rule.holds(known)]


def test_a_force_like_all_others_prompts_nothing():
    assert held(facts()) == []


@pytest.mark.parametrize(
    ("known", "name", "told"),
    [
        (facts(cases=30), "few cases", "30 cases: too few for shares to say much."),
        (facts(row(OPEN, 0.08, "above")), "many still open", "8.0% of recorded cases; 3.0% in all forces together."),
        (facts(row(SUSPECT, 0.8, "below")), "few suspects", "identified in 80.0% of decided cases; 94.0%"),
        (facts(row(SUSPECT, 0.915, "below")), "few suspects", "91.5%"),  # of decided cases: open ones raise nothing
        (facts(kept=(0.58, 0.53)), "withdrawal after a suspect is identified", "58.0% ended in withdrawal; 53.0%"),
        (facts(row(WITHDREW, 0.56, "above"), one_split_share=0.56), "high withdrawal", "withdrew in 56.0% of recorded"),
        (facts(row(WITHDREW, 0.4, "below"), one_split_share=0.4), "low withdrawal", "withdrew in 40.0% of recorded"),
        (facts(one_split_share=0.47), "a recording choice", "50.0% withdrew; 47.0% if types 15 and 16 were divided"),
        (facts(row(EVIDENTIAL, 0.35, "above")), "much type 15", "(type 15) in 35.0% of recorded cases; 30.0%"),
        (facts(row(CHARGED, 0.03, "below")), "few charges", "charged in 3.0% of recorded cases; 9.0% in all forces"),
        (facts(row(NO_ACTION, 0.4, "above")), "much no further action", "taken in 40.0% of recorded cases; 35.0%"),
        (facts(unheld=["2022/23"]), "years that are not held", "Of 2022/23 no figures by force are held here."),
        (facts(ranks=(4, 40)), "an uncertain rank", "rank of withdrawal could be 4 to 40 of 44."),
    ],
)
def test_each_rule_holds_of_what_it_is_for_and_says_the_figure(known, name, told):
    assert held(known) == [name]
    (rule,) = asking.chosen(known)
    assert told in rule.prompt(known)
    assert rule.question.endswith("?")


@pytest.mark.parametrize(
    "known",
    [
        facts(row(OPEN, 0.08, "level")),  # no more than chance
        facts(row(OPEN, 0.045, "above")),  # clearly, and too little to ask about
        facts(row(CHARGED, 0.08, "below")),
        facts(row(NO_ACTION, 0.45, "above", spread=0.15)),  # an interval that is no answer
        facts(row(NO_ACTION, 0.365, "above")),  # those still open are not put on top of it
        facts(row(NO_ACTION, 0.2, "below")),  # few closed without action is nothing to ask about
        facts(row(WITHDREW, 0.46, "below"), row(OPEN, 0.05, "level"), one_split_share=0.46),  # open ones may end so
        facts(one_split_share=nan),
        facts(kept=(0.5, 0.55)),
    ],
)
def test_what_is_too_little_or_too_unsure_prompts_nothing(known):
    assert held(known) == []


def test_without_a_share_nothing_is_asked_of_it():
    known = facts(row(WITHDREW, nan, ""), row(OPEN, nan, ""))
    assert held(known) == []
    assert held(Facts({})) == []


def test_at_most_six_are_asked_and_the_first_of_the_rules_are_kept():
    known = facts(
        *(row(name, EVEN[name] + 0.2, "above") for name in (WITHDREW, OPEN, EVIDENTIAL, NO_ACTION)),
        row(SUSPECT, 0.7, "below"),
        unheld=["2022/23"],
        ranks=(1, 44),
        kept=(0.9, 0.1),
    )
    assert len(held(known)) > 6
    assert [rule.name for rule in asking.chosen(known)] == held(known)[:6]
