"""The kernel on ARM, run under an emulator, gives the digests that it gives here."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

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
        "nearest": _kernel.search_nearest([memoryview(data).cast("Q")], data[:8], 64, 20, 64),
    }


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)} (.ci/run installs them)")
def test_digests_on_arm_are_those_on_this_machine(tmp_path: Path) -> None:
    program = tmp_path / "digests"
    source = Path(__file__).parent / "digests.cpp"
    command = [COMPILER, "-std=c++20", "-O2", "-static", "-Wno-psabi", "-I", ROOT / "kernel"]
    subprocess.run([*command, "-o", program, source], check=True)
    chosen = random.Random(11)
    for data in (chosen.randbytes(1 << 17), bytes(1 << 15), bytes(range(256)) * 300):
        run = subprocess.run([EMULATOR, program], input=data, capture_output=True, check=True)
        lines = [line.split(" ") for line in run.stdout.decode().splitlines()]
        expected = here(data)
        assert {(name, level) for name, level, _ in lines} == {
            (name, level) for name in expected for level in ("1", "4")
        }
        for name, level, digest in lines:
            assert bytes.fromhex(digest) == expected[name], (name, level)
