"""The organization's own words: a service speaks of customers, a practice of clients.

The labels are those of the two products' help texts. Templates reach them as `wording.<name>`. The
rooms below know nothing of this: they say "recipient", which is right in both.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storno.documents.words import CANCELLING, CREDITING
from storno.organizations.models import Wording

Words = str | Promise


@dataclass(frozen=True, slots=True)
class WordsOfAHouse:
    """How one kind of organization calls its people and its deeds."""

    client: Words
    clients: Words
    new_client: Words
    finalise: Words
    credit: Words
    undo: Words
    give_credit_note: Words
    cancelled_order: Words


WORDS: dict[str, WordsOfAHouse] = {
    Wording.SERVICE: WordsOfAHouse(
        client=_("Customer"),
        clients=_("Customers"),
        new_client=_("New customer"),
        finalise=_("Send invoice"),
        credit=CANCELLING.deed,
        undo=_("Cancel refund"),
        give_credit_note=_("Give this credit note to your customer."),
        cancelled_order=_("What do I do if a customer cancels an order?"),
    ),
    Wording.PRACTICE: WordsOfAHouse(
        client=_("Client"),
        clients=_("Clients"),
        new_client=_("New client"),
        finalise=_("Finalize Invoice"),
        credit=CREDITING.deed,
        undo=_("Undo"),
        give_credit_note=_("Give this credit note to your client."),
        cancelled_order=_("What do I do if a client cancels a session?"),
    ),
}
