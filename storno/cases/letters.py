"""The member who asked is told by e-mail what customer service has done in a refund case.

A letter says how far the case is as it leaves, names nobody, and is withdrawn where it holds no
more. Where customer service opened the case, or who asked has left, it goes to who began the talk
about the invoice, or else to the administrators.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.cases.models import Approval, HowEnded, RefundCase
from storno.custody.models import Return
from storno.documents.models import Document, Draft
from storno.mailroom.mail import Mail
from storno.mailroom.models import Failure, Letter
from storno.mailroom.parcel import Undelivered, Withdrawn
from storno.mailroom.queue import AT_ONCE, Envelope, queue
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Membership, Organization
from storno.organizations.queries import administrators_of, seller_of
from storno.printing.labels import Language, format_money, language_called
from storno.support.models import Conversation

OPENED_LETTER = "refund_case_opened"
DECLINED_LETTER = "refund_case_declined"
CHECKED_LETTER = "refund_case_checked"
CREDITED_LETTER = "refund_case_credited"


def tell_of_case(
    kind: str, case: RefundCase, subject_id: UUID, *, at: datetime, wait: timedelta = AT_ONCE
) -> None:
    """Queue a letter about a case; `subject_id` is the case's, or that of its approval."""
    envelopes = (
        Envelope(kind, subject_id, member.person.email, member.person.language)
        for member in _told(case)
    )
    queue(envelopes, organization_id=case.organization_id, at=at, wait=wait)


def compose_case_opened(letter: Letter) -> Mail:
    """Say that a case was opened, and what to do. Raises Withdrawn once it is over."""
    case = _case(letter, letter.subject_id)
    if case.how_ended:
        raise Withdrawn
    with override(letter.language):
        return _mail(
            letter,
            case,
            _("A refund case was opened for invoice %(number)s"),
            _("Customer service opened a refund case. Sign in to see what you pay back to whom."),
        )


def compose_case_declined(letter: Letter) -> Mail:
    """Say that a case was declined; why, stands on its page. Raises Withdrawn if it is open."""
    case = _case(letter, letter.subject_id)
    if case.how_ended != HowEnded.DECLINED:
        raise Withdrawn
    with override(letter.language):
        return _mail(
            letter,
            case,
            _("Your refund case for invoice %(number)s was declined"),
            _("Customer service declined the refund case. Sign in to read why, and what to do."),
        )


def compose_case_approved(letter: Letter) -> Mail:
    """Say that a case was checked, or that its invoice is credited.

    Raises Withdrawn where the approval was taken back or another letter says more, Undelivered
    while the credit note has not gone out yet.
    """
    its = {"organization_id": letter.organization_id}
    approval = Approval.objects.filter(**its, id=letter.subject_id).first()
    if approval is None:
        raise Withdrawn
    case = _case(letter, approval.case_id)
    with override(letter.language):
        if Document.objects.filter(**its, draft_id=approval.press_id).exists():
            if letter.kind == CHECKED_LETTER:
                raise Withdrawn
            return _mail(
                letter,
                case,
                _("Invoice %(number)s is cancelled"),
                _("The credit note has gone out, so the refund case is settled."),
                holds=_comes_back(case, language_called(letter.language)),
            )
        if not Draft.objects.filter(**its, id=approval.press_id).exists():
            raise Withdrawn
        if letter.kind == CREDITED_LETTER:
            raise Undelivered(Failure.UNWRITTEN)
        return _mail(
            letter,
            case,
            _("Your refund of invoice %(number)s is checked"),
            _("Customer service checked the refund. The credit note goes out soon."),
        )


def _told(case: RefundCase) -> list[Membership]:
    """Who is told: one member where one has asked, else the administrators."""
    mine = case.organization_id
    members = Membership.objects.filter(organization_id=mine, person__is_active=True)
    members = members.select_related("person")
    talks = Conversation.objects.filter(organization_id=mine, invoice_id=case.invoice_id)
    asked = [case.asked_by, *talks.order_by("-last_at", "id").values_list("begun_by", flat=True)]
    for person_id in filter(None, asked):
        for member in members.filter(person_id=person_id):
            return [member]
    return administrators_of(mine)


def _case(letter: Letter, case_id: UUID) -> RefundCase:
    """The case that a letter is about. Raises Withdrawn."""
    mine = RefundCase.objects.filter(organization_id=letter.organization_id, id=case_id)
    for case in mine.select_related("invoice"):
        return case
    raise Withdrawn


def _comes_back(case: RefundCase, language: Language) -> str:
    """What was withheld and comes back; nothing where nothing was."""
    mine = Return.objects.filter(organization_id=case.organization_id, invoice_id=case.invoice_id)
    returned = mine.first()
    if returned is None or not returned.shares.set_aside_minor:
        return ""
    money = format_money(returned.shares.set_aside_minor, case.invoice.currency, language)
    return _("%(amount)s comes back to you with the next payout.") % {"amount": money}


def _mail(letter: Letter, case: RefundCase, subject: str, text: str, *, holds: str = "") -> Mail:
    slug = Organization.objects.get(id=letter.organization_id).slug
    seller = seller_of(letter.organization_id)
    words = Words(
        subject=subject % {"number": case.invoice.number},
        greeting=_("Hello,"),
        paragraphs=(text,),
        holds=holds,
        link=(
            _("See the refund case"),
            f"{settings.SITE_URL}/o/{slug}/refund-cases/{case.id}/",
        ),
        sender=(seller.name,),
    )
    return mail_of(words, language=letter.language, from_name=seller.name)
