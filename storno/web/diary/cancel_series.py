"""Cancelling several sessions of a series: from one on, or all that are to come."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from storno.catalogue.models import Charge, Message
from storno.clients.looks import note_look
from storno.clients.queries import client_with
from storno.core.refusals import Invalid, NotAllowed, Refused, Words
from storno.diary.models import Booking
from storno.diary.series.cancel import Cancelled, cancel_series
from storno.diary.series.foresee import foresee_cancellation
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.diary.say_rule import say_days_in
from storno.web.diary.told import reached
from storno.web.go import go
from storno.web.papers.version import version_shown
from storno.web.show import show

FOLLOWING, ALL = "following", "all"

CHARGES: dict[Charge, Words] = {
    Charge.FULL: gettext_lazy("Charge it in full"),
    Charge.HALF: gettext_lazy("Charge half"),
    Charge.NOTHING: gettext_lazy("Charge nothing"),
}


def offered(session: Booking, chosen: str, here: Here) -> Iterator[dict[str, Any]]:
    """What of its series can be cancelled with a session, each with what it means; in a scope.

    Nothing where the session is in no series, or is the only one of it that is to come.
    """
    if session.series_id is None or session.recurrence_on is None or not session.follows_series:
        return
    foreseen = foresee_cancellation(session.series_id, since=None, who=here.who, at=here.at)
    if not {each.id for each in foreseen.sessions} - {session.id}:
        return
    yield _choice("one", _("This one"), chosen)
    rest = [each for each in foreseen.sessions if _is_from(each, session.recurrence_on)]
    for value, label, found in (
        (FOLLOWING, _("This and the following"), rest),
        (ALL, _("All that are to come"), foreseen.sessions),
    ):
        if found:
            stay = [each for each in foreseen.invoiced if each in found]
            yield _choice(value, label, chosen) | {"told": told(found, stay)}


def _is_from(session: Booking, since: date) -> bool:
    return session.recurrence_on is not None and session.recurrence_on >= since


def _choice(value: str, label: str, chosen: str) -> dict[str, Any]:
    return {"value": value, "label": label, "chosen": value == (chosen or "one"), "told": ""}


def told(sessions: Sequence[Booking], invoiced: Sequence[Booking]) -> str:
    """How many are cancelled, and which stay because they are invoiced."""
    count = len(sessions)
    words = ngettext(
        "%(count)d session, also if it was changed by hand.",
        "%(count)d sessions, also those that were changed by hand.",
        count,
    )
    said = [words % {"count": count}]
    if invoiced:
        words = _("What is invoiced stays unless it is charged in full: %(days)s.")
        said.append(words % {"days": say_days_in(invoiced)})
    return " ".join(said)


@require_http_methods(["GET", "POST"])
@member_page
def series_cancel(request: HttpRequest, here: Here, series_id: UUID) -> HttpResponse:
    """Cancel all of a series that is to come, after a question."""
    here.who.must(Deed.BOOK)
    if request.method == "POST":
        charge = request.POST.get("charge", "")
        wanted = Charge(charge) if charge in Charge.values else Charge.NOTHING
        version = version_shown(request.POST)
        return cancel_several(request, here, series_id, wanted, since=None, version=version)
    with here.reading():
        return show(request, here, "diary/cancel.html", **_asked(series_id, here))


def _asked(series_id: UUID, here: Here) -> dict[str, Any]:
    foreseen = foresee_cancellation(series_id, since=None, who=here.who, at=here.at)
    found = foreseen.series
    note_look(found.client_id, who=here.who, at=here.at)
    client = client_with(found.client_id, organization_id=here.organization.id)
    usual = Charge.NOTHING
    for session in foreseen.late[:1]:
        assert session.service is not None, "a session has a service"
        usual = Charge(session.service.late_charge)
    choices = [
        {"value": charge.value, "label": label, "chosen": charge is usual}
        for charge, label in CHARGES.items()
    ]
    return {
        "what": client.name,
        "when": say_days_in(foreseen.sessions),
        "several": told(foreseen.sessions, foreseen.invoiced),
        "choices": choices if foreseen.late else [],
        "late": bool(foreseen.late),
        "may_tell": True,
        "told_to": reached(client, here.now),
        "tells": any(Message.CANCELLATION in each.messages for each in foreseen.sessions),
        "version": found.version,
        "back_url": here.url("series", found.id),
        "back_label": _("Series"),
    }


def ticked(request: HttpRequest) -> bool | None:
    """Whether the client shall be told; None where the question did not ask it."""
    return "tell" in request.POST if "tell_asked" in request.POST else None


def cancel_several(
    request: HttpRequest,
    here: Here,
    series_id: UUID,
    charge: Charge,
    *,
    since: date | None,
    version: int | None = None,
) -> HttpResponse:
    """Cancel what of a series is to come; what is invoiced stays, as the question said."""
    try:
        done = cancel_series(
            series_id,
            charge,
            since=since,
            leave_invoiced=True,
            tell=ticked(request),
            version=version,
            who=here.who,
            at=here.at,
        )
    except NotAllowed:
        raise
    except Invalid as wrong:
        messages.warning(request, " ".join(str(error.message) for error in wrong.errors))
    except Refused as why:
        messages.warning(request, f"{why.message} {why.remedy}")
    else:
        messages.success(request, _said(done))
    return go(request, here.url("series", series_id))


def _said(done: Cancelled) -> str:
    count = len(done.sessions)
    words = ngettext(
        "%(count)d session is cancelled, and its time is free again.",
        "%(count)d sessions are cancelled, and their times are free again.",
        count,
    )
    said = [words % {"count": count}]
    if done.left:
        said.append(_("Invoiced, so they stay: %(days)s.") % {"days": say_days_in(done.left)})
    return " ".join(said)
