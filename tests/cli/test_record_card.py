"""Records as cards."""

import wave
from pathlib import Path

import pytest

from iscckit.cli.record_card import print_record
from iscckit.records.create import create
from iscckit.records.options import Options, Semantics

PICTURE = Path(__file__).parents[2] / "samples" / "cat.jpg"


def test_silence_gets_a_card_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "quiet.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16000 * 12))
    print_record(create(path))
    assert "nothing to hear" in capsys.readouterr().out


def test_a_card_says_how_to_get_a_missing_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    semantic = Semantics(str(tmp_path))
    print_record(create(PICTURE, Options(semantic=semantic)), semantic)
    told = "the model iscc-sci is not installed; iscc models get iscc-sci installs it"
    assert f"Semantic-Code: {told}" in capsys.readouterr().out
