"""`STORNO_SMTP_URL`, taken apart."""

import pytest

from storno.config.mail import MailServer, mail_sender, mail_server


def test_without_a_url_there_is_no_server() -> None:
    assert mail_server("") is None
    assert mail_sender("", host="localhost") == "Storno <no-reply@localhost>"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", MailServer("mail.example.com", 25, "", "", False, False)),
        (
            "smtp+starttls://me%40example.com:p%2Fw%3A@mail.example.com",
            MailServer("mail.example.com", 587, "me@example.com", "p/w:", True, False),
        ),
        ("smtps://u:p@[::1]:4650", MailServer("::1", 4650, "u", "p", False, True)),
    ],
)
def test_a_url_names_server_and_log_in(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://mail.example.com", "Storno <no-reply@invoices.example.com>"),
        ("smtp://me%40example.com:p@mail.example.com", "Storno <me@example.com>"),
        ("smtp://apikey:p@mail.example.com?from=bills@example.com", "Storno <bills@example.com>"),
        (
            "smtp://mail.example.com?from=Clinic%20%3Cbills%40example.com%3E",
            "Clinic <bills@example.com>",
        ),
    ],
)
def test_letters_have_a_sender(url: str, sender: str) -> None:
    assert mail_sender(url, host="invoices.example.com") == sender
