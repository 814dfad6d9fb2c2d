"""One name for all sets of a reduction: a question that needs another than the main one finds it, narrowed alike."""

import shutil

import pytest

from analysis import association, outcomes, read_counts, show, timing
from analysis.counts import counts
from analysis.errors import ParameterError

FEATURES = "victim_sex, victim_age, relationship, previous_reports, risk, contact, first_recorded_as"


@pytest.mark.parametrize("words", [{}, {"offence": "8Q"}, {"force": "Exampleshire"}])
def test_times_are_those_of_the_set_beside(words):
    by_one_name = timing.follow(read_counts("stalking_example").select(**words))
    by_its_own = timing.follow(read_counts("stalking_example_lags").select(**words))
    assert by_one_name.cases.name == "stalking_example_lags"
    assert by_one_name.headline().text == by_its_own.headline().text
    assert by_one_name.rows("endings").equals(by_its_own.rows("endings"))


def test_features_are_those_of_the_set_beside():
    by_one_name = association.associate(read_counts("stalking_example").select(offence="8Q"), FEATURES)
    by_its_own = association.associate(read_counts("stalking_example_features").select(offence="8Q"), FEATURES)
    assert by_one_name.rows("withdrawal").equals(by_its_own.rows("withdrawal"))
    assert "stalking_example_features" in show.read(by_one_name.cases).text


def test_every_way_of_narrowing_goes_along():
    whole = read_counts("gwent_2022_2025")
    part = whole.of_forces(["Gwent"]).select(period="2023/24").of_crime(crime_type="Robbery").beside("times")
    beside = read_counts("gwent_2022_2025_lags").select(period="2023/24").of_crime(crime_type="Robbery")
    assert part.coverage == beside.coverage
    assert part.table.equals(beside.table)
    assert part.selection == beside.selection
    assert 0 < part.total < whole.beside("times").total


def test_a_place_is_asked_for_again_as_it_was_understood():
    part = read_counts("gwent_2022_2025").select(force=(name for name in ["gwent police"]))
    assert part.beside("times").forces == ("Gwent",)


def test_the_set_itself_and_one_with_nothing_beside_it_stay():
    for name, needed in [
        ("gwent_2022_2025_lags", "times"),
        ("gwent_2022_2025", "features"),
        ("gwent_2022_2025", "outcomes"),
        ("latest", "times"),
    ]:
        held = read_counts(name)
        assert held.beside(needed) is held


def test_counts_without_times_or_features_are_refused_in_words_that_help():
    with pytest.raises(ParameterError, match=r"'offences_2024_25' do not say how long .* with the dates of outcomes\."):
        timing.follow(read_counts("latest"))
    with pytest.raises(ParameterError, match=r"'gwent_2022_2025' is called 'risk'\. They hold none"):
        association.associate(read_counts("gwent_2022_2025"), "risk")
    with pytest.raises(ParameterError, match=r"'stalking_example_lgs'\. Did you mean 'stalking_example_lags'\?"):
        read_counts("stalking_example_lgs")


def test_a_report_of_a_notebook_that_names_one_set_was_made_from_both(tmp_path, monkeypatch):
    for path in counts.FOLDER.glob("stalking_example*"):
        shutil.copy(path, tmp_path / path.name.replace("stalking_example", "kent_2024"))
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    counts.forget_read()
    cases = read_counts("kent_2024")
    outcomes.endings(cases, "victim_withdrawal")
    assert "data/counts/kent_2024_lags.parquet" not in counts.files_read()
    timing.follow(cases)
    assert {"data/counts/kent_2024.parquet", "data/counts/kent_2024_lags.parquet"} <= set(counts.files_read())


def test_counts_that_this_process_holds_are_noted_as_read_all_the_same():
    read_counts("gwent_2022_2025")
    noted = counts.files_read(), counts.sources_read()
    counts.forget_read()
    assert counts.files_read() == []
    read_counts("gwent_2022_2025")
    assert {"data/counts/gwent_2022_2025.parquet"} <= set(counts.files_read()) <= set(noted[0])
    assert counts.sources_read().items() <= noted[1].items()
