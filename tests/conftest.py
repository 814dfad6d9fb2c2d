"""What tests share: small counts made by hand, and the publishers' own tables where they are to be had."""

from __future__ import annotations

import gc
import os
import signal

# As the command has it, and before numpy asks: with a thread for each processor the matrices of a forecast, which are
# small, cost four times as much where tests run beside each other.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.publishing.running import children

#: Whether everything is to be run: all examples, all kernels, all widths of a browser, kills at random.
EVERY = "ATTRITION_EVERY" in os.environ
#: Commands that tests start keep what they compile, and need not compile the package and Airflow anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
settings.register_profile("suite", deadline=None, max_examples=12)  # no deadline: these machines are noisy
settings.register_profile("every", deadline=None, max_examples=100)
settings.load_profile("every" if EVERY else "suite")

# As what makes reports has it; a kernel keeps text in Arrow's, as pandas does of itself, and so do tests of the night.
if not EVERY:
    pd.set_option("mode.string_storage", "python")

# What a killed process wrote stands all the same: only a machine that loses its power needs what this waits for.
os.fsync = lambda _: None

# In the background of a script Ctrl-C is ignored, by all that a process starts too; tests of stopping press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

children.collect_seldom()  # each look for circles goes over all that the tests have loaded
#: The server of this process, should it need one: a report of the many that it makes finds loaded what it uses.
children.prepare(children.REPORTS, number=children.SEVERAL)

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"


def examples(few: int, many: int) -> settings:
    """A few examples of a property that is slow to try; many where everything is run."""
    return settings(max_examples=many if EVERY else few)


def nightly(values, *always):
    """Each value of a parameter; all but some of them only where everything is run."""
    return [
        one if one in always else pytest.param(*(one if isinstance(one, tuple) else (one,)), marks=pytest.mark.nightly)
        for one in values
    ]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Have tests that share what is made once run in one process, which then makes it once, and begin with them.

    The others go to whichever process is free (``--dist loadgroup``), and being short keep both busy until the end.
    What is for the night is left out: to have thousands of tests skipped one by one takes longer than some of them.
    """
    if not EVERY:
        _leave_out([item for item in items if item.get_closest_marker("nightly")], items)
    for item in items:
        fixtures = [one for several in item._fixtureinfo.name2fixturedefs.values() for one in several if one.baseid]
        for scope in ("session", "module"):  # what more than one file uses comes first
            names = sorted(one.argname for one in fixtures if one.scope == scope)
            if names:
                place = item.path.relative_to(PROJECT).as_posix() if scope == "module" else ", ".join(names)
                item.add_marker(pytest.mark.xdist_group(place))
                break
    items.sort(key=lambda item: _group(item) is None)
    result = yield  # now xdist reads the marks
    grouped = [item for item in items if _group(item)]
    if grouped and "PYTEST_XDIST_WORKER" in os.environ and not any("@" in item.nodeid for item in grouped):
        raise pytest.UsageError(
            "pytest-xdist does not keep together what shares a fixture, and each would be made twice"
        )
    return result


def _leave_out(some, items):
    """Take tests out of those that are run, and say that they were."""
    if some:
        left_out = set(some)
        items[:] = [item for item in items if item not in left_out]
        some[0].config.hook.pytest_deselected(items=some)


def pytest_report_header():
    """What is left out, where something is."""
    return None if EVERY else "nightly tests are left out: 'make test-all' runs them"


def pytest_collection_finish():
    """Have no later look for circles go over what was loaded so far."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure():
    """Have all that goes away in the end, or libraries in C say that it leaked."""
    gc.unfreeze()


def _group(item):
    return item.get_closest_marker("xdist_group")


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
