"""Every command that a document prints is one, by its names and options; what is quick is run."""

import re
import shlex
from importlib.util import find_spec

import click
import pytest
from papermill.cli import papermill

from analysis.cli.main import main
from tests.conftest import PROJECT
from tests.quick_batches import attrition

#: What commands were called when a decision was taken, or a version came out, is not what they are called.
HISTORY = ("docs/decisions/", "CHANGELOG.md")
DOCUMENTS = [
    path
    for pattern in ("*.md", "docs/**/*.md", "*/README.md", "*/*/README.md", "benchmarks/**/*.md")
    for path in sorted(PROJECT.glob(pattern))
    if not path.relative_to(PROJECT).as_posix().startswith((*HISTORY, ".", "docs/commands.md"))
]
NAMES = [path.relative_to(PROJECT).as_posix() for path in dict.fromkeys(DOCUMENTS)]
PROGRAMS = "attrition|python -m|papermill"
LINE = re.compile(rf"^ {{4}}((?:[A-Z_]+=\S+ )*(?:\S*/)?(?:{PROGRAMS}) [^\n]*)", flags=re.MULTILINE)
NAMED = re.compile(rf"`((?:{PROGRAMS}) [^`]+)`")
PLACEHOLDER = re.compile(r"[A-Z][A-Z_]*(\.\.\.)?")  # of words that stand for a reader's own
READ_ONLY = ("list", "check", "--help")
#: A record names its schema as a command is named: "attrition changes 1".
SCHEMAS = {
    name
    for path in (PROJECT / "analysis").rglob("*.py")
    for name in re.findall(r'"(attrition [a-z ]+ \d+)"', path.read_text(encoding="utf-8"))
}


def printed(text):
    """The commands of a document: those in a line of their own, which are whole, and those named in a sentence."""
    for pattern, is_whole in ((LINE, True), (NAMED, False)):
        for found in set(pattern.findall(text)) - SCHEMAS:
            words = shlex.split(" ".join(found.split()).replace("\\", "/"), comments=True)
            words = ["NAME" if word.startswith("work/") else word for word in words]  # a reader's own notebook
            words = words[next(place for place, word in enumerate(words) if "=" not in word) :]
            yield [words[0].rpartition("/")[2], *words[1:]], is_whole


def leaf(command, words, context):
    """The command that words lead to, and what is left of them; None where a placeholder stands for its name."""
    while isinstance(command, click.Group):
        if not words or words[0].startswith("-"):
            return command, words, context
        if PLACEHOLDER.fullmatch(words[0]):
            return None, words[1:], context
        name, *words = words
        below = command.get_command(context, name)
        assert below is not None, f"no command is called '{name}'"
        context, command = click.Context(below, info_name=name, parent=context, **below.context_settings), below
    return command, words, context


def check(words, *, is_whole, whole_command=main):
    """Hold words to click's own parser: no option that is not there, no choice that is none, nothing left out."""
    command, rest, context = leaf(whole_command, words, click.Context(whole_command, **whole_command.context_settings))
    if command is None or (isinstance(command, click.Group) and not set(rest) <= {"--help", "-h"}):
        assert command is None
        return
    rest = [word for word in rest if word != "..."]
    given, too_many, _ = command.make_parser(context).parse_args(list(rest))
    assert not too_many, f"does not take {too_many}"
    for parameter in command.params:
        value = given.get(parameter.name)
        if is_whole and parameter.required and "--help" not in rest:
            assert value not in (None, (), []), f"lacks {parameter.name}"
        if isinstance(parameter.type, click.Choice) and isinstance(value, str):
            for choice in value.split("|"):
                assert PLACEHOLDER.fullmatch(choice) or choice in parameter.type.choices, choice


def check_any(words, *, is_whole):
    """The same for whichever program it is."""
    program, *rest = words
    if program == "attrition":
        check(rest, is_whole=is_whole)
    elif program == "papermill":
        check(rest, is_whole=is_whole, whole_command=papermill)
    elif rest[1] not in ("venv", "pip", "ipykernel"):
        assert find_spec(rest[1]) is not None, f"no module is called {rest[1]}"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_is_printed_is_one(name):
    for words, is_whole in printed((PROJECT / name).read_text(encoding="utf-8")):
        try:
            check_any(words, is_whole=is_whole)
        except (AssertionError, click.UsageError) as fault:
            pytest.fail(f"{name}: '{shlex.join(words)}': {fault}")


@pytest.mark.parametrize(
    "line",
    [
        "attrition batsh monthly",
        "attrition batch monthly --dryrun",
        "attrition list countz",
        "attrition run victim_withdrawal --fource Kent",
        "attrition reduce extract.csv --as kent_2024 --fromat cases",
        "attrition reduce extract.csv",
        "attrition audit a.csv b.csv",
        "python -m analysis.intake.bundled",
        "papermill --engin attrition a.ipynb b.ipynb",
    ],
)
def test_a_command_that_is_none_is_seen(line):
    [(words, is_whole)] = printed(f"    {line}\n")
    with pytest.raises((AssertionError, click.UsageError)):
        check_any(words, is_whole=is_whole)


def quick():
    """What only reads, of every document, once each: its words, and where it is printed first."""
    found = {}
    for name in NAMES:
        for (program, *words), _ in printed((PROJECT / name).read_text(encoding="utf-8")):
            is_of_others = {"outputs", "reports"} & set(words) or any(map(PLACEHOLDER.fullmatch, words))
            if program == "attrition" and set(words) & set(READ_ONLY) and not is_of_others:
                *most, last = words
                found |= {(*most, one): name for one in last.split("|")}
    return found


@pytest.mark.parametrize("words", sorted(quick()), ids=" ".join)
def test_what_only_reads_is_run(words):
    ended = attrition(*words)
    assert ended.exit_code == 0, f"{quick()[words]}: {ended.output}"
    assert ended.output


def test_some_is():
    assert {("list", "forces"), ("check",), ("run", "victim_withdrawal", "--help")} <= set(quick())
