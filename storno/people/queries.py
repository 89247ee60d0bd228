"""Finding persons. None of this needs an organization's scope."""

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings

from storno.people.models import Person


def person_with(email: str) -> Person | None:
    """The person who signs in with this address, in whatever case it is written."""
    return Person.objects.filter(email=email.strip().lower()).first()


def has_second_step(person_id: UUID) -> bool:
    """Whether more than the password is asked for: a code, or a passkey."""
    ways = Authenticator.objects.filter(user_id=person_id)
    found: bool = ways.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    return found


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What persons are called, by their ids; whoever has left is not among them."""
    people = Person.objects.filter(id__in=set(ids)).only("id", "name", "email")
    return {person.id: str(person) for person in people}


def demo_people() -> list[Person]:
    """The persons of the demonstration, whose password everybody knows, by name."""
    return list(Person.objects.filter(is_demo=True, is_active=True).order_by("name", "email"))


def may_sign_in(person: Person) -> bool:
    """Whether the person is let in; a demo's open password opens only one's own machine."""
    return person.is_active and (settings.ON_LOOPBACK or not person.is_demo)
