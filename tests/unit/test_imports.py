"""What import-linter cannot say: which library may stand where, who prints and who reads the environment."""

import ast
from functools import cache

import pytest

from tests.conftest import PROJECT

ONLY_IN = {
    "papermill": {"publishing/engine.py", "publishing/entry.py", "publishing/warm.py"},
    "nbformat": {"publishing/notebooks.py", "publishing/warm.py"},
    "nbclient": {"publishing/engine.py", "publishing/warm.py"},
    "IPython": {"publishing/shell.py"},
    "nbconvert": {"publishing/exporters.py", "publishing/prose.py"},
    "typst": {"publishing/typesetting.py"},
    "matplotlib": {
        "presentation/control.py",
        "presentation/curve_plot.py",
        "presentation/curves.py",
        "presentation/dots.py",
        "presentation/funnels.py",
        "presentation/journey_chart.py",
        "presentation/leagues.py",
        "presentation/lettering.py",
        "presentation/paired.py",
        "presentation/pictures.py",
        "presentation/settings.py",
        "presentation/specification.py",
        "presentation/style.py",
        "presentation/year_chart.py",
        "publishing/preloaded.py",
    },
    "afcharts": {"presentation/settings.py"},
    "tqdm": {"batch_command.py"},
    "gptables": {"presentation/workbook.py"},
    "scipy": {
        "disclosure/drawing/certificate.py",
        "statistics/association_checks.py",
        "statistics/average_differences.py",
        "statistics/comparison.py",
        "statistics/differences.py",
        "statistics/feature_models.py",
        "statistics/gray.py",
        "statistics/heterogeneity.py",
        "statistics/intervals.py",
        "statistics/logistic.py",
        "statistics/maturity.py",
        "statistics/multinomial.py",
        "statistics/pooling.py",
        "statistics/ranks.py",
        "statistics/seasonality.py",
        "statistics/separation.py",
    },
    "pyarrow": {
        "counts.py",
        "intake/home_office_cells.py",
        "intake/home_office_layout.py",
        "intake/home_office_rows.py",
        "intake/home_office_tally.py",
        "intake/reading_cache.py",
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
    "playwright": {"publishing/browser_rules.py"},
    "axe_playwright_python": {"publishing/browser_rules.py"},
    "distributed": {"publishing/executors.py"},
    "requests": {"intake/answers.py", "intake/transfer.py"},
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
    assert calls <= {"intake/published.py"}


def test_only_the_commands_tell():
    for path in MODULES:
        if not name_of(path).endswith(("_command.py", "_commands.py")) and name_of(path) not in (
            "cli.py",
            "telling.py",
        ):
            named = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
            assert "say" not in named, name_of(path)
            assert "analysis.telling" not in imported(path), name_of(path)


def test_only_the_command_knows_of_an_environment():
    for path in MODULES:
        if name_of(path) in ("cli.py", "publishing/children.py"):  # which hands its own modules on, and puts all back
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
