"""Measures of a reader's own: a label and outcome types, refused where they would count what they do not say."""

import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.presentation import blocks, tables, wording
from analysis.reference import measures
from analysis.shares.rates import rates

OWN = "evidential difficulties: 14, 15"


@pytest.fixture(scope="module")
def stalking():
    return counts.read("stalking_2024_25")


@pytest.mark.parametrize("types", [[14, 15], ("15", "14"), ["14", 15, 15]])
def test_one_measure_has_one_name(types):
    assert measures.own(" evidential  difficulties", types) == OWN
    assert measures.measure("evidential difficulties:15,14") == measures.measure(OWN)


def test_it_counts_its_types_and_says_which(stalking):
    share = protect(rates(stalking, OWN))
    of_types = stalking.table[stalking.table["outcome"].isin(["14", "15"])]["cases"].sum()
    assert share.table.loc[0, "events"] == of_types
    assert "ended with one of outcome types 14 and 15 (evidential difficulties)" in wording.share_sentence(share)
    for shown in (tables.table(share, title="Own"), blocks.made(stalking, measure=OWN)):
        assert "definition of this notebook&#39;s own: outcome types 14 and 15" in shown.html.replace("'", "&#39;")
    assert "evidential difficulties (own definition)" in blocks.key_figures(blocks.key_figure(share)).text.casefold()


def test_the_same_types_as_a_measure_of_the_catalogue_are_the_same_cases(stalking):
    own, bundled = (rates(stalking, name, by="force").table for name in ("no support: 14, 16", "victim_withdrawal"))
    assert own.equals(bundled)


@pytest.mark.parametrize(
    ("label", "types", "refused"),
    [
        ("difficulties", [99], "no outcome type '99'"),
        ("difficulties", ["1a"], "counted within type 1"),
        ("difficulties", [0, 15], "no ending"),
        ("difficulties", [], "counts no outcome type"),
        ("everything", [*range(1, 23)], "counts every outcome type"),
        ("Charged", [1], "Use 'charged'"),
        ("victim withdrawal", [16], "Use 'victim_withdrawal'"),
        ("45% withdrew", [16], "it begins with '4', not with a letter. Write"),
        ("a: b", [16], "it holds ':', which no label may"),
        ("a (b)", [16], r"it holds '\(', which no label may"),
        ("", [16], "it has no letter. Write"),
        ("x" * 41, [16], "it has 41 characters, of at most 40. Write"),
        ("a\u202eb", [16], "it holds a character that cannot be seen. Write"),
    ],
)
def test_what_cannot_be_a_measure_is_refused(label, types, refused):
    with pytest.raises(ParameterError, match=refused):
        measures.own(label, types)


@pytest.mark.parametrize(
    ("name", "example"),
    [("evidential difficulties", "evidential difficulties: 15"), ("50%", "evidential difficulties: 14, 15")],
)
def test_a_name_that_is_no_measure_is_told_how_to_write_one_of_its_own(name, example):
    with pytest.raises(ParameterError) as refused:
        measures.measure(name)
    own = f"A definition of your own is a label, a colon and outcome types: '{example}'."
    assert str(refused.value).endswith(f"'attrition list measures' shows all 6. {own}")
    assert measures.measure(example).types


@pytest.mark.parametrize(
    ("types", "able"),
    [
        ([14, 15, 16], {"home_office", "police_uk"}),
        ([1], {"home_office", "police_uk", "bbc_2021"}),
        ([14, 15], {"home_office"}),
        ([14, 16], {"home_office"}),
        ([2], {"home_office"}),
        ([2, 3, 4, 6, 7, 8, 22], {"home_office", "police_uk"}),
    ],
)
def test_another_publisher_tells_it_only_where_nothing_is_pooled_with_something_else(types, able):
    own = measures.measure(measures.own("mine", types))
    assert {scheme for scheme in ("home_office", "police_uk", "bbc_2021") if own.codes(scheme)} == able


def test_what_a_publisher_pools_is_refused_with_what_can_be_told():
    with pytest.raises(ParameterError, match="Measures that they can tell: withdrew_or_evidential"):
        rates(counts.read("gwent_2022_2025"), OWN)


def test_of_people_only_what_was_released_is_told():
    people = counts.read("stalking_example")
    with pytest.raises(ParameterError, match="not for types 14 and 15. Use victim_withdrawal"):
        rates(people, OWN)
    released = "no suspect, no support: 14".replace(",", " and")
    assert rates(people, released).table["state"].tolist() == ["shown"]


def test_a_base_that_leaves_nothing_of_it_is_refused(stalking):
    with pytest.raises(ParameterError, match="leaves out"):
        rates(stalking, "without suspect: 14, 18", base="with_suspect")


def test_decided_is_the_base_with_outcome(stalking):
    alias, canonical = (rates(stalking, "charged", base=name) for name in ("decided", "with_outcome"))
    assert alias.about == canonical.about
    assert alias.table.equals(canonical.table)
    with pytest.raises(ParameterError, match="Did you mean 'decided'"):
        measures.base("decidde")


@pytest.mark.parametrize("name", ["rows", "split", "recorded", "a: b", "charges", ""])
def test_what_is_no_measure_is_told_from_one(name):
    assert not measures.is_measure(name)
    assert measures.is_measure(OWN)
