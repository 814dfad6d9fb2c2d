"""What holds of any crimes and outcomes: forces add up, order and packing never matter, and no row is lost."""

import random
import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis.disclosure.protected import protect
from analysis.errors import DataRefused
from analysis.intake import reduction
from analysis.intake.police_uk.archive import UNPUBLISHED
from analysis.intake.reading import Request
from analysis.questions.timing.chain_ladder import triangle
from analysis.questions.timing.histories import histories
from analysis.questions.timing.incidence import OPEN as NOT_ENDED
from analysis.questions.timing.incidence import followed, timing
from analysis.questions.timing.results import Timed
from analysis.reference import reference
from tests.archives import NO_SUSPECT, OPEN, UNABLE, VIOLENCE, outcomes, pack, plain, reading, same, street, write
from tests.conftest import examples

MONTHS = ["2024-04", "2024-05", "2024-06"]
FORCES = {"kent": "Kent Police", "essex": "Essex Police"}
ids = st.sampled_from(["", *"abcdef"])
states = st.sampled_from(["", OPEN, UNABLE, NO_SUSPECT, "Awaiting court outcome"])
events = st.sampled_from([UNABLE, NO_SUSPECT, "Suspect charged", "Offender fined", "Local resolution"])
types = st.sampled_from([VIOLENCE, "Drugs", "Anti-social behaviour"])
crimes = st.lists(st.tuples(ids, types, states), max_size=8)
found = st.lists(st.tuples(ids, events), max_size=8)
force = st.dictionaries(st.sampled_from(MONTHS), st.tuples(crimes, found), min_size=1, max_size=3)


def contents(slug, months):
    """The files of one force."""
    made = {}
    for month, (recorded, ended) in months.items():
        made[f"{month}-{slug}-street.csv"] = street(*recorded, by=FORCES[slug], month=month)
        made[f"{month}-{slug}-outcomes.csv"] = outcomes(*ended, by=FORCES[slug], month=month)
    return made


@examples(2, 25)
@given(force, force, st.randoms(use_true_random=False))
def test_two_forces_together_are_the_sum_of_each_and_order_never_matters(kent, essex, shuffler):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "kent", contents("kent", kent))
        write(folder / "essex", contents("essex", essex))
        paths = sorted(folder.rglob("*.csv"))
        shuffler.shuffle(paths)
        apart = [reading(folder / "kent"), reading(folder / "essex")]
        together = reading(*paths)
        assert same(together, reading(folder))
    for part in ("", "lags"):
        tables = [plain(one.parts[part]) for one in apart]
        assert int(plain(together.parts[part])["cases"].sum()) == sum(int(table["cases"].sum()) for table in tables)
        joint = plain(together.parts[part])
        for table in tables:
            for one in table["force"].unique():
                assert joint[joint["force"] == one].reset_index(drop=True).equals(table)
    assert together.rows == sum(one.rows for one in apart)


@examples(2, 25)
@given(force)
def test_rows_in_any_order_from_an_archive_or_a_folder_count_the_same(kent):
    turned = {month: tuple(random.Random(7).sample(rows, len(rows)) for rows in both) for month, both in kent.items()}
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name) / "folder", contents("kent", kent))
        archive = pack(Path(name) / "2024-06.zip", contents("kent", turned))
        one, other = reading(folder), reading(archive)
    assert same(one, other)
    assert all(one.parts[part].table.to_parquet() == other.parts[part].table.to_parquet() for part in one.parts)


@examples(2, 25)
@given(force)
def test_every_row_is_kept_or_dropped_and_every_crime_counted_once(kent):
    with tempfile.TemporaryDirectory() as name:
        read = reading(write(Path(name), contents("kent", kent)))
    assert read.kept + sum(read.dropped.values()) == read.rows
    recorded = {one for rows, _ in kent.values() for one, kind, _ in rows if one and kind != "Anti-social behaviour"}
    left_out = read.dropped.get(UNPUBLISHED, 0)  # of months of which no outcome is published at all
    assert [int(part.table["cases"].sum()) + left_out for part in read.parts.values()] == [len(recorded)] * 2
    assert not left_out or read.parts[""].absent


@settings(examples(3, 40), phases=[Phase.generate])
@given(force, force, st.sets(st.sampled_from(MONTHS)))
def test_no_case_ever_leaves_the_base(kent, essex, lost):
    """Whatever is recorded, whenever outcomes stop or are lost: every count of time holds every recorded case."""
    with tempfile.TemporaryDirectory() as name:
        made = contents("kent", kent) | contents("essex", essex)
        kept = {file: text for file, text in made.items() if not (file[:7] in lost and "outcomes" in file)}
        write(Path(name), kept)
        try:
            request = Request(name="tried", form="police-uk")
            made = reduction.added(reduction.read_files([Path(name)], request, spread=map), request)
        except DataRefused:
            assert not any(reading(Path(name)).parts[""].received)
            return
    whole, timed = made.sets
    assert whole.total == timed.total
    row = protect(Timed(histories(timed)).standing).table.iloc[0]
    assert row["cases"] == whole.total
    assert row["events"] + row["undated"] <= whole.total
    rows = histories(timed).table
    assert followed(rows).cases == whole.total
    assert timing(rows, (0,)).cases == whole.total
    if len(timed.forces) > 1:
        groups = histories(timed, by="group").table.groupby("group")
        assert sum(followed(some).cases for _, some in groups) == whole.total
    months = histories(timed, by="month")
    if not months.table["ending"].isin(NOT_ENDED).all() and months.followed_to:
        held = triangle(months.table, months.followed_to)
        assert int(held.cases.sum()) + held.young == whole.total
    ended = whole.table[~whole.table["outcome"].isin(reference.codes("police_uk", "undecided"))]["cases"].sum()
    assert row["events"] == whole.total - ended
