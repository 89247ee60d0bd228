"""Stopping a credit note on hold: by undoing it, or because it may not go out any more.

Called with the held draft and the standing locked, in that order.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.documents.content import total_up
from storno.documents.draft import DraftDeleted, entered_in
from storno.documents.elsewhere import is_paid_elsewhere, must_be_unpaid
from storno.documents.external import PLAIN
from storno.documents.models import Draft, DraftLine, Standing
from storno.documents.standing import save_standing
from storno.history.record import Happening, record_all
from storno.mailroom.queue import Envelope, queue
from storno.organizations.queries import administrators_of
from storno.organizations.roles import Actor
from storno.people.models import Person

CREDIT_STOPPED_LETTER = "credit_stopped"


@dataclass(frozen=True)
class CreditStopped(Happening):
    """Money came in while a credit note was on hold, so it did not go out."""

    kind: ClassVar = "credit.stopped"
    sentence: ClassVar = _(
        "The credit note over %(amount_minor)s was stopped because a payment came in."
    )
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CreditBlocked(Happening):
    """When its time came, a credit note was not allowed any more; `code` is the blocker's."""

    kind: ClassVar = "credit.blocked"
    sentence: ClassVar = _(
        "The credit note over %(amount_minor)s was stopped because it is not allowed any more."
    )
    code: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CreditFailed(Happening):
    """When its time came, a defect kept a credit note from being issued."""

    kind: ClassVar = "credit.failed"
    sentence: ClassVar = _(
        "The credit note over %(amount_minor)s was stopped because the system could not issue it."
    )
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CorrectedDraftDropped(Happening):
    """The corrected draft went with the credit note that was taken back or stopped."""

    kind: ClassVar = "credit.draft_dropped"
    sentence: ClassVar = _("The corrected draft over %(amount_minor)s was dropped.")
    draft_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CorrectedDraftKept(Happening):
    """The corrected draft had been worked on and outlived its credit note."""

    kind: ClassVar = "credit.draft_kept"
    sentence: ClassVar = _("The corrected draft over %(amount_minor)s is kept as a plain draft.")
    draft_id: str
    amount_minor: int
    currency: str


STOPPED = (CreditStopped.kind, CreditBlocked.kind, CreditFailed.kind)
"""What stops a credit note that nobody has taken back."""


class DraftWasChanged(Refused):
    """The corrected draft carries work that undoing would throw away."""

    code = "draft_was_changed"
    message = _("The corrected draft has been changed since it was made.")
    remedy = _("Choose whether to discard it or to keep it as a plain draft.")
    field = "draft"


def remove_held_credit(
    draft: Draft, standing: Standing, why: Happening, *, changed: str, who: Actor, at: datetime
) -> None:
    """Take a held credit note away with its corrected draft, free the invoice, and say why.

    `changed` says what becomes of a corrected draft that somebody has changed: "discard", "keep",
    or "ask", which raises DraftWasChanged. A kept one is a plain draft again, leaves no hold,
    is invoiced in no other system, and bills nothing of what the invoice bills. What is noted of
    its payment elsewhere is kept with it, and never discarded: that raises PaymentIsNoted.
    """
    mine = Draft.objects.filter(organization_id=draft.organization_id)
    happened: list[tuple[UUID, Happening]] = [(standing.id, why)]
    for corrected in mine.select_for_update().filter(waits_for_id=draft.id):
        touched = corrected.version > 1 or corrected.goes_at is not None
        if touched and changed == "ask":
            raise DraftWasChanged
        if changed == "discard":
            must_be_unpaid(corrected)
        total = total_up(entered_in(corrected).lines).breakdown.payable_minor
        named = (str(corrected.id), total, corrected.currency)
        if touched and changed == "keep":
            free = {"waits_for_id": None, "replaces_id": None, "goes_at": None}
            free |= {} if is_paid_elsewhere(corrected) else PLAIN
            mine.filter(id=corrected.id).update(**free)
            lines = DraftLine.objects.filter(organization_id=draft.organization_id)
            lines.filter(draft_id=corrected.id).update(source_kind="", source_id=None)
            happened.append((standing.id, CorrectedDraftKept(*named)))
        else:
            mine.filter(id=corrected.id).delete()
            happened += [
                (standing.id, CorrectedDraftDropped(*named)),
                (corrected.id, DraftDeleted.seen_by_whom(corrected, entered_in(corrected).lines)),
            ]
    mine.filter(id=draft.id).delete()
    standing.cancelling_at, standing.cancelling_minor = None, 0
    save_standing(standing)
    record_all(happened, who=who, at=at)


def stop_held_credit(
    draft: Draft,
    standing: Standing,
    why: CreditStopped | CreditBlocked | CreditFailed,
    *,
    who: Actor,
    at: datetime,
) -> None:
    """Stop a held credit note and tell the member who asked for it, by e-mail and in history.

    Of one that customer service made all administrators are told. What would have followed it is
    dropped; a corrected draft with work in it stays as a draft.
    """
    remove_held_credit(draft, standing, why, changed="keep", who=who, at=at)
    envelopes = [
        Envelope(CREDIT_STOPPED_LETTER, standing.id, each.email, each.language)
        for each in _told_of(draft)
    ]
    queue(envelopes, organization_id=standing.organization_id, at=at)


def _told_of(draft: Draft) -> list[Person]:
    if draft.desk_case_id is not None:
        return [member.person for member in administrators_of(draft.organization_id)]
    return list(Person.objects.filter(id=draft.finalised_by)) if draft.finalised_by else []
