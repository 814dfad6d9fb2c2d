"""A chart is drawn by matplotlib's own defaults and the chart style; what a reader has set stands again afterwards."""

import locale
import subprocess
import sys

import matplotlib
import pytest
from matplotlib import font_manager

from analysis.presentation.drawing import style
from analysis.presentation.drawing.letters import lettering
from analysis.presentation.drawing.settings import _values, settings
from tests.conftest import PROJECT

STRANGE = {
    "text.usetex": True,
    "text.parse_math": True,
    "font.family": ["serif"],
    "font.style": "italic",
    "font.stretch": "condensed",
    "font.weight": "bold",
    "font.size": 30,
    "svg.fonttype": "path",
    "svg.hashsalt": "another",
    "path.sketch": (1, 100, 2),
    "path.simplify": False,
    "axes.formatter.use_locale": True,
    "axes.facecolor": "black",
    "axes.grid": True,
    "lines.linewidth": 9,
    "lines.dash_capstyle": "round",
    "xtick.major.size": 40,
    "hatch.linewidth": 7,
    "savefig.facecolor": "red",
    "figure.autolayout": True,
    "figure.constrained_layout.use": True,
    "timezone": "Pacific/Auckland",
    "backend": "pdf",
}


def drawn():
    """A chart with text, a line, bars, ticks and hatching, measured and drawn anew."""
    for remembered in (lettering._at_one_size, style.text_width):
        remembered.cache_clear()

    def draw(canvas):
        room = style.text_width("Withdrew $5 of $6", is_narrow=canvas.is_narrow)
        axes = canvas.axes(left=room, top=20, width=200, height=100)
        axes.barh([0, 1], [3, 4], hatch="//")
        axes.plot([0, 1], [0, 1], linestyle="--")
        canvas.everywhere().text(2, 10, "Withdrew $5 of $6", weight="bold")

    return style.drawings(draw, lambda _: 160, identity="chart", description="A chart of no cases, for a test.")


def test_a_readers_settings_change_no_chart_and_stand_afterwards():
    usual = drawn()
    with matplotlib.rc_context():
        matplotlib.rcParams.update(STRANGE)
        before = dict(matplotlib.rcParams.items())
        assert drawn() == usual
        assert dict(matplotlib.rcParams.items()) == before


def test_no_setting_of_matplotlib_is_left_to_the_reader():
    with settings(13):
        ours = dict(matplotlib.rcParams.items())
    assert _values(13).keys() == matplotlib.rcParams.keys() - {"backend"}
    with matplotlib.rc_context():
        strange = object()
        dict.update(matplotlib.rcParams, dict.fromkeys(ours.keys() - {"backend"}, strange))
        with settings(13):
            assert dict(matplotlib.rcParams.items()) == ours


def test_a_list_of_fonts_that_lacks_ours_changes_no_chart(monkeypatch):
    usual = drawn()
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    font_manager.FontManager._findfont_cached.cache_clear()
    with pytest.raises(ValueError, match="Failed to find font"):
        font_manager.findfont("DejaVu Sans", rebuild_if_missing=False)
    assert drawn() == usual
    font_manager.FontManager._findfont_cached.cache_clear()


def test_months_have_english_names_where_matplotlibrc_has_the_process_speak_another_language(tmp_path):
    (tmp_path / "matplotlibrc").write_text("axes.formatter.use_locale: True\n")
    code = (
        "import locale; from datetime import date\n"
        "from analysis.presentation.drawing import style\n"
        "print(locale.setlocale(locale.LC_TIME), locale.setlocale(locale.LC_NUMERIC), f'{date(2025, 3, 1):%B}')"
    )
    spoken = {"LC_ALL": "C.UTF-8", "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"), "PYTHONPATH": str(PROJECT)}
    ended = subprocess.run([sys.executable, "-c", code], env=spoken, capture_output=True, text=True, check=True)
    assert ended.stdout == "C C March\n"
    assert locale.setlocale(locale.LC_TIME) == "C"
