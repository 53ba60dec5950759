"""What ``verify`` found out about a proof, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.records.safe_text import readable
from iscckit.render.proof_wording import PROTOCOL, check_sentence, state_sentence

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.declarations.verify_file import Verified

__all__ = ["verification_json"]


def verification_json(verified: Verified) -> dict[str, JsonValue]:
    """Return a checked proof as JSON.

    Args:
        verified: The proof and its checks.

    Returns:
        ``path``, ``proof``, ``protocol``, ``state``, ``sentence``, and ``checks``: one object with
        ``check``, ``status``, ``result``, ``sentence`` and ``facts`` each.
    """
    checks: list[JsonValue] = [
        {
            "check": check.name,
            "status": check.status,
            "result": check.result,
            "sentence": check_sentence(check),
            "facts": dict(check.facts),
        }
        for check in verified.verdict.checks
    ]
    return {
        "path": None if verified.path is None else readable(verified.path),
        "proof": readable(verified.proof_path),
        "protocol": PROTOCOL,
        "state": verified.verdict.state,
        "sentence": state_sentence(verified.verdict),
        "checks": checks,
    }
