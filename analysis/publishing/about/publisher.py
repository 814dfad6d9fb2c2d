"""Who publishes reports and where, from ``reports.toml``: nobody, unless such a file says so.

    name = "Example Office"                      # who publishes
    address = "statistics@example.org"           # where to ask: an e-mail address, or a page
    logo = "logo.svg"                            # beside this file: PNG or SVG
    site = "https://example.org/reports/"        # where the folder of reports is served

Held as strictly as a batch file: a key that is not known is refused with its line and the nearest that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from analysis.errors import ParameterError, offer
from analysis.publishing.about import logos
from analysis.publishing.about.logos import Logo
from analysis.reference import reference
from analysis.safe_words import is_safe
from analysis.system import toml_text
from analysis.system.toml_text import Document

NAME = "reports.toml"
KEYS = ("name", "address", "logo", "site")
_ADVICE = f'It is TOML with the keys {", ".join(KEYS)}: name = "Example Office".'
_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\".]+(?:\.[^@\s<>\".]+)+")
_LONGEST = 200  # characters of a value


@dataclass(frozen=True)
class Publisher:
    """Who publishes, and where."""

    name: str = ""  # what they are called; "" for nobody
    address: str = ""  # an e-mail address or an address of the web for questions, or ""
    logo: Logo | None = None  # their logo, if there is one
    site: str = ""  # where the folder of reports is served, with a stroke at its end; "" where that is not known

    @property
    def entry(self) -> dict[str, str]:
        """It as a manifest has it: what is not known is left out, and a logo is its digest.

        >>> Publisher("Example Office").entry
        {'name': 'Example Office'}
        """
        entry = {"name": self.name, "address": self.address, "site": self.site}
        entry |= {"logo": self.logo.digest} if self.logo else {}
        return {key: value for key, value in entry.items() if value}

    def page(self, name: str) -> str:
        """The address of a page below the folder of reports, "" where nobody knows where that is served.

        Parameters
        ----------
        name
            Its path in the folder of reports.

        Returns
        -------
        str
            An address of the web.

        Examples
        --------
        >>> Publisher(site="https://example.org/reports/").page("trends/force-kent/report.html")
        'https://example.org/reports/trends/force-kent/report.html'
        """
        return f"{self.site}{quote(name)}" if self.site else ""


NOBODY = Publisher()


def found(named: Path | None = None, *, beside: Path | None = None) -> Publisher:
    """Who publishes: as the ``named`` file says, else the one beside a batch file, else the project's own, else nobody.

    Parameters
    ----------
    named
        The file that was asked for.
    beside
        The folder of the batch file.

    Returns
    -------
    Publisher
        The first of them that there is.

    Raises
    ------
    ParameterError
        As ``read``, and where the file that was asked for is not there.
    """
    if named is not None:
        if not named.is_file():
            raise ParameterError(f"{named} is no file. --settings names one such as {NAME}; docs/publishing.md has it.")
        return read(named)
    for folder in (beside, reference.PROJECT):
        if folder is not None and (path := folder / NAME).is_file():
            return read(path)
    return NOBODY


def read(path: Path) -> Publisher:
    """Who publishes, from a file.

    Parameters
    ----------
    path
        A TOML file.

    Returns
    -------
    Publisher
        What the file says.

    Raises
    ------
    ParameterError
        For a key or value that cannot be, naming the line.
    """
    document = toml_text.read(path, kind="file of settings", refusal=ParameterError, advice=_ADVICE)
    settings: dict[str, Any] = {}
    for key, value in document.values.items():
        with document.going_on():
            _check(document, key, value)
            settings[key] = value
    is_nameless = "name" not in settings and not document.refusals  # or it may be the key that is none
    for key in [key for key in ("address", "logo") if key in settings and is_nameless]:
        with document.going_on():
            document.refuse(f"'{key}' is somebody's: add name, with who publishes", key)
    for key, reader in {"address": _address, "site": _site, "logo": _logo}.items():
        if key in settings:
            with document.going_on():
                settings[key] = reader(document, settings[key], path.parent)
    document.tell()
    return Publisher(**settings)


def _address(document: Document, address: str, _: Path) -> str:
    """An address for questions, of mail or of the web."""
    if not (_MAIL.fullmatch(address) or _is_of_the_web(address)):
        document.refuse(
            f"'address' must be an e-mail address or a page, such as 'https://example.org/contact', not '{address}'",
            "address",
        )
    return address


def _site(document: Document, site: str, _: Path) -> str:
    """Where the folder of reports is served, with a stroke at its end."""
    if not _is_of_the_web(site) or {"?", "#"} & set(site):
        document.refuse(
            "'site' must be where the folder of reports is served, such as 'https://example.org/reports/': a whole "
            "address of the web, without a password",
            "site",
        )
    return f"{site.rstrip('/')}/"


def _logo(document: Document, name: str, folder: Path) -> Logo:
    """The logo in a file of the folder."""
    try:
        return logos.read(folder / name)
    except logos.NoLogo as fault:
        document.refuse(str(fault), "logo")


def _check(document: Document, key: str, value: Any) -> None:
    """Refuse a key that is not known, and what is no line of words."""
    if key not in KEYS:
        document.refuse(f"'{key}' is no key of {NAME}.{offer(key, KEYS)} Keys there: {', '.join(KEYS)}", key)
    if not isinstance(value, str) or not value.strip():
        document.refuse(f"'{key}' must be a text: {key} = \"words\"", key)
    if len(value) > _LONGEST or not is_safe(value):
        document.refuse(f"'{key}' must be one line of at most {_LONGEST} characters that can all be seen", key)


def _is_of_the_web(address: str) -> bool:
    """Whether something is an address of the web, whole, without a password."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc and " " not in address
