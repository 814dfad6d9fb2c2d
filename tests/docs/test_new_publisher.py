"""docs/how_to/new_publisher.md, followed to the letter, gives counts that a question is answered from."""

import re
from dataclasses import fields
from importlib import import_module

import pytest

from analysis import outcomes
from analysis.builders import published
from analysis.counts import counts
from analysis.errors import AttritionError, DataRefused
from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "how_to" / "new_publisher.md").read_text()
NAME = "two_forces_2025_26"


def block(language):
    return re.search(rf"```{language}\n(.+?)```", TEXT, flags=re.DOTALL)[1]


@pytest.fixture
def followed(tmp_path, monkeypatch):
    """The files of the page, where the builder looks for published figures."""
    (tmp_path / f"{NAME}.csv").write_text(block("text"))
    (tmp_path / "sources.toml").write_text(block("toml"))
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    return tmp_path


def test_its_figures_become_counts_that_answer_a_question(followed):
    counted = published.published(NAME, published.declared(followed / "sources.toml")[NAME])
    counts.write(counted, followed / f"{NAME}.parquet")
    held = counts.read_file(followed / f"{NAME}.parquet")
    assert list(held.source.files) == [f"data/published/{NAME}.csv"]
    [row] = (
        outcomes.endings(held, "victim_withdrawal", force="Kent").rows("forces").query("force == 'Kent'").itertuples()
    )
    assert (row.events, row.cases) == (310 + 405, 120 + 95 + 310 + 260 + 405 + 140)


@pytest.mark.parametrize(("word", "other"), [("Kent", "Knet"), (",18,", ",81,")])
def test_a_name_that_is_not_known_is_refused(followed, word, other):
    path = followed / f"{NAME}.csv"
    path.write_text(path.read_text().replace(word, other))
    with pytest.raises(AttritionError, match=other.strip(",")):
        published.published(NAME, published.declared(followed / "sources.toml")[NAME])


def test_a_key_that_is_left_out_or_not_known_is_refused(followed):
    path = followed / "sources.toml"
    for changed in (path.read_text().replace("licence", "license"), re.sub("months.*", "", path.read_text())):
        path.write_text(changed)
        with pytest.raises(DataRefused, match=r"sources.toml"):
            published.declared(path)


def test_every_key_of_a_source_is_explained():
    assert all(re.search(rf"^{one.name} =|`{one.name}`", TEXT, flags=re.M) for one in fields(published.Declared))


def test_the_names_of_the_code_are_there():
    named = re.findall(r"`(\w+)`\s+(?:in|of)\s+`(analysis/[\w/]+)\.py`", TEXT)
    assert {name for name, _ in named} == {"BUNDLED", "FORMS"}
    assert all(hasattr(import_module(module.replace("/", ".")), name) for name, module in named)
