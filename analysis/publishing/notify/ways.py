"""The three ways of telling: mail, a webhook, a command. Each tells once, or says why it did not.

What a server says is told by its number alone, and no address of the web, header or password is: they may be secrets.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import ssl
import subprocess
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from analysis.publishing.notify import digest
from analysis.publishing.notify.settings import Command, Mail, Webhook, fault_of
from analysis.publishing.notify.summary import Summary

_CALLED = "[127.0.0.1]"  # what a mail server is told that this machine is called: nobody need know its name
_LATER = {408, 425, 429, 500, 502, 503, 504}  # answers of the web after which another try may go well
_LARGEST = 2**16  # bytes of a file that holds a password


class NotTold(Exception):
    """Somebody was not told, and why, in a sentence without a secret."""


class NotNow(NotTold):
    """The same, and another try may go well."""


def by_mail(entry: Mail, summary: Summary, environment: Mapping[str, str]) -> None:
    """Send a mail.

    Parameters
    ----------
    entry
        To whom, and by which server.
    summary
        What is told.
    environment
        The variables of the environment, one of which may hold the password.

    Raises
    ------
    NotTold
        Where the server does not take it.
    """
    password = _password(entry, environment)
    try:
        with _server(entry) as server:
            if entry.user:
                server.login(entry.user, password)
            refused = server.send_message(message(entry, summary))
    except ssl.SSLError as fault:
        raise NotTold(_of_certificate(fault)) from None
    except smtplib.SMTPNotSupportedError:
        raise NotTold("the mail server offers no STARTTLS, or no way to log in; nothing was sent") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotTold("the mail server takes mail for none of these addresses") from None
    except smtplib.SMTPAuthenticationError as fault:
        raise NotTold(f"the mail server does not take the user or the password ({fault.smtp_code})") from None
    except smtplib.SMTPResponseException as fault:
        kind = NotNow if 400 <= fault.smtp_code < 500 else NotTold
        raise kind(f"the mail server refused the mail ({fault.smtp_code})") from None
    except smtplib.SMTPException:
        raise NotNow("the mail server ended the conversation, or speaks no SMTP there") from None
    except (OSError, ValueError) as fault:
        raise NotNow(f"the mail server could not be reached ({_kind(fault)})") from None
    if refused:
        raise NotTold(f"the mail server took it for {len(entry.to) - len(refused)} of {len(entry.to)} addresses")


def message(entry: Mail, summary: Summary) -> EmailMessage:
    """The mail: plain text, and the same as HTML for whoever prefers it.

    Parameters
    ----------
    entry
        To whom.
    summary
        What is told.

    Returns
    -------
    EmailMessage
        With its subject and where it goes.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = digest.subject(summary)
    mail["From"], mail["To"] = entry.sender, ", ".join(entry.to)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{_identity(summary)}@{entry.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's notice of absence answers it
    mail.set_content(digest.text(summary), cte="quoted-printable")
    mail.add_alternative(digest.html(summary), subtype="html", cte="quoted-printable")
    return mail


def by_webhook(entry: Webhook, summary: Summary, environment: Mapping[str, str]) -> None:
    """Post what is told as JSON.

    Parameters
    ----------
    entry
        Where to.
    summary
        What is told.
    environment
        The variables of the environment, which may hold the address and what the header says.

    Raises
    ------
    NotTold
        Where it is not taken: whatever is not an answer of 200 to 299 from that address itself.
    """
    import requests  # which costs more to load than most of what a command loads

    url = entry.url or _variable(entry.url_variable, environment)
    if not entry.url and (fault := fault_of(url, is_secret=bool(entry.header))):
        raise NotTold(f"the variable {entry.url_variable}: {fault}")
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
        raise NotTold("its certificate is not trusted here, or it speaks no TLS") from None
    except requests.exceptions.Timeout:
        raise NotNow(f"it did not answer within {entry.timeout} seconds") from None
    except (requests.exceptions.InvalidHeader, UnicodeError):
        raise NotTold(f"what the variable {entry.header_variable} holds cannot stand in a header") from None
    except (requests.exceptions.RequestException, OSError) as fault:
        raise NotNow(f"it could not be reached ({type(fault).__name__})") from None
    answer.close()
    if not 200 <= answer.status_code < 300:
        kind = NotNow if answer.status_code in _LATER else NotTold
        moved = "; it is not followed elsewhere" if answer.is_redirect else ""
        raise kind(f"it answered {answer.status_code}{moved}")


def by_command(entry: Command, summary: Summary, environment: Mapping[str, str]) -> None:
    """Run a command that is given what is told on its standard input. What it prints goes nowhere.

    Parameters
    ----------
    entry
        The command.
    summary
        What is told.
    environment
        The variables of the environment; the command finds three more: ATTRITION_SUBJECT, ATTRITION_EXIT_STATUS and
        ATTRITION_NAME.

    Raises
    ------
    NotTold
        Where it cannot be started, takes more than its time, or ends with another status than 0.
    """
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
        raise NotTold(f"it could not be started ({_kind(fault)})") from None
    try:
        process.communicate(message.encode(), entry.timeout)
    except subprocess.TimeoutExpired:
        raise NotTold(f"it took more than {entry.timeout} seconds and was ended") from None
    finally:
        _end(process)
    if process.returncode:
        raise NotTold(f"it ended with status {process.returncode}")


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
        raise NotTold(f"the file of the password could not be read ({_kind(fault)})") from None
    if not password:
        raise NotTold("the file of the password is empty")
    return password


def _variable(name: str, environment: Mapping[str, str]) -> str:
    """What a variable of the environment holds."""
    if not environment.get(name):
        raise NotTold(f"the variable {name} is not set")
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
