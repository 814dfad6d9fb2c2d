"""Do intervals and limits hold as often as they say? Tables by simulation and back-test, a family a page.

    python -m benchmarks.coverage [FAMILY ...] [--draws N]

A family is a module beside this one with ``TOLD`` (what was drawn, and what is taken as the truth) and
``tried(draws)``, which yields a ``Held`` for every interval or limit. Each writes
results/coverage/FAMILY.md.
No clock is read. A limit that takes long to work out has fewer draws, and says so.
"""

from __future__ import annotations

import argparse
import pkgutil
from datetime import date
from importlib import import_module
from pathlib import Path

from benchmarks import coverage
from benchmarks.coverage.held import table

RESULTS = Path(__file__).parents[1] / "results" / "coverage"
_OURS = {"__main__", "held"}
FAMILIES = tuple(sorted({one.name for one in pkgutil.iter_modules(coverage.__path__)} - _OURS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*", help=f"all unless named: {', '.join(FAMILIES)}")
    parser.add_argument("--draws", type=int, default=10_000)
    asked = parser.parse_args()
    if unknown := set(asked.family) - set(FAMILIES):
        parser.error(f"no family is called {', '.join(sorted(unknown))}: there are {', '.join(FAMILIES)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    for name in asked.family or FAMILIES:
        family = import_module(f"benchmarks.coverage.{name}")
        when = f"{date.today().day} {date.today():%B %Y}"
        page = f"# Coverage: {name}\n\n{family.TOLD}\n\n{table(family.tried(asked.draws))}\n\nDrawn on {when}.\n"
        (RESULTS / f"{name}.md").write_text(page, encoding="utf-8")
        print(page)


if __name__ == "__main__":
    main()
