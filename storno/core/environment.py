"""What a machine tells Storno about itself: the `STORNO_…` variables, read once and typed.

It stands below the doors since the command line needs it before Django can be set up. A wrong
value is refused in one sentence that names the variable and the way out.
"""

import functools
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""Schemes of `STORNO_SMTP_URL` and their usual ports (RFC 5321, RFC 6409, RFC 8314)."""

_HOST = re.compile(r"[0-9a-z]([0-9a-z.-]*[0-9a-z])?|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name (RFC 1123 §2.1; others in their xn-- form, RFC 5891) or an address of IPv4 or IPv6."""

_SENDER = re.compile(r"([^<>@\x00-\x1f]+ )?<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+")
"""`bills@example.com` or `Clinic <bills@example.com>` (RFC 5322 §3.4), all on one line."""


class WrongEnvironment(Exception):
    """A variable cannot be used: its sentence names it and says what to write instead."""


@dataclass(frozen=True)
class SmsGateway:
    """How a message is handed to the SMS provider: a request with the slots that are filled.

    In `url`, `headers` and `body`, `{to}`, `{text}`, `{from}` and `{id}` stand for the number in
    E.164 form, the text, the `sender`, and the id of the letter.
    """

    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    body: str
    sender: str

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON; else it is a form."""
        named = {name.lower(): value for name, value in self.headers}
        if "content-type" in named:
            return "json" in named["content-type"].lower()
        return self.body.startswith(('{"', "[", "{ ", "{\n"))


@dataclass(frozen=True)
class Environment:
    """The variables, checked. An empty `database_url` means the embedded database."""

    data: Path
    port: int
    url: str
    demo: bool
    smtp_url: str
    sms: SmsGateway | None
    stripe_url: str
    scanner: str
    database_url: str
    owner_database_url: str
    postgres_bin: Path | None
    given_secret_key: str
    old_secret_keys: tuple[str, ...]

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> "Environment":
        """Read the variables; an empty one counts as not set. Raises `WrongEnvironment`."""

        def given(name: str, default: str = "") -> str:
            return variables.get(name, "").strip() or default

        port = _port(given("STORNO_PORT", "8000"))
        database_url = _database_url("STORNO_DATABASE_URL", given("STORNO_DATABASE_URL"))
        owner_url = _database_url("STORNO_OWNER_DATABASE_URL", given("STORNO_OWNER_DATABASE_URL"))
        if owner_url and not database_url:
            raise WrongEnvironment(
                "STORNO_OWNER_DATABASE_URL is set but STORNO_DATABASE_URL is not: set both to use "
                "your own PostgreSQL, or neither to use the embedded one."
            )
        postgres_bin = given("STORNO_POSTGRES_BIN")
        return cls(
            data=Path(given("STORNO_DATA", "var")).absolute(),
            port=port,
            url=_site_url(given("STORNO_URL", f"http://localhost:{port}")),
            demo=_switch("STORNO_DEMO", given("STORNO_DEMO", "1")),
            smtp_url=_smtp_url(given("STORNO_SMTP_URL")),
            sms=_sms_gateway(given),
            stripe_url=_stripe_url(given("STORNO_STRIPE_URL", "https://api.stripe.com")),
            scanner=_scanner(given("STORNO_SCANNER")),
            database_url=database_url,
            owner_database_url=owner_url,
            postgres_bin=Path(postgres_bin).absolute() if postgres_bin else None,
            given_secret_key=_secret_key(given("STORNO_SECRET_KEY")),
            old_secret_keys=tuple(given("STORNO_SECRET_KEY_OLD").split()),
        )

    @property
    def on_loopback(self) -> bool:
        """Whether people reach this installation on this machine only (`STORNO_URL`)."""
        return urlsplit(self.url).hostname in LOOPBACK

    @functools.cached_property
    def secret_key(self) -> str:
        """What signs sessions and links: `STORNO_SECRET_KEY`, or one made once in `STORNO_DATA`.

        Raises `WrongEnvironment` if the folder cannot be written.
        """
        return self.given_secret_key or _kept_secret(self.secret_key_file)

    @property
    def secret_key_file(self) -> Path:
        """Where the key is kept that was made in `STORNO_DATA`."""
        return self.data / "secret-key"


@functools.cache
def environment() -> Environment:
    """The environment of this process, read once. Raises `WrongEnvironment`."""
    return Environment.from_mapping(os.environ)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise WrongEnvironment(
            f"STORNO_PORT must be a number from 1 to 65535, not {text!r}; 8000 is usual."
        )
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text not in {"0", "1"}:
        raise WrongEnvironment(f"{name} must be 1 (on) or 0 (off), not {text!r}.")
    return text == "1"


def _parts(text: str, wrong: WrongEnvironment) -> SplitResult:
    """The parts of an address. Raises `wrong` where it cannot be taken apart."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 -- reading it is what checks it
    except ValueError:
        raise wrong from None
    return parts


def _site_url(text: str) -> str:
    wrong = WrongEnvironment(
        f"STORNO_URL must be the address people open, like https://invoices.example.com "
        f"(no path), not {text!r}."
    )
    parts = _parts(text, wrong)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    host = _HOST.fullmatch(parts.hostname or "")
    if parts.scheme not in {"http", "https"} or not host or not bare:
        raise wrong
    return text.rstrip("/")


def _smtp_url(text: str) -> str:
    if not text:
        return ""
    wrong = WrongEnvironment(
        "STORNO_SMTP_URL must look like smtp+starttls://user:password@mail.example.com:587 "
        "(smtp:// without encryption, smtps:// with TLS from the start)."
    )
    parts = _parts(text, wrong)
    host = _HOST.fullmatch(parts.hostname or "")
    if parts.scheme not in SMTP_PORTS or not host or parts.path.strip("/"):
        raise wrong
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if [name for name, _ in asked] not in ([], ["from"]):
        raise WrongEnvironment("STORNO_SMTP_URL takes one thing after its question mark: ?from=…")
    if not all(_SENDER.fullmatch(sender) for _, sender in asked):
        raise WrongEnvironment(
            "STORNO_SMTP_URL must name the sender like ?from=invoices@example.com "
            "(or ?from=Clinic%20%3Cinvoices@example.com%3E)."
        )
    return text


SMS_BODY = '{"to": "{to}", "from": "{from}", "text": "{text}", "id": "{id}"}'
"""What is sent to a provider where `STORNO_SMS_BODY` says nothing else."""

_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")


def _sms_gateway(given: Callable[..., str]) -> SmsGateway | None:
    """The SMS provider; what is refused is not repeated, since it may hold a password."""
    url = given("STORNO_SMS_URL")
    if not url:
        return None
    method = given("STORNO_SMS_METHOD", "POST").upper()
    if method not in {"POST", "PUT", "GET"}:
        raise WrongEnvironment("STORNO_SMS_METHOD must be POST, PUT or GET.")
    gateway = SmsGateway(
        url=_sms_url(url),
        method=method,
        headers=_sms_headers(given("STORNO_SMS_HEADERS")),
        body="" if method == "GET" else given("STORNO_SMS_BODY", SMS_BODY),
        sender=given("STORNO_SMS_FROM", "Storno"),
    )
    told = f"{gateway.url} {gateway.body}"
    if not ("{to}" in told and "{text}" in told):
        raise WrongEnvironment(
            "STORNO_SMS_BODY (or the address in STORNO_SMS_URL) must say where the number and the "
            "words go: write {to} and {text} there."
        )
    return gateway


def _sms_url(text: str) -> str:
    wrong = WrongEnvironment(
        "STORNO_SMS_URL must be the address of the provider, like https://sms.example.com/send "
        "(https://user:password@… where it asks for them)."
    )
    parts = _parts(text, wrong)
    host = _HOST.fullmatch(parts.hostname or "")
    open_text = parts.scheme == "http" and parts.hostname in LOOPBACK
    strange = not text.isascii() or any(char <= " " for char in text) or parts.fragment
    if not (parts.scheme == "https" or open_text) or not host or strange:
        raise wrong
    return text


def _stripe_url(text: str) -> str:
    parts = _parts(
        text,
        wrong := WrongEnvironment(
            "STORNO_STRIPE_URL must be an address like https://api.stripe.com (no path), "
            f"not {text!r}."
        ),
    )
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    secret = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secret or not _HOST.fullmatch(parts.hostname or "") or not bare:
        raise wrong
    return text.rstrip("/")


def _scanner(text: str) -> str:
    if not text:
        return ""
    parts = _parts(
        text,
        wrong := WrongEnvironment(
            "STORNO_SCANNER must be where clamd listens, like tcp://127.0.0.1:3310 or "
            f"unix:///run/clamav/clamd.ctl, not {text!r}."
        ),
    )
    bare = not (parts.query or parts.fragment or parts.username)
    by_net = parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path.strip("/")
    by_file = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    if not bare or not (by_net or by_file):
        raise wrong
    return text


def _sms_headers(text: str) -> tuple[tuple[str, str], ...]:
    """The headers, as one JSON object of names and values."""
    wrong = WrongEnvironment(
        'STORNO_SMS_HEADERS must look like {"Authorization": "Bearer …", "Accept": "…"}.'
    )
    try:
        headers = json.loads(text or "{}")
    except ValueError:
        raise wrong from None
    if not isinstance(headers, dict):
        raise wrong
    for name, value in headers.items():
        plain = isinstance(value, str) and value.isascii() and value.isprintable()
        if not (_HEADER_NAME.fullmatch(name) and plain):
            raise wrong
    return tuple(headers.items())


def _database_url(name: str, text: str) -> str:
    if text and not text.startswith(("postgresql://", "postgres://")):
        raise WrongEnvironment(
            f"{name} must look like postgresql://user:password@host:5432/storno; "
            "leave both database variables out to use the embedded database."
        )
    return text


def _secret_key(text: str) -> str:
    if text and len(text) < 32:
        raise WrongEnvironment(
            "STORNO_SECRET_KEY must have at least 32 characters; "
            "leave it out and Storno makes one itself."
        )
    return text


def _kept_secret(path: Path) -> str:
    """Read the secret, or make it in one step that only one of two processes can win."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            made.touch(mode=0o600)
            made.write_text(secrets.token_urlsafe(50))
            try:
                os.link(made, path)
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise WrongEnvironment(
            f"The secret key in {path} cannot be read or made ({error.strerror}): let STORNO_DATA "
            "name a folder that this user may write, or set STORNO_SECRET_KEY."
        ) from None
