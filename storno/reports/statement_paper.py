"""A client's statement as a paper: what moved in a period, and what is owed since."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import override

from storno.documents.files import name_of_file
from storno.documents.prepare import buyer_as_printed, seller_as_printed
from storno.documents.typeset import buyer_on_paper, seller_on_paper
from storno.organizations.queries import Circumstances
from storno.printing.labels import WORDS, format_day, format_money, language_called
from storno.printing.paper import Paper, PaperLine, PaperTax
from storno.printing.render import render
from storno.reports.statement import Account, Statement
from storno.tax.category import TaxCategory


def pdf_of_statement(
    statement: Statement, account: Account, now: Circumstances, *, at: datetime
) -> tuple[str, bytes]:
    """The name and the PDF of one account of a statement, in the client's language."""
    paper = paper_of_statement(statement, account, now)
    assert paper.number is not None, "a statement is called by its period"
    name = f"{statement.client.number}-{statement.first}-{statement.last}"
    return name_of_file(WORDS[paper.language].statement, name), render(paper, timestamp=at)


def paper_of_statement(statement: Statement, account: Account, now: Circumstances) -> Paper:
    """One account of a statement as it is printed."""
    client, language = statement.client, language_called(statement.client.language)
    words = WORDS[language]
    opening = words.balance_on.format(day=format_day(statement.first, language))
    lines = [_line(opening, account.opening_minor)]
    with override(language):
        for entry in account.entries:
            day = format_day(entry.on, language)
            lines.append(_line(f"{day}  {entry.words} {entry.number}", entry.amount_minor))
    still_open = "; ".join(
        f"{each.number} ({words.due} {format_day(each.due_on, language)}): "
        f"{format_money(each.open_minor, account.currency, language)}"
        for each in account.open
    )
    return Paper(
        kind="statement",
        language=language,
        number=f"{format_day(statement.first, language)} – {format_day(statement.last, language)}",
        issued_on=now.today,
        currency=account.currency,
        seller=seller_on_paper(seller_as_printed(now.seller)),
        buyer=buyer_on_paper({"buyer": buyer_as_printed(client)}, ()),
        lines=tuple(lines),
        taxes=(PaperTax(TaxCategory.OUTSIDE_SCOPE, Decimal(0), account.closing_minor, 0),),
        net_minor=account.closing_minor,
        tax_minor=0,
        payable_minor=account.closing_minor,
        text_after=f"{words.still_open}: {still_open}." if still_open else "",
    )


def _line(description: str, amount_minor: int) -> PaperLine:
    return PaperLine(
        description=description,
        quantity=Decimal(1),
        unit="",
        unit_price=Decimal(0),
        amount_minor=amount_minor,
        net_minor=amount_minor,
        category=TaxCategory.OUTSIDE_SCOPE,
    )
