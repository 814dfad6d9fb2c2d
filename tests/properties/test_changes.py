"""What holds of the words of change whatever the series: nothing goes up or down, least of all across a break."""

import re

from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.questions.trends import control_chart, words
from analysis.questions.trends.charted_series import recorded_series
from tests.conftest import examples, make_counts
from tests.released import shown
from tests.unit.questions.trends.test_charted import firsts, followed, recorded_counts

#: Words for a change of the world. None may stand beside figures on two sides of a break.
MOVED = re.compile(
    r"\b(rose|risen|rise[sn]?|rising|fell|fall(s|en|ing)?|increas\w+|decreas\w+|grew|grow(s|th|n|ing)?|declin\w+|"
    r"drop\w*|climb\w*|soar\w*|doubl\w+|trebl\w+|up from|down from|because of|due to|caused?)\b",
    re.IGNORECASE,
)
pairs = st.lists(
    st.integers(20, 400).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))),
    min_size=1,
    max_size=30,
)
quick = examples(3, 25)


def of_people(numbers):
    """Cases recorded by month, as they are released."""
    days = firsts(len(numbers), start=(2014, 4), step=1)
    rows = [("Kent", day, "16", number) for day, number in zip(days, numbers, strict=True)]
    return shown(make_counts(rows, months=1, sensitivity="restricted"))


def check(told):
    assert not MOVED.search(told), MOVED.search(told)
    assert not re.search(r"\b(higher|lower) than\b(?! the others would suggest)", told), told  # those counted alike
    assert not re.search(r"\bnan\b|<NA>|\bNone\b(?! of \d)", told), told


@quick
@given(pairs, st.sampled_from([1, 3]), st.sampled_from(["published", "restricted", "synthetic"]))
def test_no_sentence_of_a_share_says_that_it_moved(series, step, sensitivity):
    points, phases, signals, season = followed(series, start=(2022, 7), step=step, sensitivity=sensitivity)
    figure, told = control_chart.control(points, phases), words.phase_by_phase(phases, signals, season)
    check(f"{figure.text} {told.text} {words.outcome(points, phases)}")
    labels = points.table[points.by[0]].tolist()
    phase_of = dict(zip(labels, points.table["phase"], strict=True))
    for row in signals.table.itertuples():
        within = labels[labels.index(row.first_period) : labels.index(row.last_period) + 1]
        assert {phase_of[label] for label in within} == {row.phase}


@quick
@given(st.lists(st.integers(0, 40000), min_size=1, max_size=47), st.sampled_from(["published", "restricted"]))
def test_no_sentence_of_recorded_cases_says_that_they_moved(numbers, sensitivity):
    some = recorded_counts(numbers) if sensitivity == "published" else of_people(numbers)
    series = recorded_series(some)
    made = [protect(part) for part in (series.points, series.phases, series.signals, series.season)]
    points, phases, signals, season = made
    told = [words.opening(points), words.recorded(points, phases), words.latest(phases, signals)]
    told += [control_chart.control(points, phases).text, words.phase_by_phase(phases, signals, season).text]
    told.append(str(words.figure(points, phases)["interval"]))
    check(" ".join(told))


@quick
@given(pairs)
def test_no_line_is_drawn_over_a_break_or_a_gap(series):
    points, *_ = followed(series, start=(2022, 7), step=3)
    table = points.table
    assert table.loc[table["cut_by"] != "", ["centre", "low_limit", "high_limit"]].isna().all(axis=None)
    for _, rows in table[table["cut_by"] == ""].groupby("phase"):
        assert rows.index.tolist() == list(range(rows.index[0], rows.index[-1] + 1))
