"""The second step: a code from an app, a recovery code, or a passkey."""

import json
import re
import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.test import override_settings

from storno.people.introduce import DEMO_PASSWORD, introduce_demo_person
from storno.people.models import Person
from storno.people.second_step import demo_code, give_demo_second_step
from tests.web.sign_in.visitor import PASSWORD, LetterBox, Visitor, text_of

STEP = "/account/2fa/authenticate/"


def code_of(secret: str, steps_on: int = 0) -> str:
    """What an app shows (RFC 6238); each code opens once, so later tests look a step ahead."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps_on)))


def set_up(visitor: Visitor, person: Person) -> tuple[str, list[str]]:
    """Sign in and set up an app; returns its secret and the recovery codes."""
    visitor.sign_in(person)
    page = text_of(visitor.get("/account/2fa/totp/activate/"))
    secret = re.search(r'<code class="key">([A-Z2-7]+)</code>', page)
    assert secret
    answer = visitor.post("/account/2fa/totp/activate/", {"code": code_of(secret[1], -1)})
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/recovery-codes/")
    codes = re.findall(r"<code>(\d{8})</code>", text_of(visitor.get(answer["Location"])))
    assert len(codes) == 10
    visitor.post("/account/logout/")
    return secret[1], codes


def test_the_password_alone_no_longer_opens(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    secret, _ = set_up(visitor, person)
    assert letter_box.newest.subject == "An authenticator app was added"
    answer = visitor.sign_in(person, to="/o/clinic/")
    assert answer["Location"].startswith(STEP)
    assert not visitor.is_signed_in

    page = text_of(visitor.post(STEP, {"code": "000000"}))
    assert "This code is not right." in page
    answer = visitor.post(STEP, {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/o/clinic/")
    assert visitor.is_signed_in


def test_the_second_step_of_the_demonstration_tells_its_code(visitor: Visitor) -> None:
    """Of its app alone: who has set up another one is told nothing, and elsewhere nobody is."""
    demo = introduce_demo_person(email=f"{uuid4().hex}@example.com", name="Demo Person")
    give_demo_second_step(demo)
    give_demo_second_step(demo)
    visitor.sign_in(demo, DEMO_PASSWORD)
    code = demo_code(demo)
    assert f"The code of the demonstration is now {code}." in text_of(visitor.get(STEP))
    visitor.post(STEP, {"code": code})
    assert visitor.is_signed_in
    with override_settings(ON_LOOPBACK=False):
        assert demo_code(demo) == ""
    (app,) = Authenticator.objects.filter(user=demo)
    app.delete()
    TOTP.activate(demo, generate_totp_secret())
    assert demo_code(demo) == ""


def test_only_the_demonstration_has_a_second_step_that_everybody_knows(person: Person) -> None:
    give_demo_second_step(person)
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_code_opens_once(visitor: Visitor, another: Visitor, person: Person) -> None:
    secret, _ = set_up(visitor, person)
    code = code_of(secret)
    visitor.sign_in(person)
    visitor.post(STEP, {"code": code})
    assert visitor.is_signed_in
    another.sign_in(person)
    another.post(STEP, {"code": code})
    assert not another.is_signed_in


def test_a_recovery_code_opens_once(visitor: Visitor, another: Visitor, person: Person) -> None:
    _, codes = set_up(visitor, person)
    visitor.sign_in(person)
    visitor.post(STEP, {"code": codes[0]})
    assert visitor.is_signed_in
    assert "9 codes are left." in text_of(visitor.get("/account/2fa/"))
    another.sign_in(person)
    another.post(STEP, {"code": codes[0]})
    assert not another.is_signed_in


def test_guessing_the_code_ends_after_five(visitor: Visitor, person: Person) -> None:
    secret, _ = set_up(visitor, person)
    visitor.sign_in(person)
    for _ in range(5):
        visitor.post(STEP, {"code": "000000"})
    page = text_of(visitor.post(STEP, {"code": code_of(secret)}))
    assert "Too many attempts. Wait a few minutes." in page
    assert not visitor.is_signed_in


def test_the_database_alone_opens_no_second_step(visitor: Visitor, person: Person) -> None:
    secret, codes = set_up(visitor, person)
    stored = " ".join(str(row.data) for row in Authenticator.objects.filter(user=person))
    assert secret not in stored
    assert not any(code in stored for code in codes)


def test_a_new_password_does_not_go_round_it(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    set_up(visitor, person)
    visitor.post("/account/password/reset/", {"email": person.email})
    form = visitor.get(letter_box.link())["Location"]
    answer = visitor.post(form, {"password1": "another calm boat"})
    assert answer["Location"].startswith(STEP)
    assert not visitor.is_signed_in


def test_it_can_be_given_up(visitor: Visitor, person: Person, letter_box: LetterBox) -> None:
    secret, _ = set_up(visitor, person)
    visitor.sign_in(person)
    visitor.post(STEP, {"code": code_of(secret)})
    answer = visitor.post("/account/2fa/totp/deactivate/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/")
    assert not Authenticator.objects.filter(user=person).exists()
    assert letter_box.newest.subject == "The authenticator app was removed"
    visitor.post("/account/logout/")
    assert visitor.sign_in(person)["Location"] == "/"


def test_the_picture_for_the_app_stands_in_the_page(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    page = text_of(visitor.get("/account/2fa/totp/activate/"))
    assert "<svg" in page
    assert "data:" not in page
    assert "style=" not in page


def test_new_recovery_codes_end_the_old(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    secret, old = set_up(visitor, person)
    visitor.sign_in(person)
    visitor.post(STEP, {"code": code_of(secret)})
    page = text_of(visitor.get("/account/2fa/recovery-codes/generate/"))
    assert "The 10 old codes that are left no longer work then." in page
    visitor.post("/account/2fa/recovery-codes/generate/")
    assert letter_box.newest.subject == "You have recovery codes"
    page = text_of(visitor.get("/account/2fa/recovery-codes/"))
    assert not set(old) & set(re.findall(r"<code>(\d{8})</code>", page))
    download = text_of(visitor.get("/account/2fa/recovery-codes/download/"))
    assert len(re.findall(r"^\d{8}$", download, re.MULTILINE)) == 10


def answer(**response: str) -> str:
    """What a browser would say of a passkey, with these parts of it."""
    told = {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response}
    return json.dumps(told | {"response": {"userHandle": "YQ", **response}})


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "null",
        "7",
        '"text"',
        "[]",
        "{}",
        "not json",
        "[" * 50_000,
        '{"id": 1}',
        '{"response": {}}',
        '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "YQ"}}',
        answer(clientDataJSON="e30", authenticatorData="YQ", signature="YQ"),
        answer(clientDataJSON="e30", attestationObject="oA"),
        answer(clientDataJSON="e30", attestationObject="YQ"),
    ],
)
def test_a_passkey_that_is_none_opens_nothing(
    visitor: Visitor, person: Person, credential: str
) -> None:
    visitor.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    page = visitor.post("/account/2fa/webauthn/login/", {"credential": credential})
    assert (page.status_code, page["Location"]) == (302, "/account/login/")
    assert not visitor.is_signed_in

    visitor.sign_in(person)
    page = visitor.post("/account/2fa/webauthn/add/", {"credential": credential, "name": "x"})
    assert page.status_code == 200
    assert "This passkey was not accepted." in text_of(page)
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_failed_passkey_keeps_the_way_on(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    again = "/account/2fa/webauthn/reauthenticate/"
    answer = visitor.post(again, {"credential": "{}", "next": "/o/clinic/"})
    assert (answer.status_code, answer["Location"]) == (302, f"{again}?next=%2Fo%2Fclinic%2F")


def test_a_foreign_passkey_cannot_be_touched(
    visitor: Visitor, another: Visitor, person: Person, letter_box: LetterBox
) -> None:
    key = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "mine", "credential": {}}
    )
    another.post(
        "/account/signup/", {"name": "O", "email": f"o{key.pk}@example.com", "password1": PASSWORD}
    )
    another.post("/account/confirm-email/", {"code": letter_box.code()})
    for deed in ("remove", "edit"):
        path = f"/account/2fa/webauthn/keys/{key.pk}/{deed}/"
        assert another.get(path).status_code == 404
        assert another.post(path, {"name": "theirs"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "mine"
