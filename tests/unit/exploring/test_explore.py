"""Looking round in counts: controls that hold what the counts have, and a sentence and figure that follow them."""

import sys
from unittest import mock

import pytest

from analysis import explore, rates, read_counts, split
from analysis.errors import ParameterError
from analysis.exploring import choices, controls, exploring
from analysis.presentation.blocks import MEDIA_TYPE, PARTS_TYPE

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def cases():
    return read_counts("stalking_2024_25")


@pytest.fixture(scope="module")
def looking(cases):
    return explore(cases, "charged", force="kent")


@pytest.fixture
def shown(looking):
    """The drop-downs by their fields, and what is seen below them."""
    box, seen, _ = controls.controls(looking).children
    return dict(zip(controls.LABELS, box.children, strict=True)), seen


def test_the_drop_downs_hold_what_the_counts_have_and_each_has_its_label(cases, shown):
    downs, _ = shown
    held = {name: [value for _, value in down.options] for name, down in downs.items()}
    assert held["force"] == ["all", *cases.forces]
    assert held["offence"] == ["8Q"]
    assert held["period"] == ["all", *(f"2024/25 Q{quarter}" for quarter in range(1, 5))]
    assert held["picture"] == ["forces", "quarters", "endings"]
    assert {"victim_withdrawal", "charged"} <= set(held["measure"])
    assert [down.description for down in downs.values()] == list(controls.LABELS.values())
    assert [name for name, down in downs.items() if down.disabled] == ["offence"]  # there is one


def test_counts_that_pool_endings_offer_the_measures_that_they_can_tell():
    gwent = choices.options(read_counts("gwent_2022_2025"))
    assert [name for _, name in gwent["measure"]] == ["withdrew_or_evidential", "charged", "undecided"]
    assert [name for _, name in gwent["base"]] == ["recorded", "with_outcome"]
    assert gwent["force"] == (("Gwent", "Gwent"),)
    assert [name for _, name in gwent["picture"]] == ["quarters", "endings"]
    charged = choices.options(read_counts("stalking_charged_2015_2020"))
    assert [name for _, name in charged["picture"]] == ["forces", "endings"]
    features = explore(read_counts("stalking_example_features"))  # by no period, and so by no quarter
    assert [name for _, name in features.options["picture"]] == ["endings"]
    assert gwent["period"][1] == ("2023/24", "2023/24")  # the first that is whole


def test_figure_and_sentence_change_together(cases, shown):
    downs, seen = shown
    here = cases.select(force="Kent", period="2024/25 Q2")
    assert rates(cases.select(force="Kent"), "charged").sentence() in seen.value
    assert rates(cases, "charged", by="force").dots(highlight="Kent").html in seen.value
    downs["period"].value, downs["picture"].value = "2024/25 Q2", "quarters"
    assert rates(here, "charged").sentence() in seen.value
    assert rates(here, "charged", by="quarter").quarters().html in seen.value
    downs["base"].value, downs["picture"].value = "with_outcome", "endings"
    assert rates(here, "charged", base="with_outcome").sentence() in seen.value
    assert split(here, base="with_outcome").hundred_cases().html in seen.value


def test_a_base_is_taken_as_a_reader_writes_it(cases):
    assert explore(cases, "charged", base="decided").choice.base == "with_outcome"


def test_a_force_may_stand_alone_in_a_list(cases):
    assert explore(cases, "charged", force=["kent police"]).choice.force == "Kent"


def test_the_code_that_is_told_gives_what_is_seen(cases, looking):
    for picture in choices.PICTURES:
        choice = choices.Choice("charged", "with_outcome", "Kent", "8Q", "2024/25 Q1", picture)
        block = eval(choices.code(choice), {"cases": cases, "rates": rates, "split": split})
        assert block == looking.view(choice).figure
        assert 'base="decided"' in choices.code(choice)  # as a reader writes it


def test_what_cannot_be_told_shows_the_sentence_that_says_why(looking, shown):
    downs, seen = shown
    with mock.patch.object(choices, "rates", side_effect=ParameterError("These counts < cannot tell.")):
        downs["measure"].value = "victim_withdrawal"
    assert seen.value == '<p role="status" aria-live="polite">These counts &lt; cannot tell.</p>'


def test_of_people_only_what_was_released_is_seen():
    example = explore(read_counts("stalking_example"))
    year = choices.Choice("charged", "recorded", "Exampleshire", "8Q", "2022/23", "quarters")
    assert example.view(year).figure.record["disclosure"]["policy"]["smallest"] == 15


def test_nothing_is_worked_out_twice_for_a_choice(looking, shown):
    downs, seen = shown
    first = seen.value
    with mock.patch.object(choices, "rates", wraps=choices.rates) as asked:
        downs["force"].value = "Essex"
        after_one = asked.call_count
        downs["force"].value = "Kent"
        downs["force"].value = "Essex"
        assert asked.call_count == after_one > 0
        downs["force"].value = "Kent"
    assert seen.value == first


def test_a_plain_shell_has_the_first_choice_in_words(looking):
    assert repr(looking).startswith("347 of 4,106 stalking cases recorded by Kent Police in 2024/25 (8.5%) ended in a")


def test_a_report_has_the_first_choice_without_controls(looking):
    bundle = looking._repr_mimebundle_()
    assert WIDGET not in bundle
    figure = looking.view(looking.choice).figure
    assert bundle[MEDIA_TYPE]["records"] == figure.record["records"]
    sentence, part = bundle[PARTS_TYPE]["parts"]
    assert [run["text"] for run in sentence["runs"]] == [looking.view(looking.choice).sentence]
    assert part == figure.parts[0]


def test_in_a_kernel_the_controls_come_with_what_a_report_has(looking):
    still = looking._repr_mimebundle_()
    with mock.patch.object(exploring, "is_watched", return_value=True):
        bundle = looking._repr_mimebundle_()
    assert bundle.keys() == still.keys() | {WIDGET}
    assert bundle | still == bundle


def test_without_the_library_it_says_how_to_have_it(looking, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.delitem(sys.modules, "analysis.exploring.controls")
    monkeypatch.delattr("analysis.exploring.controls")
    with mock.patch.object(exploring, "is_watched", return_value=True):
        bundle = looking._repr_mimebundle_()
    assert WIDGET not in bundle
    assert "ipywidgets is not installed" in bundle["text/html"]
    assert "python -m pip install ipywidgets" in bundle["text/html"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"measure": "chargd"}, "no measure 'chargd'. Did you mean 'charged'?"),
        ({"base": "reported"}, "No base is called 'reported'. Did you mean 'recorded'?"),
        ({"force": "Kentt"}, "No force is called 'Kentt'. Did you mean 'Kent'?"),
        (
            {"force": ["Kent", "Essex"]},
            "'Essex, Kent' is several forces, and this is about one of them. explore shows one",
        ),
        ({"force": "Wales"}, 'or all of them together: force="all".'),
        ({"force": []}, "No force is given. explore shows one force, or all of them together"),
        ({"offence": "8R"}, "no offence '8R'. They have: 8Q."),
    ],
)
def test_a_first_choice_that_is_not_there_is_refused(cases, asked, told):
    with pytest.raises(ParameterError) as refused:
        explore(cases, **asked)
    assert told in str(refused.value)


def test_a_checked_notebook_shows_no_controls(tmp_path):
    from nbformat.v4 import new_code_cell

    from analysis.publishing.notebooks import rules
    from tests.notebooks.test_rules import written

    cell = new_code_cell("from analysis import explore\nexplore(cases)")
    assert [fault.rule for fault in rules.faults(written(tmp_path, cell))] == [
        "shows Exploring, which no report can carry; give it a name, or show a chart or a table of it"
    ]


def test_an_offence_goes_by_its_name_as_everywhere():
    """It said that these counts have no offence of this name; they have."""
    year = read_counts("offences_2024_25")
    named, coded = (repr(explore(year, "charged", force="Kent", offence=offence)) for offence in ("harassment", "8L"))
    assert named == coded
    assert "harassment" in named
