"""An empty log is made once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.trust.log.material import HUB_KEY, IDENTITY, Place, sign

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.log.create import create_log
from iscckit.trust.log.store import LogStore
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.merkle import EMPTY_ROOT


def test_an_empty_log_is_signed_and_pinned(place: Place) -> None:
    with closing(LogStore(place.folder)) as store:
        head = store.head()
        assert store.identity == IDENTITY
    checkpoint = verify_checkpoint(head.checkpoint, "hub.example/log", HUB_KEY)
    assert (head.size, head.last_us, checkpoint.root) == (0, 0, EMPTY_ROOT)
    assert Path(place.pin).read_text() == head.checkpoint


def test_a_log_is_not_made_twice(place: Place) -> None:
    with pytest.raises(InvalidInput) as caught:
        place.create()
    assert caught.value.reason_code == "file-exists"


def test_a_second_log_of_one_name_is_not_made(place: Place, tmp_path: Path) -> None:
    place.fill(1)
    with pytest.raises(VerificationFailed) as caught:
        create_log(str(tmp_path / "second"), IDENTITY, sign, place.pin)
    assert caught.value.reason_code == "log-forked"
    assert not (tmp_path / "second").exists()


def test_a_start_that_broke_off_is_made_good(tmp_path: Path) -> None:
    place = Place(tmp_path)
    Path(place.folder).mkdir()
    Path(place.folder, "log.sqlite.new").write_bytes(b"half")
    place.create()
    place.fill(1)
