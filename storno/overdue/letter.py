"""The words of a reminder: what is to pay and until when, and nothing of what it is for.

The paper itself is attached. One that is overtaken by a payment, a credit or an objection is
withdrawn: nobody is asked for what is settled.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.documents.files import ErasedLawfully
from storno.documents.letter import link_for, page_address
from storno.documents.models import Standing
from storno.documents.queries import whole_document
from storno.mailroom.mail import Attachment, Mail
from storno.mailroom.models import Letter, Medium
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import Sms
from storno.mailroom.words import Words, mail_of
from storno.notices.letter import sms_of_notice
from storno.notices.send import blockers_of_notice
from storno.overdue.paper import name_of_reminder, paper_of_reminder
from storno.overdue.queries import reminder_in, sent_of
from storno.printing.labels import format_day, format_money
from storno.printing.layout import account_pairs
from storno.printing.paper import Paper
from storno.printing.render import render


def compose_reminder(letter: Letter) -> Mail | Sms:
    """Remind a recipient of an overdue invoice. Raises Absent, ErasedLawfully, Withdrawn."""
    mine = letter.organization_id
    whole = whole_document(letter.subject_id, mine)
    if not whole.parts:
        raise ErasedLawfully
    standing = Standing.objects.get(organization_id=mine, id=letter.subject_id)
    reminder = reminder_in(letter, sent_of(letter.subject_id, mine))
    if blockers_of_notice(standing):
        raise Withdrawn
    address = page_address(link_for(letter, whole.document))
    paper = paper_of_reminder(reminder, whole)
    with override(letter.language):
        if letter.medium == Medium.SMS:
            return sms_of_notice(paper.seller.name, _holds(paper), address, reminds=True)
        return mail_of(
            _words(paper, standing, address),
            language=letter.language,
            from_name=paper.seller.name,
            reply_to=paper.seller.email,
            attachments=(
                Attachment(
                    name_of_reminder(paper),
                    "application/pdf",
                    render(paper, timestamp=reminder.sent_at),
                ),
            ),
        )


def _words(paper: Paper, standing: Standing, address: str) -> Words:
    assert paper.payment is not None, "a reminder asks for something"
    names = {"number": paper.number, "seller": paper.seller.name}
    due = {"day": format_day(standing.due_on, paper.language)}
    opening = _("Invoice %(number)s from %(seller)s was due on %(day)s and is still to be paid.")
    if standing.open_minor < standing.payable_minor:
        opening = _(
            "Of invoice %(number)s from %(seller)s, due on %(day)s, a part is still to pay."
        )
    return Words(
        subject=_("Reminder of invoice %(number)s from %(seller)s") % names,
        greeting=_("Hello,"),
        paragraphs=(opening % (names | due), _("The reminder is attached as a PDF.")),
        holds=_holds(paper),
        facts=tuple(account_pairs(paper.payment, paper)),
        link=(_("See the invoice"), address),
        after=(
            _("If you have paid in the last days, all is well."),
            _("If you think that this is not right, answer and say why."),
        ),
        sender=(paper.seller.name,),
    )


def _holds(paper: Paper) -> str:
    assert paper.due_on is not None, "a reminder says until when"
    return _("%(amount)s to pay by %(day)s.") % {
        "amount": format_money(paper.payable_minor, paper.currency, paper.language),
        "day": format_day(paper.due_on, paper.language),
    }
