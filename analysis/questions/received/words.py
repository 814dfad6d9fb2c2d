"""What was read, in words: how much of it was counted, what came, and what to beware of."""

from __future__ import annotations

import pandas as pd

from analysis.counts.ledger import Ledger, Released, Warned
from analysis.disclosure import Protected, only_protected
from analysis.presentation import content, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.content import Part

_FORMS = {
    "cases": "case files",
    "police-uk": "data.police.uk's monthly files",
    "home-office": "the Home Office's workbooks",
}


def opening(counted: Protected) -> str:
    """The answer in words: "Nearly all rows were counted"; "" where that may not be shown."""
    only_protected(counted)
    row = counted.table.iloc[0]
    if row["state"] != "shown":
        return ""
    share = float(row["share"])
    if share >= 0.999:
        return "Everything that arrived was counted." if share == 1 else "All but a few of the rows were counted."
    return f"{wording.capital(wording.plain_share(share))} of the rows that arrived were counted."


def sentence(counted: Protected, ledger: Ledger | Released) -> str:
    """How many rows of how many files were counted, and what the files are."""
    only_protected(counted)
    row = counted.table.iloc[0]
    files = f"{wording.plural(len(ledger.files), 'file')} ({_FORMS.get(ledger.form, ledger.form)})"
    if pd.isna(row["cases"]):
        return f"{wording.capital(files)} {wording.agree(len(ledger.files), 'was', 'were')} read."
    rows = int(row["cases"])
    read = f"{rows:,} {wording.agree(rows, 'row', 'rows')} of {files} {wording.agree(rows, 'was', 'were')} read"
    if row["state"] != "shown":
        return f"{read}. How many were counted is not shown, since that number or the rest is too small."
    was = wording.agree(int(row["events"]), "was", "were")
    return f"{read}, and {int(row['events']):,} ({wording.percent(float(row['share']))}) {was} counted."


def beware(ledger: Ledger | Released, *, force: str = "all") -> str:
    """How many things a reader must know of, in a sentence; "" when there are none."""
    kinds = len({warned.kind for warned in _warned(ledger, force)})
    return f"There {'is one point' if kinds == 1 else f'are {kinds} points'} to note, listed below." if kinds else ""


def reasons(ledger: Ledger | Released) -> str:
    """What a table of reasons leaves out, in a sentence above it; "" where it has every row of the files."""
    if isinstance(ledger, Ledger):
        return ""
    left_out = "Of case files, a reason is listed where it is of many rows, and their number is rounded."
    return left_out if ledger.dropped else f"{left_out} Here there is no such reason."


def files(ledger: Ledger | Released) -> str:
    """What is told of files in place of a table of them; "" where there is one."""
    if isinstance(ledger, Ledger):
        return ""
    if len(ledger.files) == 1:
        return "One case file was read. Its name and its number of rows are known to whoever reduced it, and not shown."
    lead = f"{wording.capital(wording.plural(len(ledger.files), 'case file'))} were read."
    return f"{lead} Their names and their numbers of rows are known to whoever reduced them, and not shown."


def warnings(ledger: Ledger | Released, *, force: str = "all") -> Shown:
    """What a reader should distrust, kind by kind: which force, and why; of one force what is of it or of all."""
    every_warning = _warned(ledger, force)
    kinds: dict[str, list[tuple[str, str]]] = {}
    for warning in every_warning:
        kinds.setdefault(warning.kind, []).append((warning.force, warning.text))
    text = " ".join(f"{wording.capital(kind)}: {_plain(texts)}" for kind, texts in kinds.items())
    entries = [_parts(kind, texts) for kind, texts in kinds.items()]
    if not kinds:
        text = "The reading found nothing to warn of."
        entries = [[content.paragraph(text)]]
    record = {"warnings": [vars(warning) for warning in every_warning]}
    return Shown("provenance", text, (content.items(entries, style="sources"),), record)


def _warned(ledger: Ledger | Released, force: str) -> list[Warned]:
    """The warnings of one force and of all together, or every one."""
    return [warned for warned in ledger.warnings if force == "all" or warned.force in ("", force)]


def _parts(kind: str, texts: list[tuple[str, str]]) -> list[Part]:
    """One kind of warning: in a line when it is about one force or all, else a line a force."""
    name = content.run(f"{wording.capital(kind)}.", "strong")
    if len(texts) == 1:
        return [content.paragraph(name, f" {_line(*texts[0])}")]
    return [content.paragraph(name), content.items([content.paragraph(_line(*text))] for text in texts)]


def _plain(texts: list[tuple[str, str]]) -> str:
    return " ".join(_line(force, text) for force, text in texts)


def _line(force: str, text: str) -> str:
    return f"{force}: {text}" if force else wording.capital(text)
