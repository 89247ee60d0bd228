"""Who pays for whom: the client whose sessions a draft bills, and what its payer goes by."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.clients.queries import case_number_of
from storno.documents.content import DraftInput, LineInput
from storno.documents.models import Draft, DraftLine
from storno.organizations.roles import Actor


def client_billed(draft: Draft) -> Client | None:
    """The one client whose sessions a draft bills; nobody where there are none or several."""
    mine = draft.organization_id
    lines = DraftLine.objects.filter(organization_id=mine, draft_id=draft.id)
    served = _only(lines.values_list("served_id", flat=True))
    return Client.objects.filter(organization_id=mine, id=served).first() if served else None


def note_look_at(draft: Draft, *, who: Actor, at: datetime) -> None:
    """Note that the actor reads a draft: a look at those whom it serves, or else at who pays."""
    lines = DraftLine.objects.filter(organization_id=draft.organization_id, draft_id=draft.id)
    served = set(lines.exclude(served=None).values_list("served_id", flat=True))
    if not served and draft.recipient_id is not None:
        served = {draft.recipient_id}
    note_look(*sorted(served), who=who, at=at)


def clients_served(lines: Iterable[LineInput], *, organization_id: UUID) -> Mapping[UUID, Client]:
    """The clients whom lines serve, by their ids."""
    ids = {line.served_id for line in lines if line.served_id}
    if not ids:
        return {}
    return Client.objects.filter(organization_id=organization_id).in_bulk(ids)


def with_case_number(
    entered: DraftInput, before: UUID | None, *, organization_id: UUID
) -> DraftInput:
    """A draft with the case number that a payer who was not the one `before` goes by."""
    payer = entered.recipient_id
    served = _only(line.served_id for line in entered.lines)
    if entered.case_number or served is None or payer in (None, before):
        return entered
    assert payer is not None
    number = case_number_of(served, payer, organization_id=organization_id)
    return replace(entered, case_number=number)


def _only(served: Iterable[UUID | None]) -> UUID | None:
    """The client that all who are served are."""
    found = {each for each in served if each is not None}
    return found.pop() if len(found) == 1 else None
