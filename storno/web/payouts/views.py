"""What was paid out of client money, and line by line what each payout is of."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from storno.core.sheet import sheet_of
from storno.custody.queries import must_see_client_money
from storno.custody.set_aside import RETURN, SET_ASIDE, SET_ASIDE_BACK
from storno.money.currency import decimal_text
from storno.payouts.models import InstructionState
from storno.payouts.queries import PAGE, PaidOut, payouts_of
from storno.payouts.statement import Line, PayoutStatement, statement_of_payout
from storno.payouts.write import BACK
from storno.references.creditor import spaced_in_fours
from storno.web.access import Here, member_page
from storno.web.exports.sheets import csv_response
from storno.web.say import say_date, say_day, say_money
from storno.web.show import show

COLUMNS = ("date", "kind", "invoice", "currency", "amount")

WORDS = {
    SET_ASIDE: gettext_lazy("Payment of an invoice"),
    SET_ASIDE_BACK: gettext_lazy("Payment that was taken back"),
    RETURN: gettext_lazy("Taxes of a credited invoice"),
    BACK: gettext_lazy("Payout that did not arrive"),
}
"""What the postings are called that change what is payable."""

LOOKS = {
    InstructionState.ON_THE_WAY: "held",
    InstructionState.LEFT: "paid",
    InstructionState.BACK: "failed",
}
"""The sign of each state."""


@require_GET
@member_page
def payouts(request: HttpRequest, here: Here) -> HttpResponse:
    """All payouts, the newest first."""
    must_see_client_money(here.who)
    with here.reading():
        found = payouts_of(
            here.organization.id, before=wanted_id(request.GET.get("before", "")), limit=PAGE + 1
        )
        rows = [_shown(paid, here) for paid in found[:PAGE]]
        older = here.url("payouts", before=rows[-1]["id"]) if len(found) > PAGE else ""
        return show(
            request,
            here,
            "payouts/payouts.html",
            rows=rows,
            older_url=older,
            account_url=here.url("settings_payouts"),
            money_url=here.url("money"),
        )


@require_GET
@member_page
def payout(request: HttpRequest, here: Here, payout_id: UUID) -> HttpResponse:
    """What one payout is of."""
    must_see_client_money(here.who)
    with here.reading():
        told = statement_of_payout(payout_id, here.organization.id)
        code = told.paid.payout.currency
        return show(
            request,
            here,
            "payouts/payout.html",
            payout=_shown(told.paid, here),
            carried=told.carried_minor and say_money(told.carried_minor, code),
            left=told.left_minor and say_money(told.left_minor, code),
            lines=[_line(line, code, here) for line in told.lines],
            payouts_url=here.url("payouts"),
            account_url=here.url("settings_payouts"),
            csv_url=here.url("payout_csv", payout_id),
        )


@require_GET
@member_page
def payout_csv(_request: HttpRequest, here: Here, payout_id: UUID) -> HttpResponse:
    """The same as a file."""
    must_see_client_money(here.who)
    with here.reading():
        told = statement_of_payout(payout_id, here.organization.id)
    name = f"payout-{told.paid.payout.pay_on.isoformat()}.csv"
    return csv_response(sheet_of([COLUMNS, *_rows(told)]), name)


def _shown(paid: PaidOut, here: Here) -> dict[str, Any]:
    """A payout as its row and the head of its page show it."""
    its = paid.payout
    on = its.pay_on
    if paid.back is not None:
        on = paid.back.on
    elif paid.left is not None:
        on = paid.left.on
    return {
        "id": str(its.id),
        "url": here.url("payout", its.id),
        "amount": say_money(its.amount_minor, its.currency),
        "account": spaced_in_fours(its.account),
        "ending": its.account[-4:],
        "day": say_day(on, here.now.today),
        "state": LOOKS[paid.state],
        "words": _state_words(paid),
        "why": "" if paid.back is None else paid.back.get_why_display(),
        "is_back": paid.back is not None,
    }


def _state_words(paid: PaidOut) -> str:
    if paid.back is not None:
        return _("Not paid out")
    return _("On the way") if paid.left is None else _("Paid out")


def _line(line: Line, currency: str, here: Here) -> dict[str, Any]:
    return {
        "words": WORDS.get(line.kind, _("Other")),
        "number": line.number,
        "url": here.url("invoice", line.invoice_id) if line.invoice_id else "",
        "day": say_date(line.on),
        "amount": say_money(line.amount_minor, currency),
    }


def _rows(told: PayoutStatement) -> list[tuple[str, ...]]:
    """What was carried, the lines and what is left; together they are the payout."""
    its = told.paid.payout
    carried = [(its.pay_on.isoformat(), "carried", "", told.carried_minor)]
    lines = [
        (line.on.isoformat(), line.kind, line.number, line.amount_minor) for line in told.lines
    ]
    left = [(its.pay_on.isoformat(), "left", "", -told.left_minor)]
    every = [each for each in (*carried, *lines, *left) if each[3]]
    return [
        (on, kind, number, its.currency, decimal_text(minor)) for on, kind, number, minor in every
    ]


def wanted_id(text: str) -> UUID | None:
    """The id that an address names; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
