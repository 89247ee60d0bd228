"""What banks told: files, entries, matches, and the books of what waits."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from storno.bank.models import BankFile, Entry, EntryState, Match, MatchReversal
from storno.ledger.journal import ASIDE, BANK, UNMATCHED
from storno.ledger.models import Transfer
from storno.ledger.post import seal_of as seal_of_posting
from storno.organizations.models import Organization, OrganizationKind
from storno.organizations.sealed import is_whole
from storno.payments.models import Payment, Reversal
from storno.reports.verify.dossier import BATCH, Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation

WAITING = ("waits", "waits_no_more", "aside", "aside_no_more")
"""The kinds of postings that are of an entry, and of no invoice."""


def prove_bank(books: Books) -> Iterator[Violation]:
    """Every rule about what banks told."""
    yield from _files(books)
    yield from _seals(books)
    yield from _matches(books)
    for batch in _entries_with_books(books):
        yield from _waits(batch, books)


def _files(books: Books) -> Iterator[Violation]:
    """Each entry that a file brought is there, and no other."""
    came_in, went_out = Q(entry__amount_minor__gt=0), Q(entry__amount_minor__lt=0)
    rows = books.rows(BankFile).alias(
        there=Count("entry"),
        came=Coalesce(Sum("entry__amount_minor", filter=came_in), 0),
        went=Coalesce(-Sum("entry__amount_minor", filter=went_out), 0),
    )
    yield from found(
        "bank_file_sums_wrong",
        "The entries of a bank file are not those that were read.",
        rows.exclude(new=F("there"), came_in_minor=F("came"), went_out_minor=F("went")),
    )


def _seals(books: Books) -> Iterator[Violation]:
    for what, rows in (("match", books.rows(Match)), ("match_reversal", books.rows(MatchReversal))):
        for row in rows.iterator():
            if not is_whole(row):
                yield Violation(
                    f"{what}_seal_broken", row.id, "A match, or its end, is not what was sealed."
                )


def _matches(books: Books) -> Iterator[Violation]:
    """An entry is matched by the one match of it that stands, and this by a payment like it."""
    undone = having(books.rows(MatchReversal), match_id="id")
    standing = books.rows(Match).exclude(undone)
    yield from found(
        "match_astray",
        "A match stands, but its entry is not matched by it.",
        standing.filter(~having(books.rows(Entry), id="entry_id", match_id="id")),
    )
    yield from found(
        "entry_match_missing",
        "An entry is matched, but by no match that stands.",
        books.rows(Entry)
        .exclude(match_id=None)
        .filter(~having(standing, id="match_id", entry_id="id")),
    )
    yield from found(
        "match_reversal_astray",
        "The end of a match is of no match.",
        books.rows(MatchReversal).filter(~having(books.rows(Match), id="match_id")),
    )
    own = books.rows(Match).filter(paid_organization_id=F("organization_id"))
    like = {"id": "payment_id", "invoice_id": "invoice_id", "amount_minor": "entry__amount_minor"}
    payments = books.rows(Payment)
    yield from found(
        "match_without_payment",
        "A match is of a payment that is not there, or not as much.",
        own.filter(~having(payments.exclude(source_id=None), **like, source_id="id"), brought=True)
        | own.filter(~having(payments.filter(source_id=None), **like), brought=False),
    )
    yield from _crossed(books)
    taken_back = having(books.rows(Reversal), payment_id="payment_id")
    yield from found(
        "match_half_undone",
        "A match or the payment that it brought was taken back, but not the other.",
        own.filter(brought=True).annotate(here=undone, there=taken_back).exclude(here=F("there")),
    )


def _crossed(books: Books) -> Iterator[Violation]:
    """What paid another's invoice has arrived there; only the owner sees both sides."""
    if books.database != "owner":
        return
    there = Payment.objects.using(books.database).filter(
        organization_id=OuterRef("paid_organization_id"),
        id=OuterRef("payment_id"),
        invoice_id=OuterRef("invoice_id"),
        source_id=OuterRef("id"),
        amount_minor=OuterRef("entry__amount_minor"),
    )
    others = books.rows(Match).exclude(paid_organization_id=F("organization_id"))
    yield from found(
        "match_without_payment",
        "A match is of a payment to a seller that is not there, or not as much.",
        others.filter(~Exists(there)),
    )


def _entries_with_books(books: Books) -> Iterator[list[Entry]]:
    """Entries that wait or have waited, a batch at a time."""
    posted = having(books.rows(Transfer).filter(kind__in=WAITING), subject_id="id")
    entries: QuerySet[Entry] = books.rows(Entry).order_by("id")
    touched = entries.filter(Q(state=EntryState.QUEUED) | Q(posted))
    batch = list(touched[:BATCH])
    while batch:
        yield batch
        batch = list(touched.filter(id__gt=batch[-1].id)[:BATCH])


def _waits(entries: Sequence[Entry], books: Books) -> Iterator[Violation]:
    """What stands on UNMATCHED of each entry is what waits of it, and on ASIDE what is aside."""
    postings: dict[UUID, list[Transfer]] = defaultdict(list)
    ids = [entry.id for entry in entries]
    for transfer in books.rows(Transfer).filter(subject_id__in=ids).order_by("position"):
        postings[transfer.posting_id].append(transfer)
    stands: dict[tuple[str, UUID], int] = defaultdict(int)
    by_id = {entry.id: entry for entry in entries}
    for posting_id, transfers in postings.items():
        entry = by_id[transfers[0].subject_id]
        if any(bytes(each.seal) != seal_of_posting(transfers) for each in transfers):
            yield Violation(
                "posting_seal_broken", posting_id, "The posting of an entry is not as sealed."
            )
        signed = _signed(transfers, entry)
        if signed is None:
            yield Violation(
                "waiting_posting_wrong",
                posting_id,
                "The posting of an entry that waits is not what must be posted.",
            )
        stands[_account(transfers), entry.id] += signed or 0
    is_operators = _is_operators(books)
    for entry in entries:
        is_waiting = entry.state == EntryState.QUEUED
        if stands[UNMATCHED, entry.id] != (entry.amount_minor if is_waiting else 0):
            yield Violation(
                "waiting_unbooked",
                entry.id,
                "What the ledger has of an entry that waits is not what waits of it.",
            )
        is_aside = is_operators and entry.state == EntryState.ASIDE
        if stands[ASIDE, entry.id] != (entry.amount_minor if is_aside else 0):
            yield Violation(
                "aside_unbooked",
                entry.id,
                "What the ledger has of an entry that was set aside is not what it is.",
            )


def _is_operators(books: Books) -> bool:
    house = Organization.objects.using(books.database).filter(id=books.organization_id)
    return house.filter(kind=OrganizationKind.OPERATOR).exists()


def _account(transfers: Sequence[Transfer]) -> str:
    """Where an entry stands by a posting of this kind."""
    return ASIDE if transfers[0].kind.startswith("aside") else UNMATCHED


def _signed(transfers: Sequence[Transfer], entry: Entry) -> int | None:
    """What a posting puts on its account; None where it is none of this entry."""
    first, *more = transfers
    accounts, account = (first.debit, first.credit), _account(transfers)
    holds = (
        not more
        and first.position == 0
        and accounts in ((BANK, account), (account, BANK))
        and (first.kind in ("waits", "aside"))
        is ((entry.amount_minor > 0) is (accounts[0] == BANK))
        and (first.amount_minor, first.currency) == (abs(entry.amount_minor), entry.currency)
        and first.booked_on == entry.booked_on
    )
    if not holds:
        return None
    return first.amount_minor if first.credit == account else -first.amount_minor
