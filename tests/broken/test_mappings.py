"""Mappings that are not as they must be: the line, and what belongs there."""

import pytest

from tests.broken.desk import MAPPING, check_refused

#: A change of the mapping in order, and what the message says of it.
WRONG = {
    "a key twice": (
        ("[columns]", 'taken = 2024-07-01\n[columns]'),
        ["a key stands twice", "line 4", "each key once in its table"],
    ),
    "a table twice": (("[dates]", "[columns]\n[dates]"), ["a table stands twice", "line 12", "'columns'"]),
    "an unknown key": (
        ("[columns]", 'takken = 2024-07-01\n[columns]'),
        ["line 4: 'takken' is no key of [extract]. Did you mean 'taken'?", "Keys there: taken, several_outcomes"],
    ),
    "an unknown table": (("[dates]", "[date]"), ["line 12: 'date' is no key of a mapping", "Did you mean 'dates'?"]),
    "a wrong type": (('case = "Case ref"', "case = 7"), ["line 5: 'case' must be a text"]),
    "a list for a table": (("[dates]", "[[dates]]"), ["line 12: 'dates' must be a table"]),
    "a text for a table": (("[extract]", 'file = "x"\n[extract]'), ["line 1: 'file' must be a table"]),
    "a blank text": (('case = "Case ref"', 'case = " "'), ["line 5: 'case' must be a text"]),
    "an unknown outcome": (
        ('"Charged" = "1"', '"Charged" = "99"'),
        ["line 17", "'99'", "'attrition list outcomes'"],
    ),
    "an outcome that another counts already": (('"Charged" = "1"', '"Charged" = "1a"'), ["line 17", "1a"]),
    "an outcome that is a number": (('"Charged" = "1"', '"Charged" = 1'), ["line 17: 'Charged'"]),
    "an unknown force": (
        ("[features.victim]", '[forces]\n"K" = "Kentt"\n[features.victim]'),
        ["line 20: No force is called 'Kentt'. Did you mean 'Kent'?", "'attrition list forces'"],
    ),
    "an unknown offence": (
        ("[features.victim]", '[offences]\n"S" = "8QQ"\n[features.victim]'),
        ["line 20: No offence is called '8QQ'", "'attrition list offences'"],
    ),
    "a format that is none": (("%d/%m/%Y", "dd/mm/yyyy"), ["line 13", "Examples:", "%d/%m/%Y"]),
    "a format without a year": (("%d/%m/%Y", "%d/%m"), ["line 13", "does not say year, month and day once each"]),
    "a format with a day of the week": (("%d/%m/%Y", "%a %d/%m/%Y"), ["line 13", "Examples:"]),
    "more categories than a byte can tell apart": (
        ("[features.victim]", "[features.many]\ncolumn = \"Notes\"\n[features.many.groups]\n"
         + "".join(f'"w{n}" = "c{n}"\n' for n in range(251)) + "[features.victim]"),
        ["line 21: more than 250 categories", "group the words further"],
    ),
    "no date of the extract": (("taken = 2024-06-30", ""), ["line 1: no date"]),
    "a day to come for that of the extract": (("2024-06-30", "2124-06-30"), ["line 2: 'taken' is a day to come"]),
    "a text for the date of the extract": (("2024-06-30", '"2024-06-30"'), ["line 2: 'taken' must be a date"]),
    "a time for the date of the extract": (("2024-06-30", "2024-06-30T10:00:00"), ["line 2: 'taken' must be a date"]),
    "a force twice": (
        ("[columns]", 'force = "Kent"\n[columns]'),
        ["line 4: force stands in [columns] and in [extract]: keep one"],
    ),
    "no column of outcomes": (
        ('outcome = "Outcome"\n', ""),
        ["line 4: no column for 'outcome': name it in [columns]; where another file has it"],
    ),
    "no force at all": (('force = "Force"\n', ""), ["line 4: no column for 'force'", 'or force = "..." in [extract]']),
    "a regression on no feature of the mapping": (
        ("[features.victim]", '[regression]\nfeatures = ["victims"]\n[features.victim]'),
        ["line 20: 'victims' is no feature of this mapping: there are victim"],
    ),
    "a regression on nothing": (
        ("[features.victim]", "[regression]\nfeatures = []\n[features.victim]"),
        ["line 20: no feature is named: there are victim"],
    ),
    "a regression on a text": (
        ("[features.victim]", '[regression]\nfeatures = "victim"\n[features.victim]'),
        ["line 20: 'features' must be texts in brackets"],
    ),
    "a regression on numbers": (
        ("[features.victim]", "[regression]\nfeatures = [1]\n[features.victim]"),
        ["line 20: '1' is no feature of this mapping"],
    ),
    "a cluster that is no feature": (
        ("[features.victim]", '[regression]\ncluster = "team"\n[features.victim]'),
        ["line 20: 'team' is no feature of this mapping, nor force: there are victim"],
    ),
    "a cluster that is a feature of the regression": (
        ("[features.victim]", '[regression]\nfeatures = ["victim"]\ncluster = "victim"\n[features.victim]'),
        ["line 20: name each feature once, and the cluster not among them"],
    ),
    "a feature with the name of a column": (
        ("[features.victim]", "[features.share]"),
        ["line 19: 'share' cannot name a feature"],
    ),
    "a feature with capitals": (("[features.victim]", "[features.Victim]"), ["line 19: 'Victim' cannot name"]),
    "a feature without a column": (('column = "Victim"\n', ""), ["line 19: column", "is missing"]),
    "a feature that is a text": (
        ("[features.victim]\ncolumn", '[features]\nvictim = "Victim"\n[features.other]\ncolumn'),
        ["line 20: [features.victim] must be a table with column"],
    ),
    "an unknown key of a feature": (('other = "Other"', 'others = "Other"'), ["line 22", "Did you mean 'other'?"]),
    "a group that is a number": (('"M" = "Male"', '"M" = 2'), ["'M' must be a text in quotation marks"]),
    "an unknown rule": (
        ("[columns]", 'several_outcomes = "last"\n[columns]'),
        ['line 4: several_outcomes = "last" is not one of refuse, latest, first'],
    ),
    "an unknown sensitivity": (
        ("[columns]", 'sensitivity = "published"\n[columns]'),
        ['line 4: sensitivity = "published" is not one of restricted, synthetic'],
    ),
    "a month alone": (("[columns]", 'first_month = "2024-01"\n[columns]'), ["line 4: first_month and last_month go"]),
    "months in the wrong order": (
        ("[columns]", 'first_month = "2024-03"\nlast_month = "2024-01"\n[columns]'),
        ["line 4: first_month and last_month go together, in order"],
    ),
    "a month that is none": (
        ("[columns]", 'first_month = "2024-13"\nlast_month = "2024-01"\n[columns]'),
        ['line 4: first_month must be as "2024-04"'],
    ),
    "a number for no date": (("[dates]", "[dates]\nblank = [9999]"), ["line 13: 'blank' must be a text, or texts in"]),
    "an empty word for no date": (("[dates]", '[dates]\nblank = [" "]'), ["line 13: 'blank' must be a text"]),
    "an unknown encoding": (("[dates]", '[file]\nencoding = "windows"\n[dates]'), ["line 13: 'windows' is no"]),
    "an encoding with a null byte": (
        ("[dates]", '[file]\nencoding = "a\\u0000"\n[dates]'),
        ["line 13: encoding holds a character that cannot be seen"],
    ),
    "an unknown delimiter": (("[dates]", '[file]\ndelimiter = "#"\n[dates]'), ["line 13: delimiter must be one of"]),
    "a month of no year": (
        ("[columns]", 'first_month = "0000-01"\nlast_month = "2024-01"\n[columns]'),
        ['line 4: first_month must be as "2024-04"'],
    ),
    "a month in other digits": (
        ("[columns]", 'first_month = "٢٠٢٤-01"\nlast_month = "2024-01"\n[columns]'),
        ['line 4: first_month must be as "2024-04"'],
    ),
    "a number of 5,000 digits": (("[columns]", f"x = {'9' * 5000}\n[columns]"), ["a list or number is too long"]),
    "brackets in brackets": (("[columns]", f"x = {'[' * 5000}\n[columns]"), ["a list or number is too long"]),
    "tables in tables": (("[columns]", f"x = {'{a=' * 5000}\n[columns]"), ["a list or number is too long"]),
    "a key of 100,000 parts": (("[columns]", f"{'a.' * 100_000}a = 1\n[columns]"), ["line 4: a key of more than 40"]),
    "a table of 100,000 parts": (("[dates]", f"[{'a.' * 100_000}a]\n[dates]"), ["line 12: a key of more than 40"]),
    "50,000 keys": (
        ("[columns]", "".join(f"key{n} = 1\n" for n in range(50_000)) + "[columns]"),
        ["line 4: 'key0' is no key of [extract]"],
    ),
    "more than a mapping": (("[columns]", "#" * 2**20 + "\n[columns]"), ["more than 1 MiB is no mapping"]),
    "no TOML": (("[extract]", "extract:"), ["line 1", "A mapping is TOML"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_mapping_is_refused_with_its_line(desk, what):
    change, says = WRONG[what]
    result = desk.reduce(desk.table(), mapping=desk.mapping(change))
    check_refused(desk, result, says=["mapping.toml", *says])


def test_a_mapping_in_another_encoding_is_refused(desk):
    path = desk.file(MAPPING.replace("Charged", "Chargé").encode("latin-1"), "mapping.toml")
    check_refused(
        desk, desk.reduce(desk.table(), mapping=path), says=["mapping.toml, line 17: no UTF-8. Save the file as UTF-8."]
    )


def test_a_mapping_that_is_absent_is_refused_with_the_command_that_drafts_one(desk):
    result = desk.reduce(desk.table(), mapping=desk.files / "none.toml")
    check_refused(desk, result, says=["none.toml is not there", "'attrition mapping FILE --out none.toml'"], status=2)


def test_a_folder_is_no_mapping(desk):
    result = desk.reduce(desk.table(), mapping=desk.files)
    check_refused(desk, result, says=["is a folder", "Name the file"], status=2)


def test_case_files_need_a_mapping(desk):
    from click.testing import CliRunner

    from analysis.cli.main import main

    words = ["reduce", str(desk.table()), "--as", "broken", "--format", "cases", "--workers", "1"]
    check_refused(desk, CliRunner().invoke(main, words), says=["need --mapping FILE", "'attrition mapping"], status=2)


def test_all_mistakes_of_a_mapping_are_told_in_one_go_with_their_lines(desk):
    changes = [
        ("[columns]", 'several_outcomes = "last"\nfirst_month = "2024"\n[columns]'),
        ('force = "Force"', 'forse = "Force"'),
        ("%d/%m/%Y", "dd/mm/yyyy"),
        ('"Withdrew" = "16"\n"Charged" = "1"', '"Withdrew" = "99"\n"Charged" = 1'),
        ('other = "Other"', 'others = "Other"\n[features.Capital]\n[forces]\n"K" = "Kentt"\n[file]\ndelimiter = "#"'),
    ]
    result = desk.reduce(desk.table(), mapping=desk.mapping(*changes))
    lines = [4, 5, 8, 15, 18, 19, 24, 25, 27, 29]
    said = [f"line {line}: " for line in lines]
    check_refused(desk, result, says=[f"mapping.toml has {len(lines)} mistakes.", *said, "Did you mean 'force'?"])
    assert "no column for" not in result.output  # which may only follow from the key that is none


MADE_UP = ("[features.victim]", '[forces]\n"F" = "Exampleshire"\n[features.victim]')


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ([("[columns]", 'sensitivity = "sinthetic"\n[columns]'), MADE_UP], "line 4: sensitivity = "),
        ([("[columns]", 'sensitivty = "synthetic"\n[columns]'), MADE_UP], "line 4: 'sensitivty' is no key"),
        ([("[columns]", "sensitivity = 1\n[columns]"), MADE_UP], "line 4: 'sensitivity' must be a text"),
        (
            [("[columns]", 'frist_month = "2024-01"\nlast_month = "2024-03"\n[columns]')],
            "line 4: 'frist_month' is no key",
        ),
        ([("[features.victim]", '[regression]\nfeatures = ["victim"]\n[feature.victim]')], "'feature' is no key"),
    ],
)
def test_what_only_follows_from_another_mistake_is_not_told_as_one(desk, changes, mistake):
    result = desk.reduce(desk.table(), mapping=desk.mapping(*changes))
    check_refused(desk, result, says=["mapping.toml, line ", mistake])  # and not "has 2 mistakes"


def test_of_very_many_mistakes_the_first_are_told(desk):
    wrong = "".join(f"key{number} = 1\n" for number in range(60))
    result = desk.reduce(desk.table(), mapping=desk.mapping(("[columns]", f"{wrong}[columns]")))
    check_refused(desk, result, says=["has 50 mistakes or more.", "line 53: 'key49'"])
    assert "key50" not in result.output
