"""How far a release is, on the terminal of whoever waits for it."""

import re

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.counts import counts
from tests.conftest import PROJECT

EXAMPLE = PROJECT / "data" / "examples" / "stalking_cases"


@pytest.fixture
def reduced(tmp_path, monkeypatch):
    """What reducing some of the made-up cases says, and whether it is said on a terminal."""
    some = tmp_path / "some.csv"
    header, *rows = EXAMPLE.with_suffix(".csv").read_text().splitlines(keepends=True)
    some.write_text("".join([header, *(row for row in rows if re.search("/0[456]/2022,", row))][:150]))
    mapping = tmp_path / "some.toml"  # three months without features and times: of more a release takes longer
    plain = EXAMPLE.with_suffix(".toml").read_text().partition("[features")[0]
    plain = plain.replace('outcome_date = "Outcome date"', "").replace('"2024-03"', '"2022-06"')
    mapping.write_text(plain)
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "counts")
    words = [some, "--mapping", mapping, "--format", "cases", "--as", "some", "--workers", 1]

    def told(*, is_terminal):
        monkeypatch.setattr("analysis.cli.intake.is_terminal", lambda stream: is_terminal)
        result = CliRunner().invoke(main, ["reduce", *map(str, words)])
        assert result.exit_code == 0, result.output
        return result

    return told


def test_a_terminal_shows_how_far_a_release_is_and_a_log_says_nothing_of_it(reduced):
    shown = reduced(is_terminal=True)
    (every,) = set(re.findall(r"Releasing, round \d+: +0%\|.*?\| 0/(\d+) \[", shown.stderr))
    assert int(every) > 3
    assert "Releasing" not in shown.stdout
    assert "Releasing" not in reduced(is_terminal=False).output


def test_a_release_is_made_though_nobody_can_be_told_how_far_it_is(reduced, monkeypatch):
    def refuse(*_, **__):
        raise BrokenPipeError(32, "Broken pipe")

    for what in ("update", "reset", "clear"):
        monkeypatch.setattr(f"tqdm.tqdm.{what}", refuse)
    assert "some.parquet" in reduced(is_terminal=True).stdout
