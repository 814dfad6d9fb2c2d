"""What a notebook shows that is no question's own: its title, what was read, key figures, and how it was made."""

from __future__ import annotations

from analysis.presentation.blocks import headline, key_figures, made, read, title

__all__ = ["headline", "key_figures", "made", "read", "title"]


def __dir__() -> list[str]:
    return __all__
