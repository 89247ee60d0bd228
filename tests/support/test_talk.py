"""Members and customer service talk: what waits, what is unread, what is closed, and what not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storno.clients.care import take_into_care
from storno.core.ids import new_id
from storno.mailroom.deliver import deliver_next
from storno.mailroom.models import Letter
from storno.mailroom.way_out import Mailbox
from storno.organizations.models import Membership
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.staff.enlist import enlist
from storno.staff.visit import visit
from storno.support.files import NotThisFile, Upload, media_type, take
from storno.support.hours import Hours
from storno.support.models import Conversation, Waiting
from storno.support.queries import (
    attachment_with,
    conversations_of,
    messages_of,
    unread,
)
from storno.support.queue import queue_rows
from storno.support.read import mark_read
from storno.support.talk import (
    Said,
    answer,
    begin,
    close,
    hand_to,
    write,
)
from storno.worker.rounds import COMPOSERS
from tests.bank.told import AT
from tests.observe import refused
from tests.world import World, found

LATER = AT + timedelta(minutes=10)
PDF = Upload("../receipt.pdf", b"%PDF-1.7 receipt")


def staff_in(world: World) -> Actor:
    """Somebody of customer service, in a visit."""
    staff = enlist(f"sam-{new_id().hex}@example.com", "agent", at=AT)
    return visit(staff.person_id, world.id, "a question", at=AT)


def talk(world: World, who: Actor) -> list[tuple[str, str]]:
    """What somebody reads of the only conversation."""
    with scope_of(who):
        (row,) = conversations_of(who).items
        return [
            (line.message.side, line.message.text)
            for line in messages_of(row.conversation.id, who).lines
        ]


def waits_since(conversation: Conversation) -> datetime | None:
    return Waiting.objects.get(id=conversation.id).waits_since


def read(conversation: Conversation, who: Actor) -> None:
    """Read all that was said until now."""
    with scope_of(who):
        last = messages_of(conversation.id, who).lines[-1].message
    mark_read(conversation.id, last.id, who=who, at=AT)


def news(who: Actor) -> int:
    with scope_of(who):
        return unread(who)


def test_a_member_asks_is_answered_and_told() -> None:
    world = found()
    alice, sam = world.who(), staff_in(world)
    invoice = world.invoice(at=AT)
    asked = begin(Said("Paid by mistake", [PDF]), invoice_id=invoice.id, who=alice, at=AT)
    assert (news(alice), news(sam), waits_since(asked)) == (0, 1, AT)
    more = begin(Said("And now?"), invoice_id=invoice.id, who=alice, at=LATER)
    assert (more.id, waits_since(asked)) == (asked.id, AT)
    with refused(world, "said_meanwhile"):
        answer(asked.id, Said("Yes"), version=1, who=sam, at=LATER)
    version = 2
    answer(asked.id, Said("A friend"), version=version, is_note=True, who=sam, at=LATER)
    assert waits_since(asked) == AT
    answer(asked.id, Said("We return it"), version=version + 1, who=sam, at=LATER)
    assert (waits_since(asked), news(alice), news(sam)) == (None, 1, 2)
    heard = [("member", "Paid by mistake"), ("member", "And now?"), ("staff", "We return it")]
    assert talk(world, alice) == heard
    assert talk(world, sam) == [*heard[:2], ("note", "A friend"), heard[2]]
    assert asked.id not in {each.id for each in queue_rows()}

    mail = Mailbox()
    while deliver_next(world.id, composers=COMPOSERS, out=mail, at=LATER + timedelta(minutes=6)):
        pass
    with scope_of(alice):
        letter = Letter.objects.get(organization_id=world.id, kind="conversation_answer")
    assert (letter.to_address, letter.state) == (world.alice.email, "sent")

    read(asked, alice)
    assert news(alice) == 0
    close(asked.id, version=version + 2, who=sam, at=LATER)
    with refused(world, "conversation_closed"):
        write(asked.id, Said("Thanks"), who=alice, at=LATER)
    anew = begin(Said("One more thing"), invoice_id=invoice.id, who=alice, at=LATER)
    assert anew.id != asked.id


def test_an_answer_that_was_read_at_once_is_not_mailed() -> None:
    world = found()
    alice, sam = world.who(), staff_in(world)
    asked = begin(Said("Hello?"), who=alice, at=AT)
    answer(asked.id, Said("Hello!"), version=1, who=sam, at=AT)
    read(asked, alice)
    while deliver_next(world.id, composers=COMPOSERS, out=Mailbox(), at=LATER):
        pass
    with scope_of(alice):
        assert Letter.objects.get(kind="conversation_answer").state == "withdrawn"


def test_it_is_taken_handed_over_and_put_back() -> None:
    world = found()
    sam, sue = staff_in(world), staff_in(world)
    asked = begin(Said("Hello?"), who=world.who(), at=AT)
    for version, person_id in enumerate((sam.person_id, sue.person_id, None), start=1):
        hand_to(asked.id, person_id, version=version, who=sam, at=AT)
        staff = Waiting.objects.get(id=asked.id).staff
        assert (None if staff is None else staff.person_id) == person_id
    with refused(world, "absent"):
        hand_to(asked.id, world.alice.id, version=4, who=sam, at=AT)


def test_who_may_not_is_refused_and_others_see_nothing() -> None:
    world, other = found(), found()
    alice = world.who()
    asked = begin(Said("Mine", [PDF]), who=alice, at=AT)
    with scope_of(alice):
        (line,) = messages_of(asked.id, alice).lines
    (file,) = line.files
    assert (file.name, file.media_type, file.size) == ("receipt.pdf", "application/pdf", 16)
    with refused(world, "not_allowed"):
        begin(Said("x"), who=world.who("reader"), at=AT)
    with refused(world, "not_allowed"):
        answer(asked.id, Said("x"), version=1, who=alice, at=AT)
    with refused(world, "not_allowed"):
        close(asked.id, version=1, who=alice, at=AT)
    with refused(other, "absent"):
        write(asked.id, Said("x"), who=other.who(), at=AT)
    with refused(world, "absent"):
        begin(Said("x"), invoice_id=new_id(), who=alice, at=AT)
    with refused(world, "text: required"):
        write(asked.id, Said(" \n"), who=alice, at=AT)
    with refused(world, "text: too_long"):
        write(asked.id, Said("x" * 4_001), who=alice, at=AT)
    with refused(world, "files_too_large"):
        write(asked.id, Said("", [PDF] * 6), who=alice, at=AT)
    with refused(world, "files_too_large"):
        write(asked.id, Said("", [Upload("a.pdf", b"%PDF-" + b"x" * 5_000_000)]), who=alice, at=AT)
    limited = replace(alice, person_id=world.bob.id, clients_of=world.bob.id)
    with scope_of(limited):
        assert conversations_of(limited).items == ()
        assert Conversation.objects.count() == 0
    with scope_of(alice):
        assert bytes(attachment_with(file.id, alice).content) == PDF.content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>",
        b"  <svg onload=x>",
        b"\xef\xbb\xbf<!doctype html>",
        b"#!/bin/sh",
        b"MZ\x90\x00",
        b"PK\x03\x04zip",
        b"\x7fELF",
        b"text\x00with nul",
        b"\xff\xfe\x00",
    ],
)
def test_what_a_browser_could_run_is_not_taken(content: bytes) -> None:
    with pytest.raises(NotThisFile):
        media_type(content)


def test_what_is_taken_is_told_by_its_content() -> None:
    assert media_type(b"%PDF-1.4") == "application/pdf"
    assert media_type(b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert media_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert media_type("Käsin maksettu 1 < 2".encode()) == "text/plain"


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-06-16T05:00:00+00:00", "2026-06-16T08:00:00+03:00"),
        ("2026-06-16T12:59:59+00:00", "2026-06-16T15:59:59+03:00"),
        ("2026-06-16T13:00:00+00:00", "2026-06-17T08:00:00+03:00"),
        ("2026-06-18T13:00:00+00:00", "2026-06-22T08:00:00+03:00"),  # Midsummer Eve is a Friday
        ("2026-12-24T04:00:00+00:00", "2026-12-28T08:00:00+02:00"),
    ],
)
def test_when_somebody_answers(at: str, opens: str) -> None:
    moment = datetime.fromisoformat(at)
    kept = Hours()
    assert kept.answers_from(moment) == datetime.fromisoformat(opens)
    assert kept.is_open(moment) is (kept.answers_from(moment) == moment)


def test_a_colleague_with_own_clients_only_asks_about_the_same_invoice() -> None:
    """Another's conversation is out of their sight, so they begin their own."""
    world = found()
    alice = world.who()
    invoice = world.invoice(at=AT)
    first = begin(Said("One"), invoice_id=invoice.id, who=alice, at=AT)
    limited = replace(alice, person_id=world.bob.id, clients_of=world.bob.id)
    with scope_of(alice):
        take_into_care(world.daisy.id, world.bob.id, who=alice, at=AT)
    second = begin(Said("Two"), invoice_id=invoice.id, who=limited, at=AT)
    again = begin(Said("Three"), invoice_id=invoice.id, who=limited, at=LATER)
    assert (second.id != first.id, again.id) == (True, second.id)
    with scope_of(limited):
        assert Conversation.objects.get().id == second.id


def test_a_long_talk_is_read_in_stretches() -> None:
    world = found()
    alice = world.who()
    asked = begin(Said("0"), who=alice, at=AT)
    for number in range(1, 5):
        write(asked.id, Said(str(number)), who=alice, at=AT)
    with scope_of(alice):
        last = messages_of(asked.id, alice, limit=2)
        middle = messages_of(asked.id, alice, before=last.earlier, limit=2)
        first = messages_of(asked.id, alice, before=middle.earlier, limit=2)
    said = [[line.message.text for line in each.lines] for each in (last, middle, first)]
    assert (said, first.earlier) == ([["3", "4"], ["1", "2"], ["0"]], None)


def test_it_is_read_as_far_as_it_was_shown_and_never_back() -> None:
    world = found()
    alice, sam = world.who(), staff_in(world)
    asked = begin(Said("Hello?"), who=alice, at=AT)
    answer(asked.id, Said("One"), version=1, who=sam, at=LATER)
    with scope_of(alice):
        shown = messages_of(asked.id, alice).lines[-1].message
    answer(asked.id, Said("Two"), version=2, who=sam, at=AT)  # begun earlier, said later
    mark_read(asked.id, shown.id, who=alice, at=LATER)
    assert news(alice) == 1
    read(asked, alice)
    assert news(alice) == 0
    mark_read(asked.id, shown.id, who=alice, at=LATER)
    assert news(alice) == 0
    other = begin(Said("Something else"), who=alice, at=AT)
    with refused(world, "message: unknown_message"):
        mark_read(other.id, shown.id, who=alice, at=LATER)


@pytest.mark.parametrize(
    ("name", "content", "called"),
    [
        ("receipt.html", b"%PDF-1.7", "receipt.html.pdf"),
        ("RECEIPT.PDF", b"%PDF-1.7", "RECEIPT.PDF"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "photo.jpeg"),
        ("photo", b"\xff\xd8\xff\xe0", "photo.jpg"),
        ("run.bat", b"del *", "run.bat.txt"),
        ("../..", b"\x89PNG\r\n\x1a\n", "...png"),
        ("/", b"words", "file.txt"),
        ("x" * 100, b"words", "x" * 96 + ".txt"),
    ],
)
def test_a_file_is_called_by_what_is_in_it(name: str, content: bytes, called: str) -> None:
    (taken,) = take([Upload(name, content)])
    assert taken.name == called


def test_what_was_said_before_somebody_joined_is_not_new_to_them() -> None:
    world = found()
    alice, sam = world.who(), staff_in(world)
    asked = begin(Said("Hello?"), who=alice, at=AT)
    answer(asked.id, Said("Hello!"), version=1, who=sam, at=AT)
    bob = replace(alice, person_id=world.bob.id)
    Membership.objects.filter(organization=world.id, person=world.bob).update(since=LATER)
    assert (news(alice), news(bob)) == (1, 0)
    answer(asked.id, Said("One more thing"), version=2, who=sam, at=LATER)
    assert (news(alice), news(bob)) == (2, 1)
