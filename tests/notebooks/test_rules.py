"""The rules of a notebook: the bundled ones keep them, and each way of breaking one is found at its cell and line."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.errors import NotebookFailed, ParameterError
from analysis.publishing.notebooks import headings, jobs, notebooks, rules

TITLE = "# How many?\n\nFor a test."
PARAMETERS = 'force: str = "all"  # one force, or "all"'
IMPORTS = "from analysis import read_counts, show"
READ = 'cases = read_counts("stalking_2024_25").select(force=force)'
LAST = "show.made(cases)"


def written(tmp_path, *cells, parameters=PARAMETERS, title=TITLE, last=LAST, kernel="python3", ends=headings.NEEDED):
    """A notebook that keeps the rules but for what is given."""
    book = new_notebook(metadata={"kernelspec": {"name": kernel, "display_name": "Python 3"}})
    book.cells = [
        new_markdown_cell(title),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(IMPORTS),
        new_code_cell(READ),
        *cells,
        *(new_markdown_cell(f"## {needed}\n\nWords.") for needed in ends),
        new_code_cell(last),
    ]
    path = tmp_path / "book.ipynb"
    nbformat.write(book, path)
    return path


@pytest.mark.parametrize("name", notebooks.names())
def test_the_bundled_notebooks_keep_the_rules(name):
    assert rules.faults(notebooks.path_of(name)) == []


def test_there_are_ten_and_each_asks_a_question():
    assert len(notebooks.names()) == 10
    assert all(notebooks.notebook(name).question.endswith("?") for name in notebooks.names())


def test_a_plain_notebook_keeps_the_rules(tmp_path):
    assert rules.faults(written(tmp_path)) == []


def test_a_notebook_has_five_sections_at_most_and_its_annex_comes_last(tmp_path):
    cannot, made = headings.NEEDED
    titles = [*(f"Part {number}" for number in range(1, 5)), cannot]
    sections = [new_markdown_cell(f"## {title}\n\nWords.") for title in titles]
    annex = [new_markdown_cell(f"## Annex: part {number}") for number in range(1, 9)]
    assert rules.faults(written(tmp_path, *sections, *annex, ends=[made])) == []
    (many,) = rules.faults(written(tmp_path, *sections, new_markdown_cell("## One more"), *annex, ends=[made]))
    assert (many.cell, many.rule) == (
        10,
        "is section 6 of at most 5; write '## Annex: One more' and put it after what this cannot tell",
    )
    (late,) = rules.faults(written(tmp_path, *sections[-1:], *sections[:1], annex[0], sections[1], ends=[made]))
    assert (late.cell, late.rule) == (8, "'Part 2' comes after the annex begins; put it before")


@pytest.mark.parametrize(
    ("source", "line", "rule"),
    [
        ("def share():\n    return cases", 1, "defines something"),
        ("x = cases\nfor c in cases:\n    pass", 2, "loops"),
        ("[c for c in cases]", 1, "loops"),
        ("while cases:\n    pass", 1, "loops"),
        ("map(show.read, cases)", 1, "loops"),
        ("(lambda: cases)()", 1, "defines something"),
        ("try:\n    cases\nexcept ValueError:\n    pass", 1, "catches an exception"),
        ("with open('x') as f:\n    pass", 1, "opens something"),
        ("open('data/cases/x.csv')", 1, "opens a file"),
        ("import pandas", 1, "imports a module"),
        ("from analysis.intake import cases", 1, "imports from 'analysis.intake'"),
        ("from analysis import disclosure", 1, "imports 'disclosure', which is not for notebooks"),
        ("from pathlib import Path", 1, "imports from 'pathlib'"),
        ("show.pd.read_parquet('x')", 1, "'show.pd' is not a function for notebooks"),
        ("show.Shown('table', '<b>', '')", 1, "'show.Shown' is not a function"),
        ("warnings.simplefilter('ignore')", 1, "silences a warning"),
        ("x = 45.3", 1, "holds a number"),
        ("title = 'Withdrew: 45% of all'", 1, "holds a percentage in a text"),
        ("show.headline(f'{cases}')", 1, "builds a sentence"),
        ("show.headline('a' + 'b')", 1, "builds a sentence"),
        ("cases.total", 1, "takes a number or a table out of its protection"),
        ("cases.table", 1, "takes a number or a table"),
        ("cases.__class__", 1, "reaches round the rules"),
        ("getattr(cases, 'name')", 1, "reaches round the rules"),
        ("cases.sensitivity = 'published'", 1, "changes 'cases.sensitivity', which is the suite's or a result"),
        ("wording.percent = show.read", 1, "changes 'wording.percent'"),
        ("x['a'] = cases", 1, "changes 'x'"),
        ("x = cases\nx += cases", 2, "changes what a name stands for"),
        ("cases[0]", 1, "picks rows, columns or a part out with [ ]"),
        ("cases[1:]", 1, "picks rows, columns or a part out with [ ]"),
        ("x = {'a': cases}", 1, "makes a collection of its own"),
        ("x = -cases", 1, "works out a number"),
        ("x: str = 'a'", 1, "put it into the cell of the parameters"),
        ("cases", 1, "show.read(…) says what was read"),
        ("from analysis import rates\nrates(cases, 'charged').rows()", 2, "shows a bare frame; show.table("),
        ("cases.place", 1, "shows a bare text"),
        ("await cases", 1, "holds Python that no report needs (Await)"),
        ("print(cases)", 1, "prints"),
        ("exit()", 1, "ends the run"),
        ("raise SystemExit", 1, "stops the run"),
        ("assert cases", 1, "stops the run"),
        ("%matplotlib inline", 1, "uses a magic"),
        ("!ls", 1, "uses a magic or the shell"),
        ("x = (", 1, "is not Python"),
        ("exec('x')", 1, "runs text as code"),
        ("disclosure.POLICIES", 1, "sets the disclosure policy"),
        ("\n".join(f"x{place} = cases" for place in range(13)), 13, "has 13 lines"),
    ],
)
def test_each_rule_is_found_at_its_place(tmp_path, source, line, rule):
    found = rules.faults(written(tmp_path, new_markdown_cell("## A part"), new_code_cell(source)))
    assert any((fault.cell, fault.line) == (6, line) and rule in fault.rule for fault in found), found
    assert str(found[0]).startswith("book.ipynb:6:")


@pytest.mark.parametrize("missing", headings.NEEDED)
def test_a_notebook_has_the_parts_that_every_report_ends_with(tmp_path, missing):
    (found,) = rules.faults(written(tmp_path, ends=[part for part in headings.NEEDED if part != missing]))
    assert f"has no part '{missing}', which every report ends with; write '## {missing}'" in found.rule
    assert found.cell == 6


@pytest.mark.parametrize(
    ("source", "line", "rule"),
    [
        ("# Another title", 1, "'Another title' is a second title"),
        ("## A part\n\nWords.\n\n## Another", 5, "'Another' is the heading of a part and stands inside a cell"),
        ("## A part\n\n#### Deep", 3, "'Deep' is a heading of level 4"),
        ("## What this cannot tell you", 1, "'What this cannot tell you' is the heading of two parts"),
        ("## A part\n\n| a | b |\n|---|--:|\n| c | 2 |", 4, "holds a table without a caption"),
        ("## A part\n\na | b\n--- | ---\nc | 2", 4, "holds a table without a caption"),
    ],
)
def test_what_a_page_may_not_hold_is_told_of_its_notebook(tmp_path, source, line, rule):
    found = rules.faults(written(tmp_path, new_markdown_cell(source)))
    assert [fault.line for fault in found] == [line], found
    assert rule in found[0].rule


def test_a_title_has_no_heading_below_it_in_its_cell_and_code_has_none_at_all(tmp_path):
    (found,) = rules.faults(written(tmp_path, title=f"{TITLE}\n\n### Below"))
    assert (found.cell, found.line) == (1, 5)
    assert "put it into a cell of its own" in found.rule
    text = "## A part\n\n### Below\n\n```\n# a comment\n```\n\n- a | b\n\n---"
    assert rules.faults(written(tmp_path, new_markdown_cell(text))) == []


def test_outputs_are_not_kept(tmp_path):
    cell = new_code_cell("show.read(cases)", execution_count=3)
    found = rules.faults(written(tmp_path, new_markdown_cell("## A part"), cell))
    assert [fault.rule for fault in found] == ["keeps its outputs; clear them"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": "# Withdrawals"}, "a title that is a question"),
        ({"kernel": "ir"}, "no kernelspec"),
        ({"last": "cases"}, "how it was made"),
        ({"parameters": 'colour: str = "red"  # unused'}, "declares parameter 'colour' and never uses it"),
        ({"parameters": 'force = "all"'}, "write 'name: type = default"),
    ],
)
def test_the_notebook_as_a_whole(tmp_path, changes, rule):
    assert any(rule in fault.rule for fault in rules.faults(written(tmp_path, **changes)))


@pytest.mark.parametrize(
    "line",
    [
        "It is 45.3% of all.",
        "**45**% withdrew.",
        "45 percent",
        "45 per cent",
        "45&#37;",
        "4,321 of 8,000 cases",
        "95% of them",
    ],
)
def test_prose_holds_no_result(tmp_path, line):
    found = rules.faults(written(tmp_path, new_markdown_cell(f"## A part\n\n{line}")))
    assert [(fault.cell, fault.line, fault.rule[:18]) for fault in found] == [(5, 3, "holds a percentage")]


def test_prose_may_name_the_level_of_an_interval_and_runs_nothing(tmp_path):
    assert rules.faults(written(tmp_path, new_markdown_cell("## A part\n\nA 95% interval, at the 95% level."))) == []
    found = rules.faults(written(tmp_path, new_markdown_cell("## A part\n\n<script>x</script>")))
    assert "loads or runs something" in str(found[0])


def test_tags_that_change_a_run_are_refused(tmp_path):
    cell = new_code_cell("cases", metadata={"tags": ["raises-exception"]})
    found = rules.faults(written(tmp_path, new_markdown_cell("## A part"), cell))
    assert "has the tag 'raises-exception'" in str(found[0])


@pytest.mark.parametrize("content", ["{}", "[]", '{"cells": 5}', '{"cells": [{"cell_type": "code"}]}', ""])
def test_a_file_in_another_shape_is_a_fault_and_no_traceback(tmp_path, content):
    path = tmp_path / "odd.ipynb"
    path.write_text(content)
    assert str(rules.faults(path)[0]).startswith("odd.ipynb:0:0: ")
    with pytest.raises(NotebookFailed, match="odd.ipynb"):
        notebooks.notebook(str(path))


def test_code_stands_below_prose_that_says_what_will_be_seen(tmp_path):
    found = rules.faults(written(tmp_path, *(new_code_cell("cases") for _ in range(4))))
    assert any("without a heading" in fault.rule for fault in found)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("force: str = 3  # a force", "the default of 'force' is not of type str"),
        ("force: str = str()  # a force", "is not a plain value"),
        ('force: str = "all"', "give 'force' a type of str, int, float, bool and a comment"),
        ("force: list = []  # forces", "give 'force' a type"),
        ("force: str = (", "parameters cell, line 1"),
        ("import os", "write 'name: type = default"),
        ('out: str = "x"  # taken', "'out' is taken"),
        ('force: str = "a"  # one\nforce: str = "b"  # two', "'force' is taken"),
    ],
)
def test_a_parameters_cell_is_strict(cell, message):
    with pytest.raises(NotebookFailed, match=message):
        notebooks.parameters(cell, where="book.ipynb")


def test_values_are_of_the_declared_type_or_refused():
    declared = notebooks.parameters(
        'n: int = 3  # how many\nx: float = 0.5  # share\nok: bool = False  # yes or no\nforce: str = "all"  # a force',
        where="book.ipynb",
    )
    number, share, truth, force = declared
    assert number.value("007") == 7
    assert share.value("1e-1") == 0.1
    assert repr(share.value(1)) == "1.0"
    assert truth.value("yes") is True
    assert truth.value("False") is False
    assert force.value("3") == "3"
    for parameter, given in (
        (number, "3.5"),
        (number, "yes"),
        (number, True),
        (number, 3.0),
        (share, "half"),
        (share, "nan"),
        (share, float("inf")),
        (share, True),
        (truth, "maybe"),
        (force, 3),
    ):
        with pytest.raises(ParameterError, match=f"{parameter.option} takes"):
            parameter.value(given)


def test_an_unknown_parameter_is_refused_with_the_nearest():
    with pytest.raises(
        ParameterError, match="No parameter of victim_withdrawal is called 'forse'. Did you mean 'force'"
    ):
        notebooks.notebook("victim_withdrawal").values({"forse": "Kent"})


@pytest.mark.parametrize("name", notebooks.TAKEN)
def test_a_notebook_may_not_be_called_as_a_folder_that_leads_to_reports(tmp_path, name):
    path = written(tmp_path).rename(tmp_path / f"{name}.ipynb")
    with pytest.raises(NotebookFailed, match=f"a folder of reports has a folder '{name}' of its own"):
        notebooks.notebook(str(path))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text("{")
    with pytest.raises(NotebookFailed, match="broken.ipynb cannot be read as a notebook"):
        notebooks.notebook(str(path))
    assert "cannot be read" in str(rules.faults(path)[0])


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"counts": "feature"}, "'counts' is not one of: outcomes, any outcomes, recorded, series, times, features, "),
        (
            {"count": "features"},
            "has 'count'. Did you mean 'counts'? It may have: counts, offences, forces, layout, pages.",
        ),
        ({"offences": "many"}, "'offences' is not one of: one, several."),
        ({"forces": "every"}, "'forces' is not one of: all, each."),
        ({"layout": "shet"}, "'layout' is not one of: report, sheet. Did you mean 'sheet'?"),
        ({"pages": 9}, "'pages' is not one of: 1, 2, 3, 4, 5, 6, 7, 8."),
        ({"pages": "two"}, "'pages' is not one of: 1, 2, 3,"),
        (["features"], "is no table of words"),
    ],
)
def test_what_a_notebook_says_of_itself_is_in_words_that_are_known(tmp_path, said, rule):
    path = written(tmp_path)
    book = nbformat.read(path, as_version=4)
    book.metadata["attrition"] = said
    nbformat.write(book, path)
    assert any(rule in fault.rule for fault in rules.faults(path)), rules.faults(path)
    with pytest.raises(NotebookFailed, match="under 'attrition'"):
        notebooks.notebook(str(path))


def test_a_notebook_that_says_nothing_uses_outcomes_of_one_offence(tmp_path):
    book = notebooks.notebook(str(written(tmp_path)))
    assert (book.uses, book.takes_several, book.is_of_each_force, book.most_pages) == ("outcomes", False, False, 8)


def test_a_notebook_may_say_that_it_has_fewer_pages(tmp_path):
    path = written(tmp_path)
    book = nbformat.read(path, as_version=4)
    book.metadata["attrition"] = {"pages": 2}
    nbformat.write(book, path)
    assert rules.faults(path) == []
    assert notebooks.notebook(str(path)).most_pages == 2


def test_a_method_of_a_result_takes_what_its_class_says(tmp_path):
    cells = [
        new_markdown_cell("## A part"),
        new_code_cell(
            'from analysis import outcomes\nended = outcomes.endings(cases, "charged")\nended.table("types")'
        ),
        new_markdown_cell("## Another"),
        new_code_cell("ended.forces(cases)\nended.rows\nended._answer\nended.numbers()\nended.table(cases)\nended"),
    ]
    found = [(fault.line, fault.rule) for fault in rules.faults(written(tmp_path, *cells)) if fault.cell == 8]
    wanted = [
        (1, "more than it takes"),
        (2, "is not called"),
        (3, "reaches round"),
        (4, "'ended.numbers' is not for notebooks"),
        (5, "gives 'ended.table' Counts for 'name', which is str"),
        (6, "shows Endings by itself, which only a draft may"),
    ]
    assert [line for line, _ in found] == [line for line, _ in wanted]
    assert all(words in rule for (_, words), (_, rule) in zip(wanted, found, strict=True)), found


def asking(tmp_path, source):
    """A notebook with a question of somebody's own in its one section."""
    imports = new_code_cell("from analysis import between, measures, rates")
    return written(tmp_path, new_markdown_cell("## Own"), imports, new_markdown_cell("What."), new_code_cell(source))


@pytest.mark.parametrize(
    "source",
    [
        'measure = measures.own("evidential difficulties", [14, 15])\nrates(cases, measure).headline()',
        'rates(cases, measures.own("evidential difficulties", types=("14", "15")), base="decided").headline()',
        'rates(cases.select(force=["Kent", "Essex"], period=("2024/25 Q1", "2024/25 Q2")), "charged").headline()',
        'rates(cases.select(force="Eastern: Essex, Norfolk"), "evidential difficulties: 14, 15").headline()',
        'between(cases, "charged", "Kent", ["Essex", "Surrey"]).headline()',
    ],
)
def test_a_question_of_ones_own_may_name_forces_periods_and_outcome_types(tmp_path, source):
    assert rules.faults(asking(tmp_path, source)) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('rates(cases, measures.own("mine", [14.5])).headline()', "holds a number"),
        ('rates(cases, measures.own("mine", [14, len(force)])).headline()', "holds a number"),
        ('rates(cases, measures.own("mine", [force, 14])).headline()', "holds a number"),
        ('rates(cases.select(force=[14]), "charged").headline()', "holds a number"),
        ('rates(cases, measures.own("mine", [one for one in force])).headline()', "loops"),
        ('rates(cases, measures.own(14, ["15"])).headline()', "holds a number"),
        ("[14, 15]", "holds a number"),
    ],
)
def test_numbers_stand_where_outcome_types_are_named_and_nowhere_else(tmp_path, source, rule):
    found = rules.faults(asking(tmp_path, source))
    assert any(rule in fault.rule for fault in found)


def test_a_notebook_needs_no_cell_of_parameters_and_has_one_at_most(tmp_path):
    path = written(tmp_path, parameters=PARAMETERS)
    book = nbformat.read(path, as_version=4)
    given = book.cells.pop(1)
    book.cells[2].source = 'cases = read_counts("stalking_2024_25")'
    nbformat.write(book, path)
    assert rules.faults(path) == []
    read = notebooks.notebook(str(path))
    assert (read.parameters, read.values({})) == ((), {})
    assert jobs.folder_of(read, {}).as_posix() == "book/report"
    with pytest.raises(ParameterError, match="No parameter of book is called 'force'"):
        read.values({"force": "Kent"})
    book.cells[1:1] = [given, new_code_cell(given.source, metadata=given.metadata)]
    nbformat.write(book, path)
    with pytest.raises(NotebookFailed, match="2 cells are tagged 'parameters'. Leave the tag on one"):
        notebooks.notebook(str(path))
