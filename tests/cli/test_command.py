"""The command: exit statuses, refusals with a next step, and how little it loads to refuse."""

import logging
import subprocess
import sys

import pytest
from click.testing import CliRunner

from analysis.cli.main import _Sentences, main
from tests.conftest import PROJECT


def run(*words):
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "victim_withdrawal", "--forse", "Kent"], "Did you mean '--force'?"),
        (["run", "victim_withdrawal", "--measure", "charged"], "'--measure'. force_comparison, trends have it."),
        (["run", "victim_withdrawal", "--force", "Kentt"], "No force is called 'Kentt'. Did you mean 'Kent'?"),
        (["run", "victim_withdrawal", "--offence", "99Z"], "No offence is called '99Z'."),
        (
            ["run", "victim_withdrawal", "--period", "2019/20"],
            "They run from April 2024 to March 2025: ask for 2024/25",
        ),
        (["run", "victim_withdrawal", "--period", "last year"], "Write a financial year as 2024/25"),
        (["run", "victim_withdrawal", "--base", "decidd"], "No base is called 'decidd'. Did you mean 'decided'?"),
        (["run", "victim_withdrawal", "--counts", "../x"], "No set of counts is called '../x'."),
        (["run", "trends", "--measure", "charge"], "No measure is called 'charge'. Did you mean 'charged'?"),
        (
            ["run", "trends", "--counts", "gwent_2022_2025"],
            "cannot tell victim_withdrawal. Measures that they can tell: withdrew_or_evidential, charged, undecided.",
        ),
        (["run", "trends", "--counts", "stalking_charged_2015_2020"], "are not outcomes by month or by quarter"),
        (["run", "trends", "--counts", "stalking_recorded"], "are not outcomes by month or by quarter"),
        (["run", "victim_withdrawl"], "No notebook is called 'victim_withdrawl'. Did you mean 'victim_withdrawal'?"),
        (
            ["run", "no_further_action", "--counts", "gwent_2022_2025"],
            "Counts 'gwent_2022_2025' do not hold outcomes by Home Office type, which no_further_action needs.",
        ),
        (["run", "victim_withdrawal", "--counts", "gwent_2022_2025_lags"], "do not hold outcomes by Home Office type"),
        (["run", "force_comparison", "--measure", "victim_withdrawl"], "Did you mean 'victim_withdrawal'?"),
        (["run", "force_comparison", "--group", "Kent, Esex"], "No force is called 'Esex'. Did you mean 'Essex'?"),
        (["run", "force_comparison", "--force", "all"], "sets one force against the others. Name it"),
        (["run", "force_profile", "--force", "all"], "is about one force, beside all of them. Name it"),
        (["run", "force_profile", "--force", "Wales"], "'attrition report --only force_profile' makes it for each"),
        (["runn"], "No command is called 'runn'. Did you mean 'run'?"),
        (["list", "colours"], "is not one of"),
        (["run", "victim_withdrawal", "--force"], "requires an argument"),
        (["run", "charged"], "it is a measure. 'attrition run force_comparison --measure charged' compares"),
        (["check", "nothing"], "No notebook is called 'nothing'."),
    ],
)
def test_wrong_use_is_refused_with_the_next_step(words, told):
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert told in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["audit"],
        ["mapping"],
        ["start", "--as", "kent", "--dry-run"],
        ["reduce", "--as", "kent", "--format", "cases"],
        ["release"],
        ["index", "--settings"],
        ["check", "outputs"],
    ],
)
def test_a_blank_name_is_no_file_and_not_the_folder_of_the_command(words, tmp_path, monkeypatch):
    (tmp_path / "cases.csv").write_text("Ref,Recorded,Outcome\n1,2024-04-01,16\n")
    monkeypatch.chdir(tmp_path)
    for blank in ("", " "):
        told = run(*words, blank)
        assert told.exit_code == 2
        assert "no file or folder can have this name" in told.output
        assert "Ref" not in told.output


def test_a_refusal_starts_no_kernel_and_loads_nothing_heavy():
    code = (
        "import sys; from analysis.cli.main import main\n"
        "try: main(['run', 'victim_withdrawal', '--force', 'Kentt'])\n"
        "except SystemExit as ended: print(ended.code)\n"
        "print([name for name in ('papermill', 'nbconvert', 'nbformat', 'matplotlib', 'scipy') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert ended.stdout.split("\n")[:2] == ["2", "[]"]


def test_a_command_that_makes_a_report_or_releases_counts_does_not_load_what_a_notebook_computes_and_draws_with():
    """The server of notebooks does, meanwhile."""
    code = (
        "import sys; from analysis.publishing.index import index; from analysis.publishing.report import making\n"
        "print([name for name in ('matplotlib', 'scipy.special') if name in sys.modules])\n"
        "from analysis.disclosure import release\n"
        "print([name for name in ('matplotlib', 'scipy.stats', 'scipy.optimize') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert ended.stdout.split() == ["[]", "[]"]


def test_importing_the_package_opens_no_door_to_case_files():
    code = (
        "import sys, analysis\n"
        "[getattr(analysis, name) for name in analysis.__all__]\n"
        "print([name for name in sys.modules if name.startswith('analysis.intake')])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("what", "lines", "holds"),
    [
        ("notebooks", 10, "victim_withdrawal"),
        ("forces", 44, "London, City of"),
        ("offences", 157 + 13, "Violence against the person"),  # and the groups that stand for several
        ("outcomes", 57, "no_further_action"),
        ("measures", 9, "with_outcome"),
        ("counts", 11, "stalking_2024_25"),
        ("findings", 45, "a further 41%"),
    ],
)
def test_lists(what, lines, holds):
    result = run("list", what)
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == lines
    assert holds in result.output


@pytest.mark.parametrize("group", [(), ("run",), ("check",), ("fetch",)])
def test_no_list_of_commands_cuts_a_description_short(group, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    commands = run(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert len(commands) > 1
    assert [line for line in commands if "..." in line or len(line) > 80] == []
    if not group:  # where all that a reader has is the list, a line for each
        assert len(commands) == len(main.commands)


def test_a_warning_is_a_line_of_the_command_and_names_no_module():
    told = [
        _Sentences().format(logging.LogRecord(name, logging.WARNING, "", 1, "It is %s.", ("so",), None))
        for name in ("analysis.publishing.placing.failures", "matplotlib.font_manager")
    ]
    assert told == ["attrition: warning: It is so.", "attrition: warning of matplotlib: It is so."]


def test_help_comes_from_the_parameters_cell():
    result = run("run", "victim_withdrawal", "--help")
    assert 'one force, or "all"' in result.output
    assert "--offence" in result.output
    assert "How many cases end because the victim withdraws" in result.output
    assert "published_findings" in run("run", "--help").output


def test_check_says_that_all_keep_the_rules():
    result = run("check")
    assert (result.exit_code, result.output) == (0, "10 notebooks keep the rules.\n")


def test_a_run_ends_in_a_report_an_index_and_status_0(tmp_path):
    result = run("run", "victim_withdrawal", "--force", "kent", "--period", "2024/25 Q1", "--out", str(tmp_path / "r"))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "r/victim_withdrawal/force-kent_2024-04_2024-06/report.html").is_file()
    assert (tmp_path / "r/index.html").is_file()


def test_a_folder_that_cannot_be_written_is_status_7(tmp_path):
    (tmp_path / "file").write_text("")
    result = run("run", "victim_withdrawal", "--out", str(tmp_path / "file" / "reports"))
    assert result.exit_code == 7
    assert "choose another folder with --out" in result.output


def test_a_folder_without_a_name_and_a_file_are_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for given in ("", "  ", str(tmp_path / "file")):
        result = run("run", "victim_withdrawal", "--out", given)
        assert (result.exit_code, "name a folder" in result.output) == (2, True), given


@pytest.mark.parametrize(
    "words",
    [
        ["run", "a" * 300],
        ["check", "a" * 300 + ".ipynb"],
        ["run", "victim_withdrawal", "--counts", "a" * 300],
        ["run", "victim_withdrawal", "--period", "0000/01"],
        ["run", "victim_withdrawal", "--period", "9999/00"],
        ["run", "trends", "--offence", "all"],
        ["run", "victim_withdrawal", "--counts", "stalking_recorded"],
        ["run", "victim_withdrawal", "--counts", "stalking_charged_2015_2020", "--period", "2019/20"],
        ["run", "../notebooks/victim_withdrawal"],
        ["run", "victim_withdrawal", "--force", ""],
        ["run", "victim_withdrawal", "--force", "\u2603"],
    ],
)
def test_odd_use_is_refused_before_a_kernel_starts(words):
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.output.startswith("attrition: ")


def test_the_index_is_written_without_a_run_and_refuses_what_is_no_address(tmp_path):
    result = run("index", "--out", str(tmp_path), "--address", "https://example.org/reports/")
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'index.html'}\n")
    assert run("index", "--out", str(tmp_path), "--address", "example").exit_code == 2


def test_a_run_that_fails_is_told_by_the_index(tmp_path, monkeypatch):
    from analysis.counts import counts

    held = tmp_path / "counts"
    held.mkdir()
    (held / "stalking_2024_25.parquet").write_bytes(b"spoilt")
    monkeypatch.setattr(counts, "FOLDER", held)
    asked = ["--counts", "stalking_2024_25", "--force", "Kent"]
    assert run("run", "victim_withdrawal", *asked, "--out", str(tmp_path / "r")).exit_code == 3
    text = (tmp_path / "r" / "index.html").read_text()
    assert "1 run failed last time" in text
    assert "cannot be read as Parquet" in text
