"""A description of an interface (OpenAPI) as a manual: rows and snippets for people."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from iscckit.server.http.problems import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Answer", "Field", "Manual", "Operation", "manual_of"]

_METHODS: Final = ("get", "head", "post", "put", "patch", "delete")
_DEPTH: Final = 4  # of nested objects that are shown
_SHOWN: Final = 1500  # characters of an example; longer ones are cut
_LIMITS: Final = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("multipleOf", "in steps of {}"),
    ("pattern", "like {}"),
    ("format", "{}"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one member of an object.

    Attributes:
        name: Name; members of inner objects have a dot, lists have brackets.
        place: ``path``, ``query``, ``header`` or ``body``.
        type: In words.
        required: Whether it must be there.
        limits: In words.
        description: What it means.
        example: To be tried; empty if there is none.
    """

    name: str
    place: str
    type: str
    required: bool
    limits: str
    description: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What may come back.

    Attributes:
        status: In digits.
        meaning: In words.
        mediatype: Media type of the content; empty if there is none.
        problems: Slug and title of those that it may be; empty of a good one.
        fields: Fields of a JSON object.
        example: As text; empty if there is none.
    """

    status: str
    meaning: str
    mediatype: str
    problems: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the interface does.

    Attributes:
        id: Its name, also of its page.
        tag: The group it belongs to.
        method: In capitals.
        path: With the names of parameters in braces.
        summary: In one line.
        paragraphs: The rest; of each, text and code by turns.
        fields: Parameters, and members of the body.
        body: An example of the body, as text; empty if it takes none.
        takes: The media type of the body; empty if it takes none.
        answers: In the order of their status.
    """

    id: str
    tag: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[tuple[str, ...], ...]
    fields: tuple[Field, ...]
    body: str
    takes: str
    answers: tuple[Answer, ...]

    @property
    def example(self) -> str:
        """Path and query with the examples of what is required."""
        return self.address({field.name: field.example for field in self.fields if field.required})

    def address(self, given: Mapping[str, str]) -> str:
        """Return path and query with values in the places of parameters; unknown ones are lost."""
        path, query = self.path, {}
        for field in self.fields:
            value = given.get(field.name, "")
            if field.place == "path":
                path = path.replace(f"{{{field.name}}}", quote(value, safe=":"))
            elif field.place == "query" and value:
                query[field.name] = value
        return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class Manual:
    """Description of all operations of the service, as its reference pages show it.

    Attributes:
        groups: Name, description and operations of each tag.
        server: Where the service is reached.
        secured: Whether it needs a token.
    """

    groups: tuple[tuple[str, str, tuple[Operation, ...]], ...]
    server: str
    secured: bool

    @property
    def operations(self) -> Iterator[Operation]:
        """All operations."""
        return (operation for _, _, group in self.groups for operation in group)


def manual_of(described: Mapping[str, Any], server: str, secured: bool) -> Manual:
    """Return the manual of an interface.

    Args:
        described: Its OpenAPI description.
        server: Where it is reached, without a slash at the end.
        secured: Whether snippets show a token.
    """
    schemas = described.get("components", {}).get("schemas", {})
    operations = [
        _operation(path, method, operation, schemas)
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    ]
    groups = tuple(
        (
            tag["name"],
            tag["description"],
            tuple(each for each in operations if each.tag == tag["name"]),
        )
        for tag in described.get("tags", [])
    )
    return Manual(groups, server, secured)


def _operation(
    path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]
) -> Operation:
    fields = [_parameter(each, schemas) for each in operation.get("parameters", [])]
    content = operation.get("requestBody", {}).get("content", {})
    takes = next(iter(content), "")
    body = ""
    if takes == "application/json":
        schema = _resolve_schema(content[takes].get("schema", {}), schemas)
        fields += _members(schema, schemas, "body", "", 0)
        body = _text(_example(content[takes], schema, schemas))
    answers = [_answer(status, each, schemas) for status, each in operation["responses"].items()]
    return Operation(
        id=operation["operationId"],
        tag=operation.get("tags", ["Other"])[0],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        paragraphs=tuple(
            tuple(re.split(r"`+", paragraph))
            for paragraph in operation.get("description", "").split("\n\n")
        ),
        fields=tuple(fields),
        body=body,
        takes=takes,
        answers=tuple(answers),
    )


def _parameter(parameter: dict[str, Any], schemas: dict[str, Any]) -> Field:
    schema = _resolve_schema(parameter["schema"], schemas)
    example = parameter.get("example", next(iter(schema.get("examples", [])), ""))
    return Field(
        parameter["name"], parameter["in"], _type(schema, schemas),
        parameter.get("required", False), _limits(schema),
        parameter.get("description", schema.get("description", "")), str(example),
    )  # fmt: skip


def _members(
    schema: dict[str, Any], schemas: dict[str, Any], place: str, prefix: str, depth: int
) -> list[Field]:
    found = []
    for name, each in schema.get("properties", {}).items():
        inner = _resolve_schema(each, schemas)
        found.append(
            Field(
                prefix + name, place, _type(inner, schemas), name in schema.get("required", []),
                _limits(inner), inner.get("description", ""),
            )
        )  # fmt: skip
        if depth < _DEPTH:
            items = _resolve_schema(inner.get("items", {}), schemas)
            inside, mark = (items, "[]") if "properties" in items else (inner, "")
            found += _members(inside, schemas, place, f"{prefix}{name}{mark}.", depth + 1)
    return found


def _answer(status: str, answer: dict[str, Any], schemas: dict[str, Any]) -> Answer:
    content = answer.get("content", {})
    mediatype = next(iter(content), "")
    media = content.get(mediatype, {})
    example = media.get("example")
    slugs = answer.get("x-problems", [])
    fields: list[Field] = []
    if slugs:
        example = None
    elif mediatype == "application/json":
        schema = _resolve_schema(media.get("schema", {}), schemas)
        fields = _members(schema, schemas, "answer", "", 0)
    text = "" if example is None else _text(example)
    titled = tuple((slug, KINDS[slug].title) for slug in slugs)
    return Answer(status, answer.get("description", ""), mediatype, titled, tuple(fields), text)


def _resolve_schema(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = schemas.get(schema["$ref"].rpartition("/")[2], {})
    options = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    if len(options) == 1:
        return {
            **_resolve_schema(options[0], schemas),
            **{k: v for k, v in schema.items() if k != "anyOf"},
        }
    return schema


def _type(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        names = (_type(_resolve_schema(each, schemas), schemas) for each in options)
        return " or ".join(dict.fromkeys(names))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_type(_resolve_schema(schema.get('items', {}), schemas), schemas)}"
    return str(kind)


def _limits(schema: dict[str, Any]) -> str:
    parts = [words.format(_plain(schema[key])) for key, words in _LIMITS if key in schema]
    if "default" in schema and schema["default"] not in (None, "", [], {}):
        parts.append(f"by default {_plain(schema['default'])}")
    return ", ".join(parts)


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


def _example(media: dict[str, Any], schema: dict[str, Any], schemas: dict[str, Any]) -> object:
    if "example" in media:
        return media["example"]
    if schema.get("examples"):
        return schema["examples"][0]
    members = {
        name: _resolve_schema(each, schemas) for name, each in schema.get("properties", {}).items()
    }
    return {name: each["examples"][0] for name, each in members.items() if each.get("examples")}


def _text(value: object) -> str:
    """Return JSON for people: lists of numbers on one line, and nothing endless."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if len(text) > _SHOWN:
        text = json.dumps(value, ensure_ascii=False)
    return text
