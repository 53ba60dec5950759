"""The kernel's tables and the twin's are the same numbers."""

import hashlib
import importlib.util
import json
from math import cos, pi
from pathlib import Path

import pytest

from iscckit.algorithms.twin.hashes import tables

ROOT = Path(__file__).resolve().parents[2]


def test_the_header_is_what_the_generator_writes() -> None:
    path = ROOT / "tools/generate_constants.py"
    spec = importlib.util.spec_from_file_location("generate_constants", path)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert (ROOT / "kernel/tables/constants.hpp").read_text(encoding="ascii") == generator.render()


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("gear", "8220b790ee434d23cac5799dcf6ea29e3f3ada7a67dc1851f7ea9d0e79d4aa87"),
        ("minhash_a", "09687d9e5d8e4357c4a41d43c460d625a46ba74e84f3b08b85088a80c3994136"),
        ("minhash_b", "525696d7bffafa9e1013c5db3c15fb695d7d33715d804ae0fd2daa8056e63512"),
        ("wta_pairs", "d9b7b794d4fdf3c992ba823d6fef6853df95bee7cdfe0044c2f8a5b106346cf1"),
    ],
)
def test_tables_have_their_known_digests(name: str, sha256: str) -> None:
    text = json.dumps(tables()[name], separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == sha256


def test_dct_divisors_are_cosines() -> None:
    for n, values in tables()["dct_divisors"].items():
        assert len(values) == int(n) // 2
        for i, text in enumerate(values):
            assert float.fromhex(text) == pytest.approx(2 * cos((i + 0.5) * pi / int(n)), rel=1e-15)
