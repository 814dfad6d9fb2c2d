"""The files of ``data/`` in a report: a CSV for each table and figure, its metadata beside it, and those of all.

The metadata are W3C's "CSV on the Web": https://www.w3.org/TR/tabular-metadata/. A program that reads them needs no
more than the address of a file, whose own are found under its name with ``-metadata.json`` and the group's under
``csv-metadata.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from analysis.presentation.data_files.tables import DataColumn, DataTable, data_tables
from analysis.presentation.workbook.workbook import banners
from analysis.system.writing import as_json

FOLDER = "data"
GROUP = "csv-metadata.json"
LANGUAGE = "en-GB"
_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": LANGUAGE}]
_OF_SOURCE = (
    ("dc:title", "title"),
    ("dc:publisher", "publisher"),
    ("dc:license", "licence"),
    ("dc:identifier", "address"),
)
_LONGEST = 120  # characters of a name, which leaves room for its ending wherever files are kept


def address(identity: str) -> str:
    """Where the rows of a table or figure are kept, beside the page that shows it.

    Parameters
    ----------
    identity
        The id that it has on the page.

    Returns
    -------
    str
        The address of a CSV file, from the page: an id of small Latin letters, digits, hyphens and lines is its name.

    Examples
    --------
    >>> address("victim-withdrawal-by-force")
    'data/victim-withdrawal-by-force.csv'
    """
    name = re.sub(r"[^a-z0-9_-]", "-", identity.casefold())
    if name != identity or len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}-{sha256(identity.encode()).hexdigest()[:8]}"
    return f"{FOLDER}/{name}.csv"


def content(results: dict[str, Any], manifest: dict[str, Any]) -> dict[str, str]:
    """The files of ``data/`` by their names there.

    Parameters
    ----------
    results
        What results.json holds.
    manifest
        What the report is of, and what it is made from.

    Returns
    -------
    dict of str to str
        Their text. The same results and manifest give the same.
    """
    texts, described = {}, []
    for table in data_tables(results):
        name = address(table.identity).removeprefix(f"{FOLDER}/")
        texts[name] = table.text
        own = _described(table, name, banners(results))
        described.append(own)
        texts[f"{name}-metadata.json"] = as_json({"@context": _CONTEXT, **own, "dc:rights": results["attribution"]})
    if described:
        texts[GROUP] = as_json({"@context": _CONTEXT, **_group(results, manifest), "tables": described})
    return texts


def _described(table: DataTable, name: str, marks: Iterable[str]) -> dict[str, Any]:
    """The metadata of one table."""
    about = table.about
    terms = {
        "dc:title": table.title,
        "dc:description": " ".join((*marks, *table.sentences)),
        "dc:source": about.get("source", ""),
        "dc:temporal": about.get("period", ""),
        "dc:spatial": about.get("place", ""),
        "dc:subject": about.get("offence", ""),
    }
    return {
        "url": name,
        **_said(terms),
        "tableSchema": {"columns": [_column(column) for column in table.columns]},
    }


def _column(column: DataColumn) -> dict[str, Any]:
    """The metadata of a column. Its name is one of its titles too: by these a file's first line is held to them."""
    terms = {"dc:description": column.meaning, "schema:unitText": column.unit, "separator": column.separator}
    datatype = {"base": "date", "format": "yyyy-MM-dd"} if column.datatype == "date" else column.datatype
    return {"name": column.name, "titles": [column.title, column.name], "datatype": datatype, **_said(terms)}


def _group(results: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    """The metadata of the report: what it is, of when and where, where from, and by what leave it may be used."""
    sources = {source["counts"]: source for block in results["blocks"] for source in block.get("sources", [])}
    abouts = [block["about"] for block in results["blocks"] if "about" in block]
    terms = {
        "dc:title": results["title"],
        "dc:description": " ".join([*banners(results), "These are not official statistics."]),
        "dc:subject": manifest["subject"],
        "dc:temporal": list(dict.fromkeys(about["period"] for about in abouts if about["period"])),
        "dc:rights": results["attribution"],
        "dc:source": [_said({term: source[name] for term, name in _OF_SOURCE}) for source in sources.values()],
        "dc:provenance": f"attrition {manifest['version']}, edition {manifest['edition'][:12]}",
    }
    return {"dc:language": LANGUAGE, **_said(terms)}


def _said(terms: dict[str, Any]) -> dict[str, Any]:
    return {name: term for name, term in terms.items() if term}
