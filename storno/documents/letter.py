"""The letters in which documents travel, composed from what is frozen, in the recipient's language.

Nothing in them tells what was bought: that stands in the attached PDF and behind the link alone.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.documents.files import ErasedLawfully, file_name, is_erased, pdf_of
from storno.documents.issue import link_target
from storno.documents.models import Document, Kind, Standing
from storno.documents.queries import document as read_document
from storno.documents.queries import whole_document
from storno.documents.standing import what_holds
from storno.documents.typeset import issued_paper, payment_of
from storno.mailroom.mail import Attachment, Mail
from storno.mailroom.models import Letter
from storno.mailroom.words import Words, mail_of
from storno.organizations.links import link_to, signed
from storno.organizations.models import PublicLink
from storno.printing.effect import StillToPay, effect_sentence
from storno.printing.labels import WORDS, format_day, format_money
from storno.printing.layout import account_pairs
from storno.printing.paper import Paper

LINK_RENEWED_LETTER = "link_renewed"


def compose_document_letter(letter: Letter) -> Mail:
    """The letter that brings an invoice or a credit note, its PDF attached.

    The page behind its link shows the invoice, so there is no link once that is erased.
    Raises Absent, ErasedLawfully.
    """
    mine = letter.organization_id
    whole = whole_document(letter.subject_id, mine)
    if not whole.parts:
        raise ErasedLawfully
    document, paper = whole.document, issued_paper(whole)
    pdf = Attachment(
        file_name(document), "application/pdf", pdf_of(document.id, organization_id=mine)
    )
    invoice = (
        document if document.corrects_id is None else read_document(document.corrects_id, mine)
    )
    is_there = not is_erased(invoice.id, organization_id=mine)
    address = page_address(link_for(letter, invoice)) if is_there else ""
    with override(letter.language):
        if document.kind == Kind.INVOICE:
            words = _invoice_words(document, paper, address)
        else:
            words = credit_note_words(
                paper, number=document.number, seller=document.seller, address=address
            )
        return mail_of(
            words,
            language=letter.language,
            from_name=document.seller["name"],
            reply_to=document.seller["email"],
            attachments=(pdf,),
        )


def compose_renewed_link(letter: Letter) -> Mail:
    """The letter that brings a new link to an invoice whose old one has run out. Raises Absent."""
    invoice = read_document(letter.subject_id, letter.organization_id)
    names = {"number": invoice.number, "seller": invoice.seller["name"]}
    with override(letter.language):
        words = Words(
            subject=_("New link to invoice %(number)s from %(seller)s") % names,
            greeting=_("Hello,"),
            paragraphs=(
                _("You asked for a new link to invoice %(number)s from %(seller)s.") % names,
            ),
            link=(_("See the invoice"), page_address(link_for(letter, invoice))),
            after=(_("If you did not ask for it, there is nothing you need to do."),),
            sender=_sender(invoice.seller),
        )
        return mail_of(
            words,
            language=letter.language,
            from_name=invoice.seller["name"],
            reply_to=invoice.seller["email"],
        )


def page_address(link: PublicLink) -> str:
    """The address of the public page behind a link."""
    return f"{settings.SITE_URL}/i/{signed(link)}"


def link_for(letter: Letter, invoice: Document) -> PublicLink:
    """The link that a letter about an invoice or its credit note carries, the same on every try."""
    target = link_target(invoice, on=letter.queued_at.date())
    return link_to(target, organization_id=letter.organization_id)


def _invoice_words(invoice: Document, paper: Paper, address: str) -> Words:
    """An invoice's letter. A late one (a retry, a second sending) says what holds meanwhile."""
    standing = Standing.objects.get(organization_id=invoice.organization_id, id=invoice.id)
    payment = payment_of(invoice, standing.open_minor)
    untouched = standing.open_minor and standing.open_minor == invoice.payable_minor
    if untouched:
        holds = _("%(amount)s to pay by %(day)s.") % {
            "amount": format_money(invoice.payable_minor, invoice.currency, paper.language),
            "day": format_day(standing.due_on, paper.language),
        }
    else:
        holds = effect_sentence(what_holds(standing, invoice.currency), paper.language)
    names = {"number": invoice.number, "seller": invoice.seller["name"]}
    return Words(
        subject=_("Invoice %(number)s from %(seller)s") % names,
        greeting=_greeting(paper),
        paragraphs=(
            _("Here is invoice %(number)s from %(seller)s. It is attached as a PDF.") % names,
        ),
        holds=holds,
        facts=tuple(account_pairs(payment, paper)) if payment else (),
        link=(_("See the invoice"), address),
        after=(
            _("The page behind the link always shows what holds now."),
            *_answer(invoice.seller),
        ),
        sender=_sender(invoice.seller),
    )


def credit_note_words(
    paper: Paper, *, number: str, seller: Mapping[str, Any], address: str
) -> Words:
    """The letter of a credit note, issued or to come, in the language that is active.

    `address` is that of the invoice's public page; empty where there is none to see.
    """
    assert paper.corrects is not None, "a credit note names its invoice"
    assert paper.effect is not None, "a credit note says what holds"
    language = paper.language
    names = {
        "number": number,
        "seller": seller["name"],
        "invoice": paper.corrects.number,
        "day": format_day(paper.corrects.issued_on, language),
        "amount": format_money(paper.payable_minor, paper.currency, language),
    }
    holds = [effect_sentence(paper.effect, language)]
    if isinstance(paper.effect, StillToPay):
        holds.append(WORDS[language].pay_the_rest.format(number=paper.corrects.number))
    return Words(
        subject=_("Credit note %(number)s from %(seller)s") % names,
        greeting=_greeting(paper),
        paragraphs=(
            _("Here is credit note %(number)s from %(seller)s. It is attached as a PDF.") % names,
            _("It credits %(amount)s of invoice %(invoice)s of %(day)s.") % names,
        ),
        holds=" ".join(holds),
        link=(_("See the invoice"), address) if address else None,
        after=(
            *((_("The page behind the link always shows what holds now."),) if address else ()),
            *_answer(seller),
        ),
        sender=_sender(seller),
    )


def _greeting(paper: Paper) -> str:
    """By the contact person, or the person invoiced; a company is not addressed by its name."""
    buyer = paper.buyer
    name = buyer.contact or ("" if buyer.business_id else buyer.name)
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


def _answer(seller: Mapping[str, Any]) -> tuple[str, ...]:
    if not seller["email"]:
        return ()
    names = {"seller": seller["name"]}
    return (_("Questions? Your answer to this e-mail goes to %(seller)s.") % names,)


def _sender(seller: Mapping[str, Any]) -> tuple[str, ...]:
    place = f"{seller['postcode']} {seller['city']}".strip()
    lines = (
        seller["name"],
        ", ".join(part for part in (seller["street"], place) if part),
        seller["email"],
        seller["phone"],
        seller["website"],
    )
    return tuple(line for line in lines if line)
