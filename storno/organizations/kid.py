"""The KID that an organization has agreed with the bank of its account."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Words
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Kid, Seller
from storno.references.kid import LONGEST_KID, KidAlgorithm, KidForm, KidLayout

SHORTEST_KID = 2

FEWEST_DIGITS = 6
"""So many digits tell the KIDs of an account apart at least: a million of them."""

MOST_CLIENT_DIGITS = 9


def agreed_kid(seller: Seller) -> KidForm | None:
    """How the KIDs on the seller's invoices are made; None where they bear none."""
    if seller.kid_algorithm == Kid.NONE:
        return None
    return KidForm(
        algorithm=KidAlgorithm(seller.kid_algorithm),
        length=seller.kid_length,
        layout=KidLayout(seller.kid_layout),
        client_digits=seller.kid_client_digits,
    )


def kid_errors(seller: Seller) -> Iterator[FieldError]:
    """Why these KIDs cannot be given; nothing if they can, or if there are none."""
    form = agreed_kid(seller)
    # A domestic account is kept as its digits, a foreign one as an IBAN.
    if form and not (COUNTRIES[seller.country].kid_used and seller.account.isdigit()):
        yield FieldError(
            "kid_algorithm",
            "no_norwegian_account",
            _("Only payments to a Norwegian account carry a KID. Enter your account first."),
        )
    if not 0 <= seller.kid_client_digits <= MOST_CLIENT_DIGITS:
        yield FieldError(
            "kid_client_digits",
            "out_of_range",
            _("Between 0 and %(most)d digits.") % {"most": MOST_CLIENT_DIGITS},
        )
    elif not (seller.kid_length == 0 and form is None) and not (
        SHORTEST_KID <= seller.kid_length <= LONGEST_KID
    ):
        yield FieldError(
            "kid_length",
            "out_of_range",
            _("Enter the length agreed with your bank: %(shortest)d to %(longest)d digits.")
            % {"shortest": SHORTEST_KID, "longest": LONGEST_KID},
        )
    elif form and form.room < FEWEST_DIGITS:
        yield FieldError(
            "kid_length", "too_short", too_short(form.client_digits + FEWEST_DIGITS + 1)
        )


def too_short(needed: int) -> Words:
    """That a KID must have so many digits at least."""
    words = _("So short a KID has no room: it needs %(needed)d digits at least.")
    return words % {"needed": needed}
