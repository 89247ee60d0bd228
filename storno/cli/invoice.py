"""`storno invoice`: see one, credit it, undo, give money back, write off, tell, remind."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import click

from storno.cli.day import DayType
from storno.cli.look import find_invoice, find_member, read_amount, said_moment
from storno.cli.ready import with_ready_database
from storno.cli.session import TELL
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.facts import read_standing
from storno.corrections.plan import CreditRequest
from storno.corrections.queries import chain_of, stops_of
from storno.corrections.refund import refund_invoice
from storno.corrections.undo import undo_credit
from storno.corrections.write_off import settle_difference, write_off_invoice
from storno.documents.models import Dispute, FollowUp, Reason, State
from storno.documents.queries import document, state_on
from storno.documents.words import credit_words, invoice_words, state_words
from storno.history.tell import tell
from storno.money.currency import decimal_text
from storno.notices.by_card import offer_card_payment, stop_card_payment
from storno.notices.pause import PauseReason, pause_reminders, resume_reminders
from storno.notices.queries import next_at, notices_of
from storno.notices.send import notify
from storno.organizations.queries import day_of, seller_of, settings_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.overdue.dispute import dispute_invoice, end_dispute
from storno.overdue.remind import remind_of_invoice
from storno.payments.refund import GivenBack

TARGET = [
    click.argument("number"),
    click.option("--organization", "slug", required=True, help="The organization's short name."),
    click.option("--as", "email", required=True, help="The member who acts: the e-mail address."),
    click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
]


def on_invoice(verb: Any) -> Any:
    """Give a verb the invoice's number, the organization, who acts, and the way to answer."""
    for option in reversed(TARGET):
        verb = option(verb)
    return verb


@click.group(cls=Verbs)
def command() -> None:
    """Invoices of one organization."""


@command.command()
@on_invoice
@with_ready_database
def show(number: str, slug: str, email: str, as_json: bool) -> None:
    """Print how an invoice stands, and the papers that hang together with it."""
    who, at = find_member(email, slug), read_clock()
    found = _shown(find_invoice(number, who).id, who=who, at=at)
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"{'number':10} {found['number']}")
    click.echo(f"{'state':10} {found['state_label']}")
    for name in ("issued_on", "due_on", "payable", "open", "owed_back"):
        click.echo(f"{name:10} {found[name]}")
    if found["stopped"]:
        sentences = " ".join(each["sentence"] for each in found["stopped"])
        click.echo(f"{'stopped':10} The credit note was not sent. {sentences}")
    for link in found["chain"]:
        click.echo(f"- {link['kind']} {link['number'] or '(no number)'} {link['state_label']}")


@command.command()
@on_invoice
@click.option(
    "--reason",
    type=click.Choice(Reason.values),
    default=Reason.CANCELLED.value,
    show_default=True,
    help="Printed on the credit note as a neutral sentence.",
)
@click.option(
    "--next",
    "follow_up",
    type=click.Choice(FollowUp.values),
    help="What follows; without it, the organization's usual.",
)
@TELL
@with_ready_database
def credit(
    number: str,
    slug: str,
    email: str,
    as_json: bool,
    reason: str,
    follow_up: str | None,
    tell: bool | None,
) -> None:
    """Credit what is left of an invoice, at once or after the hold."""
    who, at = find_member(email, slug), read_clock()
    follows = FollowUp(follow_up) if follow_up else None
    request = CreditRequest(Reason(reason), follow_up=follows, tell=tell)
    done = credit_invoice(find_invoice(number, who).id, request, who=who, at=at)
    wording = _wording(who)
    if isinstance(done, Held):
        assert done.draft.goes_at is not None, "a held credit note has a departure"
        answer = {"state": "held", "goes_at": _moment(done.draft.goes_at)}
        state = credit_words(wording, in_part=done.plan.in_part).state
        until = said_moment(done.draft.goes_at, who)
        words = f"Invoice {number}: {state}. It can be undone until {until}."
    else:
        answer = {"state": "issued", "number": done.credit_note.number}
        state = state_words(State.CREDITED, wording)
        words = f"Invoice {number}: {state} by credit note {answer['number']}."
    corrected = done.corrected
    if as_json:
        click.echo(json.dumps(answer | {"draft": str(corrected.id) if corrected else None}))
        return
    click.echo(words)
    if corrected is not None:
        click.echo(f"{'draft':10} {corrected.id}")


@command.command()
@on_invoice
@click.option("--draft", type=click.Choice(["discard", "keep"]), help="A corrected draft in work.")
@with_ready_database
def undo(number: str, slug: str, email: str, as_json: bool, draft: Any) -> None:
    """Take a credit note back while it is on hold."""
    who, at = find_member(email, slug), read_clock()
    undo_credit(find_invoice(number, who).id, changed_draft=draft or "ask", who=who, at=at)
    words = f"Invoice {number}: the credit note was taken back; the invoice stays as it was."
    click.echo(json.dumps({"state": "undone"}) if as_json else words)


@command.command()
@on_invoice
@click.option("--amount", help="How much of what is owed back; without it all, like 45.00.")
@click.option("--on", "day", type=DayType(), help="The day of the refund; today unless told.")
@click.option("--method", required=True, help="The code of a payment method, like bank_transfer.")
@with_ready_database
def refund(
    number: str,
    slug: str,
    email: str,
    as_json: bool,
    amount: str | None,
    day: date | None,
    method: str,
) -> None:
    """Mark what was owed back as refunded. No money moves here."""
    who, at = find_member(email, slug), read_clock()
    invoice = find_invoice(number, who)
    minor = None if amount is None else read_amount(amount, invoice.currency)
    with scope_of(who):
        today = day_of(seller_of(who.organization_id), at)
    given = GivenBack(day or today, method)
    done = refund_invoice(invoice.id, given, amount_minor=minor, who=who, at=at)
    gone = decimal_text(done.amount_minor, invoice.currency)
    answer = {"id": str(done.id), "amount": gone, "paid_on": str(done.refunded_on)}
    words = f"Invoice {number}: {gone} {invoice.currency} marked as refunded."
    click.echo(json.dumps(answer) if as_json else words)


@command.command("write-off")
@on_invoice
@click.option("--vat-relief", "relieved", is_flag=True, help="Take its VAT back as well.")
@click.option("--cents", is_flag=True, help="Settle it as a cent difference.")
@with_ready_database
def write_off(
    number: str, slug: str, email: str, as_json: bool, relieved: bool, cents: bool
) -> None:
    """Ask no more for what is open. It can be taken back, and is met by money that comes."""
    if cents and relieved:
        raise click.UsageError("A cent difference keeps its VAT.")
    who, at = find_member(email, slug), read_clock()
    invoice = find_invoice(number, who)
    if cents:
        done = settle_difference(invoice.id, who=who, at=at)
    else:
        done = write_off_invoice(invoice.id, relieved=relieved, who=who, at=at)
    gone = decimal_text(done.amount_minor, invoice.currency)
    answer = {"id": str(done.id), "kind": done.kind, "amount": gone}
    words = f"Invoice {number}: {gone} {invoice.currency} written off."
    click.echo(json.dumps(answer) if as_json else words)


@command.command("notify")
@on_invoice
@with_ready_database
def send_notice(number: str, slug: str, email: str, as_json: bool) -> None:
    """Tell the recipient that there is something to pay; the first time reminders are planned."""
    who, at = find_member(email, slug), read_clock()
    notice = notify(find_invoice(number, who).id, who=who, at=at)
    _tell_notices(number, notice.invoice_id, "told what is to pay", who, as_json=as_json)


@command.command()
@on_invoice
@click.option(
    "--reason",
    type=click.Choice(PauseReason.values),
    default=PauseReason.OTHER.value,
    show_default=True,
    help="Why they are kept back.",
)
@with_ready_database
def pause(number: str, slug: str, email: str, as_json: bool, reason: str) -> None:
    """Keep the planned reminders of an invoice back until they are resumed."""
    who, at = find_member(email, slug), read_clock()
    notices = pause_reminders(find_invoice(number, who).id, PauseReason(reason), who=who, at=at)
    _tell_notices(number, notices[0].invoice_id, "reminders paused", who, as_json=as_json)


@command.command()
@on_invoice
@with_ready_database
def resume(number: str, slug: str, email: str, as_json: bool) -> None:
    """Let paused reminders go again."""
    who, at = find_member(email, slug), read_clock()
    notices = resume_reminders(find_invoice(number, who).id, who=who, at=at)
    _tell_notices(number, notices[0].invoice_id, "reminders resumed", who, as_json=as_json)


@command.command()
@on_invoice
@click.option("--by-hand", is_flag=True, help="Only make the paper; you give it yourself.")
@with_ready_database
def remind(number: str, slug: str, email: str, as_json: bool, by_hand: bool) -> None:
    """Remind the recipient of an overdue invoice now, free of charge."""
    who, at = find_member(email, slug), read_clock()
    invoice = find_invoice(number, who)
    reminder = remind_of_invoice(invoice.id, by_hand=by_hand, who=who, at=at)
    amount = decimal_text(reminder.open_minor, invoice.currency)
    answer = {"id": str(reminder.id), "amount": amount, "pay_by": str(reminder.pay_by)}
    words = f"Invoice {number}: reminded of {amount} {invoice.currency}, by {reminder.pay_by}."
    click.echo(json.dumps(answer) if as_json else words)


@command.command()
@on_invoice
@click.option(
    "--over",
    type=click.Choice(Dispute.values),
    default=Dispute.OTHER.value,
    show_default=True,
    help="What the recipient does not agree with.",
)
@click.option("--end", is_flag=True, help="It is not disputed any more.")
@with_ready_database
def dispute(number: str, slug: str, email: str, as_json: bool, over: str, end: bool) -> None:
    """Mark an invoice as disputed: nobody is told to pay it."""
    who, at = find_member(email, slug), read_clock()
    invoice_id = find_invoice(number, who).id
    if end:
        end_dispute(invoice_id, who=who, at=at)
    else:
        dispute_invoice(invoice_id, Dispute(over), who=who, at=at)
    words = f"Invoice {number}: {'not disputed any more' if end else 'marked as disputed'}."
    click.echo(json.dumps({"disputed": None if end else over}) if as_json else words)


@command.command("payment-link")
@on_invoice
@click.option("--off", is_flag=True, help="Let it be paid by card no more.")
@with_ready_database
def payment_link(number: str, slug: str, email: str, as_json: bool, off: bool) -> None:
    """Let an invoice be paid by card, and print the address of its page."""
    who, at = find_member(email, slug), read_clock()
    invoice_id = find_invoice(number, who).id
    if off:
        stop_card_payment(invoice_id, who=who, at=at)
        words = f"Invoice {number} is paid by card no more."
        click.echo(json.dumps({"url": None}) if as_json else words)
        return
    url = offer_card_payment(invoice_id, who=who, at=at)
    click.echo(json.dumps({"url": url}) if as_json else url)


def _tell_notices(number: str, invoice_id: UUID, done: str, who: Actor, *, as_json: bool) -> None:
    """Say what was done, and when the next reminder goes by itself."""
    with scope_of(who):
        rows = notices_of(invoice_id, who.organization_id)
        following = next_at(rows, read_standing(invoice_id, who.organization_id))
    if as_json:
        states = [{"kind": row.notice.kind, "state": row.notice.state} for row in rows]
        click.echo(json.dumps({"next_at": _moment(following), "notifications": states}))
        return
    words = f"The next reminder goes {said_moment(following, who)}." if following else ""
    click.echo(f"Invoice {number}: {done}. {words}".strip())


def _wording(who: Actor) -> str:
    with scope_of(who):
        return settings_of(who.organization_id).wording


def _shown(invoice_id: UUID, *, who: Actor, at: datetime) -> dict[str, Any]:
    with scope_of(who):
        standing = read_standing(invoice_id, who.organization_id)
        seller = seller_of(who.organization_id)
        today = day_of(seller, at)
        invoice = document(invoice_id, who.organization_id)
        stop = stops_of([invoice_id], who.organization_id, at=at).get(invoice_id, [])
        state, wording = state_on(standing, today), settings_of(who.organization_id).wording
        return {
            "id": str(invoice.id),
            "number": invoice.number,
            "state": state,
            "state_label": str(
                invoice_words(
                    state, standing.payable_minor, wording, in_part=standing.is_cancelled_in_part
                )
            ),
            "goes_at": _moment(standing.cancelling_at),
            "issued_on": str(invoice.issued_on),
            "due_on": str(standing.due_on),
            "currency": invoice.currency,
            "payable": decimal_text(invoice.payable_minor, invoice.currency),
            "open": decimal_text(standing.open_minor, invoice.currency),
            "owed_back": decimal_text(standing.owed_back_minor, invoice.currency),
            "stopped": [
                {
                    "kind": told.event.kind,
                    "at": _moment(told.event.at),
                    "sentence": told.sentence,
                }
                for told in tell(stop, language="en", time_zone=seller.time_zone)
            ],
            "chain": [
                {
                    "kind": link.kind,
                    "id": str(link.id),
                    "number": link.number,
                    "state": link.state,
                    "state_label": str(
                        invoice_words(link.state, link.payable_minor, wording, in_part=link.in_part)
                    ),
                    "payable": decimal_text(link.payable_minor, link.currency),
                    "goes_at": _moment(link.goes_at),
                }
                for link in chain_of(invoice, who=who, at=at, today=today)
            ],
        }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
