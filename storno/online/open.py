"""Going to the provider's page from the page of an invoice, and coming back from it.

The row of the checkout is there before the provider is asked, and its id is the idempotency key:
whoever is killed or presses twice in between opens one checkout and no second one. Order of locks:
the standing.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.documents.letter import page_address
from storno.documents.models import Document, Standing
from storno.documents.public import valid_link
from storno.documents.queries import document as read_document
from storno.online.account import ProviderIsAway, must_be_set_up, provider_of
from storno.online.models import Checkout, CheckoutState
from storno.online.offer import can_be_paid, is_offered
from storno.online.provider import Asked, Opened, Provider, ProviderAway, ProviderSaysNo
from storno.organizations.models import PublicLink
from storno.organizations.scope import scope

LASTS = timedelta(hours=23)
"""How long a checkout is handed out again; the provider ends it an hour later."""

FIRST_ASK = timedelta(minutes=2)
"""When the provider is asked how a new checkout stands, unless it tells before."""


class NotByCard(Refused):
    """The invoice cannot be paid by card: nobody has offered it, or nothing is to pay."""

    code = "not_by_card"
    message = gettext_lazy("This invoice cannot be paid by card now.")
    remedy = gettext_lazy("The page of the invoice says how it stands, and how else it is paid.")


class ProviderRefuses(Refused):
    """The provider opens no checkout for this, as for an amount that is too small for cards."""

    code = "provider_refuses"
    message = gettext_lazy("The payment provider does not take this payment.")
    remedy = gettext_lazy("Pay it by bank transfer, as the page of the invoice says.")


def open_checkout(signed: str, *, at: datetime) -> str:
    """The address at the provider where the invoice behind a link is paid by card.

    Raises Absent, LinkExpired, NotSetUp, NoCardsInCustody, NotByCard, ProviderIsAway,
    ProviderRefuses.
    """
    link = valid_link(signed, at=at)
    mine = link.organization_id
    with scope(mine):
        account = must_be_set_up(mine)
        invoice = read_document(link.subject_id, mine)
        standing = Standing.objects.select_for_update().get(organization_id=mine, id=invoice.id)
        if not (can_be_paid(standing) and is_offered(invoice.id, mine)):
            raise NotByCard
        checkout = _checkout_for(standing, link, at=at)
    if checkout.url:
        return checkout.url
    return open_at_provider(checkout, link, invoice, provider_of(account), at=at).url


def open_at_provider(
    checkout: Checkout, link: PublicLink, invoice: Document, provider: Provider, *, at: datetime
) -> Opened:
    """Have a checkout opened for whose row is there; in no scope.

    Raises ProviderIsAway, ProviderRefuses.
    """
    mine = checkout.organization_id
    rows = Checkout.objects.filter(organization_id=mine, id=checkout.id, session="")
    try:
        opened = provider.open(_asked(checkout, link, invoice))
    except ProviderAway:
        raise ProviderIsAway from None
    except ProviderSaysNo:
        with scope(mine):
            rows.update(state=CheckoutState.OVER, next_ask_at=None)
        raise ProviderRefuses from None
    with scope(mine):
        rows.filter(state=CheckoutState.OPENING).update(
            state=CheckoutState.OPEN, url=opened.url, next_ask_at=at + FIRST_ASK
        )
        rows.update(session=opened.session)
    return opened


def _checkout_for(standing: Standing, link: PublicLink, *, at: datetime) -> Checkout:
    """The checkout over what is open now: the one there is, or a new one; others are ended."""
    mine, amount = standing.organization_id, standing.open_minor
    of_it = Checkout.objects.filter(organization_id=mine, invoice_id=standing.id)
    current = of_it.filter(
        state__in=[CheckoutState.OPENING, CheckoutState.OPEN],
        amount_minor=amount,
        opened_at__gt=at - LASTS,
        link_id=link.id,
    ).first()
    if current is not None:
        return current
    of_it.filter(state=CheckoutState.OPEN).update(state=CheckoutState.ENDING, next_ask_at=at)
    return Checkout.objects.create(
        id=new_id(),
        organization_id=mine,
        invoice_id=standing.id,
        amount_minor=amount,
        state=CheckoutState.OPENING,
        link_id=link.id,
        opened_at=at,
        next_ask_at=at + FIRST_ASK,
    )


def _asked(checkout: Checkout, link: PublicLink, invoice: Document) -> Asked:
    """What the provider is told, the same on every try."""
    with override(invoice.language):
        title = _("Invoice %(number)s") % {"number": invoice.number}
    page = page_address(link)
    return Asked(
        id=checkout.id,
        amount_minor=checkout.amount_minor,
        currency=invoice.currency,
        title=title,
        language=invoice.language,
        back_url=page,
        paid_url=f"{page}/paid",
    )


def come_back(signed: str, *, at: datetime) -> bool:
    """Have the provider asked at once how the invoice's checkouts stand; whether there is one.

    Called by whoever comes back from the provider's page. Raises Absent, LinkExpired.
    """
    link = valid_link(signed, at=at)
    with scope(link.organization_id):
        waiting = _unsettled(link.subject_id, link.organization_id)
        return bool(waiting.exclude(state=CheckoutState.OPENING).update(next_ask_at=at, asks=0))


def is_waited_for(signed: str, *, at: datetime) -> bool:
    """Whether a payment by card may still come in for the invoice behind a link.

    Raises Absent, LinkExpired.
    """
    link = valid_link(signed, at=at)
    with scope(link.organization_id):
        return _unsettled(link.subject_id, link.organization_id).exists()


def _unsettled(invoice_id: UUID, organization_id: UUID) -> QuerySet[Checkout]:
    of_it = Checkout.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    return of_it.filter(state__in=[CheckoutState.OPENING, CheckoutState.OPEN, CheckoutState.ENDING])
