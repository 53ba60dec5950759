"""The pin: outside the folder, of one log, and damaged rather than forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trust.log.material import HUB_KEY, IDENTITY, Place, sign

from iscckit.errors import UnreadableFile, VerificationFailed
from iscckit.trust.log.identity import LogIdentity
from iscckit.trust.log.pin import Pin, pin_name
from iscckit.trust.proof.checkpoint import make_checkpoint


def test_a_pin_is_both_ways(tmp_path: Path) -> None:
    pin = Pin(str(tmp_path / "new" / "pin"), IDENTITY)
    assert pin.read() is None
    text = make_checkpoint(IDENTITY.origin, 5, bytes(32), sign, HUB_KEY)
    pin.write(text)
    read = pin.read()
    assert read is not None
    assert (read.size, read.text) == (5, text)
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["pin"]


@pytest.mark.parametrize("data", [b"", b"x", b"\xff", b"a" * 9000])
def test_a_damaged_pin_is_not_a_missing_one(place: Place, data: bytes) -> None:
    Path(place.pin).write_bytes(data)
    with pytest.raises(VerificationFailed) as caught:
        place.open()
    assert caught.value.reason_code == "pin-damaged"


def test_a_pin_of_another_log_is_damaged(place: Place) -> None:
    Path(place.pin).write_text(make_checkpoint("a.example/log", 0, bytes(32), sign, HUB_KEY))
    with pytest.raises(VerificationFailed) as caught:
        place.open()
    assert caught.value.reason_code == "pin-damaged"


def test_a_folder_in_its_place_is_an_error(place: Place) -> None:
    Path(place.pin).unlink()
    Path(place.pin).mkdir()
    with pytest.raises(UnreadableFile):
        place.open()


def test_the_name_follows_from_names_and_key() -> None:
    name = pin_name(IDENTITY)
    assert name.startswith("hub.example_log-0-1-")
    others = {
        pin_name(LogIdentity("hub.example", 1, 1, HUB_KEY)),
        pin_name(LogIdentity("hub.example", 2, 0, HUB_KEY)),
        pin_name(LogIdentity("hub.example:8000", 1, 0, HUB_KEY)),
    }
    assert len(others | {name}) == 4
    assert not any("/" in each or ":" in each for each in others)
