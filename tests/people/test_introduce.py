"""Persons who did not sign up themselves."""

from uuid import uuid4

from allauth.account.models import EmailAddress
from django.test import override_settings

from storno.people.introduce import DEMO_PASSWORD, introduce_demo_person, introduce_person
from storno.people.models import Person
from storno.people.queries import demo_people, may_sign_in, person_with


def an_address() -> str:
    return f"{uuid4().hex}@example.com"


def test_a_person_is_made_once_and_without_a_password() -> None:
    email = an_address()
    person = introduce_person(email=f" {email.upper()} ", name="Kari", language="nb")
    assert (person.email, person.name, person.language) == (email, "Kari", "nb")
    assert not person.has_usable_password()
    assert not EmailAddress.objects.filter(user=person).exists()

    again = introduce_person(email=email, name="Somebody else")
    assert (again.id, again.name) == (person.id, "Kari")
    assert Person.objects.filter(email=email).count() == 1


def test_an_address_finds_its_person_in_any_case() -> None:
    email = an_address()
    person = introduce_person(email=email)
    assert person_with(email.upper()) == person
    assert person_with(an_address()) is None


def test_a_demo_person_is_let_in_on_ones_own_machine_only() -> None:
    person = introduce_demo_person(email=an_address(), name="Demo", language="fi")
    assert person.check_password(DEMO_PASSWORD)
    assert EmailAddress.objects.get(user=person).verified
    assert person in demo_people()
    assert may_sign_in(person)
    with override_settings(ON_LOOPBACK=False):
        assert not may_sign_in(person)


def test_loading_the_demo_again_changes_nothing() -> None:
    email = an_address()
    person = introduce_demo_person(email=email, name="Demo")
    person.set_password("their own now")
    person.save()
    again = introduce_demo_person(email=email, name="Demo")
    assert again.id == person.id
    assert again.check_password("their own now")


def test_somebody_who_exists_does_not_become_a_demo_person() -> None:
    person = introduce_person(email=an_address())
    again = introduce_demo_person(email=person.email, name="Demo")
    assert not again.is_demo
    assert not again.check_password(DEMO_PASSWORD)
