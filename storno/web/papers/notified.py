"""How a recipient was told of a payment, what is planned, and what can be done about it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from storno.corrections.queries import Action
from storno.documents.models import Standing
from storno.notices.models import Dropped, NoticeKind, NoticeState
from storno.notices.queries import NoticeRow, is_paused, next_at
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.deliveries import letter_shown
from storno.web.papers.menus import Item
from storno.web.say import say_departure, say_moment

_ICONS = {
    NoticeState.SENT: "send",
    NoticeState.DUE: "clock",
    NoticeState.PAUSED: "lock",
    NoticeState.DROPPED: "close",
}


def notices_shown(
    rows: Sequence[NoticeRow], standing: Standing, action: Action, now: Circumstances, here: Here
) -> dict[str, Any] | None:
    """The notices of an invoice, sent and planned; None where nobody was ever told."""
    if not rows:
        return None
    may_resume = is_paused(rows) and not action.blockers
    return {
        "may_send": here.who.may(Deed.SEND),
        "next": _next(rows, standing, now, here),
        "resume_url": here.url("invoice_resume", standing.id) if may_resume else "",
        "rows": [_row(row, now, here) for row in rows if _counts(row, standing)],
    }


def _counts(row: NoticeRow, standing: Standing) -> bool:
    """What is planned counts only as long as something is to pay."""
    planned = row.notice.state in (NoticeState.DUE, NoticeState.PAUSED)
    return standing.open_minor > 0 or not planned


def _next(rows: Sequence[NoticeRow], standing: Standing, now: Circumstances, here: Here) -> str:
    """What comes by itself, in a sentence."""
    if not standing.open_minor:
        return _("Nothing is left to pay, so nobody is told any more.")
    if standing.cancelling_at is not None:
        return _("Reminders wait while the credit note is on its way.")
    if standing.disputed_at is not None:
        return _("Reminders wait while the invoice is disputed.")
    if is_paused(rows):
        return _("Reminders are paused.")
    due_at = next_at(rows, standing)
    if due_at is None:
        return _("No further reminder is planned.")
    when = say_departure(max(due_at, here.at), here.at, now.seller.time_zone)
    return _("The next reminder goes %(when)s, unless it is paid before.") % {"when": when}


def _row(row: NoticeRow, now: Circumstances, here: Here) -> dict[str, Any]:
    notice, state = row.notice, NoticeState(row.notice.state)
    words = str(state.label)
    if state is NoticeState.DROPPED:
        words = _("%(state)s: %(why)s") % {"state": words, "why": Dropped(notice.dropped).label}
    return {
        "icon": _ICONS[state],
        "label": str(NoticeKind(notice.kind).label),
        "state": words,
        "when": say_moment(notice.sent_at or notice.due_at, here.at, now.seller.time_zone),
        "letters": [letter_shown(letter, now, here) for letter in row.letters],
    }


def notice_items(
    rows: Sequence[NoticeRow], standing: Standing, action: Action, here: Here
) -> Iterator[Item]:
    """What the menu of an invoice offers about its reminders."""
    if action.blockers:
        return
    if is_paused(rows):
        url = here.url("invoice_resume", standing.id)
        yield Item(_("Resume reminders"), "clock", url, "post")
    elif next_at(rows, standing) is not None:
        yield Item(_("Pause reminders"), "clock", here.url("invoice_pause", standing.id), "dialog")
