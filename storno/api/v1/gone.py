"""What a draft has become that is no longer there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja.utils import contribute_operation_callback

from storno.api.bearer import Caller, Request
from storno.api.errors import Gone
from storno.api.language import spoken_language
from storno.api.openapi import describe_gone
from storno.api.v1.paper import document_link
from storno.core.refusals import Absent
from storno.documents.draft import DraftDeleted
from storno.documents.queries import issued_from, thrown_away
from storno.history.models import Event
from storno.history.tell import tell
from storno.organizations.queries import seller_of
from storno.organizations.scope import scope_of

P = ParamSpec("P")


def or_what_it_became(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Answer 410 where the draft of the address has been issued or thrown away."""

    @wraps(view)
    def run(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Absent:
            draft_id = kwargs["draft_id"]
            assert isinstance(draft_id, UUID)
            raise _what_became_of(draft_id, request.auth) from None

    contribute_operation_callback(run, describe_gone)
    return run


def _what_became_of(draft_id: UUID, caller: Caller) -> Absent | Gone:
    mine = caller.who.organization_id
    with scope_of(caller.who):
        document = issued_from(draft_id, mine)
        event = thrown_away(draft_id, mine) if document is None else None
        zone = seller_of(mine).time_zone if event else ""
    if document is not None:
        return Gone(
            "already_issued",
            _("This draft has been issued: it is a document now."),
            document=document_link(document).model_dump(mode="json"),
        )
    return Absent() if event is None else _thrown_away(event, zone)


def _thrown_away(event: Event, zone: str) -> Gone:
    """By whom a draft was thrown away, and what remains of what it was about."""
    (told,) = tell([event], language=spoken_language(), time_zone=zone)
    deleted = DraftDeleted.recalled(event.facts)
    words = _("%(name)s deleted this draft.") if told.who else _("This draft was deleted.")
    return Gone(
        "draft_deleted",
        words % {"name": told.who},
        document=None,
        replaced=deleted.replaces_id or None,
        sessions=deleted.billed.split(),
    )
