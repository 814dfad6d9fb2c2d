"""TOML knows where each part of it stands, however it is written, and is refused with its line."""

import pytest

from analysis.errors import DataRefused
from analysis.system import toml_text
from analysis.system.toml_text import Document

TEXT = '''title = """
[columns]
x = 1"""
extract = {taken = 2024-06-30, "first month" = "2024-04"}
file.encoding = "utf-8"

[columns] # of cases
'case' = "Ref"

[features.victim.groups]
"M" = "Male"
[[reports]]
[reports.force]
name = "Kent"
[[reports]]
forces = [
"Kent",  # "Essex"
"Essex",
]
'''


@pytest.mark.parametrize(
    ("way", "line"),
    [
        (("title",), 1),
        (("extract", "taken"), 4),
        (("extract", "first month"), 4),
        (("file", "encoding"), 5),
        (("columns",), 7),
        (("columns", "case"), 8),
        (("columns", "not there"), 7),
        (("features", "victim", "groups", "M"), 11),
        (("features", "victim", "heading"), 10),
        (("reports",), 12),
        (("reports", 0), 12),
        (("reports", 0, "force", "name"), 14),
        (("reports", 1), 15),
        (("reports", 1, "forces"), 16),
        (("reports", 1, "periods"), 15),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_each_part_has_its_line_and_what_is_not_there_that_of_what_is_around_it(way, line):
    document = Document("some.toml", TEXT, DataRefused)
    assert document.line(*way) == line
    with pytest.raises(DataRefused, match=f"^some.toml, line {line}: it is wrong.$"):
        document.refuse("it is wrong", *way)


def test_a_value_of_a_long_list_has_its_own_line():
    document = Document("some.toml", TEXT, DataRefused)
    assert [document.line("reports", 1, "forces", value=name) for name in ("Kent", "Essex", "Surrey")] == [17, 18, 16]
    assert document.line("reports", 1, "periods", value="Kent") == 15


def test_tables_are_counted_where_they_have_a_header_each():
    assert Document("some.toml", TEXT, DataRefused).tables("reports") == 2
    assert Document("some.toml", "reports = [{a = 1}]", DataRefused).tables("reports") == 0
    assert Document("some.toml", "[reports]\na = 1", DataRefused).tables("reports") == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a = 1\na = 2", "some.toml, line 2: a key stands twice in this table, here for the second time. So."),
        (b"[a]\n[b]\n[a]", "some.toml, line 3: a table stands twice: ('a',). So."),
        (b"\na = 'Caf\xe9'", "some.toml, line 2: no UTF-8. Save the file as UTF-8."),
        (b"#" * (toml_text.LARGEST + 1), "some.toml: more than 1 MiB is no list. Name another."),
    ],
)
def test_what_cannot_be_read_is_refused_as_whoever_reads_it_refuses(tmp_path, content, says):
    (tmp_path / "some.toml").write_bytes(content)
    with pytest.raises(DataRefused) as caught:
        toml_text.read(tmp_path / "some.toml", kind="list", refusal=DataRefused, advice="So.")
    assert str(caught.value) == says
