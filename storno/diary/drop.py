"""Throwing a draft away, and deciding what becomes of the sessions that it bills.

Order of locks: the credit note on hold that the draft waits for, the bookings, the draft.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message
from storno.core.refusals import Refused
from storno.diary.bill import Billing, drafted_in, keep_terms, lock_billings
from storno.diary.cancel import call_off
from storno.diary.messages.tell import tell_client
from storno.diary.models import Booking
from storno.diary.sight import must_book_for
from storno.documents.draft import drop_draft
from storno.documents.models import Draft, FollowUp
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed


class StillInvoiced(Refused):
    """A part of the session is invoiced, so it is not cancelled with its draft."""

    code = "credit_first"
    message = _("A part of this session is still invoiced.")
    remedy = _("Credit the invoice first, or keep the session.")
    field = "session"


@deed
def delete_draft(
    draft_id: UUID,
    *,
    session: Literal["cancel", "keep"] = "keep",
    tell: bool | None = None,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> None:
    """Throw a draft away, as it was when the page asked; no number is touched.

    A session that it billed is cancelled with it and nothing is charged, or kept without a paper:
    it keeps the price and the payer that the draft had. `tell`: whether the client of a cancelled
    session gets a letter; None as the session says, which tells of nothing past. While the credit
    note that the draft waits for is on hold, the session is cancelled when that is issued, and
    told of as it says. Raises Absent, HasDeparted, StaleDraft, NotAllowed, StillInvoiced,
    PaymentIsNoted.
    """
    who.must(Deed.WRITE_DRAFTS)
    held = _lock_credit_waited_for(draft_id, who)
    drafted = drafted_in(draft_id, organization_id=who.organization_id)
    sessions = list(drafted.select_for_update(of=("self",)).order_by("id"))
    if session == "cancel":
        must_book_for(sessions, who)
    billings, settings = lock_billings(sessions), settings_of(who.organization_id)
    for booking in sessions:
        billing = billings[booking.id]
        keep_terms(booking, billing, settings)
        booking.version += 1
        booking.save(force_update=True)
        if session == "cancel":
            _cancel(booking, billing, held, tell=tell, who=who, at=at)
    drop_draft(draft_id, version=version, who=who, at=at)


def _lock_credit_waited_for(draft_id: UUID, who: Actor) -> Draft | None:
    mine = Draft.objects.filter(organization_id=who.organization_id)
    waited_for = mine.filter(id=draft_id).values("waits_for_id")
    return mine.select_for_update().filter(id__in=waited_for).first()


def _cancel(
    booking: Booking,
    billing: Billing,
    held: Draft | None,
    *,
    tell: bool | None,
    who: Actor,
    at: datetime,
) -> None:
    """Cancel a locked session, now or with the credit note on hold. Raises StillInvoiced."""
    invoice = billing.invoice
    if invoice is None:
        call_off(booking, Charge.NOTHING, who=who, at=at)
        tell_client(booking, Message.CANCELLATION, wanted=tell, at=at)
        return
    if held is None or held.credits_id != invoice.id:
        raise StillInvoiced
    mine = Draft.objects.filter(organization_id=who.organization_id)
    mine.filter(id=held.id).update(follow_up=FollowUp.CANCEL_SESSION, tells=tell)
