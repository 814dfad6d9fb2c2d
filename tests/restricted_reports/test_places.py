"""Restricted means restricted: what was made from case files stands apart, says so, and nobody else can read it."""

import json
import shutil
import stat
import subprocess
from xml.etree import ElementTree

import openpyxl
import pytest

from analysis.presentation import wording
from analysis.publishing.checks import pages
from analysis.publishing.index import index
from analysis.publishing.notebooks import notebooks
from tests.conftest import PROJECT
from tests.reports.made_folder import put
from tests.restricted_reports.conftest import SET, holding, manifest

QUARTER = "quick/force-kent_2024-04_2024-06_counts-kent-canary"
YEAR = "quick/force-kent_2024-04_2025-03_counts-kent-canary"
BOTH = "both/force-kent_2024-04_2025-03"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_each_report_stands_in_the_place_of_its_kind(once):
    standing = {path.parent.relative_to(once.out).as_posix() for path in once.out.rglob("report.html")}
    public = {f"quick/force-{force}_2024-04_2025-03" for force in ("kent", "essex", "surrey")}
    assert standing == public | {f"restricted/{one}" for one in (QUARTER, YEAR, BOTH)}
    for folder in standing:
        held = manifest(once.out / folder)
        assert held["folder"] == folder
        assert held["is_restricted"] is folder.startswith("restricted/")


def test_nothing_outside_of_their_place_says_a_word_of_them(once):
    for words in (SET, SET.replace("_", "-"), BOTH, wording.RESTRICTED, "restricted/"):
        assert holding(once.out, words, leave=once.restricted) == []
    assert holding(once.restricted, SET) != []


def test_nobody_but_the_owner_can_read_them_whatever_the_umask(once):
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (once.restricted, *once.restricted.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert stat.S_IMODE((once.out / "index.html").stat().st_mode) == 0o666  # as the widest umask has it
    assert stat.S_IMODE((once.folder / ".reports-staging").stat().st_mode) == 0o700


def test_every_page_says_what_it_is_and_under_no_open_licence(once):
    found = sorted(once.restricted.rglob("*.html"))
    assert sorted(path.name for path in found) == ["changes.html", "index.html", *["report.html"] * 3]
    for path in found:
        page = pages.read(path.read_text())
        assert [one.text for one in page.classed("restricted")] == [wording.RESTRICTED]
        assert wording.NO_LICENCE in page.text
        assert [one.attributes["content"] for one in page.all("meta") if one.attributes.get("name") == "robots"]
    assert holding(once.restricted, "open government") == []
    assert holding(once.out, "open government", leave=once.restricted) != []


def test_every_page_of_the_pdf_says_it(once):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    for path in once.restricted.rglob("report.pdf"):
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
        sides = text.split("\f")[:-1]
        assert len(sides) > 1
        assert all(wording.RESTRICTED in " ".join(side.split()) for side in sides)
        told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
        assert "Title:           Restricted: " in told


def test_every_sheet_of_the_workbook_says_it(once):
    for path in once.restricted.rglob("tables.xlsx"):
        book = openpyxl.load_workbook(path)
        for sheet in book:
            said = [cell.value for cell in sheet["A"][:5] if isinstance(cell.value, str)]
            assert wording.RESTRICTED in " ".join(said)  # in rows that fit
        assert book.properties.title.startswith("Restricted: ")


def test_records_for_machines_say_it(once):
    for folder in (QUARTER, YEAR, BOTH):
        results = json.loads((once.restricted / folder / "results.json").read_text())
        assert results["is_restricted"] is True
        assert results["handling"] == manifest(once.restricted / folder)["handling"] == wording.RESTRICTED
        assert results["attribution"] == wording.NO_LICENCE
    public = json.loads((once.out / "quick/force-essex_2024-04_2025-03/results.json").read_text())
    assert (public["is_restricted"], public["handling"]) == (False, "")


def test_they_have_an_index_and_a_feed_of_their_own(once):
    for root, number in ((once.out, 3), (once.restricted, 3)):
        page = pages.read((root / "index.html").read_text())
        listed = {link.attributes["href"] for link in page.all("a") if link.attributes["href"].endswith("/report.html")}
        feed = ElementTree.parse(root / "feed.xml").getroot()
        links = {link.get("href") for entry in feed.iter(f"{ATOM}entry") for link in entry.iter(f"{ATOM}link")}
        assert listed == links == {path.relative_to(root).as_posix() for path in root.glob("*/*/report.html")}
        assert len(listed) == number
        assert all((root / link).is_file() for link in listed)
    titles = [title.text for title in feed.iter(f"{ATOM}title")]
    assert all(title.startswith("Restricted: ") for title in titles)
    assert not (once.restricted / "forces").exists()


def test_the_address_of_the_folder_stands_in_the_public_feed_alone(tmp_path):
    out = tmp_path / "reports"
    for folder in (YEAR, f"restricted/{YEAR}"):
        put(out, folder=folder, is_restricted=folder != YEAR)
    index.write_index(out, address="https://example.org/reports/")
    assert f"https://example.org/reports/{YEAR}/report.html" in (out / "feed.xml").read_text()
    assert "example.org" not in (out / "restricted" / "feed.xml").read_text()
    assert f'href="{YEAR}/report.html"' in (out / "restricted" / "feed.xml").read_text()


def test_the_command_says_which_index_leads_to_what_it_made(once):
    public, restricted, both = (said.split() for said in once.said)
    assert str(once.out / "index.html") in public
    assert str(once.restricted / "index.html") in restricted
    assert str(once.out / "index.html") not in restricted
    assert {str(once.out / "index.html"), str(once.restricted / "index.html")} <= set(both)


def test_a_report_of_both_kinds_of_counts_is_restricted_as_a_whole(once):
    held = manifest(once.restricted / BOTH)
    assert {f"data/counts/{name}.parquet" for name in (SET, "stalking_2024_25")} <= held["inputs"].keys()
    assert held["parameters"]["counts"] == "stalking_2024_25"
    page = (once.restricted / BOTH / "report.html").read_text()
    assert "licence does not cover what is made from case files" in page


def test_each_place_keeps_the_record_of_its_own_jobs(once):
    told = {
        root: [json.loads(path.read_text()) for path in (root / "batches").glob("*.json")]
        for root in (once.out, once.restricted)
    }
    (public,), (restricted,) = told.values()
    assert (public["jobs"], public["done"], public["exit_status"]) == (2, 2, 0)
    assert (restricted["jobs"], restricted["done"]) == (2, 2)
    assert {one["folder"] for one in restricted["results"]} == {f"restricted/{one}" for one in (YEAR, BOTH)}
    assert {one["folder"].partition("/")[0] for one in public["results"]} == {"quick"}


def test_what_stands_is_found_whole_and_up_to_date(desk):
    assert "mixed: 4 up to date" in desk.batch()
    assert desk.batch("--dry-run").count("up to date  restricted/") == 2
    assert "nothing foreign stands below" in desk.batch("--verify")
    *measured, last = desk.here("check", "reports", "--out", desk.out).splitlines()
    assert len(measured) == 6
    assert last == "6 reports and their index keep the rules."


def test_words_that_choose_jobs_of_both_places_stand_in_neither_record(desk):
    shutil.rmtree(desk.restricted / YEAR)
    said = desk.batch("--only", "*kent*")
    assert "1 done, 2 up to date" in said
    for root in (desk.out, desk.restricted):
        last = max((root / "batches").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        assert "only" not in json.loads(last.read_text())["settings"]
    assert "1 up to date" in desk.batch("--only", YEAR)
    assert holding(desk.out, SET, leave=desk.restricted) == []


def test_older_periods_go_there_too_and_are_named_there_alone(desk):
    earlier = desk.folder / "earlier.toml"
    earlier.write_text(
        f'[[reports]]\nnotebook = "{desk.quick}"\nforce = "Kent"\ncounts = "{SET}"\nperiod = "2024/25 Q2"\n'
    )
    assert f"to go       restricted/{QUARTER}" in desk.run(
        "batch", earlier, "--out", desk.out, "--keep", "1", "--dry-run"
    )
    before = sorted(path.name for path in (desk.out / "batches").iterdir())
    assert "1 removed" in desk.run("batch", earlier, "--out", desk.out, "--keep", "1")
    assert not (desk.restricted / QUARTER).exists()
    assert "2024-07_2024-09" in (desk.restricted / "index.html").read_text()
    assert QUARTER not in (desk.restricted / "index.html").read_text()
    assert sorted(path.name for path in (desk.out / "batches").iterdir()) == before  # of a run of restricted jobs alone


def test_a_restricted_report_that_somebody_moved_among_public_ones_is_in_no_index(desk, caplog):
    (desk.restricted / YEAR).rename(desk.out / YEAR)
    desk.here("index", "--out", desk.out)
    assert f"{YEAR} is a restricted report among public ones; move it back to restricted/{YEAR}" in caplog.text
    assert "kent-canary" not in (desk.out / "index.html").read_text()
    assert "kent-canary" not in (desk.out / "feed.xml").read_text()
    assert f"{YEAR}: is the report of restricted/{YEAR}; move it back" in desk.batch("--verify", status=6)
    assert "is of a restricted report, which stands among public ones" in desk.here(
        "check", "reports", "--out", desk.out, status=5
    )


def test_a_report_of_which_nobody_can_say_is_in_no_index(desk, caplog):
    folder = desk.out / "quick/force-essex_2024-04_2025-03"
    held = manifest(folder)
    del held["is_restricted"]
    (folder / "manifest.json").write_text(json.dumps(held))
    desk.here("index", "--out", desk.out)
    assert "does not say whether it is restricted" in caplog.text
    assert "force-essex" not in (desk.out / "index.html").read_text()


def test_what_others_may_read_is_a_fault_a_file_of_rows_too(desk):
    rows = sorted((desk.restricted / YEAR / "data").glob("*.csv"))[0]
    names = ["results.json", f"data/{rows.name}"]
    for name in names:
        (desk.restricted / YEAR / name).chmod(0o644)
    verified = desk.batch("--verify", status=6)
    checked = desk.here("check", "reports", "--out", desk.out, status=5)
    for name in names:
        assert f"restricted/{YEAR}/{name}: is restricted and open to others; 'chmod -R go=' closes it" in verified
        assert f"restricted/{YEAR}: {name}: is restricted and open to others" in checked
    desk.restricted.chmod(0o755)
    desk.here("index", "--out", desk.out)
    assert stat.S_IMODE(desk.restricted.stat().st_mode) == 0o700  # whatever it was


def test_a_public_report_of_a_set_that_is_restricted_now_goes_when_it_is_made_again(desk):
    """Such as one that an earlier version put there."""
    (desk.restricted / YEAR).rename(desk.out / YEAR)
    assert "3 up to date" in desk.batch()
    assert not (desk.out / YEAR).exists()
    assert (desk.restricted / YEAR / "report.html").is_file()


def test_the_place_itself_is_no_folder_of_reports(desk):
    for words in (("index",), ("batch", "monthly"), ("run", "journey"), ("check", "reports")):
        assert "Name the folder that it stands in" in desk.here(*words, "--out", desk.restricted, status=2)


def test_no_notebook_may_be_called_what_the_place_is():
    assert "restricted" in notebooks.TAKEN


def test_no_report_is_ever_committed(once):
    words = [
        "git",
        "check-ignore",
        "--no-index",
        "reports/restricted/index.html",
        "elsewhere/restricted/x/y/report.pdf",
    ]
    run = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    if run.returncode == 128:
        pytest.skip("this is no checkout")
    assert len(run.stdout.split()) == 2
