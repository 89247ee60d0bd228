"""Why an invoice cannot be credited now, whatever is asked: by facts that a list knows too."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocker, Refused
from storno.organizations.customer_service import way_to_service
from storno.organizations.models import PaidCredit, Settings

ERASED = Blocker(
    "content_erased",
    _("This invoice is so old that its personal content has been erased."),
    _("Make a new invoice if one is needed."),
)
ALREADY_CREDITED = Blocker(
    "already_credited",
    _("This invoice has already been cancelled by a credit note."),
    _("If that was a mistake, make a new invoice."),
)
ON_HOLD = Blocker(
    "credit_already_on_hold",
    _("A credit note on this invoice is already on its way."),
    _("Take it back if you want to keep the invoice as it is."),
)


class CreditIsOnHold(Refused):
    """A credit note on the invoice is on its way."""

    code = ON_HOLD.code
    message = ON_HOLD.message
    remedy = ON_HOLD.remedy


LEAVING = Blocker(
    "credit_is_leaving",
    _("A credit note on this invoice is leaving right now."),
    _("Wait a moment, then look again."),
)
NOT_ALLOWED = Blocker(
    "not_allowed",
    _("Your role does not allow cancelling invoices."),
    _("Ask an administrator of your organization."),
)
NOTHING_TO_REFUND = Blocker(
    "nothing_to_refund",
    _("Nothing is owed back by this, so there is nothing to refund."),
    _("Leave the refund out."),
    "refund",
)
SIGN_IN_AGAIN = Blocker(
    "recent_sign_in_required",
    _("Money has come in on this invoice, so please confirm that it is you."),
    _("Sign in again; what you entered is kept."),
)


def needs_desk(settings: Settings, *, open_minor: int) -> Blocker:
    """That customer service credits what money has come in on; `open_minor` is not paid yet."""
    return Blocker(
        "paid_credit_needs_desk",
        _("A part of this invoice has been paid. Then it is cancelled by customer service.")
        if open_minor
        else _("This invoice has been paid. Paid invoices are cancelled by customer service."),
        way_to_service(settings),
    )


def blockers_of_credit(
    *,
    is_left: bool,
    pending_until: datetime | None,
    held_minor: int,
    open_minor: int,
    settings: Settings,
    may_credit: bool,
    fresh: bool,
    by_desk: bool = False,
    at: datetime,
) -> Iterator[Blocker]:
    """Why an invoice cannot be credited at a moment, the most important reason first.

    `is_left`: something of it is not credited yet; `pending_until`: when the credit note on hold
    leaves; `may_credit` and `fresh`: what is known of who asks; `by_desk`: customer
    service has checked that the money went back. Amounts in minor units.
    """
    if not is_left:
        yield ALREADY_CREDITED
        return
    if pending_until is not None:
        yield ON_HOLD if pending_until > at else LEAVING
        return
    if not may_credit:
        yield NOT_ALLOWED
    if not held_minor or by_desk:
        return
    if settings.paid_credit == PaidCredit.DESK or settings.organization.in_custody:
        yield needs_desk(settings, open_minor=open_minor)
    elif not fresh:
        yield SIGN_IN_AGAIN
