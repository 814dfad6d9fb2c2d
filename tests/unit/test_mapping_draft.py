"""``attrition mapping``: the draft parses, gives a reason for each guess, and reduces once its CHECKs are taken up."""

import re
import tomllib
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from analysis.cli import main
from tests.broken.desk import check_reduced, desk_in
from tests.conftest import PROJECT

EXAMPLE = PROJECT / "data" / "examples" / "stalking_cases.csv"


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


def draft(desk, path):
    """The draft as the command writes it, and as TOML reads it."""
    out = desk.files / "draft.toml"
    result = CliRunner().invoke(main, ["mapping", str(path), "--out", str(out)])
    told = check_reduced(desk, result)
    assert "look at every line marked CHECK" in told
    text = out.read_text(encoding="utf-8")
    return text, tomllib.loads(text)


def taken_up(desk, text, meanings):
    """The draft with its commented lines taken up: each word given its meaning, each '...' filled in."""
    for word, meaning in meanings.items():
        text, times = re.subn(rf'^# "{re.escape(word)}" = "[^"]*"', f'"{word}" = "{meaning}"', text, flags=re.MULTILINE)
        assert times <= 1, word  # a word that the suite knows already has no line
    path = desk.files / "mended.toml"
    path.write_text(text, encoding="utf-8")
    return path


def invented(desk, header, row, number=120):
    """A file of a layout: ``row`` gives the cells of the case at a place."""
    lines = [",".join(header), *(",".join(row(place)) for place in range(number))]
    return desk.file("\n".join(lines), "invented.csv")


def test_the_example_is_understood(desk):
    text, held = draft(desk, EXAMPLE)
    assert held["columns"] == {
        "case": "Crime number",
        "force": "Force",
        "offence": "Offence",
        "recorded": "Date recorded",
        "outcome": "Outcome",
        "outcome_date": "Outcome date",
    }
    assert held["dates"]["format"] == "%d/%m/%Y"
    assert held["extract"]["taken"] == date(2024, 6, 29)
    assert {feature["column"] for feature in held["features"].values()} == {
        "Victim sex", "Victim age", "Relationship", "Previous reports", "Risk", "Contact", "First recorded as", "Team",
    }  # fmt: skip
    assert held["features"]["victim_sex"]["groups"] == {"F": "F", "M": "M"}
    assert '# "Charged" = "1"  # CHECK: perhaps \'Charged or summonsed\'; 350 rows' in text
    assert '# "MPS" = "..."' in text


def test_the_draft_of_the_example_reduces_once_its_words_have_meanings(desk):
    text, _ = draft(desk, EXAMPLE)
    known = tomllib.loads(EXAMPLE.with_suffix(".toml").read_text(encoding="utf-8"))
    mapping = taken_up(desk, text, {**known["forces"], **known["outcomes"]})
    assert "4,000 rows read, 4,000 counted" in check_reduced(desk, desk.reduce(EXAMPLE, mapping=mapping))


def test_a_draft_is_not_a_mapping_until_it_is_looked_at(desk):
    draft(desk, EXAMPLE)
    result = desk.reduce(EXAMPLE, mapping=desk.files / "draft.toml")
    assert result.exit_code == 3
    assert "unknown_outcome" in result.output
    assert "unknown_force" in result.output


def named_months(place):
    recorded = date(2024, 1, 1) + timedelta(place)
    return [
        f"URN/{place:04d}",
        "Kent Police" if place % 2 else "Gwent",
        "8Q",
        f"{recorded:%d-%b-%Y}",
        ("Charged or summonsed", "NFA by supervisor")[place % 2],
        f"{recorded + timedelta(9):%d-%b-%Y}",
    ]


def test_other_header_words_and_dates_with_named_months(desk):
    header = ["Occurrence URN", "Constabulary", "HO code", "Created", "Disposal", "Finalised on"]
    path = invented(desk, header, named_months)
    text, held = draft(desk, path)
    assert held["columns"] == dict(
        zip(("case", "force", "offence", "recorded", "outcome", "outcome_date"), header, strict=True)
    )
    assert held["dates"]["format"] == "%d-%b-%Y"
    assert held["extract"]["taken"] == date(2024, 5, 8)
    mapping = taken_up(
        desk, text, {"NFA by supervisor": "15", **({"Kent Police": "Kent"} if '# "Kent Police"' in text else {})}
    )
    assert "120 rows read, 120 counted" in check_reduced(desk, desk.reduce(path, mapping=mapping))


def test_a_file_of_one_force_is_asked_for_its_name(desk):
    def row(place):
        recorded = date(2024, 1, 1) + timedelta(place)
        return [f"{place}", "Stalking", f"{recorded}", ("16", "1", "")[place % 3], ("high", "low")[place % 2]]

    path = invented(desk, ["Ref", "Offence type", "Reported", "Result", "Risk level"], row)
    text, held = draft(desk, path)
    assert held["columns"] == {"case": "Ref", "offence": "Offence type", "recorded": "Reported", "outcome": "Result"}
    assert held["dates"]["format"] == "%Y-%m-%d"
    assert '# force = "Kent"  # CHECK: no column was found for it' in text
    assert held["features"]["risk_level"]["groups"] == {"high": "high", "low": "low"}
    mended = text.replace('# force = "Kent"', 'force = "Kent"')
    mapping = desk.mapping(text=mended)
    assert "120 rows read, 120 counted" in check_reduced(desk, desk.reduce(path, mapping=mapping))


def test_a_day_that_may_be_a_month_is_asked_about(desk):
    def row(place):
        recorded = date(2024, place % 12 + 1, place % 10 + 1)
        return [f"C-{place}", "Kent", "8Q", f"{recorded:%d/%m/%Y}", "1"]

    text, held = draft(desk, invented(desk, ["Case id", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert held["dates"]["format"] == "%d/%m/%Y"
    assert "%m/%d/%Y would too: which is it?" in text


def test_a_day_beyond_the_twelfth_settles_it(desk):
    def row(place):
        return [f"C-{place}", "Kent", "8Q", f"{date(2024, 1, place % 28 + 1):%d/%m/%Y}", "1"]

    text, _ = draft(desk, invented(desk, ["Case id", "Force", "Offence", "Date recorded", "Outcome"], row))
    assert "which is it?" not in text


def test_a_word_that_few_rows_hold_is_not_written(desk):
    rows = desk.rows(60)
    for place, row in enumerate(rows):
        row["Outcome"] = "Filed by crime desk" if place < 20 else "1"
        row["Victim"] = "F" if place < 51 else "M"
        row["Notes"] = "in order"
    rows[30]["Outcome"] = desk.secret
    text, held = draft(desk, desk.table(rows))
    assert '# "Filed by crime desk" = ' in text
    assert desk.secret not in text
    assert "# CHECK: 1 more words, each in few rows or long, are not written here" in text
    assert held["features"]["victim"]["groups"] == {"F": "F"}


def test_nothing_is_written_over(desk):
    draft(desk, EXAMPLE)
    before = (desk.files / "draft.toml").read_bytes()
    result = CliRunner().invoke(main, ["mapping", str(EXAMPLE), "--out", str(desk.files / "draft.toml")])
    assert result.exit_code == 7
    assert "is there already and is not written over. Name another with --out" in result.output
    assert (desk.files / "draft.toml").read_bytes() == before


def test_without_a_file_to_write_the_draft_is_shown(desk):
    result = CliRunner().invoke(main, ["mapping", str(EXAMPLE)])
    assert result.exit_code == 0
    assert tomllib.loads(result.output)["columns"]["case"] == "Crime number"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["a,b,c", "1,2,3", "4,5"], "cases.csv, row 3: 2 cells where the header has 3"),
        (["a,b,c", '1,"2,3', "4,5,6"], "cases.csv, row 2: a quotation mark that is never closed"),
        (["a,b,c"], "cases.csv: a header and no rows"),
        ([""], "cases.csv is empty"),
        (["a,b,a", "1,2,3"], "cases.csv, row 1: columns 1, 3 have one name"),
        (["17/A,03/02/2024,x", "17/B,04/02/2024,x"], "Put a header above the rows"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(desk, lines, says):
    result = CliRunner().invoke(main, ["mapping", str(desk.file("\n".join(lines)))])
    assert result.exit_code == 3, (result.output, result.exception)
    assert says in result.output


def test_windows_1252_far_down_is_drafted_all_the_same(desk):
    rows = [desk.row(0) | {"Case ref": f"{place}"} for place in range(20_000)]
    rows[-1]["Notes"] = "caf\u00e9"
    _, held = draft(desk, desk.file(desk.text(rows).encode("windows-1252")))
    assert held["columns"]["case"] == "Case ref"
