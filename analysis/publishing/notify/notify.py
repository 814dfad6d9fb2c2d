"""Telling everybody that a file names of a run, all at once, each within its time: by mail, a webhook or a command.

Nothing here changes a report, and nothing that goes wrong here is raised: it is told to whoever asked. What a server
says is told by its number alone, and no address of the web, header or password is: they may be secrets.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import ssl
import subprocess
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from threading import Thread
from typing import Any

from analysis.publishing.notify import digest
from analysis.publishing.notify.settings import Command, Entry, Mail, Settings, Webhook, fault_of
from analysis.publishing.notify.summary import Summary

_CALLED = "[127.0.0.1]"  # what a mail server is told that this machine is called: nobody need know its name
_LATER = {408, 425, 429, 500, 502, 503, 504}  # answers of the web after which another try may go well
_LARGEST = 2**16  # bytes of a file that holds a password
PAUSE = 1.0  # seconds before the second try; twice as many before each that follows
_GRACE = 5  # seconds more than its tries may take, after which an entry is given up


class _NotTold(Exception):
    """Somebody was not told, and why, in a sentence without a secret."""


class _NotNow(_NotTold):
    """The same, and another try may go well."""


@dataclass(frozen=True)
class Told:
    """What came of telling somebody."""

    who: str  # who that is, without a secret
    problem: str = ""  # why they were not told; "" where they were

    @property
    def sentence(self) -> str:
        """It as a line."""
        return f"Not told: {self.who}: {self.problem}." if self.problem else f"Told: {self.who}."


def send(settings: Settings, summary: Summary, environment: Mapping[str, str]) -> tuple[Told, ...]:
    """Tell those who are to be told.

    Parameters
    ----------
    settings
        Everybody that the file names.
    summary
        What came of the run.
    environment
        The variables of the environment, which hold what is secret.

    Returns
    -------
    tuple of Told
        What came of it, in the order of the file; nothing of those who did not want to be told.
    """
    tasks = [_Task(entry, summary, environment) for entry in settings if entry.wants(summary)]
    for task in tasks:
        task.start()
    return tuple(task.told() for task in tasks)


class _Task(Thread):
    """Telling one of them. A thread that is given up ends with the process at the latest."""

    def __init__(self, entry: Entry, summary: Summary, environment: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self.entry, self.summary, self.environment = entry, summary, environment
        pauses = PAUSE * (2 ** (entry.tries - 1) - 1)
        self.ends = time.monotonic() + entry.tries * entry.timeout + pauses + _GRACE
        self.problem = "it kept on answering for too long"

    def run(self) -> None:
        """Try as often as it may help."""
        for turn in range(1, self.entry.tries + 1):
            try:
                _tell(self.entry, self.summary, self.environment)
                self.problem = ""
                return
            except _NotNow as fault:
                problem = f"{fault}, {turn} times" if turn > 1 else str(fault)
                if turn == self.entry.tries:
                    self.problem = problem
                    return
                time.sleep(PAUSE * 2 ** (turn - 1))
            except _NotTold as fault:
                self.problem = str(fault)
                return
            except Exception as fault:  # noqa: BLE001  (of this package or a library: of its kind alone, as a secret may stand in it)
                self.problem = f"a fault of this package ({type(fault).__name__})"
                return

    def told(self) -> Told:
        """What came of it, once it has come to its end or had its time."""
        self.join(max(0.0, self.ends - time.monotonic()))
        return Told(self.entry.who, self.problem)


def _tell(entry: Entry, summary: Summary, environment: Mapping[str, str]) -> None:
    """Tell once, in the way of the entry. Raises _NotTold where that cannot be."""
    match entry:
        case Mail():
            _by_mail(entry, summary, environment)
        case Webhook():
            _by_webhook(entry, summary, environment)
        case Command():
            _by_command(entry, summary, environment)
        case _:  # or it would be told as sent
            raise TypeError(f"nothing tells a {type(entry).__name__}")


def _by_mail(entry: Mail, summary: Summary, environment: Mapping[str, str]) -> None:
    """Send a mail."""
    password = _password(entry, environment)
    try:
        with _server(entry) as server:
            if entry.user:
                server.login(entry.user, password)
            refused = server.send_message(_message(entry, summary))
    except ssl.SSLError as fault:
        raise _NotTold(_of_certificate(fault)) from None
    except smtplib.SMTPNotSupportedError:
        raise _NotTold("the mail server offers no STARTTLS, or no way to log in; nothing was sent") from None
    except smtplib.SMTPRecipientsRefused:
        raise _NotTold("the mail server takes mail for none of these addresses") from None
    except smtplib.SMTPAuthenticationError as fault:
        raise _NotTold(f"the mail server does not take the user or the password ({fault.smtp_code})") from None
    except smtplib.SMTPResponseException as fault:
        kind = _NotNow if 400 <= fault.smtp_code < 500 else _NotTold
        raise kind(f"the mail server refused the mail ({fault.smtp_code})") from None
    except smtplib.SMTPException:
        raise _NotNow("the mail server ended the conversation, or speaks no SMTP there") from None
    except (OSError, ValueError) as fault:
        raise _NotNow(f"the mail server could not be reached ({_kind(fault)})") from None
    if refused:
        raise _NotTold(f"the mail server took it for {len(entry.to) - len(refused)} of {len(entry.to)} addresses")


def _message(entry: Mail, summary: Summary) -> EmailMessage:
    """The mail: plain text, and the same as HTML for whoever prefers it."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = digest.subject(summary)
    mail["From"], mail["To"] = entry.sender, ", ".join(entry.to)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{_identity(summary)}@{entry.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's notice of absence answers it
    mail.set_content(digest.text(summary), cte="quoted-printable")
    mail.add_alternative(digest.html(summary), subtype="html", cte="quoted-printable")
    return mail


def _by_webhook(entry: Webhook, summary: Summary, environment: Mapping[str, str]) -> None:
    """Post what is told as JSON."""
    import requests  # which costs more to load than most of what a command loads

    url = entry.url or _variable(entry.url_variable, environment)
    if not entry.url and (fault := fault_of(url, is_secret=bool(entry.header))):
        raise _NotTold(f"the variable {entry.url_variable}: {fault}")
    headers = {"Content-Type": "application/json", "User-Agent": "attrition"}
    if entry.header:
        headers[entry.header] = _variable(entry.header_variable, environment)
    try:
        answer = requests.post(
            url,
            data=json.dumps(digest.notice(summary), ensure_ascii=False).encode(),
            headers=headers,
            timeout=entry.timeout,
            allow_redirects=False,  # which would take the header along to somebody else
            stream=True,  # no more is read than how it was taken
            auth=_as_it_is,
        )
    except requests.exceptions.SSLError:
        raise _NotTold("its certificate is not trusted here, or it speaks no TLS") from None
    except requests.exceptions.Timeout:
        raise _NotNow(f"it did not answer within {entry.timeout} seconds") from None
    except (requests.exceptions.InvalidHeader, UnicodeError):
        raise _NotTold(f"what the variable {entry.header_variable} holds cannot stand in a header") from None
    except (requests.exceptions.RequestException, OSError) as fault:
        raise _NotNow(f"it could not be reached ({type(fault).__name__})") from None
    answer.close()
    if not 200 <= answer.status_code < 300:
        kind = _NotNow if answer.status_code in _LATER else _NotTold
        moved = "; it is not followed elsewhere" if answer.is_redirect else ""
        raise kind(f"it answered {answer.status_code}{moved}")


def _by_command(entry: Command, summary: Summary, environment: Mapping[str, str]) -> None:
    """Run a command that is given what is told on its standard input. What it prints goes nowhere."""
    message = json.dumps(digest.notice(summary), ensure_ascii=False) if entry.gives == "json" else digest.text(summary)
    more = {"ATTRITION_SUBJECT": digest.subject(summary), "ATTRITION_EXIT_STATUS": ""}
    more |= {} if summary.exit_status is None else {"ATTRITION_EXIT_STATUS": str(summary.exit_status)}
    more |= {"ATTRITION_NAME": summary.name}
    try:
        process = subprocess.Popen(
            entry.words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=entry.folder,
            env={**environment, **more},
            start_new_session=True,
        )
    except (OSError, ValueError) as fault:
        raise _NotTold(f"it could not be started ({_kind(fault)})") from None
    try:
        process.communicate(message.encode(), entry.timeout)
    except subprocess.TimeoutExpired:
        raise _NotTold(f"it took more than {entry.timeout} seconds and was ended") from None
    finally:
        _end(process)
    if process.returncode:
        raise _NotTold(f"it ended with status {process.returncode}")


def _identity(summary: Summary) -> uuid.UUID:
    """What a mail is known by, the same at each try: one that arrives twice is shown once."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{summary.name} {summary.started.isoformat()} {summary.sentence}")


def _server(entry: Mail) -> smtplib.SMTP:
    """A conversation with the mail server, its certificate checked and what is said from here on secret."""
    options: dict[str, Any] = {"local_hostname": _CALLED, "timeout": entry.timeout}
    if entry.security == "tls":
        return smtplib.SMTP_SSL(entry.host, entry.port, context=ssl.create_default_context(), **options)
    server = smtplib.SMTP(entry.host, entry.port, **options)
    if entry.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _password(entry: Mail, environment: Mapping[str, str]) -> str:
    """The password of the user, "" where there is none."""
    if entry.password_file is None:
        return _variable(entry.password_variable, environment) if entry.password_variable else ""
    try:
        with entry.password_file.open("rb") as file:
            password = file.read(_LARGEST).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise _NotTold(f"the file of the password could not be read ({_kind(fault)})") from None
    if not password:
        raise _NotTold("the file of the password is empty")
    return password


def _variable(name: str, environment: Mapping[str, str]) -> str:
    """What a variable of the environment holds."""
    if not environment.get(name):
        raise _NotTold(f"the variable {name} is not set")
    return environment[name]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what still runs of a command, and whatever it started where the system can tell."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def _of_certificate(fault: ssl.SSLError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "the mail server's certificate is none that this machine trusts for that host"
    return "no secret conversation with the mail server came about; 'security' or 'port' may be another's"


def _kind(fault: Exception) -> str:
    """What kind of fault, in the system's words for it and nobody else's."""
    words = getattr(fault, "strerror", None)
    return words if isinstance(words, str) else type(fault).__name__


def _as_it_is(request: Any) -> Any:
    """Leave a request alone: requests would put a password of somebody's .netrc in the place of the header."""
    return request
