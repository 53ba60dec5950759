"""A digest over what text_clean and text_collapse make of every code point.

Run as a script, with ``src`` on the path, it prints the digest of the readable twin, which needs
no compiled extension and so runs on any interpreter.
"""

import hashlib
from collections.abc import Callable

__all__ = ["DIGEST", "unicode_digest"]

# The value for Unicode 16.0. It changes only with the pinned version.
DIGEST = "ffade4ea8527de80857ccede98d6dc6ab68c81cdf08e3c0e50aa99d734da8809"
_BLOCK = 1024


def unicode_digest(clean: Callable[[str], str], collapse: Callable[[str], str]) -> str:
    """Return the digest; each code point begins a line, before a mark, and ends a word."""
    digest = hashlib.sha256()
    for start in range(0, 0x110000, _BLOCK):
        chars = map(chr, range(start, start + _BLOCK))
        text = "".join(f"{char}\u0301 AΣ{char}\n" for char in chars)
        digest.update(clean(text).encode())
        digest.update(collapse(text).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    from iscckit.algorithms.twin import text as twin

    print(unicode_digest(twin.text_clean, twin.text_collapse))
