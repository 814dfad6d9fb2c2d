"""What an outcome is called in record systems and in forces' answers, and the type that it means, if that is sure.

A word is read three ways: as it is listed in data/reference/outcome_words.csv, without regard to capitals and
punctuation; by a number in it ("Outcome 16", "OC16", "16 - Victim declines"); and by what it says of suspect and
victim. Likeness plays no part: "identified" and "not identified" are nearly the same letters. Where the three disagree,
or leave more than one type, there is no meaning, only candidates for a person to choose from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.reference import reference

SCHEME = "home_office"
_UNSURE = ("10", "14", "15", "16", "18", "21")  # what "no further action" may be


@dataclass(frozen=True)
class Meaning:
    """The type that a word means. ``code`` is "" where none is sure; ``candidates`` are then what it may be.

    ``is_known``: nothing in the word is anybody's own, so that it may be printed however rare it is. ``part`` is the
    type 1a, 2a or 3a that the word names, which in a case file stands in place of ``code``.
    """

    code: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
    is_known: bool = False
    part: str = ""


def meaning(word: str) -> Meaning:
    """What one word of an outcome column means.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    Meaning
        The type, or candidates for it.
    """
    numbers, is_named, rest = _numbered(flat(word))
    listed = _words().get(key(rest), "") if rest else ""
    said = {listed} if listed else _said(rest)
    if not numbers:
        return _by_words(listed, said, rest)
    doubt = _doubt(flat(word), numbers, said, rest, is_named=is_named)
    return doubt or _sure(numbers[0], "by its number", is_known=not rest or bool(listed))


def _doubt(plain: str, numbers: tuple[str, ...], said: set[str], rest: str, *, is_named: bool) -> Meaning | None:
    """Why a number in a word cannot be relied on; None where it can."""
    number = numbers[0]
    if _CANCELLING.fullmatch(plain):
        return Meaning(reason="C1 to C5 are also reasons for which records are cancelled", candidates=_real(numbers))
    if len(numbers) > 1:
        return Meaning(reason=f"it holds several numbers: {' and '.join(numbers)}", candidates=_real(numbers))
    if number not in reference.outcomes(SCHEME):
        likely = _real((re.sub(r"[a-z]$", "", number),))
        return Meaning(reason=f"no outcome type is called {number}", candidates=likely)
    if not _agree(number, said, rest):
        sentence = f"its number says {number} and its words {_spoken(said) or 'otherwise'}"
        return Meaning(reason=sentence, candidates=_ordered({number, *said}))
    if rest and not is_named and not said:
        return Meaning(reason=f"{number} may be a number of the force's own", candidates=(number,))
    return None


def known(word: str) -> str:
    """The type of a word that is listed or is nothing but its number; "" otherwise, and for 1a, 2a and 3a.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    str
        Outcome code.
    """
    guess = meaning(word)
    return guess.code if guess.is_known and not guess.part else ""


def _by_words(listed: str, said: set[str], rest: str) -> Meaning:
    if listed:
        return _sure(listed, "listed in outcome_words.csv", is_known=True)
    if len(said) == 1 and _is_plain(next(iter(said)), rest):
        return _sure(next(iter(said)), "by what it says", is_known=False)
    reason = f"it may be {_spoken(said)}" if said else "no type is known by this word"
    return Meaning(reason=reason, candidates=_ordered(said))


def _sure(code: str, reason: str, *, is_known: bool) -> Meaning:
    parent = reference.outcomes(SCHEME)[code].part_of
    if parent:
        sentence = f"type {code}, which in a case file stands in place of {parent}: map it to {parent}"
        return Meaning(parent, sentence, is_known=is_known, part=code)
    return Meaning(code, reason, is_known=is_known)


def _real(numbers: tuple[str, ...]) -> tuple[str, ...]:
    return _ordered({number for number in numbers if number in reference.outcomes(SCHEME)})


def _ordered(codes: set[str]) -> tuple[str, ...]:
    return tuple(sorted(codes, key=lambda code: list(reference.outcomes(SCHEME)).index(code)))


def _spoken(codes: set[str]) -> str:
    return " or ".join(_ordered(codes))


# How words are made comparable.

_STOP = {
    *("the", "a", "an", "this", "of", "to", "by", "for", "with", "in", "or", "and"),
    *("is", "are", "was", "has", "have", "been"),
}
_SAME = {
    "charged": "charge", "charges": "charge", "summonsed": "summons", "cautions": "caution", "cautioned": "caution",
    "youths": "youth", "adults": "adult", "notices": "notice", "warnings": "warning", "resolutions": "resolution",
    "offences": "offence", "supports": "support", "alternative": "alternate", "agencies": "agency",
    "diversion": "diversionary", "education": "educational", "interventions": "intervention",
    "difficulty": "difficulties", "tics": "tic",
}  # fmt: skip
_DENIAL = re.compile(r"\b(?:not|no|never|without|un\w+|declin\w*|refus\w*|withdr\w*|retract\w*)\b")


def flat(word: str) -> str:
    """A word in small letters, its spaces single, contractions written out, every kind of dash one.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    str
        The word made flat.
    """
    plain = unicodedata.normalize("NFKC", word).casefold().replace("\u2019", "'").replace("&", " and ")
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    plain = re.sub(r"\b(does|do|did)(?:n't|nt)\b|\b(?:do|did) not\b", "does not", plain)
    return " ".join(re.sub(r"\b(can|ca)n't\b|\bcannot\b", "can not", plain).replace("'", "").split())


def bare(text: str) -> str:
    """The letters and digits alone.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        Letters and digits.
    """
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


@cache
def _words() -> Mapping[tuple[str, ...], str]:
    names = {outcome.name: code for code, outcome in reference.outcomes(SCHEME).items()}
    return {key(word): code for word, code in {**reference.outcome_words(), **names}.items()}


def key(word: str) -> tuple[str, ...]:
    """What two spellings of one name share: its words, in any order where none of them denies another.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    tuple[str, ...]
        Words.
    """
    plain = bare(flat(word))
    words = tuple(_SAME.get(part, part) for part in plain.split() if part not in _STOP)
    return words if _DENIAL.search(plain) else tuple(sorted(words))


# Numbers.

_NUMBER = r"0*(\d{1,2})([a-z])?"
_NAMED = re.compile(
    r"(?<![a-z0-9])(?:(?:home office |ho |crime )?outcome(?: ?(?:type|code|number|no\.?))?|ho|oc|ot|o/c|type"
    r"|disposal(?: code)?)"
    rf"\s*[-:.#]*\s*{_NUMBER}(?![a-z0-9])"
)
_LETTERED = re.compile(rf"(?:^|[(\[])\s*[co]-?{_NUMBER}(?![a-z0-9])")
_CANCELLING = re.compile(r"[(\[]?c ?-?0*[1-5][)\]]?")
_FIRST = re.compile(
    rf"^[(\[]?{_NUMBER}(?:\.0+)?[)\]]?(?=$|[\s:;.,)\]|-])(?!\s*(?:days?|weeks?|months?|years?|hours?|%))"
)
_LAST_PLACE = re.compile(rf"(?:[(\[]\s*{_NUMBER}\s*[)\]]|\s-\s*{_NUMBER})$")
_MORE = re.compile(
    r"\s*(?:/|,|\+|-|\bor\b|\band\b|\bto\b|\bof\b)\s*(?:oc|outcome|type|c)?\s*0*(\d{1,2}[a-z]?)(?![a-z0-9])"
)


def _numbered(flat: str) -> tuple[tuple[str, ...], bool, str]:
    """The numbers of types in a word, whether it calls them so, and what is left of it without them."""
    for pattern, is_named in ((_NAMED, True), (_LETTERED, True), (_FIRST, False), (_LAST_PLACE, False)):
        matches = list(pattern.finditer(flat))
        if not matches:
            continue
        numbers, rest, end = [], "", 0
        for match in matches:
            numbers.append("".join(group for group in match.groups() if group))
            rest, end = rest + flat[end : match.start()] + " ", match.end()
            while more := _MORE.match(flat, end):
                numbers.append(more[1])
                end = more.end()
        if re.search(r"\bnot?\s*$", flat[: matches[0].start()]):
            break
        return tuple(dict.fromkeys(numbers)), is_named, bare(rest + flat[end:])
    return (), False, bare(flat)


# What words say of suspect and victim.

_VICTIM = r"(?:victims?|complainants?|aggrieved|injured party|ip|vic)"
_AGAINST = (
    r"(?:not (?:\w+ ){0,2}?(?:support\w*|cooperat\w*|co operat\w*|engag\w*|pursu\w*|proceed\w*|wish\w*|want\w*|willing"
    r"|prosecut\w*|assist\w*|provid\w*)|no longer|unwilling|unable to (?:\w+ )?support|refus\w*|declin\w*|withdr\w*"
    r"|retract\w*|unsupport\w*|uncooperative|disengag\w*)"
)
_OTHERS = "suspect|offender|supports?\\b|evidence|account|cps|police|officer|witness"  # what follows is said of these
_VICTIM_NO = re.compile(
    rf"{_VICTIM} (?:(?!{_OTHERS})\w+ ){{0,3}}?{_AGAINST}\b"
    rf"|(?:no|without|lack of|withdr\w*(?: of)?|retract\w*) {_VICTIM} (?:support|cooperation|statement)"
    rf"|{_VICTIM} support (?:\w+ )?(?:withdrawn|not|refused|declined)|evidential difficulties victim based"
)
_VICTIM_YES = re.compile(
    rf"{_VICTIM} (?:(?!not|no|un)\w+ )?(?:supports?|supporting|supportive|cooperat\w+|willing)\b"
    rf"(?! (?:\w+ )?(?:withdrawn|not|refused|declined))|supported by (?:the )?{_VICTIM}|with {_VICTIM} support"
)
_SUSPECT = r"(?:suspects?|offenders?|perpetrators?)"
_SUSPECT_NO = re.compile(
    rf"\bno (?:named |identified |known |identifiable )?{_SUSPECT}\b"
    rf"|\b(?:unidentified|unnamed|unknown|untraced) {_SUSPECT}"
    rf"|{_SUSPECT} (?:(?!victim|identified|named|known)\w+ ){{0,2}}?"
    r"(?:not (?:yet |been )*(?:identified|named|known|traced|id)|unidentified|unnamed|unknown|untraced)\b"
    r"|\bnot identified\b|\bunidentified\b|\bno id\b"
)
_SUSPECT_YES = re.compile(
    rf"\b(?:named|identified|known) {_SUSPECT}\b|{_SUSPECT} (?:(?!victim|not)\w+ ){{0,2}}?(?:identified|named|known)\b"
)
_EVIDENCE = re.compile(r"evidential|(?:insufficient|lack of|not enough) evidence|evidence (?:\w+ )?insufficient")
_INTEREST = re.compile(r"\bnot? (?:\w+ ){0,3}?public interest|public interest (?:\w+ )?not met")
_CPS = re.compile(r"\bcps\b|crown prosecut")

#: Words that say one type, whatever they say of suspect and victim.
_TYPES = {
    "4": re.compile(r"taken into consideration|\btics?\b"),
    "5": re.compile(rf"(?:{_SUSPECT}|defendant) (?:(?!victim|witness)\w+ ){{0,2}}?(?:died|dead|deceased)\b"),
    "6": re.compile(r"(?<!fixed )penalty notice|\bpnd\b"),
    "7": re.compile(r"(?:cannabis|khat)(?: \w+){0,2} warning|drugs? possession warning"),
    "8": re.compile(r"(?:community|local) resolution"),
    "11": re.compile(r"(?:under|below) (?:the )?age\b|age of criminal responsibility"),
    "12": re.compile(rf"{_SUSPECT} (?:(?!victim|witness)\w+ ){{0,4}}?(?:too ill|unfit)\b"),
    "13": re.compile(
        rf"(?:{_VICTIM}|witness(?:es)?) (?:(?!suspect|offender)\w+ ){{0,3}}?(?:dead|died|deceased|too ill)\b"
    ),
    "17": re.compile(r"time limit (?:\w+ ){0,3}?(?:expired|exceeded|passed|lapsed)|(?:time|statute) barred"),
    "19": re.compile(r"\bnfib\b|national fraud intelligence|action fraud|report fraud"),
    "20": re.compile(
        r"(?:transferr?\w*|pass\w*|undertaken|taken) (?:\w+ ){0,5}?(?:other|another|external|partner) "
        r"(?:body|agency|agencies|organisation|authority)"
    ),
    "22": re.compile(
        r"diversion\w* (?:\w+ ){0,4}?(?:activit|intervention|educat)|(?:educational|intervention) (?:\w+ )*activit"
    ),
}  # fmt: skip
#: A type that says something of suspect or victim, and what: a word that says the opposite is not of that type.
_SAYS = {"14": (False, False), "15": (True, True), "16": (True, False), "18": (False, None)}
_HEDGES = re.compile(
    r"\b(?:awaiting|pending|consider\w*|review|previous\w*|reopen\w*|recommend\w*|request\w*|propos\w*|advice|if"
    r"|not (?:declin|refus|withdr|oppos)\w*)\b"
)


def _said(text: str) -> set[str]:
    """The types that the words allow; none where they say nothing."""
    codes = {code for code, pattern in _TYPES.items() if pattern.search(text)}
    codes |= _cautioned(text)
    if "22" not in codes:
        codes |= _not_in_the_public_interest(text)
    if codes:
        return codes
    return _of_suspect_and_victim(text) or _vaguely(text)


def _cautioned(text: str) -> set[str]:
    if not re.search(r"\bcaution(?:ed|s)?\b", text):
        return set()
    is_young, is_adult = re.search(r"\b(?:youth|juvenile|young|child)", text), re.search(r"\badult", text)
    return {"2", "3"} if bool(is_young) == bool(is_adult) else {"2" if is_young else "3"}


def _not_in_the_public_interest(text: str) -> set[str]:
    if not _INTEREST.search(text):
        return set()
    is_of_cps, is_further = bool(_CPS.search(text)), "further investigation" in text
    if not is_further and re.search(r"\binvestigat", text):  # of all that was found, or of what might be
        return {"9" if is_of_cps else "10", "21"}
    if is_further or is_of_cps:
        return {"9", "21"} if is_further and is_of_cps else {"21" if is_further else "9"}
    return {"10"} if re.search(r"\bpolice\b", text) else {"9", "10", "21"}


def _facts(text: str) -> tuple[bool | None, bool | None]:
    """Whether a suspect was identified and whether the victim supports action; None where the words do not say."""
    suspect = False if _SUSPECT_NO.search(text) else True if _SUSPECT_YES.search(text) else None
    victim = False if _VICTIM_NO.search(text) else True if _VICTIM_YES.search(text) else None
    return suspect, victim


def _of_suspect_and_victim(text: str) -> set[str]:
    suspect, victim = _facts(text)
    if victim is False and _VICTIM_YES.search(text):
        return {"14", "15", "16"}
    if victim is False:
        return {"14", "16"} if suspect is None else {"16" if suspect else "14"}
    if _EVIDENCE.search(text):
        if victim:
            return {"15", "18"} if suspect is False else {"15"}
        return {"14", "15", "16"} if suspect is None else {"15", "16"} if suspect else {"14", "18"}
    if suspect is False and not victim:
        is_complete = re.search(r"investigat(?:ion|ed) (?:complete|as far)", text)
        return {"18"} if is_complete else {"14", "18"}
    return set()


def _vaguely(text: str) -> set[str]:
    if re.search(r"\bnfa\b|no further action|unable to prosecute|undetected|\bfiled\b", text):
        return set(_UNSURE)
    if re.search(r"\b(?:charged?|summons(?:ed)?|requisition)\b", text):
        return set() if _DENIAL.search(text) else {"1"}
    if re.search(r"investigation complete", text):
        return {"18"}
    return {"0"} if re.search(r"\bunder investigation|\bawaiting|\bpending|\bongoing|not yet", text) else set()


def _is_plain(code: str, text: str) -> bool:
    """Whether words that allow one type alone can be relied on: nothing hedges or denies what they say."""
    if code in ("0", "1") or _HEDGES.search(text):
        return False  # "not charged", "awaiting charging decision": these two by the list alone
    if code == "18" and not _SUSPECT_NO.search(text):
        return False
    return code in ("9", "10", "14", "15", "16", "18", "21") or not _DENIAL.search(text)


def _agree(number: str, said: set[str], text: str) -> bool:
    """Whether the words may mean the type that the number says."""
    outcome = reference.outcomes(SCHEME)[number]
    family = {number, outcome.part_of or number, f"{number}a"}
    if said and not said & family:
        return False
    suspect, victim = _facts(text)
    of_suspect, of_victim = _SAYS.get(outcome.part_of or number, (None, None))
    return not (
        (suspect is not None and of_suspect is not None and suspect != of_suspect)
        or (victim is not None and of_victim is not None and victim != of_victim)
    )
