"""Who serves customers: by whoever runs the installation, at its terminal."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import email_errors
from storno.core.refusals import Invalid, Refused, invalid
from storno.people.introduce import introduce_person
from storno.people.queries import has_second_step, person_with
from storno.staff.models import Staff, StaffRole


class NotOfCustomerService(Refused):
    """The person does not serve customers."""

    code = "not_of_customer_service"
    message = _("Nobody with this e-mail address is in customer service.")
    remedy = _("List who is: storno staff list.")
    field = "email"


class NoSecondStep(Refused):
    """Who serves customers signs in with more than a password."""

    code = "no_second_step"
    message = _("Customer service signs in with a passkey or a code as well.")
    remedy = _("Set one up under Your account, then try again.")


def enlist(email: str, role: str, *, at: datetime) -> Staff:
    """Let a person serve customers, or serve them as something else from now on.

    They keep the conversations that they have, and their visits. Somebody unknown chooses a
    password by the link of a reset. Raises Invalid.
    """
    if role not in set(StaffRole):
        raise invalid("role", "unknown", _("Choose agent or lead."))
    if errors := tuple(email_errors("email", email)):
        raise Invalid(errors)
    person = introduce_person(email=email)
    now = Staff.objects.filter(person=person, ended_at=None).first()
    if now is None:
        return Staff.objects.create(person=person, role=role, since=at)
    if now.role != role:
        now.role = role
        now.save(update_fields=["role"])
    return now


def dismiss(email: str, *, at: datetime) -> Staff:
    """Let a person serve customers no more; what they look into is closed to them at once.

    Raises NotOfCustomerService.
    """
    person = person_with(email)
    now = None if person is None else staff_of(person.id)
    if now is None:
        raise NotOfCustomerService
    now.ended_at = at
    now.save(update_fields=["ended_at"])
    return now


def staff_of(person_id: UUID) -> Staff | None:
    """How a person serves customers now; None where they do not."""
    serving = Staff.objects.filter(person_id=person_id, ended_at=None, person__is_active=True)
    return serving.select_related("person").first()


def is_staffed() -> bool:
    """Whether anybody serves customers here."""
    return Staff.objects.filter(ended_at=None).exists()


def all_staff() -> list[Staff]:
    """Who serves customers now, in the order in which they began."""
    return list(Staff.objects.filter(ended_at=None).select_related("person").order_by("since"))


def must_have_second_step(person_id: UUID) -> None:
    """Raise NoSecondStep for who signs in with a password only."""
    if not has_second_step(person_id):
        raise NoSecondStep
