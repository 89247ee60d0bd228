"""What waits to leave, as the page shows it: when, how long still, and the way back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.core.refusals import Words
from storno.corrections.plan import CreditRequest
from storno.corrections.queries import held_request
from storno.documents.models import Draft, FollowUp, Standing
from storno.documents.words import credit_words
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.say import say_departure, say_until
from storno.web.words import WORDS

_FOLLOWS: dict[FollowUp | None, Words] = {
    FollowUp.CANCEL_SESSION: gettext_lazy(
        "Then the booking is cancelled, and nothing is charged for it."
    ),
    FollowUp.EXTERNAL: gettext_lazy("Then it is marked as invoiced externally."),
}
"""What is said of that which follows; a corrected draft is there already."""


def held_credit(standing: Standing, now: Circumstances, here: Here) -> dict[str, Any] | None:
    """The credit note on hold of an invoice; None without one."""
    if standing.cancelling_at is None:
        return None
    words = credit_words(now.settings.wording, in_part=standing.is_cancelled_in_part)
    held = _leaving(standing.cancelling_at, now, here)
    title = _("The credit note is on its way")
    held["sentence"] = " ".join([held["sentence"], *_following(held_request(standing))])
    if held["due"]:
        return held | {"title": title}
    return held | {
        "title": title,
        "already": str(words.already)
        % {"until": say_until(standing.cancelling_at, here.at, now.seller.time_zone)},
        "undo": {
            "label": WORDS[now.settings.wording].undo,
            "url": here.url("invoice_undo", standing.id),
            "note": words.keep,
        },
    }


def _following(asked: CreditRequest | None) -> Iterator[str]:
    """What follows the credit note once it is issued."""
    if asked is None:
        return
    if asked.follow_up in _FOLLOWS:
        yield str(_FOLLOWS[asked.follow_up])
    if asked.refund is not None:
        yield _("Then what is owed back is marked as refunded.")


def held_draft(draft: Draft, now: Circumstances, here: Here) -> dict[str, Any] | None:
    """An invoice on hold; None for a plain draft."""
    if draft.goes_at is None:
        return None
    held = _leaving(draft.goes_at, now, here)
    title = _("The invoice is on its way")
    if held["due"]:
        return held | {"title": title}
    others = [{"label": _("Edit invoice"), "url": here.url("draft_edit", draft.id)}]
    if draft.waits_for_id is None:
        now_url = finalise_url(draft, here, now="1")
        others.append({"label": _("Send now"), "url": now_url, "method": "post"})
    return held | {
        "title": title,
        "undo": {
            "label": _("Withdraw"),
            "url": here.url("draft_withdraw", draft.id),
            "note": _("It is a draft again then. No number is used."),
        },
        "others": others,
    }


def by_itself(draft: Draft, now: Circumstances, here: Here) -> dict[str, str] | None:
    """When a draft goes out by itself, and the way to keep it back; None for others."""
    if draft.issues_at is None or draft.goes_at is not None:
        return None
    sentence = _("It is being issued and sent now.")
    if draft.issues_at > here.at:
        when = say_departure(draft.issues_at, here.at, now.seller.time_zone)
        sentence = _("It will be issued and sent %(when)s.") % {"when": when}
    stop_url = here.url("draft_by_hand", draft.id, version=str(draft.version))
    return {"sentence": sentence, "stop_url": stop_url if here.who.may(Deed.WRITE_DRAFTS) else ""}


def finalise_url(draft: Draft, here: Here, **query: str) -> str:
    """Where a draft is finalised as it is shown here: what is saved later is another version."""
    return here.url("draft_finalise", draft.id, version=str(draft.version), **query)


def _leaving(goes_at: datetime, now: Circumstances, here: Here) -> dict[str, Any]:
    """What counts down; once it is due, nothing can be taken back, even if it has not left yet."""
    due = goes_at <= here.at
    when = say_departure(goes_at, here.at, now.seller.time_zone)
    return {
        "goes_at": goes_at,
        "now": here.at,
        "whole": now.settings.hold_seconds or 1200,
        "sentence": _("Leaving now.") if due else _("Will be sent %(when)s.") % {"when": when},
        "due": due,
        "undo": None,
        "others": [],
    }
