"""The entrepreneur's own account: another one waits, so that nobody else's takes the money."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.refusals import Words, invalid
from storno.custody.models import PayoutAccount
from storno.custody.tell import tell_of_account
from storno.history.record import Happening, record
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Seller
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed

WAITS = timedelta(days=2)
"""So long another account waits: the notice to the members is read meanwhile, and this undone."""

PAYOUT_ACCOUNT_LETTER = "payout_account"
"""The kind of letter that tells of the first account, and of one that waits."""

WRONG: Words = _("This is not an account number. Check its digits.")


@dataclass(frozen=True)
class PayoutAccountEntered(Happening):
    """Money goes to another account of the entrepreneur; `ending` is its last four signs."""

    kind: ClassVar = "custody.payout_account"
    sentence: ClassVar = _("Money is paid out to the account ending in %(ending)s from %(on)s on.")
    payout_account_id: str
    ending: str
    on: str


@dataclass(frozen=True, slots=True)
class PayoutAccounts:
    """The account that money goes to now, and the one that waits to take its place."""

    current: PayoutAccount | None
    waiting: PayoutAccount | None


def write_payout_account(
    account: str, *, who: Actor, at: datetime, anew: bool = False, stood: bool = False
) -> PayoutAccount:
    """Write another account within the caller's transaction; the first one counts at once.

    The first one takes nobody's place, and without it nothing is paid out: what waits does so for
    it. The former account entered anew counts at once, and the one that waited never will; the one
    that counts is written again only where it shall be `anew`. Members are told of the first one,
    unless it `stood` on their invoices until now, and of one that waits. Raises Invalid.
    """
    mine = who.organization_id
    seller = Seller.objects.select_related("organization").get(organization_id=mine)
    plain = COUNTRIES[seller.country].plain_account(account)
    if plain is None:
        raise invalid("account", "check_digit", WRONG)
    if seller.organization.in_custody and plain == seller.account:
        raise invalid("account", "not_your_own", _("This is the client money account."))
    known = payout_accounts(mine, at=at)
    if known.waiting is not None and known.waiting.account == plain:
        return known.waiting
    is_former = known.current is not None and known.current.account == plain
    if known.current is not None and is_former and known.waiting is None and not anew:
        return known.current
    now = known.current is None or is_former
    entered = sealed(
        PayoutAccount(
            id=new_id(),
            organization_id=mine,
            account=plain,
            entered_at=at,
            entered_by=who.person_id,
            counts_from=at if now else at + WAITS,
        )
    )
    entered.save(force_insert=True)
    on = entered.counts_from.date().isoformat()
    happened = PayoutAccountEntered(str(entered.id), plain[-4:], on)
    record(happened, subject_id=mine, who=who, at=at)
    if not now or (known.current is None and not stood):
        tell_of_account(PAYOUT_ACCOUNT_LETTER, entered.id, mine, at=at)
    return entered


def payout_accounts(organization_id: UUID, *, at: datetime) -> PayoutAccounts:
    """Which account counts, and which waits; what was entered last supersedes what waited.

    What was superseded while it waited never counts, not even until the last one does.
    """
    rows = list(PayoutAccount.objects.filter(organization_id=organization_id).order_by("-id"))
    stands = [
        row
        for newer, row in zip([None, *rows], rows, strict=False)
        if newer is None or newer.entered_at >= row.counts_from
    ]
    current = next((row for row in stands if row.counts_from <= at), None)
    waiting = rows[0] if rows and rows[0].counts_from > at else None
    return PayoutAccounts(current, waiting)
