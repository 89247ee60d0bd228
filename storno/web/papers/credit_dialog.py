"""The credit dialog: what is asked, what would come of it, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from storno.catalogue.models import Message
from storno.clients.queries import client_with
from storno.core.refusals import Blocker, FieldError, Invalid
from storno.corrections.facts import Case, gather, read_standing
from storno.corrections.plan import CreditPlan, CreditRequest, plan_credit
from storno.corrections.preview import letter_of_credit
from storno.corrections.refund import covers_all, given_back
from storno.corrections.seen import Seen, seen_by_creditor
from storno.corrections.take_lines import CreditLine, LineFacts, plan_lines
from storno.diary.looks import note_look_at_paper
from storno.diary.messages.tell import tells_by_itself
from storno.diary.models import Booking
from storno.documents.models import Document
from storno.documents.words import CreditWords, credit_words
from storno.web.access import Here
from storno.web.diary.told import reached
from storno.web.once import new_once
from storno.web.papers.booked import cancellable
from storno.web.papers.credit_form import CreditForm, full_request, speaks_of_tax
from storno.web.papers.foreseen import leaving_time, miniature, owed_back, steps
from storno.web.papers.held import held_credit
from storno.web.papers.seen import seen_in, shown_seen
from storno.web.papers.ways_out import Subject, show_blockers
from storno.web.say import say_money, say_quantity
from storno.web.take import take_invalid

ASKED_WHEN_PRESSED = "recent_sign_in_required"
"""A blocker that the press itself mends: it asks who it is, and then goes on."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """The dialog of one invoice; without a plan nothing can be foreseen yet.

    `seen` is what the form was shown from when it was sent; `sessions` can be cancelled with it.
    """

    case: Case
    form: CreditForm
    seen: Seen | None
    plan: CreditPlan | None = None
    blockers: tuple[Blocker, ...] = ()
    sessions: tuple[Booking, ...] = ()

    @property
    def recipient(self) -> str:
        """Who the invoice went to, as it stands on it."""
        return str(self.case.parts.get("buyer", {}).get("name", ""))


def read_dialog(invoice_id: UUID, data: QueryDict, here: Here, *, sent: bool = False) -> Dialog:
    """The dialog as it was asked for; `data` from the address, or `sent`. Raises Absent."""
    standing = read_standing(invoice_id, here.organization.id)
    note_look_at_paper(invoice_id, standing.recipient_id, who=here.who, at=here.at)
    case = gather(standing, now=here.now, who=here.who, at=here.at)
    sessions = tuple(cancellable([facts.line for facts in case.facts.lines], here))
    form = CreditForm(
        case.facts,
        address_now=_address_now(case, here),
        may_cancel=bool(sessions),
        tells=any(tells_by_itself(each, Message.CANCELLATION, at=here.at) for each in sessions),
        part="part" in data,
        by_card=covers_all(case),
        now=here.now,
        data=data if sent or "reason" in data else None,
    )
    seen = seen_in(data)
    request = _request(form, case)
    if request is None:
        return Dialog(case, form, seen)
    try:
        request = replace(request, refund=given_back(request.refund, case))
        plan = plan_credit(case.facts, request, at=here.at)
    except Invalid as wrong:
        take_invalid(form, wrong, **form.names(request.lines or ()))
        return Dialog(case, form, seen)
    return Dialog(case, form, seen, plan, _beside_fields(plan, form), sessions)


def _request(form: CreditForm, case: Case) -> CreditRequest | None:
    if not form.is_bound:
        return None if form.part else full_request(case.facts)
    valid = form.is_valid()
    _take_faults(form, case.facts.lines)
    return form.asked() if valid and not form.errors else None


def _take_faults(form: CreditForm, lines: Sequence[LineFacts]) -> None:
    """Put beside each line what is wrong with it, whatever is wrong with the others."""
    for line in form.asked_lines():
        try:
            _planned, blockers = plan_lines(lines, (line,))
        except Invalid as wrong:
            take_invalid(form, wrong, **form.names((line,)))
        else:
            _take_blockers(form, blockers, (line,))


def _beside_fields(plan: CreditPlan, form: CreditForm) -> tuple[Blocker, ...]:
    """The blockers of the whole; those of single lines go beside their fields."""
    of_lines = [blocker for blocker in plan.blockers if blocker.field.startswith("lines.")]
    _take_blockers(form, of_lines, plan.request.lines or ())
    return tuple(
        blocker
        for blocker in plan.blockers
        if blocker not in of_lines and blocker.code != ASKED_WHEN_PRESSED
    )


def _take_blockers(
    form: CreditForm, blockers: Sequence[Blocker], lines: Sequence[CreditLine]
) -> None:
    """Put the blockers of lines beside their fields."""
    if blockers:
        errors = [FieldError(each.field, each.code, each.message) for each in blockers]
        take_invalid(form, Invalid(errors), **form.names(lines))


def _address_now(case: Case, here: Here) -> str:
    """The recipient's address if the invoice was mailed elsewhere; else empty."""
    recipient = client_with(case.facts.invoice.recipient_id, organization_id=here.organization.id)
    is_new = bool(case.facts.addresses) and recipient.email not in case.facts.addresses
    return recipient.email if is_new else ""


def shown_dialog(dialog: Dialog, here: Here) -> dict[str, Any]:
    """All that the dialog shows."""
    invoice = dialog.case.facts.invoice
    url = here.url("invoice_credit", invoice.id)
    plan = None if dialog.form.errors else dialog.plan
    held = held_credit(dialog.case.standing, dialog.case.now, here)
    return {
        "invoice": invoice,
        "form": dialog.form,
        "lines": [_line(*line, invoice) for line in dialog.form.lines()],
        "once": new_once(),
        **_seen(plan, dialog),
        "credit_url": url,
        "part_url": f"{url}?part=1",
        "back_url": here.url("invoice", invoice.id),
        "back_label": _("Invoice %(number)s") % {"number": invoice.number},
        "recipient": dialog.recipient,
        "blockers": show_blockers(dialog.blockers, here, Subject(invoice_id=invoice.id)),
        "held": None if held is None or held["due"] else held,
        "words": _words(dialog),
        "foreseen": _foreseen(plan, dialog, here) if plan and not dialog.blockers else None,
    }


def _seen(plan: CreditPlan | None, dialog: Dialog) -> dict[str, Any]:
    """What the form bears along; with what has changed, what that means for the money."""
    shown = shown_seen(dialog.seen, seen_by_creditor(dialog.case))
    if shown["changes"] and plan:
        shown["changes"].append(owed_back(plan, dialog.case.facts))
    return shown


def _words(dialog: Dialog) -> CreditWords:
    """How this credit is called: by what the plan leaves; without one, by what is asked."""
    in_part = dialog.plan.in_part if dialog.plan else dialog.form.part
    return credit_words(dialog.case.now.settings.wording, in_part=in_part)


def _line(
    line: LineFacts, quantity: BoundField, amount: BoundField, invoice: Document
) -> dict[str, Any]:
    """A line that can be credited in part, with what is left of it in its own pricing."""
    left = {
        "amount": say_money(line.left_minor, invoice.currency),
        "quantity": f"{say_quantity(line.quantity_left)} {line.line.unit}".strip(),
    }
    text = _("%(amount)s without VAT left, %(quantity)s")
    if not speaks_of_tax(invoice):
        text = _("%(amount)s left, %(quantity)s")
    elif line.line.includes_tax:
        text = _("%(amount)s with VAT left, %(quantity)s")
    return {
        "description": line.description,
        "left": text % left,
        "quantity": quantity,
        "amount": amount,
    }


def _foreseen(plan: CreditPlan, dialog: Dialog, here: Here) -> dict[str, Any]:
    facts, seller = dialog.case.facts, dialog.case.now.seller
    leaves = leaving_time(plan, seller, here)
    return {
        "leaves": leaves,
        "miniature": miniature(plan, facts, leaves),
        "steps": steps(plan, facts, leaves, dialog.recipient, told=_told(dialog)),
        "letter": _letter(plan, dialog),
    }


def _told(dialog: Dialog) -> str:
    """Where a message about the sessions goes, if they are cancelled; empty if to nobody."""
    ways = (reached(session.client, dialog.case.now) for session in dialog.sessions)
    return ", ".join(dict.fromkeys(way for way in ways if way))


def _letter(plan: CreditPlan, dialog: Dialog) -> dict[str, str] | None:
    """What the recipient will be told, the first of it; None where no letter goes."""
    if not plan.addresses:
        return None
    words = letter_of_credit(dialog.case, plan)
    return {
        "to": ", ".join(plan.addresses),
        "subject": words.subject,
        "text": "\n\n".join([words.greeting, *words.paragraphs, words.holds]),
        "language": dialog.case.facts.invoice.language,
    }
