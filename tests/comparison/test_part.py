"""A shared part seen from either side."""

from __future__ import annotations

import numpy as np
import pytest

from iscckit.comparison.part import Part, Place


@pytest.mark.parametrize("turn", range(8))
def test_what_makes_a_of_b_undoes_what_makes_b_of_a(turn: int) -> None:
    part = Part("picture", Place(0.5, box=(0.0, 0.0, 0.5, 1.0)), Place(1.0), 0.9, 40.0, turn)
    back = part.swap()
    assert (back.a, back.b) == (part.b, part.a)
    assert back.swap() == part
    picture = np.arange(6).reshape(2, 3)

    def turned(pixels: np.ndarray, by: int) -> np.ndarray:
        return np.rot90(pixels[:, ::-1] if by >= 4 else pixels, by % 4)

    assert (turned(turned(picture, part.turn), back.turn) == picture).all()


def test_the_json_has_every_field() -> None:
    part = Part("text", Place(1 / 3, 16, 900, page=2), Place(1.0, 0, 884), 1.0, 30.126)
    assert part.to_dict() == {
        "kind": "text",
        "a": {"share": 0.3333, "start": 16, "end": 900, "box": None, "page": 2, "name": None},
        "b": {"share": 1.0, "start": 0, "end": 884, "box": None, "page": None, "name": None},
        "agreement": 1.0,
        "evidence_bits": 30.13,
        "turn": 0,
    }
