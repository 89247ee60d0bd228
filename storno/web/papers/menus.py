"""The "…" menu of an invoice or a draft: all that can be done with it, in one place.

Rows of the list and the page build it from the same facts, so they refuse alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from storno.core.refusals import Blocker
from storno.corrections.queries import Action, actions_on
from storno.documents.content import LineInput
from storno.documents.elsewhere import PaymentIsNoted
from storno.documents.models import Document, Draft, Standing
from storno.organizations.customer_service import has_customer_service
from storno.organizations.models import Settings, Wording
from storno.organizations.roles import Deed
from storno.overdue.remind import is_overdue
from storno.web.access import Here
from storno.web.once import new_once
from storno.web.papers.ways_out import Shown, Subject, show_blockers
from storno.web.words import WORDS


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a menu; with `blocked` it is greyed and says why.

    What makes something new bears the key of its form in `once`.
    """

    label: str | Promise
    icon: str
    url: str = ""
    method: str = "get"
    tone: str = ""
    apart: bool = False
    once: str = ""
    blocked: Shown | None = None


def menu_of_invoice(
    document: Document,
    standing: Standing,
    settings: Settings,
    here: Here,
    *,
    today: date,
    reminders: Iterable[Item] = (),
) -> list[Item]:
    """What can be done with an invoice; crediting and undoing share one place."""
    actions = actions_here(standing, settings, here)
    subject = Subject(invoice_id=document.id, recipient_id=document.recipient_id)
    return [
        Item(_("PDF"), "download", here.url("document_pdf", document.id)),
        send_item(actions, standing, settings, here, subject),
        *overdue_items(standing, today, here),
        *reminders,
        _item(
            actions["register_payment"],
            _("Register payment"),
            "payment",
            "invoice_payment",
            here,
            subject,
        ),
        *_refund_items(actions, standing, here, subject),
        *_write_off_items(actions, standing, settings, here, subject),
        *_service_items(standing, settings, here),
        credit_item(actions, standing, settings, here, subject),
    ]


def overdue_items(standing: Standing, today: date, here: Here) -> Iterator[Item]:
    """What can be done about an invoice that was not paid in time, or with which all is not well.

    Why a reminder may not go today its dialog says, which knows more than a list.
    """
    if not standing.open_minor or not here.who.may(Deed.SEND):
        return
    if standing.disputed_at is not None:
        url = here.url("invoice_dispute_end", standing.id)
        yield Item(_("Not disputed any more"), "check", url, "post")
        return
    if is_overdue(standing, today) and standing.cancelling_at is None:
        yield Item(_("Send a reminder"), "clock", here.url("invoice_remind", standing.id), "dialog")
    dispute_url = here.url("invoice_dispute", standing.id)
    yield Item(_("Mark as disputed"), "warning", dispute_url, "dialog")


def _refund_items(
    actions: dict[str, Action], standing: Standing, here: Here, subject: Subject
) -> Iterator[Item]:
    """What can be done with what is owed back; nothing where nothing is."""
    if standing.owed_back_minor:
        refund, label = actions["refund"], _("Mark as refunded")
        yield _item(refund, label, "state-refunded", "invoice_refund", here, subject)
        yield _item(
            refund, _("Use for another invoice"), "payment", "invoice_offset", here, subject
        )


def _service_items(standing: Standing, settings: Settings, here: Here) -> Iterator[Item]:
    """What customer service does: it answers, and cancels paid invoices by a refund case."""
    if not has_customer_service(settings) or not here.who.may(Deed.ASK):
        return
    chat_url = here.url("conversation_new", invoice=str(standing.id))
    yield Item(_("Open chat"), "chat", chat_url)
    if standing.received_minor > standing.returned_minor and standing.cancelling_at is None:
        url = here.url("refund_case_new", standing.id)
        yield Item(_("Ask for a refund case"), "credit", url)


def _write_off_items(
    actions: dict[str, Action], standing: Standing, settings: Settings, here: Here, subject: Subject
) -> Iterator[Item]:
    """What is open is asked for no more; cents by whoever registers payments."""
    if not standing.open_minor or not here.who.may(Deed.REGISTER_PAYMENT):
        return
    action = actions["write_off"]
    if standing.open_minor <= settings.settled_cents and standing.cancelling_at is None:
        action = Action("write_off", ())
    yield _item(action, _("Write off"), "state-written_off", "invoice_write_off", here, subject)


def actions_here(standing: Standing, settings: Settings, here: Here) -> dict[str, Action]:
    """What this member may do to an invoice now, by name."""
    found = actions_on(standing, settings, who=here.who, at=here.at)
    return {action.name: action for action in found}


def credit_item(
    actions: dict[str, Action], standing: Standing, settings: Settings, here: Here, subject: Subject
) -> Item:
    """The one place of two deeds: crediting the invoice, and undoing that while it is on hold."""
    words = WORDS[settings.wording]
    if standing.cancelling_at is None:
        item = _item(actions["credit"], words.credit, "credit", "invoice_credit", here, subject)
        return Item(
            item.label, item.icon, item.url, item.method, "danger", apart=True, blocked=item.blocked
        )
    blocked = _blocked(actions["undo"].blockers, here, subject)
    url = here.url("invoice_undo", subject.invoice_id)
    return Item(words.undo, "undo", url, "post", apart=True, blocked=blocked)


def send_item(
    actions: dict[str, Action], standing: Standing, settings: Settings, here: Here, subject: Subject
) -> Item:
    """How an invoice is sent by a click: a practice notifies of what is to pay, others mail it."""
    if settings.wording == Wording.PRACTICE and standing.open_minor > 0:
        label = _("Send Payment Notification")
        return _item(actions["notify"], label, "send", "invoice_notify", here, subject)
    return _item(actions["send"], _("Send"), "send", "invoice_send", here, subject)


def _item(
    action: Action, label: str | Promise, icon: str, page: str, here: Here, subject: Subject
) -> Item:
    return Item(
        label,
        icon,
        here.url(page, subject.invoice_id),
        "dialog",
        blocked=_blocked(action.blockers, here, subject),
    )


def _blocked(blockers: tuple[Blocker, ...], here: Here, subject: Subject) -> Shown | None:
    shown = show_blockers(blockers[:1], here, subject)
    return shown[0] if shown else None


def menu_of_draft(draft: Draft, lines: Sequence[LineInput], here: Here) -> list[Item]:
    """What can be done with a draft of these lines, on hold or not, or with a record of one."""
    if draft.external_at is not None:
        return menu_of_record(draft, lines, here)
    id_ = draft.id
    items = [Item(_("Preview as PDF"), "download", here.url("draft_preview", id_))]
    leaving = draft.goes_at is not None and draft.goes_at <= here.at
    if leaving or not here.who.may(Deed.WRITE_DRAFTS):
        return items
    delete_url = here.url("draft_delete", id_, version=str(draft.version))
    external_url = here.url("draft_external", id_, version=str(draft.version))
    return [
        *items,
        Item(_("Edit"), "edit", here.url("draft_edit", id_)),
        *quick_changes(draft, lines, here),
        Item(_("Copy"), "copy", here.url("draft_copy", id_), "post", once=new_once()),
        Item(_("Invoice Externally"), "external", external_url, "dialog"),
        Item(_("Delete"), "delete", delete_url, "dialog", "danger", apart=True),
    ]


def menu_of_record(draft: Draft, lines: Sequence[LineInput], here: Here) -> list[Item]:
    """What can be done with what is invoiced in another system: nothing that makes a paper of it.

    Once a payment is noted it stays, and says why.
    """
    if not here.who.may(Deed.WRITE_DRAFTS):
        return []
    noted = draft.external_paid_on or draft.external_paid_by
    subject = subject_of(draft.id, draft.recipient_id)
    blocked = _blocked(PaymentIsNoted().blockers, here, subject) if noted else None
    shown = str(draft.version)
    back_url = here.url("draft_internal", draft.id, version=shown)
    delete_url = here.url("draft_delete", draft.id, version=shown)
    return [
        Item(_("Edit"), "edit", here.url("draft_edit", draft.id)),
        *quick_changes(draft, lines, here),
        Item(_("Back to draft"), "undo", back_url, "post", blocked=blocked),
        Item(_("Delete"), "delete", delete_url, "dialog", "danger", apart=True, blocked=blocked),
    ]


def quick_changes(draft: Draft, lines: Sequence[LineInput], here: Here) -> Iterator[Item]:
    """The ways to change what is most often wrong; without a line there is no price yet."""
    if lines:
        yield Item(_("Change Price"), "payment", here.url("draft_price", draft.id), "dialog")
    change_url = here.url("draft_recipient", draft.id)
    yield Item(_("Change Recipient"), "person", change_url, "dialog")


def subject_of(draft_id: UUID, recipient_id: UUID | None) -> Subject:
    """What the blockers of a draft are about."""
    return Subject(draft_id=draft_id, recipient_id=recipient_id)
