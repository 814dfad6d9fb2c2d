"""A report as a data set that a search engine finds: schema.org's Dataset, as JSON-LD in the head of its page.

Only of a report that anybody may read: of a restricted one or a draft there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.presentation.data_files.files import address
from analysis.presentation.data_files.tables import data_tables
from analysis.publishing.about.editions import Edition
from analysis.publishing.about.entries import SERIES, named, sources_of
from analysis.publishing.about.publisher import Publisher
from analysis.reference import measures
from analysis.reference.periods import Period
from analysis.reference.sources import Published

OPEN_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_OPEN = "Open Government Licence v3.0"
#: What a file of a report is, by how its name ends; the first that fits.
_KINDS = {
    ".pdf": ("application/pdf", "The report to print"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Every table as a workbook"),
    ".csv": ("text/csv", "A table"),
    "results.json": ("application/json", "Every figure as tidy records"),
}
_MADE_UP = "Synthetic cases: made up to show how this report works. No figure in it is real."
_UNOFFICIAL = "These are not official statistics."


def dataset(
    manifest: Mapping[str, Any],
    results: Mapping[str, Any],
    *,
    files: Iterable[str],
    edition: Edition,
    publisher: Publisher,
    span: Period | None,
) -> dict[str, Any]:
    """What a search engine is told of a report.

    Parameters
    ----------
    manifest, results
        What the report is and holds.
    files
        The names of its files beside the page.
    edition
        Its numbers, and since when.
    publisher
        Who publishes it, and where.
    span
        The months that its counts cover, where it has one set of them.

    Returns
    -------
    dict
        A Dataset of schema.org; nothing of a report that not everybody may read.
    """
    if manifest["is_restricted"] or manifest["is_draft"]:
        return {}
    about = ", ".join(filter(None, (manifest["subject"], manifest["particulars"])))
    made_from = sources_of(manifest, results)
    titles = {address(table.identity): table.title for table in data_tables(results)}
    record = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": f"{'Made-up cases: ' * bool(manifest['is_synthetic'])}{manifest['title']} {about}".strip(),
        "description": _description(manifest, about),
        "url": publisher.page(f"{manifest['folder']}/report.html"),
        "inLanguage": "en-GB",
        "datePublished": edition.date,
        "temporalCoverage": f"{span.first}/{span.last}" if span else "",
        "spatialCoverage": {"@type": "Place", "name": manifest["place"]} if manifest["place"] else {},
        "license": OPEN_LICENCE if made_from and all(_OPEN in source.licence for source in made_from) else "",
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": SERIES},
        "creator": _creator(publisher),
        "isBasedOn": [_source(source) for source in made_from],
        "variableMeasured": _variables(results),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": titles.get(name, kind[1]),
                "encodingFormat": kind[0],
                "contentUrl": publisher.page(f"{manifest['folder']}/{name}") or name,
            }
            for name in files
            if not name.endswith("-metadata.json")
            and (kind := next((kind for end, kind in _KINDS.items() if name.endswith(end)), None))
        ],
    }
    return {name: value for name, value in record.items() if value}


def _description(manifest: Mapping[str, Any], about: str) -> str:
    """What a reader of search results is told: the answer, and of what and how sure it is."""
    parts = [_MADE_UP if manifest["is_synthetic"] else "", manifest["answer"], f"{about}." if about else ""]
    return " ".join(filter(None, [*parts, f"Question: {manifest['question']}", _UNOFFICIAL]))


def _creator(publisher: Publisher) -> dict[str, str]:
    """Who publishes, as an organisation; nothing where nobody is named."""
    if not publisher.name:
        return {}
    kind = "url" if "://" in publisher.address else "email"
    where = {kind: publisher.address} if publisher.address else {}
    return {"@type": "Organization", "name": publisher.name, **where}


def _source(source: Published) -> dict[str, Any]:
    """What the report is based on."""
    work = {
        "@type": "CreativeWork",
        "name": named(source).removesuffix("."),
        "url": source.address,
        "license": OPEN_LICENCE if _OPEN in source.licence else "",
    }
    return {name: value for name, value in work.items() if value}


def _variables(results: Mapping[str, Any]) -> list[dict[str, str]]:
    """The measures of the catalogue that the report holds; where there is none of them, what its key figures are."""
    blocks = results["blocks"]
    named = dict.fromkeys(block["about"]["measure"] for block in blocks if "about" in block)
    catalogued = [measures.measure(name) for name in named if measures.is_measure(name)]
    if catalogued:
        variables = {
            measure.short: {"description": f"{measure.why} {measure.whose}", "unitText": "share, 0 to 1"}
            for measure in catalogued
        }
    else:
        key_figures = [figure for block in blocks if block["kind"] == "key_figures" for figure in block["figures"]]
        variables = {figure["label"]: {"description": figure["base"]} for figure in key_figures}
    return [{"@type": "PropertyValue", "name": name, **more} for name, more in variables.items()]
