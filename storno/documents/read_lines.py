"""Reading the lines of drafts, in the words for who pays, as these are today.

Of whom a line serves another payer reads initials or a number; they follow the client's name and
the setting, whenever the draft was saved.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from uuid import UUID

from storno.clients.shown import line_for
from storno.documents.content import LineInput
from storno.documents.models import Draft, DraftLine
from storno.organizations.models import ClientShownAs
from storno.organizations.queries import settings_of
from storno.tax.category import TaxCategory


def lines_of(drafts: Collection[Draft]) -> dict[UUID, tuple[LineInput, ...]]:
    """The lines of drafts of one organization as they are entered, by the drafts' ids.

    With one statement, and another where somebody pays for others.
    """
    if not drafts:
        return {}
    (mine,) = {draft.organization_id for draft in drafts}
    by_id = {draft.id: draft for draft in drafts}
    rows = DraftLine.objects.filter(organization_id=mine, draft_id__in=list(by_id))
    found: dict[UUID, list[DraftLine]] = {id_: [] for id_ in by_id}
    for line in rows.select_related("served").order_by("draft_id", "position"):
        found[line.draft_id].append(line)
    shown_as = None
    if any(_for_other(line, by_id[line.draft_id]) for lines in found.values() for line in lines):
        shown_as = ClientShownAs(settings_of(mine).client_shown_as)
    return {id_: tuple(_told(lines, by_id[id_], shown_as)) for id_, lines in found.items()}


def _told(
    lines: Collection[DraftLine], draft: Draft, shown_as: ClientShownAs | None
) -> Iterator[LineInput]:
    for line in lines:
        entered = _entered(line)
        if shown_as is not None and line.served is not None and _for_other(line, draft):
            words = line_for(
                entered.description,
                line.served,
                to_other=True,
                shown_as=shown_as,
                language=draft.language,
            )
            entered = replace(entered, description=words)
        yield entered


def _for_other(line: DraftLine, draft: Draft) -> bool:
    """Whether somebody else pays for whom a line serves."""
    return line.served_id is not None and draft.recipient_id not in (None, line.served_id)


def _entered(line: DraftLine) -> LineInput:
    """A stored line in the form in which it is entered."""
    category = TaxCategory(line.tax_category)
    return LineInput(
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        tax_category=category,
        tax_rate=line.tax_rate if category.bears_tax else None,
        includes_tax=line.includes_tax,
        discount_percent=line.discount_percent,
        delivered_on=line.delivered_on,
        work=line.work,
        source_kind=line.source_kind,
        source_id=line.source_id,
        served_id=line.served_id,
        id=line.id,
    )
