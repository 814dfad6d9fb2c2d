"""Whatever a file holds, it is read or refused: no other error comes out, and no message holds a value of a row.

``ATTRITION_FUZZ=20000 pytest tests/properties/test_hostile_files.py`` tries that many inputs of each target.
"""

import io
import json
import signal
import subprocess
import sys
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake import workbooks
from analysis.intake.case_files import drafting, faults
from analysis.intake.case_files import mapping as mapping_file
from analysis.intake.case_files.cases import _CaseTask
from analysis.publishing.batch import file
from analysis.publishing.notebooks import notebooks, rules
from tests.broken.desk import HEADER, MAPPING
from tests.conftest import PROJECT
from tests.hostile import FUZZ, SECRET, TRIED, answered, broken

pytestmark = pytest.mark.filterwarnings(  # a file is too long to be shown; a cell that is no Python may be nearly so
    "ignore::hypothesis.errors.HypothesisWarning",
    "ignore::FutureWarning",
    "ignore::UserWarning",
    "ignore::SyntaxWarning",
    "ignore::DeprecationWarning",
)
ALL = faults.allowed_bits(sorted(faults.FAULTS))
DAYS = [n % 28 + 1 for n in range(40)]
ROWS = [
    (f"{SECRET}{n}", "Kent", "8Q", f"{day:02}/01/2024", "Withdrew", f"{day:02}/02/2024", "FM"[n % 2], f"{SECRET} {n}")
    for n, day in enumerate(DAYS)
]
CSV = "\r\n".join(",".join(row) for row in (HEADER, *ROWS)).encode()
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "mapping.toml").write_text(MAPPING)
    return folder


@pytest.fixture(scope="module")
def mapping(place):
    return mapping_file.read(place / "mapping.toml")


def read(path, mapping):
    """A case file read by a mapping, strictly and with every fault allowed, and a mapping drafted from it."""
    for allowed in (0, ALL):
        answered(_CaseTask((path,), mapping, allowed, noted=(path,)).read)
    text = answered(drafting.drafted, path)
    if text is not None:
        assert SECRET not in text


def written(place, name, content):
    path = place / name
    path.write_bytes(content)
    return path


@FUZZ
@given(content=broken(CSV), codec=st.sampled_from(CODECS))
def test_csv(place, mapping, content, codec):
    text = content.decode("utf-8", errors="replace").encode(codec, errors="replace") if codec != "utf-8" else content
    read(written(place, "cases.csv", text), mapping)


def archive(members, kind=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as held:
        for name, content in members.items():
            held.writestr(name, content)
    return out.getvalue()


ZIPS = [
    archive({"a/cases.csv": CSV, "b/käses.csv": CSV[:900], "c.md": b"x"}, kind)
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
]


@FUZZ
@given(content=st.sampled_from(ZIPS).flatmap(broken))
def test_archives_of_csv(place, mapping, content):
    read(written(place, "cases.zip", content), mapping)


def parquet(table):
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


TABLE = pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(HEADER)})
KINDS = (
    pa.int64(),
    pa.float64(),
    pa.bool_(),
    pa.binary(),
    pa.date32(),
    pa.timestamp("us"),
    pa.timestamp("ns", tz="UTC"),
    pa.time64("us"),
    pa.duration("s"),
    pa.decimal128(38, 10),
    pa.list_(pa.string()),
    pa.null(),
    pa.large_string(),
    pa.dictionary(pa.int32(), pa.string()),
    pa.struct([("a", pa.string())]),
    pa.float16(),
    pa.uint64(),
)


@FUZZ
@given(content=broken(parquet(TABLE)))
def test_parquet(place, mapping, content):
    read(written(place, "cases.parquet", content), mapping)


@st.composite
def typed(draw):
    """A table whose columns are of any kind."""
    columns = {}
    for name in HEADER:
        kind = draw(st.sampled_from((None, *KINDS)))
        if kind is None:
            columns[name] = TABLE[name]
            continue
        one = draw(st.sampled_from((0, 1, -1, 2**62, 1.5, float("nan"), float("inf"), SECRET, b"\xff\0", None, True)))
        try:
            columns[name] = pa.array([f"{one}{n}" if one == SECRET else one for n in range(39)] + [None], kind)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            columns[name] = pa.nulls(40, kind)
    return columns


@FUZZ
@given(columns=typed())
def test_parquet_of_any_kind(place, mapping, columns):
    try:
        content = parquet(pa.table(columns))
    except pa.ArrowException:
        return
    read(written(place, "typed.parquet", content), mapping)


@pytest.fixture(scope="module")
def books(place):
    """The members of whole workbooks, by ending."""
    with xlsxwriter.Workbook(place / "whole.xlsx") as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title in ("Cases", "Notes"):
            sheet = book.add_worksheet(title)
            for number, row in enumerate([HEADER, *ROWS]):
                sheet.write_row(number, 0, row)
            sheet.write_number(3, 3, 45000, day)
            sheet.write_formula(4, 7, "=1/0")
    pd.DataFrame([*ROWS], columns=list(HEADER)).to_excel(place / "whole.ods", engine="odf", index=False)
    found = {}
    for ending in ("xlsx", "ods"):
        with zipfile.ZipFile(place / f"whole.{ending}") as held:
            found[ending] = {one: held.read(one) for one in held.namelist()}
    return found


XML = tuple(
    piece.encode()
    for piece in (
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        "&a;",
        "<c r='XFD1048576'><v>1</v></c>",
        '<row r="0">',
        '<row r="99999999999">',
        ' r="A0"',
        ' r="ZZZZZZ1"',
        ' t="s"',
        ' t="inlineStr"',
        ' t="d"',
        ' t="e"',
        ' s="4294967295"',
        "<v>-1</v>",
        "<v>1e400</v>",
        "<v>2958466</v>",
        "<v>99999999</v>",
        '<sheet name="x" sheetId="1" r:id="rId9"/>',
        ' table:number-rows-repeated="1048576"',
        ' table:number-columns-repeated="16384"',
        ' office:value-type="date"',
        ' office:date-value="9999-99-99"',
        ' office:value="nan"',
        '<mergeCell ref="A1:XFD1048576"/>',
        "<x:y/>",
        "<!--",
        "<![CDATA[",
        "</sheetData>",
        '<dimension ref="B2:A1"/>',
        "\0",
        "&#0;",
        SECRET,
    )
)


@FUZZ
@given(data=st.data(), ending=st.sampled_from(("xlsx", "xlsx", "ods")))
def test_workbooks(place, mapping, books, data, ending):
    members = dict(books[ending])
    for _ in range(data.draw(st.integers(0, 2))):
        name = data.draw(st.sampled_from(sorted(members)))
        members[name] = data.draw(broken(members[name], XML))
    content = archive(members)
    if data.draw(st.booleans()):
        content = data.draw(broken(content))
    path = written(place, f"cases.{ending}", content)
    book = answered(workbooks.opened, path)
    for name in book.names if book else ():
        answered(book.rows, name)
    read(path, mapping)


def old_workbook():
    """A compound file as old workbooks are: a table of sectors, a directory and a stream that begins and ends."""
    words = lambda *numbers: b"".join((one & 0xFFFFFFFF).to_bytes(4, "little") for one in numbers)  # noqa: E731
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff0900060000000000000000000000")
    head += words(1, 1, 0, 4096, -2, 0, -2, 0, 0, *[-1] * 108)
    sectors = words(-3, -2, *range(3, 10), -2, *[-1] * 118)

    def entry(name, kind, start, size):
        told = name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little") + bytes((kind, 1))
        return told + words(-1, -1, 1 if kind == 5 else -1) + bytes(36) + words(start, size, 0)

    folder = entry("Root Entry", 5, -2, 0) + entry("Workbook", 2, 2, 4096) + bytes(256)
    begin = bytes.fromhex("0908100000060500bb0dcc0741000000060000000a000000")
    return head + sectors + folder + begin.ljust(4096, b"\0")


OLE = old_workbook()
SPIN = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(4000)


@settings(FUZZ, max_examples=max(TRIED // 4, 1))  # some of them are read until the system ends it
@given(content=broken(OLE), ending=st.sampled_from(("xls", "xlsb", "xlsx")))
def test_old_workbooks(place, content, ending):
    check_workbook(place, content, ending)


@pytest.mark.nightly  # it takes as long as a workbook may
def test_a_workbook_that_is_read_without_end_is_refused(place):
    check_workbook(place, SPIN, "xls")


@pytest.mark.skipif(sys.platform == "win32", reason="there the system ends no process for its time")
def test_what_is_read_without_end_is_ended_by_the_system():
    code = (
        "from analysis.intake import sheet_reader\nsheet_reader._SECONDS = 1\nsheet_reader._limit(0)\nwhile True: pass"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False, timeout=60)
    assert ended.returncode == -signal.SIGXCPU


def check_workbook(place, content, ending):
    book = answered(workbooks.opened, written(place, f"old.{ending}", content))
    for name in book.names if book else ():
        answered(book.rows, name)


KEYS = tuple(
    piece.encode()
    for piece in (
        "\n[extract]\n",
        "\n[file]\n",
        "\n[dates]\n",
        'encoding = "idna"\n',
        'encoding = "utf-7"\n',
        'sheets = "all"\n',
        'encoding = "unicode_escape"\n',
        'encoding = "punycode"\n',
        'encoding = "utf-16"\n',
        'delimiter = "\\t"\n',
        'several_outcomes = "first"\n',
        'first_month = "2024-01"\nlast_month = "2024-02"\n',
        'period = "quarter"\n',
        'time_zone = "America/New_York"\n',
        'format = "%Y%m%d\\u0000"\n',
        'format = "serial"\n',
        'format = "%B %Y"\n',
        'format = "%d %d"\n',
        'format = "%Y-%m-%dT%H:%M:%S%z"\n',
        'cases = "Notes"\n',
        'force = "Kent"\n',
        "x = 1\n",
        '[features.a]\ncolumn = "Case ref"\n',
        '[features.b]\ncolumn = "Outcome date"\nblank = "x"\n',
        '[forces]\n"" = ""\n',
        '[outcomes]\n"\\u0000" = "16"\n',
        'case = ["Case ref", ""]\n',
        "''' \n",
        '"""',
        "0x",
        "1979-05-27T07:32:00Z",
        "true",
        "a.b.c = 1\n",
        "[a.b]\n",
        "[[a]]\n",
        'sensitivity = "synthetic"\n',
        "taken = 9999-12-31\n",
        "taken = 0001-01-01\n",
        "{a = {a = 1}}",
    )
)


@FUZZ
@given(content=broken(MAPPING.encode(), (*KEYS, *KEYS, b"\0", b"\xff", b'"', b"[" * 3000, b"9" * 4400, b"a." * 3000)))
def test_mappings(place, content):
    path = written(place, "hostile.toml", content)
    found = answered(mapping_file.read, path)
    if found is not None:
        read(written(place, "plain.csv", CSV), found)


BATCH = (PROJECT / "notebooks" / "batches" / "monthly.toml").read_bytes()


@FUZZ
@given(
    content=broken(
        BATCH,
        (
            b"\n[[reports]]\n",
            b"[reports]\n",
            b'notebook = "trends"\n',
            b'forces = ["all"]\n',
            b'periods = ["last 99"]\n',
            b"time_limit = 1e9\n",
            b"formats = []\n",
            b'"\\uFFFF"',
            b"[" * 3000,
            b"9" * 4400,
            b"a." * 3000,
            b"'",
            b'"""',
            b"\0",
            b"\xff",
            b"x = 1\n",
            b"[reports.force]\n",
            b"inf",
            b"-0",
            b'["a", 1]',
            b"{}",
            b"=",
            b"]",
            b"[",
        ),
    )
)
def test_batch_files(place, content):
    answered(file.read, written(place, "hostile_batch.toml", content))


NOTEBOOK = (PROJECT / "notebooks" / "victim_withdrawal.ipynb").read_text()
CELL = next(one for one in json.loads(NOTEBOOK)["cells"] if "parameters" in one["metadata"].get("tags", []))
PYTHON = tuple(
    piece.encode()
    for piece in (
        "x: int = 1  # y\n",
        "x: str = f'{1}'  # y\n",
        "x: float = 1e999  # y\n",
        "x: int = -1  # y\n",
        "del x\n",
        "\0",
        "\t",
        "x: int = " + "-" * 3000 + "1  # y\n",
        "x: int = " + "(" * 150 + "1" + ")" * 150 + "  # y\n",
        "(" * 500,
        "[" * 500,
        "x: int = " + "9" * 4400 + "  # y\n",
        "x: str = 'a' 'b'  # y\n",
        "x: bool = not 1  # y\n",
        "lambda: 0\n",
        "\\",
        "\x0c",
        "x: int = " + "1+" * 3000 + "1  # y\n",
        "a" + ".a" * 3000 + "\n",
        "if 1:\n" * 90,
        "x: str = b'x'  # y\n",
        "\u2028",
        "x: str = '\\ud800'  # y\n",
        "x: str = {1: {}}  # y\n",
        "\r",
        "%magic\n",
        "\N{GREEK QUESTION MARK}",
        "# -*- coding: x -*-\n",
    )
)


@FUZZ
@given(source=broken("".join(CELL["source"]).encode(), PYTHON))
def test_parameters_cells(source):
    answered(lambda: notebooks.parameters(source.decode("utf-8", errors="surrogateescape"), where="x.ipynb"))


@FUZZ
@given(data=st.data())
def test_rules_of_notebooks(place, data):
    document = json.loads(NOTEBOOK)
    for _ in range(data.draw(st.integers(1, 3))):
        cell = data.draw(st.sampled_from(document["cells"]))
        content = data.draw(broken("".join(cell["source"]).encode(), PYTHON))
        cell["source"] = content.decode("utf-8", errors="replace")
    check_notebook(place, json.dumps(document).encode())


@FUZZ
@given(
    content=broken(
        NOTEBOOK.encode(), (b"null", b"{}", b"[]", b'"', b"[" * 9000, b"9" * 4400, b"NaN", b"\\ud800", b"\xff")
    )
)
def test_notebook_files(place, content):
    check_notebook(place, content)


def check_notebook(place, content):
    path = written(place, "hostile.ipynb", content)
    assert all(str(fault) for fault in rules.faults(path))
    answered(notebooks.notebook, str(path))
