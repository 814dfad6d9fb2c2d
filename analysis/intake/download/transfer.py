"""One address to one part of a file: asked politely, taken up where it broke off, and tried again when that may help.

What may pass by itself (a broken connection, 429, 500, 502, 503, 504, a body that ends early) is tried again after
growing waits, or after the wait that the server asks for. What will not (403, 404) is said at once.
"""

from __future__ import annotations

import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import urlsplit

import requests

from analysis.errors import CouldNotWrite, DataRefused
from analysis.intake.download.manifest import Stamp
from analysis.intake.download.partial import Partial
from analysis.intake.files import DAMAGED

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_NO_RANGE = re.compile(r"bytes \*/(\d+)")
_HELP = {  # what to do about what will not pass by itself
    401: "It asks for a password: download the file in a browser into the folder and reduce it.",
    403: "The site may refuse automated requests: download in a browser into the folder, then 'attrition reduce'.",
    404: "It has moved or was withdrawn: look at the page that lists the files, and name a new one with --page.",
    410: "It was withdrawn: look at the page that lists the files.",
}
Answer = TypeVar("Answer")
_LONGEST_PAGE = 10 << 20


class Broke(Exception):
    """Something that another try may mend; ``wait`` is what the server asked for, in seconds."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


@dataclass(frozen=True)
class Manners:
    """How long to wait and how often to ask, seconds and bytes; a try that brings ``gain`` bytes is not counted.

    A body of more than ``largest`` bytes is refused, whether or not it says how long it is: the largest that is
    published, an archive of data.police.uk, has a fifth of them.
    """

    tries: int = 6
    first_wait: float = 2.0
    longest_wait: float = 60.0
    longest_asked: float = 600.0
    timeout: tuple[float, float] = (15.0, 60.0)
    chunk: int = 1 << 18
    gain: int = 1 << 20
    largest: int = 8 << 30
    sleep: Callable[[float], None] = time.sleep


class _Watch(Protocol):
    """Whoever looks on."""

    def began(self, name: str, size: int | None, *, done: int) -> None:
        """A body of ``size`` bytes in all is coming, of which ``done`` are here."""

    def advanced(self, size: int) -> None:
        """So many bytes more."""

    def told(self, text: str) -> None:
        """Something to know meanwhile: a wait and why."""


@dataclass(frozen=True)
class Taken:
    """A whole body. ``reached`` is the address that answered in the end."""

    sha256: str
    size: int
    stamp: Stamp
    reached: str


class Line:
    """A connection to servers, one request at a time, that says who is asking: ``agent``. Use it in a ``with``."""

    def __init__(self, watch: _Watch, *, agent: str, manners: Manners | None = None) -> None:
        self.agent = agent
        self._watch = watch
        self._manners = manners or Manners()
        self._session = requests.Session()
        self._session.headers.update(
            {"User-Agent": f"{agent} (research on police outcomes; one file at a time)", "Accept-Encoding": "identity"}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def page(self, address: str) -> tuple[str, str]:
        """The text of a web page and the address that answered.

        Parameters
        ----------
        address
            What is asked for.

        Returns
        -------
        tuple[str, str]
            The text, then the address.

        Raises
        ------
        DataRefused
            For anything else.
        """
        return self._tried(address, lambda: self._page(address), came=lambda: 0)

    def download(self, address: str, partial: Partial, *, stamp_before: Stamp | None = None) -> Taken | None:
        """The body of an address, whole and checked; None when the server still has what is known.

        Parameters
        ----------
        address
            What is asked for.
        partial
            Where the body is put.
        stamp_before
            The version of the whole file that is known; None where none is.

        Returns
        -------
        Taken or None
            What came, and its version.

        Raises
        ------
        DataRefused
            When the server does not give it or gives no whole archive, with the part kept where it can be continued.
        CouldNotWrite
            When there is no room.
        """
        return self._tried(address, lambda: self._download(address, partial, stamp_before), came=lambda: partial.size)

    def _tried(self, address: str, ask: Callable[[], Answer], *, came: Callable[[], int]) -> Answer:
        """What ``ask`` gives, asked again with growing waits while something may mend."""
        failed = 0
        while True:
            before = came()
            try:
                return ask()
            except Broke as fault:
                failed = 1 if came() - before >= self._manners.gain else failed + 1
                self._wait(address, fault, failed)

    def _wait(self, address: str, fault: Broke, failed: int) -> None:
        manners, host = self._manners, urlsplit(address).netloc
        if failed >= manners.tries:
            raise DataRefused(
                f"{address}: {fault.why}; given up after {failed} tries. Run the command again later: what has come is "
                "taken up where it broke off."
            )
        if fault.wait > manners.longest_asked:
            raise DataRefused(f"{address}: {fault.why}; {host} asks to be left alone for {fault.wait:,.0f} s. Wait.")
        seconds = max(fault.wait, min(manners.first_wait * 2 ** (failed - 1), manners.longest_wait))
        self._watch.told(f"{host}: {fault.why}; trying again in {seconds:,.0f} s")
        manners.sleep(seconds)

    def _page(self, address: str) -> tuple[str, str]:
        with self._asked(address, {"Accept": "text/html"}) as answer:
            kind = answer.headers.get("Content-Type", "nothing").partition(";")[0].strip().casefold()
            if kind not in ("text/html", "application/xhtml+xml"):
                raise DataRefused(f"{address} is not a web page ({kind}). Name the page that lists the files: --page.")
            body = b"".join(_blocks(answer, self._manners.chunk, limit=_LONGEST_PAGE))
            declared = requests.utils.get_encoding_from_headers(answer.headers)
            is_told = "charset" in answer.headers.get("Content-Type", "").casefold()
            try:
                return body.decode(declared if is_told and declared else "utf-8", errors="replace"), answer.url
            except LookupError:
                return body.decode("utf-8", errors="replace"), answer.url

    def _download(self, address: str, partial: Partial, stamp: Stamp | None) -> Taken | None:
        version = partial.stamp_at(address)
        offset = partial.size if version.condition else 0
        with self._asked(address, _conditions(offset, version, stamp)) as answer:
            if answer.status_code == 304:
                return None
            if answer.status_code == 416:
                _check_rest(answer, partial, version)
                return self._whole(partial, version, answer.url, is_pieced=True)
            if answer.status_code == 206:
                version = _continued(answer, partial, version)
            else:
                offset, version = 0, Stamp.of(answer.headers)
                if stamp is not None and version.is_same(stamp):
                    return None
                partial.begin(address, version)
            self._receive(answer, partial, version)
            return self._whole(partial, version, answer.url, is_pieced=bool(offset))

    def _receive(self, answer: requests.Response, partial: Partial, stamp: Stamp) -> None:
        came = partial.size
        self._check_length(partial, stamp.size or 0)
        _check_room(partial, stamp)
        self._watch.began(partial.name, stamp.size, done=came)
        with partial.growing() as add:
            for block in _blocks(answer, self._manners.chunk):
                came += len(block)
                self._check_length(partial, came)
                add(block)
                self._watch.advanced(len(block))

    def _check_length(self, partial: Partial, size: int) -> None:
        """Refuse a body that is longer than any that is meant, and keep no part of it."""
        if size > self._manners.largest:
            partial.discard()
            raise DataRefused(
                f"{partial.name} is longer than any file that is published here: over {self._manners.largest:,} bytes. "
                "It was not kept. Look at the address in a browser."
            )

    def _whole(self, partial: Partial, stamp: Stamp, reached: str, *, is_pieced: bool) -> Taken:
        """The part as a whole file. A broken one that was put together from pieces is begun again."""
        if stamp.size is not None and partial.size > stamp.size:
            partial.discard()
            raise Broke(f"more than {stamp.size:,} bytes came")
        if stamp.size is not None and partial.size < stamp.size:
            raise Broke(f"broke off after {partial.size:,} of {stamp.size:,} bytes")
        try:
            _check_whole(partial.path, partial.name, is_pieced=is_pieced)
        except DataRefused:
            partial.discard()
            if is_pieced:
                raise Broke("the pieces do not fit together") from None
            raise
        return Taken(partial.sha256(), partial.size, stamp, reached)

    @contextmanager
    def _asked(self, address: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        """An answer that can be used: 2xx, 304 or 416. Raises Broke or DataRefused for others."""
        try:
            answer = self._session.get(address, headers=headers, stream=True, timeout=self._manners.timeout)
        except requests.exceptions.SSLError:
            raise DataRefused(
                f"{address}: no secure connection, or the certificate is not trusted here. A proxy may stand between; "
                "ask whoever runs this machine."
            ) from None
        except (requests.ConnectionError, requests.Timeout) as fault:
            why = "no answer in time" if isinstance(fault, requests.Timeout) else "no connection"
            raise Broke(why) from None
        except requests.RequestException as fault:
            raise DataRefused(f"{address} cannot be asked for ({type(fault).__name__}). Check --page.") from None
        with answer:
            _check_answer(answer, address)
            yield answer


def _blocks(answer: requests.Response, chunk: int, limit: int | None = None) -> Iterator[bytes]:
    """The body, piece by piece."""
    came = 0
    try:
        for block in answer.iter_content(chunk):
            came += len(block)
            if limit is not None and came > limit:
                raise DataRefused(f"{answer.url} is longer than any page that lists files. Check --page.")
            yield block
    except requests.RequestException:
        raise Broke("the connection broke off") from None


def _check_whole(path: Path, name: str, *, is_pieced: bool) -> None:
    """That a file is a whole zip archive, as .zip, .xlsx and .ods are: its list of members, and the head of each."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            for member in members:
                with archive.open(member):
                    pass
            if not members or (is_pieced and archive.testzip() is not None):
                raise zipfile.BadZipFile
    except (*DAMAGED, OSError):
        with path.open("rb") as stream:
            is_page = stream.read(512).lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml"))
        came = "a web page" if is_page else "no whole archive: cut short or damaged"
        raise DataRefused(
            f"{name}: what the server sent is {came}. It was not kept. Try again later, or download it in a browser "
            "into the folder."
        ) from None


def _check_room(partial: Partial, stamp: Stamp) -> None:
    free = shutil.disk_usage(partial.path.parent).free
    need = (stamp.size or 0) - partial.size
    if need > free:
        raise CouldNotWrite(
            f"{partial.name} needs {need / 1e6:,.0f} MB and {partial.path.parent} has {free / 1e6:,.0f} MB left. Free "
            "some room or name another folder with --to."
        )


def _check_answer(answer: requests.Response, address: str) -> None:
    """That an answer can be used."""
    if urlsplit(address).scheme == "https" and urlsplit(answer.url).scheme != "https":
        raise DataRefused(f"{address} leads on to {answer.url}, without encryption. Download it in a browser.")
    status = answer.status_code
    if status in _PASSING:
        raise Broke(f"status {status}", _asked_wait(answer.headers.get("Retry-After", "")))
    if not (200 <= status < 300 or status in (304, 416)):
        raise DataRefused(f"{address}: status {status}. {_HELP.get(status, 'Look at the address in a browser.')}")


def _asked_wait(text: str) -> float:
    """The seconds in a Retry-After header: a number or a date; 0 where there is none."""
    try:
        return (
            float(text) if text.strip().isdigit() else (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        )
    except (TypeError, ValueError):
        return 0.0


def _conditions(offset: int, stamp: Stamp, stamp_before: Stamp | None) -> dict[str, str]:
    """The headers that ask for the rest of a part, or for a file only if it is not the one that is known."""
    if offset:
        return {"Range": f"bytes={offset}-", "If-Range": stamp.condition}
    asked = (
        {"If-None-Match": stamp_before.etag, "If-Modified-Since": stamp_before.modified}
        if stamp_before is not None
        else {}
    )
    return {name: value for name, value in asked.items() if value}


def _continued(answer: requests.Response, partial: Partial, stamp: Stamp) -> Stamp:
    """The stamp of the file whose rest is coming."""
    given = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    now = Stamp.of(answer.headers)
    size = int(given[2]) if given and given[2] != "*" else stamp.size
    is_rest = given is not None and int(given[1]) == partial.size
    # By its marks alone: the length that came with the first piece may have been the server's mistake.
    is_other = not Stamp(now.etag or stamp.etag, now.modified or stamp.modified).is_same(stamp)
    if not is_rest or is_other:
        partial.discard()
        raise Broke("the file changed while it came")
    return Stamp(stamp.etag, stamp.modified, size)


def _check_rest(answer: requests.Response, partial: Partial, stamp: Stamp) -> None:
    """That nothing is missing, where a server says it has no more."""
    given = _NO_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    size = int(given[1]) if given else stamp.size
    if size != partial.size:
        partial.discard()
        raise Broke("what has come is not a part of what the server has")
