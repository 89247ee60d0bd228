"""Whoever gains by it does not do it for customer service."""

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.organizations.models import Membership
from storno.organizations.roles import Actor


class OwnOrganization(Refused):
    """Nobody moves money for an organization that is their own."""

    code = "own_organization"
    message = _("You belong to this organization yourself.")
    remedy = _("Have a colleague do it.")


def must_be_a_stranger(who: Actor) -> None:
    """Raise OwnOrganization for a member of the organization in which somebody serves."""
    members = Membership.objects.filter(organization_id=who.organization_id)
    if who.person_id is not None and members.filter(person_id=who.person_id).exists():
        raise OwnOrganization
