"""Docstrings of the public functions of ``analysis`` have numpydoc's sections, whole and in order."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import validate

import analysis

HOUSE = Path(analysis.__file__).parent
#: Not held: commands, whose docstrings are what --help prints, and what is loaded by JupyterLab alone.
LEFT_OUT = {HOUSE / "cli", HOUSE / "lab" / "saving.py"}
#: Sections out of order or unknown; parameters left out, unknown or out of order; Returns or Yields left out.
RULES = {"GL06", "GL07", "PR01", "PR02", "PR03", "RT01", "YD01"}


#: Modules that define something public: what else a module does when it is loaded is not done for it.
MODULES = [
    path
    for path in sorted(HOUSE.rglob("[!_]*.py"))
    if not LEFT_OUT & {path, *path.parents} and re.search(r"^ *def [a-z]", path.read_text("utf-8"), re.MULTILINE)
]


def named(path):
    """The name of a module of the package."""
    return ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)


def functions(path):
    """The public functions of a module, and the public methods of its public classes, behind caches and the like."""
    module, own = import_module(named(path)), {}
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        for member, attribute in (vars(thing) if inspect.isclass(thing) else {"": thing}).items():
            behind = inspect.unwrap(getattr(attribute, "__func__", attribute))
            if inspect.isfunction(behind) and behind.__module__ == module.__name__ and not member.startswith("_"):
                own[f"{name}.{member}".rstrip(".")] = behind
    return own


def faults(function):
    """What is wrong with the docstring of a function, a line each."""
    errors = validate(get_doc_object(function))["errors"]
    found = [f"{code} {told}" for code, told in errors if code in RULES]
    text = inspect.getdoc(function) or ""
    if re.search(r"\bRaises\s+[A-Z]\w+", text):
        found.append("tells what it raises, outside a section Raises")
    if re.search(r"^ +raise [A-Z]", inspect.getsource(function), re.MULTILINE) and "\nRaises\n-" not in text:
        found.append("raises, and has no section Raises")
    gives_nothing = inspect.signature(function).return_annotation in (None, "None", "NoReturn")
    if not gives_nothing and not re.search(r"^(Returns|Yields)\n-", text, re.MULTILINE):
        found.append("has no section Returns")
    return found


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_sections_of_docstrings_are_whole_and_in_order(path):
    assert {name: wrong for name, function in functions(path).items() if (wrong := faults(function))} == {}


#: Whose examples would take seconds: a forecast is drawn again and again.
WITHOUT_EXAMPLES = {"Times.heading_for"}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "answers"], ids=named)
def test_what_a_result_gives_has_an_example_that_runs(path):
    asked = {name: function for name, function in functions(path).items() if not name.startswith("_")}
    without = {name for name, function in asked.items() if "\n>>> " not in (inspect.getdoc(function) or "")}
    assert without == (WITHOUT_EXAMPLES | {"Answer.headline"}) & set(asked)  # a headline each result has of its own


def test_functions_and_methods_are_looked_at():
    assert {"Counts.select", "read"} <= set(functions(HOUSE / "counts" / "counts.py"))


def left_out(one, *, other):
    """Does nothing.

    Parameters
    ----------
    one
        Something.

    Returns
    -------
    int
        Nothing.
    """
    return other


def out_of_order():
    """Does nothing. Raises ValueError when asked.

    Raises
    ------
    ValueError
        When asked.

    Returns
    -------
    int
        Nothing.
    """
    return 1


def unwarned():
    """Does nothing."""
    raise ValueError


def untold(one: int) -> int:
    """Does nothing.

    Parameters
    ----------
    one
        Something.
    """
    return one


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (left_out, "PR01"),
        (out_of_order, "GL07"),
        (out_of_order, "tells what it raises"),
        (untold, "no section Returns"),
        (unwarned, "no section Raises"),
    ],
)
def test_each_fault_is_found(function, told):
    assert any(told in fault for fault in faults(function))
