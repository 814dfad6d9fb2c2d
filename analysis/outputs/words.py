"""What an output checker is told: the context of every output, in the same words wherever it is.

Context is what OpenSAFELY's documentation asks for with each output: what is shown, of which population and how many of
them, when, out of what, by which rules it was rounded and redacted, and how it relates to what was released before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.errors import AttritionError
from analysis.outputs.released import COORDINATES, Released
from analysis.outputs.request import EXPLAINED, Output, Report, Request, wrapped
from analysis.presentation import wording
from analysis.reference import measures
from analysis.shares.rates import About

#: What the context of an output says, and how a reader is told which it is.
CONTEXT = {
    "what": "What is shown",
    "population": "Population",
    "period": "Period",
    "base": "Out of",
    "rounding": "Rounding",
    "suppression": "Redaction",
    "hidden": "Hidden here",
}
REASONS = ("unrounded", "no context", "unredacted", "no underlying data", "file type")
_FILES = (
    "Files are CSV, SVG, TXT and JSON in UTF-8; in a table [c] is a number not shown, [x] one not received, [z] one "
    "that does not apply, [u] one that is not reliable. Columns are explained at the end; manifest.json says all of "
    "this for machines."
)
Sets = dict[str, Released | None]


def smallest(policy: dict[str, Any]) -> int:
    """The smallest number of people that a policy shows; 0 where it shows any.

    Parameters
    ----------
    policy
        The policy, as a record says it.

    Returns
    -------
    int
        A number of people.
    """
    return int(policy["smallest"])


def rounding(policy: dict[str, Any]) -> str:
    """How a policy rounds, in a sentence.

    Parameters
    ----------
    policy
        The policy, as a record says it.

    Returns
    -------
    str
        One sentence.
    """
    base = int(policy["rounding"])
    return (
        "Not rounded: these figures are public already."
        if base <= 1
        else (f"Every count of people is a multiple of {base}; shares and intervals are worked out from those counts.")
    )


def suppression(policy: dict[str, Any]) -> str:
    """What a policy hides, in a sentence.

    Parameters
    ----------
    policy
        The policy, as a record says it.

    Returns
    -------
    str
        One sentence, or two.
    """
    least = smallest(policy)
    return (
        "Nothing is hidden: these figures are public already."
        if not least
        else (f"No count under {least} is shown, and no zero; [c] stands in its place. The policy: {policy['name']}.")
    )


def context(output: Output, sets: Sets) -> dict[str, str]:
    """The context of an output, by the names of CONTEXT; "" for what its record does not say.

    Parameters
    ----------
    output
        The output.
    sets
        The released sets behind what is asked for.

    Returns
    -------
    dict[str, str]
        Sentences by name.
    """
    first, policy = output.abouts[0], output.policies[0]
    sentences = {
        "what": " ".join(filter(None, [_stop(output.title), *map(_stop, output.lines)])),
        "population": _each(_population(about, sets) for about in output.abouts),
        "period": _each(_period(about, output) for about in output.abouts),
        "base": _each(_base(about) for about in output.abouts),
        "rounding": _asked(rounding, policy),
        "suppression": _asked(suppression, policy),
        "hidden": f"{_no(output.hidden)} of this table {wording.agree(output.hidden, 'reads', 'read')} [c].",
    }
    return sentences if first else dict.fromkeys(CONTEXT, "")


def _each(sentences: Any) -> str:
    """What is said of several rows, each once; "" as soon as nothing is said of one."""
    distinct = list(dict.fromkeys(sentences))
    return "" if "" in distinct else " ".join(distinct)


def _asked(sentence: Any, policy: dict[str, Any]) -> str:
    try:
        return str(sentence(policy))
    except (KeyError, TypeError, ValueError):
        return ""


def _about_of(record: dict[str, Any]) -> About | None:
    """What a table is about, where a record says all of it in words."""
    lists = ("files", "notes", "lacking")
    try:
        about = About(**{**record, **{name: tuple(map(str, record.get(name, ()))) for name in lists}})
    except TypeError:
        return None
    words = {name: value for name, value in vars(about).items() if name not in (*lists, "is_released")}
    is_whole = all(isinstance(value, str) for value in words.values()) and isinstance(about.is_released, bool)
    return about if is_whole else None


def _population(record: dict[str, Any], sets: Sets) -> str:
    """Whom a table is about, and how many of them by the release."""
    about = _about_of(record)
    if about is None or not about.place or not about.source:
        return ""
    is_whole = about.base in measures.BASES and about.offence and about.period and about.counts
    if not is_whole:
        is_public = about.sensitivity == "published"
        return f"{about.place}, figures that are public already. {_stop(about.source)}" if is_public else ""
    whom = wording.out_of(replace(about, base="recorded"))
    released = sets.get(about.counts)
    if about.sensitivity == "published":
        return f"{wording.capital(whom)}; public already. {_stop(about.source)}"
    number = released.population(record) if released else None
    return f"{wording.capital(whom)}: {f'{number:,} by the release' if number else 'how many is not shown'}."


def _period(record: dict[str, Any], output: Output) -> str:
    period = record.get("period")
    if not isinstance(period, str):
        return ""
    if not period and record.get("sensitivity") == "published" and {"year", "quarter", "month"} & {*output.columns}:
        return "As each row says."
    return f"{wording.capital(period)}." if period else ""


def _base(record: dict[str, Any]) -> str:
    """What shares are out of."""
    base = record.get("base")
    if base in measures.BASES:
        return f"{wording.capital(measures.BASES[str(base)].meaning)}."
    return "As each row says." if base == "" and record.get("sensitivity") == "published" else ""


def _stop(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


def _variables(asked: Request) -> list[str]:
    """What each column is that some output has, a line for each, in order of their names."""
    of_cells = (*COORDINATES, "cases") if asked.sets(of_people=True) else ()
    names = sorted({*of_cells, *(name for output in asked.outputs for name in output.columns)})
    explained = [(name, EXPLAINED[name]) for name in names]
    return [f"{name}: {column.heading}; {column.meaning} ({column.unit})" for name, column in explained]


def of_set(released: Released | None) -> list[str]:
    """What is to be known of a set of counts of people: what was shown and hidden, by which rule, and before.

    Parameters
    ----------
    released
        The set; None where it is not at hand or was not released.

    Returns
    -------
    list of str
        Sentences, the first of what was shown.
    """
    if released is None:
        return ["It is no released set."]
    total, hidden, policy = len(released.cells), released.hidden, released.told["policy"]
    sentences = [
        f"Release {released.edition}, covering {released.counts.coverage.span.label}.",
        f"{total:,} numbers of people: {total - hidden:,} shown, {hidden:,} hidden. Policy: {policy['name']}.",
    ]
    for earlier in released.earlier:
        span = f", covering {earlier['span']}" if earlier.get("span") else ""
        shown = int(earlier["cells"]) - int(earlier["hidden"])
        sentences.append(
            f"Before it, release {int(earlier['edition'])}{span}: {shown:,} shown, {int(earlier['hidden']):,} hidden."
        )
    if not released.earlier:
        sentences.append("It is the first release of this set.")
    sentences.append(
        "A number that was released is kept: the same cases have the same number in every table and every release. "
        "Rounded numbers need not add up."
    )
    return sentences


def request(asked: Request, sets: Sets) -> str:
    """The document that an output checker reads: what is asked for, the rules, and each output with its context.

    Parameters
    ----------
    asked
        What is asked for.
    sets
        The released sets behind what is asked for.

    Returns
    -------
    str
        Text in lines.

    Raises
    ------
    AttritionError
        Where an output has no context; ``rules.faults`` says which, before.
    """
    parts = ["REQUEST FOR RELEASE", f"{_many(asked)} are asked to leave, each figure with its data. {_FILES}"]
    people = asked.sets(of_people=True)
    public = [name for name in asked.sets() if name not in people]
    parts.append("WHAT WAS RELEASED")
    parts += ["\n".join([f"{name}:", *of_set(sets.get(name))]) for name in people]
    if public:
        parts.append(f"Public already, shown as published: {', '.join(public)}.")
    if not people:
        parts.append("No count here is of people of whom nothing was published before.")
    for report in asked.reports:
        parts += _report(report, sets)
    parts += ["COLUMNS", "\n".join(_variables(asked))]
    return "\n\n".join(wrapped(part) for part in parts) + "\n"


def _no(cells: int) -> str:
    return wording.capital(wording.plural(cells, "cell"))


def _many(asked: Request) -> str:
    tables, reports = wording.plural(len(asked.outputs), "table"), wording.plural(len(asked.reports), "report")
    return wording.capital(f"{tables} of {reports}")


def _report(report: Report, sets: Sets) -> list[str]:
    mark = " (MADE-UP CASES)" if report.sensitivity == "synthetic" else ""
    parts = [
        f"REPORT: {report.title}{mark}",
        f"About: {report.subject}\nIts words: {report.name}.txt\nMade by the notebook {report.notebook}: "
        + wording.asked(report.parameters),
    ]
    for output in report.outputs:
        sentences = context(output, sets)
        if not all(sentences.values()):
            raise AttritionError(f"{output.name} has no context.")
        parts.append(
            "\n".join(
                [
                    f"{output.name}.csv{f' and {output.name}.svg' if output.drawing else ''}",
                    *(f"  {words}: {sentences[name]}" for name, words in CONTEXT.items()),
                    *(f"  Note: {note}" for note in output.notes),
                    f"  Underlying data: {_underlying(output)}",
                    f"  Columns: {', '.join(output.columns)}",
                ]
            )
        )
    return parts


def _underlying(output: Output) -> str:
    """Where the counts behind an output are."""
    if not output.is_of_people:
        return "the published figures that it names."
    tables = ", ".join(f"counts_{name}_1.csv" for name in output.counts)
    return f"the rows of this table, and the released numbers that they are worked out from in {tables}."
