"""What to ask a chief constable: each question from a rule that the figures meet or do not, with the figure.

A rule looks at what may be shown of the force and at nothing else. It asks and never accuses: a figure that differs may
differ for how cases are recorded. What differs by less than WORTH_ASKING, or by no more than chance would often bring,
prompts nothing.

What it does not cover: what no figure shows, such as how a victim was treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.numbers import plain_number
from analysis.presentation.wording import percent
from analysis.questions.profile.results import CHARGE, EVIDENTIAL, NO_ACTION, OPEN, SUSPECT, WITHDRAWAL, years_between
from analysis.reference import measures
from analysis.shares import differences
from analysis.shares.relabelling import FEWEST

WORTH_ASKING = 0.02  # two percentage points
WIDE_RANK = 10  # places between the ends of a rank's interval
MOST = 6  # questions that a person can put in one meeting


@dataclass(frozen=True)
class Facts:
    """What is known of a force, each number as it may be shown and missing where it is not.

    ``rows`` are its standings by the name of the measure, that of suspects among them; ``one_split_share`` is
    withdrawal with types 15 and 16 divided as by all forces together; ``kept`` is, of decided cases with a suspect,
    the share that ended in withdrawal, here and in the other forces, where that is an established part of the
    difference.
    """

    rows: Mapping[str, pd.Series]
    one_split_share: float = nan
    kept: tuple[float, float] = (nan, nan)
    ranked: int = 0
    unheld: Sequence[str] = ()

    def number(self, measure: str, column: str = "share") -> float:
        """A number of a measure; not a number where it is not known.

        Parameters
        ----------
        measure
            The name of a measure, or the label of a row that is none.
        column
            A column of ``standings``, such as "share" or "all_forces_share".

        Returns
        -------
        float
            As the table has it: a share from 0 to 1, or a count.
        """
        short = _label(measure)
        value = self.rows[short][column] if short in self.rows else nan
        return nan if pd.isna(value) else float(value)

    def lies(self, measure: str, side: differences.Side) -> bool:
        """Whether a share is clearly above or below that of the other forces, by enough to ask about.

        A share of recorded cases lies below only if it would were every open case to end so.

        Parameters
        ----------
        measure
            The name of a measure, or the label of a row that is none.
        side
            "above" or "below".

        Returns
        -------
        bool
            False where a share is not known, or too vague.
        """
        may_rise = side == "below" and measure not in (OPEN, SUSPECT)
        most = self.number(measure) + (self.number(OPEN) if may_rise else 0.0)
        gap = (most - self.number(measure, "all_forces_share")) * (-1 if side == "below" else 1)
        is_known = self.number(measure, "high") - self.number(measure, "low") <= wording.VAGUE
        return is_known and gap >= WORTH_ASKING and self.rows[_label(measure)]["beside"] == side

    def told(self, measure: str, cases: str) -> str:
        """A share beside that of all forces, as the end of a sentence.

        Parameters
        ----------
        measure
            The name of a measure, or the label of a row that is none.
        cases
            What both shares are out of, in words.

        Returns
        -------
        str
            Both shares and a stop.
        """
        here, everywhere = (percent(self.number(measure, name)) for name in ("share", "all_forces_share"))
        return f"{here} of {cases}; {everywhere} in all forces together."


@dataclass(frozen=True)
class Rule:
    """When a question is asked: ``holds`` of the facts, ``prompt`` says the figure, ``question`` is what to ask."""

    name: str
    holds: Callable[[Facts], bool]
    prompt: Callable[[Facts], str]
    question: str


def _label(measure: str) -> str:
    """What a measure is called in a row of standings; the label itself of what is no measure."""
    return measures.MEASURES[measure].short if measure in measures.MEASURES else measure


def _is_small(facts: Facts) -> bool:
    return facts.number(WITHDRAWAL, "cases") < FEWEST


def _labelled(facts: Facts) -> bool:
    """Whether dividing types 15 and 16 as all forces do moves withdrawal by enough to ask about."""
    return abs(facts.number(WITHDRAWAL) - facts.one_split_share) >= WORTH_ASKING and not _is_small(facts)


def _moves(facts: Facts) -> bool:
    """Whether chance alone could move the rank of withdrawal by many places."""
    return facts.number(WITHDRAWAL, "high_rank") - facts.number(WITHDRAWAL, "low_rank") >= WIDE_RANK


def _few_told(facts: Facts) -> str:
    cases = wording.plural(int(facts.number(WITHDRAWAL, "cases")), "case")
    return f"{wording.capital(cases)}: too few for shares to say much."


def _split_told(facts: Facts) -> str:
    own, split = percent(facts.number(WITHDRAWAL)), percent(facts.one_split_share)
    return f"{own} withdrew; {split} if types 15 and 16 were divided as in all forces together."


def _rank_told(facts: Facts) -> str:
    ends = " to ".join(plain_number(facts.number(WITHDRAWAL, name)) for name in ("low_rank", "high_rank"))
    return f"By chance alone the rank of withdrawal could be {ends} of {facts.ranked}."


def _kept_told(facts: Facts) -> str:
    here, there = map(percent, facts.kept)
    return f"Of decided cases with a suspect {here} ended in withdrawal; {there} in the other forces."


#: In the order in which they are asked; the first MOST that hold are.
RULES = (
    Rule(
        "few cases",
        _is_small,
        _few_told,
        "Could these cases be gone through one by one, and what did those whose victim withdrew have in common?",
    ),
    Rule(
        "many still open",
        lambda facts: facts.lies(OPEN, "above"),
        lambda facts: f"No outcome yet in {facts.told(OPEN, 'recorded cases')}",
        "How have these cases ended since, how old are those still open, and what holds them up?",
    ),
    Rule(
        "few suspects",
        lambda facts: facts.lies(SUSPECT, "below"),
        lambda facts: f"A suspect was identified in {facts.told(SUSPECT, 'decided cases')}",
        "What is done to identify a suspect whom the victim does not know, and how soon after the report?",
    ),
    Rule(
        "withdrawal after a suspect is identified",
        lambda facts: facts.kept[0] - facts.kept[1] >= WORTH_ASKING,
        _kept_told,
        "How long after the suspect is identified do victims withdraw, and what protection did they have by then?",
    ),
    Rule(
        "high withdrawal",
        lambda facts: facts.lies(WITHDRAWAL, "above"),
        lambda facts: f"The victim withdrew in {facts.told(WITHDRAWAL, 'recorded cases')}",
        "Who speaks with the victim before a case is closed in this way, what reason is recorded, and what support was "
        "offered?",
    ),
    Rule(
        "low withdrawal",
        lambda facts: facts.lies(WITHDRAWAL, "below"),
        lambda facts: f"The victim withdrew in {facts.told(WITHDRAWAL, 'recorded cases')}",
        "Is this lower share the work of the force or of how it records, and what could other forces learn from it?",
    ),
    Rule(
        "a recording choice",
        _labelled,
        _split_told,
        "Who decides between “the victim does not support action” and “evidential difficulties”, by what guidance, and "
        "when was a sample last checked?",
    ),
    Rule(
        "much type 15",
        lambda facts: facts.lies(EVIDENTIAL, "above"),
        lambda facts: (
            f"There were evidential difficulties although the victim supported action (type 15) in "
            f"{facts.told(EVIDENTIAL, 'recorded cases')}"
        ),
        "Which evidence was missing in these cases, and could it have been had if it had been asked for sooner?",
    ),
    Rule(
        "few charges",
        lambda facts: facts.lies(CHARGE, "below"),
        lambda facts: f"Somebody was charged in {facts.told(CHARGE, 'recorded cases')}",
        "How many cases went to prosecutors for a decision, how many came back, and for what reasons?",
    ),
    Rule(
        "much no further action",
        lambda facts: facts.lies(NO_ACTION, "above"),
        lambda facts: f"No further action was taken in {facts.told(NO_ACTION, 'recorded cases')}",
        "Who reviews a decision to take no further action, and how are victims told of their right to a review?",
    ),
    Rule(
        "years that are not held",
        lambda facts: bool(facts.unheld),
        lambda facts: f"Of {wording.listed(facts.unheld)} no figures by force are held here.",
        "What were the same four shares in those years, counted in the same way?",
    ),
    Rule(
        "an uncertain rank",
        _moves,
        _rank_told,
        "Where the force is compared with others, is it said how far a rank moves by chance?",
    ),
)


def chosen(facts: Facts) -> list[Rule]:
    """The rules whose questions are asked of a force.

    Parameters
    ----------
    facts
        What is known of it.

    Returns
    -------
    list[Rule]
        At most MOST, in the order of RULES.
    """
    return [rule for rule in RULES if rule.holds(facts)][:MOST]


def facts(standings: Protected, suspects: Protected, *, parts: Protected, beside: Protected, force: str) -> Facts:
    """What is known of a force.

    Parameters
    ----------
    standings, suspects
        The force by each measure, and the share of its decided cases with a suspect, as ``results.standings`` gives
        them.
    parts
        The parts of its difference from the other forces; no row where it is not split.
    beside
        Withdrawal by force beside what does not depend on its label.
    force
        The force.

    Returns
    -------
    Facts
        What rules are put to.
    """
    only_protected(standings, suspects, parts, beside)
    rows = {str(row["measure"]): row for table in (standings, suspects) for _, row in table.table.iterrows()}
    split = beside.table[beside.table["force"] == force]["one_split_share"].dropna()
    established = parts.table[parts.table["part"].str.endswith("with a suspect") & (parts.table["holds"] == "yes")]
    earlier = str(standings.table["earlier"].iloc[0]) if len(standings.table) else ""
    return Facts(
        rows,
        one_split_share=float(split.iloc[0]) if len(split) else nan,
        kept=(float(established.iloc[0]["here_share"]), float(established.iloc[0]["there_share"]))
        if len(established)
        else (nan, nan),
        ranked=int(beside.table["rank"].notna().sum()),
        unheld=years_between(earlier, standings.about.period),
    )
