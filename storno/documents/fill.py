"""Filling the rows of drafts from what was entered for them, a hundred with the words of one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.clients.save import hold_clients
from storno.clients.shown import line_for
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import invalid
from storno.documents.check import check_draft
from storno.documents.content import DraftInput, LineInput
from storno.documents.models import Draft, DraftLine
from storno.organizations.models import ClientShownAs, Settings
from storno.organizations.queries import Circumstances

Entered = Collection[tuple[Draft, DraftInput]]
"""Drafts of one organization, each with what was entered for it."""


def fill(entered: Entered, now: Circumstances, *, at: datetime) -> None:
    """Put what was entered, with lines that are right, into the rows.

    Raises Invalid, ClientIsErased.
    """
    asked = {each.recipient_id for _draft, each in entered if each.recipient_id}
    payers = hold_clients(asked, organization_id=now.settings.organization_id)
    for draft, each in entered:
        if each.recipient_id is not None and each.recipient_id not in payers:
            words = _("Choose one of your recipients.")
            raise invalid("recipient", "unknown_recipient", words)
        payer = payers[each.recipient_id] if each.recipient_id else None
        check_draft(each, payer, now)
        _fill(draft, each, payer, now, at=at)


def _fill(
    draft: Draft, entered: DraftInput, recipient: Client | None, now: Circumstances, *, at: datetime
) -> None:
    """Delivered is usually today; a draft all of whose lines have days of their own needs none."""
    draft.recipient = recipient
    draft.currency = now.seller.currency
    draft.language = entered.language or (recipient and recipient.language) or now.seller.language
    draft.channel = (
        entered.channel or (recipient and recipient.channel) or now.settings.default_channel
    )
    draft.deliver_to = entered.deliver_to
    draft.due_in_days = entered.due_in_days
    draft.term_agreed = entered.term_agreed
    takes_its_day = any(line.delivered_on is None for line in entered.lines)
    draft.delivered_on = entered.delivered_on or (now.today if takes_its_day else None)
    draft.buyer_reference = entered.buyer_reference
    draft.case_number = entered.case_number
    draft.opening_text = entered.opening_text
    draft.closing_text = entered.closing_text
    draft.exemption_reason = entered.exemption_reason
    draft.failure = ""
    draft.changed_at = at


def write_lines(new: Collection[tuple[Draft, Sequence[LineInput]]], now: Circumstances) -> None:
    """Write lines that were checked; of whom they served, another payer reads what it may."""
    ids = {line.served_id for _draft, lines in new for line in lines if line.served_id}
    mine = Client.objects.filter(organization_id=now.settings.organization_id)
    served = mine.in_bulk(ids) if ids else {}
    insert(
        DraftLine(
            id=line.id or new_id(),
            organization_id=draft.organization_id,
            draft_id=draft.id,
            position=position,
            description=_told(line, draft, served, now.settings).strip(),
            quantity=line.quantity,
            unit=line.unit.strip(),
            unit_price=line.unit_price,
            includes_tax=line.includes_tax,
            discount_percent=line.discount_percent,
            tax_category=line.tax_category.value,
            tax_rate=line.rate,
            delivered_on=line.delivered_on,
            work=line.work,
            source_kind=line.source_kind,
            source_id=line.source_id,
            served_id=line.served_id,
        )
        for draft, lines in new
        for position, line in enumerate(lines)
    )


def _told(line: LineInput, draft: Draft, served: Mapping[UUID, Client], settings: Settings) -> str:
    """A line in the words for who pays."""
    client = served.get(line.served_id) if line.served_id else None
    if client is None:
        return line.description
    return line_for(
        line.description,
        client,
        to_other=draft.recipient_id not in (None, client.id),
        shown_as=ClientShownAs(settings.client_shown_as),
        language=draft.language,
    )
