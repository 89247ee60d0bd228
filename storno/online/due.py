"""Which checkouts the provider is to be asked about, on a lease, and when the next time is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from storno.documents.models import Standing
from storno.online.models import Checkout, CheckoutState
from storno.organizations.scope import scope

LEASE = timedelta(minutes=2)
"""Longer than the few calls of one asking take."""

WAITS: Mapping[int, timedelta] = {
    1: timedelta(minutes=5),
    2: timedelta(minutes=20),
    3: timedelta(hours=1),
    4: timedelta(hours=4),
}
"""How long after each asking the next one follows, without a word of the provider."""

LATER = timedelta(hours=8)


def organizations_with_due_checkouts(at: datetime) -> list[UUID]:
    """Who has checkouts to ask about; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_due_checkouts(%s)", [at])
        return [id_ for (id_,) in cursor.fetchall()]


def claim_checkout(organization_id: UUID, *, at: datetime) -> Checkout | None:
    """Take the next checkout to ask about on a lease; None if there is none.

    Those over an amount that is not open any more are to be ended first.
    """
    with scope(organization_id):
        mine = Checkout.objects.filter(organization_id=organization_id)
        _overtaken(mine).update(state=CheckoutState.ENDING, next_ask_at=at)
        due = mine.filter(next_ask_at__lte=at).order_by("next_ask_at", "id")
        checkout = due.select_for_update(skip_locked=True).first()
        if checkout is not None:
            checkout.asks += 1
            checkout.next_ask_at = at + LEASE
            checkout.save(update_fields=["asks", "next_ask_at"])
        return checkout


def _overtaken(mine: QuerySet[Checkout]) -> QuerySet[Checkout]:
    """What is open at the provider over another amount than is to pay: a payment or a credit came.

    Nobody shall pay that by mistake; who does so all the same is owed it back.
    """
    standings = Standing.objects.filter(
        organization_id=OuterRef("organization_id"), id=OuterRef("invoice_id")
    )
    open_now = Subquery(standings.values("open_minor"))
    return mine.filter(state=CheckoutState.OPEN).exclude(amount_minor=open_now)


def put_off(checkout: Checkout, *, at: datetime) -> None:
    """Ask again later, unless somebody has asked meanwhile; in no scope."""
    with scope(checkout.organization_id):
        still = Checkout.objects.filter(
            organization_id=checkout.organization_id, id=checkout.id, asks=checkout.asks
        )
        still.filter(next_ask_at=checkout.next_ask_at).update(
            next_ask_at=at + WAITS.get(checkout.asks, LATER)
        )


def settle_unpaid(checkout: Checkout) -> None:
    """Note that nobody will pay by a checkout any more; one that is paid stays so. In no scope."""
    with scope(checkout.organization_id):
        rows = Checkout.objects.filter(organization_id=checkout.organization_id, id=checkout.id)
        rows.exclude(state__in=[CheckoutState.PAID, CheckoutState.STRANGE]).update(
            state=CheckoutState.OVER, url=""
        )
        rows.filter(next_ask_at=checkout.next_ask_at).update(next_ask_at=None)
