"""The desk, one for each test."""

import pytest

from tests.broken.desk import desk_in


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)
