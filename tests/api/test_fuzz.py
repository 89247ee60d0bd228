"""The API under requests made from its own description: it answers as it says, and never breaks."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from storno.core.clock import clock_at
from tests.api.caller import Caller, caller
from tests.api.test_access import ENDPOINTS, furnish, things
from tests.world import found

DEEP = os.environ.get("STORNO_PROOF") == "deep"
EXAMPLES = 400 if DEEP else 10
NOON = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
BODY_CHECKS = [*CHECKS, negative_data_rejection]


@pytest.fixture(scope="module")
def target() -> tuple[Caller, Any, dict[str, str]]:
    """Who knocks, the description of the API, and the ids of what there is."""
    from storno.config.wsgi import application

    world = found()
    with clock_at(lambda: NOON):
        alice = caller(world)
        furnish(world, NOON)
        ids = things(world.id)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return alice, schema, ids


def sound(test: Any) -> Any:
    return settings(
        max_examples=EXAMPLES,
        derandomize=not DEEP,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(test)


@pytest.mark.parametrize(("name", "method", "path"), ENDPOINTS)
def test_it_answers_as_it_says(
    target: tuple[Caller, Any, dict[str, str]], name: str, method: str, path: str
) -> None:
    """Requests that the description allows, and requests that it does not."""
    alice, schema, ids = target
    operation = schema["/api/v1" + path][method]
    mine = {key: value for key, value in ids.items() if f"{{{key}}}" in path}
    allowed, wrong = (
        operation.as_strategy(mode, path_parameters=mine or None)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    )

    @sound
    @given(case=allowed | wrong)
    def holds(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {alice.token}"})
        case.validate_response(response, checks=CHECKS if method == "GET" else BODY_CHECKS)

    with clock_at(lambda: NOON):
        holds()
