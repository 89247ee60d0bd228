"""Word of what was just done, and what comes next."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from storno.corrections.credit import Held
from storno.corrections.give_credit import Credited
from storno.documents.models import Document, Draft
from storno.organizations.models import Channel, Seller
from storno.web.access import Here
from storno.web.say import say_departure


def tell_credited(request: HttpRequest, here: Here, done: Held | Credited, seller: Seller) -> None:
    """Say that the invoice is cancelled, is being cancelled, or was so before this press."""
    follows = _see_draft(done.corrected, here)
    if isinstance(done, Held):
        assert done.draft.goes_at is not None
        time = {"time": say_departure(done.draft.goes_at, here.at, seller.time_zone)}
        if done.draft.created_at < here.at:
            text = _("This invoice is already being cancelled until %(time)s.") % time
            messages.warning(request, text)
            return
        text = _("Nothing has been sent yet. The credit note leaves at %(time)s.") % time
        messages.success(request, _sentences(text, follows))
        return
    number = {"number": done.credit_note.number}
    if done.plan.addresses:
        where = number | {"address": ", ".join(done.plan.addresses)}
        text = _("Credit note %(number)s is made and goes to %(address)s.") % where
    else:
        text = _("Credit note %(number)s is made. Give it to the recipient.") % number
    next_ = format_html(
        '<a href="{}">{}</a>',
        here.url("credit_note", done.credit_note.id),
        _("See the credit note"),
    )
    messages.success(request, _sentences(text, next_, follows))


def _see_draft(draft: Draft | None, here: Here) -> SafeString | str:
    if draft is None:
        return ""
    return format_html('<a href="{}">{}</a>', here.url("draft", draft.id), _("See draft"))


def _sentences(*parts: str) -> SafeString:
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def tell_issued(request: HttpRequest, invoice: Document) -> None:
    """Say that an invoice is issued, and how it reaches its recipient."""
    number = {"number": invoice.number}
    if invoice.channel == Channel.EMAIL:
        messages.success(request, _("Invoice %(number)s is made and on its way.") % number)
    else:
        text = _("Invoice %(number)s is made. Nothing has been sent: you decide how it goes.")
        messages.success(request, text % number)
