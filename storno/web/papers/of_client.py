"""The papers of one client in one list: what waits for a decision first, then the newest."""

from dataclasses import replace
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storno.diary.served import drafts_by_others, invoices_by_others
from storno.documents.queries import Filter, list_drafts, list_invoices
from storno.documents.read_lines import lines_of
from storno.organizations.queries import Circumstances
from storno.web.access import Here
from storno.web.papers.asked import EXTERNAL
from storno.web.papers.rows import Row, draft_rows, invoice_rows, sums_of


def papers_of_client(client_id: UUID, here: Here, now: Circumstances) -> dict[str, Any]:
    """A page of what the client pays or shall pay, and what others pay for it.

    Its own invoices alone are summed up.

    `all_url` and `external_url` lead to the invoices and the records that found no room.
    """
    mine = here.organization.id
    page = list_invoices(mine, Filter(recipient_id=client_id), today=now.today)
    waiting, _more = list_drafts(mine, state="draft", recipient_ids=[client_id])
    held, _more = list_drafts(mine, state="held", recipient_ids=[client_id])
    records, older = list_drafts(mine, state="external", recipient_ids=[client_id])
    invoices = [
        *page.rows,
        *invoices_by_others(client_id, organization_id=mine, today=now.today),
    ]
    others = drafts_by_others(client_id, organization_id=mine)
    waiting = [*waiting, *held, *(each for each in others if each.external_at is None)]
    records = [*records, *(each for each in others if each.external_at is not None)]
    lines = lines_of([*waiting, *records])
    ids = [*(row.document.id for row in invoices), *(record.id for record in records)]
    payers = [
        *(row.standing.recipient_id for row in invoices),
        *(record.recipient_id for record in records),
    ]
    rows = [*invoice_rows(invoices, here, now), *draft_rows(records, lines, here, now)]
    rows = [_marked(row, payer, client_id) for row, payer in zip(rows, payers, strict=True)]
    drafts = draft_rows(waiting, lines, here, now)
    drafts = [
        _marked(row, draft.recipient_id, client_id)
        for row, draft in zip(drafts, waiting, strict=True)
    ]
    past = sorted(zip(ids, rows, strict=True), key=itemgetter(0), reverse=True)
    whose = {"recipient": str(client_id)}
    return {
        "rows": [*drafts, *(row for _id, row in past)],
        "sums": sums_of(page.rows),
        "all_url": here.url("invoices", **whose) if page.next else "",
        "external_url": here.url("invoices", state=EXTERNAL, **whose) if older else "",
    }


def _marked(row: Row, payer_id: UUID | None, client_id: UUID) -> Row:
    """A row that says so where somebody else pays for the client."""
    if payer_id in (None, client_id):
        return row
    pays = _("pays for this client")
    return replace(row, told=f"{pays} · {row.told}" if row.told else pays)
