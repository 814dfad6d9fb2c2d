"""One address to one part of a file, from a server that breaks off, refuses, asks for patience and changes its mind."""

import gzip
import hashlib
import http.client
import tracemalloc

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import CouldNotWrite, DataRefused
from analysis.intake.download import transfer
from analysis.intake.download.manifest import Stamp
from analysis.intake.download.partial import Partial
from analysis.intake.download.transfer import Line, Manners
from tests.conftest import examples
from tests.loopback import MONDAY, TUESDAY, Answer, Server, archive, version

WHOLE = archive("2024/25")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as made:
        yield made


class Onlooker:
    def __init__(self):
        self.lines, self.came = [], []

    def began(self, name, size, *, done):
        self.came.append((name, size, done))

    def advanced(self, size):
        self.came[-1] = (*self.came[-1][:2], self.came[-1][2] + size)

    def told(self, text):
        self.lines.append(text)


class Waits(list):
    """Where a line would sleep: notes how long."""


def line(onlooker=None, *, waits=None, **manners):
    waits = Waits() if waits is None else waits
    settings = {"sleep": waits.append, "chunk": 64, "timeout": (5, 5), **manners}
    return Line(onlooker or Onlooker(), agent="attrition/9.9", manners=Manners(**settings))


def fetch(server, folder, *answers, waits=None, known=None, onlooker=None, **manners):
    address = server.put("/media/tables.xlsx", *answers)
    with line(onlooker, waits=waits, **manners) as one:
        return one.download(address, Partial(folder, "tables.xlsx"), stamp_before=known)


def part(folder):
    return (folder / "tables.xlsx.part").read_bytes()


def test_a_whole_file_comes_with_its_checksum_and_marks(server, tmp_path):
    taken = fetch(server, tmp_path, version("2024/25", etag='"a"'))
    assert part(tmp_path) == WHOLE
    assert taken.sha256 == hashlib.sha256(WHOLE).hexdigest()
    assert (taken.size, taken.stamp) == (len(WHOLE), Stamp('"a"', MONDAY, len(WHOLE)))


def test_the_server_is_told_who_asks(server, tmp_path):
    fetch(server, tmp_path, version("2024/25"))
    assert server.asked[0].headers["User-Agent"].startswith("attrition/9.9 (")
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


def test_what_came_is_told_while_it_comes(server, tmp_path):
    onlooker = Onlooker()
    fetch(server, tmp_path, version("2024/25"), onlooker=onlooker)
    assert onlooker.came == [("tables.xlsx", len(WHOLE), len(WHOLE))]


@pytest.mark.parametrize("mark", [{"etag": '"a"'}, {"modified": MONDAY}, {"etag": 'W/"a"', "modified": MONDAY}])
def test_what_broke_off_is_taken_up_where_it_was(server, tmp_path, mark):
    whole = Answer(WHOLE, **mark)
    fetch(server, tmp_path, Answer(WHOLE, breaks_after=1000, **mark), whole)
    assert part(tmp_path) == WHOLE
    second = server.asked[1].headers
    assert 0 < int(second["Range"].removeprefix("bytes=").removesuffix("-")) <= 1000
    assert second["If-Range"] == (MONDAY if mark.get("etag", "W/").startswith("W/") else '"a"')


def test_a_run_that_was_stopped_is_taken_up_by_the_next(server, tmp_path):
    with pytest.raises(DataRefused, match="taken up where it broke off"):
        fetch(server, tmp_path, version("2024/25", breaks_after=1000), tries=1)
    kept = len(part(tmp_path))
    taken = fetch(server, tmp_path, version("2024/25"))
    assert server.asked[-1].headers["Range"] == f"bytes={kept}-"
    assert (part(tmp_path), taken.sha256) == (WHOLE, hashlib.sha256(WHOLE).hexdigest())


@settings(examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(WHOLE)), max_size=4), chunk=st.integers(1, 700), chunked=st.booleans())
def test_breaking_off_anywhere_gives_the_same_bytes(server, tmp_path_factory, cuts, chunk, chunked):
    folder = tmp_path_factory.mktemp("cut")
    broken = [version("2024/25", breaks_after=cut, is_chunked=chunked) for cut in cuts]
    taken = fetch(server, folder, *broken, version("2024/25", is_chunked=chunked), chunk=chunk)
    assert part(folder) == WHOLE
    assert taken.sha256 == hashlib.sha256(WHOLE).hexdigest()


def test_a_server_that_ignores_ranges_is_read_from_the_start(server, tmp_path):
    fetch(server, tmp_path, version("2024/25", breaks_after=1000), version("2024/25", keeps_ranges=False))
    assert "Range" in server.asked[1].headers
    assert (part(tmp_path), len(server.asked)) == (WHOLE, 2)


def test_a_file_without_marks_is_begun_again(server, tmp_path):
    fetch(server, tmp_path, Answer(WHOLE, breaks_after=1000), Answer(WHOLE))
    assert "Range" not in server.asked[1].headers
    assert part(tmp_path) == WHOLE


def test_a_file_that_changed_between_two_tries_is_not_pieced_together(server, tmp_path):
    fetch(server, tmp_path, version("2024/25", breaks_after=1000), version("2025/26", modified=TUESDAY))
    assert part(tmp_path) == archive("2025/26")


def test_a_server_that_gives_the_rest_of_another_version_is_asked_again(server, tmp_path):
    other = archive("2025/26")
    liar = Answer(other[960:], 206, etag='"b"', headers={"Content-Range": f"bytes 960-{len(other) - 1}/{len(other)}"})
    fetch(server, tmp_path, version("2024/25", breaks_after=1000), liar, version("2025/26"))
    assert part(tmp_path) == other
    assert "Range" not in server.asked[2].headers


def test_pieces_that_do_not_fit_are_begun_again(server, tmp_path):
    same = {"etag": '"a"', "modified": MONDAY}
    damaged = bytearray(WHOLE)
    damaged[1500] ^= 255
    fetch(
        server,
        tmp_path,
        Answer(WHOLE, breaks_after=1000, **same),
        Answer(bytes(damaged), **same),
        Answer(WHOLE, **same),
    )
    assert part(tmp_path) == WHOLE


def test_a_part_that_is_all_of_it_needs_no_more(server, tmp_path):
    with pytest.raises(DataRefused):
        fetch(server, tmp_path, version("2024/25", length=len(WHOLE) + 100), tries=1)
    taken = fetch(server, tmp_path, version("2024/25"))
    assert (part(tmp_path), taken.size) == (WHOLE, len(WHOLE))


def test_a_length_that_is_too_long_is_a_body_that_broke_off(server, tmp_path):
    waits = Waits()
    fetch(server, tmp_path, version("2024/25", length=len(WHOLE) + 100), version("2024/25"), waits=waits)
    assert part(tmp_path) == WHOLE
    assert waits == [2.0]


def test_a_length_that_is_too_short_leaves_no_whole_file(server, tmp_path):
    with pytest.raises(DataRefused, match=r"no whole archive: cut short or damaged.*download it in a browser"):
        fetch(server, tmp_path, version("2024/25", length=len(WHOLE) - 100))
    assert not list(tmp_path.iterdir())


def test_a_web_page_in_the_place_of_a_file_is_told_as_one(server, tmp_path):
    with pytest.raises(DataRefused, match="what the server sent is a web page"):
        fetch(server, tmp_path, Answer(b"<!DOCTYPE html><title>Sign in</title>"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_patience_is_given_it(server, tmp_path, status):
    waits, onlooker = Waits(), Onlooker()
    busy = Answer(status=status, headers={"Retry-After": "37"})
    fetch(server, tmp_path, busy, version("2024/25"), waits=waits, onlooker=onlooker)
    assert waits == [37.0]
    assert onlooker.lines == [f"127.0.0.1:{server.port}: status {status}; trying again in 37 s"]


@pytest.mark.parametrize("said", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-3", "", "Wed, 21 Oct 2015 07:28:00 -0000"])
def test_a_wait_that_is_past_or_no_time_is_the_ordinary_one(server, tmp_path, said):
    waits = Waits()
    fetch(server, tmp_path, Answer(status=503, headers={"Retry-After": said}), version("2024/25"), waits=waits)
    assert waits == [2.0]


def test_a_server_that_asks_for_an_hour_is_left_alone(server, tmp_path):
    waits = Waits()
    with pytest.raises(DataRefused, match="asks to be left alone for 3,600 s"):
        fetch(server, tmp_path, Answer(status=429, headers={"Retry-After": "3600"}), waits=waits)
    assert waits == []


def test_waits_grow_and_end(server, tmp_path):
    waits = Waits()
    with pytest.raises(DataRefused, match=r"status 503; given up after 6 tries\. Run the command again later"):
        fetch(server, tmp_path, Answer(status=503), waits=waits)
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0]
    assert len(server.asked) == 6


def test_a_try_that_brought_much_is_not_counted(server, tmp_path):
    cuts = [version("2024/25", breaks_after=200) for _ in range(8)]
    waits = Waits()
    fetch(server, tmp_path, *cuts, version("2024/25"), waits=waits, gain=100, tries=2)
    assert (part(tmp_path), waits) == (WHOLE, [2.0] * 8)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (403, r"may refuse automated requests: download in a browser"),
        (404, r"It has moved.*--page"),
        (410, "withdrawn"),
    ],
)
def test_what_will_not_mend_is_told_at_once(server, tmp_path, status, told):
    with pytest.raises(DataRefused, match=f"tables.xlsx: status {status}.*{told}"):
        fetch(server, tmp_path, Answer(status=status))
    assert len(server.asked) == 1


def test_a_piece_that_ends_before_the_rest_does_is_followed_by_the_next(server, tmp_path):
    told = {"Content-Range": f"bytes 960-1499/{len(WHOLE)}"}
    short = Answer(WHOLE[960:1500], 206, etag='"2024/25"', headers=told)
    fetch(server, tmp_path, version("2024/25", breaks_after=1000), short, version("2024/25"))
    assert (part(tmp_path), server.asked[2].headers["Range"]) == (WHOLE, "bytes=1500-")


def answered(**headers):
    answer = requests.Response()
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


@pytest.fixture
def hundred(tmp_path):
    """A hundred bytes of version "a", of two hundred."""
    partial = Partial(tmp_path, "tables.xlsx")
    partial.begin("http://x", Stamp('"a"', MONDAY, 200))
    with partial.growing() as add:
        add(b"x" * 100)
    return partial


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": "bytes 0-199/200"},
        {"Content_Range": "bytes 99-199/200"},
        {"Content_Range": "octets 100-199/200"},
        {},
        {"Content_Range": "bytes 100-199/200", "ETag": '"b"'},
        {"Content_Range": "bytes 100-199/200", "ETag": '"b"', "Last_Modified": MONDAY},
    ],
)
def test_what_is_not_the_rest_of_this_version_is_never_added(hundred, headers):
    with pytest.raises(transfer.Broke):
        transfer._continued(answered(**headers), hundred, hundred.stamp_at("http://x"))
    assert hundred.size == 0


@pytest.mark.parametrize("total", ["200", "*"])
def test_the_rest_of_this_version_is_added(hundred, total):
    told = answered(Content_Range=f"bytes 100-199/{total}", ETag='"a"')
    assert transfer._continued(told, hundred, hundred.stamp_at("http://x")).size == 200


@pytest.mark.parametrize("headers", [{"Content_Range": "bytes */200"}, {}])
def test_a_server_that_has_no_more_though_more_is_missing_is_begun_again(hundred, headers):
    with pytest.raises(transfer.Broke):
        transfer._check_rest(answered(**headers), hundred, hundred.stamp_at("http://x"))
    assert hundred.size == 0


def test_a_member_whose_head_is_damaged_makes_no_whole_archive(server, tmp_path):
    with pytest.raises(DataRefused, match="cut short or damaged"):
        fetch(server, tmp_path, Answer(b"\0\0" + WHOLE[2:], etag='"a"'))


def test_a_piece_that_was_not_asked_for_is_not_taken_for_the_whole(server, tmp_path):
    piece = Answer(WHOLE[500:], 206, etag='"a"', headers={"Content-Range": f"bytes 500-{len(WHOLE) - 1}/{len(WHOLE)}"})
    fetch(server, tmp_path, piece, version("2024/25"))
    assert part(tmp_path) == WHOLE


def test_a_connection_that_is_not_secure_is_told_at_once(server, tmp_path):
    waits = Waits()
    with line(waits=waits) as one, pytest.raises(DataRefused, match="no secure connection"):
        one.download(f"https://127.0.0.1:{server.port}/x.xlsx", Partial(tmp_path, "x.xlsx"))
    assert waits == []


def test_an_answer_that_came_without_encryption_is_refused():
    answer = requests.Response()
    answer.url, answer.status_code = "http://www.gov.uk/x.xlsx", 200
    with pytest.raises(DataRefused, match="leads on to http://.* without encryption"):
        transfer._check_answer(answer, "https://www.gov.uk/x.xlsx")


def test_memory_does_not_grow_with_the_file(server, tmp_path):
    body = archive("large", size=48 << 20)
    tracemalloc.start()
    try:
        fetch(
            server, tmp_path, Answer(body, etag='"a"', breaks_after=20 << 20), Answer(body, etag='"a"'), chunk=1 << 18
        )
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert (tmp_path / "tables.xlsx.part").stat().st_size == len(body)


def test_no_answer_in_time_is_tried_again(server, tmp_path):
    waits = Waits()
    fetch(server, tmp_path, Answer(holds=True), version("2024/25"), waits=waits, timeout=(5, 0.2))
    assert (part(tmp_path), waits) == (WHOLE, [2.0])


def test_no_connection_is_tried_again_and_told(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as gone:
        address = gone.at("/x.xlsx")
    waits = Waits()
    with line(waits=waits, tries=3) as one, pytest.raises(DataRefused, match="no connection; given up after 3 tries"):
        one.download(address, Partial(tmp_path, "x.xlsx"))
    assert waits == [2.0, 4.0]


def test_a_known_version_is_not_sent_again(server, tmp_path):
    known = Stamp('"2024/25"', MONDAY, len(WHOLE))
    assert fetch(server, tmp_path, version("2024/25"), known=known) is None
    assert server.asked[0].headers["If-None-Match"] == '"2024/25"'
    assert not list(tmp_path.iterdir())


def test_a_server_that_knows_no_conditions_is_believed_by_its_marks(server, tmp_path, monkeypatch):
    known = Stamp('"a"', MONDAY, len(WHOLE))
    monkeypatch.setattr("analysis.intake.download.transfer._conditions", lambda *_: {})
    assert fetch(server, tmp_path, version("2024/25", etag='"a"'), known=known) is None
    assert (
        fetch(server, tmp_path, version("2025/26"), known=known).sha256
        == hashlib.sha256(archive("2025/26")).hexdigest()
    )


def test_a_disk_that_is_too_small_is_told_before_anything_comes(server, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 100})())
    with pytest.raises(CouldNotWrite, match="needs 0 MB and .* has 0 MB left"):
        fetch(server, tmp_path, version("2024/25"))
    assert not (tmp_path / "tables.xlsx.part").exists()


def test_only_what_is_still_to_come_needs_room(server, tmp_path, monkeypatch):
    with pytest.raises(DataRefused):
        fetch(server, tmp_path, version("2024/25", breaks_after=2000), tries=1)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": len(WHOLE) - 1500})())
    assert fetch(server, tmp_path, version("2024/25")).size == len(WHOLE)


def test_a_redirect_is_followed_and_recorded(server, tmp_path):
    there = server.at("/there.xlsx", host="localhost")
    server.put("/there.xlsx", version("2024/25"))
    assert fetch(server, tmp_path, Answer(status=302, headers={"Location": there})).reached == there


@pytest.mark.parametrize("place", ["ftp://127.0.0.1/x", "file:///etc/passwd", "/media/tables.xlsx"])
def test_a_redirect_off_the_web_or_in_a_circle_is_refused(server, tmp_path, place):
    with pytest.raises(DataRefused, match="cannot be asked for"):
        fetch(server, tmp_path, Answer(status=302, headers={"Location": place}))
    assert not list(tmp_path.iterdir())


def test_a_body_that_comes_packed_is_unpacked_and_has_no_length_to_keep(server, tmp_path):
    import gzip

    packed = Answer(gzip.compress(WHOLE), headers={"Content-Encoding": "gzip"}, etag='"a"')
    taken = fetch(server, tmp_path, packed)
    assert (part(tmp_path), taken.stamp.size) == (WHOLE, None)


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_body_that_does_not_end_is_refused_and_not_kept(server, tmp_path, is_chunked):
    """A length that is said is refused before anything comes, one that is not once it has come so far."""
    endless = Answer(bytes(200_000), etag='"a"', is_chunked=is_chunked)
    with pytest.raises(DataRefused, match="is longer than any file that is published here: over 50,000 bytes"):
        fetch(server, tmp_path, endless, largest=50_000)
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_breaks_off_again_and_again_comes_to_an_end(server, tmp_path):
    pieces = [Answer(bytes(200_000), etag='"a"', is_chunked=True, breaks_after=30_000)]
    with pytest.raises(DataRefused, match="is longer than any file"):
        fetch(server, tmp_path, *pieces, largest=50_000, gain=10_000)
    assert list(tmp_path.iterdir()) == []


def test_a_packed_body_is_measured_unpacked(server, tmp_path):
    packed = Answer(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(DataRefused, match="is longer than any file"):
        fetch(server, tmp_path, packed, largest=1_000_000)
    assert list(tmp_path.iterdir()) == []


def test_what_is_on_the_way_can_be_read_by_nobody_as_a_table(tmp_path):
    partial = Partial(tmp_path, "tables.xlsx")
    partial.begin("http://x", Stamp('"a"'))
    assert {path.suffix for path in tmp_path.iterdir()} == {".json"}
    assert (partial.path.name, partial.stamp_at("http://y")) == ("tables.xlsx.part", Stamp())


@pytest.mark.parametrize("notes", ["", "[]", "{}", '{"address": "http://x"}', '{"address": "http://x", "stamp": 3}'])
def test_notes_that_say_nothing_begin_again(tmp_path, notes):
    partial = Partial(tmp_path, "tables.xlsx")
    partial.notes.write_text(notes)
    assert partial.stamp_at("http://x") == Stamp()
    assert partial.intended() is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Stamp('"a"', "", 5), Stamp('"a"', "", 5), True),
        (Stamp('"a"', "", 5), Stamp('"a"', "", 6), False),
        (Stamp('W/"a"', MONDAY, 5), Stamp('"a"', TUESDAY, 5), True),
        (Stamp('"a"', MONDAY, 5), Stamp('"b"', MONDAY, 5), False),
        (Stamp("", MONDAY, 5), Stamp('"b"', MONDAY, 5), True),
        (Stamp("", MONDAY, None), Stamp("", MONDAY, 5), True),
        (Stamp("", "", 5), Stamp("", "", 5), False),
    ],
)
def test_two_marks_are_of_one_version_only_when_that_is_sure(one, other, same):
    assert one.is_same(other) is other.is_same(one) is same


def test_the_server_of_the_tests_speaks_http(server):
    server.put("/x", Answer(b"held", kind="text/plain"))
    asked = http.client.HTTPConnection("127.0.0.1", server.port)
    asked.request("GET", "/x")
    assert asked.getresponse().read() == b"held"
    asked.close()
