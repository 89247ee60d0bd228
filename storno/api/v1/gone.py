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
from storno.api.openapi import describe_gone
from storno.api.v1.paper import document_link
from storno.core.refusals import Absent
from storno.documents.queries import issued_from
from storno.organizations.scope import scope

P = ParamSpec("P")


def or_what_it_became(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Answer 410 with the document where the draft of the address has been issued."""

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
    with scope(caller.who.organization_id):
        document = issued_from(draft_id, caller.who.organization_id)
    if document is None:
        return Absent()
    return Gone(
        "already_issued",
        _("This draft has been issued: it is a document now."),
        document=document_link(document).model_dump(mode="json"),
    )
