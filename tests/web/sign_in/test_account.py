"""One's own account: name, language, devices."""

from datetime import UTC, datetime

import pytest
from allauth.usersessions.models import UserSession
from django.utils import translation
from django.utils.translation import gettext

from storno.organizations.models import Membership
from storno.people.models import Person
from tests.web.sign_in.visitor import PASSWORD, LetterBox, Visitor, text_of
from tests.world import found


def test_name_and_language_are_kept(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    answer = visitor.post("/account/", {"name": "Aino V.", "language": "fi"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    person.refresh_from_db()
    assert (person.name, person.language) == ("Aino V.", "fi")
    answer = visitor.get("/account/")
    assert answer["Content-Language"] == "fi"
    assert '<html lang="fi">' in text_of(answer)


def test_a_name_is_one_line(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    visitor.post("/account/", {"name": " Aino\r\n\r\n V. ", "language": "en"})
    person.refresh_from_db()
    assert person.name == "Aino V."


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "language": "fi"},
        {"name": "x" * 101, "language": "fi"},
        {"name": "Aino", "language": "xx"},
        {"name": "Aino"},
        {"name": "\u200b\u2800", "language": "fi"},
        {"name": "\u202eonia", "language": "fi"},
        {"name": "Pay at https://example.com Aino", "language": "fi"},
    ],
)
def test_what_cannot_be_kept_changes_nothing(
    visitor: Visitor, person: Person, fields: dict[str, str]
) -> None:
    visitor.sign_in(person)
    assert 'class="errorlist"' in text_of(visitor.post("/account/", fields))
    person.refresh_from_db()
    assert (person.name, person.language) == ("Aino Virtanen", "en")


def test_the_persons_language_comes_before_the_browsers(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    answer = visitor.get("/account/", headers={"Accept-Language": "nb"})
    assert answer["Content-Language"] == "en"


def test_a_visitor_chooses_a_language_for_the_browser(visitor: Visitor) -> None:
    answer = visitor.post("/account/language/", {"language": "nb", "next": "/account/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert visitor.get("/account/login/")["Content-Language"] == "nb"


def test_a_person_chooses_it_for_every_device(
    visitor: Visitor, another: Visitor, person: Person
) -> None:
    visitor.sign_in(person)
    another.sign_in(person)
    visitor.post("/account/language/", {"language": "fi"})
    assert another.get("/account/")["Content-Language"] == "fi"


@pytest.mark.parametrize("language", ["", "de", "xx", "../../etc"])
def test_an_unknown_language_is_not_chosen(visitor: Visitor, person: Person, language: str) -> None:
    visitor.sign_in(person)
    answer = visitor.post("/account/language/", {"language": language, "next": "//evil.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.get("/account/")["Content-Language"] == "en"


def test_letters_speak_the_language_of_who_gets_them(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    person.language = "nb"
    person.save()
    finnish = {"Accept-Language": "fi"}
    visitor.post("/account/password/reset/", {"email": person.email}, headers=finnish)
    visitor.post("/account/password/reset/", {"email": "nobody@example.com"}, headers=finnish)
    with translation.override("nb"):
        assert letter_box.all[1].subject == gettext("Choose a new password")
    with translation.override("fi"):
        assert letter_box.all[0].subject == gettext("There is no account with this address")


def test_devices_are_listed_and_the_others_signed_out(
    visitor: Visitor, another: Visitor, person: Person
) -> None:
    visitor.sign_in(person)
    another.sign_in(person)
    page = text_of(visitor.get("/account/sessions/"))
    assert page.count("Firefox on Linux") == 2
    assert page.count("this device") == 1
    assert visitor.ip in page
    assert another.ip in page

    visitor.post("/account/sessions/")
    assert visitor.is_signed_in
    assert not another.is_signed_in
    assert "No other device is signed in." in text_of(visitor.get("/account/sessions/"))


def test_devices_tell_the_time_of_the_organization(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    UserSession.objects.filter(user=person).update(created_at=noon)
    page = text_of(visitor.get("/account/sessions/"))
    assert f"Monday 1 June 2026, 12:00, from the network address {visitor.ip}" in page
    assert "Times are in UTC." in page

    Membership.objects.create(
        organization=found("FI").organization, person=person, roles=["reader"], since=noon
    )
    page = text_of(visitor.get("/account/sessions/"))
    assert f"Monday 1 June 2026, 15:00, from the network address {visitor.ip}" in page
    assert "UTC" not in page

    Membership.objects.create(
        organization=found("NO").organization, person=person, roles=["reader"], since=noon
    )
    page = text_of(visitor.get("/account/sessions/"))
    assert f"Monday 1 June 2026, 12:00, from the network address {visitor.ip}" in page
    assert "Times are in UTC." in page


def test_nobody_sees_the_devices_of_others(
    visitor: Visitor, another: Visitor, person: Person, letter_box: LetterBox
) -> None:
    visitor.sign_in(person)
    fields = {"name": "O", "email": f"o-{person.email}", "password1": PASSWORD}
    another.post("/account/signup/", fields)
    another.post("/account/confirm-email/", {"code": letter_box.code()})
    page = text_of(another.get("/account/sessions/"))
    assert visitor.ip not in page
    another.post("/account/sessions/")
    assert visitor.is_signed_in
