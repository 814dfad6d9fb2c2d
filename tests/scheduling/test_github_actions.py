"""The workflow: by the schema of workflows, and what it holds itself to."""

import json
import re

from tests.conftest import PROJECT
from tests.scheduling import programs

WORKFLOW = programs.FOLDER / "github_actions.yml"
READ = "import json, sys, ruamel.yaml as yaml; print(json.dumps(yaml.YAML(typ='safe').load(open(sys.argv[1]))))"


def checked(path):
    return programs.run(programs.scheduler("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path)


def workflow():
    return json.loads(programs.run(programs.scheduler("python"), "-c", READ, WORKFLOW).stdout)


def test_it_keeps_the_schema_of_workflows(tmp_path):
    found = checked(WORKFLOW)
    assert found.returncode == 0, found.stdout
    (tmp_path / "wrong.yml").write_text(programs.text("github_actions.yml", **{"runs-on:": "runs-in:"}))
    assert checked(tmp_path / "wrong.yml").returncode == 1


def test_it_may_read_and_no_more_and_names_the_version_of_each_action():
    held = workflow()
    assert held["permissions"] == {"contents": "read"}
    assert "permissions" not in held["jobs"]["reports"]
    used = [step["uses"] for step in held["jobs"]["reports"]["steps"] if "uses" in step]
    assert len(used) == 6
    assert all(re.fullmatch(r"actions/[\w/-]+@v\d+", one) for one in used)


def test_what_stands_is_kept_and_uploaded_whatever_the_batch_ended_with():
    steps = workflow()["jobs"]["reports"]["steps"]
    place = next(number for number, step in enumerate(steps) if "attrition batch" in step.get("run", ""))
    out = re.search(r"--out (\S+)", steps[place]["run"])[1]
    save, upload, failed = steps[place + 1 :]
    assert [one["if"] for one in (save, upload, failed)] == ["always()", "always()", "failure()"]
    assert save["with"]["path"] == upload["with"]["path"] == out
    assert failed["with"]["path"] == f".{out}-staging/failed"
    before = next(step for step in steps if "restore" in step.get("uses", ""))
    assert before["with"]["path"] == out
    assert save["with"]["key"] == before["with"]["key"]
    assert save["with"]["key"].startswith(before["with"]["restore-keys"])
    assert "continue-on-error" not in steps[place]


def test_it_sets_up_what_make_report_sets_up():
    commands = [step["run"] for step in workflow()["jobs"]["reports"]["steps"] if "run" in step]
    target = re.fullmatch(r"make (\S+)", commands[0])[1]
    planned = programs.run("make", "--dry-run", "--always-make", "PYTHON=python3", target, cwd=PROJECT)
    assert planned.returncode == 0, planned.stderr
    assert "requirements.lock" in planned.stdout
    assert commands[1].startswith(f"{target.split('/')[0]}/bin/attrition ")
