"""The site of documents: ``make docs`` builds it with Sphinx from the pages of the project."""

from __future__ import annotations

import re
from pathlib import Path

_PROJECT = Path(__file__).parent.parent
_CODE = (_PROJECT / "analysis" / "__init__.py").read_text(encoding="utf-8")

project = "Stalking attrition in England and Wales"
author = "The stalking attrition maintainers"
release = version = "".join(re.findall(r'__version__ = "([^"]+)"', _CODE))
language = "en-GB"

extensions = ["myst_parser"]
myst_heading_anchors = 4
source_suffix = {".md": "markdown"}
root_doc = "docs/index"
include_patterns = [
    *("docs/*.md", "docs/how_to/*.md", "docs/decisions/*.md", "docs/scheduling/*.md"),
    *("benchmarks/*.md", "benchmarks/**/*.md"),
    *(
        "data/cases/README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "README.md",
        "SECURITY.md",
        "data/README.md",
        "reports/README.md",
    ),
]
exclude_patterns = [
    ".*",
    "**/.*",
    "**/__pycache__",
    "tests",
    "build",
    "drafts",
    "reports/[!R]*",
    "analysis",
    "*.egg-info",
]

# Decisions and measurements have a page that lists them.
suppress_warnings = ["toc.not_included"]

html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
