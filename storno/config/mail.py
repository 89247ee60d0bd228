"""The mail server in `STORNO_SMTP_URL`, taken apart for Django's settings."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from storno.core.environment import SMTP_PORTS


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over. `starttls` and `tls` exclude each other."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def mail_server(smtp_url: str) -> MailServer | None:
    """The server; None where no URL is set."""
    if not smtp_url:
        return None
    parts = urlsplit(smtp_url)
    return MailServer(
        host=str(parts.hostname),
        port=parts.port or SMTP_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )


def mail_sender(smtp_url: str, *, host: str) -> str:
    """Who letters come from: the URL's `?from=`, else its user where that is an address.

    Without either it is `no-reply` at the host of the installation.
    """
    parts = urlsplit(smtp_url)
    given = parse_qs(parts.query).get("from", [""])[0]
    user = unquote(parts.username or "")
    sender = given or (user if "@" in user else f"no-reply@{host}")
    return sender if "<" in sender else f"Storno <{sender}>"
