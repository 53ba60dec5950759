"""The whole interface against its own description, with input that nobody thought of."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from tests.server.strategies import codes, media_ids, names
from tools import small_models

from iscckit.records.options import Semantics
from iscckit.server.app import create_app
from iscckit.server.settings import Allowance, Settings

LIMITS = Allowance(rate=0, light_rate=0, json_bytes=1 << 20, job_seconds=300)


@pytest.fixture(scope="module")
def semantic(tmp_path_factory: pytest.TempPathFactory) -> Semantics:
    """Models: without one, what asks for meaning is answered with 501, as described."""
    place = tmp_path_factory.mktemp("semantic")
    return small_models.install(place)


def findings(
    token: str | None, examples: int, semantic: Semantics
) -> tuple[list[str], Counter[str]]:
    """Run all phases and checks; return what failed, and how each operation answered."""
    schemathesis.openapi.format("iscc", codes)
    schemathesis.openapi.format("media-id", media_ids)
    schemathesis.openapi.format("base64-utf8", names)
    values: dict[str, Any] = {
        "base-url": "http://127.0.0.1",
        "request-timeout": 300,  # seconds; by default 10, which a busy machine exceeds
        "generation": {"max-examples": examples, "deterministic": True},
        "checks": {
            # A body that is too long for its schema may be too long to be read, too.
            "negative_data_rejection": {
                "expected-statuses": ["400", "403", "404", "405", "409", "413", "415", "422", "431"]
            },
            # That a code is well-formed, that units go together, or that a file of such a type can
            # take metadata, no schema can say.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "413", "415", "422"]
            },
        },
    }
    if token is not None:
        values["headers"] = {"Authorization": f"Bearer {token}"}
    config = SchemathesisConfig.from_dict(values)
    app = create_app(Settings(token=token, allowance=LIMITS, semantic=semantic))
    headers = {"Host": "127.0.0.1", **values.get("headers", {})}
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json", app, config=config, headers=headers
    )
    failed, tried = [], Counter[str]()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            for interaction in event.recorder.interactions.values():
                if interaction.response is not None:
                    tried[f"{event.recorder.label} {interaction.response.status_code // 100}"] += 1
            for number, checks in event.recorder.checks.items():
                seen = event.recorder.interactions.get(number)
                answer = seen.response.content[:400] if seen and seen.response else b""
                failed += [
                    f"{event.recorder.label}: {check.name}: {check.failure_info.failure} {answer!r}"
                    for check in checks
                    if check.status == Status.FAILURE and check.failure_info is not None
                ]
        elif isinstance(event, events.NonFatalError):
            failed.append(f"{event.label}: {event.value}")
        elif isinstance(event, events.FatalError):
            failed.append(str(event.exception))
    return failed, tried


def test_the_interface_does_what_its_description_says(semantic: Semantics) -> None:
    failed, tried = findings(None, 2, semantic)
    assert failed == []
    done = {label for label in tried if label.endswith(" 2")}
    assert len(done) >= 12, tried  # it was let in and did not see refusals only


@pytest.mark.slow
@pytest.mark.parametrize("token", [None, "correct horse"])
def test_the_interface_does_it_at_length(token: str | None, semantic: Semantics) -> None:
    failed, _ = findings(token, 50, semantic)
    assert failed == []
