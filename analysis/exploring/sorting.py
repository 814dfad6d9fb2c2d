"""A table that a reader of JupyterLab sorts and searches; in a report it is the table that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import pandas as pd

from analysis.errors import ParameterError
from analysis.exploring.exploring import is_watched, told_to_install
from analysis.exploring.keys import KEYS
from analysis.presentation.blocks import Shown
from analysis.presentation.content import Part, words_of
from analysis.public import public
from analysis.reference.schema import NUMERIC

_KINDS = ("table", "words", "nothing")  # of what ``table`` of a result gives: words or nothing where there are no rows
_PAGE = 50  # rows that are seen at a time
#: JupyterLab's dark theme is none that the library knows: the ground is the page's own. Wide tables are scrolled.
_STYLE = "<style>div.dt-container { --dt-html-background: transparent; overflow-x: auto }</style>"
#: Says and shows at a heading how the rows are sorted by it. A column of printed numbers is sorted by a hidden one, at
#: whose heading, which nobody meets, the library does.
_TOLD_SORTED = """
function () {
    const table = this.api(), [[sorted, way] = []] = table.order();
    table.columns().every(function (column) {
        const heading = this.header();
        const ways = { asc: "ascending", desc: "descending" }, told = column === sorted && ways[way];
        for (const name in ways) heading.classList.toggle("dt-ordering-" + name, told === ways[name]);
        if (told) heading.setAttribute("aria-sort", told);
        else heading.removeAttribute("aria-sort");
    });
}
"""


@dataclass(frozen=True, repr=False)
class Sortable:
    """A table with the means to sort and search it.

    Attributes
    ----------
    shown
        The table as a report has it.
    """

    shown: Shown

    def __repr__(self) -> str:
        """The table as a plain shell shows it."""
        return repr(self.shown)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown = self.shown._repr_mimebundle_()
        if not is_watched() or len(_tables(self.shown)) != 1:
            return shown
        try:
            html = _interactive(self.shown)
        except ModuleNotFoundError as lacking:
            html = f"{shown['text/html']}<p>{told_to_install(str(lacking.name))}</p>"
        return shown | {"text/html": html}


def _interactive(shown: Shown) -> str:
    """The table as HTML with a script that sorts and searches it; nothing is loaded from anywhere."""
    from itables import JavascriptFunction, options, to_html_datatable
    from itables.javascript import generate_init_offline_itables_html

    (part,) = _tables(shown)
    headings, rows = part["headings"], [[words_of(cell) for cell in row] for row in part["rows"]]
    frame = pd.DataFrame(rows, columns=headings)
    order: list[dict[str, Any]] = [{"targets": "_all", "className": "dt-left"}]
    for place, name in enumerate(_numeric(shown, part)):
        if name:
            order.insert(0, {"targets": place, "orderData": len(frame.columns), "className": "dt-right"})
            frame[f"{headings[place]}, sorted"] = [record.get(name) for record in shown.record["records"]]
    hidden = list(range(len(headings), len(frame.columns)))
    table = to_html_datatable(
        frame,
        caption=part["title"],
        connected=False,
        columnDefs=[*order, {"targets": hidden, "visible": False, "searchable": False}],
        drawCallback=JavascriptFunction(_TOLD_SORTED),
        showIndex=False,
        paging=len(rows) > _PAGE,
        pageLength=_PAGE,
        maxBytes=0,
        text_in_header_can_be_selected=False,  # so that a heading sorts, and not its small arrows alone
    )
    before = "".join(
        str(Shown("words", "", (part_beside,)).html) for part_beside in shown.parts if part_beside["part"] != "table"
    )
    library = generate_init_offline_itables_html(options.dt_bundle)
    return f"{before}{library}{_STYLE}{table}<p>{escape(part['note'])}</p>{KEYS}"


def _tables(shown: Shown) -> list[Part]:
    return [part for part in shown.parts if part["part"] == "table"]


def _numeric(shown: Shown, part: Part) -> list[str]:
    """The column of numbers behind each column of a table; "" where it holds words, or rows are not those of a record.

    A table shows the columns of its record in their order, but for "state".
    """
    columns = [column for column in shown.record.get("columns", []) if column["name"] != "state"]
    if len(columns) != len(part["headings"]) or len(shown.record["records"]) != len(part["rows"]):
        return ["" for _ in part["headings"]]
    return [column["name"] if column["kind"] in NUMERIC else "" for column in columns]


@partial(public, apart=("table",))
def sortable(table: Shown) -> Sortable:
    """A table that you can sort and search in JupyterLab; a report has the table as it is.

    Parameters
    ----------
    table
        A table of a result, as ``table("forces")`` gives, or one of your own (``show.table``). One that has no rows,
        or is made of several, shows as it is.

    Returns
    -------
    Sortable
        What shows itself. Nothing is loaded from the internet.

    Raises
    ------
    ParameterError
        For what is no table.

    Examples
    --------
    >>> from analysis import rates, read_counts, sortable
    >>> sortable(rates(read_counts("stalking_2024_25"), "charged", by="force").table("By force")).shown.kind
    'table'
    """
    if not isinstance(table, Shown) or table.kind not in _KINDS:
        kind = table.kind if isinstance(table, Shown) else type(table).__name__
        raise ParameterError(
            f"A {kind} is no table. Give one of a result, as in sortable(ended.table('forces')), or one of your own: "
            "sortable(show.table(rows, title=…, words=…))."
        )
    return Sortable(table)
