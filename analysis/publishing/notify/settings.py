"""Who is told, and when: the tables ``[[notify]]`` of a batch file, held strictly.

    [[notify]]
    when = "failure"
    mail = ["reports@example.org"]
    from = "attrition@example.org"
    host = "mail.example.org"
    user = "attrition"
    password_variable = "ATTRITION_MAIL_PASSWORD"

What a table holds says how it tells: ``mail``, ``webhook`` or ``command``. No secret stands in the file: it names the
variable of the environment, or the file, that holds one.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import Any, NoReturn, TypeAlias
from urllib.parse import urlsplit

from analysis.errors import offer
from analysis.publishing.notify.summary import Summary
from analysis.safe_words import is_safe
from analysis.system.toml_text import Document, Way

TABLE = "notify"
WHEN = ("failure", "change", "always")
SECURITY = {"starttls": 587, "tls": 465, "none": 25}  # of a connection to a mail server, each with its usual port
GIVES = ("text", "json")
BOUNDS = {"timeout": (1, 60), "tries": (1, 5), "port": (1, 65_535)}
USUAL = {"timeout": 10, "tries": 3}  # and of a port that which goes with its security
_ANY: dict[str, type] = {"when": str, "timeout": int}
KEYS: dict[str, dict[str, type]] = {  # by the key that says how a table tells
    "mail": _ANY
    | {"mail": list, "from": str, "host": str, "port": int, "security": str, "user": str}
    | {"password_variable": str, "password_file": str, "tries": int},
    "webhook": _ANY | {"webhook": str, "header": str, "header_variable": str, "tries": int},
    "webhook_variable": _ANY | {"webhook_variable": str, "header": str, "header_variable": str, "tries": int},
    "command": _ANY | {"command": list, "gives": str},
}
_KINDS = {str: 'a text: KEY = "words"', list: 'a list of texts: KEY = ["words"]', int: "a whole number: KEY = 10"}
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_SECRETS = {"password", "token", "secret", "key", "header_value", "authorization"}


@dataclass(frozen=True)
class Entry(ABC):
    """Somebody who is told."""

    when: str  # of WHEN
    timeout: int  # seconds that one try may wait for an answer
    tries: int  # how often it is tried where nothing answers

    def wants(self, summary: Summary) -> bool:
        """Whether this one is to be told of a run.

        Parameters
        ----------
        summary
            What came of the run.

        Returns
        -------
        bool
            True for every sample.
        """
        is_wanted = {"failure": summary.is_failure, "change": summary.is_change, "always": True}
        return summary.is_sample or is_wanted[self.when]

    @property
    @abstractmethod
    def who(self) -> str:
        """Who that is, in a few words without a secret."""


@dataclass(frozen=True)
class Mail(Entry):
    """By mail."""

    to: tuple[str, ...]  # the addresses that it goes to
    sender: str  # the address that it is from
    #: The server that takes it.
    host: str
    port: int
    security: str  # of SECURITY
    user: str = ""  # who the server is to let in; "" for nobody
    #: Where the password is: a variable of the environment, or a file; "" and None for neither.
    password_variable: str = ""
    password_file: Path | None = None

    @property
    def who(self) -> str:
        """How many addresses, by which server."""
        return f"mail to {', '.join(self.to)}"


@dataclass(frozen=True)
class Webhook(Entry):
    """By a POST of JSON."""

    #: The address, or the variable of the environment that holds it.
    url: str
    url_variable: str
    #: A header that proves who sends, and the variable of the environment that holds what it says; "" for none.
    header: str = ""
    header_variable: str = ""

    @property
    def who(self) -> str:
        """The host: the rest of an address may be a secret."""
        return f"webhook at {urlsplit(self.url).hostname}" if self.url else f"webhook named by {self.url_variable}"


@dataclass(frozen=True)
class Command(Entry):
    """By a command, which is given the message on its standard input."""

    words: tuple[str, ...]  # the command and its words
    gives: str  # of GIVES
    folder: Path  # the folder that it runs in: that of the batch file

    @property
    def who(self) -> str:
        """The command's own name."""
        return f"command {Path(self.words[0]).name}"


Settings: TypeAlias = tuple[Entry, ...]


def read(document: Document, folder: Path) -> Settings:
    """Who a batch file has told.

    Parameters
    ----------
    document
        The file; one table ``[notify]`` does as well as several ``[[notify]]``.
    folder
        The folder that it stands in, from which paths are read.

    Returns
    -------
    tuple of Entry
        In the order of the file, but for tables that cannot be: of these the document keeps why (``Document.tell``).
        Empty where it names nobody.
    """
    tables = document.values.get(TABLE)
    if isinstance(tables, dict):
        return tuple(_Table(document, (TABLE,), tables, folder).entries())
    if tables is not None and document.tables(TABLE) == 0:
        with document.going_on():
            document.refuse(f"write a table [[{TABLE}]], in two pairs of brackets, for each who is to be told", TABLE)
        return ()
    each = (_Table(document, (TABLE, number), table, folder) for number, table in enumerate(tables or ()))
    return tuple(entry for table in each for entry in table.entries())


class _Table:
    """One table of the file."""

    def __init__(self, document: Document, way: Way, table: dict[str, Any], folder: Path) -> None:
        self.document, self.way, self.folder = document, way, folder
        self.written = table
        self.table: dict[str, Any] = {}  # what of it is right
        self.attempt = document.attempt

    def entries(self) -> Iterator[Entry]:
        """Whom it has told: nobody where it cannot be, of which the document keeps why."""
        refusals = self.document.refusals
        ways = [way for way in KEYS if way in self.written]
        kinds = KEYS[ways[0]] if len(ways) == 1 else {key: kind for keys in KEYS.values() for key, kind in keys.items()}
        for key, value in self.written.items():
            if self.attempt(False, self.is_right, key, value, kinds):
                self.table[key] = value
        if len(ways) != 1:
            self.attempt("", self.one_of, "when", WHEN)
            with self.document.going_on():
                self.refuse("", f"a table [[{TABLE}]] holds one of {', '.join(KEYS)}, which says how it tells")
            return
        entry = self.entry(ways[0])
        if self.document.refusals == refusals:
            yield entry

    def is_right(self, key: str, value: Any, kinds: dict[str, type]) -> bool:
        """Whether a key may be there and holds what it should, which is refused otherwise."""
        self.check(key, value, kinds)
        return True

    def entry(self, way: str) -> Entry:
        """The one whom it has told, as far as its keys are right."""
        make = {"mail": self.mail, "command": self.command}.get(way, self.webhook)
        tries = self.attempt(1, self.number, "tries") if "tries" in KEYS[way] else 1
        timeout = self.attempt(1, self.number, "timeout")
        return make(when=self.attempt("", self.one_of, "when", WHEN), timeout=timeout, tries=tries)

    def check(self, key: str, value: Any, kinds: dict[str, type]) -> None:
        """Refuse a key that such a table does not have, or that holds something else than it should."""
        if key in _SECRETS:
            refusal = f"no '{key}' stands in a batch file: name a variable of the environment that holds it"
            self.refuse(key, f"{refusal}{', password_variable, or a file, password_file' if 'mail' in kinds else ''}")
        if key not in kinds:
            self.refuse(key, f"'{key}' is no key here.{offer(key, kinds)} Keys there: {', '.join(kinds)}")
        kind = kinds[key]
        words = value if kind is list and isinstance(value, list) else [value]
        of = str if kind is list else kind
        if isinstance(value, bool) or not isinstance(value, kind) or not all(isinstance(word, of) for word in words):
            self.refuse(key, f"'{key}' must be {_KINDS[kind].replace('KEY', key)}")
        if kind is not int and not (value and all(is_safe(str(word)) and str(word).strip() for word in words)):
            self.refuse(key, f"'{key}' is empty or holds a character that cannot be seen")
        if key.endswith("_variable") and not _VARIABLE.fullmatch(str(value)):
            self.refuse(key, f"'{key}' names a variable of the environment: letters, digits and _")

    def mail(self, **common: Any) -> Mail:
        """An entry that tells by mail."""
        for needed in ("from", "host"):
            self.attempt(None, self.need, needed)
        addresses = [("mail", address) for address in self.table.get("mail", [])]
        for key, address in [*addresses, *([("from", self.table["from"])] if "from" in self.table else [])]:
            self.attempt(None, self.check_address, key, address)
        security = self.attempt("starttls", self.one_of, "security", tuple(SECURITY))
        self.attempt(None, self.check_user, security)
        file = self.table.get("password_file")
        return Mail(
            **common,
            to=tuple(self.table.get("mail", [])),
            sender=self.table.get("from", ""),
            host=self.table.get("host", ""),
            port=self.attempt(1, self.number, "port", SECURITY[security]),
            security=security,
            user=self.table.get("user", ""),
            password_variable=self.table.get("password_variable", ""),
            password_file=self.folder / file if file else None,
        )

    def need(self, key: str) -> None:
        """Refuse a mail without a key that it needs."""
        if key not in self.written:
            self.refuse("mail", f"mail needs '{key}'")

    def check_user(self, security: str) -> None:
        """Refuse a user without a password, a password without a user, and one that would go in the clear."""
        ways: list[str] = [key for key in ("password_variable", "password_file") if key in self.written]
        if len(ways) != ("user" in self.written):
            self.refuse(next(iter(ways), "user"), "a 'user' goes with one of 'password_variable' and 'password_file'")
        if "user" in self.table and security == "none" and not _is_here(self.table.get("host", "localhost")):
            self.refuse("security", 'a password is not sent in the clear. Write security = "starttls" or "tls"')

    def check_address(self, key: str, address: str) -> None:
        """Refuse what is no address of mail, alone and without a name beside it."""
        try:
            is_one = bool((parsed := Address(addr_spec=address)).domain and parsed.username and address.isascii())
        except (ValueError, IndexError):  # which is what the library says of it
            is_one = False
        if not is_one:
            self.refuse(key, f"'{address[:80]}' is no address of mail. Write it as name@example.org", value=address)

    def webhook(self, **common: Any) -> Webhook:
        """An entry that tells by a webhook."""
        url, header = self.table.get("webhook", ""), self.table.get("header", "")
        self.attempt(None, self.check_url, url)
        self.attempt(None, self.check_header, header)
        return Webhook(
            **common,
            url=url,
            url_variable=self.table.get("webhook_variable", ""),
            header=header,
            header_variable=self.table.get("header_variable", ""),
        )

    def check_url(self, url: str) -> None:
        """Refuse an address that nothing is sent to."""
        if url and (fault := fault_of(url, is_secret="header" in self.written)):
            self.refuse("webhook", fault)

    def check_header(self, header: str) -> None:
        """Refuse a header without what holds its value, such a variable alone, and what is no name of a header."""
        if ("header" in self.written) != ("header_variable" in self.written):
            self.refuse("header", "'header' and 'header_variable' go together: a name, and what holds its value")
        if header and not _HEADER.fullmatch(header):
            self.refuse("header", f"'{header[:80]}' is no name of a header. Write \"Authorization\"")

    def command(self, **common: Any) -> Command:
        """An entry that tells by a command; one with a path is read from the folder of the file."""
        first, *more = self.table.get("command", ["-"])
        program = str(self.folder.absolute() / first) if Path(first).name != first else first
        gives = self.attempt("", self.one_of, "gives", GIVES)
        return Command(**common, words=(program, *more), gives=gives, folder=self.folder)

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        """One of a few words; the first if not said."""
        value = self.table.get(key, choices[0])
        if value not in choices:
            near = offer(str(value), choices)
            self.refuse(key, f"'{key}' takes {', '.join(choices)}, not '{str(value)[:80]}'.{near}")
        return str(value)

    def number(self, key: str, usual: int = 0) -> int:
        """A number within its bounds."""
        value, (least, most) = self.table.get(key, usual or USUAL.get(key, 0)), BOUNDS[key]
        if not least <= value <= most:
            self.refuse(key, f"'{key}' must be from {least} to {most}")
        return int(value)

    def refuse(self, key: str, fault: str, *, value: object = None) -> NoReturn:
        self.document.refuse(fault, *self.way, *([key] if key else []), value=value)


def fault_of(url: str, *, is_secret: bool) -> str:
    """Why nothing is sent to an address of the web; "" where something is.

    Parameters
    ----------
    url
        The address. None of it is told: it may hold a secret.
    is_secret
        Whether a header proves who sends, which is not sent in the clear.

    Returns
    -------
    str
        A clause or two.
    """
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and is_safe(url)
    except ValueError:
        is_one = False
    if not is_one or " " in url:
        return "it is no address of the web. Write it as https://example.org/hook"
    if parts.username or parts.password:
        return "no user or password stands in an address. Name a header, and a variable that holds what it says"
    if is_secret and parts.scheme == "http" and not _is_here(parts.hostname or ""):
        return "a header that proves who sends is not sent in the clear. Write https://"
    return ""


def _is_here(host: str) -> bool:
    """Whether a host is this machine itself, by its usual names."""
    return host in ("localhost", "127.0.0.1", "::1")
