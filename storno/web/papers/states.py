"""The state of a paper in one line of words."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.documents.models import Draft, Standing
from storno.documents.queries import awaits_decision
from storno.documents.words import credit_words, of_nothing, state_words
from storno.organizations.models import Seller, Settings, Wording
from storno.organizations.queries import day_of
from storno.web.say import say_days, say_departure, say_money, say_on, say_until


def state_in_list(
    state: str, standing: Standing, *, seller: Seller, settings: Settings, at: datetime, today: date
) -> str:
    """The state of an invoice in as few words as a row has room for."""
    if state == "cancelling":
        return credit_on_hold(standing, seller=seller, settings=settings, at=at)
    if state == "overdue":
        return _("Overdue by %(days)s") % {"days": say_days((today - standing.due_on).days)}
    return str(state_words(of_nothing(state, standing.payable_minor), settings.wording))


def credit_on_hold(standing: Standing, *, seller: Seller, settings: Settings, at: datetime) -> str:
    """That a credit note waits, and until when it can be taken back."""
    assert standing.cancelling_at is not None
    words = credit_words(settings.wording, in_part=standing.is_cancelled_in_part)
    if standing.cancelling_at <= at:
        return _("%(state)s, leaving now") % {"state": words.state}
    return str(words.until) % {"until": say_until(standing.cancelling_at, at, seller.time_zone)}


def state_in_words(
    state: str,
    standing: Standing,
    *,
    currency: str,
    paid_on: date | None,
    credit_notes: list[tuple[str, date]],
    today: date,
    given: bool,
    wording: str,
    at: datetime,
) -> str:
    """The state of an invoice as a sentence: Sent on 3 November, due in 11 days.

    `credit_notes`: number and day of each; `given`: whether it has left the house at all.
    """
    issued = say_on(standing.issued_on, today)
    due = _due(standing, today)
    open_ = say_money(standing.open_minor, currency)
    match state:
        case "cancelling":
            return _pending(standing, wording, at)
        case "credited":
            return _cancelled(credit_notes, wording, today)
        case "written_off":
            written = say_money(standing.written_minor, currency)
            return _("%(amount)s written off, nothing is asked for") % {"amount": written}
        case "paid":
            return _paid(standing, paid_on, today)
        case "part_paid":
            return _("Part paid, %(open)s left, %(due)s") % {"open": open_, "due": due}
        case "part_credited" if standing.open_minor:
            return _("Part credited, %(open)s left, %(due)s") % {"open": open_, "due": due}
        case "part_credited":
            return _("Part credited, nothing left to pay")
        case _ if not given:
            return _("Issued %(day)s, not sent yet, %(due)s") % {"day": issued, "due": due}
        case _ if wording == Wording.PRACTICE:
            return _("Unpaid, %(due)s") % {"due": due}
        case _:
            return _("Sent %(day)s, %(due)s") % {"day": issued, "due": due}


def refunded_in_words(standing: Standing, used_minor: int, currency: str, today: date) -> str:
    """That all has been given back: to the payer, and of it `used_minor` for another invoice."""
    assert standing.refunded_on is not None, "what is given back has its day"
    said = {
        "day": say_on(standing.refunded_on, today),
        "amount": say_money(standing.returned_minor - used_minor, currency),
        "used": say_money(used_minor, currency),
    }
    if not used_minor:
        return _("Refunded %(day)s: %(amount)s went back") % said
    if used_minor == standing.returned_minor:
        return _("Refunded %(day)s: %(used)s was used for another invoice") % said
    text = _("Refunded %(day)s: %(amount)s went back, %(used)s was used for another invoice")
    return text % said


def _paid(standing: Standing, paid_on: date | None, today: date) -> str:
    if paid_on is not None:
        return _("Paid %(day)s") % {"day": say_on(paid_on, today)}
    if not standing.payable_minor:
        issued = say_on(standing.issued_on, today)
        return _("Issued %(day)s, nothing to pay") % {"day": issued}
    return _("Paid")


def _due(standing: Standing, today: date) -> str:
    days = (standing.due_on - today).days
    if days < 0:
        return _("overdue by %(days)s") % {"days": say_days(-days)}
    return _("due %(day)s") % {"day": say_on(standing.due_on, today)}


def _pending(standing: Standing, wording: str, at: datetime) -> str:
    words = credit_words(wording, in_part=standing.is_cancelled_in_part)
    assert standing.cancelling_at is not None
    if standing.cancelling_at <= at:
        return _("%(state)s. The credit note is leaving.") % {"state": words.state}
    return _("%(state)s. Nothing has been sent yet.") % {"state": words.state}


def _cancelled(credit_notes: list[tuple[str, date]], wording: str, today: date) -> str:
    numbers = ", ".join(number for number, _day in credit_notes)
    text = ngettext(
        "%(state)s %(day)s by credit note %(numbers)s",
        "%(state)s %(day)s by credit notes %(numbers)s",
        len(credit_notes),
    )
    state, day = state_words("credited", wording), say_on(credit_notes[-1][1], today)
    return text % {"state": state, "day": day, "numbers": numbers}


def _of_record(draft: Draft, today: date) -> str:
    """That it is invoiced in another system, and paid there if that is noted."""
    if draft.external_paid_on is not None:
        return _("Invoiced externally, paid %(day)s") % {
            "day": say_on(draft.external_paid_on, today)
        }
    if draft.external_paid_by:
        return _("Invoiced externally, paid")
    return str(state_words("external", Wording.SERVICE))


def state_of_draft(draft: Draft, *, seller: Seller, at: datetime) -> tuple[str, str]:
    """The sign and the words of a draft's state."""
    if draft.external_at is not None:
        return "external", _of_record(draft, day_of(seller, at))
    if draft.goes_at is not None:
        if draft.goes_at <= at:
            return "held", str(state_words("leaving", Wording.SERVICE))
        until = say_until(draft.goes_at, at, seller.time_zone)
        return "held", _("Processing %(until)s") % {"until": until}
    if draft.issues_at is not None:
        when = say_departure(max(draft.issues_at, at), at, seller.time_zone)
        return "draft", _("Draft, goes out by itself %(when)s") % {"when": when}
    if draft.failure:
        return "failed", _("Could not be issued")
    if awaits_decision(draft):
        return "draft", _("Draft, awaits a decision")
    return "draft", _("Draft")
