"""What hypothesis draws: invoices as members write them, and parts of them to credit."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from storno.documents.content import LineInput
from storno.tax.category import TaxCategory
from tests.properties.oracle import Account, Asked

RATES = [Decimal(rate) for rate in ("25.5", "13.5", "10")]
OPEN = [TaxCategory.EXEMPT, TaxCategory.OUTSIDE_SCOPE]


def _decimals(largest: int, places: int) -> st.SearchStrategy[Decimal]:
    """Small ones often, since they round the hardest."""
    units = st.integers(1, 10 ** (places + 2)) | st.integers(1, largest * 10**places)
    return units.map(lambda unit: Decimal(unit).scaleb(-places))


def _line(
    quantity: Decimal, price: Decimal, discount: Decimal, rate: Decimal | None, gross: bool
) -> LineInput:
    category = TaxCategory.STANDARD if rate is not None else OPEN[int(price) % len(OPEN)]
    return LineInput(
        description="Work",
        quantity=quantity,
        unit="h",
        unit_price=price,
        tax_category=category,
        tax_rate=rate,
        includes_tax=gross,
        discount_percent=discount,
        delivered_on=date(2026, 6, 1),
    )


def invoice_lines(most: int = 5) -> st.SearchStrategy[tuple[LineInput, ...]]:
    """Lines of an invoice: net and gross, taxed and not, free ones, odd quantities and prices."""
    quantities = st.integers(1, 5).map(Decimal) | _decimals(1_000, 4)
    prices = st.just(Decimal(0)) | _decimals(1_000, 2) | _decimals(100, 4)
    discounts = st.just(Decimal(0)) | st.sampled_from([Decimal("12.5"), Decimal(100)])
    rates = st.sampled_from([*RATES, None])
    lines = st.builds(_line, quantities, prices, discounts, rates, st.booleans())
    return st.lists(lines, min_size=1, max_size=most).map(tuple)


@st.composite
def some_of(draw: st.DrawFn, account: Account) -> list[Asked]:
    """A part of an invoice to credit, by quantity or amount, now and then a little too much."""
    places = draw(
        st.lists(st.integers(0, len(account.lines) - 1), min_size=1, max_size=3, unique=True)
    )
    asked: list[Asked] = []
    for place in places:
        line = account.lines[place]
        if draw(st.booleans()):
            pieces = int(line.quantity_left * 10_000)
            if pieces % 10_000 == 0 and draw(st.booleans()):
                taken = draw(st.integers(1, max(pieces // 10_000, 1))) * 10_000
            else:
                taken = draw(st.integers(1, max(pieces, 1)))
            asked.append((place, Fraction(taken, 10_000), None))
        else:
            asked.append((place, None, draw(st.integers(1, max(line.left, 1)))))
    return asked
