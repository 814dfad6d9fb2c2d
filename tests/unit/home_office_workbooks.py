"""Small workbooks in the shape of the Home Office's, and what was read from them."""

from datetime import date

import pandas as pd
import xlsxwriter

from analysis.intake.home_office import workbook
from analysis.intake.reading import Request, combined

RECORDED = "Outcomes for offences that were recorded in the quarter"
CLOSED = "Outcomes for investigations closed in the quarter"
COLUMNS = {
    "Financial Year": "2024/25",
    "Financial Quarter": 1,
    "Force Name": "Kent",
    "Offence Code": "8Q",
    "Offence Description": "Stalking",
    "Offence Group": "Violence against the person",
    "Offence Subgroup": "Stalking and harassment",
    "Offence code expired": "",
    "Outcome Type": 16,
    "Outcome Description": "Evidential difficulties",
    "Outcome Group": "Evidential difficulties",
    RECORDED: 5,
    CLOSED: 4,
}
SHORT = {
    "year": "Financial Year",
    "quarter": "Financial Quarter",
    "force": "Force Name",
    "offence": "Offence Code",
    "description": "Offence Description",
    "expired": "Offence code expired",
    "outcome": "Outcome Type",
    "recorded": RECORDED,
    "closed": CLOSED,
}
CRIMES = ("Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Code")
APRIL, JULY = date(2024, 4, 1), date(2024, 7, 1)


def row(**changes):
    return COLUMNS | {SHORT[name]: value for name, value in changes.items()}


def written(path, *rows, columns=COLUMNS, top=0, title="Outcomes open data, year ending March 2025", sheet="Figures"):
    """A workbook of one table, after a cover if it has a title; ``columns`` picks or renames {header: printed}."""
    printed = columns if isinstance(columns, dict) and columns is not COLUMNS else {name: name for name in columns}
    with xlsxwriter.Workbook(path) as book:
        if title:
            book.add_worksheet("Cover").write(0, 0, title)
        figures = book.add_worksheet(sheet)
        figures.write_row(top, 0, list(printed.values()))
        for number, held in enumerate(rows, top + 1):
            figures.write_row(number, 0, [held[name] for name in printed])
    return path


def reading(*paths, allow=()):
    request = Request("x", "home-office", allow=frozenset(allow))
    return workbook.finished(combined(task.read() for task in workbook.tasks(list(paths), request)), request)


def cases(part):
    """{(force, period, offence, outcome): cases} of a part."""
    return {tuple(one[:-1]): one[-1] for one in part.table.astype(object).itertuples(index=False, name=None)}


def crimes(path, sheets):
    with pd.ExcelWriter(path, engine="odf" if path.suffix == ".ods" else "xlsxwriter") as book:
        pd.DataFrame({"Police force area tables": ["See notes"]}).to_excel(book, sheet_name="Cover", index=False)
        for name, rows in sheets.items():
            pd.DataFrame(rows, columns=[*CRIMES, "Number of Offences"]).to_excel(book, sheet_name=name, index=False)
    return path


def crime(number, year="2023/24", quarter=1, force="Kent", code="8Q"):
    return (year, quarter, force, "Stalking", code, number)
