"""A real JupyterLab in a real browser, as a reader meets it: start page, cards, a run, a mistake, themes, exports."""

import json
import time
from functools import partial

import nbformat
import pytest
from playwright.sync_api import expect

from analysis.exploring.controls import LABELS
from analysis.presentation.drawing.colours import ACCENT, DARK
from analysis.publishing.checks import browser_rules
from analysis.publishing.notebooks import notebooks
from tests.conftest import PROJECT, nightly

COPY = "work/my_victim_withdrawal.ipynb"
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
        window.get_by_role("heading", name="Start here").wait_for()  # which comes in front once all else is there

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

    def card(self, title):
        """A card of the launcher, pressed."""
        self.command("launcher:create")
        self.window.locator(".jp-LauncherCard:visible", has_text=title).last.click()

    def save_first(self):
        """Save a copy from the launcher for the first time: JupyterLab asks what to call it."""
        self.window.keyboard.press("Control+s")
        asked = self.window.locator(".jp-Dialog input").first
        asked.wait_for()
        asked.press("Enter")
        asked.wait_for(state="detached")
        self.command("docmanager:save")  # what the kernel says of itself may have come into it meanwhile
        self.window.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")

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
    view.card("Victim withdrawal")
    view.window.locator(".lm-TabBar-tab.jp-mod-current", has_text="my_victim_withdrawal.ipynb").first.wait_for()
    view.notebook(COPY)
    view.save_first()
    return desk.project / COPY


def cells_of(path):
    """The cells of a notebook. JupyterLab empties a file before it writes it anew, so an empty one is read again."""
    until = time.monotonic() + LIMIT / 1000
    while not (text := path.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    return json.loads(text)["cells"]


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


@pytest.fixture(scope="module")
def kent(view, own):
    """That copy with its police force changed to Kent, run: the data of each output."""
    source = cells_of(own)[1]["source"]
    view.write("".join(source).replace('force: str = "all"', 'force: str = "Kent"'))
    return view.run()


def test_a_question_from_the_launcher_runs_with_a_parameter_changed(view, own, kent):
    sources = [
        [cell["source"] for cell in cells_of(path)] for path in (own, PROJECT / "notebooks" / "victim_withdrawal.ipynb")
    ]
    assert sources[0] == sources[1]
    assert not [one for one in kent if one["output_type"] == "error"]
    told = [" ".join(one["data"]["text/plain"].split()) for one in kent]
    assert any("recorded by Kent Police" in words for words in told), told[:4]
    view.command("docmanager:save")
    assert "recorded by Kent Police" in own.read_text()  # what it shows is kept


@pytest.mark.nightly
def test_a_card_begins_afresh_once_the_copy_is_changed(view, desk):
    title, name = "No further action", "my_no_further_action"
    for _ in range(2):  # the second time nobody has changed it
        view.card(title)
        view.window.wait_for_function(_IN_FRONT, arg=f"work/{name}.ipynb")
    view.write('force: str = "Kent"  # mine')
    view.save_first()
    kept = (desk.project / "work" / f"{name}.ipynb").read_bytes()
    view.card(title)
    view.window.wait_for_function(_IN_FRONT, arg=f"work/{name}_2.ipynb")
    first = view.window.locator(f"{_SHOWN} .jp-CodeCell .cm-line").first
    assert first.text_content() == f"# Begun afresh; what was changed before is in {name}.ipynb"
    assert (desk.project / "work" / f"{name}.ipynb").read_bytes() == kept
    assert sorted(path.name for path in (desk.project / "work").glob(f"{name}*")) == [
        f"{name}.ipynb",
        f"{name}_2.ipynb",
    ]


@pytest.fixture(scope="module")
def looking(view, desk):
    """A notebook with controls and a table to sort, run."""
    begin = "from analysis import explore, rates, read_counts, sortable\ncases = read_counts('stalking_2024_25')"
    cells = [
        begin,
        "explore(cases, 'charged', force='Kent')",
        "sortable(rates(cases, 'charged', by='force').table('All'))",
    ]
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    document.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    desk.lab.save("work/looking.ipynb", document)
    view.notebook("work/looking.ipynb")
    assert not [one for one in view.run() if one["output_type"] == "error"]
    return view.window.locator(_SHOWN)


def test_another_choice_changes_sentence_and_figure_together(looking):
    sentence, figure = looking.locator("p[role=status]"), looking.locator(".widget-html figure").first
    downs = {label: looking.get_by_label(label, exact=True) for label in LABELS.values()}
    sentence.filter(has_text="recorded by Kent Police").wait_for()
    assert "ended in a charge or summons" in sentence.text_content()
    before = figure.inner_html()
    downs["Police force"].focus()
    downs["Police force"].press("ArrowDown")  # to the force after Kent
    sentence.filter(has_text="recorded by Lancashire Police").wait_for()
    assert "Lancashire" in figure.text_content()
    assert figure.inner_html() != before
    downs["Count"].select_option("Victim withdrew")
    sentence.filter(has_text="ended because the victim withdrew").wait_for()
    assert "withdr" in figure.text_content()
    code = looking.locator(".widget-html code").last.text_content()
    assert "Lancashire" in code
    assert "victim_withdrawal" in code


def test_a_table_is_sorted_as_numbers_and_searched(looking):
    table = looking.locator("table.dataTable")
    rows, heading = table.locator("tbody tr"), table.locator("thead th", has_text="Share").first
    expect(rows).to_have_count(44, timeout=LIMIT)
    place = heading.evaluate("cell => cell.cellIndex")
    orders = []
    presses = {"ascending": heading.click, "descending": lambda: heading.get_by_role("button").press("Enter")}
    for way, ask in presses.items():
        before = rows.first.text_content()
        ask()
        expect(rows.first).not_to_have_text(before, timeout=LIMIT)
        expect(table.locator("thead th[aria-sort]")).to_have_count(1, timeout=LIMIT)
        expect(heading).to_have_attribute("aria-sort", way, timeout=LIMIT)
        told = rows.evaluate_all("(rows, place) => rows.map(row => row.cells[place].textContent)", place)
        orders.append([float(share.rstrip("%")) for share in told])
    assert orders[0] == sorted(orders[0]) != sorted(orders[0], key=str)  # 10.0% comes after 9.9%
    assert orders[1] == sorted(orders[1], reverse=True)
    looking.get_by_role("searchbox").fill("yorkshire")
    expect(rows).to_have_count(3, timeout=LIMIT)
    assert all("Yorkshire" in row for row in rows.all_text_contents())


_GROUNDS = """cell => {
    const grounds = [];
    for (let one = cell; one; one = one.parentElement) grounds.push(getComputedStyle(one).backgroundColor);
    return [getComputedStyle(cell).color, grounds.find(ground => !/, 0\\)$/.test(ground))];
}"""


def _brightness(colour):
    return sum(float(part) for part in colour.split("(")[1].rstrip(")").split(",")[:3]) / (3 * 255)


@pytest.mark.parametrize("theme", nightly(["JupyterLab Dark", "JupyterLab Light"], "JupyterLab Dark"))
def test_headings_and_search_of_a_table_to_sort_are_read_in_either_theme(view, looking, theme):
    view.command("apputils:change-theme", theme=theme)
    dark = str("Dark" in theme).lower()
    view.window.wait_for_function("dark => document.body.dataset.jpThemeLight !== dark", arg=dark)
    for read in (
        looking.locator("table.dataTable thead th").first,
        looking.get_by_role("searchbox"),
        looking.locator("table.dataTable tbody td").first,
    ):
        written, ground = map(_brightness, read.evaluate(_GROUNDS))
        assert abs(written - ground) > 0.5, (read, theme)
    wide = "box => [box.scrollWidth <= box.clientWidth, getComputedStyle(box).overflowX]"
    fits, overflow = looking.locator("div.dt-container").evaluate(wide)
    assert fits or overflow == "auto"


@pytest.mark.nightly
@pytest.mark.usefixtures("kent")
def test_a_misspelt_force_is_answered_by_one_line(view):
    view.notebook(COPY)
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
    view.run()  # and what it shows is whole again, for the tests that follow


_DARK = ("JupyterLab Dark", DARK[ACCENT])


@pytest.mark.parametrize(("theme", "accent"), nightly([_DARK, ("JupyterLab Light", ACCENT)], _DARK))
@pytest.mark.usefixtures("kent")
def test_what_a_cell_shows_follows_the_theme(view, theme, accent):
    view.notebook(COPY)
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


@pytest.mark.parametrize("name", nightly(notebooks.SUITE, "data_received"))
def test_a_notebook_of_the_suite_is_run_and_saved_and_git_stays_clean(view, desk, name):
    path = f"notebooks/{name}.ipynb"
    view.notebook(path)
    shown = view.run()
    assert shown
    assert not [one for one in shown if one["output_type"] == "error"]
    view.command("docmanager:save")
    assert (desk.project / path).read_bytes() == (PROJECT / path).read_bytes()
    view.command("application:close")


def _is_for(url, request):
    return request.url == url


@pytest.mark.parametrize("book", nightly([COPY, "notebooks/victim_withdrawal.ipynb"], COPY))
@pytest.mark.usefixtures("kent")
def test_a_page_and_a_pdf_are_taken_out_by_the_menu(view, desk, book):
    """The copy keeps what it shows; a notebook of the suite is saved without it, and run again to be taken out."""
    view.notebook(book)
    view.command("docmanager:save")
    view.window.evaluate("() => jupyterapp.serviceManager.nbconvert.getExportFormats(false)")  # which fill the menu
    view.window.context.route("**/nbconvert/**", lambda route: route.abort())  # a download; it is fetched below, once
    for label, begins in (("Attrition_report_page", b"<!"), ("Attrition_report_PDF", b"%PDF-")):
        entry = view.menu("File", "Save and Export Notebook As", label)
        path = f"nbconvert/{label[0].lower()}{label[1:]}/{book}?download=true"
        with view.window.context.expect_event("request", partial(_is_for, desk.lab.url + path)):
            entry.click()
        content = desk.lab.fetch(path)
        assert content.startswith(begins), content[:200]
        assert len(content) > 50_000
