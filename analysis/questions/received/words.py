"""What was read, in words: how much of it was counted, what came, and what to beware of."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger, Released, Warned
from analysis.disclosure import Protected, only_protected
from analysis.presentation import content, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.content import Part
from analysis.questions.received.published import RECORDED, WITHDREW, forces_in_common, times_in_common
from analysis.reference import reference
from analysis.reference.periods import day_name

_FORMS = {
    "cases": "case files",
    "police-uk": "data.police.uk's monthly files",
    "home-office": "the Home Office's workbooks",
}
_RULES = ("outcomes without date",)  # kinds of notice, of case files, that say how all of them are read
_RULE = "A rule, whatever the file holds:"
_NO_WARNING = "The reading found nothing to warn of."
#: Of case files: whether there is more to warn of, such as a month without cases, tells of cases.
_NONE_RELEASED = (
    "There is no warning that may be shown. Months without a case, endings without a date and the like are told to "
    "whoever reduced the files."
)
_ABSENT = {"suppressed": "is too small to be shown, or the file has none", "not_received": "was not received"}


def opening(counted: Protected) -> str:
    """The answer in words: "Nearly all rows were counted"; "" where that may not be shown.

    Parameters
    ----------
    counted
        What ``rows_counted`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence.
    """
    only_protected(counted)
    row = counted.table.iloc[0]
    if row["state"] != "shown":
        return ""
    share = float(row["share"])
    if share >= 0.999:
        return "Everything that arrived was counted." if share == 1 else "Nearly all rows that arrived were counted."
    return f"{wording.capital(wording.plain_share(share))} of the rows that arrived were counted."


def sentence(counted: Protected, ledger: Ledger | Released) -> str:
    """How many rows of how many files were counted, and what the files are.

    Parameters
    ----------
    counted
        What ``rows_counted`` gives, as it may be shown.
    ledger
        What was noticed in reading, as the maker of counts has it or as it was released.

    Returns
    -------
    str
        One sentence or two.
    """
    only_protected(counted)
    row = counted.table.iloc[0]
    if pd.isna(row["cases"]):
        files = wording.plural(len(ledger.files), "case file")
        return f"{wording.capital(files)} {wording.agree(len(ledger.files), 'was', 'were')} read."
    files = f"{wording.plural(len(ledger.files), 'file')} ({_FORMS.get(ledger.form, ledger.form)})"
    rows = int(row["cases"])
    read = f"{rows:,} {wording.agree(rows, 'row', 'rows')} of {files} {wording.agree(rows, 'was', 'were')} read"
    if row["state"] != "shown":
        return f"{read}. How many were counted is not shown, since that number or the rest is too small."
    was = wording.agree(int(row["events"]), "was", "were")
    return f"{read}, and {int(row['events']):,} ({wording.percent(float(row['share']))}) {was} counted."


def beware(ledger: Ledger | Released, *, force: str = "all") -> str:
    """How many things a reader must know of, in a sentence; "" when there are none.

    Parameters
    ----------
    ledger
        What was noticed in reading, as the maker of counts has it or as it was released.
    force
        The force that the report is about, or "all".

    Returns
    -------
    str
        One sentence.
    """
    kinds = len({warned.kind for warned in _warned(ledger, force) if not _is_rule(warned, ledger)})
    return f"There {'is one point' if kinds == 1 else f'are {kinds} points'} to note, listed below." if kinds else ""


def reasons(ledger: Ledger | Released) -> str:
    """What a table of reasons leaves out, in a sentence above it; "" where it has every row of the files.

    Parameters
    ----------
    ledger
        What was noticed in reading, as the maker of counts has it or as it was released.

    Returns
    -------
    str
        One sentence or two.
    """
    if isinstance(ledger, Ledger):
        return ""
    left_out = "Of case files, a reason is listed where it is of many rows, and their number is rounded."
    return left_out if ledger.dropped else f"{left_out} Here there is no such reason."


def files(ledger: Ledger | Released) -> str:
    """What is told of files in place of a table of them; "" where there is one.

    Parameters
    ----------
    ledger
        What was noticed in reading, as the maker of counts has it or as it was released.

    Returns
    -------
    str
        One sentence or two.
    """
    if isinstance(ledger, Ledger):
        return ""
    if len(ledger.files) == 1:
        return "One case file was read. Its name and its number of rows are known to whoever reduced it, and not shown."
    lead = f"{wording.capital(wording.plural(len(ledger.files), 'case file'))} were read."
    return f"{lead} Their names and their numbers of rows are known to whoever reduced them, and not shown."


def no_published(own: Counts, published: Counts | None) -> str:
    """Why a force's own counts stand beside no published ones, in a sentence; "" where they do.

    Parameters
    ----------
    own
        The counts of a file.
    published
        What is published of the same offence; None where nothing is held.

    Returns
    -------
    str
        A sentence or two.
    """
    if published is None:
        return _none_held(own)
    if not forces_in_common(own, published):
        made_up = [force for force in own.forces if force in reference.made_up_forces()]
        whose = wording.listed(made_up or own.forces)
        if made_up:
            real = "Beside the counts of a real force stand those that are published of it."
            return f"Nothing is published of {whose}, which does not exist. {real}"
        return f"No published figures are held of {whose} for {own.crime.lower() or 'these cases'}."
    if not times_in_common(own, published):
        published_span, asked = published.coverage.span.label, own.coverage.span.label
        is_newer = own.coverage.span.last > published.coverage.span.last
        newer = " 'attrition update' fetches what is newly published." if is_newer else ""
        return (
            f"The published figures that are held are of {published_span}, the file is of {asked}: they have no whole "
            f"year or quarter in common.{newer}"
        )
    return ""


def _none_held(own: Counts) -> str:
    """Why there are no published counts to look at."""
    if own.sensitivity == "published":
        return "These counts are published themselves: there are no others of the same cases to set beside them."
    if len(own.offences) > 1:
        return "What is published is set beside the cases of one offence, and these are of several."
    return f"No published figures are held of {own.crime.lower() or 'these cases'}."


def beside_published(result: Protected, *, edition: str) -> list[str]:
    """How many cases a file has and how many are published, a sentence for each force and time.

    Parameters
    ----------
    result
        What ``beside`` gives, as it may be shown.
    edition
        Whose figures are published, and of which edition.

    Returns
    -------
    list of str
        A sentence each, in the order of the table.
    """
    only_protected(result)
    about, sentences = result.about, []
    for (force, time), rows in result.table.groupby(list(result.by[1:]), sort=False):
        row = rows[rows["measure"] == RECORDED].iloc[0]
        where = f"{force}, {time}: "
        if pd.isna(row["own_events"]) or pd.isna(row["published_events"]):
            sentences.append(f"{where}the number of cases {_ABSENT.get(str(row['state']), 'is not known')}.")
            continue
        own, theirs = int(row["own_events"]), int(row["published_events"])
        sides = f"{own:,} {wording.cases_of(about)} are counted from the file, {theirs:,} are published ({edition})"
        sentences.append(f"{where}{sides}.{_withdrawal(rows)}")
    return sentences


def columns_beside(result: Protected) -> tuple[str, ...]:
    """The columns that such a table shows: no force and no time where it is the one that the page is about.

    Of recorded cases alone there are no shares.

    Parameters
    ----------
    result
        What ``beside`` gives, as it may be shown.

    Returns
    -------
    tuple[str, ...]
        Names of columns, in the order of the table.
    """
    only_protected(result)
    table, about = result.table, result.about
    alone = {result.by[1]: about.place, result.by[2]: about.period}
    has_shares = set(table["measure"]) != {RECORDED}
    return tuple(
        name
        for name in table.columns
        if (name not in alone or set(table[name]) != {alone[name]}) and (has_shares or not name.endswith("_share"))
    )


def _withdrawal(rows: pd.DataFrame) -> str:
    """The share that withdrew of a file and of what is published; "" where one is not shown."""
    shares = rows.loc[rows["measure"] == WITHDREW, ["own_share", "published_share"]]
    if shares.empty or shares.isna().any(axis=None):
        return ""
    own, theirs = (wording.percent(float(share)) for share in shares.iloc[0])
    return f" The victim withdrew in {own} of the former and {theirs} of the latter."


def day(taken: str) -> str:
    """The day of an extract in words: "30 June 2025"; "" where it is not known.

    Parameters
    ----------
    taken
        A day as "2025-06-30", or "".

    Returns
    -------
    str
        Words without a stop.
    """
    return day_name(date.fromisoformat(taken)) if taken else ""


def what_may_explain(result: Protected, *, edition: str, taken: str) -> str:
    """What a difference between a file and published figures may come of, in sentences.

    Parameters
    ----------
    result
        What ``beside`` gives, as it may be shown.
    edition
        Whose figures are published, and of which edition.
    taken
        The day of the extract in words; "" where it is not known.

    Returns
    -------
    str
        Sentences.
    """
    only_protected(result)
    is_made_up = result.about.sensitivity == "synthetic"
    made_up = "The cases of the file are made up: the difference says nothing of the force. " if is_made_up else ""
    when = f"the file was taken on {taken}, " if taken else ""
    return (
        f"{made_up}Neither puts the other right. What may explain a difference: another edition ({when}the published "
        f"figures are of the {edition}; cases end and outcomes are corrected meanwhile); other rules of counting (what "
        "is published leaves out crimes that were cancelled or transferred); a file that is of a part of the force's "
        "cases; and disclosure control, by which a number of the file is up to 5 away."
    )


def warnings(ledger: Ledger | Released, *, force: str = "all") -> Shown:
    """What a reader should distrust, kind by kind: which force, and why; of one force what is of it or of all.

    Parameters
    ----------
    ledger
        What was noticed in reading, as the maker of counts has it or as it was released.
    force
        The force that the report is about, or "all".

    Returns
    -------
    Shown
        A part for each kind of warning, with its record; that there is none, where there is none.
    """
    every_warning = [warned for warned in _warned(ledger, force) if not _is_rule(warned, ledger)]
    rules = [warned.text for warned in _warned(ledger, force) if _is_rule(warned, ledger)]
    kinds: dict[str, list[tuple[str, str]]] = {}
    for warning in every_warning:
        kinds.setdefault(warning.kind, []).append((warning.force, warning.text))
    text = " ".join(f"{wording.capital(kind)}: {_plain(texts)}" for kind, texts in kinds.items())
    entries = [_parts(kind, texts) for kind, texts in kinds.items()]
    if not kinds:
        text = _NO_WARNING if isinstance(ledger, Ledger) else _NONE_RELEASED
        entries = [[content.paragraph(text)]]
    record: dict[str, object] = {"warnings": [vars(warning) for warning in every_warning]}
    parts = [content.items(entries, style="sources")]
    if rules:
        text = f"{text} {_RULE} {' '.join(rules)}"
        record["rules"] = rules
        parts.append(content.paragraph(content.run(_RULE, "strong"), f" {' '.join(rules)}"))
    return Shown("provenance", text, tuple(parts), record)


def _is_rule(warned: Warned, ledger: Ledger | Released) -> bool:
    """Whether a notice is told of every set of its kind, so that none finds anything out about the cases from it."""
    return isinstance(ledger, Released) and warned.kind in _RULES


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
