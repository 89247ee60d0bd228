"""Whether an invoice can be paid by card: offered with the first payment notice, or by a link."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.documents.models import Document, Standing
from storno.online.account import is_set_up
from storno.online.models import CardOffer, Checkout, CheckoutState, ProviderAccount
from storno.organizations.scope import scope


def offer(invoice_ids: Iterable[UUID], *, organization_id: UUID, at: datetime) -> None:
    """Let invoices be paid by card where the organization can take that, else do nothing.

    Called with the standings locked, or in the transaction that issues the invoices.
    """
    ids = list(invoice_ids)
    if not ids or not is_set_up(organization_id):
        return
    offers = CardOffer.objects.filter(organization_id=organization_id, invoice_id__in=ids)
    there = set(offers.values_list("invoice_id", flat=True))
    offers.filter(is_open=False).update(is_open=True, changed_at=at)
    insert(
        CardOffer(
            id=new_id(),
            organization_id=organization_id,
            invoice_id=invoice_id,
            is_open=True,
            changed_at=at,
        )
        for invoice_id in ids
        if invoice_id not in there
    )


def withdraw(invoice_id: UUID, *, organization_id: UUID, at: datetime) -> bool:
    """Let an invoice be paid by card no more, its standing locked; whether it could be before.

    What is open at the provider is ended there soon after.
    """
    mine = {"organization_id": organization_id, "invoice_id": invoice_id}
    changed = CardOffer.objects.filter(**mine, is_open=True).update(is_open=False, changed_at=at)
    Checkout.objects.filter(**mine, state__in=[CheckoutState.OPENING, CheckoutState.OPEN]).update(
        state=CheckoutState.ENDING, next_ask_at=at
    )
    return bool(changed)


def is_offered(invoice_id: UUID, organization_id: UUID) -> bool:
    """Whether somebody may pay an invoice by card, as far as that has been offered."""
    offers = CardOffer.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    accounts = ProviderAccount.objects.filter(
        organization_id=OuterRef("organization_id"), organization__operator=None
    )
    return offers.filter(Exists(accounts), is_open=True).exists()


def can_be_paid(standing: Standing) -> bool:
    """Whether there is something to pay by card now: nothing while a credit note is on its way."""
    return standing.open_minor > 0 and standing.cancelling_at is None


def is_payable(invoice: Document) -> bool:
    """Whether an invoice can be paid by card at this moment; opens the scope itself."""
    mine = invoice.organization_id
    with scope(mine):
        standing = Standing.objects.filter(organization_id=mine, id=invoice.id).first()
        return standing is not None and can_be_paid(standing) and is_offered(invoice.id, mine)
