"""Marking drafts as invoiced in another system: a record, never a paper of this one.

Such a record has no number of ours, letter or claim, and stands in no list of what is owed or to be
decided. What is known of the invoice elsewhere is information only. See `elsewhere.py` for what it
stands in the way of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.save import hold_clients
from storno.core.entered import text_errors, tidy
from storno.core.refusals import FieldError, Invalid, Refused
from storno.documents.draft import entered_in, lock_draft
from storno.documents.elsewhere import must_be_unpaid
from storno.documents.models import Draft, FollowUp
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor, Deed

LONGEST = 40
"""Characters of a number or a way of payment elsewhere."""

EARLIEST = 2013
"""The year in which nobody had been paid yet for what is billed now."""


class NotExternal(Refused):
    """The draft is a plain draft."""

    code = "not_externalised"
    message = _("This draft is not invoiced externally.")
    remedy = _("There is nothing to take back.")


@dataclass(frozen=True)
class DraftExternalised(Happening):
    """A draft was marked as invoiced in another system."""

    kind: ClassVar = "draft.externalised"
    sentence: ClassVar = _("Marked as invoiced externally.")


@dataclass(frozen=True)
class ExternalNoted(Happening):
    """What is known of the invoice elsewhere was noted, or noted anew."""

    kind: ClassVar = "draft.external_noted"
    sentence: ClassVar = _("The details of the external invoice were noted.")


@dataclass(frozen=True)
class DraftInternalised(Happening):
    """What was invoiced in another system is a draft again."""

    kind: ClassVar = "draft.internalised"
    sentence: ClassVar = _("Taken back to draft, to be invoiced from here.")


@dataclass(frozen=True, slots=True)
class ExternalInput:
    """What is known of the invoice elsewhere: its number, when and how it was paid."""

    number: str = ""
    paid_on: date | None = None
    paid_by: str = ""


UNKNOWN = ExternalInput()
PLAIN: dict[str, Any] = {
    "external_at": None,
    "external_number": "",
    "external_paid_on": None,
    "external_paid_by": "",
}
"""The columns of a draft that is to be invoiced from here."""


@deed
def externalise_draft(
    draft_id: UUID,
    entered: ExternalInput = UNKNOWN,
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Mark a draft as invoiced elsewhere with what is known of that; done again it notes anew.

    A draft on hold no longer leaves. One that waits for a credit note on hold is taken along, or
    becomes a plain draft, where that does not go out. Raises Absent, HasDeparted, StaleDraft,
    Invalid, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = lock_draft(draft_id, version, who=who, at=at)
    mark_external(draft, entered, who=who, at=at)
    return draft


def mark_external(
    draft: Draft, entered: ExternalInput = UNKNOWN, *, who: Actor, at: datetime
) -> None:
    """Mark a locked draft within the caller's transaction. Raises Invalid."""
    known = ExternalInput(tidy(entered.number), entered.paid_on, tidy(entered.paid_by))
    if errors := tuple(_errors(known, draft, at=at)):
        raise Invalid(errors)
    is_new = draft.external_at is None
    _write(
        draft,
        external_at=draft.external_at or at,
        external_number=known.number,
        external_paid_on=known.paid_on,
        external_paid_by=known.paid_by,
        issues_at=None,
        goes_at=None,
        failure="",
    )
    if is_new:
        record(DraftExternalised(), subject_id=draft.id, who=who, at=at)
    if not is_new or known != UNKNOWN:
        record(ExternalNoted(), subject_id=draft.id, who=who, at=at)


@deed
def internalise_draft(
    draft_id: UUID, *, version: int | None = None, who: Actor, at: datetime
) -> Draft:
    """Make a plain draft of what was invoiced elsewhere, as long as no payment is noted.

    Raises Absent, HasDeparted, StaleDraft, NotExternal, PaymentIsNoted, ClientIsErased, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    draft = lock_draft(draft_id, version, who=who, at=at)
    served = [line.served_id for line in entered_in(draft).lines]
    hold_clients([draft.recipient_id, *served], organization_id=who.organization_id)
    mark_plain(draft, who=who, at=at)
    return draft


def mark_plain(draft: Draft, *, who: Actor, at: datetime) -> None:
    """Take a locked record back within the caller's transaction.

    Raises NotExternal, PaymentIsNoted.
    """
    if draft.external_at is None:
        raise NotExternal
    must_be_unpaid(draft)
    _write(draft, **PLAIN)
    record(DraftInternalised(), subject_id=draft.id, who=who, at=at)


def take_back_in_time(draft: Draft, *, who: Actor, at: datetime) -> None:
    """Let a locked draft become no record with the credit note on hold that it waits for."""
    held = draft.waits_for
    if held is not None and held.follow_up == FollowUp.EXTERNAL:
        record(DraftInternalised(), subject_id=draft.id, who=who, at=at)


def _errors(known: ExternalInput, draft: Draft, *, at: datetime) -> Iterator[FieldError]:
    yield from text_errors("number", known.number, longest=LONGEST)
    yield from text_errors("paid_by", known.paid_by, longest=LONGEST)
    if known.paid_on is None:
        return
    if known.paid_on > circumstances(draft.organization_id, at).today:
        yield FieldError("paid_on", "in_the_future", _("The day of payment lies in the future."))
    if known.paid_on.year < EARLIEST:
        yield FieldError("paid_on", "out_of_range", _("This is long ago. Check the year."))


def _write(draft: Draft, **changed: Any) -> None:
    """Change columns of a locked draft; its version counts on."""
    changed["version"] = draft.version + 1
    for name, value in changed.items():
        setattr(draft, name, value)
    mine = Draft.objects.filter(organization_id=draft.organization_id)
    mine.filter(id=draft.id).update(**changed)
