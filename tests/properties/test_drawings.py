"""Whatever charts are of, their labels meet neither each other nor a line that is to be followed."""

from datetime import date

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.presentation.drawing.dots import dot_rows
from analysis.presentation.drawing.paired import Group, Mark, Row, paired_rows
from analysis.presentation.wording import Line
from analysis.questions.difference.waterfall import Step, waterfall
from analysis.questions.journey.chart import step_bars, year_bars
from analysis.questions.trends.year_chart import year_panels
from analysis.reference.reference import Break
from tests.conftest import examples
from tests.drawn import collisions

WORDS = st.lists(st.sampled_from(["cases", "of", "evidential", "difficulties", "(type 15)"]), min_size=1, max_size=14)
LABELS = WORDS.map(" ".join)
SHARES = st.integers(0, 100).map(lambda number: number / 100)
DIFFERENCES = st.integers(-90, 90).map(lambda number: number / 100)


def interval(share):
    return max(0.0, share - 0.04), min(1.0, share + 0.04)


def test_what_collides_is_found():
    def draw(canvas):
        page = canvas.everywhere()
        page.text(40, 50, "words")
        page.text(60, 50, "more words")
        page.text(canvas.width - 5, 80, "words at the edge")
        page.plot([10, 300], [47, 47], linestyle="--", linewidth=0.5)

    found = collisions(draw, lambda _: 100)
    assert [told.partition(": ")[2] for told in found[: len(found) // 2]] == [
        "'words at the edge' leaves the paper",
        "'words' meets 'more words'",
        "a line runs through 'words'",
        "a line runs through 'more words'",
    ]


@given(st.lists(st.tuples(LABELS, SHARES), min_size=1, max_size=6, unique_by=lambda one: one[0]), SHARES, st.booleans())
@examples(3, 300)
def test_rows_of_dots(rows, line, is_above):
    told = [(name, share, *interval(share)) for name, share in rows]
    table = pd.DataFrame(told, columns=["force", "share", "low", "high"]).assign(state="shown")
    named = Line(line, "the 45% printed", line, line)
    for value in ("share", "interval"):
        highlight = rows[0][0]
        drawn = dot_rows(table, ("force",), line=named, highlight=highlight, is_above=is_above, value=value)
        assert collisions(*drawn) == []


@given(
    st.lists(
        st.lists(st.tuples(LABELS, DIFFERENCES), max_size=3),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
@examples(3, 300)
def test_paired_rows(groups, is_difference):
    def row(name, value):
        value = value if is_difference else abs(value)
        return Row(name, (Mark(value, "filled", *interval(value)), Mark(value, "hollow")), "+30", is_marked=True)

    told = [Group("Previous reports by the victim", "set against “None” (45.8%)", ())]
    told += [Group(rows[0][0] if rows else "", "", tuple(row(*one) for one in rows)) for rows in groups]
    keys = [("filled", "observed less predicted share, with its 95% interval"), ("hollow", "this feature alone")]
    sides = ("less often", "more often") if is_difference else ("", "")
    found = collisions(*paired_rows(told, keys, sides=sides))
    assert [one for one in found if "often" not in one] == []


@given(st.lists(st.tuples(LABELS, SHARES), min_size=2, max_size=6))
@examples(3, 300)
def test_a_waterfall(ends):
    steps = [Step(ends[0][0], ends[0][1], ends[0][1], "50.0%")]
    for (label, end), (_, before) in zip(ends[1:], ends, strict=False):
        steps.append(Step(label, before, end, "+1.8 points"))
    assert collisions(*waterfall(steps)) == []


@given(st.lists(LABELS, min_size=2, max_size=5, unique=True), st.integers(1, 10**7))
@examples(3, 300)
def test_steps_in_two_units(names, counted):
    table = pd.DataFrame({"step": names, "unit": ["people", *["cases"] * (len(names) - 1)], "counted": counted})
    headings = {"people": "People, by a survey", "cases": "Cases, by the police"}
    assert collisions(*step_bars(table, headings, [f"about {counted:,} (95.8% of recorded)"] * len(names))) == []


MOMENTS = st.tuples(st.integers(2014, 2024), st.sampled_from([3 / 12, 4 / 12])).map(sum)  # 1 April, 1 May


@given(st.sets(st.integers(0, 10)), st.lists(MOMENTS, max_size=3, unique_by=int))
@examples(3, 300)
def test_years_of_which_some_are_not_held(absent, cuts):
    years = [f"{year}/{(year + 1) % 100:02d}" for year in range(2014, 2025)]
    numbers = [pd.NA if place in absent else 5000 + place for place in range(len(years))]
    charged = pd.DataFrame({"year": years, "charged_cases": pd.array(numbers, "Int64"), "state": "not_received"})
    courts = pd.DataFrame({"calendar_year": [2020, 2021], "proceeded": [2000, 2251], "convicted": [1200, 1487]})
    assert collisions(*year_bars(charged, courts, cuts)) == []


DAYS = st.dates(date(2015, 4, 1), date(2024, 4, 30)).map(lambda day: day.replace(month=day.month % 2 + 4, day=1))
CHANGES = st.lists(DAYS, max_size=3, unique_by=lambda day: day.year)


@given(st.lists(SHARES, min_size=11, max_size=11), st.sets(st.integers(0, 10), max_size=4), CHANGES)
@examples(3, 300)
def test_panels_of_years(shares, absent, days):
    rows = []
    for place, share in enumerate(shares):
        year = f"{2014 + place}/{15 + place}"
        is_held = place not in absent
        low, high = interval(share) if is_held else (pd.NA, pd.NA)
        edition = "July 2022" if is_held else ""
        rows.append((year, share if is_held else pd.NA, low, high, edition, "yes" if place % 2 else "no"))
    names = ["year", "share", "low_bound_share", "high_bound_share", "edition", "first_edition"]
    table = pd.DataFrame(rows, columns=names)
    measures = ["Victim withdrew", "Types 14, 15 and 16 together"]
    both = pd.concat([table.assign(measure=name, state="not_received") for name in measures], ignore_index=True)
    cuts = [Break("a change", day.isoformat(), "", "recording", "", "") for day in days]
    assert collisions(*year_panels(both, measures, cuts)) == []
