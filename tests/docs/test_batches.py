"""What docs/batches.md says of batches: its keys and options are those of the code, its example is a batch."""

import re

from analysis import errors
from analysis.cli.main import main
from analysis.publishing.batch import file, records
from analysis.publishing.batch import table as batch_words
from analysis.publishing.notebooks import jobs
from analysis.publishing.notify import settings
from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "batches.md").read_text()


def section(name):
    return TEXT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def rows(text, first):
    """The cells of a table whose heading begins with ``first``: its first cell, and the whole row."""
    table = text.partition(f"| {first} |")[2].partition("\n\n")[0].splitlines()[2:]
    return {line.split("|")[1].strip(): line for line in table}


def test_every_key_of_a_file_is_explained_with_what_holds_if_it_is_not_said():
    told = rows(section("The file"), "of the file")
    assert list(told) == [
        f"`{key}`"
        for key in ("title", "formats", "when_one_fails", "time_limit", "memory_limit", "notify", "update", "reports")
    ]
    assert {f"`{key}`" for key in batch_words.KEYS} == set(told)
    for key, (least, most) in file._BOUNDS.items():
        assert f"{least} to {most} | {file.LIMITS[key]} |" in told[f"`{key}`"]
    assert all(f'`"{one}"`' in told["`formats`"] for one in jobs.FORMATS)
    assert all(f'`"{one}"`' in told["`when_one_fails`"] for one in file.FAILING)
    assert told["`when_one_fails`"].endswith(f'| `"{file.FAILING[0]}"` |')


def test_every_key_of_a_table_is_explained():
    told = rows(section("The file"), "of a table")
    assert {f"`{key}`" for key in ("notebook", *batch_words.PLURAL)} == set(told) - {"any parameter of the notebook"}


def test_the_example_is_a_batch(tmp_path):
    (tmp_path / "example.toml").write_text(re.search(r"```toml\n(.+?)```", TEXT, flags=re.DOTALL)[1])
    batch = file.read(tmp_path / "example.toml")
    assert (batch.title, batch.formats) == ("Every quarter: the country and three forces", ("page", "workbook"))
    assert len(batch.jobs) == 4 * 5 * 2 + 44


def test_every_option_of_the_command_is_explained_and_no_other():
    options = {option for one in main.commands["batch"].params for option in one.opts if option.startswith("--")}
    told = re.findall(r"^\| `(--[a-z-]+)", section("What is made"), flags=re.MULTILINE)
    assert {*told, "--dry-run", "--verify"} == options
    assert len(told) == len(options) - 2
    assert set(re.findall(r"(?<= )--[a-z]+[a-z-]*", TEXT)) - {"--help", "--test", "--tag", "--ended"} <= options
    assert [one.opts for one in main.commands["notify"].params] == [["file"], ["--test"], ["--ended"]]


def test_every_key_of_who_is_told_is_explained_and_the_example_is_read(tmp_path):
    told = {key for cell in rows(section("Who is told"), "to be told") for key in re.findall(r"`(\w+)`", cell)}
    assert told == {key for keys in settings.KEYS.values() for key in keys}
    example = re.search(r"    \[\[notify\]\].+?(?=\n\|)", section("Who is told"), flags=re.DOTALL)[0]
    text = "[[reports]]\nnotebook = 'journey'\n" + re.sub(r"^ {4}", "", example, flags=re.MULTILINE)
    (tmp_path / "example.toml").write_text(text)
    assert [one.when for one in file.read(tmp_path / "example.toml").notify] == list(settings.WHEN)


def test_the_example_of_a_run_has_as_many_reports_as_the_batch_of_its_name():
    jobs = len(file.read(file.path_of("monthly")).jobs)
    assert f"    monthly: {jobs} to do, 0 up to date\n    done     1 of {jobs} " in section("What it says")


def test_the_statuses_are_those_of_the_errors():
    told = rows(section("What it says"), "status")
    numbers = {int(number) for cell in told for number in re.findall(r"\b\d\b", cell)}
    kinds = {
        one.exit_status
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.AttritionError)
    }
    assert numbers == kinds | {0}
    assert f"`{records.SCHEMA}`" in section("Where things are")
