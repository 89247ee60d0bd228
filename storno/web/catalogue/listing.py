"""The catalogue as its page shows it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from storno.catalogue.models import Service
from storno.catalogue.queries import services_by_name
from storno.core.pages import Place
from storno.core.refusals import Invalid
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.say import say_percent, say_price


def catalogue_page(request: HttpRequest, here: Here, now: Circumstances) -> dict[str, Any]:
    """All that the page shows."""
    text = request.GET.get("q", "").strip()
    archived = request.GET.get("state") == "archived"
    try:
        place = Place.read(request.GET["after"]) if request.GET.get("after") else None
    except Invalid:
        place = None
    mine = here.organization.id
    page = services_by_name(text, organization_id=mine, archived=archived, after=place)
    state = {"state": "archived"} if archived else {}
    query = {"q": text} if text else {}
    older = here.url("catalogue", after=page.next, **state, **query) if page.next else ""
    return {
        "query": text,
        "archived": archived,
        "books": here.keeps_diary,
        "rows": [_row(service, here, now) for service in page.items],
        "older_url": older,
        "tabs": [
            {"label": _("Offered"), "url": here.url("catalogue"), "current": not archived},
            {
                "label": _("Archived"),
                "url": here.url("catalogue", state="archived"),
                "current": archived,
            },
        ],
        "new_url": here.url("service_new") if here.who.may(Deed.KEEP_CATALOGUE) else "",
        "catalogue_url": here.url("catalogue"),
    }


def _row(service: Service, here: Here, now: Circumstances) -> dict[str, str]:
    unit = f" / {service.unit}" if service.unit else ""
    return {
        "name": service.name,
        "url": here.url("service", service.id),
        "price": f"{say_price(service.unit_price, now.seller.currency)}{unit}",
        "told": " · ".join(_told(service, now)),
    }


def _told(service: Service, now: Circumstances) -> Iterator[str]:
    if service.minutes is not None:
        yield _("%(minutes)s min") % {"minutes": service.minutes}
    if now.seller.vat_registered:
        yield _tax_told(service)


def _tax_told(service: Service) -> str:
    """What a registered seller's price says of VAT."""
    if not service.tax_rate:
        return str(service.get_tax_category_display())
    tax = _("with %(rate)s VAT") if service.price_includes_tax else _("plus %(rate)s VAT")
    return tax % {"rate": say_percent(service.tax_rate)}
