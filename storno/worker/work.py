"""What the worker does, one piece of work at a time.

Which organizations have work is asked of the database by functions that return ids and nothing
else; each is then worked for in its own scope. One that fails is logged and holds up nobody else.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.core.management import call_command

from storno.administration.invite import forget_invitations
from storno.core.defects import told
from storno.corrections.depart import depart_due
from storno.corrections.letter import compose_credit_stopped
from storno.corrections.stop import CREDIT_STOPPED_LETTER
from storno.documents.erase import erase_expired
from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.letter import (
    LINK_RENEWED_LETTER,
    compose_document_letter,
    compose_renewed_link,
)
from storno.documents.queries import organizations_with_due_drafts
from storno.mailroom.deliver import Composer, deliver_next
from storno.mailroom.queries import organizations_with_due_letters
from storno.mailroom.way_out import way_out
from storno.organizations.once import forget_answers
from storno.organizations.queries import all_organizations

MOST_AT_ONCE = 20
"""Letters of one organization that a sender delivers before the next organization has its turn."""

COMPOSERS: dict[str, Composer] = {
    DOCUMENT_LETTER: compose_document_letter,
    LINK_RENEWED_LETTER: compose_renewed_link,
    CREDIT_STOPPED_LETTER: compose_credit_stopped,
}

log = logging.getLogger(__name__)


def let_go(at: datetime) -> int:
    """Let all that is due depart; return how much went."""
    return _for_each(
        organizations_with_due_drafts(at),
        lambda organization_id: depart_due(organization_id, at=at),
    )


def deliver(at: datetime) -> int:
    """Deliver letters that are due; return how many were tried."""
    out = way_out()

    def some(organization_id: UUID) -> int:
        for tried in range(MOST_AT_ONCE):
            if not deliver_next(organization_id, composers=COMPOSERS, out=out, at=at):
                return tried
        return MOST_AT_ONCE

    try:
        return _for_each(organizations_with_due_letters(at), some)
    finally:
        out.close()


def tidy_up(at: datetime) -> int:
    """Forget what was kept for a while: answers, invitations, sessions."""
    call_command("clearsessions")
    return _for_each(
        all_organizations(),
        lambda mine: (
            forget_answers(organization_id=mine, at=at)
            + forget_invitations(organization_id=mine, at=at)
        ),
    )


def erase(at: datetime) -> int:
    """Erase the personal parts that the law no longer keeps; return how many documents had them."""
    return _for_each(all_organizations(), lambda mine: erase_expired(mine, at=at))


def _for_each(organizations: Iterable[UUID], work: Callable[[UUID], int]) -> int:
    done = 0
    for organization_id in organizations:
        try:
            done += work(organization_id)
        except Exception as defect:  # noqa: BLE001 -- one organization holds up nobody else
            log.error("work for %s failed: %s", organization_id, told(defect))  # noqa: TRY400
    return done
