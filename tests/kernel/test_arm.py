"""The kernel on ARM, run under an emulator, gives the digests that it gives here."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3

from iscckit import _kernel

ROOT = Path(__file__).parent.parent.parent
COMPILER, EMULATOR = "aarch64-linux-gnu-g++", "qemu-aarch64"
MISSING = [name for name in (COMPILER, EMULATOR) if shutil.which(name) is None]


def here(data: bytes) -> dict[str, bytes]:
    """Return the same digests by the extension on this machine."""
    text = bytes(ord("a") + byte % 26 for byte in data).decode()
    trits = bytes(byte % 3 for byte in data)
    frames = np.frombuffer(trits[: len(trits) // 380 * 380], np.uint8).reshape(-1, 380)
    fingerprinter = _kernel.Fingerprinter()
    fingerprinter.feed(data)
    return {
        "data": _kernel.data_digest(data),
        "simhash": _kernel.simhash(data, 32),
        "minhash": _kernel.minhash(data),
        "image": _kernel.image_digest(data[:1024], 256),
        "text": _kernel.text_digest(text)[0],
        "audio": _kernel.audio_digest(memoryview(data).cast("i"), 256),
        "video": _kernel.video_digest(frames, 256),
        "frame": bytes(_kernel.frame_signature(data[: 96 * 64], 96, 64, 96)),
        "sound": fingerprinter.words(),
        "meta": _kernel.meta_digest(text[:3000], data),
        "pictures": _kernel.blake3(pictures(data)),
        "slices": _kernel.blake3(slices(data)),
        "nearest": _kernel.search_nearest([memoryview(data).cast("Q")], data[:8], 64, 20, 64),
    }


def of_any_level(data: bytes) -> dict[str, bytes]:
    """Return those of what has one level only."""
    text = all_characters(data)
    short = _kernel.text_trim(text, 100_000)
    prints = _kernel.text_simprints(short, 1024)
    results = {
        "characters": text,
        "clean": _kernel.text_clean(text),
        "collapse": _kernel.text_collapse(text),
        "lines": _kernel.text_remove_newlines(text),
        "trim": _kernel.text_trim(text, 1000),
    }
    return {
        "dct": _kernel.dct2(np.frombuffer(data[:1024], np.uint8).astype(np.float64).data, 32),
        "blake3": _kernel.blake3(data),
        "multihash": _kernel.multihash(data).encode(),
        # The number of a chunk and that of a block of output have one place in the compression.
        "counter": blake3(data[:64]).digest(length=32, seek=64 * ((5 << 32) + 3)),
        "simprints": b"".join(each[0] for each in prints),
        "codes": codes(data).encode(),
    } | {name: _kernel.blake3(result.encode()) for name, result in results.items()}


def all_characters(data: bytes) -> str:
    """Return all code points but surrogates, each behind one that ``data`` chooses."""
    bytes_of = np.frombuffer(data, np.uint8).astype(np.uint32)
    codes = np.arange(1, 0x110000, dtype=np.uint32)
    chosen = bytes_of[codes % len(data)] << 8 | bytes_of[(codes + 1) % len(data)]
    both = np.stack([chosen, codes], axis=1).ravel()
    both = both[(both != 0) & ((both < 0xD800) | (both >= 0xE000))]
    return str(both.astype("<u4").tobytes(), "utf-32-le")


def codes(data: bytes) -> str:
    """Return units of every kind and length, their spellings, and composites."""
    lines, units, strict = [], [], 2
    for maintype in range(5):
        for length in (1, 3, 7):
            start = 40 * maintype + length
            body = data[start : start + 4 * (length + 1)]
            unit = (maintype, 0, body, 0)
            text = _kernel.codec_normalize(_kernel.unit_canonical(unit), strict)
            kind = _kernel.codec_type_id(text, strict)
            lines.append(f"{text} {_kernel.codec_explain(text, strict)} {kind}")
            lines += [_kernel.base_encode(body, base) for base in "fbvzu"]
            units.append(unit)
    parts = [(kind, 0, data[50 * kind : 50 * kind + 32], 0) for kind in (0, 2, 3, 4)]
    for first in range(3):
        composite = _kernel.codec_compose(parts[first:], 2, strict)
        lines.append(composite)
        lines.append(_kernel.codec_clean(f"iscc:{composite[5:9]}-{composite[9:]}", 0))
        lines += [f"ISCC:{each}" for each in _kernel.codec_decompose(composite, strict)]
    lines += [_kernel.unit_canonical(unit) for unit in units]
    contents = [(2, kind, data[60 * kind : 60 * kind + 32], 0) for kind in range(3)]
    lines.append(_kernel.codec_mixed_code(contents, 128) or "")
    return "\n".join(lines) + "\n"


def slices(data: bytes) -> bytes:
    """Return the outboard, nodes of chunks with high numbers, a slice, and what it proves."""
    hasher = _kernel.OutboardHasher()
    parents = hasher.update(data)
    root, rest = hasher.finish()
    piece = len(data).to_bytes(8, "little") + _kernel.bao_nodes(data, 0, 9, 20_009)
    fault, _, content = _kernel.bao_verify(piece, root, 9, 20_000)
    assert fault == 0
    return parents + rest + _kernel.bao_nodes(data, (1 << 32) - 3, 9, 20_009) + piece + content


def pictures(data: bytes) -> bytes:
    """Return the grey pixels of pictures of each mode, orientation and rule of trimming."""
    sizes = (1, 2, 3, 4, 4)
    return b"".join(
        _kernel.normalize_pixels(data[: 97 * 61 * sizes[mode]], 97, 61, mode, orientation, trim)
        for mode in range(5)
        for orientation in range(1, 9)
        for trim in range(3)
    )


def test_every_kernel_is_exercised() -> None:
    source = (Path(__file__).parent / "digests.cpp").read_text("ascii")
    seen, waiting = set(), re.findall(r'#include "([\w/]+\.hpp)"', source)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            text = (ROOT / "kernel" / name).read_text("utf-8")
            waiting += re.findall(r'#include "([\w/]+\.hpp)"', text)
    assert seen == {
        f"{path.parent.name}/{path.name}"
        for path in (ROOT / "kernel").glob("*/*.hpp")
        if path.parent.name != "bind"
    }


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)} (.ci/run installs them)")
def test_digests_on_arm_are_those_on_this_machine(tmp_path: Path) -> None:
    program = tmp_path / "digests"
    source = Path(__file__).parent / "digests.cpp"
    command = [
        COMPILER,
        "-std=c++20",
        "-O2",
        "-ffp-contract=off",
        "-static",
        "-Wno-psabi",
        "-I",
        str(ROOT / "kernel"),
    ]
    subprocess.run([*command, "-o", program, source], check=True)
    chosen = random.Random(11)
    for data in (chosen.randbytes(1 << 17), bytes(1 << 15), bytes(range(256)) * 300):
        run = subprocess.run([EMULATOR, program], input=data, capture_output=True, check=True)
        lines = [line.split(" ") for line in run.stdout.decode().splitlines()]
        expected, single = here(data), of_any_level(data)
        assert {(name, level) for name, level, _ in lines} == {
            (name, level) for name in expected for level in ("1", "4")
        } | {(name, "1") for name in single}
        expected |= single
        for name, level, digest in lines:
            assert bytes.fromhex(digest) == expected[name], (name, level)
