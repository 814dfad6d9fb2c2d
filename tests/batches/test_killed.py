"""Killed at any moment, a batch leaves whole reports, nothing that runs and nothing that is held."""

import io
import json
import sys
import zipfile

import pikepdf
import pytest

from analysis.publishing.placing import locks
from benchmarks import command
from benchmarks.killed import Strain
from benchmarks.whole_reports import differences
from tests.batches import desk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


@pytest.mark.nightly
def test_killed_at_random_moments_it_ends_as_if_left_alone(tmp_path):
    strained = Strain(tmp_path, seed=8, forces=2, kernels=False, pause=0.01).run(8)
    assert strained.kills.total() == 8
    assert {kind for kind, _ in strained.kills} == {"batch", "server", "report"}
    assert strained.seen["whole"] > 0
    assert (strained.torn, strained.gone, strained.faults) == ([], [], [])


def printed(words):
    """A PDF of a line, and a workbook of a cell."""
    pdf, files = pikepdf.new(), (io.BytesIO(), io.BytesIO())
    pdf.add_blank_page()
    letters = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=letters))
    pdf.pages[0].Contents = pdf.make_stream(f"BT /F 9 Tf 20 400 Td ({words}) Tj ET".encode())
    pdf.save(files[0])
    with zipfile.ZipFile(files[1], "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{words}</t>")
    return [file.getvalue() for file in files]


def edition(folder, *, number, news, date, day):
    """A report of one number, which says whichever edition it is."""
    told = f"{number} cases withdrew. What is new: {news} Figures of {day}."
    pdf, workbook = printed(told)
    size = f'<li><a href="report.pdf" download>PDF</a> <span>{len(news)} kB</span></li>'
    files = {
        "report.html": f"<p>{told}</p> {size} {date}".encode(),
        "report.pdf": pdf,
        "tables.xlsx": workbook,
        "results.json": json.dumps({"number": number}).encode(),
    }
    about = [{"term": "What is new", "told": [news]}, {"term": "Date", "told": [f"{day}, when these were made."]}]
    digests = {name: f"{len(content)} {number}" for name, content in files.items()}
    manifest = {"date": date, "news": [news], "about": about, "files": digests, "made_at": f"{date}T05:00"}
    for name, content in {**files, "manifest.json": json.dumps(manifest).encode()}.items():
        path = folder / "quick" / "force-kent" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


FIRST = {"news": "This is the first edition here.", "date": "2026-11-28", "day": "28 November 2026"}
LATER = {"news": "The edition before could not be read.", "date": "2026-11-29", "day": "29 November 2026"}
PRINT = ("manifest.json", "report.html", "report.pdf", "tables.xlsx")


def test_of_a_report_that_took_the_place_of_a_damaged_one_nothing_but_its_edition_may_differ(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    edition(one, number=5, **FIRST)
    edition(other, number=5, **LATER)
    assert differences(one, other) == [f"quick/force-kent/{name} differs" for name in PRINT]
    assert differences(one, other, unread=["quick/force-kent"]) == []
    assert len(differences(one, other, unread=["quick/force-ken"])) == len(PRINT)
    edition(other, number=6, **LATER)
    every = ("manifest.json", "report.html", "report.pdf", "results.json", "tables.xlsx")
    assert differences(one, other, unread=["quick/force-kent"]) == [
        f"quick/force-kent/{name} differs" for name in every
    ]
    edition(other, number=5, **LATER)
    place = other / "quick" / "force-kent"
    (place / "more.csv").write_text("a")
    (place / "report.pdf").unlink()
    told = ["quick/force-kent/more.csv differs", "quick/force-kent/report.pdf differs"]
    assert differences(one, other, unread=["quick/force-kent"]) == told


def test_a_killed_batch_leaves_no_lock_and_no_process_not_even_a_kernel_that_is_busy(tmp_path):
    """Nothing reads signals or looks for its parent in the middle of such a sum."""
    flag, out = tmp_path / "flag", tmp_path / "reports"
    source = f"import pathlib\npathlib.Path({str(flag)!r}).touch()\nsum(range(10**12))"
    file = desk.batch(tmp_path, desk.quick(tmp_path, source))
    with desk.begun(file, out, "--draft") as batch:
        desk.until(flag.exists, batch)
        assert len(batch.family()["kernel"]) == 1
        with locks.held(out, locks.BATCH, waits=True, is_stopped=lambda: True) as is_held:
            assert not is_held
        batch.kill(batch.process.pid)
        assert batch.wait(desk.PATIENCE) == -9
        with locks.held(out, locks.BATCH, waits=True, is_stopped=lambda: True) as is_held:
            assert is_held
        assert command.left(batch.mark, but="nothing") == []


@pytest.mark.nightly
def test_a_report_whose_process_is_killed_twice_is_left_to_the_next_run(tmp_path):
    flag = tmp_path / "flag"
    waits = desk.quick(tmp_path, desk.WAITS.format(flag=str(flag)), name="waits")
    file, out = desk.batch(tmp_path, waits, desk.quick(tmp_path), formats=["page"]), tmp_path / "reports"
    with desk.begun(file, out, "--draft", "--workers", "2") as batch:
        for _ in range(2):
            desk.until(lambda: flag.with_suffix(".pid").is_file() and batch.family()["kernel"], batch)
            flag.with_suffix(".pid").unlink()
            told = command.alive(batch.mark)
            batch.kill(told[batch.family()["kernel"][0]][0])  # whose kernel that is
        assert batch.wait(desk.PATIENCE) == 6
    failed = desk.results(out)["waits kent"]
    assert (failed["state"], failed["tries"], failed["cause"]) == ("failed", 2, "Died")
    assert "was ended by SIGKILL" in failed["message"]
    kept = tmp_path / ".reports-staging" / "failed" / failed["folder"]
    assert sorted(path.name for path in kept.iterdir()) == ["error.txt", "executed.ipynb"]
    assert list(desk.reports(out)) == [desk.results(out)["quick kent"]["folder"]]
    flag.touch()
    assert desk.run(file, out, "--draft").exit_code == 0
    assert len(desk.reports(out)) == 2
    assert not list((tmp_path / ".reports-staging").iterdir())
    assert not list((out / ".state").glob("*.json"))
