"""Who stands beside a client, as its page shows it; and beside whom an other recipient stands."""

from typing import Any

from django.utils.translation import gettext as _

from storno.clients.models import Client, Contact
from storno.clients.queries import contacts_of, served_beside
from storno.organizations.models import Method, Wording
from storno.web.access import Here
from storno.web.clients.head import is_looked_after, may_keep

MOST_NAMED = 20


def contacts_shown(client: Client, here: Here) -> dict[str, Any]:
    """The contacts of a client and the way to a new one, where the house has a use for them."""
    mine = here.organization.id
    theirs = is_looked_after(here, client)
    contacts = contacts_of(client.id, organization_id=mine) if theirs else []
    practice = here.now.settings.wording == Wording.PRACTICE
    may = may_keep(here, client)
    beside = served_beside(client, most=MOST_NAMED)
    return {
        "contacts_in_use": bool(contacts) or (practice and client.served and not client.is_erased),
        "contacts": [_row(contact, here, may) for contact in contacts],
        "contact_new_url": here.url("contact_new", client.id) if practice and may else "",
        "stands_beside": [
            {"name": each.name, "url": here.url("client", each.id)} for each in beside
        ],
    }


def _row(contact: Contact, here: Here, may: bool) -> dict[str, Any]:
    party = contact.party
    said = [
        contact.relation,
        _("Case number %(number)s") % {"number": contact.case_number}
        if contact.case_number
        else "",
        str(Method(party.method).label) if party.method and contact.recipient else "",
        _("archived") if party.archived_at else "",
    ]
    return {
        "name": party.name,
        "url": here.url("client", party.id),
        "told": " · ".join(part for part in said if part),
        "pays": contact.recipient,
        "is_told": contact.told,
        "change_url": here.url("contact", contact.client_id, contact.id) if may else "",
    }
