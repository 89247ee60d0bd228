"""Sending a client its statement: what it owed, what moved it, and what it owes since.

The letter is written as it leaves, for the period that the history keeps (reports/statement.py).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.looks import own_client_looked_at
from storno.core.refusals import Refused, invalid
from storno.history.models import Event
from storno.history.record import Happening, record
from storno.mailroom.models import Letter
from storno.mailroom.queue import Envelope, queue
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed

STATEMENT_LETTER = "statement"


class NoEmail(Refused):
    """The client has no e-mail address."""

    code = "recipient_has_no_email"
    message = _("The recipient has no e-mail address.")
    remedy = _("Add one, or hand the statement over on paper.")
    field = "recipient"


@dataclass(frozen=True)
class StatementSent(Happening):
    """A client was sent its statement for a period. The subject is the client."""

    kind: ClassVar = "client.statement_sent"
    sentence: ClassVar = _("A statement from %(first_on)s to %(last_on)s was sent.")
    first_on: str
    last_on: str


@deed
def send_statement(client_id: UUID, first: date, last: date, *, who: Actor, at: datetime) -> Letter:
    """Mail a client its statement for a period. While one is on its way, that is the answer.

    Raises Absent, Invalid, NoEmail, NotAllowed.
    """
    who.must(Deed.SEND)
    if first > last:
        raise invalid("from", "after_the_end", _("The period ends before it begins."))
    client = own_client_looked_at(client_id, who=who, at=at)
    if not client.email:
        raise NoEmail
    under_way = Letter.objects.filter(
        organization_id=who.organization_id,
        subject_id=client_id,
        kind=STATEMENT_LETTER,
        next_attempt_at__isnull=False,
    ).first()
    if under_way is not None:
        return under_way
    envelope = Envelope(STATEMENT_LETTER, client_id, client.email, client.language)
    (letter,) = queue([envelope], organization_id=who.organization_id, at=at)
    happened = StatementSent(first.isoformat(), last.isoformat())
    record(happened, subject_id=client_id, who=who, at=at)
    return letter


def period_of(letter: Letter) -> tuple[date, date]:
    """The period of the statement that a letter brings: of the last one sent until then."""
    sent = Event.objects.filter(
        organization_id=letter.organization_id,
        subject_id=letter.subject_id,
        kind=StatementSent.kind,
        at__lte=letter.queued_at,
    )
    facts = sent.order_by("-id")[0].facts
    return date.fromisoformat(facts["first_on"]), date.fromisoformat(facts["last_on"])
