"""Words that say that one thing brings about another, which no sentence about an association may hold."""

from __future__ import annotations

import re

_CAUSAL = re.compile(
    r"\b(because|caus\w*|lead(s|ing)? to|led to|effects?|affect\w*|due to|impact\w*|result(s|ed|ing)? in"
    r"|driv(e|es|en|ing)|mak(e|es|ing)|influenc\w*|risk factors?|owing to|thanks to|consequen\w*|brings? about"
    r"|trigger\w*|explain(s|ed)?|responsible for|protective|increases?|decreases?|reduc(e|es|ed|ing)|contribut\w*"
    r"|determin\w*|reasons? for)\b",
    flags=re.IGNORECASE,
)
_TERMS = ("chance alone could explain the difference",)  # of shares, in the list of terms on every page


def causal_words(text: str) -> list[str]:
    """Every such word in a text, with what stands round it."""
    for allowed in _TERMS:
        text = text.replace(allowed, "")
    return [text[max(0, found.start() - 40) : found.end() + 40] for found in _CAUSAL.finditer(text)]
