"""Digests of what the bundled reports say: what a change of the tree or of a library must leave as it is.

    python -m tests.reports.golden

writes ``golden.json`` anew. The commit that does so says which report changed, and why.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.publishing.notebooks import notebooks
from analysis.publishing.report import publication

FILE = Path(__file__).with_name("golden.json")
#: The report of every notebook as it stands, and three that are awkward: few cases, hidden numbers, curves cut short.
REPORTS = [
    *((name, {}) for name in notebooks.names()),
    ("no_further_action", {"force": "City of London"}),
    ("victim_withdrawal", {"counts": "stalking_example", "period": "all"}),
    ("time_to_outcome", {"counts": "stalking_example_lags"}),
]
#: What a page says of the files it was made from and of the suite's edition, the sizes of files beside it, and the day,
#: that of its figures too.
_MASKED = re.compile(
    rb"[0-9a-f]{12,64}|[\d.]+ [kM]B|\d{1,2} [A-Z][a-z]+ 20\d\d(?= at|, \d\d:|, when these)|20\d\d-\d\d-\d\dT[\d:]+Z?"
    rb"|Figures of \d{1,2} [A-Z][a-z]+ 20\d\d|\"datePublished\": \"[\d-]+\""
)


def digests(folder: Path) -> dict[str, str]:
    """The digest of a report's records, and of its page but for editions, digests and moments."""
    page = _MASKED.sub(b"", (folder / "report.html").read_bytes())
    return {
        "results.json": sha256((folder / "results.json").read_bytes()).hexdigest(),
        "report.html": sha256(page).hexdigest(),
    }


def key(name: str, given: dict[str, str]) -> str:
    """How a report is called in ``golden.json``."""
    return " ".join([name, *(f"{one}={value}" for one, value in given.items())])


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        made = {
            key(name, given): digests(publication.publish(notebooks.notebook(name), given, out=Path(place)))
            for name, given in REPORTS
        }
    FILE.write_text(json.dumps(made, indent=1) + "\n")
