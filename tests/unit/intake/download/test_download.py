"""Which files of a page are wanted, and a folder that is brought up to what the page offers, time after time."""

import hashlib
import json
import os
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import CouldNotWrite, DataRefused, ParameterError
from analysis.intake.download import download, landing, manifest, publications
from analysis.intake.download.landing import Link
from analysis.intake.download.manifest import Manifest
from analysis.intake.download.occupancy import occupied
from analysis.intake.download.partial import Partial
from analysis.intake.download.publications import Choice, Wanted
from analysis.intake.download.transfer import Line, Manners
from analysis.intake.files import listed
from tests.conftest import PROJECT
from tests.loopback import MONDAY, TUESDAY, Answer, Server, archive, version

PAGE = "https://www.gov.uk/government/statistical-data-sets/tables"
ASSETS = "https://assets.publishing.service.gov.uk/media"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as made:
        yield made


# The links of a page


def found(text, address=PAGE):
    return [(one.address, one.title) for one in landing.links(text, address)]


@pytest.mark.parametrize(
    ("text", "address", "title"),
    [
        ('<a href="/media/a.xlsx">A</a>', "https://www.gov.uk/media/a.xlsx", "A"),
        ('<a href="//x.org/a.xlsx#top">A</a>', "https://x.org/a.xlsx", "A"),
        ('<base href="https://x.org/b/"><a href="a.xlsx">A</a>', "https://x.org/b/a.xlsx", "A"),
        (
            "<a href='a.xlsx?x=1&amp;y=2'>Fire &amp; rescue&#8212;&pound;</a>",
            PAGE[:-6] + "a.xlsx?x=1&y=2",
            "Fire & rescue—£",
        ),
        (
            '<A HREF="/a.xlsx">\n Year&nbsp;ending\u200b <b>March\t2026</b>  </A>',
            "https://www.gov.uk/a.xlsx",
            "Year ending March 2026",
        ),
        (
            '<a href="/a.xlsx">\u200eYear\u3000ending\u2066 \ufe0fMarch\x7f2026</a>',
            "https://www.gov.uk/a.xlsx",
            "Year ending March 2026",
        ),
        ('<a href="/a.xlsx"><img alt="Cover of A"></a>', "https://www.gov.uk/a.xlsx", "Cover of A"),
        ('<a href="/a.xlsx" aria-label="A itself"></a>', "https://www.gov.uk/a.xlsx", "A itself"),
        ('<a href="/my file.xlsx">A', "https://www.gov.uk/my%20file.xlsx", "A"),
    ],
)
def test_a_link_is_read_as_the_page_means_it(text, address, title):
    assert found(text) == [(address, title)]


def test_a_file_that_is_linked_twice_is_one_under_its_fullest_title():
    text = (
        '<a href="/a.xlsx"><img alt=""></a>'
        '<a href="/b.xlsx">B</a><a href="/a.xlsx">A in full</a><a href="/a.xlsx">A</a>'
    )
    assert found(text) == [("https://www.gov.uk/a.xlsx", "A in full"), ("https://www.gov.uk/b.xlsx", "B")]


def test_a_link_that_is_never_closed_ends_where_the_next_begins():
    assert [title for _, title in found('<a href="/a.xlsx">A <a href="/b.xlsx">B</a> C')] == ["A", "B"]


@pytest.mark.parametrize("place", ["mailto:a@b", "javascript:x()", "ftp://x/a.xlsx", "file:///a.xlsx", "", "http://["])
def test_what_is_not_on_the_web_is_no_link(place):
    assert found(f'<a href="{place}">A</a>') == []


def test_a_link_in_a_script_or_a_comment_is_none():
    assert found('<script>"<a href=/a.xlsx>A</a>"</script><!-- <a href="/b.xlsx">B</a> -->') == []


def test_a_page_that_is_like_xml_or_short_as_an_address_is_read_without_a_warning():
    assert found('<?xml version="1.0"?><p><a href="/a.xlsx">A</a>') == [("https://www.gov.uk/a.xlsx", "A")]
    assert found("https://www.gov.uk/a.xlsx") == []


def test_a_declaration_that_no_parser_takes_is_refused_with_the_address():
    with pytest.raises(DataRefused, match=r"^https://www\.gov\.uk/.* holds a declaration that is no HTML\. Download"):
        found('<a href="/a.xlsx">A</a><![foo>')


@given(st.text().filter(lambda text: "<![" not in text))
def test_any_page_can_be_read(text):
    for one in landing.links(text, PAGE):
        assert one.address.startswith(("http://", "https://"))


@given(st.text(min_size=1, max_size=300))
def test_a_file_name_never_leads_out_of_its_folder(path):
    from urllib.parse import quote

    try:
        name = landing.file_name(Link(f"https://x.org/{quote(path)}.xlsx", ""))
    except DataRefused:
        return
    assert not set(name) & set("/\\\0: ")
    assert name.endswith(".xlsx")
    assert not name.startswith(".")
    assert len(name) <= 150


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://x/a/tables.xlsx?v=2", "tables.xlsx"),
        ("https://x/..%2F..%2Fetc%2Ftables.xlsx", "tables.xlsx"),
        ("https://x/..%5C..%5Ctables.xlsx", "tables.xlsx"),
        ("https://x/.hidden.xlsx", "hidden.xlsx"),
        ("https://x/my%20tables%00.xlsx", "my_tables_.xlsx"),
    ],
)
def test_a_file_name_is_made_safe(address, name):
    assert landing.file_name(Link(address, "")) == name


@pytest.mark.parametrize(
    "address", ["https://x/", "https://x/..", "https://x/.xlsx", "https://x/%2F", "https://x/tables"]
)
def test_a_file_without_a_name_is_refused(address):
    with pytest.raises(DataRefused, match="gives its file no name"):
        landing.file_name(Link(address, ""))


# Which are wanted

OUTCOMES = [
    Link(
        f"{ASSETS}/{year}/prc-outcomes-open-data-mar{year}-tables-230726.xlsx",
        f"Outcomes open data{',' if year > 2018 else ''} year ending March {year}",
    )
    for year in range(2015, 2027)
]
AREAS = Link(
    f"{ASSETS}/p/prc-pfa-mar2013-onwards-tables-230726.ods",
    "Police recorded crime open data Police Force Area tables, year ending March 2013 onwards",
)
SISTERS = {
    "prc-supplementary-crime-outcomes-metrics-230726.xlsx": "Supplementary crime outcomes metrics",
    "prc-outcomes-alternate-open-data-mar2017-to-mar2026-tables-230726.ods": (
        "Outcomes for alternate offences open data, year ending March 2017 to year ending March 2026"
    ),
    "prc-subcodes-drug-offences-mar2021-to-mar2026.ods": (
        "Police recorded crime subcodes for drugs offences, year ending March 2021 to year ending March 2026"
    ),
    "prc-firearms-outcomes-open-data-apr2024-to-mar2026-tables-230726.ods": (
        "Crime outcomes for offences involving firearms in England and Wales open data, April 2024 to March 2026"
    ),
    "prc-knives_or_sharps-outcomes-open-data-apr2024-to-mar2026-tables-230726.ods": (
        "Crime outcomes for offences involving knives or sharp instruments England and Wales open data"
    ),
    "recrime-geo-pfa.csv": "Recorded crime data geographical reference table",
    "prc-subcodes-vawg-offences-mar2021-mar2026-230726.ods": "Subcodes for selected VAWG offences",
    "prc-outcomes-open-data-mar2006-mar2014-tabs.ods": "Outcomes open data, 2006 to year ending March 2014",
    "prc-csp-mar2016-onwards-tables.ods": "Police recorded crime Community Safety Partnership open data tables",
    "user-guide.pdf": "User guide",
    "prc-outcomes-open-data-mar2026-domestic-abuse.xlsx": "Domestic abuse",
}
REST = [Link(f"{ASSETS}/s/{name}", title) for name, title in SISTERS.items()]
EVERYTHING = [*OUTCOMES, AREAS, *REST]


def chosen(links=EVERYTHING, *, wanted=(), recorded_crime=False):
    return publications.home_office(links, wanted=wanted, recorded_crime=recorded_crime)


def test_every_year_of_outcomes_is_wanted_and_nothing_else():
    choice = chosen()
    years = [f"outcomes {year}/{(year + 1) % 100:02d}" for year in range(2014, 2026)]
    assert [one.item for one in choice.wanted] == years
    assert [one.name for one in choice.wanted] == [link.name for link in OUTCOMES]
    assert len(choice.passed) == len(REST) + 1


def test_every_file_that_is_passed_over_is_named_with_the_reason():
    reasons = {one.title: one.reason for one in chosen().passed}
    assert all(reasons.values())
    for link in REST:
        assert str(link) in reasons
    by_name = {link.name: reasons[str(link)] for link in REST}
    assert "counted twice" in by_name["prc-outcomes-alternate-open-data-mar2017-to-mar2026-tables-230726.ods"]
    assert "several years" in by_name["prc-outcomes-open-data-mar2006-mar2014-tabs.ods"]
    assert "series" in by_name["prc-outcomes-open-data-mar2026-domestic-abuse.xlsx"]
    assert "--recorded-crime" in reasons[str(AREAS)]


def test_recorded_crime_is_wanted_when_it_is_asked_for():
    assert [one.item for one in chosen(wanted=("2024/25",), recorded_crime=True).wanted] == [
        "outcomes 2024/25",
        "recorded crime",
    ]


def test_years_that_are_named_are_the_only_ones():
    choice = chosen(wanted=("2023/24", "2024/25"))
    assert [one.item for one in choice.wanted] == ["outcomes 2023/24", "outcomes 2024/25"]
    assert sum(one.reason == "not one of the years asked for" for one in choice.passed) == 10


@pytest.mark.parametrize(
    "name", ["tables.xlsx", "prc-outcomes-open-data-march26-tabs.ods", "prc-outcomes-open-data-mar2026.xlsx"]
)
def test_a_file_is_known_by_its_name_or_by_its_title(name):
    odd = Link(f"{ASSETS}/1/{name}", "Outcomes open data, year ending March 2026 (revised)")
    assert chosen([odd]).wanted[0].item == "outcomes 2025/26"


@pytest.mark.parametrize(
    ("links", "wanted", "told"),
    [
        (EVERYTHING, ("2013/14",), r"no file of outcomes 2013/14\..*Outcomes open data, year ending March 2026"),
        ([*OUTCOMES[:3], *OUTCOMES[4:]], (), "no file of outcomes 2017/18"),
        ([*OUTCOMES, Link(f"{ASSETS}/x/new.ods", OUTCOMES[-1].title)], (), r"2 files of outcomes 2025/26\..*new\.ods"),
        ([Link(f"{ASSETS}/1/prc-outcomes-open-data-mar2025-tables.xlsx", OUTCOMES[-1].title)], (), "of two years"),
        (REST, (), "links no outcomes tables .* it links .*User guide.*--page"),
        ([], (), "it links no files at all.*--page"),
        ([Link(f"{ASSETS}/{one}/t.xlsx", OUTCOMES[one].title) for one in (0, 1)], (), r"Two files .* called t\.xlsx"),
    ],
)
def test_a_page_that_leaves_a_doubt_is_refused_with_what_was_seen(links, wanted, told):
    with pytest.raises(DataRefused, match=told):
        chosen(links, wanted=wanted)


def test_recorded_crime_that_is_not_there_is_refused():
    with pytest.raises(DataRefused, match="no file of recorded crime"):
        chosen(OUTCOMES, recorded_crime=True)


MONTHS = [
    Link(f"https://data.police.uk/data/archive/{month}.zip", month) for month in ("2025-06", "2025-05", "2022-06")
]
LATEST = Link("https://data.police.uk/data/archive/latest.zip", "latest")


def test_the_latest_archive_is_wanted_unless_months_are_named():
    assert [one.name for one in publications.police_uk([*MONTHS, LATEST], wanted=()).wanted] == ["2025-06.zip"]
    choice = publications.police_uk([*MONTHS, LATEST], wanted=("2022-06", "2025-06"))
    assert [one.name for one in choice.wanted] == ["2022-06.zip", "2025-06.zip"]
    assert {one.reason for one in choice.passed} == {"not asked for", "not the archive of a named month"}


def test_a_month_that_is_not_there_and_a_page_without_archives_are_refused():
    with pytest.raises(DataRefused, match=r"no file of archive 2020-01\. .*--months.*2025-06"):
        publications.police_uk(MONTHS, wanted=("2020-01",))
    with pytest.raises(DataRefused, match=r"links no archives .* it links latest.*--page"):
        publications.police_uk([LATEST], wanted=())


def test_years_and_months_are_read_as_they_are_written():
    assert publications.years("2024/25, 2023/24,2024/25") == ("2023/24", "2024/25")
    assert publications.years("all") == publications.months("latest") == ()
    assert publications.months("2025-06, 2022-06") == ("2022-06", "2025-06")


@pytest.mark.parametrize("text", ["2024", "2024-25", "2024/25 Q1", "2024/26", ""])
def test_what_is_not_a_financial_year_is_refused(text):
    with pytest.raises(ParameterError, match="2024/25"):
        publications.years(text)


@pytest.mark.parametrize("text", ["2025-13", "June 2025", "2025-06-01", "2025-06,"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ParameterError, match="Write it as 2025-06"):
        publications.months(text)


# A folder, time after time

NAME = "tables.xlsx"


class Silent:
    def began(self, name, size, *, done): ...
    def advanced(self, size): ...
    def told(self, text): ...


def brought_up(server, folder, *answers, name=NAME, path=None, tries=1):
    path = path or f"/media/{name}"
    if answers:
        server.put(path, *answers)
    choice = Choice((Wanted("outcomes 2024/25", name, "Outcomes", server.at(path)),), ())
    manners = Manners(tries=tries, sleep=lambda _: None, chunk=64, timeout=(5, 5))
    with Line(Silent(), agent="attrition/9.9", manners=manners) as line:
        [fate] = download.fetch(line, choice, folder, page="http://page")
    return fate


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {".fetch.lock"}


def kept(text, name=NAME):
    return f"superseded/{name}.{hashlib.sha256(archive(text)).hexdigest()[:12]}"


def test_a_file_is_fetched_with_its_record(server, tmp_path):
    folder = tmp_path / "new" / "folder"
    fate = brought_up(server, folder, version("one"))
    assert (fate.kind, files(folder)) == ("fetched", {NAME, "manifest.json"})
    assert (folder / NAME).read_bytes() == archive("one")
    held = json.loads((folder / "manifest.json").read_text())
    entry = held["files"][0]
    digest = hashlib.sha256(archive("one")).hexdigest()
    assert held["written_by"] == "attrition/9.9"
    assert entry.pop("fetched").endswith("+00:00")
    assert entry == {
        "item": "outcomes 2024/25",
        "name": NAME,
        "title": "Outcomes",
        "address": server.at(f"/media/{NAME}"),
        "reached": server.at(f"/media/{NAME}"),
        "page": "http://page",
        "size": len(archive("one")),
        "sha256": digest,
        "stamp": {"etag": '"one"', "modified": MONDAY, "size": len(archive("one"))},
    }


def test_a_file_that_has_not_changed_is_not_fetched_again(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    before = (tmp_path / "manifest.json").read_bytes()
    fate = brought_up(server, tmp_path)
    assert (fate.kind, fate.text) == ("already here", "unchanged on the server, checksum right")
    assert server.asked[1].headers["If-None-Match"] == '"one"'
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_a_file_that_changed_is_fetched_and_the_old_one_kept(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    fate = brought_up(server, tmp_path, version("two", modified=TUESDAY))
    assert (tmp_path / NAME).read_bytes() == archive("two")
    assert (tmp_path / kept("one")).read_bytes() == archive("one")
    assert f"published anew, kept as {kept('one')}" in fate.text
    (old,) = manifest.read(tmp_path).superseded
    assert (old.kept_as, old.reason, old.entry.stamp.etag) == (kept("one"), "published anew", '"one"')
    assert manifest.read(tmp_path).entries["outcomes 2024/25"].stamp.etag == '"two"'


def test_a_later_publication_under_another_name_takes_the_place_of_the_earlier(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    brought_up(server, tmp_path, version("two"), name="tables-2.xlsx")
    assert files(tmp_path) == {"tables-2.xlsx", "manifest.json", kept("one")}


def test_what_is_kept_aside_is_never_read_as_a_table(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    brought_up(server, tmp_path, version("two"))
    (tmp_path / "half.xlsx.part").write_bytes(b"half")
    assert listed([tmp_path], (".xlsx", ".ods", ".zip"), what="workbooks") == [(tmp_path / NAME).resolve()]


def test_the_same_bytes_under_a_new_mark_replace_nothing(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    fate = brought_up(server, tmp_path, version("one", etag='"moved"', modified=TUESDAY))
    assert "the same bytes as before" in fate.text
    assert files(tmp_path) == {NAME, "manifest.json"}
    assert manifest.read(tmp_path).entries["outcomes 2024/25"].stamp.etag == '"moved"'


def test_a_server_without_marks_is_asked_for_the_file_each_time(server, tmp_path):
    brought_up(server, tmp_path, Answer(archive("one")))
    assert "the same bytes" in brought_up(server, tmp_path).text


def test_a_damaged_file_is_fetched_again_and_kept_aside(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    (tmp_path / NAME).write_bytes(b"damaged")
    fate = brought_up(server, tmp_path)
    digest = hashlib.sha256(b"damaged").hexdigest()[:12]
    assert f"{NAME}: no longer the file that was fetched, kept as superseded/{NAME}.{digest}" in fate.text
    assert (tmp_path / f"superseded/{NAME}.{digest}").read_bytes() == b"damaged"
    assert (tmp_path / NAME).read_bytes() == archive("one")


def test_a_file_that_is_gone_is_fetched_again(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    (tmp_path / NAME).unlink()
    assert "which was gone" in brought_up(server, tmp_path).text
    assert files(tmp_path) == {NAME, "manifest.json"}


@pytest.mark.parametrize(("text", "aside"), [("other", True), ("one", False)])
def test_a_file_without_a_record_is_not_written_over(server, tmp_path, text, aside):
    (tmp_path / NAME).write_bytes(archive(text))
    brought_up(server, tmp_path, version("one"))
    assert (tmp_path / NAME).read_bytes() == archive("one")
    assert (tmp_path / kept("other")).exists() is aside
    assert [one.reason for one in manifest.read(tmp_path).superseded] == ["stood here without a record"] * aside


def test_a_stranger_under_the_name_of_a_later_publication_is_kept(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    (tmp_path / "tables-2.xlsx").write_bytes(archive("stranger"))
    brought_up(server, tmp_path, version("two"), name="tables-2.xlsx")
    assert files(tmp_path) == {"tables-2.xlsx", "manifest.json", kept("one"), kept("stranger", "tables-2.xlsx")}


def test_a_refused_file_leaves_what_was_there(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    fate = brought_up(server, tmp_path, Answer(b"no archive", etag='"two"'))
    assert fate.kind == "refused"
    assert (tmp_path / NAME).read_bytes() == archive("one")
    assert manifest.read(tmp_path).entries["outcomes 2024/25"].stamp.etag == '"one"'


def test_a_file_from_another_host_says_so(server, tmp_path):
    server.put("/there.xlsx", version("one"))
    there = server.at("/there.xlsx", host="localhost")
    fate = brought_up(server, tmp_path, Answer(status=302, headers={"Location": there}))
    assert f"from localhost:{server.port}" in fate.text
    assert manifest.read(tmp_path).entries["outcomes 2024/25"].reached == there


STEPS = ["intend", "finish", "write", "discard"]


@pytest.fixture
def stopped(monkeypatch):
    """Runs something that is stopped just before one of its steps, as a kill would."""

    def run(step, action):
        where = manifest if step == "write" else Partial
        real = getattr(where, step)

        def stop(first, *rest, **more):
            if step != "discard" or first.intended():
                raise KeyboardInterrupt
            return real(first, *rest, **more)

        with monkeypatch.context() as stopping:
            stopping.setattr(where, step, stop)
            with pytest.raises(KeyboardInterrupt):
                action()

    return run


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("old", "name"),
    [(archive("one"), NAME), (archive("one"), "tables-2.xlsx"), (b"damaged", NAME), (b"damaged", "tables-2.xlsx")],
)
def test_stopped_before_any_step_the_next_run_ends_as_if_it_had_not_been(server, tmp_path, stopped, *, step, old, name):
    brought_up(server, tmp_path, version("one"))
    (tmp_path / NAME).write_bytes(old)
    stopped(step, lambda: brought_up(server, tmp_path, version("two"), name=name))
    manifest.read(tmp_path)
    brought_up(server, tmp_path, name=name)
    if step in ("intend", "finish"):  # all of it had come: nothing is sent twice
        assert server.asked[-1].headers["Range"] == f"bytes={len(archive('two'))}-"
    aside = f"superseded/{NAME}.{hashlib.sha256(old).hexdigest()[:12]}"
    assert files(tmp_path) == {name, "manifest.json", aside}
    held = manifest.read(tmp_path)
    assert [one.kept_as for one in held.superseded] == [aside]
    assert held.entries["outcomes 2024/25"].sha256 == hashlib.sha256(archive("two")).hexdigest()
    assert brought_up(server, tmp_path, name=name).kind == "already here"


def test_what_was_meant_to_be_set_aside_and_was_not_is_not_recorded(server, tmp_path, monkeypatch):
    brought_up(server, tmp_path, version("one"))
    with monkeypatch.context() as stopping:
        stopping.setattr(download, "_move_aside", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            brought_up(server, tmp_path, version("two"))
    assert brought_up(server, tmp_path, version("one")).kind == "already here"
    assert manifest.read(tmp_path).superseded == ()
    assert files(tmp_path) == {NAME, "manifest.json"}


def test_a_run_that_is_killed_in_the_middle_leaves_a_manifest_and_a_part(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    brought_up(server, tmp_path, version("two", breaks_after=1000))
    assert files(tmp_path) == {NAME, "manifest.json", f"{NAME}.part", f"{NAME}.part.json"}
    brought_up(server, tmp_path, version("two"))
    assert "Range" in server.asked[-1].headers
    assert (tmp_path / NAME).read_bytes() == archive("two")


def test_a_part_of_what_the_server_took_back_is_thrown_away(server, tmp_path):
    brought_up(server, tmp_path, version("one"))
    brought_up(server, tmp_path, version("two", breaks_after=1000))
    assert brought_up(server, tmp_path, version("one")).kind == "already here"
    assert files(tmp_path) == {NAME, "manifest.json"}


def test_one_refused_file_does_not_stop_the_rest(server, tmp_path):
    server.put("/b.xlsx", version("b"))
    wanted = tuple(Wanted(f"outcomes {one}", f"{one}.xlsx", one, server.at(f"/{one}.xlsx")) for one in "ab")
    with Line(Silent(), agent="a") as line:
        fates = list(download.fetch(line, Choice(wanted, ()), tmp_path, page="http://page"))
    assert [fate.kind for fate in fates] == ["refused", "fetched"]


# Manifest and lock


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "another"}', '{"schema": "attrition downloads 1", "files": [{}]}']
)
def test_a_manifest_of_another_make_is_not_written_over(server, tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataRefused, match="not a manifest that 'attrition fetch' wrote"):
        brought_up(server, tmp_path, version("one"))
    assert (tmp_path / "manifest.json").read_text() == text


def test_a_manifest_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    manifest.write(Manifest(), tmp_path, by="before")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CouldNotWrite, match="No space left on device"):
        manifest.write(Manifest(), tmp_path, by="after")
    assert json.loads((tmp_path / "manifest.json").read_text())["written_by"] == "before"
    assert files(tmp_path) == {"manifest.json"}


def test_a_folder_is_one_downloads_at_a_time(tmp_path):
    told = f"process {os.getpid()}.* is writing into {tmp_path}"
    with occupied(tmp_path), pytest.raises(CouldNotWrite, match=told), occupied(tmp_path):
        pass
    with occupied(tmp_path):
        pass


def test_a_lock_of_a_dead_process_does_not_count(tmp_path):
    code = (
        "import sys, pathlib\nfrom analysis.intake.download.occupancy import occupied\n"
        f"with occupied(pathlib.Path({str(tmp_path)!r})):\n print('held', flush=True)\n sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CouldNotWrite, match=f"process {holder.pid}"), occupied(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
    with occupied(tmp_path):
        pass
