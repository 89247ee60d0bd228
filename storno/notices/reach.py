"""Where a payment notice goes: to its recipient's addresses, by what it wants to be told."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.clients.reach import Way, ways_to_claim
from storno.core.refusals import Blocked, Blocker
from storno.documents.issue import NotReady, Ready
from storno.organizations.models import Seller

NOBODY = Blocker(
    "recipient_has_no_address",
    _("The recipient has no e-mail address or phone number to be told of the payment."),
    _("Add one to the recipient, or invoice the session by hand."),
    "recipient",
)


def addresses_of(recipient_ids: Collection[UUID], seller: Seller) -> Mapping[UUID, tuple[Way, ...]]:
    """The addresses of a seller's recipients, by their ids, with one statement."""
    mine = Client.objects.filter(organization_id=seller.organization_id, id__in=recipient_ids)
    return {client.id: ways_to_claim(client, seller.country) for client in mine}


def sort_reachable(ready: Sequence[Ready], seller: Seller) -> tuple[list[Ready], list[NotReady]]:
    """Keep back what goes out by itself where nobody could be told that there is something to pay.

    What somebody delivers by hand, or what costs nothing, needs no address.
    """
    by_itself = [paper for paper in ready if _tells(paper)]
    if not by_itself:
        return list(ready), []
    ids = {paper.draft.recipient_id for paper in by_itself if paper.draft.recipient_id}
    addresses = addresses_of(ids, seller)
    mute = {
        paper.draft.id
        for paper in by_itself
        if not paper.address
        and not (paper.draft.recipient_id and addresses.get(paper.draft.recipient_id))
    }
    return (
        [paper for paper in ready if paper.draft.id not in mute],
        [NotReady(paper.draft, Blocked([NOBODY])) for paper in ready if paper.draft.id in mute],
    )


def _tells(paper: Ready) -> bool:
    return paper.draft.issues_at is not None and paper.content.breakdown.payable_minor > 0
