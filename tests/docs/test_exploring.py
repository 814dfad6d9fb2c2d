"""The examples of docs/exploring.md run, in order, and what they say of the figures is so."""

import re

import pandas as pd

from analysis.counts import counts
from tests.conftest import PROJECT


def test_the_examples_run_in_order():
    text = (PROJECT / "docs" / "exploring.md").read_text("utf-8")
    held: dict = {}
    counts.forget_read()  # as in a process of its own, which has read no counts of people
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 5
    for example in examples:
        exec(compile(example, "docs/exploring.md", "exec"), held)
    both: pd.DataFrame = held["both"]
    told = re.search(r"from (\d+)% to (\d+)%, the share charged from (\d+)% to (\d+)%", text)
    ends = [both[name].agg(end) for name in ("withdrawn_share", "charged_share") for end in ("min", "max")]
    assert list(told.groups()) == [f"{100 * end:.0f}" for end in ends]
    assert len(both) == 44
    assert (held["largest"]["charged_share"] < 1 / 8).all()
