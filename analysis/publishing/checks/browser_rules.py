"""The rules of a page that only a browser can hold it to: axe-core, room, larger text, the keyboard, a first screen.

Needs what the ``test`` extra brings (playwright, axe-playwright-python) and a Chromium. To make a report needs neither.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError
from analysis.publishing.checks.report_rules import Fault

WIDTHS = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_OPENED = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_LARGER = "document.documentElement.style.fontSize = '212.5%'"  # twice that of the style sheet
_CUT = """[...document.querySelectorAll('main *, footer *')].filter(one => {
    const style = getComputedStyle(one);
    const isForEars = one.clientWidth <= 1 && one.clientHeight <= 1;
    return !isForEars && ['hidden', 'clip'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
}).map(one => one.id || one.className || one.tagName)"""
_NUMBERED = """() => {
    const used = 'a[href], summary, input, select, button, [tabindex="0"]';
    const all = [...document.querySelectorAll(used)].filter(one => one.checkVisibility());
    all.forEach((one, place) => { one.dataset.place = place; });
    return all.map(one => one.getAttribute('aria-label') || one.textContent || one.id || one.tagName);
}"""
_FOCUSED = """() => {
    const style = getComputedStyle(document.activeElement);
    return [document.activeElement.dataset.place, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""
_OF_COLOURS = ["color-contrast", "link-in-text-block"]  # axe's rules on colours; the others see one page in all schemes
_SPARINGLY = """;axe.configure({rules: [{id: 'color-contrast', selector: '[data-dressed]'}]});"""
_SEEN = "() => [...document.querySelectorAll('body *')].map(one => one.checkVisibility() ? '1' : '0').join('')"
_DRESSED = """() => {
    const grounds = new Map(), dressed = new Set();
    const ground = one => {  // what is painted behind the words of an element, by itself and all that it stands in
        if (!one) return '';
        if (!grounds.has(one)) {
            const style = getComputedStyle(one);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter];
            grounds.set(one, own.join() + '<' + ground(one.parentElement));
        }
        return grounds.get(one);
    };
    for (const one of document.querySelectorAll('body, body *')) {
        const hasWords = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
        if (!(hasWords || one.matches('input, select')) || !one.checkVisibility()) continue;
        const style = getComputedStyle(one);
        const looks = [style.color, style.fontSize, style.fontWeight, style.textShadow, ground(one)].join();
        if (!one.closest('svg') && dressed.has(looks)) continue;  // in a drawing, what lies behind words is no parent
        dressed.add(looks);
        one.dataset.dressed = '';
    }
}"""
_LOWEST = """() => {
    const first = document.querySelector('.key-figures li') || document.querySelector('.headline');
    return first ? Math.round(first.getBoundingClientRect().bottom) : 0;
}"""


def missing() -> str:
    """What is not installed that these rules need, in a sentence with the next step; "" when all is there.

    Returns
    -------
    str
        One sentence or two.
    """
    try:
        import axe_playwright_python.sync_playwright  # noqa: F401
        import playwright.sync_api  # noqa: F401
    except ImportError as absent:
        return f"{absent.name} is not installed. 'pip install .[test]' brings it."
    if _chromium() is None:
        return "No Chromium was found. Install one ('apt-get install chromium') and see that it is on the path."
    return ""


def check_there_is_a_browser() -> None:
    """See that there is a browser, before anything is made ready for it.

    Raises
    ------
    ParameterError
        Where there is none, or what drives it is not installed.
    """
    if absent := missing():
        raise ParameterError(f"The pages cannot be opened in a browser: {absent}")


def faults(out: Path, pages: list[Path]) -> Iterator[Fault]:
    """Every rule that pages break in a browser.

    Parameters
    ----------
    out
        The folder that their names are told from.
    pages
        The pages.

    Yields
    ------
    Fault
        A rule that a page breaks, at which width and in which scheme.

    Raises
    ------
    ParameterError
        Where there is no browser.
    """
    check_there_is_a_browser()
    with opened() as browser:
        for path in pages:
            name = (path.parent if path.name == "report.html" else path).relative_to(out).as_posix()
            for width in WIDTHS:
                seen: set[str] = set()  # which elements are seen, in the schemes before
                for scheme in SCHEMES:
                    breaches = _broken(browser, path, width, scheme, seen=seen)
                    yield from (Fault(name, f"{width} pixels, {scheme}", rule) for rule in breaches)


def _chromium() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def opened() -> Iterator[Any]:
    """A Chromium of playwright's that is closed at the end; ``missing`` says whether there is one.

    Yields
    ------
    Browser
        The browser.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=_chromium(), args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


def _broken(browser: Any, path: Path, width: int, scheme: str, *, seen: set[str]) -> Iterator[str]:
    """The rules that one page breaks at one width in one scheme."""
    height = WIDTHS[width]
    view = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    requests: list[str] = []
    view.on("request", lambda request: requests.append(request.url))
    view.goto(path.resolve().as_uri())
    lowest = view.evaluate(_LOWEST)
    if lowest > height:
        yield f"the first screen does not hold a key figure: the first ends at {lowest} of {height} pixels"
    if scheme == SCHEMES[0]:
        yield from _by_keyboard(view)
    view.evaluate(_OPENED)
    yield from _by_axe(view, seen)
    yield from _in_its_room(view, "")
    view.evaluate(_LARGER)
    yield from _in_its_room(view, " with text at 200%")
    yield from (f"asks for {address}" for address in requests if address != path.resolve().as_uri())
    view.close()


def _by_axe(view: Any, seen: set[str]) -> Iterator[str]:
    """What axe-core finds. Where the same elements were ``seen`` in another scheme, only colours can differ.

    The contrast of words takes most of its time, and is the same for all words that are dressed alike, such as the
    cells of a table: it is tried once for each way.
    """
    from axe_playwright_python.sync_playwright import Axe

    signature = view.evaluate(_SEEN)
    narrowed = {"runOnly": {"type": "rule", "values": _OF_COLOURS}} if signature in seen else {}
    seen.add(signature)
    view.evaluate(_DRESSED)
    axe = Axe(Axe().axe_script + _SPARINGLY)
    for violation in axe.run(view, options={"resultTypes": ["violations"], **narrowed}).response["violations"]:
        nodes = violation["nodes"]
        yield f"axe: {violation['id']} ({violation['impact']}), {len(nodes)} times, first {nodes[0]['html'][:120]}"


def _in_its_room(view: Any, when: str) -> Iterator[str]:
    """Nothing wider than the page, nothing cut off."""
    over = view.evaluate(_TOO_WIDE)
    if over > 0:
        yield f"is {over} pixels wider than the screen{when}"
    yield from (f"cuts off what stands in '{cut}'{when}" for cut in view.evaluate(_CUT))


def _by_keyboard(view: Any) -> Iterator[str]:
    """Everything that can be used is reached by the tab key, and is seen to be."""
    names = view.evaluate(_NUMBERED)
    reached = {}
    for _ in range(len(names) + 1):
        view.keyboard.press("Tab")
        place, is_seen = view.evaluate(_FOCUSED)
        reached[place] = is_seen
    for place, name in enumerate(names):
        label = " ".join(name.split())[:60]
        if str(place) not in reached:
            yield f"'{label}' is not reached by the keyboard"
        elif not reached[str(place)]:
            yield f"'{label}' shows no focus"
