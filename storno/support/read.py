"""Somebody reads a conversation: to the last message that was shown, and no further."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import invalid
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.support.models import ReadMark
from storno.support.queries import conversation_with, heard


@deed
def mark_read(conversation_id: UUID, last_id: UUID, *, who: Actor, at: datetime) -> None:  # noqa: ARG001 -- each deed has its moment
    """Remember that a person has read a conversation up to this message of it, not back again.

    What is said after it stays unread, also what was said while it was being shown. Raises Absent,
    Invalid, NotAllowed.
    """
    who.must(Deed.ASK if who.visit_id is None else Deed.SERVE)
    assert who.person_id is not None, "a person reads"
    conversation = conversation_with(conversation_id, who)
    if not heard(who).filter(conversation_id=conversation.id, id=last_id).exists():
        raise invalid("message", "unknown_message", _("There is no such message."))
    mark = {
        "organization_id": who.organization_id,
        "conversation_id": conversation.id,
        "person_id": who.person_id,
    }
    ReadMark.objects.bulk_create([ReadMark(**mark, read_to=last_id)], ignore_conflicts=True)
    ReadMark.objects.filter(**mark, read_to__lt=last_id).update(read_to=last_id)
