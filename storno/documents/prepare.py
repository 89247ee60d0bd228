"""From a draft to the content of an invoice, or to the reasons why it cannot be issued yet.

Pure: the facts come in, the content or the blockers come out. The preview, the editor's hints and
the issue use it alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, ClientKind
from storno.core.refusals import Blocked, Blocker, Invalid
from storno.documents.content import LineInput, check_lines, total_up
from storno.documents.freeze import Content, ContentLine
from storno.documents.models import Draft, Kind
from storno.documents.warn import unreadable
from storno.organizations.completeness import missing_for_issue, must_show_address
from storno.organizations.countries import COUNTRIES, Terms
from storno.organizations.kid import agreed_kid
from storno.organizations.models import Channel, Seller, Settings
from storno.organizations.queries import Circumstances, day_of
from storno.organizations.terms import term_errors
from storno.printing.glyphs import is_blank, is_readable
from storno.tax.category import TaxCategory


def seller_as_printed(seller: Seller) -> dict[str, Any]:
    """The issuer as it is frozen into a document."""
    rules = COUNTRIES[seller.country]
    return {
        "name": seller.name,
        "business_id": seller.business_id,
        "tax_id": rules.tax_id(seller.business_id) if seller.vat_registered else "",
        "enterprise_register": seller.enterprise_register,
        "street": seller.street,
        "postcode": seller.postcode,
        "city": seller.city,
        "country": seller.country,
        "email": seller.email,
        "phone": seller.phone,
        "website": seller.website,
        "account": seller.account,
        "bic": seller.bic,
    }


def terms_as_printed(settings: Settings, recipient: Client) -> dict[str, Any]:
    """The seller's terms as they are frozen into a document.

    An own late interest is for companies only: of a person no more may be asked than the law has
    (korkolaki 2 §, forsinkelsesrenteloven § 4).
    """
    own = settings.late_interest if recipient.kind == ClientKind.COMPANY else None
    return {
        "notice_days": settings.notice_days,
        "late_interest": f"{own.normalize():f}" if own else "",
    }


def buyer_as_printed(client: Client) -> dict[str, str]:
    """The buyer as it is frozen into a document's personal parts."""
    return {
        "name": client.name,
        "contact": client.contact,
        "street": client.street,
        "postcode": client.postcode,
        "city": client.city,
        "country": client.country,
        "business_id": client.business_id,
    }


def days_to_pay(draft: Draft, recipient: Client | None, now: Circumstances) -> int:
    """The draft's own term, else the client's, else the organization's for that kind of client."""
    if draft.due_in_days is not None:
        return draft.due_in_days
    if recipient is not None and recipient.term_days is not None:
        return recipient.term_days
    company = recipient is not None and recipient.kind == ClientKind.COMPANY
    return now.settings.company_term_days if company else now.settings.person_term_days


def terms_for(recipient: Client | None, seller: Seller) -> Terms:
    """The bounds of the days to pay for this recipient."""
    rules = COUNTRIES[seller.country]
    company = recipient is not None and recipient.kind == ClientKind.COMPANY
    return rules.company_terms if company else rules.person_terms


def blockers_of(
    draft: Draft,
    lines: Sequence[LineInput],
    recipient: Client | None,
    now: Circumstances,
) -> tuple[Blocker, ...]:
    """Why this draft cannot be issued now; nothing if it can."""
    return (
        *missing_for_issue(now.seller),
        *_recipient_blockers(draft, lines, recipient, now),
        *_line_blockers(draft, lines, now),
        *_ground_blockers(draft, lines, now),
        *_kid_blockers(recipient, now),
        *unreadable(lines, recipient),
    )


def _recipient_blockers(
    draft: Draft,
    lines: Sequence[LineInput],
    recipient: Client | None,
    now: Circumstances,
) -> Iterator[Blocker]:
    if recipient is None:
        yield Blocker(
            "recipient_missing",
            _("Nobody is chosen to pay."),
            _("Choose a recipient."),
            "recipient",
        )
        return
    has_address = bool(recipient.street and recipient.postcode and recipient.city)
    if not has_address and must_show_address(now.seller, recipient.business_id):
        yield Blocker(
            "recipient_incomplete",
            _("The recipient's postal address is missing; the law asks for it."),
            _("Add the address to the recipient."),
            "recipient",
        )
    if draft.channel == Channel.EMAIL and not (draft.deliver_to or recipient.email):
        yield Blocker(
            "recipient_has_no_email",
            _("The recipient has no e-mail address."),
            _("Add one, or choose to deliver the invoice yourself."),
            "deliver_to",
        )
    if draft.due_in_days is not None:
        for error in term_errors(
            "due_in_days",
            draft.due_in_days,
            agreed=draft.term_agreed,
            terms=terms_for(recipient, now.seller),
        ):
            yield Blocker(error.code, error.message, _("Choose other days to pay."), error.field)
    reverse = any(line.tax_category is TaxCategory.REVERSE_CHARGE for line in lines)
    if reverse and not recipient.business_id:
        yield Blocker(
            "buyer_id_missing",
            _("With reverse charge the buyer accounts for the VAT: its business id must be shown."),
            _("Add the business id to the recipient."),
            "recipient",
        )


def _line_blockers(
    draft: Draft, lines: Sequence[LineInput], now: Circumstances
) -> Iterator[Blocker]:
    if not lines:
        yield Blocker(
            "no_lines",
            _("There is nothing on the invoice yet."),
            _("Add a line."),
            "lines",
        )
    try:
        check_lines(lines, now, on=draft.delivered_on or now.today)
    except Invalid as wrong:
        for error in wrong.errors:
            yield Blocker(error.code, error.message, _("Correct the line."), error.field)


def _ground_blockers(
    draft: Draft, lines: Sequence[LineInput], now: Circumstances
) -> Iterator[Blocker]:
    at_zero = any(line.tax_category is TaxCategory.ZERO for line in lines)
    explained = COUNTRIES[now.seller.country].zero_rate_explained
    if at_zero and explained and not is_readable(draft.exemption_reason):
        yield Blocker(
            "exemption_reason_missing",
            _("A line has 0 % VAT: the law asks the invoice to say why."),
            _("Say why in the draft, best with the section of the law."),
            "exemption_reason",
        )


def _kid_blockers(recipient: Client | None, now: Circumstances) -> Iterator[Blocker]:
    kid = agreed_kid(now.seller)
    if kid is None or recipient is None or not kid.client_digits:
        return
    if len(str(recipient.number)) > kid.client_digits:
        yield Blocker(
            "client_number_too_long_for_kid",
            _("The recipient's number %(number)d is longer than its part of the KID.")
            % {"number": recipient.number},
            _("Give it more digits, or none, in the settings of the KID."),
            "recipient",
        )


def why_untaxed(draft: Draft, lines: Sequence[LineInput], now: Circumstances) -> str:
    """The draft's own reason, else the usual one; that is of exempt services, never of 0 %."""
    own = draft.exemption_reason.strip()
    explained = {TaxCategory.EXEMPT, TaxCategory.OUTSIDE_SCOPE}
    if not is_blank(own) or not any(line.tax_category in explained for line in lines):
        return own
    return now.settings.exemption_reason


def invoice_content(
    draft: Draft,
    lines: Sequence[LineInput],
    recipient: Client | None,
    now: Circumstances,
) -> Content:
    """The content of the invoice that this draft is. Raises Blocked with every reason."""
    blockers = blockers_of(draft, lines, recipient, now)
    if blockers:
        raise Blocked(blockers)
    assert recipient is not None
    return draft_content(draft, lines, recipient, now)


def on_leaving(draft: Draft, now: Circumstances) -> Circumstances:
    """The circumstances in which a draft leaves, as far as that is known: those of its day."""
    leaves = draft.goes_at
    if leaves is None and draft.issues_at is not None:
        leaves = draft.issues_at + timedelta(seconds=now.settings.hold_seconds)
    if leaves is None:
        return now
    return replace(now, today=max(now.today, day_of(now.seller, leaves)))


def draft_content(
    draft: Draft, lines: Sequence[LineInput], recipient: Client, now: Circumstances
) -> Content:
    """What a draft would say if it were issued now, whether or not it can be."""
    totals = total_up(lines)
    days = [line.delivered_on or draft.delivered_on or now.today for line in lines]
    rules = COUNTRIES[now.seller.country]
    return Content(
        kind=Kind.INVOICE,
        draft_id=draft.id,
        corrects_id=None,
        replaces_id=draft.replaces_id,
        recipient_id=recipient.id,
        issued_by=draft.finalised_by,
        delivered_on=draft.delivered_on or max(days, default=now.today),
        due_on=now.today + timedelta(days=days_to_pay(draft, recipient, now)),
        currency=draft.currency,
        language=draft.language,
        channel=draft.channel,
        vat_on=now.settings.vat_on,
        seller=seller_as_printed(now.seller) | terms_as_printed(now.settings, recipient),
        payment_account=now.seller.account,
        kid=agreed_kid(now.seller),
        client_number=recipient.number,
        reason="",
        effect=None,
        retain_until=rules.retain_until(now.today),
        lines=tuple(
            ContentLine(
                description=line.description,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                includes_tax=line.includes_tax,
                discount_percent=line.discount_percent,
                tax_category=line.tax_category,
                tax_rate=line.rate,
                delivered_on=day,
                work=line.work,
                amount_minor=amount,
                source_kind=line.source_kind,
                source_id=line.source_id,
            )
            for line, day, amount in zip(lines, days, totals.amounts, strict=True)
        ),
        breakdown=totals.breakdown,
        parts={
            "buyer": buyer_as_printed(recipient),
            "deliver_to": draft.deliver_to,
            "buyer_reference": draft.buyer_reference or recipient.buyer_reference,
            "case_number": draft.case_number,
            "opening_text": draft.opening_text,
            "closing_text": draft.closing_text,
            "exemption_reason": why_untaxed(draft, lines, now),
        },
    )
