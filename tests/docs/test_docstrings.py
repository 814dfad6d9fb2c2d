"""Docstrings of the public functions of packages that researchers call have numpydoc's sections, whole and in order."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import validate

import analysis

HOUSE = Path(analysis.__file__).parent
#: The modules of these folders, without those of folders within; grown as folders are finished.
HELD = (
    "analysis.answers",
    "analysis.counts",
    "analysis.disclosure",
    "analysis.intake",
    "analysis.intake.case_files",
    "analysis.intake.home_office",
    "analysis.intake.police_uk",
    "analysis.presentation",
    "analysis.presentation.data_files",
    "analysis.presentation.drawing",
    "analysis.presentation.workbook",
    "analysis.publishing.batch",
    "analysis.publishing.report",
    *(f"analysis.questions.{path.name}" for path in sorted((HOUSE / "questions").glob("[!_]*"))),
    "analysis.reference",
    "analysis.shares",
)
#: Sections out of order or unknown; parameters left out, unknown or out of order; Returns or Yields left out.
RULES = {"GL06", "GL07", "PR01", "PR02", "PR03", "RT01", "YD01"}


def functions():
    """The public functions, and the public methods of public classes, behind caches and the like, by name."""
    found = {}
    paths = [path for name in HELD for path in sorted((HOUSE.parent / name.replace(".", "/")).glob("[!_]*.py"))]
    for path in paths:
        module = import_module(".".join(path.relative_to(HOUSE.parent).with_suffix("").parts))
        own = {name: one for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__}
        for name, one in own.items():
            members = vars(one) if inspect.isclass(one) else {"": one}
            for member, held in members.items():
                behind = inspect.unwrap(getattr(held, "__func__", held))
                is_own = inspect.isfunction(behind) and behind.__module__ == module.__name__
                if is_own and not name.startswith("_") and not member.startswith("_"):
                    found[".".join(filter(None, (module.__name__, name, member)))] = behind
    return found


def faults(function):
    """What is wrong with the docstring of a function, a line each."""
    errors = validate(get_doc_object(function))["errors"]
    found = [f"{code} {told}" for code, told in errors if code in RULES]
    text = inspect.getdoc(function) or ""
    if re.search(r"\bRaises [A-Z]\w+", text):
        found.append("tells what it raises, outside a section Raises")
    gives_nothing = inspect.signature(function).return_annotation in (None, "None")
    if not gives_nothing and not re.search(r"^(Returns|Yields)\n-", text, re.MULTILINE):
        found.append("has no section Returns")
    return found


FUNCTIONS = functions()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_sections_of_a_docstring_are_whole_and_in_order(name):
    assert faults(FUNCTIONS[name]) == []


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
    ],
)
def test_each_fault_is_found(function, told):
    assert any(told in fault for fault in faults(function))
