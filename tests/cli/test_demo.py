"""`storno demo`: organizations with a past, whose letters went on the days of their papers."""

import pytest

from tests.cli.installation import ROOT, Installation, create
from tests.conftest import MIGRATED

LETTERS = """
SELECT number, state, sent_at = issued_at AND filed_at = issued_at,
    extract(day FROM now() - issued_at)::int
FROM mailroom_letter AS letter
JOIN documents_document AS document ON document.id = letter.subject_id
LEFT JOIN archive_file AS file ON file.subject_id = letter.id
JOIN organizations_organization AS mine ON mine.id = letter.organization_id
WHERE letter.kind = 'document' AND mine.slug = 'aalto'
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
        "organizations": 6,
        "documents": 66,
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
        rows = connection.execute(STATES).fetchall()
    (fjord,) = (row for row in rows if row[0] == "fjord")
    with house.connect() as connection:
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
    assert [each["organization"] for each in log_ins] == [
        *("aalto", "fjord", "fjord"),
        *("minna", "juhani", "puutarha", "havu", ""),
    ]
    assert house.contents() == before


PAID = """
SELECT slug, number, payment_reference, state, standing.received_minor, open_minor,
    owed_back_minor
FROM documents_standing AS standing
JOIN documents_document AS document ON document.id = standing.id
JOIN organizations_organization AS mine ON mine.id = standing.organization_id
WHERE payment_account = 'FI7157130920022107' ORDER BY payment_reference
"""


def test_client_money_stands_in_each_way(house: Installation) -> None:
    """The references are the same wherever the demonstration is loaded first: files name them."""
    with house.connect() as connection:
        assert connection.execute(PAID).fetchall() == [
            ("minna", "2026-0001", "10016", "credited", 125_500, 0, 0),
            ("juhani", "2026-0001", "10029", "part_paid", 100_000, 125_900, 0),
            ("puutarha", "2026-0001", "10032", "paid", 85_000, 0, 4_680),
            ("juhani", "2026-0002", "10045", "credited", 50_200, 0, 50_200),
            ("minna", "2026-0002", "10058", "paid", 90_360, 0, 0),
            ("puutarha", "2026-0002", "10061", "paid", 150_600, 0, 0),
            ("juhani", "2026-0003", "10074", "paid", 37_650, 0, 0),
            ("puutarha", "2026-0003", "10087", "credited", 62_750, 0, 0),
            ("minna", "2026-0003", "10090", "paid", 125_500, 0, 0),
            ("minna", "2026-0004", "10100", "sent", 0, 70_280, 0),
            ("juhani", "2026-0004", "10113", "sent", 0, 119_225, 0),
            ("puutarha", "2026-0004", "10126", "sent", 0, 60_240, 0),
        ]
        waiting = connection.execute(
            "SELECT amount_minor, state, why FROM bank_entry WHERE state <> 'matched' "
            "AND amount_minor > 0"
        ).fetchall()
        batches = connection.execute(
            "SELECT total_minor, approved_at IS NOT NULL FROM payouts_batch ORDER BY proposed_at"
        ).fetchall()
        instructions = connection.execute(
            "SELECT state, count(*)::int FROM payouts_instruction GROUP BY state ORDER BY state"
        ).fetchall()
    assert waiting == [(18_000, "queued", "no_reference")]
    assert batches == [(342_048, True), (86_112, True), (95_863, False)]
    assert instructions == [("left", 5), ("on_the_way", 2)]


CASES = """
SELECT slug, number, how_ended, count(confirmation.id)::int, count(approval.id)::int
FROM cases_refundcase AS refund
JOIN documents_document AS document ON document.id = refund.invoice_id
JOIN organizations_organization AS mine ON mine.id = refund.organization_id
LEFT JOIN cases_confirmation AS confirmation ON confirmation.case_id = refund.id
LEFT JOIN cases_approval AS approval ON approval.case_id = refund.id
GROUP BY slug, number, how_ended ORDER BY slug, number
"""


def test_refund_cases_stand_at_each_step(house: Installation) -> None:
    """Of what was returned, that of the first one has been paid out, that of the other has not."""
    with house.connect() as connection:
        cases = connection.execute(CASES).fetchall()
        waiting = connection.execute(
            "SELECT count(*)::int FROM support_waiting WHERE waits_since IS NOT NULL"
        ).fetchall()
    assert cases == [
        ("juhani", "2026-0003", "", 1, 0),
        ("minna", "2026-0001", "", 1, 1),
        ("minna", "2026-0002", "", 0, 0),
        ("puutarha", "2026-0002", "declined", 1, 0),
        ("puutarha", "2026-0003", "", 1, 1),
    ]
    assert waiting == [(1,)]


def test_every_letter_of_papers_and_client_money_has_gone(house: Installation) -> None:
    """Those of sessions to come leave while Storno runs."""
    with house.connect() as connection:
        letters = connection.execute(
            "SELECT kind, state FROM mailroom_letter WHERE state NOT IN ('sent', 'withdrawn') "
            "AND kind NOT LIKE 'session%'"
        ).fetchall()
    assert letters == []


def test_the_second_step_of_customer_service_is_the_demonstrations(house: Installation) -> None:
    with house.connect() as connection:
        apps = connection.execute(
            "SELECT email, role FROM mfa_authenticator AS app "
            "JOIN people_person AS person ON person.id = app.user_id "
            "JOIN staff_staff AS staff ON staff.person_id = person.id"
        ).fetchall()
    assert apps == [("tuomas@example.com", "lead")]


FILES = ROOT / "demo"

ENTRIES = """
SELECT entry.amount_minor, state, why FROM bank_entry AS entry
JOIN bank_bankfile AS file ON file.id = entry.file_id
WHERE file.name = %s ORDER BY entry.key
"""

STANDS = """
SELECT slug, number, standing.state, open_minor, owed_back_minor
FROM documents_standing AS standing
JOIN documents_document AS document ON document.id = standing.id
JOIN organizations_organization AS mine ON mine.id = standing.organization_id
WHERE payment_account = 'FI7157130920022107' AND payment_reference = ANY (%s)
ORDER BY payment_reference
"""


def test_the_bank_files_to_try_name_invoices_of_the_demonstration(house: Installation) -> None:
    """Each finds its organization by its account; what it names has the same reference anywhere."""
    ours = ["10029", "10090", "10100", "10113", "10126"]
    with house.connect() as connection:
        taken = house.answer("bank", "import", str(FILES / "havu-camt053.xml"))
        assert (taken["new"], taken["matched"], taken["queued"]) == (8, 5, 3)
        assert connection.execute(ENTRIES, ["havu-camt053.xml"]).fetchall() == [
            (70_280, "matched", "exact"),
            (50_000, "matched", "part"),
            (65_000, "matched", "over"),
            (125_900, "matched", "exact"),
            (125_500, "matched", "owed_back"),
            (8_990, "queued", "no_reference"),
            (4_500, "queued", "unknown_reference"),
            (-450, "queued", "money_out"),
        ]
        assert connection.execute(STANDS, [ours]).fetchall() == [
            ("juhani", "2026-0001", "paid", 0, 0),
            ("minna", "2026-0003", "paid", 0, 125_500),
            ("minna", "2026-0004", "paid", 0, 0),
            ("juhani", "2026-0004", "part_paid", 69_225, 0),
            ("puutarha", "2026-0004", "paid", 0, 4_760),
        ]


def test_the_ocr_giro_to_try_names_invoices_of_the_practice(house: Installation) -> None:
    with house.connect() as connection:
        taken = house.answer("bank", "import", str(FILES / "fjord-ocr-giro.txt"))
        assert (taken["new"], taken["matched"], taken["queued"]) == (5, 4, 1)
        assert connection.execute(ENTRIES, ["fjord-ocr-giro.txt"]).fetchall() == [
            (119_000, "matched", "exact"),
            (50_000, "matched", "part"),
            (69_000, "matched", "exact"),
            (200_000, "matched", "over"),
            (7_500, "queued", "unknown_reference"),
        ]


def test_the_faulty_file_to_try_changes_nothing(house: Installation) -> None:
    before = house.contents()
    refused = house.answer("bank", "import", str(FILES / "faulty-camt053.xml"), code=3)
    assert refused["code"] == "bank_file_faulty"
    assert "Line 75: Opening balance and entries do not make the closing" in refused["detail"]
    assert house.contents() == before
    assert house.answer("verify")["violations"] == []
