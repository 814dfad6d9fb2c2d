"""Names of the reference tables within a sentence."""

import pytest

from analysis.reference import reference
from analysis.reference.names import in_sentence


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Stalking", "stalking"),
        ("Attempted Distraction Burglary Residential", "attempted distraction burglary residential"),
        ("Burglary Business and Community", "burglary business and community"),
        ("Offender Management Act offences", "Offender Management Act offences"),
        ("Fraud by false representation: online bank accounts (not PSP)", None),
        ("CPS decision", "CPS decision"),
        ("Home Office counting rules", "Home Office counting rules"),
        ("A word", "a word"),
        ("", ""),
    ],
)
def test_a_name_within_a_sentence(name, within):
    assert in_sentence(name) == (within if within is not None else name.replace("Fraud", "fraud", 1))


def test_no_offence_begins_with_a_small_letter_and_has_a_capital_for_a_word_of_its_own_after_it():
    named = {in_sentence(name) for name in reference.offences().values()}
    assert {
        name for name in named if name[:1].islower() and name.split()[1:2] and name.split()[1][:1].isupper()
    } == set()
