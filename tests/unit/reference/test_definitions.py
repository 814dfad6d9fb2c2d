"""Definitions that several notebooks share: a name in a file is its written form wherever it is asked for."""

import pytest
from click.testing import CliRunner

from analysis import between, comparison, outcomes, rates, read_counts, show, trends
from analysis.answers.show import made
from analysis.cli.main import main
from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.presentation.blocks import MEDIA_TYPE
from analysis.publishing.batch import file
from analysis.publishing.notebooks import jobs, notebooks
from analysis.reference import definitions, measures

NAME, OWN = "evidential difficulties", "evidential difficulties: 14, 15"
TEXT = '# ours\n[measures]\n"evidential difficulties" = [15, 14]\n"no suspect" = ["18"]\n'


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder work/ with two definitions."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / definitions.NAME).write_text(TEXT)
    monkeypatch.setattr(definitions, "FOLDER", folder)
    definitions.forget_read()
    yield folder
    definitions.forget_read()


@pytest.mark.parametrize("name", [NAME, "Evidential  difficulties", "evidential_difficulties", OWN])
def test_a_name_is_its_written_form(work, name):
    assert definitions.measure(name) is measures.measure(OWN)


def test_a_notebook_asks_every_question_by_it_and_no_result_holds_the_name_alone(work):
    cases = read_counts("stalking_2024_25").select(force=["Kent", "Essex"])
    assert rates(cases, NAME).rows().equals(rates(cases, OWN).rows())
    results = [
        outcomes.endings(cases, NAME),
        comparison.compare(read_counts("stalking_2024_25"), NAME, force="Kent"),
        trends.follow(read_counts("stalking_2024_25"), read_counts("stalking_recorded"), measure=NAME),
        between(cases, NAME, "Kent", "Essex"),
    ]
    assert [result.measure for result in results] == [OWN] * 4
    assert "outcome types 14 and 15 (evidential difficulties)" in results[0].headline().text
    assert made(cases, measure=NAME).html == made(cases, measure=OWN).html


def test_a_report_that_took_a_definition_says_so_and_one_with_its_written_form_does_not(work):
    cases = read_counts("stalking_2024_25")
    told = []
    for measure in (OWN, NAME):
        counts.forget_read()
        read_counts("stalking_2024_25")
        told.append(show.made(cases, measure=measure)._repr_mimebundle_()[MEDIA_TYPE]["files"])
    assert [f"work/{definitions.NAME}" in files for files in told] == [False, True]


@pytest.mark.parametrize("name", ["trends", "force_comparison"])
def test_a_command_takes_it_and_its_record_holds_the_written_form(work, name):
    notebook = notebooks.notebook(name)
    short, written = (jobs.checked(notebook, {"measure": one}) for one in (NAME, OWN))
    assert short == written
    assert written["measure"] == OWN
    assert jobs.folder_of(notebook, short) == jobs.folder_of(notebook, written)


def test_a_notebook_of_ones_own_may_have_it_for_its_default(work, tmp_path):
    path = tmp_path / "mine.ipynb"
    text = notebooks.path_of("trends").read_text()
    assert text.count('= \\"victim_withdrawal\\"') == 1
    path.write_text(text.replace('= \\"victim_withdrawal\\"', f'= \\"{NAME}\\"'))
    assert jobs.checked(notebooks.notebook(str(path)), {})["measure"] == OWN


def batch(folder, measure):
    path = folder / "monthly.toml"
    path.write_text(f'[[reports]]\nnotebook = "trends"\nforces = ["Kent"]\nmeasure = ["charged", "{measure}"]\n')
    return [job.values["measure"] for job in file.read(path).jobs]


def test_a_batch_takes_it_from_beside_its_file_first(work, tmp_path):
    assert batch(tmp_path, NAME) == ["charged", OWN]
    (tmp_path / definitions.NAME).write_text(TEXT.replace("[15, 14]", "[14, 15, 16]"))
    assert batch(tmp_path, NAME) == ["charged", "evidential difficulties: 14, 15, 16"]
    assert batch(tmp_path, "no_suspect") == ["charged", "no suspect: 18"]


def test_a_batch_says_the_line_of_what_is_not_there_and_what_is_near(work, tmp_path):
    (tmp_path / definitions.NAME).write_text('[measures]\n"late withdrawal" = [16]\n')
    with pytest.raises(
        ParameterError, match=r"^monthly.toml, line 4: .*'late withdrawl'\. Did you mean 'late withdrawal'"
    ):
        batch(tmp_path, "late withdrawl")
    (tmp_path / definitions.NAME).write_text('[measures]\n"late withdrawal" = [61]\n')
    with pytest.raises(
        ParameterError, match=r"^monthly.toml, line 4: definitions.toml, line 2: .*no outcome type '61'"
    ):
        batch(tmp_path, "late withdrawal")


def test_definitions_beside_batches_are_no_batch(tmp_path, monkeypatch):
    for name in ("monthly.toml", definitions.NAME):
        (tmp_path / name).write_text(TEXT)
    monkeypatch.setattr(file, "FOLDER", tmp_path)
    monkeypatch.setattr(file, "_BROUGHT", tmp_path)
    assert file.names() == ["monthly"]


def test_the_list_of_measures_has_them(work):
    told = CliRunner().invoke(main, ["list", "measures"]).output
    assert "no suspect: 18" in told
    assert "A definition of this notebook's own: outcome type 18" in told


def test_a_name_that_is_not_there_is_offered_the_nearest(work):
    with pytest.raises(ParameterError, match=r"'evidental difficulties'\. Did you mean 'evidential difficulties'\?"):
        definitions.measure("evidental difficulties")
    (work / definitions.NAME).unlink()
    with pytest.raises(ParameterError, match=r"'victim_withdrawl'\. Did you mean 'victim_withdrawal'\? .* all 6"):
        definitions.measure("victim_withdrawl")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('[measures]\n"x" = [99]', r"line 2: Measure 'x': no outcome type '99'"),
        ("[measures]\nx = [true]", r"line 2: 'x' takes a list of outcome types"),
        ("[measures]\nx = 14", r"line 2: 'x' takes a list of outcome types"),
        ("[measures]\ny = [14]\ncharged = [1]", r"line 3: 'charged' is a measure of the catalogue"),
        ('[measures]\n"a b" = [14]\na_b = [15]', r"line 3: 'a_b' is defined twice"),
        ("[mesures]\nx = [1]", r"line 1: 'mesures' is no table of definitions\. Did you mean 'measures'\?"),
        ("measures = 3", r"line 1: 'measures' must be a table"),
        ("[measures]\nx = = 2", r"line 2: no value stands here\. .*below \[measures\] a line"),
        ("[measures]\nx = [14]\nx = [15]", r"line 3: a key stands twice"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(work, text, refused):
    (work / definitions.NAME).write_text(text)
    with pytest.raises(ParameterError, match=f"^{definitions.NAME}, {refused}"):
        definitions.measure("evidential difficulties")
    assert definitions.measure("charged").name == "charged"  # which needs no file


def test_all_mistakes_of_the_file_are_told_in_one_go_and_apart_from_those_of_a_batch_that_asks(work, tmp_path):
    (work / definitions.NAME).write_text('[measure]\n[measures]\n"bad" = [99]\n"worse" = 14\n"charged" = [1]\n')
    with pytest.raises(ParameterError) as refused:
        definitions.measure(NAME)
    lines = [f"line {number}: " for number in (1, 3, 4, 5)]
    assert all(line in str(refused.value) for line in ("definitions.toml has 4 mistakes.", *lines))
    batch = tmp_path / "some.toml"
    batch.write_text(f"titel = 'x'\n[[reports]]\nnotebook = 'trends'\nmeasure = '{NAME}'\n")
    with pytest.raises(ParameterError) as refused:
        file.read(batch)
    assert "\n  line 4: definitions.toml has 4 mistakes.\n    line 1: " in str(refused.value)


MISTAKEN = '[measures]\n"evidential difficulties" = [14, 15]\n"bad" = [99]\n"a b" = [14]\na_b = [15]\n'


@pytest.mark.parametrize("other", ["", "[measure]\nx = [14]\n", "".join(f"w{number} = [99]\n" for number in range(60))])
def test_a_mistake_in_the_file_keeps_no_other_label_back(work, other):
    (work / definitions.NAME).write_text(MISTAKEN + other if not other.startswith("[") else other + MISTAKEN)
    assert definitions.measure(NAME) is measures.measure(OWN)
    for label in ("bad", "a b", "a_b", "w59", "evidental difficulties"):
        with pytest.raises(ParameterError, match="^definitions.toml"):
            definitions.measure(label)


def test_a_label_that_is_mistaken_beside_a_batch_is_not_taken_from_elsewhere(work, tmp_path):
    for text in ('[measures]\n"no suspect" = [99]\n', '[mesures]\n"no suspect" = [18]\n', "no suspect"):
        (tmp_path / definitions.NAME).write_text(text)
        with pytest.raises(ParameterError, match="^definitions.toml"):
            definitions.measure("no suspect", beside=tmp_path)
    (tmp_path / definitions.NAME).write_text('[measures]\n"other" = [99]\n')
    assert definitions.measure("no suspect", beside=tmp_path).name == "no suspect: 18"


def test_the_list_has_the_sound_labels_and_tells_the_mistakes_beside_them(work):
    (work / definitions.NAME).write_text(MISTAKEN)
    told = CliRunner().invoke(main, ["list", "measures"])
    assert told.exit_code == 0, told.output
    assert OWN in told.stdout
    assert "definitions.toml has 2 mistakes.\n  line 3: " in told.stderr
