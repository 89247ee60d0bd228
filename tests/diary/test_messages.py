"""What clients are told of their sessions: over real SMTP and a real SMS provider."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from uuid import UUID

from django.test import override_settings

from storno.administration.change_settings import SettingsChanges, change_settings
from storno.catalogue.models import Message
from storno.clients.contacts import ContactInput, add_contact, change_contact, remove_contact
from storno.clients.models import ClientKind, ToldBy
from storno.clients.save import ClientInput, amend_client
from storno.core.refusals import Absent
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.drop import delete_draft
from storno.diary.messages.remind import organizations_with_due_reminders, remind_of_sessions
from storno.diary.messages.staff import mail_cancellations
from storno.diary.messages.tell import LETTERS, SETTLES
from storno.diary.models import Booking, BookingState
from storno.diary.public import (
    TOLD_FOR,
    cancel_by_client,
    cancelled_by_clients,
    open_session,
    wish_reminders_behind,
)
from storno.diary.series.cancel import cancel_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.restore import restore_series
from storno.mailroom.models import Letter
from storno.mailroom.sms import is_seven_bit, places
from storno.organizations.models import MessageBy, Seller
from storno.organizations.roles import system
from storno.organizations.scope import scope
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from tests.diary.practice import HOUR, practice
from tests.diary.recurring import recur
from tests.diary.told import NUMBER, told
from tests.observe import history
from tests.web.cast import count_of

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 6, 19, 8, 0, tzinfo=UTC)
"""10:00 in Oslo, three days ahead."""

KEY = re.compile(r"/s/([\w-]{43})")
"""What opens a session's own page, in the words of a letter."""


def test_a_session_is_told_of_from_its_booking_to_its_end(at: datetime) -> None:
    with told(at) as t:
        session = t.paula.book(FRIDAY, place="Room 2", at=at)
        assert t.leave(at) == ["Sofie: booked for Fri 19 Jun at 10:00."]
        (mail,) = t.office.received
        assert mail["Subject"] == "Your appointment on Fri 19 Jun"
        assert mail["From"] == "Sofie <no-reply@localhost>"
        assert mail["Reply-To"] == "s@example.com"
        body = mail.get_body(("plain",))
        assert body is not None
        ((to, text),) = t.sms()
        link = text.rpartition(" ")[2]
        assert to == NUMBER
        assert is_seven_bit(text)
        assert places(text) <= 160
        assert body.get_content().replace("\r\n", "\n") == (
            "Hello,\n\nYour appointment with Sofie is booked.\n\n"
            "Friday 19 June 2026: 10:00–11:00\nTime zone: Oslo\n\n"
            f"See your appointment:\n{link}\n\n"
            "Questions? Your answer to this e-mail goes to Sofie.\n\n-- \nSofie\n"
        )
        t.change(session, starts_at=FRIDAY + DAY, at=at + HOUR)
        moved = FRIDAY + DAY
        assert t.leave(at + HOUR) == []
        assert t.leave(at + HOUR + SETTLES) == ["Sofie: changed to Sat 20 Jun at 10:00."]
        assert t.paula.now(session).remind_at == moved - DAY
        assert t.paula.id not in organizations_with_due_reminders(moved - DAY - SETTLES)
        assert t.paula.id in organizations_with_due_reminders(moved - DAY)
        assert remind_of_sessions(t.paula.id, at=moved - DAY) == 1
        assert remind_of_sessions(t.paula.id, at=moved - DAY) == 0
        assert t.leave(moved - DAY) == ["Sofie: reminder of Sat 20 Jun at 10:00."]
        cancel_booking(session.id, who=t.paula.who(), at=moved - HOUR)
        assert t.leave(moved - HOUR) == []
        assert t.leave(moved - HOUR + SETTLES) == ["Sofie: cancelled: Sat 20 Jun at 10:00."]
        assert t.subjects() == [
            "Your appointment on Fri 19 Jun",
            "Changed: your appointment on Sat 20 Jun",
            "Reminder: your appointment on Sat 20 Jun",
            "Cancelled: your appointment on Sat 20 Jun",
        ]
        assert {state for _kind, state in (*t.letters(), *t.letters("email"))} == {"sent"}
        assert {text.rpartition(" ")[2] for _to, text in t.sms()} == {link}
        with scope(t.paula.id):
            assert list(prove(open_books(t.paula.id, database="default"))) == []


def test_the_past_is_told_only_if_somebody_ticks_it(at: datetime) -> None:
    with told(at) as t:
        past = t.paula.book(at - 3 * DAY, at=at)
        t.change(past, place="Room 2", starts_at=at - 2 * DAY, at=at)
        cancel_booking(past.id, who=t.paula.who(), at=at)
        other = t.paula.book(at - 3 * DAY, at=at)
        draft = t.paula.billing(other).draft
        assert draft is not None
        delete_draft(draft.id, session="cancel", who=t.paula.who(), at=at)
        assert t.letters() == t.letters("email") == []
        ticked = t.paula.book(at - 3 * DAY, at=at)
        cancel_booking(ticked.id, tell=True, who=t.paula.who(), at=at)
        coming = t.paula.book(FRIDAY, messages=(Message.CANCELLATION,), at=at)
        draft = t.paula.billing(coming).draft
        assert draft is not None
        delete_draft(draft.id, session="cancel", who=t.paula.who(), at=at)
        unticked = t.paula.book(FRIDAY, messages=(Message.CANCELLATION,), at=at)
        cancel_booking(unticked.id, tell=False, who=t.paula.who(), at=at)
        assert t.leave(at + SETTLES) == [
            "Sofie: cancelled: Sat 13 Jun at 11:12.",
            "Sofie: cancelled: Fri 19 Jun at 10:00.",
        ]


def test_what_was_overtaken_is_not_sent_and_of_several_changes_the_last_tells(
    at: datetime,
) -> None:
    with told(at) as t:
        session = t.paula.book(FRIDAY, at=at)
        for hours in (1, 2, 3):
            t.change(session, starts_at=FRIDAY + hours * HOUR, at=at)
        assert t.leave(at) == ["Sofie: booked for Fri 19 Jun at 13:00."]
        for hours in (4, 5):
            t.change(session, starts_at=FRIDAY + hours * HOUR, at=at)
        t.change(session, place="Room 3", at=at)
        assert t.leave(at + SETTLES) == ["Sofie: changed to Fri 19 Jun at 15:00."]
        t.change(session, video="https://meet.example.com/1", at=at + HOUR)
        cancel_booking(session.id, who=t.paula.who(), at=at + HOUR)
        restore_booking(session.id, who=t.paula.who(), at=at + HOUR)
        assert t.leave(at + 2 * HOUR) == ["Sofie: changed to Fri 19 Jun at 15:00."]
        t.change(session, place="", at=at + 2 * HOUR)
        cancel_booking(session.id, who=t.paula.who(), at=at + 2 * HOUR)
        assert t.leave(at + 3 * HOUR) == ["Sofie: cancelled: Fri 19 Jun at 15:00."]
        restore_booking(session.id, who=t.paula.who(), at=at + 3 * HOUR)
        assert t.leave(at + 3 * HOUR) == ["Sofie: booked for Fri 19 Jun at 15:00."]
        assert t.letters() == [
            ("session_confirmation", "sent"),
            ("session_change", "sent"),
            ("session_change", "sent"),
            ("session_cancellation", "withdrawn"),
            ("session_change", "withdrawn"),
            ("session_cancellation", "sent"),
            ("session_confirmation", "sent"),
        ]


def test_a_confirmation_tells_of_the_change_before_it_and_not_of_the_one_after(
    at: datetime,
) -> None:
    with told(at) as t:
        session = t.paula.book(FRIDAY, at=at)
        t.leave(at)
        t.change(session, starts_at=FRIDAY + HOUR, at=at)
        cancel_booking(session.id, who=t.paula.who(), at=at)
        at += SETTLES
        assert t.leave(at) == ["Sofie: cancelled: Fri 19 Jun at 11:00."]
        restore_booking(session.id, who=t.paula.who(), at=at)
        assert t.leave(at) == ["Sofie: booked for Fri 19 Jun at 11:00."]
        t.change(session, starts_at=FRIDAY + 2 * HOUR, at=at)
        assert t.leave(at + SETTLES) == ["Sofie: changed to Fri 19 Jun at 12:00."]
        assert [state for _kind, state in t.letters()] == [
            "sent", "withdrawn", "sent", "sent", "sent"
        ]  # fmt: skip


def test_what_was_undone_is_not_told(at: datetime) -> None:
    with told(at) as t:
        paula, session = t.paula.who(), t.paula.book(FRIDAY, at=at)
        made = recur(t.paula, FRIDAY + DAY, "FREQ=WEEKLY;COUNT=2", at=at)
        t.leave(at)
        for starts_at in (FRIDAY + HOUR, FRIDAY + 2 * HOUR, FRIDAY):
            t.change(session, starts_at=starts_at, at=at)
        for begins in (12, 10):
            changes = SeriesChanges(begins=datetime(2026, 1, 1, begins).time())
            change_series(made.series.id, changes, who=paula, at=at)
        cancel_series(made.series.id, who=paula, at=at)
        restore_series(made.series.id, who=paula, at=at)
        assert t.leave(at + SETTLES) == []
        cancel_booking(session.id, who=paula, at=at + SETTLES)
        restore_booking(session.id, who=paula, at=at + SETTLES)
        assert t.leave(at + 2 * SETTLES) == []
        assert [kind for kind, state in t.letters() if state == "withdrawn"] == [
            *("session_change", "session_change"),
            *("session_cancellation", "session_cancellation"),
        ]
        late = at + 2 * SETTLES
        t.change(session, starts_at=FRIDAY + HOUR, at=late)
        assert t.leave(late + SETTLES) == ["Sofie: changed to Fri 19 Jun at 11:00."]
        never = t.paula.book(FRIDAY + 5 * HOUR, at=late)
        cancel_booking(never.id, who=paula, at=late)
        assert t.leave(late + SETTLES) == []


def test_a_reminder_is_for_what_is_more_than_a_day_ahead_and_still_stands(at: datetime) -> None:
    with told(at, Message.REMINDER) as t:
        soon = t.paula.book(at + DAY, at=at)
        assert t.paula.now(soon).remind_at is None
        session = t.paula.book(FRIDAY, at=at)
        assert t.paula.now(session).remind_at == FRIDAY - DAY
        cancel_booking(session.id, who=t.paula.who(), at=at)
        assert t.paula.now(session).remind_at is None
        restore_booking(session.id, who=t.paula.who(), at=at)
        remind_of_sessions(t.paula.id, at=FRIDAY - DAY)
        t.change(session, starts_at=FRIDAY + 7 * DAY, at=FRIDAY - DAY)
        assert t.leave(FRIDAY - DAY) == []
        assert t.letters() == [("session_reminder", "withdrawn")]
        t.change(session, messages=(), at=FRIDAY)
        assert t.paula.now(session).remind_at is None
        t.change(session, messages=(Message.REMINDER,), at=FRIDAY)
        late = FRIDAY + 7 * DAY
        assert (
            remind_of_sessions(t.paula.id, at=late + SETTLES) == 1
        )  # the worker had slept too long
        assert t.letters() == [("session_reminder", "withdrawn")]
        t.change(soon, state=BookingState.HELD, at=late)
        assert t.paula.now(session).remind_at is None


def test_a_series_is_told_of_by_one_letter(at: datetime) -> None:
    with told(at) as t:
        made = recur(t.paula, FRIDAY, "FREQ=WEEKLY;COUNT=4", at=at)
        assert t.leave(at) == ["Sofie: booked for Fri 19 Jun at 10:00 and 3 more."]
        body = t.office.received[0].get_body(("plain",))
        assert body is not None
        assert "Friday 3 July 2026: 10:00–11:00" in body.get_content()
        assert [each.remind_at for each in made.sessions] == [
            each.starts_at - DAY for each in made.sessions
        ]
        later = SeriesChanges(begins=datetime(2026, 1, 1, 12).time())
        changed = change_series(
            made.series.id, later, since=datetime(2026, 6, 26).date(), who=t.paula.who(), at=at
        )
        assert t.leave(at + SETTLES) == ["Sofie: changed to Fri 26 Jun at 12:00 and 2 more."]
        cancel_series(changed.series.id, who=t.paula.who(), at=at + HOUR)
        assert t.leave(at + HOUR + SETTLES) == ["Sofie: cancelled: Fri 26 Jun at 12:00 and 2 more."]
        change_series(
            made.series.id, SeriesChanges(minutes=45), who=t.paula.who(), at=FRIDAY + HOUR
        )
        assert t.leave(FRIDAY + DAY) == []


def test_what_a_series_sends_is_changed_for_all_that_is_to_come(at: datetime) -> None:
    with told(at, Message.CONFIRMATION) as t:
        made = recur(t.paula, at - HOUR, "FREQ=WEEKLY;COUNT=3", at=at)
        t.leave(at)
        both = (Message.REMINDER, Message.CHANGE)
        changes = SeriesChanges(messages=both[::-1])
        change_series(made.series.id, changes, who=t.paula.who(), at=at)
        now = [t.paula.now(each) for each in made.sessions]
        assert [each.messages for each in now] == [["confirmation"], [*both], [*both]]
        assert [each.remind_at for each in now] == [
            None, *(each.starts_at - DAY for each in now[1:])
        ]  # fmt: skip
        assert t.leave(at + SETTLES) == []
        none = SeriesChanges(messages=(), minutes=45)
        change_series(made.series.id, none, who=t.paula.who(), at=at)
        assert [t.paula.now(each).messages for each in made.sessions[1:]] == [[], []]
        assert t.leave(at + 2 * SETTLES) == []


def test_each_address_is_told_once_in_its_own_language(at: datetime) -> None:
    with told(at, Message.CONFIRMATION) as t:
        who = t.paula.world.who()
        mother = ClientInput(
            kind=ClientKind.PERSON,
            name="Mary Duck",
            email="mary@example.com",
            phone="+47 400 00 124",
            language="nb",
            served=False,
        )
        same = replace(mother, name="Her other half", email="daisy@example.com", phone="123 000")
        untold = replace(mother, name="School", email="school@example.com", phone="")
        for party, is_told in ((mother, True), (same, True), (untold, False)):
            add_contact(t.paula.daisy.id, party, ContactInput(told=is_told), who=who, at=at)
        t.paula.book(FRIDAY, at=at)
        t.leave(at)
        assert [to for to, _text in t.sms()] == [NUMBER, "+4740000124"]
        assert t.sms()[1][1].startswith("Sofie (D. D.): ")
        assert " D. D." in t.all_words()
        assert "D. D.." not in t.all_words()
        assert [message["To"] for message in t.office.received] == [
            "daisy@example.com",
            "mary@example.com",
        ]
        for by, hours in ((MessageBy.EMAIL, 1), (MessageBy.SMS, 2)):
            change_settings(SettingsChanges(message_by=by), who=who, at=at)
            t.paula.book(FRIDAY + hours * HOUR, at=at)
            assert (len(t.letters()), len(t.letters("email"))) == (2 * hours, 4)


def test_a_client_is_told_only_as_it_wants(at: datetime) -> None:
    with told(at, Message.CONFIRMATION) as t:
        wanted = {ToldBy.EMAIL: (0, 1), ToldBy.SMS: (1, 1), ToldBy.NONE: (1, 1), None: (2, 2)}
        for hours, (by, count) in enumerate(wanted.items()):
            amend_client(
                t.paula.daisy.id,
                partial(replace, told_by=by),
                who=t.paula.world.who(),
                at=at,
            )
            t.paula.book(FRIDAY + hours * HOUR, at=at)
            assert (len(t.letters()), len(t.letters("email"))) == count


def test_who_wants_no_reminder_gets_none_and_all_else(at: datetime) -> None:
    """A client's wish holds for its contacts; a contact's for itself; also of what is queued."""
    with told(at) as t:
        who, daisy = t.paula.world.who(), t.paula.daisy
        mother = ClientInput(
            kind=ClientKind.PERSON, name="Mary", email="mary@example.com", language="en"
        )
        contact = add_contact(daisy.id, mother, ContactInput(told=True), who=who, at=at)

        def reminded(session: Booking) -> list[tuple[str, str]]:
            due = session.starts_at - timedelta(hours=24)
            remind_of_sessions(t.paula.id, at=due)
            t.leave(due)
            with scope(t.paula.id):
                letters = Letter.objects.filter(
                    organization_id=t.paula.id,
                    subject_id=session.id,
                    kind=LETTERS[Message.REMINDER],
                )
                return sorted((each.to_address, each.state) for each in letters)

        def wish(client_id: UUID, *, wanted: bool) -> None:
            amend_client(client_id, partial(replace, wants_reminders=wanted), who=who, at=at)

        to_daisy = [(NUMBER, "sent"), ("daisy@example.com", "sent")]
        to_mary = [("mary@example.com", "sent")]
        first, second, third, fourth = (t.paula.book(FRIDAY + n * HOUR, at=at) for n in range(4))
        assert reminded(first) == [*to_daisy, *to_mary]
        wish(contact.party_id, wanted=False)
        assert reminded(second) == to_daisy
        wish(daisy.id, wanted=False)
        assert reminded(third) == []
        wish(daisy.id, wanted=True)
        remind_of_sessions(t.paula.id, at=fourth.starts_at - timedelta(hours=24))
        wish(daisy.id, wanted=False)
        assert reminded(fourth) == [(to, "withdrawn") for to, _state in to_daisy]
        assert t.letters().count(("session_confirmation", "sent")) == 4


def test_who_is_told_no_more_gets_nothing_that_waited_and_sees_no_page(at: datetime) -> None:
    with told(at) as t:
        who, daisy = t.paula.world.who(), t.paula.daisy
        mary = ClientInput(
            kind=ClientKind.PERSON, name="Mary", email="mary@example.com", language="fi"
        )
        contact = add_contact(daisy.id, mary, ContactInput(told=True), who=who, at=at)

        def words(mail: EmailMessage) -> str:
            plain = mail.get_body(("plain",))
            return "" if plain is None else str(plain.get_content())

        def books(start: datetime) -> tuple[Booking, str, str]:
            session, before = t.paula.book(start, at=at), len(t.office.received)
            t.leave(at)
            keys = [KEY.findall(words(mail))[0] for mail in t.office.received[before:]]
            return session, keys[0], keys[1]

        def opens(key: str) -> tuple[str, bool | None] | None:
            """In which language a page opens, and what it knows of the reader's wish."""
            with suppress(Absent):
                page = open_session(key, at=at)
                return page.language, page.wants_reminders
            return None

        first, to_daisy, to_mary = books(FRIDAY)
        assert (opens(to_daisy), opens(to_mary)) == (("en", True), ("fi", True))
        wish_reminders_behind(to_mary, False, at=at)
        assert (opens(to_daisy), opens(to_mary)) == (("en", True), ("fi", False))
        t.change(first, starts_at=FRIDAY + HOUR, at=at)
        as_not_told = partial(replace, told=False)
        change_contact(daisy.id, contact.id, as_not_told, who=who, at=at)
        amend_client(daisy.id, partial(replace, phone="400 00 129"), who=who, at=at)
        t.leave(at + SETTLES)
        assert [state for kind, state in t.letters() if kind == "session_change"] == ["withdrawn"]
        assert [state for kind, state in t.letters("email") if kind == "session_change"] == [
            "sent",
            "withdrawn",
        ]
        assert (opens(to_daisy), opens(to_mary)) == (("en", True), None)
        change_contact(daisy.id, contact.id, partial(replace, told=True), who=who, at=at)
        _second, to_daisy, to_mary = books(FRIDAY + 2 * HOUR)
        remove_contact(daisy.id, contact.id, who=who, at=at)
        assert (opens(to_daisy), opens(to_mary)) == (("en", True), None)


def test_without_a_provider_no_sms_is_queued_and_without_an_address_nothing(at: datetime) -> None:
    with told(at) as t, override_settings(SMS=None, ON_LOOPBACK=False):
        t.paula.book(FRIDAY, at=at)
        assert (t.letters(), t.letters("email")) == ([], [("session_confirmation", "queued")])
        amend_client(
            t.paula.daisy.id,
            lambda entered: replace(entered, email=""),
            who=t.paula.world.who(),
            at=at,
        )
        t.paula.book(FRIDAY + HOUR, at=at)
        assert len(t.letters("email")) == 1


def test_a_long_name_is_cut_and_the_link_never(at: datetime) -> None:
    with told(at, Message.CONFIRMATION) as t:
        with scope(t.paula.id):
            name = "Åse Ødegård and Partners, Centre for Good Conversations"
            Seller.objects.filter(organization_id=t.paula.id).update(name=name)
        recur(t.paula, FRIDAY, "FREQ=WEEKLY;COUNT=4", at=at)
        t.leave(at)
        ((_to, text),) = t.sms()
        assert text.startswith("Åse Ødegård and")
        assert "...: booked for Fri 19 Jun at 10:00 and 3 more. http://" in text
        assert places(text) == 160


def test_by_itself_nothing_is_told(at: datetime) -> None:
    """What a service sends is for the practice to choose: nothing leaves unasked."""
    paula = practice()
    session = paula.book(FRIDAY, at=at)
    assert (session.messages, session.remind_at) == ([], None)
    cancel_booking(session.id, who=paula.who(), at=at)
    assert count_of(Letter, paula.world) == 0


def test_the_practitioner_is_told_that_a_client_has_cancelled(at: datetime) -> None:
    with told(at, Message.REMINDER) as t:
        first, second, third = (t.paula.book(FRIDAY + n * HOUR, at=at) for n in range(3))
        client, paula = system(t.paula.id), t.paula.who()
        cancel_by_client(first.id, who=client, at=at)
        cancel_by_client(second.id, who=client, at=at)
        restore_booking(second.id, who=paula, at=at)
        t.leave(at)
        (mail,) = t.office.received
        assert mail["To"] == t.paula.paula.person.email
        assert mail["Subject"] == "Cancelled by the client: Fri 19 Jun"
        body = mail.get_body(("plain",))
        assert body is not None
        said = body.get_content().replace("\r\n", "\n")
        assert "A session on Friday 19 June 2026, 10:00–11:00, was cancelled by the client." in said
        slug = t.paula.world.organization.slug
        assert f"See the session:\nhttp://localhost:8000/o/{slug}/diary/{first.id}/\n" in said
        assert "Daisy" not in t.all_words()
        with scope(t.paula.id):
            assert [each.id for each in cancelled_by_clients(paula, at=at, most=5)] == [first.id]
            assert cancelled_by_clients(paula, at=at + TOLD_FOR, most=5) == ()
            assert cancelled_by_clients(paula, at=FRIDAY, most=5) == ()
        mail_cancellations(False, who=paula, at=at)
        mail_cancellations(False, who=paula, at=at)
        cancel_by_client(third.id, who=client, at=at)
        t.leave(at)
        assert len(t.office.received) == 1
        assert history(t.paula.world, t.paula.paula.person_id) == [
            "member.cancellations_not_mailed"
        ]
