"""Trying a letter again that could not be delivered, or writing to another address in its place.

Called inside a deed; the letter's row is locked, so of two presses one wins.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Refused
from storno.mailroom.models import Letter, LetterState, Medium
from storno.mailroom.queue import Envelope, queue


class LetterHasNotFailed(Refused):
    """The letter is on its way, or has arrived."""

    code = "letter_has_not_failed"
    message = _("This letter has not failed: it is on its way or has been sent.")
    remedy = _("Send the document once more if it shall go out twice.")


def lock_failed_letter(letter_id: UUID, *, organization_id: UUID) -> Letter:
    """Lock a letter that failed. Raises Absent, LetterHasNotFailed."""
    letter = (
        Letter.objects.select_for_update()
        .filter(organization_id=organization_id, id=letter_id)
        .first()
    )
    if letter is None:
        raise Absent
    if letter.state != LetterState.FAILED:
        raise LetterHasNotFailed
    return letter


def requeue(letter: Letter, *, at: datetime) -> Letter:
    """Put a locked letter into the queue again: the same letter, so with the same Message-ID."""
    letter.state, letter.next_attempt_at, letter.attempts = LetterState.QUEUED, at, 0
    letter.failure = letter.reply = ""
    letter.save(update_fields=["state", "next_attempt_at", "attempts", "failure", "reply"])
    return letter


def replace(letter: Letter, *, address: str, at: datetime) -> Letter:
    """Queue a new letter by the same medium to another address in place of a locked one."""
    letter.state = LetterState.REPLACED
    letter.save(update_fields=["state"])
    medium = Medium(letter.medium)
    envelope = Envelope(letter.kind, letter.subject_id, address, letter.language, medium)
    (instead,) = queue([envelope], organization_id=letter.organization_id, at=at)
    return instead
