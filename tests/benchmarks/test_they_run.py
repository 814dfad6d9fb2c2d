"""Every benchmark runs, at its smallest: what nobody runs for a week is found to ask for names that are gone."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
from benchmarks import coverage
from benchmarks.home_office_workbook import SHEET
from tests import archives
from tests.conftest import PROJECT
from tests.unit.home_office_workbooks import row, written

MODULES = sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__) if not one.ispkg)
FAMILIES = sorted({one.name for one in pkgutil.iter_modules(coverage.__path__)} - {"__main__", "held"})
BROWSER = Path("/usr/bin/chromium")


def pieces(name):
    """The pieces of Python that a benchmark has run in processes of their own, parsed."""
    for held in vars(importlib.import_module(f"benchmarks.{name}")).values():
        if isinstance(held, str) and "import " in held:
            try:
                yield ast.parse(held)
            except SyntaxError:
                continue


def missing(piece):
    """Names of the project that a piece imports, or asks of a module of it, and that are not there."""
    modules = {}
    for node in ast.walk(piece):
        if isinstance(node, ast.ImportFrom) and node.module.startswith(("analysis", "benchmarks")):
            for asked in node.names:
                try:
                    found = importlib.import_module(f"{node.module}.{asked.name}")
                except ImportError:
                    if not hasattr(importlib.import_module(node.module), asked.name):
                        yield f"{node.module}.{asked.name}"
                else:
                    modules[asked.asname or asked.name] = found
    for node in ast.walk(piece):
        is_of_module = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
        if is_of_module and not hasattr(modules[node.value.id], node.attr):
            yield f"{node.value.id}.{node.attr}"


WITH_PIECES = ["before_after", "case_rows", "home_office_workbook", "pdf", "police_uk", "report_engines", "workbook"]


@pytest.mark.parametrize("name", WITH_PIECES)
def test_what_it_measures_asks_for_names_that_are_there(name):
    found = list(pieces(name))
    assert found
    assert [name for piece in found for name in missing(piece)] == []


def test_a_name_that_is_gone_is_found():
    piece = "from analysis.publishing.notebooks import jobs, notebooks\njobs.checked\nnotebooks._cells\n"
    assert list(missing(ast.parse(piece))) == ["notebooks._cells"]
    assert list(missing(ast.parse("from analysis.counts import nothing_here"))) == ["analysis.counts.nothing_here"]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    command = [sys.executable, "-m", "analysis.cli", "run", "journey", "--out", str(out)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return next((out / "journey").iterdir())


def small(name, folder, request):
    """What a benchmark is told on its command line, to take as little as it can."""
    workbook = str(written(folder / "figures.xlsx", row(), row(quarter=2), sheet=SHEET))
    return {
        "batches": lambda: ["growth", "spread", "--largest", "10"],
        "before_after": lambda: [workbook, str(PROJECT), "--times", "1", "--only", "all forms", "counts"],
        "case_rows": lambda: [str(folder / "rows"), "--rows", "20000", "--times", "1", "--growth", "0.01"],
        "fits_attacked": list,
        "home_office_workbook": lambda: [workbook, "--times", "1", "--years", "2"],
        "pdf": lambda: ["--times", "1", "--browser", str(BROWSER)],
        "police_uk": lambda: [str(gzipped(folder)), "--times", "1"],
        "reading_age": lambda: ["--out", str(request.getfixturevalue("report").parents[1])],
        "release": lambda: ["1"],
        "report_engines": lambda: ["--times", "1", "journey"],
        "workbook": lambda: [str(request.getfixturevalue("report")), "--times", "1"],
    }[name]()


def gzipped(folder):
    """Two months of data.police.uk, as the publisher's archive of one force is kept here."""
    plain = archives.two_forces(folder / "plain")
    return archives.write(folder / "force", {f"{path.name}.gz": path.read_bytes() for path in plain.glob("*kent*")})


NEEDS = {"home_office_workbook": "python_calamine", "reading_age": "textstat", "pdf": "playwright"}
#: Those that are parts of others, and the one that has tests of its own.
NOT_ALONE = {"command", "killed", "measure", "quick_batch", "whole_reports"}
#: A process of its own, since a child's memory is counted from its parent's; what was measured last stays as it is.
RUN = """
import sys; from pathlib import Path
from benchmarks import {name} as benchmark
benchmark.RESULTS, benchmark.FEW = Path(sys.argv.pop(1)), 3
benchmark.main()
"""


@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in MODULES if name not in NOT_ALONE])
def test_it_runs(name, tmp_path, request):
    pytest.importorskip(NEEDS.get(name, "sys"), reason="a library of this comparison alone, which is not installed")
    if name == "pdf" and not BROWSER.exists():
        pytest.skip("there is no Chromium here to compare with")
    results = tmp_path / "results.md"
    words = [sys.executable, "-c", RUN.format(name=name), str(results), *small(name, tmp_path, request)]
    run = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told = results.read_text(encoding="utf-8") if results.exists() else run.stdout
    assert len([line for line in told.splitlines() if any(map(str.isdigit, line))]) > 1


@pytest.mark.nightly
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_coverage_runs(family):
    tried = list(importlib.import_module(f"benchmarks.coverage.{family}").tried(20))
    assert tried
    assert all(0 <= each.held <= 1 and each.tries > 0 for each in tried)
