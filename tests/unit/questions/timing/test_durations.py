"""How soon cases end, through disclosure control to the page: what must hold of any counts, and of odd ones."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from analysis.answers.timing import follow
from analysis.counts import counts
from analysis.counts.narrowing import narrowed
from analysis.disclosure import protect
from analysis.errors import DisclosureRefused
from analysis.questions.timing import curves, forecast, words
from analysis.questions.timing.curves import spread
from analysis.questions.timing.histories import histories
from analysis.questions.timing.results import Timed
from analysis.questions.timing.words import STILL_OPEN
from tests.conftest import EVERY, nightly
from tests.released import made_up_cases, rounded, shown
from tests.timed import everything, parts, timed_counts


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch):
    """A forecast of few draws, which is made in the same way: no number of one is looked at here."""
    if not EVERY:
        monkeypatch.setattr(forecast, "_DRAWS", 200)


MONTHS = [f"2023-{month:02d}-01" for month in range(1, 13)]
PLAIN = [
    row
    for place, month in enumerate(MONTHS)
    for row in (
        (month, "16", 0, 60 + place),
        (month, "16", 1, 40),
        (month, "15", 2, 70 - place),
        (month, "1", 3, 20),
        (month, "0", 15 - place, 30 + place),
    )
]
ODD = {
    "plain": PLAIN,
    "no open case": [row for row in PLAIN if row[1] != "0"],
    "nobody decided": [row for row in PLAIN if row[1] == "0"],
    "one month": [("2024-03-01", "16", 0, 40), ("2024-03-01", "0", 1, 30)],
    "one ending": [row for row in PLAIN if row[1] in ("1", "0")],
    "one ending and nothing open": [row for row in PLAIN if row[1] == "1"],
    "nought alone": [(month, "16", 0, 40) for month in MONTHS],
    "a single case": [("2024-03-01", "16", 0, 1)],
    "all suppressed": [(month, "16", place % 3, 0 if place else 4) for place, month in enumerate(MONTHS)],
    "before recording": [("2024-01-01", "16", -1, 30), ("2024-01-01", "0", 3, 30), ("2024-02-01", "1", 1, 30)],
}


@pytest.mark.parametrize(
    ("name", "sensitivity"),
    nightly(
        [(name, sensitivity) for name in ODD for sensitivity in ("published", "restricted")],
        ("nobody decided", "published"),
        ("before recording", "published"),
        ("plain", "restricted"),
    ),
)
def test_every_result_sentence_and_chart_copes_with_odd_counts(name, sensitivity):
    found = everything(shown(timed_counts(ODD[name], sensitivity=sensitivity)))
    curves = found["incidence_curves"].dropna(subset=["incidence_share"])
    sums = curves.groupby("by_lag")["incidence_share"].sum().astype(float)
    if sensitivity == "published":
        assert sums.to_numpy() == pytest.approx(1)
    else:
        assert (sums <= 1 + 1e-9).all()
    rows = found["ended_by"].dropna(subset=["incidence_share"]).set_index(["by_lag", "ending"])["incidence_share"]
    for lag in dict.fromkeys(rows.index.get_level_values(0)):
        if (lag, "Any ending") in rows and (lag, STILL_OPEN) in rows:
            assert rows[lag, "Any ending"] == pytest.approx(1 - rows[lag, STILL_OPEN])


def test_nobody_decided_and_all_suppressed_say_so():
    found = everything(rounded(timed_counts(ODD["all suppressed"], sensitivity="restricted")))
    assert all(found[name].empty for name in ("standing", "ended_by", "incidence_curves", "headed_for", "back_tested"))
    assert "can be followed: there are none, or too few to be shown" in found["told"][1]
    found = everything(timed_counts(ODD["nobody decided"]))
    assert set(found["ended_by"]["ending"]) == {"Any ending", STILL_OPEN}
    assert found["told"][0] == (
        "Of all stalking cases recorded by Kent Police, none had ended by the 12th month after recording."
    )


def test_zero_of_published_figures_is_zero_and_of_guarded_ones_is_not_shown():
    rows = [("2024-01-01", "16", 0, 60), ("2024-01-01", "1", 0, 4), ("2024-02-01", "16", 1, 60)]
    published = parts(timed_counts(rows), "standing")
    guarded = everything(shown(timed_counts(rows, sensitivity="restricted")))
    assert published["standing"][["events", "share", "state"]].to_numpy().tolist() == [[0, 0.0, "shown"]]
    row = guarded["standing"].iloc[0]
    assert row["state"] == "suppressed"
    assert row[["events", "share"]].isna().all()
    assert guarded["ended_by"][["incidence_share", "naive_share"]].isin([0, 1]).sum().sum() == 0
    assert "Charged or summonsed" not in set(guarded["ended_by"]["ending"])
    assert any("may not be shown and" in one.html for one in guarded["shown"])


def test_a_sum_of_rounded_parts_is_not_called_the_cases_recorded():
    """400 were recorded; two endings of 9 and one of 8 are left out, and each of the others has its own number."""
    parts = {"16": 221, "15": 93, "1": 14, "18": 9, "14": 9, "13": 8, "0": 46}
    rows = [("2024-01-01", code, 2 if code != "0" else 9, number) for code, number in parts.items()]
    told = " ".join(everything(rounded(timed_counts(rows, sensitivity="restricted")))["told"])
    assert sum(parts.values()) == 400
    assert "Of 3" not in told
    assert re.search(r"Of the stalking cases recorded by [^()]+ \(3\d0 once rounded\), ", told), told
    assert "About 400 were recorded. Over time each ending has a number of its own, up to 5 cases off" in told
    assert "one that is hidden is left out: by that the parts come to 3" in told
    published = " ".join(everything(timed_counts(rows))["told"])
    assert "Of 400 stalking cases recorded by" in published
    assert "once rounded" not in published
    assert "has a number of its own" not in published


def test_of_fewer_than_six_cases_that_ended_so_no_median_is_told():
    """Of n draws the median lies between the least and the greatest 1 - 2 / 2**n of the time: of five too rarely."""
    for cases, is_told in ((5, False), (6, True)):
        held = timed_counts([*PLAIN, ("2023-01-01", "8", 1, cases)])
        row = parts(shown(held), "median_times")["median_times"].set_index("ending").loc["Dealt with out of court"]
        assert row["ended"] == cases
        assert row[["conditional_median", "low_conditional_median", "high_conditional_median"]].notna().all() == is_told
        said = words.halves(protect(Timed(histories(held)).median_times))
        assert ("Of fewer than 6 such cases no time is given." in said) != is_told


def test_few_cases_rounded_to_tens_tell_no_median_and_bear_no_test():
    rows = [*PLAIN, *((month, "8", 1, 3) for month in MONTHS)]  # 36 cases, three a month
    published, guarded = (
        parts(shown(timed_counts(rows, sensitivity=name)), "median_times", "group_test")
        for name in ("published", "restricted")
    )
    names = ("Dealt with out of court", "conditional_median")
    assert published["median_times"].set_index("ending")[names[1]][names[0]] == 1
    few = guarded["median_times"].set_index("ending").loc[names[0]]
    assert few["state"] == "suppressed"
    assert few.isna()["conditional_median"]
    assert names[0] in set(published["group_test"]["ending"])
    assert names[0] not in set(guarded["group_test"]["ending"])


def test_months_as_released_are_still_a_triangle(monkeypatch):
    monkeypatch.undo()  # few draws give an ending that is rare to no month
    held = narrowed(counts.read("stalking_example_lags"), offence="8Q")
    exact = replace(made_up_cases()["stalking_example_lags"], sensitivity="published")
    both = [parts(one, "decided_by_age")["decided_by_age"] for one in (narrowed(exact, offence="8Q"), held)]
    both = both[0].merge(both[1], on=["quarter", "by_lag"], suffixes=("", "_rounded")).dropna()
    assert len(both) > 60
    assert (both["decided_share"] - both["decided_share_rounded"]).abs().max() < 0.06
    assert parts(held, "headed_for")["headed_for"]["final_share"].isin([0, 1]).sum() == 0


def test_the_naive_share_never_counts_the_open_ones():
    found = parts(timed_counts(PLAIN), "any_ending_by")["any_ending_by"].set_index("by_lag")
    decided = sum(row[3] for row in PLAIN if row[1] != "0")
    by_one = sum(row[3] for row in PLAIN if row[1] != "0" and row[2] <= 1)
    everyone = sum(row[3] for row in PLAIN)
    assert found.loc[1, "naive_share"] == pytest.approx(by_one / decided)
    assert found.loc[1, "incidence_share"] == pytest.approx(by_one / everyone)  # every month was followed for longer
    assert found.loc[1, "overstated_share"] == pytest.approx(by_one / decided - by_one / everyone)


def test_only_what_may_be_shown_is_shown():
    held = histories(timed_counts(PLAIN))
    for call in (words.misleads, words.unended, curves.run_off, words.tried):
        with pytest.raises(DisclosureRefused, match="protect"):
            call(Timed(held).any_ending_by)


@pytest.mark.parametrize(
    ("lag", "unit", "told"),
    [
        (0, "days", "on the day of recording"),
        (30, "days", "within 30 days"),
        (0, "months", "in the month of recording"),
        (3, "months", "by the third month after recording"),
        (12, "months", "by the 12th month after recording"),
        (23, "months", "by the 23rd month after recording"),
    ],
)
def test_times_inside_a_sentence(lag, unit, told):
    assert words.by(lag, unit) == told


def test_sentences_of_plain_counts():
    found = everything(timed_counts(PLAIN))
    opening, shares, ways, still_open, misleads, halves = found["told"]
    assert opening.startswith("Half of all stalking cases recorded by Kent Police had ended by the second month")
    assert shares.startswith("Of 2,706 stalking cases recorded by Kent Police from January to December 2023, 46.8% had")
    assert ways.startswith("How, by the 12th month after recording: 46.8% the victim withdrew; ")
    assert still_open == (
        "When the figures were taken, in April 2024, 426 of the 2,706 (15.7%) had no ending on record; some were "
        "recorded only lately."
    )
    assert "percentage points more than of all cases" in misleads
    assert halves.startswith("No single ending accounts for half of all cases")


def test_labels_never_touch_and_stay_on_the_plot():
    heights = [30.0, 20.0, 40.0, 20.0]
    placed = spread([5.0, 6.0, 300.0, 302.0], heights, end=320.0)
    edges = [(middle - height / 2, middle + height / 2) for middle, height in zip(placed, heights, strict=True)]
    assert all(lower[1] <= upper[0] for lower, upper in pairwise(edges))
    assert edges[-1][1] <= 320


def test_undated_and_early_cases_are_in_the_base_and_told():
    held = counts.read("gwent_2022_2025_lags")
    row = protect(Timed(histories(held)).standing).table.iloc[0]
    assert (row["undated"], row["early"], row["cases"]) == (47, 0, held.total)
    found = everything(timed_counts(ODD["before recording"]))
    assert found["standing"].iloc[0]["early"] == 30
    assert any("ended before recording" in one.html for one in found["shown"])


def test_curves_that_differ_are_not_called_alike_in_the_title_above():
    """The second half ended sooner and as often: level at the last month, apart before it."""
    rows = [(month, "16", 0 if place > 5 else 3, 60) for place, month in enumerate(MONTHS)]
    rows += [(month, "15", 3, 40) for month in MONTHS]
    held = timed_counts([row for row in rows if row[0] != "2023-12-01"], taken="2024-12")
    figure = follow(held).groups().record
    assert "differ by more than chance alone" in " ".join(figure["notes"])
    assert "not clearly different" not in figure["title"]
