"""Erasing a client as far as the law lets it go, and locking the rest until its day.

The right to erasure ends where a law obliges to keep (GDPR art. 17(3)(b)): papers bear a copy of
their own and stay as they are until their day, booked hours as well where they must be documented
(bokføringsforskriften § 5-15). For as long the client's row keeps what these need, a name and an
address, and is locked; the worker's round empties it afterwards (`forget.py`). All else goes at
once, and nobody can bring it back.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.delete import ClientIsAContact, drop_unneeded
from storno.clients.models import Client, ClientWord, Consent, Contact, Import
from storno.clients.queries import client_looked_after
from storno.clients.save import lock_clients
from storno.core.refusals import Blocked, Blocker, Refused, invalid
from storno.diary.forget import documented_since, erase_traces, forget_all, is_needed
from storno.diary.models import Booking, BookingState, Series
from storno.documents.models import Document, Draft, DraftLine, Erasure, Standing
from storno.history.record import Happening, record
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import KeptAnswer, LinkKind, PublicLink
from storno.organizations.once import deed
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor, Deed


class HasSessionsAhead(Refused):
    """Sessions with the client, or that it pays, are still to come."""

    code = "sessions_ahead"
    message = _("There are sessions ahead.")
    remedy = _("Cancel them first, or choose who else pays for them.")


class HasDrafts(Refused):
    """Drafts go to the client or bill its sessions."""

    code = "has_drafts"
    message = _("There are drafts.")
    remedy = _("Send or delete them first.")


class IsUnsettled(Refused):
    """Invoices of the client are not paid, or money is owed back."""

    code = "is_unsettled"
    message = _("There is money still to be paid, or owed back.")
    remedy = _("Settle or cancel these invoices first.")


@dataclass(frozen=True)
class ClientErased(Happening):
    """A client was erased by somebody's decision, as far as the law lets it go."""

    kind: ClassVar = "client.erased"
    sentence: ClassVar = _("Recipient %(number)s was erased.")
    number: int


@dataclass(frozen=True, slots=True)
class ForeseenErasure:
    """What erasing a client would do: what goes at once, what stays until when, what is in the way.

    The days are the last on which something must be kept; None where nothing must.
    """

    client: Client
    consents: int
    contacts: int
    sessions: int
    papers: int
    papers_until: date | None
    bookings: int
    bookings_until: date | None
    blockers: tuple[Blocker, ...]

    @property
    def until(self) -> date | None:
        """The last day on which anything must be kept."""
        return max(filter(None, (self.papers_until, self.bookings_until)), default=None)


def foresee_erasure(client_id: UUID, *, who: Actor, at: datetime) -> ForeseenErasure:
    """What erasing a client would do now; in a scope. Raises Absent."""
    return _foresee(client_looked_after(client_id, who=who), at)


@deed
def erase_client(client_id: UUID, *, number: int, who: Actor, at: datetime) -> ForeseenErasure:
    """Erase a client for good; `number` is its own, entered once more by who means it.

    Raises Absent, Invalid, NotAllowed, SignInAgain, Blocked, ClientIsForgotten, ClientIsErased.
    """
    who.must(Deed.ERASE_CLIENTS)
    who.must_be_fresh()
    mine = {"organization_id": who.organization_id}
    sessions = Booking.objects.filter(**mine, client_id=client_id)
    list(sessions.select_for_update(of=("self",)).order_by("id").values_list("id"))
    beside = Contact.objects.filter(**mine, client_id=client_id)
    parties = set(beside.values_list("party_id", flat=True))
    locked = lock_clients([client_id], beside=parties, who=who)
    client = locked.pop(client_id)
    if number != client.number:
        raise invalid("number", "another", _("This is another number."))
    foreseen = _foresee(client, at)
    if foreseen.blockers:
        raise Blocked(foreseen.blockers)
    beside.delete()
    _drop_answers(client, sessions)
    _lock_away(client, at)
    _drop_what_nobody_must_keep(client, sessions)
    record(ClientErased(client.number), subject_id=client.id, who=who, at=at)
    drop_unneeded(locked.values(), who=who, at=at)
    if not is_needed(client, seller_of(client.organization_id), at):
        forget_all([client], who=who, at=at)
    return foreseen


def _foresee(client: Client, at: datetime) -> ForeseenErasure:
    mine = {"organization_id": client.organization_id}
    seller = seller_of(client.organization_id)
    papers = Document.objects.filter(**mine, recipient_id=client.id).exclude(
        id__in=Erasure.objects.filter(**mine).values("document_id")
    )
    sessions = Booking.objects.filter(**mine, client_id=client.id)
    documented = sessions.filter(starts_at__gte=documented_since(seller, at))
    last = documented.aggregate(last=Max("starts_at"))["last"]
    rules = COUNTRIES[seller.country]
    return ForeseenErasure(
        client=client,
        consents=Consent.objects.filter(**mine, client_id=client.id).count(),
        contacts=Contact.objects.filter(**mine, client_id=client.id).count(),
        sessions=sessions.count(),
        papers=papers.count(),
        papers_until=papers.aggregate(last=Max("retain_until"))["last"],
        bookings=documented.count() if rules.booking_years else 0,
        bookings_until=rules.booking_until(day_of(seller, last)) if last else None,
        blockers=tuple(_blockers(client, at)),
    )


def _blockers(client: Client, at: datetime) -> list[Blocker]:
    """What must be done first."""
    mine = {"organization_id": client.organization_id}
    ahead = Booking.objects.filter(
        Q(client_id=client.id) | Q(recipient_id=client.id),
        **mine,
        state=BookingState.BOOKED,
        ends_at__gt=at,
    )
    whose = Q(recipient_id=client.id) | Q(
        id__in=DraftLine.objects.filter(**mine, served_id=client.id).values("draft_id")
    )
    unsettled = Standing.objects.filter(
        Q(open_minor__gt=0) | Q(owed_back_minor__gt=0) | Q(cancelling_at__isnull=False),
        **mine,
        recipient_id=client.id,
    )
    found: list[type[Refused]] = []
    if ahead.exists():
        found.append(HasSessionsAhead)
    if Draft.objects.filter(whose, **mine, external_at=None).exists():
        found.append(HasDrafts)
    if unsettled.exists():
        found.append(IsUnsettled)
    if Contact.objects.filter(**mine, party_id=client.id).exists():
        found.append(ClientIsAContact)
    return [Blocker(each.code, each.message, each.remedy) for each in found]


def _lock_away(client: Client, at: datetime) -> None:
    """Leave of the row what papers and booked hours need, and let nobody find it."""
    client.email = client.phone = client.channel = client.method = client.time_zone = ""
    client.shared, client.keep_until = False, None
    client.archived_at, client.erasing_at = client.archived_at or at, at
    client.save(force_update=True)
    words = ClientWord.objects.filter(organization_id=client.organization_id, client_id=client.id)
    words.delete()


def _drop_answers(client: Client, sessions: QuerySet[Booking]) -> None:
    """Delete the kept answers that tell of a client, of its sessions or of its papers.

    Those of imports as well: whoever was new, or wrong, is named there by what the file said.
    """
    mine = {"organization_id": client.organization_id}
    papers = Document.objects.filter(**mine, recipient_id=client.id)
    ids = [client.id, *(id_ for rows in (sessions, papers) for (id_,) in rows.values_list("id"))]
    told = [re.escape(each) for each in (*map(str, ids), client.email, client.phone) if each]
    named = Q(body__regex="|".join(told)) | Q(path__regex="|".join(map(str, ids)))
    KeptAnswer.objects.filter(named | Q(path__endswith="/clients/import"), **mine).delete()


def _drop_what_nobody_must_keep(client: Client, sessions: QuerySet[Booking]) -> None:
    """Delete or empty all that is told of a client elsewhere, where no law asks for it."""
    mine = {"organization_id": client.organization_id}
    ids = [*sessions.values_list("id", flat=True)]
    Consent.objects.filter(**mine, client_id=client.id).delete()
    # Files are kept for a day, and any of them may name the client.
    Import.objects.filter(**mine).delete()
    PublicLink.objects.filter(**mine, kind=LinkKind.SESSION, subject_id__in=ids).delete()
    sessions.update(title="", place="", video="")
    Series.objects.filter(**mine, client_id=client.id).update(place="", video="")
    erase_traces([client.id])
    records = Draft.objects.filter(**mine, recipient_id=client.id)
    lines = DraftLine.objects.filter(
        Q(draft_id__in=records.values("id")) | Q(served_id=client.id), **mine
    )
    lines.update(description="…")
    records.update(
        deliver_to="",
        buyer_reference="",
        case_number="",
        opening_text="",
        closing_text="",
        reason_text="",
        external_number="",
        external_paid_by="",
    )
