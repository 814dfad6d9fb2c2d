"""What import-linter cannot say: which library may stand where, who prints and who reads the environment."""

import ast
import tomllib
from functools import cache

import pytest

from tests.conftest import PROJECT

pytestmark = pytest.mark.xdist_group("imports")  # each module is parsed once, by one process
#: The folders in which a library may be used.
ONLY_IN = {
    "papermill": {
        "publishing/running",
    },
    "nbformat": {
        "publishing/notebooks",
        "publishing/running",
    },
    "nbclient": {
        "publishing/running",
    },
    "IPython": {
        "exploring",
        "publishing/running",
    },
    "ipywidgets": {
        "exploring",
    },
    "itables": {
        "exploring",
    },
    "nbconvert": {
        "publishing/report",
    },
    "mistune": {
        "publishing/report",
    },
    "typst": {
        "publishing/report",
    },
    "matplotlib": {
        "presentation/drawing",
        "presentation/drawing/letters",
        "publishing/running",
        "questions/comparison",
        "questions/difference",
        "questions/findings",
        "questions/journey",
        "questions/profile",
        "questions/outcomes",
        "questions/timing",
        "questions/trends",
    },
    "afcharts": {
        "presentation/drawing",
    },
    "tqdm": {
        "cli",
    },
    "xlsxwriter": {
        "presentation/workbook",
    },
    "scipy": {
        "disclosure/drawing",
        "questions/association",
        "questions/comparison",
        "questions/difference",
        "questions/timing",
        "questions/trends",
        "shares",
    },
    "pyarrow": {
        "counts",
        "intake",
        "intake/home_office",
    },
    "fastexcel": {
        "intake",
    },
    "click": {
        "cli",
        "cli/chains",
        "publishing/running",  # papermill's own command is click's: what refuses a parameter there says so its way
    },
    "playwright": {
        "publishing/checks",
    },
    "axe_playwright_python": {
        "publishing/checks",
    },
    "distributed": {
        "publishing/batch",
    },
    "requests": {
        "intake/download",
        "publishing/notify",
    },
    "highspy": {
        "disclosure/drawing",
    },
    "filelock": {
        "system",
    },
}
MODULES = sorted((PROJECT / "analysis").rglob("*.py"))


def name_of(path):
    return path.relative_to(PROJECT / "analysis").as_posix()


def folder_of(path):
    return path.relative_to(PROJECT / "analysis").parent.as_posix()


@cache  # each module is parsed once, whatever is sought in it
def nodes_of(path):
    return tuple(ast.walk(ast.parse(path.read_text())))


@cache
def imported(path):
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return tuple(found)


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stands_where_it_may(library):
    users = {folder_of(path) for path in MODULES if any(name.split(".")[0] == library for name in imported(path))}
    assert users == ONLY_IN[library]


def test_only_the_command_and_the_builder_of_bundled_counts_print():
    calls = {
        name_of(path)
        for path in MODULES
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert calls <= {"builders/published.py"}


def test_only_the_commands_tell():
    for path in MODULES:
        if folder_of(path) not in ("cli", "cli/chains"):
            named = {node.id for node in nodes_of(path) if isinstance(node, ast.Name)}
            assert "say" not in named, name_of(path)


def test_only_the_command_knows_of_an_environment():
    for path in MODULES:
        if name_of(path) in (
            "cli/main.py",
            "publishing/running/children.py",
        ):  # which hands its own modules on, and puts all back
            continue
        named = {node.attr for node in nodes_of(path) if isinstance(node, ast.Attribute)}
        assert not named & {"environ", "getenv", "environb", "putenv"}, name_of(path)


def test_what_windows_lacks_is_loaded_by_the_function_that_needs_it():
    for path in MODULES:
        loaded = [name for node in ast.parse(path.read_text()).body for name in names_imported(node)]
        assert not {"fcntl", "resource", "termios", "msvcrt"} & {*loaded}, name_of(path)


def names_imported(node):
    """The modules that a statement, or one inside it which is run when it is, imports."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [name for inner in ast.iter_child_nodes(node) for name in names_imported(inner)]


def test_only_disclosure_makes_a_protected():
    for path in MODULES:
        if name_of(path) == "disclosure/protected.py":
            continue
        calls = [node for node in nodes_of(path) if isinstance(node, ast.Call)]
        assert not [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == "Protected"]


def test_every_module_of_a_question_has_its_layer():
    """Words, charts and tables above; results; methods: pyproject.toml says of each which it is."""
    [first, *_] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = {one for layer in first["layers"] for one in layer.split(" : ")}
    standing = {
        ".".join(("analysis", *path.relative_to(PROJECT / "analysis").with_suffix("").parts))
        for path in MODULES
        if name_of(path).startswith("questions/") and path.stem != "__init__"
    }
    assert standing <= listed


def test_a_folder_stays_small():
    """What belongs together stands together; a folder of more than a dozen hides what it holds."""
    for folder in {path.parent for path in MODULES}:
        assert len([path for path in folder.glob("*.py") if not path.stem.startswith("__")]) <= 12, folder


def test_a_function_stays_small():
    """A module may be as long as its one idea; what a reader must hold in mind at once is a function.

    What its docstring says in sections is looked up, and does not count.
    """
    long = {
        f"{name_of(path)}:{node.name}": lines
        for path in MODULES
        for node in nodes_of(path)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (lines := lines_of(node)) > 50
    }
    assert long == {}


def lines_of(node):
    """The lines of a function, its docstring left out."""
    first = node.body[0]
    is_said = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return node.end_lineno - node.lineno + 1 - (first.end_lineno - first.lineno if is_said else 0)
