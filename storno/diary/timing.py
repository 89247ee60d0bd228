"""When the draft of a session goes out by itself.

The moment stands on the draft. It follows the session's time and its method; a corrected draft
awaits a decision, so it has none until somebody chooses the method anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storno.diary.models import Booking
from storno.documents.models import Draft
from storno.organizations.models import AutomaticAt, Method, Settings


@dataclass(frozen=True, slots=True)
class Drafted:
    """A locked draft with the session that it bills, and how that is invoiced.

    `chosen`: somebody chose the method just now.
    """

    draft: Draft
    session: Booking
    method: Method
    chosen: bool = False


def time_drafts(drafted: Iterable[Drafted], settings: Settings, *, at: datetime) -> None:
    """Let drafts of one organization go out when their sessions say, with one statement."""
    changed = []
    for each in drafted:
        draft, moment = each.draft, moment_of_issue(each, settings, at=at)
        if moment != draft.issues_at:
            draft.issues_at = moment
            draft.failure = "" if moment else draft.failure
            changed.append(draft)
    if changed:
        Draft.objects.bulk_update(changed, ["issues_at", "failure"])


def moment_of_issue(drafted: Drafted, settings: Settings, *, at: datetime) -> datetime | None:
    """When a draft shall be issued by itself; None where it waits for a person."""
    draft = drafted.draft
    if drafted.method != Method.AUTOMATIC or draft.external_at is not None:
        return None
    awaits_a_decision = draft.replaces_id is not None and not drafted.chosen
    if draft.goes_at is not None or (awaits_a_decision and draft.issues_at is None):
        return draft.issues_at
    if settings.automatic_at == AutomaticAt.BOOKING:
        return draft.issues_at or at
    after = timedelta(minutes=settings.automatic_minutes)
    return max(at, drafted.session.ends_at + after)


def wait_for_a_person(draft: Draft) -> None:
    """Let a locked draft no longer go out by itself: it is a charge, and a person decides."""
    if draft.issues_at is not None:
        draft.issues_at = None
        draft.save(update_fields=["issues_at"])
