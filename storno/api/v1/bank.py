"""What a bank told: its files, their entries, and the invoices that these have met."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from storno.api.answers import Told, doing, reading_by_role
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedById, Next, next_before
from storno.api.values import (
    Asked,
    Body,
    Chosen,
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    Text,
    moment_text,
    unsent,
)
from storno.bank.models import BankFile, Entry, EntryState, EntryWhy, Match
from storno.bank.queries import count_states, entry_with, file_with, list_entries, list_files
from storno.bank.take_in import MOST_BYTES, TakenIn, must_see_the_bank, take_in
from storno.banking.amount import written_amount
from storno.core.refusals import Absent, Invalid, invalid
from storno.diary.looks import note_look_at_paper
from storno.matching.match import link_entry, match_entry, set_aside, take_up, undo_match
from storno.matching.queries import invoices_met, matches_of
from storno.matching.rank import Likeness
from storno.matching.suggest import Suggestion, suggest
from storno.money.currency import decimal_text
from storno.organizations.scope import scope_of

files = Router(tags=["bank"])
entries = Router(tags=["bank"])
unmatched = Router(tags=["bank"])

_FILE = {"schema": {"type": "string", "format": "binary"}}
FILE_BODY = {
    "required": True,
    "content": {"application/xml": _FILE, "text/plain": _FILE, "application/octet-stream": _FILE},
}


class FileAsked(Asked):
    """What the file is called, for whoever looks for it in the list."""

    name: Text = ""


class EntriesAsked(AskedById):
    """A page of entries, of one state where it is named."""

    state: Chosen[EntryState] | None = None


class MatchIn(Body):
    """What an entry pays: an `invoice`; or the `payment` by hand that it is, so nothing is paid."""

    invoice: Id | None = unsent()
    payment: Id | None = unsent()


class AsideIn(Body):
    """Why an entry has nothing to do with the invoices, if there is something to say."""

    note: Text = ""


class UnmatchingIn(Body):
    """Why a match is undone."""

    reason: Text


class StatesShown(Shown):
    """How many of the entries that a file brought stand in each state."""

    new: int
    queued: int
    matched: int
    returned: int
    payout: int
    aside: int


class BankFileShown(Shown):
    """A file that was read: of its `entries` so many were `new` and so many `known` before.

    `elsewhere` are entries of other accounts, which were left out. `states` says what has become of
    the new ones: those that are `new` are being matched.
    """

    id: UUID
    name: str
    kind: str
    account: str
    entries: int
    new: int
    known: int
    elsewhere: int
    read_at: ShownMoment
    states: StatesShown


class BankFilePage(Shown):
    """The files that were read, the last first."""

    items: list[BankFileShown]
    next: Next


class BankEntryShown(Shown):
    """One booked move of money: what the bank told, and what became of it.

    `amount` above zero came in. `why` says why it is in this `state`; a matched one names the
    `invoice` and the `payment`, one that took another back the entry that it `takes_back`.
    """

    id: UUID
    file: UUID
    account: str
    booked_on: date
    amount: str
    currency: str
    reference: str
    text: str
    party: str
    party_account: str
    state: EntryState
    why: EntryWhy | None
    note: str
    invoice: UUID | None
    payment: UUID | None
    takes_back: UUID | None


class EntryPage(Shown):
    """Entries, the last read first."""

    items: list[BankEntryShown]
    next: Next


class SuggestionShown(Shown):
    """An invoice that an entry may pay, and why; with `payment`, one by hand that it may be."""

    invoice: UUID
    number: str
    recipient: str
    open: ShownAmount
    payment: UUID | None
    reasons: list[Likeness]


class UnmatchedShown(BankEntryShown):
    """An entry that waits for a person, with the likely invoices, the likeliest first."""

    suggestions: list[SuggestionShown]


class UnmatchedPage(Shown):
    """The entries that wait for a person, the last read first."""

    items: list[UnmatchedShown]
    next: Next


def _show_file(file: BankFile) -> BankFileShown:
    counts = {state.value: count for state, count in count_states(file).items()}
    return BankFileShown(
        id=file.id,
        name=file.name,
        kind=file.kind,
        account=file.account,
        entries=file.entries,
        new=file.new,
        known=file.entries - file.new,
        elsewhere=file.elsewhere,
        read_at=moment_text(file.read_at),
        states=StatesShown(**counts),
    )


def _show_entries(rows: Sequence[Entry], organization_id: UUID) -> list[BankEntryShown]:
    matches = matches_of(rows, organization_id)
    return [_show(each, matches.get(each.id)) for each in rows]


def _show(entry: Entry, match: Match | None) -> BankEntryShown:
    return BankEntryShown(
        id=entry.id,
        file=entry.file_id,
        account=entry.account,
        booked_on=entry.booked_on,
        amount=written_amount(entry.amount_minor, entry.currency),
        currency=entry.currency,
        reference=entry.reference,
        text=entry.text,
        party=entry.party,
        party_account=entry.party_account,
        state=EntryState(entry.state),
        why=EntryWhy(entry.why) if entry.why else None,
        note=entry.note,
        invoice=match.invoice_id if match else None,
        payment=match.payment_id if match else None,
        takes_back=entry.returns_entry_id,
    )


def _show_suggestion(each: Suggestion) -> SuggestionShown:
    return SuggestionShown(
        invoice=each.invoice.id,
        number=each.invoice.number,
        recipient=each.invoice.recipient.name,
        open=decimal_text(each.standing.open_minor, each.invoice.currency),
        payment=each.payment.id if each.payment else None,
        reasons=list(each.likenesses),
    )


def _read(_caller: Caller, taken: TakenIn) -> Told:
    return Told(200 if taken.again else 201, _show_file(taken.file))


def _told(caller: Caller, entry: Entry) -> Told:
    (shown,) = _show_entries([entry], caller.who.organization_id)
    return Told(200, shown)


@files.post(
    "",
    response={200: BankFileShown, 201: BankFileShown},
    openapi_extra={"requestBody": FILE_BODY},
)
@doing(_read, most_bytes=MOST_BYTES)
def post_bank_file(request: Request, asked: Query[FileAsked]) -> TakenIn:
    """Read a file of a bank, sent as it is: camt.053, camt.054 or OCR giro.

    200 says that this file was read before. Its entries are matched within seconds.
    """
    with request.upload as file:
        return take_in(file, asked.name, who=request.auth.who, at=request.auth.at)


@files.get("", response=BankFilePage)
@reading_by_role
def list_bank_files(request: Request, asked: Query[AskedById]) -> BankFilePage:
    """The files that were read, the last first."""
    must_see_the_bank(request.auth.who)
    page = list_files(request.auth.who.organization_id, before=asked.before, limit=asked.limit)
    return BankFilePage(
        items=[_show_file(each) for each in page.rows], next=next_before(request, page.next)
    )


@files.get("/{file_id}", response=BankFileShown)
@reading_by_role
def get_bank_file(request: Request, file_id: Id) -> BankFileShown:
    """A file that was read, and what has become of its entries."""
    must_see_the_bank(request.auth.who)
    return _show_file(file_with(file_id, organization_id=request.auth.who.organization_id))


@files.get("/{file_id}/entries", response=EntryPage)
@reading_by_role
def list_bank_file_entries(request: Request, file_id: Id, asked: Query[EntriesAsked]) -> EntryPage:
    """The entries that a file brought, the last first."""
    must_see_the_bank(request.auth.who)
    mine = request.auth.who.organization_id
    file = file_with(file_id, organization_id=mine)
    page = list_entries(
        mine,
        states=(asked.state,) if asked.state else (),
        file_id=file.id,
        before=asked.before,
        limit=asked.limit,
    )
    return EntryPage(items=_show_entries(page.rows, mine), next=next_before(request, page.next))


@entries.get("/{entry_id}", response=BankEntryShown)
@reading_by_role
def get_bank_entry(request: Request, entry_id: Id) -> BankEntryShown:
    """One entry of a bank."""
    must_see_the_bank(request.auth.who)
    who = request.auth.who
    entry = entry_with(entry_id, organization_id=who.organization_id)
    for met in invoices_met([entry], who.organization_id).values():
        note_look_at_paper(met.id, met.recipient_id, who=who, at=request.auth.at)
    (shown,) = _show_entries([entry], who.organization_id)
    return shown


@unmatched.get("", response=UnmatchedPage)
@reading_by_role
def list_unmatched(request: Request, asked: Query[AskedById]) -> UnmatchedPage:
    """The entries that wait for a person, each with the likely invoices."""
    must_see_the_bank(request.auth.who)
    mine = request.auth.who.organization_id
    waiting = (EntryState.QUEUED,)
    page = list_entries(mine, states=waiting, before=asked.before, limit=asked.limit)
    likely = suggest(page.rows, mine)
    return UnmatchedPage(
        items=[
            UnmatchedShown(
                **_show(each, None).model_dump(),
                suggestions=[_show_suggestion(found) for found in likely.get(each.id, [])],
            )
            for each in page.rows
        ],
        next=next_before(request, page.next),
    )


@unmatched.post("/{entry_id}/match", response=BankEntryShown)
@doing(_told)
def post_match(request: Request, entry_id: Id, body: MatchIn) -> Entry:
    """Pay an invoice with an entry, or say which payment by hand it is. The rest is owed back."""
    who, at = request.auth.who, request.auth.at
    _must_name_one(body)
    try:
        if body.payment is not None:
            return link_entry(entry_id, body.payment, who=who, at=at)
        assert body.invoice is not None
        return match_entry(entry_id, body.invoice, who=who, at=at)
    except Absent:
        raise _unknown(request, entry_id, body) from None


def _must_name_one(body: MatchIn) -> None:
    """Raise Invalid unless a body names an invoice or a payment."""
    if body.invoice is None and body.payment is None:
        raise invalid("invoice", "required", _("Name the invoice that is paid."))
    if body.invoice is not None and body.payment is not None:
        raise invalid("payment", "not_here", _("Name an invoice or a payment, not both."))


def _unknown(request: Request, entry_id: UUID, body: MatchIn) -> Absent | Invalid:
    """Whether the entry is not there, or what the body names."""
    with scope_of(request.auth.who):
        try:
            entry_with(entry_id, organization_id=request.auth.who.organization_id)
        except Absent as absent:
            return absent
    if body.payment is not None:
        return invalid("payment", "unknown_payment", _("There is no such payment."))
    return invalid("invoice", "unknown_invoice", _("There is no such invoice."))


@unmatched.post("/{entry_id}/aside", response=BankEntryShown)
@doing(_told)
def post_aside(request: Request, entry_id: Id, body: AsideIn) -> Entry:
    """Set an entry aside that has nothing to do with the invoices."""
    return set_aside(entry_id, body.note, who=request.auth.who, at=request.auth.at)


@entries.delete("/{entry_id}/aside", response=BankEntryShown)
@doing(_told)
def delete_aside(request: Request, entry_id: Id) -> Entry:
    """Let an entry that was set aside wait again."""
    return take_up(entry_id, who=request.auth.who, at=request.auth.at)


@entries.post("/{entry_id}/match-reversal", response=BankEntryShown)
@doing(_told)
def post_match_reversal(request: Request, entry_id: Id, body: UnmatchingIn) -> Entry:
    """Undo a wrong match; needs a token with the scope `money`. The payment it brought goes."""
    return undo_match(entry_id, body.reason, who=request.auth.who, at=request.auth.at)
