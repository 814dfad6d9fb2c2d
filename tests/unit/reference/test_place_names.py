"""Several forces together, under a name of a reader's own or none, and how offences and periods may be written."""

import re

import pytest

from analysis.errors import ParameterError
from analysis.presentation import wording
from analysis.reference import measures, periods, reference


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Kent, Essex", "Essex, Kent"),
        (["met", "London, City of"], "City of London, Metropolitan Police"),
        (("Kent", "kent police"), "Kent"),
        ("Devon and Cornwall, Kent", "Devon and Cornwall, Kent"),
        ("South Wales, North Wales, Gwent, Dyfed-Powys", "Wales"),
        ("Wales, Kent", "Dyfed-Powys, Gwent, Kent, North Wales, South Wales"),
        (" Eastern :Suffolk,Norfolk, essex", "Eastern: Essex, Norfolk, Suffolk"),
        ("Rail: BTP, Met", "Rail: British Transport Police, Metropolitan Police"),
    ],
)
def test_a_place_has_one_way_in_which_it_is_written(written, place):
    assert reference.place_named(written) == reference.place_named(place) == place


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("Kant, Essex", "Did you mean 'Kent'"),
        ("Kent and Essex", "Did you mean 'Kent, Essex'"),
        ("Kent: Essex, Surrey", "a place has it"),
        ("wales: Essex, Surrey", "a place has it"),
        ("2nd group: Essex, Surrey", "begins with a letter"),
        ("A: b: Essex, Surrey", "begins with a letter"),
        (": Essex, Surrey", "begins with a letter"),
        ("Alone: Essex, Essex", "two or more"),
        ("Nobody:", "two or more"),
        ("", "No force is called"),
    ],
)
def test_what_is_no_place_is_refused_with_what_to_write(written, refused):
    with pytest.raises(ParameterError, match=refused):
        reference.place_named(written)


@pytest.mark.parametrize(
    ("place", "phrase", "label"),
    [
        ("Essex, Kent", "the police forces of Essex and Kent", "Essex and Kent"),
        (
            "Devon and Cornwall, Kent",
            "the police forces of Devon and Cornwall, and Kent",
            "Devon and Cornwall, and Kent",
        ),
        ("East: Essex, Kent", "the police forces of East (Essex and Kent)", "East"),
        ("East: Essex, Kent, Norfolk, Suffolk, Surrey", "the 5 police forces of East", "East"),
        ("Essex, Kent, Norfolk, Suffolk, Surrey", "5 police forces", "5 police forces"),
        ("2 forces (Essex, Kent)", "2 police forces (Essex, Kent)", "2 police forces (Essex, Kent)"),
    ],
)
def test_a_place_in_a_sentence_and_as_a_label(place, phrase, label):
    assert wording.force_phrase(place) == phrase
    assert wording.place_name(place) == label


def test_a_group_is_told_from_all_other_places():
    others = [*reference.forces(), *reference.NATIONS, "all 44 forces", "40 of 44 forces", "2 forces (Essex, Kent)"]
    assert not any(map(reference.is_group, others))
    assert reference.group_of("Eastern: Essex, Norfolk") == "Eastern"
    assert reference.group_of("Essex, Norfolk") == ""
    assert (
        reference.forces_of("Eastern: Essex, Norfolk") == reference.forces_of("Essex, Norfolk") == ["Essex", "Norfolk"]
    )


def test_every_offence_is_found_by_its_name_and_one_name_is_of_two():
    names = {}
    for code, name in reference.offences().items():
        names.setdefault(name, []).append(code)
    twice = {name: codes for name, codes in names.items() if len(codes) > 1}
    assert all(reference.offence_named(name.upper()) == codes[0] for name, codes in names.items() if name not in twice)
    for name, codes in twice.items():
        with pytest.raises(ParameterError, match=" or ".join(codes)):
            reference.offence_named(name)


def test_a_misspelt_offence_is_offered_by_its_name():
    with pytest.raises(ParameterError, match="Did you mean 'Harassment'"):
        reference.offences_called("Harrassment, 8Q")


@pytest.mark.parametrize(
    ("written", "label", "called"),
    [
        ("2021/22 to 2024/25", "April 2021 to March 2025", "2021/22 to 2024/25"),
        (("2021/22", "2024/25"), "April 2021 to March 2025", "2021/22 to 2024/25"),
        (["2024/25 Q2", "2024/25 q3"], "July to December 2024", "2024/25 Q2 to 2024/25 Q3"),
        ("2024/25 to 2024/25", "2024/25", "2024/25"),
        ("2024/25 Q1 to 2024/25 Q4", "2024/25", "2024/25"),
        ("2023/24 Q4 to 2024/25", "January 2024 to March 2025", "2023/24 Q4 to 2024/25 Q4"),
        ("2024/25 Q1 to 2024/25 Q1", "April to June 2024", "2024/25 Q1"),
    ],
)
def test_a_range_of_years_or_quarters(written, label, called):
    assert periods.named(written).label == label
    assert periods.called(periods.named(written)) == called
    assert periods.named(called) == periods.named(written)


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("2024-25", "Did you mean '2024/25'"),
        ("2024/2025", "Did you mean '2024/25'"),
        ("Q2 2024/25", "Did you mean '2024/25 Q2'"),
        ("2021-22 to 2024/25", "Did you mean '2021/22'"),
        ("2024/25 to 2021/22", "ends before it begins. Write '2021/22 to 2024/25'"),
        ("2024/27", "is not a period. Write"),
        ("2024", "The calendar year is '2023/24 Q4 to 2024/25 Q3'"),
        ("0000", "is not a period. Write"),
        ("last 4 quarters", "Such words are for batch files"),
        (("2021/22",) * 3, "is not a period"),
    ],
)
def test_what_is_no_period_is_refused_with_what_may_be_meant(written, refused):
    with pytest.raises(ParameterError, match=refused):
        periods.named(written)


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("Devon", "'Devon and Cornwall'?"),
        ("yorkshire", "'North Yorkshire', 'South Yorkshire' or 'West Yorkshire'?"),
        ("Clevland", "'Cleveland'?"),
        ("Metropolitan Forc", "'Metropolitan Police'?"),
        ("Kentt", "'Kent'?"),
    ],
)
def test_a_part_of_a_name_is_answered_with_the_few_names_that_hold_it(name, offered):
    with pytest.raises(ParameterError, match=re.escape(f"Did you mean {offered}")):
        reference.place_named(name)


def test_london_is_answered_with_both_of_its_forces():
    """The answer was 'City of London' alone, which has 30 of the 11,861 stalking cases of 2024/25."""
    with pytest.raises(ParameterError) as refused:
        reference.place_named("London")
    offered = re.findall(r"'(.*?)'", str(refused.value).partition("Did you mean")[2])[:2]
    assert {reference.place_named(name) for name in offered} == {"City of London", "Metropolitan Police"}


def test_a_group_in_a_dictionary_is_told_how_it_is_written():
    with pytest.raises(ParameterError, match="in one text: 'Eastern: Norfolk, Suffolk, Essex'"):
        reference.place_named({"Eastern": ["Norfolk", "Suffolk"]})


def test_a_code_is_not_another_one_misspelt():
    with pytest.raises(ParameterError, match="no outcome type '99'. 'attrition list outcomes'"):
        measures.own("evidential difficulties", ["99"])


def test_none_is_no_force_and_the_error_says_what_to_do():
    with pytest.raises(ParameterError, match=r"No force is given\. Name one\."):
        reference.one_force([], otherwise="Name one.")
    with pytest.raises(ParameterError, match=r"No force is given: the list is empty\."):
        reference.place_named([])
