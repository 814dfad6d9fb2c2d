"""Builds the site of documents in build/site, with the public reports that stand in reports/: ``make docs``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from analysis.publishing.placing.places import RESTRICTED

PROJECT = Path(__file__).resolve().parent.parent
SITE = PROJECT / "build" / "site"
#: What Furo's pages lack for those who hear them or have no mouse, by axe-core's rules, and what they have instead.
_MENDED = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    "<pre>": '<pre tabindex="0">',  # it scrolls, and so does a table
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<th class="head"><p></p></th>': "<td></td>",  # Markdown has no table without a heading
    '<div id="search-results"></div>': '<h1>Search</h1><div id="search-results"></div>',
}
_DOOR = (
    '<!doctype html><html lang="en-GB"><title>Stalking attrition</title><meta http-equiv="refresh" content="0; url={}">'
)


def build(site: Path = SITE, *, reports: Path = PROJECT / "reports") -> int:
    """Every page of the project as a site, with the reports of a folder below it. Restricted ones are left out.

    Parameters
    ----------
    site
        The folder to build in.
    reports
        Made reports; where there are none the site has no reports.

    Returns
    -------
    int
        0, or the status of Sphinx: a link that leads nowhere fails the build.
    """
    has_reports = (reports / "index.html").exists()
    words = ["-q", "-b", "html", "-W", "--keep-going", "-n", "-c", str(PROJECT / "docs"), "-d", f"{site}-kept"]
    words += ["-t", "with_reports"] if has_reports else []  # by which the first page leads to them
    status = build_main([*words, str(PROJECT), str(site)])
    if status:
        return status
    for page in site.rglob("*.html"):
        if page.parent == site / "reports" or not page.is_relative_to(site / "reports"):
            page.write_text(_mended(page.read_text(encoding="utf-8")), encoding="utf-8")
    door = "docs/index.html"
    (site / "index.html").write_text(_DOOR.format(door), encoding="utf-8")
    _put_reports(reports if has_reports else None, site / "reports")
    return 0


def _put_reports(reports: Path | None, place: Path) -> None:
    """Have the reports of a folder, and no others, beside the page on what a report is, which stands there already."""
    page = (place / "README.html").read_bytes()
    shutil.rmtree(place)
    place.mkdir()
    if reports:
        left_out = shutil.ignore_patterns(RESTRICTED, "batches", ".*", "README.md")
        shutil.copytree(reports, place, ignore=left_out, dirs_exist_ok=True)
    (place / "README.html").write_bytes(page)


def _mended(page: str) -> str:
    """A page of Furo's that keeps the rules of access; the same again where it does."""
    for lacking, whole in _MENDED.items():
        page = page.replace(lacking, whole) if whole not in page else page
    return page


if __name__ == "__main__":
    sys.exit(build())
