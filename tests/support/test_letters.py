"""One letter for all that was answered until it is read, and none to who has left."""

from dataclasses import replace
from datetime import datetime, timedelta

from storno.administration.members import remove_member
from storno.mailroom.deliver import deliver_next
from storno.mailroom.models import Letter
from storno.mailroom.way_out import Mailbox
from storno.organizations.models import Membership
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.support.models import Conversation
from storno.support.queries import conversation_with, messages_of
from storno.support.read import mark_read
from storno.support.talk import Said, answer, begin, write
from storno.worker.rounds import COMPOSERS
from tests.bank.told import AT
from tests.support.test_talk import staff_in
from tests.world import World, found

SOON = timedelta(minutes=6)


class Talk:
    """Alice and Sam talk, and the letters that leave meanwhile."""

    def __init__(self) -> None:
        self.world: World = found()
        self.alice, self.sam = self.world.who(), staff_in(self.world)
        self.asked: Conversation = begin(Said("Hello?"), who=self.alice, at=AT)

    def answer(self, text: str, at: datetime) -> None:
        with scope_of(self.sam):
            version = conversation_with(self.asked.id, self.sam).version
        answer(self.asked.id, Said(text), version=version, who=self.sam, at=at)

    def read(self, who: Actor, *, but: int = 0) -> None:
        """Read all but the last few messages."""
        with scope_of(who):
            lines = messages_of(self.asked.id, who).lines
        mark_read(self.asked.id, lines[-1 - but].message.id, who=who, at=AT)

    def letters(self, at: datetime) -> list[str]:
        """What became of each letter by then, to whom."""
        while deliver_next(self.world.id, composers=COMPOSERS, out=Mailbox(), at=at):
            pass
        with scope_of(self.alice):
            mine = Letter.objects.filter(
                organization_id=self.world.id, kind="conversation_answer"
            ).order_by("id")
            return [f"{each.to_address.partition('-')[0]} {each.state}" for each in mine]


def test_several_answers_are_one_letter_until_they_are_read() -> None:
    talk = Talk()
    talk.answer("One", AT)
    talk.answer("Two", AT + timedelta(minutes=1))
    assert talk.letters(AT) == ["alice queued"]
    assert talk.letters(AT + SOON) == ["alice sent"]
    talk.answer("Three", AT + 2 * SOON)
    assert talk.letters(AT + 3 * SOON) == ["alice sent", "alice withdrawn"]
    talk.read(talk.alice)
    talk.answer("Four", AT + 4 * SOON)
    assert talk.letters(AT + 5 * SOON) == ["alice sent", "alice withdrawn", "alice sent"]


def test_what_is_said_while_a_page_is_made_is_unread_and_told() -> None:
    talk = Talk()
    talk.answer("One", AT)
    talk.answer("Two", AT)  # after the page was read, before its mark
    talk.read(talk.alice, but=1)
    assert talk.letters(AT + SOON) == ["alice sent"]


def test_who_has_left_is_told_no_more() -> None:
    talk = Talk()
    boss = talk.world.who()
    talk.answer("One", AT)
    membership = Membership.objects.get(organization_id=talk.world.id, person_id=talk.world.bob.id)
    begun = begin(Said("And I?"), who=replace(boss, person_id=talk.world.bob.id), at=AT)
    with scope_of(talk.sam):
        version = conversation_with(begun.id, talk.sam).version
    answer(begun.id, Said("Yes"), version=version, who=talk.sam, at=AT)
    remove_member(membership.id, who=boss, at=AT)
    assert talk.letters(AT + SOON) == ["alice sent", "bob withdrawn"]
    answer(begun.id, Said("Still yes"), version=version + 1, who=talk.sam, at=AT + SOON)
    assert talk.letters(AT + 3 * SOON) == ["alice sent", "bob withdrawn"]
    write(begun.id, Said("He has left, tell me"), who=boss, at=AT + 3 * SOON)
    answer(begun.id, Said("Gladly"), version=version + 3, who=talk.sam, at=AT + 3 * SOON)
    assert talk.letters(AT + 5 * SOON) == ["alice sent", "bob withdrawn", "alice sent"]
