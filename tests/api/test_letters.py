"""Letters as a practitioner finds them who sees their own clients only."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from storno.catalogue.models import Message
from storno.documents.send import send_document
from storno.mailroom.mailbox import kept_letters
from storno.mailroom.models import Failure, Letter, LetterState
from storno.organizations.models import Organization
from storno.organizations.roles import Actor
from storno.organizations.scope import scope, scope_of
from storno.people.models import Person
from tests.api.caller import caller
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.diary.recurring import recur
from tests.reports.books import deliver
from tests.world import line

DAY = timedelta(days=1)


def written(house: Practice, clock: Clock) -> list[UUID]:
    """What Daisy is told of: a session, a series and an invoice; all of it has left."""
    told = (Message.CONFIRMATION,)
    session = house.book(clock.now + DAY, at=clock.now, messages=told)
    weekly = "FREQ=WEEKLY;COUNT=2"
    series = recur(house, clock.now + 2 * DAY, weekly, at=clock.now, messages=told)
    invoice = house.world.invoice(line(rate=Decimal(25)), at=clock.now)
    send_document(invoice.id, who=house.world.who(), at=clock.now)
    deliver(house.world, at=clock.now)
    return [session.id, series.id, invoice.id]


def in_mailbox(who: Actor) -> list[UUID]:
    """What the letters of the mailbox tell of, for somebody."""
    with scope_of(who):
        page = kept_letters(who.organization_id)
    return sorted(each.subject_id for each in page.items)


def test_letters_are_seen_with_what_they_tell_of(clock: Clock) -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    told = written(house, clock)
    Organization.objects.filter(id=house.id).update(own_clients=True)
    paula, stranger = (
        caller(house.world, Person.objects.get(id=each.person_id)) for each in (house.paula, erik)
    )
    listed = paula.get("/letters").body["items"]
    assert [each["subject"] for each in listed] == [str(each) for each in reversed(told)]
    assert in_mailbox(limited(house.who())) == sorted(told)
    assert stranger.get("/letters").body["items"] == in_mailbox(limited(as_erik)) == []
    with scope(house.id):
        Letter.objects.filter(organization_id=house.id).update(
            state=LetterState.FAILED, failure=Failure.REFUSED, sent_at=None
        )
    for letter in listed:
        again = f"/letters/{letter['id']}/attempts"
        assert stranger.post(again).status == 404
        assert stranger.post(again, {"to": "mallory@example.com"}).status == 404
    assert paula.post(f"/letters/{listed[0]['id']}/attempts").status == 202


def limited(who: Actor) -> Actor:
    """The actor as one who sees their own clients only."""
    return replace(who, clients_of=who.person_id)
