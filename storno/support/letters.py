"""Who asked is told by e-mail of an answer that they have not read, without a word of it.

One letter goes for all that is said until they have read it, and none to who has left.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter, LetterState
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Membership, Organization
from storno.organizations.queries import seller_of
from storno.people.models import Person
from storno.support.models import Conversation, Message, Side
from storno.support.queries import beyond_mark

ANSWER_LETTER = "conversation_answer"

WAITS = timedelta(minutes=5)
"""Whoever is reading along needs no letter."""


def tell_of_answer(conversation: Conversation, *, at: datetime) -> None:
    """Queue the letter to who asked last, unless one waits; whether it still holds is seen then."""
    person = _asker(conversation)
    if person is None:
        return
    waiting = Letter.objects.filter(
        organization_id=conversation.organization_id,
        subject_id=conversation.id,
        kind=ANSWER_LETTER,
        to_address=person.email,
        state=LetterState.QUEUED,
        next_attempt_at__gt=at,
    )
    if waiting.exists():
        return
    envelope = Envelope(ANSWER_LETTER, conversation.id, person.email, person.language)
    queue([envelope], organization_id=conversation.organization_id, at=at, wait=WAITS)


def compose_answer(letter: Letter) -> Mail:
    """Say that there is an answer, and where.

    Raises Withdrawn where all has been read, where it was told before, and for who has left.
    """
    mine = letter.organization_id
    conversation = Conversation.objects.filter(organization_id=mine, id=letter.subject_id).first()
    if conversation is None or not _is_news(conversation, letter):
        raise Withdrawn
    slug = Organization.objects.get(id=mine).slug
    seller = seller_of(mine)
    address = f"{settings.SITE_URL}/o/{slug}/conversations/{conversation.id}/"
    with override(letter.language):
        words = Words(
            subject=_("Customer service has answered you"),
            greeting=_("Hello,"),
            paragraphs=(_("Customer service has answered you. Sign in to read it."),),
            link=(_("Read the answer"), address),
            sender=(seller.name,),
        )
        return mail_of(words, language=letter.language, from_name=seller.name)


def _asker(conversation: Conversation) -> Person | None:
    """The member who asked last; None if they are a member no more."""
    said = Message.objects.filter(
        organization_id=conversation.organization_id,
        conversation_id=conversation.id,
        side=Side.MEMBER,
    )
    asker = said.order_by("-id").values_list("said_by", flat=True)[:1]
    members = Membership.objects.filter(organization_id=conversation.organization_id)
    asking = members.filter(person_id__in=asker, person__is_active=True)
    for membership in asking.select_related("person"):
        return membership.person
    return None


def _is_news(conversation: Conversation, letter: Letter) -> bool:
    """Whether the letter's reader has an answer to read of which no letter has told them."""
    person = _asker(conversation)
    if person is None or person.email != letter.to_address:
        return False
    answers = Message.objects.filter(
        organization_id=conversation.organization_id,
        conversation_id=conversation.id,
        side=Side.STAFF,
    )
    first = beyond_mark(answers, person.id).order_by("id").first()
    if first is None:
        return False
    told = Letter.objects.filter(
        organization_id=conversation.organization_id,
        subject_id=conversation.id,
        kind=ANSWER_LETTER,
        to_address=letter.to_address,
        sent_at__gte=first.said_at,
    )
    return not told.exists()
