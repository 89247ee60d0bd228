"""The cast of the diary: a practice in Oslo, where Paula sees Daisy for an hour at 1190.00."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from storno.catalogue.models import Charge, Service
from storno.catalogue.save import ServiceInput, create_service
from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.finalise import finalise_draft
from storno.diary.bill import Billing, billing_of
from storno.diary.book import ActivityInput, SessionInput, book_activity, book_session
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Booking
from storno.diary.version import version_of
from storno.documents.models import Document
from storno.organizations.models import Membership
from storno.organizations.roles import Actor, deeds_of
from storno.organizations.scope import scope
from storno.people.models import Person
from storno.tax.category import TaxCategory
from tests.world import FOUNDED, World, found

HOUR = timedelta(hours=1)


@dataclass
class Practice:
    """A practice with its people; Paula is a practitioner and not an administrator."""

    world: World
    paula: Membership
    service: Service

    @property
    def id(self) -> UUID:
        return self.world.id

    @property
    def daisy(self) -> Client:
        return self.world.daisy

    def who(self, *roles: str) -> Actor:
        """Paula as an actor."""
        deeds = deeds_of(roles or ("practitioner",), office_may_credit=False)
        return Actor(self.id, self.paula.person_id, deeds, fresh=True)

    def member(self, name: str, *roles: str) -> tuple[Membership, Actor]:
        """Somebody else who belongs here."""
        email = f"{name}-{self.world.organization.slug}@example.com"
        person = Person.objects.create_user(email, "correct horse", name=name.title())
        membership = Membership.objects.create(
            organization=self.world.organization,
            person=person,
            roles=list(roles) or ["practitioner"],
            since=FOUNDED,
        )
        deeds = deeds_of(membership.roles, office_may_credit=False)
        return membership, Actor(self.id, person.id, deeds, fresh=True)

    def asked(self, starts_at: datetime, **more: Any) -> SessionInput:
        """A session of Daisy with Paula."""
        usual = SessionInput(
            service=self.service.id,
            client=self.daisy.id,
            practitioner=self.paula.id,
            starts_at=starts_at,
        )
        return replace(usual, **more)

    def book(self, starts_at: datetime, *, at: datetime, **more: Any) -> Booking:
        """Book Daisy with Paula."""
        return book_session(self.asked(starts_at, **more), who=self.who(), at=at)

    def block(self, starts_at: datetime, *, at: datetime, minutes: int = 60) -> Booking:
        """Keep some of Paula's time free."""
        entered = ActivityInput(
            title="Supervision", practitioner=self.paula.id, starts_at=starts_at, minutes=minutes
        )
        return book_activity(entered, who=self.who(), at=at)

    def move(self, booking: Booking, starts_at: datetime, *, at: datetime) -> Booking:
        """Give a booking another time."""
        changes = BookingChanges(starts_at=starts_at)
        return change_booking(booking.id, changes, who=self.who(), at=at)

    def billing(self, booking: Booking) -> Billing:
        """How a session is billed now."""
        with scope(self.id):
            return billing_of(Booking.objects.get(organization_id=self.id, id=booking.id))

    def version(self, booking: Booking) -> int:
        """The version of a session that is shown now."""
        return version_of(self.now(booking), self.billing(booking))

    def now(self, booking: Booking) -> Booking:
        """The booking as it stands."""
        with scope(self.id):
            return Booking.objects.get(organization_id=self.id, id=booking.id)

    def invoice(self, session: Booking, *, at: datetime) -> Document:
        """Issue the invoice of a session."""
        draft = self.billing(session).draft
        assert draft is not None
        issued = finalise_draft(draft.id, who=self.who(), at=at)
        assert isinstance(issued, Document)
        return issued

    def company(self, name: str = "Duck Industries AS") -> Client:
        """An employer that pays for somebody."""
        entered = ClientInput(
            kind=ClientKind.COMPANY,
            name=name,
            email="invoices@example.com",
            language="nb",
            business_id="923609016",
            street="Storgata 1",
            postcode="0155",
            city="Oslo",
            country="NO",
        )
        return create_client(entered, who=self.world.who(), at=FOUNDED)


def practice(**settings: Any) -> Practice:
    """Found a practice without a hold, whose invoices go out by hand."""
    usual = {
        "hold_seconds": 0,
        "after_credit": "draft",
        "default_channel": "none",
        "vat_on": "invoice",
        "wording": "practice",
    }
    world = found("NO", **(usual | settings))
    entered = ServiceInput(
        name="60 min",
        unit_price=Decimal("1190.00"),
        tax_category=TaxCategory.OUTSIDE_SCOPE,
        price_includes_tax=True,
        minutes=60,
        late_charge=Charge.HALF,
    )
    service = create_service(entered, who=world.who(), at=FOUNDED)
    made = Practice(world, Membership(), service)
    made.paula, _ = made.member("paula")
    return made
