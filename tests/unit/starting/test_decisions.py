"""What a draft leaves open is told by its line and without a word of the file."""

from analysis.starting import decisions

DRAFT = """\
# Mapping of kent.csv, drafted from its header and its first 60 rows.
[extract]
taken = 2024-06-30  # CHECK: the day the extract was taken
# offence = "8Q"  # CHECK: no column was found for it
# last_month = "2025-03"

[dates]
format = "%d/%m/%Y"  # CHECK: reads 100% of it; %m/%d/%Y would too: which is it?

[outcomes]  # word = an outcome type
"Charged" = "1"  # CHECK: listed; 20 rows
# "Smith, J. = the suspect" = "..."  # CHECK: no type is known by this word; 12 rows
# CHECK: 2 more words, each in few rows, are not written here: look in the file
"""

SEE = "; 'attrition list outcomes' shows all that there are"


def test_what_is_open_is_told_with_its_line_and_guesses_by_theirs():
    assert list(decisions.told(DRAFT, name="kent.toml")) == [
        "kent.toml leaves 4 to decide. Take the # away and write what it is, or strike the line out:",
        "  line 4, offence in [extract]: no column was found for it",
        "  line 8, format in [dates]: reads 100% of it; %m/%d/%Y would too: which is it?",
        f"  line 12, a word for an outcome: no type is known by this word; 12 rows{SEE}",
        "  line 13, [outcomes]: 2 more words, each in few rows, are not written here: look in the file",
        "kent.toml has 3 guesses, marked CHECK, to look at: lines 3, 8, 11.",
    ]


def test_one_guess_is_told_as_one():
    text = '[columns]\ncase = "Ref"  # CHECK: the name of the column\n'
    assert list(decisions.told(text, name="kent.toml")) == ["kent.toml has 1 guess, marked CHECK, to look at: line 2."]


def test_of_a_mapping_in_which_all_is_decided_nothing_is_told():
    assert list(decisions.told('[columns]\ncase = "Ref"\n', name="kent.toml")) == []
