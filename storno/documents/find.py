"""Finding invoices by what somebody types: a reference, a number, an amount or a name.

What is found comes in that order, within each kind the newest first. Each kind runs along an index
of its own, and an invoice stands under the first that fits: so the last invoice of a page alone
tells where the next page begins. All of it inside an open scope.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from storno.clients.models import Client
from storno.clients.queries import search_clients
from storno.core.folding import LAST, words_sought
from storno.documents.models import Document, Kind, Standing
from storno.money.typed import typed_amount

MOST_NAMED = 99
"""Clients, on offer and as many in the archive, whose invoices are looked through for one name."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by id. `more_named`: not all clients of that name were looked at."""

    ids: list[UUID]
    more_named: bool


def find_among(
    standings: QuerySet[Standing],
    text: str,
    organization_id: UUID,
    *,
    before: UUID | None,
    limit: int,
) -> Found:
    """At most `limit` invoices among these that the text finds.

    `before` is the last one that was seen; one that is not there begins anew.
    """
    search = _Search(standings, text, organization_id, limit)
    seen = None if before is None else search.invoices.filter(id=before).first()
    kinds = (search.by_reference, search.by_number, search.by_amount, search.by_name)
    first = 0 if seen is None else search.kind_of(seen)
    found = chain.from_iterable(
        kind(seen if place == first else None) for place, kind in enumerate(kinds) if place >= first
    )
    return Found(list(islice(found, limit)), search.more_named)


def clients_called(text: str, organization_id: UUID) -> Found:
    """The clients whose papers are meant by a name, an e-mail address or a number."""
    called: list[UUID] = []
    more_named = False
    for archived in (False, True) if words_sought(text) else ():
        clients = search_clients(
            text, organization_id=organization_id, archived=archived, limit=MOST_NAMED + 1
        )
        more_named |= len(clients) > MOST_NAMED
        called += [client.id for client in clients[:MOST_NAMED]]
    return Found(called, more_named)


class _Search:
    """One text, and what it may stand for."""

    def __init__(
        self, standings: QuerySet[Standing], text: str, organization_id: UUID, limit: int
    ) -> None:
        self.standings, self.text, self.limit = standings, text, limit
        self.organization_id = organization_id
        self.reference = "".join(text.split())
        self.amount_minor = typed_amount(text)
        self.more_named = False
        self.invoices = Document.objects.filter(organization_id=organization_id, kind=Kind.INVOICE)
        self.among = self.invoices.filter(id__in=standings.values("id"))
        self.referred = Q(payment_reference=self.reference)
        self.numbered = self.referred | Q(number__gte=text, number__lt=text + LAST)
        self.priced = self.numbered
        if self.amount_minor is not None:
            self.priced |= Q(payable_minor=self.amount_minor)

    def kind_of(self, invoice: Document) -> int:
        """Under which kind a found invoice stands: the first that fits."""
        if invoice.payment_reference == self.reference:
            return 0
        if self.text <= invoice.number < self.text + LAST:
            return 1
        return 2 if invoice.payable_minor == self.amount_minor else 3

    def by_reference(self, seen: Document | None) -> Iterable[UUID]:
        """Those with this payment reference."""
        return self._newest(self.among.filter(self.referred), seen)

    def by_number(self, seen: Document | None) -> Iterable[UUID]:
        """Those whose number begins so, the highest first."""
        found = self.among.filter(number__gte=self.text, number__lt=self.text + LAST)
        if seen is not None:
            found = found.filter(number__lt=seen.number)
        found = found.exclude(self.referred).order_by("-number")
        return found.values_list("id", flat=True)[: self.limit]

    def by_amount(self, seen: Document | None) -> Iterable[UUID]:
        """Those of this amount."""
        if self.amount_minor is None:
            return ()
        found = self.among.filter(payable_minor=self.amount_minor)
        return self._newest(found.exclude(self.numbered), seen)

    def by_name(self, seen: Document | None) -> Iterator[UUID]:
        """Those of the clients who are called so: the newest of each client, then of all."""
        if not words_sought(self.text):
            return
        earlier = self.invoices.filter(self.priced, id=OuterRef("id"))
        theirs = self.standings.filter(~Exists(earlier), recipient_id=OuterRef("id"))
        if seen is not None:
            theirs = theirs.filter(id__lt=seen.id)
        called = clients_called(self.text, self.organization_id)
        self.more_named = called.more_named
        newest = Client.objects.filter(
            organization_id=self.organization_id, id__in=called.ids
        ).values_list(ArraySubquery(theirs.order_by("-id").values("id")[: self.limit]), flat=True)
        yield from sorted(chain.from_iterable(newest), reverse=True)

    def _newest(self, found: QuerySet[Document], seen: Document | None) -> Iterable[UUID]:
        if seen is not None:
            found = found.filter(id__lt=seen.id)
        return found.order_by("-id").values_list("id", flat=True)[: self.limit]
