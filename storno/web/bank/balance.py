"""The operator's account: what the bank told, whose it is in the books, and that both agree."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from storno.bank.take_in import must_see_the_bank
from storno.core.refusals import Absent
from storno.custody.balance import bank_balance, money_by_account
from storno.custody.books import (
    FEE,
    FEE_VAT,
    PAYABLE,
    PAYER,
    PREPAYMENT_RESERVE,
    TO_PAYERS,
    VAT_RESERVE,
    WAITING,
)
from storno.organizations.models import OrganizationKind
from storno.payouts.books import ON_THE_WAY
from storno.web.access import Here, member_page
from storno.web.bank.listing import bank_tabs
from storno.web.say import say_money
from storno.web.show import show


@require_GET
@member_page
def bank_of_clients(request: HttpRequest, here: Here) -> HttpResponse:
    """How client money stands at this moment. For others than the operator it is not there."""
    must_see_the_bank(here.who)
    if here.organization.kind != OrganizationKind.OPERATOR:
        raise Absent
    with here.reading():
        context = {"tabs": bank_tabs("balance", here), **_shown(here)}
        return show(request, here, "bank/balance.html", **context)


def _shown(here: Here) -> dict[str, Any]:
    mine, currency = here.organization.id, here.now.seller.currency
    balance, by_account = bank_balance(mine), money_by_account()
    fee = by_account[FEE].net_minor + by_account[FEE_VAT].net_minor
    owners = [
        (_("To be paid out to sellers"), by_account[PAYABLE].owed_minor),
        (
            _("On the way to sellers, to whoever paid and to the tax office"),
            by_account[ON_THE_WAY].net_minor,
        ),
        (_("Set aside for VAT"), by_account[VAT_RESERVE].owed_minor),
        (_("Set aside for income tax"), by_account[PREPAYMENT_RESERVE].owed_minor),
        (_("To be returned once the tax office has paid it back"), by_account[WAITING].net_minor),
        (_("Service fee with its VAT"), fee),
        (_("Paid beyond what was invoiced"), by_account[PAYER].net_minor),
        (_("To be paid back to whoever paid it"), by_account[TO_PAYERS].net_minor),
        (_("Claims on sellers"), -by_account[PAYABLE].lacking_minor),
        (
            _("Taxes that the tax office has, and that were returned"),
            -by_account[VAT_RESERVE].lacking_minor - by_account[PREPAYMENT_RESERVE].lacking_minor,
        ),
        (_("Waits to be matched"), balance.waiting_minor),
        (_("Set aside as nobody's client money"), balance.aside_minor),
    ]
    difference = balance.told_minor - balance.booked_minor
    return {
        "rows": [
            {"label": label, "amount": say_money(minor, currency)}
            for label, minor in owners
            if minor
        ],
        "total": {
            "label": _("In all books together"),
            "amount": say_money(balance.booked_minor, currency),
        },
        "told": say_money(balance.told_minor, currency),
        "difference": say_money(difference, currency) if difference else "",
    }
