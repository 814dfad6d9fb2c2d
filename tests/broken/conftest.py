"""The desk, one for each test, and what plain rows give, once for all of a file."""

import pytest

from tests.broken.desk import check_reduced, desk_in


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    return desk_in(tmp_path, request.node.nodeid, monkeypatch)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The exact sets of thirty plain rows, as ``Desk.numbers`` gives them, without their names."""
    with pytest.MonkeyPatch.context() as patches:
        desk = desk_in(tmp_path_factory.mktemp("plain"), "plain", patches)
        check_reduced(desk, desk.reduce(desk.table()))
        return list(desk.numbers().values())
