"""A session changed in a form that was open while its draft got another price or recipient."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from storno.diary.amend import amend_draft
from storno.diary.models import Booking
from storno.documents.content import for_recipient, with_prices
from tests.diary.practice import Practice
from tests.web.cast import happened
from tests.web.diary.test_booking import STALE
from tests.web.papers.member import Member

OVER = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)


@pytest.fixture
def session(clinic: Practice, at: datetime) -> Booking:
    """Daisy's, at 1190.00."""
    return clinic.book(OVER, at=at)


def reprice(clinic: Practice, session: Booking, price: int, at: datetime) -> None:
    """Another price, on the page of the draft."""
    draft = clinic.billing(session).draft
    assert draft is not None
    amend_draft(
        draft.id, lambda entered: with_prices(entered, [Decimal(price)]), who=clinic.who(), at=at
    )


def send_to(clinic: Practice, session: Booking, recipient_id: UUID, at: datetime) -> None:
    """Another recipient, on the page of the draft."""
    draft = clinic.billing(session).draft
    assert draft is not None
    amend_draft(
        draft.id, lambda entered: for_recipient(entered, recipient_id), who=clinic.who(), at=at
    )


def terms(clinic: Practice, session: Booking) -> tuple[Decimal, UUID]:
    """What its draft says."""
    found = clinic.billing(session).terms
    return found.unit_price, found.recipient_id


def test_what_was_not_touched_is_not_put_back(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    form = paula.get("booking_change", session.id).filled
    assert (form["initial-price"], form["initial-recipient"]) == ("1190.00", str(clinic.daisy.id))
    employer = clinic.company()
    reprice(clinic, session, 970, at)
    send_to(clinic, session, employer.id, at)
    seen = paula.post("booking_change", session.id, **form | {"place": "Room 3"})
    assert seen.said == "The changes are saved."
    assert clinic.now(session).place == "Room 3"
    assert terms(clinic, session) == (Decimal(970), employer.id)


def test_a_recipient_who_is_no_longer_offered_hinders_nothing(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    employer = clinic.company()
    send_to(clinic, session, employer.id, at)
    form = paula.get("booking_change", session.id).filled
    assert form["recipient"] == str(employer.id)
    send_to(clinic, session, clinic.daisy.id, at)
    seen = paula.post("booking_change", session.id, **form | {"place": "Room 3"})
    assert seen.said == "The changes are saved."
    assert terms(clinic, session) == (Decimal(1190), clinic.daisy.id)


def test_a_price_that_was_overtaken_is_refused_and_can_be_sent_again(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    form = paula.get("booking_change", session.id).filled
    reprice(clinic, session, 970, at)
    before = happened(clinic.world)
    seen = paula.post("booking_change", session.id, **form | {"price": "990", "place": "Room 3"})
    assert seen.status == 422
    assert STALE in seen.part('role="alert".*?</ul>')
    assert seen.error_of("price") == "It is NOK 970.00 now."
    assert (seen.field("price"), seen.field("place")) == ("990", "Room 3")
    assert seen.field("initial-price") == "970.00"
    assert happened(clinic.world) == before
    assert terms(clinic, session) == (Decimal(970), clinic.daisy.id)
    again = paula.post("booking_change", session.id, **seen.filled)
    assert again.said == "The changes are saved."
    assert terms(clinic, session) == (Decimal(990), clinic.daisy.id)
    assert clinic.now(session).place == "Room 3"


def test_a_recipient_who_was_overtaken_is_refused(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    employer, insurer = clinic.company(), clinic.company("Goose Insurance AS")
    send_to(clinic, session, employer.id, at)
    form = paula.get("booking_change", session.id).filled
    send_to(clinic, session, insurer.id, at)
    sent = form | {"recipient": str(clinic.daisy.id)}
    seen = paula.post("booking_change", session.id, **sent)
    assert seen.status == 422
    assert seen.error_of("recipient") == "It is Goose Insurance AS now."
    assert seen.filled["recipient"] == str(clinic.daisy.id)
    assert terms(clinic, session) == (Decimal(1190), insurer.id)


def test_where_both_say_the_same_there_is_nothing_to_refuse(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    form = paula.get("booking_change", session.id).filled
    reprice(clinic, session, 970, at)
    seen = paula.post("booking_change", session.id, **form | {"price": "970.00"})
    assert seen.said == "Nothing was changed."
    assert terms(clinic, session) == (Decimal(970), clinic.daisy.id)


def test_where_the_booking_was_changed_as_well_the_page_says_so(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    form = paula.get("booking_change", session.id).filled
    paula.post("booking_change", session.id, **form | {"place": "Room 2"})
    reprice(clinic, session, 970, at)
    seen = paula.post("booking_change", session.id, **form | {"price": "990"})
    assert STALE in seen.part('role="alert".*?</ul>')
    assert seen.error_of("price") == "It is NOK 970.00 now."
    assert seen.field("price") == "990"
    assert seen.field("place") == "Room 2", "what was not touched follows"
    assert terms(clinic, session) == (Decimal(970), clinic.daisy.id)


def test_an_invoice_that_came_meanwhile_locks_only_what_it_says(
    clinic: Practice, paula: Member, session: Booking, at: datetime
) -> None:
    form = paula.get("booking_change", session.id).filled
    clinic.invoice(session, at=at)
    seen = paula.post("booking_change", session.id, **form | {"place": "Room 3"})
    assert seen.said == "The changes are saved."
    assert clinic.now(session).place == "Room 3"
    assert terms(clinic, session) == (Decimal(1190), clinic.daisy.id)
