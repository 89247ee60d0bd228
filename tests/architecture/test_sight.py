"""Every address and every endpoint as a practitioner who sees other clients only.

What bears on a client out of sight is absent by its address, and in no list, search, count, sum or
file. New pages and endpoints are walked as soon as the resolver and the description know them.
"""

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from storno.clients.contacts import ContactInput, add_contact
from storno.clients.hand_over import share_client
from storno.clients.models import Care, ClientKind
from storno.clients.save import ClientInput, amend_client, create_client
from storno.organizations.keys import TenantForeignKey
from storno.organizations.models import Membership, Organization
from storno.organizations.rights import conditions_of_sight, tenant_models
from storno.organizations.roles import Actor, deeds_of
from storno.organizations.scope import scope_of
from storno.people.models import Person
from tests.api.caller import caller, member
from tests.api.test_access import BODIES, ENDPOINTS, QUERIES
from tests.api.test_access import address as endpoint
from tests.api.test_access import furnish as furnish_api
from tests.api.test_access import things as api_things
from tests.architecture.conftest import AT
from tests.furnished import House, addresses
from tests.observe import everything, snapshot
from tests.web.papers.member import Member
from tests.world import found

NAMES = ("Daisy", "Duck", "Dora", "daisy@example.com", "Aleksanterinkatu")
"""What nobody may read who does not see Daisy and her mother."""

OPEN_TO_ALL = {
    "closed_days_id", "import_id", "invitation_id", "key", "member_id", "membership_id",
    "other_hours_id", "person_id", "pk", "position",
    "service_id", "signed", "slug", "template_id", "token_id", "uidb36", "week_id",
}  # fmt: skip
"""What addresses name that bears on no client, or is behind a signed link."""

CLIENTS_TABLES = (
    "archive_file", "clients_care", "clients_client", "clients_contact", "diary_booking",
    "diary_series", "documents_document", "documents_draft", "documents_standing",
    "mailroom_letter", "payments_payment", "payments_refund", "payments_writeoff",
)  # fmt: skip
"""Rows whose ids tell that there is something."""

READ_WITH_OTHERS = {
    "clients_importedclient",
    "diary_booking",
    "documents_draftline",
    "documents_erasure",
    "documents_handedover",
    "documents_line",
}
"""Bookings take others' time also unread; the others bear nothing personal without their paper."""

SEARCHES: tuple[dict[str, str], ...] = (
    {},
    {"q": "Daisy"},
    {"text": "Daisy"},
    {"q": "2026"},
    {"state": "drafts"},
)


@dataclass(frozen=True)
class Hidden:
    """A furnished organization in which Paul sees nothing of Daisy."""

    house: House
    paul: Person
    who: Actor
    traces: tuple[str, ...]

    def told_in(self, text: str) -> list[str]:
        """What of a client out of sight stands in a text."""
        return [trace for trace in self.traces if trace in text]


def hide(house: House) -> Hidden:
    """Let practitioners see their own clients only, and add one without any."""
    Organization.objects.filter(id=house.world.id).update(own_clients=True)
    paul = member(house.world, "practitioner")
    deeds = deeds_of(["practitioner"], office_may_credit=False)
    who = Actor(house.world.id, paul.id, deeds, fresh=True, clients_of=paul.id)
    rows = everything(house.world)
    ids = [str(row["id"]) for table in CLIENTS_TABLES for row in rows[table]]
    numbers = [row["number"] for row in rows["documents_document"]]
    return Hidden(house, paul, who, (*NAMES, *ids, *numbers))


@pytest.fixture(scope="module")
def hidden(house: House) -> Hidden:
    return hide(house)


@pytest.fixture(scope="module")
def paul(hidden: Hidden) -> Member:
    return Member(hidden.house.world, hidden.paul)


def text_of(response: Any) -> str:
    """All that a page or a file says; a file is closed."""
    body = b"".join(response) if response.streaming else response.content
    response.close()
    return body.decode(errors="replace")


OF_CLIENTS = [
    each
    for each in addresses()
    if each.is_of_organization and not OPEN_TO_ALL.issuperset(each.names)
]
OTHERS = [
    each for each in addresses() if each.is_of_organization and OPEN_TO_ALL.issuperset(each.names)
]


def test_every_table_that_bears_on_clients_is_narrowed() -> None:
    """Whatever names a client, a paper or a session is seen with it, or stands on the list."""
    theirs = {"clients_client", "documents_document", "documents_draft", "diary_booking"}
    naming = {
        model._meta.db_table
        for model in tenant_models()
        for field in model._meta.fields
        if isinstance(field, TenantForeignKey)
        and field.related_model is not None
        and field.related_model._meta.db_table in theirs
    }
    assert naming - set(conditions_of_sight()) == READ_WITH_OTHERS


def test_what_bears_on_a_client_out_of_sight_is_absent(hidden: Hidden, paul: Member) -> None:
    """Asked for and sent to, it looks like what never was; nothing happens."""
    before, astray = snapshot(hidden.house.world), []
    for address in OF_CLIENTS:
        never = {name: uuid4() for name in address.names if name not in OPEN_TO_ALL}
        nowhere = hidden.house.paths(address, **never)[0]
        for path in hidden.house.paths(address):
            for how in (paul.client.get, paul.client.post):
                asked, absent = how(path), how(nowhere)
                told = hidden.told_in(text_of(asked))
                told = [trace for trace in told if trace not in path]
                if asked.status_code != absent.status_code or asked.status_code == 200 or told:
                    astray.append((address.name, how.__name__, asked.status_code, told))
    assert not astray, "\n".join(map(str, astray))
    assert snapshot(hidden.house.world) == before


def test_no_page_tells_of_a_client_out_of_sight(hidden: Hidden, paul: Member) -> None:
    """Lists, searches, counts, sums, files, and what needs somebody."""
    astray = []
    for address in OTHERS:
        for path in hidden.house.paths(address):
            for asked in SEARCHES:
                response = paul.client.get(path, asked)
                told = hidden.told_in(text_of(response))
                told = [trace for trace in told if trace not in asked.values()]
                if address.name == "settings_numbers":  # says how numbers look, by an example
                    told = [trace for trace in told if not trace.startswith("2026-")]
                if response.status_code >= 500 or told:
                    astray.append((address.name, asked, response.status_code, told))
    assert not astray, "\n".join(map(str, astray))


def test_no_endpoint_tells_of_a_client_out_of_sight(doors: None) -> None:
    """By id absent, in lists not there; nothing happens."""
    house = House(found(), {})
    furnish_api(house.world, AT)
    hidden = hide(house)
    paul = caller(house.world, hidden.paul)
    before, astray = snapshot(house.world), []
    ids = api_things(house.world.id)
    for name, method, path in ENDPOINTS:
        concerned = [each for each in ids if f"{{{each}}}" in path]
        if not OPEN_TO_ALL.issuperset(concerned):
            never = ids | {each: str(uuid4()) for each in concerned if each not in OPEN_TO_ALL}
            answer = paul.call(method, endpoint(path, ids), BODIES.get(name))
            absent = paul.call(method, endpoint(path, never), BODIES.get(name))
            # 404; what only administrators do is refused before it is looked for
            if answer.status != absent.status or answer.status not in (403, 404):
                astray.append((name, answer.status, ["it is there"]))
        elif method == "GET":
            answer = paul.get(endpoint(path, ids) + QUERIES.get(name, ""))
            told = hidden.told_in(answer.raw.decode(errors="replace"))
            if answer.status >= 500 or told:
                astray.append((name, answer.status, told))
    assert not astray, "\n".join(map(str, astray))
    assert snapshot(house.world) == before


PAPERS_NEED = {"client": "get", "client_invoices": "get"}
"""Pages of a client that pays for one's own; the fragments of these come by the same address."""


def let_daisy_pay(house: House) -> Hidden:
    """Paul's own client gets Daisy as its mother, who pays; Alice treats her."""
    hidden, admin = hide(house), house.world.who()
    chris = create_client(ClientInput(kind=ClientKind.PERSON, name="Chris"), who=admin, at=AT)
    mine = Membership.objects.get(organization_id=house.world.id, person=hidden.paul)
    share_client(chris.id, mine.id, who=admin, at=AT)
    said = ContactInput(relation="mother", recipient=True)
    add_contact(chris.id, house.world.daisy.id, said, who=admin, at=AT)
    changed = ClientInput(
        kind=ClientKind.PERSON,
        name="Daisy Duck",
        email="daisy@example.com",
        phone="+358401234567",
        time_zone="Europe/Oslo",
    )
    amend_client(house.world.daisy.id, lambda _now: changed, who=admin, at=AT)
    own = tuple(t for t in hidden.traces if t not in (*NAMES, str(house.world.daisy.id)))
    return replace(hidden, traces=(*own, "Europe/Oslo"))


def test_of_somebodys_client_who_pays_for_ones_own_only_that_is_there(doors: None) -> None:
    """Name, address and how to reach her; nothing of her own, and nothing of it can be changed."""
    house = House(found(), {})
    furnish_api(house.world, AT)
    hidden, daisy = let_daisy_pay(house), str(house.world.daisy.id)
    paul, ids = caller(house.world, hidden.paul), api_things(house.world.id)
    with scope_of(house.world.who()):
        (care,) = Care.objects.filter(organization_id=house.world.id, client_id=daisy)
    known = {"client_id": daisy, "care_id": care.id, **ids}
    own = House(house.world, {name: (id_,) for name, id_ in known.items()})
    own.things["slug"] = (house.world.organization.slug,)
    before, astray = _but_looks(house), []

    seen = paul.get(f"/clients/{daisy}").body
    assert (seen["name"], seen["email"], seen["phone"], seen["served"], seen["time_zone"]) == (
        "Daisy Duck",
        "daisy@example.com",
        "+358401234567",
        False,
        "",
    )
    (there,) = paul.get("/clients").body["items"]
    assert there["name"] == "Chris"
    (beside,) = paul.get(f"/clients/{there['id']}/contacts").body["items"]
    assert beside["party"] == seen
    assert paul.get("/clients?served=false").body["items"] == [seen]
    assert paul.get("/clients?q=daisy").body["items"] == [seen]
    assert paul.get(f"/history?subject={daisy}").body["items"] == []

    bodies = BODIES | {
        "post_consent": {"template": ids["template_id"], "answer": "given", "how": "paper"}
    }
    for name, method, path in ENDPOINTS:
        if "{client_id}" in path and name != "get_client":
            answer = paul.call(method, endpoint(path, ids), bodies.get(name))
            if answer.status not in (403, 404):
                astray.append((name, answer.status, hidden.told_in(answer.raw.decode())))
        elif method == "GET" and OPEN_TO_ALL.issuperset(re.findall("{(.*?)}", path)):
            told = paul.get(endpoint(path, ids) + QUERIES.get(name, "")).raw.decode(
                errors="replace"
            )
            if hidden.told_in(told):
                astray.append((name, 200, hidden.told_in(told)))
    page = Member(house.world, hidden.paul)
    forms = {"kind": "person", "name": "Mallory", "language": "en", "country": "FI"}
    forms |= {"answer": "given", "how": "paper", "on": "2026-06-01", "member": ids["member_id"]}
    forms |= {"once": uuid4().hex}
    for address in (each for each in OF_CLIENTS if "client_id" in each.names):
        for path in own.paths(address):
            for how in ("get", "post"):
                response = getattr(page.client, how)(path, forms if how == "post" else {})
                told_there = hidden.told_in(text_of(response))
                wanted = 200 if PAPERS_NEED.get(address.name) == how else 404
                if (told_there and wanted == 200) or (
                    response.status_code not in (wanted, 403, 405)
                ):
                    astray.append((address.name, response.status_code, told_there))
    assert not astray, "\n".join(map(str, astray))

    sheet = b"name,email,phone\nDaisy Duck,daisy@example.com,+358409999999\n"
    sent = {"Content-Type": "text/csv"}
    done = paul.call("POST", "/clients/import?when_there=update", sheet, **sent).body
    assert (done["id"], done["there"], done["update"]) == (None, 1, 0)
    assert _but_looks(house) == before


def _but_looks(house: House) -> dict[str, Any]:
    """All rows, but for who has looked: that is noted of whatever may be read."""
    return {
        table: rows for table, rows in everything(house.world).items() if table != "clients_look"
    }
