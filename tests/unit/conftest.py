"""What unit tests share."""

import pytest

from analysis.intake.home_office import cache as reading_cache
from analysis.presentation import figure
from analysis.publishing.batch import file
from analysis.publishing.batch import run as batches


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The cache of readings, in a folder of the test's own."""
    monkeypatch.setattr(reading_cache, "FOLDER", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def undrawn(monkeypatch):
    """Figures have their words and rows, and no drawing, which takes long."""
    monkeypatch.setattr(figure, "drawings", lambda *_, **__: ("", ""))


@pytest.fixture(scope="session")
def two_reports(tmp_path_factory):
    """A folder with two reports that were really made, pages only, and the batch that asked for them."""
    folder = tmp_path_factory.mktemp("two_reports")
    (folder / "two.toml").write_text(
        'formats = ["page"]\n[[reports]]\nnotebook = "victim_withdrawal"\nforce = "Kent"\n'
        '[[reports]]\nnotebook = "data_received"\n'
    )
    wanted = file.read(folder / "two.toml")
    run = batches.run(wanted, folder / "reports", settings=batches.Settings(workers=2))
    assert run.line.startswith("two: 2 done (")
    return folder / "reports", wanted
