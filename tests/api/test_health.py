"""Whether the server says truly how it is."""

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from tests.api.caller import PROBLEM


def test_it_lives() -> None:
    response = Client(SERVER_NAME="localhost").get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_it_is_ready() -> None:
    response = Client(SERVER_NAME="localhost").get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


def test_it_is_not_ready_for_an_older_database() -> None:
    from storno.cli.connect import owner

    recorder = MigrationRecorder(owner())
    ((app, latest),) = MigrationLoader(None).graph.leaf_nodes("documents")
    recorder.record_unapplied(app, latest)
    try:
        response = Client(SERVER_NAME="localhost").get("/readyz")
    finally:
        recorder.record_applied(app, latest)
    assert (response.status_code, response["Content-Type"]) == (503, PROBLEM)
    assert response.json()["code"] == "not_migrated"


@pytest.mark.parametrize(
    ("bend", "unbend"),
    [
        ("GRANT UPDATE ON {table} TO {role}", "REVOKE UPDATE ON {table} FROM {role}"),
        ("GRANT UPDATE (kind) ON {table} TO {role}", "REVOKE UPDATE (kind) ON {table} FROM {role}"),
        ("GRANT TRUNCATE ON {table} TO PUBLIC", "REVOKE TRUNCATE ON {table} FROM PUBLIC"),
        ("REVOKE SELECT ON {table} FROM {role}", "GRANT SELECT ON {table} TO {role}"),
    ],
)
def test_it_is_not_ready_with_other_rights_than_its_own(bend: str, unbend: str) -> None:
    from storno.cli.connect import owner

    named = {"table": "history_event", "role": connections["default"].settings_dict["USER"]}
    with owner().cursor() as cursor:
        cursor.execute(bend.format(**named))
        try:
            response = Client(SERVER_NAME="localhost").get("/readyz")
        finally:
            cursor.execute(unbend.format(**named))
    assert (response.status_code, response["Content-Type"]) == (503, PROBLEM)
    assert response.json()["code"] == "wrong_rights"
    assert Client(SERVER_NAME="localhost").get("/readyz").status_code == 200


def test_it_is_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def unreachable() -> None:
        raise OperationalError("no route")

    monkeypatch.setattr(connections["default"], "cursor", unreachable)
    response = Client(SERVER_NAME="localhost").get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_asked_only(path: str) -> None:
    response = Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post(path)
    assert (response.status_code, response["Content-Type"]) == (405, PROBLEM)
    assert (response["Allow"], response.json()["code"]) == ("GET, HEAD", "method_not_allowed")
    head = Client(SERVER_NAME="localhost").head(path)
    assert (head.status_code, head.content) == (200, b"")
