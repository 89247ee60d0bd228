"""Why something cannot be done now, as a page says it: the sentence, the way out as a link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.core.refusals import Blocker
from storno.organizations.models import Settings
from storno.organizations.roles import Deed
from storno.web.access import Here

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,}")
_PAGE = re.compile(r"https?://[^\s]+")

_OF_LINES = re.compile(r"lines(\.|$)")


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where to go, and what that is called; without an address (`url`) it is only told."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A blocker as components show it; a way out that leads nowhere stands in the sentence.

    Codes are for programs: the API tells them.
    """

    message: str
    remedy: WayOut | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What the blockers are about, where it is known: ways out lead to it."""

    invoice_id: UUID | None = None
    draft_id: UUID | None = None
    recipient_id: UUID | None = None


def show_blockers(blockers: Iterable[Blocker], here: Here, subject: Subject) -> list[Shown]:
    """Blockers with their ways out, each sentence once."""
    shown = (_shown(blocker, here, subject) for blocker in blockers)
    return list({each.message: each for each in shown}.values())


def _shown(blocker: Blocker, here: Here, subject: Subject) -> Shown:
    if blocker.code in NEEDS_CHAT and here.who.may(Deed.ASK) and here.is_staffed:
        return Shown(str(blocker.message), WayOut(_("Open chat"), _chat(here, subject)))
    remedy = str(blocker.remedy)
    url = _url(blocker, here, subject)
    if url:
        return Shown(str(blocker.message), WayOut(remedy, url))
    return Shown(f"{blocker.message} {remedy}".strip(), None)


def _url(blocker: Blocker, here: Here, subject: Subject) -> str:
    if blocker.code == "paid_credit_needs_desk":
        return _contact(str(blocker.remedy))
    if blocker.code == "organization_incomplete":
        return f"{here.url('settings_seller')}#id_{blocker.field}"
    if blocker.code in ("already_credited", "too_late_to_undo"):
        return here.url("draft_new")
    if blocker.code in ("credit_already_on_hold", "credit_is_leaving") and subject.invoice_id:
        return here.url("invoice", subject.invoice_id)
    if blocker.code == "not_allowed":
        return here.url("members")
    if blocker.code == "recipient_missing" and subject.draft_id:
        return here.url("draft_recipient", subject.draft_id)
    if blocker.field in ("recipient", "deliver_to") and subject.recipient_id:
        return here.url("client", subject.recipient_id)
    if blocker.field == "exemption_reason" and subject.draft_id:
        return f"{here.url('draft_edit', subject.draft_id)}#id_exemption_reason"
    if _OF_LINES.match(blocker.field) and subject.draft_id:
        return here.url("draft_edit", subject.draft_id)
    return ""


def reason_of_failure(code: str) -> str:
    """Why a draft could not be issued when its time came; the draft's page says the rest."""
    return str(_FAILURES.get(code) or _("Something was missing or wrong. The draft says what."))


_FAILURES = {
    "organization_incomplete": gettext_lazy("The details of your organization are incomplete."),
    "recipient_incomplete": gettext_lazy("The recipient's postal address is missing."),
    "recipient_has_no_email": gettext_lazy("The recipient has no e-mail address."),
    "recipient_has_no_address": gettext_lazy(
        "The recipient has no address to be told of the payment."
    ),
    "buyer_id_missing": gettext_lazy("The recipient's business id is missing."),
    "exemption_reason_missing": gettext_lazy(
        "A line has 0 % VAT, and the invoice does not say why."
    ),
    "rate_not_in_force": gettext_lazy("A VAT rate was not in force on the delivery day."),
    "could_not_be_issued": gettext_lazy("The system could not issue it. Try it again."),
}


NEEDS_CHAT = ("paid_credit_needs_desk", "custody_money_comes_by_bank", "refund_needs_desk")
"""What customer service does, so that the way out is to talk with it, where somebody answers."""


def _chat(here: Here, subject: Subject) -> str:
    """Where one talks with customer service, about the invoice if there is one."""
    about = f"?invoice={subject.invoice_id}" if subject.invoice_id else ""
    return here.url("conversation_new") + about


def contact_of_service(settings: Settings) -> WayOut | None:
    """How customer service is reached, where that is set; one without an address is only told."""
    contact = settings.support_contact
    return WayOut(contact, _contact(contact)) if contact else None


def _contact(contact: str) -> str:
    """The address behind a support contact: a page, an e-mail or a telephone number."""
    if _PAGE.fullmatch(contact):
        return contact
    if _EMAIL.fullmatch(contact):
        return f"mailto:{contact}"
    if _PHONE.fullmatch(contact):
        return f"tel:{re.sub('[^0-9+]', '', contact)}"
    return ""
