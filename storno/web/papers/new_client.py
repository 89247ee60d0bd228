"""A new client in the middle of a draft: entered over it, and chosen, with all that was typed kept.

Where a script runs the editor stays behind the dialog; without one it waits in the session.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from storno.clients.queries import client_with
from storno.clients.save import create_client
from storno.core.refusals import Absent, Invalid, Refused
from storno.diary.amend import amend_draft
from storno.documents.content import for_recipient
from storno.organizations.once import AnsweredBefore
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.clients.forms import ClientForm, parts_of
from storno.web.go import go
from storno.web.once import new_once, once
from storno.web.papers.offered import sought_in
from storno.web.parked import as_sent, park, parked_form
from storno.web.sections import sections
from storno.web.show import show
from storno.web.take import take_invalid, take_typed

USUAL = 2
"""So many parts are asked at once; the others most clients leave as they are."""


@require_http_methods(["GET", "POST"])
@member_page
def draft_client(request: HttpRequest, here: Here) -> HttpResponse:
    """Enter the client whom a draft that is being written is for."""
    here.who.must(Deed.KEEP_CLIENTS)
    typed = take_typed(request, here, Deed.KEEP_CLIENTS)
    form = ClientForm(typed, label_suffix="", auto_id="client-%s")
    if form.is_valid():
        try:
            made = create_client(form.entered(), who=once(request, here), at=here.at).id
        except AnsweredBefore as before:
            made = UUID(before.answer.body)
        except Invalid as wrong:
            take_invalid(form, wrong)
            return _show(request, here, form)
        return _chosen(request, here, made)
    return _show(request, here, form)


def _chosen(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Back to the draft, with the new client chosen: the page behind the dialog, or anew."""
    if (draft_id := _saved_draft(request)) is not None:
        return _put_into(request, here, draft_id, client_id)
    if getattr(request, "htmx", False):
        return trigger_client_event(HttpResponse(status=204), "client-made", {"id": str(client_id)})
    back = _draft_behind(request, here)
    sign = "&" if "?" in back else "?"
    name = "choose" if "kept" in back else "recipient"
    return go(request, f"{back}{sign}{name}={client_id}")


def _put_into(request: HttpRequest, here: Here, draft_id: UUID, client_id: UUID) -> HttpResponse:
    """Put the client into a saved draft. One that cannot take it leaves the client all the same.

    Where the draft is none any more, its address says what became of it.
    """
    choose = partial(for_recipient, recipient_id=client_id)
    try:
        amend_draft(draft_id, choose, who=here.who, at=here.at)
    except (Absent, Refused, Invalid) as why:
        with here.reading():
            name = client_with(client_id, organization_id=here.organization.id).name
        saved = _("%(name)s is saved.") % {"name": name}
        messages.warning(request, " ".join([saved, *_reasons(why)]))
    else:
        messages.success(request, _("The recipient is changed."))
    return go(request, here.url("draft", draft_id))


def _reasons(why: Absent | Refused | Invalid) -> list[str]:
    if isinstance(why, Refused):
        return [f"{each.message} {each.remedy}".strip() for each in why.blockers]
    if isinstance(why, Invalid):
        return [str(error.message) for error in why.errors]
    return []


def _show(request: HttpRequest, here: Here, form: ClientForm) -> HttpResponse:
    with here.reading():
        seller = here.now.seller
        if not form.is_bound:
            form.initial = {
                "language": seller.language,
                "country": seller.country,
                "name": sought_in(request.GET),
            }
        form.suit(seller)
        parts = parts_of(here.now.settings.wording)
        shown: dict[str, Any] = {
            "form": form,
            "sections": sections(form, parts[:USUAL]),
            "further": sections(form, parts[USUAL:]),
            "once": new_once(),
            "post_url": request.get_full_path(),
            "back_url": _draft_behind(request, here),
            "back_label": _("Draft"),
        }
        status = 422 if form.errors else 200
        return show(request, here, "papers/new_client.html", status=status, **shown)


def _saved_draft(request: HttpRequest) -> UUID | None:
    """The saved draft whose recipient alone is to be changed, if it is that."""
    try:
        return UUID(request.GET.get("draft", ""))
    except ValueError:
        return None


def _draft_behind(request: HttpRequest, here: Here) -> str:
    """The address of the draft that waits, or of a new one."""
    if (draft_id := _saved_draft(request)) is not None:
        return here.url("draft", draft_id)
    key = request.GET.get("kept", "")
    waiting = parked_form(request, key)
    if waiting is None:
        return here.url("draft_new")
    return f"{waiting['path'].partition('?')[0]}?kept={key}"


def enter_client(request: HttpRequest, here: Here) -> HttpResponse:
    """Put the draft aside as it stands and ask for the client."""
    sought = sought_in(request.POST)
    return go(request, here.url("draft_client", kept=park(request), sought=sought))


def kept_draft(request: HttpRequest) -> QueryDict | None:
    """What stood in the editor that was put aside, with the client who was made meanwhile."""
    waiting = parked_form(request, request.GET.get("kept", ""))
    if waiting is None or waiting["path"].partition("?")[0] != request.path:
        return None
    chosen = request.GET.get("choose", "")
    return as_sent(waiting, **({"choose": chosen} if chosen else {}))
