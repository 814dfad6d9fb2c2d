"""The made-up cases: what the file holds, and its three sets of counts held to a recount with the csv module alone.

The recount is written from the rules as docs/case_files.md and the mapping state them, not from the code: each row is
a case, its month is that of its date, an empty outcome is undecided and followed to the day of the extract.
"""

import csv
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest

from analysis.builders import example
from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.reference import findings, reference
from tests.broken.desk import check_reduced, check_refused, desk_in
from tests.conftest import PROJECT

FOLDER = PROJECT / "data" / "examples"
FILE, MAPPING = FOLDER / "stalking_cases.csv", FOLDER / "stalking_cases.toml"


def day(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


@pytest.fixture(scope="module")
def rows():
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def mapping():
    return tomllib.loads(MAPPING.read_text(encoding="utf-8"))


def place(row, mapping):
    """Force and offence of a row: the one force and the one offence of the file."""
    return {"Exampleshire Police": "Exampleshire"}[row["Force"]], {"Stalking": "8Q"}[row["Offence"]]


def outcome(row, mapping):
    return mapping["outcomes"][row["Outcome"]] if row["Outcome"] else "0"


def by_month(rows, mapping):
    found = Counter()
    for row in rows:
        force, offence = place(row, mapping)
        found[force, day(row["Date recorded"]).replace(day=1), offence, outcome(row, mapping)] += 1
    return found


def by_lag(rows, mapping):
    found = Counter()
    for row in rows:
        force, offence = place(row, mapping)
        recorded = day(row["Date recorded"])
        code = outcome(row, mapping)
        ended = day(row["Outcome date"]) if row["Outcome date"] else None
        first = code if ended else "0"  # an ending without a date is open as far as dates go
        until = ended or mapping["extract"]["taken"]
        found[force, recorded.replace(day=1), offence, first, code, (until - recorded).days] += 1
    return found


def by_features(rows, mapping):
    found = Counter()
    for row in rows:
        force, offence = place(row, mapping)
        traits = []
        for feature in mapping["features"].values():
            word = row[feature["column"]]
            groups = feature.get("groups", {})
            traits.append(groups.get(word, word) if word else feature.get("blank", "Not recorded"))
        found[force, offence, outcome(row, mapping), *traits] += 1
    return found


def stored(held):
    """A set of counts as a Counter of its combinations, those without a case left out."""
    return Counter({tuple(one[:-1]): one[-1] for one in held.table.itertuples(index=False, name=None) if one[-1]})


def test_reducing_the_file_gives_the_recounts(rows, mapping, tmp_path, monkeypatch):
    desk = desk_in(tmp_path, "example", monkeypatch)
    told = check_reduced(desk, desk.reduce(FILE, mapping=MAPPING, name="made"))
    assert "1 file, 4,000 rows read, 4,000 counted." in told
    for end, recount in (("", by_month), ("_lags", by_lag), ("_features", by_features)):
        assert stored(desk.exact("made")[f"made{end}"]) == recount(rows, mapping)
    made = desk.exact("made")["made"]
    assert made.sensitivity == "synthetic"
    assert list(made.coverage.periods) == [date(2022 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(24)]


def test_the_file_is_what_its_code_makes(tmp_path):
    assert example._write(tmp_path).read_bytes() == FILE.read_bytes()


def test_the_cases_are_of_no_real_force_and_no_share_is_a_printed_one(rows, mapping):
    met = Counter(outcome(row, mapping) for row in rows)
    assert len(rows) == len({row["Crime number"] for row in rows}) == example.CASES
    assert {row["Force"] for row in rows} == {example.FORCE}
    assert reference.force_named(example.FORCE) in reference.made_up_forces()
    assert not set(reference.made_up_forces()) & set(reference.forces())
    withdrew, no_action = met["14"] + met["16"], sum(met[code] for code in ("15", "18", "10", "21"))
    printed = {one.percent for one in findings.findings().values() if one.percent}
    assert {45, 41} <= printed
    assert {round(100 * withdrew / len(rows)), round(100 * no_action / len(rows))}.isdisjoint({45, 41})
    for code, (_, weight) in example.WEIGHTS.items():  # drawn by chance, so near their weights and not on them
        assert abs(met[code] - weight * example.CASES / 100) < 5 * (weight * example.CASES / 100) ** 0.5
    assert any(met[code] != weight * example.CASES / 100 for code, (_, weight) in example.WEIGHTS.items())


def test_a_made_up_force_has_no_real_cases(rows, tmp_path, monkeypatch):
    desk = desk_in(tmp_path, "example", monkeypatch)
    real = MAPPING.read_text(encoding="utf-8").replace('sensitivity = "synthetic"\n', "")
    result = desk.reduce(FILE, mapping=desk.mapping(text=real), name="real")
    check_refused(desk, result, says=["unknown_force", "4,000 rows"])
    mapped = real + '\n[forces]\n"Exampleshire Police" = "Exampleshire"\n'
    result = desk.reduce(FILE, mapping=desk.mapping(text=mapped), name="real")
    check_refused(desk, result, says=["'Exampleshire' is a made-up force", 'sensitivity = "synthetic"'])
    monkeypatch.undo()
    made = counts.read("stalking_example")
    with pytest.raises(DataRefused, match="'Exampleshire' is a made-up force, and these cases are not made up"):
        counts.checked(replace(made, sensitivity="restricted"))
