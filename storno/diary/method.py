"""How a session is invoiced: as is chosen for it, or as its payer usually is, or the organization.

As with its price, a draft that bills it has the last word: it is the record of an invoice in
another system, or it is not. What was decided on the draft's own page counts as chosen for the
session from its next change on.
"""

from datetime import datetime

from storno.clients.models import Client
from storno.diary.models import Booking
from storno.documents.external import mark_external, mark_plain, take_back_in_time
from storno.documents.models import Draft
from storno.organizations.models import Method, Settings
from storno.organizations.roles import Actor


def method_of(session: Booking, settings: Settings, payer: Client | None = None) -> Method:
    """How a session is invoiced by its own word, where it or `payer` pays."""
    payer = payer or session.recipient or session.client
    assert payer is not None, "a session has a client"
    return Method(session.method or payer.method or settings.method)


def method_on(session: Booking, settings: Settings, payer: Client | None, draft: Draft) -> Method:
    """How a session is invoiced by the word of the draft that bills it, to this payer."""
    if draft.external_at is not None:
        return Method.EXTERNAL
    return from_here(method_of(session, settings, payer))


def from_here(usual: Method) -> Method:
    """How something is invoiced that is not invoiced in another system."""
    return Method.MANUAL if usual is Method.EXTERNAL else usual


def keep_choice(session: Booking, settings: Settings, payer: Client | None, draft: Draft) -> bool:
    """Let a session say what somebody has decided on its draft; not saved. Tell if they had."""
    said = method_on(session, settings, payer, draft)
    if said == method_of(session, settings, payer):
        return False
    session.method = said
    return True


def follow_method(
    draft: Draft, method: Method, *, chosen: bool = False, who: Actor, at: datetime
) -> None:
    """Let the locked draft of a session be the record of an invoice elsewhere, or a plain one.

    One that shall become such a record with a credit note on hold becomes none if another method is
    `chosen` meanwhile. Raises PaymentIsNoted.
    """
    if method is Method.EXTERNAL:
        if draft.external_at is None:
            mark_external(draft, who=who, at=at)
    elif draft.external_at is not None:
        mark_plain(draft, who=who, at=at)
    elif chosen:
        take_back_in_time(draft, who=who, at=at)
