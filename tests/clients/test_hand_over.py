"""Who looks after a client: by the first booking, by sharing, by handing over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storno.clients.care import cares_of
from storno.clients.hand_over import (
    NotResponsible,
    hand_over_clients,
    left_behind,
    share_client,
    transfer_client,
    withdraw_access,
)
from storno.clients.looks import KEPT_FOR, client_looked_at, forget_looks, looks_at
from storno.clients.models import Care, Client, Contact
from storno.clients.queries import client_with, search_clients
from storno.clients.save import archive_client
from storno.core.refusals import Absent
from storno.diary.book import book_session
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.looks import note_look_at_history, note_look_at_paper
from storno.diary.models import Booking, BookingKind, Sight
from storno.diary.queries import bookings_in, checked_range, entries_in
from storno.diary.series.cancel import cancel_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.restore import restore_series
from storno.diary.sight import open_diary
from storno.documents.payer import note_look_at
from storno.documents.queries import Filter, list_drafts, list_invoices
from storno.organizations.models import Membership
from storno.organizations.roles import Actor
from storno.organizations.scope import scope, scope_of
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import recur
from tests.observe import history, refused

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


def own(who: Actor) -> Actor:
    """Somebody who sees their own clients only."""
    return replace(who, clients_of=who.person_id)


def cares(house: Practice) -> list[Care]:
    with scope(house.id):
        return list(cares_of(house.daisy.id, house.id))


def carers(house: Practice) -> list[tuple[object, str]]:
    return [(care.person_id, care.kind) for care in cares(house)]


def sees(house: Practice, who: Actor) -> bool:
    """Whether somebody sees Daisy: by her id, by her name, and in what is hers."""
    with scope_of(who):
        named = search_clients("daisy", organization_id=house.id)
        drafts, _next = list_drafts(house.id)
        invoices = list_invoices(house.id, Filter(), today=AT.date()).rows
        try:
            client_with(house.daisy.id, organization_id=house.id)
        except Absent:
            assert (named, drafts, invoices) == ([], [], ())
            return False
        assert [client.id for client in named] == [house.daisy.id]
        return True


def test_whoever_is_booked_first_looks_after_the_client() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    assert sees(house, own(as_erik))
    session = house.book(TEN, at=AT)
    assert carers(house) == [(house.paula.person_id, "primary")]
    assert history(house.world, house.daisy.id) == ["client.saved", "client.care_taken"]
    assert not sees(house, own(as_erik))
    assert sees(house, own(house.who()))
    assert sees(house, house.world.who())
    asked = house.asked(TEN, practitioner=erik.id)
    with refused(house.world, "client: unknown_client"):
        book_session(asked, who=own(as_erik), at=AT)
    house.invoice(session, at=AT)
    assert not sees(house, own(as_erik))
    with scope_of(own(house.who())):
        assert len(list_invoices(house.id, Filter(), today=AT.date()).rows) == 1
    house.book(TEN + HOUR, at=AT)
    assert carers(house) == [(house.paula.person_id, "primary")]


def test_a_second_practitioner_who_is_booked_has_access() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    house.book(TEN, at=AT)
    book_session(house.asked(TEN, practitioner=erik.id), who=as_erik, at=AT)
    assert carers(house) == [(house.paula.person_id, "primary"), (erik.person_id, "shared")]


def test_access_is_shared_and_taken_back() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    reader, _as_reader = house.member("rita", "reader")
    house.book(TEN, at=AT)
    with refused(house.world, "absent"):
        share_client(house.daisy.id, erik.id, who=own(as_erik), at=AT)
    with refused(house.world, "not_responsible"):
        share_client(house.daisy.id, erik.id, who=as_erik, at=AT)
    with refused(house.world, "member: unknown_member"):
        share_client(house.daisy.id, reader.id, who=own(house.who()), at=AT)
    care = share_client(house.daisy.id, erik.id, who=own(house.who()), at=AT)
    again = share_client(house.daisy.id, erik.id, who=own(house.who()), at=AT)
    assert care.id == again.id
    assert sees(house, own(as_erik))
    _third, as_third = house.member("third")
    with pytest.raises(NotResponsible):
        transfer_client(house.daisy.id, erik.id, who=own(as_erik), at=AT)
    assert not sees(house, own(as_third))
    with scope(house.id):
        (first, _second) = cares_of(house.daisy.id, house.id)
    with refused(house.world, "is_responsible"):
        withdraw_access(house.daisy.id, first.id, who=house.world.who(), at=AT)
    withdraw_access(house.daisy.id, care.id, who=own(house.who()), at=AT)
    assert not sees(house, own(as_erik))
    assert history(house.world, house.daisy.id)[2:] == ["client.shared", "client.access_withdrawn"]


@pytest.mark.parametrize("keep", [True, False])
def test_a_client_is_handed_over(keep: bool) -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    share_client(house.daisy.id, erik.id, who=house.world.who(), at=AT)
    house.book(TEN, at=AT)
    as_paula = own(house.who())
    transfer_client(house.daisy.id, erik.id, keep_access=keep, who=as_paula, at=AT)
    former = [(house.paula.person_id, "shared")] if keep else []
    assert carers(house) == [(erik.person_id, "primary"), *former]
    assert sees(house, own(as_erik))
    book_session(house.asked(TEN, practitioner=erik.id), who=own(as_erik), at=AT)
    with scope_of(as_paula):
        rows = bookings_in(
            checked_range(TEN - HOUR, TEN + HOUR), who=as_paula, kind=BookingKind.SESSION
        )
        assert [row.practitioner_id for row in rows.items] == [house.paula.person_id]
        assert len(list_drafts(house.id)[0]) == (2 if keep else 1)


def test_reading_a_draft_or_its_invoice_is_a_look_at_whom_it_serves() -> None:
    house = practice()
    session = house.book(TEN, at=AT, recipient=house.company().id)
    draft = house.billing(session).draft
    assert draft is not None
    with scope(house.id):
        note_look_at(draft, who=house.who(), at=AT)
        note_look_at(draft, who=house.who(), at=AT)
        (look,) = looks_at(house.daisy.id, house.id)
        assert (look.person_id, look.at) == (house.paula.person_id, AT)
        assert draft.recipient_id is not None
        assert looks_at(draft.recipient_id, house.id) == []
    invoice, later = house.invoice(session, at=AT), AT + HOUR
    with scope(house.id):
        note_look_at_paper(invoice.id, invoice.recipient_id, who=house.who(), at=later)
        note_look_at_history(invoice.id, who=house.who(), at=later + HOUR)
        note_look_at_history(session.id, who=house.who(), at=later + 2 * HOUR)
        at = [look.at - AT for look in looks_at(house.daisy.id, house.id)]
        assert at == [3 * HOUR, 2 * HOUR, HOUR, 0 * HOUR]
        assert looks_at(invoice.recipient_id, house.id) == []


def test_a_shared_payer_is_not_archived_while_it_pays_for_clients_out_of_sight() -> None:
    house = practice()
    _erik, as_erik = house.member("erik")
    house.book(TEN, at=AT)
    payer = house.company()
    with scope(house.id):
        Client.objects.filter(id=payer.id).update(served=False, shared=True)
        beside = Contact.objects.create(
            organization_id=house.id, client=house.daisy, party=payer, recipient=True
        )
    with refused(house.world, "pays_for_clients"):
        archive_client(payer.id, who=own(as_erik), at=AT)
    with scope(house.id):
        Contact.objects.filter(id=beside.id).update(recipient=False)
    archive_client(payer.id, who=own(as_erik), at=AT)
    with scope(house.id):
        assert Client.objects.get(id=payer.id).archived_at == AT


def test_in_an_open_diary_a_client_out_of_sight_is_time_that_is_taken() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    house.book(TEN, at=AT)
    open_diary(erik.id, Sight.BOOK, who=house.who(), at=AT)
    with scope_of(own(as_erik)):
        (entry,) = entries_in(
            checked_range(TEN, TEN + HOUR), [house.paula.person_id], who=own(as_erik)
        )
        assert (entry.booking, entry.starts_at) == (None, TEN)
    other = house.company()
    with refused(house.world, "time_is_taken"):
        book_session(house.asked(TEN, client=other.id), who=own(as_erik), at=AT)


def test_the_clients_of_who_has_left_are_handed_over_together() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    house.book(TEN, at=AT)
    person_id = house.paula.person_id
    with refused(house.world, "absent"):
        hand_over_clients(person_id, erik.id, who=house.world.who(), at=AT)
    house.paula.delete()
    with scope(house.id):
        assert [(each.person_id, each.clients) for each in left_behind(house.id)] == [
            (person_id, 1)
        ]
    assert not sees(house, own(as_erik))
    assert hand_over_clients(person_id, erik.id, who=house.world.who(), at=AT) == 1
    with refused(house.world, "absent"):
        hand_over_clients(person_id, erik.id, who=house.world.who(), at=AT)
    assert carers(house) == [(erik.person_id, "primary")]
    assert sees(house, own(as_erik))


def test_looks_are_noted_once_in_ten_minutes_and_forgotten_in_time() -> None:
    house = practice()
    who = house.who()
    for minutes in (0, 1, 9, 12):
        with scope_of(who):
            client_looked_at(house.daisy.id, who=who, at=AT + timedelta(minutes=minutes))
    with scope(house.id):
        looked = [(look.person_id, look.at) for look in looks_at(house.daisy.id, house.id)]
    assert [at - AT for _person, at in looked] == [timedelta(minutes=9), timedelta(0)]
    assert forget_looks(house.id, at=AT + KEPT_FOR) == 0


def test_who_pays_for_a_client_is_seen_and_not_booked() -> None:
    """Erik's own client pays for Daisy: Paula reads who pays, and books nothing for them."""
    house = practice()
    erik, as_erik = house.member("erik")
    payer = house.company()
    book_session(house.asked(TEN, client=payer.id, practitioner=erik.id), who=as_erik, at=AT)
    house.book(TEN, at=AT, recipient=payer.id)
    as_paula = own(house.who())
    with scope_of(as_paula):
        assert Client.objects.filter(organization_id=house.id, id=payer.id).exists()
        drafts, _next = list_drafts(house.id)
        assert [draft.recipient_id for draft in drafts] == [payer.id]
    with refused(house.world, "client: unknown_client"):
        book_session(house.asked(TEN + HOUR, client=payer.id), who=as_paula, at=AT)


def test_access_that_came_with_a_given_session_goes_with_it() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    third, as_third = house.member("third")
    paula, first, second = house.paula, house.book(TEN, at=AT), house.book(TEN + HOUR, at=AT)
    for owner in (as_erik, as_third):
        open_diary(paula.id, Sight.BOOK, who=owner, at=AT)
    open_diary(erik.id, Sight.BOOK, who=house.who(), at=AT)

    def give(session: Booking, to: Membership, who: Actor | None = None) -> None:
        changes = BookingChanges(practitioner=to.id)
        change_booking(session.id, changes, who=who or own(house.who()), at=AT)

    assert not sees(house, own(as_erik))
    give(first, erik)
    assert sees(house, own(as_erik))
    give(first, paula)
    assert not sees(house, own(as_erik))
    responsible = (paula.person_id, "primary")
    assert carers(house) == [responsible]
    told = ["client.care_taken", "client.access_withdrawn"]
    assert history(house.world, house.daisy.id)[2:] == told

    give(first, erik)
    give(second, erik)
    give(first, third)
    assert sees(house, own(as_erik)), "another session is theirs"
    give(first, paula)
    cancel_booking(second.id, who=house.who("administrator", "practitioner"), at=AT)
    assert carers(house) == [responsible, (erik.person_id, "shared")], "cancelling takes nothing"
    assert not sees(house, own(as_third))

    give(first, third)
    share_client(house.daisy.id, third.id, who=own(house.who()), at=AT)
    give(first, paula)
    assert sees(house, own(as_third)), "a person granted it meanwhile"
    assert history(house.world, house.daisy.id)[-1] == "client.shared"


def test_taking_a_cancellation_back_gives_access_anew_or_is_done_without_it() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    ours, theirs = BookingChanges(practitioner=house.paula.id), BookingChanges(practitioner=erik.id)
    as_paula, as_erik = own(house.who()), own(as_erik)
    kept, first = house.book(TEN, at=AT), house.book(TEN + HOUR, at=AT)
    weekly = recur(house, TEN + 2 * HOUR, "FREQ=WEEKLY;COUNT=2", at=AT).series
    open_diary(house.paula.id, Sight.BOOK, who=as_erik, at=AT)
    for given in (kept, first):
        change_booking(given.id, theirs, who=as_paula, at=AT)
    change_series(weekly.id, SeriesChanges(practitioner=erik.id), who=as_paula, at=AT)
    cancel_booking(first.id, who=as_paula, at=AT)
    cancel_series(weekly.id, who=as_paula, at=AT)
    change_booking(kept.id, ours, who=as_paula, at=AT)
    responsible = (house.paula.person_id, "primary")
    assert carers(house) == [responsible]

    restore_booking(first.id, who=as_erik, at=AT)
    assert house.now(first).state == "booked"
    assert carers(house) == [responsible], "nobody opens a client to themselves"
    cancel_booking(first.id, who=as_erik, at=AT)
    restore_booking(first.id, who=as_paula, at=AT)
    assert carers(house) == [responsible, (erik.person_id, "shared")]
    change_booking(first.id, ours, who=as_paula, at=AT)
    assert carers(house) == [responsible], "it lasts as long as the session is theirs"
    restore_series(weekly.id, who=as_paula, at=AT)
    assert carers(house) == [responsible, (erik.person_id, "shared")]


def test_taking_a_cancellation_back_makes_nobody_who_has_left_look_after_a_client() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    session = book_session(house.asked(TEN, practitioner=erik.id), who=as_erik, at=AT)
    transfer_client(house.daisy.id, house.paula.id, who=as_erik, at=AT)
    admin = house.who("administrator", "practitioner")
    cancel_booking(session.id, who=as_erik, at=AT)
    erik.delete()
    restore_booking(session.id, who=admin, at=AT)
    assert house.now(session).state == "booked"
    assert carers(house) == [(house.paula.person_id, "primary")]


def test_given_access_lasts_by_an_own_booking_and_for_who_gives_back_themselves() -> None:
    house = practice()
    erik, as_erik = house.member("erik")
    first = house.book(TEN, at=AT)
    open_diary(house.paula.id, Sight.BOOK, who=as_erik, at=AT)
    open_diary(erik.id, Sight.BOOK, who=house.who(), at=AT)
    to_erik = BookingChanges(practitioner=erik.id)
    to_paula = BookingChanges(practitioner=house.paula.id)
    change_booking(first.id, to_erik, who=own(house.who()), at=AT)
    change_booking(first.id, to_paula, who=own(as_erik), at=AT)
    change_booking(first.id, to_erik, who=own(as_erik), at=AT)
    assert house.now(first).practitioner_id == erik.person_id, "a slip is taken back"
    asked = house.asked(TEN + HOUR, practitioner=erik.id)
    booked = book_session(asked, who=own(as_erik), at=AT)
    cancel_booking(booked.id, who=own(as_erik), at=AT)
    change_booking(first.id, to_paula, who=own(house.who()), at=AT)
    assert sees(house, own(as_erik)), "what was booked with them lasts"


def test_nobody_opens_a_client_to_a_colleague_whom_they_do_not_look_after() -> None:
    """Access that was shared is enough: who treats somebody must see them. Lost, it opens none."""
    house = practice()
    erik, as_erik = house.member("erik")
    third, as_third = house.member("third")
    session = house.book(TEN, at=AT)
    for owner in (as_erik, as_third):
        open_diary(house.paula.id, Sight.BOOK, who=owner, at=AT)
    transfer_client(house.daisy.id, erik.id, keep_access=True, who=own(house.who()), at=AT)
    booked = house.asked(TEN + HOUR, practitioner=third.id)
    book_session(booked, who=own(house.who()), at=AT)
    assert sees(house, own(as_third))
    (care,) = [each for each in cares(house) if each.person_id == third.person_id]
    withdraw_access(house.daisy.id, care.id, who=own(as_erik), at=AT)
    (care,) = [each for each in cares(house) if each.person_id == house.paula.person_id]
    withdraw_access(house.daisy.id, care.id, who=own(as_erik), at=AT)
    give = BookingChanges(practitioner=third.id)
    with refused(house.world, "client_not_yours"):
        change_booking(session.id, give, who=own(house.who()), at=AT)
    # To who looks after the client anyway nothing is opened.
    change_booking(session.id, replace(give, practitioner=erik.id), who=own(house.who()), at=AT)
    assert house.now(session).practitioner_id == erik.person_id
