"""Writing drafts: saved as often as one likes, thrown away without a trace in the numbers.

A draft on hold can still be edited; saving it starts its hold anew. Once its departure has come it
is no longer a draft to anybody, even if the worker has not issued it yet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Absent, Blocked, FieldError, Invalid, Refused
from storno.documents.check import check_draft
from storno.documents.content import DraftInput, LineInput
from storno.documents.models import Document, Draft, DraftLine, Kind
from storno.documents.prepare import blockers_of
from storno.history.record import Happening, record
from storno.organizations.models import Channel
from storno.organizations.once import deed
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor, Deed
from storno.tax.category import TaxCategory


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
    """A draft was thrown away; what it stood for is named by ids, if it was a corrected one."""

    kind: ClassVar = "draft.deleted"
    sentence: ClassVar = _("Draft deleted.")
    replaces_id: str = ""
    waits_for_id: str = ""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The invoice a corrected draft stands for, and the held credit note it must not overtake."""

    invoice_id: UUID
    held: Draft | None


@deed
def create_draft(entered: DraftInput, *, who: Actor, at: datetime) -> Draft:
    """Save a new draft. Raises Invalid, NotAllowed."""
    who.must(Deed.WRITE_DRAFTS)
    return write_new_draft(entered, who=who, at=at)


def write_new_draft(
    entered: DraftInput, *, replaced: Replaced | None = None, who: Actor, at: datetime
) -> Draft:
    """Write a new draft, of a credited invoice if it is named, within the caller's transaction.

    Raises Invalid.
    """
    draft = Draft(
        id=new_id(),
        organization_id=who.organization_id,
        kind=Kind.INVOICE,
        created_by=who.person_id,
        created_at=at,
    )
    if replaced is not None:
        draft.replaces_id, draft.waits_for = replaced.invoice_id, replaced.held
        draft.version = 2  # unlike one that was only made by a credit, it bears somebody's work
    _fill(draft, entered, circumstances(who.organization_id, at), at=at)
    draft.save(force_insert=True)
    _write_lines(draft, tuple(replace(line, id=None) for line in entered.lines))
    record(DraftSaved(), subject_id=draft.id, who=who, at=at)
    return draft


@deed
def change_draft(
    draft_id: UUID,
    entered: DraftInput,
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Save a draft anew; a hold starts again. `version` is the one the editor had opened.

    A draft on hold is on its way, so it must stay one that can be issued: withdraw it to save it
    unfinished. What was entered takes the place of all that was there: a line under the id of one
    that was there bills what that billed, any other is a new one. Raises Absent, HasDeparted,
    StaleDraft, Invalid, Blocked, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = lock_draft(draft_id, version, who=who, at=at)
    return _save_anew(draft, _with_sources(entered, entered_in(draft)), who=who, at=at)


@deed
def amend_draft(
    draft_id: UUID,
    amend: Callable[[DraftInput], DraftInput],
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Save a part of a draft anew: `amend` gets what it holds and returns what it shall hold.

    A line that it returns under the id of one that was there stays that line, and bills what it
    billed. Raises Absent, HasDeparted, StaleDraft, Invalid, Blocked, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = lock_draft(draft_id, version, who=who, at=at)
    before = entered_in(draft)
    amended = amend(before)
    _check_ids(amended, before)
    return _save_anew(draft, _with_sources(amended, before), who=who, at=at)


def _check_ids(amended: DraftInput, before: DraftInput) -> None:
    """Find fault with lines that claim to be one that was not there. Raises Invalid."""
    left = {line.id for line in before.lines}
    errors: list[FieldError] = []
    for place, line in enumerate(amended.lines):
        if line.id is not None and line.id not in left:
            words = _("This draft has no such line, or it stands here twice.")
            errors.append(FieldError(f"lines.{place}.id", "unknown_line", words))
        left.discard(line.id)
    if errors:
        raise Invalid(errors)


def _with_sources(entered: DraftInput, before: DraftInput) -> DraftInput:
    """Let each line that names one that was there bill what that billed.

    One that names none that is left is new, and bills nothing.
    """
    sources = {line.id: (line.source_kind, line.source_id) for line in before.lines}
    lines: list[LineInput] = []
    for line in entered.lines:
        if line.id is None:
            lines.append(line)
        elif source := sources.pop(line.id, None):
            lines.append(replace(line, source_kind=source[0], source_id=source[1]))
        else:
            lines.append(replace(line, id=None, source_kind="", source_id=None))
    return replace(entered, lines=tuple(lines))


def _save_anew(draft: Draft, entered: DraftInput, *, who: Actor, at: datetime) -> Draft:
    """Write a locked draft. Raises Invalid, Blocked."""
    now = circumstances(who.organization_id, at)
    _fill(draft, entered, now, at=at)
    draft.version += 1
    if draft.goes_at is not None:
        if blockers := blockers_of(draft, entered.lines, draft.recipient, now):
            raise Blocked(blockers)
        draft.goes_at = departure(draft, hold_seconds=now.settings.hold_seconds, at=at)
    draft.save(force_update=True)
    DraftLine.objects.filter(organization_id=who.organization_id, draft_id=draft.id).delete()
    _write_lines(draft, entered.lines)
    record(DraftSaved(), subject_id=draft.id, who=who, at=at)
    return draft


@deed
def copy_draft(draft_id: UUID, *, who: Actor, at: datetime) -> Draft:
    """Make a second draft with the same content, which bills nothing that the first one bills.

    Raises Absent, Invalid, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = Draft.objects.filter(
        organization_id=who.organization_id, id=draft_id, kind=Kind.INVOICE
    ).first()
    if draft is None:
        raise Absent
    entered = entered_in(draft)
    copied = tuple(replace(line, source_kind="", source_id=None) for line in entered.lines)
    return write_new_draft(replace(entered, lines=copied), who=who, at=at)


@deed
def delete_draft(draft_id: UUID, *, version: int | None = None, who: Actor, at: datetime) -> None:
    """Throw a draft away, as it was when the page asked; no number is touched.

    Raises Absent, HasDeparted, StaleDraft, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = lock_draft(draft_id, version, who=who, at=at)
    Draft.objects.filter(organization_id=who.organization_id, id=draft.id).delete()
    deleted = DraftDeleted(str(draft.replaces_id or ""), str(draft.waits_for_id or ""))
    record(deleted, subject_id=draft.id, who=who, at=at)


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
    if draft.goes_at is not None and draft.goes_at <= at:
        raise HasDeparted
    if version is not None and version != draft.version:
        raise StaleDraft
    return draft


def departure(draft: Draft, *, hold_seconds: int, at: datetime) -> datetime:
    """When a draft finalised now leaves: after the hold, never before the credit it waits for."""
    leaves = at + timedelta(seconds=hold_seconds)
    held: Draft | None = draft.waits_for
    if held is None or held.goes_at is None:
        return leaves
    return max(leaves, held.goes_at)


def entered_in(draft: Draft) -> DraftInput:
    """What a draft holds, in the form in which it is entered."""
    lines = DraftLine.objects.filter(
        organization_id=draft.organization_id, draft_id=draft.id
    ).order_by("position")
    return DraftInput(
        recipient_id=draft.recipient_id,
        lines=tuple(line_entered(line) for line in lines),
        due_in_days=draft.due_in_days,
        term_agreed=draft.term_agreed,
        delivered_on=draft.delivered_on,
        channel=Channel(draft.channel),
        deliver_to=draft.deliver_to,
        language=draft.language,
        buyer_reference=draft.buyer_reference,
        opening_text=draft.opening_text,
        closing_text=draft.closing_text,
        exemption_reason=draft.exemption_reason,
    )


def line_entered(line: DraftLine) -> LineInput:
    """A stored draft line in the form in which it is entered."""
    category = TaxCategory(line.tax_category)
    return LineInput(
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        tax_category=category,
        tax_rate=line.tax_rate if category.bears_tax else None,
        includes_tax=line.includes_tax,
        discount_percent=line.discount_percent,
        delivered_on=line.delivered_on,
        work=line.work,
        source_kind=line.source_kind,
        source_id=line.source_id,
        id=line.id,
    )


def _fill(draft: Draft, entered: DraftInput, now: Circumstances, *, at: datetime) -> None:
    """Put what was entered, with lines that are right, into the row. Raises Invalid.

    Delivered is usually today; a draft all of whose lines have days of their own needs none.
    """
    recipient = _recipient(draft.organization_id, entered.recipient_id)
    check_draft(entered, recipient, now)
    draft.recipient = recipient
    draft.currency = now.seller.currency
    draft.language = entered.language or (recipient and recipient.language) or now.seller.language
    draft.channel = (
        entered.channel or (recipient and recipient.channel) or now.settings.default_channel
    )
    draft.deliver_to = entered.deliver_to
    draft.due_in_days = entered.due_in_days
    draft.term_agreed = entered.term_agreed
    takes_its_day = any(line.delivered_on is None for line in entered.lines)
    draft.delivered_on = entered.delivered_on or (now.today if takes_its_day else None)
    draft.buyer_reference = entered.buyer_reference
    draft.opening_text = entered.opening_text
    draft.closing_text = entered.closing_text
    draft.exemption_reason = entered.exemption_reason
    draft.failure = ""
    draft.changed_at = at


def _recipient(organization_id: UUID, recipient_id: UUID | None) -> Client | None:
    if recipient_id is None:
        return None
    found = Client.objects.filter(
        organization_id=organization_id, id=recipient_id, forgotten_at=None
    ).first()
    if found is None:
        raise Invalid(
            [FieldError("recipient", "unknown_recipient", _("Choose one of your recipients."))]
        )
    return found


def _write_lines(draft: Draft, lines: tuple[LineInput, ...]) -> None:
    """Write lines that were checked."""
    insert(
        DraftLine(
            id=line.id or new_id(),
            organization_id=draft.organization_id,
            draft_id=draft.id,
            position=position,
            description=line.description.strip(),
            quantity=line.quantity,
            unit=line.unit.strip(),
            unit_price=line.unit_price,
            includes_tax=line.includes_tax,
            discount_percent=line.discount_percent,
            tax_category=line.tax_category.value,
            tax_rate=line.rate,
            delivered_on=line.delivered_on,
            work=line.work,
            source_kind=line.source_kind,
            source_id=line.source_id,
        )
        for position, line in enumerate(lines)
    )
