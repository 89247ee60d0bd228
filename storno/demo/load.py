"""The demonstration: two organizations with a past, made by the deeds that anybody would do.

Nothing is written by hand: each paper, payment and cancellation went through its own operation, at
its own moment, in the order in which it happened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from storno.administration.create import create_organization
from storno.administration.profiles import Profile
from storno.administration.seller import SellerChanges
from storno.catalogue.save import ServiceInput, create_service
from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.credit import credit_invoice
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft
from storno.documents.models import Document, FollowUp, Reason
from storno.documents.send import hand_over
from storno.organizations.models import Organization
from storno.organizations.roles import Actor, Deed
from storno.payments.models import Method
from storno.payments.register import PaymentInput
from storno.people.introduce import DEMO_PASSWORD, introduce_demo_person
from storno.tax.category import TaxCategory

CARPENTER, CLINIC = "aalto", "fjord"
LOCK = 0x64656D6F
"""The advisory lock ("demo" in ASCII): of two that load, one waits and finds it done."""


@dataclass(frozen=True, slots=True)
class Town:
    """Where clients live, and which language they read."""

    postcode: str
    city: str
    country: str
    language: str


HELSINKI = Town("00100", "Helsinki", "FI", "fi")
BERGEN = Town("5003", "Bergen", "NO", "nb")


@dataclass(frozen=True, slots=True)
class House:
    """One demo organization and who acts in it."""

    who: Actor

    def client(
        self, name: str, street: str, email: str, town: Town, business_id: str = "", *, at: datetime
    ) -> Client:
        """A person, or a company where there is a business id."""
        entered = ClientInput(
            kind=ClientKind.COMPANY if business_id else ClientKind.PERSON,
            name=name,
            email=email,
            language=town.language,
            business_id=business_id,
            street=street,
            postcode=town.postcode,
            city=town.city,
            country=town.country,
        )
        return create_client(entered, who=self.who, at=at)

    def invoice(self, client: Client, *lines: LineInput, at: datetime, days: int = 14) -> Document:
        """An invoice that went out at this moment."""
        entered = DraftInput(client.id, lines, due_in_days=days, delivered_on=at.date())
        draft = create_draft(entered, who=self.who, at=at)
        issued = finalise_draft(draft.id, send_now=True, who=self.who, at=at)
        assert isinstance(issued, Document)
        return issued

    def pay(self, invoice: Document, amount_minor: int, *, at: datetime) -> None:
        """Money that came by bank transfer."""
        entered = PaymentInput(amount_minor, at.date(), Method.BANK_TRANSFER)
        register_payment(invoice.id, entered, who=self.who, at=at)

    def credit(self, invoice: Document, reason: Reason, then: FollowUp, *, at: datetime) -> None:
        """A cancellation, pressed at this moment."""
        credit_invoice(invoice.id, CreditRequest(reason, follow_up=then), who=self.who, at=at)


def load_demo(at: datetime) -> list[str]:
    """Make what is missing of the demonstration; return the log-ins, a line each."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        carpenter = introduce_demo_person(email="alice@example.com", name="Alice Aalto")
        therapist = introduce_demo_person(
            email="kari@example.com", name="Kari Fjord", language="nb"
        )
    present = set(Organization.objects.values_list("slug", flat=True))
    if CARPENTER not in present:
        organization = create_organization(
            slug=CARPENTER,
            country="FI",
            profile=Profile.LIGHT_ENTREPRENEUR,
            seller=_CARPENTER,
            admin=carpenter,
            at=at - timedelta(days=90),
        )
        _carpentry(_house(organization.id, carpenter.id), at)
    if CLINIC not in present:
        organization = create_organization(
            slug=CLINIC,
            country="NO",
            profile=Profile.PRACTICE,
            seller=_CLINIC,
            admin=therapist,
            at=at - timedelta(days=90),
        )
        _clinic(_house(organization.id, therapist.id), at)
    return [
        f"  {person.email}  password {DEMO_PASSWORD}  ({place})"
        for person, place in (
            (carpenter, "light entrepreneur in Finland"),
            (therapist, "practice in Norway"),
        )
    ]


_CARPENTER = SellerChanges(
    name="Aalto Carpentry",
    language="en",
    business_id="2077474-0",
    vat_registered=True,
    street="Hämeentie 12",
    postcode="00530",
    city="Helsinki",
    email="alice@example.com",
    phone="+358 40 123 4567",
    account="FI2112345600000785",
)
_CLINIC = SellerChanges(
    name="Fjord Psychology",
    language="en",
    business_id="974760673",
    vat_registered=False,
    street="Bryggen 3",
    postcode="5003",
    city="Bergen",
    email="kari@example.com",
    account="86011117947",
)


def _house(organization_id: UUID, person_id: UUID) -> House:
    return House(Actor(organization_id, person_id, frozenset(Deed), fresh=True))


def _work(text: str, hours: str, price: str = "58.00") -> LineInput:
    return LineInput(
        text, Decimal(hours), "h", Decimal(price), TaxCategory.STANDARD, Decimal("25.5")
    )


def _goods(text: str, price: str) -> LineInput:
    return LineInput(text, Decimal(1), "pcs", Decimal(price), TaxCategory.STANDARD, Decimal("25.5"))


def _carpentry(house: House, now: datetime) -> None:
    """Alice's three months: paid, part paid, overdue, cancelled, on its way."""

    def ago(days: int, hours: int = 0) -> datetime:
        return now - timedelta(days=days, hours=hours)

    kaisa = house.client(
        "Kaisa Virtanen", "Aleksanterinkatu 4", "kaisa@example.com", HELSINKI, at=ago(89)
    )
    pulla = house.client(
        "Café Pulla Oy",
        "Fredrikinkatu 20",
        "laskut@pulla.example.com",
        HELSINKI,
        "0737546-2",
        at=ago(88),
    )
    daisy = house.client("Daisy Nieminen", "Bulevardi 7", "daisy@example.com", HELSINKI, at=ago(80))
    koivu = house.client(
        "Housing company Koivukuja 4 and 6, c/o Isännöinti Lehtonen",
        "Koivukuja 4",
        "talo@koivukuja.example.com",
        HELSINKI,
        "1572860-0",
        at=ago(70),
    )
    for name, price in (("Carpentry", "58.00"), ("Drawing and planning", "72.00")):
        create_service(
            ServiceInput(
                name=name,
                unit="h",
                unit_price=Decimal(price),
                tax_category=TaxCategory.STANDARD,
                tax_rate=Decimal("25.5"),
            ),
            who=house.who,
            at=ago(89),
        )
    kitchen = house.invoice(kaisa, _work("Kitchen cabinets, fitting", "16"), at=ago(60))
    house.pay(kitchen, kitchen.payable_minor, at=ago(50))
    house.invoice(pulla, _work("Shelf behind the counter", "5.5"), at=ago(40))
    sauna = house.invoice(
        daisy, _work("Sauna benches", "12"), _goods("Aspen boards", "240"), at=ago(30)
    )
    house.pay(sauna, 50_000, at=ago(20))
    house.credit(
        house.invoice(kaisa, _work("Door repair", "3"), at=ago(12)),
        Reason.DUPLICATE,
        FollowUp.NOTHING,
        at=ago(11),
    )
    wrong = house.invoice(
        koivu, _work("Stairs, two flights", "40"), _goods("Oak treads", "1890"), at=ago(6), days=21
    )
    house.credit(wrong, Reason.WRONG_PRICE, FollowUp.DRAFT, at=ago(5))
    house.invoice(pulla, _work("New door frame", "7"), at=ago(3))
    cancelled = house.invoice(daisy, _work("Window sills", "4"), at=ago(1))
    house.credit(cancelled, Reason.CANCELLED, FollowUp.NOTHING, at=now)
    create_draft(
        DraftInput(kaisa.id, (_work("Bookshelf, painted", "9"),)), who=house.who, at=ago(0, 2)
    )
    leaving = create_draft(
        DraftInput(koivu.id, (_work("Handrail", "6"),)), who=house.who, at=ago(0, 1)
    )
    finalise_draft(leaving.id, who=house.who, at=now)


def _session(text: str = "Consultation 60 min", price: str = "1190.00") -> LineInput:
    return LineInput(text, Decimal(1), "", Decimal(price), TaxCategory.EXEMPT)


def _clinic(house: House, now: datetime) -> None:
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
            name="Consultation 60 min",
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
    house.invoice(employer, _session("Consultation 60 min, reference D. L."), at=ago(8), days=30)
    house.invoice(daisy, _session(), at=ago(1))
    create_draft(DraftInput(olav.id, (_session(),)), who=house.who, at=ago(0))
