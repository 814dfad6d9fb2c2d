"""The block "About this report" that page, PDF and workbook share: entries of a term and what is told of it, in words.

Whatever is not known is said not to be: nothing here is made up where a source, a day or a publisher is not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.presentation import wording
from analysis.publishing.about.editions import Edition, day
from analysis.publishing.about.publisher import Publisher
from analysis.reference import sources
from analysis.reference.names import in_sentence
from analysis.reference.periods import Period
from analysis.reference.sources import ONCE, Published, Releases

SERIES = "Stalking attrition in England and Wales"
NEWER = "Newer figures"
_UNANNOUNCED = "not announced in what is held here"


def entries(
    manifest: Mapping[str, Any],
    results: Mapping[str, Any],
    *,
    edition: Edition,
    publisher: Publisher,
    span: Period | None,
) -> list[dict[str, Any]]:
    """Every entry of the block.

    Parameters
    ----------
    manifest, results
        What the report is and holds.
    edition
        Its numbers, and since when.
    publisher
        Who publishes it.
    span
        The months that its counts cover, where it has one set of them.

    Returns
    -------
    list of dict
        ``term`` and ``told``, a list of sentences, in the order of the block.
    """
    made_from = sources_of(manifest, results)
    held, addresses = sources.releases(), dict.fromkeys(source.address for source in made_from)
    issued = [held[address] for address in addresses if address in held]
    lines_of = {
        "What is new": list(edition.news),
        NEWER: list(_newer(made_from, issued)),
        "Date": [f"{day(edition.date)}, when these figures were first made here."],
        "Period": list(_period(span, results)),
        "Sources": [named(source) for source in made_from],
        "Next releases of the sources": list(_next(issued)),
        "Revisions": [*(_revised(source) for source in issued if source.published != ONCE), _OWN],
        "Who publishes it": [_publisher(publisher)],
        "How to quote it": [_quotation(manifest, made_from, edition=edition, publisher=publisher)],
    }
    return [{"term": term, "told": lines} for term, lines in lines_of.items() if lines]


_OWN = (
    "This report is made again when a source, a method or its words change. Where a figure changes, “What is new” says "
    "so, and its date becomes a later one; the edition before is not kept."
)


def sources_of(manifest: Mapping[str, Any], results: Mapping[str, Any]) -> list[Published]:
    """What a report was made from: the published files among its inputs, then whatever else its counts come from.

    Parameters
    ----------
    manifest
        The manifest of the report.
    results
        Its records.

    Returns
    -------
    list of Published
        Each source once.
    """
    files = sources.files()
    published = [files[name] for name in manifest["inputs"] if name in files]
    for block in results["blocks"]:
        for named_source in block.get("sources", []):
            if not files.keys() & named_source["files"].keys():
                published.append(
                    Published(
                        named_source["title"],
                        named_source["publisher"],
                        "",
                        named_source["address"],
                        named_source["licence"],
                    )
                )
    return list({named(source): source for source in published}.values())


def named(source: Published) -> str:
    """A source in a line: "Home Office: Police force area open data tables, year ending March 2013 onwards.".

    Parameters
    ----------
    source
        The source.

    Returns
    -------
    str
        One line with its stop.
    """
    line = ": ".join(filter(None, (source.publisher, source.edition)))
    return f"{wording.capital(line)}."


def _quotation(
    manifest: Mapping[str, Any], made_from: list[Published], *, edition: Edition, publisher: Publisher
) -> str:
    """How to quote a report, or that it is not to be quoted."""
    if manifest["is_restricted"]:
        return "Not at all outside of where it may be read: it is restricted."
    if manifest["is_draft"]:
        return "Not at all: it is a draft."
    whose = f"{publisher.name}, {SERIES}" if publisher.name else SERIES
    about = ", ".join(filter(None, (manifest["subject"], manifest["particulars"])))
    title = f"{manifest['title']} {f'{about}.' if about else ''}".strip()
    warned = "Made-up cases. " if manifest["is_synthetic"] else ""
    whom = [
        name
        for source in made_from
        for name in (source.publisher.split(", ") if source.edition else [source.publisher])
    ]
    sentences = [f"{whose}: {title} {warned}Figures of {day(edition.date)}."]
    sentences += [f"Sources: {', '.join(dict.fromkeys(whom))}."] if whom and not manifest["is_synthetic"] else []
    sentences += [publisher.page(f"{manifest['folder']}/report.html")]
    return " ".join(filter(None, sentences))


def _period(span: Period | None, results: Mapping[str, Any]) -> Iterator[str]:
    """The months of the counts, and the periods of figures beside them."""
    label = span.label if span else ""
    if span:
        months = f"{span.first:%B %Y} to {span.last:%B %Y}"
        yield f"{label}, {months}." if label != months else f"{label}."
    others = [
        period
        for period in dict.fromkeys(_periods(results["blocks"]))
        if period != label and any(map(str.isdigit, period))
    ]
    if others:
        yield f"{'Beside it, figures' if span else 'Figures'} of {wording.listed(sorted(others))}."


def _periods(nested: Any) -> Iterator[str]:
    """The period of every table of numbers below a part of the records."""
    if isinstance(nested, list):
        for member in nested:
            yield from _periods(member)
    elif isinstance(nested, dict):
        if isinstance(nested.get("about"), dict):
            yield str(nested["about"]["period"])
        for value in nested.values():
            yield from _periods(value)


def _next(issued: list[Releases]) -> Iterator[str]:
    """When the next edition of each source is to be expected, and when somebody looked."""
    for source in issued:
        if source.published == ONCE:
            when = f" ({source.newest_seen})" if source.newest_seen else ""
            yield f"{source.series}: published once{when}. No later one is known of."
            continue
        newest = f" Newest seen: {source.newest_seen}." if source.newest_seen else ""
        day_of_next = f"announced for {day(source.next_release)}" if source.next_release else _UNANNOUNCED
        yield f"{source.series}: issued {source.published}.{newest} Next: {day_of_next}."
    looked = wording.listed(day(when) for when in sorted({source.checked for source in issued}))
    yield f"Looked up on {looked}." if looked else "No next release of any source is known of."


def _newer(made_from: list[Published], issued: list[Releases]) -> Iterator[str]:
    """What a publisher has issued since, as far as somebody saw it: figures that a report does not have."""
    for source in issued:
        edition, _, when = source.newest_seen.partition(", ")
        used = " ".join(published.edition for published in made_from if published.address == source.address)
        if source.published != ONCE and edition and edition not in used:
            yield f"{source.series}: the {edition} was {when}, and is not in this report."


def newer(manifest: Mapping[str, Any]) -> str:
    """That newer figures are published than a report has, in a sentence each; "" where none were seen.

    Parameters
    ----------
    manifest
        What the report is.

    Returns
    -------
    str
        Sentences.
    """
    return " ".join(line for entry in manifest.get("about", []) if entry["term"] == NEWER for line in entry["told"])


def _revised(source: Releases) -> str:
    """What the publisher of a source does with earlier figures."""
    practice = source.revisions or "what becomes of earlier figures is not known here"
    return f"{source.series}: {in_sentence(practice)}."


def _publisher(publisher: Publisher) -> str:
    """Who publishes, and where to ask."""
    if not publisher.name:
        return "No publisher is named, and nobody to ask."
    where = f" Questions: {publisher.address}" if publisher.address else " No address for questions is named."
    return f"{publisher.name}.{where}"
