"""The picture in the README: three pages as a browser shows them, side by side. ``make picture`` runs it.

Opens built reports in Chromium (``analysis/publishing/checks/browser_rules.py``), at the width of a desk, in the dark
and on a phone, and writes docs/picture.png, which holds as text what these pages answer: a test compares it with what
they say now. Run 'attrition report' first.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.errors import AttritionError, ParameterError
from analysis.publishing.checks import browser_rules
from analysis.reference import reference

PICTURE = reference.PROJECT / "docs" / "picture.png"
#: notebook, width and height of the window, scheme, how wide it stands in the picture
VIEWS = (
    ("victim_withdrawal", (1280, 1500), "light", 640),
    ("force_comparison", (1280, 1500), "dark", 640),
    ("trends", (390, 1280), "light", 229),
)
GAP, GROUND = 24, "#e9ecf1"


def main() -> None:
    """Write the picture and say where."""
    folder = reference.PROJECT / "reports"
    pages = [_page(folder, name) for name, *_ in VIEWS]
    absent = browser_rules.missing()
    if absent:
        raise ParameterError(f"The picture needs a browser: {absent}")
    with browser_rules.opened() as browser:
        shots = [
            _shot(browser, page, size, scheme, width)
            for page, (_, size, scheme, width) in zip(pages, VIEWS, strict=True)
        ]
    height = min(shot.height for shot in shots)
    whole = Image.new("RGB", (sum(shot.width + GAP for shot in shots) + GAP, height + 2 * GAP), GROUND)
    left = GAP
    for shot in shots:
        whole.paste(shot.crop((0, 0, shot.width, height)), (left, GAP))
        left += shot.width + GAP
    told = PngInfo()
    for page in pages:
        told.add_text(*answer(page.parent))
    whole.quantize(method=Image.Quantize.MAXCOVERAGE).save(PICTURE, optimize=True, pnginfo=told)
    sys.stdout.write(f"{PICTURE.relative_to(reference.PROJECT)}\n")


def answer(report: Path) -> tuple[str, str]:
    """The notebook of a report, and what its page says before the first figure."""
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    first = [block["text"] for block in results["blocks"] if block["kind"] in ("headline", "key_figures")]
    return results["notebook"], "\n".join([results["title"], *first])


def _page(folder: Path, name: str) -> Path:
    """The page of a notebook's report; the first where there are several."""
    found = sorted(folder.glob(f"{name}/*/report.html"))
    if not found:
        raise ParameterError(f"There is no report of {name} in reports/. 'attrition report' makes it.")
    return found[0]


def _shot(browser: Any, page: Path, size: tuple[int, int], scheme: str, width: int) -> Image.Image:
    """The top of a page as a browser shows it."""
    view = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    view.goto(page.resolve().as_uri())
    shot = Image.open(io.BytesIO(view.screenshot()))
    view.close()
    return shot.convert("RGB").resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    try:
        main()
    except AttritionError as refusal:
        sys.exit(str(refusal))
