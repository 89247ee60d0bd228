"""Another payer for what a session costs: what its paper then says, and what it keeps to itself.

To whoever pays for somebody else a line never names the client: it shows initials or a number, as
the organization has chosen, and the case number that the payer goes by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from storno.clients.models import Client
from storno.clients.queries import case_number_of
from storno.clients.shown import line_for
from storno.diary.models import Booking
from storno.documents.content import DraftInput, for_recipient
from storno.documents.models import Draft, DraftLine
from storno.organizations.models import ClientShownAs
from storno.organizations.queries import settings_of


def client_billed(draft: Draft) -> Client | None:
    """The one client whose sessions a draft bills; nobody where there are none or several."""
    lines = DraftLine.objects.filter(organization_id=draft.organization_id, draft_id=draft.id)
    sources = [line.source_id for line in lines if line.source_id]
    clients = {each.id: each for each in _clients(sources, draft.organization_id).values()}
    return next(iter(clients.values())) if len(clients) == 1 else None


def for_payer(
    entered: DraftInput, recipient_id: UUID | None, *, organization_id: UUID
) -> DraftInput:
    """A draft for somebody else, which tells them no client's name; inside a scope."""
    return unnamed(for_recipient(entered, recipient_id), entered, organization_id=organization_id)


def unnamed(entered: DraftInput, before: DraftInput, *, organization_id: UUID) -> DraftInput:
    """A draft that has got another payer, told no client's name but the payer's own; in a scope.

    Its lines of sessions bear what they bill, or the id of the line `before` that did. For who paid
    before nothing changes: a text that somebody wrote stays.
    """
    payer_id = entered.recipient_id
    billed = {line.id: line.source_id for line in before.lines}
    sources = [line.source_id or billed.get(line.id) for line in entered.lines]
    clients = _clients([each for each in sources if each], organization_id)
    if payer_id is None or payer_id == before.recipient_id or not clients:
        return entered
    payer = Client.objects.filter(organization_id=organization_id, id=payer_id).first()
    if payer is None:
        return entered
    texts = _texts(entered, payer, [clients.get(each) if each else None for each in sources])
    return replace(
        entered,
        lines=tuple(
            replace(line, description=text) for line, text in zip(entered.lines, texts, strict=True)
        ),
        case_number=entered.case_number or _case_number(clients, payer_id, organization_id),
    )


def _texts(entered: DraftInput, payer: Client, clients: Sequence[Client | None]) -> Iterator[str]:
    """What each line, of a session of this client or of none, says to the payer."""
    shown_as = ClientShownAs(settings_of(payer.organization_id).client_shown_as)
    for line, client in zip(entered.lines, clients, strict=True):
        if client is None:
            yield line.description
        else:
            yield line_for(
                line.description,
                client,
                to_other=client.id != payer.id,
                shown_as=shown_as,
                language=entered.language or payer.language,
            )


def _case_number(clients: Mapping[UUID, Client], recipient_id: UUID, organization_id: UUID) -> str:
    """The case number under which the payer pays, where it pays for one client only."""
    ids = {client.id for client in clients.values()}
    if len(ids) != 1:
        return ""
    return case_number_of(ids.pop(), recipient_id, organization_id=organization_id)


def _clients(sources: list[UUID], organization_id: UUID) -> dict[UUID, Client]:
    """Whose session each of these is, by the session's id."""
    if not sources:
        return {}
    sessions = Booking.objects.filter(
        organization_id=organization_id, id__in=sources, client__isnull=False
    ).select_related("client")
    return {session.id: session.client for session in sessions if session.client is not None}
