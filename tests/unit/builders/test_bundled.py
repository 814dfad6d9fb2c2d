"""The sets that are part of the project: none is written over, and each is made again by the project itself."""

import subprocess

import pytest
from click.testing import CliRunner

from analysis.builders import bundled
from analysis.builders.published import declared
from analysis.cli.main import main
from analysis.counts import counts
from analysis.intake import sets
from tests.conftest import PROJECT

EXAMPLE = PROJECT / "data" / "examples" / "stalking_cases"


def reduced(name):
    words = [f"{EXAMPLE}.csv", "--mapping", f"{EXAMPLE}.toml", "--format", "cases", "--as", name]
    return CliRunner().invoke(main, ["reduce", *words])


def contents():
    return {path.name: path.read_bytes() for path in counts.FOLDER.iterdir()}


@pytest.mark.parametrize("name", sorted(counts.BUNDLED))
def test_no_bundled_set_is_written_over(name):
    before = contents()
    result = reduced(name)
    assert result.exit_code == 2
    assert f"Set '{name}' is part of the project" in result.output
    assert f"Choose another name with --as, such as '{name}_own'" in result.output
    assert contents() == before


@pytest.mark.parametrize("name", ["a_lags", "a_features", "a_closed", "a_crimes"])
def test_nor_is_one_by_way_of_a_set_beside_another(monkeypatch, name):
    monkeypatch.setattr(counts, "BUNDLED", frozenset({name}))
    assert "is part of the project" in reduced("a").output


def test_the_list_is_what_is_committed():
    run = subprocess.run(["git", "ls-files", "data/counts"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if run.returncode or not run.stdout:
        pytest.skip("this is no checkout")
    committed = {line.rpartition("/")[2].removesuffix(".parquet") for line in run.stdout.split() if line.endswith("t")}
    assert committed == counts.BUNDLED


def test_the_project_makes_each_of_them_itself():
    made = {name for name, what in declared().items() if what.is_counted}
    made |= {f"{name}{end}" for name in bundled.SETS for end in ("", *(f"_{one}" for one in sets.ENDINGS))}
    assert made >= counts.BUNDLED


def test_what_it_cannot_make_is_refused():
    for words in (("stalking_2024_25",), ("gwent_2022_2025",)):
        with pytest.raises(
            bundled.ParameterError, match="cannot be made. There are: stalking_example, gwent_2022_2025"
        ):
            bundled.make(*words)
