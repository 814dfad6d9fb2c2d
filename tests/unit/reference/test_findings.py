"""The printed figures: none without a base, none beyond primary and press, each as the evidence table has it."""

import csv
import importlib.util

import pytest

from analysis.errors import DataRefused, ParameterError
from analysis.reference import findings, reference


def with_row(tmp_path, **changes):
    """A findings file whose first row has been changed."""
    rows = reference.read_table(reference.PROJECT / findings.FILE, required=())
    path = tmp_path / "findings.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows([{**rows[0], **changes}, *rows[1:]])
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"out_of": ""}, "findings.csv, line 2, column 'out_of': blank"),
        ({"check": "guess"}, "finding 'london-withdrew' .row 2., column 'check': 'guess'. Write one of figure"),
        ({"evidence": "unverified"}, "column 'evidence': 'unverified'. Only primary and press"),
        ({"percent": "45%"}, "column 'percent': '45%' is not a number"),
        ({"least": "half"}, "column 'least': 'half' is not a number"),
        ({"cases": "12.5"}, "column 'cases': '12.5' is not a whole number"),
        ({"measure": "withdrawal"}, "column 'measure': 'withdrawal'. 'attrition list measures'"),
        ({"base": "all"}, "column 'base': 'all'. Write one of outcomes, not stated or ours"),
        ({"source": "a newspaper"}, "column 'source': 'a newspaper'. Write one of stalking_endings_by_force"),
        ({"years": "2020/21;last year"}, "column 'years': 'last year'. Write financial years such as 2021/22"),
        ({"repeats": "nationwide"}, "column 'repeats': 'nationwide'. Write the name of a finding that stands above"),
        ({"is_derived": "perhaps"}, "column 'is_derived': 'perhaps'. Write yes or nothing"),
        ({"measure": "", "note": ""}, "column 'note': ''. Say why nothing held here counts this figure"),
        ({"finding": "nationwide"}, "'nationwide'.*stands twice"),
    ],
)
def test_a_faulty_row_is_refused_by_place(tmp_path, changes, message):
    with pytest.raises(DataRefused, match=message):
        findings.read(with_row(tmp_path, **changes))


def test_every_finding_has_a_base_a_publisher_and_a_grade():
    for one in findings.findings().values():
        assert one.out_of
        assert one.publisher
        assert one.evidence in ("primary", "press")
        assert not one.offence or reference.offence_named(one.offence) == one.offence
        assert one.note or one.is_counted or one.check == "column", "nothing says why it is not counted"


def test_an_unknown_finding_is_refused():
    with pytest.raises(ParameterError, match="Did you mean 'london-withdrew'"):
        findings.finding("london-withdraw")


def test_rounding():
    printed = findings.finding("london-withdrew")
    assert (printed.lowest, printed.highest) == (0.445, 0.455)
    assert printed.fits(0.4533)
    assert not printed.fits(0.4450 - 1e-9)
    assert not printed.fits(0.4550)
    assert printed.meets(0.43, 0.4450)
    assert not printed.meets(0.4550, 0.6)


def test_figures_in_words_and_numbers_of_cases_have_a_range():
    half = findings.finding("bbc22-withdrew")
    assert [half.fits(share) for share in (0.4999, 0.5, 1.0)] == [False, True, True]
    nearly = findings.finding("bbc22-volume")
    assert [nearly.fits(cases) for cases in (94_999, 95_000, 99_302, 100_000)] == [False, True, True, False]
    third, quarter = findings.finding("bbc22-supports"), findings.finding("supports-2021-quarter")
    assert (third.fits(0.305), quarter.fits(0.305), quarter.fits(0.257)) == (True, False, True)


def test_what_is_derived_or_printed_twice_is_not_tallied():
    left = {name for name, one in findings.findings().items() if not one.is_tallied}
    repeats = {"bbc22-charged-2021", "bbc22-charged-2014", "bbc22-charged-2019", "lsr-female"}
    assert left == {"london-both", "nationwide"} | repeats


def test_the_claims_are_the_publishers_own_numbers(shared):
    """Each claim as received: its counts to the case, its address, and a printed form that holds its numbers."""
    with (shared / "new_claims.csv").open(encoding="utf-8", newline="") as lines:
        claims = list(csv.DictReader(lines))
    assert len(claims) == 21
    for claim in claims:
        one = findings.finding(claim["id"])
        assert (one.address, one.evidence) == (claim["address"], claim["evidence"])
        is_printed = claim["id"] not in ("bbc22-volume",)  # what is printed of it is "nearly 100,000" alone
        for number, column in ((one.events, "numerator"), (one.cases, "denominator")):
            assert str(number) == (claim[column] if claim[column].isdecimal() and is_printed else "None"), one.finding


def test_claims_are_carried_over_once_and_for_all(shared):
    """A second run changes nothing, whatever stands in the rows of the claims; one without words is refused."""
    spec = importlib.util.spec_from_file_location("carry_over", reference.PROJECT / "data/published/carry_over.py")
    carry_over = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(carry_over)
    tables = []
    for path in (shared / "new_claims.csv", reference.PROJECT / findings.FILE):
        with path.open(encoding="utf-8", newline="") as lines:
            tables.append(list(csv.DictReader(lines)))
    claims, rows = tables
    assert carry_over.claimed(claims, rows) == rows
    assert carry_over.claimed(claims, rows[:24]) == rows
    with pytest.raises(ValueError, match="claim 'a-new-one': no table in claims.toml"):
        carry_over.claimed([{**claims[0], "id": "a-new-one"}], rows)


def test_every_printed_count_and_percentage_is_in_the_evidence(shared):
    """Each finding's publisher, and its numbers where it prints any, are a row of the evidence table."""
    with (shared / "published_figures.csv").open(encoding="utf-8", newline="") as lines:
        evidence = list(csv.DictReader(lines))
    by_publisher = {}
    for row in evidence:
        by_publisher.setdefault(row["publisher"], []).append(row)
    borrowed = {"charged-2021-outcomes", "supports-2021-quarter"}  # counts of another publisher, as their notes say
    faulty = {"bbc-metropolitan-police", "bbc-nottinghamshire", "bbc-west-yorkshire"}  # domain notes, section 7
    derived = {"london-both", "nationwide"}  # a sum and a reading of this project's own, as their notes say
    with (shared / "new_claims.csv").open(encoding="utf-8", newline="") as lines:
        claimed = {row["id"] for row in csv.DictReader(lines)}
    for name, one in findings.findings().items():
        if name in claimed:
            continue
        rows = by_publisher[one.publisher]
        assert all(row["evidence"] != "unverified" for row in rows)
        numbers = {row["numerator"] for row in rows} | {row["denominator"] for row in rows}
        if name not in borrowed:
            assert {str(number) for number in (one.events, one.cases) if number} - {"270000"} <= numbers, name
        if name not in faulty | derived and one.percent:
            percents = [float(row["value_percent"]) for row in rows if row["value_percent"]]
            assert any(abs(value - one.percent) <= one.precision / 2 + 1e-9 for value in percents), name
