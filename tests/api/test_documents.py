"""Documents and letters through the API."""

from datetime import datetime

from storno.documents.models import Document
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.world import World, found
from tests.world import line as entered


def letters(world: World) -> int:
    with scope(world.id):
        return Letter.objects.filter(organization_id=world.id).count()


def test_a_document_says_what_was_issued(alice: Caller, world: World, at: datetime) -> None:
    paper = world.invoice(entered("12.3456", "2.5"), at=at, opening_text="Hello")
    answer = alice.get(f"/documents/{paper.id}")
    (line,) = answer.body["lines"]
    assert (answer.status, answer.body) == (
        200,
        {
            "id": str(paper.id),
            "kind": "invoice",
            "number": "2026-0001",
            "issued_at": "2026-06-16T09:12:00Z",
            "issued_on": "2026-06-16",
            "delivered_on": "2026-06-16",
            "due_on": "2026-06-30",
            "currency": "EUR",
            "language": "fi",
            "channel": "email",
            "recipient": str(world.daisy.id),
            "seller": {
                "name": "Alice Example",
                "business_id": "2077474-0",
                "street": "Mannerheimintie 1",
                "postcode": "00100",
                "city": "Helsinki",
                "country": "FI",
                "tax_id": "FI20774740",
                "enterprise_register": False,
                "email": "",
                "phone": "",
                "website": "",
            },
            "buyer": {
                "name": "Daisy Duck",
                "business_id": "",
                "street": "Aleksanterinkatu 2",
                "postcode": "00100",
                "city": "Helsinki",
                "country": "FI",
                "contact": "",
            },
            "buyer_reference": "",
            "case_number": "",
            "opening_text": "Hello",
            "closing_text": "",
            "exemption_reason": "",
            "lines": [
                {
                    "id": line["id"],
                    "description": "Carpentry",
                    "quantity": "2.5",
                    "unit": "h",
                    "unit_price": "12.3456",
                    "price_includes_tax": False,
                    "discount_percent": "0",
                    "tax_category": "standard",
                    "tax_rate": "25.5",
                    "delivered_on": "2026-06-16",
                    "work": None,
                    "amount": "30.86",
                    "corrects_line": None,
                }
            ],
            "totals": {"net": "30.86", "tax": "7.87", "payable": "38.73"},
            "tax_groups": [
                {
                    "tax_category": "standard",
                    "tax_rate": "25.5",
                    "price_includes_tax": False,
                    "net": "30.86",
                    "tax": "7.87",
                }
            ],
            "payment_account": "FI2112345600000785",
            "payment_reference": paper.payment_reference,
            "corrects": None,
            "replaces": None,
            "reason": None,
            "reason_text": "",
            "effect": None,
            "handed_over_at": None,
        },
    )


def test_the_pdf_is_the_same_at_every_time(alice: Caller, world: World, at: datetime) -> None:
    paper = world.invoice(at=at)
    pdf = alice.get(f"/documents/{paper.id}/pdf")
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="Lasku-2026-0001.pdf"'
    assert pdf.raw.startswith(b"%PDF-")
    assert alice.get(f"/documents/{paper.id}/pdf").raw == pdf.raw


def test_a_document_is_handed_over_once(
    alice: Caller, world: World, clock: Clock, at: datetime
) -> None:
    paper = world.invoice(at=at, channel="none")
    given = alice.post(f"/documents/{paper.id}/handover")
    told = {"document": str(paper.id), "at": "2026-06-16T09:12:00Z"}
    assert (given.status, given.body) == (201, told)
    clock.now = datetime.fromisoformat("2026-06-20T10:00:00+00:00")
    assert alice.post(f"/documents/{paper.id}/handover").body == told
    assert alice.get(f"/documents/{paper.id}").body["handed_over_at"] == told["at"]


def test_a_document_is_mailed_and_its_letter_listed(
    alice: Caller, world: World, at: datetime
) -> None:
    paper = world.invoice(at=at, channel="none")
    assert alice.get("/letters").body == {"items": [], "next": None}
    sent = alice.post(f"/documents/{paper.id}/letters")
    assert sent.status == 202
    letter = {
        "id": sent.body["id"],
        "kind": "document",
        "subject": str(paper.id),
        "medium": "email",
        "to": "daisy@example.com",
        "language": "fi",
        "state": "queued",
        "queued_at": "2026-06-16T09:12:00Z",
        "next_attempt_at": "2026-06-16T09:12:00Z",
        "attempts": 0,
        "sent_at": None,
        "failure": None,
        "reply": "",
        "message_id": sent.body["message_id"],
    }
    assert sent.body == letter
    assert alice.post(f"/documents/{paper.id}/letters", {}).body == letter
    other = alice.post(f"/documents/{paper.id}/letters", {"to": "d@example.org"}).body
    assert other["to"] == "d@example.org"
    assert alice.get("/letters").body == {"items": [other, letter], "next": None}
    page = alice.get("/letters?limit=1").body
    assert page["items"] == [other]
    assert alice.get(page["next"].removeprefix("/api/v1")).body["items"] == [letter]


def test_a_letter_that_failed_is_tried_again_or_goes_elsewhere(
    alice: Caller, world: World, at: datetime
) -> None:
    world.invoice(at=at)
    (letter,) = alice.get("/letters").body["items"]
    path = f"/letters/{letter['id']}/attempts"
    refused = alice.post(path)
    assert (refused.status, refused.codes) == (409, ["letter_has_not_failed"])
    fail(world)
    failed = alice.get("/letters").body["items"][0]
    assert (failed["state"], failed["failure"]) == ("failed", "refused")
    again = alice.post(path)
    assert (again.status, again.body) == (202, letter)
    fail(world)
    assert alice.post(path, {"to": "nobody"}).fields == {"to": "not_an_email"}
    elsewhere = alice.post(path, {"to": "new@example.com"})
    assert (elsewhere.status, elsewhere.body["to"]) == (202, "new@example.com")
    assert [each["state"] for each in alice.get("/letters").body["items"]] == [
        "queued",
        "replaced",
    ]


def fail(world: World) -> None:
    with scope(world.id):
        Letter.objects.filter(organization_id=world.id).update(
            state="failed", failure="refused", next_attempt_at=None
        )


def test_wrong_addresses_are_refused(alice: Caller, world: World, at: datetime) -> None:
    paper = world.invoice(at=at, channel="none")
    for wrong in ("", "nobody", "a@b", "x" * 300 + "@example.com"):
        answer = alice.post(f"/documents/{paper.id}/letters", {"to": wrong})
        assert answer.status == 422, wrong
        assert set(answer.fields) == {"to"}
    assert letters(world) == 0


def test_the_document_of_somebody_else_is_absent(alice: Caller, clock: Clock, at: datetime) -> None:
    other = found()
    paper = other.invoice(at=at)
    for absent in (
        alice.get(f"/documents/{paper.id}"),
        alice.get(f"/documents/{paper.id}/pdf"),
        alice.post(f"/documents/{paper.id}/letters"),
        alice.post(f"/documents/{paper.id}/handover"),
        alice.post(f"/letters/{caller(other).get('/letters').body['items'][0]['id']}/attempts"),
    ):
        assert absent.status == 404
    assert letters(other) == 1


def test_what_the_law_lets_go_is_gone(alice: Caller, world: World, at: datetime) -> None:
    paper = world.invoice(at=at)
    erase(paper)
    shown = alice.get(f"/documents/{paper.id}").body
    assert (shown["buyer"], shown["lines"][0]["description"]) == (None, "")
    assert shown["totals"]["payable"] == "1255.00"
    gone = alice.get(f"/documents/{paper.id}/pdf")
    assert (gone.status, gone.body["code"]) == (410, "erased_lawfully")


def erase(paper: Document) -> None:
    """Delete the personal parts as the database's owner."""
    from django.db import connections

    from storno.cli.connect import owner

    owner()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM documents_particulars WHERE document_id = %s", [paper.id])
