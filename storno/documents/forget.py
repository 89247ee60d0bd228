"""Forgetting who was billed once no paper names them any more, and the links to papers long erased.

A client's row serves its papers. When the last of them has been erased lawfully (erase.py) and the
client is not in use, nobody is known by it for longer than needed (GDPR art. 5(1)(e)): the row
keeps its number, which amounts and history go by, and says nothing else.

A link to an invoice outlives its last day: whoever holds it can have a new one mailed. It goes with
what it leads to.
"""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from storno.clients.forget import forget
from storno.clients.models import Client, Contact
from storno.documents.models import Document, Draft, Erasure, Standing
from storno.history.models import Event
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import LinkKind, PublicLink, Seller
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import system
from storno.organizations.scope import scope

BATCH = 250


def forget_clients(organization_id: UUID, *, at: datetime) -> int:
    """Forget all clients of an organization whose papers are erased; return how many there were.

    Never one in use: on a draft or a paper that is kept, with money open or owed back, a contact of
    another, or, unless it is archived, entered or changed within the time for which a paper of that
    day is kept. One that was never billed is its member's to delete. Goes in batches, each in its
    own transaction.
    """
    forgotten = 0
    while batch := _forget_batch(organization_id, at):
        forgotten += batch
    return forgotten


def _forget_batch(organization_id: UUID, at: datetime) -> int:
    with scope(organization_id):
        seller = seller_of(organization_id)
        let_go = _let_go(seller, at)
        # Locked first and looked at again: a draft that is being written holds its recipient.
        locked = list(let_go.select_for_update(skip_locked=True).order_by("id")[:BATCH])
        clients = list(let_go.filter(id__in=[client.id for client in locked]))
        forget(clients, who=system(organization_id), at=at)
        return len(clients)


def _let_go(seller: Seller, at: datetime) -> QuerySet[Client]:
    """The clients that nothing needs any more."""
    mine = {"organization_id": seller.organization_id}
    erased = Erasure.objects.filter(**mine, document_id=OuterRef("id"))
    papers = Document.objects.filter(**mine, recipient_id=OuterRef("id"))
    unsettled = Q(open_minor__gt=0) | Q(owed_back_minor__gt=0)
    used = Event.objects.filter(**mine, subject_id=OuterRef("id"), at__gte=_idle_since(seller, at))
    return (
        Client.objects.filter(**mine, forgotten_at=None)
        .filter(Exists(papers))
        .exclude(Exists(papers.exclude(Exists(erased))))
        .exclude(Exists(Draft.objects.filter(**mine, recipient_id=OuterRef("id"))))
        .exclude(Exists(Contact.objects.filter(**mine, party_id=OuterRef("id"))))
        .exclude(Exists(Standing.objects.filter(unsettled, **mine, recipient_id=OuterRef("id"))))
        .filter(Q(archived_at__isnull=False) | ~Exists(used))
    )


def _idle_since(seller: Seller, at: datetime) -> datetime:
    """The beginning of the first year whose papers must still be kept."""
    rules, today = COUNTRIES[seller.country], day_of(seller, at)
    first = today.replace(month=1, day=1)
    while rules.retain_until(date(first.year - 1, 12, 31)) >= today:
        first = first.replace(year=first.year - 1)
    return datetime.combine(first, time.min, ZoneInfo(seller.time_zone))


def forget_links(organization_id: UUID) -> int:
    """Delete the links to invoices that are erased; return how many there were."""
    with scope(organization_id):
        erased = Erasure.objects.filter(
            organization_id=organization_id, document_id=OuterRef("subject_id")
        )
        gone, _by_model = PublicLink.objects.filter(
            Exists(erased), organization_id=organization_id, kind=LinkKind.DOCUMENT
        ).delete()
    return gone
