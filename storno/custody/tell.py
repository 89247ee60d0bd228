"""Telling the members who answer for the money: that some has come or gone, or where it shall go.

That money moves they are told as they want (wishes.py). Of an account they are told by e-mail
whatever they want, at the addresses of that moment.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from storno.clients.reach import leaves
from storno.mailroom.models import Medium
from storno.mailroom.queue import Envelope, queue
from storno.organizations.models import Membership
from storno.organizations.queries import administrators_of


def tell_of_money(kind: str, subject_id: UUID, organization_id: UUID, *, at: datetime) -> None:
    """Queue that money has come or gone, to each administrator in the ways they want."""
    envelopes = (
        Envelope(kind, subject_id, address, member.person.language, medium)
        for member in administrators_of(organization_id)
        for medium, address in _ways(member)
    )
    queue(envelopes, organization_id=organization_id, at=at)


def tell_of_account(kind: str, subject_id: UUID, organization_id: UUID, *, at: datetime) -> None:
    """Queue to each administrator by e-mail that money shall go to another account."""
    envelopes = (
        Envelope(kind, subject_id, member.person.email, member.person.language)
        for member in administrators_of(organization_id)
    )
    queue(envelopes, organization_id=organization_id, at=at)


def _ways(member: Membership) -> Iterator[tuple[Medium, str]]:
    if member.money_mailed:
        yield Medium.EMAIL, member.person.email
    if member.money_texted_to and leaves(Medium.SMS):
        yield Medium.SMS, member.money_texted_to
