"""All that is known of one client, as a file."""

from ninja import Router

from storno.api.answers import packing
from storno.api.bearer import Request
from storno.api.language import spoken_language
from storno.api.values import Id
from storno.reports.client_file import ClientFile, client_file

router = Router(tags=["clients"])


@router.get("/{client_id}/export")
@packing
def get_client_export(request: Request, client_id: Id) -> ClientFile:
    """All that is known of a client as a ZIP: tables as CSV, papers as PDF and JSON."""
    language, caller = spoken_language(), request.auth
    return client_file(client_id, language=language, who=caller.who, at=caller.at)
