"""The chain's sum is that of the page's own invoice, as the standing has it."""

from datetime import datetime
from decimal import Decimal

from storno.corrections.credit import credit_invoice
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment
from storno.documents.content import with_prices
from storno.documents.draft import amend_draft
from storno.documents.models import Document, FollowUp, Reason
from storno.payments.models import Method
from storno.payments.register import PaymentInput
from tests.conftest import Clock
from tests.web.papers.member import Member
from tests.world import found


def test_money_on_a_cancelled_invoice_settles_nothing_on_the_next(
    clock: Clock, at: datetime
) -> None:
    world = found(hold_seconds=0, paid_credit="members")
    old = world.invoice(at=at)
    register_payment(old.id, PaymentInput(125_500, at.date(), Method.CASH), who=world.who(), at=at)
    request = CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.DRAFT)
    done = credit_invoice(old.id, request, who=world.who(), at=at)
    assert isinstance(done, Credited)
    assert done.corrected is not None
    amend_draft(
        done.corrected.id,
        lambda entered: with_prices(entered, [Decimal(800)]),
        who=world.who(),
        at=at,
    )
    new = finalise_draft(done.corrected.id, who=world.who(), at=at)
    assert isinstance(new, Document)
    alice = Member(world)
    assert "Owed back €1,255.00" in alice.get("invoice", old.id).text
    page = alice.get("invoice", new.id).text
    assert "Left to pay €1,004.00" in page
    assert "Owed back" not in page.split("How the invoice goes")[0]
