"""Links without sign-in: an id in the directory, signed on its way out.

The table alone opens nothing, since the signature needs the installation's key; and a signed id
whose row is gone opens nothing either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.signing import BadSignature, Signer

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Absent
from storno.organizations.models import LinkKind, PublicLink

_signer = Signer(salt="storno.public-link", sep=".")


@dataclass(frozen=True, slots=True)
class Target:
    """What a link shall lead to, and its last day."""

    kind: LinkKind
    subject_id: UUID
    expires_on: date


def make_links(targets: Iterable[Target], *, organization_id: UUID) -> list[PublicLink]:
    """Write links with one statement."""
    return insert(
        PublicLink(
            id=new_id(),
            organization_id=organization_id,
            kind=target.kind,
            subject_id=target.subject_id,
            expires_on=target.expires_on,
        )
        for target in targets
    )


def link_to(target: Target, *, organization_id: UUID) -> PublicLink:
    """The subject's first link that lasts as long as the target asks, else a fresh one.

    The first, so that a letter carries the same link on every try.
    """
    found = (
        PublicLink.objects.filter(
            organization_id=organization_id,
            kind=target.kind,
            subject_id=target.subject_id,
            expires_on__gte=target.expires_on,
        )
        .order_by("id")
        .first()
    )
    return found or make_links([target], organization_id=organization_id)[0]


def signed(link: PublicLink) -> str:
    """The text that stands in the address."""
    return _signer.sign(link.id.hex)


def opened(text: str, *, kind: LinkKind) -> PublicLink:
    """The link behind a signed text, expired or not. Raises Absent."""
    try:
        id_ = UUID(hex=_signer.unsign(text))
    except (BadSignature, ValueError):
        raise Absent from None
    found = PublicLink.objects.filter(id=id_, kind=kind).first()
    if found is None:
        raise Absent
    return found
