"""What practitioners are told of their diaries by e-mail: that a client has cancelled.

It says when the session was to be, and no word of who or what for: that is behind the sign-in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.core.refusals import NotAllowed
from storno.diary.models import Booking, BookingState
from storno.diary.words import from_to, full_day, short_day
from storno.history.record import Happening, record
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Membership, Organization
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.printing.labels import language_called

CANCELLED_BY_CLIENT = "session_cancelled_by_client"
"""The kind of letter."""


@dataclass(frozen=True)
class CancellationsMailed(Happening):
    """A practitioner wants to be told by e-mail that a client has cancelled."""

    kind: ClassVar = "member.cancellations_mailed"
    sentence: ClassVar = _("E-mails about cancellations by clients were turned on.")


@dataclass(frozen=True)
class CancellationsNotMailed(Happening):
    """A practitioner wants no e-mail when a client has cancelled."""

    kind: ClassVar = "member.cancellations_not_mailed"
    sentence: ClassVar = _("E-mails about cancellations by clients were turned off.")


def are_cancellations_mailed(who: Actor) -> bool:
    """Whether the actor is told by e-mail that a client has cancelled."""
    return _mine(who).cancellations_mailed


@deed
def mail_cancellations(wanted: bool, *, who: Actor, at: datetime) -> None:
    """Tell the actor by e-mail that a client has cancelled, or not. Raises NotAllowed."""
    who.must(Deed.BOOK)
    membership = _mine(who)
    if membership.cancellations_mailed != wanted:
        membership.cancellations_mailed = wanted
        membership.save(update_fields=["cancellations_mailed"])
        happened = CancellationsMailed() if wanted else CancellationsNotMailed()
        record(happened, subject_id=membership.person_id, who=who, at=at)


def _mine(who: Actor) -> Membership:
    """The actor's own membership. Raises NotAllowed of who is no person."""
    if who.person_id is None:
        raise NotAllowed
    return Membership.objects.get(organization_id=who.organization_id, person_id=who.person_id)


def tell_practitioner(session: Booking, *, at: datetime) -> None:
    """Queue that a client has cancelled, where whose diary it is wants that."""
    told = Membership.objects.filter(
        organization_id=session.organization_id,
        person_id=session.practitioner_id,
        person__is_active=True,
        cancellations_mailed=True,
    )
    queue(
        [
            Envelope(CANCELLED_BY_CLIENT, session.id, each.person.email, each.person.language)
            for each in told.select_related("person")
        ],
        organization_id=session.organization_id,
        at=at,
    )


def compose_cancelled_by_client(letter: Letter) -> Mail:
    """Write the letter. Raises Withdrawn if the session stands again, or is gone."""
    mine = letter.organization_id
    session = _cancelled(letter.subject_id, mine)
    seller, slug = seller_of(mine), Organization.objects.get(id=mine).slug
    language, zone = language_called(letter.language), ZoneInfo(seller.time_zone)
    with override(language):
        when = {
            "day": full_day(session.starts_at, zone, language),
            "time": from_to(session, zone, language),
        }
        words = Words(
            subject=_now("Cancelled by the client: %(day)s")
            % {"day": short_day(session.starts_at, zone, language)},
            greeting=_now("Hello,"),
            paragraphs=(
                _now("A session on %(day)s, %(time)s, was cancelled by the client.") % when,
                _now("Its time in your diary is free again, and nothing is charged."),
            ),
            link=(_now("See the session"), f"{settings.SITE_URL}/o/{slug}/diary/{session.id}/"),
            after=(_now("In your diary, under “Who may see my diary”, you can turn this off."),),
        )
        return mail_of(words, language=language, from_name="Storno")


def _cancelled(session_id: UUID, organization_id: UUID) -> Booking:
    mine = Booking.objects.filter(organization_id=organization_id, state=BookingState.CANCELLED)
    for session in mine.filter(id=session_id):
        return session
    raise Withdrawn
