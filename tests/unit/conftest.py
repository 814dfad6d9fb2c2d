"""What unit tests share."""

import pytest

from analysis.intake import reading_cache


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The cache of readings, in a folder of the test's own."""
    monkeypatch.setattr(reading_cache, "FOLDER", tmp_path / "cache")
    return tmp_path / "cache"
