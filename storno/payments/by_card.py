"""What of the money on an invoice can go back to the card it came from; inside a scope."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from storno.online.models import Sending, SendingState
from storno.payments.methods import CARD
from storno.payments.models import Payment, Reversal


@dataclass(frozen=True, slots=True)
class Left:
    """What a checkout brought and has not been sent back."""

    checkout_id: UUID
    amount_minor: int


def left_by_card(invoice_id: UUID, organization_id: UUID) -> list[Left]:
    """What can go back by card, the largest first: at once never more than one payment brought."""
    taken_back = Reversal.objects.filter(organization_id=organization_id).values("payment_id")
    payments = Payment.objects.filter(
        organization_id=organization_id,
        invoice_id=invoice_id,
        method=CARD.code,
    ).exclude(id__in=taken_back)
    brought = {each.source_id: each.amount_minor for each in payments if each.source_id}
    if not brought:
        return []
    sendings = Sending.objects.filter(
        organization_id=organization_id, checkout_id__in=list(brought)
    ).exclude(state=SendingState.FAILED)
    sums = sendings.order_by().values_list("checkout_id").annotate(sent=Sum("amount_minor"))
    sent: dict[UUID, int] = dict(sums)
    left = (Left(id_, amount - sent.get(id_, 0)) for id_, amount in brought.items())
    return sorted(
        (each for each in left if each.amount_minor > 0), key=lambda each: -each.amount_minor
    )


def states_of(source_ids: list[UUID], organization_id: UUID) -> dict[UUID, SendingState]:
    """How far the money is that goes back by the provider, by the id of its row."""
    rows = Sending.objects.filter(organization_id=organization_id, id__in=source_ids)
    return {id_: SendingState(state) for id_, state in rows.values_list("id", "state")}
