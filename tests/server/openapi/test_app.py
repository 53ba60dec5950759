"""The description is complete, and what it says is true."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from iscckit.server.app import create_app
from iscckit.server.openapi.app import PROBLEM
from iscckit.server.openapi.examples import examples
from iscckit.server.settings import Settings

METHODS = {"get", "put", "post", "delete", "patch", "head"}


def described(token: str | None = None) -> dict[str, Any]:
    app = create_app(Settings(token=token))
    headers = {"authorization": f"Bearer {token}"} if token else {}
    with TestClient(app, base_url="http://127.0.0.1") as client:
        found: dict[str, Any] = client.get("/api/openapi.json", headers=headers).json()
    return found


DESCRIBED = described()
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (path, method, operation)
    for path, item in DESCRIBED["paths"].items()
    for method, operation in item.items()
    if method in METHODS
]
operations = pytest.mark.parametrize(
    ("path", "method", "operation"),
    OPERATIONS,
    ids=[each.get("operationId", f"{method} {path}") for path, method, each in OPERATIONS],
)


BOUNDED = {"date", "date-time", "uuid", "binary"}  # formats
LIMITING: dict[str | None, set[str]] = {
    "string": {"maxLength", "pattern"},
    "integer": {"maximum", "exclusiveMaximum"},
    "number": {"maximum", "exclusiveMaximum"},
    "array": {"maxItems"},
    "object": {"additionalProperties", "maxProperties"},
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def unbounded(schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Yield the places of a request's schema that set no limit."""
    schema = resolved(schema)
    for key in ("anyOf", "oneOf", "allOf"):
        for number, each in enumerate(schema.get(key, [])):
            yield from unbounded(each, f"{at}/{key}{number}")
    kind = schema.get("type")
    if "enum" in schema or "const" in schema or schema.get("format") in BOUNDED:
        return
    if not (LIMITING.get(kind, set()) & set(schema) or LIMITING.get(kind) is None):
        yield f"{at}: {kind} without a limit"
    if kind in {"integer", "number"} and not {"minimum", "exclusiveMinimum"} & set(schema):
        yield f"{at}: {kind} without a least value"
    if kind == "array":
        yield from unbounded(schema.get("items", {}), f"{at}[]")
    for name, each in schema.get("properties", {}).items():
        yield from unbounded(each, f"{at}/{name}")


def test_every_operation_has_an_id_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_names_of_schemas_are_those_that_clients_were_generated_from() -> None:
    schemas = DESCRIBED["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == [
        "iscckit__server__models__Text",
        "iscckit__server__routes__algorithms__Text",
    ]


@operations
def test_operations_say_what_they_do(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert len(operation["tags"]) == 1
    assert set(operation["tags"]) <= {tag["name"] for tag in DESCRIBED["tags"]}


@operations
def test_requests_have_limits(path: str, method: str, operation: dict[str, Any]) -> None:
    wrong: list[str] = []
    for parameter in operation.get("parameters", []):
        wrong += unbounded(parameter["schema"], parameter["name"])
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        if kind == "application/json":
            wrong += unbounded(media["schema"])
    assert wrong == []


@operations
def test_requests_have_examples(path: str, method: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        known = {**parameter["schema"], **parameter}
        assert not parameter.get("required") or {"example", "examples"} & set(known), parameter[
            "name"
        ]
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if media is not None:
        schema = resolved(media["schema"])
        required = [resolved(schema["properties"][name]) for name in schema.get("required", [])]
        assert {"example", "examples"} & (set(media) | set(schema)) or (
            required and all("examples" in each for each in required)
        )


@operations
def test_answers_are_described(path: str, method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    good = [answer for status, answer in answers.items() if status < "400"]
    assert good
    for answer in good:
        for kind, media in answer.get("content", {}).items():
            assert media.get("schema") or not kind.endswith("json"), kind
    for status, answer in answers.items():
        if status >= "400" and not path.startswith("/indexes") and path != "/readyz":
            assert list(answer["content"]) == ["application/problem+json"], status
            assert resolved(answer["content"]["application/problem+json"]["schema"])["required"]
    assert {"403", "500"} <= set(answers)
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= set(answers)


def test_answers_that_do_not_depend_on_the_service_are_those_of_the_examples() -> None:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        for path, method, operation in OPERATIONS:
            name = operation["operationId"]
            if name not in examples():
                continue
            if method == "get":
                place = path
                for parameter in operation.get("parameters", []):
                    example = parameter["schema"]["examples"][0]
                    place = place.replace("{" + parameter["name"] + "}", example)
                answer = client.get(place)
            else:
                schema = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
                body = schema.get("examples", [None])[0] or {
                    field: resolved(each)["examples"][0]
                    for field, each in schema["properties"].items()
                    if "examples" in each
                }
                answer = client.post(path, json=body)
            assert answer.json() == examples()[name], name


def test_the_form_of_problems_is_that_of_the_answers() -> None:
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as client:
        told = client.get("/api/v1/inspect/ISCC:EAASKDNZNYGUUF50").json()
        assert set(PROBLEM["required"]) <= set(told) <= set(PROBLEM["properties"])
        told = client.post("/api/v1/codes/text", json={}).json()
        assert set(told) <= set(PROBLEM["properties"])


def test_the_description_names_the_token_where_one_is_needed() -> None:
    assert "securitySchemes" not in DESCRIBED["components"]
    secured = described("secret")
    assert set(secured["components"]["securitySchemes"]) == {"bearer", "key"}
    assert secured["paths"]["/api/v1/about"]["get"]["security"] == [{"bearer": []}, {"key": []}]
    assert "401" in secured["paths"]["/api/v1/about"]["get"]["responses"]
    assert "security" not in secured["paths"]["/healthz"]["get"]
