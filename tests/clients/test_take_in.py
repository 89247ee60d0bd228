"""Importing clients: what is read, what is the same, what is wrong, and the undo."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from storno.clients.columns import COLUMNS, guess_columns, read_row
from storno.clients.delete import delete_client
from storno.clients.models import Care, Client, ClientKind, Import, ToldBy, WhenThere
from storno.clients.plan_import import Fate, ImportPlan
from storno.clients.queries import search_clients
from storno.clients.read_csv import decode, read_csv
from storno.clients.save import (
    ClientInput,
    amend_client,
    archive_client,
    create_client,
    entered_in,
    fill,
)
from storno.clients.take_in import (
    Imported,
    forget_imports,
    give_up_file,
    import_clients,
    import_with,
    keep_file,
    match_columns,
    plan_of,
    take_in,
    undo_import,
)
from storno.core.refusals import Absent, FieldError
from storno.core.sheet import sheet_of
from storno.organizations.countries import LANGUAGES
from storno.organizations.methods import CLOSED
from storno.organizations.models import Channel, Method, Seller
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.reports.client_list import CLIENT_COLUMNS, client_row, client_rows
from tests.diary.practice import practice
from tests.observe import everything, history, refused
from tests.properties.depth import proof
from tests.races.together import together
from tests.world import World, found

AT = datetime.fromisoformat("2026-06-16T09:12:00Z")
LATER = AT + timedelta(hours=2)

FINNISH = (
    "Etunimi;Sukunimi;Sähköposti;Puhelin;Osoite;Postinumero;Postitoimipaikka;Maa;Kieli;Jotain\r\n"
    "Äijö;Öberg;aijo@example.com;+358 40 1234567;Katu 1;00100;Helsinki;Suomi;suomi;x\r\n"
    ";;;;;;;;;\r\n"
    '"Veli; ""Vee""";Å;;;;;;;;\r\n'
)
"""Semicolons, quotes, an empty row, a column that nobody knows."""


def run(world: World, text: str | bytes, *, dry: bool = False, update: bool = False) -> Imported:
    content = text.encode() if isinstance(text, str) else text
    when_there = WhenThere.UPDATE if update else WhenThere.SKIP
    who = world.who("office")
    return import_clients(content, when_there=when_there, dry_run=dry, who=who, at=AT)


def fates(plan: ImportPlan) -> list[tuple[int, str, str]]:
    return [(each.row.number, each.fate.value, each.name) for each in plan.rows]


def names(world: World) -> list[str]:
    with scope(world.id):
        mine = Client.objects.filter(organization_id=world.id).order_by("number")
        return [client.name for client in mine]


def why(errors: tuple[FieldError, ...]) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_as_people_have_it(encoding: str, separator: str) -> None:
    world = found()
    text = FINNISH.replace(";", separator)
    before = everything(world)
    plan = run(world, text.encode(encoding), dry=True).plan
    made = [(2, "make", "Äijö Öberg"), (4, "make", f'Veli{separator.strip()} "Vee" Å')]
    assert fates(plan) == made
    assert plan.columns[-1] == ""
    assert everything(world) == before


@pytest.mark.parametrize("language", ["en", "fi", "nb"])
def test_what_pages_call_a_column_is_known_as_its_heading(language: str) -> None:
    with override(language):
        assert guess_columns([str(label) for label in COLUMNS.values()]) == tuple(COLUMNS)


def test_rows_are_taken_in_once_and_undone() -> None:
    world = found()
    done = run(world, FINNISH)
    assert done.origin is not None
    assert (done.origin.made, done.origin.updated) == (2, 0)
    assert names(world) == ["Daisy Duck", "Äijö Öberg", 'Veli; "Vee" Å']
    with scope(world.id):
        (client,) = search_clients("aijo", organization_id=world.id)
    assert (client.number, client.language, client.country) == (2, "fi", "FI")
    assert (client.phone, client.city) == ("+358 40 1234567", "Helsinki")
    assert history(world, client.id) == ["client.saved"]
    # The same file again changes nothing, in either way.
    before = everything(world)
    for update in (False, True):
        again = run(world, FINNISH, update=update)
        assert again.origin is None
        assert [fate for _row, fate, _name in fates(again.plan)] == ["there", "there"]
    assert everything(world) == before
    # Who was used since stays.
    archive_client(client.id, who=world.who(), at=LATER)
    undone = undo_import(done.origin.id, who=world.who(), at=LATER)
    assert (undone.deleted, undone.kept) == (1, 1)
    assert names(world) == ["Daisy Duck", "Äijö Öberg"]
    with refused(world, "import_undone"):
        undo_import(done.origin.id, who=world.who(), at=LATER)


def test_who_is_imported_is_looked_after_by_whom_was_chosen() -> None:
    """A practitioner with own clients brings their own; else it stays open unless chosen."""
    house = practice()
    erik, as_erik = house.member("erik")
    otto, _as_otto = house.member("otto", "reader")
    alice, own = house.world.who(), replace(as_erik, clients_of=erik.person_id)

    def bring(name: str, keeper: UUID | None, who: Actor) -> list[tuple[UUID, str]]:
        file = f"Name\n{name}".encode()
        import_clients(file, keeper=keeper, dry_run=False, who=who, at=AT)
        with scope(house.id):
            client = Client.objects.get(organization_id=house.id, name=name)
            cares = Care.objects.filter(organization_id=house.id, client_id=client.id)
            return [(care.person_id, care.kind) for care in cares]

    assert bring("Open", None, alice) == []
    assert bring("Paula's", house.paula.id, alice) == [(house.paula.person_id, "primary")]
    assert bring("Erik's", None, own) == [(erik.person_id, "primary")]
    for keeper, who, code in (
        (otto.id, alice, "unknown_member"),
        (house.daisy.id, alice, "unknown_member"),
        (house.paula.id, own, "not_oneself"),
    ):
        with refused(house.world, f"keeper: {code}"):
            bring("Nobody", keeper, who)
    kept = keep_file(b"Name\nLeft", WhenThere.SKIP, who=alice, at=AT)
    with scope(house.id), pytest.raises(Absent):
        import_with(kept.id, who=own)
    for meddle in (
        partial(match_columns, kept.id, ["name"], WhenThere.SKIP, who=own, at=AT),
        partial(take_in, kept.id, good=1, who=own, at=AT),
        partial(give_up_file, kept.id, who=own, at=AT),
        partial(undo_import, kept.id, who=own, at=AT),
    ):
        with refused(house.world, "absent"):
            meddle()
    left = erik.id
    erik.delete()
    with refused(house.world, "keeper: unknown_member"):
        take_in(kept.id, good=1, keeper=left, who=alice, at=AT)
    take_in(kept.id, good=1, keeper=house.paula.id, who=alice, at=AT)


def test_nothing_is_left_of_a_file_that_was_taken_in_or_given_up() -> None:
    world = found()
    who = world.who("office")
    taken = keep_file(b"name;email\nAnna;\nBert;x@", WhenThere.SKIP, who=who, at=AT)
    take_in(taken.id, good=1, who=who, at=AT)
    with refused(world, "already_imported"):
        give_up_file(taken.id, who=who, at=AT)
    given_up = keep_file(b"name\nEve", WhenThere.SKIP, who=who, at=AT)
    with refused(world, "not_allowed"):
        give_up_file(given_up.id, who=world.who("reader"), at=AT)
    give_up_file(given_up.id, who=who, at=AT)
    done = run(world, "name\nCarl").origin
    assert done is not None
    with scope(world.id):
        left = Import.objects.filter(organization_id=world.id)
        assert set(left.values_list("id", "file")) == {(taken.id, ""), (done.id, "")}


def test_who_is_changed_while_an_import_is_undone_stays() -> None:
    world = found()
    done = run(world, "Name\n" + "\n".join(f"Number {n}" for n in range(3)))
    origin = done.origin
    assert origin is not None
    with scope(world.id):
        of_import = Client.objects.filter(organization_id=world.id, name__startswith="Number")
        clients = list(of_import.order_by("id"))
    move = partial(replace, city="Oslo")
    changes = [partial(amend_client, each.id, move, who=world.who(), at=LATER) for each in clients]
    undo = partial(undo_import, origin.id, who=world.who(), at=LATER)
    *changed, _undone = together(*changes, undo, gate=("clients_client", clients[0].id))
    stay = [each.id for each, done in zip(clients, changed, strict=True) if done != ["absent"]]
    with scope(world.id):
        assert list(of_import.order_by("id").values_list("id", flat=True)) == stay


def test_who_is_deleted_while_a_file_updates_them_is_no_missing_file() -> None:
    world = found()
    run(world, "Name;Postcode;City\nAnna;00100;Oslo")
    with scope(world.id):
        anna = Client.objects.get(organization_id=world.id, name="Anna")
    deleted, updated = together(
        partial(delete_client, anna.id, who=world.who(), at=LATER),
        partial(run, world, "Name;Postcode;City\nAnna;00100;Bergen", update=True),
        gate=("clients_client", anna.id),
    )
    assert deleted is None
    assert updated == ["import_changed"] or isinstance(updated, Imported)
    assert names(world) == ["Daisy Duck"]


def test_who_is_named_by_a_paper_stays_after_an_undo() -> None:
    world = found()
    done = run(world, "Name\n" + "\n".join(f"Number {n}" for n in range(5)))
    assert done.origin is not None
    with scope(world.id):
        third = Client.objects.get(organization_id=world.id, name="Number 2")
    world.draft(recipient=third, at=LATER)
    undone = undo_import(done.origin.id, who=world.who(), at=LATER)
    assert (undone.deleted, undone.kept) == (4, 1)
    assert names(world) == ["Daisy Duck", "Number 2"]


def test_who_is_the_same_is_left_or_brought_up_to_date() -> None:
    world = found()
    text = (
        "name,email,postcode,phone,business id\n"
        "Duck,DAISY@example.com,,+358401111111,\n"
        "daisy  DÜCK,,00100,,\n"
        "Acme,,,,2077474-0\n"
        "Acme Oy,,,,FI20774740\n"
    )
    plan = run(world, text, dry=True).plan
    assert fates(plan) == [
        (2, "there", "Daisy Duck"),
        (3, "there", "Daisy Duck"),
        (4, "make", "Acme"),
        (5, "there", "Acme Oy"),
    ]
    assert plan.rows[3].same_as == 4
    done = run(world, text, update=True)
    assert fates(done.plan)[:2] == [(2, "update", "Daisy Duck"), (3, "there", "Daisy Duck")]
    assert done.plan.rows[1].same_as == 2
    with scope(world.id):
        daisy = Client.objects.get(organization_id=world.id, id=world.daisy.id)
    # The first row counts; what it leaves empty stays.
    assert (daisy.name, daisy.phone, daisy.email) == ("Duck", "+358401111111", "DAISY@example.com")
    assert daisy.street == "Aleksanterinkatu 2"


def test_what_is_wrong_is_told_by_row_and_column() -> None:
    world = found()
    text = (
        "name;email;country;kind;term_days;business_id\n"
        ";a@example.com;;;;\n"
        "A;x@;;;;\n"
        "B;;Atlantis;dog;soon;\n"
        "C;;;;60;1\n"
        "D;;;;;;more\n"
        "'=E;;;;;\n"
        "F\u202e;;;;;\n"
    )
    plan = run(world, text, dry=True).plan
    assert [(each.row.number, why(each.errors)) for each in plan.of(Fate.WRONG)] == [
        (2, [("name", "required")]),
        (3, [("email", "not_an_email")]),
        (4, [("kind", "unknown"), ("country", "unknown"), ("term_days", "not_a_whole_number")]),
        (5, [("business_id", "check_digit"), ("term_days", "term_needs_agreement")]),
        (6, [("", "too_many_cells")]),
        (8, [("name", "unprintable")]),
    ]
    assert [each.name for each in plan.of(Fate.MAKE)] == ["=E"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file: empty"),
        (b"name\n\n\n", "file: empty"),
        (b"name\n\0\n", "file: not_text"),
        (b"\xff\xfen\x00a", "file: not_text"),
        (b"\xff\xfen\x00a\x00", "file: empty"),
        (b"name\n\x81\x8d", "file: not_text"),
        (b'name\n"open', "file: unreadable"),
        (b'name\n"a"b', "file: unreadable"),
        (b"name\n" + b"a" * 2001, "file: cell_too_long"),
        (b"name\n" + b"a" * 1_000_000, "file: unreadable"),
        (b"name" + b"," * 10_000, "file: too_many_columns"),
        (b"name\n" + b"a\n" * 5001, "file: too_many_rows"),
        (b"a" * (2 * 1024 * 1024 + 1), "file: too_large"),
        (b"colour\nred", "columns: no_name"),
    ],
)
def test_a_hostile_file_is_refused_as_a_whole(content: bytes, code: str) -> None:
    world = found()
    with refused(world, code):
        run(world, content)


def test_a_kept_file_is_matched_looked_at_and_taken_in() -> None:
    world = found()
    who = world.who("office")
    origin = keep_file(b"who;colour\nAnna;red\nBert;blue", WhenThere.SKIP, who=who, at=AT)
    assert tuple(origin.columns) == ("", "")
    with refused(world, "columns: unknown_column"):
        match_columns(origin.id, ["name", "colour"], WhenThere.SKIP, who=who, at=AT)
    with refused(world, "columns: miscounted"):
        match_columns(origin.id, ["name"], WhenThere.SKIP, who=who, at=AT)
    with refused(world, "not_imported"):
        undo_import(origin.id, who=who, at=AT)
    origin = match_columns(origin.id, ["name", ""], WhenThere.SKIP, who=who, at=AT)
    with scope(world.id):
        assert [name for _row, _fate, name in fates(plan_of(origin, who=world.who()))] == [
            "Anna",
            "Bert",
        ]
    run(world, "name\nAnna")
    with refused(world, "import_changed"):
        take_in(origin.id, good=2, who=who, at=AT)
    assert fates(take_in(origin.id, good=1, who=who, at=AT).plan)[1] == (3, "make", "Bert")
    with refused(world, "already_imported"):
        take_in(origin.id, good=1, who=who, at=AT)
    with refused(world, "too_late_to_undo"):
        undo_import(origin.id, who=who, at=AT + timedelta(days=1))
    with refused(world, "not_allowed"):
        undo_import(origin.id, who=world.who("reader"), at=AT)
    forget_imports(organization_id=world.id, at=AT + timedelta(days=1))
    with scope(world.id):
        assert not Import.objects.filter(organization_id=world.id).exists()
    assert names(world) == ["Daisy Duck", "Anna", "Bert"]


def test_what_was_exported_changes_nothing_when_it_comes_back() -> None:
    """With names like formulas, an agreed term, shared addresses, and a namesake in the archive."""
    world = found()
    usual = ClientInput(kind=ClientKind.PERSON, name="")
    old = create_client(
        replace(usual, name="Daisy D.", email="daisy@example.com"), who=world.who(), at=AT
    )
    archive_client(old.id, who=world.who(), at=AT)
    for name in ("=HYPERLINK(1)", "'=1+1", "''-x", "'t Hooft", "+1"):
        create_client(replace(usual, name=name, phone="+358401234567"), who=world.who(), at=AT)
    for name in ("Huey", "Dewey", "Dewey"):
        child = replace(usual, name=name, email="della@example.com", term_days=60, term_agreed=True)
        create_client(child, who=world.who(), at=AT)
    with scope(world.id):
        file = sheet_of(client_rows(who=world.who())).decode("utf-8-sig")
    assert "'=HYPERLINK(1),person" in file
    before = everything(world)
    again = run(world, file, update=True)
    assert again.origin is None
    assert [fate for _row, fate, _name in fates(again.plan)] == ["there"] * 10
    assert everything(world) == before
    # Each is meant by its own row, whoever has the same e-mail.
    changed = run(world, file.replace("Dewey,person", "Dewey,company"), update=True).plan
    updated = changed.of(Fate.UPDATE)
    meant = [(each.client and each.client.number, each.row.number) for each in updated]
    assert meant == [(9, 10), (10, 11)]


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])
TEXT = st.text(PRINTABLE, max_size=40)
BEGUN = st.builds(str.__add__, st.sampled_from(["", "'", "=", "+", "-", "@", ";", ",", '"']), TEXT)
ENTERED = st.builds(
    ClientInput,
    kind=st.sampled_from(ClientKind),
    name=BEGUN.map("{}a".format),
    contact=BEGUN,
    email=st.sampled_from(["", "anna@example.com", "+x@example.com"]),
    phone=st.sampled_from(["", "+358 40 1234567", "040 123", "(09) 1-2/3"]),
    language=st.sampled_from(["", *LANGUAGES]),
    street=BEGUN,
    postcode=st.sampled_from(["", "00100", "-1"]),
    city=BEGUN,
    country=st.sampled_from(["", "FI", "NO", "SE"]),
    term_days=st.sampled_from([None, 14, 60]),
    term_agreed=st.just(True),
    channel=st.sampled_from([None, *Channel]),
    served=st.booleans(),
    method=st.sampled_from([None, *(each for each in Method if each not in CLOSED)]),
    buyer_reference=BEGUN,
    time_zone=st.sampled_from(["", "Europe/Oslo", "America/New_York"]),
    told_by=st.sampled_from([None, *ToldBy]),
    wants_reminders=st.booleans(),
)


@proof(quick=60, deep=5000)
@given(entered=ENTERED, archived=st.booleans(), separator=st.sampled_from([",", ";", "\t"]))
def test_a_row_of_our_own_file_says_the_client(
    entered: ClientInput, archived: bool, separator: str
) -> None:
    """Each column, whatever stands in it: after the way through a file a client says the same."""
    entered = replace(entered, shared=not entered.served)
    seller = Seller(country="FI", language="fi")
    client = Client(number=7, archived_at=AT if archived else None)
    fill(client, entered, seller)
    written = sheet_of([CLIENT_COLUMNS, client_row(client)], separator=separator)
    sheet = read_csv(decode(written))
    columns = guess_columns(sheet.heading)
    assert "" not in columns
    read = read_row(sheet.rows[0], columns)
    assert (read.errors, read.number, read.archived) == ((), 7, archived)
    assert read.entered is not None
    again = Client()
    fill(again, read.entered, seller)
    assert entered_in(again) == entered_in(client)


def test_who_was_exported_is_imported_elsewhere_as_they_were() -> None:
    """Also children who share an e-mail, who only pays, and who is in the archive."""
    world, other = found(), found()
    child = ClientInput(
        kind=ClientKind.PERSON,
        name="Huey",
        email="della@example.com",
        told_by=ToldBy.SMS,
        wants_reminders=False,
        method=Method.EXTERNAL,
        time_zone="Europe/Oslo",
    )
    payer = ClientInput(kind=ClientKind.COMPANY, name="Kela", served=False, shared=True)
    for entered in (child, replace(child, name="Dewey"), payer):
        made = create_client(entered, who=world.who(), at=AT)
    archive_client(made.id, who=world.who(), at=AT)
    with scope(world.id):
        file = sheet_of(client_rows(who=world.who())).decode("utf-8-sig")
    plan = run(other, file).plan
    assert fates(plan) == [
        (2, "there", "Daisy Duck"),
        (3, "make", "Huey"),
        (4, "make", "Dewey"),
        (5, "make", "Kela"),
    ]
    with scope(other.id):
        there = sheet_of(client_rows(who=other.who())).decode("utf-8-sig")
        kela = Client.objects.get(organization_id=other.id, name="Kela")
    assert there == file
    assert kela.archived_at == AT
    assert history(other, kela.id) == ["client.saved", "client.archived"]
    # What others hang on is changed by hand, and words stand for what pages call it.
    wrong = file.replace("Dewey,person", "Dewey,company").replace(",yes,no,no\r", ",no,no,yes\r")
    assert [why(each.errors) for each in run(other, wrong, update=True, dry=True).plan.rows] == [
        [("archived", "changed_on_its_page")]
    ] + [[("archived", "changed_on_its_page")]] * 2 + [[]]
    heading = "name,Invoices are sent,Sessions are invoiced,told_by,archived,time_zone,colour"
    odd = run(
        other,
        f"{heading}\nA,I deliver it myself,externally,,no,,red\n"
        "B,x,y,z,w,,\nC,,e-invoice,,,Mars,\n",
        dry=True,
    ).plan
    assert odd.left_out == ("colour",)
    made_of = odd.rows[0].client
    assert made_of is not None
    assert (made_of.channel, made_of.method) == ("none", "external")
    assert [why(each.errors) for each in odd.rows[1:]] == [
        [(name, "unknown") for name in ("archived", "channel", "method", "told_by")],
        [("method", "method_not_open"), ("time_zone", "unknown_zone")],
    ]


def test_many_rows_are_taken_in_with_few_statements() -> None:
    world = found()
    rows = "\n".join(f"Person {n},p{n}@example.com,00100,+358 40 {n:07}" for n in range(1000))
    with CaptureQueriesContext(connection) as statements:
        done = run(world, f"name,email,postcode,phone\n{rows}")
        assert done.origin is not None
        assert undo_import(done.origin.id, who=world.who(), at=LATER).deleted == 1000
    assert done.origin.made == 1000
    assert len(statements) < 40
    assert names(world) == ["Daisy Duck"]
