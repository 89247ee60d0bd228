"""Fjord Psykologi: a practice in Norway, outside the VAT register."""

from datetime import datetime, timedelta
from decimal import Decimal

from storno.administration.seller import SellerChanges
from storno.catalogue.save import ServiceInput, create_service
from storno.demo.house import BERGEN, House
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft
from storno.documents.models import FollowUp, Reason
from storno.documents.send import hand_over
from storno.tax.category import TaxCategory

SELLER = SellerChanges(
    name="Fjord Psykologi",
    language="nb",
    business_id="974760673",
    vat_registered=False,
    street="Bryggen 3",
    postcode="5003",
    city="Bergen",
    email="kari@example.com",
    account="86011117947",
)


def _session(text: str = "Konsultasjon 60 min", price: str = "1190.00") -> LineInput:
    return LineInput(text, Decimal(1), "", Decimal(price), TaxCategory.EXEMPT)


def live_practice(house: House, now: datetime) -> None:
    """Kari's sessions: exempt from VAT, delivered by hand, one credited with money in it."""

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    daisy = house.client("Daisy Lind", "Nygårdsgaten 5", "daisy@example.com", BERGEN, at=ago(80))
    olav = house.client("Olav Berg", "Strandgaten 18", "olav@example.com", BERGEN, at=ago(75))
    employer = house.client(
        "Havn Rederi AS", "Vågen 1", "faktura@havn.example.com", BERGEN, "923609016", at=ago(70)
    )
    create_service(
        ServiceInput(
            name="Konsultasjon 60 min",
            unit_price=Decimal(1190),
            price_includes_tax=True,
            tax_category=TaxCategory.EXEMPT,
        ),
        who=house.who,
        at=ago(80),
    )
    first = house.invoice(daisy, _session(), at=ago(45))
    hand_over(first.id, who=house.who, at=ago(45))
    house.pay(first, first.payable_minor, at=ago(40))
    hand_over(house.invoice(olav, _session(), at=ago(30)).id, who=house.who, at=ago(30))
    paid = house.invoice(olav, _session(), at=ago(20))
    hand_over(paid.id, who=house.who, at=ago(20))
    house.pay(paid, paid.payable_minor, at=ago(16))
    house.credit(paid, Reason.CANCELLED, FollowUp.NOTHING, at=ago(15))
    house.invoice(employer, _session("Konsultasjon 60 min, deres ref. D. L."), at=ago(8), days=30)
    house.invoice(daisy, _session(), at=ago(1))
    create_draft(DraftInput(olav.id, (_session(),)), who=house.who, at=ago(0))
