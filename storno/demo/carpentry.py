"""Puutyö Aalto: a light entrepreneur in Finland, three months old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from storno.administration.seller import SellerChanges
from storno.catalogue.save import ServiceInput, create_service
from storno.clients.models import Client
from storno.corrections.finalise import finalise_draft
from storno.demo.house import HELSINKI, House
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft
from storno.documents.models import FollowUp, Reason
from storno.tax.category import TaxCategory

SELLER = SellerChanges(
    name="Puutyö Aalto",
    language="fi",
    business_id="2077474-0",
    vat_registered=True,
    street="Hämeentie 12",
    postcode="00530",
    city="Helsinki",
    email="alice@example.com",
    phone="+358 40 123 4567",
    account="FI2112345600000785",
)


def _work(text: str, hours: str, price: str = "58.00") -> LineInput:
    return LineInput(
        text, Decimal(hours), "h", Decimal(price), TaxCategory.STANDARD, Decimal("25.5")
    )


def _goods(text: str, price: str) -> LineInput:
    return LineInput(text, Decimal(1), "kpl", Decimal(price), TaxCategory.STANDARD, Decimal("25.5"))


@dataclass(frozen=True, slots=True)
class People:
    """Whom Alice works for."""

    kaisa: Client
    pulla: Client
    daisy: Client
    koivu: Client


def live_carpentry(house: House, now: datetime) -> None:
    """Alice's three months: paid, part paid, overdue and reminded, cancelled, on its way."""
    people = _people(house, now)
    for name, price in (("Puusepäntyö", "58.00"), ("Suunnittelu ja piirustukset", "72.00")):
        create_service(
            ServiceInput(
                name=name,
                unit="h",
                unit_price=Decimal(price),
                tax_category=TaxCategory.STANDARD,
                tax_rate=Decimal("25.5"),
            ),
            who=house.who,
            at=now - timedelta(days=89),
        )
    _papers(house, people, now)


def _people(house: House, now: datetime) -> People:
    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    kaisa = house.client(
        "Kaisa Virtanen", "Aleksanterinkatu 4", "kaisa@example.com", HELSINKI, at=ago(89)
    )
    pulla = house.client(
        "Kahvila Pulla Oy",
        "Fredrikinkatu 20",
        "laskut@pulla.example.com",
        HELSINKI,
        "0737546-2",
        at=ago(88),
    )
    daisy = house.client("Daisy Nieminen", "Bulevardi 7", "daisy@example.com", HELSINKI, at=ago(80))
    koivu = house.client(
        "Asunto Oy Koivukuja 4 ja 6, c/o Isännöinti Lehtonen",
        "Koivukuja 4",
        "talo@koivukuja.example.com",
        HELSINKI,
        "1572860-0",
        at=ago(70),
    )
    return People(kaisa, pulla, daisy, koivu)


def _papers(house: House, people: People, now: datetime) -> None:
    def ago(days: int, hours: int = 0) -> datetime:
        return now - timedelta(days=days, hours=hours)

    kitchen = house.invoice(people.kaisa, _work("Keittiökaappien asennus", "16"), at=ago(60))
    house.pay(kitchen, kitchen.payable_minor, at=ago(50))
    shelf = house.invoice(people.pulla, _work("Hylly tiskin taakse", "5.5"), at=ago(40))
    house.remind_of(shelf, at=ago(16))
    sauna = house.invoice(
        people.daisy, _work("Saunan lauteet", "12"), _goods("Haapalaudat", "240"), at=ago(30)
    )
    house.pay(sauna, 50_000, at=ago(20))
    house.credit(
        house.invoice(people.kaisa, _work("Oven korjaus", "3"), at=ago(12)),
        Reason.DUPLICATE,
        FollowUp.NOTHING,
        at=ago(11),
    )
    wrong = house.invoice(
        people.koivu,
        _work("Portaat, kaksi kerrosväliä", "40"),
        _goods("Tammiset askelmat", "1890"),
        at=ago(6),
        days=21,
    )
    house.credit(wrong, Reason.WRONG_PRICE, FollowUp.DRAFT, at=ago(5))
    house.invoice(people.pulla, _work("Uudet ovenkarmit", "7"), at=ago(3))
    cancelled = house.invoice(people.daisy, _work("Ikkunalaudat", "4"), at=ago(1))
    house.credit(cancelled, Reason.CANCELLED, FollowUp.NOTHING, at=now, leaves=False)
    create_draft(
        DraftInput(people.kaisa.id, (_work("Kirjahylly, maalattu", "9"),)),
        who=house.who,
        at=ago(0, 2),
    )
    leaving = create_draft(
        DraftInput(people.koivu.id, (_work("Käsijohde", "6"),)), who=house.who, at=ago(0, 1)
    )
    finalise_draft(leaving.id, who=house.who, at=now)
