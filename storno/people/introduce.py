"""Making persons known who did not sign up themselves."""

from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from storno.people.models import Person
from storno.people.queries import person_with

DEMO_PASSWORD = "undo-anything"
"""What every demo person signs in with; it opens nothing but an installation on loopback."""


def introduce_person(*, email: str, name: str = "", language: str = "en") -> Person:
    """The person with this address, made without a password where nobody has it.

    Such a person chooses a password by the link of a password reset, which proves the address too.
    """
    person, _made = Person.objects.get_or_create(
        email=email.strip().lower(),
        defaults={"name": name, "language": language, "password": make_password(None)},
    )
    return person


def introduce_demo_person(*, email: str, name: str, language: str = "en") -> Person:
    """A person of the demonstration, who signs in with `DEMO_PASSWORD`; made once."""
    if known := person_with(email):
        return known
    person, made = Person.objects.get_or_create(
        email=email.strip().lower(),
        defaults={
            "name": name,
            "language": language,
            "password": _hash_of_demo_password(),
            "is_demo": True,
        },
    )
    if made:
        prove_address(person)
    return person


@cache
def _hash_of_demo_password() -> str:
    """Hashed once for all of them: it takes long on purpose, and the password is known anyway."""
    return make_password(DEMO_PASSWORD)


def prove_address(person: Person) -> None:
    """Remember that the person receives what is sent to their address, so that they may sign in."""
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
