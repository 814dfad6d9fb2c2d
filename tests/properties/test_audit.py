"""A table of real figures with nothing wrong stays silent, whatever its forces, years, offence, layout and rounding."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.audit import faults
from tests import printed_tables as made
from tests.conftest import examples

QUIET = settings(examples(3, 15), suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(seed=st.integers(10_000, 10_000_000), delimiter=st.sampled_from([",", ";", "\t"]))
def test_a_sound_table_is_passed_over(seed, delimiter, tmp_path):
    path = made.write(made.clean(seed), tmp_path / "table.csv", delimiter=delimiter)
    assert [(one.kind, one.evidence) for one in faults.audit(path).findings] == []


@QUIET
@given(factor=st.sampled_from([2, 3, 10]), year=st.integers(2014, 2022), offence=st.sampled_from(["8L", "8Q"]))
def test_a_year_multiplied_is_found_wherever_it_stands(factor, year, offence, tmp_path):
    held = made.recorded(offence, range(2014, 2023))
    held[year] *= factor
    found = faults.audit(made.write(made.long_years(held), tmp_path / "table.csv")).findings
    assert [one.kind for one in found] == ["multiplied"]
    assert made.year_name(year) in found[0].evidence
