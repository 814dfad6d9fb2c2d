"""How a printed table is read before a fault is sought: what each column is, of which place and time a figure is."""

import numpy as np
import pytest

from analysis.audit.printed_table import places, printed, table, times
from analysis.errors import DataRefused

FORCES = ("Kent", "Essex", "Dorset", "Surrey", "Sussex", "Norfolk", "Suffolk", "Durham")


def as_text(tmp_path, text):
    (tmp_path / "table.csv").write_text(text)
    return printed.read(tmp_path / "table.csv")


def test_the_header_is_the_first_row_that_is_as_wide_as_the_table(tmp_path):
    title = "Calls by force\nPublished,May 2015\n"
    held = as_text(tmp_path, f"{title}force,calls,visits,letters\nKent,4,7,9\nEssex,5,8,2\n")
    assert (held.header, held.header_line) == (("force", "calls", "visits", "letters"), 3)
    assert held.above == "Calls by force Published May 2015"
    assert as_text(tmp_path, "force,calls\nKent,4\nEssex,5\n").header == ("force", "calls")


def test_merged_headings_stand_before_those_below_them(tmp_path):
    held = as_text(tmp_path, "Title\n,calls,,visits,\nforce,2014,2015,2014,2015\nKent,4,7,9,1\nEssex,5,8,2,6\n")
    assert held.header == ("force", "calls 2014", "calls 2015", "visits 2014", "visits 2015")
    assert (held.header_line, held.above, held.rows[1]) == (3, "Title", ("Essex", "5", "8", "2", "6"))
    held = as_text(tmp_path, ",calls,,visits\nforce,2014,2014/15,all\nKent,4,7,3\nEssex,5,8,2\n")
    assert held.header == ("force", "2014", "2014/15", "all"), "nothing is repeated: what stands above is a title"
    held = as_text(tmp_path, ",calls,,total\nforce,2014,2015,2014\nKent,4,7,9\nEssex,5,8,2\n")
    assert held.header[3] == "total 2014"
    with pytest.raises(DataRefused, match="line 2, column 3: a second column called '2014'"):
        as_text(tmp_path, "Title\nforce,2014,2014\nKent,4,7\nEssex,5,8\n")


def test_a_row_of_one_cell_is_a_note_at_the_foot_where_it_is_headed_so_or_long(tmp_path):
    long, short = "x" * 61, "y" * 60
    rows = f"Kent,4\n{long},\n{short},\nNote: revised,\nEssex,5\nDorset,\nprovisional,\nSource,\n"
    held = as_text(tmp_path, "force,calls\n" + rows)
    assert [row[0] for row in held.rows] == ["Kent", short, "Essex", "Dorset"]
    assert held.lines == (2, 4, 6, 7)


@pytest.fixture
def read(tmp_path):
    """A table read from its columns by name."""

    def read(columns, **named):
        rows = zip(*columns.values(), strict=True)
        lines = [";".join(columns), *(";".join(map(str, row)) for row in rows)]
        (tmp_path / "table.csv").write_text("\n".join(lines) + "\n")
        return table.build(printed.read(tmp_path / "table.csv"), named)

    return read


def role(read, name, texts, **named):
    """What one column is beside a column of counts."""
    return read({"cases": [97 + 13 * row for row in range(len(texts))], name: texts}, **named).columns[1].role


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("calls", [12, 31, 47, 58], "count"),
        ("calls (000)", [12.5, 31.2, 47.1, 58.4], "count"),
        ("calls", [12, 31, 47.5, 58], "count"),  # one stray cell
        ("calls a day", [1.5, 3.2, 4.7, 5], "share"),
        ("charged", ["12%", "31%", "47%", "58%"], "share"),
        ("charged", ["12%", 31, 47, 58], "count"),
        ("charge rate", [12, 31, 47, 58], "share"),
        ("charged_pct", [12, 31, 47, 58], "share"),
        ("rank", [4, 2, 3, 1], "ignore"),
        ("anything", [1, 2, 3, 4, 5], "ignore"),
        ("anything", [0, 1, 2, 3, 4], "ignore"),
        ("anything", [1, 2, 3, 4], "count"),  # as few may be counts
        ("offence code", ["8L", 12, 13, "8Q"], "label"),
        ("letter", ["8L", "8L", "8L", "8Q", "8Q", 12], "label"),
        ("region", ["East", "West", "North", "South"], "label"),
        ("region", ["East", "West", "", "", "", "North"], "label"),
        ("region", ["East", "", "", "", "", "West"], "ignore"),
        ("remarks", ["late", "provisional", "revised", "none"], "ignore"),
        ("why", [f"{why} " + "as the force itself has told the publisher by letter" for why in "abcd"], "label"),
        (
            "why",
            [f"{why} " + "as the force itself has told the publisher by letter of March" for why in "abcd"],
            "ignore",
        ),
        ("area code", ["E23000001", "E23000002", "E23000003", "W15000001"], "ignore"),
        ("calls", ["..", "..", "..", ".."], "ignore"),
        ("year", [2014, 2015, 2016, 2017], "time"),
        ("calls", [2014, 2015, 2016, 2017], "count"),
        ("when", ["2014/15", "2015/16", "2016/17", "2017/18"], "time"),
        ("when", ["2014/15", "2015/16", "2016/17", "Total"], "time"),
        ("quarter", ["2014/15 Q1", "2014/15 Q2", "2014/15 Q3", "2014/15 Q4"], "time"),
        ("month", ["April 2014", "May 2014", "June 2014", "July 2014"], "time"),
    ],
)
def test_a_column_is_what_it_holds(name, texts, expected, read):
    assert role(read, name, texts) == expected


def test_a_named_column_is_what_its_reader_says(read):
    assert role(read, "rank", [4, 2, 3, 1], count=["rank"]) == "count"


def roles_of(held):
    return [column.role for column in held.columns]


def test_numbers_without_which_rows_are_alike_are_labels(read):
    """Of two that tell them apart equally well, the one that is called as such labels are."""
    places = [place for place in FORCES for _ in range(4)]
    columns = {"force": places, "band": [1, 14, 15, 16] * 8, "cases": range(40, 72)}
    assert roles_of(read(columns)) == ["label", "label", "count"]
    assert roles_of(read({**columns, "band": [1, 14, 15, 16.5] * 8})) == ["label", "count", "count"]
    two = {"force": places, "calls": [5, 9, 12, 31] * 8, "age band": [1, 14, 15, 16] * 8, "cases": range(40, 72)}
    assert roles_of(read(two)) == ["label", "count", "label", "count"]
    assert roles_of(read(columns, count=["band"])) == ["label", "count", "count"]
    once = {"force": FORCES, "band": [1, 14, 15, 16] * 2, "cases": range(40, 48)}
    assert roles_of(read(once)) == ["label", "count", "count"], "places alone tell rows apart"


def test_quarters_beside_their_years_are_times(read):
    years = [year for year in ("2014/15", "2015/16") for _ in range(4)]
    held = read({"year": years, "quarter": ["Q1", "Q2", "Q3", "Q4"] * 2, "cases": [9, 31, 22, 17, 41, 8, 3, 12]})
    assert roles_of(held) == ["time", "time", "count"]
    assert [time.label for time in held.keys["time"]][:5] == [f"2014/15 Q{at}" for at in (1, 2, 3, 4)] + ["2015/16 Q1"]
    whole = [f"{year} Q{at}" for year, at in zip(years, [1, 2, 3, 4] * 2, strict=True)]
    held = read({"year": years, "quarter": whole, "cases": [9, 31, 22, 17, 41, 8, 3, 12]})
    assert [time.label for time in held.keys["time"]] == whole


def test_a_label_that_another_tells_is_left_aside_and_rows_are_about_forces(read):
    regions = ["South", "East", "South", "South", "South", "East", "East", "North"]
    numbers = {"cases": [90, 31, 22, 17, 41, 8, 3, 12]}
    held = read({"region": regions, "force": FORCES, **numbers})
    assert roles_of(held) == ["ignore", "label", "count"]
    assert held.place_column.name == "force"
    assert roles_of(read({"region": regions, "force": FORCES, **numbers}, label=["region"])) == [
        "label",
        "label",
        "count",
    ]


def test_headings_may_be_places_or_times(read):
    held = read(
        {"month": ["April 2014", "May 2014"], "Kent": [5, 7], "Essex": [3, 9], "Dorset": [2, 2], "Total": [10, 18]}
    )
    assert [column.place for column in held.columns] == ["", "Kent", "Essex", "Dorset", "Total"]
    assert held.is_by_force
    few = read({"month": ["April 2014", "May 2014"], "Kent": [5, 7], "Essex": [3, 9], "calls": [2, 2]})
    assert [column.place for column in few.columns] == [""] * 4, "three headings or none"
    mixed = {"Kent": [5, 7], "Essex": [3, 9], "Dorset": [2, 2], "calls": [8, 1], "visits": [4, 6]}
    held = read({"month": ["April 2014", "May 2014"], **mixed})
    assert [bool(column.place) for column in held.columns] == [False, True, True, True, False, False]
    held = read({"month": ["April 2014", "May 2014"], **mixed, "letters": [9, 2]})
    assert not any(column.place for column in held.columns), "fewer than three in five are forces"
    wide = read({"force": FORCES[:4], "calls 2014/15": [5, 7, 8, 12], "calls 2015/16": [9, 3, 41, 5]})
    assert [(column.time and column.time.label, column.stem) for column in wide.columns] == [
        (None, "force"),
        ("2014/15", "calls"),
        ("2015/16", "calls"),
    ]


def test_decimals_of_one_time_are_counts_where_those_of_the_others_are(read):
    years = {f"calls {year}/{year - 1999}": [400, 700, 310, 520] for year in (2014, 2015)}
    held = read(
        {"force": FORCES[:4], **years, "calls 2016/17": [1.4, 2.7, 3.1, 5.2], "visits 2016/17": [1.4, 2.7, 3.1, 5.2]}
    )
    assert roles_of(held) == ["label", "count", "count", "count", "share"]
    held = read({"force": FORCES[:4], **years, "calls 2016/17": ["1.4%", "2.7%", "3.1%", "5.2%"]})
    assert roles_of(held) == ["label", "count", "count", "share"]
    named = read({"force": FORCES[:4], **years, "calls 2016/17": ["1,4", "2,7", "3,1", "5,2"]})
    assert list(named.values(named.columns[3])) == [1.4, 2.7, 3.1, 5.2], "a comma before decimals"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Kent", "Essex", "Area 1"), True),  # two in three
        (("Kent", "Essex", "Area 1", "Area 2"), False),
        (("Kent", "Essex", "Area 1", "Total"), True),
        (("Kent", "Area 1"), False),
        (("Kent", "Total"), False),  # one force is no table of forces
    ],
)
def test_a_table_of_forces_is_one_where_most_are(names, expected, read):
    assert read({"place": names, "calls": [40 + 7 * row for row in range(len(names))]}).is_by_force is expected


@pytest.mark.parametrize(
    ("numbers", "unit"),
    [
        ([5, 15, 25, 40, 55, 65], 5),
        ([100, 250, 350, 400, 500, 0, 750], 50),
        ([1000, 2000, 3000, 5000, 9000, 12000], 1000),
        ([100, 200, 300, 500, 900, 1200], 100),
        ([10, 20, 30, 50, 90], 1),  # too few to tell
        ([5, 15, 25, 40, 55, 66], 1),
    ],
)
def test_what_counts_are_rounded_to(numbers, unit, read):
    held = read({"place": [f"Area {row}" for row in range(len(numbers))], "calls": numbers})
    assert held.unit(held.counts[0]) == unit
    assert set(held.half(held.counts[0])) == {unit / 2 if unit > 1 else 0.0}


def test_shares_and_counts_with_decimals_are_rounded_to_those(read):
    held = read({"place": FORCES[:4], "calls (000)": [1.25, 2.5, 3.75, 4.11], "rate": ["1.5%", "2%", "3.1%", "4.25%"]})
    assert held.unit(held.counts[0]) == pytest.approx(0.01)
    assert held.half(held.shares[0]) == pytest.approx([0.05, 0.5, 0.05, 0.005])


def test_sums_and_totals_are_not_counted(read):
    numbers = {"calls": [4, 7, 31, 12], "visits": [5, 8, 2, 40]}
    places = ["Kent", "Essex", "Dorset", "England"]
    held = read({"force": places, **numbers, "both": [9, 15, 33, 52]})
    assert held.sums == {"both"}
    assert sorted(held.counted()["value"]) == [2, 4, 5, 7, 8, 31]
    assert read({"force": places, **numbers, "both": [9, 16, 33, 53]}).sums == set(), "in half of the rows"
    assert read({"force": places, **numbers, "total": [90, 16, 3, 53]}).sums == {"total"}
    assert read({"force": places, **numbers, "change": [1, 1, 29, 28]}).sums == {"change"}
    assert read({"force": places, "calls": [4, 7, 31, 12], "visits": [4, 7, 31, 12]}).sums == set(), (
        "one alone is no sum"
    )
    kinds = ["stalking", "harassment", "all"] * 2
    held = read({"force": ["Kent"] * 3 + ["Essex"] * 3, "crime": kinds, "cases": [5, 7, 12, 9, 3, 12]})
    assert sorted(held.counted()["value"]) == [3, 5, 7, 9], "no total of a further label"
    held = read({"force": ["Kent", "Essex", "Dorset"], "calls": [4, "..", 31]})
    assert list(held.counted()["value"]) == [4, 31]
    assert np.isnan(held.values(held.counts[0])).sum() == 1


@pytest.mark.parametrize(
    ("text", "label", "first"),
    [
        ("Q1 2024/25", "2024/25 Q1", "2024-04-01"),
        ("2024/25, quarter 4", "2024/25 Q4", "2025-01-01"),
        ("2024 Q3", "2024/25 Q2", "2024-07-01"),
        ("Q1 2024", "2023/24 Q4", "2024-01-01"),
        ("Jan - Mar 2024", "2023/24 Q4", "2024-01-01"),
        ("08/09", "2008/09", "2008-04-01"),
        ("39/40", "2039/40", "2039-04-01"),
        ("year ending June 2015", "year ending June 2015", "2014-07-01"),
        ("ye December 2015", "2015", "2015-01-01"),
        ("12 months to March 2015", "2014/15", "2014-04-01"),
        ("1999/00", "1999/00", "1999-04-01"),
        ("2015-04", "April 2015", "2015-04-01"),
        ("2015-12-01", "December 2015", "2015-12-01"),
        ("Apr-15", "April 2015", "2015-04-01"),
        ("Sept 2015", "September 2015", "2015-09-01"),
        ("Mar-99", "March 1999", "1999-03-01"),
    ],
)
def test_a_time_begins_where_it_says(text, label, first):
    read = times.time(text)
    assert (read.label, str(read.first)) == (label, first)


@pytest.mark.parametrize(
    "text",
    ["07/08", "2014/16", "08/10", "1989", "2051", "2015-04-30", "2015-13-01", "Apr to Jul 2024", "2015-13", "May 015"],
)
def test_what_names_no_time(text):
    assert times.time(text) is None


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (("2014-04-01", "2014-07-01", "2015-01-01"), ["2014/15 Q1", "2014/15 Q2", "2014/15 Q4"]),
        (("2014-04-01", "2015-04-01"), ["2014/15", "2015/16"]),
        (("2014-01-01", "2016-01-01"), ["2014", "2016"]),
        (("2014-04-01", "2014-05-01", "2014-07-01"), ["April 2014", "May 2014", "July 2014"]),
        (("2014-04-01",), ["2014/15"]),
        (("2014-07-01",), ["July 2014"]),
    ],
)
def test_first_days_are_of_the_units_that_they_are_apart(texts, labels):
    assert [when.label for when in times.evened([times.time(text) for text in texts])] == labels


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Kent", "Kent"),
        ("kent police", "Kent"),
        ("Avon & Somerset Constabulary", "Avon and Somerset"),
        ("Metropolitan Police Service", "Metropolitan Police"),
        ("Dorset [3]", "Dorset"),
        ("Dorset (r)", "Dorset"),
        ("Devon and Cornwall*", "Devon and Cornwall"),
        ("Dorset2", "Dorset"),
        ("Wales", ""),
        ("Total", ""),
        ("Area 2", ""),
    ],
)
def test_a_force_is_known_in_the_spellings_of_printed_tables(label, name):
    assert (places.force(label), places.is_force(label)) == (name, bool(name))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Total", True),
        ("Grand total:", True),
        ("All forces*", True),
        ("England & Wales", True),
        ("South Wales", False),
        ("South Wales total", True),
        ("Wales", True),
        ("Totally", False),
    ],
)
def test_a_total_is_known_by_its_name(label, expected):
    assert places.is_total(label) is expected


def test_a_column_without_a_name_is_called_by_its_number(tmp_path):
    assert as_text(tmp_path, "force,,calls\nKent,x,4\nEssex,y,5\n").header == ("force", "column 2", "calls")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"force,calls\nKent,4\nEss\x81x,5\n", "line 3: bytes that are no text"),
        (b"\nKent\nEssex\nDorset\n", "line 2: no row names two columns"),
    ],
)
def test_a_refusal_names_the_line(raw, told, tmp_path):
    (tmp_path / "table.csv").write_bytes(raw)
    with pytest.raises(DataRefused, match=told):
        printed.read(tmp_path / "table.csv")
