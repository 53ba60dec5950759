"""What the checks of a proof take and give: trust and facts, checks and a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["Check", "Content", "Facts", "Name", "State", "Status", "Trust", "Verdict"]

Name = Literal["content", "signature", "signer", "log", "checkpoint", "time", "doi", "deletion"]
Status = Literal["holds", "open", "fails"]
State = Literal["invalid", "valid", "trusted"]
Content = Literal["exact", "same-content", "similar", "other", "missing", "part", "unread"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: What was checked.
        status: ``holds``; ``open``: nothing speaks against it, and nothing trusted for it; or
            ``fails``.
        result: The outcome in one word, such as ``exact`` or ``claimed``.
        facts: What describes the outcome, in JSON types.
    """

    name: Name
    status: Status
    result: str
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the caller trusts.

    Attributes:
        signers: Names of trusted signers by their public keys.
        expected: The key that must have signed; None for any.
        hubs: Public keys of pinned logs by the origin in their checkpoints.
        hub_keys: Further public keys of logs that are trusted whatever their origin is.
        roots: Pinned roots of timestamp authorities, in DER.
    """

    signers: Mapping[bytes, str] = field(default_factory=dict)
    expected: bytes | None = None
    hubs: Mapping[str, bytes] = field(default_factory=dict)
    hub_keys: frozenset[bytes] = frozenset()
    roots: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the caller found out beside the proof.

    Attributes:
        content: How the file relates to the note.
        content_facts: What describes that relation.
        controller: Whether the controller has the key: ``verified``, ``unauthorized``,
            ``unresolvable``, or ``changed`` if it had another one before; None if nobody asked.
        doi: ``verified``, ``contradicted`` or ``claimed``, as the registry says; None if nobody
            asked.
        deleted: The place and time of a deletion; None if none is known.
        newer_size: The size of a newer checkpoint that the log only grew to; None if nobody asked.
        rewritten: How the log now contradicts the proof; None if it does not.
    """

    content: Content = "unread"
    content_facts: Mapping[str, JsonValue] = field(default_factory=dict)
    controller: str | None = None
    doi: str | None = None
    deleted: Mapping[str, JsonValue] | None = None
    newer_size: int | None = None
    rewritten: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The checks of a proof, and what they come to.

    Attributes:
        checks: One for each name, in the order of ``Name``.
        state: ``invalid`` if a check fails, ``trusted`` if the signer is, else ``valid``.
    """

    checks: tuple[Check, ...]
    state: State

    def check(self, name: Name) -> Check:
        """Return one check."""
        return next(each for each in self.checks if each.name == name)
