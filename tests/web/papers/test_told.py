"""What tells papers apart in lists, and whose they are."""

from datetime import datetime
from decimal import Decimal

from tests.diary.practice import HOUR, Practice, practice
from tests.web.diary.test_new import TEN
from tests.web.papers.member import Member


def _paula(clinic: Practice) -> Member:
    return Member(clinic.world, clinic.paula.person)


def test_drafts_of_one_client_say_when_their_sessions_are(at: datetime) -> None:
    clinic = practice()
    clinic.book(TEN, at=at)
    clinic.book(TEN + 3 * HOUR, at=at)
    seen = _paula(clinic).get("client_invoices", clinic.daisy.id)
    assert "Daisy Duck 18 June, 10:00–11:00 Draft" in seen.text
    assert "Daisy Duck 18 June, 13:00–14:00 Draft" in seen.text
    closed = Member(clinic.world).get("client_invoices", clinic.daisy.id)
    assert closed.text.count("Daisy Duck 18 June Draft") == 2


def test_a_client_shows_what_others_pay_for_it(at: datetime) -> None:
    clinic = practice()
    employer = clinic.company()
    session = clinic.book(TEN, at=at, recipient=employer.id)
    invoiced = clinic.book(TEN + 3 * HOUR, at=at, recipient=employer.id)
    clinic.invoice(invoiced, at=at)
    seen = _paula(clinic).get("client_invoices", clinic.daisy.id)
    assert "Duck Industries AS pays for this client · 18 June, 10:00–11:00 Draft" in seen.text
    assert "Duck Industries AS pays for this client 2026-0001" in seen.text
    assert clinic.billing(session).draft is not None
    own = _paula(clinic).get("client_invoices", employer.id)
    assert "pays for this client" not in own.text


def test_a_free_session_has_nothing_to_pay(at: datetime) -> None:
    clinic = practice()
    session = clinic.book(TEN, at=at, price=Decimal(0))
    clinic.invoice(session, at=at)
    seen = _paula(clinic).get("booking", session.id)
    assert "Invoice: Nothing to pay" in seen.text
    assert "Paid" not in seen.text
