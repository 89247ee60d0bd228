"""The page behind the link: what it shows, when it ends, and how a new one comes."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from storno.core.refusals import Absent, Refused
from storno.corrections.credit import credit_invoice
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment
from storno.corrections.take_lines import CreditLine
from storno.documents.models import Document, Line, Reason
from storno.documents.public import (
    LinkExpired,
    LinkJustRenewed,
    LinkStillOpen,
    open_link,
    public_pdf,
    renew_link,
)
from storno.documents.send import send_document
from storno.organizations.links import Target, make_links, signed
from storno.organizations.models import LinkKind, PublicLink
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from storno.printing.effect import NothingToPay, OwedBack, StillToPay
from tests.documents.mail import deliver_all, words_of
from tests.observe import everything, history, letters
from tests.world import World, found

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LAST_DAY = timedelta(days=14 + 90)


@pytest.fixture
def world() -> World:
    """An organization that issues at once."""
    return found(hold_seconds=0)


def link_of(world: World) -> str:
    """The first link of the organization, as it stands in the letter."""
    return signed(PublicLink.objects.filter(organization_id=world.id).earliest("id"))


def pay(world: World, invoice: Document, amount_minor: int, at: datetime) -> None:
    """Register a payment."""
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.CASH)
    register_payment(invoice.id, entered, who=world.who(), at=at)


def credit(world: World, invoice: Document, at: datetime, amount_minor: int = 0) -> Document:
    """Credit the rest, or a part of the first line."""
    lines = None
    if amount_minor:
        with scope(world.id):
            first = Line.objects.get(organization_id=world.id, document_id=invoice.id, position=0)
        lines = (CreditLine(first.id, amount_minor=amount_minor),)
    request = CreditRequest(Reason.CANCELLED, lines=lines)
    given = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(given, Credited)
    return given.credit_note


def test_the_link_in_the_letter_shows_the_invoice(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    (letter,) = deliver_all(world, at=at)
    link = link_of(world)
    assert f"/i/{link}" in letter.text
    page = open_link(link, at=at + DAY)
    assert (page.document.id, page.paper.number) == (invoice.id, "2026-0001")
    assert invoice.due_on is not None
    assert (page.is_untouched, page.open_minor) == (True, 125500)
    assert page.holds == StillToPay(125500, "EUR", invoice.due_on)
    assert page.payment == page.paper.payment
    assert page.credit_notes == ()


def test_after_a_credit_the_page_shows_what_holds(world: World, at: datetime) -> None:
    """In part: what is open, with codes over that sum; in full: nothing to pay."""
    invoice = world.invoice(at=at)
    link = link_of(world)
    part = credit(world, invoice, at + DAY, 20000)
    page = open_link(link, at=at + DAY)
    assert invoice.due_on is not None
    assert (page.holds, page.is_untouched) == (StillToPay(100400, "EUR", invoice.due_on), False)
    assert page.payment is not None
    assert "EUR1004" in page.payment.qr_code.splitlines()
    assert page.payment.bar_code[17:25] == "00100400"
    assert [note.number for note in page.credit_notes] == ["2026-K1"]
    pay(world, invoice, 40000, at + DAY)
    last = credit(world, invoice, at + 2 * DAY)
    page = open_link(link, at=at + 2 * DAY)
    assert page.holds == OwedBack(40000, "EUR")
    assert (page.payment, page.open_minor) == (None, 0)
    assert [(note.id, note.payable_minor) for note in page.credit_notes] == [
        (part.id, 25100),
        (last.id, 100400),
    ]


def test_paid_or_cancelled_there_is_nothing_to_pay(world: World, at: datetime) -> None:
    paid = world.invoice(at=at)
    pay(world, paid, 125500, at)
    page = open_link(link_of(world), at=at)
    assert (page.holds, page.payment) == (NothingToPay(cancelled=False), None)
    cancelled = found(hold_seconds=0)
    credit(cancelled, cancelled.invoice(at=at), at)
    page = open_link(link_of(cancelled), at=at)
    assert (page.holds, page.payment) == (NothingToPay(cancelled=True), None)


def test_a_cancellation_on_hold_is_nobody_elses_business(at: datetime) -> None:
    world = found(hold_seconds=1200)
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=at)
    assert open_link(link_of(world), at=at).is_untouched


def test_the_papers_behind_the_link(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    note = credit(world, invoice, at)
    link = link_of(world)
    name, pdf = public_pdf(link, at=at)
    assert (name, "2026-0001" in words_of(pdf)) == ("Lasku-2026-0001.pdf", True)
    name, pdf = public_pdf(link, credit_note_id=note.id, at=at)
    assert (name, "2026-K1" in words_of(pdf)) == ("Hyvityslasku-2026-K1.pdf", True)
    another = world.invoice(at=at)
    with pytest.raises(Absent):
        public_pdf(link, credit_note_id=another.id, at=at)
    with pytest.raises(Absent):
        public_pdf(link, credit_note_id=credit(world, another, at).id, at=at)


def test_forged_links_lead_nowhere(world: World, at: datetime) -> None:
    world.invoice(at=at)
    link = link_of(world)
    id_, _dot, signature = link.partition(".")
    other = found()
    invitation = make_links(
        [Target(LinkKind.INVITATION, other.id, at.date() + DAY)], organization_id=other.id
    )
    PublicLink.objects.filter(organization_id=world.id).delete()
    for forged in (
        *("", "x", id_, f"{id_}.", f"{id_}.{signature[::-1]}", f"{'0' * 32}.{signature}", link),
        *("\x00", "ä.ö", signed(invitation[0])),
    ):
        for use in (open_link, public_pdf, renew_link):
            with pytest.raises(Absent):
                use(forged, at=at)


def test_a_link_lasts_ninety_days_from_the_due_day(world: World, at: datetime) -> None:
    world.invoice(at=at)
    link = link_of(world)
    assert open_link(link, at=at + LAST_DAY).open_minor == 125500
    with pytest.raises(LinkStillOpen):
        renew_link(link, at=at + LAST_DAY)
    for use in (open_link, public_pdf):
        with pytest.raises(LinkExpired):
            use(link, at=at + LAST_DAY + DAY)


def test_a_new_link_goes_to_the_original_address(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at, language="en")
    deliver_all(world, at=at)
    send_document(invoice.id, address="second@example.com", who=world.who(), at=at)
    deliver_all(world, at=at)
    late = at + LAST_DAY + DAY
    renew_link(link_of(world), at=late)
    assert letters(world)[2:] == [("link_renewed", "daisy@example.com")]
    assert history(world, invoice.id)[-1] == "link.renewed"
    *_before, letter = deliver_all(world, at=late)
    fresh = PublicLink.objects.filter(organization_id=world.id).latest("id")
    assert letter.subject == "New link to invoice 2026-0001 from Alice Example"
    assert letter.text == (
        "Hello,\n\nYou asked for a new link to invoice 2026-0001 from Alice Example.\n\n"
        f"See the invoice:\nhttp://localhost:8000/i/{signed(fresh)}\n\n"
        "If you did not ask for it, there is nothing you need to do.\n\n"
        "-- \nAlice Example\nMannerheimintie 1, 00100 Helsinki\n"
    )
    assert letter.attachments == ()
    assert open_link(signed(fresh), at=late + 90 * DAY).paper.number == "2026-0001"
    with pytest.raises(LinkExpired):
        open_link(link_of(world), at=late)


def test_at_most_one_new_link_an_hour(world: World, at: datetime) -> None:
    world.invoice(at=at)
    deliver_all(world, at=at)
    late, link = at + LAST_DAY + DAY, link_of(world)
    renew_link(link, at=late)
    before = everything(world)
    with pytest.raises(LinkJustRenewed):
        renew_link(link, at=late + HOUR - timedelta(seconds=1))
    assert everything(world) == before
    renew_link(link, at=late + HOUR)
    assert len(letters(world)) == 3


def test_of_two_requests_at_once_one_is_answered(world: World, at: datetime) -> None:
    world.invoice(at=at)
    deliver_all(world, at=at)
    late, link, together = at + LAST_DAY + DAY, link_of(world), Barrier(2)
    refused: list[Refused] = []

    def ask() -> None:
        together.wait()
        try:
            renew_link(link, at=late)
        except Refused as reason:
            refused.append(reason)
        connection.close()

    threads = [Thread(target=ask) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reason.code for reason in refused] == ["link_just_renewed"]
    assert len(letters(world)) == 2


def test_where_no_letter_ever_arrived_there_is_no_address(world: World, at: datetime) -> None:
    world.invoice(at=at)
    with pytest.raises(Absent):
        renew_link(link_of(world), at=at + LAST_DAY + DAY)
