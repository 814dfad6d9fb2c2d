"""Same inputs, same bytes: bundled notebooks, made by other workers, elsewhere, and five hundred days later.

Bars and lines; every notebook where everything is run.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest
from matplotlib import font_manager

from analysis.publishing.notebooks import notebooks
from tests.batches import desk
from tests.conftest import EVERY, PROJECT
from tests.reports import made_once

FORMS = ("report.html", "report.pdf", "results.json", "tables.xlsx", "data/csv-metadata.json")
NAMES = notebooks.names() if EVERY else ["victim_withdrawal", "trends"]
STRANGE = """
text.usetex: True
font.family: serif
font.style: italic
font.stretch: condensed
font.size: 30
text.hinting_factor: 1
text.kerning_factor: 6
svg.fonttype: path
svg.hashsalt: another
path.sketch: 1, 100, 2
axes.formatter.use_locale: True
axes.facecolor: black
no.such.setting: 1
"""
CLOCK = r"""
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#define AHEAD (500L * 86400 + 3723)
int clock_gettime(clockid_t which, struct timespec *now) {
    int told = syscall(SYS_clock_gettime, which, now);
    if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE) now->tv_sec += AHEAD;
    return told;
}
int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *kept) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (kept) *kept = exact.tv_sec;
    return exact.tv_sec;
}
"""


def other_clock(folder: Path) -> dict[str, str]:
    """What has a process see another time; nothing where there is no compiler, or no way to put it in between.

    The name of the folder must hold no space, which parts the names of libraries.
    """
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return {}
    (folder / "clock.c").write_text(CLOCK)
    words = [compiler, "-shared", "-fPIC", "-o", str(folder / "clock.so"), str(folder / "clock.c")]
    subprocess.run(words, check=True, capture_output=True)
    return {"LD_PRELOAD": str(folder / "clock.so")}


def strange_home(home: Path) -> dict[str, str]:
    """A reader's own settings for matplotlib, IPython, Jupyter and Python: each of them made another report, or none.

    JUPYTER_PATH holds a kernel of the name of ours, and comes before those of any environment.
    """
    held = {
        ".config/matplotlib/matplotlibrc": STRANGE,
        ".config/matplotlib/stylelib/afcharts.afcharts.mplstyle": "lines.linewidth: 9\naxes.facecolor: red\n",
        ".ipython/profile_default/startup/first.py": "print('good morning')",
        ".ipython/profile_default/ipython_kernel_config.py": "c.InteractiveShellApp.exec_lines = ['raise SystemExit']",
        "kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "", "language": "python"}',
        ".jupyter/jupyter_config.py": "c.KernelManager.shutdown_wait_time = 0\n",
        "startup.py": "raise SystemExit('good evening')",
        "matplotlibrc": "\xff",
    }
    version = font_manager.FontManager.__version__
    fonts = {
        "_version": version,
        "defaultFamily": {"ttf": ""},
        "afmlist": [],
        "ttflist": [],
        "__class__": "FontManager",
    }
    held[f".cache/matplotlib/fontlist-v{version}.json"] = json.dumps(fonts)  # which holds none
    for name, text in held.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="latin-1")
    return {
        "HOME": str(home),
        "MATPLOTLIBRC": str(home / ".config" / "matplotlib" / "matplotlibrc"),
        "MPLBACKEND": "none of these",
        "JUPYTER_PATH": str(home),
        "PYTHONSTARTUP": str(home / "startup.py"),
        "COLUMNS": "1",
        "NO_COLOR": "1",
        "LANGUAGE": "de",
    }


def report(out: Path, *words: str, **environment: str) -> str:
    """What a batch of those notebooks says of its run, in a process of its own and in a folder not the project's."""
    (out.parent / "every.toml").write_text("".join(f'[[reports]]\nnotebook = "{name}"\n' for name in NAMES))
    ended = subprocess.run(
        [sys.executable, "-m", "analysis.cli", "batch", "every.toml", "--out", str(out), *words],
        cwd=out.parent,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in ended.stderr.splitlines() if "building the font cache" not in line]  # where it takes 5 s
    assert (ended.returncode, told) == (0, []), ended.stdout + ended.stderr
    return ended.stdout


def content(path: Path) -> bytes:
    """All that a file holds, unpacked where it is packed."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            return b"\n".join(one.filename.encode() + packed.read(one) for one in packed.infolist())
    if path.suffix == ".pdf":
        with pikepdf.open(path) as packed:
            streams = [one.read_bytes() for one in packed.objects if isinstance(one, pikepdf.Stream)]
            return path.read_bytes() + b"\n".join(streams)
    return path.read_bytes()


def files(folder: Path) -> list[str]:
    """The files of a report, but for its manifest, which holds moments."""
    return sorted(manifest(folder)["files"])


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Reports, twice: by this process here and now, and again by a batch elsewhere, in another time and settings."""
    here, there = tmp_path_factory.mktemp("here") / "reports", tmp_path_factory.mktemp("there") / "with a longer name"
    for name in NAMES:
        one = made_once.folder_of(tmp_path_factory, name, {})
        shutil.copytree(one, here / name / one.name)
    shutil.copytree(here, there / "published")  # whose edition and its day the reports carry on
    (there / "temporary").mkdir(parents=True)
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C"}
    elsewhere |= {
        "TMPDIR": str(there / "temporary"),
        **strange_home(there),
        **other_clock(tmp_path_factory.mktemp("clock")),
    }
    assert f"every: {len(NAMES)} done" in report(there / "published", "--force", "--workers", "1", **elsewhere)
    return here, there / "published", elsewhere


def test_reports_are_the_same_wherever_and_whenever_they_are_made(made):
    here, there, elsewhere = made
    folders = sorted(path.parent.relative_to(here) for path in here.glob("*/*/manifest.json"))
    assert {folder.parts[0] for folder in folders} == set(NAMES)
    for folder in folders:
        assert files(here / folder) == files(there / folder)
        assert set(FORMS) < set(files(here / folder))
        for name in files(here / folder):
            assert (here / folder / name).read_bytes() == (there / folder / name).read_bytes(), f"{folder}/{name}"
        one, other = manifest(here / folder), manifest(there / folder)
        differing = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
        assert differing == {"made_at"}, folder
        if "LD_PRELOAD" in elsewhere:
            assert int(other["made_at"][:4]) > int(one["made_at"][:4])


def test_reports_tell_nothing_of_where_and_when_they_were_made(made):
    here, there, elsewhere = made
    traces = [str(PROJECT), str(here), str(there), str(Path.home()), sys.prefix, "/tmp/", "ipykernel", "0x7f"]
    traces += [platform.node()] if len(platform.node()) > 5 else []
    if "LD_PRELOAD" in elsewhere:
        year, month, day = manifest(next(there.glob("trends/*")))["made_at"][:10].split("-")
        traces += [f"{year}-{month}-{day}", f"{year}{month}{day}", f"{day}/{month}/{year}"]
    for folder in sorted(path.parent for path in there.glob("*/*/manifest.json")):
        for path in (folder / name for name in files(folder)):
            held = content(path)
            found = [trace for trace in traces if trace.encode() in held]
            assert found == [], path.relative_to(there)
            assert not re.search(rb"object at 0x|<function |<built-in", held), path.relative_to(there)


def test_what_was_made_here_is_up_to_date_there(made):
    here, there, elsewhere = made
    assert f"every: {len(NAMES)} up to date" in report(here, **elsewhere)
    assert f"every: {len(NAMES)} up to date" in desk.run(there.parent / "every.toml", there).output


@pytest.mark.nightly
def test_ordinary_kernels_make_the_same_bytes(made, tmp_path):
    here, _, _ = made
    asked = ("--only", "victim_withdrawal", "--only", "trends")
    report(tmp_path / "reports", "--engine", "plain", *asked, **strange_home(tmp_path / "home"))
    folders = [path.parent.relative_to(tmp_path / "reports") for path in tmp_path.glob("reports/*/*/manifest.json")]
    assert len(folders) == 2
    for folder in folders:
        for name in files(here / folder):
            assert (here / folder / name).read_bytes() == (tmp_path / "reports" / folder / name).read_bytes(), folder


@pytest.mark.nightly
def test_two_workers_and_another_order_of_hashes_make_the_same_bytes(made, tmp_path):
    here, _, _ = made
    assert f"every: {len(NAMES)} done" in report(tmp_path / "reports", "--workers", "2", PYTHONHASHSEED="1")
    for folder in sorted(path.parent for path in here.glob("*/*/manifest.json")):
        for path in (folder / name for name in files(folder)):
            assert path.read_bytes() == (tmp_path / "reports" / path.relative_to(here)).read_bytes(), path.name
