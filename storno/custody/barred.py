"""What members do not do with client money: it counts when the operator's bank says so."""

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.organizations.models import Settings


class CustodyMoneyComesByBank(Refused):
    """Money is not entered or reversed by hand: the operator's bank says what came in."""

    code = "custody_money_comes_by_bank"
    message = _("Invoices are paid to the client money account, so payments come in from the bank.")
    remedy = _("Ask customer service if a payment is missing or wrong.")


class RefundNeedsDesk(Refused):
    """What is owed back lies with the operator, who returns it to whoever paid."""

    code = "refund_needs_desk"
    message = _("This money lies on the client money account. Customer service returns it.")
    remedy = _("Ask customer service to return it.")


def must_come_by_hand(settings: Settings) -> None:
    """Let payments be entered and reversed by hand. Raises CustodyMoneyComesByBank."""
    if settings.organization.in_custody:
        raise CustodyMoneyComesByBank


def must_be_held_here(settings: Settings) -> None:
    """Let members give back what is owed back. Raises RefundNeedsDesk."""
    if settings.organization.in_custody:
        raise RefundNeedsDesk
