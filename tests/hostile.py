"""Files as nobody means them: whole ones that are cut, mixed up and filled with what readers come to grief with."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from analysis.errors import AttritionError
from tests.conftest import EVERY

#: How many inputs each target is tried with: a few where tests run, as many as asked for where they are run for this.
TRIED = int(os.environ.get("ATTRITION_FUZZ", "12" if EVERY else "2"))
SECRET = "Zx9SECRETzx9"
FUZZ = settings(
    max_examples=TRIED,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # made smaller, such a file takes longer than it is worth
    report_multiple_bugs=False,
    derandomize=TRIED <= 12,
    suppress_health_check=list(HealthCheck),
)

PIECES = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xed\xa0\x80",
    "\u202e\u0007\u001b[31m\u2028\x85".encode(),
    "\u0130\u00df\ufb01\u0660".encode(),
    b'"',
    b'""',
    b"'",
    b"\r",
    b"\n",
    b"\n\n\r\r\n",
    b",",
    b";",
    b"\t",
    b"|",
    b",,,,,,,,",
    b"%",
    b"{}",
    b"\\",
    b"&#0;",
    b"<x>",
    b"]]>",
    b"[",
    b"]",
    b"=",
    b".",
    b"#",
    b"-1",
    b"1e999",
    b"nan",
    b"99999999999999999999",
    b"0000-00-00",
    b"31/02/2024",
    b"2024-01-01T00:00:00+99:99",
    b"9" * 4400,
    b"x" * 3000,
    b"(" * 1500,
    b"[" * 1500,
    b"=1+1",
    b"Total",
    b"",
    SECRET.encode(),
)


@st.composite
def broken(draw, whole: bytes, pieces=PIECES):
    """A whole file after a few changes: bytes cut out, doubled, exchanged, or something put between them."""
    held = bytearray(whole)
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(held)))
        length = draw(st.sampled_from((0, 1, 1, 2, 5, 40, 400)))
        part = bytes(held[start : start + length])
        match draw(st.sampled_from(("cut", "double", "put", "put", "exchange", "end", "move"))):
            case "cut":
                del held[start : start + length]
            case "double":
                held[start:start] = part * draw(st.sampled_from((1, 2, 50)))
            case "put":
                held[start:start] = draw(st.sampled_from(pieces))
            case "exchange":
                held[start : start + length] = draw(st.binary(max_size=max(length, 1)))
            case "end":
                del held[start:]
            case "move":
                del held[start : start + length]
                place = draw(st.integers(0, len(held)))
                held[place:place] = part
    return bytes(held)


def answered(reads, *given):
    """What comes of a reading: its result, or None where it was refused as this suite refuses, without a secret."""
    try:
        return reads(*given)
    except AttritionError as fault:
        told = f"{fault} {fault.in_short}"
    check_told(told)
    return None


def check_told(told):
    """That no secret is in what was said."""
    assert SECRET.casefold() not in told.casefold(), told
