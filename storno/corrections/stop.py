"""Stopping a credit note on hold: by undoing it, or because money came first.

Called with the held draft and the standing locked, in that order.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.documents.models import Draft, Standing
from storno.documents.standing import save_standing
from storno.history.record import Happening, record
from storno.mailroom.queue import Envelope, queue
from storno.organizations.roles import Actor
from storno.people.models import Person

CREDIT_STOPPED_LETTER = "credit_stopped"


@dataclass(frozen=True)
class CreditStopped(Happening):
    """Money came in while a credit note was on hold, so it did not go out."""

    kind: ClassVar = "credit.stopped"
    sentence: ClassVar = _("The cancellation was stopped because a payment came in.")


class DraftWasChanged(Refused):
    """The corrected draft carries work that undoing would throw away."""

    code = "draft_was_changed"
    message = _("The corrected draft has been changed since it was made.")
    remedy = _("Choose whether to discard it or to keep it as a plain draft.")
    field = "draft"


def remove_held_credit(draft: Draft, standing: Standing, *, changed: str) -> None:
    """Take a held credit note away with its corrected draft, and free the invoice.

    `changed` says what becomes of a corrected draft that somebody has changed: "discard", "keep",
    or "ask", which raises DraftWasChanged. A kept one is a plain draft again and leaves no hold.
    """
    mine = Draft.objects.filter(organization_id=draft.organization_id)
    for corrected in mine.select_for_update().filter(waits_for_id=draft.id):
        touched = corrected.version > 1 or corrected.goes_at is not None
        if touched and changed == "ask":
            raise DraftWasChanged
        if touched and changed == "keep":
            mine.filter(id=corrected.id).update(waits_for_id=None, replaces_id=None, goes_at=None)
        else:
            mine.filter(id=corrected.id).delete()
    mine.filter(id=draft.id).delete()
    standing.cancelling_at = None
    save_standing(standing)


def stop_held_credit(draft: Draft, standing: Standing, *, who: Actor, at: datetime) -> None:
    """Stop a held credit note and tell the member who asked for it, by e-mail and in history.

    What would have followed it is dropped; a corrected draft with work in it stays as a draft.
    """
    remove_held_credit(draft, standing, changed="keep")
    record(CreditStopped(), subject_id=standing.id, who=who, at=at)
    member = draft.finalised_by and Person.objects.filter(id=draft.finalised_by).first()
    if member:
        queue(
            [Envelope(CREDIT_STOPPED_LETTER, standing.id, member.email, member.language)],
            organization_id=standing.organization_id,
            at=at,
        )
