"""Entering what is offered, changing it, and putting it away. Lines keep their own copy."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import LONGEST_NOTICE, MINUTES_A_DAY, Charge, Message, Service
from storno.core.entered import figure_errors, text_errors, tidy
from storno.core.folding import fold
from storno.core.refusals import Absent, FieldError, Invalid
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor, Deed
from storno.organizations.tax_choice import tax_errors
from storno.tax.category import TaxCategory

LARGEST_PRICE = Decimal("99999999.9999")

DECIMALS = 4
"""So fine are prices, here and on lines, and quantities."""


@dataclass(frozen=True)
class ServiceSaved(Happening):
    """A service was entered or changed."""

    kind: ClassVar = "service.saved"
    sentence: ClassVar = _("A service was saved.")


@dataclass(frozen=True)
class ServiceArchived(Happening):
    """A service is no longer offered."""

    kind: ClassVar = "service.archived"
    sentence: ClassVar = _("A service was archived.")


@dataclass(frozen=True)
class ServiceRestored(Happening):
    """An archived service is offered again."""

    kind: ClassVar = "service.restored"
    sentence: ClassVar = _("A service was taken out of the archive.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceInput:
    """A service as entered. The price in the major unit, with VAT where `price_includes_tax`.

    `tax_rate` in percent, only with the category standard. `minutes` for what is booked in the
    diary, with the hours until which it is cancelled freely and what is proposed after that.
    `name_on_papers` where recipients shall read something else than the name; `messages` are what
    its sessions usually send.
    """

    name: str
    unit_price: Decimal
    tax_category: TaxCategory
    tax_rate: Decimal | None = None
    unit: str = ""
    name_on_papers: str = ""
    price_includes_tax: bool = False
    minutes: int | None = None
    free_until_hours: int = 24
    late_charge: Charge = Charge.NOTHING
    messages: tuple[Message, ...] = ()


@deed
def create_service(entered: ServiceInput, *, who: Actor, at: datetime) -> Service:
    """Enter a service. Raises Invalid, NotAllowed."""
    who.must(Deed.KEEP_CATALOGUE)
    service = Service(organization_id=who.organization_id)
    _fill(service, entered, circumstances(who.organization_id, at))
    service.save(force_insert=True)
    record(ServiceSaved(), subject_id=service.id, who=who, at=at)
    return service


@deed
def amend_service(
    service_id: UUID, amend: Callable[[ServiceInput], ServiceInput], *, who: Actor, at: datetime
) -> Service:
    """Enter a service anew: `amend` gets what is entered now and returns what shall stand.

    Lines keep what they say. Raises Absent, Invalid, NotAllowed.
    """
    who.must(Deed.KEEP_CATALOGUE)
    service = _lock(service_id, who)
    _fill(service, amend(entered_in(service)), circumstances(who.organization_id, at))
    service.save(force_update=True)
    record(ServiceSaved(), subject_id=service.id, who=who, at=at)
    return service


def entered_in(service: Service) -> ServiceInput:
    """What a service says, in the form in which it is entered."""
    return ServiceInput(
        name=service.name,
        unit=service.unit,
        name_on_papers=service.name_on_papers,
        unit_price=service.unit_price,
        price_includes_tax=service.price_includes_tax,
        tax_category=TaxCategory(service.tax_category),
        tax_rate=service.tax_rate,
        minutes=service.minutes,
        free_until_hours=service.free_until_hours,
        late_charge=Charge(service.late_charge),
        messages=told_of(service.messages),
    )


def told_of(messages: Collection[str]) -> tuple[Message, ...]:
    """These messages in their usual order, none twice."""
    return tuple(each for each in Message if each in messages)


@deed
def archive_service(service_id: UUID, *, who: Actor, at: datetime) -> None:
    """Offer a service no more; archiving twice is archiving. Raises Absent, NotAllowed."""
    who.must(Deed.KEEP_CATALOGUE)
    service = _lock(service_id, who)
    if service.archived_at is None:
        service.archived_at = at
        service.save(force_update=True)
        record(ServiceArchived(), subject_id=service.id, who=who, at=at)


@deed
def restore_service(service_id: UUID, *, who: Actor, at: datetime) -> None:
    """Offer an archived service again. Raises Absent, NotAllowed."""
    who.must(Deed.KEEP_CATALOGUE)
    service = _lock(service_id, who)
    if service.archived_at is not None:
        service.archived_at = None
        service.save(force_update=True)
        record(ServiceRestored(), subject_id=service.id, who=who, at=at)


def _lock(service_id: UUID, who: Actor) -> Service:
    service = (
        Service.objects.select_for_update()
        .filter(organization_id=who.organization_id, id=service_id)
        .first()
    )
    if service is None:
        raise Absent
    return service


def _fill(service: Service, entered: ServiceInput, now: Circumstances) -> None:
    """Put what was entered into the row. Raises Invalid."""
    entered = replace(
        entered,
        name=tidy(entered.name),
        unit=tidy(entered.unit),
        name_on_papers=tidy(entered.name_on_papers),
    )
    if errors := list(_errors(entered, now)):
        raise Invalid(errors)
    for field in fields(entered):
        setattr(service, field.name, getattr(entered, field.name))
    service.messages = list(told_of(entered.messages))
    service.tax_rate = entered.tax_rate if entered.tax_category.bears_tax else None
    service.sort_key = fold(entered.name)[:300]


def _errors(entered: ServiceInput, now: Circumstances) -> Iterator[FieldError]:
    yield from text_errors("name", entered.name, longest=300, required=True)
    yield from text_errors("name_on_papers", entered.name_on_papers, longest=300)
    yield from text_errors("unit", entered.unit, longest=20)
    yield from figure_errors(
        "unit_price", entered.unit_price, largest=LARGEST_PRICE, decimals=DECIMALS
    )
    yield from _diary_errors(entered)
    yield from tax_errors(
        entered.tax_category,
        entered.tax_rate,
        seller=now.seller,
        settings=now.settings,
        on=now.today,
    )


def _diary_errors(entered: ServiceInput) -> Iterator[FieldError]:
    if entered.minutes is not None and not 1 <= entered.minutes <= MINUTES_A_DAY:
        yield FieldError(
            "minutes",
            "out_of_range",
            _("Between 1 and %(most)d minutes: a session lasts a day at most.")
            % {"most": MINUTES_A_DAY},
        )
    if not 0 <= entered.free_until_hours <= LONGEST_NOTICE:
        yield FieldError(
            "free_until_hours",
            "out_of_range",
            _("Between 0 and %(most)d hours: two weeks at most.") % {"most": LONGEST_NOTICE},
        )
