"""Customer service opens 0 % VAT and reverse charge for an organization, and closes them again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from storno.administration.open_lines_letter import tell_of_lines
from storno.core.entered import text_errors, tidy
from storno.core.refusals import Invalid, invalid
from storno.history.record import Happening, record
from storno.organizations.models import Settings
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed

LONGEST_REASON = 200


class Lines(models.TextChoices):
    """Lines that are closed until customer service opens them; the name of the setting."""

    ZERO_RATE = "zero_rate_open", _("lines with 0 % VAT")
    REVERSE_CHARGE = "reverse_charge_open", _("lines with reverse charge")


@dataclass(frozen=True)
class ZeroRateOpened(Happening):
    """Lines may bear 0 % VAT from now on."""

    kind: ClassVar = "organization.zero_rate_opened"
    sentence: ClassVar = _("Customer service opened lines with 0 %% VAT: %(reason)s.")
    reason: str


@dataclass(frozen=True)
class ZeroRateClosed(Happening):
    """Lines may bear 0 % VAT no more."""

    kind: ClassVar = "organization.zero_rate_closed"
    sentence: ClassVar = _("Customer service closed lines with 0 %% VAT: %(reason)s.")
    reason: str


@dataclass(frozen=True)
class ReverseChargeOpened(Happening):
    """Lines may be under reverse charge from now on."""

    kind: ClassVar = "organization.reverse_charge_opened"
    sentence: ClassVar = _("Customer service opened lines with reverse charge: %(reason)s.")
    reason: str


@dataclass(frozen=True)
class ReverseChargeClosed(Happening):
    """Lines may be under reverse charge no more."""

    kind: ClassVar = "organization.reverse_charge_closed"
    sentence: ClassVar = _("Customer service closed lines with reverse charge: %(reason)s.")
    reason: str


_HAPPENINGS: dict[tuple[Lines, bool], Callable[[str], Happening]] = {
    (Lines.ZERO_RATE, True): ZeroRateOpened,
    (Lines.ZERO_RATE, False): ZeroRateClosed,
    (Lines.REVERSE_CHARGE, True): ReverseChargeOpened,
    (Lines.REVERSE_CHARGE, False): ReverseChargeClosed,
}


@deed
def open_lines(
    lines: Lines, reason: str, *, is_open: bool = True, who: Actor, at: datetime
) -> Settings:
    """Open or close a kind of lines for a reason; its administrators are told.

    What is so already stays, and nobody is told. Raises Invalid, NotAllowed.
    """
    who.must(Deed.SERVE)
    reason = tidy(reason)
    if not reason:
        raise invalid("reason", "required", _("Say why; its members read it."))
    if errors := tuple(text_errors("reason", reason, longest=LONGEST_REASON)):
        raise Invalid(errors)
    settings = Settings.objects.select_for_update().get(organization_id=who.organization_id)
    if getattr(settings, lines.value) is is_open:
        return settings
    setattr(settings, lines.value, is_open)
    settings.save(update_fields=[lines.value])
    told = _HAPPENINGS[lines, is_open](reason.removesuffix("."))
    record(told, subject_id=who.organization_id, who=who, at=at)
    tell_of_lines(settings, at=at)
    return settings
