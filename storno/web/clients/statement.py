"""What a client owes and how it came to that: on a page, as a file, on paper."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from storno.clients.looks import own_client_looked_at
from storno.core.refusals import Absent
from storno.core.sheet import Row, safe_cell, sheet_of
from storno.money.currency import decimal_text
from storno.organizations.roles import Deed
from storno.overdue.statement import NoEmail, send_statement
from storno.reports.statement import Account, Statement, read_statement
from storno.reports.statement_paper import pdf_of_statement
from storno.web.access import Here, member_page
from storno.web.clients.head import head_of
from storno.web.exports.sheets import csv_response
from storno.web.papers.invoice import as_pdf
from storno.web.say import say_date, say_money
from storno.web.show import show


@require_GET
@member_page
def client_statement(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """A client's statement for a period."""
    with here.reading():
        statement = _read(request, here, client_id)
        days = {"from": statement.first.isoformat(), "to": statement.last.isoformat()}
        return show(
            request,
            here,
            "clients/statement.html",
            **head_of(here, statement.client, "client_invoices"),
            days=days,
            accounts=[_shown(each, statement, here, days) for each in statement.accounts],
            send_url=here.url("client_statement_send", client_id, **days)
            if here.who.may(Deed.SEND)
            else "",
            csv_url=here.url("client_statement_csv", client_id, **days),
        )


@require_POST
@member_page
def client_statement_send(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Mail the client the statement that is shown."""
    with here.reading():
        first, last = _period(request, here)
    days = {"from": first.isoformat(), "to": last.isoformat()}
    try:
        letter = send_statement(client_id, first, last, who=here.who, at=here.at)
    except NoEmail as nothing:
        messages.warning(request, f"{nothing.message} {nothing.remedy}")
    else:
        to = {"address": letter.to_address}
        messages.success(request, _("The statement is on its way to %(address)s.") % to)
    return redirect(here.url("client_statement", client_id, **days))


@require_GET
@member_page
def client_statement_csv(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """The same as a file."""
    with here.reading():
        statement = _read(request, here, client_id)
    name = f"statement-{statement.client.number}-{statement.first}-{statement.last}.csv"
    rows = [row for account in statement.accounts for row in _rows(account, statement)]
    heads = ("date", "kind", "number", "currency", "amount", "balance")
    return csv_response(sheet_of([heads, *rows]), name)


@require_GET
@member_page
def client_statement_pdf(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """The same on paper, in the client's language; of several currencies the one that is asked."""
    with here.reading():
        statement = _read(request, here, client_id)
        code = request.GET.get("currency") or statement.accounts[0].currency
        account = next((each for each in statement.accounts if each.currency == code), None)
        if account is None:
            raise Absent
        name, content = pdf_of_statement(statement, account, here.now, at=here.at)
        return as_pdf(content, name)


def _read(request: HttpRequest, here: Here, client_id: UUID) -> Statement:
    first, last = _period(request, here)
    client = own_client_looked_at(client_id, who=here.who, at=here.at)
    return read_statement(client, first, last, currency=here.now.seller.currency)


def _period(request: HttpRequest, here: Here) -> tuple[date, date]:
    """The period asked for; a mistyped day counts as absent, for it only narrows a view."""
    last = _day(request.GET.get("to", "")) or here.now.today
    first = _day(request.GET.get("from", "")) or last.replace(month=1, day=1)
    return min(first, last), last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shown(
    account: Account, statement: Statement, here: Here, days: dict[str, str]
) -> dict[str, Any]:
    code = account.currency
    return {
        "currency": code,
        "opening": _balance(account.opening_minor, code),
        "opening_on": say_date(statement.first),
        "closing": _balance(account.closing_minor, code),
        "closing_on": say_date(statement.last),
        "rows": [
            {
                "day": say_date(entry.on),
                "words": entry.words,
                "number": entry.number,
                "url": here.url("invoice", entry.invoice_id),
                "amount": say_money(entry.amount_minor, code),
                "balance": say_money(entry.balance_minor, code),
            }
            for entry in account.entries
        ],
        "open": [
            {
                "number": each.number,
                "url": here.url("invoice", each.id),
                "due": say_date(each.due_on),
                "open": say_money(each.open_minor, code),
            }
            for each in account.open
        ],
        "pdf_url": here.url("client_statement_pdf", statement.client.id, **days, currency=code),
    }


def _balance(amount_minor: int, currency: str) -> str:
    """A balance in words that no sign can be missed in."""
    if amount_minor < 0:
        return _("%(amount)s owed to the recipient") % {
            "amount": say_money(-amount_minor, currency)
        }
    return say_money(amount_minor, currency)


def _rows(account: Account, statement: Statement) -> list[Row]:
    code = account.currency

    def row(on: date, kind: str, number: str, amount: str, balance_minor: int) -> Row:
        balance = decimal_text(balance_minor, code)
        return (on.isoformat(), kind, safe_cell(number), code, amount, balance)

    return [
        row(statement.first, "opening", "", "", account.opening_minor),
        *(
            row(
                each.on,
                each.kind,
                each.number,
                decimal_text(each.amount_minor, code),
                each.balance_minor,
            )
            for each in account.entries
        ),
        row(statement.last, "closing", "", "", account.closing_minor),
    ]
