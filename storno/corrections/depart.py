"""Departure: what was on hold goes out, each thing once, whoever comes first.

The deadline counts, not the worker: a deed that meets a credit note whose time has come lets it go
first (`after_due_credit`). Held credit notes leave one per transaction; held invoices in batches of
one organization, and one that cannot be issued leaves the batch with its reason and no number.

Order of locks: draft, standing, series.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import ClassVar, ParamSpec, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, ProgrammingError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storno.core.defects import told
from storno.core.refusals import Blocked, Blocker, Refused
from storno.corrections.facts import (
    ChangedMeanwhile,
    HeldCreditIsDue,
    gather,
    lock_held_credit,
    lock_standing,
)
from storno.corrections.give_credit import give_credit
from storno.corrections.held import request_of
from storno.corrections.plan import plan_credit
from storno.corrections.redraft import free_corrected_draft
from storno.corrections.stop import CreditBlocked, CreditFailed, stop_held_credit
from storno.custody.to_payer import payers_money
from storno.documents.issue import NotReady, Ready, get_ready, issue
from storno.documents.models import Document, Draft, Kind
from storno.history.record import Happening, record
from storno.notices.reach import sort_reachable
from storno.notices.send import begin_notices
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope

BATCH = 250

ATTEMPTS = 10
"""How often a deed may find that somebody was faster before that is a defect."""

NOT_THE_PAPER = (OperationalError, InterfaceError, ProgrammingError)
"""The database is away, too busy, or of another version than this worker: no paper is to blame."""

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class IssueFailed(Happening):
    """A draft's time came, but it could not be issued: it is a draft again."""

    kind: ClassVar = "draft.issue_failed"
    sentence: ClassVar = _("The invoice could not be issued and is a draft again.")
    code: str


def after_due_credit(operation: Callable[P, R]) -> Callable[P, R]:
    """Make a deed on an invoice let a credit note go first whose departure has come.

    The credit note goes in its own transaction; then the deed is tried anew.
    """

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        who, at = kwargs["who"], kwargs["at"]
        assert isinstance(who, Actor)
        assert isinstance(at, datetime)
        for _attempt in range(ATTEMPTS):
            try:
                return operation(*args, **kwargs)
            except HeldCreditIsDue as due:
                _depart_credit_or_stop(due.invoice_id, due.organization_id, at)
            except ChangedMeanwhile:
                continue
        raise RuntimeError("an invoice kept changing under a deed")

    return run


def depart_credit(invoice_id: UUID, *, organization_id: UUID, at: datetime) -> Document | None:
    """Issue the credit note on hold of an invoice if its departure has come; None if not."""
    who = system(organization_id)
    with scope(organization_id):
        draft = lock_held_credit(invoice_id, organization_id)
        if draft is None or draft.goes_at is None or draft.goes_at > at:
            return None
        standing = lock_standing(invoice_id, organization_id)
        case = gather(standing, who=who, at=at)
        released = case.facts.released()
        if draft.desk_case_id is not None:
            released = released.checked(payers_money(invoice_id, organization_id))
        plan = plan_credit(released, request_of(draft), at=at)
        if plan.blockers:
            code = plan.blockers[0].code
            log.error("held credit note %s is blocked: %s", draft.id, code)
            why = CreditBlocked(code, standing.cancelling_minor, draft.currency)
            stop_held_credit(draft, standing, why, who=who, at=at)
            return None
        free_corrected_draft(draft, who=who, at=at)
        issued = give_credit(
            case, plan, draft_id=draft.id, issued_by=draft.finalised_by, who=who, at=at
        )
        Draft.objects.filter(organization_id=organization_id, id=draft.id).delete()
        return issued.credit_note


def depart_due(organization_id: UUID, *, at: datetime) -> int:
    """Let everything of one organization go whose time has come; return how many papers went.

    What cannot go holds up nobody else; a database that is away, busy or being migrated is no
    reason to give up a paper, so that is raised, and the next run goes on.
    """
    gone = sum(
        _depart_credit_or_stop(invoice_id, organization_id, at)
        for invoice_id in _due_credits(organization_id, at)
    )
    while (batch := _depart_batch(organization_id, at)) is not None:
        gone += batch
    return gone


def _due_credits(organization_id: UUID, at: datetime) -> list[UUID]:
    with scope(organization_id):
        return [
            invoice_id
            for invoice_id in Draft.objects.filter(
                organization_id=organization_id, kind=Kind.CREDIT_NOTE, goes_at__lte=at
            )
            .order_by("goes_at", "id")
            .values_list("credits_id", flat=True)
            if invoice_id is not None
        ]


def _depart_credit_or_stop(invoice_id: UUID, organization_id: UUID, at: datetime) -> bool:
    """Let one credit note go; one that a defect keeps back is stopped, and the invoice is free."""
    try:
        return depart_credit(invoice_id, organization_id=organization_id, at=at) is not None
    except NOT_THE_PAPER:
        raise
    except Exception as defect:  # noqa: BLE001 -- it holds up nobody else
        log.error("credit note of invoice %s not issued: %s", invoice_id, told(defect))  # noqa: TRY400
    who = system(organization_id)
    with scope(organization_id):
        draft = lock_held_credit(invoice_id, organization_id)
        if draft is not None and draft.goes_at is not None and draft.goes_at <= at:
            standing = lock_standing(invoice_id, organization_id)
            why = CreditFailed(standing.cancelling_minor, draft.currency)
            stop_held_credit(draft, standing, why, who=who, at=at)
    return False


def _depart_batch(organization_id: UUID, at: datetime) -> int | None:
    """Issue up to a batch of held invoices in one transaction; None when none is due.

    Should the batch be refused, its drafts go one by one, and only the wrong one stays behind.
    """
    try:
        return _depart_some(organization_id, at)
    except NOT_THE_PAPER:
        raise
    except Exception as defect:  # noqa: BLE001 -- its drafts are tried alone
        log.error("a batch goes one by one: %s", told(defect))  # noqa: TRY400
    with scope(organization_id):
        alone = list(_due(organization_id, at).values_list("id", flat=True)[:BATCH])
    return sum(_depart_alone(draft_id, organization_id, at) for draft_id in alone)


def _depart_alone(draft_id: UUID, organization_id: UUID, at: datetime) -> int:
    """Issue one held invoice; if it cannot be issued it is a draft again, with its reason."""
    try:
        return _depart_some(organization_id, at, only=draft_id) or 0
    except NOT_THE_PAPER:
        raise
    except Refused as refused:
        why = Blocked(refused.blockers)
    except Exception as defect:  # noqa: BLE001 -- it is a draft again, and says so
        log.error("held invoice %s not issued: %s", draft_id, told(defect))  # noqa: TRY400
        why = Blocked(
            [
                Blocker(
                    "could_not_be_issued",
                    _("The invoice could not be issued."),
                    _("Check the draft and finalise it again."),
                )
            ]
        )
    with scope(organization_id):
        for draft in _lock_due(organization_id, at, only=draft_id):
            _give_up(NotReady(draft, why), who=system(organization_id), at=at)
    return 0


def _due(organization_id: UUID, at: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(
        organization_id=organization_id, kind=Kind.INVOICE, goes_at__lte=at, waits_for=None
    ).order_by("goes_at", "id")


def _lock_due(organization_id: UUID, at: datetime, *, only: UUID | None = None) -> list[Draft]:
    """Lock a batch of what is due, or the one named; what somebody else has locked is his."""
    due = _due(organization_id, at).select_for_update(skip_locked=True)
    return list((due.filter(id=only) if only else due)[:BATCH])


def _depart_some(organization_id: UUID, at: datetime, *, only: UUID | None = None) -> int | None:
    who = system(organization_id)
    with scope(organization_id):
        drafts = _lock_due(organization_id, at, only=only)
        if not drafts:
            return None
        now = circumstances(organization_id, at)
        complete, not_ready = get_ready(drafts, now)
        ready, mute = sort_reachable(complete, now.seller)
        if ready:
            issue_and_tell(ready, now, who=who, at=at)
        for left_behind in (*not_ready, *mute):
            _give_up(left_behind, who=who, at=at)
        return len(ready)


def issue_and_tell(
    ready: Sequence[Ready], now: Circumstances, *, who: Actor, at: datetime
) -> list[Document]:
    """Issue locked drafts, and tell the recipients of those that were to go out by themselves."""
    documents = issue(ready, now, who=who, at=at)
    begin_notices(
        [
            document
            for document, paper in zip(documents, ready, strict=True)
            if paper.draft.issues_at is not None
        ],
        now,
        who=who,
        at=at,
    )
    return documents


def _give_up(left_behind: NotReady, *, who: Actor, at: datetime) -> None:
    """Make a draft that could not be issued a plain draft again, with its reason."""
    draft, code = left_behind.draft, left_behind.why.blockers[0].code
    Draft.objects.filter(organization_id=draft.organization_id, id=draft.id).update(
        goes_at=None, issues_at=None, failure=code
    )
    record(IssueFailed(code=code), subject_id=draft.id, who=who, at=at)
