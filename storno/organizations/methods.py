"""The ways in which sessions are invoiced: which can be chosen, and why another cannot."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Words
from storno.organizations.models import Method

CLOSED: Mapping[Method, Words] = {
    Method.AUTOMATIC: _("Invoices do not go out by themselves here."),
    Method.EINVOICE: _("E-invoices cannot be sent from here."),
}
"""The ways that nobody can choose, and the reason."""


def method_errors(field: str, method: Method | None) -> Iterator[FieldError]:
    """What is wrong with a chosen way of invoicing; none chosen is the usual one."""
    if method is not None and method in CLOSED:
        yield FieldError(field, "method_not_open", CLOSED[method])
