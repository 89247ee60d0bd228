"""Somebody of customer service at its pages, who went through the second step."""

import time

from django.urls import reverse

from storno.core.ids import new_id
from storno.people.introduce import introduce_person, prove_address
from storno.people.models import Person
from storno.staff.enlist import enlist
from tests.conftest import Clock
from tests.web.papers.member import Member, Seen
from tests.world import World


def somebody(name: str) -> Person:
    """A person who is signed up."""
    person = introduce_person(email=f"{name.lower()}-{new_id().hex}@example.com", name=name)
    prove_address(person)
    return person


class Agent(Member):
    """Somebody of customer service."""

    def __init__(self, world: World, name: str, role: str, clock: Clock) -> None:
        self.person = somebody(name)
        enlist(self.person.email, role, at=clock.now)
        super().__init__(world, self.person)
        self.prove()

    def prove(self) -> None:
        """Go through the second step, as django-allauth notes it in the session."""
        session = self.client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session["account_authentication_methods_user"] = str(self.person.pk)
        session.save()

    def url(self, name: str, *args: object) -> str:
        """The address of a page of customer service."""
        return reverse(name, args=args)

    def opened(self, name: str, *args: object, **query: str) -> Seen:
        """Open a page and follow where it leads."""
        return Seen(self.client.get(self.url(name, *args), query, follow=True))
