"""What is wrong with a draft as it was entered: all of it at once, each fault by its field."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.entered import email_errors, text_errors
from storno.core.refusals import FieldError, Invalid
from storno.documents.content import YEARS_AHEAD, DraftInput, check_lines
from storno.documents.prepare import terms_for
from storno.organizations.countries import LANGUAGES
from storno.organizations.queries import Circumstances
from storno.organizations.terms import term_errors


def check_draft(entered: DraftInput, recipient: Client | None, now: Circumstances) -> None:
    """Find fault with a draft for a recipient. Raises Invalid naming each wrong field."""
    errors = list(_head_errors(entered, recipient, now))
    day = entered.delivered_on or now.today
    if not 2013 <= day.year <= now.today.year + YEARS_AHEAD:
        errors.append(
            FieldError(
                "delivered_on",
                "out_of_range",
                _("The delivery day is too far away. Check the year."),
            )
        )
        day = now.today
    try:
        check_lines(entered.lines, now, on=day)
    except Invalid as wrong:
        errors += wrong.errors
    if errors:
        raise Invalid(errors)


def _head_errors(
    entered: DraftInput, recipient: Client | None, now: Circumstances
) -> Iterator[FieldError]:
    for field, longest in (
        ("buyer_reference", 70),
        ("case_number", 70),
        ("opening_text", 1000),
        ("closing_text", 1000),
        ("exemption_reason", 200),
    ):
        yield from text_errors(field, getattr(entered, field), longest=longest)
    yield from email_errors("deliver_to", entered.deliver_to)
    if entered.language is not None and entered.language not in LANGUAGES:
        yield FieldError("language", "unknown", _("Choose one of the languages."))
    if entered.due_in_days is not None:
        yield from term_errors(
            "due_in_days",
            entered.due_in_days,
            agreed=entered.term_agreed,
            terms=terms_for(recipient, now.seller),
        )
