"""Mail, webhooks and commands, to servers of the tests' own on loopback: taken, refused, hostile and silent ones."""

import json
import ssl
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import trustme

from analysis.publishing.notify import digest, notify
from analysis.publishing.notify.settings import Entry
from analysis.publishing.notify.summary import Part, Summary
from tests.batches.desk import until
from tests.notify.desk import ENVIRONMENT, PASSWORD, Posts, certified, entries, free_port, mail_server, says
from tests.notify.test_digest import SCHEMA

LONG = "data_received, code cell [12] under “Was fehlt?”, " + "counts " * 20
SUMMARY = Summary(
    name="monthly",
    title="Every month",
    sentence="1 of 2 reports failed – 1 made",
    is_failure=True,
    is_change=True,
    exit_status=6,
    started=datetime(2026, 11, 3, 5, 17, tzinfo=UTC),
    totals={"failed": 1},
    parts=(Part("What failed, and what to do", ((LONG, ".", "What to do: mend it."),)),),
)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(notify, "PAUSE", 0.0)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def is_trusted(authority, tmp_path, monkeypatch):
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def mail(port, *more, to=("a@example.org",), host="127.0.0.1", security="none", tries=1):
    lines = [f"[[notify]]\nmail = {json.dumps(to)}\nfrom = 'suite@example.org'\nhost = '{host}'\nport = {port}"]
    return "\n".join([*lines, f"security = '{security}'\ntimeout = 1\ntries = {tries}", *more, ""])


USER = "user = 'attrition'\npassword_variable = 'PASS'"


def sent(text, folder=Path(), environment=ENVIRONMENT, summary=SUMMARY):
    """What came of telling: a problem, or "", for each who is told."""
    told = notify.send(entries(text, folder), summary, environment)
    assert PASSWORD not in "".join(one.sentence for one in told)
    assert "in-itself" not in "".join(one.sentence for one in told)
    return [one.problem for one in told]


def test_a_mail_is_plain_text_and_the_same_as_html_in_short_lines_of_ascii():
    with mail_server() as (box, port):
        assert sent(mail(port, to=["a@example.org", "b@example.org"])) == [""]
    [(to, found, raw)] = box.mails
    assert to == ["a@example.org", "b@example.org"]
    assert (found["Subject"], found["From"], found["To"]) == (
        digest.subject(SUMMARY),
        "suite@example.org",
        "a@example.org, b@example.org",
    )
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Message-ID"].endswith("@example.org>")
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    plain, page = (part.get_content().replace("\r\n", "\n") for part in found.iter_parts())
    assert (plain, page) == (digest.text(SUMMARY), digest.html(SUMMARY) + "\n")
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 78
    assert box.called[0] == "[127.0.0.1]"


def test_a_user_is_let_in_by_a_password_that_a_variable_or_a_file_holds(tmp_path):
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    in_file = "user = 'attrition'\npassword_file = 'password'"
    (tmp_path / "empty").write_text("")
    with mail_server(has_users=True) as (box, port):
        assert sent(mail(port, USER)) == [""]
        assert sent(mail(port, in_file), tmp_path) == [""]
        assert sent(mail(port)) == ["the mail server refused the mail (530)"]
        assert sent(mail(port, USER), environment={"PASS": "wrong"}) == [
            "the mail server does not take the user or the password (535)"
        ]
        assert sent(mail(port, USER), environment={}) == ["the variable PASS is not set"]
        assert sent(mail(port, in_file.replace("password'", "none'")), tmp_path) == [
            "the file of the password could not be read (No such file or directory)"
        ]
        assert sent(mail(port, in_file.replace("password'", "empty'")), tmp_path) == [
            "the file of the password is empty"
        ]
    assert len(box.mails) == 2


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_what_is_secret_goes_to_a_server_that_proves_who_it_is(authority, security, request):
    with mail_server(security=security, context=certified(authority), has_users=True) as (box, port):
        text = mail(port, USER, host="localhost", security=security)
        assert sent(text) == ["the mail server's certificate is none that this machine trusts for that host"]
        assert box.mails == []
        request.getfixturevalue("is_trusted")
        assert sent(text) == [""]
        assert sent(text.replace("localhost", "127.0.0.1")) != [""]
    assert len(box.mails) == 1


def test_nothing_is_sent_in_the_clear_where_starttls_is_asked_for_and_not_offered():
    with mail_server() as (box, port):
        assert sent(mail(port, security="starttls")) == [
            "the mail server offers no STARTTLS, or no way to log in; nothing was sent"
        ]
        assert sent(mail(port, security="tls")) == [
            "no secret conversation with the mail server came about; 'security' or 'port' may be another's"
        ]
    assert box.mails == []


def test_addresses_that_a_server_does_not_take_are_counted():
    with mail_server() as (box, port):
        assert sent(mail(port, to=["a@example.org", "nobody@example.org"])) == [
            "the mail server took it for 1 of 2 addresses"
        ]
        assert sent(mail(port, to=["nobody@example.org"])) == ["the mail server takes mail for none of these addresses"]
    assert len(box.mails) == 1


def test_a_mail_is_tried_again_where_that_may_help_and_is_the_same_then():
    with mail_server() as (box, port):
        box.refuses = ["451 later", "451 later"]
        assert sent(mail(port, tries=3)) == [""]
        box.refuses = ["451 later"] * 2
        assert sent(mail(port, tries=2)) == ["the mail server refused the mail (451), 2 times"]
        box.refuses = ["554 never"]
        assert sent(mail(port, tries=3)) == ["the mail server refused the mail (554)"]
        assert sent(mail(port)) == [""]
    first, second = (found["Message-ID"] for _, found, _ in box.mails)
    assert first == second


@pytest.mark.parametrize(
    ("words", "holds"),
    [([], True), ([], False), ([b"HTTP/1.1 400 no\r\n\r\n"], False), ([b"220 " + b"x" * 100_000 + b"\r\n"], False)],
    ids=["silent", "gone", "of the web", "endless"],
)
def test_a_server_that_speaks_no_mail_is_told_and_waited_for_no_longer_than_its_time(words, holds):
    with says(*words, holds=holds) as port:
        [problem] = sent(mail(port))
    assert problem.startswith(
        ("the mail server could not be reached", "the mail server ended", "the mail server refused")
    )


def test_nobody_at_the_port_is_told():
    assert sent(mail(free_port())) == ["the mail server could not be reached (Connection refused)"]


def test_one_that_keeps_on_answering_is_given_up(monkeypatch):
    monkeypatch.setattr(notify, "_GRACE", -0.7)
    with says(b"220-slow\r\n") as port:
        assert sent(mail(port)) == ["it kept on answering for too long"]


def hook(posts, *more, tries=1):
    return "\n".join([f"[[notify]]\nwebhook = '{posts.url}'\ntimeout = 1\ntries = {tries}", *more])


HEADER = "header = 'Authorization'\nheader_variable = 'PASS'"


def test_a_webhook_is_posted_json_by_the_schema_with_its_header(tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with Posts() as posts:
        assert sent(hook(posts, HEADER)) == [""]
        by_variable = "[[notify]]\nwebhook_variable = 'URL'"
        assert sent(by_variable, environment={"URL": posts.url}) == [""]
    (path, headers, told), (other, *_) = posts.taken
    assert path == other == "/hook/in-itself-a-secret"
    assert (headers["Authorization"], headers["Content-Type"]) == (PASSWORD, "application/json")
    jsonschema.validate(told, SCHEMA)
    assert told["parts"] == digest.notice(SUMMARY)["parts"]


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({}, "the variable URL is not set"),
        ({"URL": "mailto:x"}, "the variable URL: it is no address of the web. Write it as https://example.org/hook"),
        ({"URL": "http://example.org/x", "PASS": "x"}, "the variable URL: a header that proves who sends is not"),
        ({"URL": "https://127.0.0.1:9/in-itself-a-secret"}, "the variable PASS is not set"),
        (
            {"URL": "https://127.0.0.1:9/in-itself-a-secret", "PASS": "two\r\nX: y"},
            "what the variable PASS holds cannot",
        ),
    ],
)
def test_what_a_variable_holds_is_checked_as_the_file_is(environment, problem):
    [told] = sent(f"[[notify]]\nwebhook_variable = 'URL'\ntries = 1\n{HEADER}", environment=environment)
    assert told.startswith(problem)


def test_a_webhook_is_tried_again_where_that_may_help():
    with Posts(503, 429, 200) as posts:
        assert sent(hook(posts, tries=3)) == [""]
    assert len(posts.taken) == 3
    with Posts(503) as posts:
        assert sent(hook(posts, tries=2)) == ["it answered 503, 2 times"]
    for answer in (400, 401, 404):
        with Posts(answer) as posts:
            assert sent(hook(posts, tries=3)) == [f"it answered {answer}"]
        assert len(posts.taken) == 1


def test_a_webhook_takes_nobody_elsewhere_and_its_answer_is_not_read():
    with Posts(204) as other, Posts(307, headers={"Location": other.url}) as posts:
        assert sent(hook(posts, HEADER)) == ["it answered 307; it is not followed elsewhere"]
        assert other.taken == []
    with Posts(200, headers={"Content-Length": str(10**12)}) as posts:
        assert sent(hook(posts)) == [""]


def test_a_webhook_that_does_not_answer_is_told():
    with Posts(holds=True) as posts:
        assert sent(hook(posts)) == ["it did not answer within 1 seconds"]
    with says(b"\x16\x03 no http\r\n\r\n", holds=False) as port:
        text = f"[[notify]]\nwebhook = 'http://127.0.0.1:{port}/'\ntries = 1"
        assert sent(text) == ["it could not be reached (ConnectionError)"]
        assert sent(text.replace("http:", "https:")) == ["its certificate is not trusted here, or it speaks no TLS"]


def command(*words, more=""):
    return f"[[notify]]\ncommand = {json.dumps([sys.executable, '-c', *words])}\ntimeout = 1\n{more}"


WRITES = "import os, sys; open('told', 'w').write(os.environ['ATTRITION_SUBJECT'] + '|' + sys.stdin.read())"


def test_a_command_is_given_the_text_or_json_in_the_folder_of_the_file(tmp_path, capfd):
    assert sent(command(WRITES + "; print('said')"), tmp_path) == [""]
    assert (tmp_path / "told").read_text() == f"{digest.subject(SUMMARY)}|{digest.text(SUMMARY)}"
    assert sent(command(WRITES, more="gives = 'json'"), tmp_path) == [""]
    jsonschema.validate(json.loads((tmp_path / "told").read_text().partition("|")[2]), SCHEMA)
    assert capfd.readouterr().out == ""


def test_a_command_that_does_not_do_it_is_told(tmp_path):
    assert sent(command("raise SystemExit(3)"), tmp_path) == ["it ended with status 3"]
    assert sent("[[notify]]\ncommand = ['./none']", tmp_path) == ["it could not be started (No such file or directory)"]


def test_a_command_that_stays_is_ended_with_what_it_started(tmp_path):
    stays = ["sh", "-c", "sleep 600 & echo $! > started; wait"]
    entry = f"[[notify]]\ncommand = {json.dumps(stays)}\ntimeout = 3"
    assert sent(entry, tmp_path) == ["it took more than 3 seconds and was ended"]
    started = int((tmp_path / "started").read_text())
    assert until(lambda: not is_running(started))


def is_running(process):
    """Whether it runs still; one that is dead and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_is_told_what_it_wants_and_one_that_fails_keeps_it_from_no_other(tmp_path):
    with Posts() as posts:
        bad = "[[notify]]\ncommand = ['./none']\nwhen = 'always'\n"
        text = "".join(f"{hook(posts)}\nwhen = '{when}'\n" for when in ("failure", "change", "always"))

        def number(**changes):
            posts.taken.clear()
            told = sent(bad + text, tmp_path, summary=replace(SUMMARY, **changes))
            assert bool(told[0])
            assert not any(told[1:])
            return len(posts.taken)

        assert number() == 3
        assert number(is_change=False) == number(is_failure=False) == 2
        assert number(is_change=False, is_failure=False) == 1
        assert number(is_change=False, is_failure=False, is_sample=True) == 3


def test_a_fault_that_nothing_foresaw_is_told_without_its_words(monkeypatch):
    def raises(*_):
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr(ssl, "create_default_context", raises)
    with mail_server() as (_, port):
        assert sent(mail(port, security="starttls")) == ["a fault of this package (RuntimeError)"]


@dataclass(frozen=True)
class Pigeon(Entry):
    """An entry of a kind that nothing here tells."""

    who: str = "a pigeon"


def test_an_entry_of_a_kind_that_nothing_tells_is_not_told():
    (told,) = notify.send((Pigeon("always", timeout=1, tries=1),), SUMMARY, ENVIRONMENT)
    assert told.sentence == "Not told: a pigeon: a fault of this package (TypeError)."
