"""What is highest and lowest is said only of a table in which nothing that could lie beyond is hidden."""

import re

import pandas as pd
import pytest

from analysis.answers import own
from analysis.counts import counts
from analysis.disclosure.protected import protect
from analysis.presentation import captions, endings, wording
from analysis.presentation.extremes import ends, part_is_largest
from analysis.questions.outcomes import charts
from analysis.reference import reference
from analysis.shares.rates import rates, split
from tests.conftest import make_counts
from tests.released import shown

HATCHED = re.compile(r'd="(?:M[\d.\s]+L[\d.\sL]+){5,}"')  # many lines of one stroke
Q = ["2024-04-01", "2024-07-01", "2024-10-01"]
MONTHS = ["2024-04-01", "2024-05-01", "2024-06-01"]


def table(*rows):
    return pd.DataFrame(rows, columns=["force", "share", "state"]).astype({"share": "Float64"})


def test_a_whole_table_has_ends():
    found = ends(table(("A", 0.2, "shown"), ("B", 0.4, "shown"), ("C", None, "not_applicable")), "share")
    assert found.is_whole, "what has no cases has no share that could lie anywhere"
    assert (found.low, found.high) == (0.2, 0.4)
    assert found.named("B", "Highest", "Of those shown") == "Highest: B."


@pytest.mark.parametrize("state", ["suppressed", "not_received", "unreliable"])
def test_a_row_that_is_hidden_may_be_the_highest(state):
    found = ends(table(("A", 0.2, "shown"), ("B", 0.4, "shown"), ("C", None, state)), "share")
    assert not found.is_whole
    assert found.named("B", "Highest", "Of those shown") == "Of those shown: B."


def test_a_row_that_is_passed_over_may_be_so_too():
    assert not ends(table(("A", 0.2, "shown"), ("B", 0.4, "shown")), "share", passed_over={"B"}).is_whole


def parts(*events, cases=100):
    return pd.DataFrame({"ending": list("abcd")[: len(events)], "events": events, "cases": cases}).astype(
        {"events": "Int64"}
    )


def test_the_largest_part_is_told_where_the_hidden_ones_cannot_be_larger():
    assert part_is_largest(parts(70, 30))
    assert part_is_largest(parts(700, 250, None, cases=1000))
    assert not part_is_largest(parts(40, 5, None, cases=100)), "55 are hidden"


def months_of(rows, sensitivity="restricted"):
    return protect(rates(shown(make_counts(rows, sensitivity=sensitivity, months=1)), "undecided", by="month"))


def test_a_month_of_which_the_open_part_is_hidden_is_drawn_as_hidden():
    rows = [("Kent", day, code, n) for day in MONTHS for code, n in (("16", 100), ("0", 40))]
    whole = charts.months(months_of(rows))
    assert not HATCHED.search(whole.html)
    assert "Most still open" in whole.text
    hidden = charts.months(months_of([*rows[:5], ("Kent", MONTHS[2], "0", 4)]))
    assert HATCHED.search(hidden.html)
    assert "<pattern" not in hidden.html, "which would have no dark counterpart"
    assert ">[c]<" in hidden.html
    assert "Hatched: one month in which it may not be shown how many cases are decided." in hidden.record["notes"]
    assert "Most still open" not in hidden.text


def test_quarters_are_not_called_by_their_first_months():
    rows = [("Kent", day, code, n) for day in Q for code, n in (("16", 100), ("0", 40))]
    held = protect(rates(shown(make_counts(rows, sensitivity="restricted")), "undecided", by="quarter"))
    block = charts.months(held)
    assert "140 cases as rounded in each quarter" in block.text
    assert "April to June 2024 (2024/25 Q1)" in block.text
    assert "month" not in block.text
    assert ">Apr–Jun<" in block.html


def test_a_hidden_month_may_be_the_one_with_fewest_cases():
    rows = [("Kent", day, "16", n) for day, n in zip(MONTHS, (100, 80, 3), strict=True)]
    alike = captions.months(months_of([("Kent", day, "16", 60) for day in MONTHS], "published"))
    assert "Each has 60." in alike.description
    assert "Fewest" not in alike.description
    one = captions.months(months_of([("Kent", MONTHS[0], "16", 1)], "published"))
    assert one.title == "1 case in April 2024"
    alone = captions.months(months_of(rows[:1], "published"))
    assert alone.title.endswith(" cases in April 2024")
    assert alone.description.startswith("A bar for one month, April 2024. Cases: ")
    caption = captions.months(months_of(rows))
    assert caption.title == "Between 80 and 100 cases as rounded in each of the 2 months shown"
    assert "Fewest" not in caption.description
    assert "Most" not in caption.description
    assert "Fewest cases: June 2024 (3)" in captions.months(months_of(rows, "published")).description


def test_quarters_of_which_one_is_hidden_are_not_said_to_be_all():
    rows = [("Kent", day, code, n) for day, n in zip(Q, (40, 50, 3), strict=True) for code in ("16", "1")]
    held = protect(rates(shown(make_counts(rows, sensitivity="restricted")), "charged", by="quarter"))
    caption = captions.quarters(held)
    assert "in each of 2 quarters known well enough" in caption.title
    assert "One quarter without a share: see the table." in caption.notes


@pytest.mark.parametrize(("code", "share"), [("16", "100%"), ("15", "0%")])
def test_quarters_in_which_all_or_none_count_are_alike_and_not_too_few_to_test(code, share):
    rows = [("Kent", quarter, code, 900) for quarter in Q]
    caption = captions.quarters(protect(rates(make_counts(rows), "victim_withdrawal", by="quarter")))
    assert caption.title == f"{share} in each quarter"
    assert f"Each share is {share}, so there is no difference to test." in caption.notes
    assert "too few" not in caption.description


def test_a_quarter_that_the_figures_cut_is_said_to_be_counted_in_part():
    """In all that a reader meets of it: of May to October the first and the last quarter are two months and one."""
    months = [f"2024-{month:02d}-01" for month in range(5, 11)]
    cases = make_counts([("Kent", month, code, 60) for month in months for code in ("16", "15")], months=1)
    shares = own.rates(cases, "victim_withdrawal", by="quarter")
    for told in (shares.quarters().html, shares.table("By quarter").html):
        assert "Of April to June 2024 (2024/25 Q1) only May to June 2024 is counted." in told
        assert "Of October to December 2024 (2024/25 Q3) only October 2024 is counted." in told
        assert "Of July" not in told
    of_more = ["Together", "2024/25 Q1", "2024/25 Q1", "2030/31 Q1"]  # a label each, once for each time since recording
    assert len(wording.cut_quarters(shares.protected.about, of_more)) == 1
    whole = own.rates(counts.read("stalking_2024_25"), "charged", by="quarter")
    assert "is counted" not in whole.quarters().html + whole.table("By quarter").html


def test_of_many_cases_few_of_which_count_it_is_those_that_are_too_few_to_test():
    rows = [("Kent", quarter, code, cases) for quarter in Q for code, cases in [("16", 2), ("15", 898)]]
    caption = captions.quarters(protect(rates(make_counts(rows), "victim_withdrawal", by="quarter")))
    assert caption.title == "0.2% in each quarter"
    assert "too few cases that count, or too few others, to test" in caption.notes[0]


def test_a_hidden_charge_is_not_none():
    rows = [("Kent", Q[0], "16", 60), ("Kent", Q[0], "15", 40), ("Kent", Q[0], "1", 4)]
    held = protect(split(shown(make_counts(rows, sensitivity="restricted"))))
    title = endings.hundred(held, counted="victim_withdrawal").title
    assert title.endswith("; in how many somebody was charged is not shown")
    drawn = charts.hundred_cases(held, counted="victim_withdrawal")
    assert "Not shown [c]" in drawn.html
    assert HATCHED.search(drawn.html)
    none = protect(split(make_counts(rows[:2])))
    assert "in none was anybody charged" in endings.hundred(none, counted="victim_withdrawal").title


def test_what_is_counted_and_hidden_is_not_said_to_be_0_of_100():
    rows = [("Kent", Q[0], "16", 4), ("Kent", Q[0], "15", 60), ("Kent", Q[0], "1", 40)]
    held = protect(split(shown(make_counts(rows, sensitivity="restricted"))))
    title = endings.hundred(held, counted="victim_withdrawal").title
    assert title.startswith("Of every 100 cases it is not shown in how many the victim withdrew")


def test_the_commonest_ending_is_named_only_where_no_hidden_one_could_be():
    rows = [("Kent", Q[0], code, n) for code, n in (("16", 4), ("15", 5), ("1", 12), ("2", 6), ("9", 7), ("13", 8))]
    held = protect(split(shown(make_counts(rows, sensitivity="restricted")), by="outcome_name"))
    assert "commonest" not in endings.bars(held, counted="").title
    told = protect(split(make_counts(rows), by="outcome_name"))
    assert "The commonest ending: charged or summonsed" in endings.bars(told, counted="").title


def test_no_row_is_named_at_both_ends():
    """Of five offences the third was both among the highest and among the lowest."""
    five = dict(zip(reference.forces()[:5], (500, 450, 400, 350, 300), strict=True))
    assert lines(five).count("40.0%") == 1
    assert "Highest: " in lines(five)
    same = lines(dict.fromkeys(reference.forces()[:5], 400))
    assert "Shown: all 40.0%." in same
    assert "Lowest" not in same
    assert "Shown: Kent (40.0%)." in lines({"Kent": 400})


def lines(events):
    """The description of a dot for each force, of 1,000 cases each."""
    rows = [(force, Q[0], code, n) for force, many in events.items() for code, n in (("16", many), ("15", 1000 - many))]
    return captions.dots(
        protect(rates(make_counts(rows), "victim_withdrawal", by="force")), line=None, highlight=""
    ).description


def of_people(events, *, cases=1000, sensitivity="restricted"):
    """Withdrawal by force, of so many cases each, as it may be shown."""
    rows = [
        (force, Q[0], code, n) for force, many in events.items() for code, n in (("16", many), ("15", cases - many))
    ]
    return protect(rates(shown(make_counts(rows, sensitivity=sensitivity)), "victim_withdrawal", by="force"))


@pytest.mark.parametrize(
    ("events", "title", "told"),
    [
        (
            {"Essex": 502, "Kent": 498, "Surrey": 300, "Sussex": 297},
            "From 29.5% in Sussex to 50.0% in Essex as rounded",
            "Highest as rounded: Essex (50.0%) and Kent (50.0%). Lowest as rounded: Sussex (29.5%) and Surrey (30.0%).",
        ),
        (
            {"Essex": 600, "Kent": 500, "Surrey": 400, "Sussex": 300},
            "From 30.0% in Sussex to 60.0% in Essex",
            "Highest: Essex (60.0%) and Kent (50.0%). Lowest: Sussex (30.0%) and Surrey (40.0%).",
        ),
    ],
)
def test_what_rounding_may_have_put_first_is_first_as_rounded(events, title, told):
    caption = captions.dots(of_people(events), line=None, highlight="")
    assert caption.title == title
    assert told in caption.description
    exact = captions.dots(of_people(events, sensitivity="published"), line=None, highlight="")
    assert "as rounded" not in exact.title + exact.description


def test_a_month_that_rounding_may_have_made_the_largest_is_so_as_rounded():
    rows = [("Kent", day, "16", n) for day, n in zip(MONTHS, (101, 80, 97), strict=True)]
    told = captions.months(months_of(rows)).description
    assert "Fewest cases: May 2024 (80). Most as rounded: April 2024 (100)." in told
    assert (
        "Fewest cases: May 2024 (80). Most: April 2024 (101)."
        in captions.months(months_of(rows, "published")).description
    )


@pytest.mark.parametrize(
    ("cases", "counted", "title"),
    [
        ((552, 548), "victim_withdrawal", "one of the 2 endings counted here"),
        ((800, 480), "victim_withdrawal", "the commonest of the 2 endings counted here"),
        ((552, 548), "", "2 endings are equally common as rounded, at 50.0% each"),
        ((555, 548), "", "The commonest ending as rounded: "),
        ((800, 480), "", "The commonest ending: "),
    ],
)
def test_an_ending_that_rounding_may_have_made_the_commonest_is_not_said_to_be(cases, counted, title):
    rows = [("Kent", Q[0], code, n) for code, n in zip(("16", "14"), cases, strict=True)]
    held = shown(make_counts(rows, sensitivity="restricted"))
    assert title in endings.bars(protect(split(held, by="outcome_name")), counted=counted).title
