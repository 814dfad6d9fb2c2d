"""The folder that an airlock takes: written whole or not at all, and read back as if a stranger had written it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import analysis
from analysis.errors import AttritionError, DataRefused, ParameterError
from analysis.outputs import drawings, files, rules, words
from analysis.outputs.released import COORDINATES, Released
from analysis.outputs.request import EXPLAINED, Output, Report, Request, Row, is_number, is_sane
from analysis.outputs.rules import FILE_TYPE, NO_CONTEXT, NO_DATA, NOT_RELEASED, TOO_LARGE, UNSAFE, Fault
from analysis.outputs.words import Sets
from analysis.presentation import wording
from analysis.reference.schema import STATES, SYMBOLS
from analysis.system import unwritten, writing

SCHEMA = "attrition outputs 1"
REQUEST, MANIFEST = "request.txt", "manifest.json"
_NO_LIMIT = "no limit"
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e-?[0-9]{1,3})?")
_OF_OUTPUT = ("title", "lines", "abouts", "policies", "notes", "is_figure")


def contents(asked: Request, sets: Sets) -> dict[str, str]:
    """Every file of the folder by its name.

    Parameters
    ----------
    asked
        What is asked for.
    sets
        The released sets behind it (``rules.sets``).

    Returns
    -------
    dict[str, str]
        The text of each.

    Raises
    ------
    AttritionError
        For an output that has no context (``rules.faults`` tells which).
    """
    texts: dict[str, str] = {REQUEST: words.request(asked, sets)}
    for report in asked.reports:
        texts[f"{report.name}.txt"] = report.words
        for output in report.outputs:
            texts[f"{output.name}.csv"] = table(output.columns, output.rows)
            if output.drawing:
                texts[f"{output.name}.svg"] = output.drawing
    for name in asked.sets(of_people=True):
        texts |= _tables_of_set(name, sets.get(name))
    texts[MANIFEST] = json.dumps(_manifest(asked, sets, texts), indent=1, ensure_ascii=False) + "\n"
    return texts


def _tables_of_set(name: str, release: Released | None) -> dict[str, str]:
    """The released numbers of a set as tables of no more rows than an airlock takes."""
    if release is None:
        return {}
    rows = release.rows()
    columns = [name for name in (*COORDINATES, "cases") if name in rows[0]] if rows else []
    return {
        f"counts_{name}_{number}.csv": table(columns, rows[start : start + files.MOST_ROWS])
        for number, start in enumerate(range(0, len(rows), files.MOST_ROWS), start=1)
    }


def table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as CSV: a heading, then numbers as they are and a symbol where there is none.

    Parameters
    ----------
    columns
        The names of its columns.
    rows
        Its rows, by column; a number that is not there has its symbol.

    Returns
    -------
    str
        The text of a file.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row, name) for name in columns] for row in rows)
    return text.getvalue()


def _cell(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None and is_number(name):
        is_ratio = EXPLAINED[name].kind == "ratio"
        return str(row.get("symbols", {}).get(name) or (_NO_LIMIT if is_ratio else STATES["not_applicable"]))
    return "" if value is None else str(value)


def _manifest(asked: Request, sets: Sets, written: dict[str, str]) -> dict[str, Any]:
    """The same as the request, for machines."""
    return {
        "schema": SCHEMA,
        "version": analysis.__version__,
        "sets": {name: _told(release) for name, release in sets.items()},
        "reports": [
            {
                **{name: getattr(report, name) for name in ("folder", "notebook", "parameters", "title", "subject")},
                "words": f"{report.name}.txt",
                "outputs": [_output_told(output, sets) for output in report.outputs],
            }
            for report in asked.reports
        ],
        "files": {
            name: {"bytes": len(text.encode()), "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for name, text in sorted(written.items())
        },
    }


def _told(release: Released | None) -> dict[str, Any]:
    """What is known of a released set, for machines; nothing where it is none."""
    return dict(release.told) if release else {}


def _output_told(output: Output, sets: Sets) -> dict[str, Any]:
    columns = [EXPLAINED[name] for name in output.columns]
    return {
        "table": f"{output.name}.csv",
        "figure": f"{output.name}.svg" if output.drawing else "",
        **{name: getattr(output, name) for name in _OF_OUTPUT},
        "context": words.context(output, sets),
        "columns": [
            {name: getattr(column, name) for name in ("name", "heading", "unit", "meaning")} for column in columns
        ],
        "rows": len(output.rows),
        "hidden_numbers": output.hidden,
    }


def write(asked: Request, place: Path) -> dict[str, str]:
    """Write what is asked for into a folder that is empty or not there, whole or not at all.

    What is staged is read back and held to every rule before it is moved in; the caller has told ``rules.faults``
    before.

    Parameters
    ----------
    asked
        What is asked for.
    place
        Where it is to be.

    Returns
    -------
    dict[str, str]
        The text of each file by its name.

    Raises
    ------
    ParameterError
        For a folder that holds something, and for too many files.
    AttritionError
        For what does not read back.
    CouldNotWrite
        For a disk that does not take it.
    """
    check_place(place)
    sets = rules.sets(asked)
    texts = contents(asked, sets)
    _check_sizes(texts, asked)
    try:
        home = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.resolve().parent))
    except OSError as fault:
        raise unwritten.refusal(place, fault, then=", or name another folder") from fault
    try:
        built = home / "outputs"
        is_guarded = any(report.sensitivity != "published" for report in asked.reports)
        built.mkdir(mode=0o700 if is_guarded else 0o777)
        for name, text in texts.items():
            with (built / name).open("x", encoding="utf-8", newline="") as file:
                file.write(text)
        if left := faults(built):
            raise AttritionError(f"What was written does not read back: {left[0]}. Nothing was released.")
        writing.settle(built)
        check_place(place)
        built.rename(place)  # which takes the place of an empty folder, and of no other
    except OSError as fault:
        raise unwritten.refusal(place, fault, then=". Nothing was released") from fault
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return texts


def check_place(place: Path) -> None:
    """Refuse a place where something stands, or that is a link.

    Parameters
    ----------
    place
        Where it is to be.

    Raises
    ------
    ParameterError
        For such a place, and for one in no folder.
    """
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise ParameterError(
            f"{place} is {'a link' if place.is_symlink() else 'a file'}. Name a folder that is not there yet."
        )
    if place.is_dir() and any(place.iterdir()):
        raise ParameterError(f"{place} holds something already. Name a folder that is empty, or not there yet.")
    if not place.resolve().parent.is_dir():
        raise ParameterError(f"There is no folder {place.parent} to make {place.name} in. Make it first.")


def _fewer(texts: dict[str, str], asked: Request) -> str:
    """Which of the reports, from the first on, one request has room for."""
    starts = {report.folder: report.name.removesuffix("words") for report in asked.reports}
    of_each = {folder: sum(name.startswith(start) for name in texts) for folder, start in starts.items()}
    room, first = files.MOST_FILES - (len(texts) - sum(of_each.values())), []
    for folder, files_of_it in of_each.items():
        room -= files_of_it
        if room < 0:
            break
        first.append(f"--report {folder}")
    return f" Name fewer reports: {' '.join(first)} go together; then the others." if first else " Name fewer reports."


def _check_sizes(texts: dict[str, str], asked: Request) -> None:
    """Refuse more files, or a larger one, than an output checker takes."""
    if len(texts) > files.MOST_FILES:
        raise ParameterError(
            f"That would be {len(texts)} files; at most {files.MOST_FILES} in one request, since people look at each."
            + _fewer(texts, asked)
        )
    for name, text in texts.items():
        if len(text.encode()) > files.MOST_BYTES:
            raise ParameterError(
                f"{name} would be larger than {files.MOST_BYTES // 1_000_000} MB. Name a smaller report."
            )


def is_one(folder: Path) -> bool:
    """Whether a folder says that it was made to leave.

    Parameters
    ----------
    folder
        The folder of outputs.

    Returns
    -------
    bool
        False where neither of the two files that say so is there.

    Raises
    ------
    DataRefused
        For one whose manifest cannot be read.
    """
    if not (folder / REQUEST).exists() and not (folder / MANIFEST).exists():
        return False
    return files.record(MANIFEST, files.content(folder, MANIFEST)).get("schema") == SCHEMA


def faults(folder: Path) -> list[Fault]:
    """Every reason for which a folder of outputs may not leave; empty where all of it may.

    Parameters
    ----------
    folder
        The folder of outputs.

    Returns
    -------
    list of Fault
        A fault for each.
    """
    asked, faults = read(folder)
    return [*faults, *judged(folder, asked)]


def judged(folder: Path, asked: Request) -> list[Fault]:
    """What is wrong with a request that was read from a folder, and with the files that do not follow from it.

    Parameters
    ----------
    folder
        The folder of outputs.
    asked
        The request as ``read`` gives it.

    Returns
    -------
    list of Fault
        A fault for each; empty where all of it may leave.
    """
    sets = rules.sets(asked)
    faults = rules.faults(asked, sets)
    if not asked.is_whole or any(fault.reason == NO_CONTEXT for fault in faults):
        return faults
    for name, text in contents(asked, sets).items():
        try:
            same = files.content(folder, name) == text
        except files.Unreadable as fault:
            faults.append(Fault(name, 0, NO_DATA, fault.why))
            continue
        if not same:
            is_of_set = name.startswith("counts_")
            rule = (
                "is not the released set at hand"
                if is_of_set
                else "is not what the tables and the release at hand give"
            )
            faults.append(Fault(name, 0, NOT_RELEASED if is_of_set else NO_CONTEXT, rule))
    return faults


def read(folder: Path) -> tuple[Request, list[Fault]]:
    """The request that a folder holds, and what is wrong with its files.

    Parameters
    ----------
    folder
        The folder of outputs.

    Returns
    -------
    tuple[Request, list[Fault]]
        The request, and a fault for each file that is missing, changed or not named.

    Raises
    ------
    DataRefused
        For one without a manifest, or whose manifest does not say that it was made to leave.
    """
    manifest = files.record(MANIFEST, files.content(folder, MANIFEST))
    if manifest.get("schema") != SCHEMA:
        raise DataRefused(f"{folder} was not made by 'attrition release': its manifest.json does not say so.")
    faults: list[Fault] = []
    reports = []
    try:
        named = {MANIFEST, *manifest["files"]}
        for record in manifest["reports"]:
            reports.append(_report(folder, record, faults))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise DataRefused(
            f"{folder}: manifest.json is not as this package writes it ({type(fault).__name__})."
        ) from None
    asked = Request(tuple(reports), is_whole=not faults)
    return asked, [*faults, *_strays(folder, named)]


def _strays(folder: Path, named: set[str]) -> Iterator[Fault]:
    """Files of a kind that no airlock takes, or of which the manifest says nothing."""
    there = files.names(folder)
    if len(there) > files.MOST_FILES:
        yield Fault("folder", 0, TOO_LARGE, f"holds {len(there)} files; at most {files.MOST_FILES}")
    for name in there:
        if (folder / name).is_symlink() or not (folder / name).is_file():
            yield Fault(name, 0, FILE_TYPE, "is a link, a folder or no plain file")
        elif name.rpartition(".")[2] not in files.KINDS or name.startswith("."):
            taken = wording.listed(files.KINDS)
            yield Fault(name, 0, FILE_TYPE, f"is none of the kinds of file that an airlock takes: {taken}")
        elif name not in named:
            yield Fault(name, 0, NO_CONTEXT, "is not in manifest.json: nobody says what it is")
        elif (folder / name).stat().st_size > files.MOST_BYTES:
            yield Fault(name, 0, TOO_LARGE, f"is larger than {files.MOST_BYTES // 1_000_000} MB")


def _report(folder: Path, record: dict[str, Any], faults: list[Fault]) -> Report:
    """One report as a folder holds it; faults of its files are added to ``faults``."""
    text = ""
    try:
        text = files.content(folder, record["words"])
    except files.Unreadable as fault:
        faults.append(Fault(fault.name, 0, FILE_TYPE, fault.why))
    outputs = [
        output for output_record in record["outputs"] if (output := _output(folder, output_record, faults)) is not None
    ]
    return Report(
        str(record["folder"]),
        str(record["notebook"]),
        dict(record["parameters"]),
        str(record["title"]),
        str(record["subject"]),
        text,
        tuple(outputs),
        str(record["words"]).removesuffix(".txt"),
    )


def _output(folder: Path, record: dict[str, Any], faults: list[Fault]) -> Output | None:
    """One table and its drawing as a folder holds them; None, and a fault, where the table cannot be read."""
    name = str(record["table"]).removesuffix(".csv")
    columns = tuple(str(column["name"]) for column in record["columns"])
    drawing, rows = "", []
    try:
        rows = _rows(name, columns, files.content(folder, f"{name}.csv"), faults)
        drawing = drawings.canonical(files.content(folder, f"{name}.svg")) if record["figure"] else ""
    except files.Unreadable as fault:
        kind = FILE_TYPE if "link" in fault.why or "plain" in fault.why else NO_DATA
        faults.append(Fault(fault.name, 0, kind, fault.why))
        return None
    except drawings.Strange as fault:
        faults.append(Fault(f"{name}.svg", 0, UNSAFE, f"holds {fault}"))
        return None
    lists = {name: tuple(record[name]) for name in _OF_OUTPUT if name not in ("title", "is_figure")}
    return Output(
        name,
        title=str(record["title"]),
        columns=columns,
        rows=tuple(rows),
        drawing=drawing,
        is_figure=bool(record["is_figure"]),
        **lists,
    )


def _rows(name: str, columns: tuple[str, ...], text: str, faults: list[Fault]) -> list[Row]:
    """The rows of a table as it was written. Raises Unreadable where it is no such table."""
    try:
        heading, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError):
        raise files.Unreadable(f"{name}.csv", "is not CSV") from None
    if tuple(heading) != columns:
        raise files.Unreadable(f"{name}.csv", "has other columns than manifest.json says")
    rows = []
    for number, line in enumerate(lines, start=1):
        if len(line) != len(columns):
            raise files.Unreadable(f"{name}.csv", f"has another number of cells in row {number} than columns")
        row: Row = {}
        for column, cell in zip(columns, line, strict=True):
            _put(row, column, cell)
            if is_number(column) and row[column] is None and cell not in (*SYMBOLS, _NO_LIMIT):
                faults.append(Fault(name, number, NO_CONTEXT, f"column {column} holds neither a number nor a symbol"))
        rows.append(row)
    return rows


def _put(row: Row, column: str, cell: str) -> None:
    """Put what a cell says into a row: words, a number, or the symbol of its absence."""
    value = (int if cell.lstrip("-").isdigit() else float)(cell) if _NUMBER.fullmatch(cell) else None
    if not is_number(column):
        row[column] = cell
    elif is_sane(value):
        row[column] = value
    else:
        row[column] = None
        if cell in SYMBOLS:
            row.setdefault("symbols", {})[column] = cell
