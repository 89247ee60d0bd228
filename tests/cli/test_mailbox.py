"""`storno mailbox`: sign-in letters for whoever runs the installation."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.mail import EmailMessage
from django.test import override_settings

from storno.cli.mailbox import command
from storno.core.environment import environment
from storno.people.letters import KeptLetters


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test, in the environment."""
    monkeypatch.setenv("STORNO_DATA", str(tmp_path))
    environment.cache_clear()
    yield tmp_path
    environment.cache_clear()


def say(*arguments: str) -> str:
    answer = CliRunner().invoke(command, arguments)
    assert answer.exit_code == 0
    return answer.output


def write(data: Path, *subjects: str) -> None:
    with override_settings(DATA=data):
        for subject in subjects:
            letter = EmailMessage(subject, "Koodi: 123456", "no-reply@localhost", ["a@x.fi"])
            KeptLetters().send_messages([letter])


def test_letters_are_printed_newest_first(data: Path) -> None:
    write(data, "First", "Second")
    printed = say()
    assert printed.index("Subject: Second") < printed.index("Subject: First")
    assert printed.count("To: a@x.fi") == 2
    assert printed.count("Koodi: 123456") == 2


def test_json_has_the_same_letters(data: Path) -> None:
    write(data, "First", "Second")
    letters = json.loads(say("--json", "--last", "1"))
    (newest,) = letters
    assert set(newest) == {"sent_at", "to", "subject", "text"}
    assert (newest["subject"], newest["text"]) == ("Second", "Koodi: 123456")


def test_an_empty_mailbox_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say() == "There are no sign-in letters yet.\n"
    assert json.loads(say("--json")) == []
    monkeypatch.setenv("STORNO_SMTP_URL", "smtp://mail.example.com")
    environment.cache_clear()
    assert "go out by the server in STORNO_SMTP_URL" in say()
