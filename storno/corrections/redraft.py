"""The corrected draft: a copy of what is credited, linked to its invoice, ready to be changed.

One that was deleted while somebody wrote in it can be saved as a new one in its place.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.corrections.facts import Case
from storno.corrections.plan import CreditPlan
from storno.corrections.take_lines import PlannedLine
from storno.diary.bill import local_day, sessions_billed
from storno.diary.models import Booking
from storno.documents.content import DraftInput
from storno.documents.draft import DraftDeleted, Replaced, write_new_draft
from storno.documents.external import DraftInternalised, mark_external
from storno.documents.models import Document, Draft, DraftLine, FollowUp, Kind
from storno.documents.prepare import terms_for
from storno.documents.queries import issued_from, thrown_away
from storno.history.models import Event
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.organizations.terms import term_errors


def write_corrected_draft(
    case: Case, plan: CreditPlan, *, waits_for_id: UUID | None, who: Actor, at: datetime
) -> Draft:
    """Write a draft of the credited part: its lines as they were, the days to pay as well.

    While the credit note is on hold the draft waits for it: finalised, it leaves no earlier. What
    is invoiced in another system becomes a record at once, or with the credit note.
    """
    invoice, parts = case.facts.invoice, case.parts
    assert invoice.due_on is not None, "an invoice is due"
    days = (invoice.due_on - invoice.issued_on).days
    sessions = sessions_billed([planned.facts.line for planned in plan.lines])
    held_on = {local_day(session, case.now.seller) for session in sessions.values()}
    draft = Draft(
        id=new_id(),
        organization_id=invoice.organization_id,
        kind=Kind.INVOICE,
        recipient_id=invoice.recipient_id,
        currency=invoice.currency,
        language=invoice.language,
        channel=invoice.channel,
        deliver_to=parts.get("deliver_to", ""),
        due_in_days=days,
        term_agreed=_was_agreed(case, days),
        delivered_on=held_on.pop() if len(held_on) == 1 else invoice.delivered_on,
        buyer_reference=parts.get("buyer_reference", ""),
        case_number=parts.get("case_number", ""),
        opening_text=parts.get("opening_text", ""),
        closing_text=parts.get("closing_text", ""),
        exemption_reason=parts.get("exemption_reason", ""),
        replaces_id=invoice.id,
        waits_for_id=waits_for_id,
        created_by=who.person_id,
        created_at=at,
        changed_at=at,
    )
    draft.save(force_insert=True)
    insert(
        _line(draft, position, planned, invoice, sessions)
        for position, planned in enumerate(plan.lines)
    )
    if plan.follow_up == FollowUp.EXTERNAL and waits_for_id is None:
        mark_external(draft, who=who, at=at)
    return draft


def _line(
    draft: Draft,
    position: int,
    planned: PlannedLine,
    invoice: Document,
    sessions: Mapping[UUID | None, Booking],
) -> DraftLine:
    """A line as it was; it bills what it billed if the invoice bills nothing of that any more."""
    line = planned.facts.line
    session = sessions.get(line.source_id)
    return DraftLine(
        organization_id=draft.organization_id,
        draft_id=draft.id,
        position=position,
        description=planned.facts.description,
        quantity=planned.quantity,
        unit=planned.unit,
        unit_price=planned.unit_price,
        includes_tax=line.includes_tax,
        discount_percent=planned.discount_percent,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        delivered_on=_own_day(planned, invoice),
        work=line.work,
        source_kind="" if planned.leaves_some else line.source_kind,
        source_id=None if planned.leaves_some else line.source_id,
        served_id=None if session is None else session.client_id,
    )


def free_corrected_draft(held: Draft, *, who: Actor, at: datetime) -> None:
    """Let a corrected draft wait no more: its credit note, locked, goes out now.

    Only now does it become a record of an invoice in another system, if that was to follow, unless
    somebody has decided otherwise since: it is finalised, or was taken back to draft.
    """
    mine = Draft.objects.filter(organization_id=who.organization_id, waits_for_id=held.id)
    if held.follow_up == FollowUp.EXTERNAL:
        for corrected in mine.select_for_update().filter(goes_at=None, external_at=None):
            if not _was_taken_back(corrected):
                mark_external(corrected, who=who, at=at)
    mine.update(waits_for_id=None)


def _was_taken_back(corrected: Draft) -> bool:
    return Event.objects.filter(
        organization_id=corrected.organization_id,
        subject_id=corrected.id,
        kind=DraftInternalised.kind,
    ).exists()


@deed
def save_deleted_draft(draft_id: UUID, entered: DraftInput, *, who: Actor, at: datetime) -> Draft:
    """Save what was typed in a draft that was deleted meanwhile as a new one in its place.

    It stands for the invoice that the deleted one stood for, as long as that is credited or being
    credited. It bears somebody's work, so undoing the credit asks about it. Raises Invalid,
    NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    replaced = _replaced_by(draft_id, who.organization_id)
    return write_new_draft(entered, replaced=replaced, who=who, at=at)


def _replaced_by(draft_id: UUID, organization_id: UUID) -> Replaced | None:
    """What a deleted draft stood for, where a new one can stand for it in its place.

    A credit note on hold that the deleted one waited for is locked, or has gone out, or has been
    taken back: then its invoice stands again, and nothing replaces it.
    """
    event = thrown_away(draft_id, organization_id)
    deleted = DraftDeleted.recalled(event.facts) if event else DraftDeleted()
    if not deleted.replaces_id:
        return None
    held = None
    if deleted.waits_for_id:
        waited_for = UUID(deleted.waits_for_id)
        mine = Draft.objects.select_for_update().filter(organization_id=organization_id)
        held = mine.filter(id=waited_for).first()
        if held is None and issued_from(waited_for, organization_id) is None:
            return None
    return Replaced(UUID(deleted.replaces_id), held)


def _own_day(planned: PlannedLine, invoice: Document) -> date | None:
    """The day of a line that was delivered on another than the invoice says."""
    on = planned.facts.line.delivered_on
    return None if on == invoice.delivered_on else on


def _was_agreed(case: Case, days: int) -> bool:
    """Whether the invoice's days to pay are those that both sides must have agreed on."""
    recipient, seller = case.facts.invoice.recipient, case.now.seller
    return any(term_errors("due_in_days", days, agreed=False, terms=terms_for(recipient, seller)))
