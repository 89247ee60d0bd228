"""Reading an invoice with everything that belongs to it: what may be done, and the chain.

Inside an open scope.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocker, NotAllowed, Refused
from storno.corrections.blockers import blockers_of_credit
from storno.corrections.credit import CreditHeld
from storno.corrections.facts import Case, gather
from storno.corrections.give_credit import InvoiceCredited
from storno.corrections.held import request_of
from storno.corrections.plan import CreditPlan, CreditRequest, plan_credit
from storno.corrections.refund import NothingOwedBack
from storno.corrections.stop import (
    STOPPED,
    CorrectedDraftDropped,
    CorrectedDraftKept,
    CreditBlocked,
    CreditFailed,
    CreditStopped,
)
from storno.corrections.undo import LEAVING_ALREADY, CreditUndone, why_nothing_to_undo
from storno.corrections.write_off import must_be_open
from storno.custody.barred import CustodyMoneyComesByBank, RefundNeedsDesk
from storno.documents.content import total_up
from storno.documents.draft import entered_in
from storno.documents.models import Document, Draft, Kind, Standing, State
from storno.documents.queries import state_of_draft, state_of_hold, state_on
from storno.history.models import Event
from storno.notices.send import blockers_of_notice
from storno.organizations.models import Settings
from storno.organizations.roles import Actor, Deed
from storno.payments.register import PaymentCame, PaymentMoved, PaymentRegistered
from storno.payments.reverse import PaymentReversed

LONGEST_CHAIN = 50
"""More corrections of corrections than anybody makes; a bound for the walk."""


END_OF_HOLD = tuple(
    happening.kind
    for happening in (
        CreditUndone,
        CreditStopped,
        CreditBlocked,
        CreditFailed,
        CorrectedDraftDropped,
        CorrectedDraftKept,
    )
)
"""What is told of a credit note on hold that did not go out, and of its corrected draft."""

CAME_IN = (PaymentRegistered.kind, PaymentCame.kind, PaymentMoved.kind)
"""What is told of money that stops a credit note on hold."""

STOPPED_FOR = timedelta(days=14)
"""How long it is told that a credit note was stopped, unless another was asked for since."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done to an invoice, or why not now."""

    name: str
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A paper in the chain of an invoice. `number` is None while it has none.

    `in_part`: the credit note on hold for this invoice leaves something of it. `follow_up`: what
    comes of the corrected draft once this credit note has left its hold.
    """

    kind: str
    id: UUID
    number: str | None
    state: str
    payable_minor: int
    currency: str
    on: date | None
    goes_at: datetime | None = None
    in_part: bool = False
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """The credit note on hold: its draft, and its plan as of now."""

    draft: Draft
    plan: CreditPlan


_NOT_ALLOWED = Blocker(
    "not_allowed",
    _("Your role does not allow this."),
    _("Ask an administrator of your organization."),
)


def actions_on(
    standing: Standing, settings: Settings, *, who: Actor, at: datetime, fresh: bool = True
) -> tuple[Action, ...]:
    """What may be done to an invoice, by the facts that a list knows too: no further statement.

    Once the departure of a credit note on hold has come it can no longer be undone, even if the
    worker sleeps. `fresh`: whether who acts can prove to be it when it comes to that, as a person
    on a page can.
    """
    is_left = standing.state != State.CREDITED
    credit = blockers_of_credit(
        is_left=is_left,
        pending_until=standing.cancelling_at,
        held_minor=standing.held_minor,
        open_minor=standing.open_minor,
        settings=settings,
        may_credit=who.may(Deed.CREDIT),
        fresh=fresh,
        at=at,
    )
    return (
        Action("credit", tuple(credit)),
        Action("undo", tuple(_undo_blockers(standing, who, at))),
        Action("register_payment", tuple(_payment_blockers(settings, who))),
        Action("refund", tuple(_refund_blockers(standing, settings, who))),
        Action("write_off", tuple(_write_off_blockers(standing, who))),
        Action("send", () if who.may(Deed.SEND) else (_NOT_ALLOWED,)),
        Action("notify", blockers_of_notice(standing) if who.may(Deed.SEND) else (_NOT_ALLOWED,)),
    )


def _payment_blockers(settings: Settings, who: Actor) -> Iterator[Blocker]:
    if not who.may(Deed.REGISTER_PAYMENT):
        yield _NOT_ALLOWED
    elif settings.organization.in_custody:
        yield from CustodyMoneyComesByBank().blockers


def _refund_blockers(standing: Standing, settings: Settings, who: Actor) -> Iterator[Blocker]:
    if not who.may(Deed.REFUND):
        yield _NOT_ALLOWED
    elif settings.organization.in_custody:
        yield from RefundNeedsDesk().blockers
    elif not standing.owed_back_minor:
        yield from NothingOwedBack().blockers


def _write_off_blockers(standing: Standing, who: Actor) -> Iterator[Blocker]:
    try:
        who.must(Deed.WRITE_OFF)
        must_be_open(standing)
    except NotAllowed:
        yield _NOT_ALLOWED
    except Refused as why:
        yield from why.blockers


def _undo_blockers(standing: Standing, who: Actor, at: datetime) -> Iterator[Blocker]:
    if not who.may(Deed.UNDO):
        yield _NOT_ALLOWED
    elif standing.cancelling_at is None:
        yield from why_nothing_to_undo(standing).blockers
    elif standing.cancelling_at <= at:
        yield LEAVING_ALREADY


def pending_credit(standing: Standing, *, who: Actor, at: datetime) -> tuple[Case, Pending] | None:
    """The credit note on hold of an invoice with its plan, if there is one."""
    if standing.cancelling_at is None:
        return None
    draft = Draft.objects.filter(
        organization_id=standing.organization_id, credits_id=standing.id
    ).first()
    if draft is None:
        return None
    case = gather(standing, who=who, at=at)
    return case, Pending(draft, plan_credit(case.facts.released(), request_of(draft), at=at))


def held_request(standing: Standing) -> CreditRequest | None:
    """What was asked for by the credit note on hold of an invoice; None without one."""
    if standing.cancelling_at is None:
        return None
    drafts = Draft.objects.filter(organization_id=standing.organization_id, credits_id=standing.id)
    draft = drafts.first()
    return None if draft is None else request_of(draft)


def end_of_hold(invoice_id: UUID, organization_id: UUID, *, at: datetime) -> list[Event]:
    """How the hold of a credit note ended at this moment without it, and what became of its draft.

    Empty if it did not end then.
    """
    return list(
        Event.objects.filter(
            organization_id=organization_id,
            subject_id=invoice_id,
            at=at,
            kind__in=END_OF_HOLD,
        ).order_by("id")
    )


def stop_among(events: Iterable[Event], *, at: datetime) -> list[Event]:
    """How the last credit note asked for was stopped, of the events of one invoice, oldest first.

    With that the payment which stopped it was reversed, if it was. Empty if the credit note went
    out, waits or was taken back, or if it was stopped STOPPED_FOR ago.
    """
    kinds = (CreditHeld.kind, *STOPPED, InvoiceCredited.kind)
    told = sorted(events, key=lambda event: event.id)
    last = next((event for event in reversed(told) if event.kind in kinds), None)
    if last is None or last.kind not in STOPPED or last.at <= at - STOPPED_FOR:
        return []
    then = [event for event in told if event.at == last.at]
    paid = {event.facts["payment_id"] for event in then if event.kind in CAME_IN}
    return [
        *(event for event in then if event.kind in END_OF_HOLD),
        *(
            event
            for event in told
            if event.kind == PaymentReversed.kind and event.facts["payment_id"] in paid
        ),
    ]


def stops_of(
    invoice_ids: Collection[UUID], organization_id: UUID, *, at: datetime
) -> dict[UUID, list[Event]]:
    """How the last credit note on each of these invoices was stopped, with one statement.

    Invoices without are left out.
    """
    events: dict[UUID, list[Event]] = {id_: [] for id_ in invoice_ids}
    payments = (*CAME_IN, PaymentReversed.kind)
    kinds = (CreditHeld.kind, InvoiceCredited.kind, *END_OF_HOLD, *payments)
    for event in Event.objects.filter(
        organization_id=organization_id,
        subject_id__in=list(events),
        kind__in=kinds,
        at__gt=at - STOPPED_FOR,
    ):
        events[event.subject_id].append(event)
    stops = {id_: stop_among(told, at=at) for id_, told in events.items()}
    return {id_: stop for id_, stop in stops.items() if stop}


def chain_of(invoice: Document, *, who: Actor, at: datetime, today: date) -> list[Link]:
    """The papers that hang together with an invoice, from the first invoice to the last."""
    mine = Document.objects.filter(organization_id=invoice.organization_id)
    first = invoice
    for _step in range(LONGEST_CHAIN):
        if first.replaces_id is None:
            break
        first = mine.get(id=first.replaces_id)
    links: list[Link] = []
    generation: Sequence[Document] = [first]
    for _step in range(2 * LONGEST_CHAIN):  # as far after the invoice as before it
        if not generation:
            break
        ids = [document.id for document in generation]
        standings = Standing.objects.filter(organization_id=invoice.organization_id).in_bulk(ids)
        credit_notes = list(mine.filter(corrects_id__in=ids).order_by("id"))
        drafts = list(
            Draft.objects.filter(
                organization_id=invoice.organization_id, replaces_id__in=ids
            ).order_by("id")
        )
        for document in generation:
            standing = standings[document.id]
            links.append(_invoice_link(document, standing, today))
            links += [
                _credit_link(note) for note in credit_notes if note.corrects_id == document.id
            ]
            if held := pending_credit(standing, who=who, at=at):
                links.append(_pending_link(held[1], document.currency, at))
            links += [
                _draft_link(draft, at) for draft in drafts if draft.replaces_id == document.id
            ]
        generation = list(mine.filter(replaces_id__in=ids).order_by("id"))
    return links


def _invoice_link(document: Document, standing: Standing, today: date) -> Link:
    return Link(
        Kind.INVOICE.value,
        document.id,
        document.number,
        state_on(standing, today),
        document.payable_minor,
        document.currency,
        document.issued_on,
        standing.cancelling_at,
        standing.is_cancelled_in_part,
    )


def _credit_link(document: Document) -> Link:
    return Link(
        Kind.CREDIT_NOTE.value,
        document.id,
        document.number,
        "issued",
        document.payable_minor,
        document.currency,
        document.issued_on,
    )


def _pending_link(pending: Pending, currency: str, at: datetime) -> Link:
    return Link(
        Kind.CREDIT_NOTE.value,
        pending.draft.id,
        None,
        state_of_hold(pending.draft.goes_at, at),
        pending.plan.payable_minor,
        currency,
        None,
        pending.draft.goes_at,
        follow_up=pending.draft.follow_up,
    )


def _draft_link(draft: Draft, at: datetime) -> Link:
    return Link(
        "draft",
        draft.id,
        None,
        state_of_draft(draft, at),
        total_up(entered_in(draft).lines).breakdown.payable_minor,
        draft.currency,
        None,
        draft.goes_at,
    )
