"""docs/notebook_rules.md says the rules that 'attrition check' holds a notebook to."""

import re

from analysis.publishing.notebooks import headings, notebooks, rules
from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "notebook_rules.md").read_text()


def test_its_numbers_and_names_are_those_of_the_rules():
    assert f"at most {rules.MOST_SECTIONS} before the annex" in TEXT
    assert f"At most {rules.MOST_CELLS} cells of code of {rules.MOST_LINES} lines each" in TEXT
    assert all(f"`## {needed}`" in TEXT for needed in headings.NEEDED)
    named = re.search(r"Its name is none of (.+)\.\n", TEXT)[1]
    assert re.findall("`(.+?)`", named) == list(notebooks.TAKEN)
    *most, last = (f"`{kind}`" for kind in ("str", "int", "float", "bool"))
    assert f"{', '.join(most)} or {last}" in TEXT


def test_lab_and_exploring_lead_to_it():
    for page in ("lab", "exploring", "why_notebooks"):
        assert "(notebook_rules.md)" in (PROJECT / "docs" / f"{page}.md").read_text()
