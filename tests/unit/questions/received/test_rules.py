"""A notice that every set of case files has is told as a rule, and not as something that the reading found."""

from analysis.counts.ledger import Ledger, Released, Warned
from analysis.questions.received import words

RULE = Warned("", "outcomes without date", "A decided case without a date of outcome counts as open.")
FOUND = Warned("", "sheets", "A workbook has sheets that were not read.")


def released(*warnings):
    return Released(
        name="own", form="cases", sensitivity="restricted", sets=("own",), taken="2024-06-30", number=1, dropped={},
        warnings=warnings,
    )  # fmt: skip


def test_that_nothing_was_found_is_said_of_published_files_alone():
    """What the reading of case files found of months and dates is not released: nobody who reads it can know."""
    published = Ledger("own", "police-uk", "published", ("own",), ())
    assert words.warnings(published).text == "The reading found nothing to warn of."
    assert "nothing to warn of" not in words.warnings(released()).text


def test_a_rule_is_no_point_to_note():
    assert words.beware(released(RULE)) == ""
    assert words.beware(released(RULE, FOUND)) == "There is one point to note, listed below."


def test_a_rule_stands_under_its_own_words():
    text = words.warnings(released(RULE)).text
    assert text.startswith("There is no warning that may be shown. ")
    assert " A rule, whatever the file holds: " in text
    assert "Outcomes without date:" not in text
    assert words.warnings(released(RULE, FOUND)).record == {"warnings": [vars(FOUND)], "rules": [RULE.text]}
