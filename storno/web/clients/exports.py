"""Clients and their contacts as files."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from storno.core.sheet import sheet_of
from storno.organizations.roles import Deed
from storno.reports.client_file import client_file
from storno.reports.client_list import client_rows, contact_rows
from storno.web.access import Here, member_page
from storno.web.exports.sheets import csv_response, file_response
from storno.web.say import reader_language


@require_GET
@member_page
def clients_csv(_request: HttpRequest, here: Here) -> HttpResponse:
    """All clients, whoever only pays and the archive included."""
    here.who.must(Deed.EXPORT)
    with here.reading():
        file = sheet_of(client_rows(who=here.who))
    return csv_response(file, "clients.csv")


@require_GET
@member_page
def contacts_csv(_request: HttpRequest, here: Here) -> HttpResponse:
    """Who stands beside whom."""
    here.who.must(Deed.EXPORT)
    with here.reading():
        file = sheet_of(contact_rows(who=here.who))
    return csv_response(file, "contacts.csv")


@require_GET
@member_page
def client_zip(_request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """All that the reader may know of one client."""
    here.who.must(Deed.EXPORT)
    with here.reading():
        found = client_file(client_id, language=reader_language(), who=here.who, at=here.at)
    return file_response(found.content, found.name, content_type="application/zip")
