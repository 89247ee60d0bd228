"""The tax categories of a line."""

from enum import StrEnum


class TaxCategory(StrEnum):
    """Why a line bears value added tax, or bears none.

    The subset of UNCL5305 that EN 16931 allows in BT-151 and BT-118 and that domestic services
    and goods of small sellers need.
    """

    STANDARD = "standard"
    ZERO = "zero"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE_SCOPE = "outside_scope"

    @property
    def code(self) -> str:
        """The code of UNCL5305 used in EN 16931: S, Z, E, AE or O."""
        return _CODES[self]

    @property
    def bears_tax(self) -> bool:
        """Whether the seller adds tax at a rate above zero: the standard category alone does."""
        return self is TaxCategory.STANDARD


_CODES = {
    TaxCategory.STANDARD: "S",
    TaxCategory.ZERO: "Z",
    TaxCategory.EXEMPT: "E",
    TaxCategory.REVERSE_CHARGE: "AE",
    TaxCategory.OUTSIDE_SCOPE: "O",
}
