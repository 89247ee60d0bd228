"""Every page and endpoint that shows a client notes the look; lists of many are not looks."""

from typing import Any

from django.db import connections

from storno.clients.models import Look
from storno.organizations.scope import scope
from tests.api.caller import caller
from tests.api.test_access import ENDPOINTS, QUERIES
from tests.api.test_access import address as endpoint
from tests.api.test_access import furnish as furnish_api
from tests.api.test_access import things as api_things
from tests.architecture.conftest import AT
from tests.furnished import House, addresses
from tests.web.papers.member import Member
from tests.world import World, found

LISTS = {
    "clients", "clients_csv", "contacts_csv", "diary", "diary_events", "drafts", "home", "invoices",
    "invoices_csv", "invoices_remind", "draft_new", "session_new", "mailbox",
    "bank", "bank_entry", "bank_file",
}  # fmt: skip
"""Of many at once, by their names and how they stand; and forms that offer whom to choose, as an
entry that waits offers invoices."""

API_LISTS = {
    "list_all_invoices", "list_bank_file_entries", "list_clients", "list_letters", "list_owed_back",
    "list_unmatched",
}  # fmt: skip


def looked(world: World) -> bool:
    """Whether a look was noted; it is forgotten, so that the next is not one with it."""
    with scope(world.id):
        noted = Look.objects.filter(organization_id=world.id).exists()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM clients_look WHERE organization_id = %s", [world.id])
    return noted


def shows_daisy(text: str) -> bool:
    return "Daisy Duck" in text or "daisy@example.com" in text


def text_of(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    response.close()
    return body.decode(errors="replace")


def test_every_page_that_shows_a_client_notes_the_look(house: House) -> None:
    alice, unnoted = Member(house.world), set()
    for address in addresses():
        if address.is_of_organization and address.name not in LISTS:
            for path in house.paths(address):
                looked(house.world)
                seen = alice.client.get(path)
                told = shows_daisy(text_of(seen))
                if seen.status_code == 200 and told and not looked(house.world):
                    unnoted.add(address.name)
    assert " ".join(sorted(unnoted)) == ""


def test_every_endpoint_that_shows_a_client_notes_the_look(doors: None) -> None:
    world = found()
    furnish_api(world, AT)
    alice, ids, unnoted = caller(world), api_things(world.id), set()
    for name, method, path in ENDPOINTS:
        if method == "GET" and name not in API_LISTS:
            looked(world)
            seen = alice.get(endpoint(path, ids) + QUERIES.get(name, "").format(**ids))
            told = shows_daisy(seen.raw.decode(errors="replace"))
            if seen.status == 200 and told and not looked(world):
                unnoted.add(name)
    assert " ".join(sorted(unnoted)) == ""
