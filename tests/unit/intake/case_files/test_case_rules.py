"""What a mapping may ask for: which outcome counts, times, features, what is dropped, months without cases."""

from datetime import date

import pytest

from analysis.intake.case_files import vocabulary
from tests.broken.desk import HEADER, check_reduced, desk_in


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


#: Outcomes of one case with their dates, and what stands under "latest" and under "first".
SEVERAL = [
    ([("Withdrew", "05/01/2024"), ("Charged", "09/01/2024")], "1", "16"),
    ([("Charged", "09/01/2024"), ("Withdrew", "05/01/2024")], "1", "16"),
    ([("", ""), ("Withdrew", "05/01/2024")], "16", "16"),
    ([("Withdrew", ""), ("Charged", "09/01/2024")], "1", "1"),
    ([("", ""), ("Withdrew", "")], "16", "16"),
    ([("Withdrew", "05/01/2024"), ("Withdrew", "05/01/2024"), ("Charged", "04/01/2024")], "16", "1"),
]


@pytest.mark.parametrize("rule", ["latest", "first"])
def test_the_rule_says_which_outcome_counts(desk, rule):
    """Each case is recorded in a month of its own, by which it is known again."""
    expected, rows = {}, []
    for month, (several, latest, first) in enumerate(SEVERAL, start=1):
        case = desk.row(month) | {"Recorded": f"02/{month:02}/2023"}
        rows += [case | {"Outcome": word, "Outcome date": ended} for word, ended in several]
        expected[date(2023, month, 1)] = latest if rule == "latest" else first
    mapping = desk.mapping(("[columns]", f'several_outcomes = "{rule}"\n[columns]'))
    told = check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))
    assert f"{len(rows)} rows read, {len(SEVERAL)} counted" in told
    table = desk.exact()["broken"].table
    assert dict(zip(table["period"], table["outcome"], strict=True)) == expected
    assert table["cases"].tolist() == [1] * len(SEVERAL)


def test_exact_copies_and_blank_rows_are_left_out_and_counted(desk):
    rows = desk.rows()
    blank = dict.fromkeys(HEADER, "")
    told = check_reduced(desk, desk.reduce(desk.table([*rows[:5], blank, *rows, blank])))
    assert "37 rows read, 30 counted" in told
    assert "dropped: exact copy of another row: 5\n" in told
    assert "dropped: row without anything in it: 2\n" in told


def test_copies_in_two_files_are_one_case(desk):
    rows = desk.rows()
    told = check_reduced(desk, desk.reduce(desk.table(rows[:20], "a.csv"), desk.table(rows[10:], "b.csv")))
    assert "2 files, 40 rows read, 30 counted" in told


def test_lags_are_days_and_an_open_case_is_followed_to_the_extract(desk):
    rows = [
        desk.row(0) | {"Recorded": "30/01/2024", "Outcome": "Charged", "Outcome date": "01/03/2024"},
        desk.row(2) | {"Recorded": "29/06/2024", "Outcome": "", "Outcome date": ""},
        desk.row(4) | {"Recorded": "02/01/2024", "Outcome": "Withdrew", "Outcome date": "02/01/2024"},
        desk.row(6) | {"Recorded": "02/01/2024", "Outcome": "Withdrew", "Outcome date": ""},
    ]
    told = check_reduced(desk, desk.reduce(desk.table(rows)))
    assert "outcomes without date: 1 decided case has no date" in told
    table = desk.exact()["broken_lags"].table
    found = sorted(zip(table["first_outcome"], table["outcome"], table["lag"], table["cases"], strict=True))
    assert found == [("0", "0", 1, 1), ("0", "16", 180, 1), ("1", "1", 31, 1), ("16", "16", 0, 1)]
    assert desk.exact()["broken_lags"].total == desk.exact()["broken"].total == 4
    assert desk.exact()["broken_lags"].lag_unit == "days"


def test_features_are_grouped_with_blank_and_other(desk):
    rows = [row | {"Victim": ("F", "M", "", "x", "f ")[place % 5]} for place, row in enumerate(desk.rows(50))]
    check_reduced(desk, desk.reduce(desk.table(rows)))
    made = desk.exact()["broken_features"]
    assert made.features == {"victim": "Victim"}
    assert "period" not in made.dimensions
    found = made.regroup("victim").table
    assert dict(zip(found["victim"], found["cases"], strict=True)) == {
        "Female": 20,
        "Male": 10,
        "Not recorded": 10,
        "Other": 10,
    }


def test_a_feature_without_groups_takes_its_words_as_they_are(desk):
    mapping = desk.mapping(('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"', 'blank = "Unknown"'))
    rows = [row | {"Victim": ("F ", "F", "", "a  b")[place % 4]} for place, row in enumerate(desk.rows(60))]
    check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))
    found = desk.exact()["broken_features"].regroup("victim").table
    assert dict(zip(found["victim"], found["cases"], strict=True)) == {"F": 30, "Unknown": 15, "a b": 15}


def test_what_is_allowed_is_dropped_and_counted_by_its_first_fault(desk):
    rows = desk.rows(
        row_3={"Case ref": ""}, row_4={"Recorded": "?"}, row_5={"Recorded": "?", "Outcome": "?"}, row_6={"Outcome": "?"}
    )
    words = [word for name in ("blank_case", "unreadable_date", "unknown_outcome") for word in ("--allow", name)]
    told = check_reduced(desk, desk.reduce(desk.table(rows), words=words))
    assert "30 rows read, 26 counted" in told
    entry = desk.account().entries[-1]
    assert entry.kept + sum(entry.dropped.values()) == entry.rows == 30
    assert sorted(entry.dropped.values()) == [1, 1, 2]
    assert desk.exact()["broken"].total == 26


def test_a_month_without_cases_is_not_received_unless_the_mapping_says_it_is_covered(desk):
    rows = [row for row in desk.rows(60) if row["Recorded"][3:5] == "01"]
    rows.append(desk.row(0) | {"Case ref": "x", "Recorded": "05/03/2024", "Outcome": "", "Outcome date": ""})
    told = check_reduced(desk, desk.reduce(desk.table(rows)))
    assert (
        "Kent: months without cases: 1 month between the first and the last of these counts has no case of it" in told
    )
    made = desk.exact()["broken"]
    assert ("Gwent", date(2024, 3, 1)) in made.coverage.missing
    mapping = desk.mapping(("[columns]", 'first_month = "2023-12"\nlast_month = "2024-04"\n[columns]'))
    assert "months without cases" not in check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping))
    made = desk.exact()["broken"]
    assert list(made.coverage.periods) == [date(2023, 12, 1), *(date(2024, month, 1) for month in (1, 2, 3, 4))]
    assert not made.coverage.missing


def test_a_force_that_begins_later_or_ends_earlier_than_another_is_told(desk):
    later, earlier = ([desk.row(place) | {"Recorded": "05/01/2024"} for place in places] for places in ((1, 3), (0, 2)))
    earlier[0] |= {"Recorded": "05/12/2023", "Outcome": "", "Outcome date": ""}
    told = check_reduced(desk, desk.reduce(desk.table(earlier + later)))
    assert "Gwent: months without cases: 1 month between" in told
    assert "Kent: months without cases" not in told
    earlier[0] |= {"Recorded": "05/11/2023"}
    told = check_reduced(desk, desk.reduce(desk.table(earlier + later)))
    assert "Gwent: months without cases: 2 months between the first and the last of these counts have no case" in told
    assert "Kent: months without cases: 1 month between" in told


def test_what_left_no_case_is_said_of_one_row_and_of_several(desk):
    for rows, said in ((1, "1 row)"), (2, "2 rows)")):
        late = [desk.row(place) | {"Recorded": "05/01/2025", "Outcome date": ""} for place in range(rows)]
        result = desk.reduce(desk.table(late), words=["--allow", "date_after_extract"])
        assert f"a date after the day of the extract: {said}" in result.output


def test_a_force_and_an_offence_may_stand_for_a_whole_file(desk):
    mapping = desk.mapping(
        ('force = "Force"\noffence = "Offence"\n', ""), ("[columns]", 'force = "Met"\noffence = "8Q"\n[columns]')
    )
    check_reduced(desk, desk.reduce(desk.table(), mapping=mapping))
    made = desk.exact()["broken"]
    assert (made.forces, made.offences, made.total) == (("Metropolitan Police",), ("8Q",), 30)


def test_many_unknown_words_are_each_looked_at_once(monkeypatch):
    looked_at = []
    for name in ("folded", "_visible"):
        plain = getattr(vocabulary, name)
        monkeypatch.setattr(vocabulary, name, lambda word, plain=plain: looked_at.append(word) or plain(word))
    known = {f"Known {number}": "Kent" for number in range(100)}
    force = vocabulary.Vocabulary("force", "Force", known)
    force.learned({f"Unit {number}": 1 for number in range(1000)})
    assert vocabulary.told(force) == ["1,000 that are not printed here because each is rare (1,000 rows)"]
    assert len(looked_at) < 10 * (100 + 1000)
    force.learned({"Unit 1": 1})
    assert vocabulary.told(force) == ["1 that is not printed here because it is rare (1 row)"]
