"""The words of payment notices: an amount, a day, a link and a name, and nothing of what it is for.

One that is overtaken by a payment or a credit is withdrawn: nobody is asked for what is settled.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.documents.issue import REMINDER_LETTER
from storno.documents.letter import link_for, page_address
from storno.documents.models import Document, Standing
from storno.documents.queries import document as read_document
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter, Medium
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import ONE_SEGMENT, Sms, places, shortened
from storno.mailroom.words import Words, mail_of
from storno.notices.send import blockers_of_notice
from storno.printing.labels import format_day, format_money, language_called

SHORTEST_NAME = 12
"""Characters of the sender's name that an SMS keeps, even if it then takes a second segment."""


def compose_notice(letter: Letter) -> Mail | Sms:
    """Tell a recipient of a payment, for the first time or once more. Raises Absent, Withdrawn."""
    invoice = read_document(letter.subject_id, letter.organization_id)
    standing = Standing.objects.get(organization_id=letter.organization_id, id=invoice.id)
    if blockers_of_notice(standing):
        raise Withdrawn
    address = page_address(link_for(letter, invoice))
    with override(letter.language):
        if letter.medium == Medium.SMS:
            reminds = letter.kind == REMINDER_LETTER
            holds = _holds(invoice, standing)
            return sms_of_notice(invoice.seller["name"], holds, address, reminds=reminds)
        return _mail(letter, invoice, standing, address)


def sms_of_notice(seller: str, holds: str, address: str, *, reminds: bool) -> Sms:
    """One segment where the address leaves room: a longer name is cut, never the address."""
    text = _("%(seller)s: %(holds)s %(address)s")
    if reminds:
        text = _("%(seller)s, reminder: %(holds)s %(address)s")
    said = {"holds": holds, "address": address}
    room = ONE_SEGMENT - places(_plain(text % (said | {"seller": ""})))
    name = shortened(_plain(seller), max(room, SHORTEST_NAME))
    return Sms(_plain(text % (said | {"seller": name})))


def _plain(text: str) -> str:
    """With usual spaces: others would make every character of an SMS take twice the room."""
    return " ".join(text.split())


def _mail(letter: Letter, invoice: Document, standing: Standing, address: str) -> Mail:
    seller, reminds = invoice.seller, letter.kind == REMINDER_LETTER
    named = {"seller": seller["name"]}
    opening = _("You have an invoice from %(seller)s.")
    if reminds and standing.open_minor < invoice.payable_minor:
        opening = _("A part of an invoice from %(seller)s is still to be paid.")
    elif reminds:
        opening = _("An invoice from %(seller)s is still to be paid.")
    words = Words(
        subject=(_("Reminder from %(seller)s") if reminds else _("Invoice from %(seller)s"))
        % named,
        greeting=_("Hello,"),
        paragraphs=(opening % named,),
        holds=_holds(invoice, standing),
        link=(_("See the invoice"), address),
        after=(
            *((_("If you have paid in the last days, all is well."),) if reminds else ()),
            _("The page behind the link always shows what holds now."),
        ),
        sender=(seller["name"],),
    )
    return mail_of(
        words, language=letter.language, from_name=seller["name"], reply_to=seller["email"]
    )


def _holds(invoice: Document, standing: Standing) -> str:
    language = language_called(invoice.language)
    return _("%(amount)s to pay by %(day)s.") % {
        "amount": format_money(standing.open_minor, invoice.currency, language),
        "day": format_day(standing.due_on, language),
    }
