"""Another usual way of invoicing, of the organization or of who pays, and the drafts there are.

How a session is invoiced goes by the organization, then by who pays, then by its own choice: at
each moment, so what is drafted follows a new usual way in the same transaction. Two things nobody
who changes it expects, so they do not happen: that papers leave at once, and that sessions which
are over are no longer among those still to be invoiced. Their drafts keep the way they had, which
is the session's own from then on; only what was to leave by itself is always kept back.

Order of locks: the usual way, which every deed on a diary shares, the bookings, their drafts, the
settings or the client.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from storno.administration.change_organization import write_organization
from storno.administration.change_settings import SettingsChanges, write_settings
from storno.administration.seller import SellerChanges
from storno.clients.models import Client
from storno.clients.save import ClientInput, entered_in, lock_clients, write_client
from storno.core.refusals import Absent
from storno.diary.bill import SESSION, Billing, lock_billings
from storno.diary.method import follow_method, method_of
from storno.diary.models import Booking, BookingState
from storno.diary.slot import lock_usual_way
from storno.diary.timing import Drafted, moment_of_issue, time_drafts
from storno.documents.elsewhere import is_paid_elsewhere
from storno.documents.hold import leaves_by_itself
from storno.documents.models import Draft, DraftLine, Kind
from storno.organizations.models import Method, Settings
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import unlimited


@deed
def change_way_of_working(changes: SettingsChanges, *, who: Actor, at: datetime) -> int:
    """Change how the organization works; return how many drafts follow.

    Raises Invalid, NotAllowed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    drafted = _lock_where_moved(changes, who)
    settings = write_settings(changes, who=who, at=at)
    return _follow(drafted, settings, who=who, at=at)


@deed
def change_organization(
    seller: SellerChanges, settings: SettingsChanges, *, who: Actor, at: datetime
) -> None:
    """Write the details and the settings that are given, all of it or nothing; drafts follow.

    Raises Invalid with every wrong field, those of the settings as `settings.…`; NotAllowed;
    SignInAgain for another account.
    """
    who.must(Deed.CHANGE_SETTINGS)
    drafted = _lock_where_moved(settings, who)
    write_organization(seller, settings, who=who, at=at)
    _follow(drafted, settings_of(who.organization_id), who=who, at=at)


@deed
def change_client(
    client_id: UUID, amend: Callable[[ClientInput], ClientInput], *, who: Actor, at: datetime
) -> tuple[Client, int]:
    """Enter a client anew, as `amend_client`; return it, and how many drafts it pays follow.

    Raises Absent, Invalid, NotAllowed, ClientIsForgotten, ClientIsErased.
    """
    who.must(Deed.KEEP_CLIENTS)
    mine = Client.objects.filter(organization_id=who.organization_id, id=client_id)
    found = mine.first()
    if found is None:
        raise Absent
    now = entered_in(found)
    drafted: Sequence[_Drafted] = ()
    if amend(now).method != now.method:
        drafted = _lock_undecided(Q(recipient_id=client_id), who)
    client = lock_clients([client_id], who=who)[client_id]
    client = write_client(client, amend(entered_in(client)), who=who, at=at)
    for each in drafted:
        if each.payer is not None:
            each.payer.method = client.method
    return client, _follow(drafted, settings_of(who.organization_id), who=who, at=at)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A locked session with the locked draft that bills it, and how it was invoiced up to now."""

    session: Booking
    draft: Draft
    payer: Client | None
    was: Method


def _lock_where_moved(changes: SettingsChanges, who: Actor) -> Sequence[_Drafted]:
    """Lock what settings can move: nothing, where they say nothing of how sessions are invoiced."""
    if (changes.method, changes.automatic_at, changes.automatic_minutes) == (None, None, None):
        return ()
    return _lock_undecided(Q(), who)


def _lock_undecided(which: Q, who: Actor) -> list[_Drafted]:
    """Lock the drafts that bill sessions and of which nobody has decided, with their sessions.

    A corrected draft awaits its decision, so it has no usual way. All there are: what somebody
    limited changes of a payer holds for those as well that only others may see.
    """
    mine = {"organization_id": who.organization_id}
    lock_usual_way(who.organization_id)
    settings = settings_of(who.organization_id)
    with unlimited():
        drafts = Draft.objects.filter(which, **mine, kind=Kind.INVOICE, replaces=None)
        lines = DraftLine.objects.filter(**mine, draft__in=drafts, source_kind=SESSION)
        sessions = list(
            Booking.objects.filter(**mine, id__in=lines.values("source_id"))
            .filter(method__in=["", Method.AUTOMATIC])
            .exclude(state=BookingState.CANCELLED)
            .select_related("client", "recipient")
            .select_for_update(of=("self",))
            .order_by("id")
        )
    billings = lock_billings(sessions)
    pairs = ((session, billings[session.id]) for session in sessions)
    return [found for pair in pairs if (found := _undecided(*pair, settings)) is not None]


def _undecided(session: Booking, billing: Billing, settings: Settings) -> _Drafted | None:
    draft, payer = billing.draft, billing.payer
    if draft is None or draft.replaces_id is not None or billing.invoice is not None:
        return None
    return _Drafted(session, draft, payer, method_of(session, settings, payer))


def _follow(drafted: Sequence[_Drafted], settings: Settings, *, who: Actor, at: datetime) -> int:
    """Let locked drafts follow how their sessions are usually invoiced now; tell how many do."""
    if not drafted:
        return 0
    with unlimited():
        return _follow_all(drafted, settings, who=who, at=at)


def _follow_all(
    drafted: Sequence[_Drafted], settings: Settings, *, who: Actor, at: datetime
) -> int:
    timed: list[Drafted] = []
    kept: dict[Method, list[UUID]] = {}
    followed = 0
    for each in drafted:
        usual = method_of(each.session, settings, each.payer)
        asked = Drafted(each.draft, each.session, usual)
        stays = _stays(each, asked, settings, at=at)
        if stays is not None:
            kept.setdefault(stays, []).append(each.session.id)
        elif usual != each.was:
            follow_method(each.draft, usual, who=who, at=at)
            timed.append(asked)
            followed += 1
        elif each.draft.issues_at is not None and each.session.ends_at > at:
            timed.append(asked)
    time_drafts(timed, settings, who=who, at=at)
    mine = Booking.objects.filter(organization_id=who.organization_id)
    for method, ids in kept.items():
        mine.filter(id__in=ids).update(method=method, version=F("version") + 1)
    return followed


def _stays(each: _Drafted, asked: Drafted, settings: Settings, *, at: datetime) -> Method | None:
    """The way that a session keeps; None where it follows, or where nothing is new."""
    draft, usual = each.draft, asked.method
    if usual == each.was:
        return None
    is_held = draft.goes_at is not None and not leaves_by_itself(draft, at=at)
    says = _said_by(draft)
    if is_held or says != each.was:  # somebody decided on the draft
        return says
    if usual is Method.MANUAL and each.was is Method.AUTOMATIC:
        return None
    is_over = each.session.ends_at <= at or is_paid_elsewhere(draft)
    moment = moment_of_issue(asked, settings, at=at)
    return says if is_over or (moment is not None and moment <= at) else None


def _said_by(draft: Draft) -> Method:
    """How a session is invoiced by its draft alone."""
    if draft.external_at is not None:
        return Method.EXTERNAL
    return Method.MANUAL if draft.issues_at is None else Method.AUTOMATIC
