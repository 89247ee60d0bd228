"""What the provider tells: each event only has us ask at once what it is about.

Nothing that stands in an event is believed, so it does not matter whether it comes twice, late or
in another order.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from storno.core.refusals import Absent
from storno.online.account import account_of, provider_of
from storno.online.models import Checkout, Sending, SendingState
from storno.online.provider import ForgedEvent
from storno.organizations.models import HookAddress
from storno.organizations.scope import scope


def hear(address_id: UUID, body: bytes, signature: str, *, at: datetime) -> None:
    """Have the provider asked about what an event names; nothing for what is not ours.

    Raises Absent for an address that is nobody's, ForgedEvent without the provider's signature.
    """
    address = HookAddress.objects.filter(id=address_id).first()
    if address is None:
        raise Absent
    mine = address.organization_id
    with scope(mine):
        account = account_of(mine)
    if account is None or not account.hook_secret:
        raise ForgedEvent
    told = provider_of(account).read_event(body, signature)
    if told.refund:
        with scope(mine):
            sendings = Sending.objects.filter(organization_id=mine, refund=told.refund)
            sendings.exclude(state=SendingState.FAILED).update(next_try_at=at, tries=1)
        return
    named = Q(session=told.session) if told.session else Q(charge=told.charge)
    if not (told.session or told.charge):
        return
    with scope(mine):
        Checkout.objects.filter(named, organization_id=mine).update(next_ask_at=at, asks=0)
