"""A bank's file is taken in: all of it or nothing, and what is known already stays as it is.

Imports of one organization wait for each other. What came in is met with invoices afterwards, in
transactions of its own (`matching/meet.py`), and goes on where it was killed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, ClassVar

from django.db import connection
from django.utils.translation import gettext_lazy as _

from storno.administration.seller import AccountIsTheOperators
from storno.bank.models import LONGEST_KEY, LONGEST_TEXT, BankFile, EntryState
from storno.bank.models import Entry as Row
from storno.banking.account import plain_account
from storno.banking.entry import Entry, Statement
from storno.banking.read import read
from storno.banking.unreadable import AGAIN, Unreadable
from storno.core.entered import tidy
from storno.core.ids import new_id
from storno.core.refusals import Blocked, Blocker, NotAllowed, Refused, Words
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed

MOST_BYTES = 500_000_000
"""Of a file that comes by a page or by the API; a larger one is taken in at the terminal."""

AT_ONCE = 5_000
"""Rows in one statement."""

_CHUNK = 1 << 20
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_COLUMNS = [each for each in Row._meta.concrete_fields if each.column not in ("match_id",)]


@dataclass(frozen=True)
class BankFileRead(Happening):
    """What a bank told of the account was taken in."""

    kind: ClassVar = "bank.file_read"
    sentence: ClassVar = _("A bank file was read: %(new)s new of %(entries)s entries.")
    entries: int
    new: int


class FileIsFaulty(Blocked):
    """The file is none that can be read; the line and the reason are told."""

    code = "bank_file_faulty"

    def __init__(self, why: Unreadable) -> None:
        told = _("This file cannot be taken in. Line %(line)s: %(sentence)s%(place)s.") % {
            "line": why.line,
            "sentence": _(why.reason.sentence),
            "place": f" ({why.what})" if why.what else "",
        }
        way_out: Words = _("Fetch the file from your bank again, and hand it over as it came.")
        if why.reason.remedy != AGAIN:
            way_out = _(why.reason.remedy)
        super().__init__([Blocker(self.code, told, way_out, "file")])
        self.reason = why.reason.code
        self.line = why.line


class NoAccountYet(Refused):
    """The organization says nowhere which account is its own."""

    code = "no_account_yet"
    message = _("Storno does not know your account yet, so it cannot tell what of this is yours.")
    remedy = _("Enter the account in the settings, and upload the file again.")
    field = "file"


class AccountIsNotYours(Refused):
    """All of the file is about other accounts."""

    code = "account_is_not_yours"
    message = _("This file is about another account than the one on your invoices.")
    remedy = _("Fetch the file of that account from your bank, or correct the account in settings.")
    field = "file"


class OtherKindOfFile(Refused):
    """The account has been read from files of another kind, which tell of the same money."""

    code = "other_kind_of_file"
    message = _("This account is read from files of another kind, which tell of the same money.")
    remedy = _("Upload the kind that you have uploaded before, so that nothing is counted twice.")
    field = "file"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file as it was read; `again`: it had been before, so nothing has changed."""

    file: BankFile
    again: bool


@dataclass(slots=True)
class _Count:
    """What has been read so far."""

    kinds: set[str] = field(default_factory=set)
    entries: int = 0
    elsewhere: int = 0


def must_see_the_bank(who: Actor) -> None:
    """Raise NotAllowed for who sees own clients only: an account tells of everybody who pays."""
    if who.clients_of is not None:
        raise NotAllowed


@deed
def take_in(file: BinaryIO, name: str, *, who: Actor, at: datetime) -> TakenIn:
    """Take in a bank's file, open in binary and seekable; of several accounts that of the seller.

    Raises FileIsFaulty, AccountIsTheOperators, NoAccountYet, AccountIsNotYours, OtherKindOfFile,
    NotAllowed.
    """
    who.must(Deed.REGISTER_PAYMENT)
    must_see_the_bank(who)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [f"bank {who.organization_id}"])
    mine = BankFile.objects.filter(organization_id=who.organization_id)
    digest = _digest(file)
    for known in mine.filter(digest=digest):
        return TakenIn(known, again=True)
    now = settings_of(who.organization_id)
    if now.organization.in_custody:
        raise AccountIsTheOperators
    account = plain_account(now.seller.account)
    if not account:
        raise NoAccountYet
    new, count = _begin(digest, account, name, who=who, at=at), _Count()
    try:
        _write_entries(_of_account(read(file), account, count), new)
    except Unreadable as why:
        raise FileIsFaulty(why) from None
    if not count.kinds:
        raise AccountIsNotYours
    new.kind = min(count.kinds)
    before = mine.filter(account=account).exclude(id=new.id)
    if len(count.kinds) > 1 or before.exclude(kind=new.kind).exists():
        raise OtherKindOfFile
    new.entries, new.elsewhere = count.entries, count.elsewhere
    new.new, new.came_in_minor, new.went_out_minor = _sums(new)
    new.save(force_update=True)
    record(BankFileRead(new.entries, new.new), subject_id=new.id, who=who, at=at)
    return TakenIn(new, again=False)


def _begin(digest: bytes, account: str, name: str, *, who: Actor, at: datetime) -> BankFile:
    """The row of a file that is about to be read: its entries name it."""
    return BankFile.objects.create(
        organization_id=who.organization_id,
        name=_printable(name)[:200],
        digest=digest,
        account=account,
        read_at=at,
        read_by=who.person_id,
    )


def _printable(name: str) -> str:
    """A file's name without what no page can show."""
    return tidy("".join(sign for sign in name if sign.isprintable()))


def _digest(file: BinaryIO) -> bytes:
    whole = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        whole.update(chunk)
    file.seek(0)
    return whole.digest()


def _of_account(found: Iterator[Statement | Entry], account: str, count: _Count) -> Iterator[Entry]:
    """The entries of one account, while those of others are counted."""
    for each in found:
        if isinstance(each, Statement):
            if each.account == account:
                count.kinds.add(each.kind)
        elif each.account == account:
            count.entries += 1
            yield each
        else:
            count.elsewhere += 1


def _write_entries(entries: Iterator[Entry], file: BankFile) -> None:
    """Write what is not known yet; each statement is the same for whatever it bears."""
    names = ", ".join(str(each.column) for each in _COLUMNS)
    types = ", ".join(
        f"%s::{str(each.db_type(connection)).partition('(')[0]}[]" for each in _COLUMNS
    )
    statement = (
        f"INSERT INTO {Row._meta.db_table} ({names}) SELECT * FROM unnest({types}) "  # noqa: S608
        "ON CONFLICT (organization_id, account, key) DO NOTHING"
    )
    with connection.cursor() as cursor:
        while some := list(islice(entries, AT_ONCE)):
            rows = [_row(each, file) for each in some]
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _row(entry: Entry, file: BankFile) -> tuple[Any, ...]:
    """The columns of a new entry, in the order of the model's fields without its match."""
    returned = entry.returned
    return (
        new_id(),
        file.organization_id,
        file.id,
        entry.account,
        _kept_key(entry.key),
        entry.booked_on,
        entry.amount_minor,
        entry.currency,
        entry.reference[:140],
        entry.text[:LONGEST_TEXT],
        entry.party[:140],
        entry.party_account[:34],
        entry.end_to_end[:140],
        "" if returned is None else returned.original[:140],
        "" if returned is None else returned.reason[:140],
        entry.is_reversal,
        EntryState.NEW,
        "",
        None,
        "",
    )


def _kept_key(key: str) -> str:
    """A key as it is kept: one that is longer than banks write is told by its hash."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


_SUMS = """
SELECT count(*), coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0),
    coalesce(-sum(amount_minor) FILTER (WHERE amount_minor < 0), 0)
FROM bank_entry WHERE organization_id = %s AND file_id = %s
"""


def _sums(file: BankFile) -> tuple[int, int, int]:
    """How many entries a file brought, and what came in and went out by them."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [file.organization_id, file.id])
        new, came_in, went_out = cursor.fetchone()
    return int(new), int(came_in), int(went_out)
