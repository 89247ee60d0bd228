"""What is set aside by a payment, and what becomes of it later: planned purely, of stored sums.

The deeds write what is planned here, and the proof plans it again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storno.custody.split import Rates, Shares, add_up, shares_of
from storno.ledger.journal import Claim


@dataclass(frozen=True, slots=True)
class Earlier:
    """A set-aside that stands: its shares, and by which rates it was reckoned."""

    shares: Shares
    rates: Rates


def shares_now(
    claim: Claim, earlier: Sequence[Earlier], rates: Rates, *, returned: bool = False
) -> Shares:
    """What is to be set aside of the money that meets the claim by now, beside what was earlier.

    After a change of rates they bear on what has come since, and on nothing before; what goes does
    so by the rates of what came last. Once what was withheld has been `returned`, nothing is
    claimed any more: all that comes is its payer's.
    """
    if returned:
        return Shares()
    tax, gross = sum(claim.tax.values()), claim.gross_minor
    before = add_up(each.shares for each in earlier)
    goes = claim.applied_minor < before.total_minor
    by_now = shares_of(
        claim.applied_minor,
        gross_minor=gross,
        tax_minor=tax,
        rates=earlier[-1].rates if goes else rates,
    )
    if not goes and any(each.rates != rates for each in earlier):
        paid = before.total_minor
        before = shares_of(paid, gross_minor=gross, tax_minor=tax, rates=rates)
    return by_now.minus(before)


def is_even(claim: Claim, earlier: Iterable[Earlier]) -> bool:
    """Whether as much is set aside as meets the claim, no more and no less."""
    return claim.applied_minor == add_up(each.shares for each in earlier).total_minor


def returned_of(earlier: Sequence[Shares], *, with_fee: bool) -> Shares:
    """What goes back to the seller when the invoice is credited: what was withheld, to the cent."""
    kept = add_up(earlier)
    if with_fee:
        return Shares(kept.vat_minor, kept.prepayment_minor, kept.fee_minor, kept.fee_vat_minor)
    return Shares(kept.vat_minor, kept.prepayment_minor)


def given_up(shares: Shares, returned: Shares | None) -> Shares:
    """What a set-aside gives up when its payment is taken back.

    What was returned to the seller is in no reserve any more: the seller owes it.
    """
    if returned is None:
        return shares
    payable = shares.payable_minor + shares.withheld_minor
    if returned.fee_minor or returned.fee_vat_minor:
        return Shares(payable_minor=payable + shares.fee_minor + shares.fee_vat_minor)
    return Shares(0, 0, shares.fee_minor, shares.fee_vat_minor, payable)
