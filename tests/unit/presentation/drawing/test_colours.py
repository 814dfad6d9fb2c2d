"""Contrast, by the formula of WCAG 2: marks 3:1, text 4.5:1, on light paper and on dark."""

import re
from itertools import pairwise

import pytest
from afcharts.af_colours import get_af_colours

from analysis.presentation.drawing.colours import (
    ACCENT,
    BURGUNDY,
    DARK,
    FILLS,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    QUIET,
    RULE,
    TEAL,
)
from analysis.presentation.forms import page
from analysis.publishing.report import rendering

SCHEMES = {"light": {colour: colour for colour in DARK}, "dark": DARK}
MARKS = [ACCENT, ORANGE, MUTED, INK, QUIET, *(fill for fill in FILLS.values() if fill != PAPER)]
TEXTS = [INK, QUIET, ACCENT]


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_by_the_examples_of_its_authors():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # WCAG technique G18 names it as just short
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_the_light_colours_are_those_of_the_analysis_function():
    assert [colour.lower() for colour in get_af_colours("duo")] == [ACCENT, ORANGE]
    of_theirs = {colour.lower() for colour in get_af_colours("categorical", number_of_colours=6)}
    assert {ACCENT, TEAL, BURGUNDY, ORANGE, GREY, PURPLE} == of_theirs


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_stand_out_from_their_paper(scheme):
    shade = SCHEMES[scheme]
    found = {colour: contrast(shade[colour], shade[PAPER]) for colour in MARKS}
    assert {colour: ratio for colour, ratio in found.items() if ratio < 3} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_fills_stand_out_from_the_one_before(scheme):
    """Both where every way of ending is drawn and against the outline of the last, which is hollow."""
    shade = SCHEMES[scheme]
    fills = [shade[fill] for fill in FILLS.values()]
    assert fills[-1] == shade[PAPER]
    assert {pair: contrast(*pair) for pair in pairwise(fills) if contrast(*pair) < 3} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_marked_stands_out_from_what_is_not(scheme):
    shade = SCHEMES[scheme]
    assert contrast(shade[ACCENT], shade[ORANGE]) >= 3
    assert contrast(shade[ACCENT], shade[MUTED]) >= 2  # bars apart by a line of text, the marked ones in bold


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read(scheme):
    shade = SCHEMES[scheme]
    found = {colour: contrast(shade[colour], shade[PAPER]) for colour in TEXTS}
    assert {colour: ratio for colour, ratio in found.items() if ratio < 4.5} == {}


def test_grid_lines_are_quieter_than_every_mark():
    """A grid line carries no meaning of its own: the value stands in figures beside each mark."""
    for shade in SCHEMES.values():
        assert contrast(shade[RULE], shade[PAPER]) < min(contrast(shade[colour], shade[PAPER]) for colour in MARKS)


def variables():
    """The colours of the style sheet's own variables: light, and dark where they differ."""
    css = rendering._filled("style.css")
    light, dark = re.findall(r":root \{(.+?)\}", css, flags=re.DOTALL)[:2]
    colours = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {
        "light": dict(colours.findall(light)),
        "dark": {**dict(colours.findall(light)), **dict(colours.findall(dark))},
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_style_sheet_keeps_the_same_contrast(scheme):
    named = variables()[scheme]
    for paper in (named["paper"], named["wash"]):
        for text in ("ink", "quiet", "accent", "against"):
            assert contrast(named[text], paper) >= 4.5, (text, paper)
        assert contrast(named["focus"], paper) >= 3
    assert contrast(named["on-accent"], named["accent"]) >= 4.5
    assert contrast(named["on-against"], named["against"]) >= 4.5
    assert contrast(named["rule"], named["accent"]) >= 3  # the filled part of a gauge beside the rest


@pytest.mark.parametrize("sheet", [rendering._filled("style.css"), page.in_notebook("")], ids=["page", "notebook"])
def test_a_mark_that_is_used_twice_has_its_dark_colour_too(sheet):
    """A browser takes a copy for each use, without the elements around it: no rule for a colour may name one."""
    for colour in DARK:
        for property_ in ("fill", "stroke"):
            found = re.findall(rf'([^{{}}]*)\[{property_}="{colour}"\] {{', sheet)
            assert [words.split() for words in found] == [[]], (colour, property_)
