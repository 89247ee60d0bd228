"""Putting letters into the queue: an INSERT in the transaction that gives the reason to write."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.mailroom.models import Letter, LetterState, Medium
from storno.organizations.sealed import sealed


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom, about what, and in which language; `kind` says who composes it.

    `to_address` is an e-mail address, or a number in E.164 form where the medium is SMS.
    """

    kind: str
    subject_id: UUID
    to_address: str
    language: str
    medium: Medium = Medium.EMAIL


AT_ONCE = timedelta(0)


def queue(
    envelopes: Iterable[Envelope],
    *,
    organization_id: UUID,
    at: datetime,
    wait: timedelta = AT_ONCE,
) -> list[Letter]:
    """Queue letters with one statement, to leave at once or after a wait.

    The Message-ID is fixed now and survives every retry.
    """
    domain = urlsplit(settings.SITE_URL).hostname
    letters = []
    for envelope in envelopes:
        id_ = new_id()
        letters.append(
            sealed(
                Letter(
                    id=id_,
                    organization_id=organization_id,
                    kind=envelope.kind,
                    subject_id=envelope.subject_id,
                    medium=envelope.medium,
                    to_address=envelope.to_address,
                    language=envelope.language,
                    message_id=f"<{id_}@{domain}>",
                    state=LetterState.QUEUED,
                    queued_at=at,
                    next_attempt_at=at + wait,
                )
            )
        )
    return insert(letters)
