"""Delivering: a letter is claimed on a lease, composed, handed over, and only then marked as sent.

Each step is a transaction of its own, and the handing over is in none. A sender that dies in
between leaves a lease that runs out; the letter is then sent again with the same Message-ID, by
which mail programs know it for the same letter. Any number of senders work side by side.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from storno.core.defects import told
from storno.core.refusals import Absent, Refused
from storno.mailroom.mail import Mail, message_of
from storno.mailroom.models import Failure, Letter, LetterState, Medium
from storno.mailroom.parcel import Parcel, Undelivered, WayOut, Withdrawn
from storno.mailroom.sms import Sms
from storno.organizations.scope import scope

LEASE = timedelta(minutes=5)
"""Longer than a try can take: a dozen exchanges with the server of at most 20 seconds each."""

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""How long after each failed try the next one follows; after the last the letter has failed."""


def moment_of_try(letter: Letter) -> datetime:
    """When the present try of a letter that is being sent began."""
    assert letter.next_attempt_at is not None, "a letter that is being sent has its lease"
    return letter.next_attempt_at - LEASE


Composer = Callable[[Letter], Mail | Sms]
"""Writes a letter for its medium, inside the scope of its organization, or raises Withdrawn."""

log = logging.getLogger(__name__)


def deliver_next(
    organization_id: UUID, *, composers: Mapping[str, Composer], out: WayOut, at: datetime
) -> bool:
    """Try the organization's next letter that is due; False if there was none.

    `composers` says who writes which kind. A letter for whose medium there is no way out is not
    touched. Called outside of any scope.
    """
    letter = _claim(organization_id, out.media, at)
    if letter is None:
        return False
    try:
        words = _compose(letter, composers)
        message = words if isinstance(words, Sms) else message_of(letter, words, at=at)
        out.send(Parcel(letter, message, at))
    except Withdrawn:
        _withdraw(letter)
    except Undelivered as why:
        _put_off(letter, why, at=at)
    else:
        _mark_sent(letter, at=at)
    return True


def _claim(organization_id: UUID, media: Collection[Medium], at: datetime) -> Letter | None:
    """Take a due letter on a lease; one whose senders keep dying is given up."""
    with scope(organization_id):
        while True:
            letter = (
                Letter.objects.select_for_update(skip_locked=True)
                .filter(organization_id=organization_id, next_attempt_at__lte=at, medium__in=media)
                .order_by("next_attempt_at", "id")
                .first()
            )
            if letter is None:
                return None
            if letter.attempts > len(WAITS):
                _save(letter, state=LetterState.FAILED, failure=Failure.INTERRUPTED)
                continue
            letter.attempts += 1
            _save(letter, state=LetterState.SENDING, next_attempt_at=at + LEASE)
            return letter


def _compose(letter: Letter, composers: Mapping[str, Composer]) -> Mail | Sms:
    """Have the letter written. Raises Undelivered, Withdrawn.

    A refusal (its subject is gone) is final. Anything else is a defect: it is logged without the
    words of the exception, which may quote the letter, and tried again, for it may get mended. A
    letter whose composer says that it is too early is tried again, and nothing is logged.
    """
    try:
        with scope(letter.organization_id):
            return composers[letter.kind](letter)
    except (Undelivered, Withdrawn):
        raise
    except (Refused, Absent) as refused:
        raise Undelivered(Failure.UNWRITTEN, for_good=True) from refused
    except Exception as defect:
        log.error(  # noqa: TRY400 -- its words may quote the letter
            "letter %s cannot be composed: %s", letter.id, told(defect)
        )
        raise Undelivered(Failure.UNWRITTEN) from defect


def _mark_sent(letter: Letter, *, at: datetime) -> None:
    """Note that the letter is out, even if the lease has run out and another sender has it too."""
    with scope(letter.organization_id):
        Letter.objects.filter(organization_id=letter.organization_id, id=letter.id).exclude(
            state__in=[LetterState.SENT, LetterState.REPLACED]
        ).update(state=LetterState.SENT, sent_at=at, next_attempt_at=None, failure="", reply="")


def _withdraw(letter: Letter) -> None:
    """Let a letter that was overtaken rest; nothing if the lease has gone to another sender."""
    with scope(letter.organization_id):
        _still_mine(letter).update(
            state=LetterState.WITHDRAWN, next_attempt_at=None, failure="", reply=""
        )


def _still_mine(letter: Letter) -> QuerySet[Letter]:
    return Letter.objects.filter(
        organization_id=letter.organization_id,
        id=letter.id,
        state=LetterState.SENDING,
        attempts=letter.attempts,
    )


def _put_off(letter: Letter, why: Undelivered, *, at: datetime) -> None:
    """Plan the next try, or give up; nothing if the lease has gone to another sender."""
    wait = None if why.for_good else dict(enumerate(WAITS, start=1)).get(letter.attempts)
    with scope(letter.organization_id):
        _still_mine(letter).update(
            state=LetterState.QUEUED if wait else LetterState.FAILED,
            next_attempt_at=at + wait if wait else None,
            failure=why.failure,
            reply=why.reply,
        )


def _save(
    letter: Letter,
    *,
    state: LetterState,
    next_attempt_at: datetime | None = None,
    failure: Failure | None = None,
) -> None:
    """Write a locked letter back."""
    letter.state, letter.next_attempt_at = state, next_attempt_at
    if failure is not None:
        letter.failure = failure
    letter.save(update_fields=["state", "next_attempt_at", "attempts", "failure"])
