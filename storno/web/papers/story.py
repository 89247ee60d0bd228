"""The page of an invoice in words: its state, the one next step, and all around it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.corrections.queries import stop_among
from storno.documents.issue import NOTICES, OVERDUE_LETTER
from storno.documents.models import Kind
from storno.documents.queries import WholeDocument
from storno.documents.typeset import issued_paper
from storno.documents.words import credit_words, state_words
from storno.history.tell import Told
from storno.organizations.models import PaidCredit
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.payments.methods import how_paid
from storno.payments.models import Payment, Refund, TakenBack, WriteOffKind
from storno.payments.queries import PaymentRow
from storno.web.access import Here
from storno.web.papers.awaited import awaited_of_invoice
from storno.web.papers.booked import booked_in
from storno.web.papers.by_card import card_items, shown_card
from storno.web.papers.chain import chain_shown
from storno.web.papers.deliveries import deliveries_of, failed_among, how_to_give
from storno.web.papers.held import held_credit
from storno.web.papers.menus import Item, actions_here, credit_item, menu_of_invoice, send_item
from storno.web.papers.notified import notice_items, notices_shown
from storno.web.papers.paper import Band, shown_paper
from storno.web.papers.reading import InvoiceRead
from storno.web.papers.reminded import disputed_shown, reminders_shown
from storno.web.papers.states import refunded_in_words, state_in_words
from storno.web.papers.ways_out import Subject, WayOut, contact_of_service
from storno.web.say import say_date, say_departure, say_moment, say_money

CANCELLED = ("credited", "refunded")
"""States of which nothing of the invoice is left."""


def story_of(read: InvoiceRead, here: Here) -> dict[str, Any]:
    """All that the page of an invoice shows."""
    document, standing, now, notes = read.document, read.standing, read.now, read.credit_notes
    subject = Subject(invoice_id=document.id, recipient_id=document.recipient_id)
    actions = actions_here(standing, now.settings, here)
    return {
        "invoice": document,
        "title": _("Invoice %(number)s") % {"number": document.number},
        "recipient": read.recipient,
        "recipient_url": here.url("client", document.recipient_id),
        "back_url": here.url("invoices"),
        "pdf_url": here.url("document_pdf", document.id),
        "state": read.state,
        "words": _words(read, here),
        "bookings": booked_in(read.whole.lines, here),
        "items": menu_of_invoice(
            document,
            standing,
            now.settings,
            here,
            today=now.today,
            reminders=(
                *notice_items(read.notices, standing, actions["notify"], here),
                *card_items(standing, read.by_card, here),
            ),
        ),
        "next": _next_step(read, here),
        "held": held_credit(standing, now, here),
        "credit_item": credit_item(actions, standing, now.settings, here, subject),
        "awaited": awaited_of_invoice(read),
        "chain": chain_shown(read, here, on_page=document.id),
        "owed_back": _owed_back(read, here),
        "stopped": _was_stopped(read, here),
        "to_give": _to_give(read, here),
        "payments": _payments(read, here),
        "refunds": _refunds(read, here),
        "write_offs": _write_offs(read, here),
        "online": shown_card(standing, read.by_card, here),
        "notices": notices_shown(read.notices, standing, actions["notify"], now, here),
        "reminders": reminders_shown(read.reminders, read.document, now, here),
        "disputed": disputed_shown(standing, now, here),
        "deliveries": [
            _delivery(read.whole, read, here),
            *(_delivery(note, read, here, to_give=_how_to_give(note, read)) for note in notes),
        ],
        "papers": _papers(read, here),
        "happenings": happenings_shown(read.history, now, here),
        "hold_minutes": now.settings.hold_seconds // 60,
        "paid_by_service": now.settings.paid_credit == PaidCredit.DESK,
        "service": contact_of_service(now.settings),
    }


def _words(read: InvoiceRead, here: Here) -> str:
    if read.state == "refunded":
        return refunded_in_words(
            read.standing, read.used_elsewhere_minor, read.document.currency, read.now.today
        )
    return state_in_words(
        read.state,
        read.standing,
        currency=read.document.currency,
        paid_on=read.paid_on,
        credit_notes=[
            (note.document.number, note.document.issued_on) for note in read.credit_notes
        ],
        today=read.now.today,
        given=read.was_sent and not read.waits,
        wording=read.now.settings.wording,
        at=here.at,
    )


def _next_step(read: InvoiceRead, here: Here) -> Item | None:
    """The one thing to do next, if there is one and this member may do it."""
    if read.standing.cancelling_at is not None:
        return None
    if failed := failed_among(read.letters):
        if here.who.may(Deed.SEND):
            url = here.url("letter_again", failed[-1].id)
            return Item(_("Send again"), "send", url, "post")
        return None
    for link in read.chain:
        if link.kind == "draft" and link.state != "external":
            return Item(_("See draft"), "edit", here.url("draft", link.id))
    if not read.standing.open_minor:
        return None
    invoice_id = read.document.id
    if not read.was_sent and here.who.may(Deed.SEND):
        subject = Subject(invoice_id=invoice_id, recipient_id=read.document.recipient_id)
        actions = actions_here(read.standing, read.now.settings, here)
        return send_item(actions, read.standing, read.now.settings, here, subject)
    by_bank = read.now.settings.organization.in_custody
    if here.who.may(Deed.REGISTER_PAYMENT) and not by_bank:
        url = here.url("invoice_payment", invoice_id)
        return Item(_("Register payment"), "payment", url, "dialog")
    return None


def _owed_back(read: InvoiceRead, here: Here) -> dict[str, str] | None:
    """What is owed back, and the two ways to settle it."""
    owed, invoice_id = read.standing.owed_back_minor, read.document.id
    if not owed:
        return None
    may = here.who.may(Deed.REFUND)
    return {
        "amount": say_money(owed, read.document.currency),
        "refund_url": here.url("invoice_refund", invoice_id) if may else "",
        "offset_url": here.url("invoice_offset", invoice_id) if may else "",
    }


def _was_stopped(read: InvoiceRead, here: Here) -> str:
    """Why the last credit note that was pressed did not go out; empty if it did, or long ago."""
    sentences = {told.event.id: told.sentence for told in read.history}
    stop = stop_among((told.event for told in read.history), at=here.at)
    return " ".join(sentences[event.id] for event in stop)


def _to_give(read: InvoiceRead, here: Here) -> list[dict[str, str]]:
    """The credit notes that have reached nobody yet: the member has to give them."""
    return [
        {"number": note.document.number, "url": here.url("credit_note", note.document.id)}
        for note in read.credit_notes
        if _how_to_give(note, read)
    ]


def _how_to_give(note: WholeDocument, read: InvoiceRead) -> str:
    return how_to_give(note, read.letters_on(note.document.id), read.whole)


def _delivery(
    whole: WholeDocument, read: InvoiceRead, here: Here, *, to_give: str = ""
) -> dict[str, Any]:
    letters = read.letters_on(whole.document.id)
    letters = [letter for letter in letters if letter.kind not in (*NOTICES, OVERDUE_LETTER)]
    return deliveries_of(whole, letters, read.now, here, to_give=bool(to_give))


def _payments(read: InvoiceRead, here: Here) -> list[dict[str, Any]]:
    """What came in; what came from another invoice or the bank is taken back there."""
    return [
        _moved(
            row.payment,
            row.payment.paid_on,
            row.reversal,
            read,
            here,
            other=row.source,
            reverse="payment_reversal" if row.is_by_hand else "",
        )
        | {
            "entry_url": here.url("bank_entry", entry) if entry else "",
            "move_url": _move_url(row, here),
        }
        for row in read.own_payments
        for entry in (read.brought_by.get(row.payment.id),)
    ]


def _move_url(row: PaymentRow, here: Here) -> str:
    """Where a payment that somebody entered is moved to another invoice, by who may."""
    may = here.who.may(Deed.REVERSE_PAYMENT) and here.who.clients_of is None
    is_here = row.is_by_hand and row.reversal is None
    return here.url("payment_move", row.payment.id) if may and is_here else ""


def _refunds(read: InvoiceRead, here: Here) -> list[dict[str, Any]]:
    """What has gone back."""
    return [
        _moved(
            row.refund,
            row.refund.refunded_on,
            row.reversal,
            read,
            here,
            other=row.paid,
            reverse="refund_reversal" if row.progress is None else "",
        )
        | {"progress": "" if row.progress is None else row.progress.label}
        for row in read.own_refunds
    ]


def _write_offs(read: InvoiceRead, here: Here) -> list[dict[str, Any]]:
    """What is asked for no more, or was."""
    rows: list[dict[str, Any]] = []
    for row in read.own_write_offs:
        what, back = row.write_off, row.reversal
        is_cents = what.kind == WriteOffKind.CENT_DIFFERENCE
        may = here.who.may(Deed.REVERSE_PAYMENT if is_cents else Deed.WRITE_OFF)
        rows.append(
            {
                "amount": say_money(what.amount_minor, read.document.currency),
                "day": say_date(what.written_on),
                "method": WriteOffKind(what.kind).label,
                "reversed": back.reason if back else "",
                "reverse_url": here.url("write_off_reversal", what.id)
                if may and back is None
                else "",
            }
        )
    return rows


def _moved(
    moved: Payment | Refund,
    on: date,
    reversal: TakenBack | None,
    read: InvoiceRead,
    here: Here,
    *,
    other: UUID | None,
    reverse: str,
) -> dict[str, Any]:
    """Money that came or went; `other` is the invoice it came from or paid, `reverse` a page."""
    may_reverse = reverse and reversal is None and here.who.may(Deed.REVERSE_PAYMENT)
    return {
        "amount": say_money(moved.amount_minor, read.document.currency),
        "day": say_date(on),
        "method": how_paid(moved),
        "other_url": here.url("invoice", other) if other else "",
        "reversed": reversal.reason if reversal else "",
        "reverse_url": here.url(reverse, moved.id) if may_reverse else "",
    }


def _papers(read: InvoiceRead, here: Here) -> list[dict[str, Any]]:
    """The papers on the table: a full credit lies on top, what it cancels stays below."""
    notes = [_paper(note, None) for note in read.credit_notes]
    original = _paper(read.whole, _band(read, here))
    return [*notes, original] if read.state in CANCELLED else [original]


def _paper(whole: WholeDocument, band: Band | None) -> dict[str, Any]:
    """A paper, or that what it said was erased when its time was over."""
    anchor = f"paper-{whole.document.number}"
    if not whole.parts:
        return {"anchor": anchor, "erased": whole.document.number}
    return {"anchor": anchor, "paper": shown_paper(issued_paper(whole), band)}


def _band(read: InvoiceRead, here: Here) -> Band | None:
    """What the reader is told across the invoice that is not what it was."""
    if read.standing.cancelling_at is not None:
        return Band(_pending(read, read.standing.cancelling_at, here), "waits")
    if not read.credit_notes:
        return None
    note = read.credit_notes[-1].document
    numbers = ", ".join(each.document.number for each in read.credit_notes)
    count = len(read.credit_notes)
    see = WayOut(_("See the credit note"), here.url("credit_note", note.id))
    if read.state in CANCELLED:
        state = state_words("credited", read.now.settings.wording)
        text = ngettext(
            "%(state)s by credit note %(numbers)s", "%(state)s by credit notes %(numbers)s", count
        )
        return Band(text % {"state": state, "numbers": numbers}, link=see)
    text = ngettext(
        "Part credited by credit note %(numbers)s",
        "Part credited by credit notes %(numbers)s",
        count,
    )
    return Band(text % {"numbers": numbers}, "info", see)


def _pending(read: InvoiceRead, goes_at: datetime, here: Here) -> str:
    in_part = read.standing.is_cancelled_in_part
    state = {"state": credit_words(read.now.settings.wording, in_part=in_part).state}
    if goes_at <= here.at:
        return _("%(state)s. The credit note is leaving.") % state
    when = say_departure(goes_at, here.at, read.now.seller.time_zone)
    return _("%(state)s. The credit note leaves %(when)s.") % (state | {"when": when})


def happenings_shown(
    history: Iterable[Told], now: Circumstances, here: Here
) -> list[dict[str, Any]]:
    """What happened, with who and when."""
    shown = []
    for told in history:
        said = say_moment(told.event.at, here.at, now.seller.time_zone)
        who = told.who or _("by itself")
        words = f"{who}, {said.words}"
        shown.append(
            {"sentence": told.sentence, "at": told.event.at, "words": words, "full": said.full}
        )
    return shown


def credit_note_page(note: WholeDocument, read: InvoiceRead, here: Here) -> dict[str, Any]:
    """All that the page of a credit note shows."""
    document = note.document
    assert document.kind == Kind.CREDIT_NOTE, "an invoice has a page of its own"
    to_give = _how_to_give(note, read)
    return {
        "document": document,
        "title": _("Credit note %(number)s") % {"number": document.number},
        "recipient": read.recipient,
        "invoice_url": here.url("invoice", read.document.id),
        "invoice_label": _("Invoice %(number)s") % {"number": read.document.number},
        "pdf_url": here.url("document_pdf", document.id),
        "words": _("Credits invoice %(number)s of %(day)s")
        % {"number": read.document.number, "day": say_date(read.document.issued_on)},
        "to_give": to_give,
        "chain": chain_shown(read, here, on_page=document.id),
        "deliveries": [_delivery(note, read, here, to_give=to_give)],
        "papers": [_paper(note, None)],
    }
