"""A new event: a session with a client who is sought and chosen, or an activity."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.catalogue.queries import services_by_name
from storno.clients.models import Client
from storno.core.pages import MOST_ROWS
from storno.core.refusals import Invalid
from storno.diary.book import book_activity, book_session
from storno.diary.looks import booking_looked_at
from storno.diary.models import Booking, BookingKind
from storno.diary.slot import TimeIsTaken
from storno.organizations.models import Membership
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Actor, Deed
from storno.web.access import Here, member_page
from storno.web.clients.consents import wanting_shown
from storno.web.diary.asked import read_day
from storno.web.diary.forms import ActivityForm, BookingForm, SessionForm
from storno.web.diary.new_series import look_or_book
from storno.web.diary.repeats import RepeatingForm
from storno.web.diary.taken import take_taken
from storno.web.diary.times import day_and_clock
from storno.web.diary.told import say_reach
from storno.web.diary.whose import Whose, whose
from storno.web.diary.worked import before_booking, free_times, taken_time
from storno.web.go import go
from storno.web.once import new_once, once
from storno.web.papers.new_client import enter_client, kept_draft
from storno.web.papers.offered import chosen_in, seeks_by_enter, sought_in
from storno.web.papers.shown_editor import recipient_shown
from storno.web.show import show
from storno.web.take import take_invalid, take_typed
from storno.web.zones import town_of

_CHANGES = ("find", "choose", "forget", "suit", "change", "take")
"""The buttons that change what stands in the form without booking it."""


@require_http_methods(["GET", "POST"])
@member_page
def session_new(request: HttpRequest, here: Here) -> HttpResponse:
    """Book a session."""
    here.who.must(Deed.BOOK)
    if "new_client" in request.POST:
        return enter_client(request, here)
    sent = request.POST or kept_draft(request)
    with here.reading():
        form, client = _session_form(request, here, sent)
    nobody = _says_nobody(request, sent, client)
    if form.is_bound and client is not None and form.is_valid():
        done = _book_typed(request, here, form, client)
        if done is not None:
            return done
    sought = sought_in(sent or {})
    return _show(request, here, form, client=client, sought=sought, nobody=nobody)


def _says_nobody(request: HttpRequest, sent: QueryDict | None, client: Client | None) -> str:
    """What is said where it is to be booked and nobody was chosen; a name alone chooses nobody."""
    if request.method == "GET" or sent is None or client is not None:
        return ""
    if any(name in sent for name in _CHANGES) or seeks_by_enter(sent):
        return ""
    if sought_in(sent):
        return _("Choose one of those who are found, or somebody new.")
    return _("Choose who comes.")


def _book_typed(
    request: HttpRequest, here: Here, form: RepeatingForm, client: Client
) -> HttpResponse | None:
    """Book the session, or look at the days of its series; None where the form says why not."""
    if (series := form.series(client)) is not None:
        return look_or_book(request, here, form, series, client)
    entered = form.entered(client)
    return _book(request, here, form, lambda who: book_session(entered, who=who, at=here.at))


@require_http_methods(["GET", "POST"])
@member_page
def activity_new(request: HttpRequest, here: Here) -> HttpResponse:
    """Keep a time free of sessions."""
    here.who.must(Deed.BOOK)
    typed = take_typed(request, here, Deed.BOOK)
    with here.reading():
        now = here.now
        open_ = whose(here).bookable()
        initial = _initial(request.GET, now, open_)
        form = ActivityForm(now, typed, initial={"minutes": 60} | initial)
        form.offer_diaries(open_)
    if form.is_valid():
        entered = form.entered()
        done = _book(request, here, form, lambda who: book_activity(entered, who=who, at=here.at))
        if done is not None:
            return done
    return _show(request, here, form)


def _book(
    request: HttpRequest,
    here: Here,
    form: BookingForm,
    book: Callable[[Actor], Booking],
) -> HttpResponse | None:
    """Book once, and lead to what came of it; None where the form says why not."""
    try:
        booking = book(once(request, here))
    except AnsweredBefore as before:
        return go(request, here.url("booking", UUID(before.answer.body)))
    except StillInFlight:
        return go(request, here.url("diary"))
    except Invalid as wrong:
        take_invalid(form, wrong, **form.names)
        return None
    except TimeIsTaken as taken:
        take_taken(form, taken, here)
        return None
    messages.success(request, _("It is booked."))
    return go(request, here.url("booking", booking.id))


def _session_form(
    request: HttpRequest, here: Here, sent: QueryDict | None
) -> tuple[RepeatingForm, Client | None]:
    """The form as it was sent, or as it is opened; what is only changed is not found fault with."""
    now = here.now
    client = chosen_in(sent or request.GET, "client", here)
    all_ = whose(here)
    open_ = all_.bookable()
    changed = sent is not None and (
        request.method == "GET"
        or any(name in sent for name in _CHANGES)
        or bool(sought_in(sent) and client is None)
        or seeks_by_enter(sent)
    )
    if changed and sent is not None:
        # Who pays is asked anew for another client.
        kept = sent.dict() | {name: sent.getlist(name) for name in ("weekdays", "messages")}
        form = RepeatingForm(now, initial=kept | taken_time(sent.get("take", "")))
        if {"choose", "forget", "enter"} & sent.keys():
            form.initial.pop("recipient", None)
    else:
        initial = _initial(request.GET, now, open_)
        if sent is None:
            initial |= _like(request.GET.get("like", ""), all_, here)
        form = RepeatingForm(now, sent, initial=initial)
    form.offer_diaries(open_)
    page = services_by_name(organization_id=here.organization.id, bookable=True, limit=MOST_ROWS)
    form.offer_services(page.items)
    form.offer_recipients(client)
    say_reach(form, client, now)
    return form, client


def _initial(
    query: Mapping[str, str], now: Circumstances, open_: Sequence[Membership]
) -> dict[str, Any]:
    """What an address proposes: the time, and whose of the open diaries; today, the own one."""
    offered = [str(member.id) for member in open_]
    proposed = {name: query[name] for name in ("time", "minutes") if query.get(name)}
    return proposed | {
        "day": read_day(query.get("on", "")) or now.today,
        "practitioner": query["who"] if query.get("who") in offered else offered[0],
    }


def _like(like: str, all_: Whose, here: Here) -> dict[str, Any]:
    """What another session proposes: the same a week on, or in the first week to come.

    What it costs and who pays is not copied: a session that was free or charged in part says
    nothing of the next one. Raises Absent.
    """
    try:
        session_id = UUID(like)
    except ValueError:
        return {}
    other = booking_looked_at(
        session_id, diaries=all_.diaries, who=here.who, at=here.at, kind=BookingKind.SESSION
    )
    day, clock = day_and_clock(other.starts_at, here.now.seller.time_zone)
    weeks = max(1, (here.now.today - day).days // 7 + 1)
    proposed: dict[str, Any] = {
        "day": day + timedelta(weeks=weeks),
        "time": clock,
        "minutes": other.minutes,
        "service": str(other.service_id),
        "place": other.place,
        "video": other.video,
    }
    if all_.may_write(other.practitioner_id) and other.practitioner_id in all_.members:
        proposed["practitioner"] = str(all_.members[other.practitioner_id].id)
    return proposed


def _show(
    request: HttpRequest,
    here: Here,
    form: BookingForm,
    *,
    client: Client | None = None,
    sought: str = "",
    nobody: str = "",
) -> HttpResponse:
    """The form of a session or of an activity."""
    of_session = isinstance(form, SessionForm)
    kept = ("on", "time", "minutes", "who")
    query = {name: request.GET[name] for name in kept if request.GET.get(name)}
    with here.reading():
        shown: dict[str, Any] = {
            "form": form,
            "once": new_once(),
            "post_url": request.path,
            "back_url": here.url("diary", **{"on": query["on"]} if "on" in query else {}),
            "tabs": [
                _tab(_("Session"), here.url("session_new", **query), of_session),
                _tab(_("Activity"), here.url("activity_new", **query), not of_session),
            ],
            "zone": town_of(form.now.seller.time_zone),
            "hours": before_booking(form, here),
        }
        if isinstance(form, SessionForm):
            shown["free_times"] = free_times(form, here)
            shown["offered_services"] = form.offered
            shown |= recipient_shown(client, sought, here) | {"client": client}
            shown["wanting"] = wanting_shown(client, here) if client else []
            shown["nobody"] = nobody
            shown["catalogue_url"] = here.url("catalogue")
        template = "diary/session_new.html" if of_session else "diary/activity_new.html"
        return show(request, here, template, status=422 if form.errors or nobody else 200, **shown)


def _tab(label: str, url: str, current: bool) -> dict[str, Any]:
    return {"label": label, "url": url, "current": current}
