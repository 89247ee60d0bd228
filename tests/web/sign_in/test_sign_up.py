"""Signing up: a name, an address that is proved by a code, a password."""

from uuid import uuid4

import pytest
from django.core.cache import cache

from storno.people.models import Person
from storno.people.queries import person_with
from tests.web.sign_in.visitor import PASSWORD, LetterBox, Visitor, text_of

CODE_PAGE = "/account/confirm-email/"


def entered(**changed: str) -> dict[str, str]:
    fields = {
        "name": "Kari Nordmann",
        "email": f"{uuid4().hex}@example.com",
        "password1": PASSWORD,
    }
    return fields | changed


def test_a_code_from_a_letter_opens_the_account(visitor: Visitor, letter_box: LetterBox) -> None:
    fields = entered(next="/o/clinic/")
    answer = visitor.post("/account/signup/", fields)
    assert (answer.status_code, answer["Location"]) == (302, CODE_PAGE)
    assert not visitor.is_signed_in

    assert (letter_box.newest.to, letter_box.newest.subject) == (
        fields["email"],
        "Confirm your e-mail address",
    )
    answer = visitor.post(CODE_PAGE, {"code": letter_box.code()})
    assert (answer.status_code, answer["Location"]) == (302, "/o/clinic/")
    assert visitor.is_signed_in
    person = person_with(fields["email"])
    assert person is not None
    assert (person.name, person.language) == ("Kari Nordmann", "en")


def test_the_language_of_the_page_is_kept_and_written(
    visitor: Visitor, letter_box: LetterBox
) -> None:
    fields = entered()
    visitor.post("/account/signup/", fields, headers={"Accept-Language": "nb"})
    person = person_with(fields["email"])
    assert person is not None
    assert person.language == "nb"


def test_an_address_is_kept_in_small_letters(visitor: Visitor) -> None:
    name = uuid4().hex
    visitor.post("/account/signup/", entered(email=f"{name.upper()}@Example.COM"))
    assert Person.objects.get(email=f"{name}@example.com").name == "Kari Nordmann"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 101, "Ensure this value has at most 100 characters (it has 101)."),
        ("email", "nobody", "Enter a valid email address."),
        ("email", f"{'x' * 250}@example.com", "This address is too long."),
        ("password1", "short", "This password is too short. Enter at least 10 characters."),
        ("password1", "password123", "This password is used by many, so it is easy to guess."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(
    visitor: Visitor, letter_box: LetterBox, field: str, value: str, says: str
) -> None:
    fields = entered(**{field: value})
    page = text_of(visitor.post("/account/signup/", fields))
    assert says in page
    kept = "email" if field == "name" else "name"
    assert f'value="{fields[kept]}"' in page
    assert fields["password1"] == "" or f'value="{fields["password1"]}"' not in page
    assert person_with(fields["email"]) is None
    assert letter_box.all == []


def test_a_password_like_the_address_is_refused(visitor: Visitor) -> None:
    fields = entered(email="kari.nordmann@example.com", password1="kari.nordmann")
    page = text_of(visitor.post("/account/signup/", fields))
    assert "This password is too close to your name or e-mail address." in page
    assert person_with(fields["email"]) is None


def test_three_wrong_codes_end_it(visitor: Visitor, letter_box: LetterBox) -> None:
    visitor.post("/account/signup/", entered())
    wrong = "000000" if letter_box.code() != "000000" else "111111"
    for _ in range(2):
        answer = visitor.post(CODE_PAGE, {"code": wrong})
        assert "This code is not right. Check it, or take a new one." in text_of(answer)
    answer = visitor.post(CODE_PAGE, {"code": wrong})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    visitor.post(CODE_PAGE, {"code": letter_box.code()})
    assert not visitor.is_signed_in


def test_who_left_before_the_code_gets_another_at_sign_in(
    visitor: Visitor, another: Visitor, letter_box: LetterBox
) -> None:
    fields = entered()
    visitor.post("/account/signup/", fields)
    person = person_with(fields["email"])
    assert person is not None
    cache.clear()  # one code every ten seconds to an address
    answer = another.sign_in(person)
    assert answer["Location"] == CODE_PAGE
    assert letter_box.newest.text.startswith("Welcome to Storno.")
    another.post(CODE_PAGE, {"code": letter_box.code()})
    assert another.is_signed_in
    assert not visitor.is_signed_in


def test_nobody_learns_whether_an_address_has_an_account(
    visitor: Visitor, another: Visitor, person: Person, letter_box: LetterBox
) -> None:
    known = visitor.post("/account/signup/", entered(email=person.email))
    unknown = another.post("/account/signup/", entered(email=f"{uuid4().hex}@example.com"))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])

    pages = [text_of(someone.get(CODE_PAGE)) for someone in (visitor, another)]
    shapes = [[line for line in page.splitlines() if "@" not in line] for page in pages]
    without_tokens = [[line for line in shape if "csrf" not in line] for shape in shapes]
    assert without_tokens[0] == without_tokens[1]

    to_known = letter_box.all[1]
    assert (to_known.to, to_known.subject) == (person.email, "You already have an account")
    assert "http://localhost:8000/account/password/reset/" in to_known.text
    assert Person.objects.get(email=person.email).name == "Aino Virtanen"
    assert Person.objects.get(email=person.email).check_password(PASSWORD)


SIGN_IN_INSTEAD = (
    'If you have an account already, the letter says so: <a href="/account/login/">sign in</a>.'
)
CODE_INSTEAD = 'A letter brought you a code? <a href="/account/confirm-email/">Enter it here</a>'


def test_who_has_an_account_signs_in_while_a_code_is_awaited(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    visitor.post("/account/signup/", entered(email=person.email))
    assert "http://localhost:8000/account/login/" in letter_box.newest.text
    assert SIGN_IN_INSTEAD in text_of(visitor.get(CODE_PAGE))

    assert visitor.get("/")["Location"] == "/account/login/?next=/"
    page = visitor.get("/account/login/")
    assert (page.status_code, CODE_INSTEAD in text_of(page)) == (200, True)
    answer = visitor.sign_in(person)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.is_signed_in
    assert visitor.get(CODE_PAGE)["Location"] == "/account/email/"  # no code is awaited any more


def test_who_awaits_a_code_finds_its_page_from_signing_in(
    visitor: Visitor, another: Visitor, letter_box: LetterBox
) -> None:
    fields = entered()
    visitor.post("/account/signup/", fields)
    page = visitor.get("/account/login/")
    assert (page.status_code, CODE_INSTEAD in text_of(page)) == (200, True)
    assert "A letter brought you a code?" not in text_of(another.get("/account/login/"))

    wrong = visitor.post("/account/login/", {"login": fields["email"], "password": "another one"})
    assert "The e-mail address or the password is not right." in text_of(wrong)
    visitor.post(CODE_PAGE, {"code": letter_box.code()})
    assert visitor.is_signed_in


def test_a_passkey_is_taken_while_a_code_is_awaited(visitor: Visitor) -> None:
    visitor.post("/account/signup/", entered())
    options = visitor.get(
        "/account/2fa/webauthn/login/",
        headers={"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"},
    )
    assert options.status_code == 200
    assert text_of(options).startswith('{"request_options": ')


def test_a_letter_carries_nothing_that_a_stranger_typed(
    visitor: Visitor, letter_box: LetterBox
) -> None:
    visitor.post("/account/signup/", entered(name="Buy pills at example.net"))
    assert "pills" not in letter_box.newest.text
    assert "pills" not in letter_box.newest.subject


@pytest.mark.parametrize("name", ["\u200b", "\u202eonia", "Buy pills at http://example.net"])
def test_what_is_no_name_is_refused_and_no_letter_goes(
    visitor: Visitor, letter_box: LetterBox, name: str
) -> None:
    answer = visitor.post("/account/signup/", entered(name=name))
    assert (answer.status_code, letter_box.all) == (200, [])
    assert 'class="errorlist"' in text_of(answer)


def test_html_in_a_name_stays_text(visitor: Visitor, letter_box: LetterBox) -> None:
    visitor.post("/account/signup/", entered(name="<script>alert(1)</script>"))
    visitor.post(CODE_PAGE, {"code": letter_box.code()})
    page = text_of(visitor.get("/account/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
