"""A made-up publisher on loopback: a page in the form of gov.uk's that lists a workbook of outcomes for each year.

Its figures of stalking are the bundled ones of 2024/25, moved as a test asks; each edition has a name of its own.
"""

from __future__ import annotations

import csv
import hashlib
import io

import xlsxwriter

from tests.conftest import PROJECT
from tests.loopback import Answer
from tests.unit.home_office_workbooks import CLOSED, COLUMNS, RECORDED

PAGE = "/tables"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SOURCE = PROJECT / "data" / "published" / "stalking_2024_25.csv"


def rows(year="2024/25", change=lambda force, outcome, cases: cases, *, forces=()):
    """The rows of a year's workbook: those of 2024/25, of some forces or all, each number as ``change`` has it."""
    for held in csv.DictReader(io.StringIO(SOURCE.read_text(encoding="utf-8"))):
        if forces and held["force"] not in forces:
            continue
        quarter = (int(held["period"][5:7]) - 1) // 3 or 4
        cases = change(held["force"], held["outcome"], int(held["cases"]))
        closed = 0 if held["outcome"] == "0" else cases
        told = {"Financial Year": year, "Financial Quarter": quarter, "Force Name": held["force"]}
        yield COLUMNS | told | {"Outcome Type": int(held["outcome"]), RECORDED: cases, CLOSED: closed}


def workbook(year="2024/25", **what):
    """The bytes of a year's workbook, the same for the same figures."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet("Cover").write(0, 0, f"Outcomes open data, year ending March {int(year[:4]) + 1}")
        sheet = book.add_worksheet("Figures")
        sheet.write_row(0, 0, list(COLUMNS))
        for number, row in enumerate(rows(year, **what), 1):
            sheet.write_row(number, 0, list(row.values()))
    return held.getvalue()


class Publisher:
    """What the page lists now, on a server of the tests'."""

    def __init__(self, server):
        self.server, self.files = server, {}

    def issue(self, year, book, *, on):
        """Publish the workbook of a year ``on`` a day such as "230726", in place of its earlier edition."""
        end = int(year[:4]) + 1
        name = f"prc-outcomes-open-data-mar{end}-tables-{on}.xlsx"
        self.files[year] = (name, f"Outcomes open data, year ending March {end}")
        self.server.put(f"/media/{name}", Answer(book, kind=XLSX, etag=f'"{hashlib.sha256(book).hexdigest()}"'))
        listed = "".join(f'<a href="/media/{name}">{title}</a>' for name, title in self.files.values())
        self.server.put(PAGE, Answer(f"<html><body>{listed}</body></html>".encode(), kind="text/html"))
        return name

    @property
    def page(self):
        """The address of the page."""
        return self.server.at(PAGE)

    def fetched(self):
        """The names of the files that were asked for and given whole, in order."""
        return [one.path.rpartition("/")[2] for one in self.server.asked if one.path.startswith("/media/")]
