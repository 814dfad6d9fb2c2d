"""From a case file to the airlock: no report that the suite makes of people is one that it refuses to let out."""

import json
import random
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from analysis.outputs import rules
from tests.batches.desk import copied_project
from tests.conftest import EVERY
from tests.outputs.conftest import seal
from tests.resident import Resident

SET, FORCES = "three_forces", {"Dorset": 315, "Norfolk": 225, "Suffolk": 160}
#: No quarter at either end is whole. By day there is half a year less, which costs a quarter less to release.
FIRST, LAST = date(2023, 3, 1), date(2025, 1, 31) if EVERY else date(2024, 7, 31)
TAKEN = LAST + timedelta(20)
MAPPING = f"""[extract]
taken = {TAKEN}
first_month = "{FIRST:%Y-%m}"
last_month = "{LAST:%Y-%m}"
sensitivity = "restricted"

[columns]
case = "Ref"
force = "Force"
offence = "Offence"
recorded = "Recorded"
outcome = "Outcome"
outcome_date = "Outcome date"

[dates]
format = "%Y-%m-%d"

[features.relationship]
column = "Relationship"
heading = "Relationship"
groups = {{ "Ex-partner" = "Ex-partner", "Stranger" = "Stranger" }}
"""


def write_cases(folder):
    """A made-up file of three forces and two offences from a fixed seed: few cases at first, the newest not decided."""
    chance = random.Random(15)
    lines = ["Ref,Force,Offence,Recorded,Outcome,Outcome date,Relationship"]
    for force, cases in FORCES.items():
        for number in range(cases):
            day = FIRST + timedelta(int((LAST - FIRST).days * chance.random() ** 0.5))
            ended = day + timedelta(int(chance.expovariate(1 / 40)))
            with_whom = chance.choice(["Ex-partner", "Stranger"])
            [outcome] = chance.choices(["16", "15", "18", "1"], [50 if with_whom == "Ex-partner" else 30, 30, 15, 10])
            how = f"{outcome},{ended}" if ended <= TAKEN else ","
            offence = "8L" if number % 4 == 3 else "8Q"
            lines.append(f"{force[0]}{number},{force},{offence},{day},{how},{with_whom}")
    lines += lines[1:61]  # copies, which are left out and told
    (folder / "cases.csv").write_text("\n".join(lines) + "\n")
    (folder / "cases.toml").write_text(MAPPING)
    return folder / "cases.csv", folder / "cases.toml"


@pytest.fixture(scope="session")
def three(tmp_path_factory):
    """A project with the set as it is released."""
    folder = tmp_path_factory.mktemp("three")
    desk = SimpleNamespace(folder=folder, resident=Resident(copied_project(folder / "project")))
    desk.cases, desk.mapping = write_cases(folder)
    ended = desk.resident.run("reduce", desk.cases, "--mapping", desk.mapping, "--format", "cases", "--as", SET)
    assert ended.status == 0, ended.output
    yield desk
    desk.resident.end()


@pytest.mark.parametrize(
    ("notebook", "given"),
    [
        ("victim_withdrawal", ("--counts", SET, "--period", "all")),
        ("data_received", ("--counts", SET, "--offence", "8Q")),
        ("force_profile", ("--counts", SET, "--force", "Norfolk", "--period", "2023/24")),
        pytest.param(
            *("force_comparison", ("--counts", SET, "--force", "Dorset", "--period", "all")), marks=pytest.mark.nightly
        ),
        pytest.param(
            *("force_comparison", ("--counts", SET, "--force", "Suffolk", "--period", "2024/25 Q3")),
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "force_profile", ("--counts", SET, "--force", "Dorset", "--offence", "8L"), marks=pytest.mark.nightly
        ),
        pytest.param("who_withdraws", ("--counts", f"{SET}_features"), marks=pytest.mark.nightly),
        pytest.param("time_to_outcome", ("--counts", f"{SET}_lags"), marks=pytest.mark.nightly),
        pytest.param("trends", ("--counts", SET, "--force", "Norfolk"), marks=pytest.mark.nightly),
    ],
)
def test_a_report_of_several_forces_leaves(three, tmp_path, notebook, given):
    reports, place = tmp_path / "reports", tmp_path / "outgoing"
    made = three.resident.run("run", notebook, *given, "--out", reports)
    assert made.status == 0, made.output
    left = three.resident.run("release", place, "--out", reports)
    assert left.status == 0, left.output
    checked = three.resident.run("check", "outputs", place)
    assert checked.status == 0, checked.output


def test_the_rows_that_were_left_out_leave_as_released_and_no_other_number_does(three, tmp_path):
    reports = tmp_path / "reports"
    made = three.resident.run("run", "data_received", "--counts", SET, "--out", reports)
    assert made.status == 0, made.output
    (path,) = reports.rglob("results.json")
    results = json.loads(path.read_text("utf-8"))
    (rows,) = [one["records"] for one in results["blocks"] if "rows-by-what" in str(one.get("id"))]
    assert [(row["reason"], row["share"], row["events"] % 5) for row in rows] == [
        ("Exact copy of another row", None, 0)
    ]
    rows[0]["events"] += 5
    path.write_text(json.dumps(results), "utf-8")
    seal(path.parent)
    left = three.resident.run("release", tmp_path / "outgoing", "--out", reports)
    assert left.status == 4
    assert "row 1: not of the release: events is no number" in left.output
    assert not (tmp_path / "outgoing").exists()


@pytest.mark.nightly
def test_all_that_is_started_leaves_in_as_many_requests_as_it_needs(three, tmp_path):
    started = three.resident.run("start", three.cases, "--mapping", three.mapping, "--as", SET, "--out", tmp_path / "r")
    assert started.status == 0, started.output
    left = three.resident.run("release", tmp_path / "a", "--out", tmp_path / "r")
    assert left.status == 2
    together = left.output.partition("Name fewer reports: ")[2].partition(" go together")[0].split()
    assert together, left.output
    left = three.resident.run("release", tmp_path / "a", "--out", tmp_path / "r", *together)
    assert left.status == 0, left.output
    assert len(list((tmp_path / "a").iterdir())) <= rules.files.MOST_FILES


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--period", "2023/24 Q2 to 2024/25 Q1"), "all their time, not for July 2023 to June 2024 as one"),
        (("--force", "Dorset, Norfolk"), "for each force and for all together, not for some"),
    ],
)
def test_what_was_not_released_as_one_is_refused_before_anything_runs(three, tmp_path, given, told):
    asked = three.resident.run("run", "journey", "--counts", SET, *given, "--out", tmp_path / "reports")
    assert asked.status == 2
    assert told in asked.stderr
    assert "code cell" not in asked.stderr
    assert list(tmp_path.iterdir()) == []
