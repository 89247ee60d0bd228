"""Who works in the practice of the demonstration, who comes, who pays, and for what."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

from storno.catalogue.models import Charge, Service
from storno.catalogue.save import ServiceInput, create_service
from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import Client
from storno.demo.house import BERGEN, House
from storno.tax.category import TaxCategory

OSLO = ZoneInfo("Europe/Oslo")

CLIENTS = 40

FIRST = ("Olav", "Ingrid", "Sigurd", "Astrid", "Jonas", "Maria", "Erik", "Solveig")
LAST = ("Berg", "Haugen", "Strand", "Lie", "Moen")
STREETS = ("Strandgaten", "Nygårdsgaten", "Marken", "Øvregaten")

EMPLOYED = 15
"""The number of the session that an employer pays."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works here, who comes, who pays in their stead, and for what."""

    houses: dict[str, House]
    members: dict[str, UUID]
    clients: list[Client]
    employer: Client
    service: Service


def cast_practice(houses: dict[str, House], members: dict[str, UUID], at: datetime) -> Cast:
    """Enter clients, an employer and a service."""
    house = houses["kari"]
    clients = [
        house.client("Daisy Lind", "Nygårdsgaten 5", "daisy@example.com", BERGEN, at=at),
        *(
            house.client(
                f"{first} {last}",
                f"{STREETS[number % len(STREETS)]} {number + 1}",
                f"{first}.{last}@example.com".lower(),
                BERGEN,
                at=at,
            )
            for number, (first, last) in enumerate(product(FIRST, LAST))
            if number < CLIENTS - 1
        ),
    ]
    employer = house.client(
        "Havn Rederi AS", "Vågen 1", "faktura@havn.example.com", BERGEN, "923609016", at=at
    )
    beside = ContactInput(relation="arbeidsgiver", case_number="HR-2041")
    add_contact(whose_turn(EMPLOYED, clients).id, employer.id, beside, who=house.who, at=at)
    entered = ServiceInput(
        name="Konsultasjon 60 min",
        unit_price=Decimal(1190),
        price_includes_tax=True,
        tax_category=TaxCategory.EXEMPT,
        minutes=60,
        late_charge=Charge.HALF,
    )
    service = create_service(entered, who=house.who, at=at)
    return Cast(houses, members, clients, employer, service)


def whose_turn(number: int, clients: list[Client]) -> Client:
    """Who comes to a session; of the past ones the last is Daisy's, the first of the clients."""
    return clients[(number + 1) % len(clients)]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in Oslo."""
    return datetime.combine(day, time(hour, minute), OSLO)
