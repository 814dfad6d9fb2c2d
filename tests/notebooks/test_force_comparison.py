"""The comparison of forces makes a page of any counts: its cells are run on counts that hold little or nothing."""

import ast
from contextlib import nullcontext
from functools import cache
from unittest import mock

import pytest

from analysis.counts import counts
from analysis.disclosure import release
from analysis.presentation.blocks import Shown
from analysis.publishing.notebooks import notebooks
from tests.conftest import EVERY, make_counts, nightly
from tests.released import nearest
from tests.reports.page import Page
from tests.reports.people import released

DAY, LAST = "2024-04-01", "2025-01-01"
WHOLE = [DAY, "2024-07-01", "2024-10-01", LAST]


def year(*forces, sensitivity="published", **changes):
    """A year of counts from (force, withdrew, evidence, open) for its first quarter; the others have no cases.

    Of people they are released, of its first month, with one case in its last so that the year is whole; but for the
    night each number is the nearest that may be shown, since to draw one takes seconds and hides no other.
    """
    rows = [
        (force, DAY, code, number)
        for force, *numbers in forces
        for code, number in zip(("16", "15", "0"), numbers, strict=True)
        if number
    ]
    if sensitivity != "published":
        with nullcontext() if EVERY else mock.patch.object(release, "drawn", nearest):
            return released([*rows, (forces[0][0], "2025-03-01", "15", 1)], sensitivity=sensitivity)
    rows += [(forces[0][0], day, "15", 0) for day in WHOLE[1:]]
    return make_counts(rows, **changes)


FORCES = [("Kent", 52, 40, 8), ("Essex", 31, 60, 9), ("Gwent", 70, 20, 10), ("Surrey", 44, 50, 6)]
SMALL = [(name, 3, 4, 1) for name, *_ in FORCES]
AWKWARD = {
    "two forces": (FORCES[:2], {}),
    "one force": (FORCES[:1], {}),
    "one force not received": (FORCES, {"missing": [("Essex", day) for day in WHOLE]}),
    "the chosen force not received": (FORCES, {"missing": [("Kent", day) for day in WHOLE]}),
    "a force with a negative outcome": ([*FORCES, ("Sussex", -2, 90, 12)], {}),
    "nobody withdrew": ([(name, 0, 90, 10) for name, *_ in FORCES], {}),
    "everybody withdrew": ([(name, 50, 0, 0) for name, *_ in FORCES], {}),
    "guarded": ([*FORCES, ("Sussex", 4, 90, 6)], {"sensitivity": "restricted"}),
    "guarded, all too small": (SMALL, {"sensitivity": "restricted"}),
    "made up": (FORCES, {"sensitivity": "synthetic"}),
    "all alike": ([(name, 50, 50, 0) for name, *_ in FORCES], {}),
}
#: A force that lacks figures, and forces of which none may be shown.
OFTEN = ("the chosen force not received", "guarded, all too small")


@cache
def awkward(name):
    """Counts that hold little or nothing, made when they are first asked for: a release takes a while."""
    forces, changes = AWKWARD[name]
    return year(*forces, **changes)


def shown(held, monkeypatch, **given):
    """What each code cell shows, the cells being run one after another as a kernel does.

    The notebook's own set is the one given; the published set of all offences, which it looks at beside, is itself.
    """
    book, read = notebooks.read(notebooks.path_of("force_comparison")), counts.read
    monkeypatch.setattr(counts, "read", lambda name: held if name == "stalking_2024_25" else read(name))
    space, found = {}, []
    for cell in (cell for cell in book.cells if cell.cell_type == "code"):
        tree = ast.parse(cell.source)
        last = tree.body[-1]
        is_shown = isinstance(last, ast.Expr)
        exec(compile(ast.Module(tree.body[:-1] if is_shown else tree.body, []), "cell", "exec"), space)
        space |= {"counts": "stalking_2024_25", **given} if "parameters" in cell.metadata.get("tags", []) else {}
        if is_shown:
            found.append(eval(compile(ast.Expression(last.value), "cell", "eval"), space))
    return found


@pytest.mark.parametrize("name", nightly(AWKWARD, *OFTEN))
@pytest.mark.parametrize("measure", nightly(["victim_withdrawal", "charged", "undecided"], "victim_withdrawal"))
def test_a_page_of_awkward_counts(name, measure, monkeypatch):
    held = awkward(name)
    blocks = shown(held, monkeypatch, force="Kent", measure=measure, group="Essex, Sussex")
    assert all(isinstance(block, Shown) for block in blocks)
    assert [block.kind for block in blocks].count("figure") == 3
    page = Page("".join(block.html for block in blocks))
    assert "[c]" in page.text or name != "guarded, all too small"
    for word in ("nan", "<NA>", "inf"):
        assert f" {word} " not in page.text
        assert f"{word}%" not in page.text
    figures = [block for block in blocks if block.kind == "figure"]
    assert all(block.record["title"] and len(block.record["description"]) > 40 for block in figures)
    assert ("made-up stalking cases" in blocks[2].text) == (held.sensitivity == "synthetic")
