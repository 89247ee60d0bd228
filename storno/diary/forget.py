"""Forgetting who was billed once no paper names them any more, and the links to papers long erased.

A client's row serves its papers. When the last of them has been erased lawfully (erase.py) and the
client is not in use, nobody is known by it for longer than needed (GDPR art. 5(1)(e)): the row
keeps its number, which amounts and history go by, and says nothing else.

A link to an invoice outlives its last day: whoever holds it can have a new one mailed. It goes with
what it leads to. One to a session goes a while after its page is closed.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from storno.clients.forget import forget
from storno.clients.models import Client, Contact
from storno.diary.models import Booking, BookingKind, Series
from storno.documents.models import Document, Draft, DraftLine, Erasure, Standing
from storno.history.models import Event
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import LinkKind, PublicLink, Seller
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope

BATCH = 250

LINKS_FOR = timedelta(days=90)
"""How long after a session its link is known, of which its page says the last while it is over."""


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
        forget_all(clients, who=system(organization_id), at=at)
        return len(clients)


def is_needed(client: Client, seller: Seller, at: datetime) -> bool:
    """Whether anything must still know who a client is that somebody has erased."""
    return not _let_go(seller, at).filter(id=client.id).exists()


def _let_go(seller: Seller, at: datetime) -> QuerySet[Client]:
    """The clients that nothing needs any more; of erased ones only the law's time counts."""
    mine = {"organization_id": seller.organization_id}
    erased = Erasure.objects.filter(**mine, document_id=OuterRef("id"))
    papers = Document.objects.filter(**mine, recipient_id=OuterRef("id"))
    drafts = Draft.objects.filter(**mine, recipient_id=OuterRef("id"))
    served = DraftLine.objects.filter(**mine, served_id=OuterRef("id"))
    unsettled = Q(open_minor__gt=0) | Q(owed_back_minor__gt=0)
    idle_since = _idle_since(seller, at)
    used = Event.objects.filter(**mine, subject_id=OuterRef("id"), at__gte=idle_since)
    sessions = Booking.objects.filter(**mine, kind=BookingKind.SESSION)
    his = sessions.filter(client_id=OuterRef("id"))
    paid = sessions.filter(recipient_id__isnull=False, starts_at__gte=idle_since)
    in_use = Q(erasing_at=None) & (
        Exists(drafts)
        | Exists(his.filter(starts_at__gte=idle_since))
        | Q(id__in=paid.values("recipient_id"))
    )
    return (
        Client.objects.filter(**mine, forgotten_at=None)
        .filter(Exists(papers) | Q(erasing_at__isnull=False))
        .exclude(Exists(papers.exclude(Exists(erased))))
        .exclude(Exists(his.filter(starts_at__gte=documented_since(seller, at))))
        .exclude(in_use)
        .exclude(Exists(drafts.filter(external_at=None)))
        .exclude(Exists(served.filter(draft__external_at=None)))
        .exclude(Exists(Contact.objects.filter(**mine, party_id=OuterRef("id"))))
        .exclude(Exists(Standing.objects.filter(unsettled, **mine, recipient_id=OuterRef("id"))))
        .filter(Q(archived_at__isnull=False) | ~Exists(used))
    )


def forget_all(clients: Sequence[Client], *, who: Actor, at: datetime) -> None:
    """Forget locked clients, and what their sessions say of them, within the caller's scope."""
    mine, ids = who.organization_id, [client.id for client in clients]
    texts = {"title": "", "description": "", "place": "", "video": ""}
    Booking.objects.filter(organization_id=mine, client_id__in=ids).update(**texts)
    Series.objects.filter(organization_id=mine, client_id__in=ids).update(place="", video="")
    forget(clients, who=who, at=at)
    erase_traces(ids)


def erase_traces(ids: Sequence[UUID]) -> None:
    """Delete what was told to clients that are being erased or forgotten, and the looks at them.

    The application may not delete it otherwise (erase.sql).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_traces(id) FROM unnest(%s::uuid[]) AS id", [list(ids)])


def documented_since(seller: Seller, at: datetime) -> datetime:
    """The first moment whose bookings must still be documented; `at` where none must."""
    years = COUNTRIES[seller.country].booking_years
    if not years:
        return at
    first = date(day_of(seller, at).year - years, 1, 1)
    return datetime.combine(first, time.min, ZoneInfo(seller.time_zone))


def _idle_since(seller: Seller, at: datetime) -> datetime:
    """The beginning of the first year whose papers must still be kept."""
    rules, today = COUNTRIES[seller.country], day_of(seller, at)
    first = today.replace(month=1, day=1)
    while rules.retain_until(date(first.year - 1, 12, 31)) >= today:
        first = first.replace(year=first.year - 1)
    return datetime.combine(first, time.min, ZoneInfo(seller.time_zone))


def forget_links(organization_id: UUID, *, at: datetime) -> int:
    """Delete the links to what is gone or long over; return how many there were.

    That is an invoice that is erased, and a session after whose end, or that of the last one of its
    series, the page has said for long enough that it is over.
    """
    mine = {"organization_id": organization_id}
    with scope(organization_id):
        links = PublicLink.objects.filter(**mine)
        erased = Erasure.objects.filter(**mine, document_id=OuterRef("subject_id"))
        papers, _by_model = links.filter(Exists(erased), kind=LinkKind.DOCUMENT).delete()
        lately = Booking.objects.filter(**mine, ends_at__gte=at - LINKS_FOR)
        used = Q(Exists(lately.filter(id=OuterRef("subject_id")))) | Q(
            subject_id__in=Booking.objects.filter(
                **mine, series__in=lately.exclude(series=None).values("series")
            ).values("id")
        )
        sessions, _by_model = links.filter(kind=LinkKind.SESSION).exclude(used).delete()
    return papers + sessions
