"""Reports say what they said: a move, a tidying or a library changes no number and no word."""

import json
import runpy

import pytest
from PIL import Image

from tests.conftest import PROJECT
from tests.reports import golden, made_once

SAID = json.loads(golden.FILE.read_text())


@pytest.mark.parametrize(("name", "given"), golden.REPORTS, ids=[golden.key(*one) for one in golden.REPORTS])
def test_a_report_says_what_it_said(tmp_path_factory, name, given):
    assert golden.digests(made_once.folder_of(tmp_path_factory, name, given)) == SAID[golden.key(name, given)]


def test_a_number_or_a_word_that_changed_is_seen(tmp_path):
    (tmp_path / "results.json").write_text("{}")
    told = "Edition 90311327c390. About 45% of 11,831 cases."
    changes = {"90311327c390": "aaaaaaaaaaaa", "45%": "46%", "About": "Some"}
    found = []
    for page in (told, *(told.replace(one, other) for one, other in changes.items())):
        (tmp_path / "report.html").write_text(page)
        found.append(golden.digests(tmp_path)["report.html"])
    assert found[0] == found[1]
    assert len(set(found)) == 3


@pytest.mark.parametrize("name", ["victim_withdrawal", "force_comparison", "trends"])
def test_the_picture_in_the_readme_shows_what_the_reports_answer(tmp_path_factory, name):
    answer = runpy.run_path(str(PROJECT / "docs" / "picture.py"))["answer"]
    shown = Image.open(PROJECT / "docs" / "picture.png").text
    assert answer(made_once.folder_of(tmp_path_factory, name, {})) == (name, shown[name]), "run 'make picture'"
    assert len(shown) == 3
