"""How a document reached its recipient: its letters with their state, or the member's own hands."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from storno.documents.models import Kind
from storno.documents.queries import WholeDocument
from storno.mailroom.models import Letter, LetterState
from storno.mailroom.way_out import is_server_missing
from storno.organizations.models import Channel
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.say import Said, say_moment

_ICONS = {
    LetterState.QUEUED: "clock",
    LetterState.SENDING: "clock",
    LetterState.SENT: "check",
    LetterState.FAILED: "warning",
    LetterState.REPLACED: "onward",
    LetterState.WITHDRAWN: "close",
}


def deliveries_of(
    whole: WholeDocument,
    letters: list[Letter],
    now: Circumstances,
    here: Here,
    *,
    to_give: bool,
) -> dict[str, Any]:
    """The letters of a document, and what the member can do where none brought it, or not alone."""
    document = whole.document
    handed = whole.handed_over_at
    return {
        "number": document.number,
        "is_credit_note": document.kind == Kind.CREDIT_NOTE,
        "letters": [letter_shown(letter, now, here) for letter in letters],
        "handed_over": _moment(handed, now, here) if handed else None,
        "by_hand": to_give or not letters or document.channel == Channel.NONE,
        "may_send": here.who.may(Deed.SEND),
        "pdf_url": here.url("document_pdf", document.id),
        "send_url": here.url("invoice_send", document.id),
        "handover_url": here.url("document_handover", document.id),
    }


def how_to_give(note: WholeDocument, letters: list[Letter], invoice: WholeDocument) -> str:
    """How a credit note is to be given that has not gone each way its invoice went; else empty."""
    if note.handed_over_at is not None:
        return ""
    if not letters:
        return _("No letter brought it. Print it or download it, or send it by e-mail.")
    if invoice.handed_over_at is not None:
        return _("It goes by e-mail too, but the invoice was given by hand. Print or download it.")
    return ""


def failed_among(letters: list[Letter]) -> list[Letter]:
    """The letters that somebody must see to."""
    return [letter for letter in letters if letter.state == LetterState.FAILED]


def letter_shown(letter: Letter, now: Circumstances, here: Here) -> dict[str, Any]:
    """Where one letter is."""
    state = LetterState(letter.state)
    failed = state is LetterState.FAILED
    return {
        "icon": _ICONS[state],
        "to": letter.to_address,
        "state": _state(letter),
        "when": _moment(letter.sent_at or letter.queued_at, now, here),
        "why": letter.get_failure_display() if letter.failure else "",
        "reply": letter.reply,
        "failed": failed,
        "again_url": here.url("letter_again", letter.id) if failed else "",
        "redirect_url": here.url("letter_redirect", letter.id) if failed else "",
    }


def _state(letter: Letter) -> str:
    if letter.next_attempt_at is not None and is_server_missing():
        return _("waits, because no mail server is set")
    if letter.state == LetterState.QUEUED and letter.attempts:
        return _("not taken yet, tried again by itself")
    return str(LetterState(letter.state).label)


def _moment(at: datetime, now: Circumstances, here: Here) -> Said:
    return say_moment(at, here.at, now.seller.time_zone)
