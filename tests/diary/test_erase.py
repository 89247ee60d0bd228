"""Erasing a client: what goes, what stays until its day, and that then nothing is left."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from storno.archive.models import File, FileKind
from storno.catalogue.models import Message
from storno.clients.consents import AnswerInput, TemplateInput, create_template, note_consent
from storno.clients.contacts import ContactInput, add_contact
from storno.clients.looks import note_look
from storno.clients.models import Answer, AnsweredBy, Care, Client, ClientKind, Look, WhenThere
from storno.clients.save import ClientInput, amend_client
from storno.clients.take_in import keep_file
from storno.core.ids import new_id
from storno.corrections.finalise import finalise_draft
from storno.corrections.settle import register_payment
from storno.diary.amend import amend_draft, change_draft
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.erase import erase_client, foresee_erasure
from storno.diary.retention import due_clients, keep_client, kept, locked_clients
from storno.diary.series.cancel import cancel_series
from storno.diary.series.restore import restore_series
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.documents.external import externalise_draft, internalise_draft
from storno.documents.files import pdf_of
from storno.documents.models import Document
from storno.documents.send import send_document
from storno.mailroom.models import Letter
from storno.notices.models import Notice
from storno.notices.send import notify
from storno.organizations.models import KeptAnswer
from storno.organizations.queries import settings_of
from storno.organizations.rights import tenant_models
from storno.organizations.scope import scope
from storno.payments.register import PaymentInput
from storno.tax.category import TaxCategory
from storno.worker.rounds import erase
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.diary.recurring import recur
from tests.observe import history, refused
from tests.reports.books import deliver, violations
from tests.world import World, line

AT = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
"""What is of this day had to be kept until the end of 2020."""

OVER = datetime(2021, 1, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TRACES = ("daisy", "duck", "aleksanterinkatu", "4012345", "dora", "a secret place")


def traces(world: World) -> list[tuple[str, str, str]]:
    """Where in any table, text or not, something by which Daisy is known is left."""
    with scope(world.id), connection.cursor() as cursor:
        found = []
        for model in tenant_models():
            table = model._meta.db_table
            cursor.execute(
                f'SELECT row_to_json(each)::text FROM "{table}" AS each WHERE organization_id = %s',
                [world.id],
            )
            for (text,) in cursor.fetchall():
                found += [(table, trace, text) for trace in TRACES if trace in text.lower()]
    return found


def beside(world: World) -> dict[str, int]:
    """How much stands beside Daisy that does not name her."""
    mine = {"organization_id": world.id}
    with scope(world.id):
        return {
            "care": Care.objects.filter(**mine).count(),
            "looks": Look.objects.filter(**mine).count(),
            "notices": Notice.objects.filter(**mine).count(),
            "files": File.objects.filter(**mine, kind=FileKind.LETTER).count(),
            "session letters": Letter.objects.filter(**mine, kind__startswith="session_").count(),
        }


def lived_in(clinic: Practice) -> Document:
    """Daisy has come, has paid, has a mother, a consent, letters and a file that names her."""
    world, who = clinic.world, clinic.world.who()
    amend_client(
        world.daisy.id,
        lambda said: ClientInput(
            kind=ClientKind.PERSON,
            name=said.name,
            email=said.email,
            phone="+47 40123456",
            street=said.street,
            postcode=said.postcode,
            city=said.city,
            country="NO",
            language="nb",
        ),
        who=who,
        at=AT,
    )
    mother = ClientInput(kind=ClientKind.PERSON, name="Dora Duck", served=False)
    add_contact(world.daisy.id, mother, ContactInput(told=True), who=who, at=AT)
    template = create_template(TemplateInput(name="News", statement="We write."), who=who, at=AT)
    answer = AnswerInput(Answer.GIVEN, AnsweredBy.PAPER)
    note_consent(world.daisy.id, template.id, answer, who=who, at=AT)
    keep_file(b"name\nDaisy Duck", WhenThere.SKIP, who=who, at=AT)
    session = clinic.book(AT + DAY, at=AT, place="A secret place", messages=tuple(Message))
    deliver(world, at=AT)
    draft = clinic.billing(session).draft
    assert draft is not None
    invoice = finalise_draft(draft.id, send_now=True, who=who, at=AT + DAY)
    assert isinstance(invoice, Document)
    notify(invoice.id, who=who, at=AT + DAY)
    send_document(invoice.id, who=who, at=AT + DAY)
    with scope(world.id):
        for path, body in (
            ("", {"subject": str(invoice.id), "to": "daisy@example.com"}),
            ("/api/v1/clients/import", {"rows": [{"name": "Daisy Duck", "client": None}]}),
        ):
            KeptAnswer.objects.create(
                organization_id=world.id,
                token_id=new_id(),
                path=path,
                status=202,
                body=json.dumps(body),
                kept_at=AT + DAY,
            )
        note_look(world.daisy.id, who=who, at=AT + DAY)
    paid = PaymentInput(invoice.payable_minor, date(2015, 6, 17), "cash")
    register_payment(invoice.id, paid, who=who, at=AT + DAY)
    deliver(world, at=AT + 2 * DAY)
    return invoice


def test_what_the_law_lets_go_goes_and_the_rest_at_its_day(clock: Clock) -> None:
    clinic = practice()
    world, at = clinic.world, AT + 3 * DAY
    invoice = lived_in(clinic)
    with scope(world.id):
        foreseen = foresee_erasure(world.daisy.id, who=world.who(), at=at)
        before = pdf_of(invoice.id, organization_id=world.id)
    assert (foreseen.consents, foreseen.contacts, foreseen.sessions) == (1, 1, 1)
    assert (foreseen.papers, foreseen.papers_until) == (1, date(2020, 12, 31))
    assert (foreseen.bookings, foreseen.bookings_until) == (1, date(2020, 12, 31))
    assert (foreseen.until, foreseen.blockers) == (date(2020, 12, 31), ())
    with refused(world, "number: another"):
        erase_client(world.daisy.id, number=2, who=world.who(), at=at)
    with refused(world, "recent_sign_in_required"):
        erase_client(world.daisy.id, number=1, who=world.who(fresh=False), at=at)
    with refused(world, "not_allowed"):
        erase_client(world.daisy.id, number=1, who=world.who("practitioner"), at=at)
    assert {table for table, _trace, _text in traces(world)} == {
        *("clients_client", "clients_clientword", "clients_import"),
        *("mailroom_letter", "organizations_keptanswer"),
        *("diary_booking", "documents_particulars"),
    }
    assert beside(world) == {
        "care": 1,
        "looks": 1,
        "notices": 3,
        "files": 3,
        "session letters": 2,
    }
    erase_client(world.daisy.id, number=1, who=world.who(), at=at)
    assert history(world, world.daisy.id)[-1] == "client.erased"
    # The paper is as it was, and all that still tells of her belongs to it: also that it was sent.
    left = {table for table, _trace, _text in traces(world)}
    assert left == {"clients_client", "documents_particulars", "mailroom_letter"}
    # Who looked after her goes by the last day: until then it says who sees the paper.
    assert beside(world) == {
        "care": 1,
        "looks": 0,
        "notices": 0,
        "files": 0,
        "session letters": 0,
    }
    with scope(world.id):
        assert pdf_of(invoice.id, organization_id=world.id) == before
        client = Client.objects.get(organization_id=world.id, id=world.daisy.id)
        assert [each.id for each in locked_clients(organization_id=world.id)] == [client.id]
    assert (client.name, client.email, client.phone) == ("Daisy Duck", "", "")
    assert violations(world) == []
    with refused(world, "client_erased"):
        erase_client(world.daisy.id, number=1, who=world.who(), at=at)
    # A day too early nothing more goes; then all of it, and the proof still holds.
    for moment, gone in ((datetime(2020, 12, 31, 12, tzinfo=UTC), False), (OVER, True)):
        clock.now = moment
        list(erase(world.id))
        assert (traces(world) == []) is gone
    assert not any(beside(world).values())
    assert violations(world) == []


def test_what_is_not_settled_stands_in_the_way() -> None:
    clinic = practice()
    world, who = clinic.world, clinic.world.who()
    clinic.book(AT + DAY, at=AT)
    with refused(world, "sessions_ahead", "has_drafts"):
        erase_client(world.daisy.id, number=1, who=who, at=AT)
    with refused(world, "has_drafts"):
        erase_client(world.daisy.id, number=1, who=who, at=AT + 2 * DAY)
    world.invoice(line(rate=Decimal(25)), at=AT)
    with refused(world, "sessions_ahead", "has_drafts", "is_unsettled"):
        erase_client(world.daisy.id, number=1, who=who, at=AT)


def test_one_whom_nothing_needs_is_gone_at_once() -> None:
    clinic = practice()
    world = clinic.world
    assert traces(world)
    erase_client(world.daisy.id, number=1, who=world.who(), at=AT)
    assert traces(world) == []
    assert history(world, world.daisy.id)[-2:] == ["client.erased", "client.forgotten"]
    with refused(world, "client_forgotten"):
        erase_client(world.daisy.id, number=1, who=world.who(), at=AT)


def test_clients_are_listed_when_their_time_is_over() -> None:
    clinic = practice()
    world, who = clinic.world, clinic.world.who()
    clinic.book(NOW, at=NOW)

    def listed(at: datetime) -> list[str]:
        with scope(world.id):
            return [
                each.client.name
                for each in due_clients(settings_of(who.organization_id), who=who, at=at)
            ]

    with scope(world.id):
        found = kept(world.daisy, settings_of(world.id), NOW)
    assert (found.last_on, found.until) == (date(2026, 6, 16), date(2029, 6, 16))
    assert listed(datetime(2029, 6, 16, 12, tzinfo=UTC)) == []
    over = datetime(2029, 6, 17, 12, tzinfo=UTC)
    assert listed(over) == ["Daisy Duck"]
    keep_client(world.daisy.id, date(2030, 1, 1), who=who, at=over)
    assert listed(over) == []
    assert listed(datetime(2030, 1, 2, 12, tzinfo=UTC)) == ["Daisy Duck"]
    with refused(world, "keep_until: out_of_range"):
        keep_client(world.daisy.id, date(2029, 1, 1), who=who, at=over)
    with refused(world, "not_allowed"):
        keep_client(world.daisy.id, None, who=world.who("office"), at=over)


def test_one_who_is_erased_lives_on_in_no_session() -> None:
    clinic = practice()
    world, who, at = clinic.world, clinic.who(), AT + 5 * DAY
    untaxed = replace(line(), tax_category=TaxCategory.OUTSIDE_SCOPE, tax_rate=None)
    kept, elsewhere = clinic.book(AT + DAY, at=AT), clinic.book(AT + 2 * DAY, at=AT)
    ahead = clinic.book(AT + 30 * DAY, at=AT)
    weekly = recur(clinic, AT + 40 * DAY, "FREQ=WEEKLY;COUNT=2", at=AT).series
    record, unbilled = clinic.billing(elsewhere).draft, clinic.billing(kept).draft
    assert record is not None
    assert unbilled is not None
    externalise_draft(record.id, who=who, at=AT)
    cancel_booking(ahead.id, who=who, at=AT)
    cancel_series(weekly.id, who=who, at=AT)
    delete_draft(unbilled.id, who=who, at=AT)
    erase_client(world.daisy.id, number=1, who=world.who(), at=at)
    with refused(world, "client_erased"):
        restore_booking(ahead.id, who=who, at=at)
    with refused(world, "client_erased"):
        restore_series(weekly.id, who=who, at=at)
    with refused(world, "client_erased"):
        change_booking(kept.id, BookingChanges(place="X"), who=who, at=at)
    with refused(world, "client_erased"):
        draft_session(kept.id, who=who, at=at)
    with refused(world, "client_erased"):
        internalise_draft(record.id, who=who, at=at)
    entered = DraftInput(world.daisy.id, lines=(untaxed,))
    with refused(world, "client_erased"):
        create_draft(entered, who=who, at=at)
    unpaid = create_draft(replace(entered, recipient_id=None), who=who, at=at)
    with refused(world, "client_erased"):
        change_draft(unpaid.id, entered, who=who, at=at)
    with refused(world, "client_erased"):
        amend_draft(unpaid.id, lambda _now: entered, who=who, at=at)
