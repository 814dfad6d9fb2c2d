"""What a page allows a browser to do, whatever stands on it: show its own style, and pictures that it holds itself.

A browser keeps to it even where a word of a case file, a notebook or an attacker has become an element of the page: it
runs no script, loads nothing, sends no form, opens no frame and no object, and takes no other base for links. Style
sheets and the one script that the index has are allowed by their digests. Lengths of bars and places of tiles stand in
style attributes, which can load nothing, since nothing may be loaded; older browsers know of no rule for these alone.
"""

from __future__ import annotations

import base64
import hashlib


def policy(style: str, script: str = "") -> str:
    """The content security policy (CSP level 3) of a page with this style sheet and this script or none.

    Parameters
    ----------
    style
        The style sheet.
    script
        The script; "" for none.

    Returns
    -------
    str
        The value of the policy.
    """
    rules = {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",  # for browsers that do not know the two after it
        "style-src-elem": _digest(style),
        "style-src-attr": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    rules |= {"script-src": _digest(script)} if script else {}
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def _digest(text: str) -> str:
    """The source expression of what is between two tags."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
