"""`storno consents`: print how the consents of a client stand, or note an answer."""

import json
from datetime import date
from typing import Any

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_client, find_member
from storno.cli.ready import with_ready_database
from storno.cli.verb import NotThere, Verbs
from storno.clients.consents import AnswerInput, Asked, asked_of, note_consent
from storno.clients.looks import own_client_looked_at
from storno.clients.models import Answer, AnsweredBy, Client, ConsentText
from storno.core.clock import read_clock
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope_of


@click.group(cls=Verbs)
def command() -> None:
    """What clients agreed to."""


@command.command()
@click.argument("client")
@of_organization
@with_ready_database
def show(client: str, slug: str, email: str, as_json: bool) -> None:
    """Print how the consents of a client stand: words of the name, or the number."""
    who = find_member(email, slug)
    found = find_client(client, who, archived=True)
    rows = [_shown(each) for each in _asked_of(found, who)]
    if as_json:
        click.echo(json.dumps({"client": str(found.id), "consents": rows}))
        return
    for row in rows:
        said = " ".join(filter(None, (row["answer"], row["on"])))
        click.echo(
            "; ".join(filter(None, (f"{row['name']}: {said or 'no answer'}", row["wanting"])))
        )
    if not rows:
        click.echo("No consent is asked for.")


@command.command()
@click.argument("client")
@click.argument("consent")
@of_organization
@click.option("--answer", type=click.Choice(Answer.values), required=True, help="What was said.")
@click.option("--how", type=click.Choice(AnsweredBy.values), required=True, help="In which way.")
@click.option("--on", type=DayType(), help="On which day; without it, today.")
@with_ready_database
def note(
    client: str,
    consent: str,
    slug: str,
    email: str,
    as_json: bool,
    answer: str,
    how: str,
    on: date | None,
) -> None:
    """Note what a client answered to a consent, which is called by its name."""
    who = find_member(email, slug)
    found = find_client(client, who, archived=True)
    text = _called(consent, _asked_of(found, who))
    entered = AnswerInput(Answer(answer), AnsweredBy(how), on)
    noted = note_consent(found.id, text.template_id, entered, who=who, at=read_clock())
    said = {"id": str(noted.id), "answer": noted.answer, "on": str(noted.on)}
    name = text.template.name
    click.echo(json.dumps(said) if as_json else f"Noted: {found}, {name}: {answer}, {noted.on}.")


def _asked_of(client: Client, who: Actor) -> list[Asked]:
    """How the consents of a client stand; whoever may read them has looked."""
    who.must(Deed.KEEP_CONSENTS)
    at = read_clock()
    with scope_of(who):
        own_client_looked_at(client.id, who=who, at=at)
        today = circumstances(who.organization_id, at).today
        return asked_of(client.id, today, organization_id=who.organization_id)


def _called(name: str, asked: list[Asked]) -> ConsentText:
    """The consent of a name. Raises NotThere."""
    named = [each.text for each in asked if each.text.template.name == name]
    if len(named) == 1:
        return named[0]
    names = ", ".join(each.text.template.name for each in asked)
    raise NotThere(f"There is no one consent {name}. These are asked for: {names or 'none'}.")


def _shown(asked: Asked) -> dict[str, Any]:
    consent = asked.consent
    return {
        "name": asked.text.template.name,
        "required": asked.text.template.required,
        "answer": consent.answer if consent else None,
        "on": str(consent.on) if consent else None,
        "holds_until": str(asked.holds_until) if asked.holds_until else None,
        "wanting": str(asked.wanting),
        "warns": asked.warns,
    }
