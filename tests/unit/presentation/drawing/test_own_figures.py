"""A figure that an author drew: two drawings of this page's own kind, nothing in them that runs or leads away."""

import io
import re
import warnings
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import colors
from matplotlib.figure import Figure

from analysis.errors import ParameterError
from analysis.presentation.drawing import own_figures
from analysis.presentation.drawing.colours import ACCENT, DARK


def drawn(draw=lambda axes: axes.plot([1, 2]), **settings):
    """Axes of a figure of its own with what ``draw`` draws."""
    axes = Figure(figsize=settings.pop("figsize", (6, 4))).subplots(subplot_kw=settings or None)
    draw(axes)
    return axes


def both(axes):
    return own_figures.redrawn(own_figures.figure_of(axes), identity="figure-a", description="What is seen.")


@pytest.mark.parametrize("projection", ["rectilinear", "polar", "3d"])
def test_a_drawing_has_its_words_its_letters_and_no_colour_of_the_suites(projection):
    draw = {"3d": lambda axes: axes.plot([1, 2], [1, 2], [1, 2], color=ACCENT)}
    wide, narrow = both(
        drawn(draw.get(projection, lambda axes: axes.plot([1, 2], color=ACCENT)), projection=projection)
    )
    for svg in (wide, narrow):
        assert svg.count("<text") > 3
        assert 'role="img"' in svg
        assert 'aria-label="What is seen."' in svg
        assert ACCENT.upper() in svg
        assert not any(
            f'"{colour}"' in svg for colour in DARK
        )  # a page would put a dark one in its place, then turn it
    assert not set(re.findall(r' id="([^"]+)"', wide)) & set(re.findall(r' id="([^"]+)"', narrow))


def test_letters_of_ten_points_are_seen_as_large_as_those_of_the_suite():
    for width, svg in zip((680, 352), both(drawn(figsize=(20, 6))), strict=True):
        across = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg)[1])
        assert 11 < 10 * width / across < 15


def test_panels_do_not_cover_each_other_at_either_width():
    figure = Figure(figsize=(12, 3))
    for axes in figure.subplots(1, 3):
        axes.plot([100000, 200000])
        axes.set_ylabel("A label that takes room")
    for width in (680, 352):
        with own_figures._laid_out(figure, width):
            figure.savefig(io.BytesIO(), format="svg")
            boxes = [axes.get_tightbbox() for axes in figure.axes]
            assert not any(one.overlaps(other) for one, other in pairwise(boxes))


def test_the_figure_stays_as_its_author_left_it():
    axes = drawn(figsize=(9, 3))
    figure = axes.figure
    before = figure.get_size_inches().tolist(), axes.get_position().bounds, axes.patch.get_facecolor()
    first = both(axes)
    assert (figure.get_size_inches().tolist(), axes.get_position().bounds, axes.patch.get_facecolor()) == before
    assert both(axes) == first


def test_a_colour_of_its_own_behind_the_axes_is_kept_and_white_is_the_pages_paper():
    ivory = colors.to_hex("ivory").upper()
    assert ivory in both(drawn(lambda axes: (axes.plot([1]), axes.set_facecolor("ivory"))))[0]
    assert '"#FFFFFF"' not in both(drawn())[0]


def test_nothing_in_it_leads_away_or_runs():
    def draw(axes):
        axes.plot([1, 2])[0].set_url("javascript:alert(1)")
        axes.scatter([1], [1]).set_urls(["https://example.org"])
        axes.plot([2, 1])[0].set_gid('"><script>alert(1)</script>')
        axes.set_title("<script>alert(1)</script>").set_url("data:text/html,x")

    svg = "".join(both(drawn(draw)))
    assert not re.search(r"<a\b|<script|javascript:|example\.org|text/html", svg)
    assert "&lt;script&gt;" in svg


def test_pixels_stand_in_the_drawing_itself():
    svg = both(drawn(lambda axes: axes.figure.colorbar(axes.imshow(np.eye(9), interpolation="none"))))[0]
    links = re.findall(r'<image[^>]* xlink:href="([^"]{22})', svg)
    assert links
    assert set(links) == {"data:image/png;base64,"}


@pytest.mark.parametrize("label", ["a\x00b", "\u202e", "😀 漢字", "costs $5", "two\nlines", r"$x^2$"])
def test_odd_characters_are_drawn_without_a_word_on_them(label):
    with warnings.catch_warnings(action="error"):
        assert "<text" in both(drawn(lambda axes: (axes.plot([1]), axes.set_title(label))))[0]


def no_number(*_):
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (None, "A NoneType is no figure of matplotlib"),
        ([1], "A list is no figure"),
        (Figure(), "The figure is empty"),
        (drawn(lambda _: None), "The figure is empty"),
        (drawn(lambda axes: axes.scatter(*np.random.default_rng(0).random((2, 30000)))), "MB.*rasterized=True"),
        (drawn(lambda axes: (axes.plot([1]), axes.set_title(r"$\frac{$"))), r"cannot draw this figure \(ValueError"),
        (drawn(lambda axes: (axes.plot([1]), axes.xaxis.set_major_formatter(no_number))), "ZeroDivisionError"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_to_do(thing, told):
    with pytest.raises(ParameterError, match=told) as refused:
        both(thing)
    assert "\n" not in str(refused.value)


def test_pyplot_does_not_show_it_again():
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    own_figures.closed(figure)
    assert figure.number not in plt.get_fignums()
