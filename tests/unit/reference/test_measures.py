"""What a publisher's outcomes can tell, and what they pool."""

import re

import pytest

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.reference.measures import BASES, MEASURES, measure, other_base
from analysis.shares.rates import rates


@pytest.mark.parametrize(
    ("scheme", "able", "bases"),
    [
        ("home_office", set(MEASURES), ["recorded", "with_outcome", "with_suspect"]),
        ("police_uk", {"withdrew_or_evidential", "charged", "undecided"}, ["recorded", "with_outcome"]),
        ("bbc_2021", {"charged"}, ["recorded"]),
    ],
)
def test_which_measures_and_bases_a_scheme_can_tell(scheme, able, bases):
    assert {name for name, one in MEASURES.items() if one.codes(scheme)} == able
    assert [name for name, one in BASES.items() if one.can_tell(scheme)] == bases
    assert other_base("recorded", scheme) == ("with_outcome" if "with_outcome" in bases else "")


def test_where_charges_alone_are_told_apart_nobody_knows_what_is_decided():
    charged = counts.read("stalking_charged_2015_2020")
    for base in ("decided", "with_suspect"):
        with pytest.raises(ParameterError, match=rf"The base {base} cannot be told by these counts: .* Use recorded\."):
            rates(charged, "charged", base=base)


def test_the_pooled_measure_is_types_14_to_16_or_what_pools_them():
    pooled = measure("withdrew_or_evidential")
    assert pooled.codes("home_office") == {"14", "15", "16"}
    assert pooled.codes("police_uk") == {"Unable to prosecute suspect"}
    cases = counts.read("stalking_2024_25").select(force="met")
    parts = cases.table[cases.table["outcome"].isin(["14", "15", "16"])]["cases"].sum()
    assert rates(cases, "withdrew_or_evidential").table.loc[0, "events"] == parts


def test_a_part_of_what_is_pooled_is_refused_and_not_counted_short():
    gwent = counts.read("gwent_2022_2025")
    for name in ("no_further_action", "victim_withdrawal", "attrition"):
        with pytest.raises(ParameterError, match=f"cannot tell {name}"):
            rates(gwent, name)


@pytest.mark.parametrize("name", MEASURES)
def test_what_is_said_of_a_measure_stands_by_itself(name):
    """A page shows it without the others of the catalogue, which stand above it in no report."""
    told = measure(name)
    assert not re.search(r"\b(above|below|the two)\b", f"{told.why} {told.whose}", re.IGNORECASE)
