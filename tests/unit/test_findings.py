"""The printed figures: none without a base, none beyond primary and press, each as the evidence table has it."""

import csv

import pytest

from analysis import findings, reference
from analysis.errors import DataRefused, ParameterError


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
        ({"check": "guess"}, "finding 'london-withdrew' .row 2., column 'check': 'guess'. Write one of share"),
        ({"evidence": "unverified"}, "column 'evidence': 'unverified'. Only primary and press"),
        ({"percent": "45%"}, "column 'percent': '45%' is not a number"),
        ({"cases": "12.5"}, "column 'cases': '12.5' is not a whole number"),
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
        assert one.check == "none" or one.percent is not None
        assert not one.offence or reference.offence_named(one.offence) == one.offence


def test_an_unknown_finding_is_refused():
    with pytest.raises(ParameterError, match="Did you mean 'london-withdrew'"):
        findings.finding("london-withdraw")


def test_rounding():
    printed = findings.finding("london-withdrew")
    assert (printed.lowest, printed.highest) == (0.445, 0.455)
    assert printed.fits(0.4533)
    assert not printed.fits(0.4450 - 1e-9)
    assert not printed.fits(0.4550)


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
    for name, one in findings.findings().items():
        rows = by_publisher[one.publisher]
        assert all(row["evidence"] != "unverified" for row in rows)
        numbers = {row["numerator"] for row in rows} | {row["denominator"] for row in rows}
        if name not in borrowed:
            assert {str(number) for number in (one.events, one.cases) if number} - {"270000"} <= numbers, name
        if name not in faulty | derived and one.percent:
            percents = [float(row["value_percent"]) for row in rows if row["value_percent"]]
            assert any(abs(value - one.percent) <= one.precision / 2 + 1e-9 for value in percents), name
