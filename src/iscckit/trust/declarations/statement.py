"""What somebody states of files when declaring them, and the binding record of one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iscckit.trust.proof.binding_record import check_binding
from iscckit.trust.proof.parts import bind_parts

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["Statement", "make_binding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is stated of all files of one declaration.

    Attributes:
        seed: Metadata that the Meta-Code is made of; None takes those in the file.
        identifiers: ``scheme``, ``code`` and perhaps ``scope`` and ``primary`` of each.
        license: URL or SPDX name of the licence.
        creator: The makers, as ORCID or by name.
        publisher: The publishers, as ROR or by name.
        tdm: ``reserved`` or ``open`` by category, and perhaps ``policy``.
        gateway: URL or template of the address that ISCC-IDs resolve to.
        controller: DID or HTTPS URL that has the key.
        keyid: Which key of the controller it is.
    """

    seed: Mapping[str, JsonValue] | None = None
    identifiers: Sequence[Mapping[str, JsonValue]] = ()
    license: str | None = None
    creator: Sequence[str] = ()
    publisher: Sequence[str] = ()
    tdm: Mapping[str, str] = field(default_factory=dict)
    gateway: str | None = None
    controller: str | None = None
    keyid: str | None = None


def make_binding(
    statement: Statement, leaves: Sequence[Mapping[str, JsonValue]]
) -> dict[str, JsonValue] | None:
    """Return the binding record of a file; None if it would be empty.

    Args:
        statement: What is stated.
        leaves: The parts of the file.

    Raises:
        InvalidInput: A value does not have the form of a binding record.
    """
    members: dict[str, JsonValue] = {
        "seed": None if statement.seed is None else dict(statement.seed),
        "identifiers": [dict(each) for each in statement.identifiers],
        "license": statement.license,
        "creator": list(statement.creator),
        "publisher": list(statement.publisher),
        "tdm": dict(statement.tdm),
        "parts": bind_parts(leaves) if leaves else None,
    }
    binding: dict[str, JsonValue] = {name: value for name, value in members.items() if value}
    return check_binding(binding) if binding else None
