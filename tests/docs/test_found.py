"""What the README and docs/found.md say was found is what the reports say."""

import json
import re

import pytest

from tests.conftest import PROJECT
from tests.reports import made_once

REPORTS = ("published_findings", "trends", "journey", "force_comparison", "victim_withdrawal", "no_further_action")
NUMBER = re.compile(r"\d[\d,]*\.\d+%?|\d{1,3}(?:,\d{3})+|\d+%|\d+ of (?:the )?\d[\d,]*\b|\b20\d\d/\d\d\b")
#: All recorded cases but those of the Metropolitan Police, which no report has to print.
WORKED_OUT = {f"{135_628 - 11_831:,}"}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The numbers that the reports say in words, or hold in tables and figures."""
    folders = [made_once.folder_of(tmp_path_factory, name, {}) for name in REPORTS]
    blocks = [block for one in folders for block in json.loads((one / "results.json").read_text())["blocks"]]
    words = " ".join(f"{block.get('text', '')} {json.dumps(block.get('records', []))}" for block in blocks)
    return set(NUMBER.findall(words))


def not_said(table, said):
    return [number for number in NUMBER.findall(table) if number not in {*said, *WORKED_OUT}]


@pytest.mark.parametrize("name", ["README.md", "docs/found.md"])
def test_every_number_that_was_found_is_in_a_report(name, said):
    text = (PROJECT / name).read_text(encoding="utf-8")
    table = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    assert len(NUMBER.findall(table)) > 10
    assert not_said(table, said) == []


def test_a_number_that_no_report_has_is_found(said):
    wrong = "| 49.65% of 135,629 cases in 2020/29, 28 of 43 forces, and 49.6% of 135,628 in 2020/21, 27 of 44 |"
    assert not_said(wrong, said) == ["49.65%", "135,629", "2020/29", "28 of 43"]
