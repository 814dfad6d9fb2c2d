"""What an outcome word means: listed spellings, numbers, what is said of suspect and victim, and what is left open."""

import itertools
import re

import pytest

from analysis.intake.case_files import offence_words, outcome_words
from analysis.intake.case_files.outcome_words import known, meaning
from analysis.reference import reference

CODES = [code for code, one in reference.outcomes("home_office").items() if not one.part_of]


def test_every_listed_spelling_means_its_type_however_it_is_written():
    words = reference.outcome_words()
    assert set(words.values()) >= set(CODES)
    for word, code in words.items():
        parent = reference.outcomes("home_office")[code].part_of
        for spelled in (
            word,
            word.upper(),
            f"  {word.lower()} ",
            re.sub(r"[-:,/]", " ", word),
            word.replace(" - ", " – "),
        ):
            found = meaning(spelled)
            assert (found.code, found.part) == (parent or code, code if parent else ""), spelled
            assert found.is_known
            assert known(spelled) == ("" if parent else code)


def test_every_row_of_the_tables_names_its_source_and_says_whether_it_was_seen():
    for name in ("outcome_words.csv", "offence_words.csv"):
        rows = reference.read_table(reference.DATA / "reference" / name, required=("word", "code", "is_seen", "source"))
        assert {row["is_seen"] for row in rows} == {"yes", "no"} or name == "offence_words.csv"
        assert len({outcome_words.key(row["word"]) for row in rows}) == len(rows)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "written",
    [
        "Outcome {}",
        "OC{}",
        "oc {}",
        "OT{}",
        "Type {}",
        "OUTCOME TYPE {}",
        "outcome type: {}",
        "{}",
        "{}.0",
        "HO Outcome {}",
        "Outcome-{}",
    ],
)
def test_a_number_is_read(code, written):
    assert known(written.format(code)) == code


@pytest.mark.parametrize("code", [code for code in CODES if int(code) > 5])
def test_a_number_after_a_letter_is_read_where_it_is_no_reason_for_cancelling(code):
    assert known(f"C{code}") == code
    assert meaning("C3").candidates == ("3",)
    assert not meaning("C3").code


@pytest.mark.parametrize("word", ["1A", "1a", "Outcome 1A", "OC1A", "1A - Charged with alternate offence"])
def test_1a_stands_in_place_of_1_and_is_never_read_unasked(word):
    found = meaning(word)
    assert (found.code, found.part) == ("1", "1a")
    assert "map it to 1" in found.reason
    assert known(word) == ""


@pytest.mark.parametrize(
    "word",
    [
        "Section 4A",
        "Stalking Section 4A",
        "within 28 days",
        "14 days",
        "16 weeks bail",
        "2024",
        "2024/25",
        "16/05/2024",
        "Outcome 23",
        "OC99",
        "15B",
        "Outcome 15B",
        "Outcome 14/16",
        "14 or 16",
        "OC5/9/10",
        "Outcome 1 of 2",
        "2 suspects charged",
        "3. NFA",
        "2. Other",
        "NFA",
        "No further action",
        "Cautioned",
        "Victim withdrew",
        "Not charged",
        "Released without charge",
        "No suspect identified",
        "Evidential difficulties",
        "Not in the public interest",
        "Police - named suspect, investigation not in the public interest",
        "CPS - investigation not in the public interest",
        "Undetected",
        "Community resolution not suitable",
        "Transferred to another force",
        "CPS does not support prosecution, suspect identified",
        "Victim's evidence does not support prosecution, suspect identified",
        "Victim has not withdrawn support, suspect identified",
        "Awaiting charging decision",
        "Victim unable to identify suspect",
        "not Outcome 16",
        "",
    ],
)
def test_what_is_not_sure_is_not_offered(word):
    found = meaning(word)
    assert found.code == ""
    assert found.reason or not word
    assert known(word) == ""


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("16 - Victim declines", "16"),
        ("Type 16: Victim declines", "16"),
        ("16 Victim declines", "16"),
        ("Victim declines (OC16)", "16"),
        ("18: Investigation complete", "18"),
        ("9 - CPS, not in public interest", "9"),
        ("Outcome 16 - a word of the force's own", "16"),
        ("21 - Police - named suspect, investigation not in the public interest", "21"),
        ("Suspect named; victim does not wish to support", "16"),
        ("Victim refuses to engage - no named suspect", "14"),
        ("Identified suspect, victim supports, insufficient evidence", "15"),
        ("Adult conditional caution given", "3"),
    ],
)
def test_words_that_are_clear_are_offered_and_not_read_unasked(word, code):
    assert meaning(word).code == code
    assert known(word) == ""


@pytest.mark.parametrize("number", ["14", "15", "16", "18"])
@pytest.mark.parametrize("suspect", ["suspect identified", "suspect not identified"])
@pytest.mark.parametrize("victim", ["victim supports action", "victim does not support action"])
def test_a_number_that_its_words_deny_is_never_offered(number, suspect, victim):
    allowed = {
        ("suspect identified", "victim supports action"): {"15"},
        ("suspect identified", "victim does not support action"): {"16"},
        ("suspect not identified", "victim does not support action"): {"14"},
        ("suspect not identified", "victim supports action"): {"18"},
    }[suspect, victim]
    found = meaning(f"Outcome {number}: {suspect}, {victim}")
    if number in allowed:
        assert found.code in (number, "")
    else:
        assert found.code == ""
        assert f"its number says {number}" in found.reason


def test_identified_and_not_and_supports_and_not_are_never_crossed():
    """Every way of saying the two facts, in both orders: the type is that of the facts or none."""
    suspects = {
        True: ["named suspect", "suspect identified", "suspect known"],
        False: ["no suspect", "suspect not identified", "unidentified suspect", "suspect has not been named"],
    }
    victims = {
        True: ["victim supports", "with victim support", "victim is supportive"],
        False: [
            "victim does not support",
            "victim doesn't support",
            "victim declines",
            "victim no longer supports",
            "no victim support",
        ],
    }
    types = {(True, True): "15", (True, False): "16", (False, False): "14"}
    sure = 0
    for identified, supports in itertools.product((True, False), repeat=2):
        for suspect, victim in itertools.product(suspects[identified], victims[supports]):
            for parts in itertools.permutations((suspect, victim, "evidential difficulties")):
                found = meaning("; ".join(parts)).code
                assert found in ("", types.get((identified, supports), "")), parts
                sure += bool(found)
    assert sure > 200


@pytest.mark.parametrize(
    "word",
    [
        "8/65",
        "08/65",
        "008/66",
        "00865",
        "195/12",
        "19512",
        "008Q",
        "8q",
        "8Q - Stalking",
        "Stalking (8Q)",
        "8/65 Stalking involving fear of violence",
        "STALKING INVOLVING FEAR OF VIOLENCE",
    ],
)
def test_the_sub_codes_of_stalking_are_8q(word):
    assert offence_words.known(word) == "8Q"


@pytest.mark.parametrize(
    "word", ["8/30", "8L Stalking", "Stalking and harassment", "Section 4A", "1", "12/05/2024", ""]
)
def test_an_offence_that_is_not_sure_has_no_code(word):
    assert offence_words.known(word) == ""
