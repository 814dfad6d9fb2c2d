"""The reference tables: complete, sourced, and strict about what they do not hold."""

import pytest

from analysis.errors import DataRefused, ParameterError
from analysis.reference import reference, schema


def test_there_are_44_forces_each_with_a_source():
    rows = reference.force_rows()
    assert len(rows) == len({row["force"] for row in rows}) == 44
    assert all(row["source"] and row["valid_from"] for row in rows)
    codes = [row["ons_code"] for row in rows if row["kind"] == "territorial"]
    assert len(set(codes)) == 43


@pytest.mark.parametrize(
    ("name", "force"),
    [
        ("London, City of", "City of London"),
        ("Metropolitan Police Service", "Metropolitan Police"),
        ("met", "Metropolitan Police"),
        ("  devon &  cornwall ", "Devon and Cornwall"),
        ("GMP", "Greater Manchester"),
        ("btp", "British Transport Police"),
        ("west-yorkshire", "West Yorkshire"),
    ],
)
def test_a_force_is_known_by_its_other_names(name, force):
    assert reference.force_named(name) == force


def test_no_two_forces_share_a_name():
    names = [
        name.strip().casefold()
        for row in reference.force_rows()
        for name in {row["force"], row["police_uk_slug"], *row["other_names"].split(";")}
        if name.strip()
    ]
    owners = {(name, reference.force_named(name)) for name in names}
    assert len(owners) == len({name for name, _ in owners})


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ParameterError, match="No force is called 'Kentt'. Did you mean 'Kent'\\? .*all 44"):
        reference.force_named("Kentt")
    with pytest.raises(ParameterError, match="No offence is called '99Z'"):
        reference.offence_named("99Z")
    assert reference.offence_named(" 8q ") == "8Q"


def test_home_office_types_are_all_there():
    types = reference.outcomes("home_office")
    assert {code for code, one in types.items() if not one.part_of} == {str(number) for number in range(23)}
    assert {code: one.part_of for code, one in types.items() if one.part_of} == {"1a": "1", "2a": "2", "3a": "3"}


def test_dispositions_do_not_overlap_and_cover_everything():
    counted = [code for name in reference.DISPOSITIONS for code in reference.codes("home_office", name)]
    assert sorted(counted, key=int) == [str(number) for number in range(23)]
    assert reference.codes("home_office", "victim_withdrew") == ("14", "16")
    assert reference.codes("home_office", "no_further_action") == ("10", "15", "18", "21")
    assert reference.codes("police_uk", "victim_withdrew") == ()
    assert reference.codes("police_uk", "undecided") == (
        "No outcome published",
        "Under investigation",
        "Status update unavailable",
    )


def test_of_which_types_and_unknown_types_are_never_added():
    with pytest.raises(DataRefused, match="'1a' is part of type 1"):
        reference.countable("home_office", "1a")
    with pytest.raises(DataRefused, match="'15B' is not in data/reference/outcomes.csv"):
        reference.countable("home_office", "15B")


def test_every_police_uk_category_that_occurs_is_known(shared):
    import csv
    import gzip

    seen = set()
    for path in sorted((shared / "data" / "police_uk").glob("*/*outcomes.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig", newline=None) as lines:
            seen |= {row["Outcome type"] for row in csv.DictReader(lines)}
    assert seen - {""} <= set(reference.outcomes("police_uk"))


def test_a_table_says_where_it_is_wrong(tmp_path):
    path = tmp_path / "forces.csv"
    path.write_text("force,source\nKent,here\nSurrey\n")
    with pytest.raises(DataRefused, match="forces.csv, line 3: 1 cell where the header has 2"):
        reference.read_table(path, required=("force",))
    path.write_text("force,source\nKent,\n")
    with pytest.raises(DataRefused, match="forces.csv, line 2, column 'source': blank"):
        reference.read_table(path, required=("force", "source"))
    path.write_text("name\nKent\n")
    with pytest.raises(DataRefused, match="forces.csv, line 1: no column 'force'"):
        reference.read_table(path, required=("force",))


def test_breaks_stand_in_order_and_name_their_source():
    dates = [one.from_date for one in reference.breaks()]
    assert dates == sorted(dates)
    assert "2020-04-01" in dates


def test_a_break_of_a_force_that_is_none_is_refused(tmp_path):
    path = tmp_path / "breaks.csv"
    head = "name,from_date,offences,force,kind,what_changed,what_it_means,source\n"
    path.write_text(f"{head}moved,2024-02-28,all,Kentt,system,a,b,c\n")
    with pytest.raises(DataRefused, match="breaks.csv, break 'moved', column 'force': 'Kentt' is no police force. Did"):
        reference.read_breaks(path)
    path.write_text(f"{head}moved,2024-02-28,all,Kent,system,a,b,c\nearlier,2020-04-01,8Q,,counting,a,b,c\n")
    assert [(one.name, one.force) for one in reference.read_breaks(path)] == [("earlier", ""), ("moved", "Kent")]
    path.write_text(f"{head}moved,2024-02-28,all,Kent,system,a,b,\n")
    with pytest.raises(DataRefused, match="line 2, column 'source': blank"):
        reference.read_breaks(path)


def test_police_uk_outcomes_stand_in_the_order_in_which_a_case_goes():
    order = [one.disposition for one in reference.outcomes("police_uk").values()]
    assert order == sorted(order, key=lambda one: {"undecided": 0, "charged": 2}.get(one, 1))
    codes = list(reference.outcomes("police_uk"))
    steps = ["Suspect charged", "Awaiting court outcome", "Defendant sent to Crown Court", "Offender sent to prison"]
    assert [code for code in codes if code in steps] == steps


def test_crime_types_are_told_once_those_no_longer_used_among_them():
    types = reference.crime_types()
    assert len(types) == len(set(types)) == 16
    assert {"Violence and sexual offences", "Violent crime", "Public disorder and weapons"} <= set(types)
    assert not [name for name in types if "stalking" in name.casefold()]


def test_no_two_columns_have_one_name():
    assert len(schema.COLUMNS) == len(schema._COLUMNS)
