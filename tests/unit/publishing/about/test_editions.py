"""What is new in a report: nothing where its numbers are the same, and what changed where they are not."""

import json
from datetime import date

import pytest

from analysis.publishing.about import editions
from analysis.publishing.report import history
from tests.reports.made_folder import put

TODAY = date(2026, 11, 28)


def results(value="45.3%", *, is_synthetic=False, publisher="Home Office", other=1, is_restricted=False):
    figure = {"label": "victim withdrew", "value": value, "base": "of 10", "records": [{"share": value}]}
    return {
        "is_restricted": is_restricted,
        "is_synthetic": is_synthetic,
        "blocks": [
            {"kind": "key_figures", "figures": [figure]},
            {"kind": "table", "records": [{"cases": other}]},
            {"kind": "provenance", "sources": [{"publisher": publisher}]},
        ],
    }


def news(old, new, **before):
    """What the second of two reports says is new, the first being of 3 October 2026."""
    first = editions.edition(old, history.digest(old), "2026-10-03", **before)
    return editions.following(first, new, history.digest(new), today=TODAY)


def test_the_first_says_so_and_is_of_today():
    made = editions.following(None, results(), "digest", today=TODAY)
    assert (made.date, made.news) == ("2026-11-28", (editions.FIRST,))


def test_the_same_numbers_are_the_same_edition_with_its_day_and_its_news():
    again = news(results(), results(), news=("Some news.",))
    assert (again.date, again.news) == ("2026-10-03", ("Some news.",))
    unknown = news(results(), results())
    assert unknown.news == ("Nothing: these figures stand as they were made on 3 October 2026.",)


def test_a_day_that_is_still_to_come_is_not_carried_on():
    old = editions.edition(results(), history.digest(results()), "2027-01-01", ("Some news.",))
    assert editions.following(old, results(), old.figures, today=TODAY).date == "2026-11-28"


def test_a_key_figure_that_changed_is_told_with_what_it_was():
    made = news(results("45.3%"), results("46.0%"))
    assert made.date == "2026-11-28"
    assert made.news == (
        "Its figures have changed since the edition of 3 October 2026.",
        "Victim withdrew: 46.0%, before 45.3%.",
    )


@pytest.mark.parametrize("kind", ["is_synthetic", "is_restricted"])
def test_a_number_of_people_is_not_told_again_once_it_has_changed(kind):
    for old, new in ((True, True), (True, False), (False, True)):
        told = " ".join(news(results("45.3%", **{kind: old}), results("46.0%", **{kind: new})).news)
        assert "Victim withdrew: changed." in told
        assert "45.3%" not in told


def test_other_numbers_and_other_sources():
    told = news(results(other=1), results(other=2, publisher="BBC")).news
    assert told[1].startswith("The key figures are as they were; ")
    assert told[2] == "Now also made from: BBC."


def test_the_edition_that_stands_is_read_from_its_folder(tmp_path):
    assert history.standing(tmp_path / "none") is None
    folder = put(tmp_path, changed_at="2026-10-03T04:00:00+00:00")
    (folder / "results.json").write_text(json.dumps(results()))
    held = history.standing(folder)
    assert (held.date, held.news, held.key_figures) == ("2026-10-03", (), (("Victim withdrew", "45.3%"),))
    assert held.figures == history.digest(results())
    (folder / "results.json").write_text("{")
    made = editions.following(history.standing(folder), results(), "digest", today=TODAY)
    assert made.news == ("The edition before could not be read, so nothing is compared with it.",)
