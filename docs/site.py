"""Builds the site of documents in build/site, with the public reports that stand in reports/: ``make docs``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from analysis.publishing.placing.places import RESTRICTED

PROJECT = Path(__file__).resolve().parent.parent
SITE = PROJECT / "build" / "site"
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
    door = "docs/index.html"
    (site / "index.html").write_text(_DOOR.format(door), encoding="utf-8")
    shutil.rmtree(site / "reports", ignore_errors=True)
    if has_reports:
        left_out = shutil.ignore_patterns(RESTRICTED, "batches", ".*", "README.md")
        shutil.copytree(reports, site / "reports", ignore=left_out)
    return 0


if __name__ == "__main__":
    sys.exit(build())
