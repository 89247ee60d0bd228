"""Clients and their contacts as files."""

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from storno.core.sheet import sheet_of
from storno.organizations.roles import Deed
from storno.reports.client_list import client_rows, contact_rows
from storno.web.access import Here, member_page
from storno.web.exports.sheets import csv_response


@require_GET
@member_page
def clients_csv(_request: HttpRequest, here: Here) -> FileResponse:
    """All clients, whoever only pays and the archive included."""
    here.who.must(Deed.EXPORT)
    with here.reading():
        file = sheet_of(client_rows(who=here.who))
    return csv_response(file, "clients.csv")


@require_GET
@member_page
def contacts_csv(_request: HttpRequest, here: Here) -> FileResponse:
    """Who stands beside whom."""
    here.who.must(Deed.EXPORT)
    with here.reading():
        file = sheet_of(contact_rows(who=here.who))
    return csv_response(file, "contacts.csv")
