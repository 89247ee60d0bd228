"""A member's keys to the API: made, shown once, and revoked."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.refusals import Absent, Invalid, NotAllowed, invalid
from storno.history.record import Happening, record
from storno.organizations.actors import TOKEN_PREFIX, Scope, hash_of
from storno.organizations.models import ApiToken, Membership
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class TokenCreated(Happening):
    """A member got a key to the API. The subject is the token."""

    kind: ClassVar = "token.created"
    sentence: ClassVar = _("An API token was created.")
    member: str
    scopes: str


@dataclass(frozen=True)
class TokenRevoked(Happening):
    """A key to the API opens nothing from now on. The subject is the token."""

    kind: ClassVar = "token.revoked"
    sentence: ClassVar = _("An API token was revoked.")


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token and its text, which is nowhere else: it is shown once and never again."""

    token: ApiToken
    text: str


@deed
def create_token(
    *,
    person_id: UUID,
    label: str = "",
    scopes: Iterable[str] = tuple(Scope),
    expires_at: datetime | None = None,
    who: Actor,
    at: datetime,
) -> FreshToken:
    """Make a token for oneself; the operator (who is no person) makes one for any member.

    With the scope `money` it stands for a recent sign-in, so making one asks for it. Every token
    can read. Raises Absent, Invalid, NotAllowed, SignInAgain.
    """
    if who.person_id not in (None, person_id):
        raise NotAllowed
    who.must_be_fresh()
    label = tidy(label)
    if errors := list(text_errors("label", label, longest=50)):
        raise Invalid(errors)
    wanted = _checked_scopes(scopes)
    if expires_at is not None and expires_at <= at:
        raise invalid("expires_at", "in_the_past", _("Choose a moment in the future."))
    membership = Membership.objects.filter(
        organization_id=who.organization_id, person_id=person_id
    ).first()
    if membership is None:
        raise Absent
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        membership=membership,
        label=label,
        hash=hash_of(text),
        scopes=wanted,
        created_at=at,
        expires_at=expires_at,
    )
    created = TokenCreated(member=str(person_id), scopes=" ".join(wanted))
    record(created, subject_id=token.id, who=who, at=at)
    return FreshToken(token, text)


@deed
def revoke_token(token_id: UUID, *, who: Actor, at: datetime) -> None:
    """End a token: one's own, or as an administrator any. Revoking twice is revoking.

    Raises Absent, also for the tokens of others.
    """
    tokens = ApiToken.objects.filter(id=token_id, membership__organization_id=who.organization_id)
    if not who.may(Deed.INVITE):
        assert who.person_id is not None, "the system may do anything"
        tokens = tokens.filter(membership__person_id=who.person_id)
    token = tokens.select_for_update(of=("self",)).first()
    if token is None:
        raise Absent
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(TokenRevoked(), subject_id=token.id, who=who, at=at)


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = {*scopes, Scope.READ.value}
    if not wanted <= set(Scope):
        raise invalid(
            "scopes",
            "unknown",
            _("Choose among %(choices)s.") % {"choices": ", ".join(Scope)},
        )
    return [scope.value for scope in Scope if scope in wanted]
