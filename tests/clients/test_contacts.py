"""Contacts: who stands beside a client, who usually pays, and what goes when they go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connections

from storno.clients.contacts import (
    MOST_CONTACTS,
    ContactInput,
    add_contact,
    change_contact,
    remove_contact,
)
from storno.clients.delete import delete_client
from storno.clients.models import Client, ClientKind, Contact
from storno.clients.queries import (
    case_number_of,
    client_with,
    clients_by_name,
    contact_with,
    contacts_of,
    recipients_of,
    search_clients,
    served_beside,
    standing_recipient,
)
from storno.clients.save import (
    ClientInput,
    amend_client,
    archive_client,
    create_client,
    restore_client,
)
from storno.core.ids import new_id
from storno.core.refusals import Absent, NotAllowed
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.history.models import Event
from storno.organizations.models import Method
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from tests.observe import everything, refused
from tests.races.together import TIMES, together
from tests.world import World, found

PERSON, COMPANY = ClientKind.PERSON, ClientKind.COMPANY
ACME = ClientInput(
    kind=COMPANY,
    name="Acme Oy",
    served=False,
    method=Method.EXTERNAL,
    buyer_reference="HR 7",
    phone=" +358 (40)  123-4567 ",
)
MOTHER = ClientInput(kind=PERSON, name="Dora Duck", served=False)
SAID = ContactInput(relation=" the  employer ", case_number="2026/118", told=True, recipient=True)


def payer(world: World, entered: ClientInput = ACME) -> Client:
    return create_client(entered, who=world.who(), at=FOUNDED_AT)


FOUNDED_AT = datetime.fromisoformat("2026-06-01T08:00:00Z")


def add(world: World, party: UUID | ClientInput, said: ContactInput = SAID, **more: Any) -> Contact:
    client: Client = more.get("beside", world.daisy)
    return add_contact(client.id, party, said, who=world.who(), at=FOUNDED_AT)


def beside(world: World, client: Client | None = None) -> list[tuple[str, str, str, bool, bool]]:
    with scope(world.id):
        return [
            (each.party.name, each.relation, each.case_number, each.told, each.recipient)
            for each in contacts_of((client or world.daisy).id, organization_id=world.id)
        ]


def told(world: World, subject_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    with scope(world.id):
        events = Event.objects.filter(subject_id=subject_id).order_by("id")
        return [(event.kind, event.facts) for event in events][1:]


def names(found_: list[Client]) -> list[str]:
    return [client.name for client in found_]


def pays(world: World, client: Client | None = None) -> str:
    with scope(world.id):
        return standing_recipient(client or world.daisy).name


def broken(constraint: str, statement: str, values: list[Any]) -> None:
    """Whoever owns the database cannot do it either."""
    with connections["owner"].cursor() as cursor, pytest.raises(IntegrityError, match=constraint):
        cursor.execute(statement, values)


def test_one_is_entered_beside_a_client_and_pays(at: datetime) -> None:
    world = found()
    assert pays(world) == "Daisy Duck"
    contact = add_contact(world.daisy.id, ACME, SAID, who=world.who("practitioner"), at=at)
    assert beside(world) == [("Acme Oy", "the employer", "2026/118", True, True)]
    assert pays(world) == "Acme Oy"
    with scope(world.id):
        acme = client_with(contact.party_id, organization_id=world.id)
        assert case_number_of(world.daisy.id, acme.id, organization_id=world.id) == "2026/118"
        assert case_number_of(acme.id, world.daisy.id, organization_id=world.id) == ""
        assert names(served_beside(acme)) == ["Daisy Duck"]
        assert served_beside(world.daisy) == []
    assert (acme.number, acme.served, acme.shared) == (2, False, False)
    assert (acme.method, acme.buyer_reference) == ("external", "HR 7")
    assert acme.phone == "+358 (40) 123-4567"
    assert told(world, world.daisy.id) == [
        ("contact.saved", {"number": 1, "party": 2}),
        ("client.recipient_changed", {"number": 1, "party": 2}),
    ]
    with scope(world.id):
        kinds = Event.objects.filter(subject_id=acme.id).values_list("kind", flat=True)
        assert list(kinds) == ["client.saved"]


def test_one_that_is_there_is_put_beside_several(at: datetime) -> None:
    world = found()
    acme = payer(world)
    minnie = payer(world, ClientInput(kind=PERSON, name="Minnie Mouse"))
    add(world, acme.id)
    add(world, acme.id, ContactInput(), beside=minnie)
    assert beside(world, minnie) == [("Acme Oy", "", "", False, False)]
    assert (pays(world), pays(world, minnie)) == ("Acme Oy", "Minnie Mouse")
    with scope(world.id):
        assert names(served_beside(acme)) == ["Daisy Duck", "Minnie Mouse"]
        assert names(served_beside(acme, most=1)) == ["Daisy Duck"]


def test_a_client_has_one_standing_recipient_at_most() -> None:
    world = found()
    add(world, ACME)
    mother = add(world, MOTHER, ContactInput(relation="mother"))
    assert beside(world) == [
        ("Acme Oy", "the employer", "2026/118", True, True),
        ("Dora Duck", "mother", "", False, False),
    ]

    def pay(now: ContactInput) -> ContactInput:
        return replace(now, recipient=True)

    change_contact(world.daisy.id, mother.id, pay, who=world.who(), at=FOUNDED_AT)
    assert beside(world) == [
        ("Dora Duck", "mother", "", False, True),
        ("Acme Oy", "the employer", "2026/118", True, False),
    ]
    assert pays(world) == "Dora Duck"
    change_contact(
        world.daisy.id,
        mother.id,
        lambda now: replace(now, recipient=False, told=True),
        who=world.who(),
        at=FOUNDED_AT,
    )
    assert beside(world)[1] == ("Dora Duck", "mother", "", True, False)
    assert pays(world) == "Daisy Duck"
    assert [kind for kind, _facts in told(world, world.daisy.id)] == [
        "contact.saved",
        "client.recipient_changed",
        "contact.saved",
        "contact.saved",
        "client.recipient_changed",
        "contact.saved",
    ]


def test_the_database_holds_it_too() -> None:
    world = found()
    add(world, ACME)
    acme, dora = payer(world), payer(world, MOTHER)
    with scope(world.id):
        first = Contact.objects.get(organization_id=world.id)
    row = "INSERT INTO clients_contact (id, organization_id, client_id, party_id, relation, "
    row += "case_number, told, recipient) VALUES (%s, %s, %s, %s, '', '', false, %s)"
    for party_id, recipient, constraint in (
        (dora.id, True, "one_standing_recipient_of_a_client"),
        (first.party_id, False, "contact_once_of_a_client"),
        (world.daisy.id, False, "nobody_is_its_own_contact"),
        (found().daisy.id, False, "contact_is_a_client"),
    ):
        values = [new_id(), world.id, world.daisy.id, party_id, recipient]
        broken(constraint, row, values)
    both = "UPDATE clients_client SET served = true, shared = true WHERE id = %s"
    broken("shared_payer_is_not_served", both, [acme.id])


def test_two_who_want_to_pay_at_once() -> None:
    """The later one counts, and nothing breaks; nor where two stand beside each other."""
    for _each in range(TIMES):
        world = found()
        minnie = payer(world, ClientInput(kind=PERSON, name="Minnie Mouse"))
        first, second = payer(world), payer(world, MOTHER)
        who = world.who()
        results = together(
            lambda: add(world, first.id),  # noqa: B023 -- run within this turn
            lambda: add(world, second.id),  # noqa: B023
            lambda: add(world, minnie.id),  # noqa: B023
            lambda: add(world, world.daisy.id, beside=minnie),  # noqa: B023
            lambda: add(world, first.id),  # noqa: B023
            gate=("clients_client", world.daisy.id),
        )
        assert sorted(map(str, results)).count("['already_a_contact']") == 1
        assert [each[4] for each in beside(world)] == [True, False, False]
        assert pays(world, minnie) == "Daisy Duck"
        results = together(
            lambda: delete_client(first.id, who=who, at=FOUNDED_AT),  # noqa: B023
            lambda: archive_client(second.id, who=who, at=FOUNDED_AT),  # noqa: B023
            lambda: delete_client(world.daisy.id, who=who, at=FOUNDED_AT),  # noqa: B023
        )
        assert results[0] == ["client_is_a_contact"]
        assert results[2] == ["client_is_a_contact"]


def test_who_may_pay_for_a_client(at: datetime) -> None:
    """The client itself, its contacts, then those who are offered to all; none of them twice."""
    world = found()
    kela = payer(world, ClientInput(kind=COMPANY, name="Kela", served=False, shared=True))
    insurer = payer(world, ClientInput(kind=COMPANY, name="If Oy", served=False, shared=True))
    gone = payer(world, ClientInput(kind=COMPANY, name="Gone Oy", served=False, shared=True))
    payer(world, ClientInput(kind=COMPANY, name="Not shared", served=False))
    archive_client(gone.id, who=world.who(), at=at)
    add(world, kela.id)
    mother = add(world, MOTHER, ContactInput())
    with scope(world.id):
        assert names(recipients_of(world.daisy)) == ["Daisy Duck", "Kela", "Dora Duck", "If Oy"]
        assert names(recipients_of(world.daisy, most_shared=0)) == [
            "Daisy Duck",
            "Kela",
            "Dora Duck",
        ]
        assert names(recipients_of(insurer)) == ["If Oy", "Kela"]
    archive_client(mother.party_id, who=world.who(), at=at)
    with scope(world.id):
        assert names(recipients_of(world.daisy)) == ["Daisy Duck", "Kela", "If Oy"]


def test_lists_tell_who_is_served_from_who_pays() -> None:
    world = found()
    payer(world)
    payer(world, replace(ACME, name="Daisy's insurer", shared=True))
    with scope(world.id):
        mine: dict[str, Any] = {"organization_id": world.id}
        assert names(list(clients_by_name(**mine).items)) == ["Daisy Duck"]
        assert names(list(clients_by_name(**mine, served=False).items)) == [
            "Acme Oy",
            "Daisy's insurer",
        ]
        assert names(search_clients("dais", **mine)) == ["Daisy Duck", "Daisy's insurer"]
        assert names(search_clients("", **mine)) == ["Daisy Duck"]


def test_who_usually_pays_is_not_archived_under_a_client() -> None:
    world = found()
    contact = add(world, ACME)
    who = world.who()
    with refused(world, "pays_for_clients"):
        archive_client(contact.party_id, who=who, at=FOUNDED_AT)
    archive_client(world.daisy.id, who=who, at=FOUNDED_AT)
    archive_client(contact.party_id, who=who, at=FOUNDED_AT)
    restore_client(world.daisy.id, who=who, at=FOUNDED_AT)
    assert pays(world) == "Daisy Duck"
    assert beside(world)[0][4] is True
    change_contact(
        world.daisy.id,
        contact.id,
        lambda now: replace(now, relation="former employer"),
        who=who,
        at=FOUNDED_AT,
    )
    restore_client(contact.party_id, who=who, at=FOUNDED_AT)
    assert pays(world) == "Acme Oy"
    archive_client(payer(world, MOTHER).id, who=who, at=FOUNDED_AT)
    with scope(world.id):
        dora = Client.objects.get(organization_id=world.id, name="Dora Duck")
    with refused(world, "recipient: archived"):
        add(world, dora.id)
    add(world, dora.id, ContactInput())


def test_who_is_there_for_nobody_else_goes_with_the_contact() -> None:
    world = found()
    minnie = payer(world, ClientInput(kind=PERSON, name="Minnie Mouse"))
    shared = payer(world, replace(ACME, name="Kela", shared=True))
    both, billed = payer(world), payer(world, replace(MOTHER, name="Billed"))
    create_draft(DraftInput(billed.id, ()), who=world.who(), at=FOUNDED_AT)
    alone = add(world, MOTHER, ContactInput())
    stays = [add(world, each.id, ContactInput()) for each in (minnie, shared, both, billed)]
    add(world, both.id, ContactInput(), beside=minnie)
    for contact in (alone, *stays):
        remove_contact(world.daisy.id, contact.id, who=world.who(), at=FOUNDED_AT)
    assert beside(world) == []
    with scope(world.id):
        left = Client.objects.filter(organization_id=world.id).order_by("number")
        assert names(list(left)) == ["Daisy Duck", "Minnie Mouse", "Kela", "Acme Oy", "Billed"]
    assert told(world, alone.party_id) == [("client.deleted", {"number": 6})]
    assert told(world, world.daisy.id)[-1] == ("contact.removed", {"number": 1, "party": 5})


def test_deleting_a_client_takes_its_contacts_along() -> None:
    world = found()
    minnie = payer(world, ClientInput(kind=PERSON, name="Minnie Mouse"))
    add(world, MOTHER, ContactInput(), beside=minnie)
    acme = add(world, ACME, beside=minnie)
    with refused(world, "client_is_a_contact"):
        delete_client(acme.party_id, who=world.who(), at=FOUNDED_AT)
    create_draft(DraftInput(acme.party_id, ()), who=world.who(), at=FOUNDED_AT)
    delete_client(minnie.id, who=world.who(), at=FOUNDED_AT)
    with scope(world.id):
        left = Client.objects.filter(organization_id=world.id).order_by("number")
        assert names(list(left)) == ["Daisy Duck", "Acme Oy"]
        assert not Contact.objects.filter(organization_id=world.id).exists()


def test_there_is_an_end_to_contacts() -> None:
    world = found()
    for number in range(MOST_CONTACTS):
        add(world, replace(MOTHER, name=f"Aunt {number}"), ContactInput())
    with refused(world, "too_many_contacts"):
        add(world, MOTHER)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"relation": "x" * 61}, ["relation: too_long"]),
        ({"case_number": "x" * 71}, ["case_number: too_long"]),
        (
            {"relation": "a\x00", "case_number": "\u202e1"},
            ["relation: unprintable", "case_number: unprintable"],
        ),
    ],
)
def test_what_is_wrong_with_a_contact_is_named(said: dict[str, Any], codes: list[str]) -> None:
    world = found()
    contact = add(world, ACME)
    with refused(world, *codes):
        add(world, MOTHER, ContactInput(**said))
    with refused(world, *codes):
        change_contact(
            world.daisy.id,
            contact.id,
            lambda now: replace(now, **said),
            who=world.who(),
            at=FOUNDED_AT,
        )


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"name": ""}, ["name: required"]),
        ({"phone": "call me"}, ["phone: not_a_phone"]),
        ({"phone": "12"}, ["phone: not_a_phone"]),
        ({"phone": "0" * 31}, ["phone: too_long"]),
        ({"buyer_reference": "x" * 71}, ["buyer_reference: too_long"]),
        ({"served": True, "shared": True}, ["shared: served"]),
        ({"method": Method.EINVOICE}, ["method: method_not_open"]),
    ],
)
def test_what_is_wrong_with_its_party_is_named(more: dict[str, Any], codes: list[str]) -> None:
    world = found()
    entered = replace(MOTHER, **more)
    with refused(world, *codes):
        add(world, entered)
    with refused(world, *codes):
        amend_client(world.daisy.id, lambda _now: entered, who=world.who(), at=FOUNDED_AT)


def test_who_cannot_be_put_beside_a_client() -> None:
    world = found()
    contact = add(world, ACME)
    for party_id, code in (
        (contact.party_id, "already_a_contact"),
        (world.daisy.id, "party: same"),
        (new_id(), "party: unknown_party"),
        (found().daisy.id, "party: unknown_party"),
    ):
        with refused(world, code):
            add(world, party_id)


def deeds(world: World, contact: Contact, who: Actor) -> list[Callable[[], object]]:
    daisy, at = world.daisy.id, FOUNDED_AT
    return [
        lambda: add_contact(daisy, MOTHER, SAID, who=who, at=at),
        lambda: add_contact(daisy, contact.party_id, SAID, who=who, at=at),
        lambda: change_contact(daisy, contact.id, lambda now: now, who=who, at=at),
        lambda: remove_contact(daisy, contact.id, who=who, at=at),
    ]


def test_who_may() -> None:
    world = found()
    contact = add(world, ACME)
    before = everything(world)
    for deed in deeds(world, contact, world.who("reader")):
        with pytest.raises(NotAllowed):
            deed()
    assert everything(world) == before
    change_contact(
        world.daisy.id, contact.id, lambda now: now, who=world.who("office"), at=FOUNDED_AT
    )


def test_contacts_of_others_are_not_there() -> None:
    world, other = found(), found()
    contact = add(world, ACME)
    for deed in deeds(world, contact, other.who()):
        with refused(world, "absent"):
            deed()
    with scope(other.id):
        assert contacts_of(world.daisy.id, organization_id=other.id) == []
        with pytest.raises(Absent):
            contact_with(contact.id, client_id=world.daisy.id, who=other.who())
    with scope(world.id):
        found_ = contact_with(contact.id, client_id=world.daisy.id, who=world.who())
        assert (found_.client.name, found_.party.name) == ("Daisy Duck", "Acme Oy")
        with pytest.raises(Absent):
            contact_with(contact.id, client_id=contact.party_id, who=world.who())
    with refused(world, "absent"):
        remove_contact(contact.party_id, contact.id, who=world.who(), at=FOUNDED_AT)
