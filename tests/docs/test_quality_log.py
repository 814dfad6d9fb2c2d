"""docs/quality_log.md is what the suite holds, and CITATION.cff names this version of it."""

import re
import runpy

import pytest
import yaml

import analysis
from analysis.reference import sources
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


def test_every_row_of_trials_that_does_not_hold_is_shown_to_whoever_signs(log):
    pages = sorted((PROJECT / "benchmarks" / "results" / "coverage").glob("*.md"))
    failing = sum(int(log["_verdicts"](page)[1]) for page in pages)
    shown = log["rendered"]().partition("What is not within what is allowed.")[2].partition("\n\n## ")[0]
    assert len(re.findall(r"^\| \w", shown, flags=re.MULTILINE)) == failing + 1 > 1
    assert all(log["_day"](page) != "not said" for page in pages)


def test_what_is_said_to_be_checked_is_there(log):
    for _, where, when in log["_DONE"]:
        for path in re.findall(r"`([\w/.]+)`|\(([\w/.-]+)\)", where):
            assert (PROJECT / (path[0] or f"docs/{path[1]}")).exists(), path
        assert re.search(r"make test|by hand|reports", when)


def test_nobody_is_said_to_have_signed(log):
    signed = log["rendered"]().partition("## Roles and sign-off")[2]
    named = {
        row.split("|")[1].partition(":")[0].strip(): row.split("|")[2].strip() for row in signed.splitlines()[6:] if row
    }
    [author] = cited()["authors"]
    assert named == {"Commissioner": "", "Analyst": author["name"], "Assurer": "", "Approver": ""}


def cited():
    return yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))


#: What version 1.2.0 of the Citation File Format knows (https://github.com/citation-file-format, schema-guide.md).
KEYS = re.findall(
    r"[\w-]+",
    "abstract authors cff-version commit contact date-released doi identifiers keywords license license-url message "
    "preferred-citation references repository repository-artifact repository-code title type url version",
)


def test_the_citation_names_this_version():
    held = cited()
    assert (held["cff-version"], held["version"]) == ("1.2.0", analysis.__version__)
    assert {"message", "title", "authors", "license"} <= set(held) <= set(KEYS)
    assert (held["type"], held["license"]) == ("software", "MIT")
    assert all(isinstance(held[key], str) for key in ("cff-version", "version", "message", "title", "abstract"))
    assert len(set(held["keywords"])) == len(held["keywords"])


def test_what_it_refers_to_is_what_the_figures_come_from():
    addresses = {source.address for source in sources.files().values()}
    for reference in [cited(), *cited()["references"]]:
        assert all(set(author) == {"name"} and author["name"] for author in reference["authors"])
    for reference in cited()["references"]:
        assert {"type", "title", "authors"} <= set(reference)
        assert reference["url"] in addresses
