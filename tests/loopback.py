"""A web server of the tests' own, on this machine alone, that answers by script: as asked, late, half or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MONDAY = "Mon, 20 Jul 2026 09:30:00 GMT"
TUESDAY = "Tue, 21 Jul 2026 09:30:00 GMT"
PAST = 10  # seconds after which a server that holds its tongue gives up


@dataclass(frozen=True)
class Answer:
    """How one address answers.

    ``breaks_after`` ends the connection after so many bytes; ``length`` is a Content-Length that may be wrong;
    ``holds`` sends nothing until the server closes.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "application/zip"
    etag: str = ""
    modified: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    breaks_after: int | None = None
    length: int | None = None
    is_chunked: bool = False
    keeps_ranges: bool = True
    holds: bool = False


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]


class Server:
    """Answers by ``script``: for each path a list of Answers, one a request, the last of them again and again."""

    def __init__(self):
        self.script: dict[str, list[Answer]] = {}
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": self}))
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *fault):
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def port(self):
        return self._http.server_address[1]

    def at(self, path, *, host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def put(self, path, *answers):
        """Answer a path by these from now on. Returns its address."""
        self.script[path] = list(answers)
        return self.at(path)

    def requests(self, path):
        return [one for one in self.asked if one.path == path]

    def next_answer(self, path):
        queue = self.script.get(path, [Answer(b"nothing here", status=404, kind="text/plain")])
        return queue.pop(0) if len(queue) > 1 else queue[0]


class _Handler(BaseHTTPRequestHandler):
    owner: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.owner.asked.append(Asked(self.path, dict(self.headers.items())))
        answer = self.owner.next_answer(self.path)
        self.close_connection = True
        if answer.holds:
            self.owner.closing.wait(PAST)
            return
        status, first = self._status(answer)
        body = memoryview(b"" if status in (304, 416) else answer.body)[first:]  # a view: no copy to be counted
        self.send_response(status)
        self._send_headers(answer, status, first, body)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the client has read all that it wanted
            self._send_body(answer, body[: answer.breaks_after])

    def _status(self, answer):
        """The status, and the first byte that is wanted."""
        asked = self.headers.get("Range")
        versions = {one for one in (answer.etag, answer.modified) if one}
        if answer.status == 200 and asked and answer.keeps_ranges and self.headers.get("If-Range") in versions:
            first = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            return (206, first) if first < len(answer.body) else (416, 0)
        mark = self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since")
        return (304, 0) if answer.status == 200 and mark in versions else (answer.status, 0)

    def _send_headers(self, answer, status, first, body):
        size = len(answer.body)
        given = {"Content-Type": answer.kind, "ETag": answer.etag, "Last-Modified": answer.modified}
        if status == 206:
            given["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
        if status == 416:
            given["Content-Range"] = f"bytes */{size}"
        if answer.is_chunked:
            given["Transfer-Encoding"] = "chunked"
        else:
            given["Content-Length"] = str(len(body) if answer.length is None or status != 200 else answer.length)
        for name, value in {**given, "Connection": "close", **answer.headers}.items():
            if value:
                self.send_header(name, value)

    def _send_body(self, answer, body):
        if not answer.is_chunked:
            self.wfile.write(body)
            return
        if body:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        if answer.breaks_after is None:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *words):
        """Say nothing."""


def archive(text, *, size=2000):
    """A small whole zip archive, as an .xlsx or .ods is one, with contents that go by ``text``."""
    block = b"".join(hashlib.sha256(f"{text} {number}".encode()).digest() for number in range(size // 32))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr(zipfile.ZipInfo("content.xml"), block)
        made.writestr(zipfile.ZipInfo("styles.xml"), text)
    return held.getvalue()


def version(text, *, etag="", modified=MONDAY, **rest):
    """A file as a server gives it: an archive and the marks of its version."""
    return Answer(archive(text), etag=etag or f'"{text}"', modified=modified, **rest)
