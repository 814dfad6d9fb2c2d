"""Archives of data.police.uk: every blemish that published files have is read rightly or refused by name and row."""

import gzip
import pickle
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.counts.narrowing import narrowed, passed_over
from analysis.disclosure import protect
from analysis.errors import DataRefused, ParameterError
from analysis.intake import reduction
from analysis.intake.police_uk import archive as police_uk
from analysis.intake.reading import Request
from analysis.questions.timing import words
from analysis.questions.timing.chain_ladder import triangle
from analysis.questions.timing.histories import histories
from analysis.questions.timing.results import Timed
from analysis.reference import reference
from analysis.shares.rates import rates, split
from tests.archives import (
    NO_SUSPECT,
    OPEN,
    OUTCOMES,
    STREET,
    UNABLE,
    VIOLENCE,
    as_dict,
    outcomes,
    pack,
    reading,
    same,
    street,
    tasks,
    write,
)
from tests.conftest import nightly

APRIL = {
    "2024-04-kent-street.csv": street(
        ("a", VIOLENCE, UNABLE), ("b", "Burglary", NO_SUSPECT), ("c", "Drugs", OPEN), ("", "Anti-social behaviour", "")
    ),
    "2024-04-kent-outcomes.csv": outcomes(("a", UNABLE), ("b", NO_SUSPECT)),
}
MAY = {
    "2024-05-kent-street.csv": street(("d", VIOLENCE, OPEN), month="2024-05"),
    "2024-05-kent-outcomes.csv": outcomes(("c", "Suspect charged"), ("z", UNABLE), month="2024-05"),
}


def kinds(found):
    return {warned.kind: warned.text for warned in found.warnings}


def test_crimes_are_joined_to_their_outcomes_across_months(tmp_path):
    found = reading(write(tmp_path, APRIL | MAY))
    assert as_dict(found.parts[""], "period", "crime_type", "outcome") == {
        (date(2024, 4, 1), VIOLENCE, UNABLE): 1,
        (date(2024, 4, 1), "Burglary", NO_SUSPECT): 1,
        (date(2024, 4, 1), "Drugs", "Suspect charged"): 1,
        (date(2024, 5, 1), VIOLENCE, OPEN): 1,
    }
    assert as_dict(found.parts["lags"], "crime_type", "first_outcome", "lag") == {
        (VIOLENCE, UNABLE, 0): 1,
        ("Burglary", NO_SUSPECT, 0): 1,
        ("Drugs", "Suspect charged", 1): 1,
        (VIOLENCE, "No outcome published", 0): 1,
    }
    assert found.dropped == {
        "anti-social behaviour: incidents without a crime ID": 1,
        "outcome of a crime that is not in these files": 1,
    }
    assert (found.rows, found.kept, found.taken) == (9, 7, "2024-05")
    assert found.categories["outcome"] == {UNABLE: 1, NO_SUSPECT: 1, "Suspect charged": 1, OPEN: 1}
    assert "75.0% of 4 crimes have a row" in kinds(found)["join"]
    assert "75.0% of 4 outcome rows belong" in kinds(found)["join"]


def test_a_task_can_be_sent_elsewhere(tmp_path):
    (task,) = tasks(write(tmp_path, APRIL), workers=2)
    assert (task.force, task.threads) == ("Kent", 2)
    assert same(pickle.loads(pickle.dumps(task)).read(), task.read())


#: How the same text may be written.
WRITTEN = {
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "one cr": lambda text: text.replace("\n", "\r", 1).encode(),
    "some crlf": lambda text: text.replace("\n", "\r\n", 2).encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "latin": lambda text: text.replace("Bell", "Caf\u00e9").encode("latin-1"),
    "utf-8": lambda text: text.replace("Bell", "Caf\u00e9").encode(),
    "unended": lambda text: text.rstrip("\n").encode(),
    "blank": lambda text: (text + "\n\n").encode(),
    "broken": lambda text: text.replace("Bell Street", "Bell\nStreet").encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """What two months give as they are published."""
    return reading(write(tmp_path_factory.mktemp("clean"), APRIL | MAY))


@pytest.mark.parametrize(
    "way", nightly(WRITTEN, "cr", "some crlf", "bom", "utf-16", "latin", "unended", "broken", "gzip")
)
def test_text_is_read_however_it_was_written(tmp_path, clean, way):
    files = {name: WRITTEN[way](text) for name, text in (APRIL | MAY).items()}
    assert same(reading(write(tmp_path / "spoilt", files)), clean)
    mixed = APRIL | {name: files[name] for name in MAY}
    assert same(reading(write(tmp_path / "mixed", mixed)), clean)


def test_columns_are_found_by_their_names(tmp_path):
    turned = {name: "\n".join(_reversed(text)) for name, text in APRIL.items()}
    assert same(reading(write(tmp_path / "turned", turned)), reading(write(tmp_path / "plain", APRIL)))


def _reversed(text):
    plain = text.replace('"On or near Bell Street, North"', "On or near Bell Street")
    return [",".join(reversed(line.split(","))) for line in plain.splitlines()]


def test_a_path_may_hold_what_is_elsewhere_a_pattern(tmp_path):
    assert reading(write(tmp_path / "Kent [copy]*", APRIL)).rows == 6


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("2024-04-kent-street.csv", b"", "2024-04-kent-street.csv is empty"),
        ("2024-04-kent-outcomes.csv.gz", b"", "2024-04-kent-outcomes.csv.gz is empty"),
        ("2024-04-kent-street.csv", b"Crime ID,Month\nx,\0y\n", "is not text: it holds zero bytes"),
        ("2024-04-kent-street.csv", street().replace("Crime type", "Offence"), "row 1: no column 'Crime type'"),
        ("2024-04-kent-street.csv", street().replace("Context", "Month"), "row 1: two columns have one name"),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN)) + "b,2024-04\n",
            "2024-04-kent-street.csv, row 3: 2 cells where the header has 12",
        ),
        (
            "2024-04-kent-outcomes.csv",
            outcomes(("a", UNABLE), ("b", UNABLE + ",secret")),
            "2024-04-kent-outcomes.csv, row 3: 11 cells where the header has 10",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN)) + 'b,"2024-04,Kent\n',
            "row 3: a quotation mark that is not closed",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN), ("b", VIOLENCE, OPEN, "April")),
            "row 3, column 'Month': not a month",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN), ("b", VIOLENCE, OPEN, "")),
            "row 3, column 'Month': not a month",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN), month="2024-05"),
            "2024-04-kent-street.csv: no row is of April 2024",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN), by="Essex Police"),
            "row 2, column 'Reported by': Essex, where the name of the file says Kent",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, OPEN), by="secret"),
            "row 2, column 'Reported by': no force of data/reference/forces.csv",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", "Piracy", "Hanged"), ("b", "Arson", "Hanged")),
            "Column 'Crime type' of the street files holds 'Arson', 'Piracy', which",
        ),
        (
            "2024-04-kent-street.csv",
            street(("a", VIOLENCE, "Hanged"), ("b", VIOLENCE, "Drawn")),
            "Column 'Last outcome category' of the street files holds 'Drawn', 'Hanged', which",
        ),
        (
            "2024-04-kent-outcomes.csv",
            outcomes(("a", "Hanged")),
            "Column 'Outcome type' of the outcomes files holds 'Hanged', which data/reference/outcomes.csv does not",
        ),
    ],
)
def test_a_faulty_file_is_refused_by_name_and_row(tmp_path, name, content, told):
    good = {"2024-04-kent-street.csv": APRIL["2024-04-kent-street.csv"]}
    with pytest.raises(DataRefused) as refused:
        reading(write(tmp_path, good | {name: content}))
    assert told in str(refused.value)
    assert "secret" not in str(refused.value)


def test_what_is_cut_short_is_refused_by_name(tmp_path):
    packed = gzip.compress(APRIL["2024-04-kent-street.csv"].encode())
    path = tmp_path / "2024-04-kent-street.csv.gz"
    for cut in (packed[:-9], packed[: len(packed) // 2], packed[:5]):
        path.write_bytes(cut)
        with pytest.raises(DataRefused, match=r"2024-04-kent-street.csv.gz is cut short or damaged"):
            reading(path)
    archive = pack(tmp_path / "2024-05.zip", APRIL)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataRefused, match=r"2024-05.zip is not a whole zip archive"):
        reading(archive)
    archive.write_bytes(whole.replace(whole[80:120], bytes(40), 1))
    with pytest.raises(DataRefused, match=r"2024-05.zip: '2024-04/2024-04-kent-street.csv' is damaged"):
        reading(archive)


def test_a_file_that_swells_like_no_table_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.intake.files.BOMB_FROM", 1000)
    monkeypatch.setattr("analysis.intake.files.BOMB_RATIO", 10)
    path = tmp_path / "2024-04-kent-street.csv.gz"
    path.write_bytes(gzip.compress(street(*[("a", VIOLENCE, OPEN)] * 1000).encode()))
    with pytest.raises(DataRefused, match="unpacks to over 10 times its size"):
        reading(path)


def test_a_month_with_a_header_alone_was_not_received_and_is_told(tmp_path):
    bare = {"2024-05-kent-street.csv": STREET + "\n", "2024-05-kent-outcomes.csv": OUTCOMES + "\n"}
    more = {"2024-06-kent-street.csv": STREET + "\n", "2024-04-essex-street.csv": STREET + "\n"}
    found = reading(write(tmp_path, APRIL | bare | more))
    part = found.parts[""]
    assert part.received == {("Kent", date(2024, 4, 1))}
    assert part.absent == {("Kent", date(2024, 5, 1)), ("Kent", date(2024, 6, 1)), ("Essex", date(2024, 4, 1))}
    told = {warned.text for warned in found.warnings if warned.kind == "empty file"}
    assert told == {
        "A header and no row below it: street May to June 2024; outcomes May 2024.",
        "A header and no row below it: street April 2024.",
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("kent.csv", "kent.csv is not named as data.police.uk names its files"),
        ("2024-13-kent-street.csv", "is not named as"),
        ("2012-04-kent-neighbourhood.csv", "crimes by neighbourhood, of the layout from before 2013"),
        ("2024-04-kent-people.csv", "is not named as"),
        ("2024-04-bermuda-street.csv", "No force is known by 'bermuda'"),
    ],
)
def test_a_file_whose_name_says_nothing_is_refused(tmp_path, name, told):
    with pytest.raises(DataRefused, match=told):
        tasks(write(tmp_path, APRIL | {name: street()}))


def test_searches_and_northern_ireland_are_passed_over_and_said_so(tmp_path):
    more = {
        "2024-04-kent-stop-and-search.csv": "Type,Date\n",
        "2024-04-northern-ireland-street.csv": street(("n", VIOLENCE, OPEN), by="Police Service of Northern Ireland"),
    }
    found = reading(write(tmp_path, APRIL | more))
    assert found.rows == 6
    assert {(one.force, one.text) for one in found.warnings if one.kind == "passed over"} == {
        ("", "Stop-and-search files: 1. A search is not a crime."),
        ("", "Files of Northern Ireland, which is not in England and Wales: 1."),
    }
    with pytest.raises(DataRefused, match="No street file of a force of England and Wales"):
        tasks(write(tmp_path / "none", more))


def test_the_latest_publication_is_read(tmp_path):
    revised = APRIL | {"2024-04-kent-outcomes.csv": outcomes(("a", "Suspect charged"), ("b", NO_SUSPECT))}
    write(tmp_path / "2024-04", APRIL)
    pack(tmp_path / "2024-05.zip", revised | MAY)
    found = reading(tmp_path)
    assert as_dict(found.parts[""], "outcome")["Suspect charged"] == 2
    assert found.rows == 9
    assert kinds(found)["published again"] == (
        "Files left for those of a later publication: 1; left out as exact copies: 1."
    )
    assert {one.name for one in found.files} == {f"2024-05.zip/{name[:7]}/{name}" for name in revised | MAY}


def test_two_files_of_one_month_that_nothing_tells_apart_are_refused(tmp_path):
    write(tmp_path / "one", APRIL)
    write(tmp_path / "other", {name: text.replace("Bell", "Hill") for name, text in APRIL.items()})
    with pytest.raises(DataRefused, match=r"one/2024-04-kent-\w+.csv and .*other/2024-04-kent-\w+.csv are different"):
        tasks(tmp_path)


def test_copies_of_a_file_are_read_once(tmp_path):
    alone = reading(write(tmp_path / "one", APRIL))
    write(tmp_path / "two", {f"{name}.gz": text for name, text in APRIL.items()})
    both = reading(tmp_path / "one", tmp_path / "two")
    assert same(both, alone)
    assert "left out as exact copies: 2" in kinds(both)["published again"]


def test_an_archive_and_a_folder_count_the_same_to_the_byte(tmp_path):
    write(tmp_path / "folder", APRIL | MAY)
    pack(tmp_path / "2024-05.zip", MAY | APRIL)
    tables = []
    for name in ("folder", "2024-05.zip"):
        found = reading(tmp_path / name)
        tables.append([part.table.to_parquet() for part in found.parts.values()])
    assert tables[0] == tables[1]


def test_rows_that_repeat_are_counted_once_and_said_so(tmp_path):
    held = {
        "2024-04-kent-street.csv": street(
            ("a", VIOLENCE, OPEN), ("a", VIOLENCE, OPEN), ("b", "Drugs", OPEN), ("b", "Drugs", UNABLE)
        ),
        "2024-05-kent-street.csv": street(("b", VIOLENCE, NO_SUSPECT), month="2024-05"),
        "2024-05-kent-outcomes.csv": outcomes(("a", UNABLE), ("a", UNABLE), month="2024-05"),
    }
    found = reading(write(tmp_path, held))
    assert as_dict(found.parts[""], "period", "crime_type", "outcome") == {
        (date(2024, 4, 1), VIOLENCE, UNABLE): 1,
        (date(2024, 4, 1), "Drugs", UNABLE): 1,
    }
    assert found.dropped == {
        "exact copy of a crime's row": 1,
        "crime ID again with another month, type or outcome": 2,
        "exact copy of an outcome row": 1,
    }
    assert found.kept + sum(found.dropped.values()) == found.rows == 7


def test_the_last_outcome_is_by_month_and_within_a_month_the_one_further_on(tmp_path):
    held = {
        "2024-04-kent-street.csv": street(*((one, VIOLENCE, OPEN) for one in "abc")),
        "2024-04-kent-outcomes.csv": outcomes(
            ("a", "Offender sent to prison"), ("a", "Suspect charged"), ("b", UNABLE)
        ),
        "2024-06-kent-outcomes.csv": outcomes(("b", "Local resolution"), month="2024-06"),
        "2024-05-kent-outcomes.csv": outcomes(("b", NO_SUSPECT), ("c", UNABLE), ("c", NO_SUSPECT), month="2024-05"),
    }
    found = reading(write(tmp_path, held))
    assert as_dict(found.parts["lags"], "first_outcome", "outcome", "lag") == {
        ("Suspect charged", "Offender sent to prison", 0): 1,
        (UNABLE, "Local resolution", 2): 1,
        (NO_SUSPECT, UNABLE, 1): 1,
    }
    assert kinds(found)["several outcomes"] == (
        "3 crimes have several different outcomes; the last is counted, and where two stand in one month (2 crimes) "
        "the one further on."
    )


def test_the_street_file_tells_where_the_outcomes_files_do_not(tmp_path):
    held = {
        "2024-04-kent-street.csv": street(
            ("a", VIOLENCE, "Local resolution"), ("b", VIOLENCE, ""), ("c", VIOLENCE, "Court result unavailable")
        ),
        "2024-06-kent-outcomes.csv": outcomes(("c", "Suspect charged"), month="2024-06"),
    }
    found = reading(write(tmp_path, held))
    assert as_dict(found.parts["lags"], "first_outcome", "outcome", "lag") == {
        ("No outcome published", "Local resolution", 2): 1,
        ("No outcome published", "No outcome published", 2): 1,
        ("Suspect charged", "Suspect charged", 2): 1,
    }
    told = kinds(found)
    assert told["undated"].startswith("1 crime has an ending in the street files that no outcomes file dates. It is in")
    assert told["outcomes missing"].startswith("No outcome of April to May 2024 came though later ones did")
    assert "different last outcomes of 1 of 1 crimes; in 0 of them the case stands differently" in told["disagreement"]
    assert told["no outcomes file"] == "Street file without outcomes file: April 2024."
    assert told["no street file"].endswith("June 2024.")
    assert told["months missing"] == "No file of May 2024."
    assert found.parts[""].received == {("Kent", date(2024, 4, 1))}


def test_a_lag_before_the_month_recorded_is_kept_and_said(tmp_path):
    held = {
        "2024-05-kent-street.csv": street(("a", VIOLENCE, UNABLE), month="2024-05"),
        "2024-03-kent-outcomes.csv": outcomes(("a", UNABLE), month="2024-03"),
    }
    found = reading(write(tmp_path, held))
    assert as_dict(found.parts["lags"], "outcome", "lag") == {(UNABLE, -2): 1}
    assert kinds(found)["negative lag"].startswith("1 crime has an outcome of a month before it was recorded")


def test_rows_of_another_month_and_crimes_without_an_id_are_not_counted(tmp_path):
    held = street(
        ("a", VIOLENCE, OPEN), ("b", VIOLENCE, OPEN, "2024-03"), ("", "Drugs", ""), ("d", "Anti-social behaviour", "")
    )
    events = outcomes(("a", UNABLE), ("", UNABLE), ("a", ""), ("a", NO_SUSPECT, "2024-03"))
    found = reading(write(tmp_path, {"2024-04-kent-street.csv": held, "2024-04-kent-outcomes.csv": events}))
    assert found.dropped == {
        "anti-social behaviour under a crime ID: no crime": 1,
        "crime without a crime ID": 1,
        "of another month than its file": 2,
        "outcome row that names no outcome": 1,
        "outcome without a crime ID": 1,
    }
    assert (found.rows, found.kept) == (8, 2)
    told = kinds(found)
    assert told["other months"].startswith("2 rows name another month")
    assert told["no crime ID"].startswith("1 crime carries no crime ID, so nothing follows it; it is not")


def test_a_force_that_does_not_publish_an_outcome_and_a_month_that_hardly_came_are_told(tmp_path):
    held = {
        f"2024-0{month}-kent-street.csv": street(
            *((f"{month}{one}", VIOLENCE, NO_SUSPECT) for one in range(20 if month != 5 else 6)), month=f"2024-0{month}"
        )
        for month in (4, 5, 6)
    }
    told = kinds(reading(write(tmp_path, held)))
    assert told["unpublished outcome"].startswith(f"'{UNABLE}' stands for 0 of 46 decided crimes")
    assert told["low month"] == "Under a third of the median month's 20 rows: May 2024."
    assert told["join"] == "0.0% of 46 crimes have a row in the outcomes files. Under 70%: read shares with care."
    assert "not decided" not in told


def reduced(path, *, name="tried", append=False):
    request = Request(name=name, form="police-uk")
    return reduction.added(reduction.read_files([path], request, spread=map, append=append), request, append=append)


def test_a_set_is_made_and_a_later_publication_takes_the_place_of_its_months(tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "counts")
    made = reduced(write(tmp_path / "first", APRIL))
    assert [one.name for one in made.sets] == ["tried", "tried_lags"]
    assert [one.total for one in made.sets] == [3, 3]
    assert {one.sensitivity for one in made.sets} == {"published"}
    reduction.write(made, tmp_path / "counts")
    with pytest.raises(DataRefused, match="is already in set 'tried'"):
        reduced(tmp_path / "first", append=True)
    later = pack(tmp_path / "2024-05.zip", APRIL | MAY)
    added = reduced(later, append=True)
    assert [one.total for one in added.sets] == [4, 4]
    told = {one.kind: one.text for one in added.ledger.entries[-1].warnings}["published again"]
    assert told.startswith(
        "1 month (April 2024) was in the set from an earlier publication; the later one took its place"
    )


def test_months_that_are_left_from_an_earlier_publication_keep_their_date(tmp_path, monkeypatch):
    """April from May's publication beside May and June from a later one: all are known to the earlier date only."""
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "counts")
    reduction.write(reduced(write(tmp_path / "first", APRIL | MAY)), tmp_path / "counts")
    june = {
        "2024-05-kent-street.csv": street(("d", VIOLENCE, UNABLE), month="2024-05"),
        "2024-06-kent-street.csv": street(("e", VIOLENCE, OPEN), month="2024-06"),
        "2024-06-kent-outcomes.csv": outcomes(("d", UNABLE), month="2024-06"),
    }
    added = reduced(write(tmp_path / "later", june), append=True).sets[1]
    assert (added.total, added.as_at) == (5, {"Kent": ("2024-05", "2024-05")})
    months = histories(added, by="month")
    held = triangle(months.table, months.followed_to)
    assert (int(held.cases.sum()), held.young) == (4, 1)  # that of June was not followed to May


def test_what_only_case_files_have_is_refused(tmp_path):
    write(tmp_path, APRIL)
    for asked in ({"mapping": tmp_path / "m.toml"}, {"allow": frozenset({"blank force"})}):
        with pytest.raises(ParameterError, match="police-uk takes no --mapping and no --allow"):
            police_uk.tasks([tmp_path], Request(name="tried", form="police-uk", **asked))


def test_a_crime_type_that_nobody_knows_is_no_count(tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "counts")
    made = reduced(write(tmp_path / "first", APRIL)).sets[0]
    strange = replace(made, table=made.table.assign(crime_type=["Arson", "Piracy", VIOLENCE]))
    with pytest.raises(DataRefused, match="'(Arson|Piracy)' is not a crime type of data/reference/crime_types.csv"):
        counts.checked(strange)


def test_what_the_counts_are_says_what_they_cannot_tell(tmp_path):
    request = Request(name="tried", form="police-uk")
    told = police_uk.described(reading(write(tmp_path, APRIL)), request)
    assert (told.licence, told.sensitivity) == ("Open Government Licence v3.0", "published")
    assert any("pools" in note for note in told.notes)


def made(path, monkeypatch, name="tried"):
    """The two sets of counts of some files, written and read again."""
    monkeypatch.setattr(counts, "FOLDER", path / "counts")
    reduction.write(reduced(path / "files", name=name))
    return counts.read(name), counts.read(f"{name}_lags")


def test_two_dates_are_kept_for_each_force_and_every_case_stays(tmp_path, monkeypatch):
    """Kent's outcomes stop in May, Essex's in April: what ended after that, by the street file, was open then."""
    held = {
        "2024-04-kent-street.csv": street(("a", VIOLENCE, UNABLE), ("b", VIOLENCE, NO_SUSPECT), ("c", VIOLENCE, OPEN)),
        "2024-05-kent-outcomes.csv": outcomes(("a", UNABLE), month="2024-05"),
        "2024-06-kent-street.csv": street(("d", VIOLENCE, UNABLE), ("e", VIOLENCE, OPEN), month="2024-06"),
        "2024-04-essex-street.csv": street(("f", VIOLENCE, UNABLE), ("g", VIOLENCE, UNABLE), by="Essex Police"),
        "2024-04-essex-outcomes.csv": outcomes(("f", UNABLE), by="Essex Police"),
    }
    write(tmp_path / "files", held)
    whole, timed = made(tmp_path, monkeypatch)
    assert whole.total == timed.total == 7
    assert timed.as_at == {"Essex": ("2024-04", "2024-04"), "Kent": ("2024-06", "2024-05")}
    table = timed.table.astype({"force": str, "first_outcome": str, "outcome": str})
    rows = {tuple(row) for row in table[["force", "first_outcome", "outcome", "lag"]].itertuples(index=False)}
    assert ("Kent", "No outcome published", NO_SUSPECT, 1) in rows  # b: open to May
    assert ("Kent", "No outcome published", UNABLE, -1) in rows  # d: recorded after the last month of outcomes
    assert ("Essex", "No outcome published", UNABLE, 0) in rows  # g
    row = protect(Timed(histories(timed)).standing).table.iloc[0]
    assert (row["events"], row["cases"], row["undated"], row["unfollowed"]) == (2, 7, 3, 2)
    assert (row["known_to"], row["dated_to"]) == ("April to June 2024", "April to May 2024")
    kent = protect(Timed(histories(timed.select(force="Kent"))).any_ending_by).table.set_index("by_lag")[
        "incidence_share"
    ]
    assert kent[1] == pytest.approx(1 / 3)  # of a, b and c one ended; d and e were followed for no time
    assert histories(timed, by="month").followed_to == date(2024, 4, 1)
    assert "Another 3 cases had ended, on a date that is not given" in words.still_open(
        protect(Timed(histories(timed)).standing), protect(split(timed, by="outcome_name"))
    )


def test_without_outcomes_files_endings_are_known_and_their_dates_are_not(tmp_path, monkeypatch):
    held = {
        "2024-04-kent-street.csv": street(("a", VIOLENCE, UNABLE), ("b", VIOLENCE, NO_SUSPECT), ("c", VIOLENCE, OPEN))
    }
    write(tmp_path / "files", held)
    whole, timed = made(tmp_path, monkeypatch)
    assert {row.outcome: row.cases for row in whole.table.itertuples()} == {UNABLE: 1, NO_SUSPECT: 1, OPEN: 1}
    found = histories(narrowed(timed, crime_type=VIOLENCE))
    now, ended = protect(Timed(found).standing), protect(Timed(found).any_ending_by)
    assert (now.table.iloc[0]["cases"], now.table.iloc[0]["events"], now.table.iloc[0]["undated"]) == (3, 1, 2)
    assert ended.table.empty
    assert protect(Timed(found).incidence_curves).table.empty
    assert words.shares(ended, now).startswith(
        "Of 3 cases of violence and sexual offences recorded by Kent Police in April 2024, 2 (66.7%) had ended. How "
        "soon cannot be said, and no curve is drawn, because no ending has a date."
    )
    assert "none had ended" not in words.opening(
        protect(Timed(found).median_times), ended, protect(Timed(found).standing)
    )


def test_outcomes_that_say_only_that_a_case_is_open_date_no_ending(tmp_path):
    held = {
        "2024-04-kent-street.csv": street(("a", VIOLENCE, UNABLE), ("b", VIOLENCE, UNABLE), ("c", VIOLENCE, OPEN)),
        "2024-05-kent-outcomes.csv": outcomes(*((one, "Status update unavailable") for one in "abc"), month="2024-05"),
        "2024-06-kent-outcomes.csv": outcomes(("b", UNABLE), month="2024-06"),
    }
    found = reading(write(tmp_path, held))
    assert as_dict(found.parts["lags"], "first_outcome", "outcome", "lag") == {
        ("No outcome published", UNABLE, 2): 1,
        (UNABLE, UNABLE, 2): 1,
        ("Status update unavailable", "Status update unavailable", 2): 1,
    }


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("", VIOLENCE, ""), ("", "Burglary", "")], "2 rows: 2 crimes without a crime ID"),
        ([("a", VIOLENCE, ""), ("b", "Burglary", "")], "2 rows: 2 crimes of which no outcome is published"),
        ([("a", VIOLENCE, OPEN), ("b", VIOLENCE, OPEN)], "2 rows: 2 crimes of which no outcome is published"),
        ([], "0 rows: no row below the header"),
    ],
)
def test_nothing_that_can_be_followed_is_refused_and_nothing_is_written(tmp_path, monkeypatch, rows, told):
    write(tmp_path / "files", {"2024-04-kent-street.csv": street(*rows)})
    with pytest.raises(DataRefused, match=f"No crime of these files can be followed .*April 2024 .{told}"):
        made(tmp_path, monkeypatch)
    assert not (tmp_path / "counts").exists()


def test_months_that_nothing_follows_are_not_received(tmp_path, monkeypatch):
    """A month without IDs, one of blanks, a gap, and a force that publishes no outcomes, beside months that count."""
    transport = "British Transport Police"
    held = APRIL | {
        "2024-02-kent-street.csv": street(("", VIOLENCE, ""), month="2024-02"),
        "2024-03-kent-street.csv": street(("q", VIOLENCE, ""), month="2024-03"),
        "2024-06-kent-street.csv": street(("r", VIOLENCE, UNABLE), month="2024-06"),
        "2024-04-btp-street.csv": street(("s", VIOLENCE, OPEN), by=transport),
    }
    write(tmp_path / "files", held)
    whole, _ = made(tmp_path, monkeypatch)
    absent = {(force, f"{first:%m}") for force, first in whole.coverage.missing}
    assert {month for force, month in absent if force == "Kent"} == {"02", "03", "05"}
    assert {month for force, month in absent if force == transport} == {"02", "03", "04", "05", "06"}
    assert whole.total == 4
    months = protect(rates(whole, "undecided", by="month")).table.set_index("month")
    assert months.loc["February 2024", "state"] == months.loc["May 2024", "state"] == "not_received"
    assert pd.isna(months.loc["March 2024", "cases"])
    assert (
        protect(rates(whole, "undecided", by="force")).table.set_index("force").loc[transport, "state"]
        == "not_received"
    )


def test_a_file_cut_to_one_crime_type_gives_nothing_of_all_crime(tmp_path, monkeypatch):
    rows = [(f"{place}", VIOLENCE, UNABLE) for place in range(40)]
    cut = {"2024-04-kent-street.csv": street(*rows), "2024-04-kent-outcomes.csv": outcomes(("1", UNABLE))}
    write(tmp_path / "files", cut)
    told = kinds(reading(tmp_path / "files"))["cut files"]
    assert told.startswith("The street files of April 2024 hold only Violence and sexual offences, and no Anti-social")
    whole, timed = made(tmp_path, monkeypatch)
    assert any("these were cut" in note for note in whole.source.notes)
    assert narrowed(timed, crime_type="all").selection == {"crime_type": VIOLENCE}
    more = {
        "2024-04-kent-street.csv": street(*rows, ("x", "Drugs", UNABLE)),
        "2024-04-kent-outcomes.csv": outcomes(("1", UNABLE)),
    }
    write(tmp_path / "files", more)
    _, timed = made(tmp_path, monkeypatch)
    asked = narrowed(timed, crime_type="all")
    assert histories(asked).about.offence == "the crime types that came"
    assert "Burglary" in passed_over(asked, offence="all")
    whole_file = street(*rows, *((f"t{place}", kind, UNABLE) for place, kind in enumerate(reference.crime_types())))
    write(tmp_path / "files", {"2024-04-kent-street.csv": whole_file})
    assert "cut files" not in kinds(reading(tmp_path / "files"))


def test_a_renamed_crime_type_is_one_under_both_names(tmp_path, monkeypatch):
    months = {"2013-04": "Violent crime", "2013-05": VIOLENCE}
    held = {}
    for month, kind in months.items():
        held[f"{month}-kent-street.csv"] = street(
            (f"{month}a", kind, UNABLE), (f"{month}b", "Other theft", UNABLE), month=month
        )
        held[f"{month}-kent-outcomes.csv"] = outcomes((f"{month}a", UNABLE), month=month)
    held["2013-05-kent-street.csv"] += (
        street(("t", "Theft from the person", UNABLE), month="2013-05").split("\n")[1] + "\n"
    )
    write(tmp_path / "files", held)
    told = kinds(reading(tmp_path / "files"))["renamed"]
    assert "'Violent crime' is called 'Violence and sexual offences' since May 2013" in told
    assert "'Theft from the person' was part of 'Other theft' until May 2013" in told
    _, timed = made(tmp_path, monkeypatch)
    for asked in (VIOLENCE, "violent CRIME"):
        found = narrowed(timed, crime_type=asked)
        assert (found.total, found.selection["crime_type"]) == (2, VIOLENCE)
        assert "both are counted here as one" in passed_over(found, offence="all")
    theft = narrowed(timed, crime_type="Other theft")
    assert theft.total == 2
    assert "do not compare across it" in passed_over(theft, offence="all")


def test_outcomes_under_an_earlier_name_are_those_of_today(tmp_path):
    names = {one.earlier: one.later for one in reference.renamed("outcome")}
    ids = {f"id{place}": name for place, name in enumerate(names)}
    held = {
        "2013-10-kent-street.csv": street(
            *((one, VIOLENCE, names[name]) for one, name in ids.items()), month="2013-10"
        ),
        "2013-10-kent-outcomes.csv": outcomes(*ids.items(), month="2013-10"),
    }
    found = reading(write(tmp_path, held))
    assert sum(found.categories["outcome"].values()) == len(names)
    assert set(found.categories["outcome"]) == set(names.values()) <= set(reference.outcomes("police_uk"))
    assert "'Offender imprisoned' is counted as 'Offender sent to prison'" in kinds(found)["renamed"]
    assert "disagreement" not in kinds(found)


EARLIER = {"2024-04-kent-street.csv": street(("a", VIOLENCE, OPEN), ("b", VIOLENCE, OPEN), ("c", VIOLENCE, UNABLE))} | {
    "2024-04-kent-outcomes.csv": outcomes(("c", UNABLE))
}
LATER = {"2024-04-kent-street.csv": street(("a", VIOLENCE, UNABLE), ("b", VIOLENCE, OPEN), ("c", VIOLENCE, UNABLE))} | {
    "2024-04-kent-outcomes.csv": outcomes(("c", UNABLE))
}


@pytest.mark.parametrize("names", [("first", "second"), ("second", "first")])
def test_the_publication_in_which_cases_got_further_is_read_though_the_other_reaches_further(tmp_path, names):
    write(tmp_path / names[0], EARLIER | MAY)
    write(tmp_path / names[1], LATER)
    found = reading(tmp_path)
    assert as_dict(found.parts[""], "period", "outcome")[date(2024, 4, 1), OPEN] == 1  # of two, one has ended since
    assert "Files left for those of a later publication: 1" in kinds(found)["published again"]


def test_where_nothing_tells_the_later_publication_the_files_are_refused(tmp_path):
    other = {"2024-04-kent-street.csv": street(("a", VIOLENCE, OPEN), ("b", VIOLENCE, UNABLE), ("c", VIOLENCE, UNABLE))}
    write(tmp_path / "first", LATER)
    write(tmp_path / "second", other)
    with pytest.raises(DataRefused, match=r"1 cases have got further .* Remove the one that was downloaded earlier"):
        reading(tmp_path)


def test_folders_and_files_that_are_hidden_are_not_read(tmp_path):
    write(tmp_path / "kent", APRIL | MAY)
    write(tmp_path / "kent" / ".ipynb_checkpoints", EARLIER)
    write(tmp_path / "kent" / "2024-04" / ".ipynb_checkpoints", EARLIER)
    alone = reading(*sorted((tmp_path / "kent").glob("*.csv")))
    assert same(reading(tmp_path / "kent"), alone)
    with zipfile.ZipFile(tmp_path / "2024-05.zip", "w") as archive:
        for name, text in (APRIL | MAY).items():
            archive.writestr(f"{name[:7]}/{name}", text)
        archive.writestr(f".ipynb_checkpoints/{next(iter(EARLIER))}", next(iter(EARLIER.values())))
        archive.writestr(f"__MACOSX/2024-04/._{next(iter(EARLIER))}", "resource fork")
    assert same(reading(tmp_path / "2024-05.zip"), alone)


def test_of_a_few_crimes_nothing_is_concluded_of_what_a_force_publishes(tmp_path):
    """One crime that ended otherwise is no force that withholds an outcome, and is one crime."""
    told = kinds(
        reading(
            write(
                tmp_path,
                {
                    "2024-04-kent-street.csv": street(("a", VIOLENCE, NO_SUSPECT)),
                    "2024-04-kent-outcomes.csv": outcomes(("a", NO_SUSPECT)),
                },
            )
        )
    )
    assert "unpublished outcome" not in told
    assert told["join"].startswith("100.0% of 1 crime has a row in the outcomes files; 100.0% of 1 outcome row belongs")
