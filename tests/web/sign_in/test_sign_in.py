"""Signing in and out: by password, within limits, to this host only."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import override_settings

from storno.people.introduce import DEMO_PASSWORD, introduce_demo_person, introduce_person
from storno.people.models import Person
from tests.web.sign_in.visitor import PASSWORD, LetterBox, Visitor, text_of

NOT_RIGHT = "The e-mail address or the password is not right."


def test_the_right_password_opens_under_a_new_session_key(visitor: Visitor, person: Person) -> None:
    visitor.get("/account/login/")
    visitor.client.session.save()
    before = visitor.client.session.session_key
    answer = visitor.sign_in(person)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.is_signed_in
    assert visitor.client.session.session_key != before


def test_case_and_space_of_the_address_do_not_matter(visitor: Visitor, person: Person) -> None:
    fields = {"login": f" {person.email.upper()} ", "password": PASSWORD}
    assert visitor.post("/account/login/", fields).status_code == 302
    assert visitor.is_signed_in


def test_a_wrong_password_and_an_unknown_address_look_the_same(
    visitor: Visitor, another: Visitor, person: Person
) -> None:
    known = text_of(visitor.sign_in(person, "something else"))
    unknown = text_of(
        another.post("/account/login/", {"login": "nobody@example.com", "password": "else"})
    )
    assert NOT_RIGHT in known
    assert NOT_RIGHT in unknown
    assert not visitor.is_signed_in


def test_a_person_without_a_password_cannot_sign_in(visitor: Visitor) -> None:
    invited = introduce_person(email=f"{uuid4().hex}@example.com")
    for password in ("", "!", invited.password):
        assert "Location" not in visitor.sign_in(invited, password)
    assert not visitor.is_signed_in


def test_after_five_wrong_passwords_the_right_one_waits(
    visitor: Visitor, another: Visitor, person: Person
) -> None:
    for _ in range(5):
        assert NOT_RIGHT in text_of(visitor.sign_in(person, "wrong"))
    assert "Too many attempts. Wait a few minutes." in text_of(visitor.sign_in(person))
    # The count is the account's: another address does not help.
    assert "Too many attempts. Wait a few minutes." in text_of(another.sign_in(person))
    assert not visitor.is_signed_in
    assert not another.is_signed_in


def test_one_network_address_tries_so_often_and_no_more(visitor: Visitor) -> None:
    for number in range(10):
        answer = visitor.post(
            "/account/login/", {"login": f"{number}@example.com", "password": "x"}
        )
        assert NOT_RIGHT in text_of(answer)
    answer = visitor.post("/account/login/", {"login": "other@example.com", "password": "x"})
    assert "Too many attempts." in text_of(answer)
    for _ in range(20):
        answer = visitor.post("/account/login/", {"login": "other@example.com", "password": "x"})
    assert answer.status_code == 429
    assert "this goes only so often" in text_of(answer)


def test_the_counts_stand_in_the_database(visitor: Visitor) -> None:
    visitor.post("/account/login/", {"login": "someone@example.com", "password": "x"})
    key = f"allauth:rl:allauth.account:login:30/60/ip:ip:{visitor.ip}"
    assert len(cache.get(key)) == 1
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://127.0.0.1/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:///evil.example",
    ],
)
def test_no_link_leads_away_from_this_host(visitor: Visitor, person: Person, away: str) -> None:
    answer = visitor.sign_in(person, to=away)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    answer = visitor.post("/account/logout/", {"next": away})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")


def test_the_way_on_is_kept_through_sign_up_and_back(visitor: Visitor) -> None:
    page = text_of(visitor.get("/account/login/?next=/o/clinic/"))
    assert 'href="/account/signup/?next=%2Fo%2Fclinic%2F"' in page
    page = text_of(visitor.get("/account/signup/?next=/o/clinic/"))
    assert 'href="/account/login/?next=%2Fo%2Fclinic%2F"' in page


def test_signing_out_ends_the_session(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    kept = visitor.client.session.session_key
    assert visitor.get("/account/logout/").status_code == 200
    assert visitor.is_signed_in
    visitor.post("/account/logout/")
    assert not visitor.is_signed_in
    visitor.client.cookies["storno-session-8000"] = str(kept)
    assert not visitor.is_signed_in


def test_a_closed_account_is_told_so_only_with_its_password(
    visitor: Visitor, person: Person
) -> None:
    person.is_active = False
    person.save()
    assert NOT_RIGHT in text_of(visitor.sign_in(person, "wrong"))
    assert visitor.sign_in(person)["Location"] == "/account/inactive/"
    assert "This account is closed" in text_of(visitor.get("/account/inactive/"))
    assert not visitor.is_signed_in


def test_an_account_that_is_closed_is_out_at_once(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    person.is_active = False
    person.save()
    assert not visitor.is_signed_in


def test_on_ones_own_machine_the_demo_is_one_press_away(visitor: Visitor) -> None:
    demo = introduce_demo_person(email=f"{uuid4().hex}@example.com", name="Demo Person")
    page = text_of(visitor.get("/account/login/"))
    assert DEMO_PASSWORD in page
    assert f'<input type="hidden" name="login" value="{demo.email}">' in page
    visitor.sign_in(demo, DEMO_PASSWORD)
    assert visitor.is_signed_in


def test_elsewhere_the_demo_is_not_there(visitor: Visitor, another: Visitor) -> None:
    demo = introduce_demo_person(email=f"{uuid4().hex}@example.com", name="Demo Person")
    another.sign_in(demo, DEMO_PASSWORD)
    assert another.is_signed_in
    with override_settings(ON_LOOPBACK=False):
        page = text_of(visitor.get("/account/login/"))
        assert DEMO_PASSWORD not in page
        assert demo.email not in page
        assert visitor.sign_in(demo, DEMO_PASSWORD)["Location"] == "/account/inactive/"
        assert not visitor.is_signed_in
        assert not another.is_signed_in


@pytest.mark.parametrize("path", ["/account/", "/account/email/", "/account/password/change/"])
def test_a_stranger_is_asked_who_it_is(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={path}")


def test_pages_and_cookies_are_strict(visitor: Visitor, person: Person) -> None:
    answer = visitor.get("/account/login/")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert "style=" not in text_of(answer)
    scripts = re.findall(r"<script(?![^>]*src=)[^>]*>", text_of(answer))
    assert all('type="application/json"' in script for script in scripts)
    signed_in = visitor.sign_in(person)
    cookie = signed_in.cookies["storno-session-8000"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_form_without_its_token_is_refused(person: Person, letter_box: LetterBox) -> None:
    from django.test import Client

    careful = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    fields = {"login": person.email, "password": PASSWORD}
    assert careful.post("/account/login/", fields).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "a@example.com\x00", "password": "x"},
        {"login": "x" * 100_000, "password": "y" * 100_000},
        {"login": "\u202eevil@example.com", "password": "😀" * 50},
        {"login": ["a@example.com", "b@example.com"], "password": ["x", "y"]},
        {},
    ],
)
def test_strange_input_is_answered_with_the_form(visitor: Visitor, fields: dict[str, str]) -> None:
    answer = visitor.post("/account/login/", fields)
    assert answer.status_code == 200
    assert "Sign in" in text_of(answer)
