"""Counts to look round in: controls beside a figure and its sentence in JupyterLab, and these two alone in a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any

from analysis.counts.counts import Counts
from analysis.errors import ParameterError, offer
from analysis.exploring import choices
from analysis.exploring.choices import ALL, Choice, View
from analysis.presentation import content
from analysis.presentation.blocks import Shown
from analysis.public import Public, public
from analysis.reference import measures, reference

_KEPT = 64  # choices that are not worked out again


@dataclass(frozen=True, repr=False)
class Exploring(Public):
    """Some counts and the choice that is seen first.

    Attributes
    ----------
    cases
        The counts.
    choice
        What is seen first, and what a report shows.
    """

    cases: Counts
    choice: Choice

    def __post_init__(self) -> None:
        if self.view(self.choice).figure is None:
            raise ParameterError(self.view(self.choice).sentence)

    @cached_property
    def options(self) -> dict[str, choices.Options]:
        """What may be chosen, by the fields of a choice."""
        return choices.options(self.cases)

    @cached_property
    def _views(self) -> Callable[[Choice], View]:
        return lru_cache(maxsize=_KEPT)(partial(choices.viewed, self.cases))

    def view(self, choice: Choice) -> View:
        """What is seen of a choice; one that was seen lately is not worked out again.

        Parameters
        ----------
        choice
            The choice.

        Returns
        -------
        View
            Its sentence and figure, or why there is none.
        """
        return self._views(choice)

    def still(self) -> Shown:
        """The first choice as a report shows it: its sentence, then its figure.

        Returns
        -------
        Shown
            The block.
        """
        view = self.view(self.choice)
        figure = view.figure or Shown("words", view.sentence)
        return replace(
            figure,
            text=f"{view.sentence} {figure.text}",
            parts=(*content.paragraphs(view.sentence), *figure.parts),
        )

    def __repr__(self) -> str:
        """The first choice as a plain shell shows it."""
        return repr(self.still())

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown = self.still()._repr_mimebundle_()
        if not is_watched():
            return shown
        try:
            from analysis.exploring import controls
        except ModuleNotFoundError as lacking:
            return shown | {"text/html": f"{shown['text/html']}<p>{told_to_install(str(lacking.name))}</p>"}
        widgets: dict[str, Any] = controls.controls(self)._repr_mimebundle_()
        return shown | {name: shown_as for name, shown_as in widgets.items() if name not in shown}


def told_to_install(name: str) -> str:
    """What to do where what JupyterLab needs is not there.

    Parameters
    ----------
    name
        The name of the package.

    Returns
    -------
    str
        Two sentences.
    """
    return f"{name} is not installed, so that nothing can be chosen here. Install it: python -m pip install {name}"


def is_watched() -> bool:
    """Whether a person may look at what is shown: the code runs in a kernel, not in a process that makes a report.

    Returns
    -------
    bool
        False outside IPython.
    """
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


@public
def explore(
    cases: Counts, measure: str = "", *, base: str = "recorded", force: str | Iterable[str] = ALL, offence: str = ""
) -> Exploring:
    """Look round in some counts: in JupyterLab, controls for what to count, of whom and when, beside a figure.

    Figure and sentence change together. What is chosen first is what a draft shows, where nothing can be chosen.

    Parameters
    ----------
    cases
        The counts; what they hold can be chosen.
    measure
        What is counted first: "victim_withdrawal", "charged"; the first that these counts can tell when empty.
    base
        What shares are out of first: "recorded", "decided" or "with_suspect".
    force
        The police force that is shown first, by any of its names, alone or in a list; or "all" of them together.
    offence
        The offence that is shown first, by its code or name; stalking where it is held when empty.

    Returns
    -------
    Exploring
        What shows itself, with its controls.

    Raises
    ------
    ParameterError
        For a measure, base, force or offence that these counts do not have, with the nearest that they have; and for
        several forces or a nation.

    Examples
    --------
    >>> from analysis import explore, read_counts
    >>> looking = explore(read_counts("stalking_2024_25"), "charged", force="Kent")
    >>> [name for _, name in looking.options["picture"]]
    ['forces', 'quarters', 'endings']
    """
    allowed = {name: [choice for _, choice in pairs] for name, pairs in choices.options(cases).items()}
    usual = "8Q" if "8Q" in allowed["offence"] else allowed["offence"][0]
    together = 'explore shows one force, or all of them together: force="all".'
    is_of_all = isinstance(force, str) and force == ALL
    named = allowed["force"][0] if is_of_all else reference.one_force(force, otherwise=together)
    wanted = {
        "measure": measure or allowed["measure"][0],
        "base": measures.base(base).name,
        "force": named,
        "offence": reference.offence_named(offence) if offence else usual,
    }
    for name, chosen in wanted.items():
        if chosen not in allowed[name]:
            few = f" They have: {', '.join(allowed[name])}." if len(allowed[name]) <= 8 else ""
            raise ParameterError(f"These counts have no {name} '{chosen[:80]}'.{offer(chosen, allowed[name])}{few}")
    return Exploring(cases, Choice(**wanted, period=ALL, picture=allowed["picture"][0]))
