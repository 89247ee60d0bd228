"""What is agreed about client money: the entrepreneur's own rate, and the operator's terms."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import figure_errors
from storno.core.refusals import FieldError, Invalid
from storno.custody.models import FeeOnCredit, PrepaymentBase, Remitted, Terms
from storno.history.record import Happening, record_all
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.references.creditor import is_creditor_reference
from storno.references.finnish import compact, is_finnish_reference

HIGHEST_WITHHOLDING = Decimal(60)
"""Percent of the net: beyond any rate of income tax, and it leaves something to pay out."""

HIGHEST_FEE = Decimal(20)
"""Percent of the net: with VAT on it and the highest tax, something is left to pay out."""

HIGHEST_FEE_VAT = Decimal(50)
"""Percent of the fee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanges:
    """What may be changed about the terms; None leaves it as it is. In percent."""

    withholding_percent: Decimal | None = None
    """Income tax set aside of the sum without VAT: 0 to 60; 0 for who pays prepayment bills."""
    fee_percent: Decimal | None = None
    """Service fee of the sum without VAT: 0 to 20."""
    fee_vat_percent: Decimal | None = None
    """VAT on the fee: 0 to 50."""
    prepayment_base: PrepaymentBase | None = None
    """Whether income tax is set aside of the sum without VAT, or of that less the fee."""
    fee_on_credit: FeeOnCredit | None = None
    """Whether the fee of a paid invoice stays when it is credited, or goes back."""
    remitted: Remitted | None = None
    """Whether what the tax office has already is advanced on a credit, or waits."""
    tax_reference: str | None = None
    """By which the tax office knows what is paid for the entrepreneur: Finnish or RF."""


@dataclass(frozen=True)
class TermsChanged(Happening):
    """What is set aside of client money got another value."""

    kind: ClassVar = "custody.terms_changed"
    sentence: ClassVar = _("Client money: %(term)s = %(value)s.")
    term: str
    value: str


@deed
def set_withholding(percent: Decimal, *, who: Actor, at: datetime) -> Terms:
    """Set the entrepreneur's own rate of income tax, for money that comes in from now on.

    Raises Invalid, NotAllowed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    return write_terms(TermsChanges(withholding_percent=percent), who=who, at=at)


def terms_of(organization_id: UUID) -> Terms:
    """What is agreed; where nothing is, nothing is set aside but VAT. Not locked."""
    found = Terms.objects.filter(organization_id=organization_id).first()
    return found or Terms(organization_id=organization_id)


def write_terms(changes: TermsChanges, *, who: Actor, at: datetime) -> Terms:
    """Write terms within the caller's transaction; return them. Raises Invalid."""
    if changes.tax_reference:
        changes = replace(changes, tax_reference=compact(changes.tax_reference).upper())
    if errors := list(_errors(changes)):
        raise Invalid(errors)
    mine = who.organization_id
    Terms.objects.bulk_create([Terms(organization_id=mine)], ignore_conflicts=True)
    terms = Terms.objects.select_for_update().get(organization_id=mine)
    changed: list[TermsChanged] = []
    for field in fields(changes):
        value = getattr(changes, field.name)
        if value is not None and value != getattr(terms, field.name):
            setattr(terms, field.name, value)
            changed.append(TermsChanged(term=field.name, value=str(value)))
    if changed:
        terms.save(force_update=True)
        record_all([(mine, each) for each in changed], who=who, at=at)
    return terms


def _errors(changes: TermsChanges) -> Iterator[FieldError]:
    for field, percent, highest in (
        ("withholding_percent", changes.withholding_percent, HIGHEST_WITHHOLDING),
        ("fee_percent", changes.fee_percent, HIGHEST_FEE),
        ("fee_vat_percent", changes.fee_vat_percent, HIGHEST_FEE_VAT),
    ):
        if percent is not None:
            yield from figure_errors(field, percent, largest=highest, decimals=2)
    reference = changes.tax_reference
    if reference and not (is_finnish_reference(reference) or is_creditor_reference(reference)):
        said = _("This is not a Finnish or RF reference. Check its digits.")
        yield FieldError("tax_reference", "check_digit", said)
