"""Reports say what they said: a move, a tidying or a library changes no number and no word."""

import json

import pytest

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
