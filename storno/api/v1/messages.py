"""Messages: what a client was told of a session, by which medium, and how that fared."""

from ninja import Router

from storno.api.answers import reading
from storno.api.bearer import Request
from storno.api.v1.letters import LetterShown, show_letter
from storno.api.values import Id, Shown
from storno.diary.messages.tell import letters_of_session
from storno.diary.models import BookingKind
from storno.diary.queries import booking_with

router = Router(tags=["sessions"])


class MessageList(Shown):
    """What a client was told of a session, the oldest first."""

    items: list[LetterShown]


@router.get("/{session_id}/messages", response=MessageList)
@reading
def list_messages(request: Request, session_id: Id) -> MessageList:
    """What was told of a session or of its series, by which medium and when; the oldest first."""
    session = booking_with(session_id, who=request.auth.who, kind=BookingKind.SESSION)
    return MessageList(items=[show_letter(letter) for letter in letters_of_session(session)])
