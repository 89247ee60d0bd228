"""Another e-mail address counts once its code was entered, and the old one hears of it."""

from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.cache import cache

from storno.people.models import Person
from tests.web.sign_in.visitor import PASSWORD, LetterBox, Visitor, text_of

PAGE = "/account/email/"
CODE_PAGE = "/account/confirm-email/"


def test_the_old_address_stays_until_the_code_is_entered(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    visitor.sign_in(person)
    old, new = person.email, f"{uuid4().hex}@example.com"
    answer = visitor.post(PAGE, {"action_add": "1", "email": new})
    assert (answer.status_code, answer["Location"]) == (302, CODE_PAGE)
    assert letter_box.newest.to == new
    assert "If you have an account already" not in text_of(visitor.get(CODE_PAGE))
    assert Person.objects.get(id=person.id).email == old

    visitor.post(CODE_PAGE, {"code": letter_box.code()})
    assert Person.objects.get(id=person.id).email == new
    assert [address.email for address in EmailAddress.objects.filter(user=person)] == [new]
    letter = letter_box.newest
    assert (letter.to, letter.subject) == (old, "Your e-mail address was changed")
    assert f"You now sign in with {new} instead of {old}." in letter.text
    assert visitor.is_signed_in


def test_another_ones_address_cannot_be_had_nor_found_out(
    visitor: Visitor, another: Visitor, person: Person, letter_box: LetterBox
) -> None:
    fields = {"name": "Other", "email": f"{uuid4().hex}@example.com", "password1": PASSWORD}
    another.post("/account/signup/", fields)
    another.post(CODE_PAGE, {"code": letter_box.code()})
    cache.clear()  # one code every ten seconds to an address

    visitor.sign_in(person)
    answer = visitor.post(PAGE, {"action_add": "1", "email": fields["email"]})
    assert (answer.status_code, answer["Location"]) == (302, CODE_PAGE)
    page = text_of(visitor.post(CODE_PAGE, {"code": letter_box.code()}))
    assert "This address belongs to another account." in page
    assert Person.objects.get(id=person.id).email == person.email
    assert Person.objects.get(email=fields["email"]).name == "Other"


def test_ones_own_address_is_no_news(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    page = text_of(visitor.post(PAGE, {"action_add": "1", "email": person.email.upper()}))
    assert "This is your address already." in page


def test_an_address_that_no_mail_reaches_is_refused(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    page = text_of(visitor.post(PAGE, {"action_add": "1", "email": f"{'x' * 250}@example.com"}))
    assert "This address is too long." in page
    assert Person.objects.get(id=person.id).email == person.email
