"""Havu Laskutus: client money of three light entrepreneurs, from the bank's entries to payouts.

All that is issued, is issued in one order, so that each invoice has the same reference wherever the
demonstration is loaded first: the bank files in `demo/` name them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from zoneinfo import ZoneInfo

from storno.bank.take_in import take_in
from storno.clients.models import Client
from storno.demo.bank import Told, statement
from storno.demo.desk import Desk
from storno.demo.entrepreneurs import ANNA_MAIJA, CUSTODY_IBAN, JUHANI, MINNA
from storno.demo.house import HELSINKI, House
from storno.documents.content import LineInput
from storno.documents.models import Document, FollowUp, Reason
from storno.matching.meet import meet_new
from storno.organizations.scope import scope
from storno.payouts.approve import approve_batch, write_file
from storno.payouts.propose import propose_payouts
from storno.payouts.queries import instructions_of
from storno.tax.category import TaxCategory

_ZONE = ZoneInfo("Europe/Helsinki")

Payer = tuple[str, str]
"""Who pays, and from which account."""

KAISA: Payer = "Kaisa Virtanen", "FI7780001710345670"
PULLA: Payer = "Kahvila Pulla Oy", "FI1410093000123458"
DAISY: Payer = "Daisy Nieminen", "FI4250001510000023"


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator, and who acts for it; it hears of its account now and then."""

    house: House
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def hear(self, *entries: Told, at: datetime) -> None:
        """Read what the bank tells, and let it meet the invoices that it names."""
        who, number = self.house.who, next(self.numbers)
        told = statement(number, CUSTODY_IBAN, at.astimezone(_ZONE).date(), entries)
        take_in(BytesIO(told), f"havu-{number:02}.xml", who=who, at=at)
        while meet_new(who.organization_id, at=at):
            pass

    def pay_out(self, *, at: datetime) -> None:
        """Pay out all that is payable; the bank says a day later that it has left."""
        who = self.house.who
        batch = propose_payouts(at.astimezone(_ZONE).date(), who=who, at=at)
        approve_batch(batch.id, who=who, at=at)
        write_file(batch.id, who=who, at=at)
        with scope(who.organization_id):
            asked = list(instructions_of(batch))
        left = (
            Told(-each.amount_minor, each.payee, each.account, end_to_end=each.end_to_end)
            for each in asked
        )
        self.hear(*left, at=at + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Seller:
    """A light entrepreneur, and for whom they work."""

    house: House
    clients: Mapping[Payer, Client]

    def bill(self, payer: Payer, text: str, price: str, *, at: datetime) -> Document:
        """An invoice for one piece of work."""
        line = LineInput(
            text, Decimal(1), "kpl", Decimal(price), TaxCategory.STANDARD, Decimal("25.5")
        )
        return self.house.invoice(self.clients[payer], line, at=at)


def live_client_money(
    operator: Operator, houses: Mapping[str, House], desk: Desk, now: datetime
) -> None:
    """Two months: money that came exactly, in part, beyond, too late and without a reference."""

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    minna, juhani, garden = (
        _with_clients(houses[each.slug], ago(60)) for each in (MINNA, JUHANI, ANNA_MAIJA)
    )
    move = minna.bill(KAISA, "Muuttosiivous", "1000", at=ago(50))
    wedding = juhani.bill(DAISY, "Hääkuvaus", "1800", at=ago(45))
    plan = garden.bill(KAISA, "Pihasuunnitelma", "640", at=ago(42))
    products = juhani.bill(PULLA, "Tuotekuvat", "400", at=ago(38))
    operator.hear(
        _paid(move, KAISA),
        _paid(wedding, DAISY, 100_000),
        _paid(plan, KAISA, 85_000),
        at=ago(36),
    )
    juhani.house.credit(products, Reason.CANCELLED, FollowUp.NOTHING, at=ago(35))
    office = minna.bill(PULLA, "Toimistosiivous", "720", at=ago(34))
    hedge = garden.bill(DAISY, "Pensasaidan istutus", "1200", at=ago(33))
    portraits = juhani.bill(KAISA, "Muotokuvat", "300", at=ago(31))
    operator.hear(
        _paid(products, PULLA),
        _paid(office, PULLA),
        _paid(hedge, DAISY),
        _paid(portraits, KAISA),
        at=ago(26),
    )
    operator.pay_out(at=ago(24))
    beds = garden.bill(PULLA, "Kukkapenkit", "500", at=ago(20))
    desk.return_money(minna.house, move, at=ago(18))
    operator.hear(_paid(beds, PULLA), at=ago(14))
    windows = minna.bill(DAISY, "Ikkunanpesu", "1000", at=ago(13))
    operator.pay_out(at=ago(11))
    minna.bill(KAISA, "Suursiivous", "560", at=ago(9))
    juhani.bill(PULLA, "Yritystapahtuma", "950", at=ago(8))
    desk.decline(garden.house, hedge, at=ago(8))
    desk.return_money(garden.house, beds, at=ago(7))
    garden.bill(DAISY, "Nurmikon kunnostus", "480", at=ago(6))
    operator.hear(
        _paid(windows, DAISY),
        Told(18_000, "M Saarinen", "FI3311463000112232", text="lasku marraskuu"),
        at=ago(4),
    )
    desk.ask(minna.house, office, at=ago(2))
    desk.confirm(juhani.house, portraits, at=ago(1))
    propose_payouts(
        now.astimezone(_ZONE).date(), who=operator.house.who, at=now - timedelta(hours=3)
    )
    for house in (operator.house, *houses.values()):
        house.deliver(now)


def _with_clients(house: House, at: datetime) -> Seller:
    """The same three pay all of them."""
    met = (
        (KAISA, "Aleksanterinkatu 4", "kaisa@example.com", ""),
        (PULLA, "Fredrikinkatu 20", "laskut@pulla.example.com", "0737546-2"),
        (DAISY, "Bulevardi 7", "daisy@example.com", ""),
    )
    clients = {
        payer: house.client(payer[0], street, email, HELSINKI, business_id, at=at)
        for payer, street, email, business_id in met
    }
    return Seller(house, clients)


def _paid(invoice: Document, payer: Payer, amount_minor: int | None = None) -> Told:
    """What a payer has paid by the reference of an invoice: all of it, unless told otherwise."""
    paid = invoice.payable_minor if amount_minor is None else amount_minor
    return Told(paid, *payer, reference=invoice.payment_reference)
