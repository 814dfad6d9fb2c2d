"""The page that JupyterLab opens on, and the cards: what the suite says of itself, whole, and nobody's question."""

import json
import re
from html import unescape

import pytest

from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.lab import launcher, opening, start_page
from analysis.publishing.notebooks import notebooks
from analysis.reference import reference
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def page():
    return start_page.written()


def test_every_question_has_a_card_that_says_what_it_answers(page):
    said = unescape(page)
    for name in notebooks.names():
        first = json.loads((PROJECT / "notebooks" / f"{name}.ipynb").read_text())["cells"][0]["source"]
        question, sentence = first[0].removeprefix("# ").strip(), first[2].split(". ")[0].rstrip(".")
        assert f"{question}</div>" in said
        assert f"<small>{sentence}.<br>" in said
        assert f'href="work/my_{name}.ipynb"' in said
        assert (PROJECT / re.search(rf'href="(\S+/{name}\.ipynb)"', said)[1]).is_file()


def test_every_force_and_every_set_of_counts_is_there(page):
    said = unescape(page)
    assert "The 44 forces" in said
    for row in reference.force_rows():
        assert f"| `{row['force']}` | {row['nation']} | {row['other_names']} |" in said
    for name in counts.available():
        assert f"| `{name}` | {counts.read(name).source.title} |" in said
    assert "| April 2012 to December 2025, by quarter | 44 |" in said
    assert "`latest` stands for `offences_2024_25`" in said


def test_a_set_that_will_not_read_hides_no_other(monkeypatch):
    read = counts.read

    def refused(name):
        if name == "stalking_example":
            raise DataRefused("It is damaged.")
        return read(name)

    monkeypatch.setattr(counts, "read", refused)
    said = unescape(start_page.written())
    assert "| `stalking_example` | cannot be read: 'attrition list counts' says why |" in said
    assert "| `stalking_2024_25` | Stalking" in said


def test_the_python_on_it_runs(page):
    space = {}
    parameters, asked, by_quarter = re.findall(r"```python\n(.+?)```", page, flags=re.DOTALL)
    exec(parameters, space)
    assert (space["force"], space["period"]) == ("Metropolitan Police", "2024/25")
    exec(asked, space)
    assert "Metropolitan Police" in space["place"].headline().text
    assert len(eval(by_quarter.strip(), space)) == 4


def test_its_links_lead_to_what_is_there(page):
    for target in re.findall(r"\]\(([^)]+)\)", page):
        assert (PROJECT / target).exists(), target


def test_its_commands_exist(page):
    from analysis.cli.main import main

    named = set(re.findall(r"^attrition (\w+)", page, flags=re.MULTILINE))
    assert named == {"start", "run"} & set(main.commands)


def test_the_cards_ask_for_a_copy_of_what_the_page_links(page):
    cards = launcher._entries("start_here.md")
    asked = [card["source"][0]["args"] for card in cards]
    assert asked[0] == {"path": "start_here.md"}
    questions = [words["cwd"].removeprefix("work/.launcher/") for words in asked[1:]]
    assert [f"work/my_{name}.ipynb" for name in questions] == re.findall(r'<a href="(work/\S+)"', page)
    assert [card["description"] for card in cards[1:]] == [
        notebooks.notebook(one).question for one in launcher.questions()
    ]
    assert all((PROJECT / card["icon"]).is_file() for card in cards)


def test_neither_it_nor_work_is_taken_for_a_question_or_for_git(monkeypatch, tmp_path):
    monkeypatch.setattr(reference, "PROJECT", tmp_path)
    monkeypatch.setattr(opening, "_CARDS", tmp_path / "work" / ".launcher")
    assert opening.prepare() == {"JUPYTER_APP_LAUNCHER_PATH": str(tmp_path / "work" / ".launcher")}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["start_here.md", "work"]
    assert (
        json.loads((tmp_path / "work" / ".launcher" / "jp_app_launcher.yaml").read_text())[0]["title"] == "Start here"
    )
    ignored = (PROJECT / ".gitignore").read_text().splitlines()
    assert {"/start_here.md", "/work/", "/*.ipynb"} <= set(ignored)  # the last is what the launcher begins
    carried = (PROJECT / "MANIFEST.in").read_text()
    assert "start_here" not in carried
    assert "work" not in carried
    assert notebooks.WORK.parent == notebooks.FOLDER.parent  # beside notebooks/, in which reports and checks look
