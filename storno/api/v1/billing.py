"""What bills a session: a draft, an invoice, a record, and how it stands."""

from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from storno.api.v1.paper import DraftLink
from storno.api.values import Shown, ShownMoment, moment_or_none
from storno.diary.bill import Billing, CreditFirst
from storno.documents.queries import state_of_draft, state_on
from storno.documents.words import of_nothing
from storno.organizations.queries import Circumstances


class InvoiceLink(Shown):
    """An invoice that stands."""

    id: UUID


BilledState = Literal[
    "draft",
    "held",
    "leaving",
    "external",
    "sent",
    "overdue",
    "part_paid",
    "paid",
    "settled",
    "part_credited",
    "cancelling",
]
"""How the paper stands that bills a session; `settled`: its invoice asks for nothing."""


class BillingShown(Shown):
    """What bills a session: a draft, an invoice that stands, both while a credit is on its way.

    `external`: the draft is the record of an invoice of another system. `state` is how it stands,
    `settled` where the invoice asks for nothing. At `issues_at` the draft is finalised by itself
    and its recipient told of the payment; null where it waits for somebody. While `price_locked`, a
    change of price, recipient or method is refused, and `reason` is the refusal's code.
    """

    draft: DraftLink | None
    invoice: InvoiceLink | None
    external: bool
    state: BilledState | None
    issues_at: ShownMoment | None
    price_locked: bool
    reason: str | None


def show_billing(billing: Billing, now: Circumstances, at: datetime) -> BillingShown:
    """How a session is billed, as a program reads it."""
    draft, invoice = billing.draft, billing.invoice
    return BillingShown(
        draft=None if draft is None else DraftLink(id=draft.id),
        invoice=None if invoice is None else InvoiceLink(id=invoice.id),
        external=billing.is_external,
        state=_state(billing, now, at),
        issues_at=None if draft is None else moment_or_none(draft.issues_at),
        price_locked=billing.price_locked,
        reason=CreditFirst.code if billing.price_locked else None,
    )


def _state(billing: Billing, now: Circumstances, at: datetime) -> BilledState | None:
    """How the paper stands whose word counts."""
    invoice, draft = billing.invoice, billing.draft
    if invoice is not None and (draft is None or billing.price_locked):
        state = of_nothing(state_on(invoice, now.today), invoice.payable_minor)
    elif draft is not None:
        state = state_of_draft(draft, at)
    else:
        return None
    return cast("BilledState", state)
