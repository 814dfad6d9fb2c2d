"""docs/quality_log.md is what the suite holds, and CITATION.cff names this version of it."""

import runpy

import pytest
import yaml

import analysis
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def log():
    return runpy.run_path(str(PROJECT / "docs" / "quality_log.py"))


def test_the_page_is_what_the_suite_holds(log):
    assert (PROJECT / "docs" / "quality_log.md").read_text(encoding="utf-8") == log["rendered"](), (
        "run 'make reference'"
    )


def test_a_row_of_trials_that_does_not_hold_is_counted(log, tmp_path):
    page = tmp_path / "shares.md"
    page.write_text("# A\n\n| of what | verdict |\n| --- | --- |\n| a | holds |\n| b | too wide |\n", encoding="utf-8")
    assert log["_verdicts"](page) == ("2", "1")


def test_the_citation_names_this_version():
    cited = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["cff-version"], cited["version"]) == ("1.2.0", analysis.__version__)
    assert {"message", "title", "authors", "license"} <= set(cited)
