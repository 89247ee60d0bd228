"""Payment notifications of an invoice: what was sent when and by what, and what is next."""

from uuid import UUID

from ninja import Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import Next
from storno.api.v1.letters import LetterShown, show_letter
from storno.api.values import Body, Chosen, Id, Shown, ShownMoment, moment_or_none, moment_text
from storno.corrections.facts import read_standing
from storno.diary.automatic import bill_by_hand
from storno.documents.models import Draft
from storno.notices.models import Dropped, Notice, NoticeKind, NoticeState
from storno.notices.pause import PauseReason, pause_reminders, resume_reminders
from storno.notices.queries import NoticeRow, is_paused, next_at, notices_of
from storno.notices.send import notify

invoices = Router(tags=["notifications"])
drafts = Router(tags=["drafts"])


class PauseIn(Body):
    """Why reminders are paused; it stays in the history."""

    reason: Chosen[PauseReason] = PauseReason.OTHER


NO_REASON = PauseIn()


class NotificationShown(Shown):
    """A payment notification or a reminder, with its letters once it was sent.

    `dropped` says why one that was planned did not go.
    """

    id: UUID
    kind: NoticeKind
    state: NoticeState
    due_at: ShownMoment
    sent_at: ShownMoment | None
    dropped: Dropped | None
    letters: list[LetterShown]


class NotificationPage(Shown):
    """The notifications of an invoice, sent and planned, the oldest first.

    `next_at` is when the next one goes by itself; null if none does as things stand.
    """

    items: list[NotificationShown]
    next_at: ShownMoment | None
    paused: bool
    next: Next


def _shown(row: NoticeRow) -> NotificationShown:
    notice = row.notice
    return NotificationShown(
        id=notice.id,
        kind=NoticeKind(notice.kind),
        state=NoticeState(notice.state),
        due_at=moment_text(notice.due_at),
        sent_at=moment_or_none(notice.sent_at),
        dropped=Dropped(notice.dropped) if notice.dropped else None,
        letters=[show_letter(letter) for letter in row.letters],
    )


def _page(invoice_id: UUID, organization_id: UUID) -> NotificationPage:
    standing = read_standing(invoice_id, organization_id)
    rows = notices_of(invoice_id, organization_id)
    return NotificationPage(
        items=[_shown(row) for row in rows],
        next_at=moment_or_none(next_at(rows, standing)),
        paused=is_paused(rows),
        next=None,
    )


def _sent(caller: Caller, notice: Notice) -> Told:
    rows = notices_of(notice.invoice_id, caller.who.organization_id)
    (row,) = (row for row in rows if row.notice.id == notice.id)
    return Told(202, _shown(row))


def _paused(caller: Caller, notices: list[Notice]) -> Told:
    return Told(200, _page(notices[0].invoice_id, caller.who.organization_id))


@invoices.get("/{invoice_id}/notifications", response=NotificationPage)
@reading
def list_notifications(request: Request, invoice_id: Id) -> NotificationPage:
    """What was sent when and by what medium, what is next, and what was not sent and why."""
    return _page(invoice_id, request.auth.who.organization_id)


@invoices.post("/{invoice_id}/notifications", response={202: NotificationShown})
@doing(_sent)
def post_notification(request: Request, invoice_id: Id) -> Notice:
    """Tell the recipient now, at each address, that there is something to pay.

    The first plans the reminders. While its letters are on their way, that one is the answer.
    """
    return notify(invoice_id, who=request.auth.who, at=request.auth.at)


@invoices.post("/{invoice_id}/notifications/pause", response=NotificationPage)
@doing(_paused)
def post_pause(request: Request, invoice_id: Id, body: PauseIn = NO_REASON) -> list[Notice]:
    """Keep back the planned reminders until the pause is deleted."""
    return pause_reminders(invoice_id, body.reason, who=request.auth.who, at=request.auth.at)


@invoices.delete("/{invoice_id}/notifications/pause", response={204: None})
@doing(nothing)
def remove_pause(request: Request, invoice_id: Id) -> list[Notice]:
    """Let reminders go again; if the day of the first is over, it goes on the next morning."""
    return resume_reminders(invoice_id, who=request.auth.who, at=request.auth.at)


@drafts.delete("/{draft_id}/automatic-issue", response={204: None})
@doing(nothing)
def remove_automatic_issue(request: Request, draft_id: Id) -> Draft:
    """Let a draft wait for a person instead of going out by itself; so is its session invoiced."""
    return bill_by_hand(draft_id, who=request.auth.who, at=request.auth.at)
