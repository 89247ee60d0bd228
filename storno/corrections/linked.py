"""A payment that is linked to an entry of the bank stays, as long as that match stands."""

from django.utils.translation import gettext_lazy as _

from storno.bank.models import Match, MatchReversal
from storno.core.refusals import Refused
from storno.payments.models import Payment


class LinkedToEntry(Refused):
    """The bank has told of this very payment, and names the invoice on which it stands."""

    code = "linked_to_entry"
    message = _("This payment is linked to a bank entry.")
    remedy = _("Undo that match first; then move or reverse the payment.")


def must_not_be_linked(payment: Payment) -> None:
    """Raise LinkedToEntry if a match that stands says that an entry is this payment.

    Links are made under the lock of the invoice, which the caller holds.
    """
    mine = payment.organization_id
    undone = MatchReversal.objects.filter(organization_id=mine).values("match_id")
    linked = Match.objects.filter(organization_id=mine, payment_id=payment.id)
    if linked.exclude(id__in=undone).exists():
        raise LinkedToEntry
