"""The second verifier, docs/verify_proof.py, which stands alone and imports nothing of iscckit."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

FILE: Final = Path(__file__).parent.parent.parent / "docs" / "verify_proof.py"

check_second: Final = cast("Callable[..., list[str]]", runpy.run_path(str(FILE))["check_proof"])


def passes_second(data: bytes, roots: Sequence[bytes] = ()) -> bool:
    """Tell whether the second verifier accepts a proof; any error of it is a refusal."""
    try:
        check_second(data, None, roots)
    except Exception:
        return False
    return True
