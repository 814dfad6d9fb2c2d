"""What an edition is made of beside those before it: which months stand, which are new, and what is refused."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.disclosure import history, policy, release
from analysis.disclosure.history import History
from analysis.errors import ParameterError
from tests.conftest import make_counts
from tests.released import SECRET, nearest

APRIL, MAY, JUNE = "2024-04-01", "2024-05-01", "2024-06-01"
BATCH = policy.CLOSED.batch
MANY = {"16": 120, "15": 80, "1": 60, "14": 50, "18": 40, "3": 30, "0": 25}


def exact(*months, name="tried", taken="2025-03-31"):
    """Exact counts by month of one force, from (first day, cases by outcome)."""
    rows = [("Kent", day, code, cases) for day, counted in months for code, cases in counted.items() if cases]
    held = make_counts(rows, sensitivity="restricted", months=1, name=name, taken=taken)
    table = held.table.assign(offence="8Q")[["force", "period", "offence", "outcome", "cases"]]
    return replace(held, table=table, dimensions=tuple(table.columns[:-1]), offence="")


def by_lag(*rows, taken):
    """Exact counts by time to outcome of one force, from (first day, outcome, days, cases)."""
    table = pd.DataFrame(rows, columns=["period", "first_outcome", "lag", "cases"])
    table = table.assign(period=table["period"].map(date.fromisoformat), force="Kent", offence="8Q")
    table = table[["force", "period", "offence", "first_outcome", "lag", "cases"]]
    main = exact((APRIL, MANY), (MAY, MANY))
    dimensions = tuple(table.columns[:-1])
    return replace(main, name="tried_lags", table=table, dimensions=dimensions, lag_unit="days", taken=taken)


def by_outcome(held, month):
    table = held.table[held.table["period"] == date.fromisoformat(month)]
    return dict(zip(table["outcome"], table["cases"], strict=True))


def test_a_month_stands_until_as_many_cases_changed_as_make_a_batch_and_others_come_as_they_are():
    before = exact((APRIL, MANY), (MAY, MANY))
    for moved in (BATCH - 1, BATCH):
        otherwise = MANY | {"16": MANY["16"] + moved, "0": MANY["0"] - moved}
        [now] = history.effective((exact((APRIL, otherwise), (MAY, MANY), (JUNE, MANY)),), ((before,),))
        assert by_outcome(now, APRIL) == (MANY if moved < BATCH else otherwise)
        assert by_outcome(now, JUNE) == MANY


def test_cases_that_are_gone_count_one_by_one_whatever_way_each_had_ended():
    before = exact((APRIL, MANY), (MAY, MANY))
    for each in ((1, 1, 1, 1, 1, 1, BATCH - 7), (1, 1, 1, 1, 1, 1, BATCH - 6)):
        fewer = {code: cases - gone for (code, cases), gone in zip(MANY.items(), each, strict=True)}
        [now] = history.effective((exact((APRIL, fewer), (MAY, MANY)),), ((before,),))
        assert by_outcome(now, APRIL) == (MANY if sum(each) < BATCH else fewer)


def test_in_a_month_that_stands_open_cases_were_followed_on_and_ended_ones_ended_when_they_did():
    old = by_lag((APRIL, "16", 20, 90), (APRIL, "0", 100, 40), (MAY, "0", 70, 60), taken="2024-07-31")
    moved = (APRIL, "16", 20, 93), (APRIL, "0", 131, 37), (MAY, "16", 75, BATCH), (MAY, "0", 101, 60 - BATCH)
    new = by_lag(*moved, taken="2024-08-31")
    main = exact((APRIL, MANY), (MAY, MANY))
    _, now = history.effective((main, new), ((main, old),))
    rows = now.table[["period", "first_outcome", "lag", "cases"]].astype({"period": str})
    assert set(rows.itertuples(index=False, name=None)) == {
        (APRIL, "16", 20, 90),
        (APRIL, "0", 131, 40),
        (MAY, "16", 75, BATCH),
        (MAY, "0", 101, 60 - BATCH),
    }
    assert now.taken == "2024-08-31"


def test_another_set_may_have_more_months_and_no_others_of_the_same():
    known = History(editions={"tried": ((exact((APRIL, MANY), (MAY, MANY)),),)})
    history.refuse_other_cases((exact((MAY, MANY), (JUNE, MANY), name="another"),), known)
    history.refuse_other_cases((exact((JUNE, MANY), name="another"),), known)
    one_more = exact((MAY, MANY | {"16": 121}), (JUNE, MANY), name="another")
    with pytest.raises(ParameterError, match="Set 'another' covers forces and months of which set 'tried'"):
        history.refuse_other_cases((one_more,), known)
    history.refuse_other_cases((replace(one_more, name="tried"),), known)


def test_an_edition_is_the_same_where_nothing_that_is_counted_differs():
    one = exact((APRIL, MANY), (MAY, MANY))
    turned = replace(one, table=one.table.iloc[::-1].reset_index(drop=True))
    assert history.is_the_same((one,), (turned,))
    lags = by_lag((APRIL, "16", 20, 90), taken="2024-07-31")
    assert history.is_the_same((one, lags), (turned, lags))
    assert history.is_the_same(
        (one, lags, replace(one, name="tried_features")), (one, replace(one, name="tried_features"), lags)
    )
    others = exact((APRIL, MANY), (MAY, MANY | {"1": 61})), replace(one, taken="2025-04-30"), exact((APRIL, MANY))
    assert not any(history.is_the_same((one,), (other,)) for other in others)
    assert not history.is_the_same((one, lags), (one,))


def test_what_is_released_once_more_as_it_was_is_no_edition_and_what_was_before_is_told(monkeypatch):
    monkeypatch.setattr(release, "drawn", nearest)
    few, many = exact((APRIL, MANY)), exact((APRIL, MANY), (MAY, MANY))
    editions, past = [], None
    for each in (few, few, many, many, few):
        edition = release.edition((each,), SECRET, past)
        past = history.read(edition.history.written())
        editions.append(edition.sets[0].release)
    assert [told["edition"] for told in editions] == [1, 1, 2, 2, 3]
    first, second = ({name: told[name] for name in ("edition", "cells", "hidden")} for told in editions[1:3])
    before = [first | {"span": "April 2024"}, second | {"span": "April to May 2024"}]
    assert [told.get("earlier", []) for told in editions] == [[], [], before[:1], before[:1], before]
    assert [sets[0].coverage.span.label for sets in past.editions["tried"]] == [
        "April 2024",
        "April to May 2024",
        "April 2024",
    ]


def test_a_set_by_time_to_outcome_has_every_number_of_the_main_set_as_it_stands_there(monkeypatch):
    monkeypatch.setattr(release, "drawn", nearest)
    main = exact((APRIL, MANY))
    lags = by_lag(*((APRIL, code, 10, cases) for code, cases in MANY.items()), taken="2025-03-31")
    table = lags.table.assign(outcome=lags.table["first_outcome"])
    dimensions = ("force", "period", "offence", "outcome", "first_outcome", "lag")
    lags = replace(lags, table=table[[*dimensions, "cases"]], dimensions=dimensions, coverage=main.coverage)
    edition = release.edition((main, lags), SECRET)
    assert list(edition.history.editions) == ["tried"]
    one, timed = edition.sets
    for codes in ((), {"16"}, {"14", "16"}, {"0"}):
        assert timed.cell(codes) == one.cell(codes) is not None
