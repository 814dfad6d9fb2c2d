"""What the documents say is so: files exist, commands run, numbers are those of the figures."""

import re
import tomllib

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.counts import counts
from analysis.disclosure import protect
from analysis.presentation.wording import TERMS, percent
from analysis.publishing.batch import file
from analysis.publishing.notebooks import notebooks
from analysis.reference import findings, reference
from analysis.shares.rates import rates
from tests.conftest import PROJECT

DOCUMENTS = sorted(
    path
    for path in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("*/README.md")]
    if ".venv" not in path.parts
)

#: What a reduction of people's cases makes, and git ignores.
MADE = {"data/private"}


def places(path):
    """The places of a page that a link may lead to: its headings, as GitHub and the site call them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_and_named_files_exist(path):
    text = path.read_text()
    for target, part in re.findall(r"\]\(([^)#:]*)(?:#([^):]+))?\)", text):
        led_to = path.parent / target if target else path
        assert led_to.exists(), target
        assert not part or part in places(led_to), f"{target}#{part}"
    for named in re.findall(r"`((?:analysis|data|docs|tests|notebooks)/[\w./]+?)`", text):
        assert (PROJECT / named).exists() or named.rstrip("/") in MADE, named


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_no_line_of_a_paragraph_becomes_a_list(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    broken = re.findall(r"^(?![-*+|#>\s]|\d+\. |\[\^)[^\n]*[^:\n]\n((?:1[.)]|[-*+]) [^\n]+)", text, flags=re.MULTILINE)
    assert broken == [], "begin the line with another word"


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE))
    for path in DOCUMENTS:
        for target in re.findall(r"`make ([a-z]+)`|^ {4}make ([a-z]+)", path.read_text(), flags=re.MULTILINE):
            assert (target[0] or target[1]) in targets


def test_every_file_of_data_is_described():
    text = (PROJECT / "data" / "README.md").read_text()
    for folder in ("reference", "published", "examples"):
        for path in (PROJECT / "data" / folder).iterdir():
            if path.is_file() and path.suffix != ".pyc":
                assert f"`{folder}/{path.name}`" in text, path.name


def test_the_rows_that_the_data_readme_counts():
    text = (PROJECT / "data" / "README.md").read_text()
    for name, rows in re.findall(r"`published/([\w.]+)` \|.*\| ([\d,]+) \|", text):
        import pandas as pd

        assert len(pd.read_csv(PROJECT / "data" / "published" / name, dtype=str)) == int(rows.replace(",", ""))
    assert f"the {len(reference.offences())} offence codes" in text
    assert len(findings.findings()) == 45


@pytest.mark.parametrize("name", ["README.md", "docs/found.md"])
def test_the_numbers_that_were_found(name):
    text = (PROJECT / name).read_text()
    cases = counts.read("stalking_2024_25")
    london = cases.select(force="Metropolitan Police")
    for one, measure, base in (
        (london, "victim_withdrawal", "recorded"),
        (london, "victim_withdrawal", "with_outcome"),
        (london, "no_further_action", "recorded"),
        (cases, "victim_withdrawal", "recorded"),
    ):
        row = protect(rates(one, measure, base=base)).table.iloc[0]
        assert percent(row["share"]) in text
        assert f"{row['cases']:,}" in text


def test_the_readme_is_read_in_one_sitting():
    assert len((PROJECT / "README.md").read_text().splitlines()) <= 100


def test_something_leads_to_every_page():
    """The README, or the contents of the site."""
    readme, contents = ((PROJECT / name).read_text() for name in ("README.md", "docs/index.md"))
    for path in [*PROJECT.glob("docs/*.md"), *PROJECT.glob("docs/how_to/*.md")]:
        name = path.relative_to(PROJECT / "docs").as_posix()
        listed = re.search(rf"^{name.removesuffix('.md')}$", contents, flags=re.MULTILINE)
        assert name == "index.md" or f"](docs/{name})" in readme or listed, f"nothing leads to docs/{name}"


def test_every_notebook_is_listed_with_its_question():
    text = (PROJECT / "docs" / "notebooks.md").read_text()
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+?) (?:\(.+\) )?\|$", text, flags=re.MULTILINE))
    assert listed == {name: notebooks.notebook(name).question for name in notebooks.names()}


def test_the_readmes_python_runs():
    code = re.search(r"```python\n(.+?)```", (PROJECT / "README.md").read_text(), flags=re.DOTALL)[1]
    space = {}
    *lines, last = code.strip().splitlines()
    exec("\n".join(lines), space)
    assert eval(last, space).headline().record["opening"].startswith("Kent and Wales are not clearly different")


def test_menu_entries_are_called_as_jupyterlab_shows_them():
    from importlib.metadata import entry_points

    ours = [one for one in entry_points(group="nbconvert.exporters") if one.value.startswith("analysis.")]
    shown = [one.name[0].upper() + one.name[1:] for one in ours]  # what JupyterLab makes of the name of an exporter
    assert sorted(shown) == ["Attrition_report_PDF", "Attrition_report_page"]
    for name in ("pages.md", "scheduling/README.md", "lab.md"):
        text = " ".join((PROJECT / "docs" / name).read_text().split())
        assert "*Save and Export Notebook As*, *Attrition_report_page*" in text, name
        assert set(re.findall(r"\*(Attrition\w*)\*", text)) == set(shown), name
    said = "".join(path.read_text() for path in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
    assert "Stalking attrition report" not in said


def test_every_list_that_is_named_is_one():
    text = (PROJECT / "docs" / "notebooks.md").read_text()
    lists = re.search(r"attrition list ([\w|]+)`", text)[1].split("|")
    for what in lists:
        assert CliRunner().invoke(main, ["list", what]).exit_code == 0


def test_the_glossary_is_the_one_that_ends_every_page():
    lines = [line for line in (PROJECT / "docs" / "glossary.md").read_text().splitlines() if line.startswith("- ")]
    assert lines == [f"- **{word}**: {meaning}" for word, meaning in TERMS.items()]


def test_case_files_are_explained_whole():
    from analysis.intake.case_files.faults import FAULTS
    from analysis.intake.case_files.mapping import KEYS

    text = (PROJECT / "docs" / "case_files.md").read_text()
    for name in [*FAULTS, *(key for keys in KEYS.values() for key in keys)]:
        assert f"`{name}`" in text or f"`[{name}]`" in text or f"[{name}." in text, name


def test_every_decision_is_listed_and_every_statistic_has_a_section():
    decisions = {path.name for path in (PROJECT / "docs" / "decisions").glob("0*.md")}
    assert decisions == set(re.findall(r"\((0[\w-]+\.md)\)", (PROJECT / "docs/decisions/README.md").read_text()))
    methods = (PROJECT / "docs" / "methods.md").read_text()
    [first, *_] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [set(layer.split(" : ")) for layer in first["layers"]]
    counting = set().union(*layers[layers.index({"analysis.disclosure"}) + 1 : layers.index({"analysis.shares"})])
    counting |= {f"analysis.shares.{path.stem}" for path in (PROJECT / "analysis" / "shares").glob("[a-z]*.py")}
    for name in counting - {"analysis.questions.findings.charge_rates"}:
        assert f"{name.replace('.', '/')}.py" in methods, name


def test_the_line_that_ends_an_update_adds_up_to_the_reports_of_the_batch():
    text = (PROJECT / "docs" / "updating.md").read_text()
    line = re.search(r"; (\d+) done, (\d+) up to date; (\d+) new, (\d+) carried further", text)
    done, current, new, carried = map(int, line.groups())
    jobs = file.read(PROJECT / "notebooks" / "batches" / "monthly.toml").jobs
    kinds = [job.notebook for job in jobs]
    of_last_year = {"victim_withdrawal", "no_further_action", "force_comparison", "force_profile", "journey"}
    assert (new, carried) == (sum(kind in of_last_year for kind in kinds), kinds.count("trends"))
    assert (done, current) == (new + carried, len(jobs) - new - carried)
    assert f"of the {len(jobs)} were not up to date" in text


def test_every_exit_status_is_listed():
    import signal

    from analysis import errors
    from analysis.system import stopping

    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.AttritionError)]
    ended = {0, *(one.exit_status for one in kinds)} | {128 + one for one in stopping.SIGNALS}
    table = (PROJECT / "docs" / "statuses.md").read_text().split("| status | meaning | then |")[1].split("\n\n")[0]
    printed = [int(status) for cell in re.findall(r"^\| ([\d, ]+) \|", table, flags=re.M) for status in cell.split(",")]
    assert printed == sorted(ended)
    assert 128 + signal.SIGTERM in printed


def test_the_version_is_in_the_changelog():
    import analysis

    assert f"## {analysis.__version__}" in (PROJECT / "CHANGELOG.md").read_text()
