"""What a page of changes says: what is new, what was corrected, the largest first, and nothing twice."""

import json

import pytest

from analysis.publishing.changes import before, changes
from analysis.publishing.changes.moved import moved
from analysis.publishing.checks import page_rules

COLUMNS = [
    {"name": "force", "kind": "label", "heading": "Police force"},
    {"name": "events", "kind": "count", "heading": "Cases"},
    {"name": "cases", "kind": "count", "heading": "Out of"},
    {"name": "share", "kind": "share", "heading": "Share"},
    {"name": "openness", "kind": "label", "heading": "Cases still open"},
]
ABOUT = {"measure": "victim_withdrawal", "base": "recorded", "offence": "Stalking", "place": "all 44 forces"}


def rows(**events):
    return [
        {"force": force, "events": number, "cases": 1000, "share": None if number is None else number / 1000}
        for force, number in events.items()
    ]


def results(period="2024/25", **events):
    """A report with a figure, and a table of the same rows below it."""
    part = {"columns": COLUMNS, "records": rows(**events), "about": ABOUT | {"period": period}}
    title = f"Up to {max(map(str, events.values()))}"
    return {"blocks": [{"id": "by-force", "title": title, **part}, {"id": "table", **part}]}


def put(root, folder, held, *, answer="About half.", inputs=(("data/counts/a.parquet", "1"),), made="2026-11-03"):
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    (place / "results.json").write_text(json.dumps(held))
    told = {"folder": folder, "subject": folder, "title": "How many?", "answer": answer, "parameters": {"counts": "a"}}
    told |= {"inputs": dict(inputs), "made_at": f"{made}T05:17:00+00:00"}
    (place / "manifest.json").write_text(json.dumps(told))


@pytest.fixture
def root(tmp_path):
    put(tmp_path, "q/force-all", results(Kent=400, Essex=500))
    put(tmp_path, "q/force-kent", results(Kent=400))
    put(tmp_path, "q/force-gwent", results(Gwent=100))
    return tmp_path


def corrected(root):
    """A corrected edition: Kent by 5 points, Essex by 20, and a report that is new."""
    before.keep(root, ["q/force-all", "q/force-kent", "q/force-all_2"])
    put(root, "q/force-all", results(Kent=450, Essex=700), answer="Over half.", inputs=[("data/counts/a.parquet", "2")])
    put(root, "q/force-kent", results(Kent=450), inputs=[("data/counts/a.parquet", "2")])
    put(root, "q/force-all_2", results("2025/26", Kent=1))


def test_each_number_is_told_once_the_largest_first_with_where_it_stands(root):
    corrected(root)
    found = changes.write(root)
    assert (len(found.of("new")), len(found.of("corrected")), found.same) == (1, 2, 1)
    page = (root / "changes.html").read_text()
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert body.count("<tr>") == 2
    assert body.index("Essex") < body.index("Kent")
    assert 'href="q/force-all/report.html#by-force"' in body
    assert "50.0%" in body
    assert "+20.0 points" in body
    assert "and 1 more" in body
    assert "Now: Over half. Before: About half." in page
    assert (
        "publisher" not in page.partition("<table>")[2]
    )  # of case files there is none, and an extract is corrected too
    told = json.loads((root / "changes.json").read_text())
    assert (told["schema"], told["corrected"], told["new"], told["same"]) == ("attrition changes 1", 2, 1, 1)
    kent = next(one for one in told["reports"] if one["folder"] == "q/force-kent")
    assert kent["moved"][0]["columns"]["events"] == {"before": 400, "after": 450}
    assert page_rules.broken(page, is_report=False) == []


@pytest.mark.parametrize(("forces", "told"), [(("Kent",), "1 row of"), (("Kent", "Essex"), "2 rows of")])
def test_one_row_is_told_as_one(forces, told):
    held = tuple(moved(results(Kent=1, Essex=2), results(**({"Kent": 1, "Essex": 2} | dict.fromkeys(forces, 9)))))
    empty = dict.fromkeys(("subject", "title", "answer", "answer_before", "made_at", "made_at_before"), "")
    report = changes.Report(folder="a", state=changes.CORRECTED, counts={}, moved=held, **empty)
    assert changes.Changes((report,)).line == f"1 corrected, {told} numbers corrected"


def test_killed_before_it_is_told_it_is_told_whole_and_then_never_again(root, monkeypatch):
    corrected(root)
    with monkeypatch.context() as patch:
        patch.setattr(before, "forget", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            changes.write(root)
    first = (root / "changes.html").read_bytes(), (root / "changes.json").read_bytes()
    (root / "changes.json").unlink()
    before.keep(root, ["q/force-all"])  # the next run finds it kept, and keeps it as it was
    assert changes.write(root).of("corrected")
    assert ((root / "changes.html").read_bytes(), (root / "changes.json").read_bytes()) == first
    assert changes.write(root).reports == ()
    assert (root / "changes.html").read_bytes() == first[0]


def test_the_first_reports_of_a_place_are_set_beside_nothing(tmp_path):
    before.keep(tmp_path, ["q/force-all"])
    put(tmp_path, "q/force-all", results(Kent=1))
    assert changes.write(tmp_path).of("new")
    assert not (tmp_path / "changes.html").exists()
    assert not list(before.kept(tmp_path))


@pytest.mark.parametrize(
    ("now", "inputs", "state"),
    [
        (results(Kent=401), "2", "corrected"),
        (results(Kent=401), "1", "counted otherwise"),
        (results(Kent=400, Essex=1), "2", "carried further"),
        (results(Kent=400), "2", ""),
        (results(Kent=400, Essex=1), "1", "worded otherwise"),
        (results(Kent=None), "2", "corrected"),
    ],
)
def test_what_became_of_a_report(root, now, inputs, state):
    before.keep(root, ["q/force-kent"])
    put(root, "q/force-kent", now, inputs=[("data/counts/a.parquet", inputs)])
    assert [report.state for report in changes.write(root).reports] == [state] * bool(state)


def test_other_words_for_the_same_numbers_are_no_other_figures(root):
    before.keep(root, ["q/force-kent"])
    put(root, "q/force-kent", results(Kent=400), answer="Nearly half.")
    found = changes.write(root)
    assert (found.line, found.record["counted_otherwise"]) == ("1 worded otherwise", 0)
    page = (root / "changes.html").read_text()
    assert (
        "1 report reads otherwise, by a newer edition of this software, and no figure that stood there moved." in page
    )
    assert "Figures are counted otherwise" not in page
    assert "Now: Nearly half. Before: About half." in page


def test_a_report_that_goes_on_is_not_corrected_though_its_limits_move(root):
    before.keep(root, ["q/force-kent"])
    now = results(Kent=400)
    for block in now["blocks"]:
        block["columns"] = [*COLUMNS, {"name": "low", "kind": "share", "heading": "Lower limit"}]
    old = json.loads(json.dumps(now))
    for held, low in ((old, None), (now, 0.3)):
        for block in held["blocks"]:
            block["records"][0]["low"] = low
    assert [one.is_counted for one in moved(old, now)] == [False]


def test_a_label_that_says_how_sure_a_row_is_makes_no_other_row_of_it():
    old, now = results(Kent=400), results(Kent=410)
    for held, word in ((old, "many"), (now, "few")):
        for block in held["blocks"]:
            block["records"][0]["openness"] = word
    assert [(one.of, one.before, one.after) for one in moved(old, now)] == [("Kent, 2024/25", 0.4, 0.41)]


def test_what_changed_among_restricted_reports_is_told_there_alone(root):
    own = root / "restricted"
    put(own, "q/force-kent", results(Kent=400))
    put(own, "q/force-essex", results(Essex=7))
    before.keep(root, ["restricted/q/force-kent"])
    put(own, "q/force-kent", results(Kent=431), inputs=[("data/counts/a.parquet", "2")])
    assert changes.write(root).reports == ()
    assert not (root / "changes.json").exists()
    found = changes.write(own)
    assert found.is_restricted
    assert "43.1%" in (own / "changes.html").read_text()
    assert "Restricted" in (own / "changes.html").read_text()
    assert (own / "changes.html").stat().st_mode & 0o077 == 0
