import pandas as pd
import pytest

from analysis.errors import DataRefused
from analysis.intake.home_office import editions
from analysis.intake.reading import Part


def part(**cases):
    """Counts of one force's quarter, by the outcome types that are named t1, t22, ..."""
    table = pd.DataFrame({"outcome": [name[1:] for name in cases], "cases": list(cases.values())})
    return Part(table=table, dimensions=("outcome",), received=frozenset())


@pytest.fixture(autouse=True)
def totals(tmp_path, monkeypatch):
    """What is known of one year: of outcome type 22, which was not used yet, that there was no case."""
    monkeypatch.setattr(editions, "FOLDER", tmp_path)
    (tmp_path / editions.TOTALS).write_text("year,outcome,cases\n2014/15,1,1000\n2014/15,22,0\n2014/15,assigned,1000\n")


def check(**cases):
    return editions.check_totals("2014/15", part(**cases), name="tables.xlsx", is_known=False)


def test_totals_that_are_those_of_their_year_and_such_as_a_later_edition_may_have():
    assert check(t1=1000) == "its 3 totals are those that are known of 2014/15"
    assert check(t1=1009) == "its 3 totals lie within 0.90% of those known of 2014/15"
    assert check(t1=1000, t22=10).endswith("2014/15, but for 10 cases of outcome type 22, of which none is known")


def test_many_cases_of_a_type_of_which_none_is_known_are_refused():
    with pytest.raises(
        DataRefused, match=r"12 cases of outcome type 22 in 2014/15, where 0 are known \(12 apart; 10 cases"
    ):
        check(t1=1000, t22=12)
