"""`storno draft`: mark a draft as invoiced in another system, or take that back."""

import json
from datetime import date
from typing import Any

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_member, looking_for
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.documents.external import ExternalInput, externalise_draft, internalise_draft
from storno.documents.models import Draft


def of_draft(verb: Any) -> Any:
    """Give a verb the draft as well, by the id that `storno session show` prints."""
    return click.argument("draft")(of_organization(verb))


@click.group(cls=Verbs)
def command() -> None:
    """Drafts of one organization, by the id that `storno session show` prints."""


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
