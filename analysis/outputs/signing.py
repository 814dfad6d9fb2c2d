"""The page that an output checker signs: what is to leave, what is shown and hidden, by which rule, what was found."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.disclosure import POLICIES
from analysis.outputs import files, folder, rules, words
from analysis.outputs.request import HIDDEN, Output, Request, is_number
from analysis.outputs.rules import Fault
from analysis.outputs.words import Sets
from analysis.presentation import wording
from analysis.publishing.report import rendering

#: What is looked at for each reason, in the words of the page.
_LOOKED_AT = {
    "unrounded": "every number of people is a multiple of the rounding; every share and interval is what the counts "
    "beside it give",
    "no context": "every output says what it shows, of whom, when, out of what, and by which rules",
    "unredacted": "no number of people is under the smallest that is shown; what is hidden has no number",
    "no underlying data": "every figure has its rows beside it; every number in words or drawings is in a table; the "
    "released numbers are there",
    "file type": f"only {', '.join(files.KINDS).upper()}; plain files, no links",
    "not of the release": "every number of people is one that the release shows at that force, period and offence, or "
    "a sum, difference or share of such",
    "unsafe": "no control characters, no formulas, no scripts in words and drawings",
    "too large": f"at most {files.MOST_FILES} files of {files.MOST_BYTES // 1_000_000} MB, and "
    f"{files.MOST_ROWS:,} rows in a table",
}


@dataclass(frozen=True)
class Tally:
    """How many numbers an output has: of people; hidden; worked out from those."""

    people: int
    hidden: int
    worked: int


def _tally(output: Output) -> Tally:
    """How many numbers an output has, by what was checked of them. Published figures are not among them."""
    if not output.is_of_people:
        return Tally(0, 0, 0)
    filled = [name for row in output.rows for name in output.columns if row.get(name) is not None]
    people = sum(rules.counts_people(name) for name in filled)
    numbers = sum(is_number(name) for name in filled)
    hidden = [name for row in output.rows for name, symbol in row.get("symbols", {}).items() if symbol == HIDDEN]
    return Tally(people, sum(rules.counts_people(name) for name in hidden if name in output.columns), numbers - people)


@dataclass(frozen=True)
class Checked:
    """What was asked for, the released sets behind it, and what was found; nothing where all of it may leave."""

    place: Path
    asked: Request
    sets: Sets
    faults: tuple[Fault, ...]
    was_made_again: bool

    @property
    def opening(self) -> str:
        """What was found, in a sentence."""
        return opening(self.asked, self.faults)

    @property
    def sentence(self) -> str:
        """What was checked, in numbers."""
        tallies = [_tally(output) for output in self.asked.outputs]
        people, hidden, worked = (
            sum(getattr(numbers, name) for numbers in tallies) for name in ("people", "hidden", "worked")
        )
        figures = sum(bool(output.drawing) for output in self.asked.outputs)
        lead = (
            f"{wording.capital(wording.plural(len(self.asked.outputs), 'table'))}, {figures} of them drawn, from "
            f"{wording.plural(len(self.asked.reports), 'report')}. "
        )
        if not people and not hidden:
            return lead + "They hold published figures alone, which are public already."
        lead += f"{people:,} numbers of people were held to the released set, {hidden:,} are hidden, "
        again = "made again, and the same" if self.was_made_again else "not made again here"
        return lead + f"{worked:,} are shares and statistics worked out from those ({again})."

    def page(self) -> str:
        """The page that an output checker signs.

        Returns
        -------
        str
            HTML, one file without a script.
        """
        by_reason = Counter(fault.reason for fault in self.faults)
        html = rendering.rendered(
            "signing.html.j2",
            opening=self.opening,
            sentence=self.sentence,
            faults=self.faults,
            reasons=[(reason, looked_at, by_reason[reason]) for reason, looked_at in _LOOKED_AT.items()],
            sets=[(name, words.of_set(self.sets.get(name))) for name in self.asked.sets(of_people=True)],
            public=[name for name in self.asked.sets() if name not in self.asked.sets(of_people=True)],
            policies=_policies(self.asked),
            reports=[
                (report, [(output, _tally(output)) for output in report.outputs]) for report in self.asked.reports
            ],
            is_synthetic=any(report.sensitivity == "synthetic" for report in self.asked.reports),
            was_made_again=self.was_made_again,
            is_hidden=True,
            **_identity(self.place),
        )
        return files.printable(html)


def opening(asked: Request, faults: Sequence[Fault]) -> str:
    """What was found, in a sentence.

    Parameters
    ----------
    asked
        What is asked for.
    faults
        What keeps it from leaving; none where all may.

    Returns
    -------
    str
        One sentence.
    """
    if faults:
        outputs = {fault.output for fault in faults}
        number = wording.capital(wording.plural(len(faults), "fault"))
        return f"{number} in {wording.plural(len(outputs), 'file')}: not to leave as it stands."
    return f"Nothing was found that keeps {wording.plural(len(asked.outputs), 'output')} from leaving."


def _policies(asked: Request) -> list[tuple[str, str]]:
    """The rules of disclosure control of what is asked for: of whose figures, and what they say."""
    sensitivities = dict.fromkeys(
        str(about["sensitivity"])
        for output in asked.outputs
        for about in output.abouts
        if about.get("sensitivity") in POLICIES
    )
    policies = {sensitivity: asdict(POLICIES[sensitivity]) for sensitivity in sensitivities}
    return [(name, f"{words.rounding(policy)} {words.suppression(policy)}") for name, policy in policies.items()]


def _identity(place: Path) -> dict[str, str]:
    """What is signed for: the name of the folder, and the digest of the file that names all others."""
    name = folder.MANIFEST
    digest = hashlib.sha256(files.content(place, name).encode()).hexdigest()
    return {"folder": place.resolve().name, "signed": name, "digest": digest}
