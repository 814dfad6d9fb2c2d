"""Case files that are in order: the same counts from every kind of file, and every rule by cases made by hand."""

import pickle
import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.counts import counts
from analysis.intake import reduction
from analysis.intake.case_files import cases
from analysis.intake.reading import Request, combined
from tests.broken.desk import HEADER, check_reduced, desk_in
from tests.broken.test_archives import archive
from tests.broken.test_kinds import workbook
from tests.conftest import examples, nightly


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What ninety rows of plain CSV give: the tables of each set, and the ledger."""
    with pytest.MonkeyPatch.context() as patches:
        desk = desk_in(tmp_path_factory.mktemp("plain"), "plain", patches)
        check_reduced(desk, desk.reduce(desk.table(desk.rows(90))))
        return tables(desk, "broken"), same_account(desk, "broken")


def parquet(desk, kind):
    rows = desk.rows(90)
    held = {column: [row[column] or None for row in rows] for column in HEADER}
    if kind == "dates":
        for column in ("Recorded", "Outcome date"):
            held[column] = [date(*map(int, cell.split("/")[::-1])) if cell else None for cell in held[column]]
    if kind == "categories":
        held = {column: pa.array(cells).dictionary_encode() for column, cells in held.items()}
    path = desk.files / f"{kind}.parquet"
    pq.write_table(pa.table(held), path)
    return path


def as_workbook(desk):
    return workbook(desk, {"Data": [HEADER, *([row[name] for name in HEADER] for row in desk.rows(90))]})


def with_times(desk):
    rows = [row | {"Recorded": f" {row['Recorded']} 23:59:59"} for row in desk.rows(90)]
    return [row | {"Outcome date": row["Outcome date"] and f"{row['Outcome date']} 00:00:01"} for row in rows]


#: How the same ninety rows may be written. A text is written in UTF-8; the mapping may say more.
KINDS = {
    "a byte-order mark": lambda desk: desk.file("\ufeff" + desk.text(desk.rows(90))),
    "UTF-16 with a mark": lambda desk: desk.file(desk.text(desk.rows(90)).encode("utf-16")),
    "UTF-16 without a mark": lambda desk: desk.file(desk.text(desk.rows(90)).encode("utf-16-le")),
    "UTF-16 the other way without a mark": lambda desk: desk.file(desk.text(desk.rows(90)).encode("utf-16-be")),
    "UTF-32": lambda desk: desk.file(desk.text(desk.rows(90)).encode("utf-32")),
    "line feeds": lambda desk: desk.table(desk.rows(90), end="\n"),
    "carriage returns": lambda desk: desk.table(desk.rows(90), end="\r"),
    "one line end of another kind": lambda desk: desk.file(desk.text(desk.rows(90))[:-2] + "\n"),
    "three kinds of line ends": lambda desk: desk.file(
        "".join(
            line + ("\r\n", "\n", "\r")[place % 3] for place, line in enumerate(desk.text(desk.rows(90)).splitlines())
        )
    ),
    "two files of different line ends, joined": lambda desk: desk.file(
        desk.text(desk.rows(50)) + desk.text(desk.rows(40, start=50), end="\n").partition("\n")[2]
    ),
    "the end of a file as DOS marked it": lambda desk: desk.file(desk.text(desk.rows(90)) + "\x1a"),
    "semicolons": lambda desk: desk.table(desk.rows(90), delimiter=";"),
    "tabs": lambda desk: desk.table(desk.rows(90), "cases.tsv", delimiter="\t"),
    "vertical bars": lambda desk: desk.table(desk.rows(90), "cases.txt", delimiter="|"),
    "Windows-1252 in the header": lambda desk: desk.file(
        desk.text(desk.rows(90)).replace("Notes", "Notes £", 1).encode("windows-1252")
    ),
    "line breaks within cells": lambda desk: desk.table([row | {"Notes": "a\r\nb\n"} for row in desk.rows(90)]),
    "spaces in the header": lambda desk: desk.file(desk.text(desk.rows(90)).replace("Outcome date", " Outcome  date ")),
    "blank lines": lambda desk: desk.file(desk.text(desk.rows(90)).replace("\r\n", "\r\n\r\n")),
    "no line end at the end": lambda desk: desk.file(desk.text(desk.rows(90)).rstrip()),
    "columns in another order": lambda desk: desk.file(
        "\n".join(",".join(reversed(line.split(","))) for line in desk.text(desk.rows(90)).splitlines())
    ),
    "words in capitals": lambda desk: desk.table(
        [row | {"Force": row["Force"].upper(), "Outcome": row["Outcome"].lower()} for row in desk.rows(90)]
    ),
    "spaces round words": lambda desk: desk.table(
        [row | {name: f" {row[name]}  " for name in ("Force", "Outcome", "Recorded")} for row in desk.rows(90)]
    ),
    "a name with the signs of a pattern": lambda desk: desk.file(desk.text(desk.rows(90)), "cases [all]?*.csv"),
    "a zip archive": lambda desk: desk.file(archive({"a.csv": desk.text(desk.rows(90))}), "cases.zip"),
    "a zip archive of two": lambda desk: desk.file(
        archive({"a.csv": desk.text(desk.rows(40)), "b/c.csv": desk.text(desk.rows(50, start=40))}), "cases.zip"
    ),
    "Parquet of texts": lambda desk: parquet(desk, "texts"),
    "Parquet of dates": lambda desk: parquet(desk, "dates"),
    "Parquet of categories": lambda desk: parquet(desk, "categories"),
    "a workbook": as_workbook,
}


#: One of each way in which they differ: the encoding, the ends of lines, the delimiter, what stands in cells, the file.
EVERY_TIME = (
    "UTF-16 without a mark",
    "Windows-1252 in the header",
    "three kinds of line ends",
    "semicolons",
    "tabs",
    "line breaks within cells",
    "words in capitals",
    "spaces round words",
    "a name with the signs of a pattern",
    "a zip archive of two",
    "Parquet of dates",
    "Parquet of categories",
    "a workbook",
)


@pytest.mark.parametrize("what", nightly(KINDS, *EVERY_TIME))
def test_every_kind_of_file_gives_the_same_counts(desk, plain, what):
    check_reduced(desk, desk.reduce(KINDS[what](desk), name="other"))
    assert len(tables(desk, "other")) == 3
    assert (tables(desk, "other"), same_account(desk, "other")) == plain


def tables(desk, name):
    """The exact tables of a set as bytes of Arrow, without the metadata that says what they are."""
    found = {}
    for one, held in desk.exact(name).items():
        out = pa.BufferOutputStream()
        table = pa.Table.from_pandas(held.table, preserve_index=False).replace_schema_metadata(None)
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        found[one.removeprefix(name)] = out.getvalue().to_pybytes()
    return found


def standing(desk):
    """What is released, with its bytes."""
    return {path.name: path.read_bytes() for path in desk.counts.iterdir()}


def same_account(desk, name):
    """What the ledger says, but for the files."""
    entry = desk.account(name).entries[-1]
    return (entry.rows, entry.kept, entry.dropped, entry.categories, entry.received, entry.warnings, entry.taken)


def test_dates_may_have_times(desk, plain):
    mapping = desk.mapping(("%d/%m/%Y", "%d/%m/%Y %H:%M:%S"))
    check_reduced(desk, desk.reduce(desk.table(with_times(desk)), mapping=mapping, name="other"))
    assert tables(desk, "other") == plain[0]


def test_windows_1252_may_be_met_far_down(desk):
    row = desk.row(0)
    rows = [row | {"Case ref": f"{desk.secret}/{place}"} for place in range(60_000)]
    rows[-1] |= {"Notes": "caf\u00e9 \u2013 \u00a350"}
    told = check_reduced(desk, desk.reduce(desk.file(desk.text(rows).encode("windows-1252"))))
    assert "60,000 rows read, 60,000 counted" in told


def test_two_such_files_of_one_name_are_kept_apart(desk):
    paths = []
    for folder, start in (("first", 0), ("second", 30_000)):
        rows = [desk.row(0) | {"Case ref": f"{desk.secret}/{place}"} for place in range(start, start + 30_000)]
        rows[-1] |= {"Case ref": f"caf\u00e9/{start}"}  # in a column that is read: others are not looked at
        (desk.files / folder).mkdir()
        paths.append(desk.file(desk.text(rows).encode("windows-1252"), f"{folder}/cases.csv"))
    told = check_reduced(desk, desk.reduce(*paths))
    assert "2 files, 60,000 rows read, 60,000 counted" in told


def test_utf_8_with_a_mark_may_be_declared(desk):
    mapping = desk.mapping(("[dates]", '[file]\nencoding = "UTF-8"\n[dates]'))
    told = check_reduced(desk, desk.reduce(desk.file("\ufeff" + desk.text()), mapping=mapping))
    assert "30 rows read, 30 counted" in told


def test_neither_the_order_of_rows_nor_that_of_files_matters(desk):
    rows = desk.rows(200)
    mapping = desk.mapping(('groups = { "F" = "Female", "M" = "Male" }\nother = "Other"\n', ""))
    check_reduced(desk, desk.reduce(desk.table(rows), mapping=mapping, name="plain"))
    random.Random(7).shuffle(rows)
    check_reduced(desk, desk.reduce(desk.table(rows, "shuffled.csv"), mapping=mapping, name="shuffled"))
    assert tables(desk, "plain") == tables(desk, "shuffled")
    paths = [desk.table(rows[start : start + 50], f"{start}.csv") for start in range(0, 200, 50)]
    check_reduced(desk, desk.reduce(*paths, mapping=mapping))
    forwards, account, released = tables(desk, "broken"), desk.account(), standing(desk)
    check_reduced(desk, desk.reduce(*reversed(paths), mapping=mapping))
    assert (tables(desk, "broken"), desk.account(), standing(desk)) == (forwards, account, released)
    assert tables(desk, "plain") == tables(desk, "broken")


def spread_over(request, paths):
    """A reduction with one task after another, each as it is sent to a worker, and how many tasks there were."""
    met = []

    def one_by_one(function, work):
        met.extend(work)
        return [pickle.loads(pickle.dumps(function(pickle.loads(pickle.dumps(one))))) for one in work]

    return reduction.added(reduction.read_files(paths, request, spread=one_by_one), request), len(met)


def stored(one, folder):
    """The bytes of a set as it is stored."""
    counts.write(one, folder / "stored.parquet")
    return (folder / "stored.parquet").read_bytes()


def test_tasks_for_a_cluster_give_what_one_task_gives(desk, tmp_path):
    rows = desk.rows(200)
    for place, row in enumerate(rows):
        row["Force"] = ("Kent", "Gwent", "Essex", "Surrey", "Kent")[place % 5]
    rows[11]["Outcome date"] = ""
    rows[12]["Outcome date"] = ""
    rows[13] |= {"Outcome": "Withdrew", "Outcome date": ""}
    paths = [
        desk.table([row for row in rows[:80] if row["Force"] != "Surrey"], "a.csv"),
        desk.table(rows[60:150], "b.csv"),
        desk.table([row for row in rows[150:] if row["Force"] == "Surrey"], "c.csv"),
        desk.file(archive({"d.csv": desk.text([row for row in rows[150:] if row["Force"] == "Kent"])}), "d.zip"),
        desk.file(
            desk.text([row | {"Case ref": f"more/{row['Case ref']}"} for row in rows]) + "Source: the force\n", "e.csv"
        ),
    ]
    request = Request(name="broken", form="cases", mapping=desk.mapping())
    alone, one = spread_over(request, paths)
    shared, several = spread_over(Request(**vars(request) | {"is_spread": True}), paths)
    assert one == 1
    assert several > 2
    assert alone.ledger == shared.ledger
    for one, other in zip(alone.sets, shared.sets, strict=True):
        assert stored(one, tmp_path) == stored(other, tmp_path)


def test_tasks_for_a_cluster_refuse_rows_of_no_known_force(desk):
    path = desk.table(desk.rows(row_7={"Force": "x"}))
    request = Request(
        name="broken", form="cases", mapping=desk.mapping(), is_spread=True, allow=frozenset({"unknown_force"})
    )
    shared, _ = spread_over(request, [path])
    assert (shared.ledger.rows, shared.ledger.kept) == (30, 29)


@settings(examples(4, 12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=2, unique_by=lambda one: one[0], max_size=30))
def test_files_without_shared_cases_add_up(desk, drawn):
    halves = [[desk.row(place) for place, is_first in drawn if is_first is which] for which in (True, False)]
    if not all(halves):
        halves = [[desk.row(drawn[0][0])], [desk.row(place) for place, _ in drawn[1:]]]
    paths = [desk.table(rows, name) for rows, name in zip(halves, ("a.csv", "b.csv"), strict=True)]
    request = Request(name="broken", form="cases", mapping=desk.mapping())
    together = combined(task.read() for task in cases.tasks(paths, request))
    apart = combined(task.read() for path in paths for task in cases.tasks([path], request))
    assert (together.rows, together.kept, together.files) == (apart.rows, apart.kept, apart.files)
    for name, part in together.parts.items():
        other = apart.parts[name]
        assert part.received == other.received
        assert in_order(part.table) == in_order(other.table)


def in_order(table):
    return sorted(table.astype(str).itertuples(index=False, name=None))


def test_a_set_grows_by_months_that_are_new(desk):
    april = desk.rows(30)
    june = [
        row | {"Case ref": f"{row['Case ref']}-6", "Recorded": "01/06/2024", "Outcome": "", "Outcome date": ""}
        for row in april
    ]
    check_reduced(desk, desk.reduce(desk.table(april, "april.csv"), desk.table(june, "june.csv"), name="whole"))
    check_reduced(desk, desk.reduce(desk.table(april, "april.csv")))
    check_reduced(desk, desk.reduce(desk.table(june, "june.csv"), words=["--append"]))
    assert tables(desk, "whole") == tables(desk, "broken")
    assert len(desk.account().entries) == 2


def test_a_file_with_shared_cases_is_left_in_place(desk):
    path = desk.table()
    before = path.read_bytes()
    check_reduced(desk, desk.reduce(path))
    assert path.read_bytes() == before
    assert sorted(one.name for one in Path(desk.files).iterdir()) == ["cases.csv", "mapping.toml"]
