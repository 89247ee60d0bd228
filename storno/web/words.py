"""The organization's own words: a service speaks of customers, a practice of clients.

The labels are those of the two products' help texts. Templates reach them as `wording.<name>`. The
rooms below know nothing of this: they say "recipient", which is right in both.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    credit_now: Words
    undo: Words
    undo_note: Words
    sent: Words
    change_recipient: Words
    give_credit_note: Words
    cancelled_order: Words


WORDS: dict[str, WordsOfAHouse] = {
    Wording.SERVICE: WordsOfAHouse(
        client=_("Customer"),
        clients=_("Customers"),
        new_client=_("New customer"),
        finalise=_("Send invoice"),
        credit=_("Cancel the invoice"),
        credit_now=_("Cancel the invoice"),
        undo=_("Cancel refund"),
        undo_note=_("Keep the invoice active. No money moves."),
        sent=pgettext_lazy("state of an invoice", "Sent"),
        change_recipient=_("Change recipient"),
        give_credit_note=_("Give this credit note to your customer."),
        cancelled_order=_("What do I do if a customer cancels an order?"),
    ),
    Wording.PRACTICE: WordsOfAHouse(
        client=_("Client"),
        clients=_("Clients"),
        new_client=_("New client"),
        finalise=_("Finalize Invoice"),
        credit=_("Credit Invoice"),
        credit_now=_("Credit Invoice"),
        undo=_("Undo"),
        undo_note=_("Keep the invoice active. No money moves."),
        sent=_("Unpaid"),
        change_recipient=_("Change Recipient"),
        give_credit_note=_("Give this credit note to your client."),
        cancelled_order=_("What do I do if a client cancels an appointment?"),
    ),
}
