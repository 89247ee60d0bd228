"""Reminders of overdue invoices, and that a recipient disputes one."""

from datetime import date
from uuid import UUID

from ninja import Router

from storno.api.answers import Pdf, Told, doing, nothing, printing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import Gone
from storno.api.pages import Next
from storno.api.v1.letters import LetterShown, show_letter
from storno.api.values import (
    Body,
    Chosen,
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    ShownNumber,
    moment_text,
    number_text,
)
from storno.corrections.charges import waive_charge
from storno.corrections.facts import read_standing
from storno.diary.looks import note_look_at_paper
from storno.documents.files import ErasedLawfully
from storno.documents.models import Dispute, Standing
from storno.documents.queries import document
from storno.late.days import reminded_from
from storno.late.interest import Interest
from storno.money.currency import decimal_text
from storno.organizations.queries import circumstances
from storno.overdue.charge import ChargeNow, charge_with, charges_on
from storno.overdue.dispute import dispute_invoice, end_dispute
from storno.overdue.interest import interest_on
from storno.overdue.models import ChargeKind, Reminder, Waiver, WhyWaived
from storno.overdue.paper import pdf_of_reminder
from storno.overdue.queries import ReminderRow, past_of, reminder_with, reminders_of
from storno.overdue.remind import blockers_of_reminder, remind_of_invoice

invoices = Router(tags=["reminders"])
router = Router(tags=["reminders"])
charges = Router(tags=["reminders"])


class ReminderIn(Body):
    """How it goes: at once to each address of the recipient, or by hand, on paper."""

    by_hand: bool = False


AT_ONCE = ReminderIn()


class DisputeIn(Body):
    """What the recipient does not agree with."""

    over: Chosen[Dispute] = Dispute.OTHER


UNSAID = DisputeIn()


class ReminderShown(Shown):
    """That a recipient was reminded: of how much, until when to pay, and by which letters.

    `charges` of it are fees and interest.
    """

    id: UUID
    invoice: UUID
    amount: ShownAmount
    charges: ShownAmount
    currency: str
    pay_by: date
    by_hand: bool
    sent_at: ShownMoment
    letters: list[LetterShown]


class InterestShown(Shown):
    """Late interest as the law or the agreement has it; told, and claimed by nobody.

    `percent` a year is the last rate. `until` lies before today where later rates are not known.
    """

    amount: ShownAmount
    percent: ShownNumber
    since: date
    until: date


class ChargeShown(Shown):
    """What a reminder asked for beside the invoice: a fee, or interest of the days it names.

    `open` is what is left to pay of it; once it is `waived` nothing is.
    """

    id: UUID
    invoice: UUID
    reminder: UUID
    kind: ChargeKind
    amount: ShownAmount
    open: ShownAmount
    currency: str
    since: date | None
    until: date | None
    waived: WhyWaived | None


class ChargePage(Shown):
    """What reminders of an invoice have charged, the oldest first."""

    items: list[ChargeShown]
    next: Next


class ReminderPage(Shown):
    """The reminders of an invoice, the oldest first.

    `from_on` is the first day on which one may go; `blockers` are the codes of what is in the way.
    `late_interest` is what has run up on what is open; null where there is none, or none known.
    """

    items: list[ReminderShown]
    from_on: date
    blockers: list[str]
    disputed: Dispute | None
    late_interest: InterestShown | None
    next: Next


class DisputeShown(Shown):
    """That an invoice is disputed: nobody is told to pay it."""

    invoice: UUID
    over: Dispute
    since: ShownMoment


def _shown(row: ReminderRow, currency: str) -> ReminderShown:
    reminder = row.reminder
    return ReminderShown(
        id=reminder.id,
        invoice=reminder.invoice_id,
        amount=decimal_text(reminder.asked_minor, currency),
        charges=decimal_text(reminder.charges_minor, currency),
        currency=currency,
        pay_by=reminder.pay_by,
        by_hand=reminder.by_hand,
        sent_at=moment_text(reminder.sent_at),
        letters=[show_letter(letter) for letter in row.letters],
    )


def _interest(found: Interest | None, currency: str) -> InterestShown | None:
    if found is None:
        return None
    return InterestShown(
        amount=decimal_text(found.amount_minor, currency),
        percent=number_text(found.percent),
        since=found.since,
        until=found.until,
    )


def _told(caller: Caller, reminder: Reminder) -> Told:
    mine = caller.who.organization_id
    currency = document(reminder.invoice_id, mine).currency
    rows = reminders_of(reminder.invoice_id, mine)
    (row,) = (row for row in rows if row.reminder.id == reminder.id)
    return Told(201, _shown(row, currency))


def _charge(now: ChargeNow, currency: str) -> ChargeShown:
    charge, waiver = now.charge, now.waiver
    return ChargeShown(
        id=charge.id,
        invoice=charge.invoice_id,
        reminder=charge.reminder_id,
        kind=ChargeKind(charge.kind),
        amount=decimal_text(charge.amount_minor, currency),
        open=decimal_text(now.open_minor, currency),
        currency=currency,
        since=charge.since,
        until=charge.until,
        waived=None if waiver is None else WhyWaived(waiver.why),
    )


def _waived(caller: Caller, waiver: Waiver) -> Told:
    mine = caller.who.organization_id
    invoice_id = charge_with(waiver.charge_id, mine).invoice_id
    currency = document(invoice_id, mine).currency
    rows = charges_on([invoice_id], mine)
    (row,) = (row for row in rows if row.charge.id == waiver.charge_id)
    return Told(201, _charge(row, currency))


def _disputed(_caller: Caller, standing: Standing) -> Told:
    assert standing.disputed_at is not None, "it has just been disputed"
    return Told(
        200,
        DisputeShown(
            invoice=standing.id,
            over=Dispute(standing.dispute),
            since=moment_text(standing.disputed_at),
        ),
    )


@invoices.get("/{invoice_id}/reminders", response=ReminderPage)
@reading
def list_reminders(request: Request, invoice_id: Id) -> ReminderPage:
    """The reminders of an invoice, and whether another may go now."""
    mine = request.auth.who.organization_id
    standing = read_standing(invoice_id, mine)
    now = circumstances(mine, request.auth.at)
    past = past_of([invoice_id], mine)[invoice_id]
    invoice = document(invoice_id, mine)
    note_look_at_paper(invoice_id, invoice.recipient_id, who=request.auth.who, at=request.auth.at)
    return ReminderPage(
        items=[_shown(row, invoice.currency) for row in reminders_of(invoice_id, mine)],
        from_on=reminded_from(standing.due_on, now.seller.country),
        blockers=[blocker.code for blocker in blockers_of_reminder(standing, past, now)],
        disputed=Dispute(standing.dispute) if standing.dispute else None,
        late_interest=_interest(interest_on(invoice, standing, now), invoice.currency),
        next=None,
    )


@invoices.post("/{invoice_id}/reminders", response={201: ReminderShown})
@doing(_told)
def post_reminder(request: Request, invoice_id: Id, body: ReminderIn = AT_ONCE) -> Reminder:
    """Remind the recipient of an overdue invoice now; at most once a day.

    What it costs beside the invoice, if anything, is in the setting `late_charges`.
    """
    return remind_of_invoice(
        invoice_id, by_hand=body.by_hand, who=request.auth.who, at=request.auth.at
    )


@invoices.get("/{invoice_id}/charges", response=ChargePage)
@reading
def list_charges(request: Request, invoice_id: Id) -> ChargePage:
    """What reminders of an invoice have asked for beside it."""
    mine = request.auth.who.organization_id
    invoice = document(invoice_id, mine)
    note_look_at_paper(invoice_id, invoice.recipient_id, who=request.auth.who, at=request.auth.at)
    items = [_charge(each, invoice.currency) for each in charges_on([invoice_id], mine)]
    return ChargePage(items=items, next=None)


@charges.post("/{charge_id}/waiver", response={201: ChargeShown})
@doing(_waived)
def post_waiver(request: Request, charge_id: Id) -> Waiver:
    """Give up what a reminder has charged, for good; what was paid of it is owed back."""
    return waive_charge(charge_id, who=request.auth.who, at=request.auth.at)


@invoices.put("/{invoice_id}/dispute", response=DisputeShown)
@doing(_disputed)
def put_dispute(request: Request, invoice_id: Id, body: DisputeIn = UNSAID) -> Standing:
    """Mark an invoice as disputed: nobody is told to pay it until that is deleted."""
    return dispute_invoice(invoice_id, body.over, who=request.auth.who, at=request.auth.at)


@invoices.delete("/{invoice_id}/dispute", response={204: None})
@doing(nothing)
def remove_dispute(request: Request, invoice_id: Id) -> Standing:
    """Mark an invoice as not disputed any more."""
    return end_dispute(invoice_id, who=request.auth.who, at=request.auth.at)


@router.get("/{reminder_id}/pdf")
@printing
def get_reminder_pdf(request: Request, reminder_id: Id) -> Pdf:
    """A reminder as PDF, as it went out."""
    mine = request.auth.who.organization_id
    reminder = reminder_with(reminder_id, mine)
    recipient_id = document(reminder.invoice_id, mine).recipient_id
    note_look_at_paper(reminder.invoice_id, recipient_id, who=request.auth.who, at=request.auth.at)
    try:
        name, content = pdf_of_reminder(reminder)
    except ErasedLawfully as gone:
        raise Gone(gone.code, gone.message) from None
    return Pdf(content, name)
