"""Deleting a client that was entered by mistake, before anything was done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.clients.delete import ClientHasPapers, ClientIsAContact, delete_client
from storno.clients.looks import own_client_looked_at
from storno.core.refusals import Blocker
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import new_once, once
from storno.web.show import show


@require_http_methods(["GET", "POST"])
@member_page
def client_delete(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Delete a client that stands on nothing, once it is meant; the reason where it does."""
    here.who.must(Deed.KEEP_CLIENTS)
    blocker: Blocker | None = None
    if request.method == "POST":
        try:
            delete_client(client_id, who=once(request, here), at=here.at)
        except (AnsweredBefore, StillInFlight):
            return go(request, here.url("clients"))
        except (ClientHasPapers, ClientIsAContact) as refused:
            (blocker,) = refused.blockers
        else:
            messages.success(request, _("Deleted; the number is not given again."))
            return go(request, here.url("clients"))
    with here.reading():
        found = own_client_looked_at(client_id, who=here.who, at=here.at)
        return show(
            request,
            here,
            "clients/delete.html",
            status=409 if blocker else 200,
            client=found,
            blocker=blocker,
            archive_url=here.url("client_archive", client_id) if not found.archived_at else "",
            back_url=here.url("client", client_id),
            back_label=found.name,
            once=new_once(),
        )
