"""Crediting an invoice, and undoing it while the credit note is on hold."""

from typing import Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Blocked, Invalid, NotAllowed
from storno.corrections.credit import credit_invoice
from storno.corrections.facts import read_standing
from storno.corrections.seen import NotAsShown
from storno.corrections.stop import DraftWasChanged
from storno.corrections.undo import NothingToUndo, TooLateToUndo, undo_credit
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import once
from storno.web.papers.credit_dialog import Dialog, read_dialog, shown_dialog
from storno.web.papers.refused import show_refused
from storno.web.papers.told import tell_credited, tell_end_of_hold
from storno.web.papers.ways_out import Subject
from storno.web.show import show
from storno.web.take import take_invalid, take_refused

LOOK = "look"
"""Asks what would come of the form; sent as the press is, for addresses and logs bear no notes."""


@require_http_methods(["GET", "POST"])
@member_page
def invoice_credit(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """What a credit would do, and the red button that does it."""
    sent = request.method == "POST"
    data = request.POST if sent else request.GET
    pressed = sent and LOOK not in data
    with here.reading():
        dialog = read_dialog(invoice_id, data, here, sent=sent)
        if not pressed or dialog.plan is None or dialog.form.errors:
            status = 422 if dialog.form.errors and pressed else 200
            return show(
                request, here, "papers/credit.html", status=status, **shown_dialog(dialog, here)
            )
    return _press(request, here, invoice_id, dialog)


def _press(request: HttpRequest, here: Here, invoice_id: UUID, dialog: Dialog) -> HttpResponse:
    asked, closed = dialog.form.asked(), None
    try:
        done = credit_invoice(
            invoice_id, asked, seen=dialog.seen, who=once(request, here), at=here.at
        )
    except (AnsweredBefore, StillInFlight):
        return go(request, here.url("invoice", invoice_id))
    except Invalid as wrong:
        take_invalid(dialog.form, wrong, **dialog.form.names(asked.lines or ()))
    except NotAllowed as why:
        closed = why
    except (Blocked, NotAsShown):
        pass  # the dialog is read anew and says why
    else:
        tell_credited(request, here, done, dialog.case.now)
        return go(request, here.url("invoice", invoice_id))
    with here.reading():
        fresh = read_dialog(invoice_id, request.POST, here, sent=True)
        if closed is not None and not fresh.form.errors:
            take_refused(fresh.form, closed)
        shown = shown_dialog(fresh, here)
        return show(request, here, "papers/credit.html", status=409, **shown)


@require_http_methods(["GET", "POST"])
@member_page
def invoice_undo(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Withdraw the credit note on hold; a corrected draft with work in it is asked about."""
    if request.method == "GET":
        with here.reading():
            read_standing(invoice_id, here.organization.id)
            return go(request, here.url("invoice", invoice_id))
    choice = request.POST.get("draft", "ask")
    changed = choice if choice in ("discard", "keep") else "ask"
    try:
        undo_credit(
            invoice_id,
            changed_draft=cast(Literal["ask", "discard", "keep"], changed),
            who=here.who,
            at=here.at,
        )
    except DraftWasChanged:
        with here.reading():
            back = {"back_url": here.url("invoice", invoice_id), "back_label": _("Invoice")}
            return show(request, here, "papers/undo.html", status=409, **back)
    except (TooLateToUndo, NothingToUndo, NotAllowed) as refused:
        title = _("It was not undone")
        return show_refused(request, here, title, refused, Subject(invoice_id=invoice_id))
    tell_end_of_hold(request, here, invoice_id)
    return go(request, here.url("invoice", invoice_id))
