"""What bills a session, in words: a draft, an invoice, a paper of another system, nothing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from storno.diary.bill import Billing
from storno.diary.models import Booking, BookingState
from storno.documents.queries import state_on
from storno.organizations.queries import Circumstances
from storno.web.access import Here
from storno.web.papers.states import state_in_list, state_of_draft


@dataclass(frozen=True, slots=True)
class Billed:
    """What bills a session: the sign and words of its state, where it is and what that is called.

    `locked`: price, recipient and method wait for a credit.
    """

    state: str
    words: str
    url: str = ""
    label: str = ""
    locked: bool = False


def billed(session: Booking, billing: Billing, now: Circumstances, here: Here) -> Billed | None:
    """What bills a session; None for one that was called off and costs nothing."""
    draft, invoice = billing.draft, billing.invoice
    if invoice is not None and (draft is None or billing.price_locked):
        state = state_on(invoice, now.today)
        words = state_in_list(
            state, invoice, seller=now.seller, settings=now.settings, at=here.at, today=now.today
        )
        return Billed(
            state,
            _("Invoice: %(state)s") % {"state": words},
            here.url("invoice", invoice.id),
            _("View Invoice"),
            locked=billing.price_locked,
        )
    if draft is not None:
        state, words = state_of_draft(draft, seller=now.seller, at=here.at)
        return Billed(state, words, here.url("draft", draft.id), _("See draft"))
    if session.state == BookingState.CANCELLED:
        return None
    return Billed("draft", _("Not invoiced"))
