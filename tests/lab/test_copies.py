"""``attrition new``: a copy of a question in work/, under a name of its own; and that it runs by its path."""

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.errors import CouldNotWrite, ParameterError
from analysis.lab import copies
from analysis.publishing.notebooks import jobs, notebooks, rules
from tests.conftest import PROJECT


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder work/ of a test's own, in the folder where commands are given."""
    folder = tmp_path / "work"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebooks, "WORK", folder)
    return folder


def asked(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_copy_is_the_suites_notebook_under_a_name_of_its_own(work):
    told = asked("new", "trends")
    assert told.exit_code == 0, told.output
    assert told.output.startswith("work/my_trends.ipynb: ")
    assert "'attrition run work/my_trends.ipynb'" in told.output
    copy = work / "my_trends.ipynb"
    assert copy.read_bytes() == (PROJECT / "notebooks" / "trends.ipynb").read_bytes()
    assert rules.faults(copy) == []
    for number, name in enumerate(("Kent in 2023", "Kent in 2024.ipynb"), start=2023):
        assert asked("new", "trends", name).output.startswith(f"work/Kent in {number}.ipynb: ")


def test_what_the_document_says_is_so(work):
    text = (PROJECT / "docs" / "lab.md").read_text()
    opened, made, run = (line.split() for line in re.findall(r"^    attrition (.+)", text, flags=re.MULTILINE))
    assert opened[0] in main.commands
    assert asked(*made).output.startswith(f"work/{made[2]}.ipynb: ")
    question = copies.asked_for(Path(run[1]).stem)
    assert f"`{Path(run[1]).name}`" in text
    assert asked("new", question).exit_code == 0
    book = notebooks.notebook(run[1])
    assert jobs.checked(book, {run[2].removeprefix("--"): run[3]})["force"] == "Kent"
    [code] = re.findall(r"```python\n(.+?)\n\n(.+?)```", text, flags=re.DOTALL)
    space = {}
    exec(code[0], space)
    assert "Kent" in eval(code[1].strip(), space).headline().text


def test_it_runs_by_its_path_with_ending_or_without(work):
    asked("new", "trends")
    for name in ("work/my_trends.ipynb", "work/my_trends"):
        book = notebooks.notebook(name)
        assert (book.name, book.path.name) == ("my_trends", "my_trends.ipynb")
    assert "--measure" in asked("run", "work/my_trends", "--help").output
    with pytest.raises(ParameterError, match=r"Did you mean 'work/my_trends'\?"):
        notebooks.notebook("work/my_trend")


def test_nothing_is_replaced(work):
    asked("new", "trends")
    (work / "my_trends.ipynb").write_text("changed")
    told = asked("new", "trends")
    assert told.exit_code == 2
    assert "my_trends.ipynb is in work/ already, and nothing there is replaced" in told.output
    assert "'attrition new trends NAME'" in told.output
    assert (work / "my_trends.ipynb").read_text() == "changed"


@pytest.mark.skipif(os.name != "posix", reason="this system limits no file")
def test_of_a_copy_that_is_not_finished_nothing_stands_in_the_way_of_the_next(work):
    """What ends the writing is no name that is taken already."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most[1]))
    try:
        with pytest.raises(CouldNotWrite, match="could not be written"):
            copies.new("trends")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert list(work.iterdir()) == []
    assert copies.new("trends").name == "my_trends.ipynb"


def change(path):
    """Have a copy say something else in its cell of parameters."""
    document = json.loads(path.read_text())
    document["cells"][1]["source"].append('\nmine: str = "changed"  # as no other')
    path.write_text(json.dumps(document))


def test_a_copy_that_nobody_changed_is_gone_on_with_whatever_it_shows(work):
    first = copies.fresh("trends")
    assert (first.name, first.read_bytes()) == (
        "my_trends.ipynb",
        (PROJECT / "notebooks" / "trends.ipynb").read_bytes(),
    )
    document = json.loads(first.read_text())
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    code[1] |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["shown"]}]}
    first.write_text(json.dumps(document))
    assert copies.fresh("trends") == first
    assert "shown" in first.read_text()
    assert [path.name for path in work.iterdir()] == ["my_trends.ipynb"]


def test_beside_a_changed_copy_a_new_one_is_begun_that_says_where_the_other_is(work):
    first = copies.fresh("trends")
    change(first)
    kept = first.read_bytes()
    second = copies.fresh("trends")
    assert second.name == "my_trends_2.ipynb"
    held = json.loads(second.read_text())["cells"][1]["source"]
    assert held[0] == "# Begun afresh; what was changed before is in my_trends.ipynb\n"
    assert rules.faults(second) == []
    assert notebooks.notebook(str(second)).parameters == notebooks.notebook("trends").parameters
    assert copies.fresh("trends") == second  # nobody has changed that
    change(second)
    assert copies.fresh("trends").name == "my_trends_3.ipynb"
    second.unlink()
    change(work / "my_trends_3.ipynb")
    assert "is in my_trends_3.ipynb" in copies.fresh("trends").read_text()  # the name of the deleted is not used again
    assert sorted(path.name for path in work.iterdir()) == [f"my_trends{one}.ipynb" for one in ("", "_3", "_4")]
    assert first.read_bytes() == kept


def test_what_cannot_be_read_is_taken_for_changed_and_other_names_for_no_copy(work):
    work.mkdir()
    for name, text in (
        ("my_trends", "no notebook"),
        ("my_trends_of_Kent", "{}"),
        ("my_trends_02", "{}"),
        ("trends_9", ""),
    ):
        (work / f"{name}.ipynb").write_text(text)
    assert copies.fresh("trends").name == "my_trends_2.ipynb"
    assert copies.fresh("journey").name == "my_journey.ipynb"
    with pytest.raises(ParameterError, match=r"'trend'\. Did you mean 'trends'\?"):
        copies.fresh("trend")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trnds"], "No question is called 'trnds'. Did you mean 'trends'?"),
        (["trends", "journey"], "'journey' is a name of the suite's"),
        (["trends", "forces"], "'forces' is a name of the suite's"),
        (["trends", "../journey"], "no folder before it"),
        (["trends", "a/b"], "no folder before it"),
        (["trends", ".hidden"], "A copy cannot be called '.hidden'"),
        (["trends", "x" * 81], "at most 80"),
    ],
)
def test_what_cannot_be_copied_is_refused(work, words, said):
    told = asked("new", *words)
    assert told.exit_code == 2
    assert said in told.output
    assert not work.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever runs this may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(work):
    work.mkdir(mode=0o500)
    with pytest.raises(CouldNotWrite, match="could not be written"):
        copies.new("trends")


def test_a_file_in_the_place_of_the_folder_is_said(work):
    work.write_text("a file")
    with pytest.raises(CouldNotWrite, match="could not be written"):
        copies.new("trends")
