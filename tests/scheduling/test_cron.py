"""The crontab: read by cron's own checker, and its commands by the shell as cron would run them."""

import re
import subprocess

import pytest

from tests.scheduling import programs

LINE = re.compile(r"^((?:\S+\s+){5})(.+)$")
SETTING = re.compile(r"^(\w+)=(.*)$")


def checked(path):
    """What Debian's cron says of a file that it does not install; the letter means something else to other crons."""
    crontab = programs.program("crontab", comes_by="apt-get install cron")
    told = programs.run(crontab, "-h", stdin=subprocess.DEVNULL)
    if "dry run" not in told.stdout + told.stderr:
        pytest.skip("the cron that is here has no dry run")
    return programs.run(crontab, "-n", path, stdin=subprocess.DEVNULL)


def test_cron_takes_it(tmp_path):
    found = checked(programs.FOLDER / "crontab")
    assert found.returncode == 0, found.stderr
    (tmp_path / "wrong").write_text(programs.text("crontab", **{"17 5 3 * *": "17 5 32 * *"}))
    assert "bad day-of-month" in checked(tmp_path / "wrong").stderr


def test_the_other_schedules_are_ones_that_cron_takes_too(tmp_path):
    for name in ("github_actions.yml", "airflow_dag.py", "jupyter_scheduler.json"):
        moment = re.search(r'"((?:[\d*]+ ){4}[\d*]+)"', programs.text(name))[1]
        (tmp_path / "line").write_text(f"{moment} true\n")
        assert checked(tmp_path / "line").returncode == 0, name


def as_cron_runs(number, folder, does):
    """What the command of a line writes, in cron's environment, where the command ``attrition`` does this."""
    command = folder / "bin" / "attrition"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\necho "$@" > {folder}/asked; umask >> {folder}/asked\n{does}\n')
    command.chmod(0o755)
    moved = {"/opt/attrition/.venv/bin": str(folder / "bin"), "/srv/attrition": str(folder)}
    lines = [line for line in programs.text("crontab", **moved).splitlines() if line and not line.startswith("#")]
    settings = dict(SETTING.match(line).groups() for line in lines if SETTING.match(line))
    words = [LINE.match(line)[2] for line in lines if not SETTING.match(line)][number]
    return programs.run(settings["SHELL"], "-c", words, env={"HOME": str(folder), **settings}, cwd=folder, umask=0o077)


def test_a_month_is_mailed_only_when_something_failed(tmp_path):
    well = as_cron_runs(0, tmp_path, "echo monthly: 2 done")
    assert (well.stdout, well.stderr, well.returncode) == ("", "", 0)
    assert (tmp_path / "batch.log").read_text() == "monthly: 2 done\n"
    asked, umask = (tmp_path / "asked").read_text().splitlines()
    assert asked == f"update monthly --out {tmp_path}/reports --keep 24 --wait"
    assert umask == "0022"
    some = as_cron_runs(0, tmp_path, "echo monthly: 1 done, 1 failed; echo FAILED trends >&2; exit 6")
    assert (some.stdout, some.stderr, some.returncode) == ("", "FAILED trends\n", 6)
    assert (tmp_path / "batch.log").read_text() == "monthly: 1 done, 1 failed\n"


def test_a_sunday_is_mailed_only_when_something_is_damaged(tmp_path):
    assert as_cron_runs(1, tmp_path, "echo all are whole").stdout == ""
    damaged = as_cron_runs(1, tmp_path, "echo trends: is damaged; echo attrition: 1 faults >&2; exit 6")
    assert damaged.stdout == "trends: is damaged\n"
    assert damaged.stderr == "attrition: 1 faults\n"
