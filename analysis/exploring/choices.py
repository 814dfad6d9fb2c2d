"""What may be chosen of some counts, and what is seen of a choice: a sentence and a figure, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.answers.own import rates, split
from analysis.counts.counts import Counts
from analysis.errors import AttritionError
from analysis.presentation import wording
from analysis.presentation.blocks import Shown
from analysis.reference import measures, reference
from analysis.reference.periods import financial_year, in_months, month_number, named, quarter_name

ALL = "all"
#: What can be drawn of cases, and how a reader calls it.
PICTURES = {"forces": "Police forces", "quarters": "Quarters", "endings": "How 100 cases ended"}

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choice:
    """What is asked: what to count, out of what, of whom, of which crime and when, and how to draw it."""

    measure: str
    base: str
    force: str
    offence: str
    period: str
    picture: str


@dataclass(frozen=True)
class View:
    """What is seen of a choice: its sentence and its figure; or, without a figure, why there is none."""

    sentence: str
    figure: Shown | None = None


def options(cases: Counts) -> dict[str, Options]:
    """What may be chosen of some counts and nothing that they do not hold.

    Parameters
    ----------
    cases
        The counts.

    Returns
    -------
    dict[str, tuple]
        By each field of a ``Choice``, what a reader is told of each option, and its name.
    """
    forces, named, scheme = cases.forces, reference.offences(), cases.scheme or "home_office"
    by_quarter = "period" in cases.dimensions and cases.coverage.is_by_quarter
    can_be_drawn = {"forces": len(forces) > 1, "quarters": by_quarter}
    choices: dict[str, Iterable[tuple[str, str]]] = {
        "measure": ((measure.short, name) for name, measure in measures.MEASURES.items() if measure.codes(scheme)),
        "base": ((wording.capital(base.short), name) for name, base in measures.BASES.items() if base.can_tell(scheme)),
        "force": [*([("All together", ALL)] if len(forces) > 1 else []), *((force, force) for force in forces)],
        "offence": sorted((named[code], code) for code in cases.offences) or [("All", ALL)],
        "period": _periods(cases),
        "picture": ((words, name) for name, words in PICTURES.items() if can_be_drawn.get(name, True)),
    }
    return {name: tuple(pairs) for name, pairs in choices.items()}


def _periods(cases: Counts) -> Iterable[tuple[str, str]]:
    """The whole time, then each year and each quarter that is wholly in it."""
    whole, days = cases.coverage.span.label, sorted(cases.coverage.periods)
    parts = dict.fromkeys([*map(financial_year, days), *map(quarter_name, days)])
    whole_parts = [name for name in parts if name != whole and _is_held(cases, name)]
    return [(whole, ALL), *((in_months(name), name) for name in whole_parts)]


def _is_held(cases: Counts, name: str) -> bool:
    """Whether the periods of some counts make up the whole of a year or quarter."""
    wanted = named(name)
    months = sum(cases.coverage.select(within=wanted).periods.values())
    return "period" in cases.dimensions and months == month_number(wanted.last) - month_number(wanted.first) + 1


def viewed(cases: Counts, choice: Choice) -> View:
    """What is seen of a choice.

    Parameters
    ----------
    cases
        The counts that it is made of.
    choice
        The choice.

    Returns
    -------
    View
        Its sentence and figure; where these counts cannot tell it, the sentence that says why.
    """
    try:
        whole = cases.select(offence=choice.offence, period=choice.period)
        here = whole.select(force=choice.force)
        sentence = rates(here, choice.measure, base=choice.base).sentence()
        return View(sentence, _figure(whole, here, choice))
    except AttritionError as refusal:
        return View(str(refusal))


def _figure(whole: Counts, here: Counts, choice: Choice) -> Shown:
    """The figure of a choice, of the cases of every force and of those that it is about."""
    if choice.picture == "endings":
        return split(here, base=choice.base).hundred_cases()
    by = "force" if choice.picture == "forces" else "quarter"
    shares = rates(whole if by == "force" else here, choice.measure, base=choice.base, by=by)
    highlight = choice.force if choice.force != ALL else ""
    return shares.dots(highlight=highlight) if by == "force" else shares.quarters()


def code(choice: Choice) -> str:
    """The line of a notebook that gives the figure of a choice.

    Parameters
    ----------
    choice
        The choice.

    Returns
    -------
    str
        Python, in which ``cases`` are the counts.

    Examples
    --------
    >>> code(Choice("charged", "recorded", "Kent", "8Q", "2024/25", "quarters"))
    'rates(cases.select(force="Kent", offence="8Q", period="2024/25"), "charged", by="quarter").quarters()'
    """
    of_all = choice.picture == "forces"
    chosen = {"force": ALL if of_all else choice.force, "offence": choice.offence, "period": choice.period}
    arguments = ", ".join(f'{name}="{value}"' for name, value in chosen.items() if value != ALL)
    cases = f"cases.select({arguments})" if arguments else "cases"
    base = "" if choice.base == "recorded" else f', base="{measures.WRITTEN.get(choice.base, choice.base)}"'
    if choice.picture == "endings":
        return f"split({cases}{base}).hundred_cases()"
    highlight = f'highlight="{choice.force}"' if of_all and choice.force != ALL else ""
    drawn = f"dots({highlight})" if of_all else "quarters()"
    return f'rates({cases}, "{choice.measure}"{base}, by="{"force" if of_all else "quarter"}").{drawn}'
