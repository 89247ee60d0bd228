"""Who asked is told by e-mail of an answer that they have not read, without a word of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Organization
from storno.organizations.queries import seller_of
from storno.people.models import Person
from storno.support.models import Conversation, ReadMark

ANSWER_LETTER = "conversation_answer"

WAITS = timedelta(minutes=5)
"""Whoever is reading along needs no letter."""


def tell_of_answer(conversation: Conversation, *, at: datetime) -> None:
    """Queue the letter to who began a conversation; it is withdrawn if they have read by then."""
    person = Person.objects.filter(id=conversation.begun_by, is_active=True).first()
    if person is None:
        return
    envelope = Envelope(ANSWER_LETTER, conversation.id, person.email, person.language)
    queue([envelope], organization_id=conversation.organization_id, at=at, wait=WAITS)


def compose_answer(letter: Letter) -> Mail:
    """Say that there is an answer, and where. Raises Withdrawn where it has been read."""
    mine = letter.organization_id
    conversation = Conversation.objects.filter(organization_id=mine, id=letter.subject_id).first()
    if conversation is None or _has_read(conversation, letter):
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


def _has_read(conversation: Conversation, letter: Letter) -> bool:
    """Whether who asked has read the conversation since the answer."""
    return ReadMark.objects.filter(
        organization_id=conversation.organization_id,
        conversation_id=conversation.id,
        person_id=conversation.begun_by,
        read_at__gte=letter.queued_at,
    ).exists()
