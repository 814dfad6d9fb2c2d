"""A batch file asks for reports; every mistake in it is refused with its line before anything runs."""

import shutil

import pytest

from analysis.counts import counts
from analysis.errors import DataRefused, ParameterError
from analysis.publishing.batch import file
from analysis.reference import reference
from tests.conftest import PROJECT
from tests.notebooks.test_rules import written

ASKS = "[[reports]]\nnotebook = 'victim_withdrawal'\n"
CHARGED = "[[reports]]\nnotebook = 'force_comparison'\nmeasure = 'charged'\n"
COMPARED = "[[reports]]\nnotebook = 'force_comparison'\n"
RECEIVED = "[[reports]]\nnotebook = 'data_received'\n"


def read(tmp_path, text):
    path = tmp_path / "made.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file.read(path)


def refusal(tmp_path, text):
    with pytest.raises(ParameterError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def asked(batch, name):
    return [job.values[name] for job in batch.jobs]


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
    assert list(dict.fromkeys(asked(batch, "period"))) == [
        "2024/25",
        "2024/25 Q4",
        "2024/25 Q3",
        "2024/25 Q2",
        "2024/25 Q1",
    ]
    assert (batch.formats, batch.stops_at_failure, batch.time_limit) == (("page", "pdf", "workbook"), False, 600)


def test_the_keys_of_a_file_are_what_its_batch_does(tmp_path):
    above = "title = 'Ours'\nwhen_one_fails = 'stop'\nformats = ['pdf', 'page']\ntime_limit = 60\nmemory_limit = 1024\n"
    batch = read(tmp_path, above + RECEIVED)
    assert (batch.name, batch.title, batch.formats) == ("made", "Ours", ("page", "pdf"))
    assert (batch.stops_at_failure, batch.time_limit, batch.memory_limit) == (True, 60, 1024)


def test_a_notebook_by_itself_runs_with_its_defaults(tmp_path):
    batch = read(tmp_path, RECEIVED)
    assert [job.folder for job in batch.jobs] == ["data_received/force-gwent"]
    assert batch.title == "made"


def test_each_set_of_counts_has_forces_of_its_own(tmp_path):
    text = RECEIVED + 'counts = ["gwent_2022_2025", "stalking_example"]\nforces = "all"\n'
    found = {(job.values["counts"], job.values["force"]) for job in read(tmp_path, text).jobs}
    assert found == {("gwent_2022_2025", "Gwent")} | {
        ("stalking_example", force) for force in counts.read("stalking_example").forces
    }


@pytest.mark.parametrize(
    ("keys", "force", "period"),
    [
        ('forces = "NATION"\nperiods = " Last  Quarter"', "all", "2024/25 Q4"),
        ('force = "All"\nperiods = ["last year", "2024/25"]', "all", "2024/25"),
        ('forces = ["kent police", "Kent"]\nperiod = "2024/25 Q1"', "Kent", "2024/25 Q1"),
        ('forces = "Met"\nperiods = "all"', "Metropolitan Police", "2024/25"),  # all that the counts hold
    ],
)
def test_words_are_taken_as_readers_write_them(tmp_path, keys, force, period):
    (job,) = read(tmp_path, ASKS + keys).jobs
    assert (job.values["force"], job.values["period"]) == (force, period)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + RECEIVED.encode(),
        RECEIVED.replace("\n", "\r\n"),
        RECEIVED.replace("[[reports]]", "  [[ 'reports' ]]  # [[reports]]"),
        'title = """\n[[reports]]\nforse = 1"""\n' + RECEIVED + "# [[reports]]",
    ],
)
def test_a_file_may_be_written_in_any_way_that_toml_allows(tmp_path, text):
    assert [job.notebook for job in read(tmp_path, text).jobs] == ["data_received"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("titel = 'x'\n" + RECEIVED, 1, "Did you mean 'title'?"),
        ("title = 3\n" + RECEIVED, 1, "'title' must be a text"),
        ("title = 'x'", 1, "no reports"),
        ("", 1, "no reports: write a table [[reports]] for each notebook"),
        ("title = 'x'\nreports = []", 2, "no reports"),
        (
            "title = 'x'\nreports = [\n{notebook = 'trends'}\n]",
            2,
            "write a table [[reports]], in two pairs of brackets",
        ),
        ("[reports]\nnotebook = 'trends'", 1, "in two pairs of brackets"),
        ("[[report]]\nnotebook = 'trends'", 1, "Did you mean 'reports'?"),
        ("\n[settings]\ntitle = 'x'\n" + RECEIVED, 2, "'settings' is no key of a batch"),
        ("formats = ['page', 'pfd']\n" + RECEIVED, 1, "Did you mean 'pdf'?"),
        ("formats = [\n'page',\n'Pdf'\n]\n" + RECEIVED, 3, "Did you mean 'pdf'?"),
        ("formats = ['pdf']\n" + RECEIVED, 1, "add 'page'"),
        ("formats = []\n" + RECEIVED, 1, "add 'page'"),
        ("formats = 'page'\n" + RECEIVED, 1, "'formats' must be a list: formats = [\"page\"]"),
        ("\nwhen_one_fails = 'go'\n" + RECEIVED, 2, "'when_one_fails' takes go on, stop"),
        ("time_limit = 0\n" + RECEIVED, 1, "must be from 1 to"),
        ("memory_limit = 99999999999999999999\n" + RECEIVED, 1, "must be from 512 to"),
        ("time_limit = 60.0\n" + RECEIVED, 1, "must be a whole number"),
        ("time_limit = true\n" + RECEIVED, 1, "must be a whole number"),
        (RECEIVED + "title = 'x'", 3, "put it above the first [[reports]]"),
        ("[[reports]]\nforces = 'all'", 1, "no notebook"),
        ("[[reports]]\nnotebook = ['trends']", 2, "no notebook"),
        ("[[reports]]\nnotebook = 'victim_withdrawl'", 2, "Did you mean 'victim_withdrawal'?"),
        ("[[reports]]\nnotebook = 'mine/book'", 2, "The path of a notebook ends in .ipynb."),
        ("[[reports]]\nnotebook = 'mine/book.ipynb'", 2, "read from the folder of the batch file"),
        (RECEIVED + "forse = 'all'", 3, "Did you mean 'force'?"),
        (
            RECEIVED + "Force = 'all'",
            3,
            "'force'? Keys there: counts, crime_type, force, forces, offence.",
        ),
        (RECEIVED + "periods = 'last year'", 3, "'periods' is no parameter of data_received"),
        (RECEIVED + "forces = ['Gwnt']", 3, "Did you mean 'Gwent'?"),
        (RECEIVED + "forces = ['nation',\n'Kent',\n]", 4, "hold no figures for Kent. They hold: Gwent."),
        (RECEIVED + "counts = ['gwent_2022_2025',\n'stalking_example']\nforce = 'Gwent'", 4, "They hold: Exampleshire"),
        (RECEIVED + "counts = 'gwent'", 3, "No set of counts is called 'gwent'"),
        (ASKS + "\nperiods = 'last 9 quarters'", 4, "hold 4 whole quarters. Ask for 'last 4 quarters'."),
        (ASKS + "periods = 'last 2 years'", 3, "hold 1 whole year. Ask for 'last year'."),
        (ASKS + "periods = 'last 0 years'", 3, "asks for nothing. Ask for 'last year' or more."),
        (ASKS + "periods = ['2024/25',\n'last -1 quarters']", 4, "Or say 'last year', 'last 8 quarters'."),
        (ASKS + "period = 'last 8 quarters'", 3, 'Write periods = "last 8 quarters".'),
        (CHARGED + "counts = 'stalking_charged_2015_2020'\nperiods = 'last quarter'", 5, "hold no whole quarters."),
        (ASKS + "force = 'nation'", 3, 'Write force = "all", or forces = "nation".'),
        (ASKS + "period = '2031/32'", 3, "do not cover 2031/32"),
        (ASKS + "base = ['recorded', 'recoded']", 3, "Did you mean 'recorded'?"),
        (ASKS + "forces = 'all'\nforce = 'Kent'", 4, "say the same thing twice"),
        (ASKS + "forces = []", 3, "empty list"),
        (ASKS + "force = ''", 3, "No force is called ''"),
        (ASKS + "period = 2024-04-01", 3, "'period' takes words. Put each in quotation marks."),
        (ASKS + "periods = [\n'2024/25',\n2024.25,\n]", 5, "'periods' takes words"),
        (ASKS + "offence = 8", 3, "'offence' takes words"),
        (ASKS + "base = true", 3, "'base' takes words"),
        (ASKS + "forces = [['Kent']]", 3, "'forces' takes words"),
        (ASKS + "\n[reports.force]\nname = 'Kent'", 4, "'force' takes words"),
        (ASKS + "force.name = 'Kent'", 3, "'force' takes words"),
        (ASKS + "\t'forces'\t=\t['Kent', 'Kennt']", 3, "Did you mean 'Kent'?"),
        ("[[reports]]\n\"noteb\\u006fok\" = 'trends'\n\n\"for\\u0063e\" = 'Kennt'", 4, "Did you mean 'Kent'?"),
        ("title = '''\n[[reports]]\n'''\n" + ASKS + "force = 'Kennt'", 6, "Did you mean 'Kent'?"),
        (ASKS + "force = 'Kent'\n[[reports]]\nnotebook = 'trends'\nforce = 'Kennt'", 6, "Did you mean 'Kent'?"),
        ("title = 'a\u2028b'\n" + ASKS + "force = 'Kennt'", 4, "Did you mean 'Kent'?"),
        ((RECEIVED + "forces = [\n'Gwent',\n'Gwnt']").replace("\n", "\r\n"), 5, "Did you mean 'Gwent'?"),
        ("title = '''it's\n[[reports]]\n'''\n" + ASKS + "force = 'Kennt'", 6, "Did you mean 'Kent'?"),
        (COMPARED + "force = 'all'\ngroup = 'Essex, Kennt'", 4, "Did you mean 'Kent'?"),
        (RECEIVED + RECEIVED, 4, "the table in line 1"),
        (ASKS + "base = ['recorded', 'recorded']", 2, "_2024-04_2025-03 twice. Leave one of them out."),
        ("[[reports]]\nnotebook = 'trends'\nforce = 'all'\nmeasure = 'chargd'", 4, "Did you mean 'charged'?"),
        (COMPARED + "forces = 'nation'", 3, "sets one force against the others"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, text, line, said):
    told = refusal(tmp_path, text)
    assert told.startswith(f"made.toml, line {line}: ")
    assert said in told
    assert told.endswith((".", "?"))
    assert not told.endswith(("..", "?."))


MISTAKES = """title = 5
formatz = ["page"]
time_limit = 0
[[notify]]
whenn = "always"
command = ["cat"]
gives = "xml"
[[reports]]
notebook = "victim_withdrawl"
force = "whoever"
[[reports]]
notebook = "victim_withdrawal"
peeriods = ["last year"]
forces = ["Kentt", "Essex", "Gwentt"]
base = ["recrded", "decided"]
[[reports]]
notebook = "trends"
counts = ["latset"]
[update]
sources = ["home-ofice"]
"""


def test_all_mistakes_of_a_file_are_told_in_one_go_in_the_order_of_its_lines(tmp_path):
    head, *told = refusal(tmp_path, MISTAKES).splitlines()
    assert head == f"made.toml has {len(told)} mistakes."
    lines = [int(line.split()[1].rstrip(":")) for line in told]
    assert lines == [1, 2, 3, 5, 7, 9, 13, 14, 14, 15, 18, 20]
    offers = ("formats", "when", "victim_withdrawal", "periods", "Kent", "Gwent", "recorded", "latest", "home-office")
    assert all(f"Did you mean '{name}'?" in "".join(told) for name in offers)


def test_all_mistakes_of_what_is_fetched_are_told_in_one_go(tmp_path):
    wrong = (
        "formats = ['pge', 'pfd']\n" + ASKS + "[update]\nsources = ['x', 'y']\nfrom = '2024'\npage = 'ftp'\nform = ''"
    )
    told = refusal(tmp_path, wrong)
    assert [line.split()[1] for line in told.splitlines()[1:]] == ["1:", "1:", "5:", "5:", "6:", "7:", "8:"]


@pytest.mark.parametrize(
    "text",
    [
        "[[reports]]\nnotebook = 'force_profile'\nforce = 5",  # which is about one force, and is given none that can be
        "[[reports]]\nnotebook = 'force_profile'\nforce = 'Kentt'",
        "[[reports]]\nnotebook = 'trends'\ncounts = 'latset'\nforces = 'all'",
        "[[report]]\nnotebook = 'trends'",
    ],
)
def test_what_only_follows_from_a_mistake_is_none(tmp_path, text):
    assert refusal(tmp_path, text).startswith("made.toml, line ")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("title = Every month", 1, "no value stands here. Put words in quotation marks"),
        ("\ntitle: 'x'", 2, "write key = value"),
        (ASKS + "force = 'Kent'\n'force' = 'Essex'", 4, "a key stands twice in this table"),
        (ASKS + "forces = ['Kent'\n# and so on\n", 4, "Unclosed array"),
        (ASKS + f"force = {'9' * 5000}", 3, "a list or number is too long"),
        (f"x = {'[' * 5000}", 1, "a list or number is too long"),
        (ASKS + f"{'a.' * 100_000}a = 1", 3, "a key of more than 40 parts"),
        (ASKS.encode("utf-16"), 1, "no UTF-8. Save the file as UTF-8"),
        (ASKS.encode() + b"force = 'Caf\xe9'", 3, "no UTF-8"),
        (ASKS.replace("\n", "\r"), 1, "Expected newline"),
    ],
)
def test_what_is_not_toml_is_refused(tmp_path, text, line, said):
    assert refusal(tmp_path, text).startswith(f"made.toml, line {line}: {said}")


def test_a_file_that_nobody_wrote_is_refused_before_it_is_read(tmp_path):
    assert "more than 1 MiB is no batch file" in refusal(tmp_path, b"# x\n" * 300_000)


def test_the_path_of_a_notebook_is_read_from_the_folder_of_the_batch_file(tmp_path, monkeypatch):
    (tmp_path / "books").mkdir()
    book = written(tmp_path / "books")
    monkeypatch.chdir(PROJECT)
    (job,) = read(tmp_path, "[[reports]]\nnotebook = 'books/book.ipynb'\nforces = 'all'\n").jobs[:1]
    assert (job.notebook, job.name, job.folder) == (str(book), "book", "book/force-avon-and-somerset")
    monkeypatch.chdir(tmp_path / "books")
    said = refusal(tmp_path, "[[reports]]\nnotebook = 'book.ipynb'\n")
    assert "no notebook stands at 'book.ipynb'" in said
    assert "folder of the batch file, and from there it is 'books/book.ipynb'" in said


def test_a_notebook_without_counts_knows_every_force_and_no_last_year(tmp_path):
    declared = ['force: str = "all"  # a force', 'period: str = "all"  # when', "share: float = 0.5  # how much"]
    written(tmp_path, parameters="\n".join(declared))
    asks = "[[reports]]\nnotebook = 'book.ipynb'\n"
    batch = read(tmp_path, asks + "forces = ['nation', 'all']\nshare = 1")
    assert asked(batch, "force") == ["all", *reference.forces()]
    assert repr(batch.jobs[0].values["share"]) == "1.0"
    assert batch.jobs[0].folder == "book/force-all_all_share-1-0"
    assert read(tmp_path, asks + "period = '2024/25'").jobs[0].folder == "book/force-all_2024-04_2025-03"
    assert "line 3: 'last month' is not a period" in refusal(tmp_path, asks + "periods = 'last month'")
    assert "line 3: 'last year' cannot be said without counts" in refusal(tmp_path, asks + "periods = 'last year'")
    assert "line 3: 'share' takes a number, not 'nan'" in refusal(tmp_path, asks + "share = nan")


def test_counts_that_cannot_be_read_are_refused_as_data(tmp_path, monkeypatch):
    held = tmp_path / "counts"
    held.mkdir()
    shutil.copy(PROJECT / "data/counts/stalking_2024_25.parquet", held)
    (held / "gwent_2022_2025.parquet").write_bytes(b"spoilt")
    monkeypatch.setattr(counts, "FOLDER", held)
    with pytest.raises(DataRefused, match=r"gwent_2022_2025.parquet cannot be read as Parquet"):
        read(tmp_path, RECEIVED)


def test_a_batch_is_found_by_name_or_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("")
    assert file.path_of(str(path)) == path
    assert file.path_of("monthly") == PROJECT / "notebooks/batches/monthly.toml"
    (tmp_path / "folder.toml").mkdir()
    for name in ("mnthly", "monthly.tml", "a" * 300, "a\0b", str(tmp_path / "folder.toml"), ""):
        with pytest.raises(ParameterError, match="No batch is called '.*There are: monthly"):
            file.path_of(name)
    with pytest.raises(ParameterError, match="Did you mean 'monthly'"):
        file.path_of("mnthly.toml")


def test_a_file_that_cannot_be_opened_is_wrong_use(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(
        ParameterError, match="made.toml cannot be read .Permission denied.. Ask whoever owns it, or mend its"
    ):
        file.read(tmp_path / "made.toml")


@pytest.mark.parametrize("name", file.names())
def test_every_batch_of_the_project_can_be_read(name):
    assert file.read(file.path_of(name)).jobs


def test_monthly_asks_each_question_of_the_nation_and_of_every_force_that_its_counts_hold():
    """Of the journey and of trends, which are about nations too, it asks for England and for Wales besides."""
    batch = file.read(file.path_of("monthly"))
    asked_of = {}
    for job in batch.jobs:
        asked_of.setdefault(job.notebook, set()).add(job.values.get("force", "none"))
        assert job.values.get("period", "2024/25") == "2024/25"
    assert set(asked_of) == {path.stem for path in (PROJECT / "notebooks").glob("*.ipynb")}
    for name, forces in asked_of.items():
        held = {*counts.read(next(job.values["counts"] for job in batch.jobs if job.notebook == name)).forces}
        wanted = {"published_findings": {"none"}, "force_comparison": held, "force_profile": held}.get(
            name, {"all"} | held
        )
        wanted |= {"England", "Wales"} if name in ("journey", "trends") else set()
        assert forces == (held if len(held) == 1 else wanted), name
    assert len(batch.jobs) == 276


def test_one_report_is_made_of_the_same_cases_however_they_are_asked_for(tmp_path):
    batch = read(tmp_path, RECEIVED + "forces = ['nation', 'all']\n" + ASKS + "periods = ['all', 'last year']\n")
    received, withdrawal = batch.jobs
    assert (received.folder, received.values["force"]) == ("data_received/force-gwent", "Gwent")
    assert withdrawal.folder == "victim_withdrawal/force-all_2024-04_2025-03"
    assert batch.merged == {
        received.folder: "force all and force Gwent",
        withdrawal.folder: "period all and period 2024/25",
    }
    same = COMPARED + "force = 'Kent'\ngroup = ['Essex, Surrey', 'Surrey, Kent, Essex']\n"
    assert "group-essex-surrey twice" in refusal(tmp_path, same)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RECEIVED + "counts = 'gwent_2022_2025'\noffence = '8L'", "harassment cannot be picked out of them"),
        (RECEIVED + "offence = '8Q'", "stalking cannot be picked out of them"),
        (RECEIVED + "counts = 'stalking_example'\ncrime_type = 'Robbery'", "are not kept by crime type: 'Robbery'"),
        (
            "[[reports]]\nnotebook = 'trends'\ncounts = 'gwent_2022_2025'\nmeasure = 'charged'\nbase = 'with_suspect'",
            "their publisher's outcomes do not tell decided cases with a suspect from others",
        ),
        (
            COMPARED + "measure = 'undecided'\nbase = 'decided'",
            "'undecided' counts only types that this base leaves out. Ask for shares out of recorded cases",
        ),
        (
            COMPARED + "measure = ['charged', 'still open: 18']\nbase = ['recorded', 'with_suspect']",
            "'still open: 18' counts only types that this base leaves out",
        ),
        (
            "[[reports]]\nnotebook = 'published_findings'\nforce = 'Kent'",
            "'force' is no parameter of published",
        ),
    ],
)
def test_what_the_counts_or_the_notebook_cannot_honour_is_refused(tmp_path, text, said):
    assert said in refusal(tmp_path, text)
