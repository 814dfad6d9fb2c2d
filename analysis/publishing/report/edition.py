"""What makes reports, in one digest: the code of this package and the libraries that count, draw and typeset.

A report is out of date when what would make it now is not what made it. A version number alone does not tell: code that
is being worked on keeps its number.
"""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import analysis
from analysis.system.folders import visible

PACKAGE = Path(analysis.__file__).resolve().parent
_KINDS = (".py", ".j2", ".typ", ".css", ".js")
_NAME = re.compile(r"[\w.-]+")


@cache
def edition() -> str:
    """The SHA-256 of this package's files, of its version, Python's and those of the libraries that it asks for.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(f"{analysis.__version__} {platform.python_version()}\n".encode())
    for name, installed in sorted(libraries().items()):
        digest.update(f"{name} {installed}\n".encode())
    for path in visible(PACKAGE, "**/*"):
        if path.suffix in _KINDS:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(PACKAGE).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@cache
def libraries() -> dict[str, str]:
    """The libraries that this package asks for, without its extras, and their versions; none where it is not installed.

    Returns
    -------
    dict[str, str]
        Versions by name.
    """
    try:
        asked = requires("attrition") or []
    except PackageNotFoundError:
        return {}
    names = [match[0] for line in asked if "extra ==" not in line and (match := _NAME.match(line))]
    return {name: version(name) for name in names}
