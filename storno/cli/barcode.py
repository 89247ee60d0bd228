"""`storno barcode`: the 54 digits of a Finnish bank bar code."""

import json
from datetime import date
from decimal import Decimal, InvalidOperation

import click

from storno.cli.verb import Unreadable, Verb
from storno.money.currency import AmountTooLarge, NotWholeMinorUnits, to_minor
from storno.references.barcode import BadBarcode, finnish_barcode


@click.command(cls=Verb)
@click.argument("iban")
@click.argument("amount")
@click.argument("reference")
@click.argument("due", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(iban: str, amount: str, reference: str, due: str | None, as_json: bool) -> None:
    """Print the bar code of an amount like 482.99 to an account, due on a day like 2026-06-17."""
    try:
        digits = finnish_barcode(
            iban=iban,
            amount_minor=_cents(amount),
            reference=reference,
            due_on=_day(due) if due else None,
        )
    except BadBarcode as bad:
        raise Unreadable(bad) from None
    click.echo(json.dumps({"barcode": digits}) if as_json else digits)


def _cents(amount: str) -> int:
    """The amount in cents, its decimals behind a point or a comma. Raises BadBarcode."""
    try:
        return to_minor(Decimal(amount.strip().replace(",", ".")), "EUR")
    except (InvalidOperation, NotWholeMinorUnits, AmountTooLarge):
        raise BadBarcode(f"{amount!r} is no amount like 482.99") from None


def _day(text: str) -> date:
    """The day; the bar code has two digits for its year. Raises BadBarcode."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2099:
        raise BadBarcode(f"{text!r} is no day like 2026-06-17")
    return day
