"""The steps of an update before its batch, in this process: fetched, checked, reduced, and done again."""

import csv
import json
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest

from analysis.answers import trends
from analysis.counts import counts, latest, yearly
from analysis.errors import CouldNotWrite
from analysis.intake import placing
from analysis.intake.download import transfer
from analysis.intake.home_office import cache, editions
from analysis.publishing.batch.executors import spreading
from analysis.publishing.batch.file import Update
from analysis.updating import chain
from tests.loopback import Answer, Server
from tests.publisher import Publisher, workbook

FORCES = ("Essex", "Kent")
SPREAD = partial(spreading, workers=1)


class Nobody:
    def began(self, *_, **__): ...
    def advanced(self, *_): ...
    def told(self, *_): ...


@pytest.fixture(scope="module")
def books():
    """A year, its corrected edition, and the year after."""
    return (
        workbook(forces=FORCES),
        workbook(
            forces=FORCES, change=lambda force, outcome, cases: cases + 30 * (force == "Kent" and outcome == "16")
        ),
        workbook("2025/26", forces=FORCES, change=lambda force, outcome, cases: cases + (outcome == "15")),
    )


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Folders of this test's own: counts with the two sets of the project that names stand for, files, tables."""
    folder = tmp_path / "counts"
    folder.mkdir()
    for name in (latest.OWN_YEAR, latest.OWN_STALKING, yearly.RECORDED):
        (folder / f"{name}.parquet").write_bytes((counts.FOLDER / f"{name}.parquet").read_bytes())
    monkeypatch.setattr(counts, "FOLDER", folder)
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    monkeypatch.setattr(editions, "FOLDER", tmp_path)
    known(tmp_path)
    return tmp_path


def known(folder, *files, totals=()):
    """The tables of what is known beforehand."""
    for name, header, rows in (
        (editions.FILES, ("year", "file", "size", "sha256", "address"), files),
        (editions.TOTALS, ("year", "outcome", "cases"), totals),
    ):
        with (folder / name).open("w", newline="") as out:
            csv.writer(out).writerows([header, *rows])


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as server:
        yield Publisher(server)


@contextmanager
def line():
    polite = transfer.Manners(sleep=lambda _: None, tries=2)
    with transfer.Line(Nobody(), agent="attrition/test", manners=polite) as asked:
        yield asked


def run(publisher, folder):
    """The steps, each as its words: "fetch fetched"."""
    wanted, files = Update(("home-office",), "2024/25", publisher.page), folder / "files"
    with chain.alone(files, waits=False), line() as asked:
        return [*chain.fetched(asked, wanted, files), *chain.reduced(files, wanted, spreading=SPREAD)]


def words(steps):
    return [f"{step.step} {step.state}" for step in steps]


def kent(name="latest", outcome="16"):
    table = counts.read(name).select(force="Kent", offence="8Q").table
    return int(table.loc[table["outcome"] == outcome, "cases"].sum())


def test_a_year_its_correction_and_the_next_year_are_each_brought_in_once(publisher, held, books):
    before = kent()
    publisher.issue("2024/25", books[0], on="230725")
    assert words(run(publisher, held)) == ["fetch fetched", "check checked", "reduce reduced", "reduce reduced"]
    assert (counts.stands_for("latest"), kent()) == ("outcomes_2024_25", before)
    assert words(run(publisher, held)) == ["fetch already here"]

    publisher.issue("2024/25", books[1], on="230726")
    corrected = run(publisher, held)
    assert words(corrected) == ["fetch fetched", "check checked", "reduce reduced", "reduce reduced"]
    assert "published anew, kept as superseded/" in corrected[0].text
    assert kent() == kent("stalking_outcomes") == before + 4 * 30

    publisher.issue("2025/26", books[2], on="230726")
    assert words(run(publisher, held))[1:3] == ["fetch fetched", "check checked"]
    assert counts.stands_for("latest") == "outcomes_2025_26"
    grown = counts.read("stalking_outcomes")
    assert (grown.coverage.span.label, len(grown.coverage.periods)) == ("April 2024 to March 2026", 8)
    assert grown.editions == {"2024/25": "July 2026", "2025/26": "July 2026"}
    assert words(run(publisher, held)) == ["fetch already here"] * 2


def test_endings_by_year_have_the_new_year_and_the_corrected_one(publisher, held, books):
    publisher.issue("2024/25", books[1], on="230726")
    publisher.issue("2025/26", books[2], on="230726")
    before = yearly.read().by_force
    run(publisher, held)
    change = trends.follow(counts.read("stalking_outcomes"), counts.read("stalking_recorded"), "victim_withdrawal")
    after = yearly.read().by_force
    [was, now] = [held["Kent", date(2024, 4, 1)] for held in (before, after)]
    assert (was.edition, now.edition, now.counted["withdrew"] - was.counted["withdrew"]) == (
        "March 2025",
        "July 2026",
        120,
    )
    assert {first.year for _, first in after.keys() - before.keys()} == {2025}
    assert after["Kent", date(2021, 4, 1)] == before["Kent", date(2021, 4, 1)]
    assert len(change.rows("share")) == 8


def test_what_does_not_pass_is_refused_and_the_set_that_stood_before_stands(publisher, held, books):
    name = publisher.issue("2024/25", books[0], on="230725")
    run(publisher, held)
    stood = (counts.FOLDER / "outcomes_2024_25.parquet").read_bytes()
    total = int(counts.read("latest").table["cases"].sum())
    for files, totals, told in (
        ([("2024/25", "prc-outcomes-open-data-mar2025-tables-230726.xlsx", 1, "0" * 64, "-")], [], "has 000000000000"),
        ([], [("2024/25", "assigned", total * 2)], "of all outcome types but 0 in 2024/25"),
    ):
        known(held, *files, totals=totals)
        publisher.issue("2024/25", books[1], on="230726")
        refused = [step for step in run(publisher, held) if step.state == "refused"]
        assert [(step.step, step.exit_status) for step in refused] == [("check", 3)]
        assert told in refused[0].text
        assert (counts.FOLDER / "outcomes_2024_25.parquet").read_bytes() == stood
    assert name != publisher.files["2024/25"][0]
    known(held, totals=[("2024/25", "assigned", total)])
    assert "lie within" in next(step.text for step in run(publisher, held) if step.step == "check")


def test_a_workbook_of_another_year_than_it_is_listed_under_is_refused(publisher, held, books):
    publisher.issue("2025/26", books[0], on="230726")
    [step] = [step for step in run(publisher, held) if step.state == "refused"]
    assert "is listed as outcomes of 2025/26 and holds 2024/25" in step.text
    assert counts.stands_for("latest") == "offences_2024_25"


def test_a_page_that_cannot_be_had_is_refused_and_what_is_here_is_reduced_all_the_same(publisher, held, books):
    publisher.issue("2024/25", books[0], on="230725")
    wanted, files = Update(("home-office",), "2024/25", publisher.page), held / "files"
    with line() as asked:
        assert [step.state for step in chain.fetched(asked, wanted, files)] == ["fetched"]
    publisher.server.put("/tables", Answer(status=404, kind="text/html"))
    assert words(run(publisher, held)) == ["fetch refused", "check checked", "reduce reduced", "reduce reduced"]


@pytest.mark.parametrize("moment", ["read", "staged", "ledger moved", "year moved"])
def test_killed_while_a_year_is_put_in_place_it_goes_on(publisher, held, books, monkeypatch, moment):
    class Killed(BaseException):
        """What no step catches."""

    def die(*_, **__):
        raise Killed

    publisher.issue("2024/25", books[1], on="230726")
    with monkeypatch.context() as patch:
        if moment == "read":
            patch.setattr(chain.reduction, "added", die)
        elif moment == "staged":
            patch.setattr(placing, "move", die)
        elif moment == "ledger moved":
            whole = placing.move

            def half(folder, staged):
                (folder / staged.room / staged.names[0]).replace(folder / staged.names[0])
                die(whole)

            patch.setattr(placing, "move", half)
        else:
            patch.setattr(chain, "_grow", die)
        with pytest.raises(Killed):
            run(publisher, held)
    steps = run(publisher, held)
    assert words(steps)[0] == "fetch already here"
    assert words(steps)[-1] == "reduce reduced"
    assert kent() == kent("stalking_outcomes")
    left = [path.name for path in counts.FOLDER.iterdir() if path.name.startswith(".")]
    assert left == []
    assert words(run(publisher, held)) == ["fetch already here"]


def test_two_updates_at_once_are_told_of_each_other(held):
    second = chain.alone(held / "files", waits=False)
    with chain.alone(held / "files", waits=False), pytest.raises(CouldNotWrite, match="Another 'attrition update'"):
        second.__enter__()


def test_what_would_be_done_is_said_and_nothing_written(publisher, held, books):
    publisher.issue("2024/25", books[0], on="230725")
    wanted, files = Update(("home-office",), "2024/25", publisher.page), held / "files"
    with line() as asked:
        assert words(chain.foreseen(asked, wanted, files)) == ["fetch foreseen"]
        assert not files.exists()
        list(chain.fetched(asked, wanted, files))
        assert words(chain.foreseen(asked, wanted, files)) == ["fetch foreseen", "reduce foreseen"]
    assert json.loads((files / "manifest.json").read_text())["files"]
    assert counts.stands_for("latest") == "offences_2024_25"
