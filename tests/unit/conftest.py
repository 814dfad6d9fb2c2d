"""What tests of single parts share."""

import pytest

from analysis.presentation import figure


@pytest.fixture
def undrawn(monkeypatch):
    """Figures have their words and rows, and no drawing, which takes long."""
    monkeypatch.setattr(figure, "drawings", lambda *_, **__: ("", ""))
