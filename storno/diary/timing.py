"""When the draft of a session goes out by itself.

The moment stands on the draft. It follows the session's time and its method; a corrected draft
awaits a decision, so it has none until somebody chooses the method anew. With the moment falls the
hold that it began; a hold that somebody began stays, for that person has decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storno.diary.models import Booking
from storno.documents.hold import DraftWithdrawn, leaves_by_itself
from storno.documents.models import Draft
from storno.history.record import record, record_all
from storno.organizations.models import AutomaticAt, Method, Settings
from storno.organizations.roles import Actor


@dataclass(frozen=True, slots=True)
class Drafted:
    """A locked draft with the session that it bills, and how that is invoiced.

    `chosen`: somebody chose the method just now.
    """

    draft: Draft
    session: Booking
    method: Method
    chosen: bool = False


def time_drafts(
    drafted: Iterable[Drafted], settings: Settings, *, who: Actor, at: datetime
) -> None:
    """Let locked drafts of one organization go out when their sessions say, with one statement."""
    changed, withdrawn = [], []
    for each in drafted:
        draft, moment = each.draft, moment_of_issue(each, settings, at=at)
        if moment == draft.issues_at:
            continue
        if leaves_by_itself(draft, at=at) and (moment is None or moment > at):
            draft.goes_at = None
            withdrawn.append((draft.id, DraftWithdrawn()))
        draft.issues_at = moment
        draft.failure = "" if moment else draft.failure
        changed.append(draft)
    if changed:
        Draft.objects.bulk_update(changed, ["issues_at", "goes_at", "failure"])
    if withdrawn:
        record_all(withdrawn, who=who, at=at)


def moment_of_issue(drafted: Drafted, settings: Settings, *, at: datetime) -> datetime | None:
    """When a draft shall be issued by itself; None where it waits for a person."""
    draft = drafted.draft
    if draft.goes_at is not None and draft.goes_at <= at:
        return draft.issues_at
    if drafted.method != Method.AUTOMATIC or draft.external_at is not None:
        return None
    awaits_a_decision = draft.replaces_id is not None and not drafted.chosen
    is_decided = draft.goes_at is not None and not leaves_by_itself(draft, at=at)
    if is_decided or (awaits_a_decision and draft.issues_at is None):
        return draft.issues_at
    if settings.automatic_at == AutomaticAt.BOOKING:
        return draft.issues_at or at
    after = timedelta(minutes=settings.automatic_minutes)
    return max(at, drafted.session.ends_at + after)


def wait_for_a_person(draft: Draft, *, who: Actor, at: datetime) -> None:
    """Let a locked draft no longer leave: it is a charge now, which nobody has finalised."""
    if draft.goes_at is not None:
        record(DraftWithdrawn(), subject_id=draft.id, who=who, at=at)
    if draft.goes_at is not None or draft.issues_at is not None:
        draft.goes_at = draft.issues_at = None
        draft.save(update_fields=["goes_at", "issues_at"])
