"""A list costs as many statements with many rows as with one."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.catalogue.save import ServiceInput, create_service
from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import ClientKind
from storno.clients.save import ClientInput
from storno.diary.book import SessionInput, book_session
from storno.diary.models import Booking
from storno.organizations.models import Membership
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.world import World, found


def statements(alice: Caller, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert alice.get(path).status == 200
    return len(captured)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/drafts", 9),
        ("/invoices", 9),
        ("/invoices?q=dais", 15),
        ("/clients", 5),
        ("/clients?served=false", 5),
        ("/clients/{daisy}/contacts", 6),
        ("/services", 5),
        ("/sessions?since=2026-06-01T00:00:00Z&until=2026-07-01T00:00:00Z", 13),
        ("/diaries/times?since=2026-06-01T00:00:00Z&until=2026-07-01T00:00:00Z", 8),
        ("/letters", 5),
        ("/history", 7),
        ("/members", 5),
    ],
)
def test_a_list_stays_flat(clock: Clock, at: datetime, path: str, most: int) -> None:
    world = found()
    alice = caller(world)
    path = path.format(daisy=world.daisy.id)
    fill(world, at)
    few = statements(alice, path)
    for _ in range(4):
        fill(world, at)
    assert statements(alice, path) == few
    assert few <= most


def fill(world: World, at: datetime) -> None:
    world.draft(at=at)
    world.invoice(at=at)
    aunt = ClientInput(kind=ClientKind.PERSON, name="Aunt", served=False)
    add_contact(world.daisy.id, aunt, ContactInput(), who=world.who(), at=at)
    entered = ServiceInput(
        name="Hour", unit_price=Decimal(50), tax_category=TaxCategory.OUTSIDE_SCOPE, minutes=5
    )
    service = create_service(entered, who=world.who(), at=at)
    with scope(world.id):
        booked = Booking.objects.filter(organization_id=world.id).count()
    alice = Membership.objects.get(organization_id=world.id, person_id=world.alice.id)
    session = SessionInput(
        service=service.id,
        client=world.daisy.id,
        practitioner=alice.id,
        starts_at=at + booked * timedelta(minutes=5),
    )
    book_session(session, who=world.who(), at=at)
