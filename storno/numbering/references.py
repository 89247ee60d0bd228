"""Giving payment references: unique on the receiving account, whoever shares it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from storno.core.insert import insert
from storno.core.refusals import Refused
from storno.numbering.models import PaymentReference
from storno.references.finnish import finnish_reference
from storno.references.kid import KidForm

_TAKE = """
INSERT INTO numbering_receivingaccount AS counter (account, next_base)
VALUES (%s, 1001 + %s)
ON CONFLICT (account) DO UPDATE SET next_base = counter.next_base + %s
RETURNING next_base
"""


class KidsUsedUp(Refused):
    """All KIDs of the agreed length that could be given to this invoice are given."""

    code = "kids_used_up"
    message = _("The KID agreed with your bank has no room for a further number.")
    remedy = _("Agree on a longer KID with your bank, and enter its length in the settings.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reference to be given to an invoice: a KID of this form, else a Finnish one.

    Without an account there is none to give.
    """

    account: str
    kid: KidForm | None = None
    client_number: int = 0
    invoice_number: str = ""


def bears_finnish_reference(account: str, currency: str) -> bool:
    """Whether a payment can carry a Finnish reference: in euros, to a Finnish IBAN."""
    return account.startswith("FI") and currency == "EUR"


def give_references(wanted: Sequence[Wanted]) -> list[str]:
    """A fresh reference for each that has an account; where there is none, an empty string.

    Locks one counter per account until the transaction ends; the accounts are taken in their
    alphabetical order so that two issues never wait for each other crosswise. Raises KidsUsedUp.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(wanted):
        if each.account:
            places[each.account].append(place)
    references = [""] * len(wanted)
    for account in sorted(places):
        asked = [wanted[place] for place in places[account]]
        given = _kids(account, asked) if asked[0].kid else _finnish(account, len(asked))
        for place, reference in zip(places[account], given, strict=True):
            references[place] = reference
    return references


def enter_references(given: Iterable[tuple[str, str, UUID]], *, organization_id: UUID) -> None:
    """Write (account, reference, document) into the directory that finds a payment's owner."""
    insert(
        PaymentReference(
            account=account,
            reference=reference,
            organization_id=organization_id,
            document_id=document_id,
        )
        for account, reference, document_id in given
    )


def _finnish(account: str, count: int) -> list[str]:
    first = _take(account, count)
    return [finnish_reference(first + place) for place in range(count)]


def _kids(account: str, asked: Sequence[Wanted]) -> list[str]:
    """KIDs that nobody has on this account; the lock on its counter keeps others from them."""
    first = _take(account, 0)
    taken: set[str] = set()
    while True:
        kids, following = _choose(asked, first, taken)
        found = PaymentReference.objects.filter(account=account, reference__in=kids)
        in_the_way = set(found.values_list("reference", flat=True))
        if not in_the_way:
            break
        taken |= in_the_way
    if following > first:
        _take(account, following - first)
    return kids


def _choose(asked: Sequence[Wanted], running: int, taken: Collection[str]) -> tuple[list[str], int]:
    """The best KID for each that is not taken, and the running number after them."""
    kids: list[str] = []
    for each in asked:
        assert each.kid, "all invoices to one account have a KID, or none has"
        candidates = each.kid.kids(
            client_number=each.client_number, invoice_number=each.invoice_number, running=running
        )
        free = (found for found in candidates if found[0] not in taken and found[0] not in kids)
        chosen = next(free, None)
        if chosen is None:
            raise KidsUsedUp
        kid, running = chosen
        kids.append(kid)
    return kids, running


def _take(account: str, count: int) -> int:
    """Lock the counter of an account and move it on by so many; the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [account, count, count])
        return int(cursor.fetchone()[0]) - count
