"""Every block of Python that a document prints is run: by the test that follows its page, or here as it stands."""

import ast
import re

import pytest

from analysis.counts import counts
from tests.conftest import PROJECT
from tests.docs.typed import printed

#: The tests that follow a page and hold what its Python gives to what it says.
FOLLOWED = {
    "README.md": "tests/docs/test_docs.py",
    "docs/data_downloads.md": "tests/docs/test_elsewhere.py",
    "docs/exploring.md": "tests/docs/test_exploring.py",
    "docs/own_question.md": "tests/docs/test_own_question.py",
    "docs/tutorial.md": "tests/docs/test_tutorial.py",
}
#: Written from docstrings, whose examples tests/docs/test_examples.py runs.
WRITTEN = "docs/api.md"


def blocks(text):
    """The Python of a page, in order, as it would be typed into a notebook."""
    return re.findall(r"^```(?:python|pycon)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


WITH_PYTHON = {
    page: found
    for page in (*printed.PAGES, *FOLLOWED)
    if page != WRITTEN and (found := blocks((PROJECT / page).read_text("utf-8")))
}


def run(code, page, held):
    """Run a block; what its last line gives, as a cell of a notebook shows it."""
    *lines, last = ast.parse(code).body
    exec(compile(ast.Module(lines, []), page, "exec"), held)
    if not isinstance(last, ast.Expr):
        return exec(compile(ast.Module([last], []), page, "exec"), held)
    return eval(compile(ast.Expression(last.value), page, "eval"), held)


@pytest.mark.parametrize("page", [page for page in WITH_PYTHON if page not in FOLLOWED])
def test_what_no_test_follows_runs_and_shows_something(page):
    counts.forget_read()  # as in a process of its own
    held = {}
    shown = [run(code, page, held) for code in WITH_PYTHON[page]]
    assert shown[-1] is not None


@pytest.mark.parametrize(("page", "test"), FOLLOWED.items())
def test_what_is_said_to_be_followed_is(page, test):
    assert WITH_PYTHON[page]
    assert page.rpartition("/")[2] in (PROJECT / test).read_text("utf-8")
