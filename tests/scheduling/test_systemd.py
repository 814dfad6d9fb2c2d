"""The service and its timer: read by systemd's own checker; and the command stops as the service says it does."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.publishing.placing.staging import Staging
from tests.quick_batches import attrition
from tests.scheduling import programs

COMMAND = Path(sys.prefix) / "bin" / "attrition"
SMALL = 'formats = ["page"]\n[[reports]]\nnotebook = "journey"\nforces = ["Kent", "Essex", "Surrey"]\n'


def analyze(*words):
    return programs.run(programs.program("systemd-analyze", comes_by="apt-get install systemd"), *words)


def units(folder, **changes):
    """The two units in a folder, with the path of the command on this machine."""
    folder.mkdir()
    program = folder / "attrition"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    changes = {"/opt/attrition/.venv/bin/attrition": str(program), **changes}
    (folder / "attrition.service").write_text(programs.text("attrition.service", **changes))
    (folder / "attrition.timer").write_text(programs.text("attrition.timer"))
    path = {"/opt/attrition/.venv/bin/attrition": str(program)}
    (folder / "attrition-ended.service").write_text(programs.text("attrition-ended.service", **path))
    return tuple(folder / name for name in ("attrition.service", "attrition.timer", "attrition-ended.service"))


def settings(name):
    """The settings of a unit, each by its first value."""
    return dict(re.findall(r"^(\w+)=(.*)$", programs.text(name), flags=re.MULTILINE)[::-1])


def test_systemd_takes_all_and_has_nothing_to_say_of_them(tmp_path):
    found = analyze("verify", *units(tmp_path / "right"))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    wrong = units(tmp_path / "wrong", **{"KillMode=mixed": "KillMode=gently", "Nice=10": "Niceness=10"})
    told = analyze("verify", *wrong).stderr
    assert "gently" in told
    assert "Niceness" in told


def test_the_timer_fires_on_the_third_of_a_month():
    found = analyze("calendar", "--base-time=2026-01-10", settings("attrition.timer")["OnCalendar"])
    assert found.returncode == 0, found.stderr
    assert re.search(r"Next elapse: Tue 2026-02-03 05:17", found.stdout)


def test_the_service_may_do_little(tmp_path):
    service, _, ended = units(tmp_path / "units")
    found = analyze("security", "--offline=true", "--threshold=20", service)  # 2.0 of 10, where 10 may do everything
    assert found.returncode == 0, found.stdout
    found = analyze("security", "--offline=true", "--threshold=25", ended)  # which may use the network
    assert found.returncode == 0, found.stdout
    loose = units(tmp_path / "loose", **{"ProtectSystem=strict": "", "CapabilityBoundingSet=": ""})[0]
    assert analyze("security", "--offline=true", "--threshold=20", loose).returncode != 0


def test_reports_and_the_folder_where_they_are_built_are_in_one_place_that_it_may_write_to(tmp_path):
    held = settings("attrition.service")
    allowed, out = Path(held["ReadWritePaths"]), Path(re.search(r"--out (\S+)", held["ExecStart"])[1])
    reports = tmp_path / out.relative_to("/")
    assert Staging(reports).home.is_relative_to(tmp_path / allowed.relative_to("/"))
    assert reports.is_relative_to(tmp_path / allowed.relative_to("/"))
    assert " " not in held["ReadWritePaths"]


def test_what_the_command_cannot_tell_is_told_by_the_unit_that_its_end_starts(tmp_path):
    assert settings("attrition.service")["OnFailure"] == "attrition-ended.service"
    held = settings("attrition-ended.service")
    (tmp_path / "told.toml").write_text(f'{SMALL}[[notify]]\ncommand = ["sh", "-c", "cat > told"]\n')
    words = held["ExecStart"].replace("/opt/attrition/.venv/bin/attrition", str(COMMAND))
    words = words.replace("monthly", str(tmp_path / "told.toml"))
    for result, is_told in (("exit-code", False), ("oom-kill", True)):
        script = f"{held['ExecCondition']} && exec {words}"
        programs.run("sh", "-c", script, env={**os.environ, "MONITOR_SERVICE_RESULT": result})
        assert (tmp_path / "told").exists() == is_told
    assert "- attrition.service:oom-kill\n" in (tmp_path / "told").read_text()


@pytest.mark.nightly
def test_sigterm_to_the_command_alone_ends_it_as_the_service_expects(tmp_path):
    held = settings("attrition.service")
    assert held["KillMode"] == "mixed"
    (tmp_path / "small.toml").write_text(SMALL)
    out = tmp_path / "reports"
    words = ["batch", tmp_path / "small.toml", "--out", out, "--workers", "1", "--log-format", "json"]
    told = []
    with subprocess.Popen([COMMAND, *words], stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            for line in process.stdout:
                told.append(json.loads(line))
                if told[-1]["event"] == "job":
                    process.send_signal(signal.SIGTERM)
            process.wait(programs.LIMIT)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert str(process.returncode) == held["SuccessExitStatus"] == "143"
    end = told[-1]
    assert (end["event"], end["exit_status"], end["failed"]) == ("end", 143, 0)
    assert end["done"] >= 1
    assert end["done"] + end["left"] == end["jobs"] == 3
    whole = attrition("batch", tmp_path / "small.toml", "--out", out, "--verify").stdout.splitlines()
    assert len(whole) == end["left"]
    assert all("is not there; run the batch" in line for line in whole)
