"""Every example in a docstring gives what it says; those in documents are what they are said to be."""

import ast
import doctest
import re
import tomllib
from collections import Counter
from collections.abc import Hashable
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from types import FunctionType, ModuleType

import pandas as pd
import pytest

import analysis
from analysis.counts import counts
from analysis.publishing.batch import file
from tests.conftest import PROJECT

HOUSE = Path(analysis.__file__).parent
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)
    for path in HOUSE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def tried(module):
    """How many examples of a module were run and how many failed. How several begin, word for word, is worked out once.

    That is for lines at the beginning of an example that show nothing and name, once, something that stays as it is.
    """
    of_results = doctest.ELLIPSIS if module.__name__.startswith("analysis.answers.") else 0  # what a chart says is long
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | of_results)
    made = {}  # by the lines up to and with one that names something: what it names
    for test in doctest.DocTestFinder().find(module, module.__name__):
        begins = list(takewhile(lambda line: not line.want and named(line.source), test.examples))
        lines = {place: tuple(line.source for line in begins[: place + 1]) for place in range(len(begins))}
        known = 0
        while known < len(begins) and lines[known] in made:
            test.globs |= made[lines[known]]
            known += 1
        bound = Counter(name for line in test.examples for name in named(line.source))
        test.examples = test.examples[known:]
        runner.run(test, clear_globs=False)
        for place in range(known, len(begins)):
            names = named(begins[place].source)
            lasts = all(bound[name] == 1 and isinstance(test.globs.get(name), Hashable) for name in names)
            if lasts and names <= set(test.globs):
                made[lines[place]] = {name: test.globs[name] for name in names}
    return runner.tries, runner.failures


def named(source):
    """The names that a line of code gives to something."""
    nodes = list(ast.walk(ast.parse(source)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return bound | {(node.asname or node.name).split(".")[0] for node in nodes if isinstance(node, ast.alias)}


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_of_docstrings_run(name):
    counts.forget_read()  # each as in a process of its own
    tries, failures = tried(import_module(name))
    assert tries
    assert not failures


@pytest.mark.parametrize(
    ("first", "second", "tries"),
    [
        (">>> number = 1\n>>> number\n1", ">>> number = 1\n>>> number + 1\n3", 3),
        (">>> a = [1]\n>>> a = a + [2]\n>>> a\n[1, 2]", ">>> a = [1]\n>>> a\n[1, 2]", 5),
        (">>> d = {}\n>>> d['x'] = 1\n>>> d\n{'x': 1}", ">>> d = {}\n>>> d\n{'x': 1}", 5),
        (">>> a = 1\n>>> b = a\n>>> b\n1", ">>> a = 2\n>>> b = a\n>>> b\n1", 6),
    ],
    ids=["a wrong value", "named again later", "changed later", "the same line after another"],
)
def test_an_example_that_gives_something_else_is_found(first, second, tries):
    wrong = ModuleType("wrong", first)
    wrong.told = FunctionType((lambda: None).__code__, vars(wrong), "told")
    wrong.told.__doc__ = second
    assert tried(wrong) == (tries, 1)


def blocks(language):
    """What stands in fences of a language in the documents of the project, each with the name of its page."""
    pages = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("*/README.md")])
    for page in pages:
        for found in re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL):
            yield page.relative_to(PROJECT).as_posix(), found


def test_each_line_of_the_readme_shows_itself_at_the_end_of_a_cell():
    [text] = [text for page, text in blocks("python") if page == "README.md"]
    names, shown = {}, []
    for line in ast.parse(text).body:
        if isinstance(line, ast.Expr):
            shown.append(eval(ast.unparse(line), names))
        else:
            exec(ast.unparse(line), names)
    shown += eval("[kent.quarters(), kent.table('offences'), kent.rows('forces')]", names)
    assert len(shown) == 6
    for result in shown:  # and is no tuple, which shows its parts as they print and cannot be exported
        assert hasattr(result, "_repr_mimebundle_") or isinstance(result, pd.DataFrame), type(result)


@pytest.mark.parametrize(("page", "text"), [*blocks("toml")])
def test_the_toml_of_a_document_is_toml(page, text):
    assert tomllib.loads(text)


def test_the_update_of_a_batch_is_read_as_it_is_printed(tmp_path):
    [text] = [text for page, text in blocks("toml") if page == "docs/updating.md"]
    path = tmp_path / "monthly.toml"
    path.write_text(f"{text}\n[[reports]]\nnotebook = 'journey'\n")
    update = file.read(path).update
    assert (list(update.sources), update.first) == (["home-office"], "2024/25")
    table = (PROJECT / "docs" / "updating.md").read_text("utf-8").partition("| key |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE) == list(file.UPDATE_KEYS)
