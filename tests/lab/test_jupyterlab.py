"""A real JupyterLab in a real browser, as a reader meets it: start page, cards, a run, a mistake, themes, exports."""

import json

import pytest

from analysis.presentation.drawing.colours import ACCENT, DARK
from analysis.publishing.checks import browser_rules
from analysis.publishing.notebooks import notebooks
from tests.conftest import PROJECT, nightly

LIMIT = 60_000  # milliseconds for anything to appear; machines are noisy
_IN_FRONT = """path => {
    const shown = jupyterapp.shell.currentWidget;
    return shown?.context?.path === path && shown.sessionContext.isReady;
}"""
_SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"


class View:
    """The window of JupyterLab."""

    def __init__(self, window, lab):
        self.window, self.lab = window, lab
        window.set_default_timeout(LIMIT)
        window.goto(f"{lab.url}?token={lab.token}")

    def command(self, name, **words):
        """A command of JupyterLab's, once it is done."""
        run = "([name, words]) => jupyterapp.commands.execute(name, words).then(() => null)"
        self.window.evaluate(run, [name, words])

    def notebook(self, path):
        """A notebook in front, as soon as its kernel is there."""
        self.command("docmanager:open", path=path)
        self.window.locator(f".jp-mod-current.lm-TabBar-tab:has-text('{path.split('/')[-1]}')").first.wait_for()
        self.window.wait_for_function(_IN_FRONT, arg=path)

    def menu(self, *entries):
        """An entry of a menu, chosen as a reader does."""
        first, *below = entries
        self.window.locator(".lm-MenuBar-item", has_text=first).first.click()
        for entry in below[:-1]:
            self.window.locator(".lm-Menu-item", has_text=entry).first.click()
        return self.window.locator(".lm-Menu-item", has_text=below[-1]).first

    def write(self, source):
        """Put something into the first cell of code, which has the parameters."""
        cell = self.window.locator(f"{_SHOWN} .jp-CodeCell .cm-content").first
        cell.click()
        self.window.keyboard.press("Control+A")
        self.window.keyboard.insert_text(source)

    def run(self):
        """Run all cells, and what they show, in order: the data of each output."""
        self.command("notebook:run-all-cells")
        return self.window.evaluate(
            "() => jupyterapp.shell.currentWidget.context.model.toJSON().cells.flatMap(cell => cell.outputs || [])"
        )


@pytest.fixture(scope="module")
def view(desk):
    if browser_rules.missing():
        pytest.skip(browser_rules.missing())
    with browser_rules.opened() as browser:
        yield View(browser.new_page(viewport={"width": 1400, "height": 1000}), desk.lab)


@pytest.fixture(scope="module")
def own(view, desk):
    """A copy of a question's notebook, made by a click on its card in the launcher."""
    view.command("launcher:create")
    view.window.locator(".jp-LauncherCard:visible", has_text="Victim withdrawal").click()
    view.window.locator(".lm-TabBar-tab.jp-mod-current", has_text="my_victim_withdrawal.ipynb").first.wait_for()
    view.notebook("work/my_victim_withdrawal.ipynb")
    return desk.project / "work" / "my_victim_withdrawal.ipynb"


def texts(view, selector):
    return [words.strip() for words in view.window.locator(selector).all_inner_texts()]


def test_it_opens_on_the_start_page_shown_and_not_as_source(view):
    view.window.get_by_role("heading", name="Start here").wait_for()
    links = view.window.locator(".jp-MarkdownViewer strong a")
    assert links.count() == len(notebooks.names())
    assert view.window.locator(".jp-MarkdownViewer summary").inner_text() == "The 44 forces, as they are written"
    assert view.window.locator(".jp-MarkdownViewer td code", has_text="Metropolitan Police").count() == 1
    assert not view.window.get_by_text("Would you like to get notified").count()


def test_a_link_of_the_start_page_opens_a_copy(view, desk):
    view.command("docmanager:open", path="start_here.md")
    view.window.locator(".jp-MarkdownViewer strong a", has_text="Force profile").click()
    view.window.locator(".lm-TabBar-tab.jp-mod-current", has_text="my_force_profile.ipynb").first.wait_for()
    assert (desk.project / "work" / "my_force_profile.ipynb").is_file()


def test_the_launcher_has_a_card_for_each_question(view):
    view.command("launcher:create")
    section = view.window.locator(".jp-Launcher-section", has_text="Stalking attrition").last
    section.wait_for()
    found = [card.strip() for card in section.locator(".jp-LauncherCard").all_inner_texts()]
    assert found[:2] == ["Start here", "Victim withdrawal"]
    assert len(found) == len(notebooks.names()) + 1


def test_a_question_from_the_launcher_runs_with_a_parameter_changed(view, own):
    assert own.read_bytes() == (PROJECT / "notebooks" / "victim_withdrawal.ipynb").read_bytes()
    everywhere = view.run()
    assert not [one for one in everywhere if one["output_type"] == "error"]
    source = json.loads(own.read_text())["cells"][1]["source"]
    view.write("".join(source).replace('force: str = "all"', 'force: str = "Kent"'))
    kent = view.run()
    assert not [one for one in kent if one["output_type"] == "error"]
    told = [" ".join(one["data"]["text/plain"].split()) for one in kent]
    assert any("recorded by Kent Police" in words for words in told), told[:4]
    view.command("docmanager:save")
    assert "recorded by Kent Police" in own.read_text()  # what it shows is kept


def test_a_misspelt_force_is_answered_by_one_line(view, own):
    view.notebook("work/my_victim_withdrawal.ipynb")
    view.window.keyboard.press("Escape")
    source = view.window.evaluate("() => jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.source")
    view.write(source.replace('"Kent"', '"Kennt"'))
    [fault] = [one for one in view.run() if one["output_type"] == "error"]
    assert len(fault["traceback"]) == 1
    error = f"{_SHOWN} [data-mime-type='application/vnd.jupyter.stderr']"
    shown = view.window.locator(error, has_text="No force is called 'Kennt'. Did you mean 'Kent'?").first
    shown.wait_for(state="attached")
    assert len(shown.text_content().strip().splitlines()) == 1
    view.write(source)


@pytest.mark.parametrize(("theme", "accent"), [("JupyterLab Light", ACCENT), ("JupyterLab Dark", DARK[ACCENT])])
def test_what_a_cell_shows_follows_the_theme(view, own, theme, accent):
    view.notebook("work/my_victim_withdrawal.ipynb")
    view.run()
    view.command("apputils:change-theme", theme=theme)
    dark = str("Dark" in theme).lower()
    view.window.wait_for_function("dark => document.body.dataset.jpThemeLight !== dark", arg=dark)
    wanted = f"rgb({', '.join(str(int(accent[place : place + 2], 16)) for place in (1, 3, 5))})"
    colour = "([where, what]) => getComputedStyle(document.querySelector(where))[what]"
    for where, what in (
        (f"{_SHOWN} .attrition .opening", "color"),
        (f"{_SHOWN} .attrition .key-figures .value", "color"),
        (f"{_SHOWN} .attrition svg [fill='{ACCENT}']", "fill"),
    ):
        view.window.locator(where).first.wait_for(state="attached")
        assert view.window.evaluate(colour, [where, what]) == wanted, where


@pytest.mark.parametrize("name", nightly(notebooks.SUITE, "victim_withdrawal"))
def test_a_notebook_of_the_suite_is_run_and_saved_and_git_stays_clean(view, desk, name):
    path = f"notebooks/{name}.ipynb"
    view.notebook(path)
    shown = view.run()
    assert shown
    assert not [one for one in shown if one["output_type"] == "error"]
    view.command("docmanager:save")
    assert (desk.project / path).read_bytes() == (PROJECT / path).read_bytes()
    view.command("application:close")


def test_a_page_and_a_pdf_are_taken_out_by_the_menu(view, desk):
    view.notebook("notebooks/victim_withdrawal.ipynb")
    view.window.evaluate("() => jupyterapp.serviceManager.nbconvert.getExportFormats(false)")  # which fill the menu
    for label, begins in (("Attrition_report_page", b"<!"), ("Attrition_report_PDF", b"%PDF-")):
        entry = view.menu("File", "Save and Export Notebook As", label)
        with view.window.context.expect_event("request", lambda one: "/nbconvert/" in one.url) as asked:
            entry.click()
        path = asked.value.url.removeprefix(desk.lab.url)  # which the browser would take for a download
        assert path == f"nbconvert/{label[0].lower()}{label[1:]}/notebooks/victim_withdrawal.ipynb?download=true"
        content = desk.lab.fetch(path)
        assert content.startswith(begins), content[:200]
        assert len(content) > 50_000
