"""What is made of each printed figure, in words built from the ways of counting it, with how strong a match is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.errors import unknown
from analysis.presentation import content, wording
from analysis.presentation.blocks import Shown, records
from analysis.presentation.content import Part
from analysis.presentation.wording import Line, percent
from analysis.questions.findings.samples import fitting_bases
from analysis.questions.findings.verdicts import (
    BESIDE,
    CONSISTENT,
    GIVES,
    GIVES_NOT,
    HOLDS,
    NOT_ALLOWED,
    NOT_COMPARABLE,
    REPRODUCED,
    ROOM,
    UNMATCHED,
    VERDICTS,
)
from analysis.reference import findings, measures
from analysis.reference.findings import CASES, Finding
from analysis.reference.names import counted, in_sentence
from analysis.shares.rates import Rates

_HALF_STEP = 0.00501  # half of 0.01 of a percentage point, and room for the last binary digit
_TOLD = {
    REPRODUCED: ("is reproduced", "are reproduced"),
    CONSISTENT: ("is consistent with the figures", "are consistent with the figures"),
    UNMATCHED: ("is not matched by any reading", "are not matched by any reading"),
    NOT_COMPARABLE: ("is not comparable", "are not comparable"),
}
_STOOD, _EVENTUALLY = ", as they stood", ", however the undecided ended"
_ABSENT = ", those of forces that sent nothing among them"
_COLUMNS = ("What was printed", "Verdict, and how strong", "What the figures held here give")
_WAYS_AND_FORCES = (
    "Ways: how many of the ways of counting that the words allow match the printed figure. Forces: how many police "
    "forces would match the same figure, its own among them, of those that can be counted; what most match is hardly "
    "evidence"
)


def opening(judged: Protected, evidence: Protected, name: str) -> str:
    """The answer on one finding, and how strong it is: the first words of the report.

    Parameters
    ----------
    judged
        What ``verdicts`` gives, as it may be shown: a row a finding.
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.
    name
        The name of a finding in data/published/findings.csv.

    Returns
    -------
    str
        One sentence.
    """
    finding, row = findings.finding(name), _of(judged, name)
    ways = _rows_of(finding, evidence)
    years = sorted(set(ways.loc[ways["bearing"].isin([GIVES, HOLDS]), "year"]))
    clause = _TOLD[str(row["verdict"])][0].replace("the figures", f"police figures of {wording.listed(years)}")
    strength = "" if pd.isna(row["ways"]) else f": {_matches(row)}"
    worth = f", which is {_worth(row)}" if row["verdict"] == CONSISTENT else ""
    return f"{finding.claim} {clause}{worth}{strength}."


def tally(judged: Protected) -> str:
    """How many findings came out each way, in one sentence; derived figures and what is printed twice are left out.

    Parameters
    ----------
    judged
        What ``verdicts`` gives, as it may be shown: a row a finding.

    Returns
    -------
    str
        One sentence, or two where figures are left out of it.
    """
    only_protected(judged)
    printed = findings.findings()
    table = judged.table[[printed[name].is_tallied for name in judged.table["finding"]]]
    sentences = []
    for verdict in VERDICTS:
        count = int((table["verdict"] == verdict).sum())
        if count:
            sentences.append(f"{wording.number(count)} {_TOLD[verdict][count != 1]}")
    left_out = len(judged.table) - len(table)
    out = f" {wording.capital(wording.plural(left_out, 'figure'))} derived here or printed twice "
    out += f"{wording.agree(left_out, 'is', 'are')} left out."
    return f"Of {wording.plural(len(table), 'printed finding')}, {wording.listed(sentences)}.{out if left_out else ''}"


def sentence(judged: Protected, evidence: Protected, matches: Protected, name: str) -> str:
    """The verdict on one finding, what decides it, and what the figure is worth in 2024/25, for the head of a page.

    Parameters
    ----------
    judged
        What ``verdicts`` gives, as it may be shown: a row a finding.
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.
    matches
        What ``later_matches`` gives, as it may be shown: two rows a finding, by this project's way and by any.
    name
        The name of a finding in data/published/findings.csv.

    Returns
    -------
    str
        One sentence.
    """
    finding, row = findings.finding(name), _of(judged, name)
    claim = f"{finding.claim or finding.statement} {_TOLD[str(row['verdict'])][0]}"
    return f"{'; '.join(part for part in (f'{claim}: {_brief(finding, evidence)}', later(matches, name)) if part)}."


def in_full(evidence: Protected, matches: Protected, name: str) -> str:
    """What every way of counting a finding gives, for the head of a page.

    Parameters
    ----------
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.
    matches
        What ``later_matches`` gives, as it may be shown: two rows a finding, by this project's way and by any.
    name
        The name of a finding in data/published/findings.csv.

    Returns
    -------
    str
        One sentence.
    """
    finding = findings.finding(name)
    whose = "all forces" if finding.place == "all" else wording.force_phrase(finding.place)
    lead = f"By the figures of {whose}, {given_by(finding, evidence)}"
    return f"{'; '.join(part for part in (lead, later(matches, name)) if part)}."


def later(matches: Protected, name: str) -> str:
    """The same figure in 2024/25, without a stop: where it lies among the ways, and how many forces match it.

    Parameters
    ----------
    matches
        What ``later_matches`` gives, as it may be shown: two rows a finding, by this project's way and by any.
    name
        The name of a finding in data/published/findings.csv.

    Returns
    -------
    str
        A clause; "" for a figure that is not looked for in 2024/25.
    """
    rows = _both_rows(matches, name)
    if rows.empty:
        return ""
    by_definition, ways = rows.iloc[0], rows.iloc[1]
    finding, fitting = findings.finding(name), int(ways["fitting"])
    if fitting:
        forces = (
            f"{_of_forces(by_definition)} by this project's way and {int(ways['forces_fitting'])} by any{_hardly(ways)}"
        )
        standing = f"{fitting} of {int(ways['ways'])} ways of counting match it, and so do the figures of {forces}"
    else:
        is_above, is_below = finding.lowest > ways["highest_share"], finding.highest <= ways["lowest_share"]
        where = "above all" if is_above else "below all" if is_below else "among"
        reach = wording.interval(float(ways["lowest_share"]), float(ways["highest_share"]))
        standing = f"it is {where} {int(ways['ways'])} ways of counting ({reach})"
    return f"in 2024/25, a later year, {standing}"


def _later_forces(matches: Protected, name: str) -> str:
    """How many forces match the same figure in 2024/25, by some way."""
    rows = _both_rows(matches, name)
    return "" if rows.empty else f"in 2024/25 {_of_forces(rows.iloc[1])} match it by some way{_hardly(rows.iloc[1])}"


def _both_rows(matches: Protected, name: str) -> pd.DataFrame:
    """A finding in 2024/25: by this project's way, and by any."""
    only_protected(matches)
    return matches.table[matches.table["finding"] == name]


def line(finding: Finding) -> Line:
    """A printed percentage as a line to compare with: "the 45% printed".

    Parameters
    ----------
    finding
        The printed finding.

    Returns
    -------
    Line
        Its share, its name, and the bounds between which a share would be printed so.
    """
    name = f"the {finding.percent:g}% printed"
    return Line(finding.share, name, finding.lowest, finding.highest, is_printed=True)


def beside(finding: Finding, figure: Rates) -> str:
    """The label of a key figure that stands beside a printed one: "Victim withdrew, 2020/21; printed as 45%".

    Parameters
    ----------
    finding
        The printed finding.
    figure
        The share that stands beside it.

    Returns
    -------
    str
        The label; the place of the figure in place of the printed number, where the two are of other places.
    """
    about = figure.about
    name = f"{measures.measure(about.measure).short}, {about.period}"
    return f"{name}; printed as {finding.printed}" if about.place == finding.place else f"{name}, {about.place}"


def agreement(rates_by_force: Protected) -> str:
    """How many printed charge rates are what the counts give.

    Parameters
    ----------
    rates_by_force
        Charge rates by force with what was ``printed`` of each, as they may be shown.

    Returns
    -------
    str
        A clause without a stop.
    """
    table = rates_by_force.table.dropna(subset=["share"])
    rates = pd.to_numeric(table["printed"].str.rstrip("%"), errors="coerce")
    agree = int(((rates - table["share"].astype(float) * 100).abs() < _HALF_STEP).sum())
    are = wording.agree(agree, "is", "are")
    return f"{agree} of {len(table)} printed rates {are} what the counts give, to the two decimals printed"


def reason(finding: Finding, row: pd.Series, evidence: Protected, matches: Protected) -> str:
    """What the verdict on a finding rests on: the ways of counting it, how strong that is, and what else to know.

    Parameters
    ----------
    finding
        The printed finding.
    row
        The row of ``verdicts`` that is of the finding.
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.
    matches
        What ``later_matches`` gives, as it may be shown: two rows a finding, by this project's way and by any.

    Returns
    -------
    str
        Sentences, with the note of the finding last.
    """
    gives, after = given_by(finding, evidence), later(matches, finding.finding)
    strength = "" if pd.isna(row["ways"]) else _matches(row)
    sentences = [f"{wording.capital(clause)}." for clause in (gives, strength, after) if clause]
    return " ".join([*sentences, *_remarks(finding, str(row["verdict"])), *filter(None, [finding.note])])


def _brief(finding: Finding, evidence: Protected) -> str:
    """What decides the verdict on a finding, in a few words."""
    rows = _rows_of(finding, evidence)
    if rows.empty or finding.check == "column":
        return given_by(finding, evidence) or finding.note.partition(". ")[0].rstrip(".")
    for bearings, verb in (((GIVES, HOLDS), ""), ((ROOM,), " allow for it"), ((GIVES_NOT,), "")):
        bearing = rows[rows["bearing"].isin(bearings)]
        if ROOM in bearings:
            bearing = bearing.assign(width=bearing["most_share"] - bearing["least_share"]).sort_values("width").head(1)
        if len(bearing):
            return f"{'; '.join(_by_year(finding, _without_repeats(bearing)))}{verb}{_otherwise(finding, rows)}"
    return ""


def given_by(finding: Finding, evidence: Protected) -> str:
    """What the ways of counting a finding give, in one sentence without a stop; "" where there is none.

    Parameters
    ----------
    finding
        The printed finding.
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.

    Returns
    -------
    str
        One sentence without its stop; "" for a finding of something that is not held.
    """
    rows = _rows_of(finding, evidence)
    if rows.empty:
        return ""
    if finding.check == "column":
        return _column(rows)
    allowed = rows[~rows["bearing"].isin([BESIDE, NOT_ALLOWED])]
    if allowed["bearing"].isin([GIVES, HOLDS]).any():  # forces that sent nothing matter where no way gives it
        allowed = allowed[~allowed["base"].str.endswith(_ABSENT)]
    return "; ".join(_by_year(finding, _without_repeats(allowed))) + _otherwise(finding, rows)


def _rows_of(finding: Finding, evidence: Protected) -> pd.DataFrame:
    only_protected(evidence)
    return evidence.table[evidence.table["finding"] == finding.finding]


def _otherwise(finding: Finding, rows: pd.DataFrame) -> str:
    """What gives a figure that nothing gives that its words allow."""
    beside = rows[rows["bearing"] == BESIDE]
    if beside.empty or rows["bearing"].isin([GIVES, HOLDS]).any():
        return ""
    return f"; what was printed is not what its words say, {_way(finding, beside.iloc[0])}"


def _without_repeats(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows but those of cases as they stood whose bounds stand beside them and begin there."""
    wide = {(row["definition"], row["year"]) for _, row in rows.iterrows() if str(row["base"]).endswith(_EVENTUALLY)}
    stays = [
        not (str(row["base"]).endswith(_STOOD) and row["bearing"] != GIVES and (row["definition"], row["year"]) in wide)
        for _, row in rows.iterrows()
    ]
    return rows[stays]


def _by_year(finding: Finding, rows: pd.DataFrame) -> Iterator[str]:
    """What the ways give, a clause a year, decided cases before recorded ones."""
    order = {name: place for place, name in enumerate(dict.fromkeys(rows["definition"]))}
    is_told = len(order) > 1 or bool(finding.reading)
    rows = rows.assign(place=rows["definition"].map(order), later=rows["base"].str.startswith("all recorded"))
    for year, of_year in rows.sort_values(["year", "place", "later"], kind="stable").groupby("year", sort=True):
        sentences = []
        for name, ways in of_year.groupby("definition", sort=False):
            clause = wording.listed(_way(finding, row) for _, row in ways.iterrows())
            sentences.append(
                f"{clause}, counting {in_sentence(str(name))}" if is_told and finding.measure != CASES else clause
            )
        yield (
            f"{wording.listed(sentences)} in {year}"
            if finding.measure == CASES
            else f"in {year} {'; '.join(sentences)}"
        )


def _way(finding: Finding, row: pd.Series) -> str:
    """One way of counting: its share or bounds, and what they are out of."""
    if pd.isna(row["cases"]):
        return f"{int(row['least']):,} {row['definition']}"
    base = str(row["base"]).replace(_STOOD, " as they stood").replace(_EVENTUALLY, " whatever became of the undecided")
    base = base.replace(_ABSENT, " whatever became of those of forces that sent nothing")
    if row["least"] != row["most"]:
        reach = wording.interval(row["least_share"], row["most_share"])
        if pd.isna(row["undecided"]):
            return f"{reach} of {base}"
        waiting = percent(int(row["undecided"]) / int(row["cases"]))
        return f"{reach} of {measures.base('recorded').short}, {waiting} being undecided"
    unrounded = f", to two decimals {percent(row['least_share'], decimals=2)}" if _looks_rounded(finding, row) else ""
    return f"{percent(row['least_share'])} ({int(row['least']):,} of {int(row['cases']):,}{unrounded}) of {base}"


def _looks_rounded(finding: Finding, row: pd.Series) -> bool:
    """Whether a share that does not give the figure would seem to when it is read to one decimal."""
    as_read = float(wording.rounded(row["least_share"] * 100, decimals=1)) / 100
    return not finding.fits(float(row["least_share"])) and finding.fits(as_read)


def _column(rows: pd.DataFrame) -> str:
    by_size = rows.sort_values("least")
    fewest, most = by_size.iloc[0], by_size.iloc[-1]
    return (
        f"of the {int(fewest['cases']):,} {fewest['base']} {int(fewest['least']):,} are what the charges give and "
        f"{int(most['least']):,} what type 15 gives"
    )


def _matches(row: pd.Series) -> str:
    """How strong a verdict is: how many ways of counting match the figure, and how many forces would."""
    many, ways = int(row["fitting"]), int(row["ways"])
    if ways == 1:
        matches = f"the one way of counting {'matches' if many else 'does not match'} it"
    elif many:
        matches = f"{many} of {ways} ways of counting {wording.agree(many, 'matches', 'match')} it"
    else:
        matches = f"none of {ways} ways of counting matches it"
    if pd.isna(row["forces"]):
        return matches
    is_both = many > 0 and int(row["forces_fitting"]) > 0
    so = "and so would the figures of" if is_both else "and the figures of"
    worth = _hardly(row) if row["verdict"] == CONSISTENT else ""
    return f"{matches}, {so} {_of_forces(row)}{'' if is_both else ' would'}{worth}"


def _of_forces(row: pd.Series) -> str:
    return f"{int(row['forces_fitting']) or 'none'} of {int(row['forces'])} forces"


def _worth(row: pd.Series) -> str:
    """What a match is worth: hardly anything where half of the forces match as well, little where most ways do not."""
    if _is_matched_by(row, share=0.5):
        return "hardly evidence"
    is_rare = 2 * int(row["fitting"]) < int(row["ways"])
    return "weak evidence" if is_rare or _is_matched_by(row, share=0.1) else "some evidence"


def _hardly(row: pd.Series) -> str:
    """What a figure that half of the forces match is worth."""
    return ", so it is hardly evidence" if _is_matched_by(row, share=0.5) else ""


def _is_matched_by(row: pd.Series, *, share: float) -> bool:
    """Whether a share of the forces, or more, match a figure; not where no force can be asked, as of a number."""
    return not pd.isna(row["forces"]) and int(row["forces_fitting"]) >= share * int(row["forces"])


def _remarks(finding: Finding, verdict: str) -> list[str]:
    """What follows from the printed numbers alone."""
    sentences = []
    if finding.base_percent and finding.percent:
        of_all = finding.share * finding.base_percent / 100
        sentences.append(
            f"It is {finding.percent:g}% of {finding.base_percent:g}%: of all, about {percent(of_all, decimals=0)}."
        )
    if finding.events and finding.cases and finding.percent and verdict != REPRODUCED:
        share = percent(finding.events / finding.cases)
        sentences.append(f"Its own counts, {finding.events:,} of {finding.cases:,}, make {share}.")
        if not finding.fits(finding.events / finding.cases):
            smallest, largest = fitting_bases(finding)
            sentences.append(
                f"{finding.events:,} are {finding.percent:g}% of any number from {smallest:,} to {largest:,}."
            )
    if finding.repeats:
        sentences.append("The same publisher's figure is given above, so it counts once.")
    return sentences


def table(judged: Protected, evidence: Protected, matches: Protected, *, title: str) -> Shown:
    """Some findings in a table: what was printed, the verdict, how strong it is, and what the figures give.

    Parameters
    ----------
    judged
        What ``verdicts`` gives, as it may be shown: a row a finding.
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.
    matches
        What ``later_matches`` gives, as it may be shown: two rows a finding, by this project's way and by any.
    title
        What stands above the table.

    Returns
    -------
    Shown
        The table with its records, a row a finding.
    """
    only_protected(judged, evidence, matches)
    rows, all_given = [], []
    for _, row in judged.table.iterrows():
        finding = findings.finding(str(row["finding"]))
        in_short = "; ".join(filter(None, (_brief(finding, evidence), _later_forces(matches, finding.finding))))
        printed = content.run(finding.printed, "strong")
        statement = content.run(finding.statement, address=f"#finding-{finding.finding}")
        verdict = [_tag(str(row["verdict"])), content.run(" "), content.run(_in_numbers(row), "strength")]
        all_given.append(wording.capital(in_short))
        rows.append(([statement, content.run(": "), printed], verdict, all_given[-1]))
    block = content.table(title, _COLUMNS, rows, note=f"{_WAYS_AND_FORCES}.", style="in-short")
    identity = "findings-in-short"
    record = {"id": identity, "title": title, "notes": [_WAYS_AND_FORCES], "given": all_given}
    text = f"{title}: {wording.plural(len(rows), 'row')}."
    return Shown("table", text, (content.division(identity, block),), {**record, **records(judged)})


def _in_numbers(row: pd.Series) -> str:
    """How strong a verdict is: "1 of 6 ways, 6 of 44 forces"."""
    columns = [("ways", "fitting", "way"), ("forces", "forces_fitting", "force")]
    return ", ".join(
        f"{row[part]} of {counted(row[whole], noun)}" for whole, part, noun in columns if not pd.isna(row[whole])
    )


def verdicts(judged: Protected, evidence: Protected, matches: Protected) -> Shown:
    """Every finding: what was printed, out of what, the verdict, and why.

    Parameters
    ----------
    judged
        What ``verdicts`` gives, as it may be shown: a row a finding.
    evidence
        What ``evidence`` gives, as it may be shown: a row for each way of counting a finding.
    matches
        What ``later_matches`` gives, as it may be shown: two rows a finding, by this project's way and by any.

    Returns
    -------
    Shown
        A list of findings, in groups one below another, with its records.
    """
    only_protected(judged, evidence, matches)
    groups, entries = [], []
    for _, row in judged.table.iterrows():
        finding, verdict = findings.finding(str(row["finding"])), str(row["verdict"])
        why = reason(finding, row, evidence, matches)
        groups.append(_group(finding, verdict, why))
        names = ("finding", "statement", "printed", "out_of", "publisher", "title", "published", "address", "evidence")
        entries.append({**{name: getattr(finding, name) for name in names}, "verdict": verdict, "reason": why})
    record: dict[str, Any] = {"id": "verdicts", "title": "Verdicts", "findings": entries, **records(evidence)}
    return Shown("table", tally(judged), (content.division("verdicts", *groups, is_list=True),), record)


def _of(judged: Protected, name: str) -> pd.Series:
    """The row of a finding. Raises ParameterError for a finding that is not among those judged."""
    only_protected(judged)
    rows = judged.table[judged.table["finding"] == name]
    if rows.empty:
        raise unknown("finding", name, judged.table["finding"], see="attrition list findings")
    return pd.Series(rows.iloc[0])


def _tag(verdict: str) -> Part:
    return content.run(wording.capital(verdict), "tag", verdict.replace(" ", "-"))


def _group(finding: Finding, verdict: str, why: str) -> Part:
    """One finding: what was printed, the verdict, and why."""
    printed = content.run(finding.printed, "strong")
    publisher = content.run(finding.publisher, address=finding.address)
    return content.group(
        content.heading(finding.statement),
        content.paragraph(_tag(verdict), " Printed: ", printed, f", out of {finding.out_of}.", style="printed"),
        content.paragraph(why),
        content.paragraph(publisher, f", {finding.published} ({_evidence(finding)})", style="source"),
        identity=f"finding-{finding.finding}",
    )


def _evidence(finding: Finding) -> str:
    return "the issuing body’s own text" if finding.evidence == "primary" else "press or a third party"
