"""Reading refund cases: an organization's own inside its scope, the queue outside of any."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery

from storno.bank.queries import Payer, payers_told
from storno.cases.models import Confirmation, HowEnded, RefundCase
from storno.cases.state import CaseNow, read_case
from storno.core.refusals import Absent
from storno.custody.crossing import crossing
from storno.documents.models import Standing, State
from storno.organizations.models import Organization
from storno.organizations.queries import operator
from storno.organizations.roles import Actor
from storno.payments.methods import CLIENT_MONEY
from storno.payments.models import Payment, Reversal
from storno.support.models import Attachment, Conversation, Side
from storno.support.queries import Line, heard, messages_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Queued:
    """A case that is not checked yet; ids and moments only, `confirmed_at` None while asked."""

    id: UUID
    organization: Organization
    asked_at: datetime
    confirmed_at: datetime | None


def cases_in_queue() -> list[Queued]:
    """The cases of all organizations that are not checked yet, those to be checked first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM refund_cases_in_queue()")
        rows = cursor.fetchall()
    organizations = Organization.objects.in_bulk([row[1] for row in rows])
    return [Queued(id_, organizations[mine], asked, said) for id_, mine, asked, said in rows]


def organization_of(case_id: UUID) -> UUID:
    """Whose a case is; outside of any scope. Raises Absent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_of_refund_case(%s)", [case_id])
        (found,) = cursor.fetchone()
    if found is None:
        raise Absent
    organization_id: UUID = found
    return organization_id


def list_cases(
    organization_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> list[CaseNow]:
    """The cases of an organization, the newest first."""
    mine = RefundCase.objects.filter(organization_id=organization_id)
    if before is not None:
        mine = mine.filter(id__lt=before)
    return [read_case(each) for each in mine.order_by("-id")[:limit]]


def case_of_invoice(invoice_id: UUID, organization_id: UUID) -> CaseNow | None:
    """The last case of an invoice, if there was one."""
    mine = RefundCase.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    last = mine.order_by("-id").first()
    return None if last is None else read_case(last)


def last_case_id(invoice_id: UUID, organization_id: UUID) -> UUID | None:
    """The last case of an invoice, without how far it is; None where there was none that stands."""
    mine = RefundCase.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    last = mine.order_by("-id").first()
    return None if last is None or last.how_ended == HowEnded.WITHDRAWN else last.id


def cases_to_confirm(organization_id: UUID, *, limit: int) -> list[CaseNow]:
    """Open cases that wait for a member, the oldest first: to pay back, or to confirm it anew."""
    mine = {"organization_id": organization_id}
    its = Standing.objects.filter(**mine, id=OuterRef("invoice_id"))
    said = Confirmation.objects.filter(**mine, case_id=OuterRef("id"), deeds=OuterRef("deeds"))
    cases = (
        RefundCase.objects.filter(**mine, ended_at=None)
        .filter(Exists(its.exclude(state=State.CREDITED)))
        .annotate(deeds=Subquery(its.values("deeds")))
        .exclude(Exists(said))
    )
    return [read_case(each) for each in cases.order_by("id")[:limit]]


def confirmations_of(case: RefundCase) -> list[Confirmation]:
    """All that was confirmed in a case, in its order."""
    mine = Confirmation.objects.filter(organization_id=case.organization_id, case_id=case.id)
    return list(mine.order_by("id"))


def payers_of(invoice_id: UUID, who: Actor) -> list[Payer]:
    """Who paid an invoice, from the entries of the bank that are its payments now.

    With client money they lie with the operator, whose books are looked into for just these.
    """
    mine = {"organization_id": who.organization_id}
    taken_back = Reversal.objects.filter(**mine).values("payment_id")
    payments = Payment.objects.filter(**mine, invoice_id=invoice_id).exclude(id__in=taken_back)
    methods = dict(payments.values_list("id", "method"))
    held = [id_ for id_, method in methods.items() if method == CLIENT_MONEY.code]
    own = [id_ for id_ in methods if id_ not in held]
    found = payers_told(own, who.organization_id, bank_of=who.organization_id)
    if held and (house := operator()) is not None:
        with crossing(house.id, back_to=who.organization_id):
            found += payers_told(held, who.organization_id, bank_of=house.id)
    return list(dict.fromkeys(found))


def said_by_members(invoice_id: UUID, who: Actor, *, limit: int = PAGE) -> list[Line]:
    """What members have said last about an invoice, the newest first: a confirmation is there."""
    talks = Conversation.objects.filter(
        organization_id=who.organization_id, invoice_id=invoice_id
    ).order_by("-last_at", "id")
    said = [line for talk in talks[:3] for line in messages_of(talk.id, who).lines]
    theirs = [line for line in said if line.message.side == Side.MEMBER]
    return sorted(theirs, key=lambda line: line.message.id, reverse=True)[:limit]


def said_in(message_id: UUID, who: Actor) -> Line | None:
    """A message with its files: that in which something was confirmed. None once it is let go."""
    message = heard(who).filter(id=message_id).first()
    if message is None:
        return None
    files = Attachment.objects.filter(organization_id=who.organization_id, message_id=message_id)
    return Line(message, tuple(files.defer("content").order_by("id")))
