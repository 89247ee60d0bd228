"""Word of what was just done, and what comes next."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from storno.corrections.credit import Held
from storno.corrections.give_credit import Credited
from storno.corrections.queries import end_of_hold
from storno.documents.models import Document, Draft, FollowUp
from storno.documents.words import credit_words
from storno.history.tell import tell
from storno.mailroom.models import Letter
from storno.mailroom.way_out import is_server_missing
from storno.organizations.models import Channel
from storno.organizations.queries import Circumstances
from storno.web.access import Here
from storno.web.say import reader_language, say_departure, say_until


def tell_credited(
    request: HttpRequest, here: Here, done: Held | Credited, now: Circumstances
) -> None:
    """Say that a credit note is made, is on its way, or was so before this press."""
    follows = _see_draft(done.corrected, here)
    if isinstance(done, Held):
        assert done.draft.goes_at is not None
        goes_at, zone = done.draft.goes_at, now.seller.time_zone
        if done.draft.created_at < here.at:
            words = credit_words(now.settings.wording, in_part=done.plan.in_part)
            until = {"until": say_until(goes_at, here.at, zone)}
            messages.warning(request, str(words.already) % until)
            return
        when = {"when": say_departure(goes_at, here.at, zone)}
        text = _("Nothing has been sent yet. The credit note leaves %(when)s.") % when
        messages.success(request, _sentences(text, follows))
        return
    number = {"number": done.credit_note.number}
    if done.plan.addresses and is_server_missing():
        text = _("Credit note %(number)s is made. Its letter waits, because no mail server is set.")
        text %= number
    elif done.plan.addresses:
        where = number | {"address": ", ".join(done.plan.addresses)}
        text = _("Credit note %(number)s is made and goes to %(address)s.") % where
    else:
        text = _("Credit note %(number)s is made.") % number
    hands = ""
    if done.plan.by_hand and done.plan.addresses:
        hands = _("The invoice was given by hand too: give it to the recipient as well.")
    elif done.plan.by_hand:
        hands = _("Give it to the recipient.")
    freed = ""
    if done.plan.follow_up == FollowUp.CANCEL_SESSION:
        freed = _("The booking is cancelled, and its time is free again.")
    next_ = format_html(
        '<a href="{}">{}</a>',
        here.url("credit_note", done.credit_note.id),
        _("See the credit note"),
    )
    messages.success(request, _sentences(text, freed, hands, next_, follows))


def _see_draft(draft: Draft | None, here: Here) -> SafeString | str:
    if draft is None:
        return ""
    label = _("See draft")
    if draft.external_at is not None:
        label = _("See what is invoiced externally")
    return format_html('<a href="{}">{}</a>', here.url("draft", draft.id), label)


def _sentences(*parts: str) -> SafeString:
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def tell_end_of_hold(request: HttpRequest, here: Here, invoice_id: UUID, first: str = "") -> None:
    """Say what this very request has made of the credit note on hold, and of its draft.

    `first` is said before it, and alone where there was no hold.
    """
    with here.reading():
        told = tell(
            end_of_hold(invoice_id, here.organization.id, at=here.at),
            language=reader_language(),
            time_zone=here.now.seller.time_zone,
        )
    messages.success(request, _sentences(first, *(each.sentence for each in told)))


def tell_issued(request: HttpRequest, invoice: Document) -> None:
    """Say that an invoice is issued, and how it reaches its recipient."""
    number = {"number": invoice.number}
    if invoice.channel == Channel.EMAIL and is_server_missing():
        text = _("Invoice %(number)s is made. Its letter waits, because no mail server is set.")
        messages.warning(request, text % number)
    elif invoice.channel == Channel.EMAIL:
        messages.success(request, _("Invoice %(number)s is made and on its way.") % number)
    else:
        text = _("Invoice %(number)s is made. Nothing has been sent: you decide how it goes.")
        messages.success(request, text % number)


def tell_sent(request: HttpRequest, letter: Letter, said: str) -> None:
    """Say that a letter is on its way, or for what it waits; `said` names its address as `to`."""
    to = {"to": letter.to_address}
    if is_server_missing():
        text = _("The letter to %(to)s waits, because no mail server is set.")
        messages.warning(request, text % to)
    else:
        messages.success(request, said % to)
