"""A batch file asks for reports; every mistake in it is refused with its line before anything runs."""

import pytest

from analysis import counts
from analysis.errors import ParameterError
from analysis.publishing import batch_file


def read(tmp_path, text):
    path = tmp_path / "made.toml"
    path.write_text(text)
    return batch_file.read(path)


def test_forces_and_periods_grow_with_the_counts(tmp_path):
    batch = read(
        tmp_path,
        """
title = "The year"
[[reports]]
notebook = "victim_withdrawal"
forces = ["nation", "all"]
periods = ["last year", "last 4 quarters"]
base = ["recorded", "with_outcome"]
""",
    )
    forces = counts.read("offences_2024_25").forces
    assert len(batch.jobs) == (len(forces) + 1) * 5 * 2
    assert len({job.folder for job in batch.jobs}) == len(batch.jobs)
    assert batch.jobs[0].values | {"force": "all", "period": "2024/25", "base": "recorded"} == batch.jobs[0].values
    periods = list(dict.fromkeys(job.values["period"] for job in batch.jobs))
    assert periods == ["2024/25", "2024/25 Q4", "2024/25 Q3", "2024/25 Q2", "2024/25 Q1"]
    assert (batch.formats, batch.stops_at_failure, batch.time_limit) == (("page", "pdf", "workbook"), False, 600)


def test_a_notebook_by_itself_runs_with_its_defaults(tmp_path):
    batch = read(tmp_path, '[[reports]]\nnotebook = "data_received"\n')
    assert [job.folder for job in batch.jobs] == ["data_received/force-all"]
    assert batch.title == "made"


def test_each_set_of_counts_has_forces_of_its_own(tmp_path):
    text = '[[reports]]\nnotebook = "data_received"\ncounts = ["gwent_2022_2025", "stalking_example"]\nforces = "all"\n'
    found = {(job.values["counts"], job.values["force"]) for job in read(tmp_path, text).jobs}
    assert found == {("gwent_2022_2025", "Gwent")} | {
        ("stalking_example", force) for force in counts.read("stalking_example").forces
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("titel = 'x'\n[[reports]]\nnotebook = 'data_received'", 1, "Did you mean 'title'?"),
        ("title = 3\n[[reports]]\nnotebook = 'data_received'", 1, "'title' must be a text"),
        ("title = 'x'", 1, "no reports"),
        ("formats = ['page', 'pfd']\n[[reports]]\nnotebook = 'data_received'", 1, "Did you mean 'pdf'?"),
        ("\nwhen_one_fails = 'go'\n[[reports]]\nnotebook = 'data_received'", 2, "'when_one_fails' takes go on, stop"),
        ("time_limit = 0\n[[reports]]\nnotebook = 'data_received'", 1, "must be 1 or more"),
        ("[[reports]]\nforces = 'all'", 1, "no notebook"),
        ("[[reports]]\nnotebook = 'victim_withdrawl'", 2, "Did you mean 'victim_withdrawal'?"),
        ("[[reports]]\nnotebook = 'data_received'\nforse = 'all'", 3, "Did you mean 'force'?"),
        ("[[reports]]\nnotebook = 'data_received'\nforces = ['Gwnt']", 3, "Did you mean 'Gwent'?"),
        ("[[reports]]\nnotebook = 'victim_withdrawal'\n\nperiods = 'last 9 quarters'", 4, "hold 4 whole quarters"),
        ("[[reports]]\nnotebook = 'victim_withdrawal'\nperiods = 'last 0 years'", 3, "hold 1 whole years"),
        ("[[reports]]\nnotebook = 'victim_withdrawal'\nperiod = '2031/32'", 3, "do not cover 2031/32"),
        ("[[reports]]\nnotebook = 'victim_withdrawal'\nbase = ['recorded', 'recoded']", 3, "Did you mean 'recorded'?"),
        ("[[reports]]\nnotebook = 'victim_withdrawal'\nforces = 'all'\nforce = 'Kent'", 4, "the same thing twice"),
        ("[[reports]]\nnotebook = 'victim_withdrawal'\nforces = []", 3, "empty list"),
        ("[[reports]]\nnotebook = 'data_received'\n[[reports]]\nnotebook = 'data_received'", 4, "the table in line 1"),
        ("[[reports]]\nnotebook = 'data_received'\ncounts = 'gwent'", 3, "No set of counts is called 'gwent'"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, text, line, said):
    with pytest.raises(ParameterError) as caught:
        read(tmp_path, text)
    assert f"made.toml, line {line}: " in str(caught.value)
    assert said in str(caught.value)


def test_what_is_not_toml_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"made.toml: .*line 1"):
        read(tmp_path, "title = x")


def test_a_batch_is_found_by_name_or_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("")
    assert batch_file.path_of(str(path)) == path
    with pytest.raises(ParameterError, match="No batch is called 'mnthly'"):
        batch_file.path_of("mnthly")


@pytest.mark.parametrize("name", batch_file.names())
def test_every_batch_of_the_project_can_be_read(name):
    assert batch_file.read(batch_file.path_of(name)).jobs
