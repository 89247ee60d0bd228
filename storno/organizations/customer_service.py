"""The way to customer service, for what a member may not settle alone."""

from django.utils.translation import gettext as _

from storno.organizations.models import PaidCredit, Settings


def way_to_service(settings: Settings) -> str:
    """Its contact; where none is set, who else can help, as a sentence of the active language.

    An installation may have no customer service at all: then whoever runs it decides.
    """
    return settings.support_contact or _("Ask customer service, or whoever runs this installation.")


def has_customer_service(settings: Settings) -> bool:
    """Whether members leave things to customer service here, so that they can talk with it."""
    return settings.paid_credit == PaidCredit.DESK or settings.organization.in_custody
