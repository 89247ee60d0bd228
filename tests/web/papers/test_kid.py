"""A KID on paper, before its payer and through the API, and on no credit note."""

from datetime import date

from storno.corrections.credit import credit_invoice
from storno.corrections.give_credit import Credited
from storno.numbering.models import PaymentReference
from tests.api.caller import caller
from tests.conftest import Clock
from tests.deeds import CANCELLED
from tests.documents.test_kid import OSLO, with_kid
from tests.properties.invariants import verify_finds_nothing
from tests.web.cast import nobody
from tests.web.papers.member import Member, Seen
from tests.web.public.test_invoice import link


def test_it_stands_on_paper_and_pages_and_in_the_directory_but_on_no_credit_note(
    clock: Clock,
) -> None:
    world = with_kid(clock.now)
    invoice = world.invoice(OSLO, at=clock.now)
    credited = credit_invoice(invoice.id, CANCELLED, who=world.who(), at=clock.now)
    assert isinstance(credited, Credited)
    assert credited.credit_note.payment_reference == ""
    other = world.invoice(OSLO, at=clock.now)
    assert (invoice.payment_reference, other.payment_reference) == ("00010017", "00010025")
    entered = PaymentReference.objects.filter(account=invoice.payment_account)
    assert set(entered.values_list("reference", "document_id")) == {
        ("00010017", invoice.id),
        ("00010025", other.id),
    }
    member = Member(world).get("invoice", other.id)
    public = Seen(nobody().get(link(world, other, date(2026, 9, 28))))
    for seen in (member, public):
        assert "KID 00010025" in seen.text
        assert 'data-copy="00010025"' in seen.html
        assert "RF" not in seen.text
        assert "bar_code" not in seen.html
    answered = caller(world).get(f"/documents/{other.id}").body
    assert answered["payment_reference"] == "00010025"
    verify_finds_nothing(world)
