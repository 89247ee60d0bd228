"""A member talks with customer service, and customer service with members.

Order of locks: the conversation, then its row in the queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors
from storno.core.insert import insert
from storno.core.refusals import Absent, Invalid, Refused, invalid
from storno.documents.queries import document
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.staff.enlist import staff_of
from storno.support.files import Taken, Upload, take
from storno.support.letters import tell_of_answer
from storno.support.models import (
    LONGEST_MESSAGE,
    Attachment,
    Conversation,
    Message,
    Side,
    Waiting,
)


class SaidMeanwhile(Refused):
    """Something was said or done in the conversation since it was shown."""

    code = "said_meanwhile"
    message = _("Something was said in this conversation meanwhile.")
    remedy = _("Read it first; what you wrote is still here.")


class IsClosed(Refused):
    """The conversation is over."""

    code = "conversation_closed"
    message = _("This conversation is closed.")
    remedy = _("Begin a new one.")


@dataclass(frozen=True)
class ConversationBegun(Happening):
    """A member asked customer service about something. The subject is that, or the conversation."""

    kind: ClassVar = "conversation.begun"
    sentence: ClassVar = _("Customer service was asked about this.")
    conversation_id: str


@dataclass(frozen=True)
class ConversationHanded(Happening):
    """Somebody else of customer service has the conversation. The subject is it."""

    kind: ClassVar = "conversation.handed"
    sentence: ClassVar = _("Somebody of customer service has taken this up.")


@dataclass(frozen=True)
class ConversationClosed(Happening):
    """Customer service ended the conversation. The subject is it."""

    kind: ClassVar = "conversation.closed"
    sentence: ClassVar = _("Customer service closed this conversation.")


@dataclass(frozen=True)
class ConversationReopened(Happening):
    """Customer service opened the conversation again. The subject is it."""

    kind: ClassVar = "conversation.reopened"
    sentence: ClassVar = _("Customer service opened this conversation again.")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: words, files, or both."""

    text: str
    files: Sequence[Upload] = ()


@deed
def begin(said: Said, *, invoice_id: UUID | None = None, who: Actor, at: datetime) -> Conversation:
    """Begin a conversation; about an invoice there is one, which is gone on with while it is open.

    Raises Absent, Invalid, NotAllowed, and what `take` raises.
    """
    who.must(Deed.ASK)
    return say_about(invoice_id, said, who=who, at=at)[0]


@deed
def write(conversation_id: UUID, said: Said, *, who: Actor, at: datetime) -> Conversation:
    """Say something more as a member.

    Raises Absent, Invalid, IsClosed, NotAllowed, and what `take` raises.
    """
    who.must(Deed.ASK)
    text, files = _checked(said)
    conversation = lock_conversation(conversation_id, who)
    if conversation.closed_at is not None:
        raise IsClosed
    _say(conversation, Side.MEMBER, text, files, who=who, at=at)
    return conversation


@deed
def answer(
    conversation_id: UUID,
    said: Said,
    *,
    version: int,
    is_note: bool = False,
    who: Actor,
    at: datetime,
) -> Conversation:
    """Answer for customer service, or leave a note that members never see.

    `version` is the one that was shown; what came meanwhile is read first. An answer opens a closed
    conversation again. Raises Absent, Invalid, SaidMeanwhile, NotAllowed, and what
    `take` raises.
    """
    who.must(Deed.SERVE)
    text, files = _checked(said)
    conversation = _lock_as_shown(conversation_id, version, who)
    side = Side.NOTE if is_note else Side.STAFF
    _say(conversation, side, text, files, who=who, at=at)
    if not is_note:
        tell_of_answer(conversation, at=at)
    return conversation


@deed
def close(conversation_id: UUID, *, version: int, who: Actor, at: datetime) -> Conversation:
    """End a conversation: it is out of the queue. Raises Absent, SaidMeanwhile, NotAllowed."""
    who.must(Deed.SERVE)
    conversation = _lock_as_shown(conversation_id, version, who)
    if conversation.closed_at is None:
        conversation.closed_at = at
        conversation.version += 1
        conversation.save(update_fields=["closed_at", "version"])
        Waiting.objects.filter(id=conversation.id).update(waits_since=None, closed_at=at)
        record(ConversationClosed(), subject_id=conversation.id, who=who, at=at)
    return conversation


@deed
def reopen(conversation_id: UUID, *, version: int, who: Actor, at: datetime) -> Conversation:
    """Put a closed conversation back into the queue. Raises Absent, SaidMeanwhile, NotAllowed."""
    who.must(Deed.SERVE)
    conversation = _lock_as_shown(conversation_id, version, who)
    if conversation.closed_at is not None:
        conversation.closed_at = None
        conversation.version += 1
        conversation.save(update_fields=["closed_at", "version"])
        Waiting.objects.filter(id=conversation.id).update(closed_at=None)
        record(ConversationReopened(), subject_id=conversation.id, who=who, at=at)
    return conversation


@deed
def hand_to(
    conversation_id: UUID,
    person_id: UUID | None,
    *,
    version: int,
    who: Actor,
    at: datetime,
) -> Conversation:
    """Take a conversation, hand it over to a colleague, or put it back (None).

    `version` is the one that was shown: of two who take it at once, one has it and the other sees
    that. Raises Absent, SaidMeanwhile, NotAllowed.
    """
    who.must(Deed.SERVE)
    staff = None if person_id is None else staff_of(person_id)
    if person_id is not None and staff is None:
        raise Absent
    conversation = _lock_as_shown(conversation_id, version, who)
    conversation.version += 1
    conversation.save(update_fields=["version"])
    Waiting.objects.filter(id=conversation.id).update(staff=staff)
    record(ConversationHanded(), subject_id=conversation.id, who=who, at=at)
    return conversation


def say_about(
    invoice_id: UUID | None, said: Said, *, who: Actor, at: datetime
) -> tuple[Conversation, Message]:
    """Say something as a member, inside a deed, in the open conversation about it or a new one.

    Raises Absent, Invalid, and what `take` raises.
    """
    assert who.person_id is not None, "a person asks"
    text, files = _checked(said)
    if invoice_id is not None:
        document(invoice_id, who.organization_id)
        about = Conversation.objects.filter(
            organization_id=who.organization_id, invoice_id=invoice_id, closed_at=None
        )
        for open_ in about.order_by("-last_at", "id")[:1]:
            locked = lock_conversation(open_.id, who)
            return locked, _say(locked, Side.MEMBER, text, files, who=who, at=at)
    conversation = Conversation.objects.create(
        organization_id=who.organization_id,
        invoice_id=invoice_id,
        begun_by=who.person_id,
        begun_at=at,
        last_at=at,
        version=0,
    )
    Waiting.objects.create(id=conversation.id, organization_id=who.organization_id)
    told = ConversationBegun(str(conversation.id))
    record(told, subject_id=invoice_id or conversation.id, who=who, at=at)
    return conversation, _say(conversation, Side.MEMBER, text, files, who=who, at=at)


def note_about(conversation_id: UUID, text: str, *, who: Actor, at: datetime) -> Message:
    """Leave a note between those of customer service, inside a deed. Raises Absent, Invalid."""
    words, files = _checked(Said(text))
    conversation = lock_conversation(conversation_id, who)
    return _say(conversation, Side.NOTE, words, files, who=who, at=at)


def lock_conversation(conversation_id: UUID, who: Actor) -> Conversation:
    """Lock a conversation for a deed. Raises Absent."""
    locked = Conversation.objects.select_for_update()
    for conversation in locked.filter(organization_id=who.organization_id, id=conversation_id):
        return conversation
    raise Absent


def _lock_as_shown(conversation_id: UUID, version: int, who: Actor) -> Conversation:
    """Lock a conversation as it was shown in this version. Raises Absent, SaidMeanwhile."""
    conversation = lock_conversation(conversation_id, who)
    if version != conversation.version:
        raise SaidMeanwhile
    return conversation


def _checked(said: Said) -> tuple[str, list[Taken]]:
    """Words and files that may be said. Raises Invalid, and what `take` raises."""
    text = said.text.replace("\r\n", "\n").strip()
    if errors := tuple(text_errors("text", text, longest=LONGEST_MESSAGE)):
        raise Invalid(errors)
    files = take(said.files)
    if not text and not files:
        raise invalid("text", "required", _("Write something, or choose a file."))
    return text, files


def _say(
    conversation: Conversation,
    side: Side,
    text: str,
    files: Sequence[Taken],
    *,
    who: Actor,
    at: datetime,
) -> Message:
    """Write a message of a locked conversation; a member's waits for an answer from now on."""
    assert who.person_id is not None, "a person says it"
    begun_by, mine = conversation.begun_by, who.organization_id
    message = Message.objects.create(
        organization_id=mine,
        conversation_id=conversation.id,
        begun_by=begun_by,
        side=side,
        said_by=who.person_id,
        said_at=at,
        text=text,
    )
    insert(
        Attachment(
            organization_id=mine,
            message_id=message.id,
            begun_by=begun_by,
            name=each.name,
            media_type=each.media_type,
            size=len(each.content),
            sha256=each.sha256,
            content=each.content,
        )
        for each in files
    )
    conversation.version += 1
    if side is not Side.NOTE:
        conversation.last_at, conversation.closed_at = at, None
    conversation.save(update_fields=["version", "last_at", "closed_at"])
    waiting = Waiting.objects.filter(id=conversation.id)
    if side is not Side.NOTE:
        waiting.update(closed_at=None)
    if side is Side.MEMBER:
        waiting.filter(waits_since=None).update(waits_since=at)
    elif side is Side.STAFF:
        waiting.update(waits_since=None)
    return message
