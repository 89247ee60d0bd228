"""`storno session`: book a session, see it, move it, cancel it, or take that back."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import click

from storno.catalogue.models import Charge, Message
from storno.cli.look import (
    find_client,
    find_member,
    find_membership,
    find_service,
    looking_for,
    read_moment,
    read_price,
    said_moment,
)
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.diary.bill import billing_of
from storno.diary.book import SessionInput, book_session
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.hours.warn import warnings_of
from storno.diary.models import Booking, BookingKind
from storno.diary.queries import booking_with
from storno.organizations.models import Method
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope

SESSION = BookingKind.SESSION

TARGET = [
    click.option("--organization", "slug", required=True, help="The organization's short name."),
    click.option("--as", "email", required=True, help="The member who acts: the e-mail address."),
    click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
]

AT = click.option(
    "--at",
    "written",
    required=True,
    help="When it begins, by the organization's clocks: 2026-06-17T10:00.",
)

TELL = click.option(
    "--tell/--no-tell",
    default=None,
    help="Whether the client is told that a session is cancelled; without it, as the session says.",
)


ASKED = [
    AT,
    click.option("--client", required=True, help="Who comes: words of the name, or the number."),
    click.option("--service", required=True, help="What for: words of its name."),
    click.option("--with", "practitioner", help="Whose diary, by e-mail; without it, one's own."),
    click.option("--minutes", type=int, help="How long; without it, as the service lasts."),
    click.option("--price", help="Without it, as the service costs."),
    click.option("--place", default="", help="Where it is."),
    click.option("--video", default="", help="The link by which it is."),
    click.option(
        "--recipient", help="Who pays: words of the name, or the number; else who usually does."
    ),
    click.option(
        "--method", type=click.Choice(Method.values), help="How it is invoiced; else as usual."
    ),
    click.option(
        "--message",
        "messages",
        multiple=True,
        type=click.Choice(Message.values),
        help="What the client is told; can be said again. Without it, as the service says.",
    ),
    click.option("--silent", "is_silent", is_flag=True, help="The client is told nothing."),
]
"""What is asked of a session that is to be booked; `session_in` reads it."""


def of_organization(verb: Any) -> Any:
    """Give a verb the organization, who acts, and the way to answer."""
    for option in reversed(TARGET):
        verb = option(verb)
    return verb


def of_session(verb: Any) -> Any:
    """Give a verb the session as well, by the id that `storno diary` prints."""
    return click.argument("session")(of_organization(verb))


def of_session_to_book(verb: Any) -> Any:
    """Give a verb the organization, and what is asked of a session that is to be booked."""
    for option in reversed(ASKED):
        verb = option(verb)
    return of_organization(verb)


def session_in(asked: Mapping[str, Any], email: str, who: Actor) -> SessionInput:
    """The session that the options ask for; without another it is with who acts, by `email`."""
    price, recipient, method = asked["price"], asked["recipient"], asked["method"]
    messages = tuple(map(Message, asked["messages"]))
    if messages and asked["is_silent"]:
        raise click.UsageError("Say --message or --silent, not both.")
    return SessionInput(
        service=find_service(asked["service"], who).id,
        client=find_client(asked["client"], who).id,
        practitioner=find_membership(asked["practitioner"] or email, who).id,
        starts_at=read_moment(asked["written"], who),
        price=None if price is None else read_price(price),
        minutes=asked["minutes"],
        place=asked["place"],
        video=asked["video"],
        recipient=None if recipient is None else find_client(recipient, who).id,
        method=Method(method) if method else None,
        messages=messages if messages or asked["is_silent"] else None,
    )


@click.group(cls=Verbs)
def command() -> None:
    """Sessions of one organization."""


@command.command()
@of_session_to_book
@with_ready_database
def book(slug: str, email: str, as_json: bool, **asked: Any) -> None:
    """Book a session, with the draft that bills it."""
    who, at = find_member(email, slug), read_clock()
    booked = book_session(session_in(asked, email, who), who=who, at=at)
    _tell(str(booked.id), "Booked", who, as_json=as_json)


@command.command()
@of_session
@with_ready_database
def show(session: str, slug: str, email: str, as_json: bool) -> None:
    """Print a session: when, who, what it costs, and whether it is at a time of work."""
    _tell(session, "", find_member(email, slug), as_json=as_json)


@command.command()
@of_session
@AT
@click.option("--minutes", type=int, help="How long; without it, as long as before.")
@with_ready_database
def move(
    session: str, slug: str, email: str, as_json: bool, written: str, minutes: int | None
) -> None:
    """Move a session to another time."""
    who, at = find_member(email, slug), read_clock()
    changes = BookingChanges(starts_at=read_moment(written, who), minutes=minutes)
    with looking_for("session", session) as id_:
        change_booking(id_, changes, kind=SESSION, who=who, at=at)
    _tell(session, "Moved", who, as_json=as_json)


@command.command()
@of_session
@click.option(
    "--charge",
    type=click.Choice(Charge.values),
    default=Charge.NOTHING.value,
    show_default=True,
    help="How much of the price it costs.",
)
@TELL
@with_ready_database
def cancel(
    session: str, slug: str, email: str, as_json: bool, charge: str, tell: bool | None
) -> None:
    """Cancel a session; the record stays, and it can be taken back."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("session", session) as id_:
        cancel_booking(id_, Charge(charge), tell=tell, kind=SESSION, who=who, at=at)
    _tell(session, "Cancelled", who, as_json=as_json)


@command.command()
@of_session
@with_ready_database
def restore(session: str, slug: str, email: str, as_json: bool) -> None:
    """Take a cancellation back, if the time is still free."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("session", session) as id_:
        restore_booking(id_, kind=SESSION, who=who, at=at)
    _tell(session, "Booked again", who, as_json=as_json)


def _tell(id_: str, done: str, who: Actor, *, as_json: bool) -> None:
    """Say what was done, and how the session stands."""
    with looking_for("session", id_) as session_id, scope(who.organization_id):
        session = booking_with(session_id, who=who, kind=SESSION)
        found = _shown(session, who)
    if as_json:
        click.echo(json.dumps(found))
        return
    if done:
        click.echo(f"{done}: {found['client']}, {said_moment(session.starts_at, who)}.")
    else:
        for name in ("client", "service", "state", "price", "place"):
            click.echo(f"{name:10} {found[name]}")
        click.echo(f"{'starts_at':10} {said_moment(session.starts_at, who)}")
        click.echo(f"{'minutes':10} {found['minutes']}")
    for name in ("draft", "series", "id"):
        if found[name] is not None:
            click.echo(f"{name:10} {found[name]}")
    for warning in found["warnings"]:
        click.echo(f"Note: {warning}")


def _shown(session: Booking, who: Actor) -> dict[str, Any]:
    """A session in values; inside a scope."""
    settings = settings_of(who.organization_id)
    billing = billing_of(session)
    warnings = warnings_of([session], settings=settings)[session.id]
    return {
        "id": str(session.id),
        "client": str(session.client),
        "service": session.description,
        "state": session.state,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "minutes": session.minutes,
        "place": session.place,
        "price": price_text(billing.terms.unit_price),
        "currency": settings.seller.currency,
        "draft": str(billing.draft.id) if billing.draft else None,
        "series": str(session.series_id) if session.series_id else None,
        "warnings": [str(warning.message) for warning in warnings],
    }


def price_text(price: Decimal) -> str:
    """A price with as many decimals as it needs, two at least."""
    whole, _point, decimals = f"{price.normalize():f}".partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"
