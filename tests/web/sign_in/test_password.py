"""Forgotten, reset, changed: a new password closes every other door."""

import socket
from email import message_from_bytes, policy
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from allauth.account.models import EmailAddress
from django.test import override_settings

from storno.people.introduce import introduce_person
from storno.people.models import Person
from tests.web.sign_in.visitor import PASSWORD, LetterBox, Visitor, text_of

NEW = "another calm boat"


def ask(visitor: Visitor, email: str) -> None:
    answer = visitor.post("/account/password/reset/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/done/")


def open_link(visitor: Visitor, link: str) -> str:
    answer = visitor.get(link)
    assert answer.status_code == 302
    assert "set-password" in answer["Location"]
    return answer["Location"]


def test_a_link_chooses_a_new_password_once(
    visitor: Visitor, another: Visitor, person: Person, letter_box: LetterBox
) -> None:
    another.sign_in(person)
    ask(visitor, person.email)
    assert letter_box.newest.subject == "Choose a new password"
    link = letter_box.link()
    form = open_link(visitor, link)
    answer = visitor.post(form, {"password1": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.is_signed_in
    assert not another.is_signed_in
    assert Person.objects.get(id=person.id).check_password(NEW)
    assert letter_box.newest.subject == "You have a new password"

    page = text_of(another.get(link))
    assert "This link has been used already, or its 24 hours are over." in page


def test_a_letter_leads_to_this_installation_whatever_the_request_says(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    visitor.post("/account/password/reset/", {"email": person.email}, SERVER_NAME="127.0.0.1")
    assert letter_box.link().startswith("/account/password/reset/key/")
    assert "127.0.0.1" not in letter_box.newest.text


def test_an_unknown_address_gets_the_same_page_and_a_letter_of_its_own(
    visitor: Visitor, letter_box: LetterBox
) -> None:
    ask(visitor, "Nobody@example.com")
    assert letter_box.newest.subject == "There is no account with this address"
    assert "http://localhost:8000/account/signup/" in letter_box.newest.text


def test_a_link_proves_the_address_of_somebody_who_was_named_by_others(
    visitor: Visitor, letter_box: LetterBox
) -> None:
    invited = introduce_person(email=f"{uuid4().hex}@example.com", name="Invited")
    ask(visitor, invited.email)
    visitor.post(open_link(visitor, letter_box.link()), {"password1": NEW})
    assert visitor.is_signed_in
    assert EmailAddress.objects.get(user=invited).verified


def test_who_signed_up_with_anothers_address_is_shut_out_by_its_owner(
    visitor: Visitor, another: Visitor, letter_box: LetterBox
) -> None:
    email = f"{uuid4().hex}@example.com"
    another.post("/account/signup/", {"name": "Thief", "email": email, "password1": PASSWORD})
    ask(visitor, email)
    visitor.post(open_link(visitor, letter_box.link()), {"password1": NEW})
    assert visitor.is_signed_in
    owner = Person.objects.get(email=email)
    another.sign_in(owner)
    assert not another.is_signed_in


def test_a_made_up_link_opens_nothing(visitor: Visitor, person: Person) -> None:
    for link in (f"{person.id.hex}-abc-def", f"{uuid4().hex}-abc-def", "x-y"):
        page = text_of(visitor.get(f"/account/password/reset/key/{link}/"))
        assert "This link has been used already" in page


def test_a_weak_password_is_refused_and_the_link_lives_on(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    ask(visitor, person.email)
    form = open_link(visitor, letter_box.link())
    assert "This password is too short." in text_of(visitor.post(form, {"password1": "short"}))
    assert Person.objects.get(id=person.id).check_password(PASSWORD)
    assert visitor.post(form, {"password1": NEW}).status_code == 302


def test_changing_it_needs_the_old_one_and_signs_out_the_rest(
    visitor: Visitor, another: Visitor, person: Person, letter_box: LetterBox
) -> None:
    visitor.sign_in(person)
    another.sign_in(person)
    change = "/account/password/change/"
    page = text_of(visitor.post(change, {"oldpassword": "wrong", "password1": NEW}))
    assert "This is not your current password." in page
    assert another.is_signed_in

    answer = visitor.post(change, {"oldpassword": PASSWORD, "password1": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert "Other devices are signed out." in text_of(visitor.get("/account/"))
    assert not another.is_signed_in
    letter = letter_box.newest
    assert (letter.to, letter.subject) == (person.email, "Your password was changed")
    assert f"Firefox on Linux at the network address {visitor.ip}" in letter.text


def test_with_a_mail_server_the_letter_leaves_and_none_is_kept(
    visitor: Visitor, person: Person, letter_box: LetterBox
) -> None:
    received: list[Envelope] = []

    class Receiver:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            received.append(envelope)
            return "250 taken"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Receiver(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        smtp = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            ask(visitor, person.email)
    finally:
        server.stop()
    (envelope,) = received
    assert envelope.rcpt_tos == [person.email]
    assert isinstance(envelope.original_content, bytes)
    letter = message_from_bytes(envelope.original_content, policy=policy.default)
    assert letter["Subject"] == "Choose a new password"
    assert letter["From"] == "Storno <no-reply@localhost>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "http://localhost:8000/account/password/reset/key/" in letter.get_content()
    assert letter_box.all == []


def test_where_the_mail_server_fails_the_page_says_so_and_nothing_breaks(
    visitor: Visitor, person: Person
) -> None:
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        answer = visitor.post("/account/password/reset/", {"email": person.email})
        assert answer.status_code == 503
        assert "The letter could not be sent" in text_of(answer)

        visitor.sign_in(person)
        change = {"oldpassword": PASSWORD, "password1": NEW}
        assert visitor.post("/account/password/change/", change).status_code == 302
    assert Person.objects.get(id=person.id).check_password(NEW)
