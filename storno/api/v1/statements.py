"""What a client owes, and how it came to that."""

from datetime import date
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Pdf, Told, doing, printing, reading
from storno.api.bearer import Caller, Request
from storno.api.v1.letters import LetterShown, show_letter
from storno.api.values import Asked, Body, Day, Id, Shown, ShownAmount
from storno.clients.looks import own_client_looked_at
from storno.core.refusals import Absent
from storno.mailroom.models import Letter
from storno.money.currency import decimal_text
from storno.organizations.queries import Circumstances, circumstances
from storno.overdue.statement import send_statement
from storno.reports.statement import Account, Entry, Statement, read_statement
from storno.reports.statement_paper import pdf_of_statement

router = Router(tags=["clients"])

FIELDS = {"from": "first"}
"""What the rooms call a field, and where it stands in a body."""


class PeriodAsked(Asked):
    """The days of a statement: from the first of January until today, unless told otherwise."""

    first: Day | None = None
    last: Day | None = None


class CurrencyAsked(PeriodAsked):
    """Of several currencies the one that is printed; unless told, the organization's."""

    currency: str = ""


class PeriodIn(Body):
    """The days of the statement that is sent."""

    first: Day
    last: Day


class EntryShown(Shown):
    """What moved the balance on a day: positive if more is owed since."""

    on: date
    kind: str
    invoice: UUID
    number: str
    amount: ShownAmount
    balance: ShownAmount


class OpenShown(Shown):
    """An invoice of which something is open now."""

    invoice: UUID
    number: str
    due_on: date
    open: ShownAmount


class AccountShown(Shown):
    """The statement in one currency; a negative balance is owed to the client."""

    currency: str
    opening: ShownAmount
    entries: list[EntryShown]
    closing: ShownAmount
    open_invoices: list[OpenShown]


class StatementShown(Shown):
    """What a client owed before a period, what moved it, and what it owes since."""

    client: UUID
    first: date
    last: date
    accounts: list[AccountShown]


def _sent(_caller: Caller, letter: Letter) -> Told:
    return Told(202, show_letter(letter))


@router.get("/{client_id}/statement", response=StatementShown)
@reading
def get_statement(request: Request, client_id: Id, asked: Query[PeriodAsked]) -> StatementShown:
    """What a client owes in each currency: invoices, credit notes and money by their days."""
    statement, _now = _read(request, client_id, asked)
    return StatementShown(
        client=client_id,
        first=statement.first,
        last=statement.last,
        accounts=[_account(each) for each in statement.accounts],
    )


@router.post("/{client_id}/statement", response={202: LetterShown})
@doing(_sent, fields=FIELDS)
def post_statement(request: Request, client_id: Id, body: PeriodIn) -> Letter:
    """Mail the client its statement for a period; while one is on its way, that is the answer."""
    return send_statement(
        client_id, body.first, body.last, who=request.auth.who, at=request.auth.at
    )


@router.get("/{client_id}/statement.pdf")
@printing
def get_statement_pdf(request: Request, client_id: Id, asked: Query[CurrencyAsked]) -> Pdf:
    """The statement of one currency as PDF, in the client's language."""
    statement, now = _read(request, client_id, asked)
    code = asked.currency or now.seller.currency
    account = next((each for each in statement.accounts if each.currency == code), None)
    if account is None:
        raise Absent
    name, content = pdf_of_statement(statement, account, now, at=request.auth.at)
    return Pdf(content, name)


def _read(request: Request, client_id: UUID, asked: PeriodAsked) -> tuple[Statement, Circumstances]:
    now = circumstances(request.auth.who.organization_id, request.auth.at)
    last = asked.last or now.today
    client = own_client_looked_at(client_id, who=request.auth.who, at=request.auth.at)
    statement = read_statement(
        client,
        asked.first or last.replace(month=1, day=1),
        last,
        currency=now.seller.currency,
    )
    return statement, now


def _account(account: Account) -> AccountShown:
    code = account.currency
    return AccountShown(
        currency=code,
        opening=decimal_text(account.opening_minor, code),
        entries=[_entry(entry, code) for entry in account.entries],
        closing=decimal_text(account.closing_minor, code),
        open_invoices=[
            OpenShown(
                invoice=each.id,
                number=each.number,
                due_on=each.due_on,
                open=decimal_text(each.open_minor, code),
            )
            for each in account.open
        ],
    )


def _entry(entry: Entry, currency: str) -> EntryShown:
    return EntryShown(
        on=entry.on,
        kind=entry.kind,
        invoice=entry.invoice_id,
        number=entry.number,
        amount=decimal_text(entry.amount_minor, currency),
        balance=decimal_text(entry.balance_minor, currency),
    )
