"""`storno feed`: make the calendar link to one's own diary, see whether there is one, or end it."""

import json

import click
from django.conf import settings
from django.urls import reverse

from storno.cli.clients import of_organization
from storno.cli.look import find_member, said_moment
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.diary.feed import feed_of, make_feed, withdraw_feed
from storno.organizations.scope import scope_of


@click.group(cls=Verbs)
def command() -> None:
    """The calendar link to a member's own diary."""


@command.command()
@of_organization
@with_ready_database
def show(slug: str, email: str, as_json: bool) -> None:
    """Print whether there is a link; its secret is not told again."""
    who = find_member(email, slug)
    with scope_of(who):
        kept = feed_of(who)
    if as_json:
        feed = {"names": kept.names, "made_at": kept.made_at.isoformat()} if kept else None
        click.echo(json.dumps({"feed": feed}))
        return
    if kept is None:
        click.echo("There is no link.")
        return
    told = "names and places" if kept.names else "only when you are busy"
    click.echo(f"Made {said_moment(kept.made_at, who)}; it tells {told}.")


@command.command()
@of_organization
@click.option("--names", is_flag=True, help="Tell who comes and where as well.")
@with_ready_database
def make(slug: str, email: str, as_json: bool, names: bool) -> None:
    """Make a link and print it, this once; the one from before ends."""
    fresh = make_feed(names=names, who=find_member(email, slug), at=read_clock())
    url = settings.SITE_URL + reverse("public_diary_feed", args=[fresh.secret])
    click.echo(json.dumps({"url": url, "names": names}) if as_json else url)


@command.command()
@of_organization
@with_ready_database
def withdraw(slug: str, email: str, as_json: bool) -> None:
    """End the link."""
    withdraw_feed(who=find_member(email, slug), at=read_clock())
    click.echo(json.dumps({"feed": None}) if as_json else "The link opens nothing any more.")
