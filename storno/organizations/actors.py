"""From a person or a token to the actor: who it is, in which organization, and what they may do.

All of it stands in the directory, so one query answers it before a scope is opened.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from storno.core.refusals import Absent
from storno.organizations.models import ApiToken, Membership, Organization
from storno.organizations.roles import Actor, deeds_of, sees_own_clients_only

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,48}[a-z0-9]")
"""What an organization may be called in addresses."""

TOKEN_PREFIX = "storno_"


class Scope(StrEnum):
    """What a token may be used for. `money` stands for the recent sign-in of a person."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who sent a token, what it may be used for, and where it leads."""

    token_id: UUID
    scopes: frozenset[Scope]
    organization: Organization
    actor: Actor


def actor_of(person_id: UUID, slug: str, *, fresh: bool) -> tuple[Organization, Membership, Actor]:
    """A signed-in person as a member of the organization in the address.

    `fresh`: whether the person has signed in recently. Raises Absent, for strangers as for
    organizations that do not exist.
    """
    if not SLUG.fullmatch(slug):
        raise Absent
    membership = (
        Membership.objects.select_related("organization")
        .filter(organization__slug=slug, person_id=person_id, person__is_active=True)
        .first()
    )
    if membership is None:
        raise Absent
    return membership.organization, membership, _actor(membership, fresh=fresh)


def bearer_of(token: str, *, at: datetime) -> Bearer | None:
    """Who a token speaks for; None if it is unknown, expired or revoked, or its person blocked."""
    if not token.startswith(TOKEN_PREFIX) or not token.isascii() or len(token) > 100:
        return None
    found = (
        ApiToken.objects.select_related("membership__organization")
        .filter(hash=hash_of(token), revoked_at=None, membership__person__is_active=True)
        .first()
    )
    if found is None or (found.expires_at is not None and found.expires_at <= at):
        return None
    scopes = frozenset(Scope(each) for each in found.scopes)
    actor = _actor(found.membership, fresh=Scope.MONEY in scopes)
    if Scope.WRITE not in scopes:
        actor = replace(actor, deeds=frozenset(), fresh=False)
    actor = replace(actor, token_id=found.id)
    return Bearer(found.id, scopes, found.membership.organization, actor)


def hash_of(token: str) -> str:
    """What is kept of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _actor(membership: Membership, *, fresh: bool) -> Actor:
    organization = membership.organization
    deeds = deeds_of(membership.roles, office_may_credit=organization.office_may_credit)
    own = sees_own_clients_only(membership.roles, own_clients=organization.own_clients)
    person_id = membership.person_id
    clients_of = person_id if own else None
    return Actor(organization.id, person_id, deeds, fresh=fresh, clients_of=clients_of)
