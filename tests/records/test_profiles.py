"""What the profiles change, and that they change nothing else."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import cast, get_args

import iscc_samples
import pytest
from PIL import Image

from iscckit.errors import InvalidInput
from iscckit.media.content_values import Profile
from iscckit.records.create import create, create_stream
from iscckit.records.options import Options
from iscckit.records.record import Record

PROFILES = get_args(Profile)
PAGE = Path(__file__).parents[2] / "docs" / "profiles.md"
EMOJI = "Emoji 😀😀 and 𠮷, with some more text around them"


def records(data: bytes, filename: str) -> dict[str, Record]:
    return {
        profile: create_stream(io.BytesIO(data), Options(profile=profile), filename=filename)
        for profile in PROFILES
    }


def content(record: Record) -> str:
    assert not record.missing
    return str(record.units[1])


def picture(border: int) -> bytes:
    """Return a PNG of noise, in a frame whose grey varies by ``border``."""
    chance = random.Random(1)
    frame = Image.new("L", (100, 100))
    frame.putdata([200 + chance.randint(-border, border) for _ in range(10_000)])
    inner = Image.new("L", (60, 60))
    inner.putdata([chance.randrange(256) for _ in range(3600)])
    frame.paste(inner, (20, 20))
    buffer = io.BytesIO()
    frame.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_nearly_uniform_border_is_trimmed_by_all_but_iso() -> None:
    found = records(picture(border=2), "a.png")
    assert content(found["iscckit-1"]) == content(found["sdk-0.9.7"])
    assert content(found["iso"]) != content(found["iscckit-1"])


def test_a_uniform_border_is_trimmed_by_all() -> None:
    found = records(picture(border=0), "a.png")
    assert len({content(record) for record in found.values()}) == 1


def test_characters_above_ffff_are_lost_by_the_sdk_alone() -> None:
    found = records(EMOJI.encode(), "a.txt")
    assert content(found["iscckit-1"]) == content(found["iso"])
    assert content(found["sdk-0.9.7"]) != content(found["iso"])
    lossy = "".join("\ufffd" * 6 if ord(char) > 0xFFFF else char for char in EMOJI)
    assert content(found["sdk-0.9.7"]) == content(records(lossy.encode(), "a.txt")["iso"])


def test_a_text_of_punctuation_has_a_code_under_the_sdk_alone() -> None:
    found = records(b"-- ... --", "a.txt")
    assert [bool(found[name].missing) for name in ("iscckit-1", "sdk-0.9.7", "iso")] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("name", ["demo.opus", "demo.3gp", "demo.jpg"])
def test_nothing_else_changes(name: str) -> None:
    path = next(path for path in iscc_samples.all() if path.name == name)
    found = [create(path, Options(profile=profile)) for profile in PROFILES]
    assert len({record.iscc for record in found}) == 1


def test_the_record_names_its_profile_and_the_page_describes_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, record in records(b"some text", "a.txt").items():
        assert cast("dict[str, object]", record.to_dict()["properties"])["profile"] == name
        assert f"**`{name}`**" in page


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"iscckit-1, sdk-0\.9\.7, iso"):
        Options(profile=cast("Profile", "sdk"))
