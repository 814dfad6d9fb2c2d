"""What a search engine may list of a folder of reports (sitemaps.org): every public page, with its address.

There is one only where somebody has said where the folder is served, since each address in it must be whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from xml.etree import ElementTree

from analysis.publishing.index.catalogue import Entry

NAME = "sitemap.xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(entries: Iterable[Entry], guides: Iterable[str], *, site: str) -> str:
    """The sitemap of a folder, as XML.

    Parameters
    ----------
    entries
        The reports that stand there, with the day on which what they say last changed.
    guides
        The names of the pages that lead to them.
    site
        Where the folder is served; "" for nowhere.

    Returns
    -------
    str
        The file, empty where there is to be none.
    """
    if not site:
        return ""
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(f"{{{_NAMESPACE}}}urlset")
    pages = [(quote(name), "") for name in guides] + [
        (entry.link, entry.changed_at) for entry in entries if entry.made_at
    ]
    for name, changed in pages:
        page = ElementTree.SubElement(root, f"{{{_NAMESPACE}}}url")
        ElementTree.SubElement(page, f"{{{_NAMESPACE}}}loc").text = f"{site.rstrip('/')}/{name}"
        if changed:
            ElementTree.SubElement(page, f"{{{_NAMESPACE}}}lastmod").text = changed
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
