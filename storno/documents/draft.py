"""Writing drafts: saved as often as one likes, thrown away without a trace in the numbers.

A draft on hold can still be edited; saving it starts its hold anew. Once its departure has come it
is no longer a draft to anybody, even if the worker has not issued it yet.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Absent, Blocked, Refused
from storno.documents.billed import amended_lines, with_sources
from storno.documents.content import DraftInput, LineInput, total_up
from storno.documents.elsewhere import (
    PaymentIsNoted,
    is_paid_elsewhere,
    must_be_ours,
    must_be_unpaid,
)
from storno.documents.fill import fill, write_lines
from storno.documents.models import Document, Draft, DraftLine, Kind
from storno.documents.payer import with_case_number
from storno.documents.prepare import blockers_of
from storno.documents.read_lines import lines_of
from storno.history.record import Happening, record_all
from storno.organizations.models import Channel
from storno.organizations.once import deed
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor, Deed


class HasDeparted(Refused):
    """The draft's time has come: it is an invoice now."""

    code = "already_issued"
    message = _("This invoice has already gone out, so it can no longer be changed.")
    remedy = _("Cancel it and make a new one.")


class StaleDraft(Refused):
    """Somebody saved the draft after this page was opened."""

    code = "draft_changed_meanwhile"
    message = _("This draft was changed in another window after you opened it.")
    remedy = _("Nothing was done. Look at it as it is now, and decide again.")


@dataclass(frozen=True)
class DraftSaved(Happening):
    """A draft was saved."""

    kind: ClassVar = "draft.saved"
    sentence: ClassVar = _("Draft saved.")


@dataclass(frozen=True)
class DraftDeleted(Happening):
    """A draft was thrown away; what it stood for and what it billed is named by ids.

    `replaces_id` and `waits_for_id` of a corrected one; `billed` are the sources of its lines.
    `recipient_id`, `drafted_by` and `served`, the clients of its sessions, tell who saw it: to them
    it is gone, to others it never was (see `storno.sight`).
    """

    kind: ClassVar = "draft.deleted"
    sentence: ClassVar = _("Draft deleted.")
    replaces_id: str = ""
    waits_for_id: str = ""
    billed: str = ""
    recipient_id: str = ""
    drafted_by: str = ""
    served: str = ""

    @classmethod
    def seen_by_whom(cls, draft: Draft, lines: Iterable[LineInput]) -> Self:
        """That a draft was thrown away, and no more than who saw it."""
        served = sorted({str(line.served_id) for line in lines if line.served_id})
        return cls(
            recipient_id=str(draft.recipient_id or ""),
            drafted_by=str(draft.created_by or ""),
            served=" ".join(served),
        )


@dataclass(frozen=True, slots=True)
class Replaced:
    """The invoice a corrected draft stands for, and the held credit note it must not overtake."""

    invoice_id: UUID
    held: Draft | None


@deed
def create_draft(entered: DraftInput, *, who: Actor, at: datetime) -> Draft:
    """Save a new draft. Raises Invalid, ClientIsErased, NotAllowed."""
    who.must(Deed.WRITE_DRAFTS)
    return write_new_draft(entered, who=who, at=at)


def write_new_draft(
    entered: DraftInput, *, replaced: Replaced | None = None, who: Actor, at: datetime
) -> Draft:
    """Write a new draft, of a credited invoice if it is named, within the caller's transaction.

    Raises Invalid.
    """
    draft = _new(who=who, at=at)
    if replaced is not None:
        draft.replaces_id, draft.waits_for = replaced.invoice_id, replaced.held
        draft.version = 2  # unlike one that was only made by a credit, it bears somebody's work
    _write_new([(draft, entered)], who=who, at=at)
    return draft


def write_new_drafts(entered: Iterable[DraftInput], *, who: Actor, at: datetime) -> list[Draft]:
    """Write new drafts, a hundred with the statements of one, within the caller's transaction.

    Raises Invalid.
    """
    new = [(_new(who=who, at=at), each) for each in entered]
    _write_new(new, who=who, at=at)
    return [draft for draft, _entered in new]


def _new(*, who: Actor, at: datetime) -> Draft:
    return Draft(
        id=new_id(),
        organization_id=who.organization_id,
        kind=Kind.INVOICE,
        created_by=who.person_id,
        created_at=at,
    )


def _write_new(new: Collection[tuple[Draft, DraftInput]], *, who: Actor, at: datetime) -> None:
    now = circumstances(who.organization_id, at)
    fill(new, now, at=at)
    insert(draft for draft, _entered in new)
    write_lines(
        [
            (draft, tuple(replace(line, id=None) for line in entered.lines))
            for draft, entered in new
        ],
        now,
    )
    record_all([(draft.id, DraftSaved()) for draft, _entered in new], who=who, at=at)


def save_whole(
    draft_id: UUID,
    entered: DraftInput,
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Save all of a draft anew within the caller's transaction; see `diary/amend.py`."""
    draft = lock_draft(draft_id, version, who=who, at=at)
    before = entered_in(draft)
    _save_anew([(draft, before, with_sources(entered, before))], who=who, at=at)
    return draft


def save_part(
    draft_id: UUID,
    amend: Callable[[DraftInput], DraftInput],
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Save a part of a draft anew within the caller's transaction; see `diary/amend.py`."""
    draft = lock_draft(draft_id, version, who=who, at=at)
    before = entered_in(draft)
    _save_anew([(draft, before, amended_lines(amend(before), before))], who=who, at=at)
    return draft


def save_parts(
    parts: Mapping[UUID, Callable[[DraftInput], DraftInput]], *, who: Actor, at: datetime
) -> list[Draft]:
    """Save a part of several drafts anew, by their ids, within the caller's transaction.

    As `save_part`; a hundred with the statements of one, but for the rows that are changed.
    """
    drafts = lock_drafts(parts, who=who, at=at)
    held = entered_in_all(drafts)
    amended = [
        (draft, held[draft.id], amended_lines(parts[draft.id](held[draft.id]), held[draft.id]))
        for draft in drafts
    ]
    _save_anew(amended, who=who, at=at)
    return drafts


def _save_anew(
    amended: Collection[tuple[Draft, DraftInput, DraftInput]], *, who: Actor, at: datetime
) -> None:
    """Write locked drafts, each from what it held to what it shall hold.

    Raises Invalid, Blocked, PaymentIsNoted.
    """
    now, mine = circumstances(who.organization_id, at), who.organization_id
    changed = [
        (draft, with_case_number(entered, draft.recipient_id, organization_id=mine))
        for draft, _before, entered in amended
    ]
    fill(changed, now, at=at)
    for draft, before, entered in amended:
        if is_paid_elsewhere(draft) and _asks(before) != _asks(entered):
            raise PaymentIsNoted
    for draft, entered in changed:
        draft.version += 1
        if draft.goes_at is not None:
            if blockers := blockers_of(draft, entered.lines, draft.recipient, now):
                raise Blocked(blockers)
            draft.goes_at = departure(draft, hold_seconds=now.settings.hold_seconds, at=at)
        draft.save(force_update=True)
    ids = [draft.id for draft, _entered in changed]
    DraftLine.objects.filter(organization_id=mine, draft_id__in=ids).delete()
    write_lines([(draft, entered.lines) for draft, entered in changed], now)
    record_all([(id_, DraftSaved()) for id_ in ids], who=who, at=at)


def _asks(entered: DraftInput) -> tuple[UUID | None, int]:
    """From whom a draft asks how much, in minor units."""
    return entered.recipient_id, total_up(entered.lines).breakdown.payable_minor


@deed
def copy_draft(draft_id: UUID, *, who: Actor, at: datetime) -> Draft:
    """Make a second draft with the same content, which bills nothing that the first one bills.

    Raises Absent, InvoicedElsewhere, Invalid, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = Draft.objects.filter(
        organization_id=who.organization_id, id=draft_id, kind=Kind.INVOICE
    ).first()
    if draft is None:
        raise Absent
    must_be_ours(draft)
    entered = entered_in(draft)
    copied = tuple(
        replace(line, source_kind="", source_id=None, served_id=None) for line in entered.lines
    )
    return write_new_draft(replace(entered, lines=copied), who=who, at=at)


def drop_draft(draft_id: UUID, *, version: int | None = None, who: Actor, at: datetime) -> None:
    """Throw a draft away within the caller's transaction; no number is touched.

    What becomes of what it billed is decided above (`diary/drop.py`). Raises Absent, HasDeparted,
    StaleDraft, PaymentIsNoted.
    """
    _drop([lock_draft(draft_id, version, who=who, at=at)], who=who, at=at)


def drop_drafts(draft_ids: Collection[UUID], *, who: Actor, at: datetime) -> None:
    """Throw drafts away, a hundred with the statements of one; see `drop_draft`."""
    _drop(lock_drafts(draft_ids, who=who, at=at), who=who, at=at)


def _drop(drafts: Collection[Draft], *, who: Actor, at: datetime) -> None:
    entered = entered_in_all(drafts)
    deleted: list[tuple[UUID, Happening]] = []
    for draft in drafts:
        must_be_unpaid(draft)
        lines = entered[draft.id].lines
        billed = " ".join(str(line.source_id) for line in lines if line.source_id)
        told = replace(
            DraftDeleted.seen_by_whom(draft, lines),
            replaces_id=str(draft.replaces_id or ""),
            waits_for_id=str(draft.waits_for_id or ""),
            billed=billed,
        )
        deleted.append((draft.id, told))
    ids = [draft.id for draft in drafts]
    Draft.objects.filter(organization_id=who.organization_id, id__in=ids).delete()
    record_all(deleted, who=who, at=at)


def lock_draft(draft_id: UUID, version: int | None = None, *, who: Actor, at: datetime) -> Draft:
    """Lock an invoice draft that has not departed; with a version, one that is still that.

    Raises Absent, HasDeparted, StaleDraft.
    """
    draft = (
        Draft.objects.select_for_update()
        .filter(organization_id=who.organization_id, id=draft_id, kind=Kind.INVOICE)
        .first()
    )
    if draft is None:
        gone = Document.objects.filter(organization_id=who.organization_id, draft_id=draft_id)
        raise HasDeparted if gone.exists() else Absent
    if _has_departed(draft, at):
        raise HasDeparted
    if version is not None and version != draft.version:
        raise StaleDraft
    return draft


def lock_drafts(draft_ids: Collection[UUID], *, who: Actor, at: datetime) -> list[Draft]:
    """Lock invoice drafts that have not departed, in the order of their ids; see `lock_draft`."""
    drafts = list(
        Draft.objects.select_for_update()
        .filter(organization_id=who.organization_id, id__in=draft_ids, kind=Kind.INVOICE)
        .order_by("id")
    )
    if len(drafts) < len(draft_ids) or any(_has_departed(draft, at) for draft in drafts):
        raise HasDeparted
    return drafts


def _has_departed(draft: Draft, at: datetime) -> bool:
    return draft.goes_at is not None and draft.goes_at <= at


def departure(draft: Draft, *, hold_seconds: int, at: datetime) -> datetime:
    """When a draft finalised now leaves: after the hold, never before the credit it waits for."""
    leaves = at + timedelta(seconds=hold_seconds)
    held: Draft | None = draft.waits_for
    if held is None or held.goes_at is None:
        return leaves
    return max(leaves, held.goes_at)


def entered_in(draft: Draft) -> DraftInput:
    """What a draft holds, in the form in which it is entered."""
    return entered_in_all([draft])[draft.id]


def entered_in_all(drafts: Collection[Draft]) -> Mapping[UUID, DraftInput]:
    """What drafts of one organization hold, by their ids, with one statement."""
    lines = lines_of(drafts)
    return {draft.id: _entered(draft, lines[draft.id]) for draft in drafts}


def _entered(draft: Draft, lines: Iterable[LineInput]) -> DraftInput:
    return DraftInput(
        recipient_id=draft.recipient_id,
        lines=tuple(lines),
        due_in_days=draft.due_in_days,
        term_agreed=draft.term_agreed,
        delivered_on=draft.delivered_on,
        channel=Channel(draft.channel),
        deliver_to=draft.deliver_to,
        language=draft.language,
        buyer_reference=draft.buyer_reference,
        case_number=draft.case_number,
        opening_text=draft.opening_text,
        closing_text=draft.closing_text,
        exemption_reason=draft.exemption_reason,
    )
