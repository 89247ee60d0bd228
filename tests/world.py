"""The cast: Alice (owner), Bob (reads only), Charlie (another organization), Daisy (client)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.finalise import finalise_draft
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft
from storno.documents.models import Document, Draft
from storno.organizations.models import Membership, Organization, Seller, Settings
from storno.organizations.roles import Actor, Deed, deeds_of
from storno.organizations.scope import scope
from storno.people.models import Person
from storno.tax.category import TaxCategory

VAT = Decimal("25.5")
FOUNDED = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)


@dataclass
class World:
    """One organization with its people; every test founds its own."""

    organization: Organization
    alice: Person
    bob: Person
    daisy: Client

    @property
    def id(self) -> UUID:
        """The organization's id."""
        return self.organization.id

    def who(self, *roles: str, fresh: bool = True) -> Actor:
        """Alice as an actor, with these roles or as administrator."""
        deeds = deeds_of(roles or ("administrator",), office_may_credit=False)
        return Actor(self.id, self.alice.id, deeds, fresh=fresh)

    def draft(
        self, *lines: LineInput, at: datetime, recipient: Client | None = None, **more: object
    ) -> Draft:
        """A draft for Daisy; one line of 1000.00 + 25.5 % unless told otherwise."""
        entered = DraftInput(
            (recipient or self.daisy).id,
            lines or (line(),),
            **more,  # type: ignore[arg-type]
        )
        return create_draft(entered, who=self.who(), at=at)

    def invoice(
        self, *lines: LineInput, at: datetime, recipient: Client | None = None, **more: object
    ) -> Document:
        """An issued invoice for Daisy: 1255.00 unless told otherwise."""
        draft = self.draft(*lines, at=at, recipient=recipient, **more)
        issued = finalise_draft(draft.id, send_now=True, who=self.who(), at=at)
        assert isinstance(issued, Document)
        return issued


def line(
    price: str = "1000.00",
    quantity: str = "1",
    rate: Decimal | None = VAT,
    *,
    gross: bool = False,
    discount: str = "0",
    category: TaxCategory = TaxCategory.STANDARD,
    description: str = "Carpentry",
) -> LineInput:
    """A line with the usual in it."""
    return LineInput(
        description=description,
        quantity=Decimal(quantity),
        unit="h",
        unit_price=Decimal(price),
        tax_category=category,
        tax_rate=rate if category is TaxCategory.STANDARD else None,
        includes_tax=gross,
        discount_percent=Decimal(discount),
    )


def found(country: str = "FI", **settings: object) -> World:
    """Found an organization with Alice and Bob in it and Daisy as its client.

    Settings are the light entrepreneur's, but that members credit paid invoices, unless named.
    """
    mark = uuid4().hex[:8]
    organization = Organization.objects.create(slug=f"alice-{mark}", created_at=FOUNDED)
    alice = Person.objects.create_user(f"alice-{mark}@example.com", "correct horse", name="Alice")
    bob = Person.objects.create_user(f"bob-{mark}@example.com", "correct horse", name="Bob")
    for person, role in ((alice, "administrator"), (bob, "reader")):
        Membership.objects.create(
            organization=organization, person=person, roles=[role], since=FOUNDED
        )
    finnish = country == "FI"
    with scope(organization.id):
        seller = Seller.objects.create(
            organization=organization,
            name="Alice Example",
            country=country,
            currency="EUR" if finnish else "NOK",
            time_zone="Europe/Helsinki" if finnish else "Europe/Oslo",
            business_id="2077474-0" if finnish else "974760673",
            vat_registered=True,
            street="Mannerheimintie 1",
            postcode="00100",
            city="Helsinki",
            account="FI2112345600000785" if finnish else "86011117947",
        )
        Settings.objects.create(
            organization=organization,
            seller=seller,
            **(
                {
                    "hold_seconds": 1200,
                    "paid_credit": "members",
                    "after_credit": "nothing",
                    "wording": "service",
                    "default_channel": "email",
                    "vat_on": "payment",
                }
                | settings
            ),
        )
    who = Actor(organization.id, alice.id, frozenset(Deed), fresh=True)
    daisy = create_client(
        ClientInput(
            kind=ClientKind.PERSON,
            name="Daisy Duck",
            email="daisy@example.com",
            language="fi",
            street="Aleksanterinkatu 2",
            postcode="00100",
            city="Helsinki",
            country="FI",
        ),
        who=who,
        at=FOUNDED,
    )
    return World(organization, alice, bob, daisy)
