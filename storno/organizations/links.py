"""Links without sign-in: an id in the directory, signed on its way out.

The table alone opens nothing, since the signature needs the installation's key; and a signed id
whose row is gone opens nothing either.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Absent
from storno.organizations.models import LinkKind, PublicLink

_signer = Signer(salt="storno.public-link", sep=".")

_MARK = 16
"""Bytes of a short signature: 128 bits, which nobody guesses."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a link leads to, its last day, and by what its reader has it (`take_back_links`)."""

    kind: LinkKind
    subject_id: UUID
    expires_on: date
    holder_id: UUID | None = None


def make_links(targets: Iterable[Target], *, organization_id: UUID) -> list[PublicLink]:
    """Write links with one statement."""
    return insert(
        PublicLink(
            id=new_id(),
            organization_id=organization_id,
            kind=target.kind,
            subject_id=target.subject_id,
            holder_id=target.holder_id,
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
            holder_id=target.holder_id,
            expires_on__gte=target.expires_on,
        )
        .order_by("id")
        .first()
    )
    return found or make_links([target], organization_id=organization_id)[0]


def take_back_links(holder_id: UUID, *, organization_id: UUID) -> None:
    """Let the links that somebody has by this open nothing any more."""
    PublicLink.objects.filter(organization_id=organization_id, holder_id=holder_id).delete()


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


def signed_short(link: PublicLink) -> str:
    """The text that stands in an address that must fit into an SMS: 43 characters."""
    return urlsafe_b64encode(link.id.bytes + _mark(link.id.bytes)).decode().rstrip("=")


def opened_short(text: str, *, kind: LinkKind) -> PublicLink:
    """The link behind a short text, expired or not. Raises Absent."""
    try:
        both = urlsafe_b64decode(f"{text}=") if len(text) == 43 else b""
    except ValueError:
        raise Absent from None
    id_, mark = both[:16], both[16:]
    if len(both) != 16 + _MARK or not constant_time_compare(mark, _mark(id_)):
        raise Absent
    found = PublicLink.objects.filter(id=UUID(bytes=id_), kind=kind).first()
    if found is None:
        raise Absent
    return found


def _mark(id_: bytes) -> bytes:
    mac = salted_hmac("storno.short-link", id_, algorithm="sha256")
    return mac.digest()[:_MARK]
