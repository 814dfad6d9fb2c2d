"""The page on a question of one's own: its examples give what they say, and its commands ask for what there is."""

import doctest
import re
import shlex

import pytest

from analysis.publishing.notebooks import jobs, notebooks
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "own_question.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4}attrition run (.+)$", PAGE, flags=re.MULTILINE)


def test_the_examples_give_what_they_say():
    examples = "\n".join(re.findall(r"```pycon\n(.+?)```", PAGE, flags=re.DOTALL))
    parsed = doctest.DocTestParser().get_doctest(examples, {}, "own_question", "docs/own_question.md", 0)
    assert len(parsed.examples) > 20
    said = []
    assert doctest.DocTestRunner(verbose=False).run(parsed, out=said.append).failed == 0, "".join(said)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_ask_for_what_there_is(command):
    name, *options = shlex.split(command)
    given = {option.removeprefix("--"): value for option, value in zip(options[::2], options[1::2], strict=True)}
    assert jobs.checked(notebooks.notebook(name), given).keys() >= given.keys()
