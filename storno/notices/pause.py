"""Pausing the reminders of one invoice, and resuming them. Order of locks: the standing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Refused
from storno.documents.models import Standing
from storno.history.record import Happening, record
from storno.notices.models import Notice, NoticeState
from storno.notices.plan import later_by, next_nine
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed


class PauseReason(models.TextChoices):
    """Why reminders are paused: a list, for a text might say too much of somebody."""

    AGREED = "agreed", _("we have agreed on another day")
    DISPUTED = "disputed", _("the recipient objects")
    OTHER = "other", _("another reason")


class NothingPlanned(Refused):
    """No reminder of this invoice is planned."""

    code = "nothing_planned"
    message = _("No reminder of this invoice is planned.")
    remedy = _("There is nothing to pause.")


class NotPaused(Refused):
    """The reminders of this invoice are not paused."""

    code = "not_paused"
    message = _("The reminders of this invoice are not paused.")
    remedy = _("There is nothing to resume.")


@dataclass(frozen=True)
class PausedAsAgreed(Happening):
    """Reminders were paused, for another day was agreed on."""

    kind: ClassVar = "reminders.paused_as_agreed"
    sentence: ClassVar = _("Reminders paused: another day was agreed on.")


@dataclass(frozen=True)
class PausedAsDisputed(Happening):
    """Reminders were paused, for the recipient objects."""

    kind: ClassVar = "reminders.paused_as_disputed"
    sentence: ClassVar = _("Reminders paused: the recipient objects.")


@dataclass(frozen=True)
class Paused(Happening):
    """Reminders were paused for another reason."""

    kind: ClassVar = "reminders.paused"
    sentence: ClassVar = _("Reminders paused.")


@dataclass(frozen=True)
class Resumed(Happening):
    """Reminders go on."""

    kind: ClassVar = "reminders.resumed"
    sentence: ClassVar = _("Reminders resumed.")


_PAUSED: dict[PauseReason, type[Happening]] = {
    PauseReason.AGREED: PausedAsAgreed,
    PauseReason.DISPUTED: PausedAsDisputed,
    PauseReason.OTHER: Paused,
}


@deed
def pause_reminders(
    invoice_id: UUID, reason: PauseReason, *, who: Actor, at: datetime
) -> list[Notice]:
    """Keep back the planned reminders of an invoice until somebody resumes them; return them.

    Raises Absent, NothingPlanned, NotAllowed.
    """
    planned = _locked(invoice_id, NoticeState.DUE, who)
    if not planned:
        raise NothingPlanned
    pause(planned)
    record(_PAUSED[reason](), subject_id=invoice_id, who=who, at=at)
    return planned


@deed
def resume_reminders(invoice_id: UUID, *, who: Actor, at: datetime) -> list[Notice]:
    """Let paused reminders go again; return them.

    If the day of the first is over, it goes on the next morning, and the others keep their distance
    from it. Raises Absent, NotPaused, NotAllowed.
    """
    paused = _locked(invoice_id, NoticeState.PAUSED, who)
    if not paused:
        raise NotPaused
    resume(paused, organization_id=who.organization_id, at=at)
    record(Resumed(), subject_id=invoice_id, who=who, at=at)
    return paused


def pause(planned: Sequence[Notice]) -> None:
    """Keep planned notices of one invoice back, its standing locked."""
    for notice in planned:
        notice.state = NoticeState.PAUSED
    Notice.objects.bulk_update(planned, ["state"])


def resume(paused: Sequence[Notice], *, organization_id: UUID, at: datetime) -> None:
    """Let paused notices of one invoice go, the first of them first, its standing locked."""
    if not paused:
        return
    zone = seller_of(organization_id).time_zone
    days = _days_missed(paused[0].due_at, zone, at=at)
    for notice in paused:
        notice.state = NoticeState.DUE
        notice.due_at = later_by(notice.due_at, days.days, zone)
    Notice.objects.bulk_update(paused, ["state", "due_at"])


def _days_missed(due_at: datetime, zone: str, *, at: datetime) -> timedelta:
    if due_at > at:
        return timedelta(0)
    local = ZoneInfo(zone)
    return next_nine(at, zone).astimezone(local).date() - due_at.astimezone(local).date()


def _locked(invoice_id: UUID, state: NoticeState, who: Actor) -> list[Notice]:
    """The notices of an invoice in a state, the first at the top, its standing locked."""
    who.must(Deed.SEND)
    mine = who.organization_id
    if not Standing.objects.select_for_update().filter(organization_id=mine, id=invoice_id):
        raise Absent
    return notices_in(state, invoice_id, mine)


def notices_in(state: NoticeState, invoice_id: UUID, organization_id: UUID) -> list[Notice]:
    """The notices of an invoice in a state, the first at the top; inside a scope."""
    mine = Notice.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    return list(mine.filter(state=state).order_by("due_at", "id"))
