"""Parts of a content: passages, pictures, scenes, and the tree that binds them to a declaration.

The binding record has the root of a tree; a proof file has the leaves. One leaf with its path
proves that a part belongs to the declaration, and shows nothing else of the content.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.binding_record import PARTS_HASH
from iscckit.trust.proof.merkle import (
    check_inclusion,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
)
from iscckit.trust.proof.strict_json import canonicalize, make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["Part", "Parts", "bind_parts", "check_parts", "cut_part", "decode_base64", "read_parts"]

Leaf = dict[str, "JsonValue"]

PATH_MAX: Final = 64
_SELECTOR: Final = frozenset({"segment", "offset", "size", "page", "content"})
_LEAF: Final = frozenset(
    {"selector", "type", "simprint", "units", "datahash", "identifier", "codes", "places", "labels"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part with the path from its leaf to the root.

    Attributes:
        leaf: The leaf; docs/proof-format.md lists its members.
        index: Its place among the leaves, from 0.
        path: The hashes from the leaf to the root.
    """

    leaf: Mapping[str, JsonValue]
    index: int
    path: tuple[bytes, ...]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the member ``parts`` of a proof file with this part alone."""
        path: list[JsonValue] = [b64encode(each).decode() for each in self.path]
        return {"leaf": dict(self.leaf), "index": self.index, "path": path}


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts, in order."""

    leaves: tuple[Mapping[str, JsonValue], ...]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the member ``parts`` of a proof file with all parts."""
        return {"leaves": [dict(leaf) for leaf in self.leaves]}


def bind_parts(leaves: Sequence[Mapping[str, JsonValue]]) -> dict[str, JsonValue]:
    """Return the member ``parts`` of a binding record: number and root of the leaves."""
    root = root_of([_hash(leaf) for leaf in leaves])
    return {"size": len(leaves), "root": root.hex(), "hash": PARTS_HASH}


def cut_part(parts: Parts | Part, index: int) -> Part:
    """Return one part with its path.

    Args:
        parts: All parts, or the part itself.
        index: Its place, from 0.

    Raises:
        InvalidInput: There is no such part.
    """
    if isinstance(parts, Part):
        if parts.index != index:
            raise InvalidInput(f"the proof has part {parts.index} only")
        return parts
    if not 0 <= index < len(parts.leaves):
        raise InvalidInput(f"there is no part {index}: the parts are 0 to {len(parts.leaves) - 1}")
    rows = [[_hash(leaf) for leaf in parts.leaves]]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])
    path = inclusion_path(index, len(parts.leaves), lambda level, place: rows[level][place])
    return Part(parts.leaves[index], index, tuple(path))


def read_parts(value: JsonValue) -> Parts | Part:
    """Return the parts of a proof file: all of them, or one with its path.

    Raises:
        InvalidInput: The value is malformed.
    """
    if isinstance(value, dict) and value.keys() == {"leaves"}:
        leaves = value["leaves"]
        if not isinstance(leaves, list) or not leaves:
            raise make_fault("must be a list of leaves", "parts.leaves")
        return Parts(tuple(_check_leaf(leaf) for leaf in leaves))
    if not isinstance(value, dict) or value.keys() != {"leaf", "index", "path"}:
        raise make_fault("must have either leaves, or leaf, index and path", "parts")
    index, path = value["index"], value["path"]
    if type(index) is not int or index < 0:
        raise make_fault("must be a number from 0", "parts.index")
    if not isinstance(path, list) or len(path) > PATH_MAX:
        raise make_fault(f"must be a list of up to {PATH_MAX} hashes", "parts.path")
    hashes = tuple(decode_base64(each, "parts.path") for each in path)
    return Part(_check_leaf(value["leaf"]), index, hashes)


def check_parts(parts: Parts | Part, bound: Mapping[str, JsonValue]) -> None:
    """Check that parts are those of a binding record.

    Args:
        parts: What a proof file has.
        bound: The member ``parts`` of the record.

    Raises:
        VerificationFailed: They are not.
    """
    size, root = bound["size"], str(bound["root"])
    if isinstance(parts, Part):
        hashed = _hash(parts.leaf)
        check_inclusion(hashed, parts.index, int(str(size)), parts.path, bytes.fromhex(root))
    elif bind_parts(parts.leaves) != dict(bound):
        raise VerificationFailed(
            "the parts are not those that the declaration binds", reason_code="merkle-proof-wrong"
        )


def decode_base64(value: JsonValue, field: str) -> bytes:
    """Return the bytes of base64 in its one canonical spelling.

    Raises:
        InvalidInput: The value is not that.
    """
    if isinstance(value, str) and value.isascii():
        try:
            data = b64decode(value, validate=True)
        except ValueError:
            data = b""
        if data and b64encode(data).decode() == value:
            return data
    raise make_fault("is not base64", field)


def _hash(leaf: Mapping[str, JsonValue]) -> bytes:
    return leaf_hash(canonicalize(dict(leaf)))


def _check_leaf(leaf: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(leaf, dict) or not leaf.keys() <= _LEAF:
        raise make_fault("is not a leaf of parts", "parts")
    selector = leaf.get("selector")
    if not isinstance(selector, dict) or not {"segment"} <= selector.keys() <= _SELECTOR:
        raise make_fault("does not say where the part is", "parts.selector")
    if not isinstance(selector["segment"], str):
        raise make_fault("does not name the kind of the part", "parts.selector.segment")
    return leaf
