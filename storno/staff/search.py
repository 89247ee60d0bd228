"""Customer service looks for what somebody names, across all organizations.

A hit says whose it is, by what it was found and which invoice; what is more, is seen in a visit.
Each search is kept: who, when, by what and how many hits, but not what was asked.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.folding import words_sought
from storno.core.refusals import Invalid, NotAllowed, invalid
from storno.money.typed import typed_amount
from storno.organizations.models import Organization
from storno.references.written import written_ways
from storno.staff.enlist import staff_of
from storno.staff.models import Search

MOST = 20
"""Hits of one search: who finds more asks for less."""
SHORTEST = 3
"""Signs: of fewer, anything would be found."""
LONGEST = 100


class By(models.TextChoices):
    """By what something was found, the surest first."""

    NUMBER = "number", _("invoice number")
    REFERENCE = "reference", _("payment reference")
    BUSINESS_ID = "business_id", _("business id")
    ORGANIZATION = "organization", _("name of the organization")
    ACCOUNT = "account", _("the account that paid")
    AMOUNT = "amount", _("amount")
    PAYER = "payer", _("the name of who pays")


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: an organization, or an invoice of it. `name` stands on its papers."""

    organization: Organization
    name: str
    by: By
    invoice_id: UUID | None
    number: str


def search(asked: str, *, person_id: UUID, at: datetime) -> list[Hit]:
    """What the words of somebody who serves customers find: at most 20 hits; it is kept.

    Raises Invalid, NotAllowed.
    """
    staff = staff_of(person_id)
    if staff is None:
        raise NotAllowed
    asked = tidy(asked)
    if len(asked) < SHORTEST:
        raise invalid("q", "too_short", _("Enter at least three signs."))
    if errors := tuple(text_errors("q", asked, longest=LONGEST)):
        raise Invalid(errors)
    with transaction.atomic():
        hits = _find(asked)
        by = ", ".join(dict.fromkeys(hit.by.value for hit in hits))
        Search.objects.create(staff=staff, searched_at=at, by=by, hits=len(hits))
    return hits


def searches_before(at: datetime, *, limit: int) -> list[Search]:
    """The searches until a moment, the newest first."""
    made = Search.objects.filter(searched_at__lte=at).select_related("staff__person")
    return list(made.order_by("-searched_at", "id")[:limit])


def _find(asked: str) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM found_by_customer_service(%s, %s, %s, %s, %s)",
            [asked, _tokens(asked), words_sought(asked), typed_amount(asked), MOST],
        )
        rows = cursor.fetchall()
        whose = list({row[0] for row in rows})
        cursor.execute("SELECT * FROM names_for_customer_service(%s)", [whose])
        names = dict(cursor.fetchall())
    organizations = Organization.objects.in_bulk(whose)
    return [
        Hit(organizations[mine], names[mine], By(by), invoice_id, number or "")
        for mine, by, invoice_id, number in rows
    ]


def _tokens(asked: str) -> list[str]:
    """The forms in which a number, a reference, an account or a business id may be kept."""
    compact = "".join(char for char in asked.upper() if char.isalnum())
    return list(dict.fromkeys((asked, asked.upper(), compact, *written_ways(asked))))
