"""Counts: what they refuse, what selecting and regrouping keep, and what a file gives back."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.errors import DataRefused, ParameterError

ROWS = [("Kent", "2024-04-01", "16", 5), ("Kent", "2024-07-01", "1", 3), ("Surrey", "2024-04-01", "16", 2)]


def test_a_combination_may_stand_once(made):
    with pytest.raises(DataRefused, match="1 combinations stand more than once"):
        made([*ROWS, ROWS[0]])


def test_only_a_publisher_corrects_below_zero(made):
    corrected = [*ROWS, ("Surrey", "2024-07-01", "0", -1)]
    assert made(corrected).total == 9
    with pytest.raises(DataRefused, match="negative counts"):
        made(corrected, sensitivity="restricted")


def test_cases_are_whole_numbers_and_columns_are_known(made):
    good = made(ROWS)
    with pytest.raises(DataRefused, match="other than whole numbers"):
        replace(good, table=good.table.astype({"cases": "float64"}))
    with pytest.raises(DataRefused, match="expected"):
        replace(good, table=good.table.rename(columns={"force": "where"}))
    with pytest.raises(DataRefused, match="basis 'guessed'"):
        replace(good, basis="guessed")


def test_selecting(made):
    chosen = made(ROWS).select(force="kent police", period="2024/25 Q1")
    assert chosen.total == 5
    assert chosen.coverage.forces == ("Kent",)
    assert chosen.coverage.span.label == "April to June 2024"
    with pytest.raises(ParameterError, match="hold no figures for Essex. They hold: Kent, Surrey."):
        made(ROWS).select(force="Essex")
    with pytest.raises(ParameterError, match="do not cover 2024/25. They run from April 2024 to September 2024"):
        made(ROWS).select(period="2024/25")
    with pytest.raises(ParameterError, match="hold no offence 8L"):
        made(ROWS).select(offence="8L")


def test_regrouping_keeps_the_total(made):
    whole = made(ROWS)
    for by in [(), ("force",), ("outcome",), ("force", "outcome"), ("period", "force")]:
        assert whole.regroup(*by).total == whole.total
    with pytest.raises(ParameterError, match="have no 'offence'"):
        whole.regroup("offence")


def test_a_file_gives_back_what_was_written(made, tmp_path):
    whole = made(ROWS, sensitivity="restricted", missing=[("Surrey", "2024-07-01")])
    path = tmp_path / "made_by_hand.parquet"
    counts.write(whole, path)
    again = counts.read_file(path)
    assert again.table.equals(whole.table)
    assert (again.coverage, again.source, again.sensitivity) == (whole.coverage, whole.source, "restricted")
    assert [one.name for one in tmp_path.iterdir()] == ["made_by_hand.parquet"]


def test_the_same_counts_are_the_same_bytes_however_pandas_keeps_text(made):
    stored = set()
    for kept in ("pyarrow", "python"):
        with pd.option_context("mode.string_storage", kept):
            rows = made([("Kent", "2024-04-01", "charged", 1), ("Essex", "2024-04-01", "charged", 2)])
            rows.table["outcome"] = rows.table["outcome"].astype("category")
            assert rows.table["force"].dtype.storage == kept
            stored.add(counts.packed(rows))
    assert len(stored) == 1
    assert counts.unpacked("made_by_hand", *stored).table["force"].tolist() == ["Kent", "Essex"]


def test_a_foreign_or_damaged_file_is_refused(made, tmp_path):
    path = tmp_path / "foreign.parquet"
    made(ROWS).table.to_parquet(path)
    with pytest.raises(DataRefused, match="does not say what it holds"):
        counts.read_file(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataRefused, match=r"foreign.parquet cannot be read"):
        counts.read_file(path)


def test_metadata_that_does_not_say_what_it_should_is_refused(made, tmp_path):
    import pyarrow.parquet as pq

    path = tmp_path / "odd.parquet"
    counts.write(made(ROWS), path)
    stored = pq.read_table(path)
    for said in (b"{", b"{}", b"[]", stored.schema.metadata[b"attrition"].replace(b"2024-04-01", b"2024-99-01")):
        pq.write_table(stored.replace_schema_metadata({b"attrition": said}), path)
        with pytest.raises(DataRefused, match="odd.parquet does not say in full what it holds"):
            counts.read_file(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("Narnia", "2024-04-01", "16", 5)], "'Narnia' is not a force"),
        ([("Kent", "2024-04-01", "15B", 5)], "'15B' is not in data/reference/outcomes.csv"),
        ([("Kent", "2024-04-01", "1a", 5)], "'1a' is part of type 1"),
        ([("Kent", "2024-04-01", None, 5)], "a blank cell"),
        (
            [("Exampleshire", "2024-04-01", "16", 5)],
            "'Exampleshire' is a made-up force, and these cases are not made up",
        ),
    ],
)
def test_what_is_in_a_file_must_be_known(made, tmp_path, rows, message):
    path = tmp_path / "strange.parquet"
    counts.write(made(rows), path)
    with pytest.raises(DataRefused, match=message):
        counts.read_file(path)


def test_a_name_cannot_leave_the_folder():
    for name in ("../reference/forces", "nothing", ""):
        with pytest.raises(ParameterError, match="No set of counts"):
            counts.read(name)


def test_what_counts_say_of_themselves_tells_no_guarded_total(made):
    assert "10 cases" in str(made(ROWS))
    for text in (str(made(ROWS, sensitivity="restricted")), repr(made(ROWS, sensitivity="restricted"))):
        assert "10" not in text
        assert "2 forces, April to September 2024; restricted" in text


def test_absent_is_not_zero(made):
    coverage = made(ROWS, missing=[("Surrey", "2024-07-01")]).coverage
    assert coverage.missing == {("Surrey", max(coverage.periods))}
    assert coverage.nothing_from() == []
    assert coverage.select(within=coverage.span).pairs == 4


def test_counts_are_read_again_when_their_file_changes_and_nobody_elses_change_is_seen(made, tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    counts.write(made(ROWS), tmp_path / "own.parquet")
    first = counts.read("own")
    first.table.loc[:, "cases"] = 0
    first.table["more"] = 1
    assert counts.read("own").total == 10
    counts.write(made(ROWS[:1]), tmp_path / "own.parquet")
    assert counts.read("own").total == 5


def test_a_force_that_the_counts_do_not_hold_is_refused_with_those_that_they_do():
    with pytest.raises(ParameterError, match="hold no figures for Kent. They hold: Gwent."):
        counts.read("gwent_2022_2025").select(force="kent police")


def test_a_part_looks_up_its_own_offences():
    whole = counts.read("offences_2024_25")
    assert len(whole.offences) > 100
    assert whole.select(offence="8Q").offences == ("8Q",)
    assert len(whole.select(force="Kent").offences) > 100


def test_a_word_in_the_name_of_many_sets_is_offered_none_of_them():
    """Of 'stalking' the made-up cases were called the nearest."""
    with pytest.raises(ParameterError) as refused:
        counts.read("stalking")
    assert "Did you mean" not in str(refused.value)
    with pytest.raises(ParameterError, match="Did you mean 'stalking_2024_25'"):
        counts.read("stalking_2024_24")
