"""Tables that sort: the printed cells, sorted by the numbers behind them, with nothing loaded from anywhere."""

import json
import re
import sys
from unittest import mock

import pandas as pd
import pytest

from analysis import comparison, explore, rates, read_counts, show, sortable
from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.exploring import sorting
from analysis.presentation.blocks import PARTS_TYPE


@pytest.fixture(scope="module")
def table():
    return rates(read_counts("stalking_2024_25"), "charged", by="force").table("By force")


def settings(html):
    """The settings that the script is given."""
    return json.JSONDecoder().raw_decode(html, html.index("let dt_args = ") + len("let dt_args = "))[0]


def test_cells_are_those_of_the_page_and_numbers_are_sorted_as_numbers(table):
    told = settings(sorting._interactive(table))
    (part,) = table.parts
    rows = json.loads(told["data_json"])
    wide = len(part["headings"])
    assert [row[:wide] for row in rows] == part["rows"]
    orders = {one["targets"]: one["orderData"] for one in told["columnDefs"] if "orderData" in one}
    assert sorted(orders) == part["numbers"]
    shares = [record["share"] for record in table.record["records"]]
    told_of = [row[orders[part["headings"].index("Share")]] for row in rows]
    assert [number for _, number in told_of] == shares  # each with the words that the library has for it
    (hidden,) = [one["targets"] for one in told["columnDefs"] if one.get("visible") is False]
    assert sorted(hidden) == sorted(orders.values())


def test_nothing_is_loaded_from_anywhere(table):
    html = sorting._interactive(table)
    script = re.sub(r"(?:data:|atob\()[^\"')]*[\"'][^\"']*|[A-Za-z0-9+/=]{1000,}", "", html)
    assert not re.search(r"(?:src|href)=[\"']?https?://(?!itables\.org)|import\([\"']http|from [\"']http", script)


def test_words_of_the_rows_are_no_html():
    counts.forget_read()
    read_counts("stalking_2024_25")
    shown = show.table(pd.DataFrame({"force": ["<b>Kent</b>"], "cases": [1]}), title="A title", words="A sentence.")
    html = sorting._interactive(shown)
    assert "<b>Kent</b>" not in html.replace("\\u003cb", "<b")
    assert "A sentence." in html
    assert "own calculation" in html  # what stands below a table


def test_a_report_has_the_table_itself(table):
    assert sortable(table)._repr_mimebundle_() == table._repr_mimebundle_()
    with mock.patch.object(sorting, "is_watched", return_value=True):
        bundle = sortable(table)._repr_mimebundle_()
    assert bundle[PARTS_TYPE] == table._repr_mimebundle_()[PARTS_TYPE]
    assert "dt_args" in bundle["text/html"]


def test_without_the_library_there_is_the_table_and_how_to_have_it(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "itables", None)
    with mock.patch.object(sorting, "is_watched", return_value=True):
        html = sortable(table)._repr_mimebundle_()["text/html"]
    assert table.html in html
    assert "itables is not installed" in html


@pytest.mark.parametrize("thing", [None, pd.DataFrame({"a": [1]})])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(ParameterError, match=r"is no table. Give one of a result, as in sortable\("):
        sortable(thing)


def test_a_figure_is_no_table(table):
    with pytest.raises(ParameterError, match="A figure is no table"):
        sortable(explore(read_counts("stalking_2024_25")).still())


@pytest.mark.parametrize("name", ["labels", "mix"])
def test_a_table_without_rows_says_so_as_it_does_by_itself(name):
    """One notebook is of many forces and measures: what one of them has no rows for must not end it."""
    cases = read_counts("stalking_2024_25")
    table = comparison.compare(cases, "charged", force="Kent").table(name)
    with mock.patch.object(sorting, "is_watched", return_value=True):
        assert sortable(table)._repr_mimebundle_() == table._repr_mimebundle_()
