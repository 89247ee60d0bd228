"""What an entry that waits may pay: likely invoices, ranked, each with its reasons.

Asked for a whole page of entries with as many statements as for one. Reads inside a scope.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from storno.bank.models import Entry, EntryState, Match
from storno.clients.models import Client
from storno.documents.models import Document, Kind, Standing
from storno.matching.rank import Likeness, name_keys, tokens, weight
from storno.matching.references import owners_of
from storno.matching.write import NEAR, by_hand
from storno.payments.models import Payment

MOST = 5
"""Suggestions for one entry."""
_ALIKE = 5
"""Invoices of the same sum, or of the same payer, that are looked at: the newest."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An invoice that an entry may pay; with `payment`, one registered by hand that it may be."""

    invoice: Document
    standing: Standing
    payment: Payment | None
    likenesses: tuple[Likeness, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return weight(self.likenesses)


@dataclass(slots=True)
class _Likely:
    """What speaks for invoices, by entry and invoice, and the payments that were registered."""

    reasons: defaultdict[UUID, defaultdict[UUID, set[Likeness]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    registered: defaultdict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry, invoice_ids: Iterable[UUID], why: Likeness) -> None:
        for invoice_id in invoice_ids:
            self.reasons[entry.id][invoice_id].add(why)


def suggest(entries: Sequence[Entry], organization_id: UUID) -> Mapping[UUID, list[Suggestion]]:
    """The likely invoices of entries that wait, by the entry's id, the likeliest first."""
    waiting = [
        each for each in entries if each.state == EntryState.QUEUED and each.amount_minor > 0
    ]
    if not waiting:
        return {}
    likely = _Likely()
    _by_sum_and_payment(waiting, organization_id, likely)
    _by_words(waiting, organization_id, likely)
    _by_payer(waiting, organization_id, likely)
    return _suggestions(waiting, organization_id, likely)


def _open(organization_id: UUID) -> Exists:
    """That an invoice is still to be paid."""
    mine = Standing.objects.filter(organization_id=organization_id, open_minor__gt=0)
    return Exists(mine.filter(id=OuterRef("id")))


def _by_sum_and_payment(entries: list[Entry], organization_id: UUID, likely: _Likely) -> None:
    """Open invoices of just this sum, and payments of it that were registered about then."""
    same = Document.objects.filter(
        _open(organization_id),
        organization_id=organization_id,
        kind=Kind.INVOICE,
        payable_minor=OuterRef("amount_minor"),
        currency=OuterRef("currency"),
    )
    registered = by_hand(organization_id).filter(
        amount_minor=OuterRef("amount_minor"),
        paid_on__gte=OuterRef("booked_on") - NEAR,
        paid_on__lte=OuterRef("booked_on") + NEAR,
    )
    found = Entry.objects.filter(
        organization_id=organization_id, id__in=[each.id for each in entries]
    ).annotate(
        same=ArraySubquery(same.order_by("-id").values("id")[:_ALIKE]),
        payments=ArraySubquery(registered.values("id")[:_ALIKE]),
    )
    by_id = {each.id: each for each in entries}
    for id_, alike, payments in found.values_list("id", "same", "payments"):
        likely.add(by_id[id_], alike, Likeness.AMOUNT)
        likely.registered[id_] += payments


def _by_words(entries: list[Entry], organization_id: UUID, likely: _Likely) -> None:
    """Invoices whose number or reference the payer has written somewhere."""
    said = {each.id: tokens(each.reference, each.text) for each in entries}
    every = {token for each in said.values() for token in each}
    if not every:
        return
    numbered = dict(
        Document.objects.filter(
            organization_id=organization_id, kind=Kind.INVOICE, number__in=every
        ).values_list("number", "id")
    )
    owners = owners_of(every, {each.account for each in entries})
    referred = {
        token: owner.invoice_id
        for token, owner in owners.items()
        if owner.organization_id == organization_id
    }
    for entry in entries:
        for known, why in (numbered, Likeness.NUMBER), (referred, Likeness.REFERENCE):
            likely.add(entry, (known[each] for each in said[entry.id] if each in known), why)


def _by_payer(entries: list[Entry], organization_id: UUID, likely: _Likely) -> None:
    """Open invoices of who is called like the payer, or has paid from the same account."""
    called = _called(entries, organization_id)
    before = _paid_before(entries, organization_id)
    recipients = {each for found in (*called.values(), *before.values()) for each in found}
    if not recipients:
        return
    theirs = Standing.objects.filter(
        organization_id=organization_id, recipient_id=OuterRef("id"), open_minor__gt=0
    )
    invoices = dict(
        Client.objects.filter(organization_id=organization_id, id__in=recipients).values_list(
            "id", ArraySubquery(theirs.order_by("-id").values("id")[:_ALIKE])
        )
    )
    for entry in entries:
        for known, why in (called, Likeness.NAME), (before, Likeness.ACCOUNT):
            for recipient in known[entry.id]:
                likely.add(entry, invoices.get(recipient, ()), why)


def _called(entries: list[Entry], organization_id: UUID) -> dict[UUID, set[UUID]]:
    """The recipients who are called like the payer of each entry."""
    keys = {each.id: name_keys(each.party) for each in entries}
    clients = Client.objects.filter(
        organization_id=organization_id,
        sort_key__in={key for each in keys.values() for key in each},
    )
    named: defaultdict[str, set[UUID]] = defaultdict(set)
    for key, id_ in clients.exclude(sort_key="").values_list("sort_key", "id"):
        named[key].add(id_)
    return {id_: {found for key in each for found in named[key]} for id_, each in keys.items()}


def _paid_before(entries: list[Entry], organization_id: UUID) -> dict[UUID, set[UUID]]:
    """The recipients whose invoices were paid from the account of each entry's payer."""
    earlier = Entry.objects.filter(
        organization_id=organization_id,
        state=EntryState.MATCHED,
        party_account=OuterRef("party_account"),
    ).exclude(party_account="")
    last = ArraySubquery(earlier.exclude(match_id=None).order_by("-id").values("match_id")[:_ALIKE])
    paid = dict(
        Entry.objects.filter(
            organization_id=organization_id, id__in=[each.id for each in entries]
        ).values_list("id", last)
    )
    matches = Match.objects.filter(
        organization_id=organization_id, id__in=[each for found in paid.values() for each in found]
    )
    whose = dict(
        Standing.objects.filter(
            organization_id=organization_id, id__in=matches.values("invoice_id")
        ).values_list("id", "recipient_id")
    )
    invoices = dict(matches.values_list("id", "invoice_id")) if whose else {}
    return {
        id_: {whose[invoices[each]] for each in found if invoices.get(each) in whose}
        for id_, found in paid.items()
    }


def _suggestions(
    entries: list[Entry], organization_id: UUID, likely: _Likely
) -> dict[UUID, list[Suggestion]]:
    """The suggestions for each entry, with the invoices and payments that they name."""
    payments = Payment.objects.filter(organization_id=organization_id).in_bulk(
        [each for found in likely.registered.values() for each in found]
    )
    ids = {id_ for reasons in likely.reasons.values() for id_ in reasons}
    ids |= {each.invoice_id for each in payments.values()}
    mine = Document.objects.filter(organization_id=organization_id)
    invoices = mine.select_related("recipient").in_bulk(ids)
    standings = Standing.objects.filter(organization_id=organization_id).in_bulk(ids)
    found = {}
    for entry in entries:
        ranked = []
        for invoice_id, reasons in likely.reasons[entry.id].items():
            invoice, standing = invoices[invoice_id], standings[invoice_id]
            if standing.open_minor == entry.amount_minor:
                reasons.add(Likeness.AMOUNT)
            ranked.append(Suggestion(invoice, standing, None, tuple(sorted(reasons, key=_order))))
        for payment_id in likely.registered[entry.id]:
            payment = payments[payment_id]
            invoice, standing = invoices[payment.invoice_id], standings[payment.invoice_id]
            why = likely.reasons[entry.id].get(invoice.id, set()) | {Likeness.REGISTERED}
            ranked.append(Suggestion(invoice, standing, payment, tuple(sorted(why, key=_order))))
        same = [each for each in ranked if each.invoice.currency == entry.currency]
        same.sort(key=lambda each: each.invoice.id, reverse=True)
        same.sort(key=lambda each: each.weight, reverse=True)
        found[entry.id] = same[:MOST]
    return found


def _order(likeness: Likeness) -> int:
    return list(Likeness).index(likeness)
