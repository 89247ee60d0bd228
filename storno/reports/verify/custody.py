"""Client money: what was agreed and entered about it stands as it was sealed, and in history."""

from collections.abc import Iterator

from django.db.models import Q, Sum

from storno.bank.models import Entry, EntryState
from storno.custody.books import CLIENT_BANK
from storno.custody.models import PayoutAccount
from storno.custody.payout_account import PayoutAccountEntered
from storno.history.models import Event
from storno.ledger.journal import BANK
from storno.ledger.models import Transfer
from storno.organizations.models import Organization, OrganizationKind
from storno.organizations.sealed import is_whole
from storno.reports.verify.dossier import Books
from storno.reports.verify.violation import Violation

UNBALANCED = "client_money_unbalanced"


def prove_custody(books: Books) -> Iterator[Violation]:
    """Every rule about client money that needs no dossier."""
    entered = {str(row.id): row for row in books.rows(PayoutAccount)}
    for row in entered.values():
        if not is_whole(row):
            yield Violation(
                "payout_account_seal_broken", row.id, "A payout account is not what was sealed."
            )
    events = books.rows(Event).filter(kind=PayoutAccountEntered.kind)
    told = {event.facts["payout_account_id"]: event for event in events}
    for id_ in entered.keys() - told.keys():
        yield Violation(
            "payout_account_untold", entered[id_].id, "History does not tell of a payout account."
        )
    for id_ in told.keys() - entered.keys():
        yield Violation(
            "payout_account_missing",
            told[id_].id,
            "History tells of a payout account that is not there.",
        )


def prove_client_money(database: str) -> Iterator[Violation]:
    """What the bank told of the operator's account is what all books together have on it.

    For the owner, who sees the books of all.
    """
    house = Organization.objects.using(database).filter(kind=OrganizationKind.OPERATOR).first()
    if house is None:
        return
    books = Books(house.id, database)
    entries = books.rows(Entry).exclude(state__in=[EntryState.NEW, EntryState.ASIDE])
    told = entries.aggregate(told=Sum("amount_minor", default=0))["told"]
    booked = sum(
        sign
        * Transfer.objects.using(database)
        .filter(on_it)
        .aggregate(booked=Sum("amount_minor", default=0))["booked"]
        for sign, on_it in (
            (1, Q(debit=CLIENT_BANK) | Q(debit=BANK, organization_id=house.id)),
            (-1, Q(credit=CLIENT_BANK) | Q(credit=BANK, organization_id=house.id)),
        )
    )
    if told != booked:
        yield Violation(
            UNBALANCED,
            house.id,
            f"On the client money account lie {told} cents, but the books of all have {booked}.",
        )
