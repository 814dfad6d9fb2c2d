"""Writes docs/quality_log.md, the log of assumptions, decisions, data and checks: ``make reference``."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from analysis.counts.joined import LEAST_JOINED
from analysis.disclosure.policy import CLOSED
from analysis.presentation.wording import VAGUE, percent
from analysis.questions.comparison.funnel import LEVELS
from analysis.questions.difference.uncertainty import FEWEST, FEWEST_FORCES
from analysis.reference import findings, measures
from analysis.shares.open_cases import MUCH_OPEN
from benchmarks.measure import markdown

PROJECT = Path(__file__).parent.parent
PAGE = PROJECT / "docs" / "quality_log.md"
_PUBLISHED = PROJECT / "data" / "published"
_COVERAGE = PROJECT / "benchmarks" / "results" / "coverage"
_OPENING = """# Quality log

Written from what the suite holds by `make reference`; a test holds the two together. It has the four parts that HM
Treasury's [Aqua Book] asks an analysis to keep: assumptions, decisions, data and checks. Nobody outside the project has
reviewed or signed off the analysis; whoever uses it for a decision should arrange that.

[Aqua Book]: https://www.gov.uk/government/publications/the-aqua-book-guidance-on-producing-quality-analysis-for-government
"""


def rendered() -> str:
    """The page.

    Returns
    -------
    str
        Markdown, with a section for each part of the log.
    """
    return "\n".join([_OPENING, *_assumptions(), *_decisions(), *_data(), *_checks()])


def _assumptions() -> Iterator[str]:
    yield "## Assumptions\n"
    yield "What is counted, whose definition that is, and how others count.\n"
    yield markdown(
        ("Measure", "Whose definition", "How others differ"),
        ((measure.short, measure.whose, measure.differs) for measure in measures.MEASURES.values()),
    )
    yield markdown(("Shares are out of", "which is"), ((base.short, base.meaning) for base in measures.BASES.values()))
    yield "Numbers that were chosen. Another choice could change what a report says.\n"
    yield markdown(("What", "Chosen"), _thresholds())


def _thresholds() -> Iterator[tuple[str, str]]:
    yield "Many cases still open: more of a force's recorded cases than", percent(MUCH_OPEN, decimals=0)
    yield "Too few cases to say much: an interval wider than", f"{VAGUE * 100:.0f} percentage points"
    yield "Limits of a funnel", " and ".join(percent(level) for level in LEVELS.values())
    yield "Why a force differs is worked out from", f"{FEWEST} cases, and {FEWEST_FORCES} other forces of that size"
    yield "Crimes of data.police.uk are compared where at least this part has a row of outcomes", percent(LEAST_JOINED)
    yield "Counts of people", CLOSED.name


def _decisions() -> Iterator[str]:
    yield "## Decisions\n"
    yield "Each has a page that says what was decided, why, and what was turned down.\n"
    index = (PROJECT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+?) \|$", index, flags=re.MULTILINE)
    yield markdown(("Decision", "About"), ((f"[{number}](decisions/{page})", about) for number, page, about in found))


def _data() -> Iterator[str]:
    yield "## Data\n"
    yield "Published figures, what a reader must know of each, and the checksum of the file in `data/published/`.\n"
    declared = tomllib.loads((_PUBLISHED / "sources.toml").read_text(encoding="utf-8"))
    yield markdown(
        ("File", "What it is", "From", "To note", "SHA-256"),
        (
            (
                f"`{source['file']}`",
                source["title"],
                f"[{source['publisher']}: {source['source']}]({source['address']}). {source['licence']}.",
                " ".join(source.get("notes", ())),
                f"`{sha256((_PUBLISHED / source['file']).read_bytes()).hexdigest()[:12]}`",
            )
            for source in declared.values()
        ),
    )
    yield "Days on which the figures stopped measuring the same thing.\n"
    with (PROJECT / "data" / "reference" / "breaks.csv").open(encoding="utf-8", newline="") as rows:
        breaks = list(csv.DictReader(rows))
    yield markdown(
        ("From", "What changed", "What it means", "Source"),
        ((row["from_date"], row["what_changed"], row["what_it_means"], row["source"]) for row in breaks),
    )


def _checks() -> Iterator[str]:
    yield "## Checks\n"
    known = findings.findings()
    with_counts = sum(1 for finding in known.values() if finding.measure)
    yield (
        f"*Against printed figures.* {len(known)} printed figures are held with their sources; {with_counts} can be "
        "counted from the figures held, and `attrition run published_findings` says what becomes of each.\n"
    )
    yield "What is printed and cannot be counted from what is held, and why.\n"
    yield markdown(
        ("Printed figure", "Why not"),
        ((finding.statement, finding.note) for finding in known.values() if not finding.measure),
    )
    yield (
        "*Against other people's arithmetic.* Each method's docstring names the paper or package that its tests "
        "compare it with (`tests/unit/`), and the bundled figures are compared with the publishers' own totals "
        "(`tests/published/`).\n"
    )
    yield (
        "*By simulation.* What is labelled 95% is tried on made-up data whose truth is known: `python -m "
        "benchmarks.coverage`. A row that falls outside what is allowed says so on its page.\n"
    )
    yield markdown(
        ("What was tried", "Rows", "Of these not within what is allowed"),
        (
            (f"[{page.stem}](../benchmarks/results/coverage/{page.name})", *_verdicts(page))
            for page in sorted(_COVERAGE.glob("*.md"))
        ),
    )
    yield (
        "*On each report.* `attrition check reports` holds every page to the records that it was made from; `make "
        "test` runs the tests, and no report is made that breaks the rules of what may be shown.\n"
    )


def _verdicts(page: Path) -> tuple[str, str]:
    """How many rows a page of trials has, and how many of their verdicts are not that they hold."""
    rows = [[cell.strip() for cell in line.split("|")] for line in page.read_text(encoding="utf-8").splitlines()]
    heading = next(row for row in rows if "verdict" in row)
    verdicts = [row[heading.index("verdict")] for row in rows if len(row) == len(heading)][2:]
    return f"{len(verdicts):,}", f"{sum(verdict != 'holds' for verdict in verdicts):,}"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
