"""SMS: their length, and how they reach a provider that takes, refuses, and lies."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import override_settings

from storno.core.phone import e164, with_country
from storno.mailroom.deliver import WAITS, deliver_next
from storno.mailroom.mailbox import kept_letters
from storno.mailroom.models import Letter, Medium
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.sms import Sms, is_seven_bit, places, segments, shortened
from storno.mailroom.way_out import is_server_missing, way_out
from storno.organizations.scope import scope
from storno.organizations.sealed import is_whole, seal_of
from tests.mailroom.post_office import post_office
from tests.mailroom.sms_center import GATEWAY, sms_center
from tests.world import World, found

TO = "+358401234567"
TEXT = 'Sofie & "Åse" {to}: 10:00 https://storno.example/s/link-part'


def queued(world: World, at: datetime, medium: Medium = Medium.SMS, to: str = TO) -> Letter:
    """A letter that is due."""
    with scope(world.id):
        (letter,) = queue(
            [Envelope("note", UUID(int=1), to, "en", medium)], organization_id=world.id, at=at
        )
    return letter


def deliver(world: World, at: datetime) -> bool:
    """One try."""
    out = way_out()
    try:
        return deliver_next(world.id, composers={"note": lambda _letter: Sms(TEXT)}, out=out, at=at)
    finally:
        out.close()


def stands(letter: Letter) -> tuple[str, int, datetime | None, str, str]:
    """How a letter stands now."""
    with scope(letter.organization_id):
        row = Letter.objects.get(organization_id=letter.organization_id, id=letter.id)
    assert is_whole(row)
    return row.state, row.attempts, row.next_attempt_at, row.failure, row.reply


@pytest.mark.parametrize(
    ("text", "taken", "paid"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("Äiti ja øl på Åland", 19, 1),
        ("…" * 70, 70, 1),
        ("…" * 71, 71, 2),
        ("😀" * 35, 70, 1),
    ],
)
def test_the_length_in_segments(text: str, taken: int, paid: int) -> None:
    assert (places(text), segments(text)) == (taken, paid)


def test_a_long_name_is_cut_with_characters_of_the_small_alphabet() -> None:
    assert shortened("Aalto", 5) == "Aalto"
    assert shortened("Aalto Psychotherapy", 10) == "Aalto P..."
    assert shortened("Aalto  Psychotherapy", 9) == "Aalto..."
    assert is_seven_bit(shortened("Aalto Psychotherapy", 9))


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("040 123 4567", "FI", TO),
        ("+358 (40) 123-4567", "NO", TO),
        ("400 00 123", "NO", "+4740000123"),
        ("040 123 4567 ext 3", "FI", ""),
        ("12", "FI", ""),
        ("\x00", "FI", ""),
        ("9" * 5000, "FI", ""),
    ],
)
def test_numbers_in_one_form(typed: str, country: str, number: str) -> None:
    assert e164(typed, country=country) == number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("400 00 123", "+47 40 00 01 23"),
        ("+358 (40) 123-4567", "+358 (40) 123-4567"),
        ("0047 400 00 123", "0047 400 00 123"),
        ("123", "123"),
        ("", ""),
    ],
)
def test_a_number_gets_its_country(typed: str, kept: str) -> None:
    assert with_country(typed, country="NO") == kept


def test_a_json_provider_gets_the_words_and_the_id(at: datetime) -> None:
    world = found()
    letter = queued(world, at)
    with sms_center(headers=(("Authorization", "Bearer s3cret"),), sender="Aalto") as center:
        assert deliver(world, at)
    (taken,) = center.received
    assert (taken.method, taken.path) == ("POST", "/send")
    assert json.loads(taken.body) == {
        "to": TO,
        "from": "Aalto",
        "text": TEXT,
        "id": str(letter.id),
    }
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["authorization"] == "Bearer s3cret"
    assert taken.headers["idempotency-key"] == str(letter.id)
    assert stands(letter)[:2] == ("sent", 1)


def test_a_form_provider_with_a_user_and_one_by_its_address(at: datetime) -> None:
    world = found()
    queued(world, at)
    with sms_center(user="me:p%40ss@", body="To={to}&Body={text}") as center:
        deliver(world, at)
    (taken,) = center.received
    assert parse_qs(taken.body) == {"To": [TO], "Body": [TEXT]}
    assert taken.headers["content-type"] == "application/x-www-form-urlencoded"
    assert taken.headers["authorization"] == "Basic bWU6cEBzcw=="
    queued(world, at)
    with sms_center(path="/get?to={to}&text={text}", method="GET", body="") as center:
        deliver(world, at)
    (taken,) = center.received
    assert (taken.method, taken.body) == ("GET", "")
    assert parse_qs(urlsplit(taken.path).query) == {"to": [TO], "text": [TEXT]}


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        (400, "failed", "sms_refused"),
        (422, "failed", "sms_refused"),
        (401, "queued", "sms_postponed"),
        (408, "queued", "sms_postponed"),
        (429, "queued", "sms_postponed"),
        (500, "queued", "sms_postponed"),
        (302, "queued", "sms_postponed"),
    ],
)
def test_what_an_answer_means(status: int, state: str, failure: str, at: datetime) -> None:
    world = found()
    letter = queued(world, at)
    with sms_center() as center:
        center.status, center.answer = status, "no: {body}\x00 " + TO
        center.headers = {"Location": "/elsewhere"}
        deliver(world, at)
        assert len(center.received) == 1
        row = stands(letter)
        assert (row[0], row[3]) == (state, failure)
        assert row[4].startswith(f"{status} no: ")
        assert "4567" not in row[4]
        assert "link-part" not in row[4]
        center.status = 200
        assert deliver(world, at + WAITS[0]) is (state == "queued")
    ids = {taken.headers["idempotency-key"] for taken in center.received}
    assert ids == {str(letter.id)}


def test_a_provider_that_is_away_is_tried_again_and_nothing_is_told(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    world = found()
    letter = queued(world, at)
    with sms_center(user="me:s3cret@") as center, caplog.at_level(logging.DEBUG):
        center.hangs_up = True
        deliver(world, at)
    waits = ("queued", 1, at + WAITS[0], "sms_unreachable", "")
    assert stands(letter) == waits
    with override_settings(SMS=replace(GATEWAY, url="http://127.0.0.1:9/")):
        deliver(world, at + WAITS[0])
    assert stands(letter)[0::3] == ("queued", "sms_unreachable")
    for telling in ("s3cret", TO, "link-part"):
        assert telling not in caplog.text


def test_each_medium_waits_for_its_own_server(at: datetime) -> None:
    """With a mail server alone, elsewhere than here, e-mails leave and SMS wait untouched."""
    world = found()
    sms = queued(world, at)
    with override_settings(ON_LOOPBACK=False), post_office():
        assert [is_server_missing(medium) for medium in Medium] == [False, True]
        assert not deliver(world, at)
        assert stands(sms) == ("queued", 0, at, "", "")
    with override_settings(ON_LOOPBACK=False), sms_center():
        assert [is_server_missing(medium) for medium in Medium] == [True, False]
        assert deliver(world, at)
    assert stands(sms)[0] == "sent"


def test_an_sms_without_a_provider_lies_in_the_mailbox(at: datetime) -> None:
    world = found()
    letter = queued(world, at)
    assert deliver(world, at)
    with scope(world.id):
        (kept,) = kept_letters(world.id).items
    assert (kept.id, kept.medium, kept.to, kept.text) == (letter.id, Medium.SMS, TO, TEXT)
    assert (kept.subject, kept.html, kept.attachments) == ("", "", ())


def test_what_was_overtaken_is_withdrawn_and_no_failure(at: datetime) -> None:
    world = found()
    letter = queued(world, at)

    def compose(_letter: Letter) -> Sms:
        raise Withdrawn

    with sms_center() as center:
        out = way_out()
        assert deliver_next(world.id, composers={"note": compose}, out=out, at=at)
        assert not deliver_next(
            world.id, composers={"note": compose}, out=out, at=at + timedelta(days=1)
        )
    assert center.received == []
    assert stands(letter) == ("withdrawn", 1, None, "", "")


def test_letters_sealed_before_there_were_sms_still_vouch_for_themselves(at: datetime) -> None:
    letter = queued(found(), at, Medium.EMAIL, "daisy@example.com")
    assert letter.form == 2
    letter.form = 1
    letter.seal = seal_of(letter)
    assert is_whole(letter)
    letter.to_address = "scrooge@example.com"
    assert not is_whole(letter)
