"""What a server's answer means for a download: go on, wait and ask again, begin again, or give up and say why."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from analysis.errors import DataRefused
from analysis.intake.download.manifest import Stamp
from analysis.intake.download.partial import Partial

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_NO_RANGE = re.compile(r"bytes \*/(\d+)")
_HELP = {
    401: "It asks for a password: download the file in a browser into the folder and reduce it.",
    403: "The site may refuse automated requests: download in a browser into the folder, then 'attrition reduce'.",
    404: "It has moved or was withdrawn: look at the page that lists the files, and name a new one with --page.",
    410: "It was withdrawn: look at the page that lists the files.",
}


class Broke(Exception):
    """Something that another try may mend; ``wait`` is what the server asked for, in seconds."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


def check_answer(answer: requests.Response, address: str) -> None:
    """That an answer can be used.

    Parameters
    ----------
    answer
        The answer of a server.
    address
        What was asked for.

    Raises
    ------
    Broke
        For what may pass by itself.
    DataRefused
        For what will not.
    """
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


def conditions(offset: int, stamp: Stamp, stamp_before: Stamp | None) -> dict[str, str]:
    """The headers that ask for the rest of a part, or for a file only if it is not the one that is known.

    Parameters
    ----------
    offset
        How many bytes are here.
    stamp
        The version that they are of.
    stamp_before
        The version of the whole file that is known; None where none is.

    Returns
    -------
    dict[str, str]
        Headers by name; empty for a file that is asked for without condition.
    """
    if offset:
        return {"Range": f"bytes={offset}-", "If-Range": stamp.condition}
    asked = (
        {"If-None-Match": stamp_before.etag, "If-Modified-Since": stamp_before.modified}
        if stamp_before is not None
        else {}
    )
    return {name: value for name, value in asked.items() if value}


def continued(answer: requests.Response, partial: Partial, stamp: Stamp) -> Stamp:
    """The stamp of the file whose rest is coming.

    Parameters
    ----------
    answer
        The answer of a server.
    partial
        The part of the file that has come.
    stamp
        The version that it is a part of.

    Returns
    -------
    Stamp
        The stamp, with the size that the server says now.

    Raises
    ------
    Broke
        When it is not the rest of this one; the part is gone then.
    """
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


def check_rest(answer: requests.Response, partial: Partial, stamp: Stamp) -> None:
    """That nothing is missing, where a server says it has no more.

    Parameters
    ----------
    answer
        The answer of a server.
    partial
        The part of the file that has come.
    stamp
        The version that it is a part of.

    Raises
    ------
    Broke
        When that is not so; the part is gone then.
    """
    given = _NO_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    size = int(given[1]) if given else stamp.size
    if size != partial.size:
        partial.discard()
        raise Broke("what has come is not a part of what the server has")
