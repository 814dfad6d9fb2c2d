"""What tests share: small counts made by hand, and the publishers' own tables where they are to be had."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from analysis.counts import Counts, Source
from analysis.coverage import Coverage

settings.register_profile("suite", deadline=None)  # these machines are noisy
settings.load_profile("suite")

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Have tests that share what is made once run in one process, which then makes it once.

    The others go to whichever process is free (``--dist loadgroup``).
    """
    for item in items:
        if item.get_closest_marker("nightly") and "ATTRITION_EVERY" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="'make test-all' runs it"))
        fixtures = [one for several in item._fixtureinfo.name2fixturedefs.values() for one in several if one.baseid]
        for scope in ("session", "module"):  # what more than one file uses comes first
            names = sorted(one.argname for one in fixtures if one.scope == scope)
            if names:
                place = item.path.relative_to(PROJECT).as_posix() if scope == "module" else ", ".join(names)
                item.add_marker(pytest.mark.xdist_group(place))
                break


@pytest.fixture
def shared():
    """The folder of the publishers' tables as received; tests that compare with it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the publishers' tables as received are not beside the project")
    return SHARED


def make_counts(rows, *, sensitivity="published", forces=None, months=3, missing=(), **changes):
    """Counts by force, period and outcome from (force, first day, outcome, cases) tuples."""
    table = pd.DataFrame(rows, columns=["force", "period", "outcome", "cases"])
    table["period"] = [date.fromisoformat(day) for day in table["period"]]
    table["cases"] = table["cases"].astype("int64")
    coverage = Coverage(
        forces=tuple(forces or sorted(table["force"].unique())),
        periods=dict.fromkeys(sorted(table["period"].unique()), months),
        missing=frozenset((force, date.fromisoformat(day)) for force, day in missing),
    )
    settings = {
        "name": "made_by_hand",
        "dimensions": ("force", "period", "outcome"),
        "basis": "recorded",
        "scheme": "home_office",
        "offence": "8Q",
        "source": Source("By hand", "This test", "", "none", {"tests/conftest.py": "0"}),
    }
    return Counts(table=table, coverage=coverage, sensitivity=sensitivity, **(settings | changes))


@pytest.fixture
def made():
    return make_counts
