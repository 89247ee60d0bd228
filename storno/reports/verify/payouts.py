"""Payouts: each is booked as far as it got, and the operator's instructions say the same of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from storno.ledger.models import Transfer
from storno.ledger.post import Posting
from storno.organizations.sealed import is_whole
from storno.payouts.books import back_moves, left_moves, made_moves
from storno.payouts.models import (
    Instruction,
    InstructionState,
    Payout,
    PayoutBack,
    PayoutLeft,
    WhyBack,
)
from storno.payouts.write import BACK, LEFT, MADE
from storno.reports.verify.claim import prove_posting
from storno.reports.verify.dossier import BATCH, Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation

PAYOUT = "a payout"


def prove_payouts(books: Books) -> Iterator[Violation]:
    """Every rule about payouts."""
    payouts = books.rows(Payout).order_by("id")
    batch = list(payouts[:BATCH])
    while batch:
        yield from _prove(batch, books)
        batch = list(payouts.filter(id__gt=batch[-1].id)[:BATCH])
    for rows in (books.rows(Payout), books.rows(PayoutLeft), books.rows(PayoutBack)):
        for row in rows.iterator():
            if not is_whole(row):
                yield Violation("payout_seal_broken", row.id, "A payout is not what was sealed.")
    for rows in (books.rows(PayoutLeft), books.rows(PayoutBack)):
        yield from found(
            "payout_missing",
            "What became of a payout is told, but the payout is not there.",
            rows.filter(~having(books.rows(Payout), id="payout_id")),
        )
    yield from _instructions(books)


def _prove(payouts: Sequence[Payout], books: Books) -> Iterator[Violation]:
    ids = [each.id for each in payouts]
    left = {row.payout_id: row for row in books.rows(PayoutLeft).filter(payout_id__in=ids)}
    back = {row.payout_id: row for row in books.rows(PayoutBack).filter(payout_id__in=ids)}
    postings: dict[UUID, list[Transfer]] = defaultdict(list)
    for transfer in books.rows(Transfer).filter(subject_id__in=ids).order_by("position"):
        postings[transfer.posting_id].append(transfer)
    for payout in payouts:
        for posting in _expected(payout, left.get(payout.id), back.get(payout.id), postings):
            yield from prove_posting(posting, postings.pop(posting.source_id, []), PAYOUT)
    for source_id in postings:
        yield Violation(
            "posting_without_source", source_id, "The posting of a payout is of nothing that is."
        )


def _expected(
    payout: Payout,
    left: PayoutLeft | None,
    back: PayoutBack | None,
    postings: dict[UUID, list[Transfer]],
) -> Iterator[Posting]:
    """What must be posted of a payout as far as it got; both books of what the bank told."""
    parts, named = payout.parts, (payout.id, payout.currency)
    yield Posting(payout.id, MADE, *named, payout.pay_on, made_moves(parts))
    if left is not None:
        custody, own = left_moves(parts)
        # One entry may be of several payouts, so that which joins them is what the bank told.
        joined = next((each.move_id for each in postings.get(left.id, ())), left.id)
        yield Posting(left.id, LEFT, *named, left.on, custody, joined or left.id)
        if own:
            yield Posting(left.own_id, LEFT, *named, left.on, own)
    if back is not None:
        had_left = back.entry_id is not None
        custody, own = back_moves(parts, had_left=had_left)
        joined = back.id if had_left else None
        if back.why == WhyBack.MISTAKEN:
            joined = next((each.move_id for each in postings.get(back.id, ())), None) or back.id
        yield Posting(back.id, BACK, *named, back.on, custody, joined)
        if back.own_id is not None and own:
            yield Posting(back.own_id, BACK, *named, back.on, own)


def _instructions(books: Books) -> Iterator[Violation]:
    """What the operator asked of the bank is what sellers were paid; the owner sees both sides."""
    if books.database != "owner":
        return
    its = {"organization_id": OuterRef("seller_id"), "payout_id": OuterRef("payout_id")}
    left = Exists(PayoutLeft.objects.using(books.database).filter(**its))
    back = Exists(PayoutBack.objects.using(books.database).filter(**its))
    there = Payout.objects.using(books.database).filter(
        organization_id=OuterRef("seller_id"),
        id=OuterRef("payout_id"),
        batch_id=OuterRef("batch_id"),
        amount_minor=OuterRef("amount_minor"),
        end_to_end=OuterRef("end_to_end"),
    )
    there = there.filter(Q(account=OuterRef("account")) | Q(to_payer__isnull=False))
    mine = books.rows(Instruction)
    yield from found(
        "instruction_without_payout",
        "The bank was asked to pay out what no seller's books know of.",
        mine.filter(~Exists(there)),
    )
    on_the_way, gone = Q(state=InstructionState.ON_THE_WAY), Q(state=InstructionState.LEFT)
    yield from found(
        "instruction_differs",
        "A payout is not as far as the operator's books say.",
        mine.filter(
            on_the_way & (Q(left) | Q(back))
            | gone & (~Q(left) | Q(back))
            | Q(state=InstructionState.BACK) & ~Q(back)
        ),
    )
