"""The split of money: figures to the cent, and what holds whatever comes in."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from storno.custody.plan import Earlier, shares_now
from storno.custody.split import Rates, Shares, add_up, shares_of
from storno.ledger.journal import Claim
from tests.properties.depth import proof

RATES = Rates(Decimal(20), Decimal(5), Decimal("25.5"))
LESS_FEE = Rates(Decimal(20), Decimal(5), Decimal("25.5"), less_fee=True)


def of(paid: int, rates: Rates = RATES) -> Shares:
    """The shares of a claim of 1,255.00."""
    return shares_of(paid, gross_minor=125_500, tax_minor=25_500, rates=rates)


def test_the_worked_figures() -> None:
    assert of(125_500) == Shares(25_500, 20_000, 5_000, 1_275, 73_725)
    assert of(60_000) == Shares(12_191, 9_562, 2_390, 609, 35_248)
    assert of(125_500, LESS_FEE) == Shares(25_500, 19_000, 5_000, 1_275, 74_725)
    assert of(0) == Shares()
    assert shares_of(0, gross_minor=0, tax_minor=0, rates=RATES) == Shares()


percent = st.decimals(0, 20, places=2)


@proof(60, 5000)
@given(
    st.lists(st.integers(1, 60_000), min_size=1, max_size=8),
    st.integers(0, 20_000),
    st.builds(Rates, percent, percent, percent, st.booleans()),
    st.builds(Rates, percent, percent, percent, st.booleans()),
    st.integers(0, 8),
)
def test_parts_add_up_to_the_whole_to_the_cent(
    parts: list[int], tax: int, first: Rates, then: Rates, changed_after: int
) -> None:
    """Each payment is split without remainder; by the same rates they are one payment's split."""
    gross = sum(parts)
    claim = Claim(gross, {Decimal("25.5"): min(tax, gross // 4)})
    earlier: list[Earlier] = []
    for number, amount in enumerate(parts):
        rates = first if number < changed_after else then
        claim = claim.paid(amount)
        shares = shares_now(claim, earlier, rates)
        assert shares.total_minor == amount
        earlier.append(Earlier(shares, rates))
    total = add_up(each.shares for each in earlier)
    assert total.total_minor == gross
    if len({each.rates for each in earlier}) == 1:
        whole = shares_of(
            gross, gross_minor=gross, tax_minor=min(tax, gross // 4), rates=earlier[0].rates
        )
        assert total == whole
    assert total.vat_minor == min(tax, gross // 4)
