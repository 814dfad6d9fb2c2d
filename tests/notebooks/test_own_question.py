"""What a report of one's own question is asked for by, what it is called, and where it stands."""

import pytest

from analysis.errors import ParameterError
from analysis.publishing.batch import file
from analysis.publishing.notebooks import jobs, notebooks

GROUP = "Eastern: Norfolk, Suffolk, Essex"
OWN = "evidential difficulties: 15, 14"


def checked(name, **given):
    notebook = notebooks.notebook(name)
    return notebook, jobs.checked(notebook, given)


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({"force": "Kent, essex"}, "force-essex-kent_2024-04_2025-03"),
        ({"force": "Essex, Kent", "base": "decided"}, "force-essex-kent_2024-04_2025-03_base-with-outcome"),
        ({"force": "Wales"}, "force-wales_2024-04_2025-03"),
        ({"force": "Gwent,Dyfed-Powys,North Wales,South Wales"}, "force-wales_2024-04_2025-03"),
        ({"period": "2024/25 Q1 to 2024/25 Q3"}, "force-all_2024-04_2024-12"),
        ({"period": "2024/25 Q1 to 2024/25 Q4"}, "force-all_2024-04_2025-03"),
        ({"offence": "Harassment"}, "force-all_2024-04_2025-03_offence-8l"),
        ({"offence": "stalking, Harassment"}, "force-all_2024-04_2025-03_offence-8l-8q"),
        ({"offence": "ALL"}, "force-all_2024-04_2025-03_offence-all"),
    ],
)
def test_one_report_has_one_folder_however_it_is_asked_for(given, folder):
    assert jobs.folder_of(*checked("victim_withdrawal", counts="offences_2024_25", **given)).name == folder


def test_names_of_ones_own_keep_folders_apart_that_would_read_alike():
    asked = ["Eastern: Essex, Kent", "Eastern Essex: Kent, Surrey", "Eastern: Essex, Kent, Surrey"]
    asked += ["Ea stern: Essex, Kent", "Essex, Kent", "essex kent: Surrey, Sussex", "Essex, Kent, Surrey, Sussex"]
    found = [jobs.folder_of(*checked("victim_withdrawal", counts="offences_2024_25", force=one)) for one in asked]
    assert len(set(found)) == len(asked)
    types = ["mine: 1, 14", "mine 1: 14"]
    compared = [jobs.folder_of(*checked("force_comparison", counts="offences_2024_25", measure=one)) for one in types]
    assert len(set(compared)) == len(types)


def test_a_report_is_called_by_its_group_its_definition_and_the_word_for_its_base():
    notebook, values = checked("trends", counts="stalking_2024_25", force=GROUP, measure=OWN, base="decided")
    own = "evidential difficulties (own definition), out of decided cases"
    assert jobs.subject(values) == f"Eastern, stalking, 2024/25, {own}"
    assert jobs.particulars(notebook, values) == "Essex, Norfolk and Suffolk"
    assert jobs.place(values) == "Eastern"
    asked = {name: values[name] for name in ("counts", "force", "measure")}
    assert jobs.checked(notebook, {**asked, "base": "with_outcome"}) == values


def test_a_named_group_to_compare_with_has_one_form_and_keeps_all_its_forces():
    for asked in (GROUP, "Eastern: essex, suffolk,norfolk"):
        notebook, values = checked("force_comparison", counts="offences_2024_25", force="Essex", group=asked)
        assert values["group"] == "Eastern: Essex, Norfolk, Suffolk"
        assert jobs.particulars(notebook, values) == "group Eastern: Essex, Norfolk, Suffolk"
    again = {name: values[name] for name in ("counts", "force", "group")}
    assert jobs.checked(notebook, again) == values


@pytest.mark.parametrize(
    ("name", "given", "refused"),
    [
        ("victim_withdrawal", {"force": "Kent and Essex"}, "Did you mean 'Kent, Essex'"),
        ("victim_withdrawal", {"period": "2023/24 to 2024/25"}, "do not cover 2023/24 to 2024/25"),
        ("victim_withdrawal", {"base": "decidd"}, "Did you mean 'decided'"),
        ("force_comparison", {"force": "Kent, Essex"}, "sets one force against the others"),
        ("force_profile", {"force": GROUP}, "is about one force"),
        ("trends", {"offence": "stalking, harassment"}, "'8L, 8Q' is several offences, and trends is about one"),
        ("trends", {"offence": "all"}, "'all' is several offences"),
        ("journey", {"offence": "violence"}, "Did you mean 'Violence against the person'"),
        ("force_comparison", {"measure": "mine: 99"}, "no outcome type '99'"),
        ("force_comparison", {"measure": "mine: 14", "base": "with_suspect"}, "leaves out"),
        (
            "force_comparison",
            {"measure": OWN, "counts": "stalking_example", "force": "Exampleshire"},
            "not for types 14",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_notebook_starts(name, given, refused):
    with pytest.raises(ParameterError, match=refused):
        checked(name, **({"counts": "offences_2024_25"} | given))


def test_a_batch_takes_the_same_words(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        "[[reports]]\nnotebook = 'victim_withdrawal'\ncounts = 'offences_2024_25'\nforces = ['Kent, Essex', 'Kent']\n"
        f"periods = ['2024/25 Q1 to 2024/25 Q2']\nbase = ['recorded', 'decided']\n"
        f"[[reports]]\nnotebook = 'trends'\ncounts = 'stalking_2024_25'\nforce = '{GROUP}'\nmeasure = '{OWN}'\n",
        encoding="utf-8",
    )
    values = [job.values for job in file.read(path).jobs]
    assert {one["force"] for one in values} == {"Essex, Kent", "Kent", "Eastern: Essex, Norfolk, Suffolk"}
    assert {one["base"] for one in values} == {"recorded", "with_outcome"}
    assert values[-1]["measure"] == "evidential difficulties: 14, 15"
    assert len(values) == 5


@pytest.mark.parametrize(
    "name", ["victim_withdrawal", "no_further_action", "force_comparison", "force_profile", "journey"]
)
def test_what_python_answers_of_several_offences_a_command_does(name):
    asked = {"counts": "offences_2024_25", "force": "Kent", "offence": "stalking, harassment"}
    assert checked(name, **asked)[1]["offence"] == "8L, 8Q"


def test_a_group_of_one_offence_is_that_offence_where_one_is_asked_for():
    assert checked("trends", counts="offences_2024_25", offence="controlling_behaviour")[1]["offence"] == "8U"
