"""One list of dependencies: environment.yml and the locks hold what pyproject.toml says, and no index address."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.conftest import PROJECT

WHOLE = tomllib.loads((PROJECT / "pyproject.toml").read_text())
DECLARED, GROUPS = WHOLE["project"], WHOLE["dependency-groups"]
EXTRAS = DECLARED["optional-dependencies"]


def environment():
    """The requirements of environment.yml, those for pip among them."""
    lines = (PROJECT / "environment.yml").read_text().split("dependencies:")[1].splitlines()
    entries = [line.strip().removeprefix("- ") for line in lines if line.strip().startswith("- ")]
    return {entry for entry in entries if entry not in ("pip", "pip:", "--editable .")}


def test_environment_yml_is_the_same_list():
    wanted = {*DECLARED["dependencies"], *EXTRAS["lab"], f"python{DECLARED['requires-python']}"}
    assert environment() == wanted


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ["build"]),
        ("requirements-test.lock", ["build", "test"]),
        ("requirements-lab.lock", ["build", "lab"]),
    ],
)
def test_a_lock_pins_all_of_it_with_hashes(lock, extras):
    check(lock, [*DECLARED["dependencies"], *(one for extra in extras for one in EXTRAS[extra])])


def check(lock, wanted):
    """Hold a lock to the requirements that it is made from."""
    text = (PROJECT / lock).read_text()
    assert "://" not in text
    assert "index" not in text
    pinned = dict(re.findall(r"^([a-z0-9._-]+)==([^ \\;]+)", text, flags=re.MULTILINE))
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    for line in wanted:
        requirement = Requirement(line)
        assert requirement.specifier.contains(Version(pinned[requirement.name])), line


def test_the_programs_that_schedule_are_pinned_apart_from_the_package():
    check("requirements-schedulers.lock", GROUPS["schedulers"])
    for lock in PROJECT.glob("requirements*.lock"):
        assert ("\napache-airflow" in lock.read_text()) == (lock.name == "requirements-schedulers.lock"), lock.name


def test_the_runner_has_no_jupyterlab():
    assert "jupyterlab==" not in (PROJECT / "requirements.lock").read_text()
