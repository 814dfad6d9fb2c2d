"""Words that are made safe can be seen, whole, and are spelled out in a way that JSON and TOML read back."""

import json
import logging
import re
import sys
import tomllib
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cli.main import _Sentences
from analysis.cli.telling import say
from analysis.errors import AttritionError, unknown
from analysis.safe_words import UNSEEN, in_one_line, is_safe, safe, safe_lines, safe_throughout, seen

#: Letters, controls, escapes of terminals, directions, marks without width, surrogates, tags: whatever a file may hold.
TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x00\x07\x08\x1b\x7f\x85\x9b\xad\u200b\u200d\u200f\u2028\u202a\u202e\u2066\u2069\ufe0f\ufeff\ud800\udfff"
            "\U000e0041\U0010ffff\n\r\t'\"\\"
        ),
    )
)
NESTED = st.recursive(
    st.one_of(TEXT, st.integers(), st.none()), lambda one: st.one_of(st.lists(one), st.dictionaries(TEXT, one))
)


def test_every_character_that_does_something_or_cannot_be_seen_is_spelled_out():
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    left = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in kinds]
    assert len(left) > 2000
    assert [char for char in left if is_safe(char)] == []
    never = [chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
    assert not any(map(is_safe, never))


def test_what_cannot_be_seen_is_a_space_or_is_not_safe_and_none_of_it_is_a_letter_of_any_script():
    unseen = {sign for sign in map(chr, range(sys.maxunicode + 1)) if re.match(f"[{UNSEEN}]", sign)}
    kinds = ("Cc", "Zs", "Zl", "Zp")
    assert {sign for sign in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(sign) in kinds} <= unseen
    assert all(unicodedata.category(sign) == "Zs" or not is_safe(sign) for sign in unseen)
    fillers = set("\u115f\u1160\u3164\uffa0")
    assert {sign for sign in unseen if unicodedata.category(sign)[0] in "LNPS"} == fillers


@given(TEXT)
def test_what_is_safe_stays_and_nothing_else_is_left(text):
    made = safe(text)
    assert is_safe(made)
    assert safe(made) == made
    assert (made == text) == is_safe(text)
    made.encode()  # a lone surrogate could not be


@given(TEXT)
def test_nothing_is_lost(text):
    """Spelled out it can be read back, wherever text with these escapes can stand."""
    inside = text.replace("\\", "/").replace('"', "'")
    assert json.loads(f'"{safe(inside)}"') == json.loads(json.dumps(inside))


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])))
def test_a_draft_of_a_mapping_reads_back(text):
    told = safe(json.dumps(text, ensure_ascii=False))
    assert tomllib.loads(f"word = {told}") == {"word": text}


@given(TEXT)
def test_lines_stay_lines(text):
    assert safe_lines(text).split("\n") == [safe_lines(line) for line in text.split("\n")]
    assert all(is_safe(line.replace("\t", " ")) for line in safe_lines(text).split("\n"))


@given(TEXT)
def test_what_a_reader_sees_is_safe_and_in_xml(text):
    assert is_safe(seen(text))
    assert in_one_line(text) == in_one_line(in_one_line(text))
    element = ElementTree.Element("a")
    element.text = in_one_line(text)
    assert (ElementTree.fromstring(ElementTree.tostring(element)).text or "") == in_one_line(text)


@given(NESTED)
def test_everything_in_a_record_is_made_safe(told):
    json.dumps(safe_throughout(told), ensure_ascii=False).encode()
    assert safe_throughout(safe_throughout(told)) == safe_throughout(told)


NASTY = "a\x1b[2Jb\x9bc\u202ed\u200be\ud800"
SPELLED = "a\\u001b[2Jb\\u009bc\\u202ed\\u200be\\ud800"


def test_no_error_holds_one():
    fault = AttritionError(f"{NASTY}: no.", in_short=NASTY)
    assert (str(fault), fault.in_short) == (f"{SPELLED}: no.", SPELLED)
    assert f"called '{SPELLED}\\u000ax'" in str(unknown("force", f"{NASTY}\nx", ["Kent"], see="attrition list forces"))


@pytest.mark.parametrize("err", [False, True])
def test_no_terminal_gets_one(capsys, err):
    say(NASTY, err=err)
    assert SPELLED in "".join(capsys.readouterr())


def test_no_log_gets_one():
    record = logging.LogRecord("a", logging.WARNING, "", 1, "%s", (NASTY,), None)
    assert _Sentences().format(record) == f"attrition: warning of a: {SPELLED}"
