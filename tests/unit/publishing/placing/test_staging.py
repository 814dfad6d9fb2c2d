"""Where reports are built: beside the folder of reports or inside it, and what stays there."""

import errno
from pathlib import Path

import pytest

from analysis.publishing.placing import staging
from analysis.publishing.placing.staging import Staging


def test_it_stands_beside_the_folder_it_is_for_whatever_that_is_called_by(tmp_path):
    out = tmp_path / "reports"
    assert Staging(out).home == tmp_path / ".reports-staging"
    (tmp_path / "link").symlink_to(out)
    assert Staging(tmp_path / "link").home == tmp_path / ".reports-staging"


def test_it_stands_inside_where_nothing_can_be_moved_over_from_beside(tmp_path, monkeypatch):
    rename = Path.rename

    def elsewhere(self, target):
        if self.parent.name == ".reports-staging":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", elsewhere)
    assert Staging(tmp_path / "reports").home == tmp_path / "reports" / staging.INSIDE


def test_a_folder_that_cannot_be_made_is_a_fault_of_the_system(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Not a directory"):
        Staging(tmp_path / "file" / "reports")


def test_what_a_batch_built_is_left_until_it_is_cleared(tmp_path):
    place = Staging(tmp_path / "reports")
    (place.of_batch() / "left").write_text("by one that was killed")
    assert [path.name for path in staging.left(tmp_path / "reports")] == ["batch"]
    place.clear()
    assert staging.left(tmp_path / "reports") == []
    assert list(place.of_batch().iterdir()) == []


def test_what_failed_is_kept_in_the_place_of_what_failed_before(tmp_path):
    place = Staging(tmp_path / "reports")
    kept = place.keep("trends/force-kent", {"error.txt": b"one", "executed.ipynb": b"{}"})
    assert kept == place.failed("trends/force-kent") == place.home / "failed" / "trends" / "force-kent"
    place.keep("trends/force-kent", {"error.txt": b"two"})
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {"error.txt": b"two"}
    place.of_batch()
    assert kept.is_dir()
    place.forget("trends/force-kent")
    place.forget("trends/force-essex")
    assert not kept.exists()
