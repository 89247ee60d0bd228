"""Cancelling on a page: what is shown before is what is done, and nothing is done twice."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils.html import escape

from storno.corrections.credit import credit_invoice
from storno.corrections.settle import register_payment, reverse_payment
from storno.diary.amend import amend_draft
from storno.documents.models import Document, Draft, Standing, State
from storno.documents.send import hand_over, send_document
from storno.mailroom.models import Letter
from storno.organizations.models import Seller, Settings
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from storno.tax.category import TaxCategory
from storno.web.once import new_once
from tests.conftest import Clock
from tests.deeds import CANCELLED, CORRECT, amount, lines_of, part
from tests.web.papers.member import Member, Seen, id_in
from tests.world import World, found, line

HOLD = timedelta(minutes=20)
SECOND = timedelta(seconds=1)


def credit_notes(world: World) -> list[Document]:
    with scope(world.id):
        notes = Document.objects.filter(organization_id=world.id, kind="credit_note")
        return list(notes.order_by("id"))


def drafts(world: World) -> list[Draft]:
    with scope(world.id):
        return list(Draft.objects.filter(organization_id=world.id).order_by("id"))


def standing_of(world: World, invoice: Document) -> Standing:
    with scope(world.id):
        return Standing.objects.get(organization_id=world.id, id=invoice.id)


def press(member: Member, invoice: Document, **changed: str) -> Seen:
    """Press the red button, of this dialog or of one that was open before."""
    said = {"reason": "cancelled", "next": "nothing", "once": new_once()}
    return member.post("invoice_credit", invoice.id, **(said | changed))


def pay(world: World, invoice: Document, amount_minor: int, at: datetime) -> None:
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)


def test_the_dialog_foresees_all_that_follows(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    dialog = Member(world).get("invoice_credit", invoice.id)
    assert dialog.status == 200
    assert dialog.part(r'<div class="miniature">.*?</dl>') == (
        "Credit note number at 12:32 Credits invoice 2026-0001 of 16 June 2026 in full. "
        "Net −€1,000.00 VAT 25.5% −€255.00 Credited −€1,255.00"
    )
    assert dialog.part(r'<div class="letter">.*?</div>') == (
        "To daisy@example.com Subject Hyvityslasku …, Alice Example Hei Daisy Duck, Tässä on "
        "hyvityslasku …, lähettäjä Alice Example. Hyvityslasku on liitteenä PDF-tiedostona. Se "
        "hyvittää 1 255,00 € laskusta 2026-0001, päivätty 16.6.2026. Lasku on peruutettu. "
        "Maksettavaa ei ole."
    )
    assert dialog.part(r'<ul class="following".*?</ul>') == (
        "It gets its number at 12:32 and goes to daisy@example.com. "
        "To pay on the invoice: €1,255.00 becomes €0.00. "
        "Nothing is owed back: no money has come in."
    )
    assert "Leaves at 12:32. Until then one press takes it back." in dialog.text
    assert '<option value="cancelled" selected>The order was cancelled</option>' in dialog.html
    assert (credit_notes(world), drafts(world)) == ([], [])


PAID_MEANWHILE = (
    "This changed while you were looking. Nothing has been done. "
    "Money has come in on this invoice meanwhile. "
    "You owe €1,255.00 back: the money has come in already. "
    "What would come of it now stands here. Look at it, and decide again."
)


def open_dialog(member: Member, invoice: Document, **query: str) -> dict[str, str]:
    """What the form of an open dialog bears along."""
    dialog = member.get("invoice_credit", invoice.id, **query)
    return {name: dialog.field(name) for name in ("seen", "once")}


def test_paid_between_opening_and_pressing_it_warns_and_does_nothing(
    at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    member = Member(world)
    opened = open_dialog(member, invoice)
    pay(world, invoice, 125_500, at)
    refused = press(member, invoice, reason="duplicate", reason_text="Twice by mistake", **opened)
    assert (refused.status, credit_notes(world), drafts(world)) == (409, [], [])
    assert standing_of(world, invoice).state == State.PAID
    assert refused.part(r'<div id="seen">.*?</div>') == PAID_MEANWHILE
    assert refused.part(r'<ul class="following".*?</ul>') == (
        "It gets its number at once and goes to daisy@example.com. "
        "To pay on the invoice: €0.00 becomes €0.00. "
        "You owe €1,255.00 back: the money has come in already."
    )
    assert '<option value="duplicate" selected>' in refused.html
    assert "Twice by mistake" in refused.html
    anew = {name: refused.field(name) for name in ("seen", "once")}
    done = press(member, invoice, reason="duplicate", reason_text="Twice by mistake", **anew)
    assert done.said.startswith("Credit note 2026-K1 is made and goes to daisy@example.com.")
    (note,) = credit_notes(world)
    assert (note.reason, note.payable_minor) == ("duplicate", 125_500)
    assert standing_of(world, invoice).owed_back_minor == 125_500


def test_paid_meanwhile_where_customer_service_credits_it_says_so(
    at: datetime, clock: Clock
) -> None:
    world = found(paid_credit="desk", support_contact="https://example.com/help")
    invoice = world.invoice(at=at)
    member = Member(world)
    opened = open_dialog(member, invoice)
    pay(world, invoice, 125_500, at)
    refused = press(member, invoice, **opened)
    assert (refused.status, drafts(world)) == (409, [])
    assert "This invoice has been paid. Paid invoices are cancelled by customer" in refused.text


def test_paid_meanwhile_it_is_shown_before_it_is_asked_who_it_is(
    at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    member = Member(world, fresh=False)
    opened = open_dialog(member, invoice)
    pay(world, invoice, 125_500, at)
    refused = press(member, invoice, **opened)
    assert (refused.status, PAID_MEANWHILE in refused.text) == (409, True)
    anew = {name: refused.field(name) for name in ("seen", "once")}
    assert press(member, invoice, **anew).path.startswith("/account/reauthenticate/")
    assert credit_notes(world) == []


def test_a_choice_in_an_open_dialog_tells_what_has_changed(at: datetime, clock: Clock) -> None:
    """The script asks anew with each choice, and brings what is new into the form."""
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    member = Member(world)
    opened = open_dialog(member, invoice)
    pay(world, invoice, 125_500, at)
    chosen = member.get("invoice_credit", invoice.id, reason="other", next="nothing", **opened)
    assert PAID_MEANWHILE in chosen.text
    assert chosen.field("seen") != opened["seen"]
    again = member.get(
        "invoice_credit", invoice.id, reason="other", next="nothing", seen=chosen.field("seen")
    )
    assert "while you were looking" not in again.text


def test_whatever_decides_and_changes_meanwhile_is_told(at: datetime, clock: Clock) -> None:
    def credit_a_part(world: World, invoice: Document) -> None:
        (only,) = lines_of(world, invoice)
        credit_invoice(invoice.id, part(amount(only, 3000)), who=world.who(), at=at)

    def hold(world: World, invoice: Document) -> None:
        with scope(world.id):
            Settings.objects.filter(organization_id=world.id).update(hold_seconds=600)

    def send_elsewhere(world: World, invoice: Document) -> None:
        send_document(invoice.id, address="new@example.com", who=world.who(), at=at)

    def give(world: World, invoice: Document) -> None:
        hand_over(invoice.id, who=world.who(), at=at)

    ways = "Where the credit note goes, or what usually follows it, has changed meanwhile."
    for change, said in (
        (credit_a_part, "A credit note on this invoice was issued meanwhile."),
        (hold, "How long a credit note waits was changed in the settings meanwhile."),
        (send_elsewhere, ways),
        (give, ways),
    ):
        world = found(hold_seconds=0)
        invoice = world.invoice(at=at)
        member = Member(world)
        opened = open_dialog(member, invoice)
        change(world, invoice)
        before = (len(credit_notes(world)), drafts(world))
        refused = press(member, invoice, **opened)
        assert (refused.status, said in refused.text) == (409, True), said
        assert (len(credit_notes(world)), drafts(world)) == before


def test_a_payment_that_was_reversed_meanwhile_is_told(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    entered = PaymentInput(125_500, at.date(), MoneyKind.BANK_TRANSFER)
    payment = register_payment(invoice.id, entered, who=world.who(), at=at)
    member = Member(world)
    opened = open_dialog(member, invoice)
    reverse_payment(payment.id, "another invoice's", who=world.who(), at=at)
    refused = press(member, invoice, **opened)
    assert (refused.status, credit_notes(world)) == (409, [])
    assert "A payment on this invoice was reversed meanwhile." in refused.text
    assert "To pay on the invoice: €1,255.00 becomes €0.00." in refused.text


def test_what_is_chosen_changes_what_is_foreseen(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at)
    dialog = Member(world).get("invoice_credit", invoice.id, reason="wrong_price", next="draft")
    assert dialog.part(r'<ul class="following".*?</ul>') == (
        "It gets its number at once and goes to daisy@example.com. "
        "To pay on the invoice: €0.00 becomes €0.00. "
        "You owe €1,255.00 back: the money has come in already. "
        "A draft of the same lines is made, ready to be changed."
    )
    assert "Maksettavaa ei ole. Palautettavaa on 1 255,00 €." in dialog.text


def test_pressing_holds_the_credit_note_and_says_when_it_leaves(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    page = press(Member(world), invoice)
    assert page.path == Member(world).url("invoice", invoice.id)
    assert page.said == "Nothing has been sent yet. The credit note leaves at 12:32."
    assert "Being cancelled. Nothing has been sent yet." in page.text
    (held,) = drafts(world)
    assert (held.kind, held.credits_id, held.goes_at) == ("credit_note", invoice.id, at + HOLD)
    assert credit_notes(world) == []


def test_without_a_hold_it_is_issued_in_the_request(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0, after_credit="draft", wording="practice")
    invoice = world.invoice(at=at)
    page = press(Member(world), invoice, reason="wrong_price", next="draft")
    assert page.said == (
        "Credit note 2026-K1 is made and goes to daisy@example.com. See the credit note See draft"
    )
    assert "Credited today by credit note 2026-K1" in page.text
    (note,) = credit_notes(world)
    assert (note.reason, note.payable_minor) == ("wrong_price", 125_500)
    (corrected,) = drafts(world)
    assert corrected.replaces_id == invoice.id


def test_the_second_press_of_the_same_form_does_nothing(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("100.00"), at=at)
    (only,) = lines_of(world, invoice)
    member = Member(world)
    once = member.get("invoice_credit", invoice.id, part="1").field("once")
    said = {
        "reason": "goodwill",
        "next": "nothing",
        "part": "1",
        "once": once,
        f"amount-{only.id}": "30,00",
    }
    first = member.post("invoice_credit", invoice.id, **said)
    second = member.post("invoice_credit", invoice.id, **said)
    assert first.path == second.path == member.url("invoice", invoice.id)
    assert [note.net_minor for note in credit_notes(world)] == [3000]


def test_a_stale_press_says_until_when_it_is_being_cancelled(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    press(member, invoice)
    clock.now = at + SECOND
    again = press(member, invoice)
    assert again.said == "This invoice is already being cancelled until 12:32."
    other = press(member, invoice, reason="goodwill")
    assert other.status == 409
    assert "This invoice is already being cancelled until 12:32." in other.text
    assert f'action="{member.url("invoice_undo", invoice.id)}"' in other.html
    assert len(drafts(world)) == 1


def test_a_paid_invoice_names_customer_service_instead_of_the_button(
    at: datetime, clock: Clock
) -> None:
    world = found(paid_credit="desk", support_contact="https://example.com/help")
    invoice = world.invoice(at=at)
    pay(world, invoice, 60_000, at)
    member = Member(world)
    dialog = member.get("invoice_credit", invoice.id)
    assert (
        "A part of this invoice has been paid. Then it is cancelled by customer service. "
        "https://example.com/help"
    ) in dialog.text
    assert "desk" not in dialog.html
    assert '<a href="https://example.com/help">' in dialog.html
    assert 'class="button danger"' not in dialog.html
    refused = press(member, invoice)
    assert (refused.status, credit_notes(world), drafts(world)) == (409, [], [])


def test_cancelling_a_paid_invoice_asks_first_who_it_is(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at)
    stranger = Member(world, fresh=False)
    dialog = stranger.get("invoice_credit", invoice.id)
    assert 'class="button danger"' in dialog.html
    asked = press(stranger, invoice)
    assert asked.path.startswith("/account/reauthenticate/")
    assert credit_notes(world) == []


def test_a_reader_cannot_cancel(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    bob = Member(world, world.bob)
    assert (
        "Your role does not allow cancelling invoices."
        in bob.get("invoice_credit", invoice.id).text
    )
    refused = bob.post("invoice_credit", invoice.id, reason="cancelled", next="nothing")
    assert (refused.status, drafts(world)) == (409, [])


def test_a_part_is_credited_by_amount_or_quantity(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("100.00", "2"), line("50.00"), at=at)
    first, second = lines_of(world, invoice)
    member = Member(world)
    shown = member.get("invoice_credit", invoice.id, part="1")
    assert "€200.00 without VAT left, 2 h" in shown.text
    assert "Enter what to credit, and you see here what comes of it." in shown.text
    entered = {f"amount-{second.id}": "12.34", f"quantity-{first.id}": "0,5"}
    seen = member.get(
        "invoice_credit", invoice.id, part="1", reason="goodwill", next="nothing", **entered
    )
    assert "Credits a part of invoice 2026-0001 of 16 June 2026." in seen.text
    assert "Net −€62.34 VAT 25.5% −€15.90 Credited −€78.24" in seen.text
    press(member, invoice, part="1", reason="goodwill", **entered)
    (note,) = credit_notes(world)
    assert (note.net_minor, note.tax_minor, note.payable_minor) == (6234, 1590, 7824)
    assert standing_of(world, invoice).state == State.PART_CREDITED


def test_what_is_wrong_with_a_part_stands_beside_its_field(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("100.00"), at=at)
    (only,) = lines_of(world, invoice)
    member = Member(world)
    for typed, said in (
        ("200", "More is asked than is left to credit on this line."),
        ("-1", "Enter more than 0."),
        ("1.005", "At most 2 decimals."),
        ("1,005", "This can be read in two ways. Write it without a mark for thousands."),
        ("NaN", "Enter a number, like 125.50."),
        ("1e9", "Enter a number, like 125.50."),
    ):
        page = press(member, invoice, part="1", **{f"amount-{only.id}": typed})
        assert page.status == 422, typed
        assert page.error_of(f"amount-{only.id}") == said
        assert page.field(f"amount-{only.id}") == typed
    nothing = press(member, invoice, part="1")
    assert (nothing.status, "Choose at least one line." in nothing.text) == (422, True)
    assert credit_notes(world) == []


def test_all_wrong_lines_of_a_part_are_named_at_once(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    sold = [line(f"{price}.00", description=f"Plank {price}") for price in (1, 2, 3, 4, 5)]
    invoice = world.invoice(*sold, at=at)
    unread, negative, too_much, both, right = lines_of(world, invoice)
    page = press(
        Member(world),
        invoice,
        part="1",
        **{
            f"amount-{unread.id}": "two",
            f"quantity-{negative.id}": "-1",
            f"amount-{too_much.id}": "99999",
            f"amount-{both.id}": "1",
            f"quantity-{both.id}": "1",
            f"amount-{right.id}": "1",
        },
    )
    assert page.status == 422
    assert page.part(r'<div class="callout waits" role="alert".*?</ul>') == (
        "Please mend this first "
        "Plank 1, Amount to credit, without VAT : Enter a number, like 125.50. "
        "Plank 2, Quantity to credit : Enter more than 0. "
        "Plank 3, Amount to credit, without VAT : "
        "More is asked than is left to credit on this line. "
        "Plank 4, Amount to credit, without VAT : Give either a quantity or an amount."
    )
    assert page.field(f"amount-{right.id}") == "1"
    assert credit_notes(world) == []


def test_only_a_dialog_has_something_to_close(at: datetime, clock: Clock) -> None:
    """The same form stands in a page of its own, and answers there."""
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    address = f"{member.url('invoice_credit', invoice.id)}?part=1"
    typed = {"part": "1", "reason": "goodwill", "next": "nothing"}
    asked = {"HX-Request": "true"}
    for headers, closes in ((asked | {"HX-Target": "dialog"}, True), (asked, False)):
        for answer in (
            member.client.get(address, headers=headers),
            member.client.post(address, typed, headers=headers),
        ):
            page = Seen(answer)
            assert "<html" not in page.html
            assert ('<span class="heard">Close</span>' in page.html) == closes


def test_a_note_too_long_is_said_and_kept(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    note = "<b>x</b>" * 70
    page = press(Member(world), invoice, reason_text=note)
    assert page.status == 422
    assert "at most 500 characters" in page.error_of("reason_text")
    assert escape(note) in page.html
    assert drafts(world) == []


def test_a_changed_address_is_offered(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    with scope(world.id):
        world.daisy.email = "new@example.com"
        world.daisy.save()
    member = Member(world)
    dialog = member.get("invoice_credit", invoice.id)
    assert "daisy@example.com, where the invoice went" in dialog.text
    assert "new@example.com, the address now" in dialog.text
    folded = dialog.part(r'<details class="explain".*?</details>')
    assert folded.startswith("Add a note Note")
    assert "new@example.com" not in folded
    press(member, invoice, deliver_to="new@example.com")
    (note,) = credit_notes(world)
    with scope(world.id):
        letters = Letter.objects.filter(organization_id=world.id, subject_id=note.id)
        assert [letter.to_address for letter in letters] == ["new@example.com"]


def test_the_held_credit_note_is_a_pdf_without_a_number(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    press(member, invoice)
    page = member.get("invoice", invoice.id)
    assert page.part(r'<section class="chain".*?</section>') == (
        "How the amounts add up Invoice 2026-0001 €1,255.00 made today "
        "Credit note −€1,255.00 leaves at 12:32, number then "
        "To pay now €1,255.00 To pay afterwards €0.00"
    )
    pdf = member.get("invoice_credit_pdf", invoice.id)
    assert pdf.response["Content-Type"] == "application/pdf"
    assert pdf.response.content.startswith(b"%PDF")


def test_undo_leaves_no_trace(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    press(member, invoice, next="draft")
    assert len(drafts(world)) == 2
    clock.now = at + HOLD - SECOND
    page = member.post("invoice_undo", invoice.id)
    assert page.said == (
        "The credit note over €1,255.00 was taken back; the invoice stays as it was. "
        "The corrected draft over €1,255.00 was dropped."
    )
    assert "Sent today, due in 14 days" in page.text
    assert (drafts(world), credit_notes(world)) == ([], [])
    assert standing_of(world, invoice).cancelling_at is None


def test_undo_is_too_late_at_the_deadline(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    press(member, invoice)
    clock.now = at + HOLD
    page = member.post("invoice_undo", invoice.id)
    assert page.status == 409
    assert "It is too late to undo: the credit note has gone out." in page.text
    assert [note.number for note in credit_notes(world)] == ["2026-K1"]


def test_undoing_twice_says_that_there_is_nothing_to_undo(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    press(member, invoice)
    member.post("invoice_undo", invoice.id)
    page = member.post("invoice_undo", invoice.id)
    assert (page.status, "No credit note on this invoice is on its way." in page.text) == (
        409,
        True,
    )


def test_undo_asks_what_becomes_of_a_draft_that_was_changed(at: datetime, clock: Clock) -> None:
    for choice, kept in (("keep", 1), ("discard", 0)):
        world = found()
        invoice = world.invoice(at=at)
        held = credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
        assert held.corrected is not None
        amend_draft(held.corrected.id, lambda entered: entered, who=world.who(), at=at)
        member = Member(world)
        asked = member.post("invoice_undo", invoice.id)
        assert asked.status == 409
        assert "What shall become of the corrected draft?" in asked.text
        assert len(drafts(world)) == 2
        done = member.post("invoice_undo", invoice.id, draft=choice)
        became = "is kept as a plain draft" if kept else "was dropped"
        assert done.said == (
            "The credit note over €1,255.00 was taken back; the invoice stays as it was. "
            f"The corrected draft over €1,255.00 {became}."
        )
        left = drafts(world)
        assert len(left) == kept
        assert [draft.replaces_id for draft in left] == [None] * kept


def test_a_credited_invoice_is_not_credited_again(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    member = Member(world)
    dialog = member.get("invoice_credit", invoice.id)
    assert "This invoice has already been cancelled by a credit note." in dialog.text
    assert dialog.part(r'<div class="dialog-foot">.*?</div>') == "Back"
    assert press(member, invoice).status == 409
    assert len(credit_notes(world)) == 1


def test_another_organizations_invoice_is_not_there(at: datetime, clock: Clock) -> None:
    invoice = found().invoice(at=at)
    stranger = Member(found())
    for name in ("invoice", "invoice_credit", "invoice_payment", "invoice_send", "document_pdf"):
        assert stranger.get(name, invoice.id).status == 404, name
        assert stranger.get(name, uuid4()).status == 404, name
    assert stranger.post("invoice_undo", invoice.id).status == 404
    assert press_blind(stranger, invoice).status == 404


def press_blind(member: Member, invoice: Document) -> Seen:
    return member.post("invoice_credit", invoice.id, reason="cancelled", next="nothing")


def test_the_credit_notes_own_page_leads_to_its_invoice(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0, default_channel="none")
    invoice = world.invoice(at=at)
    member = Member(world)
    done = press(member, invoice)
    assert done.said == (
        "Credit note 2026-K1 is made. Give it to the recipient. See the credit note"
    )
    assert "Give this credit note to your customer. Credit note 2026-K1" in done.text
    (note,) = credit_notes(world)
    page = member.get("credit_note", note.id)
    assert "Credits invoice 2026-0001 of 16 June 2026" in page.text
    assert "Give this credit note to your customer." in page.text
    assert f'href="{member.url("invoice", invoice.id)}"' in page.html
    given = member.post("document_handover", note.id)
    assert given.said == "It is marked as given."
    assert "Give this credit note to your customer." not in given.text
    assert "Marked as given today at 12:12" in given.text
    assert id_in(member.post("document_handover", note.id).path) == note.id


def test_what_went_by_mail_and_by_hand_is_credited_by_mail_and_by_hand(
    at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    hand_over(invoice.id, who=world.who(), at=at)
    member = Member(world)
    dialog = member.get("invoice_credit", invoice.id)
    assert dialog.part(r'<ul class="following".*?</ul>') == (
        "It gets its number at once and goes to daisy@example.com. "
        "The invoice was given by hand too: you give the credit note to Daisy Duck as well. "
        "To pay on the invoice: €1,255.00 becomes €0.00. "
        "Nothing is owed back: no money has come in."
    )
    done = press(member, invoice)
    assert done.said == (
        "Credit note 2026-K1 is made and goes to daisy@example.com. The invoice was given by "
        "hand too: give it to the recipient as well. "
        "See the credit note"
    )
    to_give = "Give this credit note to your customer."
    assert f"{to_give} Credit note 2026-K1" in done.text
    (note,) = credit_notes(world)
    page = member.get("credit_note", note.id)
    assert (
        f"{to_give} It goes by e-mail too, but the invoice was given by hand. Print or download it."
    ) in page.text
    assert "Mark as given" in page.text
    given = member.post("document_handover", note.id)
    assert to_give not in given.text
    assert to_give not in member.get("invoice", invoice.id).text


@pytest.mark.parametrize("wording", ["service", "practice"])
def test_a_part_credit_is_never_called_a_cancellation(
    wording: str, at: datetime, clock: Clock
) -> None:
    world = found(wording=wording)
    invoice = world.invoice(at=at)
    (only,) = lines_of(world, invoice)
    member = Member(world)
    asked = {"reason": "goodwill", "next": "nothing", f"amount-{only.id}": "100.10", "part": "1"}
    dialog = member.get("invoice_credit", invoice.id, **asked)
    assert "Credit a part: 2026-0001" in dialog.text
    assert "Why is a part credited?" in dialog.text
    assert "Amount to credit, without VAT" in dialog.text
    assert '<span id="credit-deed">Credit a part</span>' in dialog.html
    page = member.post("invoice_credit", invoice.id, **asked)
    assert page.said == "Nothing has been sent yet. The credit note leaves at 12:32."
    for said in (
        "Being credited in part. Nothing has been sent yet.",
        "Being credited in part. The credit note leaves at 12:32.",
        "Keep the invoice as it is. No money moves.",
        "A credit note over €125.63 is on its way; it goes out at 12:32.",
    ):
        assert said in page.text
    assert "Being credited in part until 12:32" in member.get("invoices").text
    assert "A part of invoice 2026-0001 to Daisy Duck is being credited" in member.get("home").text
    clock.now = at + SECOND
    again = member.post("invoice_credit", invoice.id, **asked)
    assert again.said == "A part of this invoice is already being credited until 12:32."
    for seen in (dialog, page, again, member.get("invoice_payment", invoice.id)):
        assert not re.search(
            r"(?i)(being|is|was) cancelled",
            seen.text.replace("order was", "").replace("session was", ""),
        )
    undone = member.post("invoice_undo", invoice.id)
    assert undone.said == (
        "The credit note over €125.63 was taken back; the invoice stays as it was."
    )


def test_a_part_that_takes_everything_is_called_what_it_is(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    (only,) = lines_of(world, invoice)
    asked = {"reason": "goodwill", "next": "nothing", f"quantity-{only.id}": "1", "part": "1"}
    dialog = Member(world).get("invoice_credit", invoice.id, **asked)
    assert '<span id="credit-deed">Cancel the invoice</span>' in dialog.html


def test_a_gross_price_is_credited_with_vat(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(line("100.00", gross=True), at=at)
    dialog = Member(world).get("invoice_credit", invoice.id, part="1")
    assert "€100.00 with VAT left, 1 h Amount to credit, with VAT" in dialog.text


def test_an_invoice_from_outside_the_register_is_credited_without_a_word_of_vat(
    at: datetime, clock: Clock
) -> None:
    world = found()
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(vat_registered=False)
    invoice = world.invoice(line("100.00", category=TaxCategory.OUTSIDE_SCOPE), at=at)
    (only,) = lines_of(world, invoice)
    asked = {"reason": "goodwill", "next": "nothing", f"amount-{only.id}": "12.34", "part": "1"}
    dialog = Member(world).get("invoice_credit", invoice.id, **asked)
    assert "€100.00 left, 1 h" in dialog.text
    assert "Amount to credit" in dialog.text
    assert "Credited −€12.34" in dialog.text
    assert ("VAT" in dialog.text, "Net" in dialog.text) == (False, False)


def test_after_the_deadline_nothing_offers_an_undo(at: datetime, clock: Clock) -> None:
    """The worker sleeps: the credit note is leaving, whatever was pressed."""
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    press(member, invoice)
    undo = f'action="{member.url("invoice_undo", invoice.id)}"'
    assert undo in member.get("invoice", invoice.id).html
    clock.now = at + HOLD
    page = member.get("invoice", invoice.id)
    assert undo not in page.html
    assert undo not in member.get("invoices").html
    for said in (
        "Being cancelled. The credit note is leaving.",
        "Leaving now.",
        "leaves now, number then",
        "It is too late to undo: the credit note is leaving right now.",
    ):
        assert said in page.text
    assert "Being cancelled, leaving now" in member.get("invoices").text
    dialog = member.get("invoice_credit", invoice.id)
    assert "A credit note on this invoice is leaving right now." in dialog.text
    assert undo not in dialog.html
    paying = member.get("invoice_payment", invoice.id)
    assert "It goes first; a payment does not stop it any more." in paying.text


def test_what_leaves_tomorrow_leaves_tomorrow(at: datetime, clock: Clock) -> None:
    world = found()
    clock.now = datetime(2026, 6, 16, 20, 45, tzinfo=UTC)
    invoice = world.invoice(at=clock.now)
    member = Member(world)
    page = press(member, invoice)
    assert page.said == "Nothing has been sent yet. The credit note leaves tomorrow at 00:05."
    assert "Will be sent tomorrow at 00:05." in page.text
    assert "it goes out on 17 June 2026 at 00:05." in page.text
    assert "Being cancelled until tomorrow at 00:05" in member.get("invoices").text
