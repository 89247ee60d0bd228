"""Finding services: by id, by name in pages, and as one types. All of it needs the scope."""

from uuid import UUID

from django.db.models import Q

from storno.catalogue.models import Service
from storno.core.folding import words_sought
from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent


def service_with(service_id: UUID, *, organization_id: UUID) -> Service:
    """The service with this id. Raises Absent."""
    found = Service.objects.filter(organization_id=organization_id, id=service_id).first()
    if found is None:
        raise Absent
    return found


def offers_sessions(organization_id: UUID) -> bool:
    """Whether a service on offer is booked in the diary."""
    rows = Service.objects.filter(organization_id=organization_id, archived_at=None)
    return rows.filter(minutes__isnull=False).exists()


def services_by_name(
    text: str = "",
    *,
    organization_id: UUID,
    archived: bool = False,
    bookable: bool = False,
    after: Place | None = None,
    limit: int = 50,
) -> Page[Service]:
    """The services on offer, or those in the archive, with every word in their name.

    A word may stand anywhere: a catalogue is short enough to be read through. `bookable` leaves
    those that are booked in the diary. Raises Invalid for a limit out of range.
    """
    rows = Service.objects.filter(organization_id=organization_id, archived_at__isnull=not archived)
    if bookable:
        rows = rows.filter(minutes__isnull=False)
    for word in words_sought(text):
        rows = rows.filter(sort_key__contains=word)
    if after is not None:
        # The first condition alone can be a range of the index; the second drops its first rows.
        rows = rows.filter(sort_key__gte=after.key).filter(
            Q(sort_key__gt=after.key) | Q(id__gt=after.id)
        )
    return page_of(
        rows.order_by("sort_key", "id")[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda service: Place(service.sort_key, service.id),
    )
