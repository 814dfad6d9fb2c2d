"""What a publisher's outcomes can tell, and what they pool."""

import pytest

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.reference.measures import MEASURES, measure
from analysis.shares.rates import rates


@pytest.mark.parametrize(
    ("scheme", "able"),
    [
        ("home_office", set(MEASURES)),
        ("police_uk", {"withdrew_or_evidential", "charged", "undecided"}),
        ("bbc_2021", {"charged"}),
    ],
)
def test_which_measures_a_scheme_can_tell(scheme, able):
    assert {name for name, one in MEASURES.items() if one.codes(scheme)} == able


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
