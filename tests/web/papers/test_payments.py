"""Payments and sending on pages."""

from datetime import date, datetime, timedelta

from django.db import connections
from django.test import override_settings

from storno.corrections.credit import credit_invoice
from storno.documents.models import Document, Standing, State
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from storno.payments.models import Payment, Reversal
from tests.conftest import Clock
from tests.deeds import CORRECT, HOLD, credit
from tests.web.papers.member import Member, Seen, id_in
from tests.world import World, found, line

DAY = timedelta(days=1)


def payments(world: World) -> list[Payment]:
    with scope(world.id):
        return list(Payment.objects.filter(organization_id=world.id).order_by("id"))


def reversals(world: World) -> list[Reversal]:
    with scope(world.id):
        return list(Reversal.objects.filter(organization_id=world.id))


def letters(world: World) -> list[Letter]:
    with scope(world.id):
        return list(Letter.objects.filter(organization_id=world.id).order_by("id"))


def standing_of(world: World, invoice: Document) -> Standing:
    with scope(world.id):
        return Standing.objects.get(organization_id=world.id, id=invoice.id)


def register(member: Member, invoice: Document, **changed: str) -> Seen:
    """Register what the dialog prefills, or something else, in one press."""
    dialog = member.get("invoice_payment", invoice.id)
    said = {name: dialog.field(name) for name in ("amount", "paid_on", "once")}
    return member.post("invoice_payment", invoice.id, **(said | {"method": "cash"} | changed))


def fail(world: World, letter: Letter) -> None:
    with scope(world.id):
        Letter.objects.filter(organization_id=world.id, id=letter.id).update(
            state="failed", next_attempt_at=None, failure="refused", reply="550 no such user"
        )


def test_what_is_open_and_today_are_prefilled(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    dialog = Member(world).get("invoice_payment", invoice.id)
    assert "For invoice 2026-0001. Left to pay: €1,255.00." in dialog.text
    assert (dialog.field("amount"), dialog.field("paid_on")) == ("1255.00", "2026-06-16")


def test_the_same_payment_from_two_windows_is_registered_once(at: datetime, clock: Clock) -> None:
    """Each form is sent once, but two of them may be about the same money."""
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    opened = member.get("invoice_payment", invoice.id)
    register(member, invoice, amount="500.00")
    said = {name: opened.field(name) for name in ("amount", "paid_on", "once", "seen")}
    refused = member.post("invoice_payment", invoice.id, method="cash", **said)
    assert refused.status == 409
    assert (
        "This changed while you were looking. Nothing has been done. "
        "Money has come in on this invoice meanwhile."
    ) in refused.text
    assert "For invoice 2026-0001. Left to pay: €755.00." in refused.text
    assert refused.field("amount") == "1255.00"
    assert [payment.amount_minor for payment in payments(world)] == [50_000]
    anew = {name: refused.field(name) for name in ("paid_on", "once", "seen")}
    done = member.post("invoice_payment", invoice.id, method="cash", amount="755.00", **anew)
    assert done.said == "The payment is registered."
    assert [payment.amount_minor for payment in payments(world)] == [50_000, 75_500]


def test_a_payment_stops_no_credit_note_that_was_not_seen(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    opened = member.get("invoice_payment", invoice.id)
    credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
    said = {name: opened.field(name) for name in ("amount", "paid_on", "once", "seen")}
    refused = member.post("invoice_payment", invoice.id, method="cash", **said)
    assert refused.status == 409
    assert "A credit note on this invoice was put on its way meanwhile." in refused.text
    assert "A payment stops that: the credit note is not sent." in refused.text
    assert (payments(world), standing_of(world, invoice).cancelling_at) == ([], at + HOLD)
    clock.now = at + HOLD
    anew = {name: refused.field(name) for name in ("amount", "paid_on", "once", "seen")}
    late = member.post("invoice_payment", invoice.id, method="cash", **anew)
    assert (late.status, payments(world)) == (409, [])
    assert "A credit note on this invoice was issued meanwhile." in late.text


def test_a_payment_beside_a_credit_note_that_is_leaving_is_owed_back(
    at: datetime, clock: Clock
) -> None:
    """As its page says: the credit note goes first."""
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
    clock.now = at + HOLD
    member = Member(world)
    opened = member.get("invoice_payment", invoice.id)
    assert "It goes first; a payment does not stop it any more." in opened.text
    said = {name: opened.field(name) for name in ("amount", "paid_on", "once", "seen")}
    asked = member.post("invoice_payment", invoice.id, method="cash", **said)
    assert "This is €1,255.00 more than is left to pay." in asked.text
    assert payments(world) == []
    said = {name: asked.field(name) for name in ("amount", "paid_on", "once", "seen", "told")}
    done = member.post("invoice_payment", invoice.id, method="cash", **said)
    assert done.said == "The payment is registered."
    assert standing_of(world, invoice).owed_back_minor == 125_500


def test_a_payment_is_registered(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    page = register(Member(world), invoice, amount="500,5", paid_on="2026-06-10")
    assert page.said == "The payment is registered."
    assert "Part paid, €754.50 left, due in 14 days" in page.text
    assert "€500.50 10 June 2026, cash Move Reverse" in page.text
    assert page.part(r'<section class="chain".*?</section>') == (
        "How the amounts add up "
        "Invoice 2026-0001 €1,255.00 made today Payment −€500.50 10 June, cash Left to pay €754.50"
    )
    (payment,) = payments(world)
    assert (payment.amount_minor, payment.paid_on) == (50_050, date(2026, 6, 10))


def test_sent_twice_it_is_registered_once(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    once = member.get("invoice_payment", invoice.id).field("once")
    for _ in range(2):
        page = register(member, invoice, amount="100.00", once=once)
        assert page.path == member.url("invoice", invoice.id)
    assert [payment.amount_minor for payment in payments(world)] == [10_000]
    other = register(member, invoice, amount="200.00", once=once)
    assert other.status == 422
    assert "You have sent this form before, with other content." in other.text
    assert other.field("amount") == "200.00"
    assert other.field("once") != once
    assert len(payments(world)) == 1


def test_more_than_is_open_is_owed_back(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    asked = register(member, invoice, amount="1300", paid_on="2026-06-10")
    assert asked.status == 422
    assert (
        "This is €45.00 more than is left to pay. Nothing has been registered yet. "
        "You would owe that back."
    ) in asked.text
    assert (asked.field("amount"), asked.field("paid_on")) == ("1300", "2026-06-10")
    assert 'value="cash" selected' in asked.html
    assert payments(world) == []
    said = {name: asked.field(name) for name in ("paid_on", "once", "seen", "told")}
    other = member.post("invoice_payment", invoice.id, method="cash", amount="13000", **said)
    assert "This is €11,745.00 more than is left to pay." in other.text
    assert payments(world) == []
    page = member.post("invoice_payment", invoice.id, method="cash", amount="1300", **said)
    assert page.said == "The payment is registered."
    assert "You owe €45.00 back." in page.text
    assert "Paid on 10 June" in page.text
    assert standing_of(world, invoice).owed_back_minor == 4_500
    twice = register(member, invoice, amount="1")
    assert "This is €1.00 more than is left to pay." in twice.text
    assert len(payments(world)) == 1


def test_what_is_wrong_stands_beside_its_field_and_is_kept(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    for field, typed, said in (
        ("amount", "0", "Enter more than 0."),
        ("amount", "-5", "Enter more than 0."),
        (
            "amount",
            "12,345",
            "This can be read in two ways. Write it without a mark for thousands.",
        ),
        ("amount", "0.001", "At most 2 decimals."),
        ("amount", "99999999999999999999", "At most 999 999 999.99."),
        ("amount", "1000000000", "At most 999 999 999.99."),
        ("amount", "\u202e12", "Enter a number, like 125.50."),
        ("amount", "", "Enter a number, like 125.50."),
        ("paid_on", "2026-06-17", "The day of payment lies in the future."),
        ("paid_on", "1999-01-01", "This is more than a year before the invoice. Check the year."),
        ("paid_on", "2026-02-30", "Enter a valid date."),
    ):
        page = register(member, invoice, **{field: typed})
        assert (page.status, page.error_of(field)) == (422, said), typed
        assert page.field(field) == typed
    assert payments(world) == []


def test_a_payment_is_reversed_with_a_reason_and_both_stay(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    register(member, invoice)
    (payment,) = payments(world)
    dialog = member.get("payment_reversal", payment.id)
    assert "The payment of €1,255.00 of 16 June 2026 on invoice 2026-0001" in dialog.text
    empty = member.post("payment_reversal", payment.id, reason=" ")
    assert (empty.status, reversals(world)) == (422, [])
    page = member.post("payment_reversal", payment.id, reason="wrong invoice")
    assert page.said == "The payment is reversed. Both stay in the history."
    assert "Reversed: wrong invoice" in page.text
    assert "Sent today, due in 14 days" in page.text
    assert standing_of(world, invoice).open_minor == 125_500
    again = member.post("payment_reversal", payment.id, reason="once more")
    assert "This payment has already been reversed." in again.html
    assert len(reversals(world)) == 1


def test_a_payment_is_moved_to_the_invoice_that_was_meant(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    register(member, invoice)
    (payment,) = payments(world)
    alone = member.get("payment_move", payment.id)
    assert "This recipient has no other invoice that is still to be paid." in alone.text
    other = world.invoice(at=at)
    dialog = member.get("payment_move", payment.id)
    assert "The payment of €1,255.00 of 16 June 2026 on invoice 2026-0001" in dialog.text
    assert "Invoice 2026-0002 of 16 June 2026, €1,255.00 left to pay" in dialog.text
    empty = member.post("payment_move", payment.id)
    assert (empty.status, reversals(world)) == (422, [])
    page = member.post("payment_move", payment.id, target=str(other.id))
    assert page.said == "The payment is moved. Both invoices keep it in their history."
    assert "Reversed: Moved to invoice 2026-0002." in page.text
    there = member.get("invoice", other.id)
    assert "moved here from invoice 2026-0001" in there.text
    assert standing_of(world, other).open_minor == 0
    again = member.post("payment_move", payment.id, target=str(other.id))
    assert again.status in (409, 422)
    assert len(reversals(world)) == 1
    asked = Member(world, fresh=False).post(
        "payment_move", payments(world)[-1].id, target=str(invoice.id)
    )
    assert asked.path.startswith("/account/reauthenticate/")


def test_reversing_asks_first_who_it_is(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    register(Member(world), invoice)
    (payment,) = payments(world)
    asked = Member(world, fresh=False).post("payment_reversal", payment.id, reason="typo")
    assert asked.path.startswith("/account/reauthenticate/")
    assert reversals(world) == []


def test_a_reader_registers_and_sends_nothing(at: datetime, clock: Clock) -> None:
    world = found(default_channel="none")
    invoice = world.invoice(at=at)
    bob = Member(world, world.bob)
    for name in ("invoice_payment", "invoice_send"):
        assert bob.get(name, invoice.id).status == 403
        assert bob.post(name, invoice.id, amount="1", address="a@example.com").status == 403
    assert bob.post("document_handover", invoice.id).status == 403
    assert (payments(world), letters(world)) == ([], [])


def test_what_the_member_delivers_can_be_sent_or_marked_as_given(
    at: datetime, clock: Clock
) -> None:
    world = found(default_channel="none", wording="practice")
    invoice = world.invoice(at=at)
    member = Member(world)
    page = member.get("invoice", invoice.id)
    assert "Issued today, not sent yet, due in 14 days" in page.text
    assert "You deliver it yourself: print or download it, then mark it as given." in page.text
    assert member.get("invoice_send", invoice.id).field("address") == "daisy@example.com"
    wrong = member.post("invoice_send", invoice.id, address="daisy@")
    assert (wrong.status, wrong.field("address")) == (422, "daisy@")
    assert wrong.error_of("address") == "Enter an e-mail address like anna@example.com."
    sent = member.post("invoice_send", invoice.id, address="other@example.com")
    assert sent.said == "It is on its way to other@example.com."
    assert "other@example.com waiting to be sent, today at 12:12" in sent.text
    assert [letter.to_address for letter in letters(world)] == ["other@example.com"]
    given = member.post("document_handover", invoice.id)
    assert "Marked as given today at 12:12" in given.text


def test_a_letter_that_failed_is_sent_again_or_elsewhere(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    (letter,) = letters(world)
    fail(world, letter)
    member = Member(world)
    page = member.get("invoice", invoice.id)
    assert "could not be delivered, today at 12:12" in page.text
    assert "The recipient's mail server refused the letter. 550 no such user" in page.text
    again = member.post("letter_again", letter.id)
    assert again.said == "It is on its way to daisy@example.com once more."
    twice = member.post("letter_again", letter.id)
    assert (twice.status, "This letter has not failed" in twice.html) == (409, True)
    fail(world, letter)
    elsewhere = member.post("letter_redirect", letter.id, address="new@example.com")
    assert elsewhere.said == "It is on its way to new@example.com."
    assert [each.to_address for each in letters(world)] == ["daisy@example.com", "new@example.com"]
    assert "sent to another address instead" in elsewhere.text


def test_without_a_mail_server_letters_wait_and_the_page_says_so(
    at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    member = Member(world)
    draft = world.draft(at=at)
    with override_settings(ON_LOOPBACK=False):
        page = member.post("draft_finalise", draft.id)
        assert page.said == (
            "Invoice 2026-0001 is made. Its letter waits, because no mail server is set."
        )
        assert "Issued today, not sent yet, due in 14 days" in page.text
        assert "daisy@example.com waits, because no mail server is set, today at 12:12" in page.text
        again = member.post("invoice_send", id_in(page.path), address="other@example.com")
        assert again.said == (
            "The letter to other@example.com waits, because no mail server is set."
        )
    page = member.get("invoice", id_in(page.path))
    assert "Sent today, due in 14 days" in page.text
    assert "daisy@example.com waiting to be sent, today at 12:12" in page.text


def test_the_pdf_is_the_document(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    pdf = Member(world).get("document_pdf", invoice.id).response
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"] == 'inline; filename="Lasku-2026-0001.pdf"'
    assert pdf.content.startswith(b"%PDF")


def test_the_states_of_an_invoice_in_words(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    for day, words in (
        (0, "Sent today, due in 14 days"),
        (1, "Sent yesterday, due in 13 days"),
        (3, "Sent on 16 June, due in 11 days"),
        (13, "Sent on 16 June, due tomorrow"),
        (14, "Sent on 16 June, due today"),
        (15, "Sent on 16 June, overdue by 1 day"),
        (40, "Sent on 16 June, overdue by 26 days"),
    ):
        clock.now = at + day * DAY
        assert words in member.get("invoice", invoice.id).text
    assert standing_of(world, invoice).state == State.SENT


def test_a_cancellation_that_a_payment_stopped_is_told_on_the_page(
    at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    said = "The credit note over €1,255.00 was stopped because a payment came in."
    dropped = "The corrected draft over €1,255.00 was dropped."
    credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
    paying = member.get("invoice_payment", invoice.id).text
    assert "This invoice is already being cancelled until 12:32. A payment stops that" in paying
    clock.now = at + timedelta(minutes=5)
    page = register(member, invoice, amount="1")
    assert page.said == f"The payment is registered. {said} {dropped}"
    assert f"The credit note was not sent. {said} {dropped}" in page.text
    home = member.get("home").text
    assert "The credit note on invoice 2026-0001 to Daisy Duck was stopped" in home
    assert f"{said} {dropped}" in home
    clock.now = at + 15 * DAY
    assert "The credit note was not sent." not in member.get("invoice", invoice.id).text


def test_that_the_payment_which_stopped_it_was_reversed_is_told_with_it(
    at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    register(member, invoice, amount="2")
    credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
    clock.now = at + timedelta(minutes=5)
    register(member, invoice, amount="1")
    told = (
        "The credit note over €1,255.00 was stopped because a payment came in. "
        "The corrected draft over €1,255.00 was dropped."
    )
    earlier, stopping = payments(world)
    clock.now = at + timedelta(minutes=6)
    page = member.post("payment_reversal", earlier.id, reason="typo")
    assert f"The credit note was not sent. {told} The payment" not in page.text
    page = member.post("payment_reversal", stopping.id, reason="typo")
    since = f"{told} The payment of €1.00 was reversed."
    assert f"The credit note was not sent. {since}" in page.text
    assert since in member.get("home").text
    credit_invoice(invoice.id, CORRECT, who=world.who(), at=at + timedelta(minutes=7))
    clock.now = at + timedelta(minutes=8)
    assert "The credit note was not sent." not in member.get("invoice", invoice.id).text


def test_a_payment_that_stops_nothing_says_no_more(at: datetime, clock: Clock) -> None:
    world = found()
    page = register(Member(world), world.invoice(at=at), amount="1")
    assert page.said == "The payment is registered."


def test_in_a_practice_what_is_sent_is_called_unpaid(at: datetime, clock: Clock) -> None:
    world = found(wording="practice")
    page = Member(world).get("invoice", world.invoice(at=at).id)
    assert "Unpaid, due in 14 days" in page.text


def test_a_free_invoice_is_settled_from_the_beginning(at: datetime, clock: Clock) -> None:
    world = found()
    page = Member(world).get("invoice", world.invoice(line("0"), at=at).id)
    assert "Issued today, nothing to pay" in page.text
    assert page.html.count('class="button primary"') == 0


def test_a_credit_note_is_sent_without_a_link_to_an_erased_invoice(
    at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    note = credit(world, invoice, at=at)
    member = Member(world)
    linked = "2026-K1 goes by e-mail, as a PDF with a link to its page."
    assert linked in member.get("invoice_send", note.id).text
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM documents_particulars WHERE document_id = %s", [str(invoice.id)])
    dialog = member.get("invoice_send", note.id)
    assert "2026-K1 goes by e-mail, as a PDF. " in dialog.text
