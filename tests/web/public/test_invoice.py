"""The page of an invoice behind its link."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, refund_invoice
from storno.corrections.settle import register_payment
from storno.corrections.take_lines import CreditLine
from storno.documents.letter import LINK_RENEWED_LETTER
from storno.documents.models import Document, Reason
from storno.documents.queries import whole_document
from storno.mailroom.models import Letter, LetterState
from storno.organizations.links import Target, make_links, signed
from storno.organizations.models import LinkKind
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.refund import GivenBack
from storno.payments.register import PaymentInput
from storno.tax.category import TaxCategory
from tests.conftest import Clock
from tests.web.cast import count_of, nobody
from tests.web.papers.member import Seen
from tests.world import World, found, line


def link(world: World, invoice: Document, until: date = date(2026, 9, 28)) -> str:
    """The path of a fresh link."""
    (made,) = make_links([Target(LinkKind.DOCUMENT, invoice.id, until)], organization_id=world.id)
    return f"/i/{signed(made)}"


def pay(world: World, invoice: Document, amount_minor: int, at: datetime) -> None:
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)


def credit(world: World, invoice: Document, at: datetime) -> None:
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=at)


def test_whoever_has_the_link_reads_and_pays(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    response = nobody().get(link(world, invoice))
    seen = Seen(response)
    assert seen.status == 200
    assert '<html lang="fi">' in seen.html
    assert "1 255,00 €" in seen.text.replace("\xa0", " ")
    assert "Daisy Duck" in seen.text
    assert 'data-copy="FI2112345600000785"' in seen.html
    assert f'data-copy="{invoice.payment_reference}"' in seen.html
    assert 'data-copy="1255.00"' in seen.html
    assert seen.html.count("<svg") >= 2
    assert 'class="bar_code"' in seen.html
    assert 'class="qr_code"' in seen.html


def test_it_leaves_no_trace(clock: Clock) -> None:
    world = found()
    response = nobody().get(link(world, world.invoice(at=clock.now)))
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    assert "csrf" not in html
    assert "https://" not in html
    assert "/o/" not in html
    asked = nobody().head(link(world, world.invoice(at=clock.now)))
    assert (asked.status_code, asked.content) == (200, b"")


def test_what_went_back_and_what_pays_another_invoice_is_told_apart(clock: Clock) -> None:
    world, at = found(hold_seconds=0), clock.now
    wrong, right = world.invoice(at=at), world.invoice(line("990", gross=True), at=at)
    path = link(world, wrong)
    pay(world, wrong, 125500, at)
    credit(world, wrong, at)
    offset_invoice(wrong.id, right.id, who=world.who(), at=at)
    assert "Palautettavaa on 265,00 €." in Seen(nobody().get(path)).text.replace("\xa0", " ")
    refund_invoice(wrong.id, GivenBack(at.date(), MoneyKind.CASH), who=world.who(), at=at)
    says = Seen(nobody().get(path)).text.replace("\xa0", " ")
    settled = "265,00 € on palautettu 16.6.2026. 990,00 € käytettiin toisen laskun maksuun."
    assert f"Maksettavaa ei ole. {settled}" in says
    assert right.number not in says


def test_the_pdf_is_there_to_save(clock: Clock) -> None:
    world = found()
    path = link(world, world.invoice(at=clock.now))
    response = nobody().get(f"{path}/pdf")
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'attachment; filename="Lasku-2026-0001.pdf"'
    assert response["Referrer-Policy"] == "no-referrer"


def test_part_paid_says_what_is_left(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    pay(world, invoice, 25500, clock.now)
    seen = Seen(nobody().get(link(world, invoice)))
    assert 'data-copy="1000.00"' in seen.html
    assert 'data-copy="1255.00"' not in seen.html
    assert seen.html.count('class="qr_code"') == 1


def test_paid_asks_for_nothing(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    pay(world, invoice, 125500, clock.now)
    seen = Seen(nobody().get(link(world, invoice)))
    assert 'class="state paid large"' in seen.html
    assert "data-copy" not in seen.html


def test_after_credit_what_holds_now(clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=clock.now)
    path = link(world, invoice)
    credit(world, invoice, clock.now)
    seen = Seen(nobody().get(path))
    assert "Lasku on peruutettu. Maksettavaa ei ole." in seen.text
    assert "2026-K1" in seen.text
    assert "data-copy" not in seen.html
    with scope(world.id):
        note = Document.objects.get(organization_id=world.id, kind="credit_note")
    response = nobody().get(f"{path}/pdf/{note.id}")
    assert response["Content-Disposition"] == ('attachment; filename="Hyvityslasku-2026-K1.pdf"')
    other = world.invoice(at=clock.now)
    assert nobody().get(f"{path}/pdf/{other.id}").status_code == 404
    assert nobody().get(f"{path}/pdf/{uuid4()}").status_code == 404


def test_a_free_invoice_has_nothing_to_pay_and_is_not_called_paid(clock: Clock) -> None:
    world = found()
    seen = Seen(nobody().get(link(world, world.invoice(line("0.00"), at=clock.now))))
    assert 'class="state paid large"' in seen.html
    assert "Maksettavaa ei ole." in seen.text
    assert "Tämä lasku on maksettu." not in seen.text


def test_several_credit_notes_are_told_in_the_plural(clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=clock.now)
    path = link(world, invoice)
    with scope(world.id):
        whole = whole_document(invoice.id, world.id)
    said = []
    for amount_minor in (25_000, 50_000, 25_000):
        part = (CreditLine(whole.lines[0].id, amount_minor=amount_minor),)
        asked = CreditRequest(Reason.GOODWILL, lines=part)
        credit_invoice(invoice.id, asked, who=world.who(), at=clock.now)
        said.append(Seen(nobody().get(path)).text)
    assert "Osittain hyvitetty hyvityslaskulla 2026-K1" in said[0]
    assert "Osittain hyvitetty hyvityslaskuilla 2026-K1, 2026-K2" in said[1]
    assert "Peruutettu hyvityslaskuilla 2026-K1, 2026-K2, 2026-K3" in said[2]


def test_paid_and_credited_says_what_is_owed_back(clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=clock.now)
    pay(world, invoice, 125500, clock.now)
    credit(world, invoice, clock.now)
    seen = Seen(nobody().get(link(world, invoice)))
    assert "Palautettavaa on 1 255,00 €." in seen.text.replace("\xa0", " ")


def test_an_expired_link_mails_a_new_one_once_an_hour(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    path = link(world, invoice, until=date(2026, 6, 15))
    letters = {"kind": LINK_RENEWED_LETTER}
    with scope(world.id):
        Letter.objects.filter(organization_id=world.id).update(
            state=LetterState.SENT, sent_at=clock.now, next_attempt_at=None
        )
    seen = Seen(nobody().get(path, headers={"accept-language": "en"}))
    assert (seen.status, '<html lang="fi">' in seen.html) == (410, True)
    assert "Tämä linkki on vanhentunut" in seen.text
    assert "Daisy" not in seen.html
    assert nobody().get(f"{path}/pdf").status_code == 410
    assert nobody().get(f"{path}/link").status_code == 405
    seen = Seen(nobody().post(f"{path}/link"))
    assert (seen.status, "Uusi linkki on matkalla" in seen.text) == (200, True)
    assert "daisy" not in seen.html.lower()
    seen = Seen(nobody().post(f"{path}/link"))
    assert seen.status == 429
    assert "Uusi linkki lähetettiin" in seen.text
    assert count_of(Letter, world, **letters) == 1
    clock.now += timedelta(hours=1)
    assert nobody().post(f"{path}/link").status_code == 200
    assert count_of(Letter, world, to_address="daisy@example.com", **letters) == 2


def test_a_link_that_opens_is_not_renewed(clock: Clock) -> None:
    world = found()
    path = link(world, world.invoice(at=clock.now))
    response = nobody().post(f"{path}/link")
    assert (response.status_code, response["Location"]) == (302, path)
    assert count_of(Letter, world, kind=LINK_RENEWED_LETTER) == 0


def test_what_the_member_delivered_has_no_address_to_mail_to(clock: Clock) -> None:
    world = found(default_channel="none")
    path = link(world, world.invoice(at=clock.now), until=date(2026, 6, 15))
    assert nobody().post(f"{path}/link").status_code == 404
    assert count_of(Letter, world) == 0


@pytest.mark.parametrize("text", ["x", "0" * 32, f"{'ab' * 16}.abc", "..%2f", "%00", "ä" * 300])
def test_a_made_up_link_leads_nowhere(text: str, clock: Clock) -> None:
    for path in (f"/i/{text}", f"/i/{text}/pdf"):
        response = nobody().get(path)
        assert response.status_code == 404
        assert not response.cookies
        assert "There is nothing here" in response.content.decode()
    assert nobody().post(f"/i/{text}/link").status_code == 404


def test_an_invitation_is_no_invoice(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    (made,) = make_links(
        [Target(LinkKind.INVITATION, invoice.id, date(2027, 1, 1))], organization_id=world.id
    )
    assert nobody().get(f"/i/{signed(made)}").status_code == 404


def test_names_are_never_markup(clock: Clock) -> None:
    world = found()
    evil = "<img src=x onerror=alert(1)>"
    invoice = world.invoice(line(description=evil), at=clock.now)
    html = nobody().get(link(world, invoice)).content.decode()
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_norway_has_its_own_way_to_pay(clock: Clock) -> None:
    world = found("NO")
    invoice = world.invoice(line(rate=None, category=TaxCategory.OUTSIDE_SCOPE), at=clock.now)
    html = nobody().get(link(world, invoice)).content.decode()
    assert 'data-copy="86011117947"' in html
    assert 'class="qr_code"' not in html
    assert 'class="bar_code"' not in html
