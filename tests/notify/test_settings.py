"""Who is told: what a batch file may say of it, and what is refused with its line."""

import pytest

from analysis.errors import ParameterError
from analysis.publishing.notify.settings import Command, Mail, Webhook
from tests.notify.desk import entries

MAIL = '[[notify]]\nmail = ["a@example.org"]\nfrom = "b@example.org"\nhost = "mail.example.org"\n'


def test_what_is_not_said_is_the_safer():
    (entry,) = entries(MAIL, None)
    assert isinstance(entry, Mail)
    assert (entry.when, entry.security, entry.port, entry.timeout, entry.tries) == ("failure", "starttls", 587, 10, 3)


def test_several_stand_in_their_order_and_one_may_stand_alone(tmp_path):
    text = (
        f'{MAIL}[[notify]]\nwebhook = "https://example.org/x"\nwhen = "change"\n[[notify]]\ncommand = ["./tell", "x"]'
    )
    mail, webhook, command = entries(text, tmp_path)
    assert [type(one) for one in (mail, webhook, command)] == [Mail, Webhook, Command]
    assert (webhook.when, webhook.who, command.who) == ("change", "webhook at example.org", "command tell")
    assert command.words == (str(tmp_path / "tell"), "x")
    assert entries(MAIL.replace("[[notify]]", "[notify]"), tmp_path) == (mail,)
    assert entries("", None) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[notify]]\nwhen = "failure"', "line 1: a table [[notify]] holds one of mail, webhook"),
        (MAIL + 'command = ["x"]', "line 1: a table [[notify]] holds one of mail"),
        (MAIL + 'when = "failures"', "line 5: 'when' takes failure, change, always, not 'failures'. Did you mean"),
        (MAIL + 'hosst = "x"', "line 5: 'hosst' is no key here. Did you mean 'host'?"),
        (MAIL + 'password = "x"', "line 5: no 'password' stands in a batch file: name a variable"),
        (MAIL + 'user = "x"', "line 5: a 'user' goes with one of 'password_variable' and 'password_file'"),
        (MAIL + 'password_variable = "X"', "line 5: a 'user' goes with"),
        (
            MAIL + 'user = "x"\npassword_variable = "X"\nsecurity = "none"',
            "line 7: a password is not sent in the clear",
        ),
        (MAIL + "port = 0", "line 5: 'port' must be from 1 to 65535"),
        (MAIL + "timeout = 61", "line 5: 'timeout' must be from 1 to 60"),
        (MAIL + "tries = true", "line 5: 'tries' must be a whole number"),
        (MAIL.replace("a@", "a b@"), "line 2: 'a b@example.org' is no address of mail"),
        (MAIL.replace('"a@example.org"', '"a@example.org", "Name <b@example.org>"'), "line 2: 'Name <b@"),
        (MAIL.replace("a@", "a\\nBcc: c@"), "line 2: 'mail' is empty or holds a character that cannot be seen"),
        (MAIL.replace('["a@example.org"]', '"a@example.org"'), "line 2: 'mail' must be a list of texts"),
        (MAIL.replace('["a@example.org"]', "[]"), "line 2: 'mail' is empty"),
        (MAIL.replace("host =", "#"), "line 2: mail needs 'host'"),
        ('[[notify]]\nwebhook = "ftp://x"', "line 2: it is no address of the web"),
        ('[[notify]]\nwebhook = "https://"', "line 2: it is no address of the web"),
        ('[[notify]]\nwebhook = "https://x:y"', "line 2: it is no address of the web"),
        ('[[notify]]\nwebhook = "https://u:p@example.org"', "line 2: no user or password stands in an address"),
        ('[[notify]]\nwebhook = "https://x"\nheader = "A"', "line 3: 'header' and 'header_variable' go together"),
        ('[[notify]]\nwebhook = "https://x"\nheader = "A: b"\nheader_variable = "X"', "line 3: 'A: b' is no name"),
        ('[[notify]]\nwebhook = "https://x"\nheader = "A"\nheader_variable = "X="', "line 4: 'header_variable' names"),
        (
            '[[notify]]\nwebhook = "http://example.org"\nheader = "A"\nheader_variable = "X"',
            "line 2: a header that proves who sends is not sent in the clear",
        ),
        ('[[notify]]\ncommand = "tell"', "line 2: 'command' must be a list"),
        ('[[notify]]\ncommand = ["tell", 1]', "line 2: 'command' must be a list of texts"),
        ('[[notify]]\ncommand = ["tell"]\ngives = "xml"', "line 3: 'gives' takes text, json"),
        ('[[notify]]\ncommand = ["tell"]\ntries = 2', "line 3: 'tries' is no key here"),
        ('notify = "x"', "line 1: write a table [[notify]]"),
    ],
)
def test_a_mistake_is_refused_with_its_line(text, told, tmp_path):
    with pytest.raises(ParameterError) as refused:
        entries(text, tmp_path)
    assert f"quick.toml, {told}" in str(refused.value)


def test_all_mistakes_of_a_table_are_told_in_one_go(tmp_path):
    wrong = '[[notify]]\nwhen = "failre"\nmail = ["a"]\nfrom = "b"\nhost = 5\ntries = 9\nuser = "u"\nport = 0\n'
    with pytest.raises(ParameterError) as refused:
        entries(wrong, tmp_path)
    head, *told = str(refused.value).splitlines()
    assert head == "quick.toml has 7 mistakes."
    assert [line.split(":")[0].strip() for line in told] == [f"line {number}" for number in range(2, 9)]


def test_a_table_that_says_no_way_of_telling_is_told_of_its_other_mistakes_too(tmp_path):
    with pytest.raises(ParameterError) as refused:
        entries('[[notify]]\nwhen = "failre"\nmial = ["a@example.org"]\n', tmp_path)
    assert all(
        told in str(refused.value) for told in ("line 1: a table", "line 2: 'when' takes", "Did you mean 'mail'?")
    )
