"""Client money: what the operator holds of a seller's money, for whom, and what came of it."""

from typing import Literal
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, reading_by_role
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedById, Next, next_before
from storno.api.values import (
    Body,
    Number,
    Shown,
    ShownAmount,
    ShownMoment,
    ShownNumber,
    moment_text,
    number_text,
)
from storno.custody.models import FeeOnCredit, PayoutAccount, PrepaymentBase, Remitted, Terms
from storno.custody.payout_account import payout_accounts
from storno.custody.queries import Moved, held_now, must_see_client_money, statement_of
from storno.custody.split import Shares
from storno.custody.terms import set_withholding, terms_of
from storno.money.currency import decimal_text

router = Router(tags=["custody"])


class TermsShown(Shown):
    """What is set aside of money that comes in now, in percent."""

    withholding_percent: ShownNumber
    fee_percent: ShownNumber
    fee_vat_percent: ShownNumber
    prepayment_base: PrepaymentBase
    fee_on_credit: FeeOnCredit
    remitted: Remitted


class SharesShown(Shown):
    """Money by whose it is: reserves for the tax office, the operator's fee, and the rest."""

    vat_reserve: ShownAmount
    prepayment_reserve: ShownAmount
    fee: ShownAmount
    fee_vat: ShownAmount
    payable: ShownAmount


class HeldShown(SharesShown):
    """What is held now; `payers` came in beyond what was claimed. A `payable` below 0 is owed.

    A reserve below 0 is with the tax office and was advanced; `waiting` is to be returned to the
    seller once the tax office has paid it back.
    """

    payers: ShownAmount
    waiting: ShownAmount


class StatementLine(Shown):
    """What a payment, its reversal or the return after a credit changed of each share."""

    id: UUID
    kind: Literal["payment", "reversal", "return"]
    invoice: UUID
    number: str
    at: ShownMoment
    changed: SharesShown


class CustodyStatementShown(Shown):
    """The newest lines first."""

    items: list[StatementLine]
    next: Next


class PayoutAccountShown(Shown):
    """An own account, and from when on it counts."""

    account: str
    counts_from: ShownMoment


class CustodyShown(Shown):
    """Client money; `next_payout_account` was entered and waits."""

    custody: bool
    terms: TermsShown
    payout_account: PayoutAccountShown | None
    next_payout_account: PayoutAccountShown | None
    held: HeldShown
    statement: CustodyStatementShown


def _terms(terms: Terms) -> TermsShown:
    return TermsShown(
        withholding_percent=number_text(terms.withholding_percent),
        fee_percent=number_text(terms.fee_percent),
        fee_vat_percent=number_text(terms.fee_vat_percent),
        prepayment_base=PrepaymentBase(terms.prepayment_base),
        fee_on_credit=FeeOnCredit(terms.fee_on_credit),
        remitted=Remitted(terms.remitted),
    )


def _shares(shares: Shares) -> dict[str, str]:
    return {
        "vat_reserve": decimal_text(shares.vat_minor),
        "prepayment_reserve": decimal_text(shares.prepayment_minor),
        "fee": decimal_text(shares.fee_minor),
        "fee_vat": decimal_text(shares.fee_vat_minor),
        "payable": decimal_text(shares.payable_minor),
    }


def account_shown(account: PayoutAccount | None) -> PayoutAccountShown | None:
    """An account as it is shown; None where there is none."""
    if account is None:
        return None
    counts_from = moment_text(account.counts_from)
    return PayoutAccountShown(account=account.account, counts_from=counts_from)


def _line(moved: Moved) -> StatementLine:
    return StatementLine(
        id=moved.row.id,
        kind=moved.kind,
        invoice=moved.row.invoice_id,
        number=moved.number,
        at=moment_text(moved.row.made_at),
        changed=SharesShown(**_shares(moved.changed)),
    )


class TermsIn(Body):
    """What a member may change of it: the own rate of income tax, in percent."""

    withholding_percent: Number


def _agreed(_caller: Caller, terms: Terms) -> Told:
    return Told(200, _terms(terms))


@router.patch("", response=TermsShown)
@doing(_agreed)
def patch_custody(request: Request, body: TermsIn) -> Terms:
    """Have another rate of income tax set aside, of money that comes from now on."""
    return set_withholding(body.withholding_percent, who=request.auth.who, at=request.auth.at)


@router.get("", response=CustodyShown)
@reading_by_role
def get_custody(request: Request, asked: Query[AskedById]) -> CustodyShown:
    """What the operator holds now, and the statement of it; for who sees all clients."""
    must_see_client_money(request.auth.who)
    mine = request.auth.organization.id
    accounts, held = payout_accounts(mine, at=request.auth.at), held_now(mine)
    page = statement_of(mine, before=asked.before, limit=asked.limit)
    lines = [_line(each) for each in page.lines]
    return CustodyShown(
        custody=request.auth.organization.in_custody,
        terms=_terms(terms_of(mine)),
        payout_account=account_shown(accounts.current),
        next_payout_account=account_shown(accounts.waiting),
        held=HeldShown(
            **_shares(held.shares),
            payers=decimal_text(held.payers_minor),
            waiting=decimal_text(held.waiting_minor),
        ),
        statement=CustodyStatementShown(items=lines, next=next_before(request, page.next)),
    )
