"""Every notebook runs, with its defaults and with awkward parameters, and its report is whole."""

import pytest

from analysis.counts import counts
from analysis.publishing.notebooks import notebooks
from tests.conftest import nightly
from tests.reports import made_once
from tests.reports.page import check_report, shown_numbers
from tests.reports.tagged import Tagged
from tests.words import causal_words

RUNS = [
    *((name, {}) for name in notebooks.names()),
    ("victim_withdrawal", {"force": "Metropolitan Police"}),
    ("victim_withdrawal", {"counts": "stalking_example", "period": "all"}),
    ("no_further_action", {"force": "City of London"}),
]
#: One more of each kind, at night.
MORE = [
    (
        "force_comparison",
        {"force": "Kent", "measure": "charged", "period": "2024/25 Q4", "group": "GMP, London, City of"},
    ),
    ("time_to_outcome", {"counts": "stalking_example_lags"}),
    ("force_profile", {"force": "Kent"}),
    ("force_profile", {"force": "City of London"}),
    ("no_further_action", {"force": "City of London", "offence": "8M", "period": "2024/25 Q1"}),
    ("victim_withdrawal", {"force": "British Transport Police", "offence": "19H", "base": "with_outcome"}),
    ("data_received", {"counts": "gwent_2022_2025_lags", "force": "Gwent"}),
    ("time_to_outcome", {"crime_type": "all", "force": "Gwent"}),
    ("journey", {"force": "Wales"}),
    ("victim_withdrawal", {"force": "City of London", "period": "2024/25 Q4"}),
    ("no_further_action", {"counts": "stalking_2024_25", "period": "2024/25 Q1", "base": "with_suspect"}),
    ("no_further_action", {"counts": "stalking_example", "period": "2022/23", "base": "with_outcome"}),
    ("force_comparison", {"measure": "charged", "base": "with_outcome", "group": ""}),
    ("force_comparison", {"counts": "stalking_example", "force": "Exampleshire", "period": "all"}),
    ("force_profile", {"counts": "stalking_example", "force": "Exampleshire", "period": "all"}),
    ("force_profile", {"force": "Kent", "period": "2024/25 Q1"}),
    ("force_profile", {"force": "Essex", "counts": "offences_2024_25", "offence": "8L"}),
    ("data_received", {"counts": "stalking_example"}),
    ("time_to_outcome", {"crime_type": "Theft from the person"}),
    ("trends", {"force": "City of London", "measure": "charged"}),
    ("trends", {"counts": "gwent_2022_2025", "measure": "withdrew_or_evidential"}),
    ("trends", {"counts": "stalking_example"}),
    ("trends", {"counts": "offences_2024_25", "offence": "8L", "force": "Kent"}),
    ("trends", {"force": "Wales"}),
    ("journey", {"force": "British Transport Police"}),
    ("journey", {"force": "Kent", "offence": "8L", "period": "2024/25 Q1"}),
    ("journey", {"counts": "stalking_example", "period": "all"}),
    ("who_withdraws", {"features": "risk", "base": "with_suspect"}),
]
#: Every other force: its two pages hold what there is to say of it.
FORCES = [("force_profile", {"force": force}) for force in counts.read("stalking_2024_25").forces]
ALL = [*RUNS, *MORE, *(one for one in FORCES if one not in [*RUNS, *MORE] and one[1]["force"] != "Metropolitan Police")]

YEAR = "stalking, 2024/25"
VIOLENCE = "violence and sexual offences (not stalking alone)"
SAID = [
    (
        "journey",
        {"force": "Wales"},
        "How far do cases get, and what would it take for more to be charged?",
        f"Wales, {YEAR}",
    ),
    ("published_findings", {}, "Do the published findings hold up, and out of what?", f"England and Wales, {YEAR}"),
    ("force_profile", {"force": "Kent"}, "How do cases end in Kent, and what is there to ask?", f"Kent, {YEAR}"),
    ("force_comparison", {}, "Is London different, or is it the same everywhere?", f"Metropolitan Police, {YEAR}"),
    (
        "time_to_outcome",
        {},
        "Not stalking alone but all violence and sexual offences: how soon do cases end, and how?",
        f"Gwent, {VIOLENCE}, July 2022 to June 2025",
    ),
    (
        "time_to_outcome",
        {"crime_type": "all", "force": "Gwent"},
        "Not stalking alone but all crime of 13 types: how soon do cases end, and how?",
        "Gwent, all crime of 13 types (not stalking alone), July 2022 to June 2025",
    ),
    (
        "time_to_outcome",
        {"crime_type": "Theft from the person"},
        "Theft from the person: how soon do cases end, and how?",
        "Gwent, theft from the person, July 2022 to June 2025",
    ),
    (
        "trends",
        {"counts": "offences_2024_25", "offence": "8L", "force": "Kent"},
        "Harassment: what changed, when, and was the change real or in the counting?",
        "Kent, harassment, 2024/25",
    ),
]
TITLES = {ALL.index((name, given)): told for name, given, *told in SAID}


@pytest.mark.parametrize(
    ("name", "given"),
    nightly(ALL, *RUNS),
    ids=[f"{name}-{len(given)}-{place}" for place, (name, given) in enumerate(ALL)],
)
def test_a_run(tmp_path_factory, name, given):
    folder = made_once.folder_of(tmp_path_factory, name, given)
    out = folder.parent.parent
    page, manifest, results = check_report(folder)
    assert manifest["notebook"] == results["notebook"] == name
    asked = {**given, "group": "City of London, Greater Manchester"} if given.get("group") else given
    assert manifest["parameters"] == {**manifest["parameters"], **asked}
    is_made_up = manifest["parameters"]["counts"].startswith("stalking_example")
    assert results["is_synthetic"] == is_made_up
    assert ("Synthetic cases" in page.text) == is_made_up
    assert not list(out.with_name(".reports-staging").iterdir())
    assert manifest["title"] == results["title"]
    assert manifest["title"] in page.text
    place = ALL.index((name, given))
    if place in TITLES:
        assert [manifest["title"], manifest["subject"]] == TITLES[place]
    for number in shown_numbers(results):
        assert number in page.text
    if name == "who_withdraws":
        assert causal_words(page.text) == []
    if given == {"force": "Metropolitan Police"}:
        met(results, folder)
    if name == "victim_withdrawal" and not given:
        nation(results, folder)
    if name == "force_profile":
        assert len(Tagged(folder / "report.pdf").pages) == 2
    if given.get("offence") in ("19H", "8M"):
        assert "There were no" in page.text or "too few to say much" in page.text


def met(results, folder):
    assert folder.name == "force-metropolitan-police_2024-04_2025-03"
    answer = next(block for block in results["blocks"] if block["kind"] == "key_figures")["figures"][0]["records"][0]
    assert (answer["events"], answer["cases"]) == (5363, 11831)
    assert [round(answer[name], 4) for name in ("share", "low", "high")] == [0.4533, 0.4443, 0.4623]


def nation(results, folder):
    assert folder.name == "force-all_2024-04_2025-03"
    blocks = {block.get("id"): block for block in results["blocks"]}
    answer = next(block for block in results["blocks"] if block["kind"] == "key_figures")["figures"][0]["records"][0]
    assert (answer["events"], answer["cases"]) == (67214, 135628)
    forces = blocks["table-by-police-force"]["records"]
    assert len(forces) == 44
    assert sum(row["events"] for row in forces) == 67214
    offences = {row["offence_name"]: row for row in blocks["table-by-offence"]["records"]}
    assert {"Stalking", "Harassment", "Malicious communications", "Controlling or coercive behaviour"} <= set(offences)
