"""``attrition fetch`` from end to end, against a server in the form of gov.uk's and of data.police.uk's."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from analysis.cli import fetch
from analysis.cli.main import main
from analysis.intake.download import transfer
from analysis.intake.download.occupancy import occupied
from tests.conftest import PROJECT
from tests.loopback import TUESDAY, Answer, Server, archive, version

YEARS = (2024, 2025, 2026)
PAGE = "/government/statistical-data-sets/tables"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    polite = transfer.Manners(sleep=lambda _: None)
    monkeypatch.setattr(transfer, "Manners", lambda: polite)
    with Server() as made:
        yield made


def name_of(year):
    return f"prc-outcomes-open-data-mar{year}-tables-230726.xlsx"


def attachment(href, title, kind="MS Excel Spreadsheet"):
    """A file as pages of gov.uk set it: a picture and a title that lead to it, then its particulars."""
    return f"""
    <section class="gem-c-attachment">
      <div class="gem-c-attachment__thumbnail"><a tabindex="-1" aria-hidden="true" href="{href}"><svg/></a></div>
      <div class="gem-c-attachment__details">
        <h3><a class="govuk-link" href="{href}">{title}</a></h3>
        <p><abbr title="{kind}">{kind}</abbr>, 41.2&nbsp;MB</p>
        <p>This file may not be suitable for users of assistive technology.
           <a href="mailto:help@example.org">Request an accessible format.</a></p>
      </div>
    </section>"""


def gov_uk(server, *, also="", years=YEARS):
    files = {name_of(year): f"Outcomes open data,&nbsp;year ending March\n   {year}" for year in years}
    files |= {
        "prc-pfa-mar2013-onwards-tables-230726.ods": (
            "Police recorded crime open data Police Force Area tables, year ending March 2013 onwards"
        ),
        "prc-outcomes-alternate-open-data-mar2017-to-mar2026-tables-230726.ods": (
            "Outcomes for alternate offences open data, year ending March 2017 to year ending March 2026"
        ),
        "prc-subcodes-vawg-offences-mar2021-mar2026-230726.ods": "Police recorded crime subcodes &amp; VAWG offences",
    }
    for name in files:
        server.put(f"/media/6a/{name}", version(name))
    held = "".join(attachment(f"/media/6a/{name}", title) for name, title in files.items())
    text = f'<html lang="en"><body><a href="/browse">Home</a><h2>Outcomes open data</h2>{held}{also}</body></html>'
    return server.put(PAGE, Answer(text.encode(), kind="text/html; charset=utf-8"))


def police_uk(server, months=("2025-06", "2025-05", "2022-06")):
    for month in (*months, "latest"):
        server.put(f"/data/archive/{month}.zip", version(month))
    links = "".join(f"<li><a href='/data/archive/{month}.zip'>{month}</a> 1.6 GB</li>" for month in (*months, "latest"))
    return server.put("/data/archive/", Answer(f"<ul>{links}</ul>".encode(), kind="text/html"))


def run(*words, to):
    return CliRunner().invoke(main, ["fetch", *words, "--to", str(to)])


def names(folder):
    return {path.name for path in folder.iterdir() if path.is_file()} - {".fetch.lock", "manifest.json"}


def test_every_year_is_fetched_and_all_else_is_passed_over_with_the_reason(server, tmp_path):
    result = run("home-office", "--page", gov_uk(server), to=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "new") == {name_of(year) for year in YEARS}
    for year in YEARS:
        assert (tmp_path / "new" / name_of(year)).read_bytes() == archive(name_of(year))
        assert f"fetched: {name_of(year)}: {len(archive(name_of(year))):,} bytes, SHA-256" in result.stdout
    assert "passed over: Outcomes for alternate offences" in result.stdout
    assert "would be counted twice" in result.stdout
    assert "3 fetched, 0 already here, 0 refused, 3 passed over." in result.stdout
    assert len(server.asked) == 4


def test_the_record_has_titles_in_plain_words_and_the_page(server, tmp_path):
    page = gov_uk(server)
    run("home-office", "--page", page, "--years", "2024/25", to=tmp_path)
    (entry,) = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert (entry["title"], entry["page"]) == ("Outcomes open data, year ending March 2025", page)
    assert entry["address"] == server.at(f"/media/6a/{name_of(2025)}")


def test_named_years_and_recorded_crime_are_all_that_is_fetched(server, tmp_path):
    result = run("home-office", "--page", gov_uk(server), "--years", "2025/26,2023/24", "--recorded-crime", to=tmp_path)
    assert result.exit_code == 0, result.output
    assert names(tmp_path) == {name_of(2024), name_of(2026), "prc-pfa-mar2013-onwards-tables-230726.ods"}


def test_a_second_run_fetches_only_what_changed(server, tmp_path):
    page = gov_uk(server)
    run("home-office", "--page", page, to=tmp_path)
    server.put(f"/media/6a/{name_of(2026)}", version("revised", modified=TUESDAY))
    result = run("home-office", "--page", page, to=tmp_path)
    assert result.exit_code == 0, result.output
    assert "1 fetched, 2 already here" in result.stdout
    assert "published anew, kept as superseded/" in result.stdout
    assert (tmp_path / name_of(2026)).read_bytes() == archive("revised")


def test_a_dry_run_asks_for_the_page_alone_and_writes_nothing(server, tmp_path):
    page = gov_uk(server)
    result = run("home-office", "--page", page, "--dry-run", to=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert f"{name_of(2026)}: would be fetched from {server.at('/media/6a/')}" in result.stdout
    assert "passed over:" in result.stdout
    assert "Nothing was written." in result.stdout
    assert [one.path for one in server.asked] == [PAGE]
    assert not list(tmp_path.iterdir())


def test_a_dry_run_says_what_is_here(server, tmp_path):
    page = gov_uk(server)
    run("home-office", "--page", page, "--years", "2025/26", to=tmp_path)
    result = run("home-office", "--page", page, "--dry-run", to=tmp_path)
    assert f"{name_of(2026)}: is here; would ask whether it has changed" in result.stdout


@pytest.mark.parametrize("months", [None, "2025-05,2022-06"])
def test_archives_are_fetched_by_month_and_the_latest_alone_by_default(server, tmp_path, months):
    words = ["--months", months] if months else []
    result = run("police-uk", "--page", police_uk(server), *words, to=tmp_path)
    assert result.exit_code == 0, result.output
    assert names(tmp_path) == ({"2025-05.zip", "2022-06.zip"} if months else {"2025-06.zip"})
    assert "passed over: latest (latest.zip): not the archive of a named month" in result.stdout


def test_an_archive_that_breaks_off_is_taken_up(server, tmp_path):
    page = police_uk(server)
    server.put("/data/archive/2025-06.zip", version("2025-06", breaks_after=900), version("2025-06"))
    result = run("police-uk", "--page", page, to=tmp_path)
    assert (result.exit_code, (tmp_path / "2025-06.zip").read_bytes()) == (0, archive("2025-06"))
    assert "trying again in 2 s" in result.stderr


def test_a_page_that_is_busy_is_asked_again(server, tmp_path):
    page = gov_uk(server)
    server.script[PAGE].insert(0, Answer(status=503, kind="text/html"))
    assert run("home-office", "--page", page, to=tmp_path).exit_code == 0


def test_a_page_that_has_moved_is_followed_and_its_links_read_from_there(server, tmp_path):
    gov_uk(server)
    server.script["/elsewhere/tables"] = [
        Answer(f'<a href="../media/6a/{name_of(2026)}">Outcomes</a>'.encode(), kind="text/html")
    ]
    page = server.put(PAGE, Answer(status=301, headers={"Location": "/elsewhere/tables"}))
    result = run("home-office", "--page", page, to=tmp_path)
    assert result.exit_code == 0, result.output
    assert names(tmp_path) == {name_of(2026)}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(b"{}", kind="application/json"), r"is not a web page (application/json). Name the page"),
        (
            Answer(b"<p>Moved</p>", kind="text/html"),
            "it links no files at all. If it has moved, name the new one with --page",
        ),
        (Answer(b"<a href='/g.pdf'>Guide</a>", kind="text/html"), "it links Guide (g.pdf)"),
        (Answer(status=404, kind="text/html"), "status 404. It has moved"),
        (
            Answer(status=403, kind="text/html"),
            "status 403. The site may refuse automated requests: download in a browser",
        ),
        (Answer(b"x" * (11 << 20), kind="text/html"), "longer than any page"),
    ],
)
def test_a_page_that_will_not_do_is_refused_with_status_3(server, tmp_path, answer, told):
    result = run("home-office", "--page", server.put(PAGE, answer), to=tmp_path / "new")
    assert result.exit_code == 3, result.output
    assert told in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "kind", ["text/html; charset=iso-8859-1", "text/html; charset=nonsense", "application/xhtml+xml"]
)
def test_a_page_is_read_in_its_own_letters_or_in_spite_of_them(server, tmp_path, kind):
    body = f"<a href='/media/6a/{name_of(2026)}'>Outcomes open data \u00a3</a>".encode("latin-1")
    server.put(f"/media/6a/{name_of(2026)}", version("one"))
    result = run("home-office", "--page", server.put(PAGE, Answer(body, kind=kind)), to=tmp_path)
    assert result.exit_code == 0, result.output
    title = json.loads((tmp_path / "manifest.json").read_text())["files"][0]["title"]
    assert title.endswith("\u00a3") is ("iso-8859-1" in kind)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["home-office", "--years", "2024"], "Write a financial year as 2024/25"),
        (["home-office", "--years", "2024/25 Q1"], "not a whole financial year"),
        (["police-uk", "--months", "June"], "is not a month. Write it as 2025-06"),
        (["home-office", "--page", "file:///etc/passwd"], "is not an address on the web"),
        (["home-office", "--page", "gov.uk/tables"], "is not an address on the web"),
        (["home-office", "--pages", "x"], "Did you mean '--page'?"),
        (["homeoffice"], "No such command 'homeoffice'"),
    ],
)
def test_wrong_use_is_refused_with_the_next_step(server, tmp_path, words, told):
    result = run(*words, to=tmp_path / "new")
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_year_that_has_two_files_or_none_ends_in_status_3_with_what_was_seen(server, tmp_path):
    page = gov_uk(server, also=attachment("/media/6a/other.xlsx", "Outcomes open data, year ending March 2026"))
    two = run("home-office", "--page", page, to=tmp_path)
    none = run("home-office", "--page", page, "--years", "2019/20", to=tmp_path)
    assert (two.exit_code, none.exit_code) == (3, 3)
    assert "2 files of outcomes 2025/26." in two.stderr
    assert "(other.xlsx)" in two.stderr
    assert "no file of outcomes 2019/20. Leave it out with --years" in none.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("status", "told"), [(403, "'attrition reduce'"), (404, "look at the page")])
def test_a_file_that_is_refused_ends_in_status_3_after_the_others(server, tmp_path, status, told):
    page = gov_uk(server)
    server.put(f"/media/6a/{name_of(2024)}", Answer(status=status))
    result = run("home-office", "--page", page, to=tmp_path)
    assert result.exit_code == 3
    assert told in result.stderr
    assert "2 fetched, 0 already here, 1 refused" in result.stdout
    assert names(tmp_path) == {name_of(2025), name_of(2026)}


def test_a_folder_that_is_full_or_taken_is_status_7(server, tmp_path, monkeypatch):
    page = gov_uk(server)
    with occupied(tmp_path):
        taken = run("home-office", "--page", page, to=tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 3})())
    full = run("home-office", "--page", page, to=tmp_path)
    (tmp_path / "file").write_text("")
    below_a_file = run("home-office", "--page", page, to=tmp_path / "file" / "folder")
    assert (taken.exit_code, full.exit_code, below_a_file.exit_code) == (7, 7, 7)
    assert "Another 'attrition fetch'" in taken.stderr
    assert "MB left. Free some room" in full.stderr
    assert "could not be written" in below_a_file.stderr


def test_a_terminal_sees_a_bar(server, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.cli.fetch.is_terminal", lambda _: True)
    page = police_uk(server)
    result = run("police-uk", "--page", page, to=tmp_path)
    assert result.exit_code == 0
    assert "2025-06.zip" in result.stderr


@pytest.mark.parametrize("source", ["home-office", "police-uk"])
def test_files_go_to_the_folder_of_their_source_unless_another_is_named(source):
    (option,) = [one for one in fetch.fetch.commands[source].params if one.name == "folder"]
    assert option.default == PROJECT / "data" / "cases" / source


def test_asking_for_help_opens_no_connection():
    code = (
        "import sys; from analysis.cli.main import main\n"
        "try: main(['fetch', 'home-office', '--help'])\n"
        "except SystemExit: print([name for name in ('requests', 'pandas', 'duckdb') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert ended.stdout.endswith("[]\n")
