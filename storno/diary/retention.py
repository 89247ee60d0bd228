"""Until when clients are kept: some years after the last session or paper, or a day by hand.

What is over is only listed: to erase somebody is decided by a person, who sees first what goes and
what stays.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import ClassVar
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import DateField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.clients.save import lock_clients
from storno.clients.sight import looked_after
from storno.core.refusals import invalid
from storno.diary.models import Booking, BookingKind
from storno.documents.models import Document
from storno.history.models import Event
from storno.history.record import Happening, record
from storno.organizations.models import Settings
from storno.organizations.once import deed
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor, Deed

MOST_LISTED = 200
LONGEST_YEARS = 50


@dataclass(frozen=True)
class RetentionChanged(Happening):
    """Until when a client is kept was chosen, or left to the setting again."""

    kind: ClassVar = "client.retention_changed"
    sentence: ClassVar = _("Until when %(number)s is kept was changed.")
    number: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A client, the last day on which anything happened, and the day until which it is kept."""

    client: Client
    last_on: date
    until: date


@deed
def keep_client(client_id: UUID, until: date | None, *, who: Actor, at: datetime) -> Client:
    """Choose until when a client is kept; None leaves it to the organization's setting.

    Raises Absent, Invalid, NotAllowed, ClientIsForgotten, ClientIsErased.
    """
    who.must(Deed.ERASE_CLIENTS)
    client = lock_clients([client_id], who=who)[client_id]
    today = day_of(seller_of(who.organization_id), at)
    if until is not None and not today <= until <= today + relativedelta(years=LONGEST_YEARS):
        words = _("A day from today on, and within 50 years.")
        raise invalid("keep_until", "out_of_range", words)
    client.keep_until = until
    client.save(force_update=True)
    record(RetentionChanged(client.number), subject_id=client.id, who=who, at=at)
    return client


def kept(client: Client, settings: Settings, at: datetime) -> Kept:
    """Until when a client is kept; in a scope."""
    found = _with_last(client.organization_id).get(id=client.id)
    return _kept(found, settings.client_years, at)


def due_clients(settings: Settings, *, who: Actor, at: datetime) -> list[Kept]:
    """The clients whose time is over, by name, 200 at most; in a scope.

    `settings` were read with their seller.
    """
    mine, years = who.organization_id, settings.client_years
    today = day_of(settings.seller, at)
    theirs = Client.objects.filter(
        looked_after(who), organization_id=mine, erasing_at=None, forgotten_at=None
    )
    chosen = theirs.filter(keep_until__lt=today)
    idle = _unused_since(today - relativedelta(years=years), theirs.filter(keep_until=None))
    over = [
        id_
        for clients in (chosen, idle)
        for id_ in clients.order_by("sort_key", "id").values_list("id", flat=True)[:MOST_LISTED]
    ]
    listed = _with_last(mine).filter(id__in=over).order_by("sort_key", "id")
    return [_kept(each, years, at) for each in listed[:MOST_LISTED]]


def _unused_since(day: date, clients: QuerySet[Client]) -> QuerySet[Client]:
    """Those of whom `last_on` would be before a day, without asking for it of each of them."""
    mine = {"organization_id": OuterRef("organization_id")}
    since = datetime.combine(day, time.min, UTC)
    sessions = Booking.objects.filter(
        **mine, client_id=OuterRef("id"), kind=BookingKind.SESSION, starts_at__gte=since
    )
    papers = Document.objects.filter(**mine, recipient_id=OuterRef("id"), issued_on__gte=day)
    events = Event.objects.filter(**mine, subject_id=OuterRef("id"), at__gte=since)
    return clients.filter(~Exists(sessions), ~Exists(papers), ~Exists(events))


def locked_clients(*, organization_id: UUID) -> list[Client]:
    """The clients erased but for what must be kept, by name, 200 at most; in a scope."""
    mine = Client.objects.filter(organization_id=organization_id, forgotten_at=None)
    return list(mine.filter(erasing_at__isnull=False).order_by("sort_key", "id")[:MOST_LISTED])


def _kept(client: Client, years: int, at: datetime) -> Kept:
    last_on: date = client.last_on or at.date()  # type: ignore[attr-defined]
    return Kept(client, last_on, client.keep_until or last_on + relativedelta(years=years))


def _with_last(organization_id: UUID) -> QuerySet[Client]:
    """Clients with the last day of a session, a paper or a change, as `last_on`."""
    mine = {"organization_id": organization_id}
    sessions = Booking.objects.filter(
        **mine, client_id=OuterRef("id"), kind=BookingKind.SESSION
    ).order_by("-starts_at")
    papers = Document.objects.filter(**mine, recipient_id=OuterRef("id")).order_by("-issued_on")
    events = Event.objects.filter(**mine, subject_id=OuterRef("id")).order_by("-id")
    return Client.objects.filter(**mine).annotate(
        last_on=Greatest(
            Cast(Subquery(sessions.values("starts_at")[:1]), DateField()),
            Subquery(papers.values("issued_on")[:1]),
            Cast(Subquery(events.values("at")[:1]), DateField()),
        )
    )
