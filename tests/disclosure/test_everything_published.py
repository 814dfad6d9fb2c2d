"""Nothing that is published knows more of cases than their release: every byte of two private worlds, side by side.

The worlds differ in all that no released number tells: how single cases ended, on which days, in which order rows
stand, which words, names and further columns their files have. They go through the commands as an owner gives them.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analysis.cli.main import main
from analysis.counts import counts, ledger
from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger, Released, Warned
from analysis.disclosure import release
from analysis.disclosure.cells import sets
from analysis.disclosure.cells.lattice import Lattice
from analysis.errors import DisclosureRefused
from analysis.intake import placing, public_account, reduction
from analysis.intake.reading import Request
from benchmarks import quick_batch
from tests import released
from tests.conftest import EVERY, examples, nightly
from tests.disclosure import case_sets, worlds
from tests.disclosure.worlds import (
    AS_RECEIVED,
    NAME,
    OTHER_FILES,
    Change,
    Files,
    Row,
    World,
    first_difference,
    published,
)

# each kind of change by itself, as far as data/counts/ ----------------------------------------------------------------


def _exact(folder: Path, some: list[Row]) -> tuple[Counts, ...]:
    """The exact sets of case files, which stand nowhere."""
    folder.mkdir()
    path, mapping = AS_RECEIVED.written(folder, some)
    request = Request(name=NAME, form="cases", mapping=mapping, workers=1)
    return reduction.added(reduction.read_files([path], request, spread=map), request).sets


def _packed(exact: tuple[Counts, ...]) -> list[bytes]:
    return [counts.packed(one) for one in release.edition(exact, worlds.SECRET).sets]


#: The first caution that the release does not tell from a community resolution. Another secret, other rows or another
#: way of drawing may have another: the test below says which.
CASE = "K33"


def caution(some: list[Row]) -> list[Row]:
    """That one case was no caution but a community resolution: counts change, and the numbers drawn of them do not.

    A rule that draws nothing tells it (``LEAKS``).
    """
    return worlds.otherwise(some, CASE, "8")


@pytest.mark.nightly
def test_the_case_is_the_first_that_the_release_does_not_tell(tmp_path):
    some = worlds.rows()
    before = _packed(_exact(tmp_path / "before", some))
    for row in some[:-3]:
        if row["outcome"] == "3" and row["case"] not in worlds.twice(some):
            case = row["case"]
            if _packed(_exact(tmp_path / case, worlds.otherwise(some, case, "8"))) == before:
                break
    assert case == CASE


def _reduced(place: Path, some: list[Row], files: Files = AS_RECEIVED) -> dict[str, bytes]:
    """What stands in data/counts/ once files are reduced in a project that has released nothing."""
    place.mkdir()
    worlds.keep_secret(place / "private")
    path, mapping = files.written(place, some)
    words = ["reduce", path, "--mapping", mapping, "--format", "cases", "--as", NAME, "--workers", 1]
    with mock.patch.object(counts, "FOLDER", place / "counts"):
        result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return published((place / "counts",), {})


@pytest.fixture(scope="session")
def as_it_is(tmp_path_factory) -> dict[str, bytes]:
    """What stands in data/counts/ of the cases that no change was made to."""
    return _reduced(tmp_path_factory.mktemp("as it is") / "project", worlds.rows())


#: Changes of rows, and of how files are called.
KINDS: dict[str, tuple[Change, Files]] = {
    "types of one disposition in other months": (worlds.types_moved, AS_RECEIVED),
    "rows in another order": (worlds.in_another_order, AS_RECEIVED),
    "days that no released time tells": (worlds.days_moved, AS_RECEIVED),
    "other words, names and reference numbers": (worlds.other_words, AS_RECEIVED),
    "more copies, too few to be told": (worlds.more_copies, AS_RECEIVED),
    "other names of file, folder, sheet and columns, and a column more": (worlds.same_rows, OTHER_FILES),
}


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
def test_a_change_that_no_released_number_tells_changes_no_byte_of_the_release(tmp_path, as_it_is, kind):
    change, files = KINDS[kind]
    some = worlds.rows()
    assert (change(some), files) != (some, AS_RECEIVED)
    assert first_difference(as_it_is, _reduced(tmp_path / "project", change(some), files)) == ""


@pytest.mark.nightly
def test_a_case_that_the_draw_does_not_tell_changes_no_byte_of_the_release(tmp_path, as_it_is):
    assert first_difference(as_it_is, _reduced(tmp_path / "project", caution(worlds.rows()))) == ""


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _checksum_in_the_ledger() -> AbstractContextManager[object]:
    def account(full: Ledger, draw: public_account.Draw) -> Released:
        told = Warned("", "checksum", _sha(ledger.written(full).encode()))
        return replace(public_account.public_account(full, draw), warnings=(told,))

    return mock.patch.object(placing, "public_account", account)


def _exact_rows_dropped() -> AbstractContextManager[object]:
    def account(full: Ledger, _: public_account.Draw) -> Released:
        return public_account.public_account(full, lambda _, rows: rows)

    return mock.patch.object(placing, "public_account", account)


def _checksum_in_a_set() -> AbstractContextManager[object]:
    known = Counts.as_released

    def as_released(one: Counts, cells: pd.DataFrame, *others: object) -> Counts:
        made = known(one, cells, *others)
        return replace(made, release={**made.release, "of": _sha(one.table.to_csv().encode())})

    return mock.patch.object(Counts, "as_released", as_released)


def _owner_warnings() -> AbstractContextManager[object]:
    return mock.patch.object(public_account, "_warnings", lambda full: full.warnings)


def _nearest_five() -> AbstractContextManager[object]:
    return mock.patch.object(release, "drawn", released.nearest)


LEAKS: dict[str, tuple[Callable[[], AbstractContextManager[object]], Change, str]] = {
    "numbers to the nearest five": (_nearest_five, caution, "counts/own"),
    "a checksum of the full ledger": (_checksum_in_the_ledger, worlds.in_another_order, "counts/own.ledger.json"),
    "rows that were dropped, exactly": (_exact_rows_dropped, worlds.more_copies, "counts/own.ledger.json"),
    "a checksum of an exact set": (_checksum_in_a_set, worlds.days_moved, "counts/own_lags.parquet"),
    "the owner's warnings": (_owner_warnings, worlds.other_words, "counts/own.ledger.json"),
}


@pytest.mark.parametrize("leak", nightly(LEAKS, "a checksum of the full ledger"))
def test_a_release_that_leaks_is_found(tmp_path, leak):
    """Whatever numbers are drawn: to the nearest five they are drawn at once."""
    begun, change, place = LEAKS[leak]
    some = worlds.rows()
    with _nearest_five(), begun():
        one = _reduced(tmp_path / "one", some)
        other = _reduced(tmp_path / "other", change(some))
    assert first_difference(one, other).startswith(place)


# all changes at once, through every command ---------------------------------------------------------------------------

FAILS = "shares = rates(cases)"
#: The counts and what is known of their files; with ATTRITION_EVERY every notebook that fits a set of a case file.
FEW: tuple[dict[str, object], ...] = ({"notebook": "data_received", "counts": NAME},)
MORE: tuple[dict[str, object], ...] = (
    *({"notebook": name, "counts": NAME} for name in ("victim_withdrawal", "no_further_action", "journey", "trends")),
    {"notebook": "force_comparison", "counts": NAME, "force": worlds.FORCE},
    {"notebook": "time_to_outcome", "counts": f"{NAME}_lags"},
    {"notebook": "who_withdraws", "counts": f"{NAME}_features", "features": "sex, relation", "cluster": "team"},
)
OF_CASES = (*FEW, *MORE) if EVERY else FEW
TO_LEAVE = ["victim_withdrawal", "who_withdraws", "no_further_action", "journey"] if EVERY else ["data_received"]


def _work(world: World) -> dict[str, bytes]:
    """Everything that the commands publish of a world, and all that they say but for what the owner alone is told."""
    here, out = world.here, world.here / "reports"
    quick = [
        quick_batch.write_notebook(here / f"{name}.ipynb", cell)
        for name, cell in (("public", quick_batch.TABLE), ("fails", FAILS))
    ]
    last = [{"notebook": str(path), "force": worlds.FORCE} for path in quick]
    asked = quick_batch.write_batch(here / "all.toml", *OF_CASES, last[0], last[1] | {"counts": NAME})
    world.reduce()
    world.run("the batch", "batch", asked, "--out", out, "--workers", 1, "--log-format", "json")
    world.run("the batch again", "batch", asked, "--out", out, "--workers", 1, "--only", "*own*")
    chosen = [word for name in TO_LEAVE for word in ("--report", name)]
    world.run("the release", "release", here / "outgoing", "--out", out, *chosen)
    (here / "checked").mkdir()
    world.run("the check", "check", "outputs", here / "outgoing", "--page", here / "checked" / "page.html")
    world.run("the list", "list", "counts")
    places = (out, here / ".reports-staging", here / "outgoing", here / "checked", world.project / "data" / "counts")
    return published(places, world.said)


@pytest.fixture(scope="session")
def both(tmp_path_factory) -> list[tuple[World, dict[str, bytes]]]:
    """Two worlds and what was published of them: the cases as they are, and all changes to them at once."""
    folder, some = tmp_path_factory.mktemp("worlds"), worlds.rows()
    changed = caution(some)
    for change, _ in KINDS.values():
        changed = change(changed)
    found = []
    for name, rows, files in (("one", some, AS_RECEIVED), ("other", changed, OTHER_FILES)):
        world = World(folder / "here", rows, files)
        found.append((world, _work(world)))
        world.kept(folder / name)
    return found


def test_nothing_that_is_published_tells_two_worlds_apart(both):
    (_, one), (_, other) = both
    assert first_difference(one, other) == ""
    _check_that_all_was_published(*both[0])
    if EVERY:
        _check_that_a_leak_would_be_found(both)


def _check_that_all_was_published(world, one):
    """What is compared is there, so that it would be compared if it told something."""
    for job in OF_CASES:
        for name in ("report.html", "report.pdf", "tables.xlsx", "results.json", "manifest.json", "csv-metadata.json"):
            pattern = f"reports/restricted/{job['notebook']}/"
            assert any(path.startswith(pattern) and path.endswith(f"/{name}") for path in one), (job, name)
    names = " ".join(one)
    for path in ("index.html", "feed.xml", "batches/", "restricted/index.html", "restricted/feed.xml"):
        assert f" reports/{path}" in names
    assert " reports/restricted/batches/all_MOMENT" in names
    assert " .reports-staging/failed/restricted/fails/" in names
    for path in ("outgoing/request.txt", "outgoing/counts_own_1.csv", "checked/page.html", "counts/own_lags.parquet"):
        assert path in one
    begun = {name: said.partition("\n")[0] for name, said in world.said.items()}
    assert begun == {"the batch": "6", "the batch again": "6", "the release": "0", "the check": "0", "the list": "0"}
    results = [line for line in worlds.lines_of(world.said["the batch"]) if line["event"] == "job"]
    assert [line["state"] for line in results].count("done") == len(OF_CASES) + 1


def _check_that_a_leak_would_be_found(both):
    """A report that names a file of the store is another in each world."""
    found = []
    for world, _ in both:
        manifests = world.project / "analysis" / "publishing" / "report" / "manifests.py"
        text, known = manifests.read_text(), '"schema": freshness.SCHEMA,'
        assert known in text
        store = "sorted((reference.DATA / 'private').glob('*/*/*.ledger.json'))"
        manifests.write_text(text.replace(known, f"{known} 'of': [inputs.digest(one) for one in {store}],"))
        asked = quick_batch.write_batch(
            world.here / "one.toml",
            {"notebook": str(world.here / "public.ipynb"), "counts": NAME, "force": worlds.FORCE},
            formats=["page"],
        )
        assert world.run("one report", "batch", asked, "--out", world.here / "leaking", "--workers", 1) == 0
        world.resident.end()
        found.append(published((world.here / "leaking",), {}))
    assert "manifest.json: byte" in first_difference(*found)


# small sets of every kind, as far as the release ----------------------------------------------------------------------


def _lags(some: pd.DataFrame, main: Counts) -> Counts:
    """Exact counts of the same cases by time to outcome."""
    by = ["force", "period", "offence", "outcome", "first_outcome", "lag"]
    table = some.assign(
        period=[case_sets.month(number) for number in some["month"]], offence="8Q", first_outcome=some["outcome"]
    )
    return replace(
        main,
        name=f"{main.name}_lags",
        table=table.groupby(by).size().rename("cases").reset_index(),
        dimensions=tuple(by),
        lag_unit="days",
    )


def _sets(some: pd.DataFrame, months: int, forces: int) -> tuple[Counts, ...]:
    main = case_sets.counted(some, months=months, forces=forces)
    return main, _lags(some, main), case_sets.by_features(some, main)


def _alike(families: tuple[sets.Codes, ...]) -> dict[str, int]:
    """By type of outcome, a number that types share which some sets do not tell apart."""
    return {code: number for number, part in enumerate(sets._parts(families)) for code in part}


OF_MONTHS, OF_FEATURES = _alike(sets.monthly()), _alike(sets.of_features())


def _changed(some: pd.DataFrame, chance: random.Random) -> pd.DataFrame:
    """The same cases, but for what no cell holds: who of one quarter, how and when, and who is of which category.

    Two cases exchange their types, which no month tells apart, or their categories, which no feature's set does; one
    ends on another day within a step of the running totals.
    """
    rows = some.to_dict("records")
    for _ in range(3 * len(rows)):
        one, other = chance.sample(rows, 2)
        if one["force"] != other["force"]:
            continue
        if one["month"] // 3 == other["month"] // 3 and OF_MONTHS[one["outcome"]] == OF_MONTHS[other["outcome"]]:
            one["outcome"], other["outcome"] = other["outcome"], one["outcome"]
        if OF_FEATURES[one["outcome"]] == OF_FEATURES[other["outcome"]]:
            one["relationship"], other["relationship"] = other["relationship"], one["relationship"]
        one["lag"] = chance.choice([lag for lag in range(150) if worlds.step(lag) == worlds.step(one["lag"])])
    return pd.DataFrame(chance.sample(rows, len(rows)))


def _cells(exact: tuple[Counts, ...]) -> set[tuple[str, int]]:
    """Every cell of the lattice with its count, those that nobody is told among them."""
    lattice = Lattice()
    release._cells(lattice, exact)
    return set(lattice.at)


def _edition(exact: tuple[Counts, ...]) -> list[bytes] | str:
    try:
        return _packed(exact)
    except DisclosureRefused as refusal:
        return str(refusal)


@given(
    seed=st.integers(0, 2**32),
    number=st.integers(20, 160),
    months=st.sampled_from([3, 5]),
    forces=st.integers(1, 2),
)
@settings(examples(1, 3), suppress_health_check=[HealthCheck.too_slow])
def test_what_no_cell_holds_changes_no_byte_of_an_edition(seed, number, months, forces):
    chance = random.Random(seed)
    some = case_sets.cases(seed, number, forces=forces, months=months)
    some = some.assign(lag=[chance.randrange(150) for _ in range(number)])
    one, other = _sets(some, months, forces), _sets(_changed(some, chance), months, forces)
    assume(_cells(one) == _cells(other))
    assert any(not a.table.equals(b.table) for a, b in zip(one, other, strict=True))
    assert _edition(one) == _edition(other)
