"""History: who did what, and when, in sentences."""

from uuid import UUID

from ninja import Query, Router

from storno.api.answers import reading
from storno.api.bearer import Request
from storno.api.language import spoken_language
from storno.api.pages import AskedById, Next, next_before
from storno.api.values import Id, Shown, ShownMoment, moment_text
from storno.diary.looks import note_look_at_history
from storno.diary.sight import told_of_open_diaries
from storno.history.tell import Told, list_events, tell
from storno.organizations.queries import seller_of

router = Router(tags=["history"])


class HappeningShown(Shown):
    """Something that happened to a `subject`; `by` is empty for what happened by itself.

    `kind` is stable, `sentence` is in the language of the request.
    """

    id: UUID
    at: ShownMoment
    kind: str
    subject: UUID
    by: str
    sentence: str


class HistoryPage(Shown):
    """Happenings, the newest first."""

    items: list[HappeningShown]
    next: Next


class HistoryAsked(AskedById):
    """Which happenings to list: of one subject (an invoice, a draft, a client), or all."""

    subject: Id | None = None


def _show(told: Told) -> HappeningShown:
    return HappeningShown(
        id=told.event.id,
        at=moment_text(told.event.at),
        kind=told.event.kind,
        subject=told.event.subject_id,
        by=told.who,
        sentence=told.sentence,
    )


@router.get("", response=HistoryPage)
@reading
def list_history(request: Request, asked: Query[HistoryAsked]) -> HistoryPage:
    """What happened in the organization, the newest first.

    Of bookings only what stands in diaries that are open to you. That somebody looked at the
    client of a `subject` is noted.
    """
    mine = request.auth.who.organization_id
    if asked.subject is not None:
        note_look_at_history(asked.subject, who=request.auth.who, at=request.auth.at)
    events, before = list_events(
        mine,
        subject_id=asked.subject,
        only=told_of_open_diaries(request.auth.who),
        before=asked.before,
        limit=asked.limit,
    )
    told = tell(events, language=spoken_language(), time_zone=seller_of(mine).time_zone)
    return HistoryPage(items=[_show(each) for each in told], next=next_before(request, before))
