"""Crimes of data.police.uk and their outcomes, joined by crime ID within a force: every row of it in SQL.

What it decides:

- A crime is counted once, in the earliest month in which its ID stands; within a month the row whose last outcome has
  gone furthest is taken.
- A case goes from outcome to outcome by month. Within a month the order is that of data/reference/outcomes.csv, which
  lists data.police.uk's categories as a case goes: not decided, closed, dealt with out of court, charged, in court.
- The last outcome is that of the outcomes files; where they have none, the one in the street file. A row of the
  outcomes files that says only that a case is not decided dates no ending: where the street file names one, and no
  other row does, the case ended and nothing says when.
- An outcome under a name that it no longer has is the same outcome (data/reference/successions.csv).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from analysis.intake import database as engine
from analysis.intake.police_uk.rows import MONTH_NUMBER, SCHEME, read
from analysis.intake.police_uk.sheets import Sheet
from analysis.reference import reference

NO_OUTCOME = "No outcome published"
OTHER_MONTH = "of another month than its file"
NO_ID = "crime without a crime ID"
ANTI_SOCIAL = "anti-social behaviour: incidents without a crime ID"
COPY = "exact copy of a crime's row"
REPEATED = "crime ID again with another month, type or outcome"
OUTCOME_COPY = "exact copy of an outcome row"
UNMATCHED = "outcome of a crime that is not in these files"

_IS_ANTI_SOCIAL = "type = enum_code('Anti-social behaviour'::type_name)"
#: Why a row is not counted, each a test in SQL, the first that holds.
_NOT_COUNTED = {
    "street": {
        OTHER_MONTH: "month <> of_file",
        ANTI_SOCIAL: f"id IS NULL AND {_IS_ANTI_SOCIAL}",
        NO_ID: "id IS NULL",
        "anti-social behaviour under a crime ID: no crime": _IS_ANTI_SOCIAL,
    },
    "outcomes": {
        OTHER_MONTH: "month <> of_file",
        "outcome without a crime ID": "id IS NULL",
        "outcome row that names no outcome": "outcome IS NULL",
    },
}


@dataclass(frozen=True)
class Joined:
    """One force's crimes and what was left out.

    ``followed`` has one row per ``month``, ``crime_type``, ``state`` (the street file's last outcome), ``first`` and
    ``last`` outcome in the outcomes files and ``last_month``, with the number of ``cases``. Months are whole numbers
    (year * 12 + month - 1); ``first``, ``last`` and ``last_month`` are blank where there is no outcome row.
    ``several`` says that a case has different outcomes, ``together`` that two of them stand in one month.

    ``types`` has the rows of each ``month`` of the street files by ``crime_type``, whether counted or not; ``renamed``
    the rows of outcomes under an earlier name, by that.

    ``rows`` has the rows of each sheet. ``kept`` are crimes counted and their outcome rows, the last and those before
    it; with ``dropped``, by reason, they add up to all rows. ``matched`` of ``outcome_rows`` belong to a crime.
    """

    followed: pd.DataFrame
    types: pd.DataFrame
    renamed: dict[str, int]
    rows: tuple[int, ...]
    kept: int
    dropped: dict[str, int]
    outcome_rows: int
    matched: int


def joined(sheets: Sequence[Sheet], force: str, *, aside: Path, threads: int) -> Joined:
    """The crimes of one force with their outcomes; rows that memory does not hold are put ``aside``, in a folder.

    Parameters
    ----------
    sheets
        Street and outcomes files of the force, made ready.
    force
        Name of the force.
    aside
        A folder for rows beyond memory.
    threads
        How many; 0 is one a processor.

    Returns
    -------
    Joined
        A row a month, crime type, state, first and last outcome and last month, with its ``cases``.

    Raises
    ------
    DataRefused
        For what ``rows.read`` refuses.
    """
    with engine.connection(aside, threads=threads) as database:
        rows = read(database, sheets, force)
        renamed = _renamed(database)
        _mark(database)
        dropped = _left_out(database)
        _join(database)
        street = _totals(database, "SELECT sum(copies), count(*), (SELECT count(*) FROM cases) FROM crimes")
        events = _totals(database, "SELECT sum(copies), count(*), sum(copies * known), sum(known) FROM events")
        followed = database.execute("SELECT * FROM followed ORDER BY ALL").df()
        types = database.execute(_TYPES).df()
    dropped |= {COPY: street[0] - street[1], REPEATED: street[1] - street[2]}
    dropped |= {OUTCOME_COPY: events[0] - events[1], UNMATCHED: events[1] - events[3]}
    return Joined(
        followed=followed,
        types=types,
        renamed=renamed,
        rows=rows,
        kept=street[2] + events[3],
        dropped={reason: number for reason, number in dropped.items() if number},
        outcome_rows=events[0],
        matched=events[2],
    )


_TYPES = f"""SELECT month, enum_range(NULL::type_name)[type + 1]::VARCHAR AS crime_type, count(*) AS rows
    FROM street WHERE reason <> {engine.quoted(OTHER_MONTH)} GROUP BY ALL ORDER BY ALL"""


def _renamed(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of outcomes under a name that is no longer used."""
    earlier = ", ".join(engine.quoted(succession.earlier) for succession in reference.renamed("outcome"))
    query = f"""SELECT name, count(*) FROM (SELECT "Last outcome category" AS name FROM street_as_read
        UNION ALL SELECT "Outcome type" FROM outcomes_as_read) WHERE name IN ({earlier}) GROUP BY name ORDER BY name"""
    return dict(database.execute(query).fetchall())


def _present(column: str) -> str:
    """A column of outcomes under the names that they have now, in SQL."""
    names = " ".join(
        f"WHEN {engine.quoted(succession.earlier)} THEN {engine.quoted(succession.later)}"
        for succession in reference.renamed("outcome")
    )
    cell = engine.named(column)
    return f"(CASE {cell} {names} ELSE {cell} END)"


def _totals(database: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    totals = database.execute(query).fetchone() or ()
    return tuple(int(number or 0) for number in totals)


def _mark(database: duckdb.DuckDBPyConnection) -> None:
    """Rows as whole numbers, each with the reason why it is not counted, if there is one.

    Words become their place in data/reference/, so that an outcome further on in a case is greater. A crime ID becomes
    its MD5, 16 bytes instead of 64: that any two of a billion IDs share one has a chance under 1 in 10 to the power 20.
    """
    for name, words in (("outcome_name", tuple(reference.outcomes(SCHEME))), ("type_name", reference.crime_types())):
        database.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(engine.quoted(word) for word in words)})")
    columns = {
        "street": f"""enum_code(coalesce({_present("Last outcome category")}, {engine.quoted(NO_OUTCOME)})
            ::outcome_name)::BIGINT AS state, enum_code("Crime type"::type_name)::BIGINT AS type""",
        "outcomes": f"enum_code({_present('Outcome type')}::outcome_name)::BIGINT AS outcome",
    }
    for kind, reasons in _NOT_COUNTED.items():
        cases = " ".join(f"WHEN {test} THEN {engine.quoted(reason)}" for reason, test in reasons.items())
        database.execute(
            f"""CREATE TABLE {kind} AS SELECT *, CASE {cases} ELSE '' END AS reason FROM (
            SELECT md5_number("Crime ID") AS id, ({MONTH_NUMBER})::BIGINT AS month, of_file, {columns[kind]}
            FROM {kind}_as_read JOIN sheets USING (path))"""
        )
        database.execute(f"DROP TABLE {kind}_as_read")


def _left_out(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows that are not counted whatever they join to, by reason."""
    query = """SELECT reason, count(*) FROM (SELECT reason FROM street UNION ALL SELECT reason FROM outcomes)
        WHERE reason <> '' GROUP BY reason ORDER BY reason"""
    return dict(database.execute(query).fetchall())


def _join(database: duckdb.DuckDBPyConnection) -> None:
    """Tables: crimes and events, each row once with its copies; cases, one an ID; followed, as ``Joined`` has it.

    What comes first or last is the least or greatest of one whole number: month * 1000 + outcome for an event; month,
    outcomes counted back and type in three places each for a crime. Of a case that the street file calls ended only
    events that are endings count; of any other its first outcome is its first ending, if it has one.
    """
    undecided = list(reference.outcomes(SCHEME)).index
    pending = ", ".join(str(undecided(code)) for code in reference.codes(SCHEME, "undecided"))
    database.execute("""CREATE TABLE crimes AS
        SELECT id, month, type, state, count(*) AS copies FROM street WHERE reason = '' GROUP BY ALL""")
    database.execute("""CREATE TABLE cases AS
        SELECT id, best // 1000000 AS month, 999 - best // 1000 % 1000 AS state, best % 1000 AS type
        FROM (SELECT id, min((month * 1000 + 999 - state) * 1000 + type) AS best FROM crimes GROUP BY id)""")
    database.execute("""CREATE TABLE events AS
        SELECT id, month, outcome, copies, (id IN (SELECT id FROM cases))::INTEGER AS known
        FROM (SELECT id, month, outcome, count(*) AS copies FROM outcomes WHERE reason = '' GROUP BY ALL)""")
    database.execute(f"""CREATE TABLE histories AS
        SELECT id, state, min(month * 1000 + low) AS first, max(month * 1000 + high) AS last,
            min(first_ending) AS first_ending, max(month * 1000 + high) FILTER (high NOT IN ({pending})) AS last_ending,
            min(low) <> max(high) AS several, bool_or(low <> high) AS together
        FROM (SELECT id, state, events.month, min(outcome) AS low, max(outcome) AS high,
            min(events.month * 1000 + outcome) FILTER (outcome NOT IN ({pending})) AS first_ending
            FROM events JOIN (SELECT id, state FROM cases) USING (id) GROUP BY ALL)
        GROUP BY ALL""")
    database.execute(f"""UPDATE histories SET last = CASE WHEN state IN ({pending}) THEN last ELSE last_ending END,
        first = CASE WHEN state IN ({pending}) THEN coalesce(first_ending, first) ELSE first_ending END""")
    database.execute("""CREATE TABLE followed AS
        SELECT month, enum_range(NULL::type_name)[type + 1] AS crime_type,
            enum_range(NULL::outcome_name)[state + 1] AS state,
            enum_range(NULL::outcome_name)[first % 1000 + 1] AS first,
            enum_range(NULL::outcome_name)[last % 1000 + 1] AS last, last // 1000 AS last_month,
            several, together, cases
        FROM (SELECT month, type, state, first, last, coalesce(several, false) AS several,
            coalesce(together, false) AS together, count(*) AS cases
            FROM cases LEFT JOIN histories USING (id, state) GROUP BY ALL)""")
