"""Whatever a batch takes is made, keeps the rules of reports and stands in the index, in words that say something."""

import random
import re

import pytest

from analysis.counts import counts
from analysis.publishing.checks import report_rules
from analysis.reference import measures
from tests.batches import desk
from tests.conftest import EVERY

OWN = ["mine: 14, 15", "no suspect: 18", "nobody knows: 14, 18", "out of court: 2, 3, 8, 9", "some: 5, 6, 7"]
PERIODS = ["all", "2024/25", "2024/25 Q1", "2024/25 Q2 to 2024/25 Q3"]
FORMS = ["page", "pdf", "workbook"] if EVERY else ["page"]
HALF_EMPTY = "only the last may be over half so"  # a page of a PDF, where a figure that does not fit goes to the next
#: Words that a sentence has only where a number or a name was put into it that it was not made for.
AWKWARD = re.compile(
    r"(?<![\d,.])(?<!and )\b1 (cases|forces|quarters|months|offences|charges|points)\b|\bnan\b|<NA>|NaT|\binf\b"
    r"|\bof of\b|went from (\S+) to \1\b|\b0\.0 times|police forces of [^.,(]*Police\b|\(\)|%%|recorded by in\b"
)


def _drawn(chance):
    """A notebook and some parameters of all that the bundled counts can be asked."""
    year = counts.read("offences_2024_25")
    offence = "8Q" if chance.random() < 0.3 else chance.choice(year.offences)
    several = ", ".join(chance.sample(year.forces, chance.choice([2, 3, 5])))
    place = chance.choice([chance.choice(year.forces), several, "all", "England", "Wales", f"Ours: {several}"])
    measure, base = chance.choice([*measures.MEASURES, *OWN]), chance.choice(list(measures.BASES))
    of_year = {"counts": year.name, "offence": offence, "period": chance.choice(PERIODS)}
    group = chance.choice(["", several, f"Ours: {several}", "Wales", "England"])
    one = {"force": chance.choice(year.forces)}
    crime = chance.choice(["all", "Robbery", "Drugs", "Violence and sexual offences"])
    return chance.choice(
        [
            (
                "force_comparison",
                {**of_year, **one, "measure": measure, "base": base, **({"group": group} if group else {})},
            ),
            ("force_profile", {**of_year, **one}),
            ("journey", {**of_year, "force": place}),
            ("no_further_action", {**of_year, "force": place, "base": base}),
            ("victim_withdrawal", {**of_year, "force": place, "base": base}),
            ("trends", {"counts": year.name, "offence": offence, "force": place, "measure": measure, "base": base}),
            ("trends", {"force": place, "measure": measure, "base": base}),
            ("trends", {"counts": "gwent_2022_2025", "crime_type": crime, "measure": "charged"}),
            ("time_to_outcome", {"crime_type": crime}),
            ("data_received", {"counts": "gwent_2022_2025", "crime_type": crime}),
        ]
    )


def _can_be_told(given):
    """Whether the base that is asked for leaves something of the measure."""
    wanted, out_of = (kind(given.get(name, usual)) for kind, name, usual in ASKED)
    return not measures.nothing_left(wanted, out_of, "home_office")


ASKED = ((measures.measure, "measure", "victim_withdrawal"), (measures.base, "base", "recorded"))


@pytest.mark.parametrize("seed", range(12 if EVERY else 1))
def test_whatever_is_asked_for_is_answered_in_words_that_say_something(tmp_path, seed):
    chance, tables, seen = random.Random(seed), [], set()
    while len(tables) < (25 if EVERY else 6):
        name, given = _drawn(chance)
        if _can_be_told(given) and (asked := f"{name} {given}") not in seen:
            seen.add(asked)
            tables.append({"notebook": name, **given})
    said = desk.run(desk.batch(tmp_path, *tables, formats=FORMS), tmp_path / "reports")
    assert said.exit_code == 0, said.output
    assert (tmp_path / "reports" / "index.html").exists()
    results = list((tmp_path / "reports").glob("*/*/results.json"))
    assert len(results) == len({str(path) for path in results}) > len(tables) // 2
    for path in results:
        faults = [str(fault) for fault in report_rules.faults(path.parent)]
        assert [fault for fault in faults if not fault.endswith(HALF_EMPTY)] == []
        text = re.sub(r"<[^>]+>", " ", path.read_text())
        assert [text[max(0, at.start() - 80) : at.end() + 40] for at in AWKWARD.finditer(text)] == []
