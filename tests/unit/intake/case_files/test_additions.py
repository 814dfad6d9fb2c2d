"""Extracts that are added to a set: what is not alike is refused or told, since no row of the set is left."""

import shutil
import sys

import pytest

from analysis.counts import ledger
from analysis.disclosure import release
from analysis.disclosure.drawing import draws
from tests import released
from tests.broken.desk import check_reduced, check_refused, desk_in

TOGETHER = "Reduce all current files together, without --append"
OPEN = ('outcome_date = "Outcome date"\n', "")
LATER = ("taken = 2024-06-30", "taken = 2024-07-31")
NO_GROUPS = ('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n', "")
MADE = ["broken.ledger.json", "broken.parquet", "broken_features.parquet", "broken_lags.parquet"]


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


def rows_of(desk, month, number=30, **cells):
    """Open cases of one month, so that no date of theirs is after an extract."""
    return [
        row | {"Case ref": f"{row['Case ref']}-{month}", "Recorded": f"01/{month:02}/2024", "Outcome": "",
               "Outcome date": ""} | cells
        for row in desk.rows(number)
    ]  # fmt: skip


def begun(desk, *changes, **cells):
    """A set of the cases of March."""
    made = desk.reduce(desk.table(rows_of(desk, 3, **cells), "march.csv"), mapping=desk.mapping(*changes))
    return check_reduced(desk, made)


def added(desk, *changes, month=4, number=30, **cells):
    """What adding the cases of another month says."""
    path = desk.table(rows_of(desk, month, number, **cells), f"month_{month}.csv")
    return desk.reduce(path, mapping=desk.mapping(*changes), words=["--append"])


def test_extracts_of_two_days_are_not_added_where_times_to_outcome_are_counted(desk):
    begun(desk)
    before = desk.held()
    says = ["followed to 30 June 2024 and those of these files to 31 July 2024", "on one day", TOGETHER]
    check_refused(desk, added(desk, LATER), says=says, leaves=MADE)
    assert desk.held() == before
    check_reduced(desk, added(desk))


def test_extracts_of_two_days_are_told_where_only_outcomes_are(desk):
    begun(desk, OPEN)
    told = check_reduced(desk, added(desk, OPEN, LATER))
    assert "The extracts are of 2 days, 30 June 2024 to 31 July 2024" in told
    public = ledger.read_public(desk.counts / "broken.ledger.json")
    assert [warned.text for warned in public.warnings if warned.kind == "several extracts"]
    [note, *_] = desk.exact()["broken"].source.notes
    assert note.startswith("Followed to the day of the extract that they are of, 30 June 2024 to 31 July 2024")
    assert "several extracts" not in begun(desk, OPEN)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ([], [OPEN], "Set 'broken' has times to outcome, and these files have none (outcome_date in the mapping)"),
        ([OPEN], [], "These files have times to outcome, and set 'broken' has none (outcome_date in the mapping)"),
    ],
)
def test_files_without_what_a_set_is_counted_by_are_not_added(desk, first, second, says):
    begun(desk, *first)
    leaves = [name for name in MADE if name in {path.name for path in desk.counts.iterdir()}]
    check_refused(desk, added(desk, *second), says=[says, "of some cases only", TOGETHER], leaves=leaves)


def test_files_without_the_features_of_a_set_are_not_added(desk):
    begun(desk)
    text = desk.mapping().read_text().partition("[features.victim]")[0]
    path = desk.table(rows_of(desk, 4), "april.csv")
    result = desk.reduce(path, mapping=desk.mapping(text=text), words=["--append"])
    says = ["Set 'broken' has counts by features, and these files have none (features in the mapping)", TOGETHER]
    check_refused(desk, result, says=says, leaves=MADE)


def test_files_with_other_features_than_the_set_are_not_added(desk):
    begun(desk)
    more = ("[features.victim]", '[features.note]\ncolumn = "Notes"\nblank = "None"\n[features.victim]')
    says = ["Set 'broken' is counted by victim, and these files by note, victim", TOGETHER]
    check_refused(desk, added(desk, more), says=says, leaves=MADE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"Withdrew" = "16"', '"withdrew" = "14"'), "'withdrew' in [outcomes] counts as something else"),
        (('"F" = "Female"', '"F" = "Women"'), "'f' in [features.victim] counts as something else"),
        (('"M" = "Male" }', '"M" = "Male", "X" = "Not said" }'), "'x' in [features.victim] counts as something else"),
        (('other = "Other"', 'other = "Other"\nblank = "Empty"'), "an empty cell in [features.victim] counts as"),
        (NO_GROUPS, "[features.victim] is grouped otherwise"),
    ],
)  # fmt: skip
def test_a_word_that_counts_as_something_else_is_refused(desk, change, says):
    begun(desk)
    before = desk.held()
    check_refused(desk, added(desk, change), says=["not the one that set 'broken'", says, TOGETHER], leaves=MADE)
    assert desk.held() == before


def test_a_word_that_is_new_in_the_mapping_is_added(desk):
    begun(desk)
    told = check_reduced(desk, added(desk, ('"Charged" = "1"', '"Charged" = "1"\n"Fined" = "3"')))
    assert "30 counted" in told
    check_reduced(desk, added(desk, ('"M" = "Male" }', '"M" = "Male", "X" = "Other" }'), month=5))
    result = added(desk, ("[outcomes]", '[forces]\n"Kent Police, East" = "Kent"\n[outcomes]'), month=6)
    assert "30 counted" in check_reduced(desk, result)


def test_a_word_that_is_rare_in_one_file_alone_is_not_counted_in_part(desk):
    begun(desk, NO_GROUPS, number=32)
    says = ["Feature 'victim' has no groups", "a word would be counted in part", "[features.victim.groups]", TOGETHER]
    check_refused(desk, added(desk, NO_GROUPS, number=16), says=says, leaves=MADE)
    check_reduced(desk, added(desk, NO_GROUPS, number=32))
    table = desk.exact()["broken_features"].table
    assert table.groupby("victim")["cases"].sum().to_dict() == {"F": 32, "M": 32}


def test_months_that_the_set_lacks_are_told_whichever_file_would_have_brought_them(desk):
    begun(desk)
    assert "months without cases" not in check_reduced(desk, added(desk))
    told = check_reduced(desk, added(desk, month=6, Force="Kent"))
    assert "beware: Gwent: months without cases: 2 months between the first and the last of these counts" in told
    assert "beware: Kent: months without cases: 1 month between" in told


@pytest.fixture
def _as_it_is(desk, monkeypatch):
    """The release of the project, its numbers drawn at once."""
    monkeypatch.setitem(sys.modules, "analysis.disclosure.release", release)
    monkeypatch.setitem(sys.modules, "analysis.disclosure.drawing.draws", draws)
    monkeypatch.setattr(release, "drawn", released.nearest)


@pytest.mark.usefixtures("_as_it_is")
def test_what_was_released_before_and_stands_is_told(desk):
    rows = rows_of(desk, 3)
    assert "released as before" not in check_reduced(desk, desk.reduce(desk.table(rows)))
    rows[0]["Outcome"] = rows[2]["Outcome"] = "Withdrew"
    told = check_reduced(desk, desk.reduce(desk.table(rows)))
    assert "beware: Kent: released as before: 1 month of it stands as it was released before" in told
    assert "2 cases are otherwise in these files" in told
    assert "Gwent: released as before" not in told


@pytest.mark.usefixtures("_as_it_is")
def test_an_older_copy_of_the_history_is_no_ground_to_release_on(desk):
    begun(desk)
    history = desk.counts.with_name("private") / "history.json"
    older = history.read_bytes()
    check_reduced(desk, added(desk))
    newest = history.read_bytes()
    history.write_bytes(older)
    says = ["knows of 1 edition of set 'broken', and edition 2 of it stands", "Put the newest copy"]
    check_refused(desk, added(desk, month=5), says=says, leaves=MADE)
    assert history.read_bytes() == older
    history.write_bytes(newest)
    check_reduced(desk, added(desk, month=5))


def test_cases_that_were_released_under_another_secret_are_not_released_under_another_name(desk):
    begun(desk)
    shutil.rmtree(desk.counts.with_name("private"))
    rows = desk.table(rows_of(desk, 3))
    says = ["Set 'broken' stands in", "covers forces and months of these files", "secret", "remove it first"]
    check_refused(desk, desk.reduce(rows, name="other"), says=says, leaves=MADE)
    check_reduced(desk, desk.reduce(desk.table(rows_of(desk, 5)), name="other"))


def test_a_note_that_is_damaged_is_named(desk):
    begun(desk)
    (desk.counts.with_name("private") / "pending.json").write_text("{")
    check_refused(desk, added(desk), says=["pending.json", "is damaged. Remove it"], leaves=MADE)
