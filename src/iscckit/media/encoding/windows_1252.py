"""Windows-1252, in which every byte has a character."""

from __future__ import annotations

from typing import Final

__all__ = ["WINDOWS_1252", "decode_windows_1252"]

WINDOWS_1252: Final = "windows-1252"

_UNDEFINED: Final = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # bytes without a character in Windows-1252
_CHARACTERS: Final = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in _UNDEFINED
}


def decode_windows_1252(data: bytes) -> str:
    """Return the text of ``data``; its five undefined bytes are read as Latin-1."""
    return data.decode("latin-1").translate(_CHARACTERS)
