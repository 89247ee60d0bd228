"""What was reminded of, and what is disputed, as pages show it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from storno.documents.models import Dispute, Document, Standing
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.overdue.charge import ChargeNow, charges_on
from storno.overdue.models import ChargeKind, WhyWaived
from storno.overdue.queries import ReminderRow
from storno.web.access import Here
from storno.web.papers.deliveries import letter_shown
from storno.web.say import say_date, say_moment, say_money


def reminders_shown(
    rows: Sequence[ReminderRow], invoice: Document, now: Circumstances, here: Here
) -> dict[str, Any] | None:
    """The reminders of an invoice, and what they have charged; None where there are none."""
    if not rows:
        return None
    charges = charges_on([invoice.id], invoice.organization_id)
    return {
        "may_send": here.who.may(Deed.SEND),
        "charges": [_charge(each, invoice, here) for each in charges],
        "rows": [_row(row, invoice, now, here) for row in rows],
    }


def _charge(now: ChargeNow, invoice: Document, here: Here) -> dict[str, str]:
    """What a reminder has charged, how it stands, and where it is given up."""
    charge, waiver = now.charge, now.waiver
    if waiver is not None:
        state = str(WhyWaived(waiver.why).label)
    elif not now.open_minor:
        state = _("paid")
    elif now.paid_minor:
        state = _("%(amount)s left to pay") % {
            "amount": say_money(now.open_minor, invoice.currency)
        }
    else:
        state = _("to be paid")
    may = waiver is None and here.who.may(Deed.REFUND)
    return {
        "what": str(ChargeKind(charge.kind).label),
        "amount": say_money(charge.amount_minor, invoice.currency),
        "state": state,
        "waive_url": here.url("charge_waive", charge.id) if may else "",
    }


def _row(row: ReminderRow, invoice: Document, now: Circumstances, here: Here) -> dict[str, Any]:
    reminder = row.reminder
    said = {
        "amount": say_money(reminder.asked_minor, invoice.currency),
        "day": say_date(reminder.pay_by),
    }
    return {
        "says": _("%(amount)s to pay by %(day)s") % said,
        "how": _("to be given by hand") if reminder.by_hand else _("sent"),
        "when": say_moment(reminder.sent_at, here.at, now.seller.time_zone),
        "pdf_url": here.url("reminder_pdf", reminder.id),
        "letters": [letter_shown(letter, now, here) for letter in row.letters],
    }


def disputed_shown(standing: Standing, now: Circumstances, here: Here) -> dict[str, Any] | None:
    """That the recipient disputes an invoice of which something is open; None if it does not."""
    if standing.disputed_at is None or not standing.open_minor:
        return None
    return {
        "over": Dispute(standing.dispute).label,
        "since": say_moment(standing.disputed_at, here.at, now.seller.time_zone).words,
        "end_url": here.url("invoice_dispute_end", standing.id) if here.who.may(Deed.SEND) else "",
    }
