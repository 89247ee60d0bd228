"""What is invoiced in another system, and what that stands in the way of.

Such a draft is a record: it may be found, written anew and thrown away, but no verb makes a paper
of this system out of it, so that nothing is asked for twice. Once a payment is noted it stays what
it is.
"""

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.documents.models import Draft


class InvoicedElsewhere(Refused):
    """The draft is marked as invoiced in another system."""

    code = "externalised"
    message = _("This is invoiced externally, so no invoice of it leaves from here.")
    remedy = _("Take it back to draft first.")


class PaymentIsNoted(Refused):
    """A payment is noted for what is invoiced in another system."""

    code = "external_payment_noted"
    message = _("A payment is noted, so this stays invoiced externally.")
    remedy = _("If the payment details are wrong, empty them first.")


def must_be_ours(draft: Draft) -> None:
    """Raise InvoicedElsewhere where a draft is not to become a paper of this system."""
    if draft.external_at is not None:
        raise InvoicedElsewhere


def is_paid_elsewhere(draft: Draft) -> bool:
    """Whether somebody has noted that it was paid in another system."""
    return draft.external_paid_on is not None or bool(draft.external_paid_by)


def must_be_unpaid(draft: Draft) -> None:
    """Raise PaymentIsNoted where somebody has noted that it was paid elsewhere."""
    if is_paid_elsewhere(draft):
        raise PaymentIsNoted
