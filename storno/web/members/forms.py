"""What members are, as it is chosen on a page."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Words
from storno.organizations.roles import Role

ROLES: dict[Role, Words] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.PRACTITIONER: _("Practitioner"),
    Role.OFFICE: _("Office"),
    Role.READER: _("Reader"),
}
MAY: dict[Role, Words] = {
    Role.ADMINISTRATOR: _("Administrator: everything, settings and members included"),
    Role.PRACTITIONER: _("Practitioner: invoices, payments, cancelling and undoing"),
    Role.OFFICE: _("Office: invoices and payments, but no cancelling"),
    Role.READER: _("Reader: sees everything, changes nothing"),
}


def say_roles(roles: Iterable[str]) -> str:
    """Roles in words: Practitioner, Office."""
    return ", ".join(str(ROLES[Role(role)]) for role in roles)


class RolesForm(forms.Form):
    """What somebody is in the organization."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, MAY[role]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )


class InvitationForm(RolesForm):
    """Who is asked to join, and as what."""

    email = forms.CharField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    field_order = ("email", "roles")
