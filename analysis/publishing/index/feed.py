"""A feed of new and changed reports in the Atom format (RFC 4287).

An entry's id is made from the folder of its report and stays for good. It counts as updated when the answer or the
numbers of the report change, not when the report is made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin
from uuid import UUID, uuid5
from xml.etree import ElementTree

from analysis.presentation import wording
from analysis.publishing.about.editions import day
from analysis.publishing.index.catalogue import Entry

NAME = "feed.xml"
TITLE = "Stalking attrition in England and Wales: new and changed reports"
AUTHOR = "Stalking attrition in England and Wales"
NEWEST = 100  # entries
_NAMESPACE = UUID("6a1f3c52-0f0e-5a44-9a0c-6d1d7c9b2e81")  # of this suite's reports, drawn once
_ATOM = "http://www.w3.org/2005/Atom"


def feed(entries: Iterable[Entry], *, address: str = "", is_restricted: bool = False) -> str:
    """The feed of the NEWEST reports, newest first, as XML. Empty text where there is no report.

    Parameters
    ----------
    entries
        The reports of a place.
    address
        Where the folder of reports is published, such as "https://example.org/reports/"; without it links are relative
        to the feed.
    is_restricted
        Whether it is the feed of restricted reports.

    Returns
    -------
    str
        Atom, with its declaration.
    """
    reports = sorted(
        (entry for entry in entries if entry.made_at), key=lambda entry: (entry.changed_at, entry.folder), reverse=True
    )
    if not reports:
        return ""
    base = f"{address.rstrip('/')}/" if address else ""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})
    kind = "restricted " if is_restricted else ""
    _add(root, "id", uuid5(_NAMESPACE, f"{kind}feed").urn)
    _add(root, "title", f"Restricted: {TITLE}" if is_restricted else TITLE)
    _add(root, "updated", reports[0].changed_at)
    _add(_add(root, "author"), "name", AUTHOR)
    _add(root, "link", rel="self", type="application/atom+xml", href=urljoin(base, NAME))
    _add(root, "link", rel="alternate", type="text/html", href=urljoin(base, "index.html"))
    if is_restricted:
        _add(root, "rights", f"{wording.RESTRICTED} {wording.NO_LICENCE}")
    for entry in reports[:NEWEST]:
        _entry(root, entry, base, kind=kind)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _entry(root: ElementTree.Element, report: Entry, base: str, *, kind: str) -> None:
    """One report: what it is about, what it answers, whether it is new or has changed."""
    entry = _add(root, "entry")
    before = f"{kind.capitalize().strip()}: " if kind else ""
    before += "Made-up cases: " if report.is_synthetic else ""
    _add(entry, "id", uuid5(_NAMESPACE, f"{kind}report {report.folder}").urn)
    _add(entry, "title", f"{before}{report.subject}: {report.title}")
    _add(entry, "published", report.first_made_at)
    _add(entry, "updated", report.changed_at)
    is_new = report.first_made_at == report.changed_at
    news = (
        f"New on {day(report.changed_at)}." if is_new else f"Its answer or figures changed on {day(report.changed_at)}."
    )
    _add(entry, "summary", f"{report.answer} {news}".strip())
    _add(entry, "category", term=report.notebook, label=report.question)
    _add(entry, "link", rel="alternate", type="text/html", href=urljoin(base, report.link))


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = text or None
    return element
