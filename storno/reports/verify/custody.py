"""Client money: what was agreed and entered about it stands as it was sealed, and in history."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q, Sum

from storno.bank.models import Entry, EntryState
from storno.custody.books import CLIENT_BANK
from storno.custody.models import PayoutAccount, Released, Return, TaxRepayment
from storno.custody.payout_account import PayoutAccountEntered
from storno.custody.reserves import (
    RELEASED,
    REPAID,
    posting_of_release,
    postings_of_repayment,
)
from storno.history.models import Event
from storno.ledger.journal import BANK
from storno.ledger.models import Transfer
from storno.ledger.post import Posting
from storno.organizations.models import Organization, OrganizationKind
from storno.organizations.sealed import is_whole
from storno.reports.verify.claim import prove_posting
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
    yield from _prove_taxes_back(books)


def _prove_taxes_back(books: Books) -> Iterator[Violation]:
    """What waited of returns and is released, and what the tax office paid back, is booked so."""
    postings: list[Posting] = []
    for released in books.rows(Released):
        yield from _whole(released)
        postings.append(posting_of_release(released))
    for repaid in books.rows(TaxRepayment):
        yield from _whole(repaid)
        postings += postings_of_repayment(repaid)
    booked: dict[UUID, list[Transfer]] = defaultdict(list)
    rows = books.rows(Transfer).filter(kind__in=(RELEASED, REPAID)).order_by("position")
    for row in rows:
        booked[row.posting_id].append(row)
    for posting in postings:
        yield from prove_posting(posting, booked.pop(posting.source_id, []), "taxes")
    for source_id in booked:
        yield Violation(
            "posting_without_source", source_id, "The posting of taxes is of nothing that is."
        )
    waited = books.rows(Return).aggregate(sum=Sum("waiting_minor", default=0))["sum"]
    released_minor = books.rows(Released).aggregate(sum=Sum("amount_minor", default=0))["sum"]
    if released_minor > waited:
        yield Violation(
            "released_too_much",
            books.organization_id,
            f"Of returns {waited} cents have waited, but {released_minor} were released.",
        )


def _whole(row: Released | TaxRepayment) -> Iterator[Violation]:
    if not is_whole(row):
        yield Violation("tax_seal_broken", row.id, "What is noted of taxes is not what was sealed.")


def prove_client_money(database: str) -> Iterator[Violation]:
    """What the bank told of the operator's account is what all books together have on it.

    For the owner, who sees the books of all.
    """
    house = Organization.objects.using(database).filter(kind=OrganizationKind.OPERATOR).first()
    if house is None:
        return
    books = Books(house.id, database)
    entries = books.rows(Entry).exclude(state=EntryState.NEW)
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
