"""Letters: what was written to whom, and where it is."""

from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedByPlace, Next, next_after
from storno.api.values import Body, Id, Shown, ShownMoment, Text, moment_or_none, moment_text
from storno.core.pages import Place
from storno.documents.send import send_again, send_document, send_to_other_address
from storno.mailroom.models import Failure, Letter, LetterState, Medium
from storno.mailroom.queries import letters_of

documents = Router(tags=["letters"])
router = Router(tags=["letters"])

FIELDS = {"address": "to"}
"""What the rooms call a field, and where it stands in a body."""


class LetterIn(Body):
    """To another address than the recipient's, or that of the letter that failed."""

    to: Text | None = None


TO_ITS_RECIPIENT = LetterIn()


class LetterShown(Shown):
    """A letter about a `subject`, mostly a document. `failure` tells of the last try."""

    id: UUID
    kind: str
    subject: UUID
    medium: Medium
    to: str
    language: str
    state: LetterState
    queued_at: ShownMoment
    next_attempt_at: ShownMoment | None
    attempts: int
    sent_at: ShownMoment | None
    failure: Failure | None
    reply: str
    message_id: str


class LetterPage(Shown):
    """Letters, the newest first."""

    items: list[LetterShown]
    next: Next


def show_letter(letter: Letter) -> LetterShown:
    """A letter as it is shown."""
    return LetterShown(
        id=letter.id,
        kind=letter.kind,
        subject=letter.subject_id,
        medium=Medium(letter.medium),
        to=letter.to_address,
        language=letter.language,
        state=LetterState(letter.state),
        queued_at=moment_text(letter.queued_at),
        next_attempt_at=moment_or_none(letter.next_attempt_at),
        attempts=letter.attempts,
        sent_at=moment_or_none(letter.sent_at),
        failure=Failure(letter.failure) if letter.failure else None,
        reply=letter.reply,
        message_id=letter.message_id,
    )


def _queued(_caller: Caller, letter: Letter) -> Told:
    return Told(202, show_letter(letter))


@router.get("", response=LetterPage)
@reading
def list_letters(request: Request, asked: Query[AskedByPlace]) -> LetterPage:
    """The letters of the organization, the newest first."""
    page = letters_of(
        request.auth.who.organization_id,
        after=Place.read(asked.after) if asked.after else None,
        limit=asked.limit,
    )
    return LetterPage(
        items=[show_letter(letter) for letter in page.items], next=next_after(request, page.next)
    )


@documents.post("/{document_id}/letters", response={202: LetterShown})
@doing(_queued, fields=FIELDS)
def post_letter(request: Request, document_id: Id, body: LetterIn = TO_ITS_RECIPIENT) -> Letter:
    """Mail an issued document. While such a letter is on its way, that one is the answer."""
    return send_document(document_id, address=body.to, who=request.auth.who, at=request.auth.at)


@router.post("/{letter_id}/attempts", response={202: LetterShown})
@doing(_queued, fields=FIELDS)
def post_attempt(request: Request, letter_id: Id, body: LetterIn = TO_ITS_RECIPIENT) -> Letter:
    """Send a letter that failed once more: the same, or a new one to another address."""
    who, at = request.auth.who, request.auth.at
    if body.to is None:
        return send_again(letter_id, who=who, at=at)
    return send_to_other_address(letter_id, body.to, who=who, at=at)
