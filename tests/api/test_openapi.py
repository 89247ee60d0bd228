"""The description of the API is complete."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.api.test_access import ENDPOINTS


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
