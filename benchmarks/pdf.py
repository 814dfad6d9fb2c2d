"""A report's PDF: this project's against nbconvert's webpdf, which prints its HTML through Chromium.

    python -m benchmarks.pdf [--notebook victim_withdrawal] [--browser /usr/bin/chromium] [--times 3]

The notebook is run once; each way then starts from the same executed notebook, in a process of its own, imports
included. webpdf needs playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pdfua

from benchmarks.measure import best, interleaved, markdown

RESULTS = Path(__file__).with_name("results") / "pdf.md"

RUN = """
import sys
from pathlib import Path
from analysis.publishing.running import engine; from analysis.publishing.notebooks import jobs, notebooks
book = notebooks.notebook(sys.argv[1])
engine.execute(book, jobs.checked(book, {}), Path(sys.argv[2]))
"""

PAGE = """
import sys
import nbformat
from analysis.publishing.report.exporters import PageExporter
text, _ = PageExporter().from_notebook_node(nbformat.read(sys.argv[1], as_version=4))
print(len(text.encode()))
"""

PDF = """
import sys
import nbformat
from analysis.publishing.report.exporters import PrintExporter
made, _ = PrintExporter().from_notebook_node(nbformat.read(sys.argv[1], as_version=4))
open(sys.argv[2], "wb").write(made)
print(len(made))
"""

TYPESET = """
import sys, time
import nbformat
from analysis.publishing.report import rendering, typesetting
report = rendering.assembled(nbformat.read(sys.argv[1], as_version=4))
manifest = {"notebook": "measured", "parameters": {}, "version": "", "inputs": {}, "is_restricted": False}
start = time.perf_counter()
typesetting.typeset(report, manifest)
print(time.perf_counter() - start)
"""

HTML = """
import sys
import nbformat
from nbconvert import HTMLExporter
text, _ = HTMLExporter().from_notebook_node(nbformat.read(sys.argv[1], as_version=4))
print(len(text.encode()))
"""

WEBPDF = """
import sys
import nbformat
import playwright.async_api as driver
from nbconvert import WebPDFExporter
launch = driver.BrowserType.launch
def with_browser(self, **settings):
    return launch(self, **{**settings, "executable_path": sys.argv[2], "args": ["--no-sandbox"]})
driver.BrowserType.launch = with_browser
made, _ = WebPDFExporter().from_notebook_node(nbformat.read(sys.argv[1], as_version=4))
open(sys.argv[3], "wb").write(made)
print(len(made))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebook", default="victim_withdrawal")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        executed, ours, theirs = (Path(folder) / name for name in ("executed.ipynb", "ours.pdf", "theirs.pdf"))
        interleaved({"run": (RUN, options.notebook, executed)}, times=1)
        pieces = {
            "this project's PDF": (PDF, executed, ours),
            "this project's page": (PAGE, executed),
            "nbconvert's webpdf, through Chromium": (WEBPDF, executed, options.browser, theirs),
            "nbconvert's HTML": (HTML, executed),
        }
        runs = interleaved(pieces, times=options.times)
        alone = min(float(run.printed) for run in interleaved({"": (TYPESET, executed)}, times=options.times)[""])
        faults = [len(pdfua.validate(str(path)).findings) for path in (ours, theirs)]
    text = (
        f"# A report's PDF\n\n{options.notebook}, {date.today():%-d %B %Y}. Python {platform.python_version()}, typst "
        f"{version('typst')}, nbconvert {version('nbconvert')}. The least seconds and the median memory (all processes "
        f"together) of {options.times} runs in turn, each a process of its own, start and imports included. Ratios are "
        "to the first line.\n\n"
    )
    first = runs["this project's PDF"]
    lines = []
    for name, held in runs.items():
        seconds, size = best(held)[0], int(held[0].printed)
        ratios = f"{seconds / best(first)[0]:.2f}", f"{size / int(first[0].printed):.2f}"
        peak = sorted(run.together for run in held)[len(held) // 2]
        lines.append([name, f"{seconds:.2f}", ratios[0], f"{size / 1000:,.0f}", ratios[1], f"{peak:,.0f}"])
    text += markdown(["way", "seconds", "ratio", "kB", "ratio", "peak MB"], lines)
    text += (
        f"\nTypesetting alone, everything imported, the first report of a process: {alone:.2f} seconds. pdfua finds "
        f"{faults[0]} faults against PDF/UA-1 in this project's PDF and {faults[1]} in webpdf's.\n"
    )
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
