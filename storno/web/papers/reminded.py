"""What was reminded of, and what is disputed, as pages show it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from storno.documents.models import Dispute, Document, Standing
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.overdue.queries import ReminderRow
from storno.web.access import Here
from storno.web.papers.deliveries import letter_shown
from storno.web.say import say_date, say_moment, say_money


def reminders_shown(
    rows: Sequence[ReminderRow], invoice: Document, now: Circumstances, here: Here
) -> dict[str, Any] | None:
    """The reminders of an invoice; None where there are none."""
    if not rows:
        return None
    return {
        "may_send": here.who.may(Deed.SEND),
        "rows": [_row(row, invoice, now, here) for row in rows],
    }


def _row(row: ReminderRow, invoice: Document, now: Circumstances, here: Here) -> dict[str, Any]:
    reminder = row.reminder
    said = {
        "amount": say_money(reminder.open_minor, invoice.currency),
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
