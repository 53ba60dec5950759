"""Files that the profile ``iscckit-1`` reads better than the reference SDK, for docs/parity.md.

Each example is a file and the content that it holds, in a form that both profiles read. The better
the reading, the more bits of both Content-Codes are equal.
"""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from iscckit.algorithms.hamming import equal_bits
from iscckit.codec.unit import MainType, Unit
from iscckit.media.content_values import Profile
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.record import Record

SAMPLES: Final = Path(__file__).parent.parent / "samples"
RUSSIAN: Final = (
    "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. "
    "Всё смешалось в доме Облонских. Жена узнала, что муж был в связи с бывшею в их доме "
    "француженкою-гувернанткой, и объявила мужу, что не может жить с ним в одном доме. "
)
CHINESE: Final = "話說天下大勢 分久必合 合久必分 週末七國分爭 併入於秦 及秦滅之後 楚漢分爭"
EMOJI: Final = "The weather 🌦 of today 🌧 is the weather 🌩 of tomorrow 🌨."


@dataclass(frozen=True, slots=True)
class Example:
    """A file, and the same content in a form that both profiles read.

    Attributes:
        title: What is special in the file.
        name: Its name.
        data: Its bytes.
        plain_name: Name of the other form.
        plain: Bytes of the other form.
    """

    title: str
    name: str
    data: bytes
    plain_name: str
    plain: bytes


@dataclass(frozen=True, slots=True)
class Better:
    """What came of an example.

    Attributes:
        title: As in the example.
        sdk: What ``sdk-0.9.7`` makes of it.
        ours: What ``iscckit-1`` makes of it.
    """

    title: str
    sdk: str
    ours: str


def examples() -> list[Example]:
    """Return the examples."""
    russian, chinese = RUSSIAN.encode(), CHINESE.encode()
    page = "<html><head><meta charset='{}'></head><body><p>{}</p></body></html>"
    with Image.open(SAMPLES / "cat.jpg") as opened:
        photo = opened.convert("RGB")
    grey = photo.convert("L")
    plain = _saved(grey)
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    floats = Image.fromarray(np.asarray(grey).astype(np.float32) / 255)
    jpeg = (SAMPLES / "cat.jpg").read_bytes()
    whole = _saved(photo)
    return [
        Example("text in KOI8-R that nothing declares", "a.txt", RUSSIAN.encode("koi8-r") * 4,
                "b.txt", russian * 4),
        Example("text in UTF-16 without a mark", "a.txt", RUSSIAN.encode("utf-16-le"),
                "b.txt", russian),
        Example("page that says gb2312 and means GB 18030", "a.html",
                page.format("gb2312", CHINESE).encode("gb18030"), "b.txt", chinese),
        Example("text with emoji", "a.txt", EMOJI.encode(), "b.txt", EMOJI.encode()),
        Example("picture of 16 bits", "a.png", _saved(deep), "b.png", plain),
        Example("picture of floats", "a.tif", _saved(floats, "TIFF"), "b.png", plain),
        Example("picture with a transparent colour", "a.png", *_transparent(photo)),
        Example("photo that lacks its last twentieth", "a.jpg", jpeg[: len(jpeg) * 19 // 20],
                "b.png", whole),
        Example("drawing with entities", "a.svg", _drawing("&dark;", entity=True),
                "b.svg", _drawing("#036", entity=False)),
        Example("TIFF of two different pages", "a.tif", _pages(grey), "b.png", plain),
    ]  # fmt: skip


def _saved(picture: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def _transparent(photo: Image.Image) -> tuple[bytes, str, bytes]:
    """Return a picture whose middle has the transparent colour, and the same in white."""
    width, height = photo.size
    middle = (width // 4, height // 4, 3 * width // 4, 3 * height // 4)
    black, white = photo.copy(), photo.copy()
    black.paste((1, 0, 1), middle)
    white.paste((255, 255, 255), middle)
    return _saved(black, transparency=(1, 0, 1)), "b.png", _saved(white)


def _drawing(colour: str, *, entity: bool) -> bytes:
    declared = '<!DOCTYPE svg [<!ENTITY dark "#036">]>' if entity else ""
    return (
        f'{declared}<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
        f'<rect width="40" height="30" fill="{colour}"/><circle cx="45" cy="45" r="15"/></svg>'
    ).encode()


def _pages(first: Image.Image) -> bytes:
    second = first.transpose(Image.Transpose.ROTATE_90)
    return _saved(first, "TIFF", save_all=True, append_images=[second])


def measure(found: list[Example] | None = None) -> list[Better]:
    """Return what both profiles make of the examples."""
    with tempfile.TemporaryDirectory() as folder:

        def record(name: str, data: bytes, profile: Profile) -> Record:
            path = Path(folder) / name
            path.write_bytes(data)
            return create(path, Options(bits=256, profile=profile))

        return [_better(each, record) for each in found or examples()]


def _better(example: Example, record: Callable[[str, bytes, Profile], Record]) -> Better:
    plain = _content(record(example.plain_name, example.plain, "iscckit-1"))
    assert plain is not None, example.title
    sdk, ours = (
        _describe(record(example.name, example.data, profile), plain)
        for profile in ("sdk-0.9.7", "iscckit-1")
    )
    return Better(example.title, sdk, ours)


def _content(record: Record) -> Unit | None:
    return next((unit for unit in record.units if unit.maintype == MainType.CONTENT), None)


def _describe(record: Record, plain: Unit) -> str:
    unit = _content(record)
    flags = "".join(f", `{flag}`" for flag in record.flags)
    if unit is None:
        return f"no Content-Code{flags}"
    return f"{equal_bits(unit.body, plain.body)} of {plain.bits}{flags}"
