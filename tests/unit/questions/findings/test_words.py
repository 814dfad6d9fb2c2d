"""What the words on findings say of how much a match is worth."""

from math import nan

import pandas as pd
import pytest

from analysis.questions.findings import words


@pytest.mark.parametrize(
    ("fitting", "forces_fitting", "forces", "worth"),
    [
        (3, 4, 44, "some evidence"),
        (3, 5, 44, "weak evidence"),  # a tenth of the forces match as well
        (2, 0, 44, "weak evidence"),  # most ways of counting do not match
        (6, 21, 44, "weak evidence"),
        (6, 22, 44, "hardly evidence"),  # half of the forces match as well
        (3, nan, nan, "some evidence"),  # a number, of which no force can be asked
    ],
)
def test_a_match_is_worth_less_the_more_forces_and_the_fewer_ways_match(fitting, forces_fitting, forces, worth):
    row = pd.Series({"fitting": fitting, "ways": 6, "forces_fitting": forces_fitting, "forces": forces})
    assert words._worth(row) == worth
