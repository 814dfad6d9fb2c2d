"""What import-linter cannot say: which library may stand where, who prints and who reads the environment."""

import ast
from functools import cache

import pytest

from tests.conftest import PROJECT

ONLY_IN = {
    "papermill": {"publishing/running/engine.py", "publishing/running/entry.py", "publishing/running/warm.py"},
    "nbformat": {"publishing/notebooks/notebooks.py", "publishing/running/warm.py"},
    "nbclient": {"publishing/running/engine.py", "publishing/running/warm.py"},
    "IPython": {"publishing/running/shell.py"},
    "nbconvert": {"publishing/report/exporters.py", "publishing/report/prose.py"},
    "typst": {"publishing/report/typesetting.py"},
    "matplotlib": {
        "questions/trends/control_chart.py",
        "questions/timing/curves.py",
        "presentation/drawing/dots.py",
        "questions/comparison/funnel_chart.py",
        "questions/journey/chart.py",
        "questions/comparison/league_chart.py",
        "presentation/drawing/lettering.py",
        "presentation/drawing/paired.py",
        "questions/outcomes/pictures.py",
        "presentation/drawing/settings.py",
        "questions/findings/specification_chart.py",
        "presentation/drawing/style.py",
        "questions/trends/year_chart.py",
        "publishing/running/preloaded.py",
    },
    "afcharts": {"presentation/drawing/settings.py"},
    "tqdm": {"batch_command.py"},
    "gptables": {"presentation/workbook/workbook.py"},
    "scipy": {
        "disclosure/drawing/certificate.py",
        "questions/association/association.py",
        "questions/association/regression.py",
        "questions/comparison/funnel.py",
        "shares/differences.py",
        "questions/timing/gray.py",
        "questions/comparison/heterogeneity.py",
        "shares/intervals.py",
        "questions/timing/forecast.py",
        "questions/association/multinomial.py",
        "questions/comparison/pooling.py",
        "questions/trends/signals.py",
        "questions/association/separation.py",
    },
    "pyarrow": {
        "counts.py",
        "intake/home_office/cells.py",
        "intake/home_office/layout.py",
        "intake/home_office/rows.py",
        "intake/home_office/tally.py",
        "intake/home_office/cache.py",
        "intake/sheet_reader.py",
        "intake/workbooks.py",
    },
    "fastexcel": {"intake/sheet_reader.py"},
    "click": {
        "audit_command.py",
        "batch_command.py",
        "check_command.py",
        "cli.py",
        "fetch_command.py",
        "intake_commands.py",
        "options.py",
        "release_command.py",
        "telling.py",
    },
    "playwright": {"publishing/checks/browser_rules.py"},
    "axe_playwright_python": {"publishing/checks/browser_rules.py"},
    "distributed": {"publishing/batch/executors.py"},
    "requests": {"intake/download/answers.py", "intake/download/transfer.py"},
}
MODULES = sorted((PROJECT / "analysis").rglob("*.py"))


def name_of(path):
    return path.relative_to(PROJECT / "analysis").as_posix()


@cache  # each module is parsed once, whichever libraries are sought in it
def imported(path):
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return tuple(found)


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stands_where_it_may(library):
    users = {name_of(path) for path in MODULES if any(name.split(".")[0] == library for name in imported(path))}
    assert users == ONLY_IN[library]


def test_only_the_command_and_the_builder_of_bundled_counts_print():
    calls = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert calls <= {"cli/published.py"}


def test_only_the_commands_tell():
    for path in MODULES:
        if not name_of(path).endswith(("_command.py", "_commands.py")) and name_of(path) not in (
            "cli.py",
            "telling.py",
        ):
            named = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
            assert "say" not in named, name_of(path)
            assert "analysis.cli.telling" not in imported(path), name_of(path)


def test_only_the_command_knows_of_an_environment():
    for path in MODULES:
        if name_of(path) in (
            "cli.py",
            "publishing/running/children.py",
        ):  # which hands its own modules on, and puts all back
            continue
        named = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not named & {"environ", "getenv", "environb", "putenv"}, name_of(path)


def test_only_disclosure_makes_a_protected():
    for path in MODULES:
        if name_of(path) == "disclosure/protected.py":
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        assert not [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == "Protected"]


def test_nothing_imports_intake_but_its_commands():
    for path in MODULES:
        if not name_of(path).startswith(("intake/", "intake_commands.py", "fetch_command.py", "bundled.py")):
            assert not [name for name in imported(path) if name.startswith("analysis.intake")], name_of(path)


def test_a_function_stays_small():
    """A module may be as long as its one idea; what a reader must hold in mind at once is a function."""
    long = {
        f"{name_of(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or node.lineno) - node.lineno >= 50
    }
    assert long == {}
