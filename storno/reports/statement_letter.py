"""The letter that brings a client its statement; all it says of what was bought is nothing."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.clients.queries import client_with
from storno.mailroom.mail import Attachment, Mail
from storno.mailroom.models import Letter
from storno.mailroom.words import Words, mail_of
from storno.organizations.queries import circumstances
from storno.overdue.statement import period_of
from storno.printing.labels import format_day, language_called
from storno.reports.statement import read_statement
from storno.reports.statement_paper import pdf_of_statement


def compose_statement(letter: Letter) -> Mail:
    """Write a client's statement as the books have it now, in its language. Raises Absent."""
    mine = letter.organization_id
    client, now = (
        client_with(letter.subject_id, organization_id=mine),
        circumstances(mine, letter.queued_at),
    )
    first, last = period_of(letter)
    statement = read_statement(client, first, last, currency=now.seller.currency)
    papers = [
        pdf_of_statement(statement, account, now, at=letter.queued_at)
        for account in statement.accounts
    ]
    language = language_called(letter.language)
    said = {
        "seller": now.seller.name,
        "first": format_day(first, language),
        "last": format_day(last, language),
    }
    with override(letter.language):
        words = Words(
            subject=_("Statement from %(seller)s") % said,
            greeting=_("Hello,"),
            paragraphs=(
                _(
                    "Here is your statement from %(seller)s for %(first)s to %(last)s. "
                    "It is attached as a PDF."
                )
                % said,
            ),
            after=(_("If something in it is not right, answer and say what."),),
            sender=(now.seller.name,),
        )
        return mail_of(
            words,
            language=letter.language,
            from_name=now.seller.name,
            reply_to=now.seller.email,
            attachments=tuple(
                Attachment(name, "application/pdf", content) for name, content in papers
            ),
        )
