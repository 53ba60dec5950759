"""Ways to make codes of files that are compared by counting what is equal in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import imagehash
import numpy as np
import pdqhash
from datasketch import MinHash
from PIL import Image

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.verdict import compare
from iscckit.media.content_values import TextContent
from iscckit.records.create import create, create_with_content
from iscckit.records.options import Options

__all__ = ["METHODS", "Method", "coded"]

CONTENT: Final = {
    "pictures": SubType.IMAGE,
    "texts": SubType.TEXT,
    "sounds": SubType.AUDIO,
    "films": SubType.VIDEO,
}
_VALUES: Final = 64  # of a MinHash
_WORDS: Final = 3  # of a shingle
_REDUCED: Final = 512


@dataclass(frozen=True, slots=True)
class Method:
    """A way to make codes.

    Attributes:
        name: For the tables.
        count: How many things of two codes are compared: bits, or values.
        value_bytes: Of each; 0 where they are bits.
        unit: Of which MainType and SubType it is, where it is an ISCC unit.
    """

    name: str
    count: int
    value_bytes: int = 0
    unit: tuple[MainType, int] | None = None

    def equal(self, a: bytes, many: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return how much of ``a`` is equal in each row of ``many``, which are codes as bytes."""
        mine = np.frombuffer(a, np.uint8)
        if not self.value_bytes:
            apart = np.bitwise_count(many ^ mine).sum(axis=1, dtype=np.int64)
            return np.asarray(self.count - apart)
        shape = (-1, self.count, self.value_bytes)
        equal = (many.reshape(shape) == mine.reshape(shape)).all(axis=2)
        return np.asarray(equal.sum(axis=1, dtype=np.int64))

    def rule(self, a: bytes, b: bytes) -> bool:
        """Tell whether ``iscc compare`` says that two units agree."""
        assert self.unit is not None
        main, sub = self.unit
        return compare(Unit(main, sub, a), Unit(main, sub, b)).verdict != "none"


def _iscc(kind: str, name: str) -> tuple[Method, Method]:
    unit = (MainType.CONTENT, CONTENT[kind])
    return (
        Method(f"{name} 256", 256, unit=unit),
        Method(f"{name} 64", 64, unit=unit),
    )


METHODS: Final[dict[str, tuple[Method, ...]]] = {
    "pictures": (
        *_iscc("pictures", "Image-Code"),
        Method("PDQ 256", 256),
        Method("pHash 256", 256),
        Method("pHash 64", 64),
        Method("dHash 64", 64),
        Method("wHash 64", 64),
    ),
    "texts": (
        *_iscc("texts", "Text-Code"),
        Method("MinHash 64 x 32", _VALUES, 4),
        Method("Data-Code 256", 256, unit=(MainType.DATA, 0)),
    ),
    "sounds": (
        *_iscc("sounds", "Audio-Code"),
        Method("Data-Code 256", 256, unit=(MainType.DATA, 0)),
    ),
    "films": (*_iscc("films", "Video-Code"), Method("Data-Code 256", 256, unit=(MainType.DATA, 0))),
}


def coded(kind: str, path: Path, units: Sequence[Unit] | None = None) -> dict[str, bytes]:
    """Return the codes of a file by every method of its kind that can make one.

    Args:
        kind: Of media.
        path: Of the file.
        units: Of the file, 256 bits each, where they are known.
    """
    if units is None:
        units = create(path, Options(bits=256)).units
    codes: dict[str, bytes] = {}
    for method in METHODS[kind]:
        if method.unit is not None:
            for unit in units:
                if (unit.maintype, unit.subtype) == method.unit:
                    codes[method.name] = unit.body[: method.count // 8]
    if kind == "pictures":
        codes |= _picture(path)
    if kind == "texts":
        _, content = create_with_content(path, Options())
        if isinstance(content, TextContent):
            codes["MinHash 64 x 32"] = _minhash(content.text)
    return codes


def _picture(path: Path) -> dict[str, bytes]:
    """Return the codes by other packages, of a picture reduced to 512 pixels, as PDQ advises."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    picture.thumbnail((_REDUCED, _REDUCED), Image.Resampling.BOX)
    hashes: dict[str, Callable[[], Any]] = {
        "pHash 256": lambda: imagehash.phash(picture, hash_size=16),
        "pHash 64": lambda: imagehash.phash(picture),
        "dHash 64": lambda: imagehash.dhash(picture),
        "wHash 64": lambda: imagehash.whash(picture),
    }
    codes = {name: np.packbits(make().hash).tobytes() for name, make in hashes.items()}
    bits, _ = pdqhash.compute(np.asarray(picture))
    return codes | {"PDQ 256": np.packbits(bits).tobytes()}


def _minhash(text: str) -> bytes:
    words = text.lower().split()
    made = MinHash(num_perm=_VALUES, seed=1)
    made.update_batch(
        {" ".join(words[i : i + _WORDS]).encode() for i in range(max(1, len(words) - _WORDS + 1))}
    )
    return bytes(made.hashvalues.astype(np.uint32))
