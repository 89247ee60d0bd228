"""The description of the API is complete."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.api.caller import PROBLEM, caller
from tests.api.test_access import ENDPOINTS
from tests.world import found


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    response = Client(SERVER_NAME="localhost").get("/api/v1/openapi.json")
    assert response.status_code == 200
    described: dict[str, Any] = response.json()
    return described


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_is_described(description: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(ids) == len(set(ids)) == len(ENDPOINTS)
    for method, path, operation in operations(description):
        assert operation["description"] and operation["summary"] and operation["tags"], path
        assert operation["security"] == [{"ApiToken": []}]
        statuses = set(operation["responses"])
        assert {"401", "503"} < statuses
        assert ("404" in statuses) == ("{" in path)
        deed = operation["operationId"] != "post_credit_plan" and method != "get"
        assert ({"403", "409", "422"} <= statuses) == deed
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert ("Idempotency-Key" in names) == (deed and method == "post")
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert set(answer["content"]) == {"application/problem+json"}, path
            assert answer["description"] != "Unknown Status Code"


@pytest.mark.parametrize(("name", "method", "path"), ENDPOINTS)
def test_every_operation_refuses_what_it_does_not_know(
    description: dict[str, Any], name: str, method: str, path: str
) -> None:
    """By a parameter, and by a body whose length is not said; both as the description has it."""
    responses = description["paths"][f"/api/v1{path}"][method.lower()]["responses"]
    address = re.sub(r"\{[a-z_]+\}", str(uuid4()), path)
    alice = caller(found())
    body = "{}" if "415" in responses else None
    asked = alice.call(method.upper(), f"{address}?colour=red", body)
    assert (asked.status, "422" in responses) == (422, True)
    if method.lower() != "get":
        chunked = alice.call(method.upper(), address, "", Transfer_Encoding="chunked")
        assert (chunked.status, "411" in responses) == (411, True), name


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    for name in re.findall(r'"#/components/schemas/(\w+)"', str(description).replace("'", '"')):
        assert name in description["components"]["schemas"]
    assert description["components"]["securitySchemes"] == {
        "ApiToken": {"type": "http", "scheme": "bearer"}
    }


def test_every_operation_says_what_it_does(description: dict[str, Any]) -> None:
    for _method, _path, operation in operations(description):
        assert operation["description"].startswith(operation["summary"])
    assert description["paths"]["/api/v1/drafts"]["post"]["summary"] == (
        "Save a new draft. It may be incomplete; it may not be wrong"
    )


def test_no_page_loads_from_elsewhere() -> None:
    for path in ("/api/v1/docs", "/api/docs"):
        assert Client(SERVER_NAME="localhost").get(path).status_code == 404


def test_the_root_leads_to_the_description() -> None:
    answer = Client(SERVER_NAME="localhost").get("/api/v1/")
    assert (answer.status_code, answer["Location"]) == (302, "/api/v1/openapi.json")
    assert Client(SERVER_NAME="localhost").post("/api/v1/").status_code == 405


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_the_description_is_only_read(method: str) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    refused = getattr(client, method)("/api/v1/openapi.json")
    assert (refused.status_code, refused["Content-Type"]) == (405, PROBLEM)
    assert (refused["Allow"], refused.json()["code"]) == ("GET, HEAD", "method_not_allowed")
