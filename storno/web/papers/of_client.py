"""The papers of one client in one list: what waits for a decision first, then the newest."""

from operator import itemgetter
from typing import Any
from uuid import UUID

from storno.documents.queries import Filter, lines_in, list_drafts, list_invoices
from storno.organizations.queries import Circumstances
from storno.web.access import Here
from storno.web.papers.asked import EXTERNAL
from storno.web.papers.rows import draft_rows, invoice_rows, sums_of


def papers_of_client(client_id: UUID, here: Here, now: Circumstances) -> dict[str, Any]:
    """A page of what the client pays or shall pay; invoices alone are summed up.

    `all_url` and `external_url` lead to the invoices and the records that found no room.
    """
    mine = here.organization.id
    page = list_invoices(mine, Filter(recipient_id=client_id), today=now.today)
    waiting, _more = list_drafts(mine, state="draft", recipient_ids=[client_id])
    held, _more = list_drafts(mine, state="held", recipient_ids=[client_id])
    records, older = list_drafts(mine, state="external", recipient_ids=[client_id])
    lines = lines_in(mine, [*waiting, *held, *records])
    ids = [*(row.document.id for row in page.rows), *(record.id for record in records)]
    rows = [*invoice_rows(page.rows, here, now), *draft_rows(records, lines, here, now)]
    past = sorted(zip(ids, rows, strict=True), key=itemgetter(0), reverse=True)
    whose = {"recipient": str(client_id)}
    return {
        "rows": [*draft_rows([*waiting, *held], lines, here, now), *(row for _id, row in past)],
        "sums": sums_of(page.rows),
        "all_url": here.url("invoices", **whose) if page.next else "",
        "external_url": here.url("invoices", state=EXTERNAL, **whose) if older else "",
    }
