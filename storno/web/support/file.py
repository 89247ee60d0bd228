"""A file of a message: always to be saved, never shown in the page's own name."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from storno.support.models import Attachment


def file_response(file: Attachment) -> HttpResponse:
    """The file under the name that it came with; a browser runs nothing of it."""
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, file.name) or "attachment"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
