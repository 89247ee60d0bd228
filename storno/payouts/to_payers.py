"""What goes back to payers with the next batch: all that is on the list and with no bank."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from storno.bank.queries import Payer, payers_told
from storno.custody.crossing import crossing
from storno.custody.models import ToPayer
from storno.custody.to_payer import on_the_list
from storno.documents.models import Document
from storno.organizations.models import Seller
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor
from storno.payouts.batch import Due, Payee, WhyNot, is_payable, sellers_of
from storno.payouts.books import Parts
from storno.payouts.models import Payout, PayoutBack, WhyBack

_SELLERS = "SELECT seller_id FROM sellers_with_payers()"

FAILED = (WhyBack.REFUSED, WhyBack.RETURNED)
"""Why a payout came back that nobody tries again as it was."""


def due_to_payers(house: Seller, *, who: Actor, at: datetime) -> Iterator[Due]:
    """What is on the lists of all sellers, and what of it would be left out; in their order."""
    for seller_id in sellers_of(_SELLERS):
        with crossing(seller_id, back_to=who.organization_id):
            seller = seller_of(seller_id)
            rows = list(with_no_bank(seller_id).select_related("refund"))
            failed = set(came_back(seller_id).values_list("id", flat=True))
            invoices = {row.refund.invoice_id for row in rows}
            papers = Document.objects.filter(organization_id=seller_id, id__in=invoices)
            numbers = dict(papers.values_list("id", "number"))
        for row in rows:
            amount = row.refund.amount_minor
            payer = _payer(row, house)
            text = f"{numbers[row.refund.invoice_id]} {seller.name}"
            payee = Payee(payer.name, payer.account, text=text[:140])
            why_not = None
            if row.id in failed:
                why_not = WhyNot.ACCOUNT_FAILED
            elif not payee.account:
                why_not = WhyNot.NO_ACCOUNT
            elif not is_payable(amount, payee, house, at=at):
                why_not = WhyNot.UNPAYABLE
            yield Due(seller, Parts(0, payer_minor=amount), payee, why_not, row.id)


def sellers_with_failed_payers() -> list[UUID]:
    """The sellers of whose money the bank could not pay some to its payer; outside of any scope."""
    return sellers_of("SELECT * FROM sellers_with_failed_payers()")


def with_no_bank(organization_id: UUID) -> QuerySet[ToPayer]:
    """What is on the list of a seller, and neither on its way nor paid."""
    its = {"organization_id": OuterRef("organization_id")}
    back = PayoutBack.objects.filter(**its, payout_id=OuterRef("id"))
    under_way = Payout.objects.filter(**its, to_payer_id=OuterRef("id")).exclude(Exists(back))
    return on_the_list(organization_id).exclude(Exists(under_way))


def came_back(organization_id: UUID) -> QuerySet[ToPayer]:
    """What the bank could not pay to the payer, or sent back; it is to be owed back again."""
    back = PayoutBack.objects.filter(
        organization_id=OuterRef("organization_id"), payout__to_payer_id=OuterRef("id")
    )
    return with_no_bank(organization_id).filter(Exists(back.filter(why__in=FAILED)))


def is_settled(payout: Payout) -> bool:
    """Whether what this pays to a payer was taken off the list, or goes by another payout."""
    assert payout.to_payer_id is not None, "it goes to a payer"
    mine = payout.organization_id
    if not on_the_list(mine).filter(id=payout.to_payer_id).exists():
        return True
    back = PayoutBack.objects.filter(organization_id=mine).values("payout_id")
    others = Payout.objects.filter(organization_id=mine, to_payer_id=payout.to_payer_id)
    return others.exclude(id=payout.id).exclude(id__in=back).exists()


def _payer(row: ToPayer, house: Seller) -> Payer:
    """Who gets it: what the bank had told of the payment, unless somebody else was named."""
    if row.account:
        return Payer(row.payee, row.account)
    told = payers_told([row.payment_id], row.organization_id, bank_of=house.organization_id)
    return told[0] if told else Payer("", "")
