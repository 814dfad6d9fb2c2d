"""Servers of the tests' own, on this machine alone: one takes mail, one takes posts, one says what it is told to."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import socketserver
import ssl
import threading
import warnings
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from analysis.errors import ParameterError
from analysis.publishing.notify import settings
from analysis.system.toml_text import Document

PASSWORD = "a-secret-that-nobody-tells"
ENVIRONMENT = {"PASS": PASSWORD, "PATH": "/usr/bin:/bin"}


def entries(text, folder):
    """Who is told, of the tables of a batch file."""
    document = Document("quick.toml", text, ParameterError)
    told = settings.read(document, folder)
    document.tell()
    return told


class Mailbox:
    """What a mail server has taken, each as a message; it takes nothing for addresses that begin with "nobody"."""

    def __init__(self):
        self.mails, self.called, self.refuses = [], [], []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802  (aiosmtpd's name)
        self.called.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  (aiosmtpd's name)
        if address.startswith("nobody"):
            return "550 no such mailbox, and a line that nobody repeats"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        if self.refuses:
            return self.refuses.pop(0)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail, envelope.content))
        return "250 taken"


def free_port():
    with closing(socket.socket()) as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def let_in(server, session, envelope, mechanism, given):
    return AuthResult(success=(given.login, given.password) == (b"attrition", PASSWORD.encode()), handled=False)


@contextmanager
def mail_server(*, security="none", context=None, has_users=False):
    """A mailbox and the port that its server listens at."""
    box = Mailbox()
    given = {"starttls": {"tls_context": context, "require_starttls": True}, "tls": {"ssl_context": context}}
    users = {"authenticator": let_in, "auth_required": True, "auth_require_tls": security == "starttls"}
    with warnings.catch_warnings(action="ignore"):  # of a password in the clear, which goes no further than here
        server = Controller(box, "127.0.0.1", free_port(), **given.get(security, {}), **(users if has_users else {}))
        server.start()
        try:
            yield box, server.port
        finally:
            server.stop()


class Posts:
    """A server that takes posts, and answers each with the next of ``answers``, the last again and again."""

    def __init__(self, *answers, headers=(), holds=False):
        self.answers, self.headers, self.holds = list(answers or (204,)), dict(headers), holds
        self.taken, self.over = [], threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": self}))
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/hook/in-itself-a-secret"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *fault):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: Posts

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.owner.taken.append((self.path, dict(self.headers.items()), json.loads(body)))
        if self.owner.holds:
            self.owner.over.wait(10)
            return
        answers = self.owner.answers
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        for name, value in self.owner.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if "Content-Length" in self.owner.headers:
            self.wfile.write(b"x" * 1000)

    def log_message(self, *words):
        """Say nothing."""


@contextmanager
def says(*words, holds=True):
    """The port of a server that says this to whoever comes, and then holds its tongue, or hangs up."""
    over = threading.Event()

    class Says(socketserver.BaseRequestHandler):
        def handle(self):
            for one in words:
                self.request.sendall(one)
            over.wait(10 if holds else 0)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *given):
            """Whoever came has gone."""

    with Server(("127.0.0.1", 0), Says) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        over.set()
        server.shutdown()


def certified(authority):
    """What a server proves by an authority's word that it is localhost."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context
