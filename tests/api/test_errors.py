"""Every error has one shape, and none is a page."""

from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from tests.api.caller import PROBLEM, Caller, _answer, caller, line
from tests.conftest import Clock
from tests.world import World


def test_a_problem_says_what_it_is(resident: Caller, clock: Clock) -> None:
    answer = resident.get("/invoices/01a2022b-0000-7000-8000-000000000000")
    assert (answer.status, answer.body) == (
        404,
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "code": "absent",
            "detail": "There is nothing here.",
        },
    )


def test_a_wrong_field_has_a_code_and_a_sentence(resident: Caller, clock: Clock) -> None:
    answer = resident.post("/clients", {"kind": "duck", "name": "Daisy", "language": "en"})
    assert answer.body == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "invalid",
        "detail": "Some of the input is not right.",
        "errors": [
            {
                "field": "kind",
                "code": "unknown",
                "message": "Choose one of: person, company.",
            }
        ],
    }


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/invoices",
        "/api/v1/invoices/",
        "/api/x.html",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_absent_without_a_page(clock: Clock, path: str, method: str) -> None:
    answer = _answer(Client(SERVER_NAME="localhost").generic(method, path))
    assert (answer.status, answer.body["code"]) == (404, "absent")


@pytest.mark.parametrize("method", ["PUT", "TRACE", "OPTIONS", "DELETE", "BREW"])
def test_a_wrong_method_is_told_which_are_right(
    resident: Caller, clock: Clock, method: str
) -> None:
    answer = resident.call(method, "/organization")
    assert (answer.status, answer.body["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, PATCH"


@pytest.mark.parametrize("path", ["/organization", "/invoices", "/nowhere", "/openapi.json"])
def test_a_head_is_answered_as_the_get_without_the_body(
    resident: Caller, clock: Clock, path: str
) -> None:
    whole, head = resident.get(path), _head(resident, f"/api/v1{path}")
    assert (head.status_code, head.content) == (whole.status, b"")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == whole.headers[name]


def test_a_head_where_nothing_is_read_is_a_wrong_method(resident: Caller, clock: Clock) -> None:
    nothing = "00000000-0000-7000-8000-000000000000"
    head = _head(resident, f"/api/v1/invoices/{nothing}/credit-plan")
    assert (head.status_code, head.headers["Allow"]) == (405, "POST")


def _head(resident: Caller, path: str) -> Any:
    return Client(SERVER_NAME="localhost").head(
        path, headers={"Authorization": f"Bearer {resident.token}"}
    )


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "nonsense",
        "",
    ],
)
def test_a_body_of_another_kind_is_not_read(
    resident: Caller, house: World, clock: Clock, media_type: str
) -> None:
    before = resident.get("/clients").body
    response = Client(SERVER_NAME="localhost").generic(
        "POST",
        "/api/v1/clients",
        '{"kind": "person", "name": "Otto", "language": "en"}',
        content_type=media_type,
        headers={"Authorization": f"Bearer {resident.token}"},
    )
    answer = _answer(response)
    assert (answer.status, answer.body["code"]) == (415, "not_json")
    assert resident.get("/clients").body == before


def test_json_may_say_its_charset(resident: Caller, clock: Clock) -> None:
    response = Client(SERVER_NAME="localhost").post(
        "/api/v1/clients",
        "{}",
        content_type="application/json; charset=utf-8",
        headers={"Authorization": f"Bearer {resident.token}"},
    )
    assert response.status_code == 422


def test_a_body_in_chunks_is_not_taken_for_none(resident: Caller, clock: Clock) -> None:
    """A WSGI server hands over no body of an unknown length."""
    answer = resident.post("/drafts", Transfer_Encoding="chunked")
    assert (answer.status, answer.body["code"]) == (411, "length_required")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "nonsense", ""])
def test_whatever_is_asked_for_json_is_the_answer(
    resident: Caller, clock: Clock, accept: str
) -> None:
    answer = resident.get("/organization", Accept=accept)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert resident.get("/nowhere", Accept=accept).status == 404


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "Bearer storno_",
        "Bearer \x00",
        "Bearer " + "x" * 9000,
    ],
)
def test_a_bad_token_is_said_to_be_none(clock: Clock, sent: str) -> None:
    answer = Caller(headers={"Authorization": sent}).get("/organization")
    assert (answer.status, answer.body["code"]) == (401, "token_required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


MALFORMED = [
    b"{",
    b"[1,]",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 1, "a": 2}',
    b'{"name": "\xff"}',
    b"\xff\xfe\x00",
    b"name=Daisy",
    b'{"a": %s}' % (b"1" * 5000),
    b"[" * 100_000,
    b'{"a": "\x01"}',
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_not_json_is_said_to_be_none(resident: Caller, clock: Clock, body: bytes) -> None:
    answer = resident.call("POST", "/drafts", body)
    assert (answer.status, answer.body["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("body", ["null", "7", '"text"', "[]", "true", "1e999"])
def test_json_that_is_no_object_is_said_to_be_none(
    resident: Caller, clock: Clock, body: str
) -> None:
    for method, path in (("POST", "/drafts"), ("PATCH", "/organization")):
        answer = resident.call(method, path, body)
        assert (answer.status, answer.fields) == (422, {"body": "not_an_object"})


def test_a_missing_body_is_named(resident: Caller, clock: Clock) -> None:
    answer = resident.post("/drafts")
    assert (answer.status, answer.fields) == (422, {"body": "required"})


def test_a_body_has_a_bound(resident: Caller, house: World, clock: Clock) -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < 5_000_000
    body = {"recipient": None, "lines": [line(description="x" * 5_000_000)]}
    answer = resident.post("/drafts", body)
    assert (answer.status, answer.body["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "There is nothing here."),
        ("fi", "Täällä ei ole mitään."),
        ("sv, nb;q=0.8", "Det er ingenting her."),
        ("sv", "There is nothing here."),
        ("x" * 1000, "There is nothing here."),
        ("\x00", "There is nothing here."),
    ],
)
def test_any_language_is_answered(resident: Caller, clock: Clock, language: str, said: str) -> None:
    assert resident.get("/nowhere", Accept_Language=language).body["detail"] == said


def test_a_database_that_is_gone_is_said_to_be(
    house: World, resident: Caller, clock: Clock, monkeypatch: Any
) -> None:
    from storno.api import bearer

    def gone(_token: str, *, at: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(bearer, "bearer_of", gone)
    answer = resident.get("/organization")
    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert "connection" not in str(answer.body)


def test_a_defect_tells_nothing(
    house: World,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from storno.api import bearer

    def broken(_token: str, *, at: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(bearer, "bearer_of", broken)
    quiet = Client(SERVER_NAME="localhost", raise_request_exception=False)
    response = quiet.get(
        "/api/v1/organization", headers={"Authorization": f"Bearer {caller(house).token}"}
    )
    assert (response.status_code, response["Content-Type"]) == (500, PROBLEM)
    assert response.json()["code"] == "defect"
    assert b"secret" not in response.content
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text


def test_a_wrong_host_gets_no_page(clock: Clock) -> None:
    answer = _answer(Client(SERVER_NAME="evil.example").get("/api/v1/organization"))
    assert (answer.status, answer.body["code"]) == (400, "bad_request")
