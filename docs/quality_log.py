"""Writes docs/quality_log.md, the log of assumptions, decisions, data and checks: ``make reference``."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import yaml

import analysis
from analysis.counts.joined import LEAST_JOINED
from analysis.disclosure.policy import CLOSED
from analysis.presentation.wording import VAGUE, percent
from analysis.questions.comparison.funnel import LEVELS
from analysis.questions.difference.uncertainty import FEWEST, FEWEST_FORCES
from analysis.reference import findings, measures, sources
from analysis.shares.open_cases import MUCH_OPEN
from benchmarks.measure import markdown

PROJECT = Path(__file__).parent.parent
PAGE = PROJECT / "docs" / "quality_log.md"
_PUBLISHED = PROJECT / "data" / "published"
_COVERAGE = PROJECT / "benchmarks" / "results" / "coverage"
_OPENING = """# Quality log

Written from what the suite holds by `make reference`; a test holds the two together. It is for the analyst who must
sign off the figures under the government's [AQuA Book] (2025): what the analysis is for, who stands for it,
assumptions, decisions, data, uncertainty and checks. Nobody outside the project has reviewed or signed off the
analysis; whoever uses it for a decision should arrange that.

[AQuA Book]: https://www.gov.uk/guidance/the-aqua-book
"""
#: What the figures may be used for, and why or why not. A judgement of this project, which whoever signs may not share.
_FITNESS = (
    (
        "Holding a printed figure against the police's own",
        "yes",
        "in the years and out of the base that its words allow; by every reading where they allow several",
    ),
    ("Saying how cases of a force or of the country were recorded as ended", "yes", "with the base and the interval"),
    (
        "Finding where a force differs, and asking it why",
        "yes",
        "by limits that allow for forces that differ; what they cannot see is said beside them",
    ),
    ("Ranking forces, or setting them targets", "no", "ranks are wide, and forces record the same ending differently"),
    ("Saying why victims withdraw", "no", "an outcome type is a decision of a recorder, not what a victim said"),
    ("Saying what share of cases ends in a conviction", "no", "courts count defendants, the police count cases"),
    ("A decision about one case or one person", "no", "there are counts, and no case"),
)
#: Where figures are unsure, what is done about it, and the section of docs/methods.md that says how.
_UNSURE = (
    ("Few cases", "an interval of 95% beside each share, in each chart that compares", "shares-and-their-intervals"),
    ("What counts as an ending, and out of what", "every reading that the words allow", "readings-and-bases"),
    ("Cases still open", "bounds: none, or all, of them end so", "readings-and-bases"),
    (
        "Forces differ for other reasons than chance",
        "limits as wide as they differ",
        "is-one-force-different-from-the-rest",
    ),
    (
        "Recent months are not over",
        "forecasts, held against what came",
        "how-far-young-months-have-got-and-where-they-are-heading",
    ),
    ("Counting rules change", "no comparison across a day on which they did", "change-over-time"),
    ("Features of cases go together", "groups kept together in a regression", "features-and-endings"),
)
_NOT_IN_ANY_INTERVAL = (
    "Whether two officers would record the same ending alike; whether all offence labels are right, which were put "
    "back by matching sums (see Data); whether a figure that was seen only in the press is what its issuer printed; "
    "what a later edition will change in the newest year.\n"
)
#: What is verified, how, where that stands, and when it is done. No person is named, since programs do it.
_DONE = (
    ("Style, types, imports that point one way, rules of notebooks", "`pyproject.toml`", "`make test`"),
    ("Each method against somebody else's arithmetic, named in its docstring", "`tests/unit/`", "`make test`"),
    (
        "What must hold of any counts, on made-up ones that are drawn anew",
        "`tests/properties/`",
        "`make test`; more of them by `make test-all`",
    ),
    ("Files that are damaged, hostile or not what they say", "`tests/broken/`", "`make test`"),
    (
        "Figures against the publishers' own totals, verdicts against the printed ones",
        "`tests/published/`",
        "`make test`",
    ),
    (
        "Somebody who attacks what is released of people",
        "`tests/disclosure/`",
        "`make test`; more of it by `make test-all`",
    ),
    (
        "Every notebook with awkward parameters, in each engine",
        "`tests/notebooks/`",
        "`make test`; every one by `make test-all`",
    ),
    ("Reports say what they said: a change that moves a number is seen", "`tests/reports/golden.json`", "`make test`"),
    (
        "Every page holds its records, and the rules of access",
        "`attrition check reports`",
        "on the reports of any folder",
    ),
    (
        "Faults put in on purpose, and whether a test saw them",
        "[decision 0041](decisions/0041-tests.md)",
        "by hand, once",
    ),
    (
        "Page and licence of each source, and when its next edition is due",
        "`data/reference/source_releases.csv`",
        "by hand, on the days under Data",
    ),
)
#: Libraries that a number goes through.
_COUNTING = ("duckdb", "highspy", "numpy", "pandas", "pyarrow", "scipy")


def rendered() -> str:
    """The page.

    Returns
    -------
    str
        Markdown, with a section for each part of the log.
    """
    parts = (_scope(), _assumptions(), _decisions(), _data(), _uncertainty(), _checks(), _sign_off())
    return "\n".join([_OPENING, *(line for part in parts for line in part)])


def _scope() -> Iterator[str]:
    yield "## What it is of, and for\n"
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {name: " or ".join(re.findall(rf"^{name}==(\S+)", lock, flags=re.MULTILINE)) for name in _COUNTING}
    yield (
        f"Version {analysis.__version__}; changes are in [the changelog](../CHANGELOG.md). The `manifest.json` of each "
        "report names the version and commit, notebook, parameters, data and checksums that made it. Numbers go "
        "through these libraries, pinned with all others in `requirements.lock`: "
        f"{', '.join(f'{name} {version}' for name, version in pinned.items())}.\n"
    )
    yield "Is it fit for a purpose? A judgement of the project, which whoever signs may not share.\n"
    yield markdown(("To use it for", "Fit", "Since"), _FITNESS)


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
    yield "When each is issued and revised, as far as that was found, and the day on which somebody looked.\n"
    yield markdown(("Source", "Issued", "Newest seen", "Next due", "Revised", "Looked up on"), _issued())
    yield "Days on which the figures stopped measuring the same thing.\n"
    with (PROJECT / "data" / "reference" / "breaks.csv").open(encoding="utf-8", newline="") as rows:
        breaks = list(csv.DictReader(rows))
    yield markdown(
        ("From", "What changed", "What it means", "Source"),
        ((row["from_date"], row["what_changed"], row["what_it_means"], row["source"]) for row in breaks),
    )


def _issued() -> Iterator[tuple[str, ...]]:
    """How each source is issued and revised, as far as somebody found it, and on which day they looked."""
    for source in sources.releases().values():
        nothing = "not found"
        newest, due = source.newest_seen or nothing, source.next_release or nothing
        yield source.series, source.published, newest, due, source.revisions or nothing, source.checked


def _uncertainty() -> Iterator[str]:
    yield "## Uncertainty\n"
    yield markdown(
        ("Source", "What is done about it", "How"),
        ((what, done, f"[methods](methods.md#{section})") for what, done, section in _UNSURE),
    )
    yield f"*In no interval.* {_NOT_IN_ANY_INTERVAL}"
    yield (
        "*By simulation.* What is labelled 95% is tried on made-up data whose truth is known: `python -m "
        "benchmarks.coverage`.\n"
    )
    pages = sorted(_COVERAGE.glob("*.md"))
    yield markdown(
        ("What was tried", "On", "Rows", "Of these not within what is allowed"),
        (
            (f"[{page.stem}](../benchmarks/results/coverage/{page.name})", _day(page), *_verdicts(page))
            for page in pages
        ),
    )
    yield "What is not within what is allowed. Whoever signs decides whether it matters to the use.\n"
    yield markdown(
        ("Of", "What", "Stated", "Held", "Beside it"),
        ((page.stem, f"{row[0]}: {row[1]}", row[3], row[4], row[7]) for page in pages for row in _failing(page)),
    )


def _checks() -> Iterator[str]:
    yield "## Checks\n"
    known = findings.findings()
    seen = sum(finding.evidence == "primary" for finding in known.values())
    with_counts = sum(1 for finding in known.values() if finding.measure)
    yield (
        f"*Against printed figures.* {len(known)} printed figures are held with their sources; {with_counts} can be "
        "counted from the figures held, and `attrition run published_findings` says what becomes of each. "
        f"Seen in the issuer's own text: {seen or 'none'}; in the press or in a copy: {len(known) - seen}.\n"
    )
    yield "What is printed and cannot be counted from what is held, and why.\n"
    yield markdown(
        ("Printed figure", "Why not"),
        ((finding.statement, finding.note) for finding in known.values() if not finding.measure),
    )
    yield "What is checked, where that stands and when. Programs check; what was done by hand says so.\n"
    yield markdown(("Check", "Where", "When"), _DONE)


def _sign_off() -> Iterator[str]:
    yield "## Roles and sign-off\n"
    cited = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    analysts = ", ".join(author["name"] for author in cited["authors"])
    yield "Who stands for it. Blank is nobody: fill in a copy of this page for the use that you sign for.\n"
    yield markdown(
        ("Role", "Who", "What for", "Version and commit", "On"),
        (
            ("Commissioner: asked for it, accepts it as fit for its use", "", "", "", ""),
            ("Analyst: did it, and checked it as said above", analysts, "this project", analysis.__version__, ""),
            ("Assurer: checked it, and did not do it", "", "", "", ""),
            ("Approver: signs it off", "", "", "", ""),
        ),
    )


def _verdicts(page: Path) -> tuple[str, str]:
    """How many rows a page of trials has, and how many of their verdicts are not that they hold."""
    return f"{len(_trials(page)):,}", f"{len(_failing(page)):,}"


def _failing(page: Path) -> list[list[str]]:
    """The rows of a page of trials whose verdict is not that they hold."""
    heading, *_ = _table(page)
    return [row for row in _trials(page) if row[heading.index("verdict")] != "holds"]


def _trials(page: Path) -> list[list[str]]:
    """The rows of a page of trials."""
    _, _, *rows = _table(page)
    return rows


def _table(page: Path) -> list[list[str]]:
    """The table of a page of trials: its heading, the line below it, its rows."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]


def _day(page: Path) -> str:
    """The day on which a page of trials says that it was drawn."""
    said = re.findall(r"^Drawn on (.+)\.$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return said[0] if said else "not said"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
