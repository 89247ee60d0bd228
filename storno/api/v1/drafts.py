"""Drafts: what can still be changed, finalised, and taken back."""

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Pdf, Told, doing, nothing, printing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import (
    BlockerShown,
    FieldErrorShown,
    blockers_shown,
    field_errors_shown,
)
from storno.api.pages import AskedById, Next, next_before
from storno.api.v1.draft_body import FIELDS, DeletionAsked, DraftIn, DraftPatch
from storno.api.v1.draft_external import (
    NOTHING_KNOWN,
    ExternalisationIn,
    ExternalShown,
    external_shown,
)
from storno.api.v1.gone import or_what_it_became
from storno.api.v1.paper import (
    DraftLink,
    Held,
    Issued,
    TaxGroupShown,
    Totals,
    document_link,
    groups_of,
    rate_text,
    totals_of,
    work_shown,
)
from storno.api.values import (
    Body,
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    ShownNumber,
    ShownPrice,
    moment_or_none,
    moment_text,
    number_text,
    price_text,
)
from storno.core.refusals import Blocker
from storno.corrections.finalise import finalise_draft, withdraw_draft
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.content import LineInput, total_up
from storno.documents.draft import create_draft
from storno.documents.elsewhere import InvoicedElsewhere
from storno.documents.external import externalise_draft, internalise_draft
from storno.documents.files import preview_of_draft
from storno.documents.models import Document, Draft
from storno.documents.payer import clients_served, note_look_at
from storno.documents.prepare import blockers_of
from storno.documents.queries import DraftState, draft, list_drafts, state_of_draft
from storno.documents.read_lines import lines_of
from storno.documents.warn import warnings_of
from storno.documents.words import state_words
from storno.money.currency import decimal_text
from storno.organizations.models import Channel
from storno.organizations.queries import Circumstances, circumstances
from storno.tax.category import TaxCategory

router = Router(tags=["drafts"])


class DraftLineShown(Shown):
    """A line of a draft; `amount` is in its own pricing: with tax where `price_includes_tax`."""

    id: UUID
    description: str
    quantity: ShownNumber
    unit: str
    unit_price: ShownPrice
    price_includes_tax: bool
    discount_percent: ShownNumber
    tax_category: TaxCategory
    tax_rate: ShownNumber | None
    delivered_on: date | None
    work: Literal["work", "material"] | None
    amount: ShownAmount


class DeliveryShown(Shown):
    """How the document shall reach its recipient."""

    channel: Channel
    to: str


class TextsShown(Shown):
    """What stands around the lines."""

    opening: str
    closing: str
    exemption_reason: str
    buyer_reference: str
    case_number: str


class DraftShown(Shown):
    """A draft; `blockers` say why it could not be issued now, `warnings` what to look at before.

    `state`: `draft`; `held` until `goes_at`; `leaving` when that has come and it is being issued;
    `external` is none that waits for a decision, but the record of an invoice in another system.
    `replaces` is the invoice that a corrected draft stands for. `failure` is why its last departure
    came to nothing. At `issues_at` it is finalised by itself and its recipient told of the payment.
    """

    id: UUID
    state: Literal["draft", "held", "leaving", "external"]
    state_label: str
    goes_at: ShownMoment | None
    issues_at: ShownMoment | None
    recipient: UUID | None
    lines: list[DraftLineShown]
    due_in_days: int | None
    term_agreed: bool
    delivered_on: date | None
    delivery: DeliveryShown
    language: str
    texts: TextsShown
    currency: str
    totals: Totals
    tax_groups: list[TaxGroupShown]
    replaces: UUID | None
    external: ExternalShown | None
    failure: str | None
    version: int
    created_at: ShownMoment
    changed_at: ShownMoment
    blockers: list[BlockerShown]
    warnings: list[FieldErrorShown]


class DraftPage(Shown):
    """Drafts, the newest first."""

    items: list[DraftShown]
    next: Next


class DraftsAsked(AskedById):
    """Which drafts to list."""

    state: DraftState | None = None
    recipient: Id | None = None


class FinalisationIn(Body):
    """`now` skips the hold. With `version`, a draft that was saved since is left alone.

    What was saved since is refused as `draft_changed_meanwhile`.
    """

    now: bool = False
    version: int | None = None


WITH_THE_HOLD = FinalisationIn()


def show_drafts(caller: Caller, drafts: Sequence[Draft]) -> list[DraftShown]:
    """Drafts with their lines, totals and blockers, by a fixed number of statements."""
    now = circumstances(caller.who.organization_id, caller.at)
    lines = lines_of(drafts)
    served = clients_served(
        chain.from_iterable(lines.values()), organization_id=caller.who.organization_id
    )
    return [
        DraftShown(
            **_state(each, caller, now),
            lines=_lines(lines[each.id], each.currency),
            totals=totals_of(total_up(lines[each.id]).breakdown, each.currency),
            tax_groups=groups_of(total_up(lines[each.id]).breakdown, each.currency),
            blockers=blockers_shown(_blockers(each, lines[each.id], now), caller, fields=FIELDS),
            warnings=field_errors_shown(
                warnings_of(each, lines[each.id], each.recipient, served), fields=FIELDS
            ),
            **_own(each),
        )
        for each in drafts
    ]


def _blockers(shown: Draft, lines: Sequence[LineInput], now: Circumstances) -> tuple[Blocker, ...]:
    """Why it could not be issued: all that is missing, or the one thing that it is a record."""
    if shown.external_at is not None:
        return InvoicedElsewhere().blockers
    return blockers_of(shown, lines, shown.recipient, now)


def _own(shown: Draft) -> dict[str, Any]:
    """What stands in the draft itself."""
    return {
        "id": shown.id,
        "goes_at": moment_or_none(shown.goes_at),
        "issues_at": moment_or_none(shown.issues_at),
        "recipient": shown.recipient_id,
        "due_in_days": shown.due_in_days,
        "term_agreed": shown.term_agreed,
        "delivered_on": shown.delivered_on,
        "delivery": DeliveryShown(channel=Channel(shown.channel), to=shown.deliver_to),
        "language": shown.language,
        "texts": _texts(shown),
        "currency": shown.currency,
        "replaces": shown.replaces_id,
        "external": external_shown(shown),
        "failure": shown.failure or None,
        "version": shown.version,
        "created_at": moment_text(shown.created_at),
        "changed_at": moment_text(shown.changed_at),
    }


def _state(shown: Draft, caller: Caller, now: Circumstances) -> dict[str, Any]:
    state = state_of_draft(shown, caller.at)
    return {"state": state, "state_label": str(state_words(state, now.settings.wording))}


def _lines(lines: Sequence[LineInput], currency: str) -> list[DraftLineShown]:
    return [
        DraftLineShown(
            id=_known(line.id),
            description=line.description,
            quantity=number_text(line.quantity),
            unit=line.unit,
            unit_price=price_text(line.unit_price),
            price_includes_tax=line.includes_tax,
            discount_percent=number_text(line.discount_percent),
            tax_category=line.tax_category,
            tax_rate=rate_text(line.tax_category, line.rate),
            delivered_on=line.delivered_on,
            work=work_shown(line.work),
            amount=decimal_text(amount_minor, currency),
        )
        for line, amount_minor in zip(lines, total_up(lines).amounts, strict=True)
    ]


def _known(id_: UUID | None) -> UUID:
    assert id_ is not None, "a line that was saved has its id"
    return id_


def _texts(shown: Draft) -> TextsShown:
    return TextsShown(
        opening=shown.opening_text,
        closing=shown.closing_text,
        exemption_reason=shown.exemption_reason,
        buyer_reference=shown.buyer_reference,
        case_number=shown.case_number,
    )


def _created(caller: Caller, made: Draft) -> Told:
    return Told(201, show_drafts(caller, [made])[0])


def _saved(caller: Caller, saved: Draft) -> Told:
    return Told(200, show_drafts(caller, [saved])[0])


def _finalised(_caller: Caller, result: Draft | Document) -> Told:
    if isinstance(result, Document):
        return Told(201, Issued(state="issued", document=document_link(result)))
    assert result.goes_at is not None, "what was finalised is issued or on hold"
    goes_at = moment_text(result.goes_at)
    return Told(202, Held(state="held", goes_at=goes_at, draft=DraftLink(id=result.id)))


@router.get("", response=DraftPage)
@reading
def list_all_drafts(request: Request, asked: Query[DraftsAsked]) -> DraftPage:
    """Drafts, the newest first: all, or those of a state.

    `awaiting` are those drafts on which somebody has to decide since a credit left them behind.
    """
    caller = request.auth
    drafts, before = list_drafts(
        caller.who.organization_id,
        state=asked.state,
        recipient_ids=None if asked.recipient is None else [asked.recipient],
        before=asked.before,
        limit=asked.limit,
    )
    return DraftPage(items=show_drafts(caller, drafts), next=next_before(request, before))


@router.post("", response={201: DraftShown})
@doing(_created, fields=FIELDS)
def post_draft(request: Request, body: DraftIn) -> Draft:
    """Save a new draft. It may be incomplete; it may not be wrong."""
    return create_draft(body.entered(), who=request.auth.who, at=request.auth.at)


@router.get("/{draft_id}", response=DraftShown)
@or_what_it_became
@reading
def get_draft(request: Request, draft_id: Id) -> DraftShown:
    """A draft with its totals, and why it could not be issued now."""
    shown = draft(draft_id, request.auth.who.organization_id)
    note_look_at(shown, who=request.auth.who, at=request.auth.at)
    return show_drafts(request.auth, [shown])[0]


@router.get("/{draft_id}/pdf")
@or_what_it_became
@printing
def get_draft_pdf(request: Request, draft_id: Id) -> Pdf:
    """A draft as PDF, marked as one; what is still missing in it stays blank."""
    shown = draft(draft_id, request.auth.who.organization_id)
    note_look_at(shown, who=request.auth.who, at=request.auth.at)
    return Pdf(preview_of_draft(shown, at=request.auth.at), f"{draft_id}.pdf")


@router.patch("/{draft_id}", response=DraftShown)
@doing(_saved, fields=FIELDS)
def patch_draft(request: Request, draft_id: Id, body: DraftPatch) -> Draft:
    """Change the fields that are sent. A draft on hold begins its hold anew.

    To another recipient the line of a session names no client: it shows initials or a number.
    """
    return amend_draft(
        draft_id, body.put_into, version=body.version, who=request.auth.who, at=request.auth.at
    )


@router.delete("/{draft_id}", response={204: None})
@doing(nothing)
def remove_draft(request: Request, draft_id: Id, asked: Query[DeletionAsked]) -> None:
    """Throw a draft away; no number is touched.

    `session` says what becomes of a session that it bills: it is cancelled and nothing is charged,
    or kept without a paper. `tell` says whether its client gets a message; without it the session
    decides, and tells of nothing past.
    """
    delete_draft(
        draft_id,
        session=asked.session,
        tell=asked.tell,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.post("/{draft_id}/finalisation", response={201: Issued, 202: Held})
@doing(_finalised, fields=FIELDS)
def post_finalisation(
    request: Request, draft_id: Id, body: FinalisationIn = WITH_THE_HOLD
) -> Draft | Document:
    """Finalise a draft: it is issued (201), or held and open to be taken back (202).

    A draft that is on hold keeps its departure; with `now` it is issued at once.
    """
    return finalise_draft(
        draft_id,
        send_now=body.now,
        version=body.version,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.delete("/{draft_id}/finalisation", response={204: None})
@doing(nothing)
def remove_finalisation(request: Request, draft_id: Id) -> Draft:
    """Withdraw a draft on hold: it is a plain draft again, no number was used, nobody was told."""
    return withdraw_draft(draft_id, who=request.auth.who, at=request.auth.at)


@router.post("/{draft_id}/externalisation", response=DraftShown)
@doing(_saved)
def post_externalisation(
    request: Request, draft_id: Id, body: ExternalisationIn = NOTHING_KNOWN
) -> Draft:
    """Mark a draft as invoiced in another system, and note what is known of that, now or anew.

    It is a record then: it cannot be finalised, and it stands in no list of what is owed.
    """
    return externalise_draft(
        draft_id, body.entered(), version=body.version, who=request.auth.who, at=request.auth.at
    )


@router.delete("/{draft_id}/externalisation", response={204: None})
@doing(nothing)
def remove_externalisation(request: Request, draft_id: Id) -> Draft:
    """Take a record back to draft, as long as no payment is noted."""
    return internalise_draft(draft_id, who=request.auth.who, at=request.auth.at)
