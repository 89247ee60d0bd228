"""Letting one invoice be paid by card, or no more, and with it its reminders.

Order of locks: the standing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Blocked, Refused
from storno.documents.files import ErasedLawfully, is_erased
from storno.documents.issue import link_target
from storno.documents.letter import page_address
from storno.documents.models import Standing
from storno.documents.queries import document as read_document
from storno.history.record import Happening, record
from storno.notices.models import NoticeState
from storno.notices.pause import notices_in, pause, resume
from storno.notices.send import blockers_of_notice
from storno.online.account import must_be_set_up
from storno.online.offer import is_offered, offer, withdraw
from storno.organizations.links import link_to
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


class NotOffered(Refused):
    """The invoice cannot be paid by card, so there is nothing to end."""

    code = "card_payment_not_offered"
    message = _("Online payment is not active for this invoice.")
    remedy = _("There is nothing to deactivate.")


@dataclass(frozen=True)
class CardPaymentOffered(Happening):
    """An invoice can be paid by card from now on."""

    kind: ClassVar = "card_payment.offered"
    sentence: ClassVar = _("Online payment was activated.")


@dataclass(frozen=True)
class CardPaymentStopped(Happening):
    """An invoice is paid by card no more, and nobody is reminded of it by itself."""

    kind: ClassVar = "card_payment.stopped"
    sentence: ClassVar = _("Online payment was deactivated, and reminders are paused.")


@deed
def offer_card_payment(invoice_id: UUID, *, who: Actor, at: datetime) -> str:
    """Let an invoice be paid by card and return the address of its page; paused reminders go again.

    Offered already, that stays as it is and only the address is told. Raises Absent,
    ErasedLawfully, NotSetUp, NoCardsInCustody, Blocked, NotAllowed.
    """
    standing = _locked(invoice_id, who)
    mine = who.organization_id
    invoice = read_document(invoice_id, mine)
    if is_erased(invoice.id, organization_id=mine):
        raise ErasedLawfully
    must_be_set_up(mine)
    if blockers := blockers_of_notice(standing):
        raise Blocked(blockers)
    if not is_offered(invoice_id, mine):
        offer([invoice_id], organization_id=mine, at=at)
        resume(notices_in(NoticeState.PAUSED, invoice_id, mine), organization_id=mine, at=at)
        record(CardPaymentOffered(), subject_id=invoice_id, who=who, at=at)
    return page_address(link_to(link_target(invoice, on=at.date()), organization_id=mine))


@deed
def stop_card_payment(invoice_id: UUID, *, who: Actor, at: datetime) -> UUID:
    """Let an invoice be paid by card no more, and pause its reminders; return its id.

    It stays unpaid, and is paid as its paper says. Raises Absent, NotOffered, NotAllowed.
    """
    _locked(invoice_id, who)
    mine = who.organization_id
    if not withdraw(invoice_id, organization_id=mine, at=at):
        raise NotOffered
    pause(notices_in(NoticeState.DUE, invoice_id, mine))
    record(CardPaymentStopped(), subject_id=invoice_id, who=who, at=at)
    return invoice_id


def _locked(invoice_id: UUID, who: Actor) -> Standing:
    who.must(Deed.SEND)
    locked = Standing.objects.select_for_update()
    for standing in locked.filter(organization_id=who.organization_id, id=invoice_id):
        return standing
    raise Absent
