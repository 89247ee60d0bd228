"""What was paid out of client money, what each payout is of, and to which account it goes."""

from datetime import date
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, reading_by_role
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedById, Next, next_before
from storno.api.v1.custody import PayoutAccountShown, account_shown
from storno.api.values import Body, Id, Shown, ShownAmount, ShownMoment, Text, moment_text
from storno.core.pages import checked_limit
from storno.custody.models import PayoutAccount
from storno.custody.payout_account import payout_accounts
from storno.custody.queries import must_see_client_money
from storno.custody.wishes import Wishes, wish_to_be_told, wishes_of
from storno.money.currency import decimal_text
from storno.payouts.account import enter_payout_account, withdraw_payout_account
from storno.payouts.models import InstructionState, WhyBack
from storno.payouts.queries import PaidOut, account_failed, payouts_of
from storno.payouts.statement import PayoutStatement, statement_of_payout

router = Router(tags=["payouts"])
account = Router(tags=["payouts"])


class PayoutShown(Shown):
    """Money that goes to the seller's own account; `why_back` says why it did not arrive."""

    id: UUID
    state: InstructionState
    amount: ShownAmount
    currency: str
    account: str
    pay_on: date
    left_on: date | None
    back_on: date | None
    why_back: WhyBack | None
    made_at: ShownMoment


class PayoutPage(Shown):
    """The newest first."""

    items: list[PayoutShown]
    next: Next


class PayoutLine(Shown):
    """What one happening changed of what is payable; `kind` is that of its posting."""

    kind: str
    on: date
    invoice: UUID | None
    number: str
    amount: ShownAmount


class PayoutStatementShown(Shown):
    """`carried` and the lines together are the amount of the payout and `left`."""

    payout: PayoutShown
    carried: ShownAmount
    lines: list[PayoutLine]
    left: ShownAmount


class PayoutAccountIn(Body):
    """The own account, as an IBAN."""

    account: Text


class AccountsShown(Shown):
    """The account that counts and the one that waits.

    `failed`: the bank sent money back from the one that counts, so nothing goes there until it is
    entered anew.
    """

    payout_account: PayoutAccountShown | None
    next_payout_account: PayoutAccountShown | None
    failed: bool


class NoticesIn(Body):
    """How the token's member is told of client money; `sms_to` is a number, or empty for none."""

    email: bool
    sms_to: Text = ""


class NoticesShown(Shown):
    """How the token's member is told of client money."""

    email: bool
    sms_to: str


def _payout(paid: PaidOut) -> PayoutShown:
    payout, left, back = paid.payout, paid.left, paid.back
    return PayoutShown(
        id=payout.id,
        state=paid.state,
        amount=decimal_text(payout.amount_minor, payout.currency),
        currency=payout.currency,
        account=payout.account,
        pay_on=payout.pay_on,
        left_on=None if left is None else left.on,
        back_on=None if back is None else back.on,
        why_back=None if back is None else WhyBack(back.why),
        made_at=moment_text(payout.made_at),
    )


def _statement(told: PayoutStatement) -> PayoutStatementShown:
    return PayoutStatementShown(
        payout=_payout(told.paid),
        carried=decimal_text(told.carried_minor),
        lines=[
            PayoutLine(
                kind=line.kind,
                on=line.on,
                invoice=line.invoice_id,
                number=line.number,
                amount=decimal_text(line.amount_minor),
            )
            for line in told.lines
        ],
        left=decimal_text(told.left_minor),
    )


def _accounts(caller: Caller) -> AccountsShown:
    known = payout_accounts(caller.organization.id, at=caller.at)
    return AccountsShown(
        payout_account=account_shown(known.current),
        next_payout_account=account_shown(known.waiting),
        failed=known.current is not None and account_failed(known.current),
    )


def _entered(caller: Caller, _account: PayoutAccount) -> Told:
    return Told(201, _accounts(caller))


def _withdrawn(caller: Caller, _account: PayoutAccount) -> Told:
    return Told(200, _accounts(caller))


def _notices(_caller: Caller, wishes: Wishes) -> Told:
    return Told(200, NoticesShown(email=wishes.mailed, sms_to=wishes.texted_to))


@router.get("", response=PayoutPage)
@reading_by_role
def list_payouts(request: Request, asked: Query[AskedById]) -> PayoutPage:
    """What was paid out, or is on the way; for who sees all clients."""
    must_see_client_money(request.auth.who)
    mine, limit = request.auth.organization.id, checked_limit(asked.limit)
    found = payouts_of(mine, before=asked.before, limit=limit + 1)
    following = found[limit - 1].payout.id if len(found) > limit else None
    return PayoutPage(
        items=[_payout(each) for each in found[:limit]], next=next_before(request, following)
    )


@router.get("/{payout_id}", response=PayoutStatementShown)
@reading_by_role
def get_payout(request: Request, payout_id: Id) -> PayoutStatementShown:
    """What a payout is of, line by line."""
    must_see_client_money(request.auth.who)
    return _statement(statement_of_payout(payout_id, request.auth.organization.id))


@account.get("", response=AccountsShown)
@reading_by_role
def get_payout_account(request: Request) -> AccountsShown:
    """To which account money is paid out, and to which it will be."""
    must_see_client_money(request.auth.who)
    return _accounts(request.auth)


@account.post("", response={201: AccountsShown})
@doing(_entered)
def post_payout_account(request: Request, body: PayoutAccountIn) -> PayoutAccount:
    """Have money paid out to another account after two days; needs the scope `money`.

    The first account, and the one that counts now, count at once.
    """
    return enter_payout_account(body.account, who=request.auth.who, at=request.auth.at)


@account.delete("/waiting", response=AccountsShown)
@doing(_withdrawn)
def remove_waiting_account(request: Request) -> PayoutAccount:
    """Keep the account that counts: the one that waits never will."""
    return withdraw_payout_account(who=request.auth.who, at=request.auth.at)


@account.get("/notices", response=NoticesShown)
@reading_by_role
def get_payout_notices(request: Request) -> NoticesShown:
    """How the member is told that client money has come, or was paid out."""
    must_see_client_money(request.auth.who)
    wishes = wishes_of(request.auth.who)
    return NoticesShown(email=wishes.mailed, sms_to=wishes.texted_to)


@account.put("/notices", response=NoticesShown)
@doing(_notices, fields={"texted_to": "sms_to"})
def put_payout_notices(request: Request, body: NoticesIn) -> Wishes:
    """Be told in these ways from now on; administrators are."""
    wishes = Wishes(body.email, body.sms_to)
    return wish_to_be_told(wishes, who=request.auth.who, at=request.auth.at)
