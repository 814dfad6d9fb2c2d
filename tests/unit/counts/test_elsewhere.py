"""What some counts do not hold: the message says which set does, or what can be fetched, and notes nothing as read."""

import pytest

from analysis.counts import counts
from analysis.errors import ParameterError


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        (
            "stalking_2024_25",
            {"offence": "harassment"},
            (
                "They hold: 8Q. Counts 'offences_2024_25' do: --counts offences_2024_25 on the command line, "
                "read_counts('offences_2024_25') in a notebook."
            ),
        ),
        (
            "offences_2024_25",
            {"period": "2023/24"},
            (
                "'attrition fetch home-office --years 2023/24' brings its figures where they are published; "
                "docs/case_files.md goes on."
            ),
        ),
        (
            "stalking_2024_25",
            {"period": "2022/23 Q4 to 2023/24 Q1"},
            "'attrition fetch home-office --years 2022/23,2023/24'",
        ),
        ("gwent_2022_2025", {"force": "Kent"}, "'attrition fetch police-uk' brings its figures"),
    ],
)
def test_what_would_hold_it_is_said(name, asked, words):
    with pytest.raises(ParameterError) as refused:
        counts.read(name).select(**asked)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2024/25", "All of 'stalking_2024_25' do"),
        ("2024/25 Q3 to 2024/25 Q4", "All of 'stalking_2024_25' do"),  # over the turn of a year
        ("2024/25 Q4 to 2025/26 Q1", "'attrition fetch home-office --years 2024/25,2025/26'"),  # half of it is held
    ],
)
def test_a_time_is_held_where_all_of_its_months_are(period, words):
    with pytest.raises(ParameterError) as refused:
        counts.read("stalking_2024_25").select(period="2024/25 Q1").select(period=period)
    assert words in str(refused.value)


def test_counts_that_were_narrowed_say_so():
    kent = counts.read("offences_2024_25").select(force="Kent", offence="8Q")
    for asked in ({"force": "Essex"}, {"offence": "8L"}):
        with pytest.raises(ParameterError, match="All of 'offences_2024_25' do: these were narrowed before"):
            kent.select(**asked)


def test_nothing_is_offered_for_made_up_cases():
    with pytest.raises(ParameterError) as refused:
        counts.read("stalking_example").select(force="Kent")
    assert str(refused.value).endswith("They hold: Exampleshire.")


def test_a_set_that_is_looked_into_is_not_noted_as_read():
    here = counts.read("stalking_2024_25")
    counts.forget_read()
    with pytest.raises(ParameterError, match="offences_2024_25"):
        here.select(offence="8L")
    assert counts.sources_read() == {}
    assert counts.files_read() == []


def test_a_file_that_cannot_be_read_is_passed_over(tmp_path):
    from analysis.counts import elsewhere

    broken = tmp_path / "broken.parquet"
    broken.write_text("x")
    here = counts.read("stalking_2024_25")
    assert elsewhere.hint(here, [broken], offence="8L") == ""
