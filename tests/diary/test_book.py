"""Booking: the time, the draft that comes with it, and what stands in the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError

from storno.catalogue.save import amend_service, archive_service
from storno.clients.save import archive_client
from storno.diary.book import ActivityInput, SessionInput, book_activity, book_session
from storno.diary.models import Booking
from storno.diary.slot import TimeIsTaken
from storno.documents.draft import entered_in
from storno.organizations.models import Method
from storno.organizations.scope import scope
from tests.diary.practice import HOUR, Practice, practice
from tests.observe import drafts, history, refused

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Ten o'clock in Oslo, the day after the tests' moment."""


@pytest.fixture
def paula() -> Practice:
    return practice()


def test_a_session_takes_its_time_and_says_what_it_bills(paula: Practice, at: datetime) -> None:
    booked = paula.now(paula.book(TEN, at=at, place="Room 2"))
    assert (booked.kind, booked.state) == ("session", "booked")
    assert (booked.starts_at, booked.ends_at) == (TEN, TEN + HOUR)
    assert booked.practitioner_id == paula.paula.person_id
    assert (booked.client_id, booked.recipient_id) == (paula.daisy.id, paula.daisy.id)
    assert (booked.description, booked.unit_price) == ("60 min", Decimal(1190))
    assert (booked.price_includes_tax, booked.tax_category) == (True, "outside_scope")
    assert (booked.place, booked.video, booked.method) == ("Room 2", "", "")
    assert (booked.created_by, booked.created_at) == (paula.paula.person_id, at)
    assert history(paula.world, booked.id) == ["booking.made"]


def test_with_the_session_comes_its_draft(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    billing = paula.billing(booked)
    assert billing.draft is not None
    assert (billing.draft.id, billing.invoice, billing.price_locked) == (draft.id, None, False)
    with scope(paula.id):
        entered = entered_in(draft)
    assert (entered.recipient_id, entered.delivered_on) == (paula.daisy.id, TEN.date())
    (line,) = entered.lines
    assert (line.description, line.quantity, line.unit_price) == (
        "60 min",
        Decimal(1),
        Decimal(1190),
    )
    assert (line.source_kind, line.source_id) == ("session", booked.id)


def test_a_paper_says_of_the_service_what_recipients_may_read(
    paula: Practice, at: datetime
) -> None:
    amend_service(
        paula.service.id,
        lambda service: replace(service, name="Trauma therapy", name_on_papers=" 60  min "),
        who=paula.who(),
        at=at,
    )
    paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        assert [line.description for line in entered_in(draft).lines] == ["60 min"]


def test_price_length_payer_and_method_can_be_others(paula: Practice, at: datetime) -> None:
    employer = paula.company()
    booked = paula.book(
        TEN,
        at=at,
        price=Decimal("990.50"),
        minutes=90,
        recipient=employer.id,
        method=Method.MANUAL,
        video="https://video.example.com/r/1",
    )
    assert booked.ends_at - booked.starts_at == timedelta(minutes=90)
    terms = paula.billing(booked).terms
    assert (terms.recipient_id, terms.unit_price) == (employer.id, Decimal("990.50"))
    assert paula.now(booked).method == "manual"


def test_a_free_session_has_a_draft_as_well(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at, price=Decimal(0))
    assert paula.billing(booked).terms.unit_price == 0


def test_the_day_of_the_paper_is_the_day_in_the_clinics_zone(paula: Practice, at: datetime) -> None:
    booked = paula.book(datetime(2026, 6, 17, 22, 30, tzinfo=UTC), at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    assert draft.delivered_on is not None
    assert draft.delivered_on.isoformat() == "2026-06-18"


def test_the_past_is_open(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN - timedelta(days=400), at=at)
    assert paula.now(booked).state == "booked"


def test_an_activity_takes_time_and_bills_nothing(paula: Practice, at: datetime) -> None:
    booked = paula.now(paula.block(TEN, at=at, minutes=30))
    assert (booked.kind, booked.title) == ("activity", "Supervision")
    assert (booked.ends_at - booked.starts_at, booked.client_id) == (HOUR / 2, None)
    assert drafts(paula.world) == []


@pytest.mark.parametrize(
    ("starts", "minutes"),
    [
        (timedelta(0), 60),
        (timedelta(minutes=59), 60),
        (timedelta(minutes=-59), 60),
        (timedelta(minutes=15), 30),
        (timedelta(hours=-12), 24 * 60),
    ],
)
def test_nobody_is_booked_twice_at_once(
    starts: timedelta, minutes: int, paula: Practice, at: datetime
) -> None:
    there = paula.block(TEN, at=at)
    with refused(paula.world, "time_is_taken"):
        paula.book(TEN + starts, at=at, minutes=minutes)
    with pytest.raises(TimeIsTaken) as taken:
        paula.book(TEN + starts, at=at, minutes=minutes)
    assert taken.value.in_the_way.id == there.id


def test_what_ends_as_the_next_begins_is_not_in_the_way(paula: Practice, at: datetime) -> None:
    paula.book(TEN, at=at)
    paula.book(TEN + HOUR, at=at)
    paula.book(TEN - HOUR, at=at)
    assert len(drafts(paula.world)) == 3


def test_another_practitioner_is_free_at_that_time(paula: Practice, at: datetime) -> None:
    membership, otto = paula.member("otto")
    paula.book(TEN, at=at)
    booked = book_session(paula.asked(TEN, practitioner=membership.id), who=otto, at=at)
    assert booked.practitioner_id == otto.person_id


def test_the_database_itself_keeps_them_apart(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    booked.id = uuid4()
    with pytest.raises(IntegrityError, match="nobody_is_booked_twice"), scope(paula.id):
        booked.save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"minutes": 0}, ["minutes: not_positive"]),
        ({"minutes": -5}, ["minutes: not_positive"]),
        ({"minutes": 24 * 60 + 1}, ["minutes: too_long"]),
        ({"minutes": 10**9}, ["minutes: too_long"]),
        ({"starts_at": datetime(2012, 6, 1, tzinfo=UTC)}, ["starts_at: out_of_range"]),
        ({"starts_at": datetime(2030, 1, 1, tzinfo=UTC)}, ["starts_at: out_of_range"]),
        ({"price": Decimal(-1)}, ["price: negative"]),
        ({"price": Decimal("NaN")}, ["price: not_a_number"]),
        ({"price": Decimal("1.00001")}, ["price: too_many_decimals"]),
        ({"place": "x" * 201}, ["place: too_long"]),
        ({"video": "javascript:alert(1)"}, ["video: not_an_address"]),
        ({"video": "https://["}, ["video: not_an_address"]),
        ({"method": Method.EINVOICE}, ["method: method_not_open"]),
        ({"service": uuid4()}, ["service: unknown_service"]),
        ({"client": uuid4()}, ["client: unknown_client"]),
        ({"recipient": uuid4()}, ["recipient: unknown_recipient"]),
        ({"practitioner": uuid4()}, ["practitioner: unknown_practitioner"]),
    ],
)
def test_what_cannot_be_booked(
    changes: dict[str, object], codes: list[str], paula: Practice, at: datetime
) -> None:
    with refused(paula.world, *codes):
        paula.book(**({"starts_at": TEN} | changes), at=at)  # type: ignore[arg-type]


def test_what_is_no_longer_offered_is_not_booked(paula: Practice, at: datetime) -> None:
    archive_client(paula.daisy.id, who=paula.who(), at=at)
    with refused(paula.world, "client: unknown_client"):
        paula.book(TEN, at=at)
    archive_service(paula.service.id, who=paula.who(), at=at)
    with refused(paula.world, "service: unknown_service"):
        paula.book(TEN, at=at)


def test_another_organizations_cast_is_unknown(paula: Practice, at: datetime) -> None:
    other = practice()
    strange = SessionInput(
        service=other.service.id,
        client=other.daisy.id,
        practitioner=other.paula.id,
        starts_at=TEN,
    )
    with refused(paula.world, "service: unknown_service"):
        book_session(strange, who=paula.who(), at=at)
    with refused(paula.world, "client: unknown_client"):
        paula.book(TEN, at=at, client=other.daisy.id)
    with refused(paula.world, "practitioner: unknown_practitioner"):
        paula.book(TEN, at=at, practitioner=other.paula.id)


def test_an_activity_needs_a_title(paula: Practice, at: datetime) -> None:
    entered = ActivityInput(title=" \u200b", practitioner=paula.paula.id, starts_at=TEN, minutes=30)
    with refused(paula.world, "title: required"):
        book_activity(entered, who=paula.who(), at=at)


def test_a_reader_books_nothing(paula: Practice, at: datetime) -> None:
    with refused(paula.world, "not_allowed"):
        book_session(paula.asked(TEN), who=paula.who("reader"), at=at)


def test_a_booking_of_another_organization_is_not_in_the_way(at: datetime) -> None:
    first, second = practice(), practice()
    first.book(TEN, at=at)
    second.book(TEN, at=at)
    with scope(second.id):
        assert Booking.objects.filter(organization_id=second.id).count() == 1


def test_invoiced_elsewhere_its_draft_is_the_record_of_that(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at, method=Method.EXTERNAL)
    (draft,) = drafts(paula.world)
    assert (draft.external_at, paula.billing(booked).draft) == (at, draft)
    usual = practice(method="external")
    usual.book(TEN, at=at)
    assert drafts(usual.world)[0].external_at == at
    usual.book(TEN + HOUR, at=at, method=Method.MANUAL)
    assert drafts(usual.world)[1].external_at is None
