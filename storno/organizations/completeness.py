"""What the law wants to know of a seller before the first document can be issued."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocked, Blocker, Words
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Seller
from storno.printing.glyphs import is_whole

REMEDY = _("Enter it in the settings of the organization.")
LATIN = _("Write it in Latin letters in the settings of the organization.")

_MISSING: dict[str, Words] = {
    "name": _("Your name is missing."),
    "street": _("Your street address is missing."),
    "postcode": _("Your postcode is missing."),
    "city": _("Your town is missing."),
    "account": _("The account that invoices are paid to is missing."),
}


class OrganizationIncomplete(Blocked):
    """The seller lacks what the law requires on a document, or nobody could read it there.

    Each blocker names one field.
    """

    code = "organization_incomplete"


def missing_for_issue(seller: Seller) -> tuple[Blocker, ...]:
    """One blocker for each field that the law requires, and that a document would not show.

    Finland: AVL 209 e § items 3 and 5 (the VAT id is formed from the business id). Norway:
    bokføringsforskriften § 5-1-2: name and organization number; with the enterprise register also
    the address of the head office.
    """
    missing = _MISSING | {"business_id": COUNTRIES[seller.country].business_id.missing}
    unreadable = _("“%(text)s” cannot be printed, so nobody could read it on the invoice.")
    blockers = []
    for field in required_for_issue(seller):
        text = getattr(seller, field)
        if not text:
            blockers.append(Blocker(OrganizationIncomplete.code, missing[field], REMEDY, field))
        elif not is_whole(text):
            sentence = unreadable % {"text": text}
            blockers.append(Blocker(OrganizationIncomplete.code, sentence, LATIN, field))
    return tuple(blockers)


def check_complete(seller: Seller) -> None:
    """Raise OrganizationIncomplete, naming each field."""
    if missing := missing_for_issue(seller):
        raise OrganizationIncomplete(missing)


def must_show_address(seller: Seller, business_id: str) -> bool:
    """Whether the law wants the postal address of a recipient with this business id, or none.

    Finland: AVL 209 e § item 5. Norway: bokføringsforskriften § 5-1-2: address or number.
    """
    return COUNTRIES[seller.country].address_needed or not business_id


def required_for_issue(seller: Seller) -> Iterator[str]:
    """The fields of the seller without which no document can be issued."""
    yield "name"
    yield "business_id"
    if COUNTRIES[seller.country].address_needed or seller.enterprise_register:
        yield from ("street", "postcode", "city")
    yield "account"
