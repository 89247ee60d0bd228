"""Conversations with customer service: what was said, and saying more."""

import base64
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from storno.api.answers import Kept, Told, doing, handing_out, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedById, AskedByPlace, Next, next_after, next_before
from storno.api.values import Asked, Body, Id, Shown, ShownMoment, Text, moment_text
from storno.core.pages import Place
from storno.core.refusals import Absent, invalid
from storno.support.files import ENDINGS, LARGEST, Upload
from storno.support.models import Conversation, Side
from storno.support.queries import (
    Line,
    attachment_with,
    conversation_with,
    conversations_of,
    messages_of,
)
from storno.support.read import mark_read
from storno.support.talk import Said, begin, write

router = Router(tags=["conversations"])

_FILE = {"schema": {"type": "string", "format": "binary"}}
FILE_BODY = {
    "required": True,
    "content": dict.fromkeys((*ENDINGS, "application/octet-stream"), _FILE),
}


class FileIn(Body):
    """A file: its name, and its content in base64; of large ones (3 MB) each is sent alone."""

    name: Text
    content: Text

    def upload(self) -> Upload:
        """The file as the room takes it. Raises Invalid."""
        try:
            return Upload(self.name, base64.b64decode(self.content, validate=True))
        except ValueError:
            raise invalid("files", "not_base64", _("This is not base64.")) from None


class MessageIn(Body):
    """What is said: words, files, or both."""

    text: Text = ""
    files: list[FileIn] = Field(default=[])

    def said(self) -> Said:
        """What is said, as the room takes it. Raises Invalid."""
        return Said(self.text, [each.upload() for each in self.files])


class ConversationIn(MessageIn):
    """A question, about an `invoice` or anything."""

    invoice: Id | None = None


class ReadingIn(Body):
    """How far was read: the id of the last `message` that was shown."""

    message: Id


class ConversationFileAsked(Asked):
    """What the file is called."""

    name: Text = ""


class FileShown(Shown):
    """A file of a message; its content is fetched by its `id`."""

    id: UUID
    name: str
    media_type: str
    size: int


class MessageShown(Shown):
    """What was said; `side` says by whom: `member` or `staff`."""

    id: UUID
    side: Side
    said_at: ShownMoment
    text: str
    files: list[FileShown]


class ConversationShown(Shown):
    """A conversation; `unread` messages of it are new to the caller."""

    id: UUID
    invoice: UUID | None
    begun_at: ShownMoment
    last_at: ShownMoment
    closed_at: ShownMoment | None
    unread: int


class ConversationPage(Shown):
    """Conversations, the last spoken in first."""

    items: list[ConversationShown]
    next: Next


class ConversationMessages(Shown):
    """What was said, the last first."""

    items: list[MessageShown]
    next: Next


def _show(found: Conversation, unread: int) -> ConversationShown:
    return ConversationShown(
        id=found.id,
        invoice=found.invoice_id,
        begun_at=moment_text(found.begun_at),
        last_at=moment_text(found.last_at),
        closed_at=None if found.closed_at is None else moment_text(found.closed_at),
        unread=unread,
    )


def _show_line(line: Line) -> MessageShown:
    message = line.message
    return MessageShown(
        id=message.id,
        side=Side(message.side),
        said_at=moment_text(message.said_at),
        text=message.text,
        files=[
            FileShown(id=file.id, name=file.name, media_type=file.media_type, size=file.size)
            for file in line.files
        ],
    )


def _said(_caller: Caller, conversation: Conversation) -> Told:
    return Told(201, _show(conversation, 0))


@router.get("", response=ConversationPage)
@reading
def list_conversations(request: Request, asked: Query[AskedByPlace]) -> ConversationPage:
    """What customer service was asked."""
    after = Place.read(asked.after) if asked.after else None
    page = conversations_of(request.auth.who, after=after, limit=asked.limit)
    return ConversationPage(
        items=[_show(each.conversation, each.unread) for each in page.items],
        next=next_after(request, page.next),
    )


@router.post("", response={201: ConversationShown})
@doing(_said, fields={"invoice_id": "invoice"})
def post_conversation(request: Request, body: ConversationIn) -> Conversation:
    """Ask customer service; about an invoice, an open conversation is gone on with."""
    who, at = request.auth.who, request.auth.at
    try:
        return begin(body.said(), invoice_id=body.invoice, who=who, at=at)
    except Absent:
        raise invalid("invoice", "unknown_invoice", _("There is no such invoice.")) from None


@router.get("/{conversation_id}/messages", response=ConversationMessages)
@reading
def list_conversation_messages(
    request: Request, conversation_id: Id, asked: Query[AskedById]
) -> ConversationMessages:
    """What was said in a conversation."""
    who = request.auth.who
    conversation_with(conversation_id, who)
    said = messages_of(conversation_id, who, before=asked.before, limit=asked.limit)
    return ConversationMessages(
        items=[_show_line(each) for each in reversed(said.lines)],
        next=next_before(request, said.earlier),
    )


@router.post("/{conversation_id}/messages", response={201: ConversationShown})
@doing(_said)
def post_message(request: Request, conversation_id: Id, body: MessageIn) -> Conversation:
    """Say something more."""
    return write(conversation_id, body.said(), who=request.auth.who, at=request.auth.at)


@router.post(
    "/{conversation_id}/files",
    response={201: ConversationShown},
    openapi_extra={"requestBody": FILE_BODY},
)
@doing(_said, most_bytes=LARGEST)
def post_conversation_file(
    request: Request, conversation_id: Id, asked: Query[ConversationFileAsked]
) -> Conversation:
    """Send a file of up to 5 MB as it is: a message without words."""
    with request.upload as file:
        said = Said("", [Upload(asked.name, file.read())])
    return write(conversation_id, said, who=request.auth.who, at=request.auth.at)


@router.get("/{conversation_id}/files/{attachment_id}")
@handing_out
def get_conversation_file(request: Request, conversation_id: Id, attachment_id: Id) -> Kept:
    """A file that was sent with a message: to be saved, not to be shown."""
    file = attachment_with(attachment_id, request.auth.who)
    if file.message.conversation_id != conversation_id:
        raise Absent
    return Kept(bytes(file.content), file.name, file.media_type)


@router.post("/{conversation_id}/reading", response={204: None})
@doing(nothing)
def post_reading(request: Request, conversation_id: Id, body: ReadingIn) -> None:
    """Say how far it has been read; what was said after that message stays unread."""
    mark_read(conversation_id, body.message, who=request.auth.who, at=request.auth.at)
