"""What tests of reports share: drafts whose cells run in a forked process, as those that keep the rules do."""

import pytest

from analysis.publishing.running import children, engine
from tests.conftest import EVERY


@pytest.fixture
def no_kernel(monkeypatch):
    """Run a notebook that breaks the rules without the kernel of its own, which takes seconds to start.

    What a cell shows is the same either way (tests/notebooks/test_engines.py), and what becomes of it is one code. At
    night it has its kernel.
    """
    if children.is_possible() and not EVERY:
        monkeypatch.setattr(engine, "is_warm", lambda *_: True)
