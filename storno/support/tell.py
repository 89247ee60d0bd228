"""Customer service is told by e-mail that a member waits, and nothing of what was said.

The letters are the operator's: members see the letters of their own organization, and nobody
there needs to know who serves them.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.words import Words, mail_of
from storno.organizations.queries import operator, seller_of
from storno.organizations.scope import scope
from storno.staff.enlist import all_staff
from storno.support.models import Waiting
from storno.support.operate import is_mailed

WAITING_LETTER = "member_waits"

WAITS = timedelta(minutes=5)
"""Whoever looks at the queue needs no letter."""

MOST = 50
"""So many who wait are told of in one go."""


def tell_staff(*, at: datetime) -> int:
    """Tell who has a conversation that a member waits in it, or all where nobody has; once a wait.

    Where there is no operator nobody is told. Returns how many conversations were told of.
    """
    house = operator()
    if house is None or not is_mailed():
        return 0
    with scope(house.id):
        waiting = (
            Waiting.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(told_at=None) | Q(told_at__lt=F("waits_since")))
            .filter(closed_at=None, waits_since__lte=at - WAITS)
            .select_related("staff__person")
            .order_by("waits_since", "id")[:MOST]
        )
        rows = list(waiting)
        for row in rows:
            told = all_staff() if row.has_it is None else [row.has_it]
            queue(
                (
                    Envelope(WAITING_LETTER, row.id, each.person.email, each.person.language)
                    for each in told
                ),
                organization_id=house.id,
                at=at,
            )
        Waiting.objects.filter(id__in=[row.id for row in rows]).update(told_at=at)
    return len(rows)


def compose_waiting(letter: Letter) -> Mail:
    """Say that a member waits, and where. Raises Withdrawn where they have their answer."""
    still = Waiting.objects.filter(
        id=letter.subject_id, closed_at=None, waits_since__lte=letter.queued_at
    )
    serves = {each.person.email for each in all_staff()}
    if not still.exists() or letter.to_address not in serves:
        raise Withdrawn
    sender = seller_of(letter.organization_id).name
    address = f"{settings.SITE_URL}/desk/conversations/{letter.subject_id}/"
    with override(letter.language):
        words = Words(
            subject=_("A member waits for an answer"),
            greeting=_("Hello,"),
            paragraphs=(_("A member waits for an answer of customer service."),),
            link=(_("Open the conversation"), address),
            sender=(sender,),
        )
        return mail_of(words, language=letter.language, from_name=sender)
