"""An organization that is paid by card, with the page of an invoice as its payer has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from storno.corrections.collect import collect_next
from storno.corrections.follow_refund import follow_next_refund
from storno.documents.models import Document
from storno.notices.by_card import offer_card_payment
from storno.online.models import Checkout, Sending
from storno.online.open import open_checkout
from storno.online.set_up import keep_keys
from storno.organizations.scope import scope
from tests.online.stripe_house import HOOK_SECRET, KEY, StripeHouse, stripe_house
from tests.world import World, found


@dataclass
class Shop:
    """A world whose keys are kept, and the provider behind them."""

    world: World
    house: StripeHouse

    def offer(self, invoice: Document, *, at: datetime) -> str:
        """The path of the page on which an invoice is paid by card."""
        return urlsplit(offer_card_payment(invoice.id, who=self.world.who(), at=at)).path

    def checkout(self, invoice: Document, *, at: datetime) -> str:
        """Go to the provider's page; return the session there."""
        signed = self.offer(invoice, at=at).removeprefix("/i/")
        return open_checkout(signed, at=at).rpartition("/")[2]

    def pay(self, invoice: Document, *, at: datetime, amount: int | None = None) -> str:
        """Pay an invoice by card, and have it booked; return what the provider calls the money."""
        charge = self.house.pay(self.checkout(invoice, at=at), amount)
        self.ask_at_once(at=at)
        self.collect(at=at)
        return charge

    def ask_at_once(self, *, at: datetime) -> None:
        """As an event of the provider has us do."""
        with scope(self.world.id):
            Checkout.objects.filter(organization_id=self.world.id).update(next_ask_at=at, asks=0)

    def collect(self, *, at: datetime) -> int:
        """Ask about all that is due, as the worker does; return how many checkouts that were."""
        return sum(1 for _turn in iter(lambda: collect_next(self.world.id, at=at), False))

    def follow(self, *, at: datetime) -> int:
        """Have done what shall go back, as the worker does; return how often it asked."""
        return sum(1 for _turn in iter(lambda: follow_next_refund(self.world.id, at=at), False))

    def sendings(self) -> list[tuple[str, int, str]]:
        """The states of all that goes back, with amounts and failures, the oldest first."""
        with scope(self.world.id):
            mine = Sending.objects.filter(organization_id=self.world.id).order_by("id")
            return list(mine.values_list("state", "amount_minor", "failure"))

    def states(self) -> list[str]:
        """The states of all checkouts, the oldest first."""
        with scope(self.world.id):
            mine = Checkout.objects.filter(organization_id=self.world.id)
            return list(mine.order_by("id").values_list("state", flat=True))


@contextmanager
def shop(at: datetime, **settings: Any) -> Iterator[Shop]:
    """Open the house of the provider, and an organization with its keys."""
    with stripe_house() as house:
        world = found(**settings)
        keep_keys(KEY, HOOK_SECRET, who=world.who(), at=at)
        yield Shop(world, house)
