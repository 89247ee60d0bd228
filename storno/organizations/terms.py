"""Days to pay: how many may be chosen, and how many both sides must have agreed on."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError
from storno.organizations.countries import Terms


def term_errors(field: str, days: int, *, agreed: bool, terms: Terms) -> Iterator[FieldError]:
    """What is wrong with the days to pay; a tick (`agreed`) widens the bounds."""
    if terms.shortest <= days <= terms.longest:
        return
    if days < 0:
        yield FieldError(field, "out_of_range", _("Enter a number that is not negative."))
    elif days > terms.longest_agreed:
        yield FieldError(
            field,
            "out_of_range",
            _("At most %(longest)d days to pay.") % {"longest": terms.longest_agreed},
        )
    elif not agreed:
        yield FieldError(
            field,
            "term_needs_agreement",
            _(
                "Between %(shortest)d and %(longest)d days, unless you have agreed otherwise: "
                "tick it."
            )
            % {"shortest": terms.shortest, "longest": terms.longest},
        )
