"""A deed that moves money or trust asks who it is; the form that met the question is not lost."""

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import override_settings
from django.urls import include, path

from storno.core.refusals import SignInAgain
from storno.people.models import Person
from storno.web.parked import MOST_PARKED
from storno.web.sign_in.again import recently_signed_in
from tests.web.sign_in.visitor import PASSWORD, Visitor, text_of

done: list[dict[str, list[str]]] = []


@login_required
def pay(request: HttpRequest) -> HttpResponse:
    if not recently_signed_in(request):
        raise SignInAgain
    if request.method == "POST":
        fields = dict(request.POST.lists())
        fields.pop("csrfmiddlewaretoken", None)
        done.append(fields)
    return HttpResponse("paid")


@login_required
def till(request: HttpRequest) -> HttpResponse:
    form = """<form method="post" action="/pay/">{% csrf_token %}
        <input name="amount" value="5"><button>Pay</button></form>"""
    return HttpResponse(Template(form).render(RequestContext(request)))


urlpatterns = [
    path("", include("storno.config.urls")),
    path("till/", till),
    path("pay/", pay),
]


@pytest.fixture(autouse=True)
def pages() -> Iterator[None]:
    done.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def later(visitor: Visitor, person: Person) -> Iterator[None]:
    """Sixteen minutes after the person signed in."""
    visitor.sign_in(person)
    with time_machine.travel(time.time() + 16 * 60):
        yield


FIELDS = {"amount": "1 000,00", "lines": ["1", "2"], "why": "“Æ” <b>\r\n😀"}


def asked(answer: HttpResponse) -> str:
    """Where the question leads on to."""
    assert answer.status_code == 302
    where = urlsplit(answer["Location"])
    assert where.path == "/account/reauthenticate/"
    return parse_qs(where.query)["next"][0]


def test_right_after_signing_in_nobody_asks(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    assert visitor.post("/pay/", FIELDS).content == b"paid"
    with time_machine.travel(time.time() + 14 * 60):
        assert visitor.post("/pay/", FIELDS).content == b"paid"
    assert len(done) == 2


@pytest.mark.usefixtures("later")
def test_a_page_leads_back_to_itself(visitor: Visitor) -> None:
    onward = asked(visitor.get("/pay/?invoice=7"))
    assert onward == "/pay/?invoice=7"
    answer = visitor.post("/account/reauthenticate/", {"password": PASSWORD, "next": onward})
    assert (answer.status_code, answer["Location"]) == (302, "/pay/?invoice=7")
    assert visitor.get("/pay/?invoice=7").content == b"paid"


@pytest.mark.usefixtures("later")
def test_a_form_waits_and_is_sent_on_as_it_was_typed(visitor: Visitor) -> None:
    onward = asked(visitor.post("/pay/?invoice=7", FIELDS))
    assert done == []
    page = text_of(visitor.post("/account/reauthenticate/", {"password": "wrong", "next": onward}))
    assert "This is not your password." in page
    assert asked(visitor.get(onward)) == onward

    answer = visitor.post("/account/reauthenticate/", {"password": PASSWORD, "next": onward})
    assert answer["Location"] == onward
    page = text_of(visitor.get(onward))
    assert 'action="/pay/?invoice=7"' in page
    assert done == []
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    assert [(name, value) for name, value in found if name != "csrfmiddlewaretoken"] == [
        ("amount", "1 000,00"),
        ("lines", "1"),
        ("lines", "2"),
        ("why", "“Æ” &lt;b&gt;\r\n😀"),
    ]
    visitor.post("/pay/?invoice=7", FIELDS)
    assert done == [{"amount": ["1 000,00"], "lines": ["1", "2"], "why": ["“Æ” <b>\r\n😀"]}]


@pytest.mark.usefixtures("later")
def test_a_part_of_a_page_sends_the_whole_page(visitor: Visitor) -> None:
    answer = visitor.post("/pay/", FIELDS, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith("/account/reauthenticate/?next=%2Faccount%2Fonward%2F")


@pytest.mark.usefixtures("later")
def test_a_form_waits_for_its_own_session_only(visitor: Visitor, another: Visitor) -> None:
    onward = asked(visitor.post("/pay/", FIELDS))
    person = Person.objects.get(id=visitor.client.session["_auth_user_id"])
    another.sign_in(person)
    answer = another.get(onward)
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.usefixtures("later")
def test_only_the_newest_forms_wait(visitor: Visitor) -> None:
    ways = [asked(visitor.post("/pay/", {"amount": str(n)})) for n in range(MOST_PARKED + 1)]
    visitor.post("/account/reauthenticate/", {"password": PASSWORD})
    assert visitor.get(ways[0])["Location"] == "/"
    assert "That form is no longer kept." in text_of(visitor.get("/account/"))
    for number, way in enumerate(ways[1:], start=1):
        assert f'name="amount" value="{number}"' in text_of(visitor.get(way))


@pytest.mark.usefixtures("later")
def test_changes_to_the_account_ask_as_well(visitor: Visitor, person: Person) -> None:
    for page in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
        assert asked(visitor.get(page)) == page
    asked(visitor.post("/account/email/", {"action_add": "1", "email": "thief@example.com"}))
    assert Person.objects.get(id=person.id).email == person.email


def test_a_stranger_signs_in_instead(visitor: Visitor) -> None:
    answer = visitor.post("/pay/", FIELDS)
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/pay/")
    assert visitor.get("/account/onward/x/")["Location"].startswith("/account/login/")


@pytest.mark.usefixtures("later")
def test_an_unsafe_way_on_is_not_taken(visitor: Visitor) -> None:
    fields = {"password": PASSWORD, "next": "https://evil.example/"}
    assert visitor.post("/account/reauthenticate/", fields)["Location"] == "/"
