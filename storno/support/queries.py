"""Reading conversations inside a scope: what the reader may see of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent, invalid
from storno.documents.models import Document
from storno.organizations.models import Membership
from storno.organizations.roles import Actor, Deed
from storno.support.models import Attachment, Conversation, Message, ReadMark, Side

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in a list; `unread` of its messages are new to the reader."""

    conversation: Conversation
    last: Message | None
    unread: int


@dataclass(frozen=True, slots=True)
class Line:
    """A message with its files, as the reader may see it."""

    message: Message
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a conversation, in its order; before `earlier` more was said, unless None."""

    lines: tuple[Line, ...]
    earlier: UUID | None


def conversations_of(who: Actor, *, after: Place | None = None, limit: int = PAGE) -> Page[Row]:
    """The conversations of an organization, the last spoken in first.

    Raises Invalid for a limit or a place out of range.
    """
    mine = Conversation.objects.filter(organization_id=who.organization_id)
    if after is not None:
        last_at = _moment(after)
        mine = mine.filter(Q(last_at__lt=last_at) | Q(last_at=last_at, id__gt=after.id))
    page = page_of(
        mine.order_by("-last_at", "id")[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda row: Place(row.last_at.isoformat(), row.id),
    )
    ids = [each.id for each in page.items]
    last = {
        message.conversation_id: message
        for message in heard(who)
        .filter(conversation_id__in=ids)
        .order_by("conversation_id", "-id")
        .distinct("conversation_id")
    }
    new = unread_in(ids, who)
    rows = tuple(Row(each, last.get(each.id), new.get(each.id, 0)) for each in page.items)
    return Page(rows, page.next)


def _moment(place: Place) -> datetime:
    """The moment in a place. Raises Invalid."""
    try:
        return datetime.fromisoformat(place.key)
    except ValueError:
        raise invalid(
            "after", "unknown_place", _("This page does not exist. Begin at the first one.")
        ) from None


def numbers_of(conversations: Iterable[Conversation], who: Actor) -> dict[UUID, str]:
    """The numbers of the invoices that conversations are about, by their ids."""
    ids = [each.invoice_id for each in conversations if each.invoice_id is not None]
    mine = Document.objects.filter(organization_id=who.organization_id, id__in=ids)
    return dict(mine.values_list("id", "number"))


def open_about(invoice_id: UUID | None, who: Actor) -> Conversation | None:
    """The open conversation about an invoice, if there is one."""
    if invoice_id is None:
        return None
    mine = Conversation.objects.filter(organization_id=who.organization_id, closed_at=None)
    return mine.filter(invoice_id=invoice_id).order_by("-last_at", "id").first()


def conversation_with(conversation_id: UUID, who: Actor) -> Conversation:
    """The conversation with this id; inside a scope. Raises Absent."""
    mine = Conversation.objects.filter(organization_id=who.organization_id, id=conversation_id)
    for conversation in mine:
        return conversation
    raise Absent


def messages_of(
    conversation_id: UUID, who: Actor, *, before: UUID | None = None, limit: int = PAGE
) -> Stretch:
    """What was said last in a conversation, or last before a message; notes for the desk alone.

    Raises Invalid for a limit out of range.
    """
    said = heard(who).filter(conversation_id=conversation_id)
    if before is not None:
        said = said.filter(id__lt=before)
    messages = list(said.order_by("-id")[: checked_limit(limit) + 1])
    earlier = messages[limit - 1].id if len(messages) > limit else None
    messages = messages[:limit][::-1]
    files: dict[UUID, list[Attachment]] = {}
    mine = Attachment.objects.filter(organization_id=who.organization_id).defer("content")
    for file in mine.filter(message_id__in=[each.id for each in messages]).order_by("id"):
        files.setdefault(file.message_id, []).append(file)
    lines = tuple(Line(each, tuple(files.get(each.id, ()))) for each in messages)
    return Stretch(lines, earlier)


def attachment_with(attachment_id: UUID, who: Actor) -> Attachment:
    """A file of a message that the reader may see. Raises Absent."""
    mine = Attachment.objects.filter(organization_id=who.organization_id, id=attachment_id)
    found = mine.filter(message__in=heard(who)).first()
    if found is None:
        raise Absent
    return found


def unread(who: Actor) -> int:
    """How many messages of all conversations are new to the reader."""
    return _unread(who).count()


def unread_in(conversation_ids: Iterable[UUID], who: Actor) -> dict[UUID, int]:
    """How many messages are new to the reader, by conversation."""
    new = _unread(who).filter(conversation_id__in=list(conversation_ids))
    return dict(
        new.values("conversation_id").annotate(n=Count("id")).values_list("conversation_id", "n")
    )


def heard(who: Actor) -> QuerySet[Message]:
    """What the reader may see of what was said."""
    mine = Message.objects.filter(organization_id=who.organization_id)
    return mine if who.may(Deed.SERVE) else mine.exclude(side=Side.NOTE)


def _unread(who: Actor) -> QuerySet[Message]:
    """Messages of the other side that came after the reader's mark, and after who reads joined."""
    assert who.person_id is not None, "a person reads"
    if who.may(Deed.SERVE):
        return beyond_mark(heard(who).filter(side=Side.MEMBER), who.person_id)
    joined = Membership.objects.filter(
        organization_id=who.organization_id, person_id=who.person_id
    ).values("since")
    answers = heard(who).filter(side=Side.STAFF, said_at__gte=Subquery(joined))
    return beyond_mark(answers, who.person_id)


def beyond_mark(messages: QuerySet[Message], person_id: UUID) -> QuerySet[Message]:
    """Those of the messages that a person has not read."""
    mark = ReadMark.objects.filter(
        organization_id=OuterRef("organization_id"),
        conversation_id=OuterRef("conversation_id"),
        person_id=person_id,
        read_to__gte=OuterRef("id"),
    )
    return messages.exclude(Exists(mark))
