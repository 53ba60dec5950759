"""Write the pinned conformance vectors from the installed reference packages.

    python tools/generate_vectors.py

``src/iscckit/data/iscc-core-1.5.0.json`` is the official set with its origin added. Some of its
vectors cannot tell a right algorithm from a wrong one: two of the three pictures have one
colour. ``tests/data/extra-vectors.json`` has the same layout and adds inputs on which iscc-core
1.5.0 and iscc-lib 0.7.0 agree; where they differ this program stops.

Besides the official spellings ``stream:<hex>`` and ``bytes:<hex>``, extra inputs use
``noise:<n>`` for a stream of n bytes of a linear congruential generator, ``fill:<hex>:<n>`` for a
stream of n bytes repeating a pattern, and ``pixels:<hex>`` for a list of grey values.
"""

import importlib.metadata
import importlib.util
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import iscc_core
import iscc_lib

ROOT: Final = Path(__file__).resolve().parent.parent
OFFICIAL: Final = ROOT / "src/iscckit/data/iscc-core-1.5.0.json"
EXTRA: Final = ROOT / "tests/data/extra-vectors.json"

Case = tuple[str, str, list[Any]]


def noise(count: int) -> bytes:
    """Return ``count`` bytes of the generator x -> 1103515245 x + 12345 over 1, 2, 3, ..."""
    return bytes((1103515245 * (k + 1) + 12345) >> 16 & 255 for k in range(count))


def decode(value: object) -> object:
    """Turn a spelled input of a vector into the argument."""
    if not isinstance(value, str):
        return value
    kind, _, rest = value.partition(":")
    match kind:
        case "stream":
            return io.BytesIO(bytes.fromhex(rest))
        case "bytes":
            return bytes.fromhex(rest)
        case "noise":
            return io.BytesIO(noise(int(rest)))
        case "fill":
            pattern, count = rest.split(":")
            return io.BytesIO((bytes.fromhex(pattern) * int(count))[: int(count)])
        case "pixels":
            return list(bytes.fromhex(rest))
    return value


def _streams() -> Iterator[Case]:
    sizes = (1, 255, 256, 257, 640, 641, 1024, 8191, 8192, 8193, 20_000, 70_000, 200_001)
    streams = [f"noise:{size}" for size in sizes]
    streams += ["fill:00:20000", "fill:0001:9000", f"fill:{bytes(range(251)).hex()}:30000"]
    for stream in streams:
        name = "_".join(stream.split(":"))[:24]
        for bits in (64, 256):
            yield "gen_data_code_v0", f"{name}_{bits}", [stream, bits]
        yield "gen_instance_code_v0", f"{name}_256", [stream, 256]


def _images() -> Iterator[Case]:
    shapes: dict[str, Callable[[int, int], float]] = {
        "horizontal_ramp": lambda x, y: 8 * x,
        "vertical_ramp": lambda x, y: 8 * y,
        "diagonal": lambda x, y: 4 * (x + y),
        "checkerboard": lambda x, y: 255 * ((x + y) % 2),
        "disc": lambda x, y: 255 * ((x - 15.5) ** 2 + (y - 15.5) ** 2 < 100),
        "box": lambda x, y: 200 * (8 <= x < 24 and 12 <= y < 20),
        "half": lambda x, y: 255 * (x < 16),
        "dot": lambda x, y: 255 * (x == 5 and y == 9),
        "noise": lambda x, y: noise(1024)[32 * y + x],
    }
    for name, shape in shapes.items():
        pixels = bytes(int(shape(x, y)) for y in range(32) for x in range(32))
        for bits in (32, 64, 256):
            yield "gen_image_code_v0", f"{name}_{bits}", [f"pixels:{pixels.hex()}", bits]


def _texts() -> Iterator[Case]:
    texts = {
        "thirteen": "abcdefghijklm",
        "fourteen": "abcdefghijklmn",
        "german": "Die Straße heißt „Überführung“, Größe: 12 m².",
        "greek": "ΟΔΥΣΣΕΥΣ ΣΑΣ ΕΧΑΙΡΕΤΗΣΕ ΣΤΗΝ ΑΓΟΡΑ ΤΗΣ ΠΟΛΗΣ",
        "turkish": "İSTANBUL'da yağmurlu bir gün, ışıklar sönük",
        "japanese": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        "korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
        "arabic": "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق.",
        "devanagari": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है।",
        "compatibility": "⑴ ㎒ ¨ ﬁ ① ℀ Ⅷ ½ ²³ ＡＢＣ ｶﾞ",
        "emoji": "👩‍👩‍👧 family emoji and 🇩🇪 flags, zero\u200bwidth and soft\u00adhyphen",
        "long": " ".join(
            f"Sentence number {i} speaks about topic {i * i % 97}." for i in range(80)
        ),
    }
    for name, text in texts.items():
        for bits in (64, 256):
            yield "gen_text_code_v0", f"{name}_{bits}", [text, bits]
        if name != "long":
            yield "gen_meta_code_v0", f"{name}_name_256", [text[:40], None, None, 256]
            yield "gen_meta_code_v0", f"{name}_description_256", ["A title", text, None, 256]
    yield "gen_meta_code_v0", "object_256", ["A title", None, {"b": [1, 2.5, "ä"], "a": None}, 256]
    yield (
        "gen_meta_code_v0",
        "data_url_32",
        ["A title", None, "data:text/plain;base64,AAECAw==", 32],
    )


def _signals() -> Iterator[Case]:
    rng = random.Random(24138)
    for count in (1, 2, 3, 4, 5, 7, 11, 12, 13, 64, 301):
        words = [rng.randrange(-(2**31), 2**31) for _ in range(count)]
        for bits in (32, 64, 256):
            yield "gen_audio_code_v0", f"words_{count}_{bits}", [words, bits]
    for count in (1, 2, 5):
        frames = [[rng.randrange(3) for _ in range(380)] for _ in range(count)]
        for bits in (32, 64, 256):
            yield "gen_video_code_v0", f"frames_{count}_{bits}", [frames, bits]
        yield "gen_video_code_v0", f"frames_{count}_repeated", [[*frames, *[frames[0]] * 3], 256]


def _units() -> Iterator[Case]:
    rng = random.Random(2024)

    def unit(main: int, sub: int, bits: int) -> str:
        code: str = iscc_core.encode_component(main, sub, 0, bits, rng.randbytes(bits // 8))
        return f"ISCC:{code}"

    for count in (2, 3, 4, 9):
        for bits in (32, 64, 128, 256):
            codes = [unit(2, rng.randrange(5), max(bits, 64)) for _ in range(count)]
            yield "gen_mixed_code_v0", f"codes_{count}_{bits}", [codes, bits]
    for name, kinds in {
        "mcdi": ((0, 0), (2, 1)), "scdi": ((1, 2), (2, 2)), "mscdi": ((0, 0), (1, 0), (2, 0)),
        "msdi": ((0, 0), (1, 3)), "sdi": ((1, 4),), "mdi": ((0, 0),), "di": (),
    }.items():  # fmt: skip
        for bits in (64, 256):
            codes = [unit(*kind, bits) for kind in (*kinds, (3, 0), (4, 0))]
            rng.shuffle(codes)
            yield "gen_iscc_code_v0", f"{name}_{bits}", [codes]
            yield "gen_iscc_code_v0", f"{name}_{bits}_wide", [codes, True]


def _agreed(function: str, inputs: list[Any]) -> dict[str, Any]:
    """Run both packages; return the output they share."""
    core = getattr(iscc_core, function)(*map(decode, inputs))
    lib = getattr(iscc_lib, function)(*map(decode, inputs))
    if core != dict(lib):
        sys.exit(f"{function}{inputs!r:.200}: iscc-core gives {core}, iscc-lib {dict(lib)}")
    return dict(core)


def _write(path: Path, data: dict[str, dict[str, Any]]) -> None:
    """Write one vector a line, so that a change shows as one line."""
    parts = []
    for name, cases in data.items():
        lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in cases.items()]
        parts.append(f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="ascii")


def main() -> None:
    """Write both files."""
    spec = importlib.util.find_spec("iscc_core")
    assert spec is not None
    assert spec.origin is not None
    official = json.loads((Path(spec.origin).parent / "data.json").read_text(encoding="utf-8"))
    official["_metadata"]["origin"] = (
        "iscc_core/data.json of iscc-core 1.5.0 on PyPI, Apache-2.0; only this line is added"
    )
    _write(OFFICIAL, official)

    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("iscc-core", "iscc-lib")]
    extra: dict[str, dict[str, Any]] = {
        "_metadata": {"origin": "tools/generate_vectors.py", "agreed_by": " and ".join(versions)}
    }
    for cases in (_texts(), _images(), _signals(), _units(), _streams()):
        for function, name, inputs in cases:
            case = {"inputs": inputs, "outputs": _agreed(function, inputs)}
            extra.setdefault(function, {})[name] = case
    _write(EXTRA, extra)


if __name__ == "__main__":
    main()
