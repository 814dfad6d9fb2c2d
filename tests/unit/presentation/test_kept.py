"""A chart that a batch has drawn is not drawn again, and no other chart is taken for it."""

import json

import pytest

from analysis.disclosure import protect
from analysis.errors import DisclosureRefused
from analysis.presentation import figure
from analysis.questions.trends import control_chart
from analysis.questions.trends.charted_series import by_period, outcome_series
from analysis.system import remembered
from tests.conftest import make_counts


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """The charts that were drawn, by what they are called, in a process that has a folder to look into."""
    names, drawings = [], figure.drawings

    def noted(*given, identity, description):
        names.append(identity)
        return drawings(*given, identity=identity, description=description)

    monkeypatch.setattr(figure, "drawings", noted)
    monkeypatch.setattr(remembered.Shared, "folder", None)
    remembered.share(tmp_path / "remembered")
    return names


def series(withdrew, *, force="Kent"):
    days = [f"2024-{month:02}-01" for month in (1, 2, 3)]
    rows = [(force, day, code, cases) for day in days for code, cases in (("16", withdrew), ("1", 100 - withdrew))]
    cases = make_counts(rows, months=1)
    return outcome_series(cases, "victim_withdrawal", undecided=protect(by_period(cases, "undecided")))


def chart(withdrew, **changed):
    followed = series(withdrew, **changed)
    return control_chart.control(protect(followed.points), protect(followed.phases))


def carried(block):
    """All that a cell hands on of a block."""
    return json.dumps(block._repr_mimebundle_())


def test_the_same_rows_are_drawn_once_and_say_the_same(drawn):
    first, second = chart(40), chart(40)
    remembered.Shared.folder = None
    alone = chart(40)
    assert len(drawn) == 2  # by the first, and where nobody shares a folder
    assert carried(first) == carried(second) == carried(alone)


def test_another_number_and_another_force_are_drawn(drawn):
    blocks = [chart(40), chart(41), chart(40, force="Essex")]
    assert len(drawn) == 3
    assert len({carried(block) for block in blocks}) == 3


def test_what_is_left_of_a_chart_is_drawn_again(drawn):
    whole = carried(chart(40))
    for path in remembered.Shared.folder.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert carried(chart(40)) == whole
    assert len(drawn) == 2


def test_what_has_not_been_through_disclosure_control_is_refused_though_its_chart_stands_there(drawn):
    chart(40)
    followed = series(40)
    with pytest.raises(DisclosureRefused, match="protect"):
        control_chart.control(protect(followed.points), followed.phases)
    assert len(drawn) == 1
