"""What a cell shows: finished HTML for a page, and the same protected rows as data for machines.

Every form of a report is built from these objects and from nothing else, so that no two can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from math import isinf
from typing import Any, Literal

import pandas as pd

from analysis.counts.counts import Counts, files_read, sensitivities_read
from analysis.disclosure import Protected, only_protected
from analysis.errors import DisclosureRefused
from analysis.presentation import numbers, printed, wording
from analysis.presentation.printed import Part
from analysis.reference import measures, reference
from analysis.reference.schema import COLUMNS, NUMERIC, STATES

#: The media type under which a cell's data travels beside its HTML.
MEDIA_TYPE = "application/vnd.attrition.block+json"
#: The media type under which what a cell shows travels as it is printed.
PRINT_TYPE = "application/vnd.attrition.print+json"

BlockKind = Literal["title", "headline", "key_figures", "figure", "table", "reading", "provenance", "nothing"]


@dataclass(frozen=True)
class Shown:
    """One block of a report: ``html`` for a page, ``parts`` for print, ``record`` for a machine, ``text`` in words."""

    kind: BlockKind
    html: str
    text: str
    record: dict[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        block = {"kind": self.kind, "text": self.text, "read": sensitivities_read(), **self.record}
        if self.kind == "provenance":  # the end of a report: whatever it shows, this is what it was made from
            block["files"] = files_read()
        content = {"parts": list(self.parts)}
        return {"text/html": self.html, "text/plain": self.text, MEDIA_TYPE: block, PRINT_TYPE: content}


def nothing(told: str = "") -> Shown:
    """That nothing is held of what a cell would show. A report leaves out the text that introduces it.

    ``told`` says so, once, in its place. A section of which nothing is left is left out with its heading.
    """
    return Shown("nothing", paragraphs(told), told)


def records(protected: Protected, columns: tuple[str, ...] = ()) -> dict[str, Any]:
    """The rows of a result as tidy records, with what each column is and a symbol where there is no number."""
    only_protected(protected)
    table = protected.noted
    names = [name for name in table.columns if not columns or name in columns or name == "state"]
    rows = []
    for _, row in table.iterrows():
        record: dict[str, Any] = {}
        symbols = {}
        for name in names:
            value = row[name]
            if COLUMNS[name].kind in NUMERIC:
                record[name] = _plain(value)
                if pd.isna(value):
                    symbols[name] = numbers.absence(row, name)
            else:
                record[name] = str(value)
        rows.append({**record, "symbols": symbols} if symbols else record)
    about = protected.about
    return {
        "columns": [vars(COLUMNS[name]) for name in names],
        "records": rows,
        "about": {**vars(about), **{name: list(getattr(about, name)) for name in ("files", "notes", "lacking")}},
        "disclosure": protected.record(),
    }


def _plain(value: Any) -> int | float | None:
    """A number as JSON has it: whole numbers whole, others to six decimals; one without a limit is absent."""
    if pd.isna(value) or isinf(value):
        return None
    return int(value) if float(value) == int(value) and not isinstance(value, float) else round(float(value), 6)


def only_words(*told: object) -> None:
    """Let nothing pass that is no text: what shows words calls this first, and makes none itself out of what it gets.

    Raises DisclosureRefused for anything else: the text of a table of counts is the counts.
    """
    for one in told:
        if not isinstance(one, str):
            raise DisclosureRefused(f"A {type(one).__name__} stands where words belong. Words come from the suite.")


def paragraphs(*sentences: str) -> str:
    """Each sentence or group of sentences in a paragraph of its own, safe to stand in a page."""
    only_words(*sentences)
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)


def headline(opening: str, *sentences: str) -> Shown:
    """The answer: a short opening in large type, then the sentence with its numbers."""
    only_words(opening, *sentences)
    told = [sentence for sentence in sentences if sentence]
    lead = f'<p class="opening">{escape(opening)}</p>' if opening else ""
    html = f'<div class="headline">{lead}{paragraphs(*told)}</div>'
    text = " ".join([opening, *told]).strip()
    content = [*printed.paragraphs(opening, style="opening"), *printed.paragraphs(*told)]
    return Shown("headline", html, text, {"opening": opening, "sentences": told}, tuple(content))


def title(question: str, counts: Counts, *, force: str = "") -> Shown:
    """The title of a report, from its question: of which crime it is where that is not stalking, and of which force.

    ``{force}`` in the question stands for the name of ``force``. The page, the index and the other forms take it in
    place of the notebook's own first line, which no parameter changes.
    """
    only_words(question, force)
    told = wording.titled(question, crime=counts.crime, force=force)
    return Shown("title", f"<h1>{escape(told)}</h1>", told, {}, (printed.paragraph(told),))


def key_figure(protected: Protected, *, label: str = "") -> dict[str, Any]:
    """One number that matters, with its base and interval: material for ``key_figures``.

    The label is the name of the measure and base unless another is given.
    """
    only_protected(protected)
    only_words(label)
    about = protected.about
    label = label or f"{measures.measure(about.measure).short}, of {measures.base(about.base).short}"
    row = protected.table.iloc[0]
    if row["state"] == "shown":
        value = wording.percent(row["share"])
        base = f"{row['events']:,} of {row['cases']:,} {wording.out_of(about)}"
        limits = f"95% interval {wording.interval(row['low'], row['high'])}"
        base += "; many cases still open" if str(row[protected.by[0]]) in protected.much_open else ""
    else:
        value, base = f"No share {STATES[row['state']]}", wording.share_sentence(protected)
        limits = ""
    return {
        "label": label,
        "value": value,
        "base": base,
        "interval": limits,
        **records(protected),
    }


def key_figures(*figures: dict[str, Any]) -> Shown:
    """The numbers that matter, side by side; one that says what an earlier one said is left out."""
    told: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in figures:
        told.setdefault((one["label"], one["value"], one["base"], one["interval"]), one)
    figures = tuple(told.values())
    cards = "".join(
        f'<li><div class="{_size(one)}">{escape(one["value"])}</div>{_gauge(one)}'
        f'<div class="label">{escape(one["label"])}</div><div class="base">{escape(one["base"])}</div>'
        f'<div class="interval">{escape(one["interval"])}</div></li>'
        for one in figures
    )
    text = " ".join(f"{one['label']}: {one['value']}, {one['base']}." for one in figures)
    html = f'<ul class="key-figures">{cards}</ul>'
    return Shown("key_figures", html, text, {"figures": list(figures)}, (printed.cards(figures),))


def _size(figure: dict[str, Any]) -> str:
    """A value that ends in a word takes a smaller type where there is little room."""
    return "value wordy" if figure["value"][-1:].isalpha() else "value"


def _gauge(figure: dict[str, Any]) -> str:
    """A bar as long as the share, for the eye alone: the number stands beside it."""
    share = next((row.get("share") for row in figure["records"]), None)
    return "" if share is None else f'<div class="gauge" style="--share:{share}" aria-hidden="true"></div>'


def read(*counts: Counts) -> Shown:
    """What was read, in one visible line: which counts, what they cover, what is missing."""
    told = []
    for one in {one.name: one for one in counts}.values():
        coverage = one.coverage
        absent = len(coverage.missing)
        missing = f"{absent} of {coverage.pairs} force-periods not received" if absent else "nothing missing"
        if types := coverage.lacks():
            missing += f", outcome {reference.types_label(types)} did not come"
        forces = wording.plural(len(coverage.forces), "police force")
        forces += f", {len(one.offences)} offences" if len(one.offences) > 1 else ""
        told.append(f"counts {one.name}: {forces}, {coverage.span.label}, {one.sensitivity} figures, {missing}")
    text = f"Read {'; '.join(told)}."
    return Shown("reading", f'<p class="reading">{escape(text)}</p>', text, parts=(printed.paragraph(text),))


def made(*counts: Counts, measure: str = "", base: str = "recorded") -> Shown:
    """How this was made: what was counted, by whose definition, and the files, publishers and licences behind it.

    ``base`` is what shares are out of: a type that it leaves out is said to be left out.
    """
    items, sources = [], []
    content: list[list[Part]] = []
    if measure:
        one = measures.measure(measure)
        told = f"{one.why} {measures.whose_out_of(measure, base)} {one.differs}"
        items.append(f"<li><p><strong>{escape(one.short)}.</strong> {escape(told)}</p></li>")
        content.append([printed.paragraph(printed.run(f"{one.short}.", "strong"), f" {told}")])
    for each in {one.name: one for one in counts}.values():
        source = each.source
        notes = "".join(f"<li>{escape(note)}</li>" for note in source.notes)
        named = escape(source.publisher)
        if source.address:
            named = f'<a href="{escape(source.address)}">{named}</a>'
        files = wording.listed(source.files)
        items.append(
            f"<li><p><strong>{escape(source.title)}.</strong> {named}. {escape(_licence(each))}. In this project: "
            f"{escape(files)}, from there data/counts/{escape(each.name)}.parquet.</p>"
            f"{f'<ul>{notes}</ul>' if notes else ''}</li>"
        )
        content.append(_source_parts(each))
        sources.append(
            {
                **vars(source),
                "licence": _licence(each),
                "notes": list(source.notes),
                "counts": each.name,
                "sensitivity": each.sensitivity,
            }
        )
    text = f"Made from {wording.listed(each.name for each in counts)}."
    html = f'<ul class="sources">{"".join(items)}</ul>'
    return Shown("provenance", html, text, {"sources": sources}, (printed.items(content),))


def _licence(counts: Counts) -> str:
    """Under what counts may be used. Where case files were read too, that is not the licence of the whole."""
    if counts.sensitivity == "published" and "restricted" in sensitivities_read():
        return "Published figures, whose licence does not cover what is made from case files"
    return counts.source.licence


def _source_parts(counts: Counts) -> list[Part]:
    """Where some counts come from, in print."""
    source = counts.source
    files = wording.listed(source.files)
    told = printed.paragraph(
        printed.run(f"{source.title}.", "strong"),
        " ",
        printed.run(source.publisher, address=source.address),
        f". {_licence(counts)}. In this project: {files}, from there data/counts/{counts.name}.parquet.",
    )
    return [told, printed.items([printed.paragraph(note)] for note in source.notes)] if source.notes else [told]
