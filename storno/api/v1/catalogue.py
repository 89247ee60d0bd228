"""Services: what is offered, at what price, and what of it is booked in the diary."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import Field, WithJsonSchema

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedByPlace, Next, next_after
from storno.api.v1.paper import rate_text
from storno.api.values import (
    Body,
    Chosen,
    Id,
    Number,
    Price,
    Search,
    Shown,
    ShownMoment,
    ShownNumber,
    ShownPrice,
    Text,
    moment_or_none,
    price_text,
    unsent,
)
from storno.catalogue.models import LONGEST_NOTICE, MINUTES_A_DAY, Charge, Message, Service
from storno.catalogue.queries import service_with, services_by_name
from storno.catalogue.save import (
    ServiceInput,
    amend_service,
    archive_service,
    create_service,
    restore_service,
    told_of,
)
from storno.core.pages import Place
from storno.tax.category import TaxCategory

router = Router(tags=["services"])

FIELDS = {"unit_price": "price"}
"""What the room calls a field, and what it is called in a body."""

Minutes = Annotated[
    int, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MINUTES_A_DAY})
]
Hours = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LONGEST_NOTICE})]


class ServiceFields(Body):
    """What is known of a service. `name_on_papers` is what recipients read, empty for its name.

    `minutes` is how long a session of it lasts, null for what is not booked in the diary. Until
    `free_until_hours` before it begins a session is cancelled freely; after that `late_charge` is
    what is proposed to be charged. `messages` are what its sessions usually send. With the category
    `standard` the rate is needed: one in force.
    """

    name: Text = unsent()
    name_on_papers: Text = unsent()
    unit: Text = unsent()
    price: Price = unsent()
    price_includes_tax: bool = unsent()
    tax_category: Chosen[TaxCategory] = unsent()
    tax_rate: Number | None = None
    minutes: Minutes | None = None
    free_until_hours: Hours = unsent()
    late_charge: Chosen[Charge] = unsent()
    messages: list[Chosen[Message]] = unsent()

    def put_into(self, entered: ServiceInput) -> ServiceInput:
        """A service with the fields that were sent; another category brings its own rate."""
        changes: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if "messages" in changes:
            changes["messages"] = tuple(changes["messages"])
        if "price" in changes:
            changes["unit_price"] = changes.pop("price")
        if changes.get("tax_category", entered.tax_category) != entered.tax_category:
            changes["tax_rate"] = self.tax_rate
        return replace(entered, **changes)


class ServiceIn(ServiceFields):
    """A new service; null `minutes` for what is not booked in the diary."""

    name: Text
    price: Price
    tax_category: Chosen[TaxCategory]
    minutes: Minutes | None
    name_on_papers: Text = ""
    unit: Text = ""
    price_includes_tax: bool = True
    free_until_hours: Hours = 24
    late_charge: Chosen[Charge] = Charge.NOTHING
    messages: list[Chosen[Message]] = Field(default_factory=list)

    def entered(self) -> ServiceInput:
        """The service as the room takes it."""
        return self.put_into(
            ServiceInput(
                name=self.name,
                unit_price=self.price,
                tax_category=self.tax_category,
                price_includes_tax=self.price_includes_tax,
            )
        )


class ServicePatch(ServiceFields):
    """What shall be other than it is. With another category the rate is what is sent along."""


class ServiceShown(Shown):
    """A service."""

    id: UUID
    name: str
    name_on_papers: str
    unit: str
    price: ShownPrice
    price_includes_tax: bool
    tax_category: TaxCategory
    tax_rate: ShownNumber | None
    minutes: int | None
    free_until_hours: int
    late_charge: Charge
    messages: list[Message]
    archived_at: ShownMoment | None


class ServicePage(Shown):
    """Services by name."""

    items: list[ServiceShown]
    next: Next


class ServicesAsked(AskedByPlace):
    """Which services to list; `bookable` leaves those that are booked in the diary."""

    q: Search = ""
    archived: bool = False
    bookable: bool = False


def show_service(service: Service) -> ServiceShown:
    """A service as it is shown."""
    category = TaxCategory(service.tax_category)
    return ServiceShown(
        id=service.id,
        name=service.name,
        name_on_papers=service.name_on_papers,
        unit=service.unit,
        price=price_text(service.unit_price),
        price_includes_tax=service.price_includes_tax,
        tax_category=category,
        tax_rate=rate_text(category, service.tax_rate or Decimal(0)),
        minutes=service.minutes,
        free_until_hours=service.free_until_hours,
        late_charge=Charge(service.late_charge),
        messages=list(told_of(service.messages)),
        archived_at=moment_or_none(service.archived_at),
    )


def _created(_caller: Caller, service: Service) -> Told:
    return Told(201, show_service(service))


def _saved(_caller: Caller, service: Service) -> Told:
    return Told(200, show_service(service))


@router.get("", response=ServicePage)
@reading
def list_services(request: Request, asked: Query[ServicesAsked]) -> ServicePage:
    """Services by name, or those with every word of `q` in their name."""
    page = services_by_name(
        asked.q,
        organization_id=request.auth.who.organization_id,
        archived=asked.archived,
        bookable=asked.bookable,
        after=Place.read(asked.after) if asked.after else None,
        limit=asked.limit,
    )
    return ServicePage(
        items=[show_service(service) for service in page.items],
        next=next_after(request, page.next),
    )


@router.post("", response={201: ServiceShown})
@doing(_created, fields=FIELDS)
def post_service(request: Request, body: ServiceIn) -> Service:
    """Enter a service."""
    return create_service(body.entered(), who=request.auth.who, at=request.auth.at)


@router.get("/{service_id}", response=ServiceShown)
@reading
def get_service(request: Request, service_id: Id) -> ServiceShown:
    """A service."""
    return show_service(service_with(service_id, organization_id=request.auth.who.organization_id))


@router.patch("/{service_id}", response=ServiceShown)
@doing(_saved, fields=FIELDS)
def patch_service(request: Request, service_id: Id, body: ServicePatch) -> Service:
    """Change the fields that are sent. Lines that took it over keep what they say."""
    return amend_service(service_id, body.put_into, who=request.auth.who, at=request.auth.at)


@router.post("/{service_id}/archival", response={204: None})
@doing(nothing)
def post_archival(request: Request, service_id: Id) -> None:
    """Offer a service no more; what was put on lines stays there."""
    archive_service(service_id, who=request.auth.who, at=request.auth.at)


@router.delete("/{service_id}/archival", response={204: None})
@doing(nothing)
def remove_archival(request: Request, service_id: Id) -> None:
    """Offer an archived service again."""
    restore_service(service_id, who=request.auth.who, at=request.auth.at)
