"""Who publishes, from reports.toml: read strictly, found where it is said to be, with a logo that only draws."""

import base64
import struct
import zlib

import pytest

from analysis.errors import ParameterError
from analysis.publishing.about import logos, publisher
from analysis.reference import reference

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#12436d"/></svg>'


def png(width=1, height=1):
    """A PNG of one grey."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"".join(b"\x00" + b"\x80" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def written(folder, text, **files):
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content if isinstance(content, bytes) else content.encode())
    path = folder / "reports.toml"
    path.write_text(text)
    return path


def test_all_that_it_may_say(tmp_path):
    text = (
        'name = "Example Office"\naddress = "ask@example.org"\nlogo = "logo.svg"\nsite = "https://example.org/some"\n'
    )
    told = publisher.read(written(tmp_path, text, logo_svg=SVG))
    assert (told.name, told.address, told.site) == ("Example Office", "ask@example.org", "https://example.org/some/")
    assert base64.b64decode(told.logo.address.removeprefix("data:image/svg+xml;base64,")).decode() == SVG
    assert told.page("a b/report.html") == "https://example.org/some/a%20b/report.html"
    assert set(told.entry) == {"name", "address", "site", "logo"}
    assert len(told.entry["logo"]) == 64


def test_without_a_file_nobody_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "PROJECT", tmp_path / "project")
    assert publisher.found() == publisher.NOBODY
    assert publisher.NOBODY.entry == {}
    assert publisher.NOBODY.page("index.html") == ""


def test_the_file_that_is_named_comes_before_that_of_the_batch_and_that_before_the_projects(tmp_path, monkeypatch):
    places = [tmp_path / name for name in ("project", "batches", "named")]
    for place in places:
        place.mkdir()
        written(place, f'name = "{place.name}"')
    monkeypatch.setattr(reference, "PROJECT", places[0])
    assert publisher.found().name == "project"
    assert publisher.found(beside=places[1]).name == "batches"
    assert publisher.found(beside=tmp_path).name == "project"
    assert publisher.found(places[2] / "reports.toml", beside=places[1]).name == "named"
    with pytest.raises(ParameterError, match="gone.toml is no file"):
        publisher.found(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('nmae = "A"', "line 1: 'nmae' is no key of reports.toml. Did you mean 'name'?"),
        ('name = "A"\n\nname = "B"', "line 3: a key stands twice"),
        ("name = 7", "line 1: 'name' must be a text"),
        ('name = "  "', "line 1: 'name' must be a text"),
        (f'name = "{"x" * 201}"', "at most 200 characters"),
        ('name = "A\\u202eB"', "line 1: 'name' must be one line"),
        ('address = "ask@example.org"', "line 1: 'address' is somebody's: add name"),
        ('name = "A"\naddress = "the third floor"', "line 2: 'address' must be an e-mail address or a page"),
        ('name = "A"\naddress = "javascript:alert(1)"', "line 2: 'address' must be"),
        ('site = "example.org"', "line 1: 'site' must be where the folder of reports is served"),
        ('site = "https://me:secret@example.org/"', "line 1: 'site' must be"),
        ('site = "https://example.org/?a=1"', "line 1: 'site' must be"),
        ('name = "A"\nlogo = "gone.png"', "line 2: gone.png cannot be read"),
        ("[publisher]\nname = 'A'", "line 1: 'publisher' is no key"),
    ],
)
def test_what_it_may_not_say_is_refused_with_its_line(tmp_path, text, told):
    with pytest.raises(ParameterError) as refused:
        publisher.read(written(tmp_path, text))
    assert "reports.toml, " in str(refused.value)
    assert told in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.png", png()[:-20], "is damaged"),
        ("logo.png", png(4001, 1), "has 4001 by 1 pixels"),
        ("logo.png", png() + b"\0" * logos.LARGEST, "more than 64 KiB"),
        ("logo.png", b"GIF89a", "is neither PNG nor SVG"),
        ("logo.svg", "<html/>", "is XML and no SVG"),
        ("logo.svg", SVG.replace(' viewBox="0 0 9 9"', ""), "does not say its size"),
        ("logo.svg", SVG.replace("<path", "<script>alert(1)</script><path"), "holds <script>"),
        ("logo.svg", SVG.replace("<path", "<foreignObject/><path"), "holds <foreignObject>"),
        ("logo.svg", SVG.replace("<path", '<path onload="a()"'), "holds a script ('onload')"),
        ("logo.svg", SVG.replace("<path", '<use href="https://example.org/a.svg"/><path'), "leads out of itself"),
        ("logo.svg", SVG.replace("#12436d", "url(https://example.org/a)"), "loads something ('fill')"),
        ("logo.svg", SVG.replace("<path", "<style>@import 'a.css';</style><path"), "in its style sheet"),
        ("logo.svg", f'<!DOCTYPE svg [<!ENTITY a "a">]>{SVG}', "document type"),
    ],
)
def test_a_logo_that_is_no_picture_or_does_more_than_draw_is_refused(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(logos.NoLogo, match=name) as refused:
        logos.read(tmp_path / name)
    assert told in str(refused.value)


def test_a_logo_that_draws_with_its_own_parts_is_taken_as_it_is(tmp_path):
    for name, content in (("a.png", png(3, 2)), ("a.svg", SVG.replace("#12436d", "url(#own)").encode())):
        (tmp_path / name).write_bytes(content)
        read = logos.read(tmp_path / name)
        assert (read.kind, read.content) == (name[-3:], content)


def test_all_mistakes_of_the_file_are_told_in_one_go(tmp_path):
    path = tmp_path / "reports.toml"
    path.write_text('nam = "X"\naddress = "nobody"\nlogo = "no.png"\nsite = "ftp://x"\n')
    with pytest.raises(ParameterError) as refused:
        publisher.read(path)
    head, *told = str(refused.value).splitlines()
    assert head == "reports.toml has 4 mistakes."
    said = ["line 1: 'nam' is no key", "line 2: 'address' must", "line 3: no.png cannot", "line 4: 'site' must"]
    assert [line.strip().startswith(start) for line, start in zip(told, said, strict=True)] == [True] * 4
