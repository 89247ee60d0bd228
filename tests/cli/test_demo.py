"""`storno demo`: two organizations with a past, whose letters went on the days of their papers."""

import pytest

from tests.cli.installation import Installation, create
from tests.conftest import MIGRATED

LETTERS = """
SELECT number, state, sent_at = issued_at AND filed_at = issued_at,
    extract(day FROM now() - issued_at)::int
FROM mailroom_letter AS letter
JOIN documents_document AS document ON document.id = letter.subject_id
LEFT JOIN archive_file AS file ON file.subject_id = letter.id
WHERE letter.kind = 'document'
ORDER BY letter.id
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with the demonstration."""
    made = create("shown", tmp_path_factory.mktemp("shown") / "data", template=MIGRATED)
    done = made.run("demo")
    assert done.returncode == 0, done.stderr
    return made


def test_letters_went_on_the_days_of_their_papers(house: Installation) -> None:
    with house.connect() as connection:
        letters = connection.execute(LETTERS).fetchall()
    assert letters == [
        ("2026-0001", "sent", True, 60),
        ("2026-0002", "sent", True, 40),
        ("2026-0003", "sent", True, 30),
        ("2026-0004", "sent", True, 12),
        ("2026-K1", "sent", True, 10),
        ("2026-0005", "sent", True, 6),
        ("2026-K2", "sent", True, 4),
        ("2026-0006", "sent", True, 3),
        ("2026-0007", "sent", True, 1),
    ]


def test_payers_were_told_reminded_and_left_alone(house: Installation) -> None:
    with house.connect() as connection:
        told = connection.execute(
            "SELECT kind, state, count(*)::int FROM notices_notice GROUP BY kind, state "
            "ORDER BY kind, state"
        ).fetchall()
        coming = connection.execute(
            "SELECT count(*)::int FROM documents_draft WHERE issues_at > now()"
        ).fetchall()
    assert told == [
        ("notification", "sent", 2),
        ("reminder", "due", 1),
        ("reminder", "paused", 2),
        ("reminder", "sent", 1),
    ]
    assert coming == [(2,)]


def test_its_books_are_in_order(house: Installation) -> None:
    assert house.answer("verify") == {
        "organizations": 2,
        "documents": 51,
        "erased": 0,
        "violations": [],
    }


BOOKED = """
SELECT kind, state, count(*)::int FROM diary_booking
WHERE starts_at < date_trunc('week', now() AT TIME ZONE 'Europe/Oslo')
    AT TIME ZONE 'Europe/Oslo'
GROUP BY kind, state ORDER BY kind, state
"""


def test_the_clinic_has_a_diary_and_clients(house: Installation) -> None:
    with house.connect() as connection:
        past = connection.execute(BOOKED).fetchall()
        clients = connection.execute(
            "SELECT count(*) FROM clients_client JOIN organizations_organization AS mine "
            "ON mine.id = organization_id WHERE slug = 'fjord' AND business_id = ''"
        ).fetchall()
        people = connection.execute(
            "SELECT count(DISTINCT practitioner_id) FROM diary_booking"
        ).fetchall()
        in_part = connection.execute(
            "SELECT count(*)::int FROM documents_standing WHERE state = 'part_credited' "
            "AND credited_minor = open_minor AND open_minor > 0"
        ).fetchall()
    assert past == [
        ("activity", "booked", 8),
        ("session", "booked", 1),
        ("session", "cancelled", 2),
        ("session", "held", 36),
        ("session", "no_show", 1),
    ]
    assert (clients, people, in_part) == ([(40,)], [(2,)], [(1,)])


STATES = """
SELECT slug, array_agg(DISTINCT state ORDER BY state), bool_or(open_minor > 0
    AND due_on < current_date), bool_or(owed_back_minor > 0), bool_or(payable_minor = 0)
FROM documents_standing JOIN organizations_organization AS mine ON mine.id = organization_id
GROUP BY slug ORDER BY slug
"""


def test_invoices_stand_in_each_state(house: Installation) -> None:
    """Of the practice; what is only on hold stands with the one that has a hold."""
    with house.connect() as connection:
        (_aalto, fjord) = connection.execute(STATES).fetchall()
        held = connection.execute(
            "SELECT count(*)::int FROM documents_standing WHERE cancelling_at IS NOT NULL"
        ).fetchone()
        external = connection.execute(
            "SELECT count(*)::int FROM documents_draft WHERE external_at IS NOT NULL"
        ).fetchone()
    states = ["credited", "paid", "part_credited", "part_paid", "sent"]
    assert fjord == ("fjord", states, True, True, True)
    assert (held, external) == ((1,), (1,))


DAISY = """
SELECT standing.state, standing.open_minor, standing.due_on > current_date, person.name
FROM documents_standing AS standing
JOIN clients_client AS client ON client.id = standing.recipient_id
JOIN documents_line AS line ON line.document_id = standing.id AND line.source_kind = 'session'
JOIN diary_booking AS booking ON booking.id = line.source_id
JOIN people_person AS person ON person.id = booking.practitioner_id
WHERE client.name = 'Daisy Lind'
"""


def test_daisy_has_an_unpaid_invoice_of_the_practitioner(house: Installation) -> None:
    """So that whoever reads of crediting it finds it here."""
    with house.connect() as connection:
        assert connection.execute(DAISY).fetchall() == [("sent", 119_000, True, "Nils Vik")]


def test_what_is_there_already_stays(house: Installation) -> None:
    before = house.contents()
    log_ins = house.answer("demo")["log_ins"]
    assert [each["organization"] for each in log_ins] == ["aalto", "fjord", "fjord"]
    assert house.contents() == before
