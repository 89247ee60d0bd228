"""`storno draft`: see drafts, change a price, finalise, delete, or mark as invoiced externally."""

import json
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, get_args

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_member, looking_for, read_price, said_moment
from storno.cli.ready import with_ready_database
from storno.cli.session import TELL
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.corrections.finalise import finalise_draft
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.content import DraftInput, total_up, with_prices
from storno.documents.external import ExternalInput, externalise_draft, internalise_draft
from storno.documents.models import Document, Draft
from storno.documents.queries import DraftState, list_drafts, state_of_draft
from storno.documents.read_lines import lines_of
from storno.money.currency import decimal_text
from storno.organizations.scope import scope_of

STATES = get_args(DraftState)


def of_draft(verb: Any) -> Any:
    """Give a verb the draft as well, by the id that `storno draft list` prints."""
    return click.argument("draft")(of_organization(verb))


@click.group(cls=Verbs)
def command() -> None:
    """Drafts of one organization, by the id that `list` prints."""


@command.command("list")
@of_organization
@click.option(
    "--state",
    type=click.Choice(STATES),
    help="Only those: `awaiting` are what credits left to be decided on.",
)
@with_ready_database
def list_all(slug: str, email: str, as_json: bool, state: DraftState | None) -> None:
    """Print the newest drafts, with whom they are for and what they come to."""
    who, at = find_member(email, slug), read_clock()
    with scope_of(who):
        drafts, _older = list_drafts(who.organization_id, state=state)
        lines = lines_of(drafts)
        found = [
            {
                "id": str(each.id),
                "state": state_of_draft(each, at),
                "recipient": each.recipient.name if each.recipient else "",
                "payable": decimal_text(
                    total_up(lines[each.id]).breakdown.payable_minor, each.currency
                ),
                "currency": each.currency,
            }
            for each in drafts
        ]
    if as_json:
        click.echo(json.dumps(found))
        return
    for row in found:
        click.echo("{id}  {state:8}  {payable} {currency}  {recipient}".format(**row))
    if not found:
        click.echo("No drafts.")


@command.command()
@of_draft
@click.argument("amount")
@click.option("--line", type=int, help="Which line, from 1; needed where there are several.")
@with_ready_database
def price(draft: str, amount: str, slug: str, email: str, as_json: bool, line: int | None) -> None:
    """Change the price of a draft, and with it that of its session; 0 is free of charge."""
    who, at = find_member(email, slug), read_clock()
    put = partial(_priced, price=read_price(amount), line=line)
    with looking_for("draft", draft) as id_:
        changed = amend_draft(id_, put, who=who, at=at)
    with scope_of(who):
        total = total_up(lines_of([changed])[changed.id]).breakdown.payable_minor
    payable = decimal_text(total, changed.currency)
    if as_json:
        click.echo(json.dumps({"id": str(changed.id), "payable": payable}))
        return
    click.echo(f"The draft comes to {payable} {changed.currency}.")


def _priced(entered: DraftInput, *, price: Decimal, line: int | None) -> DraftInput:
    """The draft with another price on one line. Raises click.BadParameter for no such line."""
    count = len(entered.lines)
    if line is None and count != 1:
        raise click.BadParameter(f"The draft has {count} lines: say which with --line.")
    place = (line or 1) - 1
    if not 0 <= place < count:
        raise click.BadParameter(f"The draft has {count} lines.")
    prices = [each.unit_price for each in entered.lines]
    prices[place] = price
    return with_prices(entered, prices)


@command.command()
@of_draft
@click.option("--now", "send_now", is_flag=True, help="At once, without the hold.")
@with_ready_database
def finalise(draft: str, slug: str, email: str, as_json: bool, send_now: bool) -> None:
    """Finalise a draft: its invoice is issued, or leaves when the hold is over."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("draft", draft) as id_:
        done = finalise_draft(id_, send_now=send_now, who=who, at=at)
    if isinstance(done, Document):
        answer = {"state": "issued", "number": done.number}
        words = f"Invoice {done.number} is issued."
    else:
        assert done.goes_at is not None, "what was finalised is issued or on hold"
        answer = {"state": "held", "goes_at": done.goes_at.isoformat()}
        words = f"The invoice leaves {said_moment(done.goes_at, who)}."
    click.echo(json.dumps(answer) if as_json else words)


@command.command()
@of_draft
@click.option(
    "--session",
    type=click.Choice(["cancel", "keep"]),
    default="keep",
    show_default=True,
    help="What becomes of the session that it bills; on hold, once the credit note is issued.",
)
@TELL
@with_ready_database
def delete(
    draft: str, slug: str, email: str, as_json: bool, session: Any, tell: bool | None
) -> None:
    """Delete a draft for good; with its session, which is then cancelled free of charge."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("draft", draft) as id_:
        delete_draft(id_, session=session, tell=tell, who=who, at=at)
    click.echo(json.dumps({"state": "deleted"}) if as_json else "The draft is deleted.")


@command.command()
@of_draft
@click.option("--number", default="", help="The invoice's number in the other system.")
@click.option("--paid-on", type=DayType(), help="On which day it was paid.")
@click.option("--paid-by", default="", help="How it was paid.")
@with_ready_database
def external(
    draft: str,
    slug: str,
    email: str,
    as_json: bool,
    number: str,
    paid_on: date | None,
    paid_by: str,
) -> None:
    """Mark a draft as invoiced in another system; done again, what is known is noted anew."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("draft", draft) as id_:
        known = ExternalInput(number, paid_on, paid_by)
        _tell(externalise_draft(id_, known, who=who, at=at), as_json=as_json)


@command.command()
@of_draft
@with_ready_database
def internal(draft: str, slug: str, email: str, as_json: bool) -> None:
    """Take it back to draft, to be invoiced from here, as long as no payment is noted."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("draft", draft) as id_:
        _tell(internalise_draft(id_, who=who, at=at), as_json=as_json)


def _tell(draft: Draft, *, as_json: bool) -> None:
    """Say how a draft stands."""
    is_external = draft.external_at is not None
    paid_on = draft.external_paid_on
    if as_json:
        known = {
            "number": draft.external_number,
            "paid_on": str(paid_on) if paid_on else None,
            "paid_by": draft.external_paid_by,
        }
        click.echo(json.dumps({"id": str(draft.id), "external": known if is_external else None}))
        return
    if not is_external:
        click.echo("A draft again, to be invoiced from here.")
        return
    paid = " ".join(filter(None, (f"paid {paid_on}" if paid_on else "", draft.external_paid_by)))
    click.echo("; ".join(filter(None, ("Invoiced externally", draft.external_number, paid))) + ".")
