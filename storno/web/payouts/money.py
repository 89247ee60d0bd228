"""My money: what the operator holds of it, for whom, and what came of each payment."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from storno.core.pages import MOST_ROWS
from storno.core.sheet import sheet_of
from storno.custody.queries import Moved, held_now, must_see_client_money, statement_of
from storno.custody.split import Shares
from storno.ledger.balances import credited
from storno.money.currency import decimal_text
from storno.payouts.books import ON_THE_WAY
from storno.payouts.models import InstructionState
from storno.payouts.queries import PaidOut, on_the_way_now, remittances_of
from storno.web.access import Here, member_page
from storno.web.exports.sheets import csv_response
from storno.web.payouts.views import LOOKS, wanted_id
from storno.web.say import say_date, say_day, say_moment, say_money
from storno.web.show import show

WORDS = {
    "payment": gettext_lazy("Payment"),
    "reversal": gettext_lazy("Payment taken back"),
    "return": gettext_lazy("Taxes returned to you"),
}
"""What happened to the money of an invoice."""

COLUMNS = (
    *("at", "kind", "invoice", "currency", "vat_reserve", "prepayment_reserve"),
    *("fee", "fee_vat", "payable"),
)

REMITTANCES = 5
"""How many are shown: the latest."""


@require_GET
@member_page
def money(request: HttpRequest, here: Here) -> HttpResponse:
    """What is held now, and the newest lines of the statement."""
    must_see_client_money(here.who)
    mine = here.organization.id
    before = wanted_id(request.GET.get("before", ""))
    with here.reading():
        currency = here.now.seller.currency
        page = statement_of(mine, before=before)
        paid = remittances_of(mine, limit=REMITTANCES)
        return show(
            request,
            here,
            "payouts/money.html",
            held=_held(mine, currency) if before is None else None,
            lines=[_line(each, currency, here) for each in page.lines],
            older_url=here.url("money", before=str(page.next)) if page.next else "",
            csv_url=here.url("money_csv"),
            remittances=[_remitted(each, here) for each in paid] if before is None else [],
            payouts_url=here.url("payouts"),
            settings_url=here.url("settings_payouts"),
        )


@require_GET
@member_page
def money_csv(_request: HttpRequest, here: Here) -> HttpResponse:
    """The whole statement as a file."""
    must_see_client_money(here.who)
    with here.reading():
        rows = list(_rows(here.organization.id, here.now.seller.currency))
        name = f"money-{here.now.today.isoformat()}.csv"
    return csv_response(sheet_of([COLUMNS, *rows]), name)


def _held(mine: UUID, currency: str) -> dict[str, Any]:
    """Whose the money is that lies on the operator's account; together it is all of it."""
    held = held_now(mine)
    shares = held.shares
    (going,) = credited(mine, ON_THE_WAY)
    to_me = on_the_way_now(mine)
    every = [
        (_("To be paid out to you"), shares.payable_minor),
        (_("On its way to your account"), to_me),
        (_("Returned to you once the tax office has paid it back"), held.waiting_minor),
        (_("Set aside for VAT"), shares.vat_minor),
        (_("Set aside for income tax"), shares.prepayment_minor),
        (_("On its way to the tax office"), going - to_me),
        (_("Service fee with its VAT"), shares.fee_minor + shares.fee_vat_minor),
        (_("Paid beyond what was invoiced"), held.payers_minor),
    ]
    owed = -shares.payable_minor
    return {
        "rows": [
            {"label": label, "amount": say_money(minor, currency)}
            for place, (label, minor) in enumerate(every)
            if minor or not place
        ],
        "total": {
            "label": _("On the client money account"),
            "amount": say_money(sum(minor for _label, minor in every), currency),
        },
        "claim": say_money(owed, currency) if owed > 0 else "",
        "advanced": shares.vat_minor < 0 or shares.prepayment_minor < 0,
    }


def _line(moved: Moved, currency: str, here: Here) -> dict[str, Any]:
    return {
        "words": WORDS[moved.kind],
        "number": moved.number,
        "url": here.url("invoice", moved.row.invoice_id),
        "at": say_moment(moved.row.made_at, here.at, here.now.seller.time_zone),
        "yours": say_money(moved.changed.payable_minor, currency),
        "rest": _rest(moved.changed, currency),
    }


def _rest(changed: Shares, currency: str) -> list[str]:
    """What was set aside, or goes back."""
    parts = [
        (_("VAT %(amount)s"), changed.vat_minor),
        (_("income tax %(amount)s"), changed.prepayment_minor),
        (_("fee %(amount)s"), changed.fee_minor + changed.fee_vat_minor),
    ]
    return [words % {"amount": say_money(minor, currency)} for words, minor in parts if minor]


def _remitted(paid: PaidOut, here: Here) -> dict[str, Any]:
    its = paid.payout
    assert its.until is not None, "it is a remittance"
    words = {
        InstructionState.ON_THE_WAY: _("On the way"),
        InstructionState.LEFT: _("Paid"),
        InstructionState.BACK: _("Not paid"),
    }
    return {
        "until": _("Taxes up to %(day)s") % {"day": say_date(its.until)},
        "amount": say_money(its.amount_minor, its.currency),
        "day": say_day(its.pay_on, here.now.today),
        "state": LOOKS[paid.state],
        "words": words[paid.state],
    }


def _rows(mine: UUID, currency: str) -> Iterator[tuple[str, ...]]:
    """The lines of the statement, the newest first, page by page."""
    before = None
    while True:
        page = statement_of(mine, before=before, limit=MOST_ROWS)
        for moved in page.lines:
            its = moved.changed
            amounts = (its.vat_minor, its.prepayment_minor, its.fee_minor, its.fee_vat_minor)
            yield (
                *(moved.row.made_at.isoformat(), moved.kind, moved.number, currency),
                *(decimal_text(minor) for minor in (*amounts, its.payable_minor)),
            )
        if page.next is None:
            return
        before = page.next
