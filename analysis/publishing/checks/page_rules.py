"""The rules of a page: what every report and the index keep, so that anybody can read them, on anything, for years.

Each rule is a function of the page that yields where it is broken and how. ``broken`` asks them all. The rules that
need a report's other files are in ``report_rules``, those that need a browser in ``browser_rules``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import cast

from analysis.presentation.drawing.colours import DARK
from analysis.publishing.checks import pages
from analysis.publishing.checks.pages import Element
from analysis.publishing.report import content_policy
from analysis.reference.schema import SYMBOLS

MOST_BYTES = {True: 450_000, False: 900_000}  # of a report; of a page that leads to hundreds of them
_SHORTEST = 40  # characters of a description that says what is seen
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SYMBOL = re.compile("|".join(re.escape(symbol) for symbol in SYMBOLS))
_LEFT_OVER = re.compile(r"\bnan\b|<NA>|\bNone\b(?! gives| of \d)|\bNaT\b|DejaVu|(?<![\d.])0\.0%|100\.0%|\{\{|\{%")

_POLICY = "content-security-policy"
_FIRST = ({"charset"}, {"http-equiv", "content"})  # of what may come before it: nothing, or in which characters
_DATA = "application/ld+json"
_NAMED_ONLY = ("alternate", "canonical", "license")  # links that a browser does not follow by itself

Broken = Iterator[tuple[str, str]]


def broken(html: str, *, is_report: bool = True, words: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Every rule that a page breaks. A report needs no script at all; a page that leads to reports may carry one of its
    own, to search them with.

    Parameters
    ----------
    html
        The page.
    is_report
        Whether it is a report.
    words
        The words of a case file, such as "None", which are no left-over where a case file holds them.

    Returns
    -------
    list[tuple[str, str]]
        Where, and how; empty when it breaks none.
    """
    page = pages.read(html)
    breaches = [fault for rule in _RULES for fault in rule(page)]
    left_over = [leftover[0] for leftover in _LEFT_OVER.finditer(page.text) if leftover[0] not in words]
    breaches += [("page", f"prints '{left_over[0]}'")] if left_over else []
    if is_report:
        breaches += [(script.place, "holds a script; a report needs none") for script in _scripts(page)]
    if not html.lower().startswith("<!doctype html>"):
        breaches.insert(0, ("page", "does not begin with <!doctype html>"))
    size = len(html.encode())
    if size > MOST_BYTES[is_report]:
        breaches.append(("page", f"is {size:,} bytes; at most {MOST_BYTES[is_report]:,}"))
    return breaches


def _document(page: Element) -> Broken:
    root = page.all("html")
    if not root or root[0].attributes.get("lang") != "en-GB":
        yield "page", "does not say its language (lang='en-GB')"
    if not "".join(str(child) for title in page.all("title")[:1] for child in title.children).strip():
        yield "page", "has no title"
    if len(page.all("main")) != 1:
        yield "page", f"has {len(page.all('main'))} main parts; one"


def _policy(page: Element) -> Broken:
    """What the page allows a browser to do is said before it begins to, and is exactly what its own parts need."""
    metas = [meta for meta in page.all("meta") if meta.attributes.get("http-equiv", "").lower() == _POLICY]
    before = [element for head in page.all("head")[:1] for element in head.all()][:2]
    if len(metas) != 1 or metas[0] not in before or {*before[0].attributes} not in _FIRST:
        yield "page", "does not begin with what it allows a browser to do (Content-Security-Policy)"
        return
    styles, scripts = (
        ["".join(map(str, element.children)) for element in elements]
        for elements in (page.all("style"), _scripts(page))
    )
    if len(styles) > 1 or len(scripts) > 1:
        yield "page", "holds a style sheet or a script beside its own"
    elif metas[0].attributes.get("content") != content_policy.policy("".join(styles), "".join(scripts)):
        yield "page", "allows a browser something else than what its own style sheet and script need"


def _scripts(page: Element) -> list[Element]:
    """The scripts that a browser would run; data for search engines is none, and no policy is asked about it."""
    return [script for script in page.all("script") if script.attributes.get("type") != _DATA]


def _found(page: Element) -> Broken:
    """A page says whether search engines may list it; one that they may not tells them nothing else of itself."""
    robots = [
        meta.attributes.get("content", "") for meta in page.all("meta") if meta.attributes.get("name") == "robots"
    ]
    data = [script for script in page.all("script") if script.attributes.get("type") == _DATA]
    if len(robots) != 1:
        yield "page", "does not say once whether search engines may list it (robots)"
    is_hidden = bool(page.classed("restricted") or page.classed("draft"))
    if is_hidden and "noindex" not in "".join(robots):
        yield "page", "is not for everybody and may be listed by search engines (robots)"
    if is_hidden and data:
        yield data[0].place, "tells search engines of a page that is not for everybody"
    if len(data) > 1:
        yield data[1].place, "is the second that tells search engines what this page is; one"
    for script in data:
        try:
            is_dataset = json.loads("".join(map(str, script.children)))["@type"] == "Dataset"
        except (ValueError, KeyError, TypeError):
            is_dataset = False
        if not is_dataset:
            yield script.place, "tells search engines what is no data set of schema.org"


def _outline(page: Element) -> Broken:
    headings = page.all(*_HEADINGS)
    first = sum(heading.name == "h1" for heading in headings)
    if first != 1:
        yield "page", f"has {first} headings of the first level; one"
    before = 0
    for heading in headings:
        level = int(heading.name[1])
        if level > before + 1:
            yield heading.place, f"skips a heading level before '{heading.text}'"
        if not heading.text:
            yield heading.place, "has a heading without words"
        before = level


def _figures(page: Element) -> Broken:
    for drawing in page.all("svg"):
        description, title = drawing.attributes.get("aria-label", ""), _title(drawing)
        if drawing.attributes.get("aria-hidden") == "true":
            continue
        if drawing.attributes.get("role") != "img":
            yield drawing.place, "is a drawing without the role 'img'"
        if len(description) < _SHORTEST:
            yield drawing.place, "has no description that says what is seen"
        elif description.strip(" .") == title.strip(" ."):
            yield drawing.place, "has its title for a description; say what is seen, with its numbers"
        if _is_own(drawing):
            continue  # which the style sheet turns about as a whole, in the colours that its author chose
        for colour in sorted({_colour(part, name) for part in drawing.all() for name in ("fill", "stroke")} - {""}):
            yield drawing.place, f"draws in {colour}, which has no dark counterpart in presentation/drawing/colours.py"
        for strength in sorted({part.attributes.get("stroke-opacity", "1") for part in drawing.all()} - {"1"}):
            yield drawing.place, f"draws a line at {strength} of its colour; solid, it keeps its contrast"


def _is_own(drawing: Element) -> bool:
    """Whether an author drew it, in colours that the dark scheme does not know one by one."""
    figure = _figure_around(drawing)
    return figure is not None and "own" in figure.attributes.get("class", "").split()


def _figure_around(drawing: Element) -> Element | None:
    return cast(Element | None, drawing.find_parent("figure"))


def _title(drawing: Element) -> str:
    """The heading of the figure around a drawing."""
    figure = _figure_around(drawing)
    headings = figure.all(*_HEADINGS) if figure is not None else []
    return headings[0].text if headings else ""


def _colour(part: Element, name: str) -> str:
    """A colour that the dark scheme does not know; nothing where it knows it."""
    declared = re.search(rf"(?:^|;)\s*{name}:\s*([^;]+)", part.attributes.get("style", ""))
    if declared:
        return declared[1].strip().removesuffix("none")  # the style sheet cannot put another in its place
    colour = part.attributes.get(name, "none")
    return "" if colour in ("none", "currentColor", *DARK) else colour


def _tables(page: Element) -> Broken:
    for table in page.all("table"):
        if not [caption for caption in table.all("caption") if caption.text]:
            yield table.place, "is a table without a caption"
        headings = table.all("th")
        if any(heading.attributes.get("scope") not in ("row", "col") for heading in headings):
            yield table.place, "has a heading that does not say what it heads (scope)"
        if any(not heading.text for heading in headings):
            yield table.place, "has a heading without words"
        rows = [row for body in table.all("tbody") for row in body.all("tr")]
        if any(len(row.all("th")) != 1 for row in rows):
            yield table.place, "has a row without one heading"
        if len({len(row.all("th", "td")) for row in table.all("tr")}) > 1:
            yield table.place, "has rows of different lengths"


def _identities(page: Element) -> Broken:
    named = Counter(element.attributes["id"] for element in page.all() if "id" in element.attributes)
    for identity, times in named.items():
        if times > 1:
            yield f"#{identity}", f"names {times} elements; an id names one"
    for element in page.all():
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            for identity in element.attributes.get(name, "").split():
                if identity not in named:
                    yield element.place, f"is labelled by '#{identity}', which is not on the page"
        target = element.attributes.get("href", "")
        if element.name == "a" and not target:
            yield element.place, f"links nowhere: '{element.text}'"
        elif element.name == "a" and not element.text:
            yield element.place, f"links to {target} without words"
        elif target.startswith("#") and len(target) > 1 and target[1:] not in named:
            yield element.place, f"links to '{target}', which is not on the page"


def _outside(page: Element) -> Broken:
    for element in page.all("link", "iframe", "object", "embed", "base", "video", "audio"):
        if element.name != "link" or element.attributes.get("rel") not in _NAMED_ONLY:
            yield element.place, f"holds <{element.name}>; a page loads nothing"
    for element in page.all():
        sources = [element.attributes.get(name, "") for name in ("src", "srcset", "data", "poster")]
        if element.name in ("use", "image", "feimage"):
            sources += [element.attributes.get(name, "") for name in ("href", "xlink:href")]
        outside = [source for source in sources if source and not source.startswith(("data:", "#"))]
        if outside:
            yield element.place, f"loads {outside[0]}"
        target = element.attributes.get("href", "")
        if element.name == "a" and re.match(r"\s*(javascript|data|vbscript):", target, re.IGNORECASE):
            yield element.place, f"links to {target[:20]}, which a browser would run"
        if any(name.startswith("on") for name in element.attributes):
            yield element.place, "runs a script"
    styles = [str(child) for style in page.all("style") for child in style.children]
    for text in [*styles, *(element.attributes.get("style", "") for element in page.all())]:
        loaded = re.search(r"@import[^;]*|url\(\s*['\"]?(?!data:|#)[^)]*", text)
        if loaded:
            yield "style sheet", f"loads {loaded[0]}"


def _symbols(page: Element) -> Broken:
    """A symbol is explained below the table or drawing that has it, be it to a pointer alone, and no other is."""
    for table in page.all("table"):
        notes = " ".join(note.text for note in _notes(table))
        yield from _explained(table.place, " ".join(cell.text for cell in table.all("td", "th")), notes)
    for figure in page.all("figure"):
        drawings = figure.all("svg")
        drawn_text = " ".join(part.text for drawing in drawings for part in (drawing, *drawing.all("title")))
        notes = " ".join(note.text for caption in figure.all("figcaption") for note in caption.all("p"))
        yield from _explained(figure.place, drawn_text, notes)


def _notes(table: Element) -> list[Element]:
    """The notes of a table: those in its frame, and the one that follows it."""
    frame = cast(Element, table.parent)
    after = cast(Element | None, frame.find_next_sibling(True))
    follows = after is not None and "notes" in after.attributes.get("class", "").split()
    return [*frame.classed("notes"), *([after] if after is not None and follows else [])]


def _explained(place: str, text: str, notes: str) -> Broken:
    used, explained = set(_SYMBOL.findall(text)), set(_SYMBOL.findall(notes))
    for symbol in sorted(used - explained):
        yield place, f"shows {symbol} and does not say below what it means"
    for symbol in sorted(explained - used):
        yield place, f"explains {symbol}, which it does not show"


_RULES: tuple[Callable[[Element], Broken], ...] = (
    _document,
    _policy,
    _found,
    _outline,
    _figures,
    _tables,
    _identities,
    _outside,
    _symbols,
)
