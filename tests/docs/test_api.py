"""docs/api.md is what the docstrings say."""

import runpy

from tests.conftest import PROJECT


def test_the_page_is_what_the_docstrings_say():
    rendered = runpy.run_path(str(PROJECT / "docs" / "api.py"))["rendered"]()
    assert (PROJECT / "docs" / "api.md").read_text(encoding="utf-8") == rendered, "run 'make reference'"


def test_every_entry_says_something():
    rendered = runpy.run_path(str(PROJECT / "docs" / "api.py"))["rendered"]()
    entries = [line for line in rendered.splitlines() if line.startswith("- ")]
    assert not [line for line in entries if line.startswith("- ``:") or line.rstrip().endswith((":", "-"))]
