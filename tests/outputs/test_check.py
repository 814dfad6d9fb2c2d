"""``attrition check outputs``: a folder that somebody else may have written, held to the released set alone."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.cli.main import main
from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.outputs import again, checking, drawings, files, folder, released, request, rules
from analysis.publishing.checks import page_rules, pages
from tests.conftest import examples, make_counts, nightly
from tests.outputs import released_sets
from tests.outputs.conftest import block, seal
from tests.reports.made_once import folder_of

QUARTERS = "01_victim-withdrawal_05_victim-withdrawal-by-quarter.csv"
TYPES = "01_victim-withdrawal_03_split-outcome-name"
CELLS = "counts_stalking_example_1.csv"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g><text x="1" y="1">ok</text>{}</g></svg>'


def check(place, *more):
    return CliRunner().invoke(main, ["check", "outputs", str(place), *more])


@pytest.fixture(scope="module")
def as_released(tmp_path_factory, of_people):
    """A folder as a release makes it; to be read only."""
    place = tmp_path_factory.mktemp("released") / "outgoing"
    with pytest.MonkeyPatch.context() as patch:
        released_sets.put_later(patch)
        folder.write(request.of_reports([of_people]), place)
    return place


@pytest.fixture
def outgoing(tmp_path, as_released, released):
    """A copy of it, to be spoilt."""
    return shutil.copytree(as_released, tmp_path / "outgoing")


@cache
def drawn():
    """What the release has of the first quarter and of the whole time, for the texts that are changed: no draw is fixed
    here.
    """
    made_up = counts.read("stalking_example")
    quarter = {"first": date(2022, 4, 1), "months": 3}
    events, cases = made_up.cell({"14", "16"}, **quarter), made_up.cell(**quarter)
    withdrew, unwilling = made_up.cell({"14", "16"}), made_up.cell({"16"})
    shown = int(made_up.cells["cases"].notna().sum())
    share, exact = f"{round(events / cases, 6):g}", 100 * withdrew / made_up.cell()
    return {
        "row": f"2022/23 Q1,{events},{cases},{share}",
        "odd": f"2022/23 Q1,{events + 2},{cases},{share}",
        "other": f"2022/23 Q1,{events + 5},{cases},{share}",
        "small": f"2022/23 Q1,5,{cases},{share}",
        "no share": f"2022/23 Q1,{events},{cases},{round(float(share) + 0.01, 6):g}",
        "events": f"2022/23 Q1,{events}",
        "bar": f"%  ({unwilling:,})",
        "odd bar": f"%  ({unwilling + 2:,})",
        "percent": f"{exact:.1f}%",
        "odd percent": f"{exact - 0.07:.2f}%",
        "shown": f"{shown} shown",
        "odd shown": f"{shown + 1} shown",
    }


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_release_keeps_the_rules_as_it_was_written(outgoing):
    result = check(outgoing)
    assert result.exit_code == 0, result.output
    assert "7 tables, 5 of them drawn, from one report." in result.output
    assert "Nothing was found that keeps 7 outputs from leaving." in result.output


def test_a_report_is_checked_before_it_is_released(of_people, released):
    result = check(of_people)
    assert result.exit_code == 0, result.output
    assert "numbers of people were held to the released set" in result.output


def test_a_report_that_breaks_a_rule_is_told_by_output_and_row(doctored, released):
    def spoil(results):
        block(results, "by-quarter")["records"][2]["cases"] += 1

    result = check(doctored(spoil))
    assert result.exit_code == 4
    assert "row 3: unrounded: cases is no multiple of 5" in result.output


@pytest.mark.parametrize("is_sealed", nightly([False, True], True), ids=["manifest as it was", "manifest made to fit"])
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (QUARTERS, "{row}", "{odd}", "row 1: unrounded: events is no multiple of 5"),
        (QUARTERS, "{row}", "{other}", "row 1: not of the release: events is no number"),
        (QUARTERS, "{row}", "{small}", "row 1: unredacted: events is under 15"),
        (QUARTERS, "{row}", "{no share}", "share is not what the counts in its row give"),
        (QUARTERS, "{events}", "2022/23 Q1,", "column events holds neither a number nor a symbol"),
        (QUARTERS, "{events}", "2022/23 Q1,nan", "column events holds neither a number nor a symbol"),
        (QUARTERS, "{events}", "2022/23 Q1,1e999", "column events holds neither a number nor a symbol"),
        (QUARTERS, "{events}", f"2022/23 Q1,{'9' * 5000}", "column events holds neither a number nor a symbol"),
        (QUARTERS, "{events}", "2022/23 Q1,\u0662\u0661\u0660", "column events holds neither a number nor"),
        (QUARTERS, "quarter,events", "quarter,exact", "has other columns than manifest.json says"),
        (QUARTERS, "{row}", '"{row}', "no underlying data: "),
        (f"{TYPES}.csv", '"2: Caution, young person",[c]', '"2: Caution, young person",15', "not of the release"),
        (f"{TYPES}.svg", "{bar}", "{odd bar}", "that no table here gives"),
        (f"{TYPES}.svg", "<g>", "<g><script>alert(1)</script>", "unsafe: holds a part that no chart"),
        (CELLS, ",[c]\n", ",15\n", f"{CELLS}: not of the release: is not the released set at hand"),
        (
            "01_victim-withdrawal_words.txt",
            "{percent}",
            "{odd percent}",
            "is told in its words that no table here gives",
        ),
        ("request.txt", "No count under 15", "No count under 1", "request.txt: no context: is not what"),
        ("request.txt", "{shown}", "{odd shown}", "request.txt: no context: is not what"),
    ],
)
def test_what_was_changed_in_a_folder_is_found(outgoing, name, old, new, told, is_sealed):  # noqa: PLR0917
    change(outgoing / name, old.format_map(drawn()), new.format_map(drawn()))
    if is_sealed:
        seal(outgoing)
    result = check(outgoing)
    assert result.exit_code == 4, result.output
    assert told in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["report.html", "tables.xlsx", "data.parquet", ".hidden", "run.log", "folder/"])
def test_only_the_kinds_of_file_that_an_airlock_takes_may_stand_there(outgoing, name):
    if name.endswith("/"):
        (outgoing / name).mkdir()
    else:
        (outgoing / name).write_text("x")
    result = check(outgoing)
    assert result.exit_code == 4
    assert f"{name.strip('/')}: file type:" in result.output


def test_a_file_of_which_nobody_says_what_it_is_has_no_context(outgoing):
    (outgoing / "extra.png").write_bytes(b"\x89PNG")
    result = check(outgoing)
    assert "extra.png: no context: is not in manifest.json" in result.output


@pytest.mark.parametrize("name", [QUARTERS, f"{TYPES}.svg", CELLS, "request.txt", "01_victim-withdrawal_words.txt"])
def test_a_file_that_is_missing_is_named(outgoing, name):
    (outgoing / name).unlink()
    result = check(outgoing)
    assert result.exit_code == 4
    assert name in result.output


def test_a_link_in_a_folder_is_not_followed(tmp_path, outgoing):
    (outgoing / QUARTERS).rename(tmp_path / "elsewhere.csv")
    (outgoing / QUARTERS).symlink_to(tmp_path / "elsewhere.csv")
    result = check(outgoing)
    assert result.exit_code == 4
    assert f"{QUARTERS}: file type: is a link" in result.output


def test_a_pipe_holds_nothing_up(outgoing):
    (outgoing / QUARTERS).unlink()
    os.mkfifo(outgoing / QUARTERS)
    result = check(outgoing)
    assert result.exit_code == 4
    assert f"{QUARTERS}: file type: is no plain file" in result.output


def test_a_huge_file_is_not_read(outgoing):
    with (outgoing / QUARTERS).open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)
    result = check(outgoing)
    assert result.exit_code == 4
    assert f"{QUARTERS}: too large: is larger than 16 MB" in result.output


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "..", "a/b.csv", "x\x00.csv"])
def test_a_manifest_that_names_what_stands_elsewhere_reads_nothing(tmp_path, outgoing, name):
    (tmp_path / "secret.csv").write_text("quarter,events\nsecret,1\n")
    manifest = json.loads((outgoing / "manifest.json").read_text("utf-8"))
    manifest["reports"][0]["outputs"][5]["table"] = name
    (outgoing / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    result = check(outgoing)
    assert result.exit_code in (3, 4), result.output
    assert "secret,1" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "text",
    [
        '{"schema": "attrition outputs 1"}',
        '{"schema": "attrition outputs 1", "reports": 3, "files": {}}',
        "[",
        '{"a": 1}',
    ],
)
def test_a_manifest_that_says_nothing_is_refused(outgoing, text):
    (outgoing / "manifest.json").write_text(text)
    result = check(outgoing)
    assert result.exit_code == 3, result.output


def test_a_loosened_rule_in_the_manifest_is_found(outgoing):
    manifest = json.loads((outgoing / "manifest.json").read_text("utf-8"))
    manifest["reports"][0]["outputs"][5]["policies"] = [{"name": "all are shown", "smallest": 0, "rounding": 1}]
    (outgoing / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert "unredacted: was protected by another rule" in check(outgoing).output


def test_a_context_that_was_changed_is_found(outgoing):
    change(outgoing / "manifest.json", "No count under 15 is shown", "Every count is shown")
    assert "manifest.json: no context: is not what" in check(outgoing).output


def test_a_folder_that_is_neither_is_refused(tmp_path):
    result = check(tmp_path)
    assert result.exit_code == 3
    assert "manifest.json" in result.output


def test_a_set_that_was_released_again_since_is_found(outgoing, monkeypatch):
    released_sets.put(monkeypatch, "stalking_example", cells=lambda cells: cells.assign(cases=cells["cases"] + 5))
    result = check(outgoing)
    assert result.exit_code == 4
    assert f"{CELLS}: not of the release" in result.output


def test_a_release_that_is_not_what_its_file_says_is_found(of_people, monkeypatch):
    released_sets.put(monkeypatch, "stalking_example", hidden=0)
    assert "does not hold as many shown and hidden numbers as its release says" in check(of_people).output
    monkeypatch.undo()

    def unrounded(cells):
        return cells.assign(cases=cells["cases"].where(cells.index != 0, 3))

    released_sets.put(monkeypatch, "stalking_example", cells=unrounded)
    told = check(of_people).output
    assert "stalking_example: unredacted: shows a number under 15" in told
    assert "stalking_example: unrounded: holds a number that is not rounded" in told


@settings(examples(5, 60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_that_was_changed_is_found(outgoing, data):
    """In any file but the manifest, which is what is signed for; there it is found or changes nothing that is shown."""
    name = data.draw(st.sampled_from(sorted(path.name for path in outgoing.iterdir())))
    whole = (outgoing / name).read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[place]))
    try:
        (outgoing / name).write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        found = checking.checked(outgoing).faults
        assert found or name == "manifest.json"
    except DataRefused:
        assert name == "manifest.json"
    finally:
        (outgoing / name).write_bytes(whole)


def test_numbers_by_feature_are_held_to_the_cells_of_features(tmp_path_factory):
    place = folder_of(tmp_path_factory, "who_withdraws", {})
    asked = request.of_report(place, 1)
    held = rules.sets(request.Request((asked,)))
    assert rules.faults(request.Request((asked,)), held) == []
    shown = [one for one in asked.outputs if {"category", "events"} <= set(one.columns)]
    assert sum(row.get("events") is not None for one in shown for row in one.rows) > 80
    for one in shown:
        number, row = next((place, row) for place, row in enumerate(one.rows) if row.get("events") is not None)
        rows = (*one.rows[:number], {**row, "events": row["events"] + 5}, *one.rows[number + 1 :])
        moved = replace(asked, outputs=(replace(one, rows=rows, drawing="", is_figure=False),))
        found = rules.faults(request.Request((moved,)), held)
        assert (number + 1, rules.NOT_RELEASED) in {(one.row, one.reason) for one in found}, one.name


# the page -------------------------------------------------------------------------------------------------------------


def test_the_page_says_what_was_shown_hidden_and_rounded_and_can_be_signed(tmp_path, outgoing, released):
    place = tmp_path / "sign.html"
    assert check(outgoing, "--page", str(place)).exit_code == 0
    html = place.read_text("utf-8")
    assert page_rules.broken(html, is_report=False) == []
    page = pages.read(html)
    assert not page.all("script")
    assert page.classed("banner"), "made-up cases are said to be"
    hidden = int(released["cases"].isna().sum())
    for words in (
        "Nothing was found that keeps 7 outputs from leaving.",
        "Every count of people is a multiple of 5",
        "No count under 15 is shown",
        f"{len(released) - hidden} shown, {hidden} hidden",
        "Before it, release 1, covering April 2022 to December 2023: 280 shown, 420 hidden.",
        "Whether the released set was protected rightly",
        "Checked by",
        sha256((outgoing / "manifest.json").read_bytes()).hexdigest(),
    ):
        assert words in page.text
    for reason in (*rules.words.REASONS, "not of the release"):
        assert reason.capitalize() in page.text
    assert "Public already" not in page.text
    assert '<meta name="robots" content="noindex' in html, "what may not leave yet is in no search"


def numbers_of(folder):
    """How many numbers of people stand in the tables of a folder, how many are hidden, and how many other numbers."""
    people, hidden, others = 0, 0, 0
    for path in folder.glob("01_*.csv"):
        with path.open(newline="") as file:
            for name, text in (cell for row in csv.DictReader(file) for cell in row.items()):
                is_number = re.fullmatch(r"-?[\d.]+", text) is not None
                people += is_number and name in ("events", "cases")
                others += is_number and name not in ("events", "cases")
                hidden += text == "[c]" and name in ("events", "cases")
    return people, hidden, others


def test_the_page_says_how_many_numbers_were_looked_at_as_they_stand_in_the_tables(outgoing):
    people, hidden, others = numbers_of(outgoing)
    assert min(people, hidden, others) > 5
    told = f"{people:,} numbers of people were held to the released set, {hidden:,} are hidden, "
    told += f"{others:,} are shares and statistics worked out from those (not made again here)."
    checked = checking.checked(outgoing)
    assert checked.sentence.endswith(told)
    assert told in pages.read(checked.page()).text


def test_the_page_of_published_figures_says_whose_they_are(tmp_path, of_published):
    folder.write(request.of_reports([of_published]), tmp_path / "outgoing")
    checked = checking.checked(tmp_path / "outgoing")
    assert checked.sentence.endswith("They hold published figures alone, which are public already.")
    text = pages.read(checked.page()).text
    assert "Public already, and shown as published: offences_2024_25." in text
    assert "It is no released set" not in text


def test_the_page_names_every_fault_and_is_not_written_over_another(tmp_path, outgoing):
    change(outgoing / QUARTERS, drawn()["row"], drawn()["odd"])
    place = tmp_path / "sign.html"
    assert check(outgoing, "--page", str(place)).exit_code == 4
    text = pages.read(place.read_text("utf-8")).text
    assert "events is no multiple of 5" in text
    assert "Nothing was found" not in text
    result = check(outgoing, "--page", str(place))
    assert result.exit_code == 2
    assert "is there already" in result.output


def test_what_a_folder_says_of_itself_is_escaped_on_the_page(outgoing):
    manifest = json.loads((outgoing / "manifest.json").read_text("utf-8"))
    manifest["reports"][0]["title"] = "<script>alert(1)</script>"
    (outgoing / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    checked = checking.checked(outgoing)
    assert checked.faults
    assert not pages.read(checked.page()).all("script")


def test_what_is_no_writing_is_spelt_out_on_a_terminal_and_on_the_page(outgoing):
    manifest = json.loads((outgoing / "manifest.json").read_text("utf-8"))
    manifest["reports"][0]["title"] = "right\u202eto left"
    manifest["reports"][0]["outputs"][5]["table"] = "red\x1b[31m.csv"
    (outgoing / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (outgoing / "blue\x1b[34m.txt").write_text("")
    told, page = check(outgoing).output, checking.checked(outgoing).page()
    assert "red\\x1b[31m.csv" in told
    assert "blue\\x1b[34m.txt" in told
    assert "\x1b" not in told + page
    assert "\u202e" not in told + page


# drawings -------------------------------------------------------------------------------------------------------------


def test_a_plain_drawing_is_taken():
    assert drawings.words(drawings.canonical(SVG.format(""))) == ["ok", ""]


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p>1</p></foreignObject>",
        '<image href="http://example.org/x.png"/>',
        '<a href="http://example.org/"><text>x</text></a>',
        '<path d="M 0 0" onload="alert(1)"/>',
        '<path d="M 0 0" style="fill:url(http://example.org/)"/>',
        '<path d="M 0 0" fill="url(http://example.org/#x)"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://example.org/#x"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:image/svg+xml,x"/>',
        "<metadata>213 of 500</metadata>",
        "<desc>213 of 500</desc>",
        "<!-- 213 of 500 -->",
        "<?xml-stylesheet href='x'?>",
        "<style>* { background: url(http://example.org/) }</style>",
        '<animate attributeName="x"/>',
        "213 of 500",
        '<path d="M 0 0" data-exact="213"/>',
        "<text>a\u202eb</text>",
        "<g>",
    ],
)
def test_anything_else_in_a_drawing_is_refused(part):
    with pytest.raises(drawings.Strange):
        drawings.canonical(SVG.format(part))


def test_an_entity_in_a_drawing_is_not_expanded():
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + SVG.format(
        "<text>&b;</text>"
    )
    with pytest.raises(drawings.Strange):
        drawings.canonical(bomb)


# made again -----------------------------------------------------------------------------------------------------------


def test_a_statistic_that_no_sum_gives_is_found_when_its_report_is_made_again(doctored, released):
    def spoil(results):
        figure = next(one for one in results["blocks"] if one.get("id") == "victim-withdrawal-by-quarter")
        told = figure["notes"][0]
        figure["notes"][0] = re.sub(r"p 0\.\d+", "p 0.030", told, count=1)
        assert figure["notes"][0] != told

    place = doctored(spoil)
    assert checking.checked(place).faults == ()
    found = checking.checked(place, again=True)
    assert not found.was_made_again
    assert [(one.output, one.reason) for one in found.faults] == [
        ("01_victim-withdrawal_05_victim-withdrawal-by-quarter", "not of the release"),
        ("01_victim-withdrawal_words", "not of the release"),
    ]


def test_a_report_that_was_not_changed_is_the_same_when_made_again(outgoing):
    result = check(outgoing, "--again")
    assert result.exit_code == 0, result.output
    assert "(made again, and the same)" in result.output


def test_a_notebook_that_is_not_there_is_a_fault_and_no_crash(of_people):
    asked = request.of_reports([of_people])
    strange = replace(asked.reports[0], notebook="nobodys")
    [found] = again.faults(replace(asked, reports=(strange,)))
    assert "No notebook is called 'nobodys'" in found.rule


# the release ----------------------------------------------------------------------------------------------------------


def held(*cells):
    """A released set of two forces over two months, from (force, period, outcome, cases) cells."""
    rows = [(force, day, "16", 30) for force in ("Kent", "Essex") for day in ("2024-04-01", "2024-05-01")]
    exact = make_counts(rows, sensitivity="restricted", months=1)
    every = [("Kent", "2024-04+2", "2", None), ("Essex", "2024-04+2", "2", None), *cells]
    table = pd.DataFrame(every, columns=["force", "period", "outcome", "cases"]).astype({"cases": "Int64"})
    table.insert(1, "offence", "8Q")
    return released.Released(exact.as_released(table, exact.coverage, {"edition": 1}))


ABOUT = {"place": "2 forces (Essex, Kent)", "offence": "Stalking", "period": "April to May 2024", "base": "recorded"}


def test_a_number_is_that_of_its_own_force_and_period():
    one = held(("Kent", "2024-04+1", "all", 60), ("Kent", "2024-04+2", "all", 120), ("", "2024-04+2", "all", 200))
    assert one.base({"force": "Kent", "month": "April 2024"}, ABOUT) == {60}
    assert one.base({"force": "Kent", "month": "May 2024"}, ABOUT) == set()
    assert one.base({"force": "Kent"}, ABOUT) == {120}
    assert one.base({"force": "Essex"}, ABOUT) == set()
    assert one.base({}, ABOUT) == {200}


def test_parts_are_not_added_up_to_what_has_a_number_of_its_own():
    about = {**ABOUT, "measure": "victim_withdrawal"}
    cells = [("Kent", "2024-04+2", "14", 15), ("Kent", "2024-04+2", "16", 30)]
    assert held(*cells).events({"force": "Kent"}, about) == set()
    assert held(*cells, ("Kent", "2024-04+2", "14+16", 50)).events({"force": "Kent"}, about) == {50}
    assert held(*cells, ("Kent", "2024-04+2", "14+16", None)).events({"force": "Kent"}, about) == set()


def test_decided_cases_are_all_less_those_still_open_only_where_a_share_of_decided_cases_is_told():
    cells = [("", "2024-04+2", "all", 200), ("", "2024-04+2", "0", 20)]
    assert held(*cells).decided({}, ABOUT) == {180}
    assert held(*cells).base({"base": "with_outcome"}, ABOUT) == set()
    assert held(("", "2024-04+2", "all", 200), ("", "2024-04+2", "0", None)).decided({}, ABOUT) == set()


def test_a_way_of_ending_of_one_type_is_one_cell_by_either_name():
    one, about = held(("", "2024-04+2", "1", 25)), {**ABOUT, "measure": "charged"}
    assert one.events({}, about) == {25}
    assert one.events({"outcome_name": "1: Charged or summonsed"}, about) == {25}
    assert one.events({"outcome_name": "3: Caution, adult"}, about) == set()


def test_a_file_says_of_its_release_what_it_was_written_with():
    assert released.read("stalking_2024_25") is None
    found = released.read("stalking_example")
    assert found.told["policy"]["smallest"] == 15
    assert (found.edition, found.told["cells"], found.told["hidden"]) == (1, len(found.cells), found.hidden)
    assert found.earlier == []
