"""The variables: defaults, refusals that name the variable and the way out, the kept secret."""

from pathlib import Path

import pytest

from storno.core.environment import Environment, SmsGateway, WrongEnvironment


def test_nothing_set_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Environment.from_mapping({}) == Environment(
        data=tmp_path / "var",
        port=8000,
        url="http://localhost:8000",
        demo=True,
        smtp_url="",
        sms=None,
        stripe_url="https://api.stripe.com",
        scanner="",
        database_url="",
        owner_database_url="",
        postgres_bin=None,
        given_secret_key="",
        old_secret_keys=(),
    )


def test_empty_variables_count_as_not_set() -> None:
    names = ["PORT", "DEMO", "URL", "SMTP_URL", "DATABASE_URL", "SECRET_KEY", "POSTGRES_BIN"]
    empty = {f"STORNO_{name}": " " for name in names}
    assert Environment.from_mapping(empty) == Environment.from_mapping({})


def test_the_url_follows_the_port_and_bears_no_slash_at_its_end() -> None:
    assert Environment.from_mapping({"STORNO_PORT": "8123"}).url == "http://localhost:8123"
    set_to = Environment.from_mapping({"STORNO_URL": "https://invoices.example.com/"})
    assert set_to.url == "https://invoices.example.com"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:3310", "unix:///run/clamav/clamd.ctl"])
def test_where_the_scanner_listens(address: str) -> None:
    assert Environment.from_mapping({"STORNO_SCANNER": address}).scanner == address


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:8000", True),
        ("https://invoices.example.com", False),
        ("http://192.168.1.5:8000", False),
    ],
)
def test_only_this_machines_own_names_are_loopback(url: str, here: bool) -> None:
    assert Environment.from_mapping({"STORNO_URL": url}).on_loopback is here


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STORNO_PORT", "0", "STORNO_PORT must be a number from 1 to 65535, not '0'"),
        ("STORNO_PORT", "65536", "STORNO_PORT must be"),
        ("STORNO_SCANNER", "clamd:3310", "STORNO_SCANNER must be where clamd listens, like tcp://"),
        ("STORNO_SCANNER", "tcp://clamd", "STORNO_SCANNER must be"),
        ("STORNO_SCANNER", "tcp://clamd:99999", "STORNO_SCANNER must be"),
        ("STORNO_SCANNER", "unix://run/clamd.ctl", "STORNO_SCANNER must be"),
        ("STORNO_SCANNER", "http://clamd:3310", "STORNO_SCANNER must be"),
        ("STORNO_PORT", "٨٠٨٠", "STORNO_PORT must be"),
        ("STORNO_PORT", "9" * 5000, "STORNO_PORT must be"),
        ("STORNO_DEMO", "yes", "STORNO_DEMO must be 1 (on) or 0 (off), not 'yes'."),
        ("STORNO_URL", "invoices.example.com", "STORNO_URL must be the address people open"),
        ("STORNO_URL", "https://example.com/storno", "(no path)"),
        ("STORNO_URL", "https://example.com:port", "STORNO_URL must be"),
        ("STORNO_URL", "http://[::1", "STORNO_URL must be"),
        ("STORNO_URL", "http://ex ample", "STORNO_URL must be"),
        ("STORNO_URL", "http://-", "STORNO_URL must be"),
        ("STORNO_URL", "http://me@example.com", "STORNO_URL must be"),
        ("STORNO_SMTP_URL", "mail.example.com", "STORNO_SMTP_URL must look like smtp+starttls://"),
        ("STORNO_SMTP_URL", "smtp://mail:port", "STORNO_SMTP_URL must look like"),
        ("STORNO_SMTP_URL", "smtp://ma il", "STORNO_SMTP_URL must look like"),
        ("STORNO_SMTP_URL", "smtp://mail?form=a@b.c", "takes one thing after its question mark"),
        ("STORNO_SMTP_URL", "smtp://mail?from=a@b.c&from=d@e.f", "takes one thing after"),
        ("STORNO_SMTP_URL", "smtp://mail?from=me", "STORNO_SMTP_URL must name the sender like"),
        ("STORNO_SMTP_URL", "smtp://mail?from=a@b.c%0d%0aBcc:x@y.z", "must name the sender like"),
        ("STORNO_SMTP_URL", "smtp://mail?from=A%0aB%20%3Ca@b.c%3E", "must name the sender like"),
        ("STORNO_SMS_URL", "http://sms.example.com", "STORNO_SMS_URL must be the address"),
        ("STORNO_SMS_URL", "https://sms example.com", "STORNO_SMS_URL must be the address"),
        ("STORNO_SMS_URL", "https://sms.example.com:port", "STORNO_SMS_URL must be the address"),
        ("STORNO_DATABASE_URL", "mysql://x", "STORNO_DATABASE_URL must look like postgresql://"),
        ("STORNO_OWNER_DATABASE_URL", "postgresql://x", "STORNO_DATABASE_URL is not: set both"),
        ("STORNO_SECRET_KEY", "short", "STORNO_SECRET_KEY must have at least 32 characters"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_with_the_way_out(
    name: str, value: str, sentence: str
) -> None:
    with pytest.raises(WrongEnvironment) as refused:
        Environment.from_mapping({name: value})
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("METHOD", "DELETE", "STORNO_SMS_METHOD must be POST, PUT or GET."),
        ("METHOD", "GET", "must say where the number and the words go"),
        ("BODY", '{"to": "{to}"}', "write {to} and {text} there"),
        ("HEADERS", "Authorization: s3cret", "STORNO_SMS_HEADERS must look like"),
        ("HEADERS", '["s3cret"]', "STORNO_SMS_HEADERS must look like"),
        ("HEADERS", '{"X": "s3cret\\r\\nY: z"}', "STORNO_SMS_HEADERS must look like"),
        ("HEADERS", '{"X Y": "s3cret"}', "STORNO_SMS_HEADERS must look like"),
        ("HEADERS", '{"X": 7}', "STORNO_SMS_HEADERS must look like"),
    ],
)
def test_a_wrong_sms_provider_is_refused_without_its_secrets(
    name: str, value: str, sentence: str
) -> None:
    variables = {"STORNO_SMS_URL": "https://me:s3cret@sms.example.com"}
    with pytest.raises(WrongEnvironment) as refused:
        Environment.from_mapping(variables | {f"STORNO_SMS_{name}": value})
    assert sentence in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_an_sms_provider_needs_no_more_than_its_address() -> None:
    sms = Environment.from_mapping({"STORNO_SMS_URL": "https://sms.example.com/send"}).sms
    body = '{"to": "{to}", "from": "{from}", "text": "{text}", "id": "{id}"}'
    assert sms == SmsGateway("https://sms.example.com/send", "POST", (), body, "Storno")
    assert sms.is_json


def test_a_refused_address_is_not_repeated_since_it_may_hold_a_password() -> None:
    with pytest.raises(WrongEnvironment) as refused:
        Environment.from_mapping({"STORNO_DATABASE_URL": "mysql://storno:s3cret@db/storno"})
    assert "s3cret" not in str(refused.value)


def test_the_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    variables = {"STORNO_DATA": str(tmp_path / "new" / "data")}
    made = Environment.from_mapping(variables).secret_key
    kept = tmp_path / "new" / "data" / "secret-key"
    assert len(made) >= 50
    assert Environment.from_mapping(variables).secret_key == made
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret-key"]


def test_a_given_secret_touches_no_disk(tmp_path: Path) -> None:
    given = {"STORNO_DATA": str(tmp_path / "data"), "STORNO_SECRET_KEY": "k" * 32}
    assert Environment.from_mapping(given).secret_key == "k" * 32
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = Environment.from_mapping({"STORNO_DATA": str(tmp_path / "file" / "data")})
    with pytest.raises(WrongEnvironment, match="let STORNO_DATA name a folder"):
        _ = environment.secret_key
