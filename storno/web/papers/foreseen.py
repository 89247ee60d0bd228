"""What a credit will do, said before it is done: the plan in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from storno.corrections.plan import CreditPlan, InvoiceFacts
from storno.documents.models import FollowUp
from storno.ledger.journal import tax_by_rate
from storno.organizations.models import Seller
from storno.web.access import Here
from storno.web.papers.credit_form import speaks_of_tax
from storno.web.say import say_date, say_departure, say_money, say_percent


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that follows."""

    icon: str
    text: str


def miniature(plan: CreditPlan, facts: InvoiceFacts, leaves: str) -> dict[str, Any]:
    """The credit note in small; amounts are taken off, so they are negative here."""
    invoice, currency = facts.invoice, facts.invoice.currency
    named = {"number": invoice.number, "day": say_date(invoice.issued_on)}
    whole = plan.request.lines is None and not facts.has_credit_notes
    return {
        "title": _("Credit note"),
        "number": _("number %(when)s") % {"when": leaves} if leaves else _("the next number"),
        "told": (
            _("Credits invoice %(number)s of %(day)s in full.") % named
            if whole
            else _("Credits a part of invoice %(number)s of %(day)s.") % named
        ),
        "rows": _net_and_taxes(plan, currency) if speaks_of_tax(facts.invoice) else [],
        "total": {"label": _("Credited"), "amount": say_money(-plan.payable_minor, currency)},
    }


def _net_and_taxes(plan: CreditPlan, currency: str) -> list[dict[str, str]]:
    net = {"label": _("Net"), "amount": say_money(-plan.breakdown.net_minor, currency)}
    taxes = [
        {
            "label": _("VAT %(rate)s") % {"rate": say_percent(rate)},
            "amount": say_money(-tax_minor, currency),
        }
        for rate, tax_minor in tax_by_rate(plan.breakdown.groups).items()
    ]
    return [net, *taxes]


def leaving_time(plan: CreditPlan, seller: Seller, here: Here) -> str:
    """When the credit note leaves; empty when it does so at once."""
    if plan.goes_at is None:
        return ""
    return say_departure(plan.goes_at, here.at, seller.time_zone)


def steps(
    plan: CreditPlan, facts: InvoiceFacts, leaves: str, recipient: str, *, told: str
) -> list[Step]:
    """What follows, line by line. `told`: where a message about a cancelled session goes."""
    return [
        Step("clock", _departure(plan, leaves, recipient)),
        *_hands(plan, recipient),
        Step("payment", _open(plan, facts)),
        Step("state-refunded", owed_back(plan, facts)),
        *_draft(plan, told),
    ]


def _departure(plan: CreditPlan, leaves: str, recipient: str) -> str:
    where = {"when": leaves, "address": ", ".join(plan.addresses), "name": recipient}
    if not plan.addresses and leaves:
        return _("It gets its number %(when)s. You give it to %(name)s.") % where
    if not plan.addresses:
        return _("It gets its number at once. You give it to %(name)s.") % where
    if leaves:
        return _("It gets its number %(when)s and goes to %(address)s.") % where
    return _("It gets its number at once and goes to %(address)s.") % where


def _hands(plan: CreditPlan, recipient: str) -> list[Step]:
    """What the member has to do where a letter goes as well."""
    if not (plan.addresses and plan.by_hand):
        return []
    text = _("The invoice was given by hand too: you give the credit note to %(name)s as well.")
    return [Step("person", text % {"name": recipient})]


def _open(plan: CreditPlan, facts: InvoiceFacts) -> str:
    currency = facts.invoice.currency
    amounts = {
        "before": say_money(plan.before.open_minor, currency),
        "after": say_money(plan.after.open_minor, currency),
    }
    return _("To pay on the invoice: %(before)s becomes %(after)s.") % amounts


def owed_back(plan: CreditPlan, facts: InvoiceFacts) -> str:
    """Whether money is owed back afterwards."""
    owed = plan.after.owed_back_minor
    if owed and plan.request.refund is not None:
        marked = {
            "amount": say_money(owed, facts.invoice.currency),
            "day": say_date(plan.request.refund.refunded_on),
        }
        return _("%(amount)s is marked as paid back on %(day)s.") % marked
    if owed:
        amount = {"amount": say_money(owed, facts.invoice.currency)}
        return _("You owe %(amount)s back: the money has come in already.") % amount
    if facts.claim.received_minor:
        return _("Nothing is owed back: what has come in is still to be paid.")
    return _("Nothing is owed back: no money has come in.")


def _draft(plan: CreditPlan, told: str) -> list[Step]:
    if plan.follow_up == FollowUp.EXTERNAL:
        return [Step("external", _("A record of what you invoice externally stays here."))]
    if plan.follow_up == FollowUp.CANCEL_SESSION:
        said = _("A message about it goes to %(address)s.") % {"address": told}
        if not (plan.request.tell and told):
            said = _("No message about it is sent.")
        return [
            Step("diary", _("The booking is cancelled, and nothing is charged for it.")),
            Step("mailbox", said),
        ]
    if plan.follow_up != FollowUp.DRAFT:
        return []
    if plan.request.lines is None:
        return [Step("edit", _("A draft of the same lines is made, ready to be changed."))]
    return [Step("edit", _("A draft of the credited part is made, ready to be changed."))]
