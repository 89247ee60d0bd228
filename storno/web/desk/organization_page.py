"""What customer service reads of an organization."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from storno.administration.open_lines import Lines
from storno.cases.queries import list_cases
from storno.custody.queries import held_now
from storno.custody.terms import terms_of
from storno.documents.queries import Filter, InvoiceRow, list_invoices, numbers_of
from storno.history.tell import Told, list_events, tell
from storno.organizations.models import Settings
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor
from storno.web.desk.door import Desk
from storno.web.papers.states import state_in_list
from storno.web.say import reader_language, say_date, say_moment, say_money, say_percent

INVOICES = 20
CASES = 10
HAPPENINGS = 30


def organization_page(who: Actor, before: UUID | None, desk: Desk) -> dict[str, Any]:
    """Facts, invoices, refund cases and history; inside its scope."""
    mine = who.organization_id
    now = circumstances(mine, desk.at)
    zone = now.seller.time_zone
    invoices = list_invoices(mine, Filter(), today=now.today, limit=INVOICES)
    events, older = list_events(mine, before=before, limit=HAPPENINGS)
    told = tell(events, language=reader_language(), time_zone=zone)
    url = reverse("desk_organization", args=[mine])
    return {
        "title": now.seller.name,
        "facts": list(_facts(now.settings)),
        "open": {
            Lines.ZERO_RATE: now.settings.zero_rate_open,
            Lines.REVERSE_CHARGE: now.settings.reverse_charge_open,
        },
        "invoices": [_invoice(row, now, desk) for row in invoices.rows],
        "cases": list(_cases(who, desk)),
        "happenings": happenings(told, desk, zone),
        "older_url": f"{url}?before={older}" if older else "",
    }


def happenings(told: list[Told], desk: Desk, zone: str) -> list[dict[str, Any]]:
    """What happened, with who and when, in the organization's time."""
    shown = []
    for each in told:
        said = say_moment(each.event.at, desk.at, zone)
        who = each.who or _("by itself")
        words = {"words": f"{who}, {said.words}", "full": said.full}
        shown.append({"sentence": each.sentence, "at": each.event.at} | words)
    return shown


def _facts(settings: Settings) -> Iterator[tuple[str, str]]:
    seller = settings.seller
    yield _("Name in addresses"), settings.organization.slug
    if seller.business_id:
        yield _("Business id"), seller.business_id
    yield _("Country"), str(seller.get_country_display())
    yield _("Who credits paid invoices"), str(settings.get_paid_credit_display())
    if not settings.organization.in_custody:
        return
    terms, held = terms_of(seller.organization_id), held_now(seller.organization_id)
    shares, currency = held.shares, seller.currency
    yield _("Withheld for income tax"), say_percent(terms.withholding_percent)
    yield _("Service fee"), say_percent(terms.fee_percent)
    yield _("Set aside for VAT"), say_money(shares.vat_minor, currency)
    yield _("Set aside for income tax"), say_money(shares.prepayment_minor, currency)
    yield _("To be paid out"), say_money(shares.payable_minor, currency)


def _invoice(row: InvoiceRow, now: Circumstances, desk: Desk) -> dict[str, str]:
    paper = row.document
    words = state_in_list(
        row.state,
        row.standing,
        seller=now.seller,
        settings=now.settings,
        at=desk.at,
        today=now.today,
    )
    return {
        "url": reverse("desk_invoice", args=[paper.organization_id, paper.id]),
        "number": paper.number,
        "name": row.recipient_name,
        "day": say_date(paper.issued_on),
        "amount": say_money(paper.payable_minor, paper.currency),
        "state": row.state,
        "words": words,
    }


def _cases(who: Actor, desk: Desk) -> Iterator[dict[str, Any]]:
    cases = list_cases(who.organization_id, limit=CASES)
    numbers = numbers_of([now.case.invoice_id for now in cases], who.organization_id)
    for now in cases:
        yield {
            "url": reverse("desk_case", args=[now.case.id]),
            "number": numbers[now.case.invoice_id],
            "state": now.state.label,
            "asked": desk.said(now.case.asked_at),
        }
