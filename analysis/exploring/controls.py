"""The controls of JupyterLab: a drop-down for each field of a choice, and below them what is seen of it.

Each has its label, takes the keys that every drop-down takes, and holds only what the counts have.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets

from analysis.exploring.choices import Choice, View, code
from analysis.exploring.keys import KEYS
from analysis.presentation.forms import page

if TYPE_CHECKING:
    from analysis.exploring.exploring import Exploring

LABELS = {
    "measure": "Count",
    "base": "Out of",
    "force": "Police force",
    "offence": "Offence",
    "period": "Recorded in",
    "picture": "Show",
}


def controls(exploring: Exploring) -> ipywidgets.VBox:
    """The controls of some counts with what is seen of the first choice; another choice changes all that is seen.

    Parameters
    ----------
    exploring
        The counts, and the first choice.

    Returns
    -------
    ipywidgets.VBox
        Drop-downs in the order of ``LABELS``, then what is seen.
    """
    downs = {name: _drop_down(exploring, name) for name in LABELS}
    seen = ipywidgets.HTML(value=_html(exploring.choice, exploring.view(exploring.choice)))

    def follow(_: object) -> None:
        choice = Choice(**{name: down.value for name, down in downs.items()})
        seen.value = _html(choice, exploring.view(choice))

    for down in downs.values():
        down.observe(follow, names="value")
    room = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
    return ipywidgets.VBox([ipywidgets.Box(list(downs.values()), layout=room), seen, ipywidgets.HTML(value=KEYS)])


def _drop_down(exploring: Exploring, name: str) -> ipywidgets.Dropdown:
    """One drop-down; where there is one option alone it says so and cannot be opened."""
    options = exploring.options[name]
    return ipywidgets.Dropdown(
        options=options,
        value=getattr(exploring.choice, name),
        description=LABELS[name],
        disabled=len(options) == 1,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="auto", max_width="24em", margin="2px 14px 2px 0"),
    )


def _html(choice: Choice, view: View) -> str:
    """The sentence, which a screen reader tells when it changes, the figure, and the code that gives it."""
    sentence = f'<p role="status" aria-live="polite">{escape(view.sentence)}</p>'
    if view.figure is None:
        return sentence
    return page.in_notebook(f"{sentence}{view.figure.html}<p>In a notebook: <code>{escape(code(choice))}</code></p>")
