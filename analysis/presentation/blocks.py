"""What a cell shows: the parts of which page and print are made, and the same protected rows as data for machines.

Every form of a report is built from these objects and from nothing else, so that no two can disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from math import isinf
from typing import Any, Literal

import pandas as pd

from analysis.counts.counts import Counts, files_read, names_read, sensitivities_read
from analysis.disclosure import Protected, only_protected
from analysis.errors import DisclosureRefused, ParameterError
from analysis.presentation import content, numbers, wording
from analysis.presentation.content import Part
from analysis.presentation.forms import page, plain
from analysis.public import public
from analysis.reference import definitions, measures, reference
from analysis.reference.periods import month_name
from analysis.reference.schema import NUMERIC, STATES

#: The media type under which a cell's data travels beside its HTML.
MEDIA_TYPE = "application/vnd.attrition.block+json"
#: The media type under which the parts of what a cell shows travel.
PARTS_TYPE = "application/vnd.attrition.parts+json"
#: The media type under which several blocks of one cell travel, each with its data and its parts.
SEVERAL_TYPE = "application/vnd.attrition.blocks+json"
_SAID = ("label", "value", "base", "interval")  # of a key figure, in words

BlockKind = Literal["title", "headline", "key_figures", "figure", "table", "words", "reading", "provenance", "nothing"]


@dataclass(frozen=True, repr=False)
class Shown:
    """One block of a report: ``parts`` for page and print, ``record`` for a machine, ``text`` in words."""

    kind: BlockKind
    text: str
    parts: tuple[Part, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def html(self) -> str:
        """The block on a page."""
        return str(page.html(self.kind, self.parts))

    def __repr__(self) -> str:
        """The block as a plain shell shows it: its words and rows, never its drawing."""
        return plain.text(self.parts, self.record) or self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        block = {"kind": self.kind, "text": self.text, "read": sensitivities_read(), **self.record}
        if self.kind == "provenance":  # the end of a report: whatever it shows, this is what it was made from
            block["files"] = files_read()
            block |= {"names": names} if (names := names_read()) else {}
        parts = {"parts": list(self.parts)}
        return {
            "text/html": page.in_notebook(self.html),
            "text/plain": repr(self),
            MEDIA_TYPE: block,
            PARTS_TYPE: parts,
        }


def together(shown: Sequence[Shown]) -> dict[str, Any]:
    """Several blocks as one cell shows them, one below the other, each a block of a report.

    A headline among them is the sentence of what stands below it, not the answer of the report: there it stays.

    Parameters
    ----------
    shown
        The blocks, in order.

    Returns
    -------
    dict[str, Any]
        What IPython shows, by media types.
    """
    bundles = [_in_place(block)._repr_mimebundle_() for block in shown]
    return {
        "text/html": page.in_notebook("".join(block.html for block in shown)),
        "text/plain": "\n".join(map(repr, shown)),
        SEVERAL_TYPE: [{name: bundle[name] for name in (MEDIA_TYPE, PARTS_TYPE)} for bundle in bundles],
    }


def _in_place(block: Shown) -> Shown:
    """A headline as plain words; any other block as it is."""
    if block.kind != "headline":
        return block
    return replace(block, kind="words", parts=tuple(part | {"style": "plain"} for part in block.parts))


def nothing(sentence: str = "") -> Shown:
    """That nothing is held of what a cell would show. A report leaves out the text that introduces it.

    A section of which nothing is left is left out with its heading.

    Parameters
    ----------
    sentence
        What says so, once, in its place.

    Returns
    -------
    Shown
        A block of the kind "nothing".

    Examples
    --------
    >>> nothing("No lags are held.").html
    '<p>No lags are held.</p>'
    """
    return said("nothing", sentence)


def said(kind: BlockKind, text: str, *, style: content.Style = "plain") -> Shown:
    """A block of one paragraph.

    Parameters
    ----------
    kind
        What the block is.
    text
        Its words.
    style
        How the paragraph is set.

    Returns
    -------
    Shown
        The block.

    Raises
    ------
    DisclosureRefused
        For anything but words.

    Examples
    --------
    >>> said("reading", "Read counts < 5.", style="reading").html
    '<p class="reading">Read counts &lt; 5.</p>'
    """
    only_words(text)
    return Shown(kind, text, content.paragraphs(text, style=style))


def records(protected: Protected, columns: tuple[str, ...] = ()) -> dict[str, Any]:
    """The rows of a result as tidy records, with what each column is and a symbol where there is no number.

    Parameters
    ----------
    protected
        A result as disclosure control leaves it.
    columns
        Names of the columns to keep, all where none is named; ``state`` is always kept.

    Returns
    -------
    dict[str, Any]
        ``columns``, what each is; ``records``, one per row; and what was controlled and counted.
    """
    only_protected(protected)
    table = protected.noted
    names = [name for name in table.columns if not columns or name in columns or name == "state"]
    rows = []
    for row in table.to_dict("records"):
        record: dict[str, Any] = {}
        symbols = {}
        for name in names:
            value = row[name]
            if protected.columns[name].kind in NUMERIC:
                record[name] = _plain(value)
                if pd.isna(value):
                    symbols[name] = numbers.absence(row, name)
            else:
                record[name] = str(value)
        rows.append({**record, "symbols": symbols} if symbols else record)
    about = protected.about
    return {
        "columns": [{**vars(protected.columns[name]), "heading": heading(protected, name)} for name in names],
        "records": rows,
        "about": {**vars(about), **{name: list(getattr(about, name)) for name in ("files", "notes", "lacking")}},
        "disclosure": protected.record(),
    }


def heading(protected: Protected, name: str) -> str:
    """How a reader calls a column, in every form of a report; events are called by their measure: "Victim withdrew".

    Parameters
    ----------
    protected
        The rows.
    name
        A column of theirs.

    Returns
    -------
    str
        The words above the column.
    """
    measure = "" if "measure" in protected.by else protected.about.measure
    if name == "events" and measures.is_measure(measure):
        return measures.measure(measure).short
    of_rows = {"events": "Rows", "cases": "Of all rows"} if measure == "rows" else {}
    return of_rows.get(name, protected.columns[name].heading)


def _plain(value: Any) -> int | float | None:
    """A number as JSON has it: whole numbers whole, others to six decimals; one without a limit is absent."""
    if pd.isna(value) or isinf(value):
        return None
    return int(value) if float(value) == int(value) and not isinstance(value, float) else round(float(value), 6)


def only_words(*words: object) -> None:
    """Let nothing pass that is no text: what shows words calls this first, and makes none itself out of what it gets.

    Parameters
    ----------
    *words
        What is to be shown as words.

    Raises
    ------
    DisclosureRefused
        For anything that is no text: the text of a table of counts is the counts.
    """
    for word in words:
        if not isinstance(word, str):
            kind = type(word).__name__
            raise DisclosureRefused(f"Something of type {kind} stands where words belong. Words come from the suite.")


@partial(public, apart=("opening", "sentences"))
def headline(opening: str, *sentences: str) -> Shown:
    """The answer: a short opening in large type, then the sentence with its numbers.

    Parameters
    ----------
    opening
        The answer in a few words; "" for none.
    *sentences
        What follows, a paragraph each; an empty one is left out.

    Returns
    -------
    Shown
        The block.

    Raises
    ------
    DisclosureRefused
        For anything but words.

    Examples
    --------
    >>> headline("About half.", "Of 40 cases 20 did.", "").record
    {'opening': 'About half.', 'sentences': ['Of 40 cases 20 did.']}
    """
    only_words(opening, *sentences)
    shown_sentences = [sentence for sentence in sentences if sentence]
    parts = (*content.paragraphs(opening, style="opening"), *content.paragraphs(*shown_sentences))
    return Shown(
        "headline",
        " ".join([opening, *shown_sentences]).strip(),
        parts,
        {"opening": opening, "sentences": shown_sentences},
    )


@partial(public, apart=("question", "force"))
def title(question: str, counts: Counts, *, force: str = "") -> Shown:
    """The title of a report, from its question: of which crime it is where that is not stalking, and of which force.

    The page, the index and the other forms take it in place of the notebook's own first line, which no parameter
    changes.

    Parameters
    ----------
    question
        The question; ``{force}`` in it stands for the name of the force.
    counts
        The counts that the report is of.
    force
        The force that it is about.

    Returns
    -------
    Shown
        The block.

    Raises
    ------
    DisclosureRefused
        For anything but words.

    Examples
    --------
    >>> from analysis import read_counts, show
    >>> kent = read_counts("stalking_2024_25").select(force="Kent", offence="Stalking")
    >>> show.title("How do cases end in {force}?", kent, force="Kent").text
    'How do cases end in Kent?'
    """
    only_words(question, force)
    return said("title", wording.titled(question, crime=counts.crime, force=force))


def key_figure(protected: Protected, *, label: str = "") -> dict[str, Any]:
    """One number that matters, with its base and interval: material for ``key_figures``.

    The label is the name of the measure and base unless another is given.

    Parameters
    ----------
    protected
        A share of one row.
    label
        What the number is called.

    Returns
    -------
    dict[str, Any]
        Its label, value, base and interval in words, and its record.

    Raises
    ------
    ParameterError
        For several shares.
    """
    row = wording.the_one(protected)
    only_words(label)
    about = protected.about
    label = label or f"{measures.measure(about.measure).short}, of {measures.base(about.base).short}"
    if row["state"] == "shown":
        value = wording.percent(row["share"])
        base = f"{row['events']:,} of {wording.out_of_so_many(row['cases'], about)}"
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


@partial(public, apart=("figures",))
def key_figures(*figures: dict[str, Any] | Shown) -> Shown:
    """The numbers that matter, side by side; one that says what an earlier one said is left out.

    Parameters
    ----------
    *figures
        What ``key_figure()`` or ``key_figures()`` of a result gives.

    Returns
    -------
    Shown
        The block.

    Raises
    ------
    ParameterError
        For anything else.

    Examples
    --------
    >>> from analysis import rates, read_counts, show
    >>> kent = read_counts("stalking_2024_25").select(force="Kent")
    >>> charged, withdrawn = (rates(kent, measure) for measure in ("charged", "victim_withdrawal"))
    >>> show.key_figures(charged.key_figure(), withdrawn.key_figure())
    Charged, of all recorded cases: 8.5%, 347 of 4,106 stalking cases recorded by Kent Police in 2024/25 (95%
    interval 7.6% to 9.3%)
    Victim withdrew, of all recorded cases: 56.4%, 2,315 of 4,106 stalking cases recorded by Kent Police in 2024/25
    (95% interval 54.9% to 57.9%)
    """
    figures_by_words: dict[tuple[str, ...], dict[str, Any]] = {}
    for figure in (each for given in figures for each in _figures_of(given)):
        figures_by_words.setdefault(tuple(figure[name] for name in _SAID), figure)
    kept = list(figures_by_words.values())
    text = " ".join(f"{figure['label']}: {figure['value']}, {figure['base'].removesuffix('.')}." for figure in kept)
    return Shown("key_figures", text, (content.cards(kept),), {"figures": kept})


def _figures_of(figure: object) -> list[dict[str, Any]]:
    """The figures in what a result gives; refuses anything else."""
    several: list[Any] = figure.record.get("figures", []) if isinstance(figure, Shown) else [figure]
    if not several or not all(isinstance(each, dict) and set(_SAID) <= set(each) for each in several):
        kind = figure.kind.replace("_", " ") if isinstance(figure, Shown) else type(figure).__name__
        raise ParameterError(
            f"What was given is no key figure: {kind}. Give what key_figure() or key_figures() of a result gives, as "
            "in show.key_figures(rates(cases, 'charged').key_figure())."
        )
    return several


@public
def read(*counts: Counts) -> Shown:
    """What was read, in one visible line: which counts, what they cover, what is missing.

    Parameters
    ----------
    *counts
        The counts; those of one name are said once.

    Returns
    -------
    Shown
        The block.

    Examples
    --------
    >>> from analysis import read_counts, show
    >>> show.read(read_counts("stalking_2024_25").select(force="Kent")).text
    'Read counts stalking_2024_25: one police force, 2024/25, published figures, nothing missing.'
    """
    phrases = []
    for counted in {count.name: count for count in counts}.values():
        coverage, missing = counted.coverage, _lacking(counted)
        forces = wording.plural(len(coverage.forces), "police force")
        if reference.is_group(counted.selection.get("force", "")):
            forces += f" ({wording.listed(coverage.forces)})"
        forces += f", {len(counted.offences)} offences" if len(counted.offences) > 1 else ""
        phrases.append(
            f"counts {counted.name}: {forces}, {coverage.span.label}, {counted.sensitivity} figures, {missing}"
        )
    return said("reading", f"Read {'; '.join(phrases)}.", style="reading")


def _lacking(counted: Counts) -> str:
    """What did not arrive of some counts, as far as that is known: periods, dates of endings, outcome types."""
    coverage, absent = counted.coverage, len(counted.coverage.missing)
    late = sorted(dated for known_to, dated in counted.as_at.values() if dated != known_to)
    if absent:
        words = f"{absent} of {coverage.pairs} force-periods not received"
    elif counted.is_released:
        words = "what the files lack is not shown"
    else:
        words = "no month missing" if late else "nothing missing"
    if late:
        words += f", endings dated to {month_name(date.fromisoformat(f'{late[0]}-01'))}" if late[0] else ", none dated"
    if types := coverage.lacks():
        words += f", outcome {reference.types_label(types)} did not arrive"
    return words


@public
def made(*counts: Counts, measure: str = "", base: str = "recorded") -> Shown:
    """How this was made: what was counted, by whose definition, and the files, publishers and licences behind it.

    Parameters
    ----------
    *counts
        The counts that it was made from; those of one name are said once.
    measure
        The measure whose definition is told; "" for none.
    base
        What shares are out of: a type that it leaves out is said to be left out.

    Returns
    -------
    Shown
        The block. Its record has the source of each set of counts.

    Raises
    ------
    ParameterError
        For an unknown measure or base.
    """
    entries: list[list[Part]] = []
    if measure:
        definition = definitions.measure(measure)
        sentence = f"{definition.why} {measures.whose_out_of(definition.name, base)} {definition.differs}"
        entries.append([content.paragraph(content.run(f"{definition.short}.", "strong"), f" {sentence}")])
    read_from = list({count.name: count for count in counts}.values())
    entries += [_source_parts(counted) for counted in read_from]
    sources = [
        {
            **vars(counted.source),
            "licence": _licence(counted),
            "notes": list(counted.source.notes),
            "counts": counted.name,
            "sensitivity": counted.sensitivity,
        }
        for counted in read_from
    ]
    text = f"Made from {wording.listed(count.name for count in counts)}."
    return Shown("provenance", text, (content.items(entries, style="sources"),), {"sources": sources})


def _licence(counts: Counts) -> str:
    """Under what counts may be used. Where case files were read too, that is not the licence of the whole."""
    if counts.sensitivity == "published" and "restricted" in sensitivities_read():
        return "Published figures, whose licence does not cover what is made from case files"
    return counts.source.licence


def _source_parts(counts: Counts) -> list[Part]:
    """Where some counts come from."""
    source = counts.source
    origin = content.paragraph(
        content.run(f"{source.title}.", "strong"),
        " Source: ",
        content.run(source.publisher, address=source.address),
        f". {_licence(counts)}. In this project: {wording.listed(source.files)}, "
        f"from there data/counts/{counts.name}.parquet.",
    )
    notes = content.items([content.paragraph(note)] for note in source.notes)
    return [origin, notes] if source.notes else [origin]
