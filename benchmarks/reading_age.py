"""How hard the reports are to read: the words of every page, by the measures that editors use. Reported, not enforced.

    python -m benchmarks.reading_age [--out FOLDER]

FOLDER holds built reports (``reports`` unless named). Read are the paragraphs and list items of a page, folds included;
not tables, drawings and the foot. Needs textstat 0.7.4, and setuptools below 80 for it, which are not among the
project's dependencies: later releases look for word lists that they fetch from a website.

Flesch's reading ease runs from 0 to 100, more is easier; 60 to 70 is plain English. Grade is the Flesch-Kincaid grade:
years of schooling in the United States, so that an age is about five more. Both know nothing but the lengths of words
and sentences, and names of police forces and offences are long words.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
from datetime import date
from importlib.metadata import version
from pathlib import Path

import textstat

from analysis.publishing.checks import pages, report_rules
from analysis.publishing.checks.pages import Element
from analysis.reference import reference
from benchmarks.measure import markdown

RESULTS = Path(__file__).with_name("results") / "reading_age.md"
LONG = 25  # words of a sentence, above which GOV.UK's guidance asks to split it
_TOLD = (
    "Every page of the bundled notebooks, {when}, textstat {version}. Ease: Flesch, 60 to 70 is plain English; grade: "
    f"Flesch-Kincaid; long: sentences of more than {LONG} words. The answer is what stands above the first figure.\n"
)


def main() -> None:
    """Print the table and write it to benchmarks/results/."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=reference.PROJECT / "reports")
    folders = report_rules.folders(asked.parse_args().out)
    firsts = {folder.parent.name: folder for folder in reversed(folders)}  # of several, such as a force's, one
    rows = [_row(folder) for _, folder in sorted(firsts.items())]
    header = ["report", "ease", "grade", "ease of the answer", "grade of the answer", "words a sentence", "long"]
    table = markdown(header, rows)
    told = _TOLD.format(when=f"{date.today():%-d %B %Y}", version=version("textstat"))
    RESULTS.write_text(f"# How hard the reports are to read\n\n{told}\n{table}", encoding="utf-8")
    print(table)


def _row(folder: Path) -> list[str]:
    """The measures of one report."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    page = pages.read((folder / "report.html").read_text(encoding="utf-8"))
    words = " ".join(_sentence(text) for text in _paragraphs(page))
    answers = [block for block in results["blocks"] if block["kind"] == "headline"]
    answer = " ".join(_sentence(text) for block in answers for text in [block["opening"], *block["sentences"]] if text)
    lengths = [len(sentence.split()) for sentence in re.split(r"(?<=[.?!])\s+", words)]
    is_long = sum(length > LONG for length in lengths)
    return [
        folder.parent.name,
        *_measures(words),
        *_measures(answer),
        f"{statistics.mean(lengths):.0f}",
        f"{is_long} of {len(lengths)}",
    ]


def _paragraphs(page: Element) -> list[str]:
    """The paragraphs and list items of a page, each once; a list item that holds paragraphs is its paragraphs."""
    found = [part for part in page.all("main")[0].all("p", "li") if not part.all("p", "li", "a")]
    return [part.text for part in found if len(part.text.split()) > 3]


def _sentence(text: str) -> str:
    return text if text.rstrip().endswith((".", "?", "!")) else f"{text.rstrip(':;, ')}."


def _measures(words: str) -> list[str]:
    return [f"{textstat.flesch_reading_ease(words):.0f}", f"{textstat.flesch_kincaid_grade(words):.1f}"]


if __name__ == "__main__":
    main()
